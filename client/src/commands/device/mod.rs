//! `device`: register and attest meters, and change what is registered.

mod attest;
mod changes;
mod facts;
mod register;
mod rotate;

use serde_json::json;

use super::Context;
use crate::{
	chain::Chain,
	cli::DeviceCommand,
	error::{Error, Result},
	output::{lines, objects},
	rpc::Device,
	types::parse_address,
};
use facts::{device_facts, meter_facts};
pub use rotate::learn_of_rotations;

pub async fn run(context: &Context, command: DeviceCommand) -> Result<()> {
	match command {
		DeviceCommand::Register(args) => register::register(context, args).await,
		DeviceCommand::Attest { operator, zone, devices } => {
			attest::attest(context, operator.as_deref(), zone, &devices).await
		},
		DeviceCommand::List { operator } => list(context, operator.as_deref()).await,
		DeviceCommand::Show { id } => show(context, id).await,
		DeviceCommand::Revoke { id } => changes::revoke(context, id).await,
		DeviceCommand::Suspend { id } => changes::suspend(context, id).await,
		DeviceCommand::Resume { id } => changes::resume(context, id).await,
		DeviceCommand::RotateKey(args) => rotate::rotate(context, args).await,
		DeviceCommand::ChangeZone { id, zone } => changes::change_zone(context, id, zone).await,
		DeviceCommand::OfferTransfer { id, to } => {
			changes::offer_transfer(context, id, &parse_address(&to)?).await
		},
		DeviceCommand::WithdrawTransfer { id } => changes::withdraw_transfer(context, id).await,
		DeviceCommand::AcceptTransfer { id } => changes::accept_transfer(context, id).await,
		DeviceCommand::Swap(args) => attest::swap(context, args).await,
		DeviceCommand::Retire { id } => changes::retire(context, id).await,
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

async fn show(context: &Context, id: u32) -> Result<()> {
	let chain = context.chain().await?;
	let device = chain.rpc.raw("devices_get", vec![json!(id)]).await?;
	if device.is_null() {
		return Err(Error::new("UnknownDevice", format!("no device has the id {id}")));
	}
	context.output.show(&device, || lines(&device))
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
