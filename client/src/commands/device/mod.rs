//! `device`: register and attest meters, and change what is registered.
//!
//! A call about a device says which one is meant: its key, as the node showed it just before, or all
//! its facts, which a registrar or a new operator signs as it looked at them. If it is another device
//! by the time the call is in a block, the chain refuses.

mod attest;
mod changes;
mod facts;
mod history;
mod lost;
mod register;
mod rotate;
mod status;

use std::path::Path;

use serde_json::json;
use subxt::dynamic::Value;
use subxt_signer::sr25519::Keypair;

use super::Context;
use crate::{
	chain::{bytes, int, Chain},
	cli::{DeviceArgs, DeviceCommand},
	device_key::parse_key,
	error::{Error, Result},
	output::{lines, objects},
	proof::parse_hash,
	rpc::Device,
	seen,
	types::parse_address,
};
use facts::{device_facts, meter_facts};
use lost::ensure_keys_stand;
pub use lost::ensure_not_restarted;
pub use rotate::learn_of_rotations;

pub async fn run(context: &Context, command: DeviceCommand) -> Result<()> {
	match command {
		DeviceCommand::Register(args) => register::register(context, args).await,
		DeviceCommand::Attest(args) => attest::attest(context, &args).await,
		DeviceCommand::List { operator } => list(context, operator.as_deref()).await,
		DeviceCommand::Show { id } => show(context, id).await,
		DeviceCommand::Status { id, period } => status::status(context, id, period).await,
		DeviceCommand::Revoke(args) => changes::revoke(context, &args).await,
		DeviceCommand::Suspend(args) => changes::suspend(context, &args).await,
		DeviceCommand::Resume(args) => changes::resume(context, &args).await,
		DeviceCommand::RotateKey(args) => rotate::rotate(context, args).await,
		DeviceCommand::ChangeZone { device, zone } => {
			changes::change_zone(context, &device, zone).await
		},
		DeviceCommand::Bind { device, gateway, seat } => {
			changes::bind(context, &device, gateway, seat).await
		},
		DeviceCommand::Unbind(args) => changes::unbind(context, &args).await,
		DeviceCommand::OfferTransfer { device, to } => {
			changes::offer_transfer(context, &device, &parse_address(&to)?).await
		},
		DeviceCommand::WithdrawTransfer(args) => changes::withdraw_transfer(context, &args).await,
		DeviceCommand::AcceptTransfer { device, facts } => {
			changes::accept_transfer(context, &device, &facts).await
		},
		DeviceCommand::Swap(args) => attest::swap(context, args).await,
		DeviceCommand::Retire(args) => changes::retire(context, &args).await,
		DeviceCommand::ReleaseDeposit { id } => changes::release_deposit(context, id).await,
	}
}

/// Items of a batch call.
async fn batch_size(chain: &Chain) -> Result<usize> {
	let size = chain.constant("Devices", "MaxBatch").await?;
	Ok(usize::try_from(size).unwrap_or(usize::MAX).max(1))
}

/// A device that must be there.
async fn known_device(chain: &Chain, id: u32) -> Result<Device> {
	let unknown = || Error::new("UnknownDevice", format!("no device has the id {id}"));
	chain.rpc.device(id).await?.ok_or_else(unknown)
}

/// The devices in a file that somebody looked at before signing: each as it was seen last.
fn look_into(facts: &Path) -> Result<Vec<Device>> {
	let seen: Vec<Device> = seen::read(facts, "`--json device list` or `--json device show`")?;
	Ok(seen_last(seen))
}

fn seen_last(seen: Vec<Device>) -> Vec<Device> {
	let mut devices: Vec<Device> = Vec::with_capacity(seen.len());
	for device in seen {
		match devices.iter_mut().find(|known| known.id == device.id) {
			Some(known) => *known = device,
			None => devices.push(device),
		}
	}
	devices
}

/// A device as such a file has it.
fn seen_in(seen: &[Device], id: u32) -> Result<&Device> {
	let message =
		|| format!("device {id} is not in the file: nothing is signed of what was not seen");
	seen.iter().find(|device| device.id == id).ok_or_else(|| Error::new("NotInFile", message()))
}

/// What a call about a device needs.
struct Subject {
	signer: Keypair,
	chain: Chain,
	device: Device,
}

/// Looks at a device, so that the call can say which one is meant.
async fn look_at(context: &Context, args: &DeviceArgs) -> Result<Subject> {
	let wanted = args.key.as_deref().map(parse_key).transpose()?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let device = known_device(&chain, args.id).await?;
	ensure_key(&device, wanted)?;
	Ok(Subject { signer, chain, device })
}

/// Refuses a device that has another key than it was said to have.
fn ensure_key(device: &Device, wanted: Option<[u8; 32]>) -> Result<()> {
	let key = parse_hash(&device.key)?;
	if wanted.is_none_or(|wanted| wanted == key) {
		return Ok(());
	}
	let message = format!(
		"device {} has the key {}, and not the one given: it is another device, or its key was \
		 rotated; look at `device show {}` before you go on",
		device.id, device.key, device.id
	);
	Err(Error::new("KeyDiffers", message))
}

/// A device as a call names it: its id and its key.
fn named(device: &Device) -> Result<[Value; 2]> {
	Ok([int(device.id), bytes(parse_hash(&device.key)?)])
}

/// A device as a person is told of it.
fn told(device: &Device) -> String {
	format!("device {} at {} with key {}", device.id, device.metering_point, device.key)
}

async fn show(context: &Context, id: u32) -> Result<()> {
	let chain = context.chain().await?;
	let device = chain.rpc.raw("devices_get", vec![json!(id)]).await?;
	if device.is_null() {
		return Err(Error::new("UnknownDevice", format!("no device has the id {id}")));
	}
	context.output.show(&device, || lines(&device))
}

/// The error for a command that was given no account: whoever only looks needs none.
fn whose(error: Error) -> Error {
	match error.name() {
		"NoAccount" => Error::new(
			error.name(),
			format!(
				"{error}; --operator ADDRESS shows the devices of anybody, and needs no account"
			),
		),
		_ => error,
	}
}

async fn list(context: &Context, operator: Option<&str>) -> Result<()> {
	let operator = context.address(operator).map_err(whose)?;
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
				("evidence", "evidence"),
			],
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn device() -> Device {
		serde_json::from_value(json!({
			"id": 7,
			"key": format!("0x{}", "01".repeat(32)),
			"meteringPoint": "DE0001",
			"operator": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
			"zone": 1,
			"resource": "electricity",
			"unit": "Wh",
			"directions": "both",
			"nameplate": 1000,
			"state": "registered",
			"stateFrom": 5,
			"registrar": null
		}))
		.unwrap()
	}

	#[test]
	fn a_device_with_another_key_than_it_was_said_to_have_is_refused() {
		let device = device();
		assert!(ensure_key(&device, None).is_ok());
		assert!(ensure_key(&device, Some([1; 32])).is_ok());
		let refused = ensure_key(&device, Some([2; 32])).unwrap_err();
		assert_eq!(refused.name(), "KeyDiffers");
		assert!(refused.to_string().contains("device show 7"), "{refused}");
	}

	#[test]
	fn a_device_that_was_seen_twice_is_as_it_was_seen_last() {
		let later = Device { nameplate: 2_000, ..device() };
		let other = Device { id: 8, ..device() };
		let seen = seen_last(vec![device(), other, later]);
		let told: Vec<_> = seen.iter().map(|device| (device.id, device.nameplate)).collect();
		assert_eq!(told, [(7, 2_000), (8, 1_000)]);
	}

	#[test]
	fn a_call_names_a_device_by_its_id_and_its_key() {
		assert_eq!(named(&device()).unwrap(), [int(7u32), bytes([1; 32])]);
	}
}
