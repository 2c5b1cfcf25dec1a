//! Periods come in any order while their windows are open, and a node's word on them burns no salts.

use super::*;

#[test]
fn periods_whose_windows_are_open_are_committed_to_in_any_order() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let newest = 140;
	for period in [newest, 120, newest - KEPT_PERIODS, 139] {
		let items = prepare_all(&mut store, &meters, period, &first()).unwrap();
		assert_eq!(items.len(), 4, "{period}");
		let opening = store.opening(40, period, Direction::Import).unwrap();
		assert_eq!(opening.salt, salt_of(40, period, Direction::Import, 1));
	}
	// Of periods that nothing can be proved of any more, the secrets are gone.
	assert_eq!(oldest(&store), [108, 108]);
	let before = (107, &first());
	let prepared = prepare_with(&mut store, &meters, before, &all_count()).unwrap();
	assert!(prepared.items.is_empty() && store.opening(40, 107, Direction::Import).is_none());
	assert_eq!(refusals(&prepared).len(), 4);
	assert!(all_refused(&prepared, "SaltSecretGone"));
	let why = prepared.outcomes[0].became.refusal().unwrap();
	assert!(why.message.contains("rotate-key"));
}

#[test]
fn a_node_s_word_on_periods_burns_no_salts() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let at = |period: u64| period_at(period * QUARTER, 0, 0, QUARTER, None);
	let shifted = |period: u64| Period { period: period + 5_000_000, ..at(period) };
	let believed = |store: &Store, accept, answer: &Period| {
		let believed = Believed { asked: answer.period, accept };
		believed.ensure(answer, store, &meters)
	};
	let name = |result: Result<_>| result.unwrap_err().name().to_owned();

	// A store that remembers nothing takes near periods only.
	assert_eq!(name(believed(&store, false, &shifted(101))), "PeriodFarAhead");
	assert_eq!(name(believed(&store, false, &at(1_101))), "PeriodFarAhead");
	let learned = believed(&store, false, &at(101)).unwrap().unwrap();
	assert!(believed(&store, true, &at(1_101)).unwrap().is_some());
	store.remember(OPERATOR, learned).unwrap();

	// One that does takes any that agree, and no others unless it is told to.
	assert_eq!(believed(&store, false, &at(1_000_000)).unwrap(), None);
	assert_eq!(name(believed(&store, false, &shifted(101))), "PeriodsDiffer");
	let shorter = Period { schedule: Schedule { length_ms: 1 }, ..at(101) };
	assert_eq!(name(believed(&store, false, &shorter)), "PeriodsDiffer");
	let accepted = believed(&store, true, &shifted(101)).unwrap();
	assert_eq!(accepted, Some(Timetable::of(&shifted(101))));
	let other = Believed { asked: 102, accept: true };
	assert_eq!(name(other.ensure(&at(101), &store, &meters)), "UnexpectedAnswer");
	assert_eq!(oldest(&store), [100, 100]);
}

#[test]
fn secrets_that_are_very_far_behind_cost_no_minutes() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let far = (1_000_101, &first());
	let prepared = prepare_with(&mut store, &meters, far, &all_count()).unwrap();
	assert!(prepared.items.is_empty() && store.openings().is_empty());
	assert!(all_refused(&prepared, "PeriodFarAhead"));
	assert_eq!(oldest(&store), [100, 100]);
}

#[test]
fn what_is_waited_for_and_how_long_is_said_unless_it_is_a_moment() {
	let said = "waiting for the end of period 7, for 3 min 20 s";
	assert_eq!(remark_on_wait(7, 200_000).as_deref(), Some(said));
	let said = "waiting for the end of period 8, for 4 s";
	assert_eq!(remark_on_wait(8, SHORT_WAIT_MS + 1).as_deref(), Some(said));
	assert_eq!(remark_on_wait(8, SHORT_WAIT_MS), None);
}
