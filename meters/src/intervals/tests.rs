use super::*;
use crate::Place;
use proptest::prelude::*;

const LENGTH: u64 = 900_000;
const GRID: Grid = Grid { anchor_ms: 100 * LENGTH, length_ms: LENGTH };
const SCALE: Scale = Scale { resource: Resource::Electricity, most: 1_000, rollover: None };

/// A standing in kWh.
fn stands(line: u64, at_ms: u64, total: &str) -> Finding {
	Finding::Measured(Measured {
		place: Place::Line(line),
		meter: "a".to_owned(),
		direction: Direction::Import,
		value: Value::Stands { at_ms, total: Amount::parse(total, Unit::KilowattHour).unwrap() },
		taken_ms: None,
		received_ms: 0,
		signed: None,
		input_name: None,
	})
}

#[derive(Clone, Debug, PartialEq)]
enum Told {
	/// From the beginning of this interval for so many of them, in Wh.
	Counted(u64, u64, u32),
	Missing(u64, u64),
	Refused(u64, &'static str),
}
use Told::{Counted, Missing, Refused as No};

fn told(findings: &[Finding]) -> Vec<Told> {
	let index = |ms: u64| ms / LENGTH;
	let tell = |finding: &Finding| match finding {
		Finding::Refused(refused) => {
			let Place::Line(line) = refused.place else { panic!("no line") };
			No(line, refused.name)
		},
		Finding::Measured(measured) => match measured.value {
			Value::Counted { start_ms, end_ms, amount } => {
				let whole = amount.whole(Resource::Electricity).unwrap();
				Counted(index(start_ms), index(end_ms - start_ms), whole)
			},
			Value::Missing { start_ms, end_ms } => {
				Missing(index(start_ms), index(end_ms - start_ms))
			},
			Value::Stands { .. } => panic!("a standing is left"),
		},
	};
	findings.iter().map(tell).collect()
}

/// What is made of standings: after so many ms since the anchor, in kWh.
fn count(tolerance_ms: u64, scale: Scale, standings: &[(u64, &str)]) -> Vec<Told> {
	let findings = (1..)
		.zip(standings)
		.map(|(line, (after, total))| stands(line, GRID.anchor_ms + after, total));
	let mut intervals = Intervals::new(GRID, tolerance_ms);
	told(&intervals.count(findings.collect(), |meter| (meter == "a").then_some(scale)))
}

const Q: u64 = LENGTH;

#[test]
fn differences_of_standings_add_up() {
	let standings = [(0, "12.3459"), (Q, "12.3461"), (2 * Q, "12.5"), (3 * Q, "12.5")];
	let expected = [Counted(100, 1, 1), Counted(101, 1, 154), Counted(102, 1, 0)];
	assert_eq!(count(0, SCALE, &standings), expected);
}

#[test]
fn standings_between_boundaries_are_not_needed() {
	let standings = [(0, "1"), (Q / 3, "1.1"), (Q / 2, "1.2"), (Q, "1.3"), (Q + 1, "1.4")];
	assert_eq!(count(0, SCALE, &standings), [Counted(100, 1, 300)]);
}

#[test]
fn a_standing_near_a_boundary_is_the_boundary_s() {
	let minute = 60_000;
	let near = [(3_000, "1"), (Q - 5_000, "1.2"), (Q + 5_000, "1.3"), (2 * Q + 50_000, "1.7")];
	assert_eq!(count(minute, SCALE, &near), [Counted(100, 1, 200), Counted(101, 1, 500)]);
	// Too far away.
	let far = [(0, "1"), (Q + minute + 1, "1.3"), (2 * Q, "1.5"), (3 * Q, "1.6")];
	let expected = [Missing(100, 1), Missing(101, 1), Counted(102, 1, 100)];
	assert_eq!(count(minute, SCALE, &far), expected);
}

#[test]
fn what_is_known_of_several_intervals_together_is_not_divided() {
	let standings = [(0, "1"), (3 * Q, "2"), (4 * Q, "2.5")];
	let expected = [Missing(100, 1), Missing(101, 1), Missing(102, 1), Counted(103, 1, 500)];
	assert_eq!(count(0, SCALE, &standings), expected);
}

#[test]
fn a_long_silence_takes_no_long_time() {
	let far: u64 = 1 << 50;
	let standings = vec![stands(1, 0, "1"), stands(2, far, "2"), stands(3, far + 1, "2.5")];
	let mut intervals = Intervals::new(Grid { anchor_ms: 0, length_ms: 1 }, 0);
	let counted = intervals.count(standings, |_| Some(SCALE));
	assert_eq!(counted.len() as u64, MOST_REFUSED + 1);
	let Some(Finding::Measured(last)) = counted.last() else { panic!("{counted:?}") };
	assert!(matches!(last.value, Value::Counted { start_ms, .. } if start_ms == far));
}

#[test]
fn a_register_that_went_back_is_not_counted_across() {
	for (before, after, name) in [
		("500", "3", "RegisterWentBack"),
		("500", "499.9", "RegisterWentBack"),
		("999.9", "0.1", "RegisterBeganAnew"),
		("500", "600", "RegisterJumped"),
	] {
		let later = format!("{}", after.parse::<f64>().unwrap() + 0.5);
		let standings = [(0, before), (Q, after), (2 * Q, later.as_str())];
		let expected = [No(2, name), Missing(100, 1), Counted(101, 1, 500)];
		assert_eq!(count(0, SCALE, &standings), expected, "{before} {after}");
	}
	// Between boundaries: the interval in which it happened is lost.
	let standings = [(0, "500"), (Q + 9, "3"), (2 * Q, "3.5"), (3 * Q, "3.75")];
	let went_back = No(2, "RegisterWentBack");
	let expected =
		[went_back.clone(), Missing(100, 1), went_back, Missing(101, 1), Counted(102, 1, 250)];
	assert_eq!(count(0, SCALE, &standings), expected);
}

#[test]
fn a_register_that_begins_anew_where_it_was_said_to_is_counted_on() {
	let scale = Scale { rollover: Some(1_000_000), ..SCALE };
	let standings = [(0, "999.9"), (Q, "0.1"), (2 * Q, "0.3")];
	assert_eq!(count(0, scale, &standings), [Counted(100, 1, 200), Counted(101, 1, 200)]);
	// It did not get there in this time.
	let standings = [(0, "500"), (Q, "0.1")];
	let expected = [No(2, "RegisterWentBack"), Missing(100, 1)];
	assert_eq!(count(0, scale, &standings), expected);
}

#[test]
fn standings_out_of_order_and_twice_are_told_apart() {
	let standings = [(0, "1"), (Q, "1.5"), (Q, "1.5"), (Q, "1.6"), (0, "1"), (2 * Q, "2")];
	let expected = [
		Counted(100, 1, 500),
		No(4, "StandingDiffers"),
		No(5, "StandingOutOfOrder"),
		Counted(101, 1, 500),
	];
	assert_eq!(count(0, SCALE, &standings), expected);
}

#[test]
fn a_unit_of_another_resource_is_refused_and_strangers_stay_as_they_are() {
	let water = Scale { resource: Resource::Water, ..SCALE };
	assert_eq!(count(0, water, &[(0, "1")]), [No(1, "WrongUnit")]);
	let stranger = stands(1, 0, "1");
	let mut intervals = Intervals::new(GRID, 0);
	assert_eq!(intervals.count(vec![stranger.clone()], |_| None), [stranger]);
}

proptest! {
	#[test]
	fn nothing_is_lost_and_nothing_is_counted_twice(
		steps in prop::collection::vec((1..LENGTH, 0u32..100_000), 1..60),
		first in 0u32..1_000_000,
		tolerance in 0..LENGTH / 2,
	) {
		// Tenths of a Wh, at any times.
		let (mut at, mut total) = (GRID.anchor_ms, u64::from(first));
		let mut standings = vec![(at, total)];
		for (after, tenths) in steps {
			at += after;
			total += u64::from(tenths % 5_000);
			standings.push((at, total));
		}
		let findings = standings.iter().map(|(at, tenths)| {
			stands(1, *at, &format!("{}.{:04}", tenths / 10_000, tenths % 10_000))
		});
		let scale = Scale { most: u32::MAX, ..SCALE };
		let counted = Intervals::new(GRID, tolerance).count(findings.collect(), |_| Some(scale));
		let mut sum = 0;
		let mut end = GRID.anchor_ms;
		for finding in &counted {
			let Finding::Measured(Measured { value, .. }) = finding else { panic!("{finding:?}") };
			let (start_ms, end_ms) = match *value {
				Value::Counted { start_ms, end_ms, amount } => {
					sum += u64::from(amount.whole(Resource::Electricity).unwrap());
					(start_ms, end_ms)
				},
				Value::Missing { start_ms, end_ms } => (start_ms, end_ms),
				Value::Stands { .. } => panic!("a standing is left"),
			};
			// One interval after another.
			prop_assert_eq!((start_ms, end_ms), (end, end + LENGTH));
			end = end_ms;
		}
		let moved = standings.last().unwrap().1 / 10 - standings[0].1 / 10;
		prop_assert!(sum <= moved);
		// With readings in every interval all of it is counted, up to what came after the last
		// boundary.
		let on_grid = (0..20u64).map(|at| stands(1, GRID.anchor_ms + at * LENGTH,
			&format!("{}.{:04}", (total + at * 7_777) / 10_000, (total + at * 7_777) % 10_000)));
		let counted = Intervals::new(GRID, 0).count(on_grid.collect(), |_| Some(scale));
		let sum: u64 = told(&counted).iter().map(|told| match told {
			Counted(_, _, counted) => u64::from(*counted),
			_ => panic!("{told:?}"),
		}).sum();
		prop_assert_eq!(sum, (total + 19 * 7_777) / 10 - total / 10);
	}
}
