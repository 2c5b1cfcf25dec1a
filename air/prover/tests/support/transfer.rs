//! Payments for tests.

use meterproof_programs::{
	note::{node, owner, DigestBytes, Note},
	transfer::{Public, Statement},
};
use meterproof_prover::transfer::{Payment, Spend};

pub const ASSET: u32 = 3;

/// Canonical bytes that differ by number; tests need no secrecy.
pub fn digest(number: u64) -> DigestBytes {
	let words = [number & 0xffff_ffff, number >> 32, 77, number.wrapping_mul(0x9e37_79b9) >> 8];
	let mut bytes = [0; 32];
	for (chunk, word) in bytes.chunks_exact_mut(8).zip(words) {
		chunk.copy_from_slice(&word.to_le_bytes());
	}
	bytes
}

/// A note of this amount at this place of a tree whose other nodes are made up.
pub fn spend(amount: u64, position: u32) -> Spend {
	Spend {
		spending_key: digest(amount ^ 0x10_0000),
		diversifier: 7,
		amount,
		randomness: digest(amount ^ 0x20_0000),
		position,
		path: core::array::from_fn(|level| digest(0x30_0000 + level as u64)),
		dummy: false,
	}
}

/// Notes at two places of one tree: each stands on the other's path where the two meet.
pub fn spends(notes: [(u64, u32); 2]) -> [Spend; 2] {
	let mut spends = notes.map(|(amount, position)| spend(amount, position));
	let meet = 31 - (notes[0].1 ^ notes[1].1).leading_zeros() as usize;
	for (level, sibling) in spends[1].path.iter_mut().enumerate().take(meet) {
		*sibling = digest(0x50_0000 + level as u64);
	}
	let below = [0, 1].map(|i: usize| {
		let leaf = spends[i].note(ASSET).unwrap().commitment().unwrap();
		(0..meet).fold(leaf, |hash, level| {
			let sibling = &spends[i].path[level];
			let is_right = spends[i].position >> level & 1 == 1;
			if is_right { node(sibling, &hash) } else { node(&hash, sibling) }.unwrap()
		})
	});
	spends[0].path[meet] = below[1];
	spends[1].path[meet] = below[0];
	spends
}

/// A note for someone.
pub fn made(amount: u64) -> Note {
	let owner = owner(&digest(5), 1).unwrap();
	Note { asset: ASSET, amount, owner, randomness: digest(amount ^ 0x40_0000) }
}

/// The statement of a payment, whether it balances or not.
pub fn statement(payment: &Payment, public: Public) -> Statement {
	let real = payment.spends.iter().find(|spend| !spend.dummy);
	Statement {
		genesis: [0x5a; 32],
		asset: payment.asset,
		root: real.map_or(digest(9), |spend| spend.root(payment.asset).unwrap()),
		nullifiers: payment.nullifiers().unwrap(),
		outputs: payment.commitments().unwrap(),
		ciphertexts: [0xc1; 32],
		public,
	}
}

/// Two notes of one tree pay two notes.
pub fn payment(amounts: [u64; 2], outputs: [u64; 2], fee: u64) -> (Statement, Payment) {
	let spends = spends([(amounts[0], 6), (amounts[1], 0x8000_0007)]);
	let payment = Payment { asset: ASSET, spends, outputs: outputs.map(made) };
	(statement(&payment, Public::Transfer { fee }), payment)
}
