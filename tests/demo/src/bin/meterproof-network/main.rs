//! A network on this machine, for people who want to see one: it starts, tells where its nodes are, and
//! runs until Ctrl-C.

mod options;
mod page;

use std::{
	process::ExitCode,
	time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	command_line,
	folder::Folder,
	interrupt::Interrupt,
	network::{self, Size},
	node::Node,
	programs::Programs,
};

use crate::options::Options;

/// How long the first final block may take: nodes compile the runtime first.
const START_LIMIT: Duration = Duration::from_secs(180);

/// Between two looks at the nodes.
const LOOK: Duration = Duration::from_millis(500);

/// Between two lines about the chain.
const NEWS: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
	command_line::run("The network", run)
}

fn run(options: &Options) -> Result<()> {
	let interrupt = Interrupt::watch()?;
	let programs = Programs::find()?;
	let folder = Folder::make(&programs, options.keep.as_deref())?;
	let size = Size { validators: options.validators, full_nodes: options.full_nodes };
	let chain = network::specification(&programs, folder.path(), size.validators, |_| ())?;
	let plan = network::plan(&programs, folder.path(), &chain.to_string_lossy(), size)?;
	let plan = plan.into_iter().map(|settings| settings.with_metrics()).collect::<Result<_>>()?;
	let mut nodes = network::spawn(&programs, plan)?;
	println!("{} validators and {} full nodes:", size.validators, size.full_nodes);
	print!("{}", page::nodes(&nodes));

	let outcome = start(&mut nodes, &interrupt).and_then(|started| match started {
		false => Ok(()),
		true => {
			println!("\n{}", page::next(&programs, &nodes, &chain)?);
			println!("{}", until_when(options));
			run_on(&mut nodes, &interrupt, options)
		},
	});
	// With Ctrl-C a terminal asks the nodes to end, too.
	let outcome = if interrupt.asked() { Ok(()) } else { outcome };
	for node in nodes {
		node.end()?;
	}
	let kept = folder.is_kept().then(|| folder.path().to_path_buf());
	drop(folder);
	match kept {
		Some(path) => println!("All nodes have ended. Their files are in {}.", path.display()),
		None => println!("All nodes have ended, and nothing of them is left."),
	}
	outcome
}

/// Waits until every node has a final block; false if it is to end before.
fn start(nodes: &mut [Node], interrupt: &Interrupt) -> Result<bool> {
	let begin = Instant::now();
	for node in nodes.iter_mut() {
		loop {
			node.ensure_running()?;
			// It answers some seconds after it was started.
			if node.chain().finalized().is_ok_and(|height| height > 0) {
				break;
			}
			ensure!(
				begin.elapsed() < START_LIMIT,
				"{} has no final block after {} s; its log: {}",
				node.settings.name,
				START_LIMIT.as_secs(),
				node.settings.log().display()
			);
			if interrupt.sleep_until(Instant::now() + LOOK) {
				return Ok(false);
			}
		}
	}
	let first = nodes.first().context("a network without nodes")?;
	println!(
		"Blocks are final after {} s: {}.",
		begin.elapsed().as_secs(),
		first.chain().finalized()?
	);
	Ok(true)
}

/// Until the time is over or a signal comes. Fails if a node ends by itself.
fn run_on(nodes: &mut [Node], interrupt: &Interrupt, options: &Options) -> Result<()> {
	let begin = Instant::now();
	let length = options.minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)));
	let mut told = Instant::now();
	while !interrupt.sleep_until(Instant::now() + LOOK) {
		if length.is_some_and(|length| begin.elapsed() >= length) {
			break;
		}
		for node in nodes.iter_mut() {
			if let Err(ended) = node.ensure_running() {
				// A terminal's Ctrl-C may reach a node first.
				return if interrupt.sleep_until(Instant::now() + LOOK) {
					Ok(())
				} else {
					Err(ended)
				};
			}
		}
		if told.elapsed() >= NEWS {
			told = Instant::now();
			let asked = nodes.last().context("a network without nodes")?.chain();
			if let (Ok(best), Ok(last)) = (asked.best(), asked.finalized()) {
				println!("block {best}, final {last}");
			}
		}
	}
	Ok(())
}

fn until_when(options: &Options) -> String {
	match options.minutes {
		Some(minutes) => format!("The network ends after {minutes} min, or with Ctrl-C."),
		None => "The network runs until Ctrl-C.".into(),
	}
}
