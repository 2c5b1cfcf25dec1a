//! What can become of a device after it is registered, and of those who may say so.

use std::fs;

use anyhow::{bail, Context, Result};
use meterproof_device::MeterKey;
use meterproof_driver::{
	chain::{integer, string},
	client::Client,
	operator::ZONE,
	serial,
	setting::{seed, Setting, NAMEPLATE},
};
use serde_json::{json, Value};

fn shown(client: &Client, device: &str, field: &str) -> Result<String> {
	string(&client.run(&["device", "show", device])?, field)
}

#[test]
fn a_device_is_suspended_revoked_handed_over_replaced_and_retired() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let home = setting.household("Bob", 5)?;
		setting.attest(&[&home])?;
		let ids: Vec<String> = home.devices.iter().map(u32::to_string).collect();
		let [retired, paused, rotated, handed, replaced] = &ids[..] else {
			bail!("not five meters")
		};
		let bob = &home.operator.account.client;
		let alice = &setting.alice.client;
		let (charlie, dave) = (setting.account("Charlie")?, setting.account("Dave")?);

		// First, since its deposit takes longest.
		let gone = integer(&bob.run(&["device", "retire", retired])?, "from")?;
		assert_eq!(bob.refusal(&["device", "release-deposit", retired])?, "DepositLocked");
		assert_eq!(bob.refusal(&["device", "resume", retired])?, "Retired");

		// Who names a device by its key as well as its number hits no other.
		let (key, other) = (shown(bob, paused, "key")?, shown(bob, rotated, "key")?);
		let suspend = ["device", "suspend", paused];
		let wrong = [&suspend[..], &["--key", &other]].concat();
		assert_eq!(bob.refusal(&wrong)?, "KeyDiffers");

		// Whoever suspends a device resumes it.
		let suspended = bob.run(&[&suspend[..], &["--key", &key]].concat())?;
		assert_eq!(suspended["key"], json!(key));
		assert_eq!(shown(bob, paused, "state")?, "suspended");
		assert_eq!(alice.refusal(&["device", "resume", paused])?, "SuspendedByOther");
		bob.run(&["device", "resume", paused])?;
		assert_eq!(shown(bob, paused, "state")?, "active");
		assert_eq!(bob.refusal(&["device", "revoke", paused])?, "NotRegistrar");
		alice.run(&["device", "revoke", paused])?;
		assert_eq!(shown(bob, paused, "state")?, "registered");

		// A meter's own new key.
		let key = hex::encode(MeterKey::from_seed(&seed("another")).public());
		let rotate = ["device", "rotate-key", rotated, "--key", &key];
		assert_eq!(charlie.client.refusal(&rotate)?, "NotOperator");
		assert_eq!(bob.refusal(&[&rotate[..4], &[&key[2..]]].concat())?, "BadKey");
		let (other, so_far) = (shown(bob, paused, "key")?, shown(bob, rotated, "key")?);
		let wrong = [&rotate[..], &["--old-key", &other]].concat();
		assert_eq!(bob.refusal(&wrong)?, "KeyDiffers");
		bob.run(&[&rotate[..], &["--old-key", &so_far]].concat())?;
		assert_eq!(shown(bob, rotated, "key")?, format!("0x{key}"));
		assert_eq!(shown(bob, rotated, "state")?, "registered");

		// To another operator.
		let offer = ["device", "offer-transfer", handed, "--to", &charlie.address];
		bob.run(&offer)?;
		let seen = bob.look(&["device", "show", handed])?;
		let accept = ["device", "accept-transfer", handed, "--facts", &seen];
		assert_eq!(dave.client.refusal(&accept)?, "NotOffered");
		bob.run(&["device", "withdraw-transfer", handed])?;
		assert_eq!(charlie.client.refusal(&accept)?, "NotOffered");
		bob.run(&offer)?;
		let key = shown(bob, handed, "key")?;
		let taken = charlie.client.run(&accept)?;
		assert_eq!(taken["operator"], json!(home.operator.account.address));
		assert_eq!(taken["registrar"], json!(setting.alice.address));
		assert_eq!((&taken["key"], &taken["suspendedBy"]), (&json!(key), &Value::Null));
		assert_eq!(shown(bob, handed, "operator")?, charlie.address);
		let charlies = setting.file("Charlie.store").to_string_lossy().into_owned();
		let adopt = ["device", "rotate-key", handed, "--store", &charlies];
		assert_eq!(charlie.client.refusal(&adopt)?, "NoStore");
		let named = [&adopt[..], &["--meter", "taken-over"]].concat();
		let key = string(&charlie.client.run(&named)?, "key")?;
		assert_eq!(shown(bob, handed, "key")?, key);

		// By another meter at the same place.
		let (csv, store) = (setting.file("new.csv"), home.operator.store_text());
		let place = shown(bob, replaced, "meteringPoint")?;
		let columns = "meter,metering_point,directions,nameplate";
		fs::write(&csv, format!("{columns}\nnew,{place},both,{NAMEPLATE}\n"))?;
		let (csv, zone) = (csv.to_string_lossy(), ZONE.to_string());
		let register = ["device", "register", "--store", &store, "--csv", &csv, "--zone", &zone];
		let registered = bob.run(&[&register[..], &["--resource", "electricity"]].concat())?;
		let new = registered[0]["device"].as_u64().context("no device is registered")?.to_string();
		let seen = alice.look(&["device", "list", "--operator", &home.operator.account.address])?;
		let swap = ["device", "swap", "--facts", &seen, "--old", replaced, "--evidence", "file"];
		let swap = [&swap[..], &["--new", &new]].concat();
		let whose = |address: &str| [&swap[..], &["--operator", address]].concat().join(" ");
		let refused = whose(&dave.address);
		let refused = alice.refusal(&refused.split(' ').collect::<Vec<_>>())?;
		assert_eq!(refused, "OperatorDiffers");
		let other = [&swap[..], &["--old-key", &key]].concat();
		assert_eq!(alice.refusal(&other)?, "KeyDiffers", "that is the key of {handed}");
		let right = whose(&home.operator.account.address);
		alice.run(&right.split(' ').collect::<Vec<_>>())?;
		assert_eq!(shown(bob, replaced, "state")?, "retired");
		assert_eq!(shown(bob, &new, "state")?, "active");

		// Registrars come and go, and devices move between their zones.
		let other = (ZONE + 1).to_string();
		let registrars = || alice.run(&["registrar", "list", "--zone", &other]);
		let appoint = ["registrar", "appoint", "--zone", &other, &charlie.address];
		alice.run(&appoint)?;
		let change = ["device", "change-zone", rotated, "--zone", &other];
		bob.run(&change)?;
		assert_eq!(bob.refusal(&change)?, "ZoneUnchanged");
		let seen = alice.look(&["device", "show", rotated])?;
		let attest = ["device", "attest", "--facts", &seen];
		assert_eq!(alice.refusal(&attest)?, "NotRegistrar", "it is in another's zone now");
		charlie.client.run(&attest)?;
		assert_eq!(shown(bob, rotated, "state")?, "active");
		charlie.client.run(&["registrar", "resign", "--zone", &other])?;
		assert_eq!(registrars()?, json!([]));
		alice.run(&appoint)?;
		assert_eq!(registrars()?.as_array().map(Vec::len), Some(1));
		alice.run(&["registrar", "remove", "--zone", &other, &charlie.address])?;
		assert_eq!(registrars()?, json!([]));

		// Provers, too.
		let group = ["--zone", &zone, "--resource", "electricity", "--direction", "export"];
		let verb = |verb: &'static str| [&["settlement", verb][..], &group[..]].concat();
		bob.run(&[&verb("name-prover")[..], &[dave.address.as_str()]].concat())?;
		assert_eq!(bob.run(&verb("clear-prover"))?["prover"], Value::Null);
		assert_eq!(dave.client.refusal(&verb("clear-prover"))?, "NoProver");

		// And the first one's deposit comes back.
		chain.wait_for_phase(gone.saturating_sub(1), "final")?;
		let released = bob.run(&["device", "release-deposit", retired])?;
		let released = released["released"].as_array().context("nothing was released")?;
		assert_eq!(released.len(), 1);
		assert_eq!(released[0]["operator"], json!(home.operator.account.address));
		assert_eq!(bob.refusal(&["device", "show", retired])?, "UnknownDevice");
		chain.audit()
	})
}
