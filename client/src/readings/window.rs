//! The part of some readings that is asked for.

use super::{ReadingsError, Row};

/// A part of some readings.
#[derive(Debug)]
pub struct Window {
	/// The window's rows, in order of time.
	pub rows: Vec<Row>,
	/// Where its first time step begins, Unix ms.
	pub first_ms: u64,
	/// How long its time steps are, in ms: as the first one.
	pub length_ms: u64,
	/// How many time steps it has, those without rows counted.
	pub steps: u64,
}

/// The rows from the time step with a label on, or from the first, of `count` time steps or all.
/// `at_end`: whether labels stand at the ends of time steps.
pub fn window(
	rows: Vec<Row>,
	from_ms: Option<u64>,
	at_end: bool,
	count: Option<u64>,
) -> Result<Window, ReadingsError> {
	let label = |row: &Row| if at_end { row.end_ms } else { row.start_ms };
	let first = match from_ms {
		None => rows.first().ok_or(ReadingsError::NoReadings)?,
		Some(from) => {
			rows.iter().find(|row| label(row) == from).ok_or(ReadingsError::TimeNotFound)?
		},
	};
	let (first_ms, length_ms) = (first.start_ms, first.length_ms().max(1));
	let last = rows.last().map_or(first_ms, |row| row.start_ms);
	let found = (last.saturating_sub(first_ms) / length_ms).saturating_add(1);
	let steps = match count {
		Some(asked) if asked > found => return Err(ReadingsError::TooFewSteps { asked, found }),
		Some(asked) => asked,
		None => found,
	};
	let end = first_ms.saturating_add(steps.saturating_mul(length_ms));
	let inside = |row: &Row| (first_ms..end).contains(&row.start_ms);
	let rows = rows.into_iter().filter(inside).collect();
	Ok(Window { rows, first_ms, length_ms, steps })
}
