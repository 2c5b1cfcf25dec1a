//! Signed telegrams, kept with the rows that come from them.

use super::Row;
use crate::telegrams::{Handed, TelegramsError, MOST_TELEGRAMS};

/// Keeps telegrams with the rows that have their meter and time, as the rows' labels have it.
pub fn keep(telegrams: Vec<Handed>, rows: &mut [Row], at_end: bool) -> Result<(), TelegramsError> {
	for Handed { entry, time_ms, meter, telegram } in telegrams {
		let label = |row: &Row| if at_end { row.end_ms } else { row.start_ms };
		let mut found = false;
		for row in rows.iter_mut().filter(|row| row.meter == meter && label(row) == time_ms) {
			if row.telegrams.len() >= MOST_TELEGRAMS {
				return Err(TelegramsError::TooManyTelegrams { meter });
			}
			row.telegrams.push(telegram.clone());
			found = true;
		}
		if !found {
			return Err(TelegramsError::NoRow { entry, meter });
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{telegrams::Telegram, types::Direction};
	use meterproof_meters::{Amount, Unit};

	#[test]
	fn telegrams_are_kept_with_the_rows_of_their_meter_and_time() {
		const QUARTER: u64 = 900_000;
		let row = |meter: &str, direction, start_ms| Row {
			place: meterproof_meters::Place::Line(2),
			meter: meter.to_owned(),
			direction,
			start_ms,
			end_ms: start_ms + QUARTER,
			said: Ok(Amount::new(1, 0, Unit::WattHour).unwrap()),
			telegrams: Vec::new(),
		};
		let rows = || {
			let (import, export) = (Direction::Import, Direction::Export);
			[
				row("a", import, 0),
				row("a", export, 0),
				row("a", import, QUARTER),
				row("b", import, 0),
			]
		};
		let handed = |time_ms, meter: &str, text: &str| {
			let telegram = Telegram::new("ocmf", text.as_bytes().to_vec()).unwrap();
			Handed { entry: 1, time_ms, meter: meter.to_owned(), telegram }
		};
		let counts = |rows: &[Row]| rows.iter().map(|row| row.telegrams.len()).collect::<Vec<_>>();
		let begin_and_end = || vec![handed(0, "a", "begin"), handed(0, "a", "end")];
		let mut kept = rows();
		keep(begin_and_end(), &mut kept, false).unwrap();
		assert_eq!(counts(&kept), [2, 2, 0, 0]);
		assert_eq!(kept[1].telegrams[1].bytes(), b"end");
		// Labels at the ends name the interval before.
		let mut at_end = rows();
		keep(vec![handed(QUARTER, "a", "end")], &mut at_end, true).unwrap();
		assert_eq!(counts(&at_end), [1, 1, 0, 0]);
		for (time_ms, meter) in [(1, "a"), (QUARTER, "b"), (0, "c")] {
			let refused = keep(vec![handed(time_ms, meter, "x")], &mut rows(), false);
			let meter = meter.to_owned();
			assert_eq!(refused, Err(TelegramsError::NoRow { entry: 1, meter }));
		}
		let many = vec![handed(0, "b", "x"); MOST_TELEGRAMS + 1];
		let meter = "b".to_owned();
		let refused = keep(many, &mut rows(), false);
		assert_eq!(refused, Err(TelegramsError::TooManyTelegrams { meter }));
	}
}
