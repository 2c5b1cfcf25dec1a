//! The keystore that signs votes and blocks.

use std::sync::Arc;

use meterproof_runtime::Hash;
use sp_core::{
	crypto::{key_types, ByteArray, KeyTypeId},
	ecdsa, ed25519, sr25519,
};
use sp_keystore::{Error, Keystore, KeystorePtr};

use super::{record::Vote, Guard};

/// A keystore that signs a vote or a block only once the guard has it on record. Everything else it
/// leaves to the keystore within.
pub struct Guarded {
	keys: KeystorePtr,
	guard: Arc<Guard>,
}

impl Guarded {
	/// The keys of the one under the eyes of the other.
	pub fn new(keys: KeystorePtr, guard: Arc<Guard>) -> Self {
		Self { keys, guard }
	}

	fn holds(&self, kind: KeyTypeId, key: &[u8]) -> bool {
		self.keys.has_keys(&[(key.to_vec(), kind)])
	}
}

impl Keystore for Guarded {
	fn sr25519_public_keys(&self, kind: KeyTypeId) -> Vec<sr25519::Public> {
		self.keys.sr25519_public_keys(kind)
	}

	fn sr25519_generate_new(
		&self,
		kind: KeyTypeId,
		seed: Option<&str>,
	) -> Result<sr25519::Public, Error> {
		self.keys.sr25519_generate_new(kind, seed)
	}

	fn sr25519_sign(
		&self,
		kind: KeyTypeId,
		key: &sr25519::Public,
		message: &[u8],
	) -> Result<Option<sr25519::Signature>, Error> {
		// A block's seal signs the hash of its header.
		if kind == key_types::BABE && message.len() == Hash::len_bytes() {
			if !self.holds(kind, key.as_slice()) {
				return Ok(None);
			}
			let header = Hash::from_slice(message);
			self.guard.sign_block(key.0, header).map_err(|no| Error::Other(no.to_string()))?;
		}
		self.keys.sr25519_sign(kind, key, message)
	}

	fn sr25519_vrf_sign(
		&self,
		kind: KeyTypeId,
		key: &sr25519::Public,
		data: &sr25519::vrf::VrfSignData,
	) -> Result<Option<sr25519::vrf::VrfSignature>, Error> {
		self.keys.sr25519_vrf_sign(kind, key, data)
	}

	fn sr25519_vrf_pre_output(
		&self,
		kind: KeyTypeId,
		key: &sr25519::Public,
		input: &sr25519::vrf::VrfInput,
	) -> Result<Option<sr25519::vrf::VrfPreOutput>, Error> {
		self.keys.sr25519_vrf_pre_output(kind, key, input)
	}

	fn ed25519_public_keys(&self, kind: KeyTypeId) -> Vec<ed25519::Public> {
		self.keys.ed25519_public_keys(kind)
	}

	fn ed25519_generate_new(
		&self,
		kind: KeyTypeId,
		seed: Option<&str>,
	) -> Result<ed25519::Public, Error> {
		self.keys.ed25519_generate_new(kind, seed)
	}

	fn ed25519_sign(
		&self,
		kind: KeyTypeId,
		key: &ed25519::Public,
		message: &[u8],
	) -> Result<Option<ed25519::Signature>, Error> {
		if let Some(vote) = Vote::read(message).filter(|_| kind == key_types::GRANDPA) {
			if !self.holds(kind, key.as_slice()) {
				return Ok(None);
			}
			self.guard.sign_vote(key.0, vote).map_err(|no| Error::Other(no.to_string()))?;
		}
		self.keys.ed25519_sign(kind, key, message)
	}

	fn ecdsa_public_keys(&self, kind: KeyTypeId) -> Vec<ecdsa::Public> {
		self.keys.ecdsa_public_keys(kind)
	}

	fn ecdsa_generate_new(
		&self,
		kind: KeyTypeId,
		seed: Option<&str>,
	) -> Result<ecdsa::Public, Error> {
		self.keys.ecdsa_generate_new(kind, seed)
	}

	fn ecdsa_sign(
		&self,
		kind: KeyTypeId,
		key: &ecdsa::Public,
		message: &[u8],
	) -> Result<Option<ecdsa::Signature>, Error> {
		self.keys.ecdsa_sign(kind, key, message)
	}

	fn ecdsa_sign_prehashed(
		&self,
		kind: KeyTypeId,
		key: &ecdsa::Public,
		message: &[u8; 32],
	) -> Result<Option<ecdsa::Signature>, Error> {
		self.keys.ecdsa_sign_prehashed(kind, key, message)
	}

	fn insert(&self, kind: KeyTypeId, suri: &str, public: &[u8]) -> Result<(), ()> {
		self.keys.insert(kind, suri, public)
	}

	fn keys(&self, kind: KeyTypeId) -> Result<Vec<Vec<u8>>, Error> {
		self.keys.keys(kind)
	}

	/// GRANDPA asks at the start of each round, and takes part in it without voting where it has no key.
	/// A vote that is refused would end the voter, and the node with it.
	fn has_keys(&self, keys: &[(Vec<u8>, KeyTypeId)]) -> bool {
		let votes = keys.iter().any(|(_, kind)| *kind == key_types::GRANDPA);
		!(votes && self.guard.only_listens()) && self.keys.has_keys(keys)
	}
}
