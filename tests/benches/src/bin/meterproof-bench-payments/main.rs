//! Proving and verifying a payment, measured: natively, and in the runtime of a real node; and how
//! many payments a second the weights let through.

mod made_up;
mod options;
mod runtime;
mod scale;
mod weights;

use std::{fs, process::ExitCode, time::Instant};

use anyhow::{anyhow, Context, Result};
use meterproof_driver::{command_line, programs::Programs};
use meterproof_proof_bench::{machine::Machine, median, thousandths};
use meterproof_prover::transfer::{prove, proven_bits};
use meterproof_verifier::verify_transfer;
use serde_json::json;

use crate::{options::Options, runtime::Runtime, weights::Weights};

/// How often each thing is done.
const RUNS: usize = 21;

fn main() -> ExitCode {
	command_line::run("The benchmark", run)
}

fn run(options: &Options) -> Result<()> {
	let programs = Programs::find()?;
	let weights = Weights::read(&options.weights)?;
	let machine = Machine::this();

	eprintln!("proving and verifying {RUNS} transfers");
	let (mut seconds, mut bytes, mut native) = (Vec::new(), Vec::new(), Vec::new());
	let mut last = None;
	for _ in 0..RUNS {
		// Every one of other notes: nothing is the same but its form.
		let (statement, payment) = made_up::transfer()?;
		let start = Instant::now();
		let proof = prove(&statement, &payment, |_| ())?;
		seconds.push(start.elapsed().as_secs_f64());
		bytes.push(proof.len() as f64);
		let start = Instant::now();
		let verified = verify_transfer(&statement, &proof);
		native.push(start.elapsed().as_secs_f64() * 1e3);
		verified.map_err(|reason| anyhow!("the verifier refuses an honest proof: {reason:?}"))?;
		last = Some((statement, proof));
	}
	let (statement, proof) = last.context("no proof")?;

	eprintln!("verifying in the runtime of a node");
	let calls = Runtime::start(&programs)?.verify(&statement, &proof)?;
	eprintln!(
		"calls that verify take {:.2} ms, {:.2} ms if the header is wrong",
		calls.accepted_ms, calls.refused_ms
	);

	let figures = [
		("prove_s", thousandths(median(&seconds))),
		("proof_bytes", median(&bytes)),
		("verify_native_ms", thousandths(median(&native))),
		("verify_wasm_ms", thousandths(calls.verify_ms())),
		("proven_bits", f64::from(proven_bits())),
		("weight_ms", thousandths(weights.transfer_ms)),
		("payments_per_s_by_weight", weights.per_second().floor()),
		("payments_per_s_by_length", weights.per_second_by_length(median(&bytes)).floor()),
	];
	println!("\n{machine}\n");
	for (name, value) in figures {
		println!("{name:26} {value}");
	}
	if let Some(file) = &options.json {
		let mut object = json!({ "machine": machine.model, "cores": machine.cores });
		for (name, value) in figures {
			object[name] = json!(value);
		}
		let text = serde_json::to_string_pretty(&object)?;
		fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
		println!("\nThe figures are in {}.", file.display());
	}
	Ok(())
}
