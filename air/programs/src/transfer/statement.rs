//! The statement as plain data, the checks on it, and its encoding.

use crate::{
	hash::{decode, DigestBytes},
	system::ProofHash,
};
use alloc::vec::Vec;
use core::fmt;
use winter_crypto::{Digest, Hasher};

/// Notes that are spent, and notes that are made.
pub const NOTES: usize = 2;

/// What a proof is about. Everything a node decides on is here: what is not bound could be
/// changed by whoever relays the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
	/// Hash of the chain's genesis block.
	pub genesis: [u8; 32],
	/// Which asset all four notes are of; 0 is the chain's own token.
	pub asset: u32,
	/// Root of the tree that holds the notes spent.
	pub root: DigestBytes,
	/// What spends the two notes.
	pub nullifiers: [DigestBytes; NOTES],
	/// The notes made, in order.
	pub outputs: [DigestBytes; NOTES],
	/// Hash of the encrypted contents of the notes made, as they are published.
	pub ciphertexts: [u8; 32],
	/// What enters or leaves the pool besides the notes.
	pub public: Public,
}

/// What a payment shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Public {
	/// An account pays this amount into notes; it pays fees as any account does.
	Shield {
		/// The account.
		from: [u8; 32],
		/// In the asset's smallest unit.
		amount: u64,
	},
	/// Notes pay notes.
	Transfer {
		/// Taken out of the notes, in the asset's smallest unit.
		fee: u64,
	},
	/// Notes pay an account.
	Unshield {
		/// The account.
		to: [u8; 32],
		/// In the asset's smallest unit, without the fee.
		amount: u64,
		/// Taken out of the notes, in the asset's smallest unit.
		fee: u64,
	},
}

impl Public {
	/// What enters the pool.
	pub const fn entering(&self) -> u64 {
		match self {
			Self::Shield { amount, .. } => *amount,
			Self::Transfer { .. } | Self::Unshield { .. } => 0,
		}
	}

	/// What leaves it: to an account, and as the fee.
	pub const fn leaving(&self) -> [u64; 2] {
		match self {
			Self::Shield { .. } => [0, 0],
			Self::Transfer { fee } => [0, *fee],
			Self::Unshield { amount, fee, .. } => [*amount, *fee],
		}
	}
}

/// Why a statement cannot be proved or verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementError {
	/// The root, a nullifier or an output has a word that is not below the field modulus.
	NotCanonical,
	/// Both nullifiers are the same: one note, spent twice.
	SameNullifiers,
	/// The amount of a shield or of an unshield is zero.
	NoAmount,
}

impl fmt::Display for StatementError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::NotCanonical => "a digest of the payment is not canonical",
			Self::SameNullifiers => "the payment spends one note twice",
			Self::NoAmount => "the amount is zero",
		})
	}
}

impl core::error::Error for StatementError {}

impl Statement {
	/// Everything that can be checked without a proof.
	pub fn check(&self) -> Result<(), StatementError> {
		let [first, second] = &self.nullifiers;
		let mut digests = self.nullifiers.iter().chain(&self.outputs).chain([&self.root]);
		if digests.any(|digest| decode(digest).is_none()) {
			return Err(StatementError::NotCanonical);
		}
		if first == second {
			return Err(StatementError::SameNullifiers);
		}
		match self.public {
			Public::Shield { amount: 0, .. } | Public::Unshield { amount: 0, .. } => {
				Err(StatementError::NoAmount)
			},
			_ => Ok(()),
		}
	}
}

/// Names statement kind and encoding version, so that no other statement has the same bytes.
const DOMAIN: &[u8; 16] = b"meterproof/pay/1";

/// The statement as bytes: fixed-width little-endian fields, so that no two statements share an
/// encoding.
pub fn encode(statement: &Statement) -> Vec<u8> {
	let mut out = Vec::with_capacity(300);
	out.extend_from_slice(DOMAIN);
	out.extend_from_slice(&statement.genesis);
	out.extend_from_slice(&statement.asset.to_le_bytes());
	out.extend_from_slice(&statement.root);
	for digest in statement.nullifiers.iter().chain(&statement.outputs) {
		out.extend_from_slice(digest);
	}
	out.extend_from_slice(&statement.ciphertexts);
	let (kind, account, amount, fee) = match &statement.public {
		Public::Shield { from, amount } => (1u8, from, *amount, 0),
		Public::Transfer { fee } => (2, &[0; 32], 0, *fee),
		Public::Unshield { to, amount, fee } => (3, to, *amount, *fee),
	};
	out.push(kind);
	out.extend_from_slice(account);
	out.extend_from_slice(&amount.to_le_bytes());
	out.extend_from_slice(&fee.to_le_bytes());
	out
}

/// The hash that the transcript starts from: it binds every field of the statement.
pub fn digest(statement: &Statement) -> [u8; 32] {
	ProofHash::hash(&encode(statement)).as_bytes()
}
