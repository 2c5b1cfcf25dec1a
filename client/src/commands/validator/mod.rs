//! `validator`: making blocks for a bond.

mod bond;
mod eras;
mod join;
mod refused;
mod rotate;
mod status;

use super::Context;
use crate::{cli::ValidatorCommand, error::Result};

pub async fn run(context: &Context, command: ValidatorCommand) -> Result<()> {
	match command {
		ValidatorCommand::Join(args) => join::join(context, args).await,
		ValidatorCommand::Leave => bond::leave(context).await,
		ValidatorCommand::RaiseBond { by } => bond::raise(context, &by).await,
		ValidatorCommand::Withdraw { address } => bond::withdraw(context, address.as_deref()).await,
		ValidatorCommand::RotateKeys { keys_from } => {
			rotate::rotate_keys(context, keys_from.as_deref()).await
		},
		ValidatorCommand::PurgeKeys => bond::purge_keys(context).await,
		ValidatorCommand::Status { address: None, own: false } => status::all(context).await,
		ValidatorCommand::Status { address, .. } => {
			status::one(context, context.address(address.as_deref())?).await
		},
	}
}
