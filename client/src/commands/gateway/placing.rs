//! Which period a row is of: the one whose time it has, or the next that it is replayed onto.

use std::collections::BTreeMap;

use meterproof_meters::{Place, Refused};

use super::{PeriodReadings, Told};
use crate::{
	error::{named_errors, Named, Result},
	readings::{ReadingsError, RefusedRow, Row, Window},
	rpc::{Period, Refusal},
};

/// Periods in a row without any reading that are gone through all the same, since meters may be
/// missed there. A longer stretch is two stretches.
const MOST_EMPTY: u64 = 1_000;

named_errors! {
	/// Why a row is of no period.
	#[derive(PartialEq, Eq)]
	pub enum PlaceError {
		/// Its time is not a period's.
		NotThePeriods { seconds: u64, length_ms: u64 }
			=> "the row is of {seconds} s and not one of the chain's periods of {length_ms} ms: if rows \
				of the meter are missing, say how far they are apart with --step, and if times stand at \
				the ends of intervals, --labels end; or replay the rows with --from-period";
	}
}

/// What was read for a period.
#[derive(Debug, Default)]
pub struct Placement {
	/// When the period must start, Unix ms, if its readings have its times.
	pub starts_ms: Option<u64>,
	/// The readings.
	pub readings: PeriodReadings,
}

/// Readings by period, and the rows that are of none.
#[derive(Debug, Default)]
pub struct Placed {
	/// By period; those between two without a reading of their own are there too.
	pub periods: BTreeMap<u64, Placement>,
	/// Rows that are of no period.
	pub refused: Vec<RefusedRow>,
}

impl Placed {
	/// Time steps as consecutive periods from one on.
	pub fn replayed(window: Window, from: u64) -> Self {
		let mut placed = Self::default();
		for step in 0..window.steps {
			placed.periods.entry(from.saturating_add(step)).or_default();
		}
		for row in window.rows {
			let after = row.start_ms.saturating_sub(window.first_ms);
			if row.length_ms() == window.length_ms && after % window.length_ms == 0 {
				let period = from.saturating_add(after / window.length_ms);
				placed.tell(period, None, row);
			} else {
				let (seconds, step) = (row.length_ms() / 1_000, window.length_ms / 1_000);
				placed.refuse(&row, &ReadingsError::NotTheStep { seconds, step });
			}
		}
		placed
	}

	/// Rows as the periods whose times they have. The chain is asked for the first, and again where
	/// periods get other lengths.
	pub async fn at_their_times(
		window: Window,
		ask: impl AsyncFn(u64) -> Result<Period>,
	) -> Result<Self> {
		let mut placed = Self::default();
		let mut known: Option<Period> = None;
		for row in window.rows {
			let answer = match known.take().filter(|known| places(known, row.start_ms)) {
				Some(known) => known,
				None => ask(row.start_ms).await?,
			};
			let length_ms = answer.schedule.length_ms;
			match answer.starting_at(row.start_ms).filter(|_| row.length_ms() == length_ms) {
				Some(period) => placed.tell(period, Some(row.start_ms), row),
				None => {
					let seconds = row.length_ms() / 1_000;
					placed.refuse(&row, &PlaceError::NotThePeriods { seconds, length_ms });
				},
			}
			known = Some(answer);
		}
		let starts: Vec<_> = placed.periods.keys().copied().collect();
		for pair in starts.windows(2) {
			let between = pair[0].saturating_add(1)..pair[1];
			if between.end.saturating_sub(between.start) <= MOST_EMPTY {
				for period in between {
					placed.periods.entry(period).or_default();
				}
			}
		}
		Ok(placed)
	}

	fn tell(&mut self, period: u64, starts_ms: Option<u64>, row: Row) {
		let placement = self.periods.entry(period).or_default();
		placement.starts_ms = starts_ms;
		let Row { file, place, meter, direction, said, telegrams, .. } = row;
		if !telegrams.is_empty() {
			placement.readings.keep(&meter, telegrams);
		}
		let told = Told { file, place: Some(place), said };
		let before = placement.readings.tell(&meter, direction, told.clone());
		if let Some(before) = before {
			placement.readings.tell(&meter, direction, both(before, told));
		}
	}

	fn refuse(&mut self, row: &Row, error: &impl Named) {
		let same = |known: &RefusedRow| {
			let RefusedRow { file, refused } = known;
			*file == row.file
				&& refused.place == row.place
				&& refused.meter.as_deref() == Some(row.meter.as_str())
		};
		if self.refused.last().is_some_and(same) {
			return;
		}
		let refused = Refused {
			place: row.place,
			meter: Some(row.meter.clone()),
			name: error.name(),
			reason: error.to_string(),
		};
		self.refused.push(RefusedRow { file: row.file.clone(), refused });
	}
}

/// Whether a node's answer for one period places a time too.
fn places(answer: &Period, at_ms: u64) -> bool {
	let after = at_ms.checked_sub(answer.start_ms);
	let index = after.and_then(|after| after.checked_div(answer.schedule.length_ms));
	let period = index.and_then(|index| answer.period.checked_add(index));
	period.is_some_and(|period| answer.schedule_until.is_none_or(|until| period < until))
}

/// What two rows say of one register and period: an amount where only one has it, and nothing where
/// they differ.
fn both(first: Told, second: Told) -> Told {
	match (&first.said, &second.said) {
		(Ok(one), Ok(other)) if one == other => first,
		(Ok(_), Ok(_)) => {
			let line = |told: &Told| {
				let place = told.place.unwrap_or(Place::Line(0));
				match &told.file {
					Some(file) => format!("{place} of {file}"),
					None => place.to_string(),
				}
			};
			let error = ReadingsError::Duplicate { first: line(&first), second: line(&second) };
			let said = Err(Refusal { name: error.name().to_owned(), message: error.to_string() });
			Told { said, ..second }
		},
		// A third row does not tell which of two is right.
		(Err(refusal), _) if refusal.name == "Duplicate" => first,
		(Ok(_), Err(_)) => first,
		(Err(_), _) => second,
	}
}
