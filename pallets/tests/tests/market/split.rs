use proptest::prelude::*;

use pallet_market::split;

#[test]
fn the_remainder_goes_to_the_first_ones() {
	assert_eq!(split(10, &[10, 10, 10]), Some(vec![4, 3, 3]));
	assert_eq!(split(11, &[10, 10, 10]), Some(vec![4, 4, 3]));
	assert_eq!(split(2, &[1, 1, 1]), Some(vec![1, 1, 0]));
}

#[test]
fn everything_delivered_gives_each_its_quantity() {
	assert_eq!(split(60, &[10, 20, 30]), Some(vec![10, 20, 30]));
}

#[test]
fn nothing_delivered_gives_nothing() {
	assert_eq!(split(0, &[10, 20]), Some(vec![0, 0]));
	assert_eq!(split(0, &[]), Some(vec![]));
	assert_eq!(split(0, &[0]), Some(vec![0]));
}

#[test]
fn more_than_the_sum_is_refused() {
	assert_eq!(split(31, &[10, 20]), None);
	assert_eq!(split(1, &[]), None);
	assert_eq!(split(1, &[u64::MAX, 1]), None);
}

proptest! {
	#[test]
	fn shares_add_up_and_never_exceed_their_quantities(
		quantities in prop::collection::vec(1u64..(1 << 46), 1..64),
		part in 0.0f64..=1.0,
	) {
		let total: u64 = quantities.iter().sum();
		let delivered = ((total as f64 * part) as u64).min(total);
		let shares = split(delivered, &quantities).unwrap();
		prop_assert_eq!(shares.iter().sum::<u64>(), delivered);
		for (share, quantity) in shares.iter().zip(&quantities) {
			prop_assert!(share <= quantity);
			let floor = (delivered as u128 * *quantity as u128 / total as u128) as u64;
			prop_assert!(*share == floor || *share == floor + 1);
		}
		// The trades that get one unit more come before those that do not.
		let more: Vec<bool> = shares
			.iter()
			.zip(&quantities)
			.map(|(share, quantity)| {
				*share as u128 > delivered as u128 * *quantity as u128 / total as u128
			})
			.collect();
		prop_assert!(more.windows(2).all(|pair| pair[0] || !pair[1]));
	}
}
