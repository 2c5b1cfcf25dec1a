//! `validators_*`: the set, bonds, and what a validator's own node makes for it.

use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use subxt::utils::AccountId32;

use super::{decimal, Rpc};
use crate::{
	error::{Error, Result},
	proof::parse_bytes,
};

/// The most bytes that a node may answer as keys or as a proof of them.
const MOST_BYTES: usize = 4_096;

/// The validator set, who may come into it, and what waits.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidatorSet {
	/// Slots of a session.
	pub epoch_slots: u32,
	/// Sessions of an era.
	pub sessions_per_era: u32,
	/// Eras until the bond of one who left is free.
	pub unbonding_eras: u32,
	/// Fewest candidates that leaving leaves over.
	pub least: u32,
	/// Most validators.
	pub most: u32,
	/// The smallest bond, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub min_bond: u128,
	/// The validators of the session that runs.
	pub validators: Vec<AccountId32>,
	/// The candidates, in the order in which they joined.
	pub candidates: Vec<Bond>,
	/// Slashes that wait.
	pub slashes: Vec<WaitingSlash>,
}

impl ValidatorSet {
	/// The slash of an account that waits.
	pub fn slash_of(&self, account: &AccountId32) -> Option<&WaitingSlash> {
		self.slashes.iter().find(|slash| slash.account == *account)
	}
}

/// Where a bond stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BondState {
	/// A candidate that no planned session has.
	Waiting,
	/// A candidate that is elected.
	Elected,
	/// No candidate any more, and still a validator.
	Leaving,
	/// No candidate and no validator any more.
	Left,
}

impl BondState {
	/// The state's name in JSON.
	pub fn name(self) -> &'static str {
		match self {
			Self::Waiting => "waiting",
			Self::Elected => "elected",
			Self::Leaving => "leaving",
			Self::Left => "left",
		}
	}

	/// Whether the account is a candidate.
	pub fn is_candidate(self) -> bool {
		matches!(self, Self::Waiting | Self::Elected)
	}
}

/// A bond.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bond {
	/// Whose.
	pub account: AccountId32,
	/// What is on hold, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub bond: u128,
	/// Where it stands.
	pub state: BondState,
	/// The first era in which it is free, if the account has left.
	pub free_from: Option<u32>,
}

/// A slash that waits.
#[derive(Clone, Debug, Deserialize)]
pub struct WaitingSlash {
	/// The offender.
	pub account: AccountId32,
	/// What it loses, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub amount: u128,
	/// The era from which on it is taken.
	pub due: u32,
}

/// Session keys that a node has made, and the proof that they were made for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshKeys {
	/// The public keys, as the runtime encodes them.
	pub keys: Vec<u8>,
	/// Signatures by which the owner of the secret keys names the account that may use them.
	pub proof: Vec<u8>,
}

impl Rpc {
	/// The validator set.
	pub async fn validator_set(&self) -> Result<ValidatorSet> {
		self.call("validators_set", vec![]).await
	}

	/// The bond of one account, if it has one.
	pub async fn bond(&self, account: &AccountId32) -> Result<Option<Bond>> {
		const METHOD: &str = "validators_bond";
		let bond: Option<Bond> = self.call(METHOD, vec![json!(account)]).await?;
		if bond.as_ref().is_some_and(|bond| bond.account != *account) {
			let message = format!("{METHOD} answered another account's bond");
			return Err(Error::new("UnexpectedAnswer", message));
		}
		Ok(bond)
	}

	/// Whether an account has session keys.
	pub async fn has_session_keys(&self, account: &AccountId32) -> Result<bool> {
		self.call("validators_hasKeys", vec![json!(account)]).await
	}

	/// Whether an account has these session keys.
	pub async fn has_these_session_keys(&self, account: &AccountId32, keys: &[u8]) -> Result<bool> {
		let keys = format!("0x{}", hex::encode(keys));
		self.call("validators_hasKeys", vec![json!(account), json!(keys)]).await
	}

	/// Has this node make session keys for an account. The secret keys stay in its keystore.
	pub async fn make_session_keys(&self, owner: &AccountId32) -> Result<FreshKeys> {
		const METHOD: &str = "author_rotateKeysWithOwner";
		let owner = format!("0x{}", hex::encode(owner.0));
		let answer = self.raw(METHOD, vec![json!(owner)]).await.map_err(unsafe_refused)?;
		let field = |name: &str| bytes_in(&answer, name);
		field("keys").zip(field("proof")).map(|(keys, proof)| FreshKeys { keys, proof }).ok_or_else(
			|| Error::new("UnexpectedAnswer", format!("{METHOD} answered no keys with a proof")),
		)
	}

	/// Whether this node's keystore has the secret keys of session keys.
	pub async fn holds_session_keys(&self, keys: &[u8]) -> Result<bool> {
		let keys = format!("0x{}", hex::encode(keys));
		let answer = self.call("author_hasSessionKeys", vec![json!(keys)]).await;
		answer.map_err(unsafe_refused)
	}
}

fn bytes_in(answer: &Value, field: &str) -> Option<Vec<u8>> {
	let bytes = parse_bytes(answer[field].as_str()?).ok()?;
	(!bytes.is_empty() && bytes.len() <= MOST_BYTES).then_some(bytes)
}

/// Why a node does not do what only its owner may ask for.
fn unsafe_refused(error: Error) -> Error {
	if error.name() != "UnknownMethod" || !error.to_string().contains("unsafe") {
		return error;
	}
	let message = "the node makes and shows keys only for whoever is on its own machine: name the \
	               validator's own node with --keys-from, by its address on loopback, as in \
	               ws://127.0.0.1:9944; where it runs with --rpc-methods safe, give it an address for \
	               yourself alone, with --experimental-rpc-endpoint \
	               listen-addr=127.0.0.1:9955,methods=unsafe";
	Error::new("UnsafeMethodsRefused", message)
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn the_set_is_read_with_all_its_money() {
		let bond = json!({
			"account": ALICE, "bond": "10000000000000000", "state": "leaving", "freeFrom": 40,
		});
		let set = json!({
			"era": 7, "epochSlots": 1_800, "sessionsPerEra": 6, "unbondingEras": 34, "least": 1,
			"most": 21, "minBond": u128::MAX.to_string(), "validators": [ALICE],
			"candidates": [bond], "slashes": [{ "account": ALICE, "amount": "7", "due": 9 }],
		});
		let set: ValidatorSet = serde_json::from_value(set).unwrap();
		assert_eq!((set.min_bond, set.sessions_per_era), (u128::MAX, 6));
		let [bond] = &set.candidates[..] else { panic!("one candidate") };
		assert_eq!((bond.bond, bond.state), (10_000_000_000_000_000, BondState::Leaving));
		assert_eq!((bond.free_from, bond.state.name()), (Some(40), "leaving"));
		assert!(!bond.state.is_candidate());
		assert_eq!(set.slash_of(&bond.account).map(|slash| slash.amount), Some(7));
		for bad in [json!(5), json!("-5"), json!("five")] {
			let bond = json!({ "account": ALICE, "bond": bad, "state": "left", "freeFrom": 1 });
			assert!(serde_json::from_value::<Bond>(bond).is_err(), "{bad}");
		}
	}

	#[test]
	fn who_may_not_make_keys_is_told_where_to() {
		let refused = Error::new("UnknownMethod", "RPC call is unsafe to be called externally");
		let refused = unsafe_refused(refused);
		assert_eq!(refused.name(), "UnsafeMethodsRefused");
		assert!(refused.to_string().contains("--keys-from"));
		let other = unsafe_refused(Error::new("UnknownMethod", "Method not found"));
		assert_eq!(other.name(), "UnknownMethod");
		assert_eq!(unsafe_refused(Error::new("RpcError", "unsafe")).name(), "RpcError");
	}

	#[test]
	fn keys_without_a_proof_are_none() {
		let answer = |keys: &str, proof: &str| json!({ "keys": keys, "proof": proof });
		assert_eq!(bytes_in(&answer("0x0102", "0x"), "keys"), Some(vec![1, 2]));
		assert_eq!(bytes_in(&answer("0x0102", "0x"), "proof"), None);
		assert_eq!(bytes_in(&json!({ "keys": "0x01" }), "proof"), None);
		let long = format!("0x{}", "00".repeat(MOST_BYTES + 1));
		assert_eq!(bytes_in(&answer(&long, "0x"), "keys"), None);
		assert_eq!(bytes_in(&json!("0x0102"), "keys"), None);
	}
}
