//! Water: a steward allots it, a scarcity cut takes a part of what is left, and a proof says what was used at
//! most. It is Ferdie's meter, which commits by itself.

use std::time::Duration;

use anyhow::{ensure, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	chain::{integer, Answer},
	meter::Meter,
	operator::{attest, NewMeter, Operator, ZONE},
	wait,
};
use serde_json::{json, Value};

use crate::{book::run as told, setup::Setup};

/// Seed of the meter's key.
const SEED: [u8; 32] = [0x7a; 32];

/// The most that it counts in a period, in litres.
const NAMEPLATE: u32 = 1_000;

/// What is announced, and Ferdie's entitlements, in litres: essential and general.
const ANNOUNCED: u64 = 600;
const ENTITLED: [u64; 2] = [100, 1_000];

/// What the meter counts in the first turn, and what is said of it.
const COUNTED: u32 = 140;
const USED: u64 = 150;

/// How many periods ahead the season is announced: eight at least, and one in which the call comes into a block.
const AHEAD: u64 = 10;

/// How long an account may wait for a block with idle time.
const ENTERING_LIMIT: Duration = Duration::from_secs(20);

/// A season that waits.
struct Season {
	/// Its first period. The turn has two, so that there is time to cut.
	first: u64,
	meter: Meter,
}

fn operator(setup: &Setup) -> Operator {
	Operator::new(setup.parties.ferdie.clone(), &setup.folder)
}

/// What Ferdie may still use, in litres: essential and general.
fn left(setup: &Setup) -> Result<[u64; 2]> {
	let shown = told(&setup.parties.ferdie, &format!("water status --zone {ZONE}"))?;
	let balance = &shown["account"]["balance"];
	Ok([integer(balance, "essential")?, integer(balance, "general")?])
}

/// Alice becomes the steward of the zone's water, Ferdie takes part with a meter, and a season of two turns of
/// two periods is announced.
fn announce(setup: &Setup) -> Result<Season> {
	let (alice, ferdie) = (&setup.parties.alice, &setup.parties.ferdie);
	let zone = format!("--zone {ZONE}");
	let steward = format!("--ceiling 10000 --penalty 4 --carry 25 {}", alice.address);
	told(alice, &format!("water steward appoint {zone} {steward}"))?;
	told(ferdie, &format!("water open {zone}"))?;
	let [essential, general] = ENTITLED;
	let entitled = format!("--essential {essential} --general {general} {}", ferdie.address);
	told(alice, &format!("water steward grant {zone} {entitled}"))?;
	let first = setup.node.chain().period(None)?.index + AHEAD;
	let season = format!("--from {first} --turn 2 --turns 2 --available {ANNOUNCED}");
	told(alice, &format!("water steward announce {zone} {season}"))?;

	let seed = Some(SEED);
	let meter = NewMeter { name: "tap".into(), exports: false, nameplate: NAMEPLATE, seed };
	let registered = operator(setup).register_for("water", &[meter])?;
	let device = registered.first().context("the water meter is not registered")?.device;
	attest(alice, &[device])?;
	Ok(Season { first, meter: Meter::new(device, &SEED) })
}

/// Has a season announced, cut and proved; what is to be told of it.
pub fn run(setup: &Setup) -> Result<Vec<String>> {
	let Season { first, meter } = announce(setup)?;
	let (chain, ferdie) = (setup.node.chain(), &setup.parties.ferdie);
	chain.wait_for_phase(first, "running")?;
	let allotted = [ENTITLED[0], ANNOUNCED - ENTITLED[0]];
	wait::until("Ferdie is in the season", ENTERING_LIMIT, || {
		Ok((left(setup)? == allotted).then_some(()))
	})?;
	let cut = format!("water steward cut --zone {ZONE} --general 50 --wait block");
	told(&setup.parties.alice, &cut)?;

	let last = first + 1;
	chain.wait_for_phase(last, "committing")?;
	let sent = [meter.commit(chain.genesis()?, last, Direction::Import, COUNTED, 0)];
	ensure!(chain.submit(&sent)? == [Answer::Accepted], "the water meter's commitment is refused");
	chain.wait_for_commitments(&sent)?;
	let operator = operator(setup);
	operator.import(&[sent[0].handed()])?;
	let file = setup.folder.join("water.proof.json");
	let (store, file) = (operator.store_text(), file.to_string_lossy());
	let used = format!("--use {}={USED}", ferdie.address);
	let proved = told(
		ferdie,
		&format!("water prove --zone {ZONE} --period {last} --store {store} {used} --out {file}"),
	)?;
	let submitted = told(ferdie, &format!("water submit --proof {file}"))?;
	let closed = &submitted["closed"][0];
	ensure!(
		(&closed["used"], &closed["shortfall"]) == (&json!(USED), &json!(0)),
		"the turn was closed otherwise than it was proved: {submitted}"
	);
	let rest = (allotted[0] + allotted[1] - USED) / 2;
	ensure!(left(setup)? == [0, rest], "{:?} litres are left, not {rest}", left(setup)?);
	Ok(vec![
		format!(
			"     {ANNOUNCED} litres are announced; Ferdie, entitled to {ENTITLED:?}, essential and general, is allotted \
			 {allotted:?}"
		),
		"     the steward cuts: from the next turn on half of the general litres that are left".to_owned(),
		format!(
			"     on chain: he used {USED} litres at most, with a proof of {:.1} kB; private: {COUNTED} litres \
			 metered",
			kilobytes(&proved)
		),
		format!("     {rest} litres are left after the cut, all of them general; nothing is charged"),
	])
}

fn kilobytes(proved: &Value) -> f64 {
	proved["bytes"].as_f64().unwrap_or_default() / 1e3
}
