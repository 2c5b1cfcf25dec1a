//! Whose notes a trade pays.

use meterproof_wallet::address::Address;
use subxt::dynamic::Value;

use crate::{
	chain::{bytes, Chain},
	commands::wallet::network,
	error::Result,
};

/// Owner of the notes of a payment address of this chain. The chain learns no more of the address:
/// such a note is open, and found by its owner.
pub async fn owner(chain: &Chain, address: Option<&str>) -> Result<Option<[u8; 32]>> {
	let Some(text) = address else { return Ok(None) };
	let address = Address::parse(&network(chain).await?, text)?;
	Ok(Some(address.owner))
}

/// The same as a call's argument.
pub fn argument(owner: Option<[u8; 32]>) -> Value {
	match owner {
		None => Value::unnamed_variant("None", []),
		Some(owner) => Value::unnamed_variant("Some", [bytes(owner)]),
	}
}
