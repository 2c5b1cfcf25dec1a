//! The chain's blocks, as the libraries read them that other people's programs use (docs/json-rpc.md).

use std::{env, path::Path, process::Command};

use anyhow::{ensure, Context, Result};
use meterproof_driver::node::Node;
use serde_json::Value;

/// Every extrinsic and every event up to the last final block is read by polkadot-js and by PAPI, and
/// these calls are among them. Where Node.js is not there nothing is read.
pub fn by_other_libraries(node: &Node, calls: &[&str]) -> Result<()> {
	let Some(packages) = env::var_os("METERPROOF_NPM") else { return Ok(()) };
	let program = Path::new(&packages).join("decode.mjs");
	let output = Command::new("node")
		.arg(program)
		.arg(node.url())
		.output()
		.context("cannot start Node.js")?;
	let said = String::from_utf8_lossy(&output.stderr);
	ensure!(output.status.success(), "the blocks are not decoded: {said}");
	let decoded: Value = serde_json::from_slice(&output.stdout)?;
	println!("{decoded}");
	for call in calls {
		let count = decoded["calls"][*call].as_u64();
		ensure!(count.is_some_and(|count| count > 0), "no {call} is in the blocks: {decoded}");
	}
	Ok(())
}
