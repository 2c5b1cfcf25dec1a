//! What a zone's backstop asks for what is missing.

use serde_json::{json, Value};

use crate::{
	chain::Chain,
	error::{Error, Result},
	types::Resource,
};

/// At which price a zone's backstop sells, by period. It is what a unit costs at least that is sold and missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
	/// From which period on, until the next of these, per base unit; zero where it sells nothing.
	rows: Vec<(u64, u128)>,
}

impl Asked {
	/// What the backstop of a zone and resource has posted, as the best block has it; nothing where there is none.
	pub async fn of(chain: &Chain, zone: u32, resource: Resource) -> Result<Self> {
		let told = chain.rpc.raw("market_backstop", vec![json!(zone), json!(resource)]).await?;
		Self::read(&told).ok_or_else(|| {
			Error::new("UnexpectedAnswer", "market_backstop answered a price that is not a number")
		})
	}

	fn read(told: &Value) -> Option<Self> {
		let row = |posted: &Value| {
			let price = match &posted["sells"] {
				Value::Null => 0,
				sells => sells["price"].as_str()?.parse().ok()?,
			};
			Some((posted["from"].as_u64()?, price))
		};
		let posted = told["posted"].as_array().into_iter().flatten();
		Some(Self { rows: posted.map(row).collect::<Option<_>>()? })
	}

	/// The highest price in any of the periods `first..=last`; zero where it sells in none of them.
	pub fn most(&self, first: u64, last: u64) -> u128 {
		let ends = self.rows.iter().skip(1).map(|(from, _)| *from).chain([u64::MAX]);
		let rows = self.rows.iter().zip(ends);
		let there = rows.filter(|((from, _), end)| *from <= last && first < *end);
		there.map(|((_, price), _)| *price).max().unwrap_or(0)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_prices_of_the_periods_asked_for_count() {
		let sells = |price: &str| json!({ "price": price, "quantity": 5 });
		let told = json!({ "posted": [
			{ "from": 7, "buys": null, "sells": sells("900"), "excess": 0 },
			{ "from": 9, "buys": null, "sells": sells("300"), "excess": 0 },
			{ "from": 12, "buys": null, "sells": null, "excess": 0 },
			{ "from": 20, "buys": null, "sells": sells("800"), "excess": 0 },
		] });
		let asked = Asked::read(&told).unwrap();
		for ((first, last), most) in [
			((5, 6), 0),
			((5, 7), 900),
			((8, 9), 900),
			((9, 11), 300),
			((11, 19), 300),
			((12, 19), 0),
			((12, 20), 800),
			((500, 500), 800),
		] {
			assert_eq!(asked.most(first, last), most, "{first}..{last}");
		}
	}

	#[test]
	fn no_backstop_asks_nothing_and_a_price_is_a_number() {
		assert_eq!(Asked::read(&Value::Null), Some(Asked::default()));
		assert_eq!(Asked::default().most(0, u64::MAX), 0);
		for sells in [json!({ "price": "dear" }), json!({ "price": 5 }), json!({})] {
			assert_eq!(Asked::read(&json!({ "posted": [{ "from": 7, "sells": sells }] })), None);
		}
		assert_eq!(Asked::read(&json!({ "posted": [{ "sells": null }] })), None);
	}
}
