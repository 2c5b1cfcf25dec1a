//! A validator whose database is put back to an older state, as a power cut or a backup does, signs
//! nothing twice. Finality of three validators waits for each of them, so that the others are in the very
//! round in which the one was killed when it comes back with a database that knows nothing of its votes.
//!
//! - `METERPROOF_KILLS`: how often it is killed; 5 times unless told otherwise.
//! - `METERPROOF_SPEED`: all nodes' clock goes so many times as fast, so that rounds take as much less.
//! - `METERPROOF_WITHOUT_GUARD=1`: the guard's file is removed before each start. Nothing is then expected
//!   of the equivocations: they are counted and printed.

use std::{
	env, fs,
	path::{Path, PathBuf},
	thread,
	time::{Duration, Instant},
};

use anyhow::{bail, ensure, Context, Result};
use meterproof_driver::{
	chain::{integer, Chain},
	clock::Clock,
	network,
	node::Node,
	programs::Programs,
	serial, wait,
};
use serde_json::json;

/// Time for the killed one to start, catch up, start again and vote.
const LIMIT: Duration = Duration::from_secs(120);

/// Kills for which one copy of the database serves. The copy is older at each kill.
const KILLS_OF_A_COPY: u32 = 5;

/// A number of rounds above that of which the guard keeps the votes.
const MORE_THAN_KEPT: u64 = 20;

/// What the guard's file is called.
const GUARD: &str = "signing-guard";

#[test]
fn a_validator_with_an_older_database_signs_nothing_twice() -> Result<()> {
	let kills = asked_for("METERPROOF_KILLS", 5)?;
	let speed = asked_for("METERPROOF_SPEED", 1)?;
	let guarded = env::var("METERPROOF_WITHOUT_GUARD").is_err();
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let clock = match speed {
			1 => None,
			_ => Some(Clock::new(folder.path())?.faster(speed)),
		};
		let mut nodes = network::start_by(&programs, folder.path(), "local", clock.as_ref())?;
		let mut victim = nodes.pop().context("no validators")?;
		let [first, _] = &nodes[..] else { bail!("not three validators") };
		let chain = first.chain().clone();
		wait_for_final_blocks(&chain, 2)?;

		let copy = folder.path().join("copy");
		let mut copied = 0;
		for kill in 1..=kills {
			let begun = Instant::now();
			// Some moment of a round, another one each time.
			thread::sleep(Duration::from_millis(u64::from(kill) * 270 % 2_000) / speed.max(1));
			if kill % KILLS_OF_A_COPY == 1 {
				victim = victim.kill_change_and_restart(&programs, |files| {
					take_copy(&files.join("paritydb"), &copy)
				})?;
				wait_for_final_blocks(&chain, 2)?;
				copied = round(&chain)?;
			}
			if kill % KILLS_OF_A_COPY == 0 {
				wait::until("more rounds than are on record", LIMIT, || {
					Ok((round(&chain)? >= copied + MORE_THAN_KEPT).then_some(()))
				})?;
			}
			victim = victim.kill_change_and_restart(&programs, |files| {
				put_back(&copy, &files.join("paritydb"))?;
				ensure!(files.join(GUARD).is_file(), "there is no guard");
				if !guarded {
					fs::remove_file(files.join(GUARD))?;
				}
				Ok(())
			})?;
			wait_for_final_blocks(&chain, 2)?;
			println!(
				"    kill {kill}: {:.1} s; {} equivocations seen, {} offences recorded",
				begun.elapsed().as_secs_f64(),
				equivocations(&nodes)?,
				chain.offences()?
			);
		}
		// Time for a report to come into a block.
		wait_for_final_blocks(&chain, 2)?;
		let (seen, offences) = (equivocations(&nodes)?, chain.offences()?);
		let with = if guarded { "with" } else { "without" };
		println!(
			"    {kills} kills {with} the guard: {seen} equivocations seen, {offences} offences recorded"
		);
		if guarded {
			ensure!((seen, offences) == (0, 0), "something was signed twice");
			ensure!(
				victim.lines_with("Not signed:")? == 0,
				"the voter asked for what it must not have"
			);
			let caught_up = victim.lines_with("Caught up")?;
			ensure!(caught_up > 0 || kills < KILLS_OF_A_COPY, "it never had to catch up");
		}
		chain.audit()
	})
}

fn asked_for(variable: &str, otherwise: u32) -> Result<u32> {
	match env::var(variable) {
		Ok(text) => text.parse().with_context(|| format!("{variable} is no number")),
		Err(_) => Ok(otherwise),
	}
}

/// Lines about equivocations in the logs of nodes that did nothing wrong.
fn equivocations(nodes: &[Node]) -> Result<usize> {
	nodes.iter().map(|node| node.lines_with("quivocati")).sum()
}

/// Waits until so many more blocks are final than now.
fn wait_for_final_blocks(chain: &Chain, more: u64) -> Result<()> {
	let before = chain.finalized()?;
	wait::until("finality goes on", LIMIT, || {
		Ok((chain.finalized()? >= before + more).then_some(()))
	})
}

/// The round that a node's voter is in.
fn round(chain: &Chain) -> Result<u64> {
	integer(&chain.rpc().call("grandpa_roundState", json!([]))?["best"], "round")
}

fn take_copy(database: &Path, copy: &Path) -> Result<()> {
	if copy.exists() {
		fs::remove_dir_all(copy)?;
	}
	copy_files(database, copy)
}

fn put_back(copy: &Path, database: &Path) -> Result<()> {
	fs::remove_dir_all(database)?;
	copy_files(copy, database)
}

/// Copies a folder.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
	fs::create_dir_all(to)?;
	for entry in fs::read_dir(from)? {
		let entry = entry?;
		let target: PathBuf = to.join(entry.file_name());
		if entry.file_type()?.is_dir() {
			copy_files(&entry.path(), &target)?;
		} else {
			fs::copy(entry.path(), &target).with_context(|| format!("{}", target.display()))?;
		}
	}
	Ok(())
}
