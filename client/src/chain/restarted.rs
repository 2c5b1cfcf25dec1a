//! A chain that was started anew. A development chain keeps its genesis hash, by which stores, wallets
//! and meters know it, and nothing that was ever put into a block.

use serde_json::{json, Value};

use super::Chain;
use crate::{
	error::{Error, Result},
	timetable::local_ms,
};

/// How old the last block of a node may be that has all blocks, in ms.
const CURRENT_MS: u64 = 60_000;

impl Chain {
	/// Whether the node has all blocks by its own word: its last one is about as old as this moment. Of
	/// a node that has not caught up nothing follows from what it does not know.
	pub async fn is_current(&self) -> Result<bool> {
		Ok(is_now(self.rpc.period(None).await?.now_ms, local_ms()))
	}

	/// Whether the node has all blocks, and among them none with this hash, which was final.
	pub async fn has_lost(&self, block: &[u8; 32]) -> Result<bool> {
		let hash = format!("0x{}", hex::encode(block));
		let header = self.rpc.raw("chain_getHeader", vec![json!(hash)]).await?;
		Ok(header == Value::Null && self.is_current().await?)
	}
}

fn is_now(block_ms: u64, local_ms: u64) -> bool {
	block_ms.abs_diff(local_ms) <= CURRENT_MS
}

/// What is said of such a chain: what is not on it, and what to do.
pub fn restarted(missing: &str, remedy: &str) -> Error {
	let message = format!(
		"the node's chain has the genesis of the one before and is another: {missing}. A development \
		 chain that is started anew forgets everything unless it has a --base-path. A node that is a few blocks \
		 behind the one asked before looks alike: ask again in a minute, and only then: {remedy}"
	);
	Error::new("ChainRestarted", message)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_node_without_new_blocks_has_not_all_of_them() {
		let now = 1_800_000_000_000;
		assert!(is_now(now - 12_000, now) && is_now(now + 2_000, now));
		assert!(!is_now(now - 61_000, now) && !is_now(0, now));
	}

	#[test]
	fn the_error_says_what_to_do() {
		let error = restarted("device 7 was never registered on it", "Use another store");
		assert_eq!(error.name(), "ChainRestarted");
		let text = error.to_string();
		assert!(text.contains("device 7") && text.ends_with("Use another store"), "{text}");
	}
}
