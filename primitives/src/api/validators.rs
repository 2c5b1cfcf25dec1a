//! What the validators' runtime API answers.

use alloc::vec::Vec;
use core::fmt::Display;

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::Serialize;

use super::decimal;
use crate::EraIndex;

/// The validator set, who may come into it, and what waits.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct ValidatorSetInfo<AccountId, Balance> {
	/// The number of the era that runs.
	pub era: EraIndex,
	/// Slots of a session, which is an epoch.
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
	#[serde(serialize_with = "decimal")]
	pub min_bond: Balance,
	/// The validators of the session that runs.
	pub validators: Vec<AccountId>,
	/// The candidates, in the order in which they joined.
	pub candidates: Vec<BondInfo<AccountId, Balance>>,
	/// Slashes that wait.
	pub slashes: Vec<WaitingSlash<AccountId, Balance>>,
}

/// Where a bond stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BondState {
	/// A candidate that no planned session has.
	#[codec(index = 0)]
	Waiting,
	/// A candidate that is elected.
	#[codec(index = 1)]
	Elected,
	/// No candidate any more, and still a validator.
	#[codec(index = 2)]
	Leaving,
	/// No candidate and no validator any more; the bond is still held.
	#[codec(index = 3)]
	Left,
}

/// A bond.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct BondInfo<AccountId, Balance> {
	/// Whose.
	pub account: AccountId,
	/// What is on hold, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub bond: Balance,
	/// Where it stands.
	pub state: BondState,
	/// The first era in which it is free, if the account has left.
	pub free_from: Option<EraIndex>,
}

/// A slash that waits.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct WaitingSlash<AccountId, Balance> {
	/// The offender.
	pub account: AccountId,
	/// What it loses, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub amount: Balance,
	/// The era from which on it is taken.
	pub due: EraIndex,
}
