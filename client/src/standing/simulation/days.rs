//! Days of readings, and simulated days made of them.
//!
//! A simulated day is one of the file's whole days, drawn for all households at once, since the sky and the cold
//! are the same for all. What a household takes is scaled by 75 to 125 % for the day and by 80 to 120 % for each
//! period, what it feeds in by 60 to 140 % for the day, the same for all, and by 80 to 120 % for each period. The
//! draws are hashes of the seed, so that they are the same on every machine.

use std::{collections::BTreeMap, io::Read};

use blake2::{Blake2s256, Digest};
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use serde::Deserialize;

use super::SimulationError;
use crate::types::Direction;

/// What a meter counted in one period: import and export, in base units.
type Pair = [u32; 2];

/// Whole days of readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readings {
	/// The meters' names, sorted.
	pub meters: Vec<String>,
	/// The whole days, sorted.
	pub days: Vec<NaiveDate>,
	/// Periods in a day.
	pub slots: usize,
	/// By day, meter and period.
	pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Row {
	time: String,
	meter: String,
	import_wh: u32,
	export_wh: u32,
}

impl Readings {
	/// Reads a CSV file with the columns time, meter, `import_wh` and `export_wh`. Times are starts of periods.
	/// Days that are not whole are left out.
	pub fn read(file: impl Read) -> Result<Self, SimulationError> {
		let mut table = csv::Reader::from_reader(file);
		let bad = |line, reason| SimulationError::BadReadings { line, reason };
		let mut found: BTreeMap<(NaiveDate, u32), BTreeMap<String, Pair>> = BTreeMap::new();
		let mut meters = std::collections::BTreeSet::new();
		// The first line is the header.
		for (line, row) in (2u64..).zip(table.deserialize::<Row>()) {
			let row = row.map_err(|error| bad(line, error.to_string()))?;
			let time = DateTime::parse_from_rfc3339(&row.time)
				.map_err(|_| bad(line, "time is not like 2016-06-14T10:00:00Z".into()))?
				.with_timezone(&Utc);
			let at = (time.date_naive(), time.num_seconds_from_midnight());
			meters.insert(row.meter.clone());
			let known = found.entry(at).or_default();
			if known.insert(row.meter, [row.import_wh, row.export_wh]).is_some() {
				return Err(bad(line, "the meter has a reading for this time already".into()));
			}
		}
		Self::of(meters.into_iter().collect(), &found)
	}

	fn of(
		meters: Vec<String>,
		found: &BTreeMap<(NaiveDate, u32), BTreeMap<String, Pair>>,
	) -> Result<Self, SimulationError> {
		let mut by_day: BTreeMap<NaiveDate, Vec<(u32, Vec<Pair>)>> = BTreeMap::new();
		for ((date, second), row) in found {
			let row: Vec<_> = meters.iter().filter_map(|meter| row.get(meter)).copied().collect();
			by_day.entry(*date).or_default().push((*second, row));
		}
		let slots = by_day.values().map(Vec::len).max().unwrap_or(0);
		let is_whole = |day: &Vec<(u32, Vec<Pair>)>| {
			let length = u32::try_from(slots).ok().and_then(|slots| 86_400u32.checked_div(slots));
			let even = length.is_some_and(|length| u64::from(length) * slots as u64 == 86_400);
			let starts = (0u32..).map(|at| length.unwrap_or(0).saturating_mul(at));
			day.len() == slots
				&& even && day.iter().zip(starts).all(|((second, _), start)| *second == start)
				&& day.iter().all(|(_, row)| row.len() == meters.len())
		};
		by_day.retain(|_, day| is_whole(day));
		if by_day.is_empty() || meters.is_empty() {
			return Err(SimulationError::NoWholeDay);
		}
		let mut pairs = Vec::new();
		for day in by_day.values() {
			for meter in 0..meters.len() {
				pairs.extend(day.iter().filter_map(|(_, row)| row.get(meter)));
			}
		}
		Ok(Self { meters, days: by_day.into_keys().collect(), slots, pairs })
	}

	fn pair(&self, day: usize, meter: usize, slot: usize) -> Pair {
		let at = (day * self.meters.len() + meter) * self.slots + slot;
		self.pairs.get(at).copied().unwrap_or_default()
	}
}

/// Simulated days.
pub struct Simulated {
	meters: usize,
	slots: usize,
	/// By day, meter and period.
	counted: Vec<[u64; 2]>,
}

impl Simulated {
	/// Makes up so many days from readings.
	pub fn of(readings: &Readings, seed: u64, days: u32) -> Self {
		let (meters, slots) = (readings.meters.len(), readings.slots);
		let mut counted = Vec::new();
		for day in 0..u64::from(days) {
			let model = draw(seed, [0, day, 0, 0]) % readings.days.len().max(1) as u64;
			let sky = percent(draw(seed, [1, day, 0, 0]), 60, 140);
			for meter in 0..meters {
				let taste = percent(draw(seed, [2, day, meter as u64, 0]), 75, 125);
				for slot in 0..slots {
					let noise = percent(draw(seed, [3, day, meter as u64, slot as u64]), 80, 120);
					let [import, export] =
						readings.pair(usize::try_from(model).unwrap_or(0), meter, slot);
					let scaled =
						|reading: u32, factor: u64| u64::from(reading) * factor * noise / 10_000;
					counted.push([scaled(import, taste), scaled(export, sky)]);
				}
			}
		}
		Self { meters, slots, counted }
	}

	/// How many meters there are.
	pub fn meters(&self) -> usize {
		self.meters
	}

	/// How many periods a day has.
	pub fn slots(&self) -> usize {
		self.slots
	}

	/// What a meter counts in a period.
	pub fn counted(&self, day: u32, meter: usize, slot: usize, direction: Direction) -> u64 {
		let at = (day as usize * self.meters + meter) * self.slots + slot;
		let [import, export] = self.counted.get(at).copied().unwrap_or_default();
		match direction {
			Direction::Import => import,
			Direction::Export => export,
		}
	}
}

fn percent(drawn: u64, least: u64, most: u64) -> u64 {
	least + drawn % (most - least + 1)
}

/// A number that nobody can tell from a random one, and everybody can draw again.
fn draw(seed: u64, of: [u64; 4]) -> u64 {
	let mut hash = Blake2s256::new();
	hash.update(seed.to_le_bytes());
	for part in of {
		hash.update(part.to_le_bytes());
	}
	let digest = hash.finalize();
	digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
