use proptest::prelude::*;

use super::*;

const QUARTERS: Schedule = Schedule {
	length_ms: 900_000,
	gate_lead_ms: 300_000,
	commit_window_ms: 900_000,
	proof_window_ms: 3_600_000,
	min_blocks: 30,
};
const HALVES: Schedule = Schedule { length_ms: 1_800_000, ..QUARTERS };
/// 2020-09-13T12:00:00Z, on the quarter of an hour.
const NOON: UnixMillis = 1_599_998_400_000;

/// Quarters of an hour until a period, halves of an hour from it on.
fn halves_from(first: PeriodIndex) -> Timetable {
	let mut table = Timetable::starting(QUARTERS);
	table.push(first, HALVES, 0).unwrap();
	table
}

#[test]
fn under_one_schedule_a_period_is_the_time_divided_by_the_length() {
	let table = Timetable::starting(QUARTERS);
	for at in [0, 1, 899_999, 900_000, NOON - 1, NOON] {
		let period = at / 900_000;
		assert_eq!(table.period_at(at), period);
		assert_eq!(table.start(period), period * 900_000);
		assert_eq!(table.end(period), (period + 1) * 900_000);
		assert_eq!(table.gate_closure(period), (period * 900_000).saturating_sub(300_000));
		assert_eq!(table.cut_off(period), (period + 2) * 900_000);
		assert_eq!(table.deadline(period), (period + 6) * 900_000);
	}
	assert_eq!(table.until(0), None);
}

#[test]
fn a_new_schedule_counts_on_where_its_first_period_starts() {
	let first = NOON / 900_000;
	let table = halves_from(first);
	assert_eq!((table.start(first), table.end(first - 1)), (NOON, NOON));
	assert_eq!(table.end(first), NOON + 1_800_000);
	assert_eq!(table.start(first + 3), NOON + 3 * 1_800_000);
	assert_eq!(table.period_at(NOON - 1), first - 1);
	assert_eq!(table.period_at(NOON + 3 * 1_800_000 + 7), first + 3);
	assert_eq!(table.row(first - 1).schedule, QUARTERS);
	assert_eq!(table.row(first).schedule, HALVES);
	assert_eq!((table.until(first - 1), table.until(first)), (Some(first), None));
}

#[test]
fn shorter_windows_wait_for_the_last_period_with_long_ones() {
	let first = NOON / 900_000;
	let mut table = Timetable::starting(QUARTERS);
	let hasty = Schedule { commit_window_ms: 0, proof_window_ms: 60_000, ..QUARTERS };
	table.push(first, hasty, 0).unwrap();
	// The last period before the change ends at noon: cut-off a quarter later, deadline an hour
	// after that.
	assert_eq!(table.cut_off(first), NOON + 900_000);
	for period in first..first + 4 {
		assert_eq!(table.deadline(period), NOON + 5 * 900_000);
	}
	assert_eq!(table.deadline(first + 4), NOON + 5 * 900_000 + 60_000);
}

#[test]
fn a_longer_gate_lead_waits_for_the_last_gate_before_it() {
	let first = NOON / 900_000;
	let mut table = Timetable::starting(QUARTERS);
	let early = Schedule { gate_lead_ms: 3_600_000, ..QUARTERS };
	table.push(first, early, 0).unwrap();
	let last_gate = NOON - 900_000 - 300_000;
	for period in first - 1..first + 3 {
		assert_eq!(table.gate_closure(period), last_gate);
	}
	assert_eq!(table.first_open(last_gate - 1), first - 1);
	// An hour before the fourth one its gate closes too.
	assert_eq!(table.first_open(last_gate), first + 3);
	assert_eq!(table.gate_closure(first + 3), NOON - 900_000);
	assert_eq!(table.first_open(NOON - 900_000), first + 4);
}

#[test]
fn a_schedule_comes_last_or_not_at_all() {
	let mut table = halves_from(50);
	let before = table.clone();
	for first in [0, 49, 50] {
		assert_eq!(table.push(first, QUARTERS, 0), Err(NoRoom));
	}
	assert_eq!(table, before);
}

#[test]
fn the_oldest_schedule_goes_once_its_periods_are_final() {
	let mut table = Timetable::starting(QUARTERS);
	for n in 1..=u64::from(LATER_SCHEDULES) {
		table.push(n * 10, if n % 2 == 0 { QUARTERS } else { HALVES }, 0).unwrap();
	}
	let full = table.clone();
	assert_eq!(table.push(80, QUARTERS, 9), Err(NoRoom));
	assert_eq!(table, full);
	table.push(80, QUARTERS, 10).unwrap();
	assert_eq!(table.oldest(), full.row(10));
	for period in 10..80 {
		assert_eq!(table.start(period), full.start(period));
		assert_eq!(table.end(period), full.end(period));
	}
	// Forgotten periods have the lengths of the oldest schedule that is left.
	assert_eq!(table.end(9), table.start(10));
	assert_eq!(table.start(9), table.start(10) - HALVES.length_ms);
	assert_eq!(table.period_at(table.start(9)), 9);
	assert_eq!(table.period_at(table.start(9) - 1), 8);
	assert_eq!(table.start(0), 0);
	assert_eq!(table.first_open(0), 10);
}

#[test]
fn a_schedule_is_taken_back_before_it_begins() {
	let mut table = halves_from(50);
	table.take_back(51);
	assert_eq!(table, halves_from(50));
	table.take_back(50);
	assert_eq!(table, Timetable::starting(QUARTERS));
	table.take_back(0);
	assert_eq!(table.latest(), &QUARTERS.since_1970());
}

#[test]
fn the_ends_of_the_number_range_have_answers() {
	let table = halves_from(50);
	for at in [0, u64::MAX] {
		let period = table.period_at(at);
		assert!(table.start(period) <= at);
		table.first_open(at);
	}
	assert_eq!(table.deadline(u64::MAX), u64::MAX);
	let none = Timetable::starting(Schedule { length_ms: 0, ..QUARTERS });
	assert_eq!(none.end(none.period_at(NOON)), 0);
}

fn lengths() -> impl Strategy<Value = Schedule> {
	(1u64..5_000, 0u64..20_000, 0u64..20_000, 0u64..20_000).prop_map(
		|(length_ms, gate_lead_ms, commit_window_ms, proof_window_ms)| Schedule {
			length_ms,
			gate_lead_ms,
			commit_window_ms,
			proof_window_ms,
			min_blocks: 0,
		},
	)
}

/// Some schedules, each from so many periods after the one before.
fn tables() -> impl Strategy<Value = Timetable> {
	let later = prop::collection::vec((1u64..60, lengths()), 0..=LATER_SCHEDULES as usize);
	(lengths(), later).prop_map(|(first, later)| {
		let mut table = Timetable::starting(first);
		let mut from = 0;
		for (gap, schedule) in later {
			from += gap;
			table.push(from, schedule, 0).unwrap();
		}
		table
	})
}

type Marks = [UnixMillis; 5];

fn marks(table: &Timetable, period: PeriodIndex) -> Marks {
	[
		table.start(period),
		table.end(period),
		table.gate_closure(period),
		table.cut_off(period),
		table.deadline(period),
	]
}

proptest! {
	#[test]
	fn every_moment_lies_in_one_period(table in tables(), at in 0u64..2_000_000) {
		let period = table.period_at(at);
		prop_assert!(table.start(period) <= at && at < table.end(period));
		prop_assert!(table.period_at(at + 1) - period <= 1);
	}

	#[test]
	fn each_period_begins_where_the_one_before_ends(table in tables(), period in 1u64..500) {
		prop_assert_eq!(table.end(period - 1), table.start(period));
		prop_assert_eq!(table.period_at(table.start(period)), period);
		prop_assert_eq!(table.period_at(table.end(period) - 1), period);
	}

	#[test]
	fn no_mark_comes_before_that_of_an_earlier_period(table in tables(), period in 1u64..500) {
		let (before, marks) = (marks(&table, period - 1), marks(&table, period));
		for (before, mark) in before.into_iter().zip(marks) {
			prop_assert!(before <= mark);
		}
		let [start, end, gate, cut_off, deadline] = marks;
		prop_assert!(gate <= start && start < end && end <= cut_off && cut_off <= deadline);
	}

	#[test]
	fn the_first_open_period_is_the_first_whose_gate_is_after_that_moment(
		table in tables(),
		at in 0u64..1_000_000,
	) {
		let open = table.first_open(at);
		prop_assert!(table.gate_closure(open) > at);
		prop_assert!(open == 0 || table.gate_closure(open - 1) <= at);
	}

	#[test]
	fn a_new_schedule_changes_no_period_before_it(
		table in tables().prop_filter("room", |table| table.rows().count() < 8),
		gap in 1u64..60,
		schedule in lengths(),
	) {
		let from = table.latest().first + gap;
		let mut changed = table.clone();
		changed.push(from, schedule, 0).unwrap();
		for period in 0..from {
			prop_assert_eq!(marks(&changed, period), marks(&table, period));
			prop_assert_eq!(changed.row(period), table.row(period));
		}
		prop_assert_eq!(changed.start(from), table.start(from));
		prop_assert_eq!(changed.end(from), table.start(from) + schedule.length_ms);
		changed.take_back(from);
		prop_assert_eq!(changed, table);
	}
}

#[test]
fn a_history_needs_a_row_for_each_period_that_can_be_unsettled() {
	// 80 minutes of windows and lead are six quarters, and one is begun.
	assert_eq!(Timetable::starting(QUARTERS).history_rows(0, 2_000), 8);
	let first = NOON / 900_000;
	let table = halves_from(first);
	// While both kinds can be unsettled, both count: 7 and 4, and the first row.
	assert_eq!(table.history_rows(first - 1, 2_000), 12);
	// Later, the former ones do not.
	assert_eq!(table.history_rows(first, 2_000), 5);
	// Short periods wait for the deadlines of long ones, and may close long before they start.
	let minutes = Schedule { length_ms: 60_000, ..QUARTERS };
	let hasty = Schedule { commit_window_ms: 0, proof_window_ms: 0, min_blocks: 0, ..minutes };
	let mut table = Timetable::starting(QUARTERS);
	table.push(first, hasty, 0).unwrap();
	assert_eq!(table.history_rows(first - 1, 2_000), 1 + 7 + 81);
	assert_eq!(table.history_rows(first, 2_000), 1 + 6);
	// Sixty blocks are a window too.
	let blocks = Schedule { commit_window_ms: 0, proof_window_ms: 0, gate_lead_ms: 0, ..minutes };
	assert_eq!(Timetable::starting(blocks).history_rows(0, 2_000), 1 + 3);
}

proptest! {
	/// As many different first open periods as can take effect while one period is unsettled.
	#[test]
	fn no_more_rows_are_needed_than_are_counted(table in tables(), at in 0u64..2_000_000) {
		// The oldest period whose deadline is to come, and the newest that a change takes effect in.
		let oldest = (0..).find(|period| table.deadline(*period) > at).unwrap();
		let rows = table.first_open(at) - oldest + 1;
		prop_assert!(rows <= table.history_rows(oldest, 0), "{rows}");
	}
}
