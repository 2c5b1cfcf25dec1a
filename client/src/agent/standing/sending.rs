//! One call of a round: after settlements, within the limits by what was signed, for a period that lies where
//! the plan has it.

use std::{cell::RefCell, time::Duration};

use meterproof_meters::files::times::Zone;

use super::ledger::{Ledger, Place, Wanted};
use crate::{
	agent::{
		journal::{disk::Disk, Became},
		lane::Lane,
	},
	chain::Call,
	commands::market::Fate,
	error::{Error, Result},
	rpc::Period,
	standing::{
		limits::Limits,
		plan::{Action, Decision},
	},
};

/// The chain, as far as one call of an order has to do with it.
pub(super) trait Market {
	/// A call that the pool has.
	type Sent;

	/// Where a period lies.
	async fn period(&self, period: u64) -> Result<Period>;

	/// Puts a call with this nonce into the pool; `before` comes before the signature, and only where no other
	/// call has the nonce.
	async fn enter(
		&self,
		call: &Call,
		nonce: u64,
		before: &mut dyn FnMut() -> Result<()>,
	) -> Result<Self::Sent>;

	/// Waits until the call is final; the number of the order that it placed, if it did.
	async fn became(&self, sent: Self::Sent) -> Result<Option<u64>>;
}

/// What sends the calls of one round.
pub(super) struct Sending<'a, D: Disk, M> {
	/// The chain.
	pub market: &'a M,
	/// Who may sign now.
	pub lane: &'a Lane,
	/// What was signed.
	pub ledger: &'a RefCell<Ledger<D>>,
	/// In which books.
	pub place: Place,
	/// The owner's limits.
	pub limits: &'a Limits,
	/// The clock by which days are told apart.
	pub zone: Zone,
	/// How long the account may be held for one call.
	pub entry: Duration,
	/// The time, Unix ms.
	pub now_ms: &'a dyn Fn() -> u64,
}

impl<D: Disk, M: Market> Sending<'_, D, M> {
	/// Sends a call and waits until it is final.
	///
	/// # Errors
	///
	/// `SettlementFirst`, `CallBetween`, `SignedEnough` and `PeriodsDiffer` where nothing was signed; else
	/// whatever became of the call.
	pub async fn send(&self, decision: &Decision, call: &Call, nonce: u64) -> Result<()> {
		if matches!(decision.action, Some(Action::Place { .. })) {
			let told = self.market.period(decision.period).await?;
			let timetable = *self.ledger.borrow().timetable();
			timetable.ensure_gives(&told)?;
		}
		let mut number = None;
		let entered = {
			let Some(_entering) = self.lane.order() else {
				let message = "a settlement of the account goes first, and nothing was sent";
				return Err(Error::new("SettlementFirst", message));
			};
			let mut before = || {
				number = self.write_down(decision)?;
				Ok(())
			};
			let entering = self.market.enter(call, nonce, &mut before);
			let late = || Error::new("ConnectionLost", "the node did not take the call in time");
			tokio::time::timeout(self.entry, entering).await.unwrap_or_else(|_| Err(late()))
		};
		let became = match entered {
			Ok(sent) => self.market.became(sent).await,
			Err(error) => Err(error),
		};
		self.remember(number, became)
	}

	/// Writes down that an order is about to be signed; its number in the ledger.
	fn write_down(&self, decision: &Decision) -> Result<Option<u64>> {
		let Some(Action::Place { quantity, limit, rate, .. }) = decision.action else {
			return Ok(None);
		};
		let (place, period) = (self.place, decision.period);
		let wanted = Wanted { place, period, quantity, limit, rate };
		let mut ledger = self.ledger.borrow_mut();
		ledger.sign(&wanted, self.limits, self.zone, (self.now_ms)()).map(Some)
	}

	/// Writes down what became of it.
	fn remember(&self, number: Option<u64>, became: Result<Option<u64>>) -> Result<()> {
		let Some(number) = number else { return became.map(drop) };
		let (known, answer) = match became {
			Ok(Some(order)) => (Became::Placed { order }, Ok(())),
			Ok(None) => (Became::Unknown, Ok(())),
			Err(error) => match Fate::of(error) {
				Fate::Unknown(error) => (Became::Unknown, Err(error)),
				Fate::Refused(error) | Fate::SideRefused(error) | Fate::AllRefused(error) => {
					(Became::Refused { name: error.name().to_owned() }, Err(error))
				},
				Fate::Done | Fate::NotTried(_) => (Became::Unknown, Ok(())),
			},
		};
		let written = self.ledger.borrow_mut().became(number, known);
		answer?;
		written.map_err(|error| {
			let message = format!("the order is placed, and could not be written down: {error}");
			Error::new("NotRemembered", message)
		})
	}
}
