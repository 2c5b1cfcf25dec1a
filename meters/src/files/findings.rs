//! What a file's driver collects, and how much of it.

use meterproof_statements::Direction;
use serde::Deserialize;

use crate::{
	amount::Amount,
	measured::{Finding, Measured, Place, Refused, Value},
	named_errors, Named,
};

/// Values that a file may have: the quarters of an hour of a year for 57 meters.
pub const MOST: usize = 2_000_000;

named_errors! {
	/// Why a file or a part of it could not be used, whatever its format. No text tells a reading.
	#[derive(Clone, PartialEq, Eq)]
	pub enum FileError {
		/// The rest is not read.
		TooManyValues => "a file has at most 2000000 values: divide it";
		/// Not valid or not final, and not asked for.
		NotMeasured { what: String, count: u64 } => "{count} values from here on are {what}, not measured: to use them, see accept";
	}
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
	/// The meter counted it.
	#[default]
	Measured,
	/// Somebody put it in the place of what the meter did not tell, for good.
	Final,
	/// An estimate that may be replaced.
	Provisional,
}

/// A place in a table of values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
	pub line: u64,
	pub meter: &'a str,
	pub direction: Direction,
	pub start_ms: u64,
	pub end_ms: u64,
}

/// Collects findings up to [`MOST`]. Values of a lesser quality than `accept` are refused, each run of
/// them once.
pub(super) struct Collected {
	findings: Vec<Finding>,
	read_ms: u64,
	accept: Quality,
	is_full: bool,
	/// The run of values that were not good enough: where it begins, its meter, what it is, its length.
	run: Option<(u64, String, &'static str, u64)>,
}

impl Collected {
	pub(super) fn new(read_ms: u64, accept: Quality) -> Self {
		Self { findings: Vec::new(), read_ms, accept, is_full: false, run: None }
	}

	/// Whether nothing more is taken.
	pub(super) fn is_full(&self) -> bool {
		self.is_full
	}

	fn push(&mut self, line: u64, finding: Finding) {
		if self.findings.len() < MOST {
			self.findings.push(finding);
		} else {
			self.too_many(line);
		}
	}

	/// Notes that the rest of the file, from a line on, is not read.
	pub(super) fn too_many(&mut self, line: u64) {
		if !self.is_full {
			self.is_full = true;
			let refused = Refused::new(Place::Line(line), None, &FileError::TooManyValues);
			self.findings.push(Finding::Refused(refused));
		}
	}

	fn end_run(&mut self) {
		if let Some((line, meter, what, count)) = self.run.take() {
			let error = FileError::NotMeasured { what: what.into(), count };
			let refused = Refused::new(Place::Line(line), Some(&meter), &error);
			self.push(line, Finding::Refused(refused));
		}
	}

	pub(super) fn refused(&mut self, line: u64, meter: Option<&str>, error: &impl Named) {
		self.end_run();
		let refused = Refused::new(Place::Line(line), meter, error);
		self.push(line, Finding::Refused(refused));
	}

	/// What was counted in an interval, and where it comes from; `what` says so in words.
	pub(super) fn counted(
		&mut self,
		slot: Slot<'_>,
		amount: Amount,
		quality: Quality,
		what: &'static str,
	) {
		let Slot { start_ms, end_ms, .. } = slot;
		self.value(slot, Value::Counted { start_ms, end_ms, amount }, quality, what);
	}

	/// Where a register stood at the slot's end.
	pub(super) fn stands(
		&mut self,
		slot: Slot<'_>,
		total: Amount,
		quality: Quality,
		what: &'static str,
	) {
		self.value(slot, Value::Stands { at_ms: slot.end_ms, total }, quality, what);
	}

	pub(super) fn missing(&mut self, slot: Slot<'_>) {
		let Slot { start_ms, end_ms, .. } = slot;
		self.value(slot, Value::Missing { start_ms, end_ms }, Quality::Measured, "");
	}

	fn value(&mut self, slot: Slot<'_>, value: Value, quality: Quality, what: &'static str) {
		if quality > self.accept {
			match &mut self.run {
				Some((_, meter, of, count)) if meter == slot.meter && *of == what => *count += 1,
				_ => {
					self.end_run();
					self.run = Some((slot.line, slot.meter.into(), what, 1));
				},
			}
			return;
		}
		self.end_run();
		let measured = Measured {
			place: Place::Line(slot.line),
			meter: slot.meter.into(),
			direction: slot.direction,
			value,
			taken_ms: None,
			received_ms: self.read_ms,
			signed: None,
			input_name: None,
		};
		self.push(slot.line, Finding::Measured(measured));
	}

	pub(super) fn finish(mut self) -> Vec<Finding> {
		self.end_run();
		self.findings
	}
}
