//! The chain through subxt: calls of accounts, and what became of them.
//!
//! Calls are encoded against the metadata that the node serves, not against types generated when
//! this program was built, so that it follows runtime upgrades: a call that still has the same
//! name and arguments keeps working, another one is refused before it is signed. The signature
//! covers those metadata's hash (`metadata`).

mod arguments;
mod errors;
mod funds;
mod in_turn;
mod included;
mod progress;
mod restarted;
mod turn;

use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};

use meterproof_wallet::secret::random;
use serde_json::json;
use subxt::{
	backend::LegacyBackend,
	client::{OnlineClientAtBlock, OnlineClientAtBlockImpl},
	config::transaction_extensions::CheckMortalityParams,
	dynamic::Value,
	error::DispatchError,
	ext::{
		scale_decode::visitor::{decode_with_visitor, DecodeError, IgnoreVisitor},
		scale_type_resolver::TypeResolver,
		scale_value::{
			scale::{decode_as_type, encode_as_type},
			Composite,
		},
	},
	transactions::{DynamicPayload, TransactionProgress},
	utils::{AccountId32, H256},
	OnlineClient,
};
use subxt_signer::sr25519::Keypair;

pub use self::{
	arguments::{
		account, account_of, amount, bytes, bytes32, call, directions, group, int, number,
		show_account, show_hash, variant,
	},
	funds::{Balance, Needed},
	in_turn::Sent,
	included::Included,
	progress::Follower,
	restarted::restarted,
};

use self::errors::{dispatch_error, documented_error, subxt_error, unexpected_event};
use crate::{
	error::{Error, Result},
	metadata::{explained, Binding, ChainConfig},
	mortality::Mortality,
	output::Output,
	rpc::Rpc,
};

type Config = ChainConfig;

/// A call to be signed.
pub type Call = DynamicPayload<Composite<()>>;

/// A call on its way.
type Progress = TransactionProgress<Config, OnlineClientAtBlockImpl<Config>>;

/// How often calls of nonces that were settled are signed before the account counts as too busy.
pub const NONCE_ATTEMPTS: u32 = 5;

/// How often a call is signed before the account counts as too busy. Of those who sign at the same time
/// one at least gets its nonce.
const SEND_ATTEMPTS: u32 = 50;
/// Longest pause before a call is signed again, for each time that it was signed, and in all.
const SEND_PAUSE_MS: u64 = 20;
const MOST_SEND_PAUSE_MS: u64 = 1_000;

/// How long an account's earlier calls may take to become final.
const SETTLING_LIMIT: Duration = Duration::from_secs(120);
/// How often to look.
const SETTLING_POLL: Duration = Duration::from_millis(500);

/// Blocks after the last final one from which on a person is told that finality lags.
const LAGGING: u64 = 20;

/// When a call counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Wait {
	/// The call's block can no longer be reverted.
	Finalized,
	/// The call is in the best block, which a fork could still replace.
	Block,
}

/// What is waited for, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
	/// When a call counts as done.
	pub wait: Wait,
	/// How long it may take until then, and each answer of the node, which is waited for a minute at most.
	pub limit: Duration,
}

/// A connection to a node.
#[derive(Clone, Debug)]
pub struct Chain {
	client: OnlineClient<Config>,
	binding: Binding,
	/// The chain's own methods.
	pub rpc: Rpc,
	patience: Patience,
	output: Output,
	/// Whether a person was told that finality lags.
	told: Arc<AtomicBool>,
}

/// A signed call.
#[derive(Debug)]
pub struct Signed {
	/// The extrinsic.
	pub bytes: Vec<u8>,
	/// Number of the last block that it may stand in.
	pub last_block: u64,
}

impl Chain {
	/// Connects to a node. Remarks on the node's state go to `output`.
	pub async fn connect(url: &str, patience: Patience, output: Output) -> Result<Self> {
		let rpc = Rpc::connect(url, patience.limit).await?;
		let backend = LegacyBackend::builder().build(rpc.client());
		let binding = Binding::ask(&rpc).await?;
		let client =
			OnlineClient::from_backend_with_config(binding.config(), Arc::new(backend)).await;
		let client = client.map_err(|error| {
			Error::new("NotConnected", format!("{url} does not answer as a node does: {error}"))
		})?;
		Ok(Self { client, binding, rpc, patience, output, told: Arc::default() })
	}

	/// Hash of block 0.
	pub fn genesis(&self) -> [u8; 32] {
		self.client.genesis_hash().0
	}

	/// This connection, with calls that count as done once `wait` is reached.
	pub fn waiting(self, wait: Wait) -> Self {
		Self { patience: Patience { wait, ..self.patience }, ..self }
	}

	/// Signs a call and sends it; returns once it has succeeded.
	pub async fn submit(&self, signer: &Keypair, call: &Call) -> Result<Included> {
		self.submit_needing(signer, call, None).await
	}

	/// Does what [`Self::submit`] does; where the account's money does not suffice, the error says for what.
	pub async fn submit_needing(
		&self,
		signer: &Keypair,
		call: &Call,
		needed: Option<Needed>,
	) -> Result<Included> {
		let done = async { self.outcome(self.send(signer, call).await?).await };
		match done.await {
			Err(error) => {
				let account = signer.public_key().to_account_id();
				Err(self.with_funds(error, &account, needed.as_ref()).await)
			},
			done => done,
		}
	}

	/// Signs a call and sends it through the account that may act as root; returns once the call
	/// has succeeded.
	pub async fn submit_as_root(&self, signer: &Keypair, call: Call) -> Result<Included> {
		let included =
			self.submit(signer, &self::call("Sudo", "sudo", vec![call.into_value()])).await?;
		let at = self.client.at_block(included.block).await.map_err(subxt_error)?;
		let fields = included.event_bytes("Sudo", "Sudid")?;
		match fields.split_first() {
			Some((0, _)) => Ok(included),
			Some((_, error)) => {
				let error = DispatchError::decode_from(error, at.metadata());
				Err(error.map_or_else(subxt_error, |error| dispatch_error(&error)))
			},
			None => Err(unexpected_event("Sudo.Sudid")),
		}
	}

	/// Signs a call with this nonce and no other, and sends it; returns once it has succeeded. Of
	/// several calls with one nonce only one enters a block.
	pub async fn submit_with_nonce(
		&self,
		signer: &Keypair,
		call: &Call,
		nonce: u64,
	) -> Result<Included> {
		let signed = self.sign_with_nonce(signer, call, nonce).await?;
		let progress = self.watch(signed).await?;
		self.outcome(progress).await
	}

	/// Puts a signed call into the pool. Processes of this machine that use the account wait for each
	/// other; one elsewhere may take the nonce first, so that a refusal for that reason is answered with
	/// the next one, after a pause drawn by lot.
	async fn send(&self, signer: &Keypair, call: &Call) -> Result<(Progress, u64)> {
		for attempt in 1..SEND_ATTEMPTS {
			let turn = self.turn(signer).await;
			match self.watch(self.sign(signer, call).await?).await {
				Err(error) if error.name() == "NonceTaken" => {},
				sent => return sent,
			}
			drop(turn);
			tokio::time::sleep(pause(attempt)).await;
		}
		let _turn = self.turn(signer).await;
		self.watch(self.sign(signer, call).await?).await
	}

	/// Progress of a call that the pool took, and the last block that it may stand in.
	async fn watch(&self, signed: Signed) -> Result<(Progress, u64)> {
		let at = self.client.at_current_block().await.map_err(subxt_error)?;
		let transaction = at.transactions().from_bytes(signed.bytes);
		let progress = transaction.submit_and_watch().await;
		match progress {
			Ok(progress) => Ok((progress, signed.last_block)),
			Err(error) => Err(self.refusal(subxt_error(error)).await),
		}
	}

	/// What a refusal by the pool means.
	pub async fn refusal(&self, error: Error) -> Error {
		let error = explained(error);
		if error.name() == "MetadataDiffers" {
			return self.binding.ensure_not_upgraded(&self.rpc).await.err().unwrap_or(error);
		}
		error
	}

	/// Signs a call. The nonce follows the account's
	/// transactions that still wait, so that scripts need not.
	pub async fn sign(&self, signer: &Keypair, call: &Call) -> Result<Signed> {
		let account = signer.public_key().to_account_id();
		let nonce = self.rpc.next_nonce(&account).await?;
		self.sign_with_nonce(signer, call, nonce).await
	}

	/// Signs a call with a nonce of the caller's own count, as whoever sends many calls without waiting
	/// for their blocks should: the node's answer can lag behind what it has accepted.
	pub async fn sign_with_nonce(
		&self,
		signer: &Keypair,
		call: &Call,
		nonce: u64,
	) -> Result<Signed> {
		let mut at = self.client.at_current_block().await.map_err(subxt_error)?;
		if !self.binding.covers(&at.metadata()) {
			self.binding.renew(&self.rpc).await?;
			at = self.client.at_current_block().await.map_err(subxt_error)?;
		}
		let (best, finalized) = (self.rpc.best_number().await?, at.block_number());
		let lag = best.saturating_sub(finalized);
		if lag > LAGGING && !self.told.swap(true, Ordering::Relaxed) {
			self.output.remark(&format!(
				"finality lags by {lag} blocks: calls enter blocks, more slowly than at other times, \
				 and are not final before enough validators are back; --wait block does not wait for \
				 that"
			));
		}
		let mortality = Mortality::at(best, finalized);
		let signed_on = match mortality.birth == finalized {
			true => at.block_hash(),
			false => self.block_hash(mortality.birth).await?,
		};
		let era = CheckMortalityParams::mortal_from_unchecked(
			mortality.period,
			mortality.birth,
			signed_on,
		);
		let params = self.binding.params(&at.metadata(), nonce, era)?;
		let signed =
			at.transactions().create_signed(call, signer, params).await.map_err(subxt_error)?;
		Ok(Signed { bytes: signed.into_encoded(), last_block: mortality.last() })
	}

	async fn block_hash(&self, number: u64) -> Result<H256> {
		let answer = self.rpc.raw("chain_getBlockHash", vec![json!(number)]).await?;
		serde_json::from_value(answer).map_err(|_| {
			Error::new("UnexpectedAnswer", format!("the node does not know its block {number}"))
		})
	}

	/// The nonce of an account's next call, once all its calls that the node knows of are final.
	pub async fn settled_nonce(&self, account: &AccountId32) -> Result<u64> {
		let settled = async {
			loop {
				let at = self.client.at_current_block().await.map_err(subxt_error)?;
				let nonce = at.transactions().account_nonce(account).await.map_err(subxt_error)?;
				if self.rpc.next_nonce(account).await? == nonce {
					return Ok(nonce);
				}
				tokio::time::sleep(SETTLING_POLL).await;
			}
		};
		tokio::time::timeout(SETTLING_LIMIT, settled).await.unwrap_or_else(|_| {
			let message =
				"earlier calls of this account are not final yet; if that lasts, finality \
				lags: try again once validators agree";
			Err(Error::new("CallsPending", message))
		})
	}

	/// Finalised blocks from now on, in which to look for an extrinsic.
	pub async fn follow(&self) -> Result<Follower> {
		let blocks = self.client.stream_blocks().await.map_err(subxt_error)?;
		let until = Instant::now().checked_add(self.patience.limit);
		Ok(Follower { chain: self.clone(), blocks, last_block: None, until })
	}

	/// An error that the chain gave by its name alone, in the words of its pallet.
	pub async fn explain(&self, pallet: &str, error: Error) -> Error {
		let Ok(at) = self.client.at_current_block().await else { return error };
		let documented = at.metadata_ref().pallet_by_name(pallet).and_then(|pallet| {
			let mut variants = pallet.error_variants()?.iter();
			let known = variants.find(|variant| variant.name == error.name())?;
			Some(documented_error(pallet.name(), &known.name, &known.docs))
		});
		documented.filter(|_| error.to_string() == error.name()).unwrap_or(error)
	}

	/// Fails by the name that the chain has for it if an authorised upgrade was refused: the call that
	/// brings the code succeeds all the same, and an event tells why.
	pub async fn ensure_upgraded(&self, included: &Included) -> Result<()> {
		const CODE_HASH: usize = 32;
		let Ok(fields) = included.event_bytes("System", "RejectedInvalidAuthorizedUpgrade") else {
			return Ok(());
		};
		let at = self.client.at_block(included.block).await.map_err(subxt_error)?;
		let error = fields.get(CODE_HASH..).unwrap_or_default();
		let error = DispatchError::decode_from(error, at.metadata());
		Err(error.map_or_else(subxt_error, |error| dispatch_error(&error)))
	}

	/// The bytes of a call, as proposals carry it.
	pub async fn call_bytes(&self, call: Call) -> Result<Vec<u8>> {
		let at = self.client.at_current_block().await.map_err(subxt_error)?;
		let metadata = at.metadata();
		let (id, types) = (metadata.outer_enums().call_enum_ty(), metadata.types());
		let mut bytes = Vec::new();
		encode_as_type(&call.into_value(), id, types, &mut bytes)
			.map_err(|error| Error::new("CallNotEncodable", error.to_string()))?;
		Ok(bytes)
	}

	/// What the bytes of a call say; `CallNotReadable` if they are no call of this chain.
	pub async fn read_call(&self, bytes: &[u8]) -> Result<Value> {
		let at = self.client.at_current_block().await.map_err(subxt_error)?;
		let metadata = at.metadata();
		let (id, types) = (metadata.outer_enums().call_enum_ty(), metadata.types());
		let mut left = bytes;
		let read = ensure_whole(bytes, id, types)
			.and_then(|()| decode_as_type(&mut left, id, types))
			.map_err(|error| Error::new("CallNotReadable", error.to_string()))?;
		if !left.is_empty() {
			return Err(Error::new("CallNotReadable", "bytes are left after the call"));
		}
		Ok(read.remove_context())
	}

	/// A constant of a pallet.
	pub async fn constant(&self, pallet: &str, name: &str) -> Result<u64> {
		let at = self.client.at_current_block().await.map_err(subxt_error)?;
		let address = subxt::dynamic::constant::<Value>(pallet, name);
		let value = at.constants().entry(address).map_err(subxt_error)?;
		value.as_u128().and_then(|value| u64::try_from(value).ok()).ok_or_else(|| {
			Error::new("UnexpectedAnswer", format!("{pallet}.{name} is not a number"))
		})
	}

	/// A value of a pallet's storage in the best block, which the chain's own methods answer from
	/// as well.
	pub async fn storage(
		&self,
		pallet: &str,
		entry: &str,
		keys: Vec<Value>,
	) -> Result<Option<Value>> {
		let at = self.at_best().await?;
		let address = subxt::dynamic::storage::<Vec<Value>, Value>(pallet, entry);
		let found = at.storage().try_fetch(address, keys).await.map_err(subxt_error)?;
		found.map(|value| value.decode().map_err(subxt_error)).transpose()
	}

	/// The bytes of a value of a pallet's storage in the best block.
	pub async fn storage_bytes(
		&self,
		pallet: &str,
		entry: &str,
		keys: Vec<Value>,
	) -> Result<Option<Vec<u8>>> {
		let at = self.at_best().await?;
		let address = subxt::dynamic::storage::<Vec<Value>, Value>(pallet, entry);
		let found = at.storage().try_fetch(address, keys).await.map_err(subxt_error)?;
		Ok(found.map(|value| value.into_bytes()))
	}

	async fn at_best(&self) -> Result<OnlineClientAtBlock<Config>> {
		let best: H256 = serde_json::from_value(self.rpc.raw("chain_getBlockHash", vec![]).await?)
			.map_err(|_| Error::new("UnexpectedAnswer", "chain_getBlockHash answered no hash"))?;
		self.client.at_block(best).await.map_err(subxt_error)
	}
}

/// Refuses bytes that end before what they begin with. A value is read with room for as many items as a
/// list says it has, and whoever wrote the list may have lied.
fn ensure_whole<R: TypeResolver>(
	bytes: &[u8],
	id: R::TypeId,
	types: &R,
) -> std::result::Result<(), DecodeError> {
	decode_with_visitor(&mut &*bytes, id, types, IgnoreVisitor::<R>::new())
}

/// A pause drawn by lot, longer the more often a call was signed.
fn pause(attempt: u32) -> Duration {
	let longest = SEND_PAUSE_MS.saturating_mul(attempt.into()).min(MOST_SEND_PAUSE_MS);
	let mut lot = [0; 2];
	// Without randomness everybody pauses as long.
	let _ = random(&mut lot);
	let part = longest.saturating_mul(u16::from_le_bytes(lot).into()) / u64::from(u16::MAX);
	Duration::from_millis(part.max(1))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_list_that_says_it_is_longer_is_refused_before_there_is_room_for_it() {
		let mut registry = scale_info::Registry::new();
		let id = registry.register_type(&scale_info::meta_type::<Vec<u32>>()).id;
		let types: scale_info::PortableRegistry = registry.into();
		// 2^62 - 1 items, and one.
		assert!(ensure_whole(&[19, 255, 255, 255, 255, 255, 255, 255, 63], id, &types).is_err());
		assert!(ensure_whole(&[4, 1, 0, 0, 0], id, &types).is_ok());
	}

	#[test]
	fn pauses_differ_and_stay_short() {
		let pauses: Vec<_> = (1..SEND_ATTEMPTS).map(pause).collect();
		assert!(pauses.iter().all(|pause| pause.as_millis() <= 1_000 && !pause.is_zero()));
		assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
	}
}
