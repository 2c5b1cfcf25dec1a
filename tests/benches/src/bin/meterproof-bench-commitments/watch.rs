//! Every block as it comes: when it was seen first, and what is in it.

use std::{
	collections::HashSet,
	sync::{
		atomic::{AtomicBool, Ordering},
		Mutex, PoisonError,
	},
	thread,
	time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};
use meterproof_driver::chain::Chain;
use meterproof_proof_bench::machine;
use serde_json::{json, Value};

/// Between two looks: latencies are as exact as that.
const INTERVAL: Duration = Duration::from_millis(25);

/// Storage key of `System::BlockWeight`: the two names hashed by Twox-128.
const BLOCK_WEIGHT: &str = "0x26aa394eea5630e07c48ae0c9558cef734abf5cb34d6244378cddbf18e849d96";

/// Hex digits of a signature, with which the call of a commitment ends.
const SIGNATURE_DIGITS: usize = 128;

/// A block.
#[derive(Clone, Debug)]
pub struct Block {
	/// Its number.
	pub number: u64,
	/// When it was the best block first.
	pub seen: Instant,
	/// How many of the commitments are in it.
	pub commitments: usize,
	/// Whatever else is in it, 0x and hex.
	pub others: Vec<String>,
	/// Length of all extrinsics in bytes.
	pub bytes: usize,
	/// Weight of normal, of operational and of mandatory extrinsics, in milliseconds.
	pub weight_ms: [f64; 3],
	/// Memory that the node had then, in MB.
	pub node_mb: Option<u64>,
}

/// What was seen so far.
pub struct Watch<'a> {
	chain: Chain,
	process: u32,
	/// Signatures of the commitments, in hex.
	signatures: &'a HashSet<String>,
	blocks: Mutex<Vec<Block>>,
	stop: AtomicBool,
}

impl<'a> Watch<'a> {
	/// Of a node in this process.
	pub fn new(chain: Chain, process: u32, signatures: &'a HashSet<String>) -> Self {
		let (blocks, stop) = (Mutex::default(), AtomicBool::new(false));
		Self { chain, process, signatures, blocks, stop }
	}

	/// Looks until told to stop.
	pub fn run(&self) -> Result<()> {
		let mut next = self.chain.best()? + 1;
		while !self.stop.load(Ordering::Relaxed) {
			let best = self.chain.best()?;
			let seen = Instant::now();
			while next <= best {
				let block = self.block(next, seen)?;
				self.blocks.lock().unwrap_or_else(PoisonError::into_inner).push(block);
				next += 1;
			}
			thread::sleep(INTERVAL);
		}
		Ok(())
	}

	/// No more blocks are needed.
	pub fn stop(&self) {
		self.stop.store(true, Ordering::Relaxed);
	}

	/// All blocks so far.
	pub fn blocks(&self) -> Vec<Block> {
		self.blocks.lock().unwrap_or_else(PoisonError::into_inner).clone()
	}

	/// How many commitments are in blocks.
	pub fn included(&self) -> usize {
		let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
		blocks.iter().map(|block| block.commitments).sum()
	}

	fn block(&self, number: u64, seen: Instant) -> Result<Block> {
		let node_mb = machine::resident_mb(self.process);
		let hash = self.chain.block_hash(number)?.context("a block without hash")?;
		let block = self.chain.rpc().call("chain_getBlock", json!([hash]))?;
		let weight = self.chain.rpc().call("state_getStorage", json!([BLOCK_WEIGHT, hash]))?;
		let weight = weight.as_str().context("a block without weight")?;
		let extrinsics = block["block"]["extrinsics"].as_array().context("a block without any")?;
		let (mut commitments, mut bytes, mut others) = (0, 0, Vec::new());
		for extrinsic in extrinsics.iter().filter_map(Value::as_str) {
			bytes += extrinsic.len() / 2 - 1;
			let end = extrinsic.len().saturating_sub(SIGNATURE_DIGITS);
			if self.signatures.contains(&extrinsic[end..]) {
				commitments += 1;
			} else {
				others.push(extrinsic.into());
			}
		}
		let weight_ms = weights(&hex::decode(weight.trim_start_matches("0x"))?)?;
		Ok(Block { number, seen, commitments, others, bytes, weight_ms, node_mb })
	}
}

/// The reference times of a `PerDispatchClass<Weight>`, in milliseconds: compact numbers, each
/// followed by one for the size of a proof.
fn weights(mut bytes: &[u8]) -> Result<[f64; 3]> {
	let mut weights = [0.0; 3];
	for weight in &mut weights {
		*weight = compact(&mut bytes)? as f64 / 1e9;
		compact(&mut bytes)?;
	}
	Ok(weights)
}

/// A number in SCALE's compact form.
fn compact(bytes: &mut &[u8]) -> Result<u64> {
	let first = *bytes.first().context("a number is cut off")?;
	let (skipped, length) = match first % 4 {
		0 => (0, 1),
		1 => (0, 2),
		2 => (0, 4),
		_ => (1, usize::from(first / 4) + 4),
	};
	if length > 8 || bytes.len() < skipped + length {
		bail!("not a number of 64 bits");
	}
	let (number, rest) = bytes[skipped..].split_at(length);
	*bytes = rest;
	let number = number.iter().rev().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
	Ok(if skipped == 0 { number >> 2 } else { number })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn compact_numbers_are_read() {
		for (bytes, number) in [
			(&[0x04][..], 1),
			(&[0x15, 0x01], 69),
			(&[0xfe, 0xff, 0x03, 0x00], 65_535),
			(&[0x0b, 0, 0, 0, 0, 0, 1], 1 << 40),
		] {
			let mut left = bytes;
			assert_eq!((compact(&mut left).unwrap(), left), (number, &[][..]));
			assert!(compact(&mut &bytes[..bytes.len() - 1]).is_err());
		}
		assert!(compact(&mut &[0x17, 0, 0, 0, 0, 0, 0, 0, 0, 1][..]).is_err());
	}

	#[test]
	fn weights_are_read_in_milliseconds() {
		// A second, half of one and nothing, each with the size of a proof.
		let second = [0x07, 0x00, 0x10, 0xa5, 0xd4, 0xe8, 0x04];
		let half = [0x07, 0x00, 0x88, 0x52, 0x6a, 0x74, 0x15, 0x01];
		let bytes = [&second[..], &half, &[0, 0]].concat();
		assert_eq!(weights(&bytes).unwrap(), [1_000.0, 500.0, 0.0]);
		assert!(weights(&second).is_err());
	}
}
