//! `store`: what the file needs besides what commands write to it.

use serde_json::json;

use super::{open_for_writing, report_state, report_warning, Context};
use crate::{
	chain::Chain,
	cli::{MendArgs, RemoveArgs, StoreCommand},
	error::{Error, Result},
	proof::parse_hash,
	rpc::Device,
	store::{Meter, Store},
};

pub async fn run(context: &Context, command: StoreCommand) -> Result<()> {
	match command {
		StoreCommand::Remove(args) => remove(context, &args).await,
		StoreCommand::Mend(args) => mend(context, &args),
	}
}

async fn remove(context: &Context, args: &RemoveArgs) -> Result<()> {
	let mut store = match args.anyway {
		true => {
			let password = context.passwords.existing(&args.store)?;
			let mut store = Store::open_for_writing(&args.store, &password)?;
			report_state(context, &mut store);
			store
		},
		false => {
			let chain = context.chain().await?;
			let store = open_for_writing(context, &args.store, &chain)?;
			ensure_departed(&chain, &store, &args.meter).await?;
			store
		},
	};
	let (number, _, device) = named(&store, &args.meter)?;
	store.remove_meter(number)?;
	report_warning(context, &mut store);
	let name = &args.meter;
	context.output.show(&json!({ "meter": name, "device": device }), || match device {
		Some(device) => format!("{name} (device {device}) is out of the store"),
		None => format!("{name} is out of the store"),
	})
}

fn named<'a>(store: &'a Store, name: &str) -> Result<(u32, &'a Meter, Option<u32>)> {
	let message = || format!("{name}: the store has no meter of this name");
	store.meter_named(name).ok_or_else(|| Error::new("NotInStore", message()))
}

/// Refuses a meter whose key the store holds and the chain still takes commitments of.
async fn ensure_departed(chain: &Chain, store: &Store, name: &str) -> Result<()> {
	let (_, meter, device) = named(store, name)?;
	let Some(id) = device.filter(|_| meter.salts().is_some()) else { return Ok(()) };
	let device = chain.rpc.device(id).await?;
	let running = chain.rpc.period(None).await?.period;
	let registers = chain.rpc.register_status(id, running).await?;
	let counts =
		registers.iter().any(|register| super::gateway::is_ours(register, store.operators()));
	if !counts && has_departed(meter, device.as_ref(), store.operators())? {
		return Ok(());
	}
	let message = format!(
		"{name}: device {id} is registered with a key of this store: retire it or hand it over, and \
		 wait until that is in force; with --anyway it is removed all the same, and its key is gone"
	);
	Err(Error::new("StillRegistered", message))
}

/// Whether a device is gone, retired, another account's, or has a key that the store does not hold.
fn has_departed(meter: &Meter, device: Option<&Device>, operators: &[[u8; 32]]) -> Result<bool> {
	let Some(device) = device else { return Ok(true) };
	let key = parse_hash(&device.key)?;
	let next = meter.next_key().is_some_and(|next| next.public() == key);
	let others = !operators.is_empty() && !operators.contains(&device.operator.0);
	Ok(device.state == "retired" || others || !(meter.has_key(&key) || next))
}

fn mend(context: &Context, args: &MendArgs) -> Result<()> {
	let password = context.passwords.existing(&args.store)?;
	let mended = Store::mend(&args.store, &password)?;
	let copy = mended.copy.as_ref().map(|copy| copy.display().to_string());
	let (records, cut) = (mended.records, mended.cut);
	let result = json!({ "records": records, "bytesCut": cut, "copy": copy });
	context.output.show(&result, || match copy {
		None => format!("{records} records, all whole: nothing to mend"),
		Some(copy) => format!(
			"{records} records are whole, and the {cut} bytes after them are cut off; the file as \
			 it was is {copy}. Run the gateway again with the readings of periods that can still be \
			 proved: it makes again what the chain has of them"
		),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		store::{Facts, Salts, Secret},
		types::{Directions, Resource},
	};

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn device(key: [u8; 32], state: &str) -> Device {
		serde_json::from_value(json!({
			"id": 7,
			"key": format!("0x{}", hex::encode(key)),
			"meteringPoint": "DE0001",
			"operator": ALICE,
			"zone": 1,
			"resource": "electricity",
			"unit": "Wh",
			"directions": "both",
			"nameplate": 1000,
			"state": state,
			"stateFrom": 5,
			"registrar": null
		}))
		.unwrap()
	}

	#[test]
	fn a_meter_departs_with_its_device_its_key_or_its_operator() {
		let facts = Facts {
			name: "a".to_owned(),
			metering_point: "DE0001".to_owned(),
			zone: 1,
			resource: Resource::Electricity,
			directions: Directions::Both,
			nameplate: 1_000,
		};
		let seed = Secret::new(&[1; 32]);
		let key = seed.key().public();
		let meter = Meter::held(facts, seed, Salts { secret: Secret::new(&[2; 32]), period: 5 });
		let active = device(key, "active");
		let alice = active.operator.0;
		let departed = |device: Option<&Device>, operators: &[[u8; 32]]| {
			has_departed(&meter, device, operators).unwrap()
		};
		assert!(departed(None, &[alice]));
		assert!(departed(Some(&device(key, "retired")), &[alice]));
		assert!(departed(Some(&device([9; 32], "active")), &[alice]));
		assert!(departed(Some(&active), &[[3; 32]]));
		assert!(!departed(Some(&active), &[alice]));
		assert!(!departed(Some(&active), &[]), "a store that does not know whose it is");
		assert!(!departed(Some(&device(key, "suspended")), &[alice]));
	}
}
