//! MQTT: meters whose readings come as messages of a broker, in JSON or SenML, or as OCMF records.
//!
//! [`json`] and [`senml`] read one message each; [`source`](Mqtt) subscribes. The connection is
//! `rumqttc`'s. There is no crate for SenML in JSON that keeps decimal numbers exact.

mod decimal;
pub mod json;
mod members;
pub mod senml;
mod source;

use serde::Deserialize;

pub use source::{Mqtt, MqttSettings, PayloadFormat};

use crate::{
	amount::{Amount, AmountError},
	measured::Value,
	named_errors,
};

/// Bytes of the longest message that is read.
pub const LONGEST: usize = 64 * 1024;

named_errors! {
	/// Why a message or a value of one could not be used. No text tells a reading.
	#[derive(Clone, PartialEq, Eq)]
	pub enum MessageError {
		/// Not the format that the configuration names.
		NotJson => "the message is not JSON";
		/// A message that no meter sends.
		TooLong => "the message is longer than 65536 bytes";
		/// JSON with a name that stands twice in one object: readers differ in which they take.
		Twice { path: String } => "{path} is in the message twice";
		/// Nothing stands where the configuration says that the value is.
		NoValue { path: String } => "the message has no {path}";
		/// Something else than what should be there.
		NotANumber { path: String } => "{path} is not a number";
		/// More digits than any meter has.
		TooManyDigits { path: String } => "{path} has too many digits";
		/// Not a unit that can be counted in.
		UnknownUnit { path: String } => "{path} is in a unit other than Wh, kWh, MWh, l, m3";
		/// The meter's name is not where the configuration says.
		NoMeter => "the message does not tell the meter";
		/// The time is not where the configuration says, or is none.
		BadTime { path: String } => "{path} is not a time";
		/// A local time that is not one moment.
		AmbiguousTime { path: String } => "{path} has no offset from UTC, and is not one moment without it";
		/// The broker kept the message for later or sends it again, and it does not say when it was sent.
		NoTimeOfOldMessage => "the broker kept this message for later, or sends it again, and it has no time of its own: let the meter publish without \"retain\"";
		/// A record of SenML without a time, which may be sent again at another one.
		NoTime => "the record has no time of its own: let the meter send one, or say arrival = true, with which it counts when it arrives and the broker keeps nothing for later";
		/// A record of SenML that needs what is not known here.
		NotUnderstood { path: String } => "the record demands that {path} be understood";
	}
}

impl MessageError {
	fn amount(error: AmountError, path: &str) -> Self {
		let path = path.to_owned();
		match error {
			AmountError::TooManyDigits => Self::TooManyDigits { path },
			AmountError::WrongUnit => Self::UnknownUnit { path },
			_ => Self::NotANumber { path },
		}
	}
}

/// What the values of messages are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
	/// Seconds that a value was counted over; none if values are a register's standing.
	#[serde(default)]
	pub seconds: Option<u32>,
	/// Whether a message's time is the interval's end. If not, it is its start.
	#[serde(default)]
	pub time_is_end: bool,
}

impl Interval {
	/// What an amount of a time, Unix ms, says; without an amount, that it is missing.
	fn value(self, at_ms: u64, amount: Option<Amount>) -> Option<Value> {
		let Some(seconds) = self.seconds else {
			return amount.map(|total| Value::Stands { at_ms, total });
		};
		let length = u64::from(seconds) * 1000;
		let (start_ms, end_ms) = match self.time_is_end {
			true => (at_ms.saturating_sub(length), at_ms),
			false => (at_ms, at_ms.saturating_add(length)),
		};
		Some(match amount {
			Some(amount) => Value::Counted { start_ms, end_ms, amount },
			None => Value::Missing { start_ms, end_ms },
		})
	}
}

/// When a value of a message of some time was taken. Where that time is the start of an interval the
/// message was sent later: when, it does not say.
fn taken_ms(value: &Value, at_ms: u64) -> Option<u64> {
	match value {
		Value::Counted { end_ms, .. } | Value::Missing { end_ms, .. } if *end_ms > at_ms => None,
		_ => Some(at_ms),
	}
}

#[cfg(test)]
mod tests;
