//! What the runtime lets through.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use meterproof_driver::chain::number;
use serde_json::Value;

/// Limits of a block, and what a payment takes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
	/// Milliseconds of block time that a transfer is charged, all included.
	pub transfer_ms: f64,
	/// Milliseconds that a block has for such transactions.
	pub block_ms: f64,
	/// Bytes that a block has for them.
	pub block_bytes: f64,
	/// Seconds between blocks.
	pub interval_s: f64,
}

impl Weights {
	/// From what the runtime's example prints.
	pub fn read(file: &Path) -> Result<Self> {
		let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
		let value: Value =
			serde_json::from_str(&text).with_context(|| file.display().to_string())?;
		Ok(Self {
			transfer_ms: number(&value, "transfer_ms")?,
			block_ms: number(&value, "block_ms")?,
			block_bytes: number(&value, "block_bytes")?,
			interval_s: number(&value, "interval_s")?,
		})
	}

	/// Payments per second, if weight alone binds.
	pub fn per_second(&self) -> f64 {
		(self.block_ms / self.transfer_ms).floor() / self.interval_s
	}

	/// Payments per second, if the length of blocks alone binds.
	pub fn per_second_by_length(&self, proof_bytes: f64) -> f64 {
		(self.block_bytes / proof_bytes).floor() / self.interval_s
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn whole_payments_fit_a_block() {
		let weights =
			Weights { transfer_ms: 4.0, block_ms: 750.0, block_bytes: 1e6, interval_s: 2.0 };
		assert_eq!(weights.per_second(), 93.5);
		assert_eq!(weights.per_second_by_length(80_000.0), 6.0);
	}
}
