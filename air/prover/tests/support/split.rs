//! Sealed trades for tests.

use meterproof_programs::{
	hash::{encode, DigestBytes},
	seal::key_commitment,
	split::{Share, Split, Statement},
};
use meterproof_prover::split::Delivery;
use winter_math::fields::f64::BaseElement;

pub const ASSET: u32 = 0;
pub const PERIOD: u64 = 1_234_567;
pub const DIRECTION: u8 = 1;

/// Canonical bytes that differ by number; tests need no secrecy.
pub fn digest(number: u64) -> DigestBytes {
	let word = |i: u64| (4 * number + i).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1;
	encode(&[1u64, 2, 3, 4].map(|i| BaseElement::new(word(i))))
}

/// What is contracted, what a unit is worth, and what was delivered.
#[derive(Clone, Copy, Debug)]
pub struct Deal {
	pub quantity: u32,
	pub rate: u64,
	pub delivered: u32,
}

pub const DEAL: Deal = Deal { quantity: 5_000, rate: 3_000_000_000_000, delivered: 4_321 };

/// The statement of these deals, and what proves it.
pub fn statement(deals: &[Deal]) -> (Statement, Vec<Delivery>) {
	let (splits, deliveries) = (0..).zip(deals).map(|(i, deal)| trade(i, deal)).unzip();
	(Statement { genesis: [0x5a; 32], period: PERIOD, asset: ASSET, splits }, deliveries)
}

fn trade(number: u64, deal: &Deal) -> (Split, Delivery) {
	let delivery = Delivery {
		delivered: deal.delivered,
		direction: DIRECTION,
		salt: [10 + number, 20, 30, 40],
		key: digest(100 + number),
		payout_randomness: digest(200 + number),
	};
	let mut split = Split {
		trade: number,
		quantity: deal.quantity,
		rate: deal.rate,
		key_commitment: key_commitment(&delivery.key).unwrap(),
		quantity_commitment: delivery.quantity_commitment(PERIOD),
		payout: Share { owner: digest(300 + number), note: [0; 32] },
		refund: Share { owner: digest(400 + number), note: [0; 32] },
		ciphertexts: [number as u8; 32],
	};
	let [payout, refund] = delivery.notes(ASSET, PERIOD, &split).unwrap();
	split.payout.note = payout.commitment().unwrap();
	split.refund.note = refund.commitment().unwrap();
	(split, delivery)
}
