//! Readings out of files: what an operator's meters counted, and when.
//!
//! Files are read whole before anything is sent. A fault of a row is its own: it is refused with its
//! line, and the rest of the file goes on. Rows of meters that are not the operator's are as if they
//! were not there: they set no step and stop nothing. Texts name lines and meters, never a reading.

mod edge;
mod kept;
mod told;
mod window;

use std::{
	collections::{BTreeMap, HashMap, HashSet},
	fs,
	path::{Path, PathBuf},
	time::UNIX_EPOCH,
};

use meterproof_meters::{
	files::{
		own_csv::{Options, OwnCsv},
		times::Labels,
	},
	intervals::{Grid, Intervals, Scale},
	Amount, Finding, Measured, Place, Refused, Unit, Value,
};

use crate::{
	error::{file, named_errors, Error, Named, Result},
	rpc::Refusal,
	telegrams::Telegram,
	timetable::local_ms,
	types::Direction,
};

pub use edge::{verdict, ClockError, Verdict};
pub use kept::keep;
pub use told::{refusal, NoReading, PeriodReadings, Told};
pub use window::{window, Window};

named_errors! {
	/// Why readings cannot be used.
	#[derive(PartialEq, Eq)]
	pub enum ReadingsError {
		/// No file has rows of the store's meters that can be used.
		NoReadings => "no row is of a meter of the store, has a time of its own, and was over when the \
			file was written";
		/// No row has the time to start from.
		TimeNotFound => "no row of a meter of the store has the time to start from";
		/// Fewer time steps than asked for.
		TooFewSteps { asked: u64, found: u64 }
			=> "{asked} periods asked for, and {found} time steps from there on";
		/// A row lasts longer or shorter than those that are replayed.
		NotTheStep { seconds: u64, step: u64 }
			=> "the row is of {seconds} s, and not one of the time steps of {step} s that are replayed: \
				choose others with --from-time and --periods, or say with --step that rows are missing";
		/// Two rows say different things of one register and time.
		Duplicate { first: String, second: String }
			=> "{first} and {second} say different things of this time";
	}
}

/// What one register counted in one interval, or why that is not known.
#[derive(Clone, Debug)]
pub struct Row {
	/// The file, where there are several.
	pub file: Option<String>,
	/// Where it stands.
	pub place: Place,
	/// Which meter.
	pub meter: String,
	/// Which register.
	pub direction: Direction,
	/// From when on, Unix ms.
	pub start_ms: u64,
	/// Until when, Unix ms.
	pub end_ms: u64,
	/// What it counted.
	pub said: Result<Amount, Refusal>,
	/// The signed telegrams that it comes from.
	pub telegrams: Vec<Telegram>,
}

impl Row {
	/// How long it lasts, in ms.
	pub fn length_ms(&self) -> u64 {
		self.end_ms.saturating_sub(self.start_ms)
	}
}

/// A row of which it is not known for which period it is.
#[derive(Clone, Debug)]
pub struct RefusedRow {
	/// The file, where there are several.
	pub file: Option<String>,
	/// What is wrong.
	pub refused: Refused,
}

/// What files say of an operator's meters.
#[derive(Debug, Default)]
pub struct Rows {
	/// In order of time.
	pub rows: Vec<Row>,
	/// Rows that cannot be placed.
	pub refused: Vec<RefusedRow>,
	/// Rows of times that were not over when the file was written, which are no readings.
	pub ahead: u64,
	/// The meters and labels of the rows that `ahead` counts.
	ahead_at: HashSet<(String, u64)>,
	/// What a person should look at.
	pub warnings: Vec<String>,
}

impl Rows {
	/// Whether all that there is of a meter with a label was not over when it was written. `at_end`:
	/// whether labels stand at the ends of intervals.
	pub fn is_ahead(&self, meter: &str, label_ms: u64, at_end: bool) -> bool {
		let label = |row: &Row| if at_end { row.end_ms } else { row.start_ms };
		self.ahead_at.contains(&(meter.to_owned(), label_ms))
			&& !self.rows.iter().any(|row| row.meter == meter && label(row) == label_ms)
	}
}

/// A file of readings.
#[derive(Debug)]
struct Source {
	path: PathBuf,
	csv: OwnCsv,
	/// When it was written or read, whichever is earlier, Unix ms: nothing in it can have been measured
	/// later.
	taken_ms: u64,
}

/// Files of readings, read and not yet placed in time.
#[derive(Debug)]
pub struct Files {
	sources: Vec<Source>,
	options: Options,
	labels_given: bool,
}

impl Files {
	/// Reads files. `labels_given`: whether somebody said where labels stand.
	///
	/// # Errors
	///
	/// Those of a whole file: it cannot be read, is no table, has unknown columns, names no unit.
	pub fn read(paths: &[PathBuf], options: &Options, labels_given: bool) -> Result<Self> {
		let mut sources = Vec::new();
		for path in paths {
			let unreadable = |error| file("cannot read", path, &error);
			// The file may be written anew at any time: what is read is at least as old as this.
			let taken_ms = written_ms(path).map_err(unreadable)?.min(local_ms());
			let bytes = fs::read(path).map_err(unreadable)?;
			let csv = OwnCsv::parse(&bytes, options).map_err(|error| {
				Error::new(error.name(), format!("{}: {error}", path.display()))
			})?;
			sources.push(Source { path: path.clone(), csv, taken_ms });
		}
		Ok(Self { sources, options: *options, labels_given })
	}

	/// Whether a meter has a row anywhere.
	pub fn names(&self, meter: &str) -> bool {
		self.sources.iter().any(|source| source.csv.meters().contains(meter))
	}

	/// The units of their rows.
	pub fn units(&self) -> Vec<Unit> {
		self.sources.iter().flat_map(|source| source.csv.units()).collect()
	}

	/// What the files say of some meters. `grid` is where intervals begin and end: rows of a meter
	/// with a single time last as long, and registers are counted from one boundary to the next.
	/// Without a grid registers are counted from row to row. `replayed`: whether the times are others
	/// than those of the periods, so that they may be long past.
	pub fn rows(
		&self,
		meters: &HashMap<String, Scale>,
		grid: Option<Grid>,
		replayed: bool,
	) -> Rows {
		let mut all = Rows::default();
		for source in &self.sources {
			self.rows_of(source, meters, grid, replayed, &mut all);
		}
		all.rows.sort_by_key(|row| row.start_ms);
		all
	}

	fn rows_of(
		&self,
		source: &Source,
		meters: &HashMap<String, Scale>,
		grid: Option<Grid>,
		replayed: bool,
		all: &mut Rows,
	) {
		let single_ms = grid.map(|grid| grid.length_ms);
		let findings = source.csv.findings(single_ms, source.taken_ms);
		let ours = |meter: &str| meters.contains_key(meter);
		let mut usable = Vec::new();
		let (mut last_ahead, mut ahead) = (None, 0);
		let mut wrong_clock = None;
		let at_end = self.options.labels == Labels::End;
		for finding in findings {
			match &finding {
				Finding::Refused(refused) if refused.meter.as_deref().is_none_or(ours) => {},
				Finding::Measured(measured) if ours(&measured.meter) => {
					let (start_ms, end_ms) = times(measured);
					let taken_ms = measured.taken_ms.unwrap_or(u64::MAX).min(source.taken_ms);
					match verdict((start_ms, end_ms), taken_ms, replayed) {
						Verdict::Over => {},
						Verdict::Ahead => {
							ahead += 1;
							let label_ms = if at_end { end_ms } else { start_ms };
							all.ahead_at.insert((measured.meter.clone(), label_ms));
							drop_reason(&mut usable, measured);
							let this = (start_ms, measured.place);
							let latest = last_ahead.is_none_or(|(start, _)| start_ms > start);
							last_ahead = if latest { Some(this) } else { last_ahead };
							continue;
						},
						Verdict::Clock(error) => {
							let place = (measured.place, measured.meter.clone());
							drop_reason(&mut usable, measured);
							if wrong_clock.as_ref() != Some(&place) {
								wrong_clock = Some(place);
								usable.push(refused_finding(measured, &error));
							}
							continue;
						},
					}
				},
				_ => continue,
			}
			usable.push(finding);
		}
		all.ahead += ahead;
		self.warn(source, last_ahead, all);
		if self.options.registers {
			usable = self.counted(usable, meters, grid);
		}
		self.collect(source, usable, all);
	}

	/// Registers' standings as what was counted.
	fn counted(
		&self,
		findings: Vec<Finding>,
		meters: &HashMap<String, Scale>,
		grid: Option<Grid>,
	) -> Vec<Finding> {
		// A standing that is not known spoils what its neighbours say, and no interval of its own.
		let (mut standings, others): (Vec<_>, Vec<_>) = findings
			.into_iter()
			.filter(|finding| match finding {
				Finding::Measured(measured) => !matches!(measured.value, Value::Missing { .. }),
				Finding::Refused(_) => true,
			})
			.partition(|finding| matches!(finding, Finding::Measured(_)));
		let at = |finding: &Finding| match finding {
			Finding::Measured(measured) => times(measured).0,
			Finding::Refused(_) => 0,
		};
		standings.sort_by_key(at);
		let scale = |meter: &str| meters.get(meter).copied();
		if let Some(grid) = grid {
			let counted = Intervals::new(grid, 0).count(standings, scale);
			return others.into_iter().chain(counted).collect();
		}
		// From row to row of one meter: how far rows of two meters are apart says nothing.
		let mut by_meter: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
		for finding in standings {
			if let Finding::Measured(measured) = &finding {
				by_meter.entry(measured.meter.clone()).or_default().push(finding);
			}
		}
		let counted = by_meter.into_values().flat_map(|standings| {
			let mut times: Vec<_> = standings.iter().map(at).collect();
			times.dedup();
			let shortest = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).min();
			let length_ms = self.options.step_ms.or(shortest).unwrap_or(1);
			let anchor_ms = times.first().copied().unwrap_or(0);
			Intervals::new(Grid { anchor_ms, length_ms }, 0).count(standings, scale)
		});
		others.into_iter().chain(counted).collect()
	}

	/// Turns findings into rows. A refusal right before a missing value is the reason why it is
	/// missing; any other is of a row that has no place.
	fn collect(&self, source: &Source, findings: Vec<Finding>, all: &mut Rows) {
		let file = (self.sources.len() > 1).then(|| source.path.display().to_string());
		let mut held: Option<Refused> = None;
		for finding in findings {
			let measured = match finding {
				Finding::Refused(refused) => {
					let row = held.replace(refused);
					all.refused
						.extend(row.map(|refused| RefusedRow { file: file.clone(), refused }));
					continue;
				},
				Finding::Measured(measured) => measured,
			};
			let reason = held.take_if(|refused| {
				refused.place == measured.place
					&& refused.meter.as_deref() == Some(measured.meter.as_str())
					&& matches!(measured.value, Value::Missing { .. })
			});
			let Measured { place, meter, direction, value, .. } = measured;
			let (start_ms, end_ms, said) = match value {
				Value::Counted { start_ms, end_ms, amount } => (start_ms, end_ms, Ok(amount)),
				Value::Missing { start_ms, end_ms } => {
					let missing = || NoReading::MissingReading { meter: meter.clone(), direction };
					let reason = match reason {
						Some(reason) => {
							Refusal { name: reason.name.to_owned(), message: reason.reason }
						},
						None => refusal(&missing()),
					};
					(start_ms, end_ms, Err(reason))
				},
				Value::Stands { .. } => continue,
			};
			let (file, telegrams) = (file.clone(), Vec::new());
			all.rows.push(Row { file, place, meter, direction, start_ms, end_ms, said, telegrams });
		}
		all.refused.extend(held.map(|refused| RefusedRow { file, refused }));
	}

	/// Warns where labels may stand at ends. `ahead`: the last row that was not over, and when it
	/// begins.
	fn warn(&self, source: &Source, ahead: Option<(u64, Place)>, all: &mut Rows) {
		if self.labels_given || self.options.registers {
			return;
		}
		let path = source.path.display();
		if source.csv.has_hour_24() {
			all.warnings.push(format!(
				"{path}: a row's time is 24:00, as it is written where times stand at the ends of \
				 intervals; they were taken for starts. Say --labels end or --labels start"
			));
		} else if let Some((_, place)) = ahead.filter(|(label, _)| *label <= source.taken_ms) {
			all.warnings.push(format!(
				"{path}: {place}: the row's time had come when the file was written, and what begins \
				 then was not over. If times stand at the ends of intervals, all rows are taken one \
				 too late: say --labels end, or --labels start"
			));
		}
	}
}

/// Removes the reason given for a missing value, if no reading was due.
fn drop_reason(usable: &mut Vec<Finding>, measured: &Measured) {
	let is_reason = |last: &mut Finding| {
		matches!(measured.value, Value::Missing { .. })
			&& matches!(last, Finding::Refused(refused) if refused.place == measured.place
				&& refused.meter.as_deref() == Some(measured.meter.as_str())
				&& !ClockError::is_name(refused.name))
	};
	usable.pop_if(is_reason);
}

fn refused_finding(measured: &Measured, error: &impl Named) -> Finding {
	Finding::Refused(Refused {
		place: measured.place,
		meter: Some(measured.meter.clone()),
		name: error.name(),
		reason: error.to_string(),
	})
}

/// When a value's time begins and ends.
fn times(measured: &Measured) -> (u64, u64) {
	match measured.value {
		Value::Counted { start_ms, end_ms, .. } | Value::Missing { start_ms, end_ms } => {
			(start_ms, end_ms)
		},
		Value::Stands { at_ms, .. } => (at_ms, at_ms),
	}
}

/// When a file was last written to, Unix ms. A file system that does not say has written it now.
fn written_ms(path: &Path) -> std::io::Result<u64> {
	let Ok(modified) = fs::metadata(path)?.modified() else { return Ok(u64::MAX) };
	let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
	Ok(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
