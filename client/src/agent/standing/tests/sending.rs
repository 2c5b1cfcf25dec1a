use std::{
	cell::{Cell, RefCell},
	time::Duration,
};

use chrono::Weekday;
use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;
use tokio::sync::OwnedMutexGuard;

use super::ledger::{ledger, BOUNDS, FIRST, LIMITS, NOW, OFFERS, PERIODS};
use crate::{
	agent::{
		journal::tests::FaultDisk,
		lane::Lane,
		standing::{
			ledger::Ledger,
			sending::{Market, Sending},
		},
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
	/// What is held of it after a call that was not taken in time.
	late: RefCell<Option<OwnedMutexGuard<()>>>,
	/// Whether settlements go to this node.
	is_same: Cell<bool>,
	now_ms: Cell<Option<u64>>,
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
		late: RefCell::default(),
		is_same: Cell::new(true),
		now_ms: Cell::new(Some(NOW)),
	}
}

impl Market for Fake {
	type Sent = ();

	async fn period(&self, period: u64) -> Result<Period> {
		let start_ms = PERIODS.start_ms + (period - PERIODS.period) * self.length_ms;
		self.asked.borrow_mut().push("period");
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
	let (names, ledger) = (send_with(fake, &ledger, decisions).await, ledger.into_inner());
	let memory = ledger.memory(OFFERS, Zone::UTC);
	(names, memory.of_period(FIRST), memory.may_cancel(FIRST, 17))
}

/// The same with a ledger that there is.
async fn send_with(
	fake: &Fake,
	ledger: &RefCell<Ledger<FaultDisk>>,
	decisions: &[Decision],
) -> Vec<String> {
	let sending = Sending {
		market: fake,
		lane: &fake.lane,
		late: &fake.late,
		is_same_node: &|| fake.is_same.get(),
		ledger,
		place: OFFERS,
		bounds: BOUNDS,
		entry: Duration::from_millis(30),
		now_ms: &|| fake.now_ms.get(),
	};
	let call = call("Book", "offer", vec![]);
	let mut names = Vec::new();
	for decision in decisions {
		let sent = sending.send(decision, &call, 40).await;
		names.push(sent.map_or_else(|error| error.name().to_owned(), |()| "done".to_owned()));
	}
	names
}

/// How often something was signed.
fn signed(fake: &Fake) -> usize {
	fake.asked.borrow().iter().filter(|asked| **asked == "signed").count()
}

fn told(names: &[&str]) -> Vec<String> {
	names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn an_order_is_signed_counted_and_known_as_its_own() {
	let fake = fake();
	assert_eq!(send(&fake, &[offer()]).await, (told(&["done"]), 50, true));
	assert!(fake.was_free.get(), "settlements do not wait until an order is final");
	assert!(fake.late.borrow().is_none());
}

#[tokio::test]
async fn a_settlement_goes_first_and_nothing_is_signed_meanwhile() {
	let fake = fake();
	let settling = fake.lane.settle().await;
	assert_eq!(send(&fake, &[offer()]).await, (told(&["SettlementFirst"]), 0, false));
	assert_eq!(signed(&fake), 0);
	drop(settling);
	assert_eq!(send(&fake, &[offer()]).await.0, ["done"]);
}

#[tokio::test]
async fn no_order_takes_the_nonce_of_a_settlement() {
	let fake = Fake { next_nonce: 41, ..fake() };
	assert_eq!(send(&fake, &[offer()]).await, (told(&["CallBetween"]), 0, false));
	assert_eq!(signed(&fake), 0);
}

#[tokio::test]
async fn nothing_is_sent_to_another_node_than_settlements_are() {
	let fake = Fake { is_same: Cell::new(false), ..fake() };
	assert_eq!(send(&fake, &[offer()]).await, (told(&["NodeChanged"]), 0, false));
	assert_eq!(signed(&fake), 0);
}

#[tokio::test]
async fn a_call_that_is_not_taken_in_time_holds_the_account_until_its_connection_is_closed() {
	let fake = Fake { is_slow: true, ..fake() };
	assert_eq!(send(&fake, &[offer()]).await, (told(&["ConnectionLost"]), 50, false));
	let settles = || tokio::time::timeout(Duration::from_millis(50), fake.lane.settle());
	assert!(settles().await.is_err(), "the node may take it yet");
	drop(fake.late.take());
	assert!(settles().await.is_ok());
}

#[tokio::test]
async fn a_node_that_denies_everything_has_no_more_signed_than_the_owner_allows() {
	let orders: Vec<_> = (0..5).map(|_| offer()).collect();
	let fake = Fake { became: || Err(Error::new("BookFull", "x")), ..fake() };
	let (names, stake, _) = send(&fake, &orders).await;
	assert_eq!(names, ["BookFull", "BookFull", "SignedEnough", "SignedEnough", "SignedEnough"]);
	assert_eq!((stake, signed(&fake)), (LIMITS.money, 2));
}

#[tokio::test]
async fn nothing_is_ordered_for_a_period_of_another_length_than_planned() {
	let fake = Fake { length_ms: PERIODS.length_ms * 2, ..fake() };
	assert_eq!(send(&fake, &[offer()]).await, (told(&["PeriodsDiffer"]), 0, false));
	assert_eq!(signed(&fake), 0);
}

#[tokio::test]
async fn whatever_a_node_calls_coming_nothing_is_signed_for_what_has_begun_or_is_far_ahead() {
	let of = |period| Decision { period, ..offer() };
	let cancel = |period| Decision { action: Some(Action::Cancel { order: 3 }), ..of(period) };
	let all = [of(FIRST - 1), of(0), cancel(FIRST - 1), of(FIRST + 10_000), of(u64::MAX)];
	let past = ["PeriodPast", "PeriodPast", "PeriodPast", "PeriodFar", "PeriodFar"];
	let fake = fake();
	assert_eq!(send(&fake, &all).await, (told(&past), 0, false));
	assert!(fake.asked.borrow().is_empty(), "nobody is asked");
	fake.now_ms.set(None);
	assert_eq!(send(&fake, &[offer()]).await.0, ["TimeUnknown"]);
	// The clock goes on while a call waits for its turn.
	fake.now_ms.set(Some(PERIODS.start_ms));
	assert_eq!(send(&fake, &[offer()]).await.0, ["PeriodPast"]);
}

#[tokio::test]
async fn what_goes_is_its_own_and_costs_no_money() {
	let cancel = |order| Decision { action: Some(Action::Cancel { order }), ..offer() };
	let fake = fake();
	let ledger = RefCell::new(ledger(&FaultDisk::default()));
	let names = send_with(&fake, &ledger, &[offer(), cancel(17), cancel(3)]).await;
	assert_eq!(names, ["done", "done", "NotPlacedHere"]);
	assert_eq!((signed(&fake), ledger.borrow().signed()), (2, 2));
	assert_eq!(ledger.borrow().memory(OFFERS, Zone::UTC).of_period(FIRST), 50);
}

#[tokio::test]
async fn nothing_is_improved() {
	let action = Action::Improve { order: 17, limit: 1 };
	let improve = Decision { action: Some(action), ..offer() };
	let fake = fake();
	assert_eq!(send(&fake, &[improve]).await, (told(&["NeverImproved"]), 0, false));
	assert_eq!(signed(&fake), 0);
}
