//! Verifying in the runtime of a real node, over JSON-RPC.

use std::time::Instant;

use anyhow::{bail, Context, Result};
use meterproof_driver::{
	node::{Node, Settings},
	programs::Programs,
};
use meterproof_proof_bench::median;
use serde_json::{json, Value};
use tempfile::TempDir;

const METHOD: &str = "settlement_verifyProof";

/// Calls that are not measured.
const WARM_UP: usize = 3;

const CALLS: usize = 20;

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
	/// What verifying takes.
	///
	/// The refused call has JSON, SCALE and the runtime's start in common with the accepted one,
	/// and also what the verifier does before it looks at the header: it checks and hashes the
	/// statement. So this is a little less than all of the verifier, which is in any case less
	/// than the accepted call.
	pub fn verify_ms(&self) -> f64 {
		self.accepted_ms - self.refused_ms
	}
}

impl Runtime {
	/// Of a development node.
	pub fn start(programs: &Programs) -> Result<Self> {
		let folder = tempfile::Builder::new().prefix("meterproof-bench-").tempdir()?;
		let node = Node::start(programs, Settings::dev(folder.path())?)?;
		let methods = node.chain().rpc().call("rpc_methods", json!([]))?;
		let methods = methods["methods"].as_array().context("a node without methods")?;
		if !methods.iter().any(|method| method == METHOD) {
			bail!("{} has no {METHOD}: build it anew", programs.node.display());
		}
		Ok(Self { node, _folder: folder })
	}

	/// Has a proof verified, and again with another first byte.
	pub fn verify(&self, statement: &Value, proof: &[u8]) -> Result<Calls> {
		let mut refused = proof.to_vec();
		*refused.first_mut().context("an empty proof")? ^= 1;
		let honest = json!([statement, format!("0x{}", hex::encode(proof))]);
		let refused = json!([statement, format!("0x{}", hex::encode(refused))]);
		let mut times = [Vec::new(), Vec::new()];
		// Turn by turn: what else the machine does meets both alike.
		for call in 0..WARM_UP + CALLS {
			let taken = [self.call_ms(&honest, true)?, self.call_ms(&refused, false)?];
			if call >= WARM_UP {
				times[0].push(taken[0]);
				times[1].push(taken[1]);
			}
		}
		Ok(Calls { accepted_ms: median(&times[0]), refused_ms: median(&times[1]) })
	}

	fn call_ms(&self, parameters: &Value, expected: bool) -> Result<f64> {
		let parameters = parameters.clone();
		let start = Instant::now();
		let answer = self.node.chain().rpc().call(METHOD, parameters)?;
		let taken = start.elapsed().as_secs_f64() * 1e3;
		if answer["accepted"] != expected {
			bail!("{METHOD} answers {answer}, where {expected} is right");
		}
		Ok(taken)
	}
}
