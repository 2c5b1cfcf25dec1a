use super::{super::journal::on as journal_on, *};
use proptest::prelude::*;

const LENGTH: u64 = 900_000;
const FIRST: u64 = 2_000_000;
const START: u64 = FIRST * LENGTH;
const NOW: u64 = START + 1_000 * LENGTH;
const SCALE: Scale = Scale { resource: Resource::Electricity, most: 5_000, rollover: None };

fn assembler() -> Assembler {
	let timetable = Timetable { period: FIRST, start_ms: START, length_ms: LENGTH };
	let mut assembler = Assembler::new(timetable, 60_000);
	assembler.set_scales([("m".to_owned(), SCALE)].into());
	assembler
}

fn noted(told: Told) -> Noted {
	Noted {
		meter: "m".to_owned(),
		direction: Direction::Export,
		told,
		received_ms: NOW,
		telegram: None,
	}
}

/// A reading counted in a part of the first period; the part's ends are in ms from the period's start.
fn counted(start: u64, end: u64, reading: u32) -> Noted {
	noted(Told::Counted { start_ms: START + start, end_ms: START + end, reading })
}

fn stood(at: u64, total: u128) -> Noted {
	noted(Told::Stood { at_ms: START + at, total })
}

fn told(assembler: &mut Assembler, noted: Noted) -> Result<News, AssemblyError> {
	let news = assembler.judge(&noted, NOW)?;
	if let Some(Watched { broke: Some(told), .. }) = assembler.watch(&noted) {
		assembler.take(&Noted { told, ..noted.clone() });
	}
	if news != News::Nothing {
		assembler.take(&noted);
	}
	Ok(news)
}

fn reading(assembler: &Assembler, period: u64) -> Option<Result<u32, AssemblyError>> {
	assembler.reading("m", Direction::Export, period)
}

#[test]
fn a_period_is_complete_when_its_intervals_fill_it() {
	let mut assembler = assembler();
	let kept = Ok(News::Kept { period: FIRST });
	assert_eq!(told(&mut assembler, counted(600_000, LENGTH, 5)), kept);
	assert_eq!(told(&mut assembler, counted(0, 300_000, 3)), kept);
	assert_eq!(reading(&assembler, FIRST), None);
	assert!(assembler.has_any("m", FIRST));
	assert_eq!(told(&mut assembler, counted(300_000, 600_000, 4)), kept);
	assert_eq!(reading(&assembler, FIRST), Some(Ok(12)));
	assert!(assembler.is_complete("m", Directions::Export, FIRST));
	assert!(!assembler.is_complete("m", Directions::Both, FIRST));
	assert_eq!(told(&mut assembler, counted(0, 300_000, 3)), Ok(News::Nothing));
	// A correction replaces what it corrects.
	assert_eq!(told(&mut assembler, counted(0, 300_000, 7)), kept);
	assert_eq!(reading(&assembler, FIRST), Some(Ok(16)));
}

#[test]
fn what_does_not_fit_into_a_period_is_refused_by_name() {
	let mut assembler = assembler();
	told(&mut assembler, counted(0, 300_000, 3)).unwrap();
	for (wrong, error) in [
		(counted(5, 5, 1), AssemblyError::EmptyInterval),
		(counted(9, 5, 1), AssemblyError::EmptyInterval),
		(counted(300_000, LENGTH + 1, 1), AssemblyError::IntervalCrossesPeriods { period: FIRST }),
		(counted(200_000, 400_000, 1), AssemblyError::IntervalsOverlap { period: FIRST }),
		(counted(0, LENGTH, 1), AssemblyError::IntervalsOverlap { period: FIRST }),
		(
			noted(Told::Stood { at_ms: 946_684_800_000, total: 1 }),
			AssemblyError::AbsurdClock { year: 2000 },
		),
		(
			noted(Told::Stood { at_ms: 3_155_760_000_000, total: 1 }),
			AssemblyError::AbsurdClock { year: 2070 },
		),
		(
			noted(Told::Stood { at_ms: NOW + 61_000, total: 1 }),
			AssemblyError::FromTheFuture { seconds: 61 },
		),
	] {
		assert_eq!(told(&mut assembler, wrong), Err(error));
	}
	assert_eq!(reading(&assembler, FIRST), None);
}

#[test]
fn a_register_counts_from_the_first_standing_after_each_boundary() {
	let mut assembler = assembler();
	assert_eq!(told(&mut assembler, stood(5_000, 1_000)), Ok(News::Kept { period: FIRST }));
	for between in [6_000, 60_000, 60_001, LENGTH - 1] {
		assert_eq!(told(&mut assembler, stood(between, 1_100)), Ok(News::Nothing), "{between}");
	}
	assert_eq!(reading(&assembler, FIRST), None, "the period has not ended");
	told(&mut assembler, stood(LENGTH, 1_250)).unwrap();
	assert_eq!(reading(&assembler, FIRST), Some(Ok(250)));
	// An earlier one that comes later is the better one.
	told(&mut assembler, stood(1_000, 1_002)).unwrap();
	assert_eq!(reading(&assembler, FIRST), Some(Ok(248)));
	told(&mut assembler, stood(2 * LENGTH, 1_000)).unwrap();
	let back = AssemblyError::RegisterWentBack { period: FIRST + 1 };
	assert_eq!(reading(&assembler, FIRST + 1), Some(Err(back)));
	told(&mut assembler, stood(3 * LENGTH, 1_000 + u128::from(u32::MAX) + 1)).unwrap();
	let jumped = AssemblyError::RegisterJumped { period: FIRST + 2 };
	assert_eq!(reading(&assembler, FIRST + 2), Some(Err(jumped)));
	told(&mut assembler, stood(4 * LENGTH, 1_000 + u128::from(u32::MAX) + 8)).unwrap();
	assert_eq!(reading(&assembler, FIRST + 3), Some(Ok(7)), "it is counted from anew");
}

#[test]
fn a_register_that_was_reset_within_a_period_is_not_counted_across_that() {
	let mut assembler = assembler();
	// It stands higher at the end than at the start all the same.
	for (at, total) in [(0, 100), (400_000, 150), (410_000, 80), (LENGTH, 400), (2 * LENGTH, 420)] {
		told(&mut assembler, stood(at, total)).unwrap();
	}
	let back = AssemblyError::RegisterWentBack { period: FIRST };
	assert_eq!(reading(&assembler, FIRST), Some(Err(back)));
	assert_eq!(reading(&assembler, FIRST + 1), Some(Ok(20)));
	// What went back by the first standing of a period did so in the period before.
	told(&mut assembler, stood(3 * LENGTH - 10_000, 430)).unwrap();
	told(&mut assembler, stood(3 * LENGTH + 5_000, 421)).unwrap();
	told(&mut assembler, stood(4 * LENGTH, 425)).unwrap();
	let back = AssemblyError::RegisterWentBack { period: FIRST + 2 };
	assert_eq!(reading(&assembler, FIRST + 2), Some(Err(back)));
	assert_eq!(reading(&assembler, FIRST + 3), Some(Ok(4)));
}

#[test]
fn a_register_is_counted_on_only_where_it_is_said_to_begin_anew() {
	let standings = [(0, 999_900), (300_000, 999_950), (600_000, 20), (LENGTH, 50)];
	let mut assembler = assembler();
	let tell = |assembler: &mut Assembler| {
		for (at, total) in standings {
			told(assembler, stood(at, total)).unwrap();
		}
		reading(assembler, FIRST)
	};
	let capacity = 1_000_000;
	let anew = AssemblyError::RegisterBeganAnew { period: FIRST, capacity };
	assert_eq!(tell(&mut assembler.clone()), Some(Err(anew)));
	let scale = Scale { rollover: Some(capacity), ..SCALE };
	assembler.set_scales([("m".to_owned(), scale)].into());
	assert_eq!(tell(&mut assembler), Some(Ok(150)));
}

#[test]
fn a_meter_that_took_another_one_s_name_starts_afresh() {
	let mut assembler = assembler();
	let on = |name: &str, at: u64, total| {
		noted(Told::StoodOn { at_ms: START + at, total, on: journal_on(name) })
	};
	for told_of in [on("old", 0, 500), on("old", LENGTH, 520), on("old", LENGTH + 400_000, 530)] {
		told(&mut assembler, told_of).unwrap();
	}
	// The new one stands a little higher: nothing else would show it.
	for told_of in [on("new", 2 * LENGTH, 560), on("new", 3 * LENGTH, 575)] {
		told(&mut assembler, told_of).unwrap();
	}
	assert_eq!(reading(&assembler, FIRST), Some(Ok(20)));
	let replaced = AssemblyError::MeterReplaced { period: FIRST + 1 };
	assert_eq!(reading(&assembler, FIRST + 1), Some(Err(replaced)));
	assert_eq!(reading(&assembler, FIRST + 2), Some(Ok(15)));
	// Two inputs of one meter are each complete in themselves.
	told(&mut assembler, on("other", 2 * LENGTH + 3_000, 7)).unwrap();
	told(&mut assembler, on("other", 3 * LENGTH + 3_000, 22)).unwrap();
	assert_eq!(reading(&assembler, FIRST + 2), Some(Ok(15)));
	let register = ("m", Direction::Export);
	assert_eq!(assembler.meter_of(register, FIRST + 2), Some(journal_on("new")));
}

#[test]
fn what_is_over_is_forgotten_but_for_the_standing_that_the_next_period_begins_with() {
	let mut assembler = assembler();
	for (index, total) in [100u128, 150, 230].into_iter().enumerate() {
		told(&mut assembler, stood(index as u64 * LENGTH, total)).unwrap();
	}
	assembler.forget_before(FIRST + 1);
	assert_eq!(reading(&assembler, FIRST), None);
	assert_eq!(reading(&assembler, FIRST + 1), Some(Ok(80)));
}

proptest! {
	/// However a day's intervals arrive, in whatever order and how often, the sums are the same.
	#[test]
	fn order_and_repetition_change_nothing(
		readings in proptest::collection::vec(0u32..10_000, 4..40),
		order in proptest::collection::vec(any::<prop::sample::Index>(), 0..60),
	) {
		let interval = LENGTH / 3;
		let all: Vec<_> = readings
			.iter()
			.enumerate()
			.map(|(at, reading)| {
				let start = at as u64 * interval;
				counted(start, start + interval, *reading)
			})
			.collect();
		let mut straight = assembler();
		let mut shuffled = assembler();
		for one in &all {
			told(&mut straight, one.clone()).unwrap();
		}
		for index in order {
			told(&mut shuffled, index.get(&all).clone()).unwrap();
		}
		for one in all.iter().rev() {
			told(&mut shuffled, one.clone()).unwrap();
		}
		for (at, three) in readings.chunks(3).enumerate() {
			let period = FIRST + at as u64;
			let sum: u32 = three.iter().sum();
			let expected = (three.len() == 3).then_some(Ok(sum));
			prop_assert_eq!(reading(&straight, period), expected.clone());
			prop_assert_eq!(reading(&shuffled, period), expected);
		}
	}

	/// What a register counted over many periods is the sum of what they got.
	#[test]
	fn nothing_that_a_register_counted_is_lost_between_periods(
		steps in proptest::collection::vec((0u64..60_000, 0u32..5_000), 2..30),
	) {
		let mut assembler = assembler();
		let mut total = 77u128;
		let mut first = None;
		for (at, (late, counted)) in steps.iter().enumerate() {
			total += u128::from(*counted);
			first.get_or_insert(total);
			told(&mut assembler, stood(at as u64 * LENGTH + late, total)).unwrap();
		}
		let sum: u128 = (0..steps.len() as u64 - 1)
			.map(|at| u128::from(reading(&assembler, FIRST + at).unwrap().unwrap()))
			.sum();
		prop_assert_eq!(sum, total - first.unwrap());
	}

	#[test]
	fn no_time_panics(start: u64, end: u64, now: u64) {
		let mut assembler = assembler();
		for told in [
			Told::Counted { start_ms: start, end_ms: end, reading: 1 },
			Told::Stood { at_ms: start, total: 1 },
			Told::StoodOn { at_ms: end, total: 1, on: 5 },
			Told::Broke { at_ms: start, on: 0, how: Break::Jumped },
		] {
			let noted = noted(told);
			let _ = assembler.watch(&noted);
			let _ = assembler.judge(&noted, now);
			assembler.take(&noted);
		}
		let _ = (assembler.span(start), assembler.period_at(end), reading(&assembler, now));
	}
}
