//! What was read for one period, register by register.

use std::collections::HashMap;

use meterproof_meters::{Amount, Place};

use crate::{
	error::{named_errors, Named},
	rpc::Refusal,
	store::Facts,
	telegrams::{Telegram, MOST_TELEGRAMS},
	types::Direction,
};

named_errors! {
	/// Why there is nothing to commit to.
	#[derive(PartialEq, Eq)]
	pub enum NoReading {
		/// Nothing was read.
		MissingReading { meter: String, direction: Direction }
			=> "there is no {direction} reading of {meter}";
		/// More than the meter can count in one period.
		AboveNameplate { meter: String, direction: Direction }
			=> "the {direction} reading of {meter} is above its nameplate";
	}
}

/// What is known of one register in one period.
#[derive(Clone, Debug)]
pub struct Told {
	/// The file that it stands in, where there are several.
	pub file: Option<String>,
	/// Where in its source that stands.
	pub place: Option<Place>,
	/// What it counted, or why that is not known.
	pub said: Result<Amount, Refusal>,
}

/// What was read for one period. A register of which nothing is told has no reading.
#[derive(Clone, Debug, Default)]
pub struct PeriodReadings {
	registers: HashMap<String, HashMap<Direction, Told>>,
	telegrams: HashMap<String, Vec<Telegram>>,
}

impl PeriodReadings {
	/// Puts down what is known of a register; what was told of it before.
	pub fn tell(&mut self, meter: &str, direction: Direction, told: Told) -> Option<Told> {
		self.registers.entry(meter.to_owned()).or_default().insert(direction, told)
	}

	/// What is known of a register.
	pub fn of(&self, meter: &str, direction: Direction) -> Option<&Told> {
		self.registers.get(meter)?.get(&direction)
	}

	/// Keeps the signed telegrams behind a meter's readings, in the order in which they came, in place
	/// of any before: the commitments of all its registers bind them. Of more than [`MOST_TELEGRAMS`]
	/// the first and the last ones are kept, among them those of the period's ends.
	pub fn keep(&mut self, meter: &str, mut telegrams: Vec<Telegram>) {
		let last = telegrams.len().saturating_sub(MOST_TELEGRAMS / 2);
		let first = last.min(MOST_TELEGRAMS - MOST_TELEGRAMS / 2);
		telegrams.drain(first..last);
		self.telegrams.insert(meter.to_owned(), telegrams);
	}

	/// The signed telegrams behind a meter's readings.
	pub fn telegrams(&self, meter: &str) -> &[Telegram] {
		self.telegrams.get(meter).map_or(&[], Vec::as_slice)
	}

	/// Whether a register of a meter has an amount.
	pub fn has(&self, meter: &str) -> bool {
		self.registers
			.get(meter)
			.is_some_and(|registers| registers.values().any(|told| told.said.is_ok()))
	}

	/// What a register counted, in the base unit of the meter's resource, or why nothing can be
	/// committed to. No text tells an amount.
	pub fn reading(&self, facts: &Facts, direction: Direction) -> Result<u32, Refusal> {
		let meter = || facts.name.clone();
		let told = self
			.of(&facts.name, direction)
			.ok_or_else(|| refusal(&NoReading::MissingReading { meter: meter(), direction }))?;
		let amount = told.said.as_ref().map_err(Clone::clone)?;
		let reading = amount.whole(facts.resource).map_err(|error| refusal(&error))?;
		if reading > facts.nameplate {
			return Err(refusal(&NoReading::AboveNameplate { meter: meter(), direction }));
		}
		Ok(reading)
	}
}

/// An error as the reason why a register has no commitment.
pub fn refusal(error: &impl Named) -> Refusal {
	Refusal { name: error.name().to_owned(), message: error.to_string() }
}
