mod layout;
mod snapshots;
mod statements;

use super::{Share, Split, Statement};
use crate::{
	commitment::{commit, Tag},
	note::{nullifier_key, owner, DigestBytes},
	seal::key_commitment,
};
use alloc::vec::Vec;

/// Canonical bytes that differ by number.
fn digest_of(number: u8) -> DigestBytes {
	let mut bytes = [0; 32];
	bytes[0] = number;
	owner(&nullifier_key(&bytes).unwrap(), 1).unwrap()
}

/// A split with every field different from zero and from every other.
fn split(number: u8) -> Split {
	let digest = |i| digest_of(number * 10 + i);
	let share = |i| Share { owner: digest(i), note: digest(i + 1) };
	Split {
		trade: u64::from(number) + (5 << 40),
		quantity: 700_000 + u32::from(number),
		rate: 90_000_000_000 + u64::from(number),
		key_commitment: key_commitment(&digest(0)).unwrap(),
		quantity_commitment: commit(Tag::Quantity, 12, 0, 42, 1, &[number.into(); 4]),
		payout: share(2),
		refund: share(4),
		ciphertexts: [number; 32],
	}
}

/// A statement with this many splits.
fn with_splits(count: u8) -> Statement {
	let splits: Vec<_> = (1..=count).map(split).collect();
	Statement { genesis: [3; 32], period: 42, asset: 4, splits }
}

fn sample() -> Statement {
	with_splits(2)
}
