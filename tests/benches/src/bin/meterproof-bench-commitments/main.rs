//! Commitments of many meters that reach a real node at once, as after an outage, beside paid
//! traffic at a steady rate: how many enter a block, and how long everything else takes.

mod gateway;
mod log;
mod options;
mod report;
mod setup;
mod traffic;
mod watch;

use std::{
	collections::HashSet,
	fs,
	process::ExitCode,
	thread,
	time::{Duration, Instant},
};

use anyhow::{anyhow, Context, Result};
use meterproof_driver::{
	chain::Chain,
	command_line,
	meter::Commitment,
	prover::{prove_to_file, Claimed},
	rpc::Rpc,
};

use crate::{
	gateway::Seen,
	options::Options,
	report::{Measured, Report},
	setup::{Setup, Size},
	traffic::{claimed, Traffic},
	watch::Watch,
};

/// The paid traffic alone, before and after the commitments.
const CALM: Duration = Duration::from_secs(16);
const AFTERMATH: Duration = Duration::from_secs(8);

/// Longest time without a further commitment in a block while some are missing.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
	command_line::run("The benchmark", run)
}

fn run(options: &Options) -> Result<()> {
	let size = Size::of(options.waiting);
	eprintln!("registering {} meters", size.meters);
	let setup = Setup::start(size)?;
	let report = measure(&setup, size)?;
	println!("\n{report}");
	if let Some(file) = &options.json {
		let text = serde_json::to_string_pretty(&report.json())?;
		fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
		println!("\nThe figures are in {}.", file.display());
	}
	setup.setting.chain().audit()
}

fn measure(setup: &Setup, size: Size) -> Result<Report> {
	let node = &setup.setting.node;
	let chain = setup.setting.chain();
	let traffic = Traffic::new(&node.url())?;
	let sold = size.periods as u64;
	// Three blocks of transactions, from now on, before the first period's gate closes.
	let first = setup.setting.period_ahead(2)?;
	traffic.trade(first, sold)?;
	eprintln!("signing {} commitments of {} periods", size.waiting, size.periods);
	let items = setup.commitments(size, first)?;
	let signatures: HashSet<String> =
		items.iter().flatten().map(|item| hex::encode(item.signature)).collect();
	let watch = Watch::new(chain.clone(), node.process_id(), &signatures);
	let last = chain.period(Some(first + sold - 1))?;
	// The paid traffic alone ends with the last of the periods.
	let until_calm = last.end.saturating_sub(calm(size)).saturating_sub(last.now);
	let calm_from = Instant::now() + Duration::from_millis(until_calm);

	let (start, end, seen) = thread::scope(|scope| {
		let watching = scope.spawn(|| watch.run());
		let paying = scope.spawn(|| traffic.run(calm_from));
		let played = play(setup, size, first, &items, &traffic, &watch);
		traffic.stop();
		let paid = paying.join();
		// What was paid for last still has to come into a block.
		thread::sleep(AFTERMATH);
		watch.stop();
		let watched = watching.join();
		let played = played?;
		paid.map_err(|_| anyhow!("the paid traffic panicked"))??;
		watched.map_err(|_| anyhow!("the watch panicked"))??;
		Ok::<_, anyhow::Error>(played)
	})?;
	let (blocks, sent, refused) = (watch.blocks(), traffic.sent(), traffic.refused());
	let log = fs::read_to_string(node.settings.log())?;
	Ok(Report::of(size, Measured { start, end, seen, blocks, sent, refused }, &log))
}

/// Has the seller's meters commit and the seller prove, period by period; then the gateways send
/// everything. When they began, when all was in blocks, and what they saw.
fn play(
	setup: &Setup,
	size: Size,
	first: u64,
	items: &[Vec<Commitment>],
	traffic: &Traffic,
	watch: &Watch,
) -> Result<(Instant, Instant, Seen)> {
	let chain = setup.setting.chain();
	for period in first..first + size.periods as u64 {
		chain.wait_for_phase(period, "committing")?;
		let sellers = setup.sellers(period)?;
		chain.submit(&sellers)?;
		chain.wait_for_commitments(&sellers)?;
		let claim = Claimed { operator: &setup.seller.operator, quantity: claimed() };
		let file = setup.setting.file(&format!("{period}.json"));
		prove_to_file(chain, period, &[claim], &sellers, &file)?;
		traffic.add_proof(&file, &setup.seller)?;
	}

	eprintln!("all commitments are sent");
	let start = Instant::now();
	let port = setup.setting.node.settings.rpc_port;
	let chains: Vec<_> = items.iter().map(|_| Chain::new(Rpc::on_port(port))).collect();
	let seen = gateway::send_all(&chains, items)?;
	eprintln!("taken after {:.1} s", seen.taken_after.as_secs_f64());
	let (mut included, mut moved) = (watch.included(), Instant::now());
	while included < size.waiting && moved.elapsed() < PATIENCE {
		thread::sleep(Duration::from_millis(100));
		let now = watch.included();
		if now > included {
			(included, moved) = (now, Instant::now());
		}
	}
	let end = Instant::now();
	eprintln!("{included} are in blocks after {:.1} s", (end - start).as_secs_f64());
	thread::sleep(AFTERMATH);
	Ok((start, end, seen))
}

/// How long the traffic is measured alone, in milliseconds.
fn calm(size: Size) -> u64 {
	let periods = size.period_ms() * (size.periods as u64 / 2);
	periods.max(CALM.as_millis() as u64)
}
