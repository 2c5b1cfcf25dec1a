//! What a driver found.

use std::{fmt, sync::Arc};

use meterproof_statements::Direction;
use zeroize::Zeroizing;

use crate::{amount::Amount, Named};

/// What a driver found in one place of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
	/// A register's value.
	Measured(Measured),
	/// A row, telegram or value that cannot be used. The rest of the input can.
	Refused(Refused),
}

/// One register of one meter, at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
	/// Where it stands.
	pub place: Place,
	/// The meter, as the input names it: a serial number, an equipment identifier, a column's head.
	pub meter: String,
	/// The name in the input, where `meter` is the one that a configuration gives it: of a meter that was
	/// replaced the second differs, and the first stays.
	pub input_name: Option<String>,
	/// The register.
	pub direction: Direction,
	/// What it says.
	pub value: Value,
	/// When the value was taken by the meter's clock, Unix ms, where the input says so; of files that do not,
	/// when they were last written to. The time that the value is of was over then.
	pub taken_ms: Option<u64>,
	/// When this program received it, Unix ms; of files when they were read.
	pub received_ms: u64,
	/// The telegram that the meter signed, if it did.
	pub signed: Option<SignedTelegram>,
}

/// What a register says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
	/// So much was counted from `start_ms` to `end_ms`, Unix ms. Labels at an interval's end have been
	/// turned into this form.
	Counted { start_ms: u64, end_ms: u64, amount: Amount },
	/// The register stood at `total` at `at_ms`, Unix ms.
	Stands { at_ms: u64, total: Amount },
	/// The input has a place for the interval's value, and no value, or one that it marks as missing.
	Missing { start_ms: u64, end_ms: u64 },
}

/// Why something in an input cannot be used. Its text tells places and meters, never a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
	/// Where it stands.
	pub place: Place,
	/// The meter that it is of, where that much could be read.
	pub meter: Option<String>,
	/// The reason's stable name, in CamelCase, for scripts.
	pub name: &'static str,
	/// The reason, for people.
	pub reason: String,
}

impl Refused {
	/// A refusal with a named error's name and text.
	pub fn new(place: Place, meter: Option<&str>, error: &impl Named) -> Self {
		let (name, reason) = (error.name(), error.to_string());
		Self { place, meter: meter.map(Into::into), name, reason }
	}
}

impl fmt::Display for Refused {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match &self.meter {
			Some(meter) => write!(formatter, "{}: {meter}: {}", self.place, self.reason),
			None => write!(formatter, "{}: {}", self.place, self.reason),
		}
	}
}

/// Where something stands in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
	/// A line of a file, from 1.
	Line(u64),
	/// A telegram or message of a connection, from 1.
	Telegram(u64),
}

impl fmt::Display for Place {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Line(line) => write!(formatter, "line {line}"),
			Self::Telegram(number) => write!(formatter, "telegram {number}"),
		}
	}
}

/// A telegram with the meter's own signature, as it was received. It holds readings in the clear.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedTelegram {
	/// The format: `ocmf` or `sml`.
	pub format: &'static str,
	/// All of its bytes, which the readings of one telegram share.
	pub bytes: Arc<Zeroizing<Vec<u8>>>,
}

impl SignedTelegram {
	/// A telegram of a format.
	pub fn new(format: &'static str, bytes: &[u8]) -> Self {
		Self { format, bytes: Arc::new(Zeroizing::new(bytes.to_vec())) }
	}
}

/// Telegrams are never printed.
impl fmt::Debug for SignedTelegram {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter
			.debug_struct("SignedTelegram")
			.field("format", &self.format)
			.finish_non_exhaustive()
	}
}
