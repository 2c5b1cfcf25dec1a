//! A chain that was started anew. A development chain keeps its genesis hash, by which stores, wallets
//! and meters know it, and nothing that was ever put into a block.

use std::time::{Duration, Instant};

use serde_json::{json, Value};

use super::Chain;
use crate::{
	error::{Error, Result},
	timetable::local_ms,
};

/// How far a block's clock may be ahead of this machine's, in ms.
const AHEAD_MS: u64 = 60_000;
/// How long a node is given to get to the moment at which something was missed on it.
const CATCHING_UP: Duration = Duration::from_secs(20);
/// Between two looks at it.
const LOOK: Duration = Duration::from_millis(500);

impl Chain {
	/// Whether the node's chain does not have something that was on the chain before this moment, where
	/// `is_missing` looks. Of a node that is behind nothing follows from what it does not know, however
	/// little it is behind: so it is looked once more when the node has a block that is younger than the
	/// first look, and a node that gets none is not judged.
	pub async fn surely_lacks(&self, is_missing: impl AsyncFn() -> Result<bool>) -> Result<bool> {
		if !is_missing().await? {
			return Ok(false);
		}
		let looked_ms = local_ms();
		let start = Instant::now();
		while !is_after(self.rpc.period(None).await?.now_ms, looked_ms) {
			if start.elapsed() >= CATCHING_UP {
				return Ok(false);
			}
			tokio::time::sleep(LOOK).await;
		}
		is_missing().await
	}

	/// Whether the node has all blocks, and among them none with this hash, which was final.
	pub async fn has_lost(&self, block: &[u8; 32]) -> Result<bool> {
		let hash = format!("0x{}", hex::encode(block));
		self.surely_lacks(async || {
			Ok(self.rpc.raw("chain_getHeader", vec![json!(hash)]).await? == Value::Null)
		})
		.await
	}
}

/// Whether a block was made after a moment of this machine's clock, and not so long after that the two
/// clocks do not fit together.
fn is_after(block_ms: u64, looked_ms: u64) -> bool {
	(looked_ms..=looked_ms.saturating_add(AHEAD_MS)).contains(&block_ms)
}

/// What is said of such a chain: what is not on it, and what to do.
pub fn restarted(missing: &str, remedy: &str) -> Error {
	let message = format!(
		"the node's chain has the genesis of the one before and is another: {missing}. A development \
		 chain that is started anew forgets everything unless it has a --base-path. {remedy}"
	);
	Error::new("ChainRestarted", message)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_node_has_all_blocks_of_before_once_it_has_one_of_after() {
		let looked = 1_800_000_000_000;
		assert!(is_after(looked, looked) && is_after(looked + 2_000, looked));
		for behind in [1, 12_000, 59_000, looked] {
			assert!(!is_after(looked - behind, looked), "{behind}");
		}
		assert!(!is_after(looked + 61_000, looked), "one of the clocks is wrong");
	}

	#[test]
	fn the_error_says_what_to_do() {
		let error = restarted("device 7 was never registered on it", "Use another store");
		assert_eq!(error.name(), "ChainRestarted");
		let text = error.to_string();
		assert!(text.contains("device 7") && text.ends_with("Use another store"), "{text}");
	}
}
