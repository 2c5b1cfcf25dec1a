//! The verifier inside the Wasm runtime, with its 32-bit sizes and its memory: no bytes make it
//! trap, and none but the proof are accepted. Calls nested in calls do not stop a node either.

use anyhow::{bail, ensure, Context, Result};
use meterproof_driver::{
	rpc::{Rpc, RpcError},
	serial,
	setting::Setting,
	statement,
};
use meterproof_prover::usage::prove;
use serde_json::json;

/// Slots of the statement.
const SLOTS: usize = 118;

/// A small generator (Knuth's MMIX constants): the same bytes on every run.
struct Positions(u64);

impl Positions {
	fn below(&mut self, limit: usize) -> usize {
		self.0 =
			self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(self.0 >> 33) as usize % limit.max(1)
	}
}

fn mutations(proof: &[u8]) -> Vec<(String, Vec<u8>)> {
	let mut positions = Positions(1);
	let mut all = vec![("nothing".into(), Vec::new())];
	// The header and the first counts, byte by byte, at their extremes.
	for at in 0..proof.len().min(96) {
		for value in [0, 0x7f, 0x80, 0xff] {
			let mut bytes = proof.to_vec();
			if std::mem::replace(&mut bytes[at], value) != value {
				all.push((format!("byte {at} is {value}"), bytes));
			}
		}
	}
	for _ in 0..200 {
		let (at, bit) = (positions.below(proof.len()), positions.below(8));
		let mut bytes = proof.to_vec();
		bytes[at] ^= 1 << bit;
		all.push((format!("bit {bit} of byte {at}"), bytes));
	}
	for _ in 0..60 {
		let end = positions.below(proof.len());
		all.push((format!("cut at {end}"), proof[..end].to_vec()));
	}
	for _ in 0..40 {
		let (from, length) = (positions.below(proof.len()), positions.below(64));
		let mut bytes = proof.to_vec();
		bytes.drain(from..(from + length + 1).min(proof.len()));
		all.push((format!("{} bytes missing at {from}", length + 1), bytes));
	}
	for length in [1, 7, 8, 1_000] {
		let mut bytes = proof.to_vec();
		bytes.resize(proof.len() + length, 0);
		all.push((format!("{length} bytes more"), bytes));
	}
	for length in [16, 4_096, 262_144, 262_145, 400_000] {
		let bytes = (0..length).map(|_| positions.below(256) as u8).collect();
		all.push((format!("{length} random bytes"), bytes));
	}
	all
}

/// A bare transaction of `sudo` within `sudo`, so many times, about an empty remark.
fn nested(levels: usize) -> String {
	// Numbers of pallets and calls: runtime/tests/indices.txt.
	const REMARK: [u8; 3] = [0, 0, 0];
	const SUDO: [u8; 2] = [23, 0];
	const BARE: u8 = 5;
	let bytes = [&[BARE][..], &SUDO.repeat(levels), &REMARK].concat();
	// SCALE: four bytes, of which two bits say so.
	let length = u32::try_from(bytes.len()).map_or(u32::MAX, |length| (length << 2) | 2);
	format!("0x{}{}", hex::encode(length.to_le_bytes()), hex::encode(bytes))
}

/// Calls go as deep as they are long, and the stack of a thread that decodes them does not.
fn calls_within_calls_stop_no_node(rpc: &Rpc) -> Result<()> {
	for levels in [10_000, 900_000] {
		match rpc.call("author_submitExtrinsic", json!([nested(levels)])) {
			Err(RpcError::Refused { .. }) => {},
			other => bail!("{levels} calls within each other: {other:?}"),
		}
	}
	rpc.call("system_health", json!([]))?;
	Ok(())
}

#[test]
fn no_bytes_but_the_proof_are_accepted_and_none_stop_the_runtime() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let rpc = setting.chain().rpc();
		let (made_up, witness) = statement::made_up(SLOTS)?;
		let proved = prove(made_up, &witness, |_| {})?;
		let statement = statement::json(&proved.statement)?;
		let verify = |proof: &[u8]| -> Result<bool> {
			let parameters = json!([statement, format!("0x{}", hex::encode(proof))]);
			let answer = rpc.call("settlement_verifyProof", parameters)?;
			answer["accepted"].as_bool().context("an answer without a verdict")
		};
		ensure!(verify(&proved.proof)?, "the proof itself is refused");
		let mutations = mutations(&proved.proof);
		ensure!(mutations.len() > 600, "only {} mutations", mutations.len());
		for (name, bytes) in mutations {
			ensure!(!verify(&bytes).context(name.clone())?, "accepted: {name}");
		}
		ensure!(verify(&proved.proof)?, "the proof is refused afterwards");
		calls_within_calls_stop_no_node(rpc)
	})
}
