//! Tests by topic, with real meters, proofs and money. Invariants are checked after each.

mod accounts;
pub mod chain;
mod idle;
mod properties;
mod queries;
mod seasons;
mod trades;
mod transfers;
mod using;

pub(crate) use chain::*;
pub(crate) use frame::testing_prelude::*;
pub(crate) use pallet_water::weights;

/// This pallet's error as a dispatch error.
pub(crate) fn error(error: Error<Test>) -> DispatchError {
	error.into()
}
