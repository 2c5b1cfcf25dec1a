//! Meters that are registered, attested, handed over and swapped through a node that shows other facts
//! than the chain has: what was looked at is signed, and if that is false the chain refuses.

use std::fs;

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	account::Account,
	chain::{integer, string},
	liar::{Lie, Told},
	operator::ZONE,
	setting::NAMEPLATE,
};
use serde_json::{json, Value};

use crate::{World, SUBMIT_CALL};

/// What a liar says that each meter can count in a period.
const INVENTED: u32 = 50 * NAMEPLATE;

/// No device has this number.
const NOBODY_S: u32 = 77_777;

/// An operator's meters.
pub struct Meters {
	/// The operator that registered the meters.
	pub operator: Account,
	/// The account that takes over one of the meters.
	pub taker: Account,
	/// The meter that is replaced.
	old: String,
	/// The meter that replaces the old one.
	pub new: String,
	/// The meter that is handed over.
	handed: String,
}

/// The devices that the node answers with, each with another field.
fn altered(field: &'static str, value: Value) -> impl FnMut(&Told) -> Lie + Send {
	move |told| {
		if !told.method.starts_with("devices_") {
			return Lie::Truth;
		}
		let mut said = told.result.clone();
		match &mut said {
			Value::Array(devices) => {
				devices.iter_mut().for_each(|device| device[field] = value.clone());
			},
			Value::Null => {},
			device => device[field] = value.clone(),
		}
		Lie::Result(said)
	}
}

/// The key of the meter at a place, in the call that registers it, where it stands before the place and
/// the place's length.
fn key_in(call: &Value, place: &str) -> Result<String> {
	let call = hex::decode(call[0].as_str().unwrap_or_default().trim_start_matches("0x"))?;
	let at = call.windows(place.len()).position(|bytes| bytes == place.as_bytes());
	let end = at.context("the place is not in the call")? - 1;
	Ok(format!("0x{}", hex::encode(&call[end - 32..end])))
}

fn larger() -> impl FnMut(&Told) -> Lie + Send {
	altered("nameplate", json!(INVENTED))
}

/// A call counts as done in its block here: what is signed is asked, and not what forks do.
fn soon<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
	[arguments, &["--wait", "block"]].concat()
}

impl Meters {
	/// All three, as the chain has them.
	fn on_record(&self, world: &World) -> Result<Vec<Value>> {
		let list = self.operator.client.run(&["device", "list"])?;
		let other = self.taker.client.run(&["device", "list"])?;
		let all = [&list, &other].into_iter().flat_map(|list| list.as_array()).flatten();
		let all: Vec<Value> = all.cloned().collect();
		ensure!(all.len() == 3, "{all:?}");
		for device in &all {
			assert_eq!(integer(device, "nameplate")?, u64::from(NAMEPLATE), "what is on record");
		}
		world.setting.chain().audit()?;
		Ok(all)
	}

	/// A field of one of them, as the chain has it.
	fn field(&self, id: &str, field: &str) -> Result<String> {
		string(&self.operator.client.run(&["device", "show", id])?, field)
	}
}

/// The call is kept, and made again with another node: the chain takes one of the two, with the facts of
/// the list.
pub fn registered_once(world: &World) -> Result<Meters> {
	let World { liar, setting } = world;
	let (operator, taker) = (setting.account("Dave")?, setting.account("Eve")?);
	let file = |name: &str| setting.file(name).to_string_lossy().into_owned();
	let (store, zone) = (file("meters.store"), ZONE.to_string());
	let list = |name: &str, rows: &[(&str, u8)]| -> Result<String> {
		let row = |(meter, place): &(&str, u8)| format!("{meter},PLACE-{place},both,{NAMEPLATE}\n");
		let rows: String = rows.iter().map(row).collect();
		fs::write(file(name), format!("meter,metering_point,directions,nameplate\n{rows}"))?;
		Ok(file(name))
	};
	let (csv, later) =
		(list("one.csv", &[("old", 1), ("handed", 2)])?, list("two.csv", &[("new", 1)])?);
	let of_zone = ["--zone", &zone, "--resource", "electricity"];
	let register = ["device", "register", "--store", &store, "--csv", &csv];
	let register = [&register[..], &of_zone].concat();

	let lying = operator.client.at(&liar.url());
	liar.take_asked();
	liar.keep(SUBMIT_CALL, Lie::Result(json!("kept")));
	let refused = lying.refusal(&[&register[..], &["--timeout", "4"]].concat())?;
	assert_eq!(refused, "NotIncluded");
	let kept = liar.take_newest(SUBMIT_CALL).context("nothing was sent")?;

	// A node that has seen the keys in it can name a device that stands for one of them. That is found
	// out with another node, and the meter is registered then.
	liar.tell_the_truth();
	let invented = json!([{
		"id": NOBODY_S, "key": key_in(&kept, "PLACE-2")?, "meteringPoint": "PLACE-2",
		"operator": operator.address, "zone": ZONE, "resource": "electricity", "directions": "both",
		"nameplate": NAMEPLATE, "state": "registered", "registrar": null,
	}]);
	liar.tell(move |told| match told.method.as_str() {
		"devices_byOperator" => Lie::Result(invented.clone()),
		_ => Lie::Truth,
	});
	let shown = lying.run(&register)?;
	let devices: Vec<_> =
		shown.as_array().into_iter().flatten().map(|row| &row["device"]).collect();
	ensure!(devices.contains(&&json!(NOBODY_S)), "{shown}");
	operator.client.run(&["store", "remove", "--store", &store, "--meter", "handed"])?;
	let mut registered = vec![operator.client.run(&register)?];
	let late = setting.chain().rpc().call("author_submitExtrinsic", kept);
	let late = late.err().context("the meters were registered twice")?.to_string();
	ensure!(late.contains("outdated"), "{late}");
	// A node that knows of none of them.
	liar.tell_the_truth();
	liar.tell(|told| match told.method.as_str() {
		"devices_byOperator" => Lie::Result(json!([])),
		"devices_get" => Lie::Result(Value::Null),
		_ => Lie::Truth,
	});
	assert_eq!(lying.run(&register)?, registered[0], "nothing is registered again");
	// A node that knows of others.
	liar.tell(larger());
	let register = ["device", "register", "--store", &store, "--csv", &later];
	registered.push(lying.run(&[&register[..], &of_zone].concat())?);
	liar.tell_the_truth();

	let id = |name: &str| {
		let rows = registered.iter().flat_map(|rows| rows.as_array()).flatten();
		let mut rows = rows.filter(|row| row["meter"] == name);
		let row = rows.next().with_context(|| format!("{name} is missing"))?;
		Ok::<_, anyhow::Error>(integer(row, "device")?.to_string())
	};
	let (old, new, handed) = (id("old")?, id("new")?, id("handed")?);
	let meters = Meters { operator, taker, old, new, handed };
	meters.on_record(world)?;
	Ok(meters)
}

/// A registrar signs the facts that it looked at, whatever the node says by then.
pub fn attested_as_looked_at(world: &World, meters: &Meters) -> Result<()> {
	let World { liar, setting } = world;
	let Meters { operator, old, new, handed, .. } = meters;
	let (alice, lying) = (&setting.alice.client, setting.alice.client.at(&liar.url()));
	let list = ["device", "list", "--operator", &operator.address];
	let ids = [old.as_str(), handed].join(",");
	let attest = |seen: &str| {
		let attest = ["device", "attest", "--facts", seen, "--devices", &ids];
		lying.run(&soon(&attest))
	};
	liar.tell(larger());
	let (shown, seen) = (lying.look(&list)?, alice.look(&list)?);
	let refused = attest(&shown).err().context("false facts were attested")?;
	ensure!(refused.to_string().contains("FactsDiffer"), "{refused:#}");
	for id in [old, new, handed] {
		assert_eq!(meters.field(id, "state")?, "registered");
	}
	liar.take_asked();
	attest(&seen)?;
	let asked = liar.take_asked();
	ensure!(asked.iter().all(|(method, _)| !method.starts_with("devices_")), "{asked:?}");
	meters.on_record(world)?;
	assert_eq!(meters.field(old, "state")?, "active");
	assert_eq!(meters.field(new, "state")?, "registered");

	// A key that the node says is another is noticed where one names it, and otherwise by the chain.
	liar.tell(altered("key", json!(format!("0x{}", "07".repeat(32)))));
	let key = meters.field(old, "key")?;
	let suspend = soon(&["device", "suspend", old]);
	for named in [&["--key", key.as_str()][..], &[]] {
		assert_eq!(lying.refusal(&[&suspend[..], named].concat())?, "KeyDiffers", "{named:?}");
	}
	assert_eq!(meters.field(old, "state")?, "active");
	Ok(())
}

/// An account that takes a device over signs the facts, the operator, the registrar and the evidence that it
/// looked at.
pub fn taken_over_as_looked_at(world: &World, meters: &Meters) -> Result<()> {
	let World { liar, .. } = world;
	let Meters { operator, taker, handed, .. } = meters;
	operator.client.run(&soon(&["device", "offer-transfer", handed, "--to", &taker.address]))?;
	let lying = taker.client.at(&liar.url());
	let show = ["device", "show", handed];
	liar.tell(larger());
	let shown = lying.look(&show)?;
	liar.tell(altered("registrar", Value::Null));
	let unattested = lying.look(&show)?;
	liar.tell(altered("evidence", json!("keyed")));
	let graded = lying.look(&show)?;
	let seen = taker.client.look(&show)?;
	let accept = |seen: &str| {
		let accept = ["device", "accept-transfer", handed.as_str(), "--facts", seen];
		lying.run(&soon(&accept))
	};
	for seen in [shown, unattested, graded] {
		let refused = accept(&seen).err().context("false facts were taken over")?;
		ensure!(refused.to_string().contains("FactsDiffer"), "{refused:#}");
		assert_eq!(meters.field(handed, "operator")?, operator.address);
	}
	liar.tell(larger());
	accept(&seen)?;
	assert_eq!(meters.field(handed, "operator")?, taker.address);
	meters.on_record(world)?;
	Ok(())
}

/// A registrar swaps the devices that it looked at.
pub fn swapped_as_looked_at(world: &World, meters: &Meters) -> Result<()> {
	let World { liar, setting } = world;
	let Meters { operator, old, new, .. } = meters;
	let (alice, lying) = (&setting.alice.client, setting.alice.client.at(&liar.url()));
	let list = ["device", "list", "--operator", &operator.address];
	let swap = |seen: &str| {
		let swap = ["device", "swap", "--facts", seen, "--old", old, "--new", new];
		lying.run(&soon(&[&swap[..], &["--evidence", "file"]].concat()))
	};
	liar.tell(larger());
	let (shown, seen) = (lying.look(&list)?, alice.look(&list)?);
	let refused = swap(&shown).err().context("false facts were attested")?;
	ensure!(refused.to_string().contains("FactsDiffer"), "{refused:#}");
	assert_eq!(meters.field(old, "state")?, "active");
	assert_eq!(meters.field(new, "state")?, "registered");
	swap(&seen)?;
	assert_eq!(meters.field(new, "state")?, "active");
	meters.on_record(world)?;
	Ok(())
}

/// A node that says that a device is gone has `store remove` take its meter out: what opens its
/// commitments stays, and with another node the meter is given a new key.
pub fn said_to_have_departed(world: &World, meters: &Meters) -> Result<()> {
	let World { liar, setting } = world;
	let Meters { operator, new, .. } = meters;
	let store = setting.file("meters.store").to_string_lossy().into_owned();
	let (client, lying) = (&operator.client, operator.client.at(&liar.url()));
	let remove = ["store", "remove", "--store", &store, "--meter", "new"];
	assert_eq!(client.refusal(&remove)?, "StillRegistered");
	liar.tell(|told| match told.method.as_str() {
		"devices_get" => Lie::Result(Value::Null),
		"metering_status" => Lie::Result(json!([])),
		_ => Lie::Truth,
	});
	lying.run(&remove)?;
	let before = meters.field(new, "key")?;
	let rotate = ["device", "rotate-key", new, "--store", &store];
	assert_eq!(client.refusal(&rotate)?, "NotInStore");
	client.run(&[&rotate[..], &["--meter", "new", "--old-key", &before]].concat())?;
	ensure!(meters.field(new, "key")? != before, "the store has a key for it again");
	assert_eq!(client.refusal(&remove)?, "StillRegistered");
	Ok(())
}
