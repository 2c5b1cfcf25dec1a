//! Troubles of one node at a time, on a network whose validators have different network backends. People pay
//! and meters commit all the while.
//!
//! `METERPROOF_KILLS` says how often a validator is killed; once unless told otherwise.

use std::{
	env, fs,
	path::Path,
	sync::Arc,
	time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	clock::Clock,
	disk::Disk,
	network::{self, Size},
	node::{Node, Own, Settings},
	programs::Programs,
	serial,
};

use super::world::{self, World, VALIDATORS};

/// Size of the small disk, in megabytes: a database and its log have room for minutes.
const DISK: u32 = 64;

/// Which validator has it.
const SMALL: usize = 3;

/// Time for a node whose disk is full to end.
const END_LIMIT: Duration = Duration::from_secs(60);

/// Time for a late comer to have what the others have.
const JOIN_LIMIT: Duration = Duration::from_secs(60);

/// By how much a clock is wrong: ten slots and more.
const WRONG: Duration = Duration::from_secs(25);

#[test]
#[ignore = "three minutes and more: run it by name, alone on the machine"]
fn a_network_survives_what_happens_to_one_of_its_nodes() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let path = folder.path();
		let chain = world::specification(&programs, path)?;
		let size = Size { validators: VALIDATORS.len(), full_nodes: 0 };
		let mut plan = network::plan(&programs, path, &chain, size)?;
		for settings in plan.iter_mut().skip(2) {
			settings.arguments.push("--network-backend=libp2p".into());
		}
		let small = plan.get_mut(SMALL).context("too few validators")?;
		let disk = small_disk(&small.base_path);
		small.own.disk.clone_from(&disk);
		let mut nodes = network::spawn(&programs, plan)?;
		network::wait_until_they_meet(&mut nodes)?;
		let mut world = World::on(programs, path, nodes)?;
		world.send("Bob", 0)?;
		world.ensure_one_chain(Instant::now())?;

		kills(&mut world)?;
		if let Some(disk) = disk {
			a_full_disk(&mut world, &disk)?;
		}
		wrong_clocks(&mut world, &Clock::new(path)?)?;
		late_comers(&mut world, path, &chain)?;
		world.ensure_nothing_is_lost(0, 0)?;
		// Nobody signed anything twice.
		ensure!(world.chain(0).offences()? == 0, "a validator is accused");
		Ok(())
	})
}

/// A small disk; `None` where the system lets nobody make one, as in some containers.
fn small_disk(at: &Path) -> Option<Arc<Disk>> {
	match Disk::make(at, DISK) {
		Ok(disk) => Some(Arc::new(disk)),
		Err(error) => {
			println!("a full disk is not tried: {error:#}");
			None
		},
	}
}

/// Validators are killed in turn, and come back.
fn kills(world: &mut World) -> Result<()> {
	let kills: usize = match env::var("METERPROOF_KILLS") {
		Ok(kills) => kills.parse().context("METERPROOF_KILLS is no number")?,
		Err(_) => 1,
	};
	let mut longest = Duration::ZERO;
	for kill in 0..kills {
		let which = kill % VALIDATORS.len();
		let settings = world.nodes.remove(which).kill()?;
		// Three of four go on.
		world.send("Bob", 0)?;
		world.wait_for_final_blocks(0, 1)?;
		let back = Instant::now();
		let node = Node::start(&world.programs, settings)?;
		world.nodes.insert(which, node);
		longest = longest.max(world.ensure_one_chain(back)?);
	}
	println!("{kills} killed and back: all final again after {longest:?} at most");
	Ok(())
}

/// A node whose disk is full ends, and goes on once there is room.
fn a_full_disk(world: &mut World, disk: &Disk) -> Result<()> {
	let node = world.nodes.remove(SMALL);
	let full = Instant::now();
	disk.fill()?;
	let settings = node.wait_until_it_ends(END_LIMIT)?;
	println!("a node whose disk is full ended after {:?}", full.elapsed());
	world.send("Charlie", 0)?;
	world.wait_for_final_blocks(0, 1)?;
	disk.free()?;
	let back = Instant::now();
	world.nodes.push(Node::start(&world.programs, settings)?);
	println!("a disk with room: all final again after {:?}", world.ensure_one_chain(back)?);
	Ok(())
}

/// A validator whose clock is wrong holds nobody up, and is one of them again once it is right.
fn wrong_clocks(world: &mut World, clock: &Clock) -> Result<()> {
	for (what, wrong) in
		[("ahead", clock.clone().ahead(WRONG)?), ("behind", clock.clone().behind(WRONG)?)]
	{
		let settings = world.nodes.remove(2).kill()?;
		let own = Own { clock: Some(wrong), ..settings.own.clone() };
		let odd = Node::start(&world.programs, Settings { own, ..settings.clone() })?;
		world.wait_for_final_blocks(0, 1)?;
		world.send("Bob", 1)?;
		// As long as several of its turns.
		world.wait_for_blocks(0, 8)?;
		world.wait_for_final_blocks(0, 1)?;
		world.ensure_one_chain(Instant::now())?;
		odd.kill()?;
		let back = Instant::now();
		world.nodes.insert(2, Node::start(&world.programs, settings)?);
		println!(
			"a clock {what}, put right: all final again after {:?}",
			world.ensure_one_chain(back)?
		);
	}
	Ok(())
}

/// Full nodes that come late have the same chain, by all blocks and by finality's proofs alone.
fn late_comers(world: &mut World, folder: &Path, chain: &str) -> Result<()> {
	let ways: [(&str, [&str; 2]); 2] = [
		("full", ["--sync=full", "--network-backend=libp2p"]),
		("warp", ["--sync=warp", "--network-backend=litep2p"]),
	];
	for (way, arguments) in ways {
		let begun = Instant::now();
		let height = world.chain(0).finalized()?;
		let node = join(world, folder, chain, way, &arguments, height)?;
		println!("joined by {way} sync over {height} blocks after {:?}", begun.elapsed());
		world.nodes.push(node);
		world.send("Bob", 0)?;
		world.ensure_one_chain(Instant::now())?;
	}
	Ok(())
}

/// A node that cannot begin right behind a change of the voters' set (docs/light-clients.md) begins again
/// elsewhere, as a new one.
fn join(
	world: &World,
	folder: &Path,
	chain: &str,
	way: &str,
	arguments: &[&str],
	height: u64,
) -> Result<Node> {
	for attempt in 0..3 {
		let name = format!("{way}-{attempt}");
		let validators = &world.nodes[..VALIDATORS.len()];
		let mut node = network::join(&world.programs, folder, chain, &name, validators, arguments)?;
		let (own, log) = (node.chain().clone(), node.settings.log());
		let there = node.until("what is final", JOIN_LIMIT, || {
			if fs::read_to_string(&log)?.contains("State sync failed") {
				return Ok(Some(false));
			}
			Ok((own.finalized()? >= height).then_some(true))
		})?;
		if there {
			return Ok(node);
		}
	}
	anyhow::bail!("three nodes could not begin by {way} sync")
}
