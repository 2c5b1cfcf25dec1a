//! The circuit against the statement in plain arithmetic.

use super::{
	digest,
	forger::{word, Forger},
	split, violations, Deal, ASSET,
};
use crate::split::{trace::fill, Delivery};
use meterproof_programs::{
	commitment::{commit, Tag},
	note::Note,
	seal,
	split::{PublicInputs, Split, Statement, MAX_AMOUNT},
};
use proptest::prelude::*;
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// The statement about one trade, word for word.
fn holds(statement: &Statement, split: &Split, delivery: &Delivery) -> bool {
	let period = statement.period;
	let (contracted, delivered) = (u128::from(split.quantity), u128::from(delivery.delivered));
	if delivered > contracted {
		return false;
	}
	let worth = |quantity: u128| u64::try_from(u128::from(split.rate) * quantity).unwrap();
	let payout = Note {
		asset: statement.asset,
		amount: worth(delivered),
		owner: split.payout.owner,
		randomness: delivery.payout_randomness,
	};
	let refund = Note {
		asset: statement.asset,
		amount: worth(contracted - delivered),
		owner: split.refund.owner,
		randomness: seal::randomness(&delivery.key, period).unwrap(),
	};
	let Delivery { direction, salt, .. } = delivery;
	let quantity = commit(Tag::Quantity, delivery.delivered, 0, period, *direction, salt);
	seal::key_commitment(&delivery.key) == Some(split.key_commitment)
		&& quantity == split.quantity_commitment
		&& payout.commitment() == Some(split.payout.note)
		&& refund.commitment() == Some(split.refund.note)
}

/// Any terms that a statement takes, its limits among them.
fn deal() -> impl Strategy<Value = Deal> {
	let quantity = prop_oneof![1..100u32, Just(1), Just(u32::MAX), any::<u32>()];
	let share = prop_oneof![Just(0.0), Just(1.0), 0.0..1.0f64];
	(quantity, any::<u64>(), 0..3u8, share).prop_map(|(quantity, rate, kind, share)| {
		let quantity = quantity.max(1);
		let most = (MAX_AMOUNT - 1) / u64::from(quantity);
		let rate = match kind {
			0 => most,
			1 => rate % most.min(1_000) + 1,
			_ => rate % most + 1,
		};
		let delivered = (f64::from(quantity) * share).round() as u32;
		Deal { quantity, rate, delivered }
	})
}

/// What a prover may get wrong, or do to get paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Error {
	Nothing,
	Quantity,
	Rate,
	Period,
	Asset,
	Owner,
	Note,
	KeyCommitment,
	QuantityCommitment,
	Notes,
	Owners,
	Order,
	Delivered,
	Key,
	Randomness,
	Salt,
	Direction,
}

const ERRORS: [Error; 16] = [
	Error::Quantity,
	Error::Rate,
	Error::Period,
	Error::Asset,
	Error::Owner,
	Error::Note,
	Error::KeyCommitment,
	Error::QuantityCommitment,
	Error::Notes,
	Error::Owners,
	Error::Order,
	Error::Delivered,
	Error::Key,
	Error::Randomness,
	Error::Salt,
	Error::Direction,
];

fn mistake(error: Error, which: usize, statement: &mut Statement, deliveries: &mut [Delivery]) {
	let last = deliveries.len() - 1;
	let (split, delivery) = (&mut statement.splits[which], &mut deliveries[which]);
	match error {
		Error::Nothing => {},
		Error::Quantity => split.quantity = (split.quantity - 1).max(1),
		Error::Rate => split.rate = (split.rate - 1).max(1),
		Error::Period => statement.period += 1,
		Error::Asset => statement.asset = ASSET ^ 1 << 31,
		Error::Owner => split.refund.owner[0] ^= 1,
		Error::Note => split.payout.note[8] ^= 1,
		Error::KeyCommitment => split.key_commitment[16] ^= 1,
		Error::QuantityCommitment => split.quantity_commitment[24] ^= 1,
		Error::Notes => core::mem::swap(&mut split.payout.note, &mut split.refund.note),
		Error::Owners => core::mem::swap(&mut split.payout.owner, &mut split.refund.owner),
		Error::Order => statement.splits.swap(0, last),
		Error::Delivered => delivery.delivered = delivery.delivered.wrapping_add(1),
		Error::Key => delivery.key = digest(999),
		Error::Randomness => delivery.payout_randomness = digest(999),
		Error::Salt => delivery.salt[3] ^= 1,
		Error::Direction => delivery.direction ^= 1,
	}
}

/// What a liar may make of the numbers of one trade.
#[derive(Clone, Copy, Debug)]
struct Bend {
	/// Of missing, delivered, and the halves of refund and payout: which is changed, by what.
	place: usize,
	by: BaseElement,
	/// Which of the four is changed by the opposite, with what weight.
	against: usize,
	weight: BaseElement,
}

fn bend() -> impl Strategy<Value = Bend> {
	let two_32 = word(1 << 32);
	let amounts = [
		BaseElement::ONE,
		-BaseElement::ONE,
		two_32,
		-two_32,
		two_32.inv(),
		word(1 << 28),
		word(1 << 60),
		word(BaseElement::MODULUS / 2),
	];
	let by = prop_oneof![
		2 => prop::sample::select(amounts.to_vec()),
		1 => any::<u64>().prop_map(word),
		1 => any::<u32>().prop_map(BaseElement::from),
	];
	let weights = vec![BaseElement::ZERO, BaseElement::ONE, two_32, two_32.inv()];
	(0..6usize, by, 0..6usize, prop::sample::select(weights))
		.prop_map(|(place, by, against, weight)| Bend { place, by, against, weight })
}

/// Whether the numbers of a trade, as they stand in the field, are whole numbers that add up.
fn adds_up(deal: &Deal, numbers: [BaseElement; 6]) -> bool {
	let [missing, delivered, halves @ ..] = numbers.map(|number| u128::from(number.as_int()));
	let small = |number: &u128| *number < 1 << 32;
	let [refund_low, refund_high, payout_low, payout_high] = halves;
	[missing, delivered].iter().all(small)
		&& halves.iter().all(small)
		&& missing + delivered == u128::from(deal.quantity)
		&& refund_low + (refund_high << 32) == u128::from(deal.rate) * missing
		&& payout_low + (payout_high << 32) == u128::from(deal.rate) * delivered
}

fn cases() -> u32 {
	if cfg!(debug_assertions) {
		40
	} else {
		400
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

	/// The circuit accepts what plain arithmetic accepts, and nothing else.
	#[test]
	fn the_circuit_agrees_with_plain_arithmetic(
		deals in prop::collection::vec(deal(), 1..10),
		error in prop_oneof![1 => Just(Error::Nothing), 3 => prop::sample::select(&ERRORS[..])],
		which in any::<prop::sample::Index>(),
	) {
		let (mut statement, mut deliveries) = split(&deals);
		mistake(error, which.index(deals.len()), &mut statement, &mut deliveries);
		let inputs = PublicInputs::new(&statement).unwrap();
		let trace = fill(&inputs, &statement, &deliveries).unwrap();
		let pairs = || statement.splits.iter().zip(&deliveries);
		let expected = pairs().all(|(split, delivery)| holds(&statement, split, delivery));
		prop_assert_eq!(violations(&inputs, &trace).is_empty(), expected);
		// The prover says the same before it proves anything.
		let check = |(split, delivery): (&Split, &Delivery)| delivery.check(0, &statement, split);
		prop_assert_eq!(pairs().all(|pair| check(pair).is_ok()), expected);
	}

	/// Whatever numbers stand in the trace, with hashes and sums that go with them.
	#[test]
	fn numbers_that_do_not_add_up_are_refused(
		deal in deal(),
		bends in prop::collection::vec(bend(), 0..3),
	) {
		let mut forger = Forger::of(&[deal]);
		let block = &mut forger.blocks[0];
		let [[r0, r1], [p0, p1]] = [block.refund, block.payout];
		let mut numbers = [block.missing, block.delivered, r0, r1, p0, p1];
		for Bend { place, by, against, weight } in bends {
			numbers[place] += by;
			numbers[against] -= by * weight;
		}
		[block.missing, block.delivered] = [numbers[0], numbers[1]];
		block.refund = [numbers[2], numbers[3]];
		block.payout = [numbers[4], numbers[5]];
		let forged = forger.forge(|_, _| ());
		let found = violations(&forged.inputs, &forged.trace);
		prop_assert_eq!(found.is_empty(), adds_up(&deal, numbers), "{:?}", found);
	}

	/// Shares as two sides would like them, with amounts that are the same in the field.
	#[test]
	fn amounts_that_wrap_are_refused(
		deal in deal(),
		wraps in [0..2u64, 0..2u64],
		shift in prop_oneof![Just(0u32), 1..100u32],
	) {
		let mut forger = Forger::of(&[deal]);
		let block = &mut forger.blocks[0];
		let delivered = deal.delivered.saturating_add(shift);
		let missing = i64::from(deal.quantity) - i64::from(delivered);
		let rate = BaseElement::new(deal.rate);
		let in_field = match u64::try_from(missing) {
			Ok(missing) => word(missing),
			Err(_) => -word(missing.unsigned_abs()),
		};
		(block.missing, block.delivered) = (in_field, delivered.into());
		// The 64 bits that stand for the amount, once more with p if they have room for it.
		let halves_of = |quantity: BaseElement, wraps: u64| {
			let amount = (rate * quantity).as_int();
			let more = amount.checked_add(wraps * BaseElement::MODULUS).unwrap_or(amount);
			(super::forger::halves(more), more)
		};
		let (refund, first) = halves_of(in_field, wraps[0]);
		let (payout, second) = halves_of(delivered.into(), wraps[1]);
		(block.refund, block.payout) = (refund, payout);
		let forged = forger.forge(|_, _| ());
		let expected = delivered <= deal.quantity
			&& u128::from(first) == u128::from(deal.rate) * missing as u128
			&& u128::from(second) == u128::from(deal.rate) * u128::from(delivered);
		let found = violations(&forged.inputs, &forged.trace);
		prop_assert_eq!(found.is_empty(), expected, "{:?}", found);
	}
}
