//! Decisions in plain words.

use chrono::Weekday;
use meterproof_clearing::Side;
use serde_json::{json, Value};

use super::{Action, Short};
use crate::{
	standing::{calendar::plural, forecast::Forecast, forecast::LEAST_DAYS, forecast::WEEKS},
	types::Resource,
	units::show_price,
};

/// One thing that is done, or is not, with one book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
	/// The book's period.
	pub period: u64,
	/// The weekday that it begins on.
	pub weekday: Weekday,
	/// Of which side the decision is.
	pub side: Side,
	/// Where.
	pub zone: u32,
	/// What is traded.
	pub resource: Resource,
	/// What is done; none if nothing is.
	pub action: Option<Action>,
	/// Why.
	pub why: Why,
}

/// Why something is done, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
	/// The quantity that is expected decides.
	Expected {
		/// Of what.
		forecast: Forecast,
		/// What is traded already.
		traded: u64,
		/// The most that the owner allows in a period.
		most: u64,
		/// How much it would have been, and what did not suffice.
		short: Option<(u64, Short)>,
	},
	/// The owner's limit is better than the order's.
	OwnersLimit {
		/// What the order had.
		from: u128,
	},
	/// The order's limit is one that the owner does not allow.
	LimitForbidden {
		/// Its number.
		order: u64,
		/// The order's.
		limit: u128,
		/// The owner's.
		owner: u128,
	},
	/// An order stands with more than the owner allows.
	BeyondLimits {
		/// The order of which that is said.
		order: u64,
		/// What stands.
		quantity: u64,
	},
	/// An order stands with more than is expected.
	TooMuchStands {
		/// The order of which that is said.
		order: u64,
		/// What stands.
		quantity: u64,
		/// What should.
		wanted: u64,
		/// The forecast.
		forecast: Forecast,
	},
	/// What should go cannot.
	Locked {
		/// Why it should.
		why: Box<Why>,
	},
	/// The gate has closed.
	GateClosed,
	/// No meter counts for the side.
	NoMeters,
	/// There are not enough readings.
	TooFewDays {
		/// How many days have one.
		days: usize,
	},
	/// No expected quantity is left to order.
	NothingExpected {
		/// The forecast.
		forecast: Forecast,
		/// What is traded already.
		traded: u64,
	},
	/// What stands is right.
	StandsAlready {
		/// The forecast.
		forecast: Forecast,
		/// What stands.
		quantity: u64,
	},
	/// The account's orders in the book are as many as there can be.
	TooManyOwnOrders {
		/// How many.
		most: usize,
	},
	/// The side is full of orders that are as good.
	BookFull {
		/// How many.
		most: usize,
	},
	/// The account's orders have as many places in books as there can be.
	NoPlaces,
	/// What could be ordered is worth less than an order has to be.
	WorthTooLittle {
		/// How much that is.
		quantity: u64,
		/// How much it would have been, and what did not suffice.
		short: Option<(u64, Short)>,
		/// The forecast.
		forecast: Forecast,
	},
	/// At the owner's limit the order would be worth less than it has to be.
	ImprovedWorthTooLittle {
		/// The order's number.
		order: u64,
	},
	/// A better limit would need money that there is not.
	NoMoneyToImprove {
		/// The order's number.
		order: u64,
		/// What did not suffice.
		short: Short,
	},
}

impl Decision {
	/// In a sentence: of what has been done, or, in a rehearsal, of what would be. It tells readings.
	pub fn line(&self, rehearsal: bool) -> String {
		format!("{}: {}", self.deed(rehearsal), self.reason(&self.why))
	}

	/// The same for everybody's eyes: no reading can be told from it, and no more than the book shows.
	pub fn public_line(&self, rehearsal: bool) -> String {
		match self.public_reason(&self.why) {
			Some(why) => format!("{}: {why}", self.deed(rehearsal)),
			None => self.deed(rehearsal),
		}
	}

	/// Why. It tells readings.
	pub fn why(&self) -> String {
		self.reason(&self.why)
	}

	fn deed(&self, rehearsal: bool) -> String {
		let (order_word, orders) = match self.side {
			Side::Offer => ("offer", "offers"),
			Side::Bid => ("bid", "bids"),
		};
		let period = format!("period {} ({}, zone {})", self.period, self.resource, self.zone);
		let unit = self.resource.trade_unit();
		let done =
			|now: &str, then: &str| if rehearsal { format!("would {then}") } else { now.into() };
		match self.action {
			None => format!("nothing done with {orders} for {period}"),
			Some(Action::Place { side, quantity, limit, .. }) => {
				let verb = match side {
					Side::Offer => done("offered", "offer"),
					Side::Bid => done("bid for", "bid for"),
				};
				let (quantity, limit) = (self.amount(quantity), show_price(limit));
				format!("{verb} {quantity} at {limit} MPF/{unit} for {period}")
			},
			Some(Action::Improve { order, limit }) => {
				let (verb, limit) = (done("improved", "improve"), show_price(limit));
				format!("{verb} {order_word} {order} to {limit} MPF/{unit} for {period}")
			},
			Some(Action::Cancel { order }) => {
				let verb = done("cancelled", "cancel");
				format!("{verb} {order_word} {order} for {period}")
			},
		}
	}

	/// The decision as JSON, with the sentence.
	pub fn json(&self, rehearsal: bool) -> Value {
		let action = match self.action {
			None => json!({ "action": "none" }),
			Some(Action::Place { side, quantity, limit, rate }) => json!({
				"action": match side { Side::Offer => "offer", Side::Bid => "bid" },
				"quantity": quantity,
				"limit": limit.to_string(),
				"rate": rate.to_string(),
			}),
			Some(Action::Improve { order, limit }) => {
				json!({ "action": "improve", "order": order, "limit": limit.to_string() })
			},
			Some(Action::Cancel { order }) => json!({ "action": "cancel", "order": order }),
		};
		let mut value = action;
		value["side"] = json!(match self.side {
			Side::Offer => "offer",
			Side::Bid => "bid",
		});
		value["zone"] = json!(self.zone);
		value["resource"] = json!(self.resource);
		value["period"] = json!(self.period);
		value["said"] = json!(self.line(rehearsal));
		value
	}

	/// Why, as far as that tells no reading; none where it is the forecast alone.
	fn public_reason(&self, why: &Why) -> Option<String> {
		Some(match why {
			Why::Expected { short, .. } => {
				let (_, short) = (*short)?;
				format!("{} allows no more", name(short))
			},
			Why::TooMuchStands { .. } => "more stands than is expected".to_owned(),
			Why::Locked { why } => {
				let why = self.public_reason(why)?;
				format!("{why}; the book is locked, so that no order goes")
			},
			Why::NothingExpected { .. } => "nothing is left to order".to_owned(),
			Why::StandsAlready { .. } => "what stands is enough".to_owned(),
			Why::WorthTooLittle { short, .. } => {
				let said = "what could be ordered is worth less than an order has to be";
				match short {
					Some((_, short)) => format!("{said}; {} allows no more", name(*short)),
					None => said.to_owned(),
				}
			},
			Why::OwnersLimit { .. }
			| Why::LimitForbidden { .. }
			| Why::BeyondLimits { .. }
			| Why::GateClosed
			| Why::NoMeters
			| Why::TooFewDays { .. }
			| Why::TooManyOwnOrders { .. }
			| Why::BookFull { .. }
			| Why::NoPlaces
			| Why::ImprovedWorthTooLittle { .. }
			| Why::NoMoneyToImprove { .. } => self.reason(why),
		})
	}

	fn reason(&self, why: &Why) -> String {
		let unit = self.resource.trade_unit();
		match why {
			Why::Expected { forecast, traded, most, short } => {
				let mut said = self.basis(forecast);
				if *traded > 0 {
					said += &format!("; {} are traded already", self.amount(*traded));
				}
				if self.expected(forecast) > *most {
					said += &format!("; the owner's most is {}", self.amount(*most));
				}
				said + &self.shortage(*short)
			},
			Why::OwnersLimit { from } => {
				format!("its limit was {} MPF/{unit}, and the owner's is better", show_price(*from))
			},
			Why::LimitForbidden { order, limit, owner } => {
				let bound = match self.side {
					Side::Offer => "below the owner's least",
					Side::Bid => "above the owner's most",
				};
				let (limit, owner) = (show_price(*limit), show_price(*owner));
				format!("the limit of order {order}, {limit} MPF/{unit}, is {bound}, {owner}")
			},
			Why::BeyondLimits { order, quantity } => format!(
				"with order {order} {} stand, and with what is traded that is beyond the owner's limits",
				self.amount(*quantity)
			),
			Why::TooMuchStands { order, quantity, wanted, forecast } => format!(
				"with order {order} {} stand, and {} are wanted: {}",
				self.amount(*quantity),
				self.amount(*wanted),
				self.basis(forecast)
			),
			Why::Locked { why } => {
				format!("{}; the book is locked, so that no order goes", self.reason(why))
			},
			Why::GateClosed => "its gate has closed".to_owned(),
			Why::NoMeters => "the store has no attested meter of the account for it".to_owned(),
			Why::TooFewDays { days } => format!(
				"of the last {WEEKS} {} {days} have readings, and {LEAST_DAYS} are needed",
				plural(self.weekday)
			),
			Why::NothingExpected { forecast, traded } => {
				let traded = match traded {
					0 => String::new(),
					_ => format!("; {} are traded already", self.amount(*traded)),
				};
				format!("{}{traded}: nothing is left to order", self.basis(forecast))
			},
			Why::StandsAlready { forecast, quantity } => {
				let quantity = self.amount(*quantity);
				format!("{quantity} stand already: {}", self.basis(forecast))
			},
			Why::TooManyOwnOrders { most } => {
				format!("{most} own orders stand in the book, and more are not taken")
			},
			Why::BookFull { most } => {
				format!(
					"{most} orders stand in the book, all of them as good, and more are not taken"
				)
			},
			Why::NoPlaces => {
				"the account's orders have as many places in books as there can be".to_owned()
			},
			Why::WorthTooLittle { quantity, short, forecast } => format!(
				"{} are worth less than an order has to be: {}{}",
				self.amount(*quantity),
				self.basis(forecast),
				self.shortage(*short)
			),
			Why::ImprovedWorthTooLittle { order } => format!(
				"order {order} keeps its limit: at the owner's it would be worth less than an order has to be"
			),
			Why::NoMoneyToImprove { order, short } => {
				format!("order {order} keeps its limit: {} is used up", name(*short))
			},
		}
	}

	/// What the forecast rests on.
	fn basis(&self, forecast: &Forecast) -> String {
		let Forecast { least, most, margin, days, weeks, .. } = forecast;
		let days = match days == weeks {
			true => format!("the last {}", word(*days)),
			false => format!("{} of the last {}", word(*days), word(*weeks)),
		};
		let (weekdays, unit) = (plural(self.weekday), self.base_unit());
		let range = match least == most {
			true => format!("{least} {unit}"),
			false => format!("{least} to {most} {unit}"),
		};
		format!("{days} {weekdays} gave {range}; margin {margin} {unit}")
	}

	fn expected(&self, forecast: &Forecast) -> u64 {
		match self.side {
			Side::Offer => forecast.to_offer(),
			Side::Bid => forecast.to_bid(),
		}
	}

	fn shortage(&self, short: Option<(u64, Short)>) -> String {
		let Some((missing, short)) = short else { return String::new() };
		format!("; it would be {}, but {} allows no more", self.amount(missing), name(short))
	}

	fn amount(&self, quantity: u64) -> String {
		format!("{quantity} {}", self.base_unit())
	}

	fn base_unit(&self) -> &'static str {
		match self.resource {
			Resource::Electricity | Resource::Heat => "Wh",
			Resource::Water | Resource::Gas => "l",
		}
	}
}

/// A small number as people write it.
fn word(number: usize) -> String {
	const WORDS: [&str; 6] = ["three", "four", "five", "six", "seven", "eight"];
	let word = number.checked_sub(3).and_then(|at| WORDS.get(at));
	word.map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn name(short: Short) -> &'static str {
	match short {
		Short::Period => "the money of a period",
		Short::Day => "the money of the day",
		Short::Balance => "the account's balance",
		Short::SignedPeriod => "the money of a period, by what was signed for it,",
		Short::SignedDay => "the money of the day, by what was signed for it,",
		Short::SignedQuantity => "the owner's most of a period, by what was signed for it,",
	}
}
