//! What an offer is about. The call that accepts it names all of this: a trade's number alone could
//! be another offer's after a fork, or another than the one that the buyer was shown.

use serde_json::{json, Value};
use subxt::dynamic::Value as Argument;

use crate::{
	chain::{group, int},
	cli::AcceptArgs,
	error::{Error, Result},
	output::fields,
	rpc::Trade,
	types::{parse_group, Group},
	units::{parse_price, show_money, show_price, show_quantity, AmountError},
};

/// An offer's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferTerms {
	/// Whose devices deliver.
	pub seller: Group,
	/// What is sold in each period, in base units.
	pub quantity: u64,
	/// Price per base unit, in the token's smallest unit.
	pub price: u128,
	/// What a base unit not delivered costs, in the token's smallest unit.
	pub imbalance_price: u128,
	/// First period.
	pub first: u64,
	/// Last period.
	pub last: u64,
}

impl OfferTerms {
	/// The terms of a trade, as the node tells them.
	pub fn of(trade: &Trade) -> Result<Self> {
		let price = |text: &str| {
			let message = || format!("the price of trade {} is not a number", trade.id);
			text.parse::<u128>().map_err(|_| Error::new("UnexpectedAnswer", message()))
		};
		Ok(Self {
			seller: trade.seller.clone(),
			quantity: trade.quantity,
			price: price(&trade.price)?,
			imbalance_price: price(&trade.imbalance_price)?,
			first: trade.first,
			last: trade.last,
		})
	}

	/// What the buyer pays into escrow.
	pub fn payment(&self) -> Result<u128> {
		self.over_all_periods(self.price)
	}

	/// What the seller puts up.
	pub fn collateral(&self) -> Result<u128> {
		self.over_all_periods(self.imbalance_price)
	}

	fn over_all_periods(&self, price: u128) -> Result<u128> {
		let periods = self.last.checked_sub(self.first).map(|gap| u128::from(gap) + 1);
		let sum = periods
			.and_then(|periods| periods.checked_mul(self.quantity.into())?.checked_mul(price));
		sum.ok_or_else(|| AmountError::AmountTooLarge.into())
	}

	/// The terms as an argument of a call.
	pub fn argument(&self) -> Argument {
		Argument::named_composite([
			("seller", group(&self.seller)),
			("quantity", int(self.quantity)),
			("price", int(self.price)),
			("imbalance_price", int(self.imbalance_price)),
			("first", int(self.first)),
			("last", int(self.last)),
		])
	}

	pub fn json(&self) -> Value {
		json!({
			"seller": self.seller,
			"quantity": self.quantity,
			"price": self.price.to_string(),
			"imbalancePrice": self.imbalance_price.to_string(),
			"first": self.first,
			"last": self.last,
		})
	}

	/// What the buyer is to see before it signs.
	pub fn to_buyer(&self, further: &[(&str, String)]) -> Result<String> {
		let payment = format!("{} MPF, held now", show_money(self.payment()?));
		Ok(self.lines("imbalance price", ("payment in all", payment), further))
	}

	/// What the seller is to see before it signs. Its imbalance price is the most that it allows.
	pub fn to_seller(&self) -> Result<String> {
		let collateral = format!("{} MPF at most, held now", show_money(self.collateral()?));
		Ok(self.lines("imbalance price at most", ("collateral in all", collateral), &[]))
	}

	fn lines(
		&self,
		imbalance: &str,
		(held, sum): (&str, String),
		further: &[(&str, String)],
	) -> String {
		let unit = self.seller.resource.trade_unit();
		let price = |price| format!("{} MPF/{unit}", show_price(price));
		let mut rows = vec![
			("seller", self.seller.to_string()),
			("quantity a period", format!("{} {unit}", show_quantity(self.quantity))),
			("price", price(self.price)),
			(imbalance, price(self.imbalance_price)),
			("periods", format!("{}..{}", self.first, self.last)),
			(held, sum),
		];
		rows.extend_from_slice(further);
		let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
		fields(&rows)
	}
}

/// What a buyer expects of an offer, whatever the node says of it.
#[derive(Clone, Debug, Default)]
pub struct Expected {
	seller: Option<Group>,
	max_price: Option<u128>,
	min_imbalance_price: Option<u128>,
	quantity: Option<u64>,
	/// First and last.
	periods: Option<(u64, u64)>,
}

impl Expected {
	/// What the command line expects of an offer.
	pub fn of(args: &AcceptArgs) -> Result<Self> {
		let price = |text: &Option<String>| text.as_deref().map(parse_price).transpose();
		Ok(Self {
			seller: args.seller.as_deref().map(parse_group).transpose()?,
			max_price: price(&args.max_price)?,
			min_imbalance_price: price(&args.min_imbalance_price)?,
			quantity: args.quantity,
			periods: args.from.map(|first| (first, args.to.unwrap_or(first))),
		})
	}

	/// Whether something is expected of every term.
	pub fn names_all(&self) -> bool {
		let Self { seller, max_price, min_imbalance_price, quantity, periods } = self;
		seller.is_some()
			&& max_price.is_some()
			&& min_imbalance_price.is_some()
			&& quantity.is_some()
			&& periods.is_some()
	}

	/// Refuses terms that are not what was expected.
	pub fn check(&self, terms: &OfferTerms) -> Result<()> {
		let unit = terms.seller.resource.trade_unit();
		if let Some(most) = self.max_price.filter(|most| terms.price > *most) {
			let message = format!(
				"the offer is at {} MPF/{unit}, above {} MPF/{unit}",
				show_price(terms.price),
				show_price(most)
			);
			return Err(Error::new("PriceAboveLimit", message));
		}
		if let Some(quantity) = self.quantity.filter(|quantity| terms.quantity != *quantity) {
			let message = format!(
				"the offer is of {} {unit} a period, not of {} {unit}",
				show_quantity(terms.quantity),
				show_quantity(quantity)
			);
			return Err(Error::new("QuantityDiffers", message));
		}
		if let Some(least) = self.min_imbalance_price.filter(|least| terms.imbalance_price < *least)
		{
			let message = format!(
				"what is not delivered costs {} MPF/{unit}, less than {} MPF/{unit}",
				show_price(terms.imbalance_price),
				show_price(least)
			);
			return Err(Error::new("ImbalancePriceBelowLimit", message));
		}
		if let Some(seller) = self.seller.as_ref().filter(|seller| terms.seller != **seller) {
			let message = format!("the offer is of {}, not of {seller}", terms.seller);
			return Err(Error::new("SellerDiffers", message));
		}
		let offered = (terms.first, terms.last);
		if let Some((first, last)) = self.periods.filter(|periods| *periods != offered) {
			let (from, to) = offered;
			let message = format!("the offer is for periods {from}..{to}, not for {first}..{last}");
			return Err(Error::new("PeriodsDiffer", message));
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::{Direction, Resource};

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn trade(price: &str) -> Trade {
		let seller = json!({
			"operator": ALICE, "zone": 1, "resource": "electricity", "direction": "export",
		});
		let trade = json!({
			"id": 17, "state": "offered", "seller": seller, "buyer": ALICE, "quantity": 1_500,
			"price": price, "imbalancePrice": "300000000", "first": 5, "last": 8,
			"payout": null, "refund": null, "sealed": null,
		});
		serde_json::from_value(trade).unwrap()
	}

	fn terms() -> OfferTerms {
		OfferTerms::of(&trade("250000000")).unwrap()
	}

	#[test]
	fn the_terms_are_those_of_the_trade() {
		let terms = terms();
		assert_eq!(terms.seller.to_string(), format!("{ALICE}/1/electricity/export"));
		assert_eq!((terms.quantity, terms.first, terms.last), (1_500, 5, 8));
		assert_eq!((terms.price, terms.imbalance_price), (250_000_000, 300_000_000));
		assert_eq!(terms.payment().unwrap(), 4 * 1_500 * 250_000_000);
		assert_eq!(terms.collateral().unwrap(), 4 * 1_500 * 300_000_000);
		assert_eq!(OfferTerms::of(&trade("free")).unwrap_err().name(), "UnexpectedAnswer");
	}

	#[test]
	fn a_person_sees_them_in_the_units_of_the_command_line() {
		let seen = terms().to_buyer(&[("seller's notes", "mpay1x".to_owned())]).unwrap();
		for shown in [ALICE, "1.5 kWh", "0.25 MPF/kWh", "0.3 MPF/kWh", "5..8", "1.5 MPF", "mpay1"] {
			assert!(seen.contains(shown), "{shown}: {seen}");
		}
		assert!(terms().to_seller().unwrap().contains("1.8 MPF at most"));
	}

	#[test]
	fn sums_that_no_account_can_hold_are_refused() {
		for (price, last) in [(u128::MAX, 5), (250_000_000, 4), (u128::from(u64::MAX), u64::MAX)] {
			let terms = OfferTerms { price, last, ..terms() };
			assert_eq!(terms.payment().unwrap_err().name(), "AmountTooLarge");
		}
		let whole = OfferTerms { first: 0, last: u64::MAX, quantity: u64::MAX, ..terms() };
		assert_eq!(whole.payment().unwrap_err().name(), "AmountTooLarge");
	}

	#[test]
	fn what_is_not_expected_is_refused() {
		let all = || Expected {
			seller: Some(terms().seller),
			max_price: Some(250_000_000),
			min_imbalance_price: Some(300_000_000),
			quantity: Some(1_500),
			periods: Some((5, 8)),
		};
		let check =
			|expected: Expected| expected.check(&terms()).map_err(|error| error.name().to_owned());
		assert_eq!(check(Expected::default()), Ok(()));
		assert!(all().names_all() && !Expected::default().names_all());
		assert_eq!(check(all()), Ok(()));
		let other = Group { zone: 2, ..terms().seller };
		for (expected, name) in [
			(Expected { max_price: Some(249_999_999), ..all() }, "PriceAboveLimit"),
			(Expected { quantity: Some(1_501), ..all() }, "QuantityDiffers"),
			(
				Expected { min_imbalance_price: Some(300_000_001), ..all() },
				"ImbalancePriceBelowLimit",
			),
			(Expected { seller: Some(other), ..all() }, "SellerDiffers"),
			(Expected { periods: Some((5, 7)), ..all() }, "PeriodsDiffer"),
			(Expected { periods: Some((6, 8)), ..all() }, "PeriodsDiffer"),
		] {
			assert_eq!(check(expected), Err(name.into()));
		}
	}

	#[test]
	fn a_call_names_every_term() {
		use subxt::dynamic::At;
		let argument = terms().argument();
		let number = |field: &str| argument.at(field).and_then(Argument::as_u128);
		assert_eq!(number("quantity"), Some(1_500));
		assert_eq!(number("price"), Some(250_000_000));
		assert_eq!(number("imbalance_price"), Some(300_000_000));
		assert_eq!((number("first"), number("last")), (Some(5), Some(8)));
		assert_eq!(argument.at("seller").and_then(|seller| seller.at("zone")?.as_u128()), Some(1));
		let Group { resource, direction, .. } = terms().seller;
		assert_eq!((resource, direction), (Resource::Electricity, Direction::Export));
	}
}
