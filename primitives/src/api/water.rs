//! Seasons of water and accounts in them, in plain JSON. Quantities are litres.

use super::*;

/// Litres by priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaterClasses {
	/// What is served first and cut last.
	pub essential: Quantity,
	/// What can be passed on.
	pub general: Quantity,
}

/// A scarcity cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaterCut {
	/// The first turn that it holds for.
	pub from_turn: u32,
	/// What is kept of essential litres, in millionths.
	pub essential_kept: u32,
	/// What is kept of general litres, in millionths.
	pub general_kept: u32,
}

/// A season of a zone. Money is in the chain's smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct WaterSeason<Balance> {
	/// The zone.
	pub zone: ZoneId,
	/// Its number; seasons are numbered from 1.
	pub season: u32,
	/// Its first period.
	pub first: PeriodIndex,
	/// Its last period.
	pub last: PeriodIndex,
	/// Periods of a turn.
	pub turn: u32,
	/// How many turns it has.
	pub turns: u32,
	/// The turn that runs; absent before the season and after it.
	pub running: Option<u32>,
	/// What was announced.
	pub available: Quantity,
	/// What each class gets of it.
	pub granted: WaterClasses,
	/// The entitlements among which that is shared out.
	pub entitled: WaterClasses,
	/// What a litre used beyond the allocation costs.
	#[serde(serialize_with = "decimal")]
	pub penalty: Balance,
	/// The part of a general entitlement that can be carried over, in millionths.
	pub carry: u32,
	/// Cuts, in order of their turns.
	pub cuts: Vec<WaterCut>,
	/// How many accounts are in it.
	pub accounts: u32,
}

/// General litres that an account offers to pass on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct WaterOffer<AccountId, Balance> {
	/// Who may take them; anybody where it is absent.
	pub to: Option<AccountId>,
	/// How much.
	pub quantity: Quantity,
	/// Per litre.
	#[serde(serialize_with = "decimal")]
	pub price: Balance,
}

/// An account in a zone. Money is in the chain's smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct WaterAccountInfo<AccountId, Balance> {
	/// The zone.
	pub zone: ZoneId,
	/// Whose it is.
	pub account: AccountId,
	/// Its standing shares.
	pub entitlement: WaterClasses,
	/// What it may still use; between seasons what it carries over.
	pub balance: WaterClasses,
	/// The last season that it entered or passed over; 0 before the first one.
	pub season: u32,
	/// The turn that is to be closed next; absent while it is in no season.
	pub turn: Option<u32>,
	/// The period whose commitments say what was used in that turn; absent while it is in no season.
	pub reading: Option<PeriodIndex>,
	/// What its meters could count in a period when that turn began.
	pub answerable: Quantity,
	/// What it offers to pass on.
	pub offer: Option<WaterOffer<AccountId, Balance>>,
	/// Whether it enters no other season.
	pub leaving: bool,
	/// On hold until the turn is closed, for what was passed on.
	#[serde(serialize_with = "decimal")]
	pub surety: Balance,
	/// On hold, and to be claimed: `Water.claim`.
	#[serde(serialize_with = "decimal")]
	pub claimable: Balance,
	/// Charged and not paid: `Water.pay`.
	#[serde(serialize_with = "decimal")]
	pub owed: Balance,
}
