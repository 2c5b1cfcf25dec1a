//! Simulated meters: telegrams of every protocol that is read, for trying a configuration and for
//! tests. [`curve`] makes consumption up, [`serve`] hands telegrams to those who listen.

pub mod broker;
pub mod curve;
pub mod dlms;
pub mod dsmr;
pub mod mbus;
pub mod message;
pub mod modbus;
pub mod mqtt;
pub mod p1;
pub mod serve;
pub mod sml;

use crate::telegram::Unusable;

/// What a simulated meter's registers say at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
	/// When, Unix ms.
	pub at_ms: u64,
	/// Taken from the network, in Wh or litres.
	pub import: u64,
	/// Given to the network, in Wh, if the meter has the register.
	pub export: Option<u64>,
}

/// A meter that tells its registers' standings.
pub trait Simulated: Send {
	/// The telegram of a time. Telegrams of one meter are asked for in order: counters run on.
	fn telegram(&mut self, totals: &Totals) -> Vec<u8>;

	/// What a meter that speaks only when it is asked answers to `requests`, from which it takes those
	/// that it has understood. None if the meter speaks unasked.
	fn asked(&mut self, _requests: &mut Vec<u8>, _totals: &Totals) -> Option<Vec<u8>> {
		None
	}
}

/// The refusal of a meter's name that the protocol cannot send.
fn bad_name(wanted: &str) -> Unusable {
	Unusable::new("BadMeterName", format!("a meter of this protocol is named {wanted}"))
}
