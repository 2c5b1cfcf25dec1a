//! What an order is about, and what it holds.

use serde_json::{json, Value};

use crate::{
	cli::OrderArgs,
	error::Result,
	output::fields,
	types::Resource,
	units::{parse_price, show_money, show_price, show_quantity, AmountError},
};

use super::last;

/// What an order does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
	/// Buys at its limit or below.
	Bid,
	/// Sells at its limit or above; what is not delivered costs this much per base unit.
	Offer {
		/// In the token's smallest unit.
		imbalance_price: u128,
	},
}

/// An order's terms. Prices are in the token's smallest unit per base unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderTerms {
	/// What it does.
	pub side: OrderKind,
	/// The zone.
	pub zone: u32,
	/// What is traded.
	pub resource: Resource,
	/// The most in each period, in base units.
	pub quantity: u64,
	/// The worst price that it takes.
	pub limit: u128,
	/// First period.
	pub first: u64,
	/// Last period.
	pub last: u64,
}

/// What an order holds of its account, in the token's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
	/// A bid's money, or an offer's collateral.
	pub money: u128,
	/// The deposits of all periods.
	pub deposit: u128,
}

impl Held {
	/// The sum of money and deposit.
	pub fn sum(self) -> Result<u128> {
		Ok(self.money.checked_add(self.deposit).ok_or(AmountError::AmountTooLarge)?)
	}
}

impl OrderTerms {
	/// The terms that the command line has.
	pub fn of(args: &OrderArgs, side: OrderKind) -> Result<Self> {
		Ok(Self {
			side,
			zone: args.zone,
			resource: args.resource,
			quantity: args.quantity,
			limit: parse_price(&args.price)?,
			first: args.from,
			last: last(args.from, args.to)?,
		})
	}

	/// What it holds where each period has this deposit.
	pub fn held(&self, deposit: u64) -> Result<Held> {
		let rate = match self.side {
			OrderKind::Bid => self.limit,
			OrderKind::Offer { imbalance_price } => imbalance_price,
		};
		let held = || {
			let periods = u128::from(self.last.checked_sub(self.first)?).checked_add(1)?;
			let money = periods.checked_mul(self.quantity.into())?.checked_mul(rate)?;
			Some(Held { money, deposit: periods.checked_mul(deposit.into())? })
		};
		Ok(held().ok_or(AmountError::AmountTooLarge)?)
	}

	/// The word for its side.
	pub fn word(&self) -> &'static str {
		match self.side {
			OrderKind::Bid => "bid",
			OrderKind::Offer { .. } => "offer",
		}
	}

	/// What whoever signs is to see before. The imbalance price is the most that it allows.
	pub fn for_signer(&self, held: Held) -> Result<String> {
		let unit = self.resource.trade_unit();
		let price = |price| format!("{} MPF/{unit}", show_price(price));
		let (does, limit) = match self.side {
			OrderKind::Bid => ("buys a period at most", "price at most"),
			OrderKind::Offer { .. } => ("sells a period at most", "price at least"),
		};
		let mut rows = vec![
			("zone", self.zone.to_string()),
			("resource", self.resource.to_string()),
			(does, format!("{} {unit}", show_quantity(self.quantity))),
			(limit, price(self.limit)),
			("periods", format!("{}..{}", self.first, self.last)),
		];
		if let OrderKind::Offer { imbalance_price } = self.side {
			rows.push(("imbalance price at most", price(imbalance_price)));
		}
		let (sum, deposit) = (show_money(held.sum()?), show_money(held.deposit));
		rows.push(("held now at most", format!("{sum} MPF, {deposit} of it as deposit")));
		let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
		Ok(fields(&rows))
	}

	/// As JSON, with the number that the order was given.
	pub fn json(&self, order: u64, held: Held) -> Value {
		let mut value = json!({
			"order": order,
			"side": self.word(),
			"zone": self.zone,
			"resource": self.resource,
			"quantity": self.quantity,
			"limit": self.limit.to_string(),
			"first": self.first,
			"last": self.last,
			"held": held.money.to_string(),
			"deposit": held.deposit.to_string(),
		});
		if let OrderKind::Offer { imbalance_price } = self.side {
			value["imbalancePrice"] = json!(imbalance_price.to_string());
		}
		value
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const DEPOSIT: u64 = 1_000_000_000;

	fn args(price: &str, to: Option<u64>) -> OrderArgs {
		let resource = Resource::Electricity;
		OrderArgs { zone: 1, resource, quantity: 1_500, price: price.into(), from: 5, to }
	}

	fn bid() -> OrderTerms {
		OrderTerms::of(&args("0.25", Some(8)), OrderKind::Bid).unwrap()
	}

	fn offer() -> OrderTerms {
		OrderTerms { side: OrderKind::Offer { imbalance_price: 300_000_000 }, ..bid() }
	}

	#[test]
	fn the_terms_are_those_of_the_command_line() {
		assert_eq!((bid().limit, bid().first, bid().last), (250_000_000, 5, 8));
		assert_eq!(OrderTerms::of(&args("0.25", None), OrderKind::Bid).unwrap().last, 5);
		let name = |price, to| {
			OrderTerms::of(&args(price, to), OrderKind::Bid).unwrap_err().name().to_owned()
		};
		assert_eq!(name("0.25", Some(4)), "EmptyRange");
		assert_eq!(name("free", None), "NotAnAmount");
	}

	#[test]
	fn a_bid_holds_its_limit_and_an_offer_the_imbalance_price() {
		let deposit = 4 * u128::from(DEPOSIT);
		let money = 4 * 1_500 * 250_000_000;
		assert_eq!(bid().held(DEPOSIT).unwrap(), Held { money, deposit });
		let money = 4 * 1_500 * 300_000_000;
		assert_eq!(offer().held(DEPOSIT).unwrap(), Held { money, deposit });
		assert_eq!(offer().held(DEPOSIT).unwrap().sum().unwrap(), money + deposit);
	}

	#[test]
	fn sums_that_no_account_can_hold_are_refused() {
		for terms in [
			OrderTerms { limit: u128::MAX, ..bid() },
			OrderTerms { first: 0, last: u64::MAX, quantity: u64::MAX, ..bid() },
			OrderTerms { side: OrderKind::Offer { imbalance_price: u128::MAX }, ..offer() },
		] {
			assert_eq!(terms.held(DEPOSIT).unwrap_err().name(), "AmountTooLarge");
		}
		let full = Held { money: u128::MAX, deposit: 1 };
		assert_eq!(full.sum().unwrap_err().name(), "AmountTooLarge");
	}

	#[test]
	fn a_person_sees_them_in_the_units_of_the_command_line() {
		let seen = |terms: OrderTerms| terms.for_signer(terms.held(DEPOSIT).unwrap()).unwrap();
		let bid = seen(bid());
		for shown in ["buys", "1.5 kWh", "0.25 MPF/kWh", "5..8", "1.504 MPF, 0.004 of it"] {
			assert!(bid.contains(shown), "{shown}: {bid}");
		}
		let offer = seen(offer());
		for shown in ["sells", "price at least", "0.3 MPF/kWh", "1.804 MPF"] {
			assert!(offer.contains(shown), "{shown}: {offer}");
		}
	}
}
