//! Tests that need the trace or a dishonest prover.

mod circuit;
mod dishonest;
mod forger;
// In debug, winterfell's prover stops at a trace that breaks a constraint.
#[cfg(not(debug_assertions))]
mod forgeries;
mod hiding;
mod lies;
mod oracle;
mod security;

use super::Delivery;
use crate::system::{
	testing::{Checker, Violations},
	SecretTrace,
};
use meterproof_programs::{
	hash::{encode, DigestBytes},
	seal::key_commitment,
	split::{PublicInputs, Share, Split, SplitAir, Statement},
};
use winter_math::fields::f64::BaseElement;

/// Canonical bytes that differ by number, no word of them zero; tests need no secrecy.
fn digest(number: u64) -> DigestBytes {
	encode(&[1u64, 2, 3, 4].map(|i| BaseElement::new((4 * number + i).wrapping_mul(PRIME) >> 1)))
}

const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
const ASSET: u32 = 3;
const PERIOD: u64 = 0x1_2345_6789;
const DIRECTION: u8 = 1;

/// What is contracted, what a unit is worth, and what was delivered.
#[derive(Clone, Copy, Debug)]
struct Deal {
	quantity: u32,
	rate: u64,
	delivered: u32,
}

/// The statement of these deals, and what proves it.
fn split(deals: &[Deal]) -> (Statement, Vec<Delivery>) {
	let deliveries: Vec<_> = (0..)
		.zip(deals)
		.map(|(i, deal)| Delivery {
			delivered: deal.delivered,
			direction: DIRECTION,
			salt: [10 + i, 20, 30, 40],
			key: digest(100 + i),
			payout_randomness: digest(200 + i),
		})
		.collect();
	let splits = (0..)
		.zip(deals.iter().zip(&deliveries))
		.map(|(i, (deal, delivery))| {
			let mut split = Split {
				trade: i,
				quantity: deal.quantity,
				rate: deal.rate,
				key_commitment: key_commitment(&delivery.key).unwrap(),
				quantity_commitment: delivery.quantity_commitment(PERIOD),
				payout: Share { owner: digest(300 + i), note: [0; 32] },
				refund: Share { owner: digest(400 + i), note: [0; 32] },
				ciphertexts: [0xc1; 32],
			};
			let [payout, refund] = delivery.notes(ASSET, PERIOD, &split).unwrap();
			split.payout.note = payout.commitment().unwrap();
			split.refund.note = refund.commitment().unwrap();
			split
		})
		.collect();
	(Statement { genesis: [0x5a; 32], period: PERIOD, asset: ASSET, splits }, deliveries)
}

/// Evaluates every constraint in every row in which the verifier enforces it.
fn violations(inputs: &PublicInputs, trace: &SecretTrace) -> Violations {
	Checker::<SplitAir>::new(inputs, trace).all(trace)
}

/// The inputs of so many honest splits, and the trace that proves them.
pub fn filled(splits: usize) -> (PublicInputs, SecretTrace) {
	let deal = Deal { quantity: 5_000, rate: 30, delivered: 4_321 };
	let (statement, deliveries) = split(&vec![deal; splits]);
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = super::trace::fill(&inputs, &statement, &deliveries).unwrap();
	(inputs, trace)
}
