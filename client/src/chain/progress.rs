//! How far a call has come: from the pool into a block, and until that block is final.

use std::time::{Duration, Instant};

use serde_json::json;
use subxt::{transactions::TransactionStatus, utils::H256};

use super::{
	arguments::show_hash, errors::subxt_error, Chain, Config, Included, Progress, Wait, LAGGING,
};
use crate::error::{Error, Result};

/// Blocks in which to look for an extrinsic that does not say how long it is valid.
const LOOKED_THROUGH: u64 = 64;

/// What subxt makes of a node that gives up following a block.
const FINALITY_TIMEOUT: &str = "Finality timeout";

/// How long the node is asked why a call is late.
const REASON_LIMIT: Duration = Duration::from_secs(5);

impl Chain {
	/// What became of a call that the pool took.
	pub(super) async fn outcome(
		&self,
		(progress, last_block): (Progress, u64),
	) -> Result<Included> {
		let mut fate = CallFate { last_block, block: None };
		let reached = self.follow_up(progress, &mut fate);
		match tokio::time::timeout(self.patience.limit, reached).await {
			Ok(done) => done,
			Err(_) => Err(self.late(fate).await),
		}
	}

	async fn follow_up(&self, mut progress: Progress, fate: &mut CallFate) -> Result<Included> {
		let hash = progress.extrinsic_hash();
		while let Some(status) = progress.next().await {
			let in_block = match status.map_err(subxt_error)? {
				TransactionStatus::InBestBlock(block) if self.patience.wait == Wait::Block => block,
				TransactionStatus::InFinalizedBlock(block) => block,
				TransactionStatus::InBestBlock(block) => {
					fate.block = Some(block.block_hash());
					continue;
				},
				TransactionStatus::NoLongerInBestBlock => {
					fate.block = None;
					continue;
				},
				TransactionStatus::Error { message }
				| TransactionStatus::Invalid { message }
				| TransactionStatus::Dropped { message } => {
					// The node gives up following a block that does not become final.
					if fate.block.is_some() && message == FINALITY_TIMEOUT {
						return Err(self.late(*fate).await);
					}
					let told = format!("the node says: {message}");
					let fate = CallFate { block: None, ..*fate };
					let message = format!("{told}; {}", fate.what_to_think());
					return Err(Error::new("TransactionDropped", message));
				},
				_ => continue,
			};
			let events = in_block.wait_for_success().await.map_err(subxt_error)?;
			return Ok(Included { hash, block: in_block.block_hash(), events });
		}
		Err(Error::new(
			"ConnectionLost",
			format!("the node stopped reporting on the call; {}", fate.what_to_think()),
		))
	}

	/// Says of a call that took too long how far it has come, and why it may have.
	async fn late(&self, fate: CallFate) -> Error {
		let fate = match fate.block {
			Some(block) if self.has_left_the_chain(block).await => CallFate { block: None, ..fate },
			_ => fate,
		};
		let name = if fate.block.is_some() { "NotFinal" } else { "NotIncluded" };
		Error::new(name, format!("{}{}", fate.what_to_think(), self.why_late().await))
	}

	/// Whether the node's best chain has another block in a block's place, as after a fork.
	async fn has_left_the_chain(&self, block: H256) -> bool {
		let place = async {
			let number = self.rpc.number_of(&block).await?;
			self.rpc.raw("chain_getBlockHash", vec![json!(number)]).await
		};
		match tokio::time::timeout(REASON_LIMIT, place).await {
			Ok(Ok(there)) => there != json!(block),
			_ => false,
		}
	}

	/// Says that finality lags, if it does.
	async fn why_late(&self) -> String {
		let lag = async {
			let at = self.client.at_current_block().await.map_err(subxt_error)?;
			Ok::<_, Error>(self.rpc.best_number().await?.saturating_sub(at.block_number()))
		};
		match tokio::time::timeout(REASON_LIMIT, lag).await {
			Ok(Ok(lag)) if lag > LAGGING => format!("; finality lags by {lag} blocks"),
			_ => String::new(),
		}
	}
}

/// Looks for an extrinsic in finalised blocks.
pub struct Follower {
	pub(super) chain: Chain,
	pub(super) blocks: subxt::client::Blocks<Config>,
	pub(super) last_block: Option<u64>,
	pub(super) until: Option<Instant>,
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
				Err(_) => return Err(late(&self.chain).await),
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
}

/// No final block holds an extrinsic, and whether another one does is not known.
async fn late(chain: &Chain) -> Error {
	let seconds = chain.patience.limit.as_secs();
	let message = format!(
		"in no final block after {seconds} s; it may be in one that is not final, or enter one yet: \
		 ask again before you repeat it"
	);
	Error::new("NotFinal", format!("{message}{}", chain.why_late().await))
}

/// How far a call has come.
#[derive(Clone, Copy, Debug)]
struct CallFate {
	/// The last block that it may stand in.
	last_block: u64,
	/// The block that it stands in, which is not final.
	block: Option<H256>,
}

impl CallFate {
	fn what_to_think(&self) -> String {
		match self.block {
			None => format!(
				"the call is in no block yet, and may enter one up to block {}: look what became of it \
				 before you repeat it",
				self.last_block
			),
			Some(block) => format!(
				"the call is in block {}, which is not final: it holds unless a fork replaces that \
				 block, so do not repeat it",
				show_hash(&block)
			),
		}
	}
}
