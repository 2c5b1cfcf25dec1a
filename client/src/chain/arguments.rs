//! Values as arguments of calls, and fields of events as values.

use serde_json::json;
use subxt::{
	dynamic::{At, Value},
	ext::scale_value::Composite,
	utils::{AccountId32, H256},
};
use subxt_signer::sr25519::Keypair;

use super::Call;
use crate::types::{Directions, Group};

/// A call of a pallet with its arguments in order.
pub fn call(pallet: &str, name: &str, arguments: Vec<Value>) -> Call {
	subxt::dynamic::tx(pallet, name, Composite::Unnamed(arguments))
}

/// A number as an argument.
pub fn int(value: impl Into<u128>) -> Value {
	Value::u128(value.into())
}

/// Bytes as an argument.
pub fn bytes(value: impl AsRef<[u8]>) -> Value {
	Value::from_bytes(value)
}

/// An account as an argument.
pub fn account(value: &AccountId32) -> Value {
	Value::from_bytes(value.0)
}

/// A variant without fields as an argument.
pub fn variant(name: &str) -> Value {
	Value::unnamed_variant(name, [])
}

/// A group as an argument.
pub fn group(value: &Group) -> Value {
	Value::named_composite([
		("operator", account(&value.operator)),
		("zone", int(value.zone)),
		("resource", variant(value.resource.variant())),
		("direction", variant(value.direction.variant())),
	])
}

/// The registers of a meter as an argument.
pub fn directions(value: Directions) -> Value {
	variant(value.variant())
}

/// A field that is a number.
pub fn number(event: &Composite<()>, field: &str) -> Option<u64> {
	event.at(field)?.as_u128().and_then(|value| u64::try_from(value).ok())
}

/// A field that is an amount of money.
pub fn amount(event: &Composite<()>, field: &str) -> Option<u128> {
	event.at(field)?.as_u128()
}

/// A field that is an account.
pub fn account_of(event: &Composite<()>, field: &str) -> Option<AccountId32> {
	event.at(field).and_then(bytes32).map(AccountId32)
}

/// A value that is an array of 32 bytes, alone or wrapped.
pub fn bytes32(value: &Value) -> Option<[u8; 32]> {
	let mut value = value;
	while value.at(1).is_none() {
		value = value.at(0)?;
	}
	let mut found = [0; 32];
	for (at, byte) in found.iter_mut().enumerate() {
		*byte = value.at(at)?.as_u128()?.try_into().ok()?;
	}
	Some(found)
}

/// A hash as 0x and hex.
pub fn show_hash(hash: &H256) -> String {
	format!("0x{}", hex::encode(hash.0))
}

/// An address as JSON.
pub fn show_account(keys: &Keypair) -> serde_json::Value {
	json!(keys.public_key().to_account_id())
}
