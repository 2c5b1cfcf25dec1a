//! What simulated meters count: made up, or replayed from a file of readings.

use super::Totals;
use crate::telegram::Unusable;

/// A quarter of an hour, ms: the step of what is made up.
const QUARTER: u64 = 15 * 60 * 1000;
/// 2026-01-01 UTC, when made-up meters were installed.
const INSTALLED: u64 = 1_767_225_600_000;
/// Quarters of an hour that a made-up meter can be old: a hundred years.
const OLDEST: u64 = 100 * 366 * 96;
/// Time steps of a file.
const MOST_STEPS: usize = 1 << 20;

/// What a meter counts over time.
pub enum Curve {
	/// Of a seed: a household whose roof gives in daytime.
	Made(Made),
	/// Of a file, over and over from the time when it was read.
	Replayed(Replayed),
	/// What somebody says of a time, Unix ms.
	Told(Box<dyn FnMut(u64) -> Totals + Send>),
}

impl Curve {
	/// The standings at a time, Unix ms. Times are asked for in order.
	pub fn totals(&mut self, at_ms: u64) -> Totals {
		match self {
			Self::Made(made) => made.totals(at_ms),
			Self::Replayed(replayed) => replayed.totals(at_ms),
			Self::Told(told) => told(at_ms),
		}
	}
}

/// A made-up meter. The same seed says the same at the same time, whenever the program was started.
pub struct Made {
	seed: u64,
	export: bool,
	/// The quarter of an hour that runs, from the installation.
	quarter: u64,
	/// What was counted before it.
	import: u64,
	exported: u64,
}

impl Made {
	/// Of a seed; `export` is whether the meter has the register.
	pub fn new(seed: u64, export: bool) -> Self {
		let import = mixed(seed, u64::MAX) % 10_000_000;
		Self { seed, export, quarter: 0, import, exported: 0 }
	}

	/// What is taken and given in a quarter of an hour.
	fn step(&self, quarter: u64) -> (u64, u64) {
		let noise = mixed(self.seed, quarter);
		let hour = quarter / 4 % 24;
		let sun = if (8..16).contains(&hour) { noise >> 32 & 0xff } else { 0 };
		(20 + noise % 180, if self.export { sun } else { 0 })
	}

	fn totals(&mut self, at_ms: u64) -> Totals {
		let since = at_ms.saturating_sub(INSTALLED);
		let (now, within) = ((since / QUARTER).min(OLDEST), since % QUARTER);
		while self.quarter < now {
			let (import, export) = self.step(self.quarter);
			self.import += import;
			self.exported += export;
			self.quarter += 1;
		}
		let (import, export) = self.step(self.quarter);
		Totals {
			at_ms,
			import: self.import + import * within / QUARTER,
			export: self.export.then_some(self.exported + export * within / QUARTER),
		}
	}
}

/// Numbers that look random (SplitMix64).
fn mixed(seed: u64, place: u64) -> u64 {
	let mut number = seed.wrapping_add(place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
	number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
	number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
	number ^ number >> 31
}

/// Readings of a file, replayed.
pub struct Replayed {
	/// Standings at the end of each step, from the first on.
	import: Vec<u64>,
	export: Option<Vec<u64>>,
	step_ms: u64,
	start_ms: u64,
}

impl Replayed {
	/// The readings of a meter in a file of the columns `time,meter,import_wh,export_wh` (or `import_l`),
	/// in order and without gaps. The first step begins at `start_ms`, rounded down to whole steps.
	pub fn read(text: &str, meter: &str, start_ms: u64) -> Result<Self, Unusable> {
		let bad = |line: usize, what: &str| {
			Unusable::new("BadReadings", format!("line {}: {what}", line + 1))
		};
		let mut rows: Vec<(u64, u64, Option<u64>)> = Vec::new();
		for (line, row) in text.lines().enumerate().skip(1) {
			let cells: Vec<&str> = row.trim_end().split(',').collect();
			let [time, name, import, export] = cells[..] else {
				return Err(bad(line, "a row has four cells"));
			};
			if name != meter {
				continue;
			}
			let time = chrono::DateTime::parse_from_rfc3339(time)
				.ok()
				.and_then(|time| u64::try_from(time.timestamp_millis()).ok())
				.ok_or_else(|| bad(line, "the time is not like 2016-06-14T10:00:00Z"))?;
			let number = |cell: &str| match cell {
				"" => Ok(None),
				cell => match cell.parse::<u32>() {
					Ok(number) => Ok(Some(u64::from(number))),
					Err(_) => Err(bad(line, "a reading is not a whole number")),
				},
			};
			rows.push((time, number(import)?.unwrap_or(0), number(export)?));
			if rows.len() > MOST_STEPS {
				return Err(bad(line, "the file has more than 1048576 time steps"));
			}
		}
		let step_ms = match rows[..] {
			[(first, ..), (second, ..), ..] if second > first => second - first,
			_ => {
				return Err(Unusable::new(
					"BadReadings",
					"the file has no two readings of the meter in order of time",
				))
			},
		};
		if rows.windows(2).any(|two| two[1].0 != two[0].0 + step_ms) {
			return Err(Unusable::new("BadReadings", "the file's time steps are not all as long"));
		}
		let summed = |parts: &mut dyn Iterator<Item = u64>| -> Vec<u64> {
			parts
				.scan(0u64, |sum, part| {
					*sum += part;
					Some(*sum)
				})
				.collect()
		};
		let import = summed(&mut rows.iter().map(|row| row.1));
		let has_export = rows.iter().any(|row| row.2.is_some());
		let export = has_export.then(|| summed(&mut rows.iter().map(|row| row.2.unwrap_or(0))));
		Ok(Self { import, export, step_ms, start_ms: start_ms - start_ms % step_ms })
	}

	fn totals(&self, at_ms: u64) -> Totals {
		let since = at_ms.saturating_sub(self.start_ms);
		let (step, within) = (since / self.step_ms, since % self.step_ms);
		let standing = |sums: &[u64]| {
			let length = sums.len() as u64;
			let (rounds, place) = (step / length, (step % length) as usize);
			let before = place.checked_sub(1).map_or(0, |place| sums[place]);
			let now = sums[place] - before;
			rounds * sums[sums.len() - 1] + before + now * within / self.step_ms
		};
		Totals {
			at_ms,
			import: standing(&self.import),
			export: self.export.as_deref().map(standing),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_made_up_grows_and_is_the_same_after_a_start() {
		let at = INSTALLED + 1000 * QUARTER;
		let mut one = Made::new(7, true);
		let mut last = one.totals(at);
		for step in 1..200 {
			let next = one.totals(at + step * QUARTER / 3);
			assert!(next.import >= last.import && next.export >= last.export);
			assert_eq!(next, Made::new(7, true).totals(next.at_ms));
			last = next;
		}
		assert_ne!(last.import, Made::new(8, true).totals(last.at_ms).import);
		assert_eq!(Made::new(7, false).totals(at).export, None);
	}

	const FILE: &str = "time,meter,import_wh,export_wh\n2016-06-14T00:00:00Z,a,10,\n\
		2016-06-14T00:00:00Z,b,1,2\n2016-06-14T00:15:00Z,a,20,4\n2016-06-14T00:15:00Z,b,3,4\n";

	#[test]
	fn a_file_is_replayed_over_and_over() {
		let start = INSTALLED + 60_000;
		let replayed = Replayed::read(FILE, "a", start).unwrap();
		let totals = |at| replayed.totals(INSTALLED + at);
		assert_eq!((totals(0).import, totals(0).export), (0, Some(0)));
		assert_eq!(totals(QUARTER / 2).import, 5);
		assert_eq!(totals(QUARTER).import, 10);
		assert_eq!((totals(2 * QUARTER).import, totals(2 * QUARTER).export), (30, Some(4)));
		assert_eq!(totals(7 * QUARTER).import, 100);
	}

	#[test]
	fn what_cannot_be_replayed_is_named_by_its_line() {
		let error = |text: &str| Replayed::read(text, "a", 0).err().unwrap().reason;
		assert!(error(FILE.replace("20,4", "20.5,4").as_str()).starts_with("line 4"));
		assert!(error(FILE.replace("20,4", "20").as_str()).starts_with("line 4"));
		assert!(error(FILE.replace("14T00:15:00Z,a", "14 0:15,a").as_str()).starts_with("line 4"));
		assert!(error("time,meter,import_wh,export_wh\n").contains("no two"));
		let gap = format!("{FILE}2016-06-14T01:15:00Z,a,10,\n");
		assert!(error(&gap).contains("steps"));
	}
}
