//! Registers that stand at totals, as what was counted from one boundary to the next.
//!
//! Standings are rounded down to the chain's unit and subtracted, so that what was counted adds up to
//! what the register moved by: nothing is lost for good and nothing is counted twice. A register that
//! stands lower than before, or has moved by more than the meter can count, was replaced, reset or
//! began anew: the intervals in between are refused, with the reason, and never made up. Only where
//! its capacity was given is a register that began anew counted on.

use std::collections::HashMap;

use meterproof_statements::{Direction, Resource};

use crate::{
	amount::{Amount, Unit},
	measured::{Finding, Measured, Refused, Value},
	named_errors, Named,
};

named_errors! {
	/// Why a standing was not taken, or cannot be counted from.
	#[derive(Clone, PartialEq, Eq)]
	pub enum RegisterError {
		/// Lower than before.
		RegisterWentBack => "the register stands lower than before: the meter was replaced or reset; \
			nothing is counted across that";
		/// Lower than before, from just below a power of ten to just above zero.
		RegisterBeganAnew { capacity: u128 }
			=> "the register stands lower than before, as if it had begun anew at {capacity}: if that \
				is where it does, say so with --rollover; nothing is counted across that";
		/// Higher than the meter can count.
		RegisterJumped => "the register has moved by more than the meter can count in this time: \
			the meter was replaced or set; nothing is counted across that";
		/// Another standing at the same time.
		StandingDiffers => "the register has another standing at this time already";
		/// An older standing than the newest.
		StandingOutOfOrder => "the standing is older than another that was taken before";
	}
}

/// Intervals that are refused one by one after a break; those beyond it are merely missing.
const MOST_REFUSED: u64 = 1_000;

/// Where the boundaries between intervals are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
	/// One of the boundaries, Unix ms.
	pub anchor_ms: u64,
	/// The length of an interval in ms; at least one.
	pub length_ms: u64,
}

impl Grid {
	/// The last boundary at or before a time, counted from the anchor.
	fn index(&self, at_ms: u64) -> i128 {
		(i128::from(at_ms) - i128::from(self.anchor_ms)).div_euclid(self.length())
	}

	/// Where a boundary is; `None` before 1970 and after all time.
	fn at(&self, index: i128) -> Option<u64> {
		let after = index.checked_mul(self.length())?;
		u64::try_from(after.checked_add(self.anchor_ms.into())?).ok()
	}

	fn length(&self) -> i128 {
		i128::from(self.length_ms.max(1))
	}
}

/// What is known of a meter's registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
	/// What the meter measures.
	pub resource: Resource,
	/// The most that a register can count from one boundary to the next, in base units.
	pub most: u32,
	/// Where its registers begin anew, in base units, if that is known.
	pub rollover: Option<u128>,
}

/// A standing, in base units and with all that the register counted before it began anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
	at_ms: u64,
	total: u128,
}

#[derive(Clone, Debug)]
struct Register {
	last: Standing,
	/// Where the register stood last, as it was read.
	shown: u128,
	/// The newest boundary at which it is known where the register stood.
	mark: Option<(i128, u128)>,
}

/// Registers, and where they stood.
#[derive(Clone, Debug)]
pub struct Intervals {
	grid: Grid,
	tolerance_ms: u64,
	registers: HashMap<(String, Direction), Register>,
}

impl Intervals {
	/// A new set, without readings. A register counts as standing at a boundary as it stood at
	/// most `tolerance_ms` before or, if there is no such standing, after it.
	pub fn new(grid: Grid, tolerance_ms: u64) -> Self {
		Self { grid, tolerance_ms, registers: HashMap::new() }
	}

	/// Takes findings in order of time; of standings makes what was counted. Other findings, and those
	/// of meters without a scale, stay as they are.
	pub fn count(
		&mut self,
		findings: Vec<Finding>,
		scale: impl Fn(&str) -> Option<Scale>,
	) -> Vec<Finding> {
		let mut counted = Vec::with_capacity(findings.len());
		for finding in findings {
			match finding {
				Finding::Measured(Measured { value: Value::Stands { at_ms, total }, .. }) => {
					let Finding::Measured(measured) = &finding else { continue };
					match scale(&measured.meter) {
						Some(scale) => self.stands(measured, at_ms, total, scale, &mut counted),
						None => counted.push(finding),
					}
				},
				_ => counted.push(finding),
			}
		}
		counted
	}

	fn stands(
		&mut self,
		measured: &Measured,
		at_ms: u64,
		total: Amount,
		scale: Scale,
		counted: &mut Vec<Finding>,
	) {
		let mut found = Found { measured, grid: self.grid, resource: scale.resource, counted };
		let shown = match total.standing(scale.resource) {
			Ok(shown) => shown,
			Err(error) => return found.refuse(&error),
		};
		let name = (measured.meter.clone(), measured.direction);
		let known = match self.registers.get_mut(&name) {
			Some(known) => known,
			None => {
				let last = Standing { at_ms, total: shown };
				let mark = self.grid.near_before(at_ms, self.tolerance_ms);
				let mark = mark.map(|index| (index, shown));
				self.registers.insert(name, Register { last, shown, mark });
				return;
			},
		};
		if at_ms <= known.last.at_ms {
			return match (at_ms == known.last.at_ms, shown == known.shown) {
				(true, true) => {},
				(true, false) => found.refuse(&RegisterError::StandingDiffers),
				(false, _) => found.refuse(&RegisterError::StandingOutOfOrder),
			};
		}
		match known.moved(&self.grid, at_ms, shown, scale) {
			Ok(moved) => {
				let now = Standing { at_ms, total: known.last.total.saturating_add(moved) };
				// Of boundaries far from both standings nothing is known, however many there are.
				let (last, tolerance_ms) = (self.grid.index(at_ms), self.tolerance_ms);
				let first = self.grid.index(known.last.at_ms).saturating_add(1);
				let after =
					self.grid.index(known.last.at_ms.saturating_add(tolerance_ms)).min(last);
				let before = self.grid.index(at_ms.saturating_sub(tolerance_ms));
				let before = before.max(first).max(after.saturating_add(1));
				for index in (first..=after).chain(before..=last) {
					let stood = self.grid.stood(index, known.last, now, self.tolerance_ms);
					let Some(stood) = stood else { continue };
					found.boundary(known.mark.replace((index, stood)), (index, stood));
				}
				(known.last, known.shown) = (now, shown);
			},
			Err(error) => {
				let from = known.mark.map_or(self.grid.index(known.last.at_ms), |(index, _)| index);
				let here = self.grid.near_before(at_ms, self.tolerance_ms);
				let to = here.unwrap_or_else(|| self.grid.index(at_ms).saturating_add(1));
				found.broken(from, to, &error);
				let last = Standing { at_ms, total: shown };
				*known = Register { last, shown, mark: here.map(|index| (index, shown)) };
			},
		}
	}
}

impl Grid {
	/// The boundary that lies at most so long before a time.
	fn near_before(&self, at_ms: u64, tolerance_ms: u64) -> Option<i128> {
		let index = self.index(at_ms);
		let boundary = self.at(index)?;
		(at_ms.checked_sub(boundary)? <= tolerance_ms).then_some(index)
	}

	/// Where a register stood at a boundary after `before`, at or before `now`.
	fn stood(
		&self,
		index: i128,
		before: Standing,
		now: Standing,
		tolerance_ms: u64,
	) -> Option<u128> {
		let at = self.at(index)?;
		if at == now.at_ms {
			return Some(now.total);
		}
		if at.checked_sub(before.at_ms)? <= tolerance_ms {
			return Some(before.total);
		}
		(now.at_ms.checked_sub(at)? <= tolerance_ms).then_some(now.total)
	}
}

impl Register {
	/// By how much the register has moved.
	fn moved(
		&self,
		grid: &Grid,
		at_ms: u64,
		shown: u128,
		scale: Scale,
	) -> Result<u128, RegisterError> {
		let after_ms = at_ms.saturating_sub(self.last.at_ms);
		moved(self.shown, shown, after_ms, grid.length_ms, scale)
	}
}

/// By how much a register has moved from one standing to another that was taken `after_ms` later, both in
/// base units as they were read. `length_ms` is from one boundary between intervals to the next.
///
/// # Errors
///
/// `RegisterWentBack`, `RegisterBeganAnew` where that is likely and no capacity was given, and
/// `RegisterJumped`.
pub fn moved(
	before: u128,
	shown: u128,
	after_ms: u64,
	length_ms: u64,
	scale: Scale,
) -> Result<u128, RegisterError> {
	// A register that is read near boundaries may have counted for one interval more.
	let intervals = u128::from(after_ms / length_ms.max(1)).saturating_add(2);
	let most = intervals.saturating_mul(scale.most.into());
	if let Some(moved) = shown.checked_sub(before) {
		return if moved <= most { Ok(moved) } else { Err(RegisterError::RegisterJumped) };
	}
	if let Some(capacity) = scale.rollover.filter(|capacity| before < *capacity) {
		let moved = capacity.saturating_sub(before).saturating_add(shown);
		if moved <= most {
			return Ok(moved);
		}
	}
	let capacity =
		before.checked_ilog10().and_then(|digits| 10u128.checked_pow(digits.saturating_add(1)));
	Err(match capacity {
		Some(capacity)
			if capacity.saturating_sub(before).saturating_add(shown) <= most
				&& shown < before / 2 =>
		{
			RegisterError::RegisterBeganAnew { capacity }
		},
		_ => RegisterError::RegisterWentBack,
	})
}

/// What is found of one register at one time.
struct Found<'a> {
	measured: &'a Measured,
	grid: Grid,
	resource: Resource,
	counted: &'a mut Vec<Finding>,
}

impl Found<'_> {
	fn refuse(&mut self, error: &impl Named) {
		self.counted.push(Finding::Refused(Refused {
			place: self.measured.place,
			meter: Some(self.measured.meter.clone()),
			name: error.name(),
			reason: error.to_string(),
		}));
	}

	fn push(&mut self, value: Value) {
		self.counted.push(Finding::Measured(Measured { value, ..self.measured.clone() }));
	}

	/// The register's standing at a boundary has become known.
	fn boundary(&mut self, mark: Option<(i128, u128)>, (index, stood): (i128, u128)) {
		let Some((from, before)) = mark else { return };
		let (Some(start_ms), Some(end_ms)) = (self.grid.at(from), self.grid.at(index)) else {
			return;
		};
		if from.checked_add(1) != Some(index) {
			// So much is known of several intervals together, and of none of them alone.
			return self.missing(from, index);
		}
		let unit = match self.resource.base_unit() {
			"l" => Unit::Litre,
			_ => Unit::WattHour,
		};
		let moved = i128::try_from(stood.saturating_sub(before)).unwrap_or(i128::MAX);
		match Amount::new(moved, 0, unit) {
			Ok(amount) => self.push(Value::Counted { start_ms, end_ms, amount }),
			Err(error) => self.refuse(&error),
		}
	}

	/// Tells of the intervals between two boundaries that their values are missing.
	fn missing(&mut self, from: i128, to: i128) {
		for index in (from..to).take(MOST_REFUSED as usize) {
			let ends = (self.grid.at(index), self.grid.at(index.saturating_add(1)));
			if let (Some(start_ms), Some(end_ms)) = ends {
				self.push(Value::Missing { start_ms, end_ms });
			}
		}
	}

	/// Tells of the intervals between two boundaries that nothing is counted in them, and why.
	fn broken(&mut self, from: i128, to: i128, error: &RegisterError) {
		if from >= to {
			self.refuse(error);
		}
		for index in (from..to).take(MOST_REFUSED as usize) {
			self.refuse(error);
			self.missing(index, index.saturating_add(1));
		}
	}
}

#[cfg(test)]
mod tests;
