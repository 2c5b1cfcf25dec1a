//! What is signed and what is not, with a real keystore, GRANDPA's own payloads and BABE's own headers.

mod blocks;
mod files;
mod proposals;
mod sequences;
mod votes;

use std::path::Path;

use meterproof_runtime::BlockNumber;
use sc_consensus_babe::CompatibleDigestItem;
use sc_keystore::LocalKeystore;
use sp_consensus_babe::digests::{PreDigest, SecondaryPlainPreDigest};
use sp_consensus_grandpa::{localized_payload, Message, Precommit, Prevote, PrimaryPropose};
use sp_core::{
	crypto::{key_types, KeyTypeId},
	ed25519, sr25519,
};
use sp_keystore::{Keystore, KeystorePtr};
use sp_runtime::{Digest, DigestItem};

use super::{keystore::Guarded, record::VoteKind, *};

/// A start at slot 100, of which the operator says nothing.
pub const START: Start = Start { slot: 100, restored: false, anew: false };

/// A validator: its keys, its guard, and the keystore that it signs with.
pub struct Validator {
	pub guard: Arc<Guard>,
	pub keys: Guarded,
	pub voter: ed25519::Public,
	pub author: sr25519::Public,
}

impl Validator {
	/// Starts on the files in this folder, always with the same keys.
	pub fn start(folder: &Path, start: Start) -> Self {
		let keys = Arc::new(LocalKeystore::in_memory());
		let voter = keys.ed25519_generate_new(key_types::GRANDPA, Some("//Alice")).unwrap();
		let author = keys.sr25519_generate_new(key_types::BABE, Some("//Alice")).unwrap();
		let guard = Guard::open(folder, start);
		Self { keys: Guarded::new(keys, guard.clone()), guard, voter, author }
	}

	/// Whether a vote is signed. What is signed has a valid signature.
	pub fn votes(&self, set: u64, round: u64, kind: VoteKind, block: u8) -> bool {
		self.signs_as(key_types::GRANDPA, &payload(set, round, kind, block))
	}

	/// Whether the voter's key, as a key of this kind, signs.
	pub fn signs_as(&self, kind: KeyTypeId, message: &[u8]) -> bool {
		use sp_core::Pair;
		let signature = self.keys.ed25519_sign(kind, &self.voter, message).ok().flatten();
		signature.is_some_and(|signature| {
			assert!(ed25519::Pair::verify(&signature, message, &self.voter));
			true
		})
	}

	/// Whether a block that the node's author made is signed.
	pub fn makes(&self, header: &Header) -> bool {
		self.guard.propose(header);
		self.seals(header.hash().as_bytes())
	}

	/// Whether the author's key signs.
	pub fn seals(&self, message: &[u8]) -> bool {
		use sp_core::Pair;
		let signature = self.keys.sr25519_sign(key_types::BABE, &self.author, message);
		signature.ok().flatten().is_some_and(|signature| {
			assert!(sr25519::Pair::verify(&signature, message, &self.author));
			true
		})
	}

	/// Why the last refusal came about.
	pub fn said(&self) -> Option<Refusal> {
		self.guard.state().said.clone()
	}
}

/// The block of a vote, by a number.
pub fn block(number: u8) -> (Hash, BlockNumber) {
	(Hash::repeat_byte(number), BlockNumber::from(number))
}

/// What GRANDPA signs.
pub fn payload(set: u64, round: u64, kind: VoteKind, number: u8) -> Vec<u8> {
	let (target_hash, target_number) = block(number);
	let message = match kind {
		VoteKind::Propose => Message::<Header>::PrimaryPropose(PrimaryPropose::<Header> {
			target_hash,
			target_number,
		}),
		VoteKind::Prevote => {
			Message::<Header>::Prevote(Prevote::<Header> { target_hash, target_number })
		},
		VoteKind::Precommit => {
			Message::<Header>::Precommit(Precommit::<Header> { target_hash, target_number })
		},
	};
	localized_payload(round, set, &message)
}

/// A header of this slot; another one for each number.
pub fn header(slot: u64, number: u8) -> Header {
	let digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: 0,
		slot: slot.into(),
	});
	Header {
		parent_hash: Hash::repeat_byte(number),
		number: 7,
		state_root: Hash::zero(),
		extrinsics_root: Hash::zero(),
		digest: Digest {
			logs: vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(digest)],
		},
	}
}
