//! One size, proved and verified in this process or in another.

use std::{
	process::{Command, Stdio},
	time::Instant,
};

use anyhow::{anyhow, bail, Context, Result};
use meterproof_driver::{chain::string, statement};
use meterproof_proof_bench::{
	clock::{on_one_core, processor_time},
	machine::peak_mb,
	median,
};
use meterproof_prover::usage::{prove, proven_bits};
use meterproof_verifier::verify_usage;
use serde_json::{json, Value};

use crate::{options::NATIVE, row::Row};

/// From so many slots on, proving is measured less often.
const LARGE: usize = 4_000;

const VERIFICATIONS: usize = 20;

/// The figures of one size, and a proof of it.
pub struct Measured {
	/// All that is known without a node.
	pub row: Row,
	/// As JSON-RPC takes it.
	pub statement: Value,
	/// A proof of the statement.
	pub proof: Vec<u8>,
}

/// Proves and verifies in this process.
pub fn measure(slots: usize) -> Result<Measured> {
	let (statement, witness) = statement::made_up(slots)?;
	let readings: usize = witness.iter().map(|group| group.openings.len()).sum();
	let runs = if slots < LARGE { 9 } else { 5 };
	let mut seconds = Vec::new();
	let mut last = None;
	for _ in 0..runs {
		let statement = statement.clone();
		// The peak is to be one proof's.
		drop(last.take());
		let start = Instant::now();
		last = Some(prove(statement, &witness, |_| ())?);
		seconds.push(start.elapsed().as_secs_f64());
	}
	let peak_mb = peak_mb();
	let proved = last.context("no proof")?;
	let milliseconds = on_one_core(|| {
		let mut milliseconds = Vec::new();
		for _ in 0..VERIFICATIONS {
			let start = processor_time();
			let verified = verify_usage(&proved.statement, &proved.proof);
			milliseconds.push(processor_time().saturating_sub(start).as_secs_f64() * 1e3);
			verified
				.map_err(|reason| anyhow!("the verifier refuses an honest proof: {reason:?}"))?;
		}
		Ok(milliseconds)
	})?;
	let prove_s = median(&seconds);
	let row = Row {
		slots,
		hiding: true,
		prove_s,
		readings_per_s: readings as f64 / prove_s,
		peak_mb,
		proof_bytes: proved.proof.len(),
		verify_native_ms: Some(median(&milliseconds)),
		verify_wasm_ms: None,
		proven_bits: proven_bits(&statement),
	};
	Ok(Measured { row, statement: statement::json(&proved.statement)?, proof: proved.proof })
}

impl Measured {
	/// Proves and verifies in a process of its own.
	pub fn in_process_of_its_own(slots: usize) -> Result<Self> {
		let own = std::env::current_exe().context("where is this program?")?;
		let mut command = Command::new(own);
		command.args([NATIVE, &slots.to_string()]).stdin(Stdio::null()).stderr(Stdio::inherit());
		let output = command.output().context("cannot start this program again")?;
		if !output.status.success() {
			bail!("proving {slots} slots ended with {}", output.status);
		}
		Self::of_json(serde_json::from_slice(&output.stdout)?)
	}

	/// From one process to another.
	pub fn json(&self) -> Value {
		json!({
			"row": self.row.json(),
			"statement": self.statement,
			"proof": hex::encode(&self.proof),
		})
	}

	fn of_json(mut value: Value) -> Result<Self> {
		Ok(Self {
			row: Row::of_json(&value["row"])?,
			proof: hex::decode(string(&value, "proof")?)?,
			statement: value["statement"].take(),
		})
	}
}
