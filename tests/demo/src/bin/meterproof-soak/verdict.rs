//! What must hold in the end: one final chain, with everything in it that somebody was told is in it.

use std::time::Duration;

use anyhow::{Context, Result};
use meterproof_driver::{
	chain::{number_of, slot_of, Chain},
	node::Node,
	wait,
};
use serde_json::json;

use crate::tally::Counts;

/// How long nodes may take to agree once the load is over, in seconds: finality resumes within a minute.
const LIMIT: Duration = Duration::from_secs(60);

/// A place of the chain.
#[derive(Clone, Copy, Debug)]
pub struct Place {
	/// Number of a final block.
	pub height: u64,
	/// Its slot.
	pub slot: u64,
}

impl Place {
	/// Where the last final block is.
	pub fn now(chain: &Chain) -> Result<Self> {
		let height = chain.finalized()?;
		let hash = chain.block_hash(height)?;
		let header = chain.rpc().call("chain_getHeader", json!([hash]))?;
		Ok(Self { height, slot: slot_of(&header)? })
	}

	/// The part of the slots since an earlier place that have a block.
	pub fn filled_since(self, before: Self) -> f64 {
		let slots = self.slot.saturating_sub(before.slot);
		self.height.saturating_sub(before.height) as f64 / slots.max(1) as f64
	}
}

/// What is wrong in the end; nothing, if all is well.
pub fn wrongs(nodes: &[Node], counts: &Counts) -> Result<Vec<String>> {
	let mut wrongs = counts.lost.iter().map(|lost| format!("lost: {lost}")).collect::<Vec<_>>();
	let mut best = 0;
	for node in nodes {
		best = best.max(node.chain().best().unwrap_or_default());
	}
	for node in nodes {
		let agrees = wait::until(&format!("block {best} is final"), LIMIT, || {
			Ok((node.chain().finalized()? >= best).then_some(()))
		});
		if let Err(error) = agrees {
			wrongs.push(format!("{}: {error:#}", node.settings.name));
		}
	}
	let asked = nodes.last().context("a network without nodes")?.chain();
	let height = asked.finalized()?.min(best);
	let hash = asked.block_hash(height)?;
	for node in nodes {
		let name = &node.settings.name;
		if node.chain().block_hash(height)? != hash {
			wrongs.push(format!("{name} has another block {height}"));
		}
		for block in &counts.blocks {
			if !holds(node.chain(), block)? {
				wrongs.push(format!("lost: {name} does not have block {block}, which was final"));
			}
		}
	}
	if let Err(error) = asked.audit() {
		wrongs.push(format!("{error:#}"));
	}
	Ok(wrongs)
}

/// Whether a block of this hash is in a node's chain.
fn holds(chain: &Chain, hash: &str) -> Result<bool> {
	let header = chain.rpc().call("chain_getHeader", json!([hash]))?;
	if header.is_null() {
		return Ok(false);
	}
	Ok(chain.block_hash(number_of(&header)?)?.as_deref() == Some(hash))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn slots_are_filled_by_blocks() {
		let before = Place { height: 10, slot: 1_000 };
		assert_eq!(Place { height: 55, slot: 1_050 }.filled_since(before), 0.9);
		assert_eq!(before.filled_since(before), 0.0);
	}
}
