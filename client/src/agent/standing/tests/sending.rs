use std::{
	cell::{Cell, RefCell},
	time::Duration,
};

use chrono::Weekday;
use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;

use super::ledger::{ledger, FIRST, LIMITS, OFFERS, PERIODS};
use crate::{
	agent::{
		journal::tests::FaultDisk,
		lane::Lane,
		standing::sending::{Market, Sending},
	},
	chain::{call, Call},
	error::{Error, Result},
	rpc::{Period, PeriodPhase, Schedule},
	standing::plan::{Action, Decision, Why},
	types::Resource,
};

/// A chain that answers as it is told to, and the names of what it was asked for.
struct Fake {
	length_ms: u64,
	next_nonce: u64,
	became: fn() -> Result<Option<u64>>,
	is_slow: bool,
	asked: RefCell<Vec<&'static str>>,
	/// Whether the account could have settled while the call became final.
	was_free: Cell<bool>,
	lane: Lane,
}

fn fake() -> Fake {
	Fake {
		length_ms: PERIODS.length_ms,
		next_nonce: 40,
		became: || Ok(Some(17)),
		is_slow: false,
		asked: RefCell::default(),
		was_free: Cell::default(),
		lane: Lane::default(),
	}
}

impl Market for Fake {
	type Sent = ();

	async fn period(&self, period: u64) -> Result<Period> {
		let start_ms = PERIODS.start_ms + (period - PERIODS.period) * self.length_ms;
		Ok(Period {
			period,
			phase: PeriodPhase::Open,
			now_ms: PERIODS.start_ms,
			start_ms,
			end_ms: start_ms + self.length_ms,
			schedule: Schedule { length_ms: self.length_ms },
			schedule_until: None,
		})
	}

	async fn enter(
		&self,
		_: &Call,
		nonce: u64,
		before: &mut dyn FnMut() -> Result<()>,
	) -> Result<()> {
		if nonce != self.next_nonce {
			return Err(Error::new("CallBetween", "x"));
		}
		before()?;
		self.asked.borrow_mut().push("signed");
		if self.is_slow {
			std::future::pending::<()>().await;
		}
		Ok(())
	}

	async fn became(&self, (): ()) -> Result<Option<u64>> {
		let settling = tokio::time::timeout(Duration::from_secs(1), self.lane.settle()).await;
		self.was_free.set(settling.is_ok());
		(self.became)()
	}
}

/// An offer with a stake of 50.
fn offer() -> Decision {
	let action = Action::Place { side: Side::Offer, quantity: 10, limit: 1, rate: 5 };
	Decision {
		period: FIRST,
		weekday: Weekday::Fri,
		side: Side::Offer,
		zone: 1,
		resource: Resource::Electricity,
		action: Some(action),
		why: Why::GateClosed,
	}
}

/// What sending some calls comes to, with what is remembered of them.
async fn send(fake: &Fake, decisions: &[Decision]) -> (Vec<String>, u128, bool) {
	let ledger = RefCell::new(ledger(&FaultDisk::default()));
	let sending = Sending {
		market: fake,
		lane: &fake.lane,
		ledger: &ledger,
		place: OFFERS,
		limits: &LIMITS,
		zone: Zone::UTC,
		entry: Duration::from_millis(30),
		now_ms: &|| 5,
	};
	let call = call("Book", "offer", vec![]);
	let mut names = Vec::new();
	for decision in decisions {
		let sent = sending.send(decision, &call, 40).await;
		names.push(sent.map_or_else(|error| error.name().to_owned(), |()| "done".to_owned()));
	}
	let memory = ledger.borrow().memory(OFFERS, Zone::UTC);
	(names, memory.of_period(FIRST), memory.may_cancel(17))
}

fn told(names: &[&str]) -> Vec<String> {
	names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn an_order_is_signed_counted_and_known_as_its_own() {
	let fake = fake();
	assert_eq!(send(&fake, &[offer()]).await, (told(&["done"]), 50, true));
	assert!(fake.was_free.get(), "settlements do not wait until an order is final");
}

#[tokio::test]
async fn a_settlement_goes_first_and_nothing_is_signed_meanwhile() {
	let fake = fake();
	let settling = fake.lane.settle().await;
	assert_eq!(send(&fake, &[offer()]).await, (told(&["SettlementFirst"]), 0, false));
	assert!(fake.asked.borrow().is_empty());
	drop(settling);
	assert_eq!(send(&fake, &[offer()]).await.0, ["done"]);
}

#[tokio::test]
async fn no_order_takes_the_nonce_of_a_settlement() {
	let fake = Fake { next_nonce: 41, ..fake() };
	assert_eq!(send(&fake, &[offer()]).await, (told(&["CallBetween"]), 0, false));
	assert!(fake.asked.borrow().is_empty());
}

#[tokio::test]
async fn a_node_that_takes_its_time_does_not_hold_the_account() {
	let fake = Fake { is_slow: true, ..fake() };
	assert_eq!(send(&fake, &[offer()]).await, (told(&["ConnectionLost"]), 50, false));
	let settles = tokio::time::timeout(Duration::from_secs(1), fake.lane.settle());
	assert!(settles.await.is_ok());
}

#[tokio::test]
async fn a_node_that_denies_everything_has_no_more_signed_than_the_owner_allows() {
	let orders: Vec<_> = (0..5).map(|_| offer()).collect();
	let fake = Fake { became: || Err(Error::new("BookFull", "x")), ..fake() };
	let (names, signed, _) = send(&fake, &orders).await;
	assert_eq!(names, ["BookFull", "BookFull", "SignedEnough", "SignedEnough", "SignedEnough"]);
	assert_eq!((signed, fake.asked.borrow().len()), (LIMITS.money, 2));
}

#[tokio::test]
async fn nothing_is_ordered_for_a_period_of_another_length_than_planned() {
	let fake = Fake { length_ms: PERIODS.length_ms * 2, ..fake() };
	assert_eq!(send(&fake, &[offer()]).await, (told(&["PeriodsDiffer"]), 0, false));
	assert!(fake.asked.borrow().is_empty());
}

#[tokio::test]
async fn what_goes_costs_nothing() {
	let cancel = Decision { action: Some(Action::Cancel { order: 3 }), ..offer() };
	assert_eq!(send(&fake(), &[cancel]).await, (told(&["done"]), 0, false));
}
