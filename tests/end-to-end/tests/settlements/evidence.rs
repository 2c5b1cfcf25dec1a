//! Meters of two grades of evidence: a buyer that demands the higher one is delivered by that meter alone,
//! and an auditor is shown the telegrams behind it without a node.

use std::{fs, time::Duration};

use anyhow::{bail, Context, Result};
use meterproof_driver::{
	account::Offer,
	chain::{integer, string},
	operator::{look_at, ZONE},
	readings::HEADER,
	serial,
	setting::Setting,
	settle::{prove, settle},
};
use serde_json::{json, Value};

/// Time for a period and what surrounds it.
const LIMIT: Duration = Duration::from_secs(90);

/// Nobody listens there.
const NOWHERE: &str = "ws://127.0.0.1:1";

/// What the meter M-42 signed: that in a quarter of an hour it imported 20 Wh and exported 240 Wh.
const TELEGRAM: &str = include_str!("telegram.ocmf");
/// The public key of that meter.
const METER: &str =
	"M-42=3059301306072a8648ce3d020106082a8648ce3d030107034200048e533b6fa0bf7b4625bb30\
	667c01fb607ef9f8b8a80fef5b300628703187b2a373eb1dbde03318366d069f83a6f5900053c73633cb041b21c55e1a86\
	c1f400b4";

#[test]
fn a_trade_that_demands_evidence_counts_no_other_and_its_telegrams_are_disclosed() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let home = setting.household_with_gateway("Bob", 2)?;
		let (operator, eve) = (&home.operator, setting.account("Eve")?);
		let (bob, alice) = (&operator.account.client, &setting.alice.client);
		let ids: Vec<String> = home.devices.iter().map(u32::to_string).collect();
		let [signed, filed] = &ids[..] else { bail!("not two meters") };
		let grade =
			|device: &str| bob.run(&["device", "show", device]).map(|d| d["evidence"].clone());

		let seen = look_at(alice, &home.devices)?;
		let attest = ["device", "attest", "--facts", &seen, "--devices"];
		alice.run(&[&attest[..], &[signed, "--evidence", "signed"]].concat())?;
		alice.run(&[&attest[..], &[filed]].concat())?;
		assert_eq!((grade(signed)?, grade(filed)?), (json!("signed"), json!("file")));
		// Another grade takes another attestation.
		let again = [&attest[..], &[filed, "--evidence", "keyed"]].concat();
		assert_eq!(alice.refusal(&again)?, "AlreadyAttested");

		// With both meters the group stands on the lower grade; without the one, on the other's.
		let period = setting.period_ahead(6)?;
		let offer = Offer { quantity: 200, price: "0.25".into(), first: period, last: period };
		let trade = operator.account.offer(ZONE, &eve, &offer)?;
		let id = trade.to_string();
		let terms = eve.client.look(&["trade", "show", &id])?;
		let accept = ["trade", "accept", &id, "--terms", &terms, "--least-evidence", "signed"];
		assert_eq!(chain.trade(trade)?["evidence"], json!("file"));
		assert_eq!(eve.client.refusal(&accept)?, "EvidenceTooLow");
		bob.run(&["device", "suspend", filed])?;
		assert_eq!(chain.trade(trade)?["evidence"], json!("signed"));
		eve.client.run(&accept)?;
		assert_eq!(chain.trade(trade)?["leastEvidence"], json!("signed"));

		// The meter that is left delivers, and its telegram is kept.
		let (store, text) =
			(operator.store_text(), |name: &str| setting.file(name).to_string_lossy().into_owned());
		let (csv, telegrams) = (text("signed.csv"), text("telegrams.json"));
		let time = "2026-06-21T12:00:00Z";
		fs::write(&csv, format!("{HEADER}\n{time},Bob-0,20,240\n"))?;
		let kept = json!([{ "time": time, "meter": "Bob-0", "format": "ocmf",
			"text": TELEGRAM.trim_end() }]);
		fs::write(&telegrams, kept.to_string())?;
		let from = period.to_string();
		let gateway = ["gateway", "--store", &store, "--readings", &csv, "--confirm"];
		let replayed = ["--telegrams", &telegrams, "--from-period", &from];
		let lines = bob.start(&[&gateway[..], &replayed].concat())?.finish(LIMIT)?;
		let [line] = &lines[..] else { bail!("one period, and {lines:?}") };
		assert_eq!((integer(line, "recorded")?, &line["refused"]), (2, &json!([])));
		let device = home.devices[0];
		let recorded = chain.recorded(device, period, "export")?.context("nothing is recorded")?;
		let proof = prove(bob, &[operator], period, setting.file("proof.json"))?;
		settle(&operator.account, &proof)?;
		let lines = chain.statement(&eve.address, period)?;
		let [settled] = &lines[..] else { bail!("one line, and {lines:?}") };
		assert_eq!((settled.trade, settled.delivered, settled.penalty), (trade, 200, 0));

		// An auditor that has the file needs no node.
		let shown = text("shown.json");
		let disclose = ["openings", "disclose", "--store", &store, "--period", &from];
		let disclose = [&disclose[..], &["--out", &shown]].concat();
		assert_eq!(integer(&bob.at(NOWHERE).run(&disclose)?, "disclosed")?, 2);
		let auditor = eve.client.at(NOWHERE);
		let check = |file: &str| auditor.run(&["openings", "check", "--file", file]);
		let checked = check(&shown)?;
		let exported =
			checked.as_array().into_iter().flatten().find(|one| one["direction"] == "export");
		let exported = exported.context("no export register is disclosed")?;
		assert_eq!(string(exported, "commitment")?, recorded);
		assert_eq!((&exported["reading"], &exported["telegrams"]), (&json!(240), &json!(["ocmf"])));
		assert_eq!(exported["key"], bob.run(&["device", "show", signed])?["key"]);

		// With the meter's own key it knows who said so.
		let signed = ["openings", "check", "--file", &shown, "--meter-key"];
		let followed = auditor.run(&[&signed[..], &[METER]].concat())?;
		let entries = followed.as_array().context("no list")?;
		assert!(entries.iter().all(|one| one["follows"]["meter"] == "M-42"), "{followed}");
		let other_meter = METER.replace("M-42", "M-43");
		assert_eq!(auditor.refusal(&[&signed[..], &[&other_meter]].concat())?, "NoMeterKey");

		// Another telegram is found out.
		let mut other: Value = serde_json::from_str(&fs::read_to_string(&shown)?)?;
		let forged = TELEGRAM.trim_end().replace("2935.840", "2935.841");
		other[0]["telegrams"][0]["bytes"] = json!(format!("0x{}", hex::encode(forged)));
		let other = eve.client.keep(&other)?;
		let refused = auditor.refusal(&["openings", "check", "--file", &other])?;
		assert_eq!(refused, "TelegramsDiffer");
		chain.audit()
	})
}
