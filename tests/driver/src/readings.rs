//! Tables of readings: `time,meter,import_wh,export_wh`, every meter at every time.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::{bail, Context, Result};

/// The columns.
pub const HEADER: &str = "time,meter,import_wh,export_wh";

/// What a meter counted in one time step, in Wh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
	/// Taken from the grid.
	pub import: u32,
	/// Given to the grid.
	pub export: u32,
}

/// Readings of many meters over the same times.
#[derive(Clone, Debug)]
pub struct Table {
	/// Times, ascending.
	pub times: Vec<String>,
	/// Meters by name, each with one reading per time.
	pub meters: BTreeMap<String, Vec<Reading>>,
}

/// A run of consecutive time steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
	/// Index of the first.
	pub first: usize,
	/// How many.
	pub steps: usize,
}

impl Table {
	/// Reads a table; every fault is told with its line.
	pub fn parse(text: &str) -> Result<Self> {
		let mut lines = text.lines().zip(1usize..);
		let header = lines.next().map(|(line, _)| line.trim());
		if header != Some(HEADER) {
			bail!("line 1: the columns must be {HEADER}");
		}
		let mut cells: BTreeMap<(String, String), (Reading, usize)> = BTreeMap::new();
		for (line, number) in lines {
			if line.trim().is_empty() {
				continue;
			}
			let (time, meter, reading) =
				row(line).with_context(|| format!("line {number}: {line}"))?;
			if let Some((_, first)) = cells.insert((time, meter), (reading, number)) {
				bail!("line {number}: this meter and time are on line {first} already");
			}
		}
		let mut times: Vec<String> = cells.keys().map(|(time, _)| time.clone()).collect();
		times.dedup();
		let mut meters: BTreeMap<String, Vec<Reading>> = BTreeMap::new();
		for ((_, meter), (reading, _)) in cells {
			meters.entry(meter).or_default().push(reading);
		}
		if meters.is_empty() {
			bail!("the file has no readings");
		}
		for (meter, readings) in &meters {
			if readings.len() != times.len() {
				bail!("{meter} has {} readings at {} times", readings.len(), times.len());
			}
		}
		Ok(Self { times, meters })
	}

	/// Whether a meter ever gives to the grid.
	pub fn exports(&self, meter: &str) -> bool {
		self.meters.get(meter).is_some_and(|all| all.iter().any(|reading| reading.export > 0))
	}

	/// The most a meter ever counts in one step.
	pub fn peak(&self, meter: &str) -> u32 {
		let all = self.meters.get(meter).into_iter().flatten();
		all.map(|reading| reading.import.max(reading.export)).max().unwrap_or(0)
	}

	/// What a meter exports in one step.
	pub fn export(&self, meter: &str, step: usize) -> u64 {
		let reading = self.meters.get(meter).and_then(|all| all.get(step));
		reading.map_or(0, |reading| u64::from(reading.export))
	}

	/// The consecutive steps whose darkest one is the brightest: most export.
	pub fn brightest(&self, steps: usize) -> Result<Stretch> {
		let seconds: Vec<u64> =
			self.times.iter().map(|time| unix_seconds(time)).collect::<Result<_>>()?;
		let gaps = || seconds.windows(2).map(|pair| pair[1] - pair[0]);
		let step = gaps().min().unwrap_or(0);
		let sums: Vec<u64> = (0..self.times.len())
			.map(|at| self.meters.keys().map(|meter| self.export(meter, at)).sum())
			.collect();
		let last_first = self.times.len().checked_sub(steps).context("too few times")?;
		(0..=last_first)
			.filter(|first| {
				seconds[first + steps - 1] - seconds[*first] == step * (steps as u64 - 1)
			})
			.max_by_key(|first| {
				let darkest = sums[*first..first + steps].iter().min().copied().unwrap_or(0);
				// Of equals, the first.
				(darkest, std::cmp::Reverse(*first))
			})
			.map(|first| Stretch { first, steps })
			.with_context(|| format!("no {steps} consecutive time steps"))
	}

	/// The rows of some meters in a stretch.
	pub fn csv(&self, meters: &[String], stretch: Stretch) -> String {
		let mut text = format!("{HEADER}\n");
		for step in stretch.first..stretch.first + stretch.steps {
			for meter in meters {
				let reading = self.meters.get(meter).and_then(|all| all.get(step));
				if let Some(Reading { import, export }) = reading {
					let time = &self.times[step];
					// Writing to a string does not fail.
					let _ = writeln!(text, "{time},{meter},{import},{export}");
				}
			}
		}
		text
	}
}

fn row(line: &str) -> Result<(String, String, Reading)> {
	let cells: Vec<&str> = line.trim().split(',').collect();
	let [time, meter, import, export] = cells[..] else {
		bail!("a row has four cells");
	};
	unix_seconds(time)?;
	if meter.is_empty() {
		bail!("no meter is named");
	}
	let wh = |cell: &str| {
		cell.parse::<u32>().with_context(|| format!("`{cell}` is not a whole number of Wh"))
	};
	Ok((time.into(), meter.into(), Reading { import: wh(import)?, export: wh(export)? }))
}

/// The time, such as 2016-06-14T10:00:00Z, that is so many seconds after the beginning of 1970.
pub fn time(unix_seconds: u64) -> String {
	let (days, second) = (unix_seconds / 86_400, unix_seconds % 86_400);
	// Years that begin in March end with the leap day.
	let days = days + 719_468;
	let (era, day) = (days / 146_097, days % 146_097);
	let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
	let day = day - (365 * year + year / 4 - year / 100);
	let month = (5 * day + 2) / 153;
	let date = day - (153 * month + 2) / 5 + 1;
	let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
	let year = era * 400 + year + next;
	let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
	format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Seconds since 1970 of a time such as 2016-06-14T10:00:00Z.
fn unix_seconds(time: &str) -> Result<u64> {
	let bad = || format!("`{time}` is not a time like 2016-06-14T10:00:00Z");
	let text = time.strip_suffix('Z').with_context(bad)?;
	let parts: Vec<u64> = text
		.split(['-', 'T', ':'])
		.map(|part| part.parse().ok().filter(|_| part.len() == 2 || part.len() == 4))
		.collect::<Option<_>>()
		.with_context(bad)?;
	let [year, month, day, hour, minute, second] = parts[..] else {
		bail!(bad());
	};
	let is_leap = |year: u64| {
		year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
	};
	let february = if is_leap(year) { 29 } else { 28 };
	let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
	let in_range = year >= 1970
		&& (1..=12).contains(&month)
		&& (1..=months[(month as usize + 11) % 12]).contains(&day)
		&& hour < 24
		&& minute < 60
		&& second < 60;
	if !in_range {
		bail!(bad());
	}
	let years: u64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
	let days = years + months.iter().take(month as usize - 1).sum::<u64>() + day - 1;
	Ok(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
	use super::*;

	const DAY: &str = "time,meter,import_wh,export_wh\n\
		2016-06-14T11:45:00Z,a,0,9\n2016-06-14T11:45:00Z,b,5,0\n\
		2016-06-14T12:00:00Z,a,0,7\n2016-06-14T12:00:00Z,b,6,0\n\
		2016-06-14T12:15:00Z,a,0,8\n2016-06-14T12:15:00Z,b,7,0\n\
		2016-06-15T12:00:00Z,a,0,90\n2016-06-15T12:00:00Z,b,8,0\n";

	#[test]
	fn a_table_is_read() {
		let table = Table::parse(DAY).unwrap();
		assert_eq!(table.times.len(), 4);
		assert!(table.exports("a") && !table.exports("b"));
		assert_eq!((table.peak("a"), table.export("a", 1)), (90, 7));
	}

	#[test]
	fn the_brightest_stretch_has_no_gap() {
		let table = Table::parse(DAY).unwrap();
		assert_eq!(table.brightest(2).unwrap(), Stretch { first: 0, steps: 2 });
		assert_eq!(table.brightest(1).unwrap(), Stretch { first: 3, steps: 1 });
		assert!(table.brightest(4).is_err());
		assert!(table.brightest(5).is_err());
	}

	#[test]
	fn a_part_is_a_table_again() {
		let table = Table::parse(DAY).unwrap();
		let text = table.csv(&["b".into()], Stretch { first: 1, steps: 2 });
		let part = Table::parse(&text).unwrap();
		assert_eq!(part.times, ["2016-06-14T12:00:00Z", "2016-06-14T12:15:00Z"]);
		assert_eq!(part.meters.len(), 1);
	}

	#[test]
	fn faults_are_told_with_their_line() {
		let fault = |rows: &str| {
			let text = format!("{HEADER}\n2016-06-14T12:00:00Z,a,0,7\n{rows}\n");
			format!("{:#}", Table::parse(&text).unwrap_err())
		};
		assert!(Table::parse("time,meter,wh\n").unwrap_err().to_string().contains("line 1"));
		assert!(fault("2016-06-14T12:00:00Z,a,0,7").contains("line 3"));
		assert!(fault("2016-06-14T12:15:00Z,a,-1,7").contains("`-1`"));
		assert!(fault("2016-06-14T12:15:00Z,a,1").contains("four cells"));
		assert!(fault("2016-06-31T12:15:00Z,a,1,1").contains("not a time"));
		assert!(fault("2016-06-14T12:15:00Z,b,1,1").contains("readings at"));
	}

	#[test]
	fn times_are_seconds_since_1970() {
		assert_eq!(unix_seconds("1970-01-01T00:00:00Z").unwrap(), 0);
		assert_eq!(unix_seconds("2000-03-01T00:00:00Z").unwrap(), 951_868_800);
		assert_eq!(unix_seconds("2016-06-14T10:15:30Z").unwrap(), 1_465_899_330);
		assert!(unix_seconds("2016-06-14 10:15:30").is_err());
		assert_eq!(time(951_868_799), "2000-02-29T23:59:59Z");
		for seconds in [0, 951_868_800, 1_465_899_330, 1_798_761_599, 4_107_542_400] {
			assert_eq!(unix_seconds(&time(seconds)).unwrap(), seconds);
		}
	}
}
