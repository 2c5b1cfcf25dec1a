//! A gateway commits for meters with one root; one that it leaves out commits by itself. All are settled by one
//! proof.

use std::fs;

use anyhow::{bail, ensure, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	chain::{integer, Answer},
	meter::Commitment,
	serial,
	setting::Setting,
};
use serde_json::{json, Value};

#[test]
fn meters_under_a_root_and_one_that_was_left_out_are_settled_together() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let home = setting.household("Bob", 3)?;
		setting.attest(&[&home])?;
		let (operator, bob) = (&home.operator, &home.operator.account.client);
		let (eve, dave) = (setting.account("Eve")?, setting.account("Dave")?.client);
		let text = |name: &str| setting.file(name).to_string_lossy().into_owned();

		let registered = dave.run(&["roots", "register"])?;
		let gateway = integer(&registered, "gateway")?.to_string();
		let ids: Vec<String> = home.devices.iter().map(u32::to_string).collect();
		for (seat, id) in ids.iter().enumerate() {
			let seat = seat.to_string();
			bob.run(&["device", "bind", id, "--gateway", &gateway, "--seat", &seat])?;
		}
		let period = setting.period_ahead(3)?;
		let trade = setting.trade(&home, &eve, 700, period)?;

		let genesis = chain.genesis()?;
		let sign = |at: usize, reading| {
			home.meters[at].commit(genesis, period, Direction::Export, reading, 0)
		};
		let sent = [sign(0, 400), sign(1, 200), sign(2, 150)];
		let handed: Vec<Value> = sent.iter().map(Commitment::handed).collect();
		operator.import(&handed)?;

		// The third one is left out, and something is put there in its place that it has not signed.
		chain.wait_for_phase(period, "running")?;
		let mut forged = sent[2].json();
		forged["signature"] = sent[1].json()["signature"].clone();
		let given = dave.keep(&json!([sent[0].json(), sent[1].json(), forged]))?;
		let (root, index) = (text("root.json"), period.to_string());
		let post = ["roots", "post", &gateway, "--period", &index, "--commitments", &given];
		let post = [&post[..], &["--out", &root]].concat();
		let posted = dave.run(&post)?;
		assert_eq!(integer(&posted, "leaves")?, 2);
		assert_eq!(posted["leftOut"].as_array().map(Vec::len), Some(1), "{posted}");
		// The first root stands.
		assert_eq!(dave.refusal(&post)?, "RootStands");

		// A meter looks whether it was counted, and commits by itself if not.
		let shown = text("path.json");
		let path = ["roots", "path", "--roots", &root, "--direction", "export", "--out", &shown];
		dave.run(&[&path[..], &["--device", &ids[0]]].concat())?;
		let left_out = dave.refusal(&[&path[..], &["--device", &ids[2]]].concat())?;
		assert_eq!(left_out, "NotUnderRoot");
		let checked = bob.run(&["roots", "check", "--path", &shown])?;
		assert_eq!(checked["root"], posted["root"]);
		let good: Value = serde_json::from_str(&fs::read_to_string(&shown)?)?;
		let check = |place: &str, value: Value, error: &str| -> Result<()> {
			let mut other = good.clone();
			*other.pointer_mut(place).context("no such place")? = value;
			let other = bob.keep(&other)?;
			ensure!(bob.refusal(&["roots", "check", "--path", &other])? == error, "{place}");
			Ok(())
		};
		check("/opening/leaves/0/commitment", json!(sent[2].hex()), "NotUnderRoot")?;
		check("/opening/leaves/0/seat", json!(1), "NotBound")?;
		check("/period", json!(period + 1), "NotUnderRoot")?;
		assert_eq!(chain.submit(&sent[2..])?, [Answer::Accepted]);
		chain.wait_for_commitments(&sent[2..])?;

		chain.wait_for_phase(period, "proving")?;
		let (store, out) = (operator.store_text(), text("proof.json"));
		let claim = format!("{}=700", operator.group("export").text());
		let prove = ["prove", "--store", &store, "--period", &index, "--group", &claim];
		// Without what is under the root the one reading that is stored is not enough.
		let alone = bob.refusal(&[&prove[..], &["--out", &out]].concat())?;
		assert_eq!(alone, "ClaimNotMet");
		bob.run(&[&prove[..], &["--roots", &root, "--out", &out]].concat())?;
		bob.run(&["settle", "--proof", &out])?;
		let lines = chain.statement(&eve.address, period)?;
		let [settled] = &lines[..] else { bail!("one line, and {lines:?}") };
		assert_eq!((settled.trade, settled.delivered, settled.penalty), (trade, 700, 0));
		chain.audit()
	})
}
