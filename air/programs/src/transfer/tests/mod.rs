mod layout;
mod snapshots;
mod statements;

use super::{Public, Statement};
use crate::note::{nullifier_key, owner, DigestBytes};

/// Canonical bytes that differ by number.
fn digest(number: u8) -> DigestBytes {
	let mut bytes = [0; 32];
	bytes[0] = number;
	owner(&nullifier_key(&bytes).unwrap(), 1).unwrap()
}

/// A statement with every field different from zero and from every other.
fn sample() -> Statement {
	Statement {
		genesis: [3; 32],
		asset: 4,
		root: digest(5),
		nullifiers: [digest(6), digest(7)],
		outputs: [digest(8), digest(9)],
		ciphertexts: [10; 32],
		public: Public::Unshield { to: [11; 32], amount: 12 + (13 << 32), fee: 14 },
	}
}
