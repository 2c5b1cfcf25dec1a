//! What the gateways' runtime API answers.

use core::fmt::Display;

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::Serialize;

use super::decimal;
use crate::{GatewayId, PeriodIndex};

/// Who commits for meters.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct GatewayInfo<AccountId, Balance> {
	/// The gateway's number.
	pub id: GatewayId,
	/// The account that posts its roots.
	pub account: AccountId,
	/// What is on hold for it, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub deposit: Balance,
	/// The first period that it posts no root for, if it is to go.
	pub retires_from: Option<PeriodIndex>,
}
