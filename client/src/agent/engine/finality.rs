//! What was seen in the best block is so for good once that block is final: until then a fork can take it back.

use serde_json::json;
use subxt::utils::H256;

use crate::{
	chain::Chain,
	error::{Error, Result},
};

/// The best block when something was seen to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
	number: u64,
	block: H256,
}

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
	/// The block is on the best chain, and a fork can take it back.
	Open,
	/// The block is final.
	Final,
	/// Another block has taken its place: what was seen in it may not be so any more.
	ForkedOff,
}

impl Seen {
	/// A block.
	#[cfg(test)]
	pub fn new(number: u64, block: H256) -> Self {
		Self { number, block }
	}

	/// The best block now.
	pub async fn now(chain: &Chain) -> Result<Self> {
		let block = hash("chain_getBlockHash", chain.rpc.raw("chain_getBlockHash", vec![]).await?)?;
		Ok(Self { number: chain.rpc.number_of(&block).await?, block })
	}

	/// Asks what has become of the block by now.
	pub async fn stands(&self, chain: &Chain) -> Result<Stands> {
		const FINAL: &str = "chain_getFinalizedHead";
		let head = hash(FINAL, chain.rpc.raw(FINAL, vec![]).await?)?;
		let last_final = chain.rpc.number_of(&head).await?;
		let there = chain.rpc.raw("chain_getBlockHash", vec![json!(self.number)]).await?;
		// Nothing there: the best chain is a shorter one.
		Ok(self.beside(last_final, serde_json::from_value(there).ok()))
	}

	/// What has become of the block, where the chain is final up to a number and has `in_its_place` at the block's
	/// height.
	pub fn beside(&self, last_final: u64, in_its_place: Option<H256>) -> Stands {
		match in_its_place == Some(self.block) {
			false => Stands::ForkedOff,
			true if last_final >= self.number => Stands::Final,
			true => Stands::Open,
		}
	}
}

fn hash(method: &str, answer: serde_json::Value) -> Result<H256> {
	let message = || format!("{method} answered no hash");
	serde_json::from_value(answer).map_err(|_| Error::new("UnexpectedAnswer", message()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_block_stays_once_the_chain_is_final_up_to_it_and_has_it() {
		let (own, other) = (H256::repeat_byte(1), H256::repeat_byte(2));
		let seen = Seen::new(7, own);
		assert_eq!(seen.beside(6, Some(own)), Stands::Open);
		assert_eq!(seen.beside(7, Some(own)), Stands::Final);
		assert_eq!(seen.beside(9, Some(own)), Stands::Final);
		for final_up_to in [5, 7, 9] {
			assert_eq!(seen.beside(final_up_to, Some(other)), Stands::ForkedOff);
		}
		assert_eq!(seen.beside(5, None), Stands::ForkedOff, "the best chain is shorter now");
	}
}
