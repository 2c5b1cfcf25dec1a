//! What is common to telegrams of all protocols.

use async_trait::async_trait;
use meterproof_statements::Direction;

use crate::{
	amount::{Amount, AmountError, Unit},
	counters::Counters,
	measured::{Finding, Measured, Place, Refused, SignedTelegram, Value},
	port::Port,
	source::{now_ms, Source, SourceError},
};
use meterproof_wallet::error::Named;

/// Characters of a meter's name that are kept: names come from the input.
const LONGEST_NAME: usize = 64;

/// When and as which a telegram was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
	/// Its number on its connection, from 1.
	pub number: u64,
	/// When its last byte was received, Unix ms.
	pub at_ms: u64,
}

/// A telegram, or a part of it, cannot be used: why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
	/// The reason's stable name.
	pub name: &'static str,
	/// The reason, for people, without any reading or key.
	pub reason: String,
}

impl Unusable {
	/// A reason.
	pub fn new(name: &'static str, reason: impl Into<String>) -> Self {
		Self { name, reason: reason.into() }
	}
}

/// A register's standing of `digits * 10^exponent`. No register is negative.
pub fn total(digits: i128, exponent: i32, unit: Unit) -> Result<Amount, Unusable> {
	if digits < 0 {
		return Err(Unusable::new(
			"RegisterNegative",
			"the register is negative, which no register is",
		));
	}
	Ok(Amount::new(digits, exponent, unit)?)
}

/// The shortest decimal number that stands for a floating-point one, as digits and a power of ten.
pub fn decimal(value: f64, single: bool) -> Result<(i128, i32), Unusable> {
	let wrong = || Unusable::new("RegisterNotANumber", "the register is not a number");
	if !value.is_finite() {
		return Err(wrong());
	}
	let text = if single { format!("{:e}", value as f32) } else { format!("{value:e}") };
	let (number, power) = text.split_once('e').ok_or_else(wrong)?;
	let power: i32 = power.parse().map_err(|_| wrong())?;
	let fraction = number.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
	let digits = number.replace('.', "").parse().map_err(|_| wrong())?;
	Ok((digits, power - fraction))
}

impl From<AmountError> for Unusable {
	fn from(error: AmountError) -> Self {
		Self::new(error.name(), error.to_string())
	}
}

impl Received {
	/// A telegram that was received now.
	pub fn now(number: u64) -> Self {
		Self { number, at_ms: now_ms() }
	}

	/// A finding that something of the telegram is refused.
	pub fn refused(self, meter: Option<&str>, unusable: Unusable) -> Finding {
		Finding::Refused(Refused {
			place: Place::Telegram(self.number),
			meter: meter.map(named),
			name: unusable.name,
			reason: unusable.reason,
		})
	}

	/// A finding that a register stood at `total`. `taken_ms` is the meter's time, if it told one; else the time
	/// of arrival counts.
	pub fn stands(
		self,
		meter: &str,
		direction: Direction,
		total: Amount,
		taken_ms: Option<u64>,
		signed: Option<SignedTelegram>,
	) -> Finding {
		Finding::Measured(Measured {
			place: Place::Telegram(self.number),
			meter: named(meter),
			direction,
			value: Value::Stands { at_ms: taken_ms.unwrap_or(self.at_ms), total },
			taken_ms,
			received_ms: self.at_ms,
			signed,
			input_name: None,
		})
	}
}

/// A name from an input that can stand in a log: short, and without control characters.
fn named(meter: &str) -> String {
	meter.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect()
}

/// Takes telegrams out of a stream of bytes.
pub trait Decoder: Send {
	/// Reads what is complete at the front of `buffer` and removes it. What it leaves is the beginning
	/// of a telegram, no longer than a telegram can be.
	fn decode(&mut self, buffer: &mut Vec<u8>) -> Vec<Finding>;

	/// The connection was lost: what was half received is gone.
	fn reset(&mut self) {}

	/// As [`Source::counters`].
	fn counters(&self) -> Counters {
		Counters::default()
	}

	/// As [`Source::resume`].
	fn resume(&mut self, _counters: &Counters) {}
}

/// A port whose meter talks unasked.
pub struct Listening<D> {
	port: Port,
	buffer: Vec<u8>,
	decoder: D,
}

impl<D: Decoder> Listening<D> {
	/// A source from a port and what understands its bytes.
	pub fn new(port: Port, decoder: D) -> Self {
		Self { port, buffer: Vec::new(), decoder }
	}
}

#[async_trait]
impl<D: Decoder> Source for Listening<D> {
	fn name(&self) -> &str {
		self.port.name()
	}

	async fn next(&mut self) -> Result<Option<Vec<Finding>>, SourceError> {
		loop {
			if let Err(lost) = self.port.read(&mut self.buffer).await {
				self.buffer.clear();
				self.decoder.reset();
				return Err(lost);
			}
			let findings = self.decoder.decode(&mut self.buffer);
			if !findings.is_empty() {
				return Ok(Some(findings));
			}
		}
	}

	fn counters(&self) -> Counters {
		self.decoder.counters()
	}

	fn resume(&mut self, counters: &Counters) {
		self.decoder.resume(counters);
	}
}
