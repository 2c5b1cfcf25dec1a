//! Calls of accounts are kept until they are in a block, or can be in none.
//!
//! The SDK's pool has a view of what is ready at each block, and takes a while to make the next one
//! when many transactions wait. A call that comes in meanwhile is in no new view before the block
//! after. The account's next call then stands in the new view without it, as one for a future, and the
//! pool drops such a call with the last view that has it, though it has room: all later calls of the
//! account wait for it in vain. Who sent it was told that it was accepted. So this node watches the
//! calls that it has accepted, and hands those to the pool again that it drops.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use codec::{Decode, Encode};
use futures::{Stream, StreamExt};
use meterproof_runtime::{opaque::UncheckedExtrinsic as Opaque, UncheckedExtrinsic};
use sc_service::SpawnTaskHandle;
use sc_transaction_pool_api::{
	ChainEvent, ImportNotificationStream, MaintainedTransactionPool, PoolStatus, ReadyTransactions,
	TransactionFor, TransactionPool, TransactionSource, TransactionStatus,
	TransactionStatusStreamFor, TxHash, TxInvalidityReportMap,
};
use sp_blockchain::HeaderBackend;
use sp_runtime::{generic::Preamble, traits::Block as BlockT};

/// How often a call is handed to the pool again. A pool that is full refuses it the first time.
const MOST_RETURNS: usize = 16;

/// A pool that keeps the calls of accounts which are submitted to it one by one; in everything else it
/// is the pool it stands for.
pub struct Kept<P, C> {
	/// The pool.
	pub pool: Arc<P>,
	/// Knows the best block.
	pub client: Arc<C>,
	/// Runs what watches the calls.
	pub spawner: SpawnTaskHandle,
}

impl<P, C> Kept<P, C>
where
	P: TransactionPool + 'static,
	P::Block: BlockT<Extrinsic = Opaque>,
	P::Hash: Unpin,
	C: HeaderBackend<P::Block> + 'static,
{
	/// Watches a call from its first statuses on.
	fn keep(
		&self,
		source: TransactionSource,
		call: Opaque,
		statuses: Pin<Box<TransactionStatusStreamFor<P>>>,
	) {
		let (pool, client) = (self.pool.clone(), self.client.clone());
		let submit_again = move || {
			let (pool, at, call) = (pool.clone(), client.info().best_hash, call.clone());
			async move { pool.submit_and_watch(at, source, call).await }
		};
		self.spawner.spawn("kept-call", Some("transaction-pool"), keep(statuses, submit_again));
	}
}

/// Follows a call, and submits it again when it is dropped.
async fn keep<S, H, B, E, F>(mut statuses: S, mut submit_again: impl FnMut() -> F)
where
	S: Stream<Item = TransactionStatus<H, B>> + Unpin,
	F: Future<Output = Result<S, E>>,
{
	for _ in 0..MOST_RETURNS {
		if !is_dropped(&mut statuses).await {
			return;
		}
		match submit_again().await {
			Ok(again) => statuses = again,
			Err(_) => return,
		}
	}
}

/// Whether the pool drops the call before it is in a block, or can be in none.
async fn is_dropped<H, B>(
	statuses: &mut (impl Stream<Item = TransactionStatus<H, B>> + Unpin),
) -> bool {
	use TransactionStatus::*;
	while let Some(status) = statuses.next().await {
		match status {
			Dropped => return true,
			InBlock(_) | FinalityTimeout(_) | Finalized(_) | Usurped(_) | Invalid => return false,
			Future | Ready | Broadcast(_) | Retracted(_) => {},
		}
	}
	false
}

/// Whether an account has signed it.
fn is_signed(data: &Opaque) -> bool {
	UncheckedExtrinsic::decode(&mut &data.encode()[..])
		.is_ok_and(|extrinsic| matches!(extrinsic.preamble, Preamble::Signed(..)))
}

#[async_trait::async_trait]
impl<P, C> TransactionPool for Kept<P, C>
where
	P: TransactionPool + 'static,
	P::Block: BlockT<Extrinsic = Opaque>,
	P::Hash: Unpin,
	C: HeaderBackend<P::Block> + 'static,
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
		self.pool.submit_at(at, source, xts).await
	}

	async fn submit_one(
		&self,
		at: <Self::Block as BlockT>::Hash,
		source: TransactionSource,
		xt: TransactionFor<Self>,
	) -> Result<TxHash<Self>, Self::Error> {
		if !is_signed(&xt) {
			return self.pool.submit_one(at, source, xt).await;
		}
		let hash = self.pool.hash_of(&xt);
		let statuses = self.pool.submit_and_watch(at, source, xt.clone()).await?;
		self.keep(source, xt, statuses);
		Ok(hash)
	}

	async fn submit_and_watch(
		&self,
		at: <Self::Block as BlockT>::Hash,
		source: TransactionSource,
		xt: TransactionFor<Self>,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, Self::Error> {
		self.pool.submit_and_watch(at, source, xt).await
	}

	async fn ready_at(
		&self,
		at: <Self::Block as BlockT>::Hash,
	) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.pool.ready_at(at).await
	}

	fn ready(&self) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.pool.ready()
	}

	async fn report_invalid(
		&self,
		at: Option<<Self::Block as BlockT>::Hash>,
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
		at: <Self::Block as BlockT>::Hash,
		timeout: Duration,
	) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.pool.ready_at_with_timeout(at, timeout).await
	}
}

#[async_trait::async_trait]
impl<P, C> MaintainedTransactionPool for Kept<P, C>
where
	P: MaintainedTransactionPool + 'static,
	P::Block: BlockT<Extrinsic = Opaque>,
	P::Hash: Unpin,
	C: HeaderBackend<P::Block> + 'static,
{
	async fn maintain(&self, event: ChainEvent<Self::Block>) {
		self.pool.maintain(event).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use futures::{executor::block_on, stream};
	use std::collections::VecDeque;
	use TransactionStatus::*;

	type Status = TransactionStatus<u8, u8>;
	type Statuses = stream::Iter<std::vec::IntoIter<Status>>;

	/// How often a call is submitted again that first meets `first`, and then what the pool answers.
	fn returns(first: Vec<Status>, answers: Vec<Result<Vec<Status>, ()>>) -> usize {
		let mut answers = VecDeque::from(answers);
		let mut returns = 0;
		let submit_again = || {
			returns += 1;
			let answer = answers.pop_front().unwrap_or(Ok(vec![Dropped]));
			async { answer.map(stream::iter) }
		};
		block_on(keep::<Statuses, _, _, _, _>(stream::iter(first), submit_again));
		returns
	}

	#[test]
	fn what_is_dropped_is_submitted_again_until_it_is_in_a_block() {
		let in_block = vec![Ready, InBlock((1, 0)), Dropped];
		assert_eq!(returns(vec![Future, Dropped], vec![Ok(in_block.clone())]), 1);
		assert_eq!(returns(vec![Dropped], vec![Ok(vec![Future, Dropped]), Ok(in_block)]), 2);
	}

	#[test]
	fn what_is_in_a_block_or_can_be_in_none_is_let_go() {
		for end in [InBlock((1, 0)), Finalized((1, 0)), FinalityTimeout(1), Usurped(2), Invalid] {
			let statuses = vec![Future, Ready, Broadcast(Vec::new()), Retracted(3), end];
			assert_eq!(returns(statuses, Vec::new()), 0);
		}
		assert_eq!(returns(vec![Ready], Vec::new()), 0, "the pool is gone");
	}

	#[test]
	fn a_pool_that_does_not_want_it_is_not_pressed() {
		assert_eq!(returns(vec![Dropped], vec![Err(())]), 1);
		assert_eq!(returns(vec![Dropped], Vec::new()), MOST_RETURNS);
	}

	#[test]
	fn calls_of_accounts_are_told_from_others() {
		use meterproof_runtime::{RuntimeCall, Signature};
		let call = || RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
		let opaque = |extrinsic: UncheckedExtrinsic| {
			Opaque::try_from_encoded_extrinsic(&extrinsic.encode()).unwrap()
		};
		let UncheckedExtrinsic { preamble: Preamble::General(extension), .. } =
			meterproof_runtime::authorized(call())
		else {
			panic!("a general transaction")
		};
		assert!(!is_signed(&opaque(meterproof_runtime::authorized(call()))));
		assert!(!is_signed(&opaque(UncheckedExtrinsic::new_bare(call()))));
		let sp_runtime::traits::ExtensionVariant::V0(extension) = extension else {
			panic!("version 0")
		};
		let signature = Signature::Sr25519([0; 64].into());
		let signer = meterproof_runtime::Address::Id([1; 32].into());
		let signed = UncheckedExtrinsic::new_signed(call(), signer, signature, extension);
		assert!(is_signed(&opaque(signed)));
	}
}
