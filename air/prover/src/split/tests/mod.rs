//! Tests that need the trace or a dishonest prover.

mod circuit;

use super::Delivery;
use crate::system::{
	testing::{Checker, Violations},
	SecretTrace,
};
use meterproof_programs::{
	hash::DigestBytes,
	seal::key_commitment,
	split::{PublicInputs, Share, Split, SplitAir, Statement},
};

/// Canonical bytes that differ by number; tests need no secrecy.
fn digest(number: u64) -> DigestBytes {
	let mut bytes = [0; 32];
	bytes[..4].copy_from_slice(&number.to_le_bytes()[..4]);
	bytes[24..31].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()[..7]);
	bytes
}

const ASSET: u32 = 3;
const PERIOD: u64 = 0x1_2345_6789;
const DIRECTION: u8 = 1;

/// What is contracted, what a unit is worth, and what was delivered.
#[derive(Clone, Copy)]
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
