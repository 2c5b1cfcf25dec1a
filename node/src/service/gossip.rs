//! What a peer's transactions cost it that the runtime cannot read.
//!
//! The SDK takes reputation from a peer for a transaction that the pool refuses, and gives it back where the runtime
//! fails. A transaction that cannot be decoded makes the runtime fail, before it can say that anything is invalid:
//! its sender would have the node work for nothing. Here such a transaction counts as invalid.
//!
//! No honest peer may be blamed, and what cannot be read by one runtime is a call of the next one's. Its bytes alone
//! do not tell: another version may have other pallets, other extensions, and another format of transactions. So a
//! sender is blamed where all of this is so:
//!
//! - the runtime of the best block has failed to look at the transaction: what it can read is never judged here;
//! - that runtime is of the version that this program has a copy of. Where the chain has got a newer runtime, or has
//!   not got this one yet, nobody is blamed, as without all this;
//! - the copy cannot read the transaction either, or no block of that version has room for it.
//!
//! The copy is native code, whose stack is not bounded as the Wasm's is. So it reads a bounded length, to a bounded
//! depth; a call that is nested more deeply, and that the runtime can read, does not get here.
//!
//! A peer that has the block of an upgrade before this node has it can pass on a call of the new version, and is
//! blamed for that moment, as it is by the SDK for every call that is signed for the new version. One transaction
//! costs some 4,000 of the 1.5 billion that a peer is banned for, and comes back within minutes.

use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};

use codec::{DecodeLimit, Encode};
use frame_support::dispatch::DispatchClass;
use meterproof_runtime::{
	configs::RuntimeBlockLength,
	opaque::{Block, UncheckedExtrinsic as Opaque},
	Hash, UncheckedExtrinsic, VERSION,
};
use sc_transaction_pool_api::{
	error::{Error as PoolError, IntoPoolError},
	ImportNotificationStream, PoolStatus, ReadyTransactions, TransactionFor, TransactionPool,
	TransactionSource, TransactionStatusStreamFor, TxHash, TxInvalidityReportMap,
};
use sp_api::CallContext;
use sp_blockchain::HeaderBackend;
use sp_runtime::transaction_validity::InvalidTransaction;

use crate::client::Client;

/// Calls within each other that are read of a transaction at which the runtime has failed.
const DEPTH: u32 = 16;

/// A pool that refuses what the runtime cannot read; in everything else it is the pool it stands for.
pub struct Gossiped<P, V> {
	pool: Arc<P>,
	/// Whether the best block has the runtime that this program has a copy of.
	runs_own: V,
}

impl<P, V> Gossiped<P, V> {
	/// In front of a pool.
	pub fn new(pool: Arc<P>, runs_own: V) -> Self {
		Self { pool, runs_own }
	}
}

/// Whether the best block has the runtime that this program has a copy of.
pub fn runs_own(client: &Client) -> bool {
	let version = client.runtime_version_at(client.info().best_hash, CallContext::Offchain);
	version.is_ok_and(|version| {
		version.spec_name == VERSION.spec_name && version.spec_version == VERSION.spec_version
	})
}

/// Whether the copy of the runtime cannot read a transaction, or no block has room for it.
fn is_unreadable(transaction: &Opaque) -> bool {
	let limits = RuntimeBlockLength::get();
	let most = DispatchClass::all().iter().map(|class| *limits.max.get(*class)).max();
	let fits = |length: u32| most.is_some_and(|most| length <= most);
	if !u32::try_from(transaction.inner().len()).is_ok_and(fits) {
		return true;
	}
	let encoded = transaction.encode();
	UncheckedExtrinsic::decode_all_with_depth_limit(DEPTH, &mut &encoded[..]).is_err()
}

/// The error that the sender is to be told, where `is_unreadable` says whether the runtime fails at the transaction
/// for its sender's fault.
fn judged<E: From<PoolError> + IntoPoolError>(error: E, is_unreadable: impl FnOnce() -> bool) -> E {
	match error.into_pool_error() {
		Ok(refused) => refused.into(),
		Err(failed) => match is_unreadable() {
			true => PoolError::InvalidTransaction(InvalidTransaction::Call).into(),
			false => failed,
		},
	}
}

#[async_trait::async_trait]
impl<P, V> TransactionPool for Gossiped<P, V>
where
	P: TransactionPool<Block = Block, Hash = Hash>,
	V: Fn() -> bool + Send + Sync,
{
	type Block = Block;
	type Hash = Hash;
	type InPoolTransaction = P::InPoolTransaction;
	type Error = P::Error;

	async fn submit_at(
		&self,
		at: Hash,
		source: TransactionSource,
		xts: Vec<TransactionFor<Self>>,
	) -> Result<Vec<Result<TxHash<Self>, Self::Error>>, Self::Error> {
		self.pool.submit_at(at, source, xts).await
	}

	/// The network hands in what peers send one by one.
	async fn submit_one(
		&self,
		at: Hash,
		source: TransactionSource,
		xt: TransactionFor<Self>,
	) -> Result<TxHash<Self>, Self::Error> {
		let submitted = self.pool.submit_one(at, source, xt.clone()).await;
		submitted.map_err(|error| judged(error, || (self.runs_own)() && is_unreadable(&xt)))
	}

	async fn submit_and_watch(
		&self,
		at: Hash,
		source: TransactionSource,
		xt: TransactionFor<Self>,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, Self::Error> {
		self.pool.submit_and_watch(at, source, xt).await
	}

	async fn ready_at(
		&self,
		at: Hash,
	) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.pool.ready_at(at).await
	}

	fn ready(&self) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.pool.ready()
	}

	async fn report_invalid(
		&self,
		at: Option<Hash>,
		invalid_tx_errors: TxInvalidityReportMap<TxHash<Self>>,
	) -> Vec<Arc<Self::InPoolTransaction>> {
		self.pool.report_invalid(at, invalid_tx_errors).await
	}

	fn futures(&self) -> Vec<Self::InPoolTransaction> {
		self.pool.futures()
	}

	fn status(&self) -> PoolStatus {
		self.pool.status()
	}

	fn import_notification_stream(&self) -> ImportNotificationStream<TxHash<Self>> {
		self.pool.import_notification_stream()
	}

	fn on_broadcasted(&self, propagations: HashMap<TxHash<Self>, Vec<String>>) {
		self.pool.on_broadcasted(propagations);
	}

	fn hash_of(&self, xt: &TransactionFor<Self>) -> TxHash<Self> {
		self.pool.hash_of(xt)
	}

	fn ready_transaction(&self, hash: &TxHash<Self>) -> Option<Arc<Self::InPoolTransaction>> {
		self.pool.ready_transaction(hash)
	}

	async fn ready_at_with_timeout(
		&self,
		at: Hash,
		timeout: Duration,
	) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.pool.ready_at_with_timeout(at, timeout).await
	}
}

#[cfg(test)]
mod tests;
