//! What a gateway promises, by promise. Here stands what the tests share.

mod corrections;
mod keys;
mod openings;
mod others;
mod periods;
mod rows;
mod telegrams;

use std::{cell::Cell, collections::HashMap};

use super::{
	committing::first_needed,
	counting::Answers,
	preparing::{prepare, unsettled, Prepared, Task},
	report::late_telegrams,
	*,
};
use crate::{
	readings::{window, ReadingsError, Row},
	rpc::{PeriodPhase, Refusal, RegisterStatus, Schedule},
	store::{Entry, Facts, Key, Opening, Salts, KEPT_PERIODS},
	telegrams::{Kept, Telegram, MOST_TELEGRAMS},
	types::{Direction, Directions, Group, Resource},
};
use meterproof_device::{PeriodSecret, Slot};
use meterproof_meters::{Amount, Place, Unit};
use meterproof_programs::commitment::commit_reading;
use proptest::prelude::*;
use subxt::utils::AccountId32;

const GENESIS: [u8; 32] = [9; 32];

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
	Told { file: None, place: Some(Place::Line(line)), said }
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

/// What a chain says that has these commitments.
fn has(sent: &[CommitmentItem]) -> Answers {
	answers(&[40, 41], |device, direction| {
		let known = sent.iter().find(|item| (item.device, item.direction) == (device, direction));
		let commitment = known.map(|item| item.commitment.clone());
		RegisterStatus { commitment, ..counted(direction) }
	})
}

/// The oldest periods for which a store's meters have salt secrets.
fn oldest(store: &Store) -> Vec<u64> {
	store.meters().map(|(_, meter, _)| meter.salts().unwrap().period).collect()
}

const QUARTER: u64 = 900_000;

const TIMETABLE: Timetable = Timetable { period: 100, start_ms: 100 * QUARTER, length_ms: QUARTER };

/// When the rows of tests begin: a quarter of an hour.
const TEN: u64 = 1_465_898_400_000;

/// A row of `a`: after so many quarters of an hour, of so many of them, if it has no reading `None`.
fn row(line: u64, after: u64, quarters: u64, reading: Option<u32>) -> Row {
	let start_ms = TEN + after * QUARTER;
	let missing = || Refusal { name: "MissingReading".to_owned(), message: String::new() };
	Row {
		file: None,
		place: Place::Line(line),
		meter: "a".to_owned(),
		direction: Direction::Import,
		start_ms,
		end_ms: start_ms + quarters * QUARTER,
		said: reading
			.map(|reading| Amount::new(reading.into(), 0, Unit::WattHour).unwrap())
			.ok_or_else(missing),
		telegrams: Vec::new(),
	}
}

/// The periods and what is told of `a` in each: a reading, or the name of what is wrong.
fn told_by_period(placed: &Placed) -> Vec<(u64, Option<Result<u32, String>>)> {
	let of = |placement: &placing::Placement| {
		let told = placement.readings.of("a", Direction::Import)?;
		let said = told.said.as_ref().map(|amount| amount.whole(Resource::Electricity).unwrap());
		Some(said.map_err(|refusal| refusal.name.clone()))
	};
	placed.periods.iter().map(|(period, placement)| (*period, of(placement))).collect()
}

fn refused_rows(placed: &Placed) -> Vec<(Place, &'static str)> {
	placed.refused.iter().map(|row| (row.refused.place, row.refused.name)).collect()
}

/// The salt that a meter's first secret leads to.
fn salt_of(device: u32, period: u64, direction: Direction, reading: u32) -> [u64; 4] {
	let mut secret = PeriodSecret::new(Secret::new(&[2; 32]).salts(), 100);
	secret.advance(period, 1_000).unwrap();
	secret.secret().salt(&Slot { genesis: GENESIS, device, period, direction }, reading)
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
