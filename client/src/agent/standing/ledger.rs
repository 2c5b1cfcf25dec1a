//! What was signed, on disk before it is signed: the owner's limits hold whatever a node says.

use std::collections::BTreeSet;

use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;

use crate::{
	agent::journal::{disk::Disk, Became, Journal, OrderRow, Record},
	error::{named_errors, Result},
	standing::{calendar::Slot, limits::Limits, plan::Memory},
	timetable::Timetable,
	types::Resource,
};

/// For how long it is kept what was signed, in ms: four hundred days.
const KEPT_MS: u64 = 400 * 86_400_000;

named_errors! {
	/// Why an order is not signed.
	#[derive(PartialEq, Eq)]
	pub enum LedgerError {
		/// With what was signed before it is more than the owner allows.
		SignedEnough { period: u64 }
			=> "with what was signed before, an order for period {period} is more money than the owner \
				allows; orders that were refused, cancelled or filled count as well";
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

/// An order that is to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// All orders that were signed.
pub struct Ledger<D: Disk> {
	journal: Journal<D>,
	/// By which periods lie on the clock, whatever a node says of them.
	timetable: Timetable,
}

impl<D: Disk> Ledger<D> {
	/// What a journal says was signed.
	pub fn new(journal: Journal<D>, timetable: Timetable) -> Self {
		Self { journal, timetable }
	}

	/// Writes an order down that is about to be signed, and gives it a number. Refuses one with which more
	/// money would be at stake than the owner allows in the period, or in all periods of its day.
	pub fn sign(
		&mut self,
		wanted: &Wanted,
		limits: &Limits,
		zone: Zone,
		now_ms: u64,
	) -> Result<u64> {
		let Wanted { place, period, quantity, limit, rate } = *wanted;
		let no_slot = LedgerError::NoSlot { period };
		let start_ms = self.start_ms(period).ok_or(no_slot)?;
		let day = Slot::of(zone, start_ms).ok_or(LedgerError::NoSlot { period })?.date();
		let before = self.memory(place, zone);
		let next = self.rows().map(|row| row.number).max().map_or(0, |last| last.saturating_add(1));
		let row = OrderRow {
			number: next,
			zone: place.zone,
			resource: place.resource,
			is_bid: place.side == Side::Bid,
			period,
			start_ms,
			quantity,
			limit,
			rate,
			at_ms: now_ms,
			became: Became::Unknown,
		};
		let fits = |before: u128, most| before.saturating_add(row.stake()) <= most;
		if !fits(before.of_period(period), limits.money) || !fits(before.of_day(day), limits.daily)
		{
			return Err(LedgerError::SignedEnough { period }.into());
		}
		self.journal.tidy(now_ms.saturating_sub(KEPT_MS))?;
		self.journal.write(vec![Record::Ordered(row)])?;
		Ok(next)
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

	fn rows(&self) -> impl Iterator<Item = &OrderRow> {
		self.journal.contents().ordered.values()
	}

	fn start_ms(&self, period: u64) -> Option<u64> {
		let Timetable { period: first, start_ms, length_ms } = self.timetable;
		let after = i128::from(period).checked_sub(i128::from(first))?;
		let start = after.checked_mul(length_ms.into())?.checked_add(start_ms.into())?;
		u64::try_from(start).ok()
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
			placed.insert(*order);
		}
		let of_period = memory.by_period.entry(row.period).or_default();
		*of_period = of_period.saturating_add(row.stake());
		if let Some(slot) = Slot::of(zone, row.start_ms) {
			let of_day = memory.by_day.entry(slot.date()).or_default();
			*of_day = of_day.saturating_add(row.stake());
		}
	}
	memory
}
