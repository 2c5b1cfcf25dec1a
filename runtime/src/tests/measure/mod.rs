//! What a run touches, and what a weight pays for.
//!
//! Both are counted as the benchmark tool counts them: the first read of a key that the state's
//! database is asked for, and each key that is written afterwards. Keys that every transaction
//! touches ([`Free`]) are not counted.
//!
//! Of a weight's proof size, the values read are counted and no nodes of the trie. The nodes above a
//! value grow with the number of all keys of the chain, and serve many values at once; what the
//! benchmark tool allows for them is of the largest item alone and bounds nothing. The values do not
//! depend on other keys, and the largest item's allowance is above all that a call reads.

mod watched;

pub use watched::Watched;

use std::collections::{BTreeMap, BTreeSet};

use frame_support::{
	traits::WhitelistedStorageKeys,
	weights::{RuntimeDbWeight, Weight},
};
use sp_core::storage::well_known_keys::{EXTRINSIC_INDEX, INTRABLOCK_ENTROPY};

use super::DbPrices;
use crate::*;

/// What a run touched of the state that it found.
#[derive(Debug)]
pub struct Footprint {
	/// Keys it read, with the lengths of their values in bytes.
	pub read: BTreeMap<Vec<u8>, usize>,
	/// Keys it changed.
	pub written: BTreeSet<Vec<u8>>,
}

/// Numbers of reads and writes, and bytes of what is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
	pub reads: u64,
	pub writes: u64,
	pub bytes: u64,
}

impl Sums {
	/// Whether nothing is above `limit`.
	pub fn are_within(&self, limit: &Self) -> bool {
		self.reads <= limit.reads && self.writes <= limit.writes && self.bytes <= limit.bytes
	}

	/// The larger one of each.
	pub fn or_more(&self, other: &Self) -> Self {
		Self {
			reads: self.reads.max(other.reads),
			writes: self.writes.max(other.writes),
			bytes: self.bytes.max(other.bytes),
		}
	}
}

impl core::ops::Sub for Sums {
	type Output = Self;

	fn sub(self, other: Self) -> Self {
		Self {
			reads: self.reads.saturating_sub(other.reads),
			writes: self.writes.saturating_sub(other.writes),
			bytes: self.bytes.saturating_sub(other.bytes),
		}
	}
}

/// Keys that no call pays for: those that every block and every transaction touches anyway. The
/// account that signs is not among them: a call by proxy has another origin than its signer.
pub struct Free(BTreeSet<Vec<u8>>);

impl Free {
	/// The keys.
	pub fn new() -> Self {
		let mut keys: BTreeSet<_> = AllPalletsWithSystem::whitelisted_storage_keys()
			.into_iter()
			.map(|key| key.key)
			.collect();
		// Each block reads it, and pays for it, when it begins; then every call's filter asks for it.
		keys.insert(pallet_safe_mode::EnteredUntil::<Runtime>::hashed_key().to_vec());
		keys.insert(EXTRINSIC_INDEX.to_vec());
		keys.insert(INTRABLOCK_ENTROPY.to_vec());
		keys.insert(frame_support::storage::transactional::TRANSACTION_LEVEL_KEY.to_vec());
		Self(keys)
	}

	/// What is left to pay for.
	pub fn counted(&self, footprint: &Footprint) -> Sums {
		let read: Vec<_> = self.read(footprint).collect();
		Sums {
			reads: read.len() as u64,
			writes: self.written(footprint).count() as u64,
			bytes: read.iter().map(|(_, bytes)| **bytes as u64).sum(),
		}
	}

	/// The same by storage item, for a person: reads and writes.
	pub fn told(&self, footprint: &Footprint) -> BTreeMap<String, (usize, usize)> {
		let mut told = BTreeMap::<String, (usize, usize)>::new();
		for (key, _) in self.read(footprint) {
			told.entry(item(key)).or_default().0 += 1;
		}
		for key in self.written(footprint) {
			told.entry(item(key)).or_default().1 += 1;
		}
		told
	}

	fn read<'a>(&'a self, of: &'a Footprint) -> impl Iterator<Item = (&'a Vec<u8>, &'a usize)> {
		of.read.iter().filter(|(key, _)| !self.0.contains(*key))
	}

	fn written<'a>(&'a self, of: &'a Footprint) -> impl Iterator<Item = &'a Vec<u8>> {
		of.written.difference(&self.0)
	}
}

/// The storage item of a key.
fn item(key: &[u8]) -> String {
	use frame_support::traits::StorageInfoTrait;
	let known =
		AllPalletsWithSystem::storage_info().into_iter().find(|info| key.starts_with(&info.prefix));
	match known {
		Some(info) => format!(
			"{}::{}",
			String::from_utf8_lossy(&info.pallet_name),
			String::from_utf8_lossy(&info.storage_name)
		),
		None => format!("{:?}", sp_core::hexdisplay::HexDisplay::from(&key)),
	}
}

/// Prices that tell reads, writes and the rest of a weight apart: no call's own time is as long as a
/// read, and no call has as many reads as make a write.
const MARKED: RuntimeDbWeight = RuntimeDbWeight { read: 1 << READ, write: 1 << WRITE };
const READ: u32 = 37;
const WRITE: u32 = 51;

/// Runs where reads and writes have marked prices. What runs must not ask what weights cost, as payments
/// do; hooks that work as long as their weight lasts get [`room_for`] it at these prices.
pub fn at_marked_prices<R>(run: impl FnOnce() -> R) -> R {
	let before = DbPrices::get();
	DbPrices::set(MARKED);
	let result = run();
	DbPrices::set(before);
	result
}

/// What a weight pays for, if it was made at marked prices.
pub fn paid(weight: Weight) -> Sums {
	let time = weight.ref_time();
	assert!(time < u64::MAX, "a weight overflows");
	Sums { reads: (time % MARKED.write) >> READ, writes: time >> WRITE, bytes: weight.proof_size() }
}

/// A weight for so many writes, at marked prices.
pub fn room_for(writes: u64) -> Weight {
	Weight::from_parts(writes << WRITE, u64::MAX)
}
