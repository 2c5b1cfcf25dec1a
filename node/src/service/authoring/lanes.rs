//! In which order a block's author takes transactions out of the pool.
//!
//! The pool orders by priority, and the SDK's proposer goes on down that order while transactions
//! do not fit any more, until half of its time is gone. Thousands of commitments beyond what one
//! block takes, or of dear transactions beyond what their class may weigh, would so keep out
//! everything behind them, though the block has room for it. Here a block is filled in three lanes:
//!
//! 1. commitments that pay no fee, as many as one block takes, and no others;
//! 2. proofs of settlements that depend on no other transaction and are not larger than what a block
//!    keeps room for: where one of these does not fit, the block is not counted as open;
//! 3. everything else in the pool's order.
//!
//! The runtime gives each class of transactions its share of a block, whatever the order is
//! (`RuntimeBlockWeights`). The lanes see to it that an author finds what to fill the shares with.

use std::{
	collections::{HashMap, HashSet},
	pin::Pin,
	sync::Arc,
	time::Duration,
	vec::IntoIter,
};

use codec::{DecodeLimit, Encode};
use frame_support::dispatch::GetDispatchInfo;
use meterproof_primitives::COMMITMENT_POOL_TAG;
use meterproof_runtime::{
	configs::{largest_reserved_proof, MaxCommitmentsPerBlock},
	opaque::UncheckedExtrinsic as Opaque,
	RuntimeCall, UncheckedExtrinsic,
};
use sc_transaction_pool_api::{
	ImportNotificationStream, InPoolTransaction, PoolStatus, ReadyTransactions, TransactionFor,
	TransactionPool, TransactionSource, TransactionStatusStreamFor, TxHash, TxInvalidityReportMap,
};
use sp_runtime::{traits::Block as BlockT, transaction_validity::TransactionTag};

/// A shorter transaction holds no proof, in bytes.
const SHORTEST_PROOF: usize = 16 * 1024;
/// Calls, lists and claims within each other in a proof's call, at most. Others go deeper, as deep as they are long,
/// and decoding them would take as much of the stack.
const DEPTH: u32 = 16;
/// Most transactions of that length that are looked at, by order of priority.
const MOST_LOOKS: usize = 512;
/// Most proofs in their lane: more than a block can hold by length, and no more than can be tried in a
/// few hundredths of a second.
const MOST_PROOFS: usize = 128;

/// The transactions of a pool that are ready, in some order.
type Ready<Tx> = Box<dyn ReadyTransactions<Item = Arc<Tx>> + Send>;

/// The ready transactions in lanes.
struct InLanes<Tx: InPoolTransaction> {
	commitments: IntoIter<Arc<Tx>>,
	proofs: IntoIter<Arc<Tx>>,
	rest: IntoIter<Arc<Tx>>,
	/// What transactions would have provided that turned out invalid, or that do not fit.
	missing: HashSet<TransactionTag>,
}

impl<Tx> InLanes<Tx>
where
	Tx: InPoolTransaction<Transaction = Arc<Opaque>>,
{
	/// Puts the pool's ready transactions into lanes. Commitments beyond the quota wait for another
	/// block.
	fn new(ready: Ready<Tx>, quota: usize) -> Self {
		let (mut commitments, mut proofs, mut rest) = (Vec::new(), Vec::new(), Vec::new());
		let mut looks = 0usize;
		for transaction in ready {
			if is_commitment(&*transaction) {
				if commitments.len() < quota {
					commitments.push(transaction);
				}
				continue;
			}
			// One that depends on another keeps its place behind it.
			let is_looked_at = proofs.len() < MOST_PROOFS
				&& looks < MOST_LOOKS
				&& transaction.requires().is_empty()
				&& transaction.data().encoded_size() >= SHORTEST_PROOF;
			looks = looks.saturating_add(is_looked_at.into());
			if is_looked_at && is_proof(transaction.data()) {
				proofs.push(transaction);
			} else {
				rest.push(transaction);
			}
		}
		Self {
			commitments: commitments.into_iter(),
			proofs: proofs.into_iter(),
			rest: rest.into_iter(),
			missing: HashSet::new(),
		}
	}
}

impl<Tx: InPoolTransaction> Iterator for InLanes<Tx> {
	type Item = Arc<Tx>;

	fn next(&mut self) -> Option<Arc<Tx>> {
		let Self { commitments, proofs, rest, missing } = self;
		commitments.next().or_else(|| proofs.next()).or_else(|| {
			rest.find(|transaction| {
				// The pool's order has what a transaction depends on in front of it.
				let depends = transaction.requires().iter().any(|tag| missing.contains(tag));
				if depends {
					missing.extend(transaction.provides().iter().cloned());
				}
				!depends
			})
		})
	}
}

impl<Tx: InPoolTransaction> ReadyTransactions for InLanes<Tx> {
	fn report_invalid(&mut self, transaction: &Arc<Tx>) {
		// Whatever depends on it is skipped.
		self.missing.extend(transaction.provides().iter().cloned());
	}
}

fn is_commitment<Tx: InPoolTransaction>(transaction: &Tx) -> bool {
	// The tag is a pair, whose first half is encoded first.
	let prefix = COMMITMENT_POOL_TAG.encode();
	transaction.provides().iter().any(|tag| tag.starts_with(&prefix))
}

/// Whether it is a proof that a block keeps room for. Sizes are declared freely, and one that never
/// fits would stand in front of the others in every block.
fn is_proof(data: &Opaque) -> bool {
	use pallet_settlement::Call::{submit_proof, submit_sealed_proof};
	let encoded = data.encode();
	UncheckedExtrinsic::decode_with_depth_limit(DEPTH, &mut &encoded[..]).is_ok_and(|extrinsic| {
		let call = extrinsic.function;
		matches!(call, RuntimeCall::Settlement(submit_proof { .. } | submit_sealed_proof { .. }))
			&& call.get_dispatch_info().call_weight.all_lte(largest_reserved_proof())
	})
}

/// A pool whose ready transactions come in lanes; in everything else it is the pool it stands for.
pub struct Lanes<P>(pub Arc<P>);

impl<P> Lanes<P>
where
	P: TransactionPool,
	P::Block: BlockT<Extrinsic = Opaque>,
	P::InPoolTransaction: Send + Sync + 'static,
{
	fn lanes(ready: Ready<P::InPoolTransaction>) -> Ready<P::InPoolTransaction> {
		Box::new(InLanes::new(ready, MaxCommitmentsPerBlock::get() as usize))
	}
}

#[async_trait::async_trait]
impl<P> TransactionPool for Lanes<P>
where
	P: TransactionPool,
	P::Block: BlockT<Extrinsic = Opaque>,
	P::InPoolTransaction: Send + Sync + 'static,
{
	type Block = P::Block;
	type Hash = P::Hash;
	type InPoolTransaction = P::InPoolTransaction;
	type Error = P::Error;

	async fn submit_at(
		&self,
		at: <Self::Block as BlockT>::Hash,
		source: TransactionSource,
		xts: Vec<TransactionFor<Self>>,
	) -> Result<Vec<Result<TxHash<Self>, Self::Error>>, Self::Error> {
		self.0.submit_at(at, source, xts).await
	}

	async fn submit_one(
		&self,
		at: <Self::Block as BlockT>::Hash,
		source: TransactionSource,
		xt: TransactionFor<Self>,
	) -> Result<TxHash<Self>, Self::Error> {
		self.0.submit_one(at, source, xt).await
	}

	async fn submit_and_watch(
		&self,
		at: <Self::Block as BlockT>::Hash,
		source: TransactionSource,
		xt: TransactionFor<Self>,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, Self::Error> {
		self.0.submit_and_watch(at, source, xt).await
	}

	async fn ready_at(&self, at: <Self::Block as BlockT>::Hash) -> Ready<P::InPoolTransaction> {
		Self::lanes(self.0.ready_at(at).await)
	}

	fn ready(&self) -> Ready<P::InPoolTransaction> {
		Self::lanes(self.0.ready())
	}

	async fn report_invalid(
		&self,
		at: Option<<Self::Block as BlockT>::Hash>,
		invalid_tx_errors: TxInvalidityReportMap<TxHash<Self>>,
	) -> Vec<Arc<Self::InPoolTransaction>> {
		self.0.report_invalid(at, invalid_tx_errors).await
	}

	fn futures(&self) -> Vec<Self::InPoolTransaction> {
		self.0.futures()
	}

	fn status(&self) -> PoolStatus {
		self.0.status()
	}

	fn import_notification_stream(&self) -> ImportNotificationStream<TxHash<Self>> {
		self.0.import_notification_stream()
	}

	fn on_broadcasted(&self, propagations: HashMap<TxHash<Self>, Vec<String>>) {
		self.0.on_broadcasted(propagations);
	}

	fn hash_of(&self, xt: &TransactionFor<Self>) -> TxHash<Self> {
		self.0.hash_of(xt)
	}

	fn ready_transaction(&self, hash: &TxHash<Self>) -> Option<Arc<Self::InPoolTransaction>> {
		self.0.ready_transaction(hash)
	}

	async fn ready_at_with_timeout(
		&self,
		at: <Self::Block as BlockT>::Hash,
		timeout: Duration,
	) -> Ready<P::InPoolTransaction> {
		Self::lanes(self.0.ready_at_with_timeout(at, timeout).await)
	}
}

#[cfg(test)]
mod tests;
