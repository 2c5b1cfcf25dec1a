//! The demo: the whole job on real input, on a node of its own.

mod book;
mod checks;
mod market;
mod options;
mod parties;
mod periods;
mod plan;
mod profiles;
mod report;
mod setup;
mod wallet;
mod water;

use std::{fs, process::ExitCode, thread, time::Instant};

use anyhow::{Context, Result};
use meterproof_driver::{command_line, readings::Table};

use crate::{
	options::Options,
	report::{median, money},
	setup::{joined, Setup},
};

fn main() -> ExitCode {
	command_line::run("The demo", run)
}

fn run(options: &Options) -> Result<()> {
	let start = Instant::now();
	let table = load(options)?;
	let setup = Setup::make(options, table)?;
	// A season of water is announced long before it begins: it passes beside the periods of trade.
	let (market, mut figures, water) = thread::scope(|scope| {
		let water = scope.spawn(|| water::run(&setup));
		let market = market::open(&setup)?;
		let figures = periods::run(&setup, &market)?;
		Ok::<_, anyhow::Error>((market, figures, joined(water)?))
	})?;
	println!("\n   Water, meanwhile\n{}", water.join("\n"));
	let rows = market::close(&setup, &market, &mut figures)?;

	println!("\n{}", report::table(&rows));
	println!(
		"Money there is: {} MPF before, {} MPF after. Every balance and every invariant holds.",
		money(figures.issuance_before),
		money(figures.issuance_after)
	);
	println!(
		"{} readings, {} commitments on chain, {} proofs; from proof to finality {:.1} s (median). \
		 {} s in all.",
		figures.readings,
		figures.commitments_on_chain,
		figures.proofs.len(),
		median(&figures.seconds_from_proof_to_finality),
		start.elapsed().as_secs()
	);
	if let Some(file) = &options.json {
		let text = serde_json::to_string_pretty(&figures.json(&rows))?;
		fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
		println!("The figures are in {}.", file.display());
	}
	Ok(())
}

fn load(options: &Options) -> Result<Table> {
	let Some(file) = &options.readings else {
		return Table::parse(&profiles::summer_day(options.seed, options.meters));
	};
	let text =
		fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
	Table::parse(&text).with_context(|| file.display().to_string())
}
