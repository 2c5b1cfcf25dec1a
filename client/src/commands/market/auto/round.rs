//! One round of standing orders: what is asked, decided and done.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use meterproof_clearing::Side;
use serde::Deserialize;
use serde_json::{json, Value};
use subxt::utils::AccountId32;

use super::{
	answers::{Answers, Own, OwnTrade},
	carrying::Carrying,
	history::{Calendar, History},
	Wishes,
};
use crate::{
	chain::{Balance, Chain},
	commands::trade::{note_owner, price_set, Asked},
	error::{Error, Result},
	rpc::{Device, Period},
	standing::plan::{plan, Budget, Coming, Decision, Gate, Memory, OrderRules, Rival},
	store::Store,
	timetable,
};

/// One round, with what it asks.
pub struct Round<'a> {
	/// What the owner wants.
	pub wishes: &'a Wishes,
	/// Whose.
	pub account: &'a AccountId32,
	/// Where.
	pub chain: &'a Chain,
	/// With the readings.
	pub store: &'a Store,
	/// What is remembered of earlier rounds.
	pub memory: &'a Memory,
}

/// What is to be done.
pub struct Plan {
	/// With which book.
	pub decided: Vec<Decision>,
	/// By which calls.
	pub carrying: Carrying,
	/// Whether a meter counts for any side.
	pub has_meters: bool,
}

/// The running period, and the first one whose gate is open.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Now {
	#[serde(flatten)]
	running: Period,
	first_open: u64,
}

/// A book as it is told.
#[derive(Debug, PartialEq, Eq)]
pub struct Book {
	/// Where it stands.
	pub gate: Gate,
	/// The orders on one side.
	pub rivals: Vec<Rival>,
}

impl Round<'_> {
	/// What is to be done now.
	pub async fn decide(&self) -> Result<Plan> {
		// An order on its way is in no book yet, and would be placed once more. If another node knows of one all
		// the same, it has this nonce, and either it or the first call of this round enters a block.
		let nonce = self.chain.settled_nonce(self.account).await?;
		let carrying = Carrying {
			payout: note_owner(self.chain, self.wishes.payout.as_deref()).await?,
			refund: note_owner(self.chain, self.wishes.refund.as_deref()).await?,
			nonce,
		};
		let terms = self.terms().await?;
		let asked = Asked::of(self.chain, self.wishes.zone, self.wishes.resource).await?;
		let mut free = self.free().await?;
		let answers = self.answers().await?;
		let calendar = self.calendar().await?;
		let devices = self.chain.rpc.devices_of(self.account).await?;
		let most = self.chain.constant("Book", "MaxStanding").await?;
		let mut places = usize::try_from(most).unwrap_or(0).saturating_sub(answers.places());
		let (mut decided, mut has_meters) = (Vec::new(), false);
		for limits in &self.wishes.limits {
			let mut coming = self.coming(limits.side, &devices, &calendar, &answers).await?;
			for one in &mut coming {
				one.asked = asked.most(one.period, one.period);
			}
			let at_stake = calendar.at_stake(limits.side, &coming, &answers);
			has_meters |= coming.iter().any(|one| one.has_meters);
			let memory = self.memory.clone();
			let mut budget = Budget { free, places, at_stake, memory };
			decided.extend(plan(limits, &terms, &coming, &mut budget));
			(free, places) = (budget.free, budget.places);
		}
		Ok(Plan { decided, carrying, has_meters })
	}

	async fn terms(&self) -> Result<OrderRules> {
		let constant = |pallet, name| self.chain.constant(pallet, name);
		let count = async |name| {
			constant("Book", name).await.map(|most| usize::try_from(most).unwrap_or(0))
		};
		Ok(OrderRules {
			zone: self.wishes.zone,
			resource: self.wishes.resource,
			imbalance_price: price_set(self.chain, self.wishes.zone, self.wishes.resource).await?,
			deposit: constant("Book", "OrderDeposit").await?.into(),
			least_worth: constant("Balances", "ExistentialDeposit").await?.into(),
			own_orders: count("MaxOwnOrders").await?,
			bids: count("MaxBids").await?,
			offers: count("MaxOffers").await?,
		})
	}

	/// What the account can put on hold beside what it keeps.
	async fn free(&self) -> Result<u128> {
		let stays: u128 = self.chain.constant("Balances", "ExistentialDeposit").await?.into();
		let Balance { free, frozen, .. } = Balance::of(self.chain, self.account).await?;
		Ok(free.saturating_sub(frozen.max(stays)).saturating_sub(self.wishes.keep))
	}

	async fn answers(&self) -> Result<Answers> {
		let rpc = &self.chain.rpc;
		let account = vec![json!(self.account)];
		let orders = Own::read(rpc.pages("market_orders", account.clone()).await?)?;
		let trades = OwnTrade::read(rpc.pages("market_trades", account).await?)?;
		let (zone, resource) = (self.wishes.zone, self.wishes.resource);
		Ok(Answers { account: *self.account, zone, resource, orders, trades })
	}

	/// The periods' places on the clock, and where in the past the same slots are.
	async fn calendar(&self) -> Result<Calendar> {
		let answer = self.chain.rpc.raw("metering_period", vec![Value::Null]).await?;
		let Now { running, first_open } = serde_json::from_value(answer).map_err(|error| {
			let message = format!("metering_period answered something else: {error}");
			Error::new("UnexpectedAnswer", message)
		})?;
		timetable::ensure_running(&running, self.store.timetable(), timetable::local_ms())?;
		let mut calendar = Calendar::of(self.wishes.time_zone, &running, first_open);
		calendar.ask(async |at_ms| self.chain.rpc.period_at(at_ms).await).await?;
		Ok(calendar)
	}

	async fn coming(
		&self,
		side: Side,
		devices: &[Device],
		calendar: &Calendar,
		answers: &Answers,
	) -> Result<Vec<Coming>> {
		let history =
			History::of(self.store, devices, self.wishes.zone, self.wishes.resource, side)?;
		let mut coming = Vec::new();
		for period in calendar.coming(self.wishes.ahead) {
			let Some(slot) = calendar.slot(period) else { continue };
			let Book { gate, rivals } = self.book(side, period).await?;
			coming.push(Coming {
				period,
				date: slot.date(),
				weekday: slot.weekday(),
				gate,
				has_meters: history.has_meters(),
				former: history.former(calendar, period),
				traded: answers.traded(side, period),
				standing: answers.standing(side, period),
				rivals,
				asked: 0,
			});
		}
		Ok(coming)
	}

	async fn book(&self, side: Side, period: u64) -> Result<Book> {
		let question = vec![json!(self.wishes.zone), json!(self.wishes.resource), json!(period)];
		let book = self.chain.rpc.raw("market_book", question).await?;
		if book.is_null() {
			let message = format!("zone {} has no registrar, so no book", self.wishes.zone);
			return Err(Error::new("UnknownZone", message));
		}
		Book::read(side, &book).ok_or_else(|| {
			Error::new("UnexpectedAnswer", "market_book answered no state, or no orders")
		})
	}
}

impl Book {
	/// Reads what `market_book` answers.
	pub fn read(side: Side, book: &Value) -> Option<Self> {
		let gate = match book["state"].as_str()? {
			"open" => Gate::Open,
			"locked" => Gate::Locked,
			_ => Gate::Closed,
		};
		let orders = match side {
			Side::Bid => &book["bids"],
			Side::Offer => &book["offers"],
		};
		let rival = |order: &Value| {
			let limit = order["limit"].as_str()?.parse().ok()?;
			Some(Rival { order: order["id"].as_u64()?, limit })
		};
		let rivals = orders.as_array()?.iter().map(rival).collect::<Option<_>>()?;
		Some(Self { gate, rivals })
	}
}

impl Calendar {
	/// The money at stake already, by day: of every period of the days that are ordered for.
	fn at_stake(
		&self,
		side: Side,
		coming: &[Coming],
		answers: &Answers,
	) -> BTreeMap<NaiveDate, u128> {
		let mut sums: BTreeMap<_, u128> = coming.iter().map(|one| (one.date, 0)).collect();
		for period in self.around(coming) {
			let Some(sum) = self.slot(period).and_then(|slot| sums.get_mut(&slot.date())) else {
				continue;
			};
			let standing = answers.standing(side, period);
			let held = standing.iter().map(|own| own.rate.saturating_mul(own.quantity.into()));
			let held = held.fold(answers.traded(side, period).money, u128::saturating_add);
			*sum = sum.saturating_add(held);
		}
		sums
	}
}
