//! Honest splits are proved and accepted.

use super::HONEST;
use crate::support::split::{statement, Deal, ASSET, DEAL, DIRECTION, PERIOD};
use meterproof_programs::{
	note::{limbs, Note},
	seal,
	split::{trace_length, LONG_TRACE, MAX_AMOUNT, MAX_PERIOD, SHORT_TRACE},
};
use meterproof_prover::split::{prove, proven_bits, Delivery, ProvingPhase};
use meterproof_verifier::{verify_split, MAX_PROOF_BYTES};
use proptest::prelude::*;
use std::cell::RefCell;

fn proves(deals: &[Deal]) -> usize {
	let (statement, deliveries) = statement(deals);
	let proof = prove(&statement, &deliveries, |_| ()).unwrap();
	assert_eq!(verify_split(&statement, &proof), Ok(()));
	assert!(proof.len() <= MAX_PROOF_BYTES);
	assert!(proven_bits(&statement) >= 110);
	proof.len()
}

#[test]
fn as_many_splits_as_fill_either_trace() {
	for (count, rows) in [(1, SHORT_TRACE), (7, SHORT_TRACE), (8, LONG_TRACE), (15, LONG_TRACE)] {
		assert_eq!(trace_length(&statement(&vec![DEAL; count]).0), Ok(rows));
		proves(&vec![DEAL; count]);
	}
	for (statement, proof) in HONEST.iter() {
		assert_eq!(verify_split(statement, proof), Ok(()));
	}
}

#[test]
fn nothing_and_all_delivered() {
	for delivered in [0, 1, 4_999, 5_000] {
		proves(&[Deal { delivered, ..DEAL }]);
	}
	proves(&[
		Deal { quantity: 1, rate: 1, delivered: 0 },
		Deal { quantity: 1, rate: 1, delivered: 1 },
	]);
}

#[test]
fn the_largest_quantities_and_amounts() {
	let most = u32::MAX;
	let rate = (MAX_AMOUNT - 1) / u64::from(most);
	for delivered in [0, 1, 1 << 31, most - 1, most] {
		proves(&[Deal { quantity: most, rate, delivered }]);
	}
	for rate in [MAX_AMOUNT - 1, 1 << 59, 1 << 32, (1 << 32) - 1] {
		proves(&[0, 1].map(|delivered| Deal { quantity: 1, rate, delivered }));
	}
	// Halves that are full, and one more.
	for product in [(1u64 << 32) - 1, 1 << 32, (1 << 32) + 1] {
		let deal = Deal { quantity: 3, rate: product, delivered: 1 };
		proves(&[deal, Deal { delivered: 2, ..deal }]);
	}
}

#[test]
fn the_last_period_and_any_asset() {
	let (mut statement, deliveries) = statement(&[DEAL]);
	(statement.period, statement.asset) = (MAX_PERIOD - 1, u32::MAX);
	let split = &mut statement.splits[0];
	split.quantity_commitment = deliveries[0].quantity_commitment(MAX_PERIOD - 1);
	let notes = deliveries[0].notes(u32::MAX, MAX_PERIOD - 1, split).unwrap();
	[split.payout.note, split.refund.note] = notes.map(|note| note.commitment().unwrap());
	let proof = prove(&statement, &deliveries, |_| ()).unwrap();
	assert_eq!(verify_split(&statement, &proof), Ok(()));
}

/// What the two sides find, by what each of them knows.
#[test]
fn notes_are_the_shares_of_both_sides() {
	let (statement, deliveries) = statement(&[DEAL]);
	let split = &statement.splits[0];
	let payout = Note {
		asset: ASSET,
		amount: 4_321 * DEAL.rate,
		owner: split.payout.owner,
		randomness: deliveries[0].payout_randomness,
	};
	assert_eq!(payout.commitment(), Some(split.payout.note));
	// The buyer has the key and the terms, and tries quantities.
	let randomness = seal::randomness(&deliveries[0].key, PERIOD).unwrap();
	let found: Vec<_> = (0..=DEAL.quantity)
		.filter(|missing| {
			let amount = u64::from(*missing) * DEAL.rate;
			let note = Note { asset: ASSET, amount, owner: split.refund.owner, randomness };
			note.commitment() == Some(split.refund.note)
		})
		.collect();
	assert_eq!(found, [5_000 - 4_321]);
	assert!(limbs(payout.amount)[1] > 0, "both halves are used");
}

#[test]
fn one_owner_of_both_notes_and_one_key_of_two_trades() {
	let (mut statement, mut deliveries) = statement(&[DEAL, DEAL]);
	deliveries[1].key = deliveries[0].key;
	for (split, delivery) in statement.splits.iter_mut().zip(&deliveries) {
		split.key_commitment = seal::key_commitment(&delivery.key).unwrap();
		split.refund.owner = split.payout.owner;
		let notes = delivery.notes(ASSET, PERIOD, split).unwrap();
		[split.payout.note, split.refund.note] = notes.map(|note| note.commitment().unwrap());
	}
	let proof = prove(&statement, &deliveries, |_| ()).unwrap();
	assert_eq!(verify_split(&statement, &proof), Ok(()));
}

#[test]
fn progress_goes_through_every_phase_in_order() {
	let (statement, deliveries) = statement(&[DEAL]);
	let seen = RefCell::new(Vec::new());
	prove(&statement, &deliveries, |phase| seen.borrow_mut().push(phase)).unwrap();
	assert_eq!(seen.into_inner(), ProvingPhase::ALL);
}

#[test]
fn two_proofs_of_one_statement_share_no_commitment() {
	let (statement, deliveries) = statement(&[DEAL]);
	let first = prove(&statement, &deliveries, |_| ()).unwrap();
	let second = prove(&statement, &deliveries, |_| ()).unwrap();
	// Behind 25 bytes of header, the number of queries and a length: the root of the trace.
	assert_ne!(first[28..60], second[28..60]);
}

#[test]
fn two_deliveries_of_one_quantity_share_nothing_that_is_published() {
	let key = [1; 32];
	let [first, second] = [0, 1].map(|_| Delivery::new(5, DIRECTION, key).unwrap());
	assert_ne!(first.quantity_commitment(9), second.quantity_commitment(9));
	let split = &statement(&[DEAL]).0.splits[0];
	let payout = |delivery: &Delivery| delivery.notes(ASSET, 9, split).unwrap()[0].commitment();
	assert_ne!(payout(&first), payout(&second));
}

/// Lengths differ by the opened positions alone, which the transcript draws.
#[test]
fn proofs_of_any_quantity_look_the_same() {
	let lengths =
		[0, 5_000, 1, 4_999, 0, 5_000].map(|delivered| proves(&[Deal { delivered, ..DEAL }]));
	assert!(lengths.iter().all(|length| length.abs_diff(lengths[0]) < 4_000), "{lengths:?}");
}

fn any_deal() -> impl Strategy<Value = Deal> {
	(1..=u32::MAX, any::<u64>(), any::<prop::sample::Index>()).prop_map(
		|(quantity, rate, share)| {
			let rate = rate % ((MAX_AMOUNT - 1) / u64::from(quantity)) + 1;
			let delivered = share.index(quantity as usize + 1) as u32;
			Deal { quantity, rate, delivered }
		},
	)
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

	#[test]
	fn any_deals(deals in prop::collection::vec(any_deal(), 1..=15)) {
		proves(&deals);
	}
}
