//! Meters that hold their own keys: registered by their public halves, they commit by plain HTTP
//! and hand what opens their commitments to the owner, who proves with the client.

use anyhow::{bail, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	chain::Answer,
	meter::Commitment,
	serial,
	setting::Setting,
	settle::{prove, settle},
};
use serde_json::{json, Value};

/// Smallest units per Wh at 0.25 MPF per kWh.
const PRICE: u128 = 250_000_000;

fn imported(new: usize, known: usize, on_chain: usize) -> Value {
	json!({ "imported": new, "known": known, "onChain": on_chain })
}

#[test]
fn an_owner_proves_with_what_its_meters_hand_over() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let home = setting.household("Bob", 2)?;
		setting.attest(&[&home])?;
		let operator = &home.operator;
		let eve = setting.account("Eve")?;
		let period = setting.period_ahead(3)?;
		let trade = setting.trade(&home, &eve, 700, period)?;

		let genesis = chain.genesis()?;
		let [one, two] = &home.meters[..] else { bail!("not two meters") };
		let sent = [
			one.commit(genesis, period, Direction::Export, 400, 0),
			two.commit(genesis, period, Direction::Export, 350, 0),
		];
		let handed: Vec<Value> = sent.iter().map(Commitment::handed).collect();
		let changed = one.commit(genesis, period, Direction::Export, 401, 1).handed();

		// Before the chain has heard of it, the first that is handed over stands.
		assert_eq!(operator.import(&handed[..1])?, imported(1, 0, 0));
		let both = [handed[1].clone(), changed];
		assert_eq!(operator.refused_import(&both)?, "OpeningDiffers");

		chain.wait_for_phase(period, "running")?;
		assert_eq!(chain.submit(&sent)?, [Answer::Accepted, Answer::Accepted]);
		chain.wait_for_commitments(&sent)?;
		assert_eq!(operator.refused_import(&both)?, "CommitmentMismatch");
		let unknown = Commitment { device: 4_000_000, ..sent[1].clone() }.handed();
		assert_eq!(operator.refused_import(&[handed[1].clone(), unknown])?, "UnknownDevice");

		// All of a refused file was refused.
		chain.wait_for_phase(period, "committing")?;
		let client = &operator.account.client;
		let store = operator.store_text();
		let out = setting.file("none.json").to_string_lossy().into_owned();
		let (group, index) = (operator.group("export").text(), period.to_string());
		let claim = format!("{group}=700");
		let prove_arguments = ["prove", "--store", &store, "--period", &index, "--group", &claim];
		let refusal = client.refusal(&[&prove_arguments[..], &["--out", &out]].concat())?;
		assert_eq!(refusal, "MissingOpening");
		let unnamed = ["prove", "--store", &store, "--period", &index, "--group", &group];
		let refusal = client.refusal(&[&unnamed[..], &["--out", &out]].concat())?;
		assert_eq!(refusal, "NoQuantity");

		assert_eq!(operator.import(&handed)?, imported(1, 1, 2));
		assert_eq!(operator.import(&handed)?, imported(0, 2, 2));

		// The owner hands this period's readings on to a prover, and nothing else.
		let list = ["openings", "list", "--store", &store, "--period", &index];
		let hidden = client.run(&list)?;
		assert!(hidden[0].get("reading").is_none() && hidden[0].get("salt").is_none());
		let revealed = client.run(&[&list[..], &["--reveal"]].concat())?;
		let mut prover = operator.clone();
		prover.store = setting.file("prover.store");
		let revealed = revealed.as_array().context("openings list printed no array")?;
		assert_eq!(prover.import(revealed)?, imported(2, 0, 2));

		let proof = prove(client, &[&prover], period, setting.file("proof.json"))?;
		assert_eq!(proof.claimed, [700]);
		settle(&operator.account, &proof)?;
		let lines = chain.statement(&eve.address, period)?;
		assert_eq!((lines.len(), lines[0].delivered, lines[0].paid), (1, 700, 700 * PRICE));

		// Everything was paid out when it was settled.
		let id = trade.to_string();
		assert_eq!(client.refusal(&["trade", "claim", &id])?, "NothingToClaim");
		let one_period = ["trade", "claim", &id, "--period", &index];
		assert_eq!(client.refusal(&one_period)?, "NothingToClaim");
		assert_eq!(client.run(&["trade", "claimable"])?, json!([]));
		assert_eq!(client.refusal(&["trade", "prune", &id])?, "RetentionRunning");
		chain.audit()
	})
}
