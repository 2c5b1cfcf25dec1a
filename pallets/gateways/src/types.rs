//! What gateways and roots are stored as.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::PeriodIndex;
use scale_info::TypeInfo;

use crate::Config;

/// Amounts of the native currency.
pub type BalanceOf<T> = <<T as Config>::NativeBalance as fungible::Inspect<
	<T as frame_system::Config>::AccountId,
>>::Balance;

/// A gateway as this runtime has it.
pub type GatewayOf<T> = Gateway<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// A period as big-endian bytes, so that maps hashed by identity are walked in its order.
pub type OrderedKey = [u8; 8];

/// Most roots that one call deletes.
pub const MOST_SWEPT: u32 = 64;

/// Who commits for meters.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Gateway<AccountId, Balance> {
	/// The account that posts the gateway's roots, and that the deposit is held from.
	pub account: AccountId,
	/// What is held until the gateway is released.
	pub deposit: Balance,
	/// The first period that the gateway posts no root for, once it is to go.
	pub retiring: Option<PeriodIndex>,
}
