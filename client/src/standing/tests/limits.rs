use meterproof_clearing::Side;

use crate::{
	error::Named,
	standing::limits::{Limits, LimitsError},
};

const GOOD: Limits = Limits {
	side: Side::Offer,
	price: 110_000_000,
	quantity: 2_000,
	money: 1 << 40,
	daily: 1 << 44,
};

fn refused(limits: Limits) -> LimitsError {
	limits.ensure_sound().unwrap_err()
}

#[test]
fn limits_that_let_nothing_through_are_refused() {
	assert_eq!(GOOD.ensure_sound(), Ok(()));
	for limits in [
		Limits { price: 0, ..GOOD },
		Limits { quantity: 0, ..GOOD },
		Limits { money: 0, ..GOOD },
		Limits { daily: 0, ..GOOD },
	] {
		assert_eq!(refused(limits).name(), "NothingAllowed");
	}
}

#[test]
fn limits_that_contradict_each_other_are_refused() {
	assert_eq!(refused(Limits { daily: (1 << 40) - 1, ..GOOD }), LimitsError::LimitsContradict);
	let large = Limits { price: u128::MAX, ..GOOD };
	assert_eq!(refused(large), LimitsError::LimitsTooLarge);
	let many = |quantity| Limits { quantity, ..GOOD };
	assert_eq!(refused(many(1 << 53)), LimitsError::QuantityTooLarge);
	assert_eq!(many((1 << 53) - 1).ensure_sound(), Ok(()));
}

#[test]
fn sellers_are_guarded_from_below_and_buyers_from_above() {
	assert!(GOOD.forbid(109_999_999) && !GOOD.forbid(110_000_000));
	let buyer = Limits { side: Side::Bid, ..GOOD };
	assert!(buyer.forbid(110_000_001) && !buyer.forbid(110_000_000));
}
