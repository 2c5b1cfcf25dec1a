//! One call of a round: after settlements, within the limits by what was signed, for a period that lies where
//! the plan has it and has not begun.

use std::{cell::RefCell, time::Duration};

use tokio::sync::OwnedMutexGuard;

use super::ledger::{Bounds, Ledger, LedgerError, Place, Wanted};
use crate::{
	agent::{
		journal::{disk::Disk, Became},
		lane::Lane,
	},
	chain::Call,
	commands::market::Fate,
	error::{Error, Result},
	rpc::Period,
	standing::plan::{Action, Decision},
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
	/// Where the account is held after a call of which it is not known whether the pool has it, until the
	/// connection that it was sent through is closed.
	pub late: &'a RefCell<Option<OwnedMutexGuard<()>>>,
	/// Whether settlements are sent to the node that this call is sent to.
	pub is_same_node: &'a dyn Fn() -> bool,
	/// What was signed.
	pub ledger: &'a RefCell<Ledger<D>>,
	/// In which books.
	pub place: Place,
	/// What the owner allows.
	pub bounds: Bounds<'a>,
	/// How long the account may be held for one call.
	pub entry: Duration,
	/// The time, Unix ms, as far as it is known.
	pub now_ms: &'a dyn Fn() -> Option<u64>,
}

impl<D: Disk, M: Market> Sending<'_, D, M> {
	/// Sends a call and waits until it is final.
	///
	/// # Errors
	///
	/// `PeriodPast`, `PeriodFar`, `PeriodsDiffer`, `TimeUnknown`, `SettlementFirst`, `NodeChanged`,
	/// `CallBetween`, `SignedEnough`, `CallsEnough`, `NotPlacedHere` and `NeverImproved` where nothing was
	/// signed; else whatever became of the call.
	pub async fn send(&self, decision: &Decision, call: &Call, nonce: u64) -> Result<()> {
		let period = decision.period;
		let now_ms = self.now_ms()?;
		self.ledger.borrow().ensure_coming(period, self.bounds.ahead, now_ms)?;
		if matches!(decision.action, Some(Action::Place { .. })) {
			let told = self.market.period(period).await?;
			let timetable = *self.ledger.borrow().timetable();
			timetable.ensure_gives(&told)?;
			// To rewrite the journal takes a while, for which no settlement should wait.
			self.ledger.borrow_mut().tidy(period)?;
		}
		let mut number = None;
		let entered = {
			let Some(entering) = self.lane.order() else {
				let message = "a settlement of the account goes first, and nothing was sent";
				return Err(Error::new("SettlementFirst", message));
			};
			// Another node may not know of the settlement that has the nonce.
			if !(self.is_same_node)() {
				let message = "settlements are sent to another node now, and nothing was sent";
				return Err(Error::new("NodeChanged", message));
			}
			let mut before = || {
				number = self.write_down(decision)?;
				Ok(())
			};
			let entered = self.market.enter(call, nonce, &mut before);
			match tokio::time::timeout(self.entry, entered).await {
				Ok(entered) => entered,
				Err(_) => {
					*self.late.borrow_mut() = Some(entering);
					Err(Error::new("ConnectionLost", "the node did not take the call in time"))
				},
			}
		};
		let became = match entered {
			Ok(sent) => self.market.became(sent).await,
			Err(error) => Err(error),
		};
		self.remember(number, became)
	}

	fn now_ms(&self) -> Result<u64> {
		let message =
			"this machine's clock and the chain's do not say the same time: nothing is signed";
		(self.now_ms)().ok_or_else(|| Error::new("TimeUnknown", message))
	}

	/// Writes down that a call is about to be signed; of one that orders its number in the ledger.
	fn write_down(&self, decision: &Decision) -> Result<Option<u64>> {
		let (place, period) = (self.place, decision.period);
		let (bounds, now_ms) = (&self.bounds, self.now_ms()?);
		let mut ledger = self.ledger.borrow_mut();
		match decision.action {
			Some(Action::Place { quantity, limit, rate, .. }) => {
				let why = decision.why();
				let wanted = Wanted { place, period, quantity, limit, rate, why };
				ledger.sign(&wanted, bounds, now_ms).map(Some)
			},
			Some(Action::Cancel { order }) => {
				ledger.cancel(place, (period, order), bounds, now_ms).map(|()| None)
			},
			Some(Action::Improve { order, .. }) => Err(LedgerError::NeverImproved { order }.into()),
			None => Ok(None),
		}
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
