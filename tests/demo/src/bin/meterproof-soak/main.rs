//! A network of four validators and a full node under a steady load of commitments, trades, proofs and
//! payments, and what of it was lost, where validators are killed meanwhile, too.

mod bounds;
mod lags;
mod lanes;
mod memory;
mod options;
mod stop;
mod tally;
mod verdict;
mod watch;
mod world;

use std::{
	fs,
	process::ExitCode,
	thread,
	time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};
use meterproof_driver::{
	command_line,
	folder::Folder,
	interrupt::Interrupt,
	network::{self, Size},
	programs::Programs,
};
use serde_json::{json, Value};

use crate::{
	options::Options,
	stop::Stop,
	tally::{Counts, Tally},
	verdict::Place,
	watch::Watch,
	world::World,
};

/// The network.
const SIZE: Size = Size { validators: 4, full_nodes: 1 };

/// Between two looks at the nodes: what a block's way to finality is told to.
const LOOK: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
	command_line::run("The soak", run)
}

fn run(options: &Options) -> Result<()> {
	let interrupt = Interrupt::watch()?;
	let programs = Programs::find()?;
	let folder = Folder::make(&programs, options.keep.as_deref())?;
	let path = folder.path();
	let chain = network::specification(&programs, path, SIZE.validators, |_| ())?;
	let plan = network::plan(&programs, path, &chain.to_string_lossy(), SIZE)?;
	let mut nodes = network::spawn(&programs, plan)?;
	network::wait_until_they_meet(&mut nodes)?;
	println!("{} validators and {} full node are up.", SIZE.validators, SIZE.full_nodes);
	let world = World::make(&programs, path, &nodes)?;
	println!("Meters are attested, wallets filled; the load begins.");

	let length = Duration::from_secs(options.minutes.saturating_mul(60));
	let tally = Tally::default();
	let begin = Place::now(&world.chain)?;
	let start = Instant::now();
	let stop = Stop::at(start + length, &interrupt);
	let mut watch = Watch::new(&programs, nodes, SIZE.validators, options.kills, length)?;
	let seen = thread::scope(|scope| {
		let (world, tally, stop) = (&world, &tally, &stop);
		let mut lanes = vec![
			scope.spawn(move || lanes::transfer(world, tally, stop)),
			scope.spawn(move || lanes::pay(world, tally, stop)),
		];
		for household in &world.households {
			lanes.push(scope.spawn(move || lanes::trade(world, household, tally, stop)));
			lanes.push(scope.spawn(move || lanes::settle(world, household, tally, stop)));
		}
		let mut seen = Ok(());
		let mut end = None;
		while lanes.iter().any(|lane| !lane.is_finished()) {
			if seen.is_ok() {
				seen = watch.look();
			}
			if stop.has_come() && end.is_none() {
				end = Some((start.elapsed(), Place::now(&world.chain)));
			}
			thread::sleep(LOOK);
		}
		seen.map(|()| end)
	});
	if interrupt.asked() {
		// With Ctrl-C a terminal asks the nodes to end, too.
		bail!("it was interrupted");
	}
	let seen = seen?;
	let (lasted, end) = match seen {
		Some((lasted, end)) => (lasted, end?),
		None => bail!("every lane ended before its time"),
	};
	let (nodes, kills, memory, lags) = watch.finish()?;
	let counts = tally.so_far();
	let wrongs = verdict::wrongs(&nodes, &counts)?;
	let mut report = json!({
		"seconds": lasted.as_secs(),
		"validators": SIZE.validators,
		"full_nodes": SIZE.full_nodes,
		"kills": kills,
		"blocks": end.height.saturating_sub(begin.height),
		"slots": end.slot.saturating_sub(begin.slot),
		"slots_filled": thousandths(end.filled_since(begin)),
		"finality_lag_s": {
			"blocks": lags.count(),
			"p50": thousandths(lags.percentile(50)),
			"p99": thousandths(lags.percentile(99)),
			"most": thousandths(lags.percentile(100)),
		},
		"memory": memory,
		"calls": counts.json(),
		"answers_to_commitments": counts.answers,
		"blocks_told": counts.blocks.len(),
		"lost": wrongs.iter().filter(|wrong| wrong.starts_with("lost")).count(),
		"wrong": wrongs,
		"first_errors": counts.words,
	});
	let outside = bounds::outside(&report);
	report["bounds"] = bounds::json();
	report["outside"] = json!(outside);
	for node in nodes {
		node.end()?;
	}
	print(&report, &counts);
	for one in &outside {
		println!("outside of its bounds: {one}");
	}
	if let Some(file) = &options.report {
		let text = serde_json::to_string_pretty(&report)?;
		fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
		println!("The report is in {}.", file.display());
	}
	if !wrongs.is_empty() {
		bail!("{}", wrongs.join("\n"));
	}
	if options.strict && !outside.is_empty() {
		bail!("outside of its bounds:\n{}", outside.join("\n"));
	}
	println!("One final chain, every invariant holds, and nothing that was acknowledged is lost.");
	Ok(())
}

fn thousandths(value: f64) -> f64 {
	(value * 1_000.0).round() / 1_000.0
}

/// The report for people.
fn print(report: &Value, counts: &Counts) {
	let lag = &report["finality_lag_s"];
	println!(
		"\n{} s: {} blocks in {} slots ({} %)",
		report["seconds"],
		report["blocks"],
		report["slots"],
		thousandths(report["slots_filled"].as_f64().unwrap_or_default() * 100.0)
	);
	println!(
		"from a block to its finality: half within {} s, 99 % within {} s",
		lag["p50"], lag["p99"]
	);
	for (sort, done) in &counts.done {
		println!("{sort:<12} {done:>6}");
	}
	for ((sort, error), count) in &counts.failed {
		println!("{sort:<12} {count:>6} {error}");
	}
	println!("answers to commitments: {:?}", counts.answers);
	for kill in report["kills"].as_array().into_iter().flatten() {
		println!(
			"{} killed at {} s, in step {} s after its start",
			kill["node"], kill["at_s"], kill["in_step_after_s"]
		);
	}
	for (name, memory) in report["memory"].as_object().into_iter().flatten() {
		println!(
			"{name}: {} MB, then {} MB, {} MB per minute",
			memory["first_mb"], memory["last_mb"], memory["mb_per_minute"]
		);
	}
}
