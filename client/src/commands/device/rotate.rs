//! `device rotate-key`: the new key is in the store before the chain hears of it, and from when on
//! it signs is written down once the chain has said so. Killed in between, the same command, or
//! the next gateway, asks the chain.
//!
//! With a key that the store makes come new salt secrets, from before the oldest period that can
//! still be committed to: that is how a meter whose secrets were lost begins anew.

use serde_json::json;
use subxt::dynamic::{At, Value};
use subxt_signer::sr25519::Keypair;

use super::{ensure_key, history::history, known_device, named, register::running_period, Context};
use crate::{
	chain::{bytes, bytes32, call, int, Chain, Wait},
	cli::RotateArgs,
	commands::{gateway::ensure_near_to, open_for_writing, open_or_create},
	device_key::parse_key,
	error::{Error, Result},
	proof::parse_hash,
	rpc::{Device, Period},
	store::{Entry, Facts, Key, Meter, Salts, Secret, Store, KEPT_PERIODS},
	timetable::Timetable,
};

pub async fn rotate(context: &Context, args: RotateArgs) -> Result<()> {
	let given = args.key.as_deref().map(parse_key).transpose()?;
	let wanted = args.old_key.as_deref().map(parse_key).transpose()?;
	let signer = context.signer()?;
	// Another fork could rotate in another period.
	let chain = context.chain().await?.waiting(Wait::Finalized);
	let device = known_device(&chain, args.id).await?;
	if device.operator != signer.public_key().to_account_id() {
		let message = format!("device {} belongs to {}", device.id, device.operator);
		return Err(Error::new("NotOperator", message));
	}
	let (key, from) = match (&args.store, given) {
		(Some(path), given) => {
			let mut store = match &args.meter {
				Some(_) => open_or_create(context, path, &chain)?,
				None => open_for_writing(context, path, &chain)?,
			};
			if store.meter_of(device.id).is_none() {
				ensure_key(&device, wanted)?;
			}
			let running = running_period(&chain, &store, args.accept_periods).await?;
			ensure_near_its_salts(&store, &device, &running, args.accept_periods)?;
			if args.accept_periods {
				store.believe(&running)?;
			}
			store.remember(device.operator.0, Timetable::of(&running))?;
			let first = running.period.saturating_sub(KEPT_PERIODS);
			let meter = meter_for(&mut store, &device, args.meter.as_deref(), first)?;
			let keys = (wanted, given);
			let subject = (meter, device.clone(), first);
			rotate_in_store(&mut store, &chain, &signer, subject, keys).await?
		},
		(None, Some(key)) => {
			ensure_key(&device, wanted)?;
			(key, submit(&chain, &signer, &device, &key).await?)
		},
		(None, None) => return Err(Error::new("NoKey", "name a store, or give the new key")),
	};
	let key = format!("0x{}", hex::encode(key));
	let result = json!({
		"device": device.id,
		"meteringPoint": device.metering_point,
		"key": key,
		"from": from,
	});
	context.output.show(&result, || {
		format!(
			"device {} at {}: from period {from} on its key is {key}; it does not count until a \
			 registrar of its zone attests that",
			device.id, device.metering_point
		)
	})
}

/// The number of the device's meter in the store; with a name, a new one if there is none.
fn meter_for(store: &mut Store, device: &Device, name: Option<&str>, period: u64) -> Result<u32> {
	if let Some((number, _)) = store.meter_of(device.id) {
		return Ok(number);
	}
	let Some(name) = name else {
		let message = format!(
			"the store has no meter with device {}; if it was taken over from another operator, \
			 give it a name with --meter",
			device.id
		);
		return Err(Error::new("NotInStore", message));
	};
	let facts = Facts {
		name: name.to_owned(),
		metering_point: device.metering_point.clone(),
		zone: device.zone,
		resource: device.resource,
		directions: device.directions,
		nameplate: device.nameplate,
	};
	// The key that it has had so far is the former operator's.
	let meter = Meter::own(facts, parse_hash(&device.key)?);
	store.adopt_meter(meter, device.id, Salts { secret: Secret::random()?, period })
}

/// Where the store remembers nothing of the chain's periods, a node could else put the salts of a meter
/// at a period that never comes.
fn ensure_near_its_salts(
	store: &Store,
	device: &Device,
	running: &Period,
	accept: bool,
) -> Result<()> {
	if accept || store.timetable().is_some() {
		return Ok(());
	}
	let number = store.meter_of(device.id).map(|(number, _)| number);
	let mut meters = store.meters();
	match meters.find(|(known, _, _)| Some(*known) == number) {
		Some((_, meter, _)) => ensure_near_to(meter, running.period),
		None => Ok(()),
	}
}

async fn rotate_in_store(
	store: &mut Store,
	chain: &Chain,
	signer: &Keypair,
	(meter, mut device, first): (u32, Device, u64),
	(wanted, given): (Option<[u8; 32]>, Option<[u8; 32]>),
) -> Result<([u8; 32], u64)> {
	// What an earlier run has sent may have been taken, and then only the answer is missing.
	if next_key(store, meter).is_some() {
		chain.settled_nonce(&signer.public_key().to_account_id()).await?;
		if let Some((key, from)) = learn(store, chain, meter, device.id).await? {
			if given.is_none_or(|given| given == key) {
				return Ok((key, from));
			}
			// Then it is this one that is replaced.
			device.key = format!("0x{}", hex::encode(key));
		}
	}
	ensure_key(&device, wanted)?;
	let key = match (given, next_key(store, meter)) {
		(Some(public), _) => Key::Own(public),
		(None, Some(next @ Key::Held(_))) => next,
		(None, _) => Key::Held(Secret::random()?),
	};
	let public = key.public();
	if next_key(store, meter).as_ref() != Some(&key) {
		ensure_takes(store, meter, &key)?;
		let mut entries = Vec::new();
		if key.seed().is_some() {
			let (period, secret) = (first, Secret::random()?);
			entries.push(Entry::SaltSecret { meter, period, secret });
		}
		entries.push(Entry::NextKey { meter, key });
		store.append(entries)?;
	}
	let from = submit(chain, signer, &device, &public).await?;
	store.append(vec![Entry::KeyFrom { meter, from }])?;
	Ok((public, from))
}

fn next_key(store: &Store, meter: u32) -> Option<Key> {
	let mut meters = store.meters();
	meters.find(|(number, _, _)| *number == meter)?.1.next_key().cloned()
}

/// A key that the store signs with needs salts that come from the store.
fn ensure_takes(store: &Store, meter: u32, key: &Key) -> Result<()> {
	let mut meters = store.meters();
	let own = meters.any(|(number, known, _)| number == meter && known.salts().is_none());
	if own && key.seed().is_some() {
		let message = "the meter holds its own key: let it make another, and give its public half \
			with --key";
		return Err(Error::new("MeterHoldsKey", message));
	}
	Ok(())
}

async fn submit(chain: &Chain, signer: &Keypair, device: &Device, key: &[u8; 32]) -> Result<u64> {
	let arguments = named(device)?.into_iter().chain([bytes(key)]).collect();
	let included = chain.submit(signer, &call("Devices", "rotate_key", arguments)).await?;
	included.number("Devices", "KeyRotated", "from")
}

/// Writes down what became of rotations whose answer an earlier run did not see.
pub async fn learn_of_rotations(store: &mut Store, chain: &Chain) -> Result<()> {
	let waiting: Vec<_> = store
		.meters()
		.filter(|(_, meter, _)| meter.next_key().is_some())
		.filter_map(|(number, _, device)| Some((number, device?)))
		.collect();
	for (meter, device) in waiting {
		learn(store, chain, meter, device).await?;
	}
	Ok(())
}

/// The meter's next key and its first period, if the chain has taken it.
async fn learn(
	store: &mut Store,
	chain: &Chain,
	meter: u32,
	device: u32,
) -> Result<Option<([u8; 32], u64)>> {
	let Some(key) = next_key(store, meter).map(|key| key.public()) else { return Ok(None) };
	let newest =
		chain.rpc.device(device).await?.map(|device| parse_hash(&device.key)).transpose()?;
	if newest != Some(key) {
		return Ok(None);
	}
	let record = chain.storage("Devices", "Devices", vec![int(device)]).await?;
	let from = record.as_ref().and_then(newest_key_from);
	let from = from.ok_or_else(|| {
		Error::new("UnexpectedAnswer", format!("device {device} has no history as it should"))
	})?;
	store.append(vec![Entry::KeyFrom { meter, from }])?;
	Ok(Some((key, from)))
}

/// The first period of a device's newest key, by its record.
fn newest_key_from(record: &Value) -> Option<u64> {
	let rows = history(record);
	let keys = rows.iter().map(|(from, row)| Some((*from, row.at("key").and_then(bytes32)?)));
	let keys = keys.collect::<Option<Vec<_>>>()?;
	let (_, newest) = keys.last()?;
	let of_newest = keys.iter().rev().take_while(|(_, key)| key == newest);
	of_newest.last().map(|(from, _)| *from)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn row(from: u64, key: u8) -> Value {
		let row = Value::named_composite([("key", Value::from_bytes([key; 32]))]);
		Value::unnamed_composite([Value::u128(from.into()), row])
	}

	fn record(rows: Vec<Value>) -> Value {
		let rows = Value::unnamed_composite([Value::unnamed_composite(rows)]);
		Value::named_composite([("rows", Value::unnamed_composite([rows]))])
	}

	#[test]
	fn a_key_s_first_period_is_that_of_its_rotation() {
		let history = [row(0, 1), row(5, 2), row(6, 2), row(9, 2)];
		assert_eq!(newest_key_from(&record(history.to_vec())), Some(5));
		assert_eq!(newest_key_from(&record(vec![row(7, 1)])), Some(7));
		let came_back = [row(0, 1), row(5, 2), row(6, 1)];
		assert_eq!(newest_key_from(&record(came_back.to_vec())), Some(6));
		assert_eq!(newest_key_from(&record(vec![])), None);
	}
}
