//! Abuse of a node's port for JSON-RPC beside honest traffic: how long honest clients wait, and how
//! many are turned away.

mod abuse;
mod forger;
mod honest;
mod options;
mod wire;

use std::{
	fs,
	process::ExitCode,
	sync::atomic::{AtomicBool, Ordering},
	thread,
	time::Duration,
};

use anyhow::{anyhow, Context, Result};
use meterproof_driver::{
	command_line,
	node::{Node, Settings},
	programs::Programs,
	setting::Setting,
};
use meterproof_proof_bench::machine::{resident_mb, Machine};
use serde_json::{json, Value};

use crate::{
	abuse::Abuse,
	forger::Forger,
	honest::{Met, Sort},
	options::Options,
	wire::Port,
};

/// After the abuse began, before honest clients ask; and after it ended, before the next begins.
const BETWEEN: Duration = Duration::from_secs(2);

/// What honest clients met, by sort of call, and the node's memory in MB at the end.
struct Measured {
	abuse: Abuse,
	met: Vec<(Sort, Met)>,
	memory: u64,
}

fn main() -> ExitCode {
	command_line::run("The benchmark", run)
}

fn run(options: &Options) -> Result<()> {
	let folder = tempfile::Builder::new().prefix("meterproof-abuse-").tempdir()?;
	let programs = Programs::find()?;
	let node = Node::start(&programs, Settings::dev(folder.path())?)?;
	let setting = Setting::on(programs, node, folder)?;
	let forger = Forger::new(&setting)?;
	let node = &setting.node;
	let mut parts = Vec::new();
	let flood = options.flood.then_some(Abuse::Flood);
	for abuse in Abuse::ALL.into_iter().chain(flood) {
		eprintln!("abuse: {}", abuse.name());
		parts.push(measure(node, abuse, &forger, options)?);
	}
	let machine = Machine::this();
	println!("\n{machine}, {} sockets\n", options.sockets);
	print(&parts);
	if let Some(file) = &options.json {
		let object = json!({
			"machine": machine.model,
			"cores": machine.cores,
			"sockets": options.sockets,
			"seconds": options.seconds,
			"parts": parts.iter().map(row).collect::<Vec<_>>(),
		});
		let text = serde_json::to_string_pretty(&object)?;
		fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
		println!("\nThe figures are in {}.", file.display());
	}
	// A node that went down under it would be worse than a slow one.
	node.chain().genesis().context("the node does not answer after the abuse")?;
	Ok(())
}

fn measure(node: &Node, abuse: Abuse, forger: &Forger, options: &Options) -> Result<Measured> {
	let port = Port(node.settings.rpc_port);
	let (abuse_is_over, asking_is_over) = (AtomicBool::new(false), AtomicBool::new(false));
	let (abuse_is_over, asking_is_over) = (&abuse_is_over, &asking_is_over);
	let part = thread::scope(|scope| {
		scope.spawn(|| abuse.commit(port, options.sockets, forger, abuse_is_over));
		thread::sleep(BETWEEN);
		let asking =
			Sort::ALL.map(|sort| (sort, scope.spawn(move || sort.ask(port, asking_is_over))));
		thread::sleep(Duration::from_secs(options.seconds));
		asking_is_over.store(true, Ordering::Relaxed);
		let met = asking.into_iter().map(|(sort, thread)| Some((sort, thread.join().ok()?)));
		let met: Option<Vec<_>> = met.collect();
		let memory = resident_mb(node.process_id()).unwrap_or_default();
		abuse_is_over.store(true, Ordering::Relaxed);
		Ok(Measured { abuse, met: met.ok_or(anyhow!("an honest client panicked"))?, memory })
	});
	thread::sleep(BETWEEN);
	part
}

fn print(parts: &[Measured]) {
	println!(
		"{:20} {:27} {:>8} {:>8} {:>10} {:>8} {:>8} {:>8}",
		"abuse", "call", "answered", "refused", "unanswered", "ms", "95 %", "most"
	);
	for part in parts {
		for (sort, met) in &part.met {
			let [median, most_95, most] = met.latency();
			println!(
				"{:20} {:27} {:>8} {:>8} {:>10} {median:>8.1} {most_95:>8.1} {most:>8.1}",
				part.abuse.name(),
				sort.method(),
				met.milliseconds.len(),
				met.refused,
				met.unanswered,
			);
		}
		println!("{:20} the node has {} MB", part.abuse.name(), part.memory);
	}
}

fn row(part: &Measured) -> Value {
	let calls = part.met.iter().map(|(sort, met)| (sort.method().into(), met.json()));
	let calls: serde_json::Map<String, Value> = calls.collect();
	json!({ "abuse": part.abuse.name(), "node_mb": part.memory, "calls": calls })
}
