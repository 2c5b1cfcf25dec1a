//! One round of standing orders: what is asked, decided and done.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use meterproof_clearing::Side;
use serde_json::json;
use subxt::utils::AccountId32;
use subxt_signer::sr25519::Keypair;

use super::{
	answers::{Answers, Own, OwnTrade},
	carrying::{Carried, Carrying},
	history::{Calendar, History},
	Wishes,
};
use crate::{
	chain::{Balance, Chain},
	commands::trade::{imbalance_price, note_owner},
	error::{Error, Result},
	rpc::Device,
	standing::plan::{plan, Coming, Decision, Gate, Purse, Terms},
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
}

impl Round<'_> {
	/// What is to be done now.
	pub async fn decide(&self) -> Result<Vec<Decision>> {
		// An order on its way is in no book yet, and would be placed once more.
		self.chain.settled_nonce(self.account).await?;
		let terms = self.terms().await?;
		let mut free = self.free().await?;
		let answers = self.answers().await?;
		let calendar = self.calendar().await?;
		let devices = self.chain.rpc.devices_of(self.account).await?;
		let mut decided = Vec::new();
		for limits in &self.wishes.limits {
			let coming = self.coming(limits.side, &devices, &calendar, &answers).await?;
			let at_stake = calendar.at_stake(limits.side, &coming, &answers);
			let mut purse = Purse { free, at_stake };
			decided.extend(plan(limits, &terms, &coming, &mut purse));
			free = purse.free;
		}
		Ok(decided)
	}

	/// Does it.
	pub async fn carry_out(&self, signer: &Keypair, decided: &[Decision]) -> Result<Carried> {
		let carrying = Carrying {
			chain: self.chain,
			signer,
			zone: self.wishes.zone,
			payout: note_owner(self.chain, self.wishes.payout.as_deref()).await?,
			refund: note_owner(self.chain, self.wishes.refund.as_deref()).await?,
		};
		Ok(carrying.out(decided).await)
	}

	async fn terms(&self) -> Result<Terms> {
		let constant = |pallet, name| self.chain.constant(pallet, name);
		Ok(Terms {
			resource: self.wishes.resource,
			imbalance_price: imbalance_price(self.chain, self.wishes.zone, self.wishes.resource)
				.await?,
			deposit: constant("Book", "OrderDeposit").await?.into(),
			least_worth: constant("Balances", "ExistentialDeposit").await?.into(),
			own_orders: usize::try_from(constant("Book", "MaxOwnOrders").await?).unwrap_or(0),
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
		let running = self.chain.rpc.period(None).await?;
		timetable::ensure_running(&running, self.store.timetable(), timetable::local_ms())?;
		let mut calendar = Calendar::of(self.wishes.time_zone, &running);
		let first = running.period.saturating_add(1);
		for (weeks, at_ms) in calendar.weeks_before(first) {
			// A period of another length, or from before the chain, is none of the same slot.
			let period = match self.chain.rpc.period_at(at_ms).await {
				Ok(period) => Some(period),
				Err(error) if error.name() == "ConnectionLost" => return Err(error),
				Err(_) => None,
			};
			calendar.check(weeks, at_ms, period.as_ref());
		}
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
			coming.push(Coming {
				period,
				date: slot.date(),
				weekday: slot.weekday(),
				gate: self.gate(period).await?,
				former: history.former(calendar, period),
				traded: answers.traded(side, period),
				standing: answers.standing(side, period),
			});
		}
		Ok(coming)
	}

	async fn gate(&self, period: u64) -> Result<Gate> {
		let question = vec![json!(self.wishes.zone), json!(self.wishes.resource), json!(period)];
		let book = self.chain.rpc.raw("market_book", question).await?;
		match book["state"].as_str() {
			Some("open") => Ok(Gate::Open),
			Some("locked") => Ok(Gate::Locked),
			Some(_) => Ok(Gate::Closed),
			None if book.is_null() => {
				let message = format!("zone {} has no registrar, so no book", self.wishes.zone);
				Err(Error::new("UnknownZone", message))
			},
			None => Err(Error::new("UnexpectedAnswer", "market_book answered no state")),
		}
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
