//! What strangers send that looks right and is not: it is looked at up to its signature.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{bail, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	chain::Chain,
	meter::{Commitment, Meter},
	setting::{seed, Setting},
};
use serde_json::{json, Value};

/// Commitments in a call: as many as the node takes.
const COMMITMENTS: usize = 1_024;

/// Blocks in which a signed call is looked for.
const BLOCKS: u64 = 50;

/// The version of a signed extrinsic, and the kinds of its address and signature.
const SIGNED: u8 = 0x84;
const ACCOUNT: u8 = 0;
const SR25519: u8 = 1;

/// Bytes before the signature itself: version, address and its kind, kind of signature.
const BEFORE_SIGNATURE: usize = 1 + 1 + 32 + 1;

/// Makes what is forged.
pub struct Forger {
	chain: Chain,
	genesis: [u8; 32],
	meter: Meter,
	/// Somebody's call, without its length.
	signed: Vec<u8>,
	count: AtomicU64,
}

impl Forger {
	/// Somebody has a meter that counts, and has signed a call.
	pub fn new(setting: &Setting) -> Result<Self> {
		let home = setting.household("Bob", 1)?;
		setting.attest(&[&home])?;
		let chain = setting.chain().clone();
		chain.wait_for_phase(chain.period(None)?.first_open, "running")?;
		let device = home.devices.first().context("no meter")?;
		// Another key than the meter's.
		let meter = Meter::new(*device, &seed("somebody else"));
		let signed = signed_call(&chain)?;
		Ok(Self { genesis: chain.genesis()?, chain, meter, signed, count: AtomicU64::new(0) })
	}

	/// A call of many commitments of the meter in the running period, signed by another key.
	pub fn commitments(&self) -> Result<String> {
		let period = self.chain.period(None)?.index;
		let forged = self.meter.commit(self.genesis, period, Direction::Export, 1, 0);
		let items: Vec<Value> = vec![Commitment::json(&forged); COMMITMENTS];
		Ok(call("metering_submitCommitments", json!([items])))
	}

	/// A signed call with another signature, another one each time.
	pub fn call(&self) -> String {
		let number = self.count.fetch_add(1, Ordering::Relaxed);
		let mut bytes = self.signed.clone();
		let signature = bytes.iter_mut().skip(BEFORE_SIGNATURE);
		for (byte, other) in signature.zip(number.to_le_bytes()) {
			*byte ^= other.wrapping_add(1);
		}
		let mut whole = compact(bytes.len());
		whole.append(&mut bytes);
		call("author_submitExtrinsic", json!([format!("0x{}", hex::encode(whole))]))
	}
}

/// A subscription to all that happens to trades.
pub fn subscription() -> String {
	call("market_subscribeTrades", json!([]))
}

fn call(method: &str, parameters: Value) -> String {
	json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters }).to_string()
}

/// A call that somebody has signed, from the last blocks, without its length.
fn signed_call(chain: &Chain) -> Result<Vec<u8>> {
	let best = chain.best()?;
	for number in (best.saturating_sub(BLOCKS)..=best).rev() {
		let hash = chain.block_hash(number)?;
		let block = chain.rpc().call("chain_getBlock", json!([hash]))?;
		for extrinsic in block["block"]["extrinsics"].as_array().into_iter().flatten() {
			let text = extrinsic.as_str().unwrap_or_default().trim_start_matches("0x");
			if let Some(call) = without_length(&hex::decode(text)?) {
				return Ok(call);
			}
		}
	}
	bail!("nobody has signed a call in the last {BLOCKS} blocks")
}

/// A signed call behind its length, if it is one.
fn without_length(bytes: &[u8]) -> Option<Vec<u8>> {
	let length = match bytes.first()? & 3 {
		0 => 1,
		1 => 2,
		2 => 4,
		_ => return None,
	};
	let call = bytes.get(length..)?;
	let kinds = [call.first(), call.get(1), call.get(BEFORE_SIGNATURE - 1)];
	(kinds == [Some(&SIGNED), Some(&ACCOUNT), Some(&SR25519)]).then(|| call.to_vec())
}

/// A length as SCALE writes it.
fn compact(length: usize) -> Vec<u8> {
	match length {
		0..64 => vec![(length as u8) << 2],
		64..16_384 => ((length as u16) << 2 | 1).to_le_bytes().to_vec(),
		_ => ((length as u32) << 2 | 2).to_le_bytes().to_vec(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_signed_call_is_told_from_others() {
		let mut signed = vec![SIGNED, ACCOUNT];
		signed.extend([7; 32]);
		signed.push(SR25519);
		signed.extend([9; 100]);
		let whole = [compact(signed.len()), signed.clone()].concat();
		assert_eq!(without_length(&whole), Some(signed));
		assert_eq!(without_length(&[4, 5]), None);
		assert_eq!(without_length(&[]), None);
	}

	#[test]
	fn lengths_are_written_as_scale_does() {
		assert_eq!(compact(1), [4]);
		assert_eq!(compact(69), [0x15, 0x01]);
		assert_eq!(compact(65_536), [2, 0, 4, 0]);
	}
}
