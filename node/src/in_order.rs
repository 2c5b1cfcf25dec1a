//! An account's calls enter the pool in the order of their nonces.
//!
//! The SDK's pool has a view of what is ready at each block, and takes a while to make the next one
//! when many transactions wait. A call that comes in meanwhile is missing in the new view until the
//! block after. The account's next call would stand there without it, as one for a future, and the pool
//! drops and bans such a call when its view goes before the next one has it: all later calls of the
//! account would wait for it in vain, though whoever sent it was told that it was accepted. So a call
//! that comes in over JSON-RPC waits, for a few blocks at most, until the call before it is ready. And
//! who asks for an account's next nonce meanwhile is told of what was accepted, as well as of what is
//! ready.

use std::{
	collections::HashMap,
	pin::Pin,
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, Instant},
};

use codec::{Compact, Decode, Encode};
use meterproof_runtime::{
	opaque::{Block, UncheckedExtrinsic as Opaque},
	AccountId, Address, Hash, Nonce, Signature, TxExtension,
};
use sc_transaction_pool_api::{
	ChainEvent, ImportNotificationStream, InPoolTransaction, MaintainedTransactionPool, PoolStatus,
	ReadyTransactions, TransactionFor, TransactionPool, TransactionSource,
	TransactionStatusStreamFor, TxHash, TxInvalidityReportMap,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_runtime::{generic::Preamble, transaction_validity::TransactionTag};
use substrate_frame_rpc_system::AccountNonceApi;
use tokio::sync::Semaphore;

/// Between two looks at what is ready.
const INTERVAL: Duration = Duration::from_millis(200);
/// Most looks: what still stands out of order after three blocks is for the pool to judge.
const MOST_LOOKS: usize = 30;
/// Most calls that wait at once. Anybody may send a call with a nonce far ahead; more than so many
/// are handed on as they come.
const MOST_WAITING: usize = 16;

/// How long a call counts as accepted without being ready: a few blocks. What is not ready then is
/// gone.
const MEMORY: Duration = Duration::from_secs(10);

/// A pool that takes the calls of an account in order, where they come one by one; in everything else
/// it is the pool it stands for.
pub struct InOrder<P, C> {
	pool: Arc<P>,
	client: Arc<C>,
	waiting: Semaphore,
	accepted: Mutex<Accepted>,
}

/// The last nonce of each account that a call was accepted with, and when.
#[derive(Default)]
struct Accepted(HashMap<AccountId, (Nonce, Instant)>);

impl Accepted {
	fn insert(&mut self, account: AccountId, nonce: Nonce, now: Instant) {
		self.0.retain(|_, (_, at)| now.saturating_duration_since(*at) < MEMORY);
		let last = self.0.get(&account).map_or(nonce, |(last, _)| nonce.max(*last));
		self.0.insert(account, (last, now));
	}

	/// The nonce of the account's next call, where `ready` is what follows from ready calls alone.
	fn next(&self, account: &AccountId, ready: Nonce, now: Instant) -> Nonce {
		match self.0.get(account) {
			Some((nonce, at)) if now.saturating_duration_since(*at) < MEMORY => {
				ready.max(nonce.saturating_add(1))
			},
			_ => ready,
		}
	}
}

impl<P, C> InOrder<P, C> {
	/// In front of a pool; `client` knows the nonces at the best block.
	pub fn new(pool: Arc<P>, client: Arc<C>) -> Self {
		Self { pool, client, waiting: Semaphore::new(MOST_WAITING), accepted: Mutex::default() }
	}
}

impl<P, C> InOrder<P, C>
where
	P: TransactionPool<Block = Block, Hash = Hash>,
	C: HeaderBackend<Block> + ProvideRuntimeApi<Block> + Send + Sync,
	C::Api: AccountNonceApi<Block, AccountId, Nonce>,
{
	/// The nonce of an account's next call: after those in blocks, ready, or accepted just now.
	pub fn next_nonce(&self, account: &AccountId) -> Result<Nonce, sp_api::ApiError> {
		let at = self.client.info().best_hash;
		let first = self.client.runtime_api().account_nonce(at, account.clone())?;
		let ready = next_nonce(account, first, self.tags());
		let accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
		Ok(accepted.next(account, ready, Instant::now()))
	}

	/// What the ready transactions provide.
	fn tags(&self) -> impl Iterator<Item = TransactionTag> {
		self.pool.ready().flat_map(|transaction| transaction.provides().to_vec())
	}

	/// Remembers that the pool has accepted a call whose turn it was. A nonce that is ahead by mistake
	/// must not become the account's next one.
	fn accept(&self, signer: Option<(AccountId, Nonce)>, is_due: bool) {
		if let Some((account, nonce)) = signer.filter(|_| is_due) {
			let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
			accepted.insert(account, nonce, Instant::now());
		}
	}

	/// Waits until the call before the one with this nonce is ready, if there is one to wait for, and
	/// says whether it is the call's turn now.
	async fn turn(&self, signer: &Option<(AccountId, Nonce)>) -> bool {
		let Some((account, nonce)) = signer else { return true };
		if self.is_due(account, *nonce) {
			return true;
		}
		let Ok(_place) = self.waiting.try_acquire() else { return false };
		for _ in 0..MOST_LOOKS {
			tokio::time::sleep(INTERVAL).await;
			if self.is_due(account, *nonce) {
				return true;
			}
		}
		false
	}

	fn is_due(&self, account: &AccountId, nonce: Nonce) -> bool {
		let at = self.client.info().best_hash;
		match self.client.runtime_api().account_nonce(at, account.clone()) {
			Ok(next) if next < nonce => nonce <= next_nonce(account, next, self.tags()),
			// The nonce is due or used, or the runtime does not answer: the pool says so.
			_ => true,
		}
	}
}

/// The nonce of an account's next call: after those that are ready, in the order in which they are.
fn next_nonce(
	account: &AccountId,
	first: Nonce,
	tags: impl Iterator<Item = TransactionTag>,
) -> Nonce {
	let tag = |nonce: Nonce| (account, nonce).encode();
	let (mut next, mut wanted) = (first, tag(first));
	for found in tags {
		if found == wanted {
			next = next.saturating_add(1);
			wanted = tag(next);
		}
	}
	next
}

/// The account that signed a call, and its nonce; `None` for a call that no account signed.
///
/// Nothing more is decoded here of a call that a stranger sent: calls within calls can be nested as deep as they
/// are long, and decoding them would take as much of the stack.
fn signer(call: &Opaque) -> Option<(AccountId, Nonce)> {
	let encoded = call.encode();
	let mut input = &encoded[..];
	Compact::<u32>::decode(&mut input).ok()?;
	let preamble = Preamble::<Address, Signature, TxExtension>::decode(&mut input).ok()?;
	let Preamble::Signed(Address::Id(account), _, extension) = preamble else { return None };
	let (_, _, _, _, _, _, _, nonce, ..) = extension;
	Some((account, nonce.0))
}

#[async_trait::async_trait]
impl<P, C> TransactionPool for InOrder<P, C>
where
	P: TransactionPool<Block = Block, Hash = Hash>,
	C: HeaderBackend<Block> + ProvideRuntimeApi<Block> + Send + Sync,
	C::Api: AccountNonceApi<Block, AccountId, Nonce>,
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

	async fn submit_one(
		&self,
		_at: Hash,
		source: TransactionSource,
		xt: TransactionFor<Self>,
	) -> Result<TxHash<Self>, Self::Error> {
		let signer = signer(&xt);
		let is_due = self.turn(&signer).await;
		let hash = self.pool.submit_one(self.client.info().best_hash, source, xt).await?;
		self.accept(signer, is_due);
		Ok(hash)
	}

	async fn submit_and_watch(
		&self,
		_at: Hash,
		source: TransactionSource,
		xt: TransactionFor<Self>,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, Self::Error> {
		let signer = signer(&xt);
		let is_due = self.turn(&signer).await;
		let at = self.client.info().best_hash;
		let statuses = self.pool.submit_and_watch(at, source, xt).await?;
		self.accept(signer, is_due);
		Ok(statuses)
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

#[async_trait::async_trait]
impl<P, C> MaintainedTransactionPool for InOrder<P, C>
where
	P: MaintainedTransactionPool<Block = Block, Hash = Hash>,
	C: HeaderBackend<Block> + ProvideRuntimeApi<Block> + Send + Sync,
	C::Api: AccountNonceApi<Block, AccountId, Nonce>,
{
	async fn maintain(&self, event: ChainEvent<Self::Block>) {
		self.pool.maintain(event).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::traits::PalletInfoAccess;
	use meterproof_runtime::{RuntimeCall, Sudo, UncheckedExtrinsic};
	use sp_runtime::traits::ExtensionVariant;

	const ALICE: [u8; 32] = [1; 32];

	fn opaque(extrinsic: UncheckedExtrinsic) -> Opaque {
		Opaque::try_from_encoded_extrinsic(&extrinsic.encode()).unwrap()
	}

	fn remark() -> RuntimeCall {
		RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() })
	}

	#[test]
	fn the_next_nonce_follows_what_is_ready() {
		let alice = AccountId::from(ALICE);
		let tag = |account: [u8; 32], nonce: Nonce| (AccountId::from(account), nonce).encode();
		let next = |tags: &[Vec<u8>]| next_nonce(&alice, 7, tags.iter().cloned());
		assert_eq!(next(&[]), 7);
		assert_eq!(next(&[tag(ALICE, 7), vec![1, 2], tag(ALICE, 8)]), 9);
		// The call with nonce 7 is not ready: what comes after it is not due.
		assert_eq!(next(&[tag(ALICE, 8)]), 7);
		assert_eq!(next(&[tag([2; 32], 7)]), 7);
	}

	#[test]
	fn what_was_accepted_counts_for_a_few_blocks() {
		let (alice, bob) = (AccountId::from(ALICE), AccountId::from([2; 32]));
		let mut accepted = Accepted::default();
		let start = Instant::now();
		let after = |seconds| start + Duration::from_secs(seconds);
		accepted.insert(alice.clone(), 7, start);
		assert_eq!(accepted.next(&alice, 7, after(1)), 8, "accepted, and not ready");
		assert_eq!(accepted.next(&alice, 9, after(1)), 9, "ready, and another behind it");
		accepted.insert(alice.clone(), 6, start);
		assert_eq!(accepted.next(&alice, 7, after(1)), 8, "an earlier one came in later");
		assert_eq!(accepted.next(&bob, 3, after(1)), 3);
		assert_eq!(accepted.next(&alice, 7, after(10)), 7, "gone");
		accepted.insert(bob, 3, after(20));
		assert_eq!(accepted.0.len(), 1, "what is over is forgotten");
	}

	#[test]
	fn calls_of_accounts_are_told_from_others() {
		assert_eq!(signer(&opaque(meterproof_runtime::authorized(remark()))), None);
		assert_eq!(signer(&opaque(UncheckedExtrinsic::new_bare(remark()))), None);
		let signature = Signature::Sr25519([0; 64].into());
		let preamble = meterproof_runtime::authorized(remark()).preamble;
		let Preamble::General(ExtensionVariant::V0(mut extension)) = preamble else {
			panic!("a general transaction of version 0")
		};
		extension.7 = frame_system::CheckNonce::from(9);
		let signed = UncheckedExtrinsic::new_signed(
			remark(),
			Address::Id(ALICE.into()),
			signature,
			extension,
		);
		assert_eq!(signer(&opaque(signed.clone())), Some((ALICE.into(), 9)));
		// Calls within calls, more than any stack has room for.
		let encoded = signed.encode();
		let mut bytes = &encoded[..];
		Compact::<u32>::decode(&mut bytes).unwrap();
		let mut deep = bytes[..bytes.len() - remark().encode().len()].to_vec();
		let level = [<Sudo as PalletInfoAccess>::index() as u8, 0];
		let one = RuntimeCall::decode(&mut &[&level[..], &remark().encode()].concat()[..]);
		assert!(matches!(one, Ok(RuntimeCall::Sudo(_))));
		deep.extend(level.repeat(1_000_000));
		deep.extend(remark().encode());
		let deep = Opaque::try_from_encoded_extrinsic(&deep.encode()).unwrap();
		assert_eq!(signer(&deep), Some((ALICE.into(), 9)));
	}
}
