use std::{cell::Cell, collections::HashMap};

use super::{
	committing::first_needed,
	counting::Answers,
	preparing::{prepare, unsettled, Prepared, Task},
	*,
};
use crate::{
	readings::Readings,
	rpc::{PeriodPhase, RegisterStatus, Schedule},
	store::{Entry, Facts, Key, Opening, Salts, KEPT_PERIODS},
	types::{Direction, Directions, Group, Resource},
};
use meterproof_device::{PeriodSecret, Slot};
use meterproof_meters::{Amount, Place, Unit};
use meterproof_programs::commitment::commit_reading;
use subxt::utils::AccountId32;

const GENESIS: [u8; 32] = [9; 32];
const READINGS: &str = "time,meter,import_wh,export_wh\n\
	2016-06-14T10:00:00Z,a,1,2\n2016-06-14T10:00:00Z,b,3,4\n\
	2016-06-14T10:15:00Z,a,5,6\n2016-06-14T10:15:00Z,b,7,8\n";

fn facts(name: &str) -> Facts {
	Facts {
		name: name.to_owned(),
		metering_point: name.to_owned(),
		zone: 1,
		resource: Resource::Electricity,
		directions: Directions::Both,
		nameplate: 10,
	}
}

fn meter(name: &str) -> Meter {
	let salts = Salts { secret: Secret::new(&[2; 32]), period: 100 };
	Meter::held(facts(name), Secret::new(&[1; 32]), salts)
}

fn own(name: &str) -> Meter {
	Meter::own(facts(name), [7; 32])
}

fn store(folder: &tempfile::TempDir) -> Store {
	let mut store = Store::create_cheap(&folder.path().join("store"), "password", GENESIS).unwrap();
	store.add_meters(vec![meter("a"), meter("b")]).unwrap();
	let devices = (0..2).map(|meter| Entry::Device { meter, device: 40 + meter });
	store.append(devices.collect()).unwrap();
	store
}

/// The account whose meters these are.
const OPERATOR: [u8; 32] = [5; 32];

/// A register that counts for an account.
fn counted_for(operator: [u8; 32], direction: Direction) -> RegisterStatus {
	let (zone, resource) = (1, Resource::Electricity);
	let group = Group { operator: AccountId32(operator), zone, resource, direction };
	RegisterStatus { direction, commitment: None, group: Some(group), refusal: None, reason: None }
}

fn counted(direction: Direction) -> RegisterStatus {
	counted_for(OPERATOR, direction)
}

/// A register that does not count.
fn refused(direction: Direction, name: &str) -> RegisterStatus {
	let refusal = Some(name.to_owned());
	RegisterStatus { direction, commitment: None, group: None, refusal, reason: None }
}

/// What a chain says of both registers of devices.
fn answers(devices: &[u32], register: impl Fn(u32, Direction) -> RegisterStatus) -> Answers {
	let both = [Direction::Import, Direction::Export];
	let of = |device: &u32| (*device, both.map(|way| register(*device, way)).to_vec());
	Answers::new(devices.iter().map(of).collect::<HashMap<_, _>>())
}

/// What a chain says on which all meters count and nothing is committed to.
fn all_count() -> Answers {
	answers(&[40, 41, 42], |_, direction| counted(direction))
}

/// What is told of a register on a line.
fn told(line: u64, said: Result<u32, &str>) -> Told {
	let said = match said {
		Ok(reading) => Ok(Amount::new(reading.into(), 0, Unit::WattHour).unwrap()),
		Err(name) => Err(Refusal { name: name.to_owned(), message: String::new() }),
	};
	Told { place: Some(Place::Line(line)), said }
}

/// Readings of both registers of some meters.
fn read(meters: &[(&str, u32, u32)]) -> PeriodReadings {
	let mut readings = PeriodReadings::default();
	for (line, (meter, import, export)) in (2..).zip(meters) {
		readings.tell(meter, Direction::Import, told(line, Ok(*import)));
		readings.tell(meter, Direction::Export, told(line, Ok(*export)));
	}
	readings
}

fn first() -> PeriodReadings {
	read(&[("a", 1, 2), ("b", 3, 4)])
}

fn second() -> PeriodReadings {
	read(&[("a", 5, 6), ("b", 7, 8)])
}

fn prepare_with(
	store: &mut Store,
	meters: &[Registered],
	(period, readings): (u64, &PeriodReadings),
	answers: &Answers,
) -> Result<Prepared> {
	let keep = period.saturating_sub(KEPT_PERIODS);
	prepare(store, &GENESIS, meters, &Task { period, readings, answers, keep })
}

/// The commitments that are to be sent, if the chain takes all.
fn prepare_all(
	store: &mut Store,
	meters: &[Registered],
	period: u64,
	readings: &PeriodReadings,
) -> Result<Vec<CommitmentItem>> {
	let prepared = prepare_with(store, meters, (period, readings), &all_count())?;
	assert_eq!(refusals(&prepared), []);
	Ok(prepared.items)
}

/// Registers without a commitment that should have one.
fn refusals(prepared: &Prepared) -> Vec<(u32, Direction, &str)> {
	let outcomes = prepared.outcomes.iter();
	let named = outcomes.filter_map(|outcome| Some((outcome, outcome.became.refusal()?)));
	named.map(|(o, refusal)| (o.device, o.direction, refusal.name.as_str())).collect()
}

/// Whether all registers are refused, or missing, with this name.
fn all_refused(prepared: &Prepared, name: &str) -> bool {
	let refused = refusals(prepared);
	!refused.is_empty() && refused.iter().all(|(_, _, refused)| *refused == name)
}

fn sent(items: &[CommitmentItem]) -> Vec<(u32, Direction, String, String)> {
	let fields = |item: &CommitmentItem| {
		(item.device, item.direction, item.commitment.clone(), item.signature.clone())
	};
	items.iter().map(fields).collect()
}

#[test]
fn what_is_sent_opens_and_is_the_same_after_a_kill() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let first = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	assert_eq!(first.len(), 4);
	for item in &first {
		let opening = store.opening(item.device, 103, item.direction).unwrap();
		let direction = item.direction.number();
		let again = commit_reading(opening.reading, item.device, 103, direction, &opening.salt);
		assert_eq!(item.commitment, format!("0x{}", hex::encode(again)));
	}
	drop(store);

	let mut store = Store::open_for_writing(&folder.path().join("store"), "password").unwrap();
	let again = prepare_all(&mut store, &meters, 103, &self::first()).unwrap();
	assert_eq!(sent(&again), sent(&first));
}

/// The salt that a meter's first secret leads to.
fn salt_of(device: u32, period: u64, direction: Direction, reading: u32) -> [u64; 4] {
	let mut secret = PeriodSecret::new(Secret::new(&[2; 32]).salts(), 100);
	secret.advance(period, 1_000).unwrap();
	secret.secret().salt(&Slot { genesis: GENESIS, device, period, direction }, reading)
}

#[test]
fn salts_are_those_of_the_meter_s_ratchet() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	for (period, readings) in (103..).zip([first(), second()]) {
		prepare_all(&mut store, &meters, period, &readings).unwrap();
	}
	let opening = store.opening(41, 104, Direction::Export).unwrap();
	assert_eq!(opening.salt, salt_of(41, 104, Direction::Export, 8));
	assert_eq!(opening.reading, 8);
}

/// What a chain says that has these commitments.
fn has(sent: &[CommitmentItem]) -> Answers {
	answers(&[40, 41], |device, direction| {
		let known = sent.iter().find(|item| (item.device, item.direction) == (device, direction));
		let commitment = known.map(|item| item.commitment.clone());
		RegisterStatus { commitment, ..counted(direction) }
	})
}

#[test]
fn a_changed_reading_is_refused_by_itself() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let on_chain = has(&prepare_all(&mut store, &meters, 103, &first()).unwrap());
	assert!(unsettled(&store, &meters, 103, &first()).is_empty());
	let changed = read(&[("a", 1, 2), ("b", 5, 4)]);
	assert_eq!(unsettled(&store, &meters, 103, &changed), [41]);
	let prepared = prepare_with(&mut store, &meters, (103, &changed), &on_chain).unwrap();
	assert_eq!(refusals(&prepared), [(41, Direction::Import, "ReadingChanged")]);
	let outcome = &prepared.outcomes[0];
	assert_eq!((outcome.meter.as_str(), outcome.place), ("b", Some(Place::Line(3))));
	assert_eq!(prepared.items.len(), 3, "the others are sent again");
	assert_eq!(store.opening(41, 103, Direction::Import).unwrap().reading, 3);
}

#[test]
fn a_reading_that_the_chain_did_not_take_may_be_corrected() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let wrong = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	let right = prepare_all(&mut store, &meters, 103, &second()).unwrap();
	assert_eq!(right.len(), 4);
	// Both are kept, under salts of their own, and either opens what the chain may have.
	let slot = (40, 103, Direction::Import);
	let known: Vec<_> = store.openings_of(&slot).cloned().collect();
	assert_eq!(known.iter().map(|known| known.reading).collect::<Vec<_>>(), [1, 5]);
	assert_ne!(known[0].salt, known[1].salt);
	assert_eq!(store.opening(40, 103, Direction::Import), Some(&known[1]));
	drop(store);
	let mut store = Store::open_for_writing(&folder.path().join("store"), "password").unwrap();
	assert_eq!(store.openings_of(&slot).cloned().collect::<Vec<_>>(), known);

	// The first one got through after all: the second is refused, and the first is proved.
	let (first_got_through, none) = (has(&wrong), prepare_all(&mut store, &meters, 103, &second()));
	assert_eq!(sent(&none.unwrap()), sent(&right), "what is stored is sent again as it was");
	let late = prepare_with(&mut store, &meters, (103, &second()), &first_got_through).unwrap();
	assert!(all_refused(&late, "ReadingChanged") && late.items.is_empty());
	let again = prepare_with(&mut store, &meters, (103, &first()), &first_got_through).unwrap();
	assert_eq!(sent(&again.items), sent(&wrong));
	assert_eq!(store.opening(40, 103, Direction::Import), Some(&known[0]));
}

/// The oldest periods for which a store's meters have salt secrets.
fn oldest(store: &Store) -> Vec<u64> {
	store.meters().map(|(_, meter, _)| meter.salts().unwrap().period).collect()
}

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

#[tokio::test]
async fn secrets_are_kept_while_a_window_is_open_and_no_longer() {
	/// Periods from this one on are not final.
	async fn needed(oldest: u64, period: u64, first_open: u64) -> (u64, u32) {
		let asked = Cell::new(0);
		let phase = async |period| {
			asked.set(asked.get() + 1);
			let is_final = period < first_open;
			Ok(if is_final { PeriodPhase::Final } else { PeriodPhase::Committing })
		};
		(first_needed(oldest, period, phase).await.unwrap(), asked.get())
	}
	// One question where blocks are made, none where there is nothing to give up.
	assert_eq!(needed(100, 140, 138).await, (108, 1));
	assert_eq!(needed(108, 140, 138).await, (108, 0));
	assert_eq!(needed(u64::MAX, 140, 138).await, (108, 0));
	// After an outage all that are open, and those alone.
	for first_open in 100..=108 {
		assert_eq!(needed(100, 140, first_open).await.0, first_open);
	}
	assert_eq!(needed(100, 140, 7).await.0, 100);
	let (found, asked) = needed(0, 1_000_000, 500_123).await;
	assert_eq!(found, 500_123);
	assert!(asked <= 22, "{asked}");
	assert_eq!(needed(0, 5, 0).await, (0, 0));
}

#[test]
fn a_copy_that_is_brought_back_finds_what_opens_the_chain_s_commitments() {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("store");
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let copy = std::fs::read(&path).unwrap();
	let sent = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	drop(store);
	std::fs::write(&path, copy).unwrap();
	let mut store = Store::open_for_writing(&path, "password").unwrap();
	let on_chain = has(&sent);

	// Another reading opens nothing: it is neither stored nor sent.
	let wrong = prepare_with(&mut store, &meters, (103, &second()), &on_chain).unwrap();
	assert!(wrong.items.is_empty() && store.openings().is_empty());
	assert_eq!(refusals(&wrong).len(), 4);
	assert!(all_refused(&wrong, "AlreadyCommitted"));

	// Where a node hid the commitments, other readings were stored; none had a salt of the first.
	let hidden = prepare_all(&mut store, &meters, 103, &second()).unwrap();
	assert_eq!(hidden.len(), 4);
	for item in &hidden {
		let opening = store.opening(item.device, 103, item.direction).unwrap();
		let (reading, _) = first_of(item);
		assert_ne!(opening.salt, salt_of(item.device, 103, item.direction, reading));
	}

	// The reading that was committed to is found.
	assert_eq!(unsettled(&store, &meters, 103, &first()), [40, 41]);
	let again = prepare_with(&mut store, &meters, (103, &first()), &on_chain).unwrap();
	assert_eq!(refusals(&again), []);
	assert_eq!(self::sent(&again.items), self::sent(&sent));
	for item in &sent {
		let opening = store.opening(item.device, 103, item.direction).unwrap();
		assert_eq!(item.commitment, format!("0x{}", hex::encode(opening.commitment)));
	}
}

/// The first and the second reading of an item's register.
fn first_of(item: &CommitmentItem) -> (u32, u32) {
	match (item.device, item.direction) {
		(40, Direction::Import) => (1, 5),
		(40, Direction::Export) => (2, 6),
		(_, Direction::Import) => (3, 7),
		(_, Direction::Export) => (4, 8),
	}
}

#[test]
fn what_the_chain_does_not_take_is_not_stored() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let chain = answers(&[40, 41], |device, direction| match device {
		40 => refused(direction, "DeviceRetired"),
		_ => RegisterStatus { refusal: Some("CutOffPassed".to_owned()), ..counted(direction) },
	});
	let prepared = prepare_with(&mut store, &meters, (150, &first()), &chain).unwrap();
	assert!(prepared.items.is_empty() && store.openings().is_empty());
	let names: Vec<_> = refusals(&prepared).into_iter().map(|(_, _, name)| name).collect();
	assert_eq!(names, ["DeviceRetired", "DeviceRetired", "CutOffPassed", "CutOffPassed"]);
	assert_eq!(oldest(&store), [100, 100], "no secret is given up for it");
	// One that says the period is to come is behind, since it has ended by all clocks.
	let early =
		|way| RegisterStatus { refusal: Some("PeriodNotStarted".to_owned()), ..counted(way) };
	let behind = answers(&[40, 41], |_, direction| early(direction));
	let prepared = prepare_with(&mut store, &meters, (149, &first()), &behind).unwrap();
	assert_eq!((prepared.items.len(), refusals(&prepared)), (4, vec![]));
	// A node that says nothing of a device's registers gets nothing either.
	let silent = Answers::new([(40, vec![]), (41, vec![])].into());
	let prepared = prepare_with(&mut store, &meters, (150, &first()), &silent).unwrap();
	assert!(prepared.items.is_empty() && store.opening(40, 150, Direction::Import).is_none());
	assert!(all_refused(&prepared, "DirectionNotMetered"));
}

#[test]
fn one_meter_s_trouble_is_its_own() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let mut readings = read(&[("a", 1, 2), ("stranger", 9, 9), ("b", 3, 11)]);
	readings.tell("b", Direction::Import, told(7, Err("NotANumber")));
	let prepared = prepare_with(&mut store, &meters, (103, &readings), &all_count()).unwrap();
	let devices: Vec<_> = prepared.items.iter().map(|item| item.device).collect();
	assert_eq!(devices, [40, 40], "the other meter commits");
	let refused =
		[(41, Direction::Import, "NotANumber"), (41, Direction::Export, "AboveNameplate")];
	assert_eq!(refusals(&prepared), refused);
	let lines: Vec<_> = prepared.outcomes.iter().map(|outcome| outcome.place).collect();
	assert_eq!(lines, [Some(Place::Line(7)), Some(Place::Line(4))]);
	let above = prepared.outcomes[1].became.refusal().unwrap();
	assert_eq!(above.message, "the export reading of b is above its nameplate");
	assert_eq!(store.openings().len(), 2, "no zero is invented");
	// A unit that the resource is not counted in.
	let litres = Amount::new(1, 0, Unit::Litre).unwrap();
	readings.tell("b", Direction::Import, Told { place: None, said: Ok(litres) });
	let prepared = prepare_with(&mut store, &meters, (104, &readings), &all_count()).unwrap();
	assert_eq!(refusals(&prepared)[0], (41, Direction::Import, "WrongUnit"));
}

#[test]
fn a_departed_meter_stops_nobody() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	store.remember(OPERATOR, TIMETABLE).unwrap();
	let meters = registered(&store).unwrap();
	let readings = read(&[("a", 1, 2)]);

	for departed in [
		|direction| refused(direction, "DeviceRetired"),
		|direction| refused(direction, "UnknownDevice"),
		|direction| refused(direction, "DeviceNotAttested"),
		|direction| counted_for([6; 32], direction),
	] {
		let chain = answers(&[40, 41], |device, direction| match device {
			40 => counted(direction),
			_ => departed(direction),
		});
		for period in [103, 104] {
			let prepared = prepare_with(&mut store, &meters, (period, &readings), &chain).unwrap();
			let devices: Vec<_> = prepared.items.iter().map(|item| item.device).collect();
			assert_eq!((devices, refusals(&prepared)), (vec![40, 40], vec![]));
			let passed = prepared.outcomes.iter().map(|outcome| outcome.device);
			assert_eq!(passed.collect::<Vec<_>>(), [41, 41]);
			assert!(store.opening(41, period, Direction::Import).is_none(), "nothing is invented");
		}
	}
	// One that counts is told of, and stops nobody either.
	let prepared = prepare_with(&mut store, &meters, (103, &readings), &all_count()).unwrap();
	assert_eq!(prepared.items.len(), 2);
	let missing = [Direction::Import, Direction::Export].map(|way| (41, way, "MissingReading"));
	assert_eq!(refusals(&prepared), missing);
}

const TIMETABLE: Timetable = Timetable { period: 100, start_ms: 100 * QUARTER, length_ms: QUARTER };

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

fn steps(readings: &Readings) -> &[Step] {
	readings.window(None, None).unwrap()
}

/// What a node answers for a time, if periods have had this length since `since`, where period
/// `first` starts, and will until period `until`.
fn period_at(at: u64, since: u64, first: u64, length_ms: u64, until: Option<u64>) -> Period {
	let period = first + (at - since).checked_div(length_ms).unwrap_or(0);
	let start_ms = since + (period - first) * length_ms;
	Period {
		period,
		phase: PeriodPhase::Open,
		now_ms: 0,
		start_ms,
		end_ms: start_ms + length_ms,
		schedule: Schedule { length_ms },
		schedule_until: until,
	}
}

const QUARTER: u64 = 900_000;

#[tokio::test]
async fn periods_are_counted_or_asked_of_the_chain() {
	let readings = Readings::parse(READINGS.as_bytes()).unwrap();
	let steps = steps(&readings);
	let counted = periods_of(steps, Some(70), async |_| panic!("there is no need to ask")).await;
	assert_eq!(counted.unwrap(), [70, 71]);
	let asked = Cell::new(0);
	let quarters = async |at| {
		asked.set(asked.get() + 1);
		Ok(period_at(at, 0, 0, QUARTER, None))
	};
	let first = steps[0].start_ms / QUARTER;
	assert_eq!(periods_of(steps, None, quarters).await.unwrap(), [first, first + 1]);
	assert_eq!(asked.get(), 1);
	for length in [0, 7_000, 300_000, 1_800_000] {
		let others = async |at| Ok(period_at(at, 0, 0, length, None));
		let error = periods_of(steps, None, others).await.unwrap_err();
		assert_eq!(error.name(), "NotThePeriods", "{length}");
	}
}

#[tokio::test]
async fn periods_are_asked_for_again_where_their_lengths_change() {
	let readings = Readings::parse(READINGS.as_bytes()).unwrap();
	let steps = steps(&readings);
	let change = steps[1].start_ms;
	// Another schedule, with the same length.
	let asked = Cell::new(0);
	let same = async |at| {
		asked.set(asked.get() + 1);
		Ok(match at < change {
			true => period_at(at, steps[0].start_ms, 500, QUARTER, Some(501)),
			false => period_at(at, change, 501, QUARTER, None),
		})
	};
	assert_eq!(periods_of(steps, None, same).await.unwrap(), [500, 501]);
	assert_eq!(asked.get(), 2);
	// Thirds of the step until then: the second step is not the next period.
	let longer = async |at| {
		Ok(match at < change {
			true => period_at(at, steps[0].start_ms, 500, QUARTER / 3, Some(503)),
			false => period_at(at, change, 503, QUARTER, None),
		})
	};
	let error = periods_of(steps, None, longer).await.unwrap_err();
	assert_eq!(error.name(), "NotThePeriods");
}

#[test]
fn meters_that_were_never_registered_stop_nobody_unless_there_are_no_others() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	store.add_meters(vec![meter("c")]).unwrap();
	let devices: Vec<_> = registered(&store).unwrap().iter().map(|meter| meter.device).collect();
	assert_eq!(devices, [40, 41]);
	for number in 0..2 {
		store.remove_meter(number).unwrap();
	}
	assert_eq!(registered(&store).map(drop).unwrap_err().name(), "NotRegistered");
}

#[test]
fn meters_that_hold_their_own_keys_are_passed_over() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	store.add_meters(vec![own("c"), own("d")]).unwrap();
	store.append(vec![Entry::Device { meter: 2, device: 42 }]).unwrap();
	let meters = registered(&store).unwrap();
	assert_eq!(meters.iter().map(|meter| meter.device).collect::<Vec<_>>(), [40, 41]);
	let items = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	assert!(items.iter().all(|item| [40, 41].contains(&item.device)));
	assert_eq!(items.len(), 4);
}

#[test]
fn a_store_of_meters_with_their_own_keys_has_nothing_to_send() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = Store::create_cheap(&folder.path().join("store"), "password", GENESIS).unwrap();
	store.add_meters(vec![own("c")]).unwrap();
	assert_eq!(registered(&store).map(drop).unwrap_err().name(), "NoMeters");
}

#[test]
fn each_period_is_signed_with_its_own_key() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let rotated = [
		Entry::NextKey { meter: 0, key: Key::Held(Secret::new(&[3; 32])) },
		Entry::KeyFrom { meter: 0, from: 104 },
		Entry::NextKey { meter: 1, key: Key::Own([7; 32]) },
		Entry::KeyFrom { meter: 1, from: 104 },
	];
	store.append(rotated.to_vec()).unwrap();
	let meters = registered(&store).unwrap();
	let before = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	let after = prepare_all(&mut store, &meters, 104, &second()).unwrap();
	let devices = |items: &[CommitmentItem]| items.iter().map(|i| i.device).collect::<Vec<_>>();
	assert_eq!(devices(&before), [40, 40, 41, 41]);
	assert_eq!(devices(&after), [40, 40], "the other meter signs for itself now");
	for (items, seed) in [(&before, [1; 32]), (&after, [3; 32])] {
		let item = &items[0];
		let slot = Slot {
			genesis: GENESIS,
			device: item.device,
			period: item.period,
			direction: item.direction,
		};
		let commitment = crate::proof::parse_hash(&item.commitment).unwrap();
		let signature = MeterKey::from_seed(&seed).sign_commitment(&slot, &commitment);
		assert_eq!(item.signature, format!("0x{}", hex::encode(signature)));
	}
}

#[test]
fn an_imported_opening_is_signed_when_it_is_sent() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let opening = Opening {
		reading: 2,
		salt: [1, 2, 3, 4],
		commitment: commit_reading(2, 40, 103, Direction::Export.number(), &[1, 2, 3, 4]),
	};
	let direction = Direction::Export;
	let imported = Entry::Imported { device: 40, period: 103, direction, opening: opening.clone() };
	store.append(vec![imported]).unwrap();
	let meters = registered(&store).unwrap();
	let items = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	let item = items.iter().find(|i| (i.device, i.direction) == (40, direction)).unwrap();
	assert_eq!(item.commitment, format!("0x{}", hex::encode(opening.commitment)));
	let slot = Slot { genesis: GENESIS, device: 40, period: 103, direction };
	let key = Secret::new(&[1; 32]).key();
	let signature = key.sign_commitment(&slot, &opening.commitment);
	assert_eq!(item.signature, format!("0x{}", hex::encode(signature)));
}

#[test]
fn a_run_with_refusals_does_not_end_well() {
	assert!(ensure_none_refused(0, 8).is_ok());
	let error = ensure_none_refused(3, 8).unwrap_err();
	assert_eq!(error.name(), "CommitmentsRefused");
	assert!(error.to_string().starts_with("3 of 8 commitments"), "{error}");
}
