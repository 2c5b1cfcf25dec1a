//! What networks do. Four validators whose lines are cut in the middle and mended, and two of which lose
//! their power; others of which one is killed again and again, one's disk is full, one's clock is wrong, and
//! which late comers join: one chain comes out each time, with everything in it that any of them took.

#[path = "partition/troubles.rs"]
mod troubles;
#[path = "partition/world.rs"]
mod world;

use std::time::Instant;

use anyhow::{ensure, Result};
use meterproof_driver::{
	network,
	node::{Node, Settings},
	programs::Programs,
	serial,
};

use world::{World, VALIDATORS};

#[test]
fn a_network_cut_in_the_middle_becomes_one_again_and_loses_nothing() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let chain = world::specification(&programs, folder.path())?;
		let (nodes, lines) =
			network::start_separable(&programs, folder.path(), &chain, &VALIDATORS)?;
		let mut world = World::on(programs, folder.path(), nodes)?;
		world.send("Bob", 0)?;
		world.ensure_one_chain(Instant::now())?;

		lines.cut_after(&mut world.nodes, 2)?;
		world.wait_for_blocks(0, 2)?;
		world.wait_for_blocks(3, 2)?;
		let before = [world.chain(0).finalized()?, world.chain(3).finalized()?];
		world.send("Bob", 0)?;
		world.send("Charlie", 3)?;
		world.wait_for_blocks(0, 2)?;
		world.wait_for_blocks(3, 2)?;
		let after = [world.chain(0).finalized()?, world.chain(3).finalized()?];
		ensure!(before == after, "half of the votes finalised a block: {before:?}, {after:?}");
		let height = world.chain(0).best()?.min(world.chain(3).best()?);
		let (one, other) = (world.chain(0).block_hash(height)?, world.chain(3).block_hash(height)?);
		ensure!(one != other, "both halves have one chain: the lines were not cut");

		let mended = Instant::now();
		lines.mend();
		println!("mended after a cut: final again after {:?}", world.ensure_one_chain(mended)?);

		two_lose_their_power(&mut world)?;
		world.ensure_nothing_is_lost(0, 0)
	})
}

/// Two of four are killed: no finality; both come back: finality goes on.
fn two_lose_their_power(world: &mut World) -> Result<()> {
	let down: Vec<Node> = world.nodes.drain(2..).collect();
	let settings: Result<Vec<Settings>> = down.into_iter().map(Node::kill).collect();
	world.wait_for_blocks(0, 2)?;
	let before = world.chain(0).finalized()?;
	world.wait_for_blocks(0, 2)?;
	ensure!(world.chain(0).finalized()? == before, "two of four finalised a block");
	let back = Instant::now();
	for settings in settings? {
		world.nodes.push(Node::start(&world.programs, settings)?);
	}
	println!("two of four back: final again after {:?}", world.ensure_one_chain(back)?);
	Ok(())
}
