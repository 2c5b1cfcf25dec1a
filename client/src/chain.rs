//! The chain through subxt: calls of accounts, and what became of them.
//!
//! Calls are encoded against the metadata that the node serves, not against types generated when
//! this program was built, so that it follows runtime upgrades: a call that still has the same
//! name and arguments keeps working, another one is refused before it is signed. The signature
//! covers those metadata's hash (`metadata`).

use std::{sync::Arc, time::Duration};

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
	metadata::{explained, Binding, ChainConfig},
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

/// Blocks for which a signed call stays valid.
const MORTALITY: u64 = 64;

/// When a call counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Wait {
	/// The call's block can no longer be reverted.
	Finalized,
	/// The call is in the best block, which a fork could still replace.
	Block,
}

/// A connection to a node.
#[derive(Clone, Debug)]
pub struct Chain {
	client: OnlineClient<Config>,
	binding: Binding,
	/// The chain's own methods.
	pub rpc: Rpc,
	wait: Wait,
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
	/// Connects to a node.
	pub async fn connect(url: &str, wait: Wait) -> Result<Self> {
		let rpc = Rpc::connect(url).await?;
		let backend = LegacyBackend::builder().build(rpc.client());
		let binding = Binding::ask(&rpc).await?;
		let client =
			OnlineClient::from_backend_with_config(binding.config(), Arc::new(backend)).await;
		let client = client.map_err(|error| {
			Error::new("NotConnected", format!("{url} does not answer as a node does: {error}"))
		})?;
		Ok(Self { client, binding, rpc, wait })
	}

	/// Hash of block 0.
	pub fn genesis(&self) -> [u8; 32] {
		self.client.genesis_hash().0
	}

	/// This connection, with calls that count as done once `wait` is reached.
	pub fn waiting(self, wait: Wait) -> Self {
		Self { wait, ..self }
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

	async fn outcome(&self, mut progress: Progress) -> Result<Included> {
		let hash = progress.extrinsic_hash();
		while let Some(status) = progress.next().await {
			let in_block = match status.map_err(subxt_error)? {
				TransactionStatus::InBestBlock(block) if self.wait == Wait::Block => block,
				TransactionStatus::InFinalizedBlock(block) => block,
				TransactionStatus::Error { message }
				| TransactionStatus::Invalid { message }
				| TransactionStatus::Dropped { message } => {
					return Err(Error::new("TransactionDropped", message))
				},
				_ => continue,
			};
			let events = in_block.wait_for_success().await.map_err(subxt_error)?;
			return Ok(Included { hash, block: in_block.block_hash(), events });
		}
		Err(Error::new("ConnectionLost", "the node stopped reporting on the transaction"))
	}

	/// Puts a signed call into the pool. Another process may use the account at the same time and
	/// take the nonce first, so a refusal for that reason is answered with the next one.
	async fn send(&self, signer: &Keypair, call: &Call) -> Result<Progress> {
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

	async fn watch(&self, signed: Vec<u8>) -> Result<Progress> {
		let at = self.client.at_current_block().await.map_err(subxt_error)?;
		let sent = at.transactions().from_bytes(signed).submit_and_watch().await;
		sent.map_err(|error| explained(subxt_error(error)))
	}

	/// Signs a call and returns the extrinsic's bytes. The nonce follows the account's
	/// transactions that still wait, so that scripts need not.
	pub async fn sign(&self, signer: &Keypair, call: &Call) -> Result<Vec<u8>> {
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
	) -> Result<Vec<u8>> {
		let mut at = self.client.at_current_block().await.map_err(subxt_error)?;
		if !self.binding.covers(&at.metadata()) {
			self.binding.renew(&self.rpc).await?;
			at = self.client.at_current_block().await.map_err(subxt_error)?;
		}
		let mortality = CheckMortalityParams::mortal(MORTALITY);
		let params = self.binding.params(&at.metadata(), nonce, mortality)?;
		let signed =
			at.transactions().create_signed(call, signer, params).await.map_err(subxt_error)?;
		Ok(signed.into_encoded())
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
			let message = "earlier calls of this account are not final yet; try again later";
			Err(Error::new("CallsPending", message))
		})
	}

	/// Finalised blocks from now on, in which to look for an extrinsic.
	pub async fn follow(&self) -> Result<Follower> {
		let blocks = self.client.stream_blocks().await.map_err(subxt_error)?;
		Ok(Follower { blocks, first: None })
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
	blocks: subxt::client::Blocks<Config>,
	first: Option<u64>,
}

impl Follower {
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
		let block = self.blocks.next().await.ok_or_else(lost)?.map_err(subxt_error)?;
		let first = *self.first.get_or_insert(block.number());
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
		// The era begins at a finalised block that is not younger than `first`.
		if block.number() > first + MORTALITY {
			let message = "the transaction was not put into a block in time; send it again";
			return Err(Error::new("TransactionDropped", message));
		}
		Ok(None)
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
