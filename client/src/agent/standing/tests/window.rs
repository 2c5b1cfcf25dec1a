use super::ledger::{FIRST, PERIODS};
use crate::{
	agent::standing::window::{most_calls, Window, WindowError},
	timetable::Timetable,
};

/// Of quarters of an hour an hour has four.
const CLOSED: u64 = 5;

#[test]
fn only_coming_periods_are_ordered_for_and_none_far_ahead() {
	let window = Window::at(&PERIODS, PERIODS.start_ms + 1, 4).unwrap();
	for period in [0, FIRST - 1, FIRST] {
		assert_eq!(window.ensure_has(period), Err(WindowError::PeriodPast { period }));
	}
	for period in FIRST + 1..=FIRST + CLOSED + 4 {
		assert_eq!(window.ensure_has(period), Ok(()));
	}
	for period in [FIRST + CLOSED + 5, u64::MAX] {
		assert_eq!(window.ensure_has(period), Err(WindowError::PeriodFar { period }));
	}
	let before = Window::at(&PERIODS, PERIODS.start_ms - 1, 4).unwrap();
	assert_eq!(before.ensure_has(FIRST), Ok(()), "it begins in a millisecond");
}

#[test]
fn periods_without_a_length_are_none() {
	let timetable = Timetable { length_ms: 0, ..PERIODS };
	assert_eq!(Window::at(&timetable, PERIODS.start_ms, 4), None);
}

#[test]
fn a_day_has_four_calls_for_each_period() {
	assert_eq!(most_calls(&PERIODS, 4), 4 * (96 + 4));
	let long = Timetable { length_ms: 3 * 86_400_000, ..PERIODS };
	assert_eq!(most_calls(&long, 1), 8);
}
