//! Proving and verifying the usage statement, measured: natively, and in the runtime of a real
//! node.
//!
//! Every size is proved in a process of its own, so that its peak of memory is its own. Proofs
//! without hiding are not made here: this program could not, and it only shows the rows that
//! another has measured.

mod native;
mod options;
mod row;
mod table;
mod wasm;

use std::{fs, process::ExitCode};

use anyhow::{Context, Result};
use meterproof_driver::{command_line, programs::Programs};
use meterproof_proof_bench::machine::Machine;
use serde_json::json;

use crate::{native::Measured, options::Options, row::Row, wasm::Runtime};

fn main() -> ExitCode {
	command_line::run("The benchmark", run)
}

fn run(options: &Options) -> Result<()> {
	match options.native {
		Some(slots) => println!("{}", native::measure(slots)?.json()),
		None => all(options)?,
	}
	Ok(())
}

fn all(options: &Options) -> Result<()> {
	let programs = Programs::find()?;
	let machine = Machine::this();
	let mut rows = Vec::new();
	for file in &options.unhiding {
		rows.extend(row::unhiding(file)?);
	}
	// The node would take its part of the processor: no proving while it runs.
	let mut proved = Vec::new();
	for &slots in &options.sizes {
		eprintln!("{slots} slots: proving and verifying");
		proved.push(Measured::in_process_of_its_own(slots)?);
	}
	let runtime = Runtime::start(&programs)?;
	for measured in proved {
		let calls = runtime.verify(&measured.statement, &measured.proof)?;
		eprintln!(
			"{} slots: JSON-RPC calls that verify take {:.2} ms, {:.2} ms if the header is wrong",
			measured.row.slots, calls.accepted_ms, calls.refused_ms
		);
		rows.push(Row { verify_wasm_ms: Some(calls.verify_ms()), ..measured.row });
	}
	drop(runtime);
	rows.sort_by_key(|row| (row.slots, !row.hiding));

	println!("\n{machine}\n\n{}", table::table(&rows));
	if let Some(file) = &options.json {
		let rows: Vec<_> = rows.iter().map(Row::json).collect();
		let figures = json!({ "machine": machine.model, "cores": machine.cores, "rows": rows });
		let text = serde_json::to_string_pretty(&figures)?;
		fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
		println!("The figures are in {}.", file.display());
	}
	Ok(())
}
