use std::cell::Cell;

use super::*;
use crate::{
	rpc::{Refusal, Schedule},
	store::{Facts, Key, Salts},
	types::{Directions, Resource},
};
use meterproof_programs::commitment::commit_reading;

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
	let mut store = Store::create(&folder.path().join("store"), "password", GENESIS).unwrap();
	store.add_meters(vec![meter("a"), meter("b")]).unwrap();
	let devices = (0..2).map(|meter| Entry::Device { meter, device: 40 + meter });
	store.append(devices.collect()).unwrap();
	store
}

fn steps(readings: &Readings) -> &[Step] {
	readings.window(None, None).unwrap()
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
	let readings = Readings::parse(READINGS.as_bytes()).unwrap();
	let first = prepare(&mut store, &GENESIS, &meters, 103, &steps(&readings)[0]).unwrap();
	assert_eq!(first.len(), 4);
	for item in &first {
		let opening = store.opening(item.device, 103, item.direction).unwrap();
		let direction = item.direction.number();
		let again = commit_reading(opening.reading, item.device, 103, direction, &opening.salt);
		assert_eq!(item.commitment, format!("0x{}", hex::encode(again)));
	}
	drop(store);

	let mut store = Store::open_for_writing(&folder.path().join("store"), "password").unwrap();
	let again = prepare(&mut store, &GENESIS, &meters, 103, &steps(&readings)[0]).unwrap();
	assert_eq!(sent(&again), sent(&first));
}

#[test]
fn salts_are_those_of_the_meter_s_ratchet() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let readings = Readings::parse(READINGS.as_bytes()).unwrap();
	for (period, step) in (103..).zip(steps(&readings)) {
		prepare(&mut store, &GENESIS, &meters, period, step).unwrap();
	}
	let mut secret = PeriodSecret::new(Secret::new(&[2; 32]).salts(), 100);
	secret.advance(104, 4).unwrap();
	let slot = Slot {
		genesis: GENESIS,
		device: 41,
		period: 104,
		direction: meterproof_device::Direction::Export,
	};
	let opening = store.opening(41, 104, Direction::Export).unwrap();
	assert_eq!(opening.salt, secret.secret().salt(&slot, 0));
	assert_eq!(opening.reading, 8);
	assert!(store.meters().all(|(_, meter, _)| meter.salts().unwrap().period == 104));
}

#[test]
fn a_changed_reading_is_refused_and_so_is_a_passed_period() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let readings = Readings::parse(READINGS.as_bytes()).unwrap();
	let steps = steps(&readings);
	prepare(&mut store, &GENESIS, &meters, 103, &steps[0]).unwrap();
	let error = prepare(&mut store, &GENESIS, &meters, 103, &steps[1]).unwrap_err();
	assert_eq!(error.name(), "ReadingChanged");
	let error = prepare(&mut store, &GENESIS, &meters, 102, &steps[0]).unwrap_err();
	assert_eq!(error.name(), "SaltSecretGone");
}

#[test]
fn bad_readings_are_refused_before_anything_is_sent() {
	let folder = tempfile::tempdir().unwrap();
	let meters = registered(&store(&folder)).unwrap();
	let refusal = |text: &str| {
		let readings = Readings::parse(text.as_bytes()).unwrap();
		check(&readings, steps(&readings), &[103, 104], &meters).unwrap_err().name().to_owned()
	};
	assert_eq!(refusal(&READINGS.replace("b,7,8", "b,11,8")), "AboveNameplate");
	assert_eq!(refusal(&READINGS.replace("b,7,8", "b,7,")), "MissingReading");
	assert_eq!(refusal(&READINGS.replace("b,7,8", "c,7,8")), "MissingReading");
	assert_eq!(refusal(&READINGS.replace("_wh", "_l")), "WrongUnit");
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
fn an_unregistered_meter_is_named() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	store.add_meters(vec![meter("c")]).unwrap();
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
	let readings = Readings::parse(READINGS.as_bytes()).unwrap();
	check(&readings, steps(&readings), &[103, 104], &meters).unwrap();
	let items = prepare(&mut store, &GENESIS, &meters, 103, &steps(&readings)[0]).unwrap();
	assert!(items.iter().all(|item| [40, 41].contains(&item.device)));
	assert_eq!(items.len(), 4);
}

#[test]
fn a_store_of_meters_with_their_own_keys_has_nothing_to_send() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = Store::create(&folder.path().join("store"), "password", GENESIS).unwrap();
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
	let readings = Readings::parse(READINGS.as_bytes()).unwrap();
	let steps = steps(&readings);
	check(&readings, steps, &[103, 104], &meters).unwrap();
	let before = prepare(&mut store, &GENESIS, &meters, 103, &steps[0]).unwrap();
	let after = prepare(&mut store, &GENESIS, &meters, 104, &steps[1]).unwrap();
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
	let readings = Readings::parse(READINGS.as_bytes()).unwrap();
	let items = prepare(&mut store, &GENESIS, &meters, 103, &steps(&readings)[0]).unwrap();
	let item = items.iter().find(|i| (i.device, i.direction) == (40, direction)).unwrap();
	assert_eq!(item.commitment, format!("0x{}", hex::encode(opening.commitment)));
	let slot = Slot { genesis: GENESIS, device: 40, period: 103, direction };
	let key = Secret::new(&[1; 32]).key();
	let signature = key.sign_commitment(&slot, &opening.commitment);
	assert_eq!(item.signature, format!("0x{}", hex::encode(signature)));
}

#[test]
fn what_a_busy_node_refused_is_sent_again() {
	let refused = |name: &str| CommitmentAnswer::Refused {
		error: Refusal { name: name.into(), message: String::new() },
	};
	for answer in [CommitmentAnswer::Accepted, refused("NodeBusy"), refused("PoolFull")] {
		assert!(waits(&answer), "{answer:?}");
	}
	for answer in [CommitmentAnswer::Recorded, refused("CutOffPassed"), refused("Malformed")] {
		assert!(!waits(&answer), "{answer:?}");
	}
}
