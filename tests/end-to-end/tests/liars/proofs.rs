//! What is proved through a node that says something else is contracted, and what becomes of a
//! settlement whose finality is withheld.

use std::time::Duration;

use anyhow::{ensure, Result};
use meterproof_driver::{
	chain::integer,
	liar::{Lie, Told},
	readings::HEADER,
	wait,
};
use serde_json::{json, Value};

use crate::World;

/// Time for a period and what surrounds it.
const LIMIT: Duration = Duration::from_secs(90);

/// Smallest units per Wh at 0.25 MPF per kWh.
const PRICE: u128 = 250_000_000;

const CONTRACTED: u64 = 1_000;
const DELIVERED: u64 = 900;

/// Says that `contracted` is contracted of each group, and forms the statement to match.
fn pretend(contracted: u64) -> impl FnMut(&Told) -> Lie + Send {
	move |told| {
		let mut said = told.result.clone();
		match told.method.as_str() {
			"settlement_status" => said["contracted"] = json!(contracted),
			"settlement_statement" => claim(&mut said, contracted),
			_ => return Lie::Truth,
		}
		Lie::Result(said)
	}
}

fn claim(statement: &mut Value, quantity: u64) {
	for group in statement["groups"].as_array_mut().into_iter().flatten() {
		group["claim"] = json!({ "atLeast": quantity });
	}
}

pub fn a_claim_is_the_command_line_s(world: &World) -> Result<()> {
	let World { liar, setting } = world;
	let chain = setting.chain();
	let home = setting.household_with_gateway("Charlie", 1)?;
	setting.attest(&[&home])?;
	let eve = setting.account("Eve")?;
	let period = setting.period_ahead(3)?;
	setting.trade(&home, &eve, CONTRACTED, period)?;
	let csv = format!("{HEADER}\n2026-06-21T12:00:00Z,Charlie-0,0,{DELIVERED}\n");
	home.operator.start_gateway(&csv, period, 1)?.finish(LIMIT)?;
	chain.wait_for_phase(period, "committing")?;

	let client = home.operator.account.client.at(&liar.url());
	let (group, store) = (home.operator.group("export"), home.operator.store_text());
	let index = period.to_string();
	let file = setting.file("liars.json");
	let out = file.to_string_lossy().into_owned();
	let refusal = |quantity: &str, further: &[&str]| {
		let claim = format!("{}{quantity}", group.text());
		let prove = ["prove", "--store", &store, "--period", &index, "--group", &claim];
		client.refusal(&[&prove[..], &["--out", &out], further].concat())
	};

	liar.take_asked();
	liar.tell(pretend(0));
	assert_eq!(refusal("", &[])?, "NoQuantity");
	assert_eq!(refusal("=900", &[])?, "ClaimAboveContracted");
	assert_eq!(refusal("", &["--contracted"])?, "NothingContracted");
	liar.tell(|told| match told.method.as_str() {
		"settlement_statement" => {
			let mut said = told.result.clone();
			claim(&mut said, 0);
			Lie::Result(said)
		},
		_ => Lie::Truth,
	});
	assert_eq!(refusal("=900", &[])?, "UnexpectedAnswer");
	liar.tell(pretend(1_000_000));
	assert_eq!(refusal("=1000", &[])?, "ClaimNotMet");
	ensure!(!file.exists(), "a refused claim leaves no proof");
	let asked = liar.take_asked();
	let mut statements = asked.iter().filter(|(method, _)| method == "settlement_statement");
	ensure!(
		statements.all(|(_, params)| params[1][0]["quantity"].is_null()),
		"the node learns a claim from the proof: {asked:?}"
	);

	// What is claimed is what was delivered, although the node is one that lies.
	let claim = format!("{}={DELIVERED}", group.text());
	let prove = ["prove", "--store", &store, "--period", &index, "--group", &claim, "--out", &out];
	let proved = client.run(&prove)?;
	assert_eq!(integer(&proved["groups"][0], "claimed")?, DELIVERED);
	withheld_finality(world, &home.operator.account.name, &out)?;
	wait::until("the settlement", LIMIT, || {
		Ok(chain.status(&group, period)?.settled.then_some(()))
	})?;
	let lines = chain.statement(&eve.address, period)?;
	assert_eq!((lines[0].delivered, lines[0].paid), (DELIVERED, u128::from(DELIVERED) * PRICE));
	Ok(())
}

/// Settles through a node that tells of no final block.
fn withheld_finality(world: &World, name: &str, proof: &str) -> Result<()> {
	let client = world.setting.account(name)?.client.at(&world.liar.url());
	world.liar.tell(|told| match told.method.as_str() {
		"chain_finalizedHead" => Lie::Silence,
		_ => Lie::Truth,
	});
	let refusal = client.refusal(&["settle", "--proof", proof, "--timeout", "8"])?;
	assert_eq!(refusal, "NotFinal");
	Ok(())
}
