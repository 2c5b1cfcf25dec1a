//! Tests by topic. Invariants are checked after each.

mod accounts;
mod backstop;
mod cancel;
pub mod chain;
mod claim;
mod clear;
mod closed;
mod evidence;
mod fills;
mod idle;
mod improve;
mod place;
mod properties;
mod prune;
mod queries;
mod room;
mod week;

pub(crate) use chain::*;
pub(crate) use frame::testing_prelude::*;

/// This pallet's error as a dispatch error.
pub(crate) fn error(error: Error<Test>) -> DispatchError {
	error.into()
}
