//! `device register`.

use std::{collections::HashMap, fs, time::Duration};

use serde_json::json;
use subxt::{
	dynamic::{At, Value},
	utils::AccountId32,
};
use subxt_signer::sr25519::Keypair;

use super::{batch_size, ensure_keys_stand, ensure_not_restarted, meter_facts, Context};
use crate::{
	chain::{bytes, bytes32, call, number, Chain, Needed, Wait, NONCE_ATTEMPTS},
	cli::RegisterArgs,
	commands::open_or_create,
	error::{file, Error, Result},
	meters,
	output::objects,
	proof::parse_hash,
	rpc::{Device, Period},
	store::{Entry, Facts, Key, Meter, Salts, Secret, Store},
	timetable::{ensure_running, local_ms, Timetable},
};

/// How long a chain may take to its first block.
const FIRST_BLOCK_LIMIT: Duration = Duration::from_secs(60);
/// How often to look for it.
const FIRST_BLOCK_POLL: Duration = Duration::from_millis(500);

/// The running period, from the first block on: before it the chain's clock stands at zero, and
/// salt secrets that begin in 1970 would never reach today. Refused if it is another than what the
/// store remembers of the chain, or is still to come by this machine's clock: salt secrets that
/// begin in the future reach no period before.
pub async fn running_period(chain: &Chain, store: &Store, accept: bool) -> Result<Period> {
	let known = store.timetable().filter(|_| !accept);
	let started = async {
		loop {
			let now = chain.rpc.period(None).await?;
			if now.now_ms > 0 {
				ensure_running(&now, known, local_ms())?;
				return Ok(now);
			}
			tokio::time::sleep(FIRST_BLOCK_POLL).await;
		}
	};
	tokio::time::timeout(FIRST_BLOCK_LIMIT, started).await.unwrap_or_else(|_| {
		Err(Error::new("ChainNotStarted", "the chain has no block yet; is a validator running?"))
	})
}

pub async fn register(context: &Context, args: RegisterArgs) -> Result<()> {
	let list = fs::read(&args.csv).map_err(|error| file("cannot read", &args.csv, &error))?;
	let list = meters::parse(&list, args.resource)?;
	let signer = context.signer()?;
	let operator = signer.public_key().to_account_id();
	// Another fork could give the devices other numbers.
	let chain = context.chain().await?.waiting(Wait::Finalized);
	let mut store = open_or_create(context, &args.store, &chain)?;
	let running = running_period(&chain, &store, args.accept_periods).await?;
	// Before its first block a chain that was started anew looks as if it had not caught up.
	ensure_not_restarted(&chain, &store).await?;
	if args.accept_periods {
		store.believe(&running)?;
	}
	store.remember(operator.0, Timetable::of(&running))?;

	let listed: Vec<_> = list.iter().map(|meter| meter.name.as_str()).collect();
	ensure_keys_stand(&chain, &operator, in_list(&store, &listed)).await?;
	// Keys are on disk before the chain hears of them.
	let fresh = missing_meters(&store, &list, &args, running.period)?;
	ensure_keys_free(&chain, &operator, &fresh).await?;
	store.add_meters(fresh)?;

	register_once(context, &mut store, &chain, &signer, &listed).await?;

	let registered: Vec<_> = in_list(&store, &listed)
		.map(|(_, meter, device)| {
			let key = format!("0x{}", hex::encode(meter.newest_key().public()));
			let holder = if meter.newest_key().seed().is_some() { "store" } else { "meter" };
			json!({ "meter": meter.name(), "device": device, "key": key, "keyHeldBy": holder })
		})
		.collect();
	context.output.show(&json!(registered), || {
		objects(
			&registered,
			&[("meter", "meter"), ("device", "device"), ("key", "key"), ("held by", "keyHeldBy")],
		)
	})
}

/// The listed meters, with their devices once they have one.
fn in_list<'a>(
	store: &'a Store,
	listed: &'a [&str],
) -> impl Iterator<Item = (u32, &'a Meter, Option<u32>)> {
	store.meters().filter(|(_, meter, _)| listed.contains(&meter.name()))
}

/// Meters of the list that the store does not have; one that it has must be the same.
fn missing_meters(
	store: &Store,
	list: &[meters::Meter],
	args: &RegisterArgs,
	period: u64,
) -> Result<Vec<Meter>> {
	let known: HashMap<_, _> = store.meters().map(|(_, meter, _)| (meter.name(), meter)).collect();
	let mut missing = Vec::new();
	for wanted in list {
		let facts = Facts {
			name: wanted.name.clone(),
			metering_point: wanted.metering_point.clone(),
			zone: args.zone,
			resource: wanted.resource,
			directions: wanted.directions,
			nameplate: wanted.nameplate,
		};
		match known.get(wanted.name.as_str()) {
			None => missing.push(match wanted.key {
				Some(key) => Meter::own(facts, key),
				None => {
					let salts = Salts { secret: Secret::random()?, period };
					Meter::held(facts, Secret::random()?, salts)
				},
			}),
			Some(meter) if meter.facts == facts && has_listed_key(meter, wanted.key) => {},
			Some(_) => {
				let message = format!(
					"{}: the store has a different meter of this name; list it as it was, or give \
					 this one another name",
					wanted.name
				);
				return Err(Error::new("MeterDiffers", message));
			},
		}
	}
	Ok(missing)
}

/// Whether the list names a key of the meter, or none where the store made one.
fn has_listed_key(meter: &Meter, listed: Option<[u8; 32]>) -> bool {
	match listed {
		Some(key) => meter.has_key(&key),
		None => meter.first_key().seed().is_some(),
	}
}

/// Refuses meters' own keys that stand for another device, before the store knows the meters.
async fn ensure_keys_free(chain: &Chain, operator: &AccountId32, fresh: &[Meter]) -> Result<()> {
	let mut own = fresh.iter().filter(|meter| matches!(meter.first_key(), Key::Own(_))).peekable();
	if own.peek().is_none() {
		return Ok(());
	}
	let registered = chain.rpc.devices_of(operator).await?;
	for meter in own {
		let key = meter.first_key().public();
		let holder = chain.storage("Devices", "Keys", vec![bytes(key)]).await?;
		let Some(holder) = holder.and_then(|device| device.as_u128()) else { continue };
		if !registered.iter().any(|device| is_device_of(device, &meter.facts, &key)) {
			let message = format!(
				"{}: its key stands for device {holder} already; every meter has a key of its own",
				meter.name()
			);
			return Err(Error::new("KeyTaken", message));
		}
	}
	Ok(())
}

/// Whether a device was registered for a meter with these facts and this key.
fn is_device_of(device: &Device, facts: &Facts, key: &[u8; 32]) -> bool {
	device.state != "retired"
		&& parse_hash(&device.key).is_ok_and(|known| known == *key)
		&& device.metering_point == facts.metering_point
		&& (device.zone, device.resource) == (facts.zone, facts.resource)
		&& (device.directions, device.nameplate) == (facts.directions, facts.nameplate)
}

/// Finds meters on the chain whose registration an earlier run did not live to see.
async fn recover(
	store: &mut Store,
	chain: &Chain,
	operator: &AccountId32,
	listed: &[&str],
) -> Result<()> {
	let waiting = waiting(store, listed);
	if waiting.is_empty() {
		return Ok(());
	}
	let mut by_key: HashMap<_, Vec<_>> = HashMap::new();
	for device in chain.rpc.devices_of(operator).await? {
		by_key.entry(parse_hash(&device.key)?).or_default().push(device);
	}
	let mut found = Vec::new();
	for (number, meter, _) in store.meters() {
		let Some((_, key)) = waiting.iter().find(|(waiting, _)| *waiting == number) else {
			continue;
		};
		let mut devices = by_key.get(key).into_iter().flatten();
		if let Some(device) = devices.find(|device| is_device_of(device, &meter.facts, key)) {
			found.push(Entry::Device { meter: number, device: device.id });
		}
	}
	store.append(found)
}

/// Listed meters without a device, by number, with their keys.
fn waiting(store: &Store, listed: &[&str]) -> Vec<(u32, [u8; 32])> {
	in_list(store, listed)
		.filter(|(_, _, device)| device.is_none())
		.map(|(number, meter, _)| (number, meter.first_key().public()))
		.collect()
}

/// Registers what has no device yet, each once. The chain would take a key twice while it is not
/// attested, and a call of an earlier run may still be on its way. So the nonce is read before the
/// devices are: a call whose devices are not among them needs that nonce too, and of two calls
/// with one nonce only one enters a block.
async fn register_once(
	context: &Context,
	store: &mut Store,
	chain: &Chain,
	signer: &Keypair,
	listed: &[&str],
) -> Result<()> {
	let operator = signer.public_key().to_account_id();
	let mut attempts = 0..NONCE_ATTEMPTS;
	while !waiting(store, listed).is_empty() {
		attempts.next();
		let nonce = chain.settled_nonce(&operator).await?;
		recover(store, chain, &operator, listed).await?;
		match register_waiting(context, store, chain, signer, listed, nonce).await {
			// That call entered a block after all, or another process uses the account.
			Err(error) if error.name() == "NonceTaken" && !attempts.is_empty() => {},
			done => done?,
		}
	}
	Ok(())
}

/// An error, with what so many devices cost where the account cannot pay that.
async fn with_deposits(chain: &Chain, signer: &Keypair, devices: usize, error: Error) -> Error {
	let [deposit, fee] = [
		chain.constant("Devices", "DeviceDeposit").await,
		chain.constant("Devices", "RegistrationFee").await,
	]
	.map(|amount| u128::from(amount.unwrap_or_default()));
	let needed = Needed {
		amount: (deposit + fee).saturating_mul(devices as u128),
		what: match devices {
			1 => "the deposit and the fee of 1 device".to_owned(),
			devices => format!("the deposits and fees of {devices} devices"),
		},
	};
	let operator = signer.public_key().to_account_id();
	chain.with_funds(error, &operator, Some(&needed)).await
}

/// Registers what has no device yet with calls of these nonces, one after the other.
async fn register_waiting(
	context: &Context,
	store: &mut Store,
	chain: &Chain,
	signer: &Keypair,
	listed: &[&str],
	first_nonce: u64,
) -> Result<()> {
	let waiting = waiting(store, listed);
	let bar = context.output.bar(waiting.len() as u64, "registering");
	for (nonce, batch) in (first_nonce..).zip(waiting.chunks(batch_size(chain).await?)) {
		let facts = store
			.meters()
			.filter_map(|(number, meter, _)| {
				let (_, key) = batch.iter().find(|(waiting, _)| *waiting == number)?;
				Some(meter_facts(&meter.facts, key))
			})
			.collect();
		let batch_call = vec![Value::unnamed_composite::<Vec<_>>(facts)];
		let batch_call = call("Devices", "register_batch", batch_call);
		let included = match chain.submit_with_nonce(signer, &batch_call, nonce).await {
			Ok(included) => included,
			Err(error) => return Err(with_deposits(chain, signer, batch.len(), error).await),
		};
		let mut entries = Vec::new();
		for event in included.events("Devices", "DeviceRegistered")? {
			let key = event.at("key").and_then(bytes32);
			let meter = batch.iter().find(|(_, known)| Some(*known) == key);
			if let (Some((meter, _)), Some(device)) = (meter, number(&event, "device")) {
				let device = u32::try_from(device)
					.map_err(|_| Error::new("UnexpectedEvent", "a device id is out of range"))?;
				entries.push(Entry::Device { meter: *meter, device });
			}
		}
		if entries.len() != batch.len() {
			let message = "the block does not name every device of the batch";
			return Err(Error::new("UnexpectedEvent", message));
		}
		store.append(entries)?;
		bar.inc(batch.len() as u64);
	}
	bar.finish_and_clear();
	Ok(())
}
