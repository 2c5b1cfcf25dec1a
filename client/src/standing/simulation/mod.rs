//! A month of a community whose households order by standing orders, and what each of them saves against a
//! utility that sells and buys at fixed prices.
//!
//! Readings of some whole days become any number of simulated ones ([`days`]); orders come from the planner that
//! orders on a chain, books are cleared by the rule of the chain, and missing units are charged at the
//! collateral's rate, to the buyer's gain. The same file and options give the same report.

pub mod days;
mod ledger;
mod report;

use chrono::{Datelike, Days as CalendarDays, NaiveDate};
use meterproof_clearing::{clear, Order, Side};

use self::{
	days::{Readings, Simulated},
	ledger::{deliver, Delivered},
};
use super::{
	forecast::WEEKS,
	limits::Limits,
	plan::{plan, Action, Budget, Coming, Gate, OrderRules, Traded},
};
use crate::{
	error::named_errors,
	pairs::pairs,
	types::{Direction, Resource},
};

pub use self::{ledger::Household, report::Report};

/// Days of readings that there are before the first day of trading: four of each weekday.
const BEFORE: u32 = 28;
/// More money than a household ever needs, and far from where sums overflow.
const PLENTY: u128 = 1 << 120;
/// The most days.
pub const MOST_DAYS: u32 = 366;
/// Prices are below this, so that no sum overflows.
const PRICE_BOUND: u128 = 1 << 64;

named_errors! {
	/// Why nothing is simulated.
	#[derive(PartialEq, Eq)]
	pub enum SimulationError {
		/// The file is none of readings.
		BadReadings { line: u64, reason: String }
			=> "line {line}: {reason}; the file has columns time,meter,import_wh,export_wh";
		/// No day is complete.
		NoWholeDay
			=> "no day of the file is whole: every meter must have a reading for each period from \
				midnight to midnight, UTC";
		/// A price beyond all money.
		PriceTooLarge { which: &'static str } => "{which} is larger than any money";
		/// The utility would lose by every trade with itself.
		PricesContradict { low: &'static str, high: &'static str } => "{low} is above {high}";
		/// A month without days, or of years.
		BadDays => "days are from 1 to 366";
	}
}

/// What is simulated. Prices are the token's smallest unit per base unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
	/// What the utility sells at.
	pub utility_sells: u128,
	/// What the utility buys at.
	pub utility_buys: u128,
	/// What a unit not delivered costs at least.
	pub imbalance_price: u128,
	/// The least that households sell at.
	pub least_price: u128,
	/// The most that households buy at.
	pub most_price: u128,
	/// Days of trading.
	pub days: u32,
	/// Which of many months.
	pub seed: u64,
	/// Bids that a book holds.
	pub bids: usize,
	/// Offers that a book holds.
	pub offers: usize,
}

impl Options {
	/// Refuses options that make no month.
	pub fn ensure_sound(&self) -> Result<(), SimulationError> {
		let prices = [
			("the utility's selling price", self.utility_sells),
			("the utility's buying price", self.utility_buys),
			("the imbalance price", self.imbalance_price),
			("the least price", self.least_price),
			("the most price", self.most_price),
		];
		if let Some((which, _)) = prices.into_iter().find(|(_, price)| *price >= PRICE_BOUND) {
			return Err(SimulationError::PriceTooLarge { which });
		}
		if self.utility_buys > self.utility_sells {
			let (low, high) = ("the utility's buying price", "its selling price");
			return Err(SimulationError::PricesContradict { low, high });
		}
		match (1..=MOST_DAYS).contains(&self.days) {
			true => Ok(()),
			false => Err(SimulationError::BadDays),
		}
	}

	fn limits(&self, side: Side) -> Limits {
		let price = match side {
			Side::Offer => self.least_price,
			Side::Bid => self.most_price,
		};
		Limits { side, price, quantity: u64::from(u32::MAX), money: PLENTY, daily: PLENTY }
	}

	fn terms(&self) -> OrderRules {
		OrderRules {
			zone: 0,
			resource: Resource::Electricity,
			imbalance_price: self.imbalance_price,
			deposit: 0,
			least_worth: 1,
			own_orders: 4,
			// Who finds a book full is counted here.
			bids: usize::MAX,
			offers: usize::MAX,
		}
	}
}

/// Simulates a month.
pub fn simulate(readings: &Readings, options: &Options) -> Result<Report, SimulationError> {
	options.ensure_sound()?;
	let days = BEFORE.saturating_add(options.days);
	let month = Simulated::of(readings, options.seed, days);
	let mut report = Report::of(readings, options);
	for day in BEFORE..days {
		for slot in 0..month.slots() {
			Period { month: &month, options, day, slot, report: &mut report }.run();
		}
	}
	Ok(report)
}

/// One period of the month.
struct Period<'a> {
	month: &'a Simulated,
	options: &'a Options,
	day: u32,
	slot: usize,
	report: &'a mut Report,
}

/// An order in its book.
struct Placed {
	order: Order<usize>,
	/// What its collateral is per unit.
	rate: u128,
}

impl Period<'_> {
	fn run(&mut self) {
		let orders = self.orders();
		let book: Vec<_> = orders.iter().map(|placed| placed.order.clone()).collect();
		self.report.books += 1;
		// Numbers differ, and a book's quantities are below 2^64 by far.
		let outcome = clear(&book).ok();
		let filled = outcome.as_ref().map(|outcome| pairs(&outcome.fills)).unwrap_or_default();
		let cleared = outcome.and_then(|outcome| outcome.cleared);
		let price = cleared.map_or(0, |cleared| cleared.price);
		if cleared.is_some() {
			self.report.cleared += 1;
		}
		self.report.trades += filled.len() as u64;
		let mut got = vec![Delivered::default(); self.month.meters()];
		let mut sold = vec![Delivered::default(); self.month.meters()];
		let of = |number: u64| {
			let at = usize::try_from(number).unwrap_or(usize::MAX);
			orders.get(at).map(|placed| (placed.order.account, placed.rate))
		};
		let mut by_seller: Vec<Vec<(usize, u64, u128)>> = vec![Vec::new(); self.month.meters()];
		for pair in &filled {
			let Some(((seller, rate), (buyer, _))) = of(pair.offer).zip(of(pair.bid)) else {
				continue;
			};
			if let Some(trades) = by_seller.get_mut(seller) {
				trades.push((buyer, pair.quantity, rate));
			}
		}
		for (seller, trades) in by_seller.iter().enumerate() {
			let quantities: Vec<_> = trades.iter().map(|(_, quantity, _)| *quantity).collect();
			let shares = deliver(self.counted(seller, Direction::Export), &quantities);
			for ((buyer, quantity, rate), share) in trades.iter().zip(shares) {
				let missing = quantity.saturating_sub(share);
				let part = Delivered::of(share, missing, price, *rate);
				for side in [sold.get_mut(seller), got.get_mut(*buyer)].into_iter().flatten() {
					side.add(part);
				}
			}
		}
		for meter in 0..self.month.meters() {
			let (import, export) =
				(self.counted(meter, Direction::Import), self.counted(meter, Direction::Export));
			let Some(household) = self.report.households.get_mut(meter) else { continue };
			let (sold, got) = (sold.get(meter), got.get(meter));
			if let (Some(sold), Some(got)) = (sold, got) {
				household.book(import, export, sold, got, self.options);
			}
		}
	}

	/// What the households order, as far as the book has room: who comes first changes from period to
	/// period, and an order is turned away by a full side, whose orders all have the same limit.
	fn orders(&mut self) -> Vec<Placed> {
		let meters = self.month.meters();
		let mut orders = Vec::new();
		let (mut bids, mut offers) = (0, 0);
		for at in 0..meters {
			let meter = (at + self.slot + self.day as usize) % meters;
			for side in [Side::Offer, Side::Bid] {
				let Some((quantity, limit, rate)) = self.order(meter, side) else { continue };
				let (count, most) = match side {
					Side::Bid => (&mut bids, self.options.bids),
					Side::Offer => (&mut offers, self.options.offers),
				};
				self.report.orders += 1;
				if *count >= most {
					self.report.turned_away += 1;
					continue;
				}
				*count += 1;
				let order =
					Order { id: orders.len() as u64, account: meter, side, quantity, limit };
				orders.push(Placed { order, rate });
			}
		}
		orders
	}

	/// What one household orders on one side.
	fn order(&self, meter: usize, side: Side) -> Option<(u64, u128, u128)> {
		let direction = match side {
			Side::Offer => Direction::Export,
			Side::Bid => Direction::Import,
		};
		let weeks = (1..=WEEKS).map(|week| {
			let day = self.day.checked_sub(u32::try_from(week).ok()?.checked_mul(7)?)?;
			Some(self.month.counted(day, meter, self.slot, direction))
		});
		let date = date(self.day);
		let coming = Coming {
			period: u64::from(self.day) * self.month.slots() as u64 + self.slot as u64,
			date,
			weekday: date.weekday(),
			gate: Gate::Open,
			has_meters: true,
			former: weeks.collect(),
			traded: Traded::default(),
			standing: Vec::new(),
			rivals: Vec::new(),
			asked: 0,
		};
		let mut budget = Budget { free: PLENTY, places: 1, ..Budget::default() };
		let (limits, terms) = (self.options.limits(side), self.options.terms());
		let decided = plan(&limits, &terms, &[coming], &mut budget);
		decided.iter().find_map(|decision| match decision.action {
			Some(Action::Place { quantity, limit, rate, .. }) => Some((quantity, limit, rate)),
			_ => None,
		})
	}

	fn counted(&self, meter: usize, direction: Direction) -> u64 {
		self.month.counted(self.day, meter, self.slot, direction)
	}
}

/// Simulated days have dates so that they have weekdays. The first one is a Monday.
fn date(day: u32) -> NaiveDate {
	let first = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default();
	first.checked_add_days(CalendarDays::new(day.into())).unwrap_or(first)
}
