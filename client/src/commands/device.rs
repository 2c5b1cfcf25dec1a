//! `device`: register and attest meters.

use std::{collections::HashMap, fs::File, time::Duration};

use serde_json::json;
use subxt::{
	dynamic::{At, Value},
	utils::AccountId32,
};
use subxt_signer::sr25519::Keypair;

use super::Context;
use crate::{
	chain::{
		account, bytes, bytes32, call, directions, int, number, variant, Chain, Wait,
		NONCE_ATTEMPTS,
	},
	cli::{DeviceCommand, RegisterArgs},
	error::{file, Error, Result},
	meters,
	output::{objects, table},
	proof::parse_hash,
	rpc::Device,
	store::{Entry, Meter, Secret, Store},
	types::parse_address,
};

/// How long a chain may take to its first block.
const FIRST_BLOCK_LIMIT: Duration = Duration::from_secs(60);
/// How often to look for it.
const FIRST_BLOCK_POLL: Duration = Duration::from_millis(500);

pub async fn run(context: &Context, command: DeviceCommand) -> Result<()> {
	match command {
		DeviceCommand::Register(args) => register(context, args).await,
		DeviceCommand::Attest { operator, zone, devices } => {
			attest(context, operator.as_deref(), zone, &devices).await
		},
		DeviceCommand::List { operator } => list(context, operator.as_deref()).await,
		DeviceCommand::Suspend { id } => change(context, id, "suspend", "DeviceSuspended").await,
		DeviceCommand::Resume { id } => change(context, id, "resume", "DeviceResumed").await,
		DeviceCommand::Retire { id } => change(context, id, "retire", "DeviceRetired").await,
	}
}

/// Items of a batch call.
async fn batch_size(chain: &Chain) -> Result<usize> {
	let size = chain.constant("Devices", "MaxBatch").await?;
	Ok(usize::try_from(size).unwrap_or(usize::MAX).max(1))
}

/// The running period, from the first block on: before it the chain's clock stands at zero, and
/// salt secrets that begin in 1970 would never reach today.
async fn running_period(chain: &Chain) -> Result<u64> {
	let started = async {
		loop {
			let now = chain.rpc.period(None).await?;
			if now.now_ms > 0 {
				return Ok(now.period);
			}
			tokio::time::sleep(FIRST_BLOCK_POLL).await;
		}
	};
	tokio::time::timeout(FIRST_BLOCK_LIMIT, started).await.unwrap_or_else(|_| {
		Err(Error::new("ChainNotStarted", "the chain has no block yet; is a validator running?"))
	})
}

async fn register(context: &Context, args: RegisterArgs) -> Result<()> {
	let list = File::open(&args.csv).map_err(|error| file("cannot read", &args.csv, &error))?;
	let list = meters::parse(list)?;
	let signer = context.signer()?;
	// Another fork could give the devices other numbers.
	let chain = context.chain().await?.waiting(Wait::Finalized);
	let mut store = open_store(context, &args, &chain)?;
	let period = running_period(&chain).await?;

	// Keys are on disk before the chain hears of them.
	let fresh = missing_meters(&store, &list, &args, period)?;
	store.add_meters(fresh)?;

	let listed: Vec<_> = list.iter().map(|meter| meter.name.as_str()).collect();
	register_once(context, &mut store, &chain, &signer, &listed).await?;

	let registered: Vec<_> = in_list(&store, &listed)
		.map(|(_, meter, device)| {
			let key = format!("0x{}", hex::encode(meter.seed.key().public()));
			json!({ "meter": meter.name, "device": device, "key": key })
		})
		.collect();
	context.output.show(&json!(registered), || {
		objects(&registered, &[("meter", "meter"), ("device", "device"), ("key", "key")])
	})
}

fn open_store(context: &Context, args: &RegisterArgs, chain: &Chain) -> Result<Store> {
	let store = if args.store.exists() {
		let password = context.passwords.existing(&args.store)?;
		let store = Store::open_for_writing(&args.store, &password)?;
		super::report_torn(context, &store);
		store
	} else {
		Store::create(&args.store, &context.passwords.fresh(&args.store)?, chain.genesis())?
	};
	store.ensure_chain(&chain.genesis())?;
	Ok(store)
}

/// The listed meters, with their devices once they have one.
fn in_list<'a>(
	store: &'a Store,
	listed: &'a [&str],
) -> impl Iterator<Item = (u32, &'a Meter, Option<u32>)> {
	store.meters().filter(|(_, meter, _)| listed.contains(&meter.name.as_str()))
}

/// Meters of the list that the store does not have; one that it has must be the same.
fn missing_meters(
	store: &Store,
	list: &[meters::Meter],
	args: &RegisterArgs,
	period: u64,
) -> Result<Vec<Meter>> {
	let known: HashMap<_, _> =
		store.meters().map(|(_, meter, _)| (meter.name.as_str(), meter)).collect();
	let mut missing = Vec::new();
	for wanted in list {
		let fresh = Meter {
			name: wanted.name.clone(),
			metering_point: wanted.metering_point.clone(),
			zone: args.zone,
			resource: args.resource,
			directions: wanted.directions,
			nameplate: wanted.nameplate,
			seed: Secret::random()?,
			salt_secret: Secret::random()?,
			period,
		};
		match known.get(wanted.name.as_str()) {
			None => missing.push(fresh),
			Some(meter) if same_facts(meter, &fresh) => {},
			Some(_) => {
				let message =
					format!("{}: the store has a different meter of this name", wanted.name);
				return Err(Error::new("MeterDiffers", message));
			},
		}
	}
	Ok(missing)
}

fn same_facts(a: &Meter, b: &Meter) -> bool {
	a.metering_point == b.metering_point
		&& (a.zone, a.resource) == (b.zone, b.resource)
		&& (a.directions, a.nameplate) == (b.directions, b.nameplate)
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
	let mut by_key = HashMap::new();
	for device in chain.rpc.devices_of(operator).await? {
		by_key.insert(parse_hash(&device.key)?, device.id);
	}
	let found = waiting.iter().filter_map(|(meter, key)| {
		by_key.get(key).map(|device| Entry::Device { meter: *meter, device: *device })
	});
	store.append(found.collect())
}

/// Listed meters without a device, by number, with their keys.
fn waiting(store: &Store, listed: &[&str]) -> Vec<(u32, [u8; 32])> {
	in_list(store, listed)
		.filter(|(_, _, device)| device.is_none())
		.map(|(number, meter, _)| (number, meter.seed.key().public()))
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
				Some(meter_facts(meter, key))
			})
			.collect();
		let batch_call = vec![Value::unnamed_composite::<Vec<_>>(facts)];
		let batch_call = call("Devices", "register_batch", batch_call);
		let included = chain.submit_with_nonce(signer, &batch_call, nonce).await?;
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

fn facts(
	key: &[u8; 32],
	point: &str,
	zone: u32,
	resource: &str,
	registers: Value,
	nameplate: u32,
) -> Value {
	Value::named_composite([
		("key", bytes(key)),
		("metering_point", bytes(point)),
		("zone", int(zone)),
		("resource", variant(resource)),
		("directions", registers),
		("nameplate", int(nameplate)),
	])
}

fn meter_facts(meter: &Meter, key: &[u8; 32]) -> Value {
	let registers = directions(meter.directions);
	let resource = meter.resource.variant();
	facts(key, &meter.metering_point, meter.zone, resource, registers, meter.nameplate)
}

fn device_facts(device: &Device) -> Result<Value> {
	let key = parse_hash(&device.key)?;
	let registers = directions(device.directions);
	let resource = device.resource.variant();
	Ok(facts(&key, &device.metering_point, device.zone, resource, registers, device.nameplate))
}

async fn attest(
	context: &Context,
	operator: Option<&str>,
	zone: Option<u32>,
	ids: &[u32],
) -> Result<()> {
	let operator = operator.map(parse_address).transpose()?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let devices = match &operator {
		Some(operator) if ids.is_empty() => {
			let mut devices = chain.rpc.devices_of(operator).await?;
			devices.retain(|device| {
				device.state == "registered" && zone.is_none_or(|zone| device.zone == zone)
			});
			devices
		},
		_ => {
			let mut devices = Vec::new();
			for id in ids {
				let unknown = || Error::new("UnknownDevice", format!("no device has the id {id}"));
				devices.push(chain.rpc.device(*id).await?.ok_or_else(unknown)?);
			}
			devices
		},
	};
	let foreign = |device: &&Device| operator.as_ref().is_some_and(|who| *who != device.operator);
	if let Some(device) = devices.iter().find(foreign) {
		let message = format!("device {} belongs to {}", device.id, device.operator);
		return Err(Error::new("OperatorDiffers", message));
	}
	let bar = context.output.bar(devices.len() as u64, "attesting");
	for batch in devices.chunks(batch_size(&chain).await?) {
		let items = batch
			.iter()
			.map(|device| {
				let operator = account(&device.operator);
				Ok(Value::unnamed_composite([int(device.id), operator, device_facts(device)?]))
			})
			.collect::<Result<Vec<_>>>()?;
		let arguments = vec![Value::unnamed_composite(items)];
		chain.submit(&signer, &call("Devices", "attest_batch", arguments)).await?;
		bar.inc(batch.len() as u64);
	}
	bar.finish_and_clear();
	let attested: Vec<_> = devices
		.iter()
		.map(|device| json!({ "device": device.id, "operator": device.operator }))
		.collect();
	context.output.show(&json!(attested), || {
		let rows: Vec<_> = devices
			.iter()
			.map(|device| {
				vec![
					device.id.to_string(),
					device.operator.to_string(),
					device.metering_point.clone(),
					device.key.clone(),
				]
			})
			.collect();
		format!("attested\n{}", table(&["device", "operator", "metering point", "key"], &rows))
	})
}

async fn list(context: &Context, operator: Option<&str>) -> Result<()> {
	let operator = context.address(operator)?;
	let chain = context.chain().await?;
	let devices = chain.rpc.pages("devices_byOperator", vec![json!(operator)]).await?;
	context.output.show(&json!(devices), || {
		objects(
			&devices,
			&[
				("device", "id"),
				("metering point", "meteringPoint"),
				("zone", "zone"),
				("resource", "resource"),
				("directions", "directions"),
				("nameplate", "nameplate"),
				("unit", "unit"),
				("state", "state"),
				("from period", "stateFrom"),
			],
		)
	})
}

async fn change(context: &Context, id: u32, name: &str, event: &str) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let included = chain.submit(&signer, &call("Devices", name, vec![int(id)])).await?;
	let from = included.number("Devices", event, "from")?;
	let result = json!({ "device": id, "from": from });
	context.output.show(&result, || format!("device {id}: {name} takes effect in period {from}"))
}
