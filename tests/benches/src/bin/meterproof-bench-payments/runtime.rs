//! Verifying in the runtime of a real node, over JSON-RPC.

use std::time::Instant;

use anyhow::{bail, Context, Result};
use meterproof_driver::{
	node::{Node, Settings},
	programs::Programs,
};
use meterproof_programs::transfer::Statement;
use meterproof_proof_bench::median;
use serde_json::json;
use tempfile::TempDir;

use crate::scale::dry_run;

const ENTRY: &str = "PaymentsApi_verify";

/// Calls that are not measured.
const WARM_UP: usize = 3;

const CALLS: usize = 30;

/// A node's runtime. The node ends before its folder goes.
pub struct Runtime {
	node: Node,
	_folder: TempDir,
}

/// Milliseconds of whole calls.
pub struct Calls {
	/// With the proof.
	pub accepted_ms: f64,
	/// With a proof whose header is not the one of the statement.
	pub refused_ms: f64,
}

impl Calls {
	/// What verifying takes: the refused call has all the rest in common with the accepted one.
	pub fn verify_ms(&self) -> f64 {
		self.accepted_ms - self.refused_ms
	}
}

impl Runtime {
	/// Of a development node.
	pub fn start(programs: &Programs) -> Result<Self> {
		let folder = tempfile::Builder::new().prefix("meterproof-bench-").tempdir()?;
		let node = Node::start(programs, Settings::dev(folder.path())?)?;
		Ok(Self { node, _folder: folder })
	}

	/// Has a proof verified, and again with another first byte.
	pub fn verify(&self, statement: &Statement, proof: &[u8]) -> Result<Calls> {
		let mut refused = proof.to_vec();
		*refused.first_mut().context("an empty proof")? ^= 1;
		let [honest, refused] = [dry_run(statement, proof)?, dry_run(statement, &refused)?];
		let mut times = [Vec::new(), Vec::new()];
		// Turn by turn: what else the machine does meets both alike.
		for call in 0..WARM_UP + CALLS {
			let taken = [self.call_ms(&honest, "0x01")?, self.call_ms(&refused, "0x00")?];
			if call >= WARM_UP {
				times[0].push(taken[0]);
				times[1].push(taken[1]);
			}
		}
		Ok(Calls { accepted_ms: median(&times[0]), refused_ms: median(&times[1]) })
	}

	fn call_ms(&self, arguments: &[u8], expected: &str) -> Result<f64> {
		let parameters = json!([ENTRY, format!("0x{}", hex::encode(arguments))]);
		let start = Instant::now();
		let answer = self.node.chain().rpc().call("state_call", parameters)?;
		let taken = start.elapsed().as_secs_f64() * 1e3;
		if answer != expected {
			bail!("{ENTRY} answers {answer}, where {expected} is right");
		}
		Ok(taken)
	}
}
