use proptest::prelude::*;

use crate::standing::forecast::{Forecast, TooFewDays, DAYS, LEAST_DAYS, WEEKS};

fn of(days: &[u64]) -> Forecast {
	let former: Vec<_> = days.iter().copied().map(Some).collect();
	Forecast::of(&former).unwrap()
}

#[test]
fn the_median_of_four_days_and_half_of_the_range_between_their_quartiles() {
	// Lower half 380 and 440, upper half 480 and 510: quartiles 410 and 495.
	let forecast = of(&[440, 510, 380, 480]);
	let expected = Forecast { quantity: 460, margin: 43, least: 380, most: 510, days: 4, weeks: 4 };
	assert_eq!(forecast, expected);
	assert_eq!((forecast.to_offer(), forecast.to_bid()), (417, 460));
}

#[test]
fn the_halves_of_three_days_share_the_middle_one() {
	let forecast = of(&[100, 300, 200]);
	assert_eq!((forecast.quantity, forecast.margin, forecast.days), (200, 50, 3));
}

#[test]
fn one_odd_day_moves_little() {
	let (calm, odd) = (of(&[400, 410, 420, 430]), of(&[400, 410, 420, 0]));
	assert_eq!((calm.quantity, odd.quantity), (415, 405));
	assert!(odd.to_offer() >= 200, "{odd:?}");
}

#[test]
fn gaps_are_passed_over_and_not_filled_in() {
	let gaps = [None, Some(7), None, Some(7), Some(8), None, Some(9), Some(1_000)];
	let expected = Forecast { weeks: 7, ..of(&[7, 7, 8, 9]) };
	assert_eq!(Forecast::of(&gaps), Ok(expected), "the fifth is not looked at");
}

#[test]
fn too_little_history_makes_no_forecast() {
	assert_eq!(Forecast::of(&[]), Err(TooFewDays { days: 0 }));
	assert_eq!(Forecast::of(&[Some(5), None, Some(5)]), Err(TooFewDays { days: 2 }));
	let mut old = [None; WEEKS + 3];
	old[WEEKS..].fill(Some(5));
	assert_eq!(Forecast::of(&old), Err(TooFewDays { days: 0 }), "older than eight weeks");
}

#[test]
fn days_that_are_alike_have_no_margin() {
	let forecast = of(&[500; 4]);
	assert_eq!((forecast.quantity, forecast.margin, forecast.to_offer()), (500, 0, 500));
}

proptest! {
	#[test]
	fn a_forecast_lies_within_its_days(former in prop::collection::vec(any::<Option<u64>>(), 0..12)) {
		let known: Vec<_> =
			former.iter().take(WEEKS).flatten().take(DAYS).copied().collect();
		match Forecast::of(&former) {
			Err(few) => {
				prop_assert_eq!(few.days, known.len());
				prop_assert!(known.len() < LEAST_DAYS);
			},
			Ok(forecast) => {
				let Forecast { quantity, margin, least, most, days, weeks } = forecast;
				let until = former.iter().take(weeks).flatten().count();
				prop_assert!(until == days && former[weeks - 1].is_some());
				prop_assert_eq!(days, known.len());
				prop_assert_eq!(Some(&least), known.iter().min());
				prop_assert_eq!(Some(&most), known.iter().max());
				prop_assert!(least <= quantity && quantity <= most);
				prop_assert!(margin <= (most - least).div_ceil(2));
				prop_assert!(forecast.to_offer() <= quantity && forecast.to_bid() == quantity);
			},
		}
	}

	#[test]
	fn which_week_had_which_reading_is_of_no_matter(
		days in prop::collection::vec(any::<u64>(), LEAST_DAYS..=DAYS),
		turn in 0..DAYS,
	) {
		let mut turned = days.clone();
		let by = turn % days.len();
		turned.rotate_left(by);
		prop_assert_eq!(of(&days), of(&turned));
	}

	#[test]
	fn more_on_every_day_is_as_much_more_in_the_forecast(
		days in prop::collection::vec(0..1u64 << 32, LEAST_DAYS..=DAYS),
		more in 0..1u64 << 32,
	) {
		let raised: Vec<_> = days.iter().map(|day| day + more).collect();
		let (before, after) = (of(&days), of(&raised));
		prop_assert_eq!((after.quantity, after.margin), (before.quantity + more, before.margin));
	}

	#[test]
	fn one_day_of_four_alone_decides_nothing(
		mut days in prop::collection::vec(0..1u64 << 32, DAYS..=DAYS),
		odd: u64,
	) {
		days.sort_unstable();
		let (low, high) = (days[0], days[3]);
		let mut changed = days.clone();
		changed[0] = odd;
		let quantity = of(&changed).quantity;
		prop_assert!(quantity >= low && quantity <= high);
	}
}
