//! What a backstop posts.

use serde_json::{json, Value};
use subxt::dynamic::Value as Argument;

use crate::{
	chain::{call, int, variant, Call},
	cli::{PostArgs, VenueArgs},
	error::{Error, Result},
	output::fields,
	units::{parse_price, show_money, show_price, show_quantity, AmountError},
};

/// A price that stands in every book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
	/// In the token's smallest unit, per base unit.
	pub price: u128,
	/// The most of each period, in base units.
	pub quantity: u64,
}

/// What is posted from a period on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
	/// Zone and resource.
	pub venue: VenueArgs,
	/// The first period.
	pub from: u64,
	/// At which price the backstop buys, if it does.
	pub buys: Option<Posted>,
	/// At which price it sells, if it does.
	pub sells: Option<Posted>,
	/// The most that it buys of a period besides, of what is proved beyond what was sold, in base units.
	pub excess: u64,
}

impl Posted {
	/// The price and the quantity that the command line has: both, or neither.
	fn of(price: Option<&str>, quantity: Option<u64>) -> Result<Option<Self>> {
		let Some((price, quantity)) = price.zip(quantity) else { return Ok(None) };
		Ok(Some(Self { price: parse_price(price)?, quantity }))
	}

	/// What the whole quantity is worth at a price.
	fn worth(self, price: u128) -> Result<u128> {
		let worth = u128::from(self.quantity).checked_mul(price);
		Ok(worth.ok_or(AmountError::AmountTooLarge)?)
	}

	fn argument(posted: Option<Self>) -> Argument {
		match posted {
			None => variant("None"),
			Some(Self { price, quantity }) => {
				let posted = [("price", int(price)), ("quantity", int(quantity))];
				Argument::unnamed_variant("Some", [Argument::named_composite(posted)])
			},
		}
	}

	fn json(posted: Option<Self>) -> Value {
		match posted {
			None => Value::Null,
			Some(Self { price, quantity }) => {
				json!({ "price": price.to_string(), "quantity": quantity })
			},
		}
	}

	fn text(self, unit: &str) -> String {
		let (quantity, price) = (show_quantity(self.quantity), show_price(self.price));
		format!("{quantity} {unit} a period at {price} MPF/{unit}")
	}
}

impl Posting {
	/// What the command line posts.
	pub fn of(args: &PostArgs) -> Result<Self> {
		let buys = Posted::of(args.buy_price.as_deref(), args.buy_quantity)?;
		let sells = Posted::of(args.sell_price.as_deref(), args.sell_quantity)?;
		if buys.zip(sells).is_some_and(|(buys, sells)| buys.price >= sells.price) {
			let message =
				"a backstop buys for less than it sells for: lower --buy-price, or raise --sell-price";
			return Err(Error::new("PricesCross", message));
		}
		let excess = args.excess_quantity.unwrap_or(0);
		Ok(Self { venue: args.venue, from: args.from, buys, sells, excess })
	}

	/// What one book takes of the fund at most: what it buys has to be paid, or what it sells has collateral, of
	/// the selling price or of what governance has set for a missing unit, whichever is more.
	fn of_fund(&self, set: u128) -> Result<u128> {
		let paid = self.buys.map_or(Ok(0), |buys| buys.worth(buys.price))?;
		let pledged = self.sells.map_or(Ok(0), |sells| sells.worth(sells.price.max(set)))?;
		Ok(paid.max(pledged))
	}

	/// What is shown before it is signed, where governance has set this price for a missing unit.
	pub fn for_signer(&self, set: u128) -> Result<String> {
		let VenueArgs { zone, resource } = self.venue;
		let unit = resource.trade_unit();
		let side = |posted: Option<Posted>| {
			posted.map_or_else(|| "nothing".to_owned(), |posted| posted.text(unit))
		};
		let mut rows = vec![
			("zone", zone.to_string()),
			("resource", resource.to_string()),
			("from period", self.from.to_string()),
			("buys at most", side(self.buys)),
			("sells at most", side(self.sells)),
			("buys beyond what is sold", format!("{} {unit} a period", show_quantity(self.excess))),
			("of the fund for a book at most", format!("{} MPF", show_money(self.of_fund(set)?))),
		];
		if let Some(sells) = self.sells {
			let price = format!("{} MPF/{unit} at least", show_price(sells.price.max(set)));
			rows.push(("others' missing units cost", price));
		}
		let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
		Ok(fields(&rows))
	}

	/// The call that posts.
	pub fn call(&self) -> Call {
		let mut arguments = self.venue.arguments();
		arguments.extend([
			int(self.from),
			Posted::argument(self.buys),
			Posted::argument(self.sells),
			int(self.excess),
		]);
		call("Book", "post_prices", arguments)
	}

	/// What is posted, as JSON.
	pub fn json(&self) -> Value {
		json!({
			"zone": self.venue.zone,
			"resource": self.venue.resource,
			"from": self.from,
			"buys": Posted::json(self.buys),
			"sells": Posted::json(self.sells),
			"excess": self.excess,
		})
	}

	/// What is posted, in a sentence.
	pub fn text(&self) -> String {
		let unit = self.venue.resource.trade_unit();
		let side = |verb: &str, posted: Option<Posted>| {
			posted.map(|posted| format!("{verb} at most {}", posted.text(unit)))
		};
		let excess = (self.excess > 0)
			.then(|| format!("{} {unit} beyond what is sold", show_quantity(self.excess)));
		let sides = [side("buys", self.buys), excess, side("sells", self.sells)];
		let sides: Vec<_> = sides.into_iter().flatten().collect();
		let does = match sides.is_empty() {
			true => "neither buys nor sells".to_owned(),
			false => sides.join(" and "),
		};
		format!("from period {} on the backstop of {} {does}", self.from, self.venue.name())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		cli::{BackstopCommand, Cli, Command, MarketCommand},
		types::Resource,
	};
	use clap::Parser;

	const BUYS: &str = "--buy-price 0.08 --buy-quantity 1500 --excess-quantity 700";
	const SELLS: &str = "--sell-price 0.30 --sell-quantity 2000";

	fn posting(options: &str) -> Result<Posting> {
		let line = format!("meterproof market backstop post --zone 3 --from 5 {options}");
		match Cli::parse_from(line.split(' ')).command {
			Command::Market(MarketCommand::Backstop(BackstopCommand::Post(args))) => {
				Posting::of(&args)
			},
			other => panic!("{other:?}"),
		}
	}

	fn both() -> Posting {
		posting(&format!("{BUYS} {SELLS}")).unwrap()
	}

	#[test]
	fn what_is_posted_is_what_the_command_line_says() {
		let venue = VenueArgs { zone: 3, resource: Resource::Electricity };
		let buys = Some(Posted { price: 80_000_000, quantity: 1_500 });
		let sells = Some(Posted { price: 300_000_000, quantity: 2_000 });
		assert_eq!(both(), Posting { venue, from: 5, buys, sells, excess: 700 });
		let selling = Posting { venue, from: 5, buys: None, sells, excess: 0 };
		assert_eq!(posting(SELLS).unwrap(), selling);
		let nothing = Posting { venue, from: 5, buys: None, sells: None, excess: 0 };
		assert_eq!(posting("--nothing").unwrap(), nothing);
		let name = |options: &str| posting(options).unwrap_err().name().to_owned();
		for price in ["0.30", "0.31"] {
			let dear = format!("--buy-price {price} --buy-quantity 1 {SELLS}");
			assert_eq!(name(&dear), "PricesCross");
		}
		assert_eq!(name("--buy-price free --buy-quantity 1"), "NotAnAmount");
	}

	#[test]
	fn a_call_has_both_sides_or_none() {
		let call = both().call();
		assert_eq!((call.pallet_name(), call.call_name()), ("Book", "post_prices"));
		let value = call.into_value().to_string();
		for part in ["80000000", "1500", "300000000", "2000", "700"] {
			assert!(value.contains(part), "{part}: {value}");
		}
		let value = posting("--nothing").unwrap().call().into_value().to_string();
		assert!(value.contains("None") && !value.contains("Some"), "{value}");
	}

	#[test]
	fn a_book_takes_of_the_fund_what_the_dearer_side_needs() {
		assert_eq!(both().of_fund(0).unwrap(), 2_000 * 300_000_000);
		assert_eq!(both().of_fund(400_000_000).unwrap(), 2_000 * 400_000_000);
		assert_eq!(posting(BUYS).unwrap().of_fund(400_000_000).unwrap(), 1_500 * 80_000_000);
		assert_eq!(posting("--nothing").unwrap().of_fund(1).unwrap(), 0);
		assert_eq!(both().of_fund(u128::MAX).unwrap_err().name(), "AmountTooLarge");
	}

	#[test]
	fn a_person_and_a_script_see_what_is_signed() {
		let seen = both().for_signer(0).unwrap();
		for shown in
			["1.5 kWh a period at 0.08 MPF/kWh", "2 kWh a period at 0.3", "0.6 MPF", "at least"]
		{
			assert!(seen.contains(shown), "{shown}: {seen}");
		}
		let seen = posting("--nothing").unwrap().for_signer(0).unwrap();
		assert!(seen.contains("nothing") && !seen.contains("at least"), "{seen}");
		let text = both().text();
		let expected =
			"from period 5 on the backstop of zone 3, electricity buys at most 1.5 kWh a \
			period at 0.08 MPF/kWh and 0.7 kWh beyond what is sold and sells at most 2 kWh a period at 0.3 MPF/kWh";
		assert_eq!(text, expected);
		assert!(posting("--nothing").unwrap().text().ends_with("neither buys nor sells"));
		let json = posting(BUYS).unwrap().json();
		assert_eq!(json["buys"], json!({ "price": "80000000", "quantity": 1_500 }));
		assert_eq!((&json["sells"], &json["from"]), (&Value::Null, &json!(5)));
		assert_eq!(json["excess"], json!(700));
	}
}
