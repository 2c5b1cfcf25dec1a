//! The transfer statement: two notes of a tree are spent, two are made, and nothing is made of nothing.

use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "codec")]
use codec::{Decode, Encode};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;

use crate::{
	bytes::{Domain, Reader},
	is_canonical, Account, AssetId, Digest, GenesisHash,
};

/// Notes that are spent, and notes that are made.
pub const NOTES: usize = 2;

/// Levels of the tree of notes: it has room for 2^32.
pub const TREE_DEPTH: usize = 32;

/// What a proof is about. Everything a node decides on is here: what is not bound could be changed by
/// whoever relays the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
pub struct Statement<AccountId = [u8; 32]> {
	/// Hash of the chain's genesis block.
	pub genesis: GenesisHash,
	/// Which asset all four notes are of; 0 is the chain's own token.
	pub asset: AssetId,
	/// Root of the tree that holds the notes spent.
	pub root: Digest,
	/// What spends the two notes.
	pub nullifiers: [Digest; NOTES],
	/// The notes made, in order.
	pub outputs: [Digest; NOTES],
	/// Hash of the encrypted contents of the notes made, as they are published.
	pub ciphertexts: [u8; 32],
	/// What enters or leaves the pool besides the notes.
	pub public: Public<AccountId>,
}

/// What a payment shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
pub enum Public<AccountId = [u8; 32]> {
	/// An account pays this amount into notes; it pays fees as any account does.
	#[cfg_attr(feature = "codec", codec(index = 0))]
	Shield {
		/// The account.
		from: AccountId,
		/// In the asset's smallest unit.
		amount: u64,
	},
	/// Notes pay notes.
	#[cfg_attr(feature = "codec", codec(index = 1))]
	Transfer {
		/// Taken out of the notes, in the asset's smallest unit.
		fee: u64,
	},
	/// Notes pay an account.
	#[cfg_attr(feature = "codec", codec(index = 2))]
	Unshield {
		/// The account.
		to: AccountId,
		/// In the asset's smallest unit, without the fee.
		amount: u64,
		/// Taken out of the notes, in the asset's smallest unit.
		fee: u64,
	},
}

impl<AccountId> Public<AccountId> {
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

impl<AccountId> Statement<AccountId> {
	/// The same with accounts of another type.
	pub fn map_accounts<Other>(self, map: impl Fn(AccountId) -> Other) -> Statement<Other> {
		let Self { genesis, asset, root, nullifiers, outputs, ciphertexts, public } = self;
		let public = match public {
			Public::Shield { from, amount } => Public::Shield { from: map(from), amount },
			Public::Transfer { fee } => Public::Transfer { fee },
			Public::Unshield { to, amount, fee } => Public::Unshield { to: map(to), amount, fee },
		};
		Statement { genesis, asset, root, nullifiers, outputs, ciphertexts, public }
	}

	/// Everything that can be checked without a proof.
	pub fn check(&self) -> Result<(), StatementError> {
		let [first, second] = &self.nullifiers;
		let mut digests = self.nullifiers.iter().chain(&self.outputs).chain([&self.root]);
		if !digests.all(is_canonical) {
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

const DOMAIN: Domain = *b"meterproof/pay/1";

/// The statement as a proof binds it: fixed-width little-endian fields, so that no two statements share
/// an encoding.
pub fn encode<AccountId: Account>(statement: &Statement<AccountId>) -> Vec<u8> {
	let mut out = Vec::with_capacity(300);
	out.extend_from_slice(&DOMAIN);
	out.extend_from_slice(&statement.genesis);
	out.extend_from_slice(&statement.asset.to_le_bytes());
	out.extend_from_slice(&statement.root);
	for digest in statement.nullifiers.iter().chain(&statement.outputs) {
		out.extend_from_slice(digest);
	}
	out.extend_from_slice(&statement.ciphertexts);
	let (kind, account, amount, fee) = match &statement.public {
		Public::Shield { from, amount } => (1u8, from.clone().into(), *amount, 0),
		Public::Transfer { fee } => (2, [0; 32], 0, *fee),
		Public::Unshield { to, amount, fee } => (3, to.clone().into(), *amount, *fee),
	};
	out.push(kind);
	out.extend_from_slice(&account);
	out.extend_from_slice(&amount.to_le_bytes());
	out.extend_from_slice(&fee.to_le_bytes());
	out
}

/// The statement with these bytes, however senseless.
pub fn decode(bytes: &[u8]) -> Option<Statement> {
	let mut reader = Reader::behind(&DOMAIN, bytes)?;
	let genesis = reader.array()?;
	let asset = reader.u32()?;
	let root = reader.array()?;
	let nullifiers = [reader.array()?, reader.array()?];
	let outputs = [reader.array()?, reader.array()?];
	let ciphertexts = reader.array()?;
	let kind = reader.u8()?;
	let (account, amount, fee) = (reader.array()?, reader.u64()?, reader.u64()?);
	// What a kind has not is zero, or the same statement would have other forms.
	let public = match kind {
		1 if fee == 0 => Public::Shield { from: account, amount },
		2 if (account, amount) == ([0; 32], 0) => Public::Transfer { fee },
		3 => Public::Unshield { to: account, amount, fee },
		_ => return None,
	};
	reader.end(Statement { genesis, asset, root, nullifiers, outputs, ciphertexts, public })
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sample(public: Public) -> Statement {
		Statement {
			genesis: [3; 32],
			asset: 7,
			root: [1; 32],
			nullifiers: [[2; 32], [4; 32]],
			outputs: [[5; 32], [6; 32]],
			ciphertexts: [8; 32],
			public,
		}
	}

	#[test]
	fn what_is_written_is_read_back_and_nothing_else() {
		for public in [
			Public::Shield { from: [9; 32], amount: 10 },
			Public::Transfer { fee: 11 },
			Public::Unshield { to: [9; 32], amount: 10, fee: 11 },
		] {
			let statement = sample(public);
			let bytes = encode(&statement);
			assert_eq!(decode(&bytes), Some(statement));
			for end in 0..bytes.len() {
				assert_eq!(decode(&bytes[..end]), None);
			}
			assert_eq!(decode(&[&bytes[..], &[0]].concat()), None);
			for place in 0..bytes.len() {
				for change in [1, 2, 3, 0x80] {
					let mut other = bytes.clone();
					other[place] ^= change;
					assert!(decode(&other).is_none_or(|read| encode(&read) == other));
				}
			}
		}
	}
}
