//! A view of the state that remembers which keys were asked for, and how long the answers were.

use std::{collections::BTreeMap, sync::Mutex};

use sp_core::storage::{ChildInfo, StateVersion};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{
	Backend, BackendTransaction, IterArgs, StorageIterator, StorageKey, StorageValue, UsageInfo,
};
use sp_trie::MerkleValue;

use crate::Hash;

/// The view. The runtime has no child tries: what is asked of them is passed on unwatched.
#[derive(Debug)]
pub struct Watched<B> {
	inner: B,
	read: Mutex<BTreeMap<Vec<u8>, usize>>,
}

impl<B> Watched<B> {
	/// Watches a state.
	pub fn new(inner: B) -> Self {
		Self { inner, read: Default::default() }
	}

	/// The keys asked for so far, and how many bytes of each one's value were read.
	pub fn keys_read(&self) -> BTreeMap<Vec<u8>, usize> {
		self.read.lock().expect("nobody panicked").clone()
	}

	fn note(&self, key: &[u8], bytes: usize) {
		let mut read = self.read.lock().expect("nobody panicked");
		let known = read.entry(key.to_vec()).or_default();
		*known = bytes.max(*known);
	}
}

/// A walk over keys, each of which counts as read.
pub struct Walk<B: Backend<BlakeTwo256>>(B::RawIter);

impl<B: Backend<BlakeTwo256>> StorageIterator<BlakeTwo256> for Walk<B> {
	type Backend = Watched<B>;
	type Error = B::Error;

	fn next_key(&mut self, backend: &Watched<B>) -> Option<Result<StorageKey, B::Error>> {
		let next = self.0.next_key(&backend.inner);
		if let Some(Ok(key)) = &next {
			backend.note(key, 0);
		}
		next
	}

	fn next_pair(
		&mut self,
		backend: &Watched<B>,
	) -> Option<Result<(StorageKey, StorageValue), B::Error>> {
		let next = self.0.next_pair(&backend.inner);
		if let Some(Ok((key, value))) = &next {
			backend.note(key, value.len());
		}
		next
	}

	fn was_complete(&self) -> bool {
		self.0.was_complete()
	}
}

impl<B: Backend<BlakeTwo256>> Backend<BlakeTwo256> for Watched<B> {
	type Error = B::Error;
	type TrieBackendStorage = B::TrieBackendStorage;
	type RawIter = Walk<B>;

	fn storage(&self, key: &[u8]) -> Result<Option<StorageValue>, B::Error> {
		let value = self.inner.storage(key)?;
		self.note(key, value.as_ref().map_or(0, Vec::len));
		Ok(value)
	}

	fn storage_hash(&self, key: &[u8]) -> Result<Option<Hash>, B::Error> {
		self.note(key, 0);
		self.inner.storage_hash(key)
	}

	fn exists_storage(&self, key: &[u8]) -> Result<bool, B::Error> {
		self.note(key, 0);
		self.inner.exists_storage(key)
	}

	fn closest_merkle_value(&self, key: &[u8]) -> Result<Option<MerkleValue<Hash>>, B::Error> {
		self.note(key, 0);
		self.inner.closest_merkle_value(key)
	}

	/// A step of a walk counts as a read of where it starts, as with the benchmark tool.
	fn next_storage_key(&self, key: &[u8]) -> Result<Option<StorageKey>, B::Error> {
		self.note(key, 0);
		self.inner.next_storage_key(key)
	}

	fn child_closest_merkle_value(
		&self,
		child: &ChildInfo,
		key: &[u8],
	) -> Result<Option<MerkleValue<Hash>>, B::Error> {
		self.inner.child_closest_merkle_value(child, key)
	}

	fn child_storage(
		&self,
		child: &ChildInfo,
		key: &[u8],
	) -> Result<Option<StorageValue>, B::Error> {
		self.inner.child_storage(child, key)
	}

	fn child_storage_hash(&self, child: &ChildInfo, key: &[u8]) -> Result<Option<Hash>, B::Error> {
		self.inner.child_storage_hash(child, key)
	}

	fn next_child_storage_key(
		&self,
		child: &ChildInfo,
		key: &[u8],
	) -> Result<Option<StorageKey>, B::Error> {
		self.inner.next_child_storage_key(child, key)
	}

	fn storage_root<'a>(
		&self,
		delta: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
		version: StateVersion,
	) -> (Hash, BackendTransaction<BlakeTwo256>) {
		self.inner.storage_root(delta, version)
	}

	fn child_storage_root<'a>(
		&self,
		child: &ChildInfo,
		delta: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
		version: StateVersion,
	) -> (Hash, bool, BackendTransaction<BlakeTwo256>) {
		self.inner.child_storage_root(child, delta, version)
	}

	fn raw_iter(&self, args: IterArgs) -> Result<Walk<B>, B::Error> {
		self.inner.raw_iter(args).map(Walk)
	}

	fn register_overlay_stats(&self, _: &sp_state_machine::StateMachineStats) {}

	fn usage_info(&self) -> UsageInfo {
		self.inner.usage_info()
	}
}
