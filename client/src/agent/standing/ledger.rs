//! What was signed, on disk before it is signed: the owner's limits hold whatever a node says.

use std::collections::BTreeSet;

use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;

use super::window::{most_calls, Window, DAY_MS};
use crate::{
	agent::journal::{disk::Disk, Became, CallsRow, Journal, OrderRow, Record},
	error::{named_errors, Result},
	standing::{calendar::Slot, limits::Limits, plan::Memory},
	timetable::Timetable,
	types::Resource,
};

/// For how long before an order's period it is kept what was signed, in ms: four hundred days.
const KEPT_MS: u64 = 400 * DAY_MS;

named_errors! {
	/// Why a call is not signed.
	#[derive(PartialEq, Eq)]
	pub enum LedgerError {
		/// With what was signed before it is more than the owner allows.
		SignedEnough { period: u64 }
			=> "with what was signed before, an order for period {period} is more money, or more of a quantity, \
				than the owner allows; orders that were refused, cancelled or filled count as well";
		/// So many calls were signed today.
		CallsEnough { most: u64 }
			=> "{most} calls were signed on this side since midnight UTC, and no more are in a day";
		/// An order that this agent did not place.
		NotPlacedHere { order: u64, period: u64 }
			=> "order {order} of period {period} is none that this agent placed: it stays";
		/// What an improvement costs the node alone says.
		NeverImproved { order: u64 }
			=> "order {order} keeps its limit: what another one costs the node alone says";
		/// The period does not lie on the clock.
		NoSlot { period: u64 } => "period {period} has no place on the clock";
	}
}

/// One side of the books of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
	/// Where.
	pub zone: u32,
	/// What is traded.
	pub resource: Resource,
	/// Sell or buy.
	pub side: Side,
}

/// What the owner allows on a side.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
	/// Prices, quantities and money.
	pub limits: &'a Limits,
	/// The clock by which days are told apart.
	pub zone: Zone,
	/// For how many coming periods.
	pub ahead: u64,
}

/// An order that is to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
	/// In which books.
	pub place: Place,
	/// The period.
	pub period: u64,
	/// In base units.
	pub quantity: u64,
	/// The worst price that it takes.
	pub limit: u128,
	/// What is at stake for each base unit.
	pub rate: u128,
	/// Why it is wanted.
	pub why: String,
}

/// All orders that were signed.
pub struct Ledger<D: Disk> {
	journal: Journal<D>,
	/// By which periods lie on the clock, whatever a node says of them.
	timetable: Timetable,
	/// Calls that were written down since it was opened.
	signed: u64,
}

impl<D: Disk> Ledger<D> {
	/// What a journal says was signed.
	pub fn new(journal: Journal<D>, timetable: Timetable) -> Self {
		Self { journal, timetable, signed: 0 }
	}

	/// Refuses a period that nothing is to be signed for at a time, Unix ms.
	pub fn ensure_coming(&self, period: u64, ahead: u64, now_ms: u64) -> Result<()> {
		let window = Window::at(&self.timetable, now_ms, ahead);
		let window = window.ok_or(LedgerError::NoSlot { period })?;
		Ok(window.ensure_has(period)?)
	}

	/// Writes an order down that is about to be signed, and gives it a number. Refuses one for a period that has
	/// begun or lies too far ahead, and one with which more would be ordered, or more money be at stake, than the
	/// owner allows in the period, or in all periods of its day.
	pub fn sign(&mut self, wanted: &Wanted, bounds: &Bounds<'_>, now_ms: u64) -> Result<u64> {
		let Wanted { place, period, quantity, limit, rate, why } = wanted.clone();
		self.ensure_coming(period, bounds.ahead, now_ms)?;
		let start_ms = self.timetable.start_of(period).ok_or(LedgerError::NoSlot { period })?;
		let slot = Slot::of(bounds.zone, start_ms).ok_or(LedgerError::NoSlot { period })?;
		let before = self.memory(place, bounds.zone);
		let number =
			self.rows().map(|row| row.number).max().map_or(0, |last| last.saturating_add(1));
		let row = OrderRow {
			number,
			zone: place.zone,
			resource: place.resource,
			is_bid: place.side == Side::Bid,
			period,
			start_ms,
			quantity,
			limit,
			rate,
			at_ms: now_ms,
			why,
			became: Became::Unknown,
		};
		let Limits { quantity: most, money, daily, .. } = *bounds.limits;
		let fits = |before: u128, most: u128| before.saturating_add(row.stake()) <= most;
		let is_allowed = fits(before.of_period(period), money)
			&& fits(before.of_day(slot.date()), daily)
			&& before.quantity_of(period).saturating_add(quantity) <= most;
		if !is_allowed {
			return Err(LedgerError::SignedEnough { period }.into());
		}
		let calls = self.one_more_call(place, bounds.ahead, now_ms)?;
		self.journal.write(vec![Record::Calls(calls), Record::Ordered(row)])?;
		self.signed = self.signed.saturating_add(1);
		Ok(number)
	}

	/// Writes down that an order is about to be cancelled. Refuses one that was not placed here for that period.
	pub fn cancel(
		&mut self,
		place: Place,
		(period, order): (u64, u64),
		bounds: &Bounds<'_>,
		now_ms: u64,
	) -> Result<()> {
		self.ensure_coming(period, bounds.ahead, now_ms)?;
		if !self.memory(place, bounds.zone).may_cancel(period, order) {
			return Err(LedgerError::NotPlacedHere { order, period }.into());
		}
		let calls = self.one_more_call(place, bounds.ahead, now_ms)?;
		self.journal.write(vec![Record::Calls(calls)])?;
		self.signed = self.signed.saturating_add(1);
		Ok(())
	}

	/// Rewrites the journal without what was signed long before a period, if it has grown enough. That takes a
	/// while.
	pub fn tidy(&mut self, period: u64) -> Result<()> {
		let start_ms = self.timetable.start_of(period).ok_or(LedgerError::NoSlot { period })?;
		self.journal.tidy(start_ms.saturating_sub(KEPT_MS)).map(drop)
	}

	/// Writes down what became of an order.
	pub fn became(&mut self, number: u64, became: Became) -> Result<()> {
		let known = self.journal.contents().ordered.get(&number).cloned();
		match known {
			Some(row) => self.journal.write(vec![Record::Ordered(OrderRow { became, ..row })]),
			None => Ok(()),
		}
	}

	/// What was signed on one side of a zone's books, by the clock on a wall.
	pub fn memory(&self, place: Place, zone: Zone) -> Memory {
		memory_of(self.rows(), place, zone)
	}

	/// The periods, as they were when the agent started.
	pub fn timetable(&self) -> &Timetable {
		&self.timetable
	}

	/// How many calls were written down since it was opened.
	pub fn signed(&self) -> u64 {
		self.signed
	}

	fn rows(&self) -> impl Iterator<Item = &OrderRow> {
		self.journal.contents().ordered.values()
	}

	/// The day's calls of a side with one more. Refuses one more than a day may have.
	fn one_more_call(
		&self,
		place: Place,
		ahead: u64,
		now_ms: u64,
	) -> Result<CallsRow, LedgerError> {
		let row = CallsRow {
			zone: place.zone,
			resource: place.resource,
			is_bid: place.side == Side::Bid,
			day: now_ms / DAY_MS,
			count: 0,
		};
		let before = self.journal.contents().calls.get(&row.key()).map_or(0, |row| row.count);
		let most = most_calls(&self.timetable, ahead);
		match before < most {
			true => Ok(CallsRow { count: before.saturating_add(1), ..row }),
			false => Err(LedgerError::CallsEnough { most }),
		}
	}
}

impl Place {
	fn has(&self, row: &OrderRow) -> bool {
		(row.zone, row.resource, row.is_bid) == (self.zone, self.resource, self.side == Side::Bid)
	}
}

/// What of these was signed on one side of a zone's books, by the clock on a wall.
pub fn memory_of<'a>(rows: impl Iterator<Item = &'a OrderRow>, place: Place, zone: Zone) -> Memory {
	let mut memory = Memory { placed: Some(BTreeSet::new()), ..Memory::default() };
	for row in rows.filter(|row| place.has(row)) {
		if let (Became::Placed { order }, Some(placed)) = (&row.became, &mut memory.placed) {
			placed.insert((row.period, *order));
		}
		let of_period = memory.by_period.entry(row.period).or_default();
		*of_period = of_period.saturating_add(row.stake());
		let quantity = memory.quantities.entry(row.period).or_default();
		*quantity = quantity.saturating_add(row.quantity);
		if let Some(slot) = Slot::of(zone, row.start_ms) {
			let of_day = memory.by_day.entry(slot.date()).or_default();
			*of_day = of_day.saturating_add(row.stake());
		}
	}
	memory
}
