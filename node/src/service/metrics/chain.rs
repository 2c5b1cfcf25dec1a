//! What the metrics read of the chain.

use std::sync::Arc;

use codec::Decode;
use frame_support::storage::storage_prefix;
use meterproof_primitives::{
	api::{BondInfo, MeteringApi as _, PeriodInfo, ValidatorSetInfo, ValidatorsApi as _},
	GroupId, PeriodIndex,
};
use meterproof_runtime::{
	opaque::Header, AccountId, Balance, BlockNumber, Hash, Runtime, RuntimeEvent,
};
use sc_client_api::StorageProvider;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_babe::{BabeApi as _, Epoch};
use sp_core::{
	crypto::{key_types, ByteArray},
	storage::StorageKey,
};
use sp_keystore::KeystorePtr;

use crate::client::Client;

/// An event of a block, and what it belongs to.
pub type Record = frame_system::EventRecord<RuntimeEvent, Hash>;

/// Longest list of events that is read, in bytes: more than any block of this runtime has.
const MOST_EVENT_BYTES: usize = 16 * 1024 * 1024;

/// What the metrics ask of the chain at a block. Whatever is not known is none: a state may be pruned,
/// and a runtime newer than this program.
pub trait Source {
	/// The header.
	fn header(&self, at: Hash) -> Option<Header>;
	/// What happened.
	fn events(&self, at: Hash) -> Option<Vec<Record>>;
	/// How many commitments a group has in a period.
	fn commitments(&self, at: Hash, period: PeriodIndex, group: &GroupId<AccountId>)
		-> Option<u32>;
	/// A period.
	fn period(&self, at: Hash, period: PeriodIndex) -> Option<PeriodInfo>;
	/// BABE's epoch, and the places of this validator's keys in it.
	fn epoch(&self, at: Hash) -> Option<(Epoch, Vec<u32>)>;
}

/// A node's chain and its own keys.
pub struct Seen {
	client: Arc<Client>,
	keystore: Option<KeystorePtr>,
}

/// Heads of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
	/// Number and hash of the best block.
	pub best: (BlockNumber, Hash),
	/// Number and hash of the last final block.
	pub last_final: (BlockNumber, Hash),
}

impl Seen {
	/// Through a node's client; a validator's keys are in its keystore.
	pub fn new(client: Arc<Client>, keystore: Option<KeystorePtr>) -> Self {
		Self { client, keystore }
	}

	/// Where the chain stands.
	pub fn heads(&self) -> Heads {
		let info = self.client.info();
		Heads {
			best: (info.best_number, info.best_hash),
			last_final: (info.finalized_number, info.finalized_hash),
		}
	}

	/// The validators, their bonds, and what waits.
	pub fn validators(&self, at: Hash) -> Option<ValidatorSetInfo<AccountId, Balance>> {
		self.client.runtime_api().set(at).ok()
	}

	/// The bond of an account.
	pub fn bond(&self, at: Hash, account: AccountId) -> Option<BondInfo<AccountId, Balance>> {
		self.client.runtime_api().bond(at, account).ok().flatten()
	}

	/// How many entries a map of the chain's state has, counted up to `most`.
	pub fn entries(&self, at: Hash, pallet: &str, map: &str, most: usize) -> Option<u64> {
		let prefix = StorageKey(storage_prefix(pallet.as_bytes(), map.as_bytes()).to_vec());
		let keys = self.client.storage_keys(at, Some(&prefix), None).ok()?;
		u64::try_from(keys.take(most).count()).ok()
	}

	fn value<T: Decode>(&self, at: Hash, key: Vec<u8>) -> Option<T> {
		let data = self.client.storage(at, &StorageKey(key)).ok()??.0;
		if data.len() > MOST_EVENT_BYTES {
			return None;
		}
		// A newer runtime may have written what this program does not know.
		let mut rest = &data[..];
		let value = T::decode(&mut rest).ok()?;
		rest.is_empty().then_some(value)
	}
}

impl Source for Seen {
	fn header(&self, at: Hash) -> Option<Header> {
		self.client.header(at).ok().flatten()
	}

	fn events(&self, at: Hash) -> Option<Vec<Record>> {
		self.value(at, storage_prefix(b"System", b"Events").to_vec())
	}

	fn commitments(
		&self,
		at: Hash,
		period: PeriodIndex,
		group: &GroupId<AccountId>,
	) -> Option<u32> {
		self.value(at, pallet_metering::Counts::<Runtime>::hashed_key_for(period, group))
	}

	fn period(&self, at: Hash, period: PeriodIndex) -> Option<PeriodInfo> {
		self.client.runtime_api().period(at, Some(period)).ok()
	}

	fn epoch(&self, at: Hash) -> Option<(Epoch, Vec<u32>)> {
		let epoch = self.client.runtime_api().current_epoch(at).ok()?;
		let own = self.keystore.as_ref().map(|keys| {
			let is_own = |key: &[u8]| keys.has_keys(&[(key.to_vec(), key_types::BABE)]);
			let authorities = (0u32..).zip(&epoch.authorities);
			let own = authorities.filter(|(_, (key, _))| is_own(key.as_slice()));
			own.map(|(place, _)| place).collect()
		});
		Some((epoch, own.unwrap_or_default()))
	}
}
