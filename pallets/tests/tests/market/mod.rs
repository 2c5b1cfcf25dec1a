//! Tests by topic. Invariants are checked after each.

mod accept;
mod agenda;
pub mod chain;
mod claim;
mod evidence;
mod horizon;
mod imbalance_price;
mod notes;
mod offer;
mod payees;
mod properties;
mod queries;
mod sealed;
mod settle;
mod split;
mod takings;
mod withdraw;

pub(crate) use chain::*;
pub(crate) use frame::testing_prelude::*;
pub(crate) use meterproof_primitives::{api::TradeState, Deliveries};

/// This pallet's error as a dispatch error.
pub(crate) fn error(error: Error<Test>) -> DispatchError {
	error.into()
}

/// The key that a call about this device has to name.
pub(crate) fn key_of(device: meterproof_primitives::DeviceId) -> meterproof_primitives::DeviceKey {
	Devices::device(device).unwrap().key.0
}
