//! What came of a month.

use serde_json::{json, Value};

use super::{days::Readings, Household, Options};
use crate::{
	output::{fields, table},
	units::{show_decimal, show_money, show_price, MONEY_DECIMALS},
};

/// What came of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
	/// What was simulated.
	pub options: Options,
	/// How many whole days of readings there were.
	pub models: usize,
	/// The households, by the names of their meters.
	pub households: Vec<Household>,
	/// Books that came to their gate.
	pub books: u64,
	/// Books in which somebody traded.
	pub cleared: u64,
	/// Orders that were planned.
	pub orders: u64,
	/// Planned orders that a full side of a book turned away.
	pub turned_away: u64,
	/// Trades that came of the planned orders that were not turned away.
	pub trades: u64,
}

impl Report {
	/// One in which nothing has happened yet.
	pub fn of(readings: &Readings, options: &Options) -> Self {
		let household = |name: &String| Household { name: name.clone(), ..Household::default() };
		Self {
			options: *options,
			models: readings.days.len(),
			households: readings.meters.iter().map(household).collect(),
			books: 0,
			cleared: 0,
			orders: 0,
			turned_away: 0,
			trades: 0,
		}
	}

	/// All households together.
	pub fn sum(&self) -> Household {
		let mut sum = Household { name: "all".into(), ..Household::default() };
		self.households.iter().for_each(|household| sum.add(household));
		sum
	}

	/// Households that lost by the book.
	pub fn losers(&self) -> usize {
		self.households.iter().filter(|household| household.saved() < 0).count()
	}

	/// As JSON: money in smallest units as text, quantities in base units.
	pub fn json(&self) -> Value {
		let Options { utility_sells, utility_buys, imbalance_price, days, seed, .. } = self.options;
		let Options { least_price, most_price, bids, offers, .. } = self.options;
		let households: Vec<_> = self.households.iter().map(household_json).collect();
		json!({
			"options": {
				"utilitySells": utility_sells.to_string(),
				"utilityBuys": utility_buys.to_string(),
				"imbalancePrice": imbalance_price.to_string(),
				"leastPrice": least_price.to_string(),
				"mostPrice": most_price.to_string(),
				"days": days,
				"seed": seed,
				"mostBids": bids,
				"mostOffers": offers,
			},
			"models": self.models,
			"books": self.books,
			"cleared": self.cleared,
			"orders": self.orders,
			"turnedAway": self.turned_away,
			"trades": self.trades,
			"sum": household_json(&self.sum()),
			"households": households,
		})
	}

	/// For a person.
	pub fn text(&self) -> String {
		let Options { utility_sells, utility_buys, imbalance_price, days, .. } = self.options;
		let sum = self.sum();
		let price = |price| format!("{} MPF/kWh", show_price(price));
		let share = |part: i128, whole: i128| match whole.checked_div(1_000) {
			Some(thousandth) if thousandth != 0 => {
				let tenths = part / thousandth;
				format!("{} %", signed_decimal(tenths, 1))
			},
			_ => "-".to_owned(),
		};
		let head = fields(&[
			("households".into(), self.households.len().to_string()),
			("days".into(), format!("{days}, made of {} days of readings", self.models)),
			("utility sells at".into(), price(utility_sells)),
			("utility buys at".into(), price(utility_buys)),
			("missing units cost".into(), price(imbalance_price.max(self.options.least_price))),
			("books".into(), format!("{}, of which {} cleared", self.books, self.cleared)),
			(
				"orders".into(),
				format!("{}, of which {} met a full book", self.orders, self.turned_away),
			),
			("trades".into(), self.trades.to_string()),
			("used".into(), energy(sum.used)),
			("fed in".into(), energy(sum.fed)),
			("sold and delivered".into(), energy(sum.sold)),
			("sold and missing".into(), energy(sum.missing)),
			("bought and not used".into(), energy(sum.unused)),
			("cost with the utility alone".into(), money(sum.without)),
			("cost with the book".into(), money(sum.with)),
			(
				"saved before fees".into(),
				format!("{}, {}", money(sum.saved()), share(sum.saved(), sum.without)),
			),
			("households that lose".into(), self.losers().to_string()),
		]);
		let rows: Vec<_> = self.households.iter().chain([&sum]).map(row).collect();
		let headings = [
			"household",
			"utility alone",
			"with the book",
			"saved",
			"sold",
			"missing",
			"charged",
			"bought",
			"unused",
		];
		format!("{head}\n\n{}", table(&headings, &rows))
	}
}

fn household_json(household: &Household) -> Value {
	let quantity = |quantity: u128| u64::try_from(quantity).unwrap_or(u64::MAX);
	json!({
		"name": household.name,
		"without": household.without.to_string(),
		"with": household.with.to_string(),
		"saved": household.saved().to_string(),
		"used": quantity(household.used),
		"fed": quantity(household.fed),
		"sold": quantity(household.sold),
		"missing": quantity(household.missing),
		"charged": household.charged.to_string(),
		"bought": quantity(household.bought),
		"unused": quantity(household.unused),
		"compensated": household.compensated.to_string(),
	})
}

fn row(household: &Household) -> Vec<String> {
	let kwh = |quantity| show_decimal(quantity, 3);
	vec![
		household.name.clone(),
		cents(household.without),
		cents(household.with),
		cents(household.saved()),
		kwh(household.sold),
		kwh(household.missing),
		show_money(household.charged),
		kwh(household.bought),
		kwh(household.unused),
	]
}

fn energy(quantity: u128) -> String {
	format!("{} kWh", show_decimal(quantity, 3))
}

fn money(amount: i128) -> String {
	format!("{} MPF", cents(amount))
}

/// Money to the hundredth, towards zero.
fn cents(amount: i128) -> String {
	signed_decimal(amount / 10i128.pow(MONEY_DECIMALS - 2), 2)
}

fn signed_decimal(value: i128, decimals: u32) -> String {
	let sign = if value < 0 { "-" } else { "" };
	format!("{sign}{}", show_decimal(value.unsigned_abs(), decimals))
}
