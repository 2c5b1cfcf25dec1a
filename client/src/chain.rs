//! The chain through subxt: calls of accounts, and what became of them.
//!
//! Calls are encoded against the metadata that the node serves, not against types generated when
//! this program was built, so that it follows runtime upgrades: a call that still has the same
//! name and arguments keeps working, another one is refused before it is signed. The signature
//! covers those metadata's hash ([`crate::metadata`]).

use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};

use serde_json::json;
use subxt::{
	backend::LegacyBackend,
	client::OnlineClientAtBlockImpl,
	config::transaction_extensions::CheckMortalityParams,
	dynamic::{At, Value},
	error::{
		BackendError, DispatchError, ExtrinsicError, ModuleError, RpcError, TransactionEventsError,
	},
	ext::scale_value::Composite,
	extrinsics::ExtrinsicEvents,
	transactions::{DynamicPayload, TransactionProgress, TransactionStatus},
	utils::{AccountId32, H256},
	Metadata, OnlineClient,
};
use subxt_signer::sr25519::Keypair;

use crate::{
	error::{Error, Result},
	hints,
	metadata::{explained, ChainConfig, Served},
	mortality::Mortality,
	output::Output,
	rpc::{rpc_error, Rpc},
	types::{Directions, Group},
};

type Config = ChainConfig;

/// A call to be signed.
pub type Call = DynamicPayload<Composite<()>>;

/// A call on its way.
type Progress = TransactionProgress<Config, OnlineClientAtBlockImpl<Config>>;

/// How often a call is signed before the account counts as too busy.
pub const NONCE_ATTEMPTS: u32 = 5;

/// How long an account's earlier calls may take to become final.
const SETTLING_LIMIT: Duration = Duration::from_secs(120);
/// How often to look.
const SETTLING_POLL: Duration = Duration::from_millis(500);

/// Blocks after the last final one from which on a person is told that finality lags.
const LAGGING: u64 = 20;

/// Blocks in which to look for an extrinsic that does not say how long it is valid.
const LOOKED_THROUGH: u64 = 64;

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
	/// How long it may take until then.
	pub limit: Duration,
}

/// A connection to a node.
#[derive(Clone, Debug)]
pub struct Chain {
	client: OnlineClient<Config>,
	served: Served,
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

/// A call that is in a block and succeeded.
#[derive(Debug)]
pub struct Included {
	/// Hash of the extrinsic.
	pub hash: H256,
	/// Hash of the block.
	pub block: H256,
	events: ExtrinsicEvents<Config>,
}

impl Chain {
	/// Connects to a node. Remarks on the node's state go to `output`.
	pub async fn connect(url: &str, patience: Patience, output: Output) -> Result<Self> {
		let rpc = Rpc::connect(url).await?;
		let backend = LegacyBackend::builder().build(rpc.client());
		let served = Served::ask(&rpc).await?;
		let client =
			OnlineClient::from_backend_with_config(served.config(), Arc::new(backend)).await;
		let client = client.map_err(|error| {
			Error::new("NotConnected", format!("{url} does not answer as a node does: {error}"))
		})?;
		Ok(Self { client, served, rpc, patience, output, told: Arc::default() })
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
		let progress = self.send(signer, call).await?;
		self.outcome(progress).await
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

	/// What became of a call that the pool took.
	async fn outcome(&self, (progress, last_block): (Progress, u64)) -> Result<Included> {
		let mut stage = Stage::Waiting { last_block };
		let reached = self.follow_up(progress, &mut stage);
		match tokio::time::timeout(self.patience.limit, reached).await {
			Ok(done) => done,
			Err(_) => Err(self.late(stage).await),
		}
	}

	async fn follow_up(&self, mut progress: Progress, stage: &mut Stage) -> Result<Included> {
		let hash = progress.extrinsic_hash();
		let Stage::Waiting { last_block } = *stage else {
			return Err(Error::new("ConnectionLost", "the call was followed already"));
		};
		while let Some(status) = progress.next().await {
			let in_block = match status.map_err(subxt_error)? {
				TransactionStatus::InBestBlock(block) if self.patience.wait == Wait::Block => block,
				TransactionStatus::InFinalizedBlock(block) => block,
				TransactionStatus::InBestBlock(block) => {
					*stage = Stage::InBlock(block.block_hash());
					continue;
				},
				TransactionStatus::NoLongerInBestBlock => {
					*stage = Stage::Waiting { last_block };
					continue;
				},
				TransactionStatus::Error { message }
				| TransactionStatus::Invalid { message }
				| TransactionStatus::Dropped { message } => {
					return Err(match stage {
						// The node gives up following a block that does not become final.
						Stage::InBlock(_) => self.late(*stage).await,
						Stage::Waiting { .. } => Error::new("TransactionDropped", message),
					});
				},
				_ => continue,
			};
			let events = in_block.wait_for_success().await.map_err(subxt_error)?;
			return Ok(Included { hash, block: in_block.block_hash(), events });
		}
		Err(Error::new(
			"ConnectionLost",
			format!("the node stopped reporting on the call; {}", stage.what_to_think()),
		))
	}

	/// Says of a call that took too long how far it has come, and why it may have.
	async fn late(&self, stage: Stage) -> Error {
		let name = match stage {
			Stage::InBlock(_) => "NotFinal",
			Stage::Waiting { .. } => "NotIncluded",
		};
		Error::new(name, format!("{}{}", stage.what_to_think(), self.why_late().await))
	}

	/// Says that finality lags, if it does.
	async fn why_late(&self) -> String {
		let lag = async {
			let at = self.client.at_current_block().await.map_err(subxt_error)?;
			Ok::<_, Error>(self.rpc.best_number().await?.saturating_sub(at.block_number()))
		};
		match tokio::time::timeout(SETTLING_POLL * 10, lag).await {
			Ok(Ok(lag)) if lag > LAGGING => format!("; finality lags by {lag} blocks"),
			_ => String::new(),
		}
	}

	/// Puts a signed call into the pool. Another process may use the account at the same time and
	/// take the nonce first, so a refusal for that reason is answered with the next one.
	async fn send(&self, signer: &Keypair, call: &Call) -> Result<(Progress, u64)> {
		let mut attempts = 0..NONCE_ATTEMPTS;
		loop {
			attempts.next();
			let signed = self.sign(signer, call).await?;
			match self.watch(signed).await {
				Err(error) if error.name() == "NonceTaken" && !attempts.is_empty() => {},
				sent => return sent,
			}
		}
	}

	/// Progress of a call that the pool took, and the last block that it may stand in.
	async fn watch(&self, signed: Signed) -> Result<(Progress, u64)> {
		let at = self.client.at_current_block().await.map_err(subxt_error)?;
		let transaction = at.transactions().from_bytes(signed.bytes);
		let progress = transaction.submit_and_watch().await;
		let progress = progress.map_err(|error| explained(subxt_error(error)))?;
		Ok((progress, signed.last_block))
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
		let at = self.client.at_current_block().await.map_err(subxt_error)?;
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
		let params = self.served.params(&at.metadata(), nonce, era)?;
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
		let best: H256 = serde_json::from_value(self.rpc.raw("chain_getBlockHash", vec![]).await?)
			.map_err(|_| Error::new("UnexpectedAnswer", "chain_getBlockHash answered no hash"))?;
		let at = self.client.at_block(best).await.map_err(subxt_error)?;
		let address = subxt::dynamic::storage::<Vec<Value>, Value>(pallet, entry);
		let found = at.storage().try_fetch(address, keys).await.map_err(subxt_error)?;
		found.map(|value| value.decode().map_err(subxt_error)).transpose()
	}
}

/// Looks for an extrinsic in finalised blocks.
pub struct Follower {
	chain: Chain,
	blocks: subxt::client::Blocks<Config>,
	last_block: Option<u64>,
	until: Option<Instant>,
}

impl Follower {
	/// Looks no further than a block of this number: the extrinsic is valid no longer.
	pub fn up_to(self, last_block: u64) -> Self {
		Self { last_block: Some(last_block), ..self }
	}

	/// Waits until the extrinsic with this hash is in a finalised block; its outcome and the
	/// block's number. An extrinsic that can no longer enter a block is reported as dropped.
	pub async fn find(&mut self, hash: &str) -> Result<(Included, u64)> {
		loop {
			if let Some(found) = self.find_in_next(hash).await? {
				return Ok(found);
			}
		}
	}

	/// Looks for an extrinsic in the next finalised block alone.
	pub async fn find_in_next(&mut self, hash: &str) -> Result<Option<(Included, u64)>> {
		let lost = || Error::new("ConnectionLost", "the node stopped reporting blocks");
		let next = match self.until {
			Some(until) => match tokio::time::timeout_at(until.into(), self.blocks.next()).await {
				Ok(next) => next,
				// No final block holds it, and whether another one does is not known.
				Err(_) => return Err(self.late().await),
			},
			None => self.blocks.next().await,
		};
		let block = next.ok_or_else(lost)?.map_err(subxt_error)?;
		let last_block =
			*self.last_block.get_or_insert(block.number().saturating_add(LOOKED_THROUGH));
		let at = block.at().await.map_err(subxt_error)?;
		let extrinsics = at.extrinsics().fetch().await.map_err(subxt_error)?;
		for extrinsic in extrinsics.iter() {
			let extrinsic = extrinsic.map_err(subxt_error)?;
			if format!("{:?}", extrinsic.hash()) != hash {
				continue;
			}
			let events = extrinsic.events().await.map_err(subxt_error)?;
			let hash = extrinsic.hash();
			let included = Included { hash, block: block.hash(), events };
			included.ensure_success(&at.metadata())?;
			return Ok(Some((included, block.number())));
		}
		if block.number() >= last_block {
			let message = "the transaction was not put into a block in time; send it again";
			return Err(Error::new("TransactionDropped", message));
		}
		Ok(None)
	}

	async fn late(&self) -> Error {
		let seconds = self.chain.patience.limit.as_secs();
		let message = format!(
			"in no final block after {seconds} s; it may be in one that is not final, or enter one yet: \
			 ask again before you repeat it"
		);
		Error::new("NotFinal", format!("{message}{}", self.chain.why_late().await))
	}
}

/// How far a call has come.
#[derive(Clone, Copy, Debug)]
enum Stage {
	/// In no block; it may enter one up to this number.
	Waiting { last_block: u64 },
	/// In a block that is not final.
	InBlock(H256),
}

impl Stage {
	fn what_to_think(&self) -> String {
		match self {
			Self::Waiting { last_block } => format!(
				"the call is in no block yet, and may enter one up to block {last_block}: look what \
				 became of it before you repeat it"
			),
			Self::InBlock(block) => format!(
				"the call is in block {}, which is not final: it holds unless a fork replaces that block, \
				 so do not repeat it",
				show_hash(block)
			),
		}
	}
}

impl Included {
	fn ensure_success(&self, metadata: &Arc<Metadata>) -> Result<()> {
		for event in self.events.iter() {
			let event = event.map_err(subxt_error)?;
			if (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed") {
				let error = DispatchError::decode_from(event.field_bytes(), metadata.clone());
				return Err(error.map_or_else(subxt_error, |error| dispatch_error(&error)));
			}
		}
		Ok(())
	}

	/// The fields of every event of this kind.
	pub fn events(&self, pallet: &str, name: &str) -> Result<Vec<Composite<()>>> {
		let mut found = Vec::new();
		for event in self.events.iter() {
			let event = event.map_err(subxt_error)?;
			if (event.pallet_name(), event.event_name()) == (pallet, name) {
				found.push(event.decode_fields_unchecked_as().map_err(subxt_error)?);
			}
		}
		Ok(found)
	}

	/// A number of the one event of this kind.
	pub fn number(&self, pallet: &str, name: &str, field: &str) -> Result<u64> {
		self.events(pallet, name)?
			.first()
			.and_then(|event| number(event, field))
			.ok_or_else(|| unexpected_event(&format!("{pallet}.{name}")))
	}

	fn event_bytes(&self, pallet: &str, name: &str) -> Result<Vec<u8>> {
		for event in self.events.iter() {
			let event = event.map_err(subxt_error)?;
			if (event.pallet_name(), event.event_name()) == (pallet, name) {
				return Ok(event.field_bytes().to_vec());
			}
		}
		Err(unexpected_event(&format!("{pallet}.{name}")))
	}
}

fn unexpected_event(kind: &str) -> Error {
	Error::new("UnexpectedEvent", format!("the block has no {kind} event as it should be"))
}

/// A call of a pallet with its arguments in order.
pub fn call(pallet: &str, name: &str, arguments: Vec<Value>) -> Call {
	subxt::dynamic::tx(pallet, name, Composite::Unnamed(arguments))
}

/// A number as an argument.
pub fn int(value: impl Into<u128>) -> Value {
	Value::u128(value.into())
}

/// Bytes as an argument.
pub fn bytes(value: impl AsRef<[u8]>) -> Value {
	Value::from_bytes(value)
}

/// An account as an argument.
pub fn account(value: &AccountId32) -> Value {
	Value::from_bytes(value.0)
}

/// A variant without fields as an argument.
pub fn variant(name: &str) -> Value {
	Value::unnamed_variant(name, [])
}

/// A group as an argument.
pub fn group(value: &Group) -> Value {
	Value::named_composite([
		("operator", account(&value.operator)),
		("zone", int(value.zone)),
		("resource", variant(value.resource.variant())),
		("direction", variant(value.direction.variant())),
	])
}

/// The registers of a meter as an argument.
pub fn directions(value: Directions) -> Value {
	variant(value.variant())
}

/// A field that is a number.
pub fn number(event: &Composite<()>, field: &str) -> Option<u64> {
	event.at(field)?.as_u128().and_then(|value| u64::try_from(value).ok())
}

/// A field that is an amount of money.
pub fn amount(event: &Composite<()>, field: &str) -> Option<u128> {
	event.at(field)?.as_u128()
}

/// A field that is an account.
pub fn account_of(event: &Composite<()>, field: &str) -> Option<AccountId32> {
	event.at(field).and_then(bytes32).map(AccountId32)
}

/// A value that is an array of 32 bytes, alone or wrapped.
pub fn bytes32(value: &Value) -> Option<[u8; 32]> {
	let mut value = value;
	while value.at(1).is_none() {
		value = value.at(0)?;
	}
	let mut found = [0; 32];
	for (at, byte) in found.iter_mut().enumerate() {
		*byte = value.at(at)?.as_u128()?.try_into().ok()?;
	}
	Some(found)
}

/// A dispatch error by its own name.
fn dispatch_error(error: &DispatchError) -> Error {
	let name = match error {
		DispatchError::Module(module) => return pallet_error(module),
		DispatchError::Token(error) => format!("{error:?}"),
		DispatchError::Arithmetic(error) => format!("{error:?}"),
		DispatchError::Transactional(error) => format!("{error:?}"),
		error => format!("{error:?}"),
	};
	Error::new(name, error.to_string())
}

fn pallet_error(error: &ModuleError) -> Error {
	match error.details() {
		Ok(details) => {
			let variant = details.variant;
			documented_error(details.pallet.name(), &variant.name, &variant.docs)
		},
		Err(_) => Error::new("DispatchFailed", error.to_string()),
	}
}

/// A pallet's error in the words of the pallet.
fn documented_error(pallet: &str, name: &str, docs: &[String]) -> Error {
	let docs = docs.join(" ");
	let text = if docs.trim().is_empty() { "the call fails" } else { docs.trim() };
	let next = hints::next_step(pallet, name).map_or_else(String::new, |next| format!("; {next}"));
	Error::new(name, format!("{text} (pallet {pallet}){next}"))
}

/// Any of subxt's errors.
fn subxt_error(error: impl Into<subxt::Error>) -> Error {
	match error.into() {
		subxt::Error::TransactionEventsError(TransactionEventsError::ExtrinsicFailed(error)) => {
			dispatch_error(&error)
		},
		subxt::Error::ExtrinsicError(ExtrinsicError::ErrorSubmittingTransaction(
			BackendError::Rpc(RpcError::ClientError(error)),
		)) => rpc_error("author_submitAndWatchExtrinsic", error),
		subxt::Error::ExtrinsicError(
			error @ (ExtrinsicError::PalletNameNotFound(_)
			| ExtrinsicError::CallNameNotFound { .. }),
		) => Error::new("CallNotFound", error.to_string()),
		subxt::Error::ExtrinsicError(ExtrinsicError::EncodeError(error)) => {
			Error::new("CallNotEncodable", error.to_string())
		},
		error => Error::new("ChainError", error.to_string()),
	}
}

/// A hash as 0x and hex.
pub fn show_hash(hash: &H256) -> String {
	format!("0x{}", hex::encode(hash.0))
}

/// An address as JSON.
pub fn show_account(keys: &Keypair) -> serde_json::Value {
	json!(keys.public_key().to_account_id())
}
