//! The chain as the tests of books want it: two sellers with a meter each, and buyers.

pub use pallet_book::*;
pub use pallet_tests::{settings::*, *};

use frame::testing_prelude::*;
pub use meterproof_primitives::{
	api::{BookState, Owed, TradeState},
	Deliveries, Direction, Directions, Evidence, NoteOwner, OrderId, OrderSide, PeriodIndex,
	Posted, Quantity, Resource, Schedule, TradeId,
};

pub const SELLER: AccountId = account(1);
pub const OTHER_SELLER: AccountId = account(2);
pub const BUYER: AccountId = account(3);
pub const OTHER_BUYER: AccountId = account(4);
pub const REGISTRAR: AccountId = account(5);
/// Calls what anyone may call.
pub const ANYONE: AccountId = account(6);
/// The zone's backstop, where it has one.
pub const BACKSTOP: AccountId = account(7);

/// More accounts, by number.
pub const fn trader(n: u8) -> AccountId {
	account(10 + n)
}

pub const ENDOWMENT: Balance = 1_000_000_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 100;
/// What a seller's meter counts at most.
pub const NAMEPLATE: u32 = 1_000;
/// What a unit not delivered costs at least.
pub const IMBALANCE: Balance = 6;
pub const RETENTION: u64 = 4;

/// The first period that is open when a test begins.
pub const FIRST: PeriodIndex = 101;

/// The first period for which prices can be posted then.
pub const NEXT: PeriodIndex = FIRST + 1;

/// What the tests put into a backstop's fund.
pub const FUND: Balance = 100_000;

/// Where the books are.
pub const VENUE: Venue = Venue { zone: ZONE, resource: Resource::Electricity };

/// What this suite sets.
pub fn set() {
	reset();
	ExistentialDeposit::set(EXISTENTIAL_DEPOSIT);
	MaxTradesPerGroup::set(12);
	Retention::set(RETENTION);
}

/// The state before a test.
pub fn build() -> TestState {
	build_on(SCHEDULE)
}

/// The same under a schedule of periods that are as long.
pub fn build_on(schedule: Schedule) -> TestState {
	set();
	let accounts = [SELLER, OTHER_SELLER, BUYER, OTHER_BUYER, REGISTRAR, ANYONE, BACKSTOP, DUST];
	let endowed = accounts.into_iter().chain((0..20).map(trader)).map(|who| (who, ENDOWMENT));
	let mut ext: TestState = initial_state(endowed, schedule, IMBALANCE).into();
	ext.execute_with(|| {
		// The registry's changes take effect in the first open period.
		blocks_at(schedule.start(FIRST - 2), 1);
		Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR).unwrap();
		for seller in [SELLER, OTHER_SELLER] {
			add_meter(seller);
		}
		blocks_at(schedule.start(FIRST - 1), 1);
		System::reset_events();
	});
	ext
}

/// Runs a test, and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
	build().execute_with(|| {
		test();
		ensure_invariants();
	});
}

/// Registers and attests a meter that exports.
pub fn add_meter(operator: AccountId) -> u32 {
	let key = [pallet_devices::NextDeviceId::<Test>::get() as u8 + 1; 32];
	pallet_tests::add_device(operator, REGISTRAR, key, Directions::Export, NAMEPLATE)
}

/// An order as the tests vary it.
#[derive(Clone, Debug)]
pub struct Placing {
	pub who: AccountId,
	pub side: OrderSide,
	pub zone: u32,
	pub quantity: Quantity,
	pub limit: Balance,
	/// The most that a unit not delivered may cost.
	pub most: Balance,
	pub first: PeriodIndex,
	pub last: PeriodIndex,
	pub payout: Option<NoteOwner>,
}

/// A bid for `FIRST`.
pub fn bid(who: AccountId, quantity: Quantity, limit: Balance) -> Placing {
	Placing {
		who,
		side: OrderSide::Bid,
		zone: ZONE,
		quantity,
		limit,
		most: Balance::MAX,
		first: FIRST,
		last: FIRST,
		payout: None,
	}
}

/// An offer for `FIRST`.
pub fn offer(who: AccountId, quantity: Quantity, limit: Balance) -> Placing {
	Placing { side: OrderSide::Offer, ..bid(who, quantity, limit) }
}

impl Placing {
	/// The same for other periods.
	pub fn over(self, first: PeriodIndex, last: PeriodIndex) -> Self {
		Self { first, last, ..self }
	}

	/// Places it.
	pub fn place(self) -> DispatchResult {
		let by = RuntimeOrigin::signed(self.who);
		let (zone, quantity, limit) = (self.zone, self.quantity, self.limit);
		let (first, last, payout) = (self.first, self.last, self.payout);
		let resource = Resource::Electricity;
		match self.side {
			OrderSide::Bid => Book::bid(by, zone, resource, quantity, limit, first, last, payout),
			OrderSide::Offer => {
				let most = self.most;
				Book::offer(by, zone, resource, quantity, limit, most, first, last, payout)
			},
		}
	}

	/// Places it; its number.
	pub fn placed(self) -> OrderId {
		let id = NextOrderId::<Test>::get();
		self.place().unwrap();
		id
	}
}

pub fn improve(who: AccountId, id: OrderId, limit: Balance) -> DispatchResult {
	Book::improve(RuntimeOrigin::signed(who), id, limit, FIRST, FIRST)
}

pub fn cancel(who: AccountId, id: OrderId) -> DispatchResult {
	Book::cancel(RuntimeOrigin::signed(who), id, FIRST, FIRST)
}

pub fn clear(period: PeriodIndex) -> DispatchResult {
	Book::clear(RuntimeOrigin::signed(ANYONE), ZONE, Resource::Electricity, period)
		.map(|_| ())
		.map_err(|error| error.error)
}

/// Appoints a backstop, or dismisses it.
pub fn set_backstop(account: Option<AccountId>, ceiling: Balance) -> DispatchResult {
	Book::set_backstop(RuntimeOrigin::root(), ZONE, Resource::Electricity, account, ceiling)
}

/// Appoints a backstop.
pub fn appoint(account: AccountId, ceiling: Balance) {
	set_backstop(Some(account), ceiling).unwrap();
}

/// The backstop puts more into its fund.
pub fn fund(amount: Balance) -> DispatchResult {
	let by = RuntimeOrigin::signed(BACKSTOP);
	Book::fund_backstop(by, ZONE, Resource::Electricity, amount)
}

/// The backstop takes something out of its fund.
pub fn withdraw(amount: Balance) -> DispatchResult {
	let by = RuntimeOrigin::signed(BACKSTOP);
	Book::withdraw_fund(by, ZONE, Resource::Electricity, amount)
}

/// The backstop posts at which prices it buys and sells, and how much.
pub fn post(
	from: PeriodIndex,
	buys: Option<(Balance, Quantity)>,
	sells: Option<(Balance, Quantity)>,
) -> DispatchResult {
	post_with_excess(from, buys, sells, 0)
}

/// The same, and how much it buys besides of what is proved beyond what was sold.
pub fn post_with_excess(
	from: PeriodIndex,
	buys: Option<(Balance, Quantity)>,
	sells: Option<(Balance, Quantity)>,
	excess: Quantity,
) -> DispatchResult {
	let posted = |(price, quantity)| Posted { price, quantity };
	let (buys, sells) = (buys.map(posted), sells.map(posted));
	let by = RuntimeOrigin::signed(BACKSTOP);
	Book::post_prices(by, ZONE, Resource::Electricity, from, buys, sells, excess)
}

/// Goes past the deadline of `period`.
pub fn finalise(period: PeriodIndex) {
	blocks_at(SCHEDULE.deadline(period), SCHEDULE.deadline_blocks() + 1);
}

/// Goes to the time at which the books of `period` are locked.
pub fn lock(period: PeriodIndex) {
	blocks_at(SCHEDULE.gate_closure(period) - SCHEDULE.length_ms / 2, 1);
}

/// Goes to the time at which the gate of `period` has closed.
pub fn close_gate(period: PeriodIndex) {
	blocks_at(SCHEDULE.gate_closure(period), 1);
}

/// Closes the gate of `FIRST` and clears its book; how it was cleared.
pub fn cleared() -> ClearingOf<Test> {
	close_gate(FIRST);
	clear(FIRST).unwrap();
	clearing(FIRST).unwrap()
}

/// How a book was cleared.
pub fn clearing(period: PeriodIndex) -> Option<ClearingOf<Test>> {
	Clearings::<Test>::get(period.to_be_bytes(), VENUE)
}

/// What an order of a cleared book was filled with, and what was netted of it.
pub fn fill(clearing: &ClearingOf<Test>, id: OrderId) -> (Quantity, Quantity) {
	let mut lines = clearing.bids.iter().chain(&clearing.offers);
	let line = lines.find(|line| line.entry.id == id).unwrap();
	(line.filled, line.netted)
}

/// The numbers of the orders of a side of a book.
pub fn standing(period: PeriodIndex, side: OrderSide) -> Vec<OrderId> {
	let entries = Entries::<Test>::get((period.to_be_bytes(), VENUE, side));
	entries.iter().map(|entry| entry.id).collect()
}

/// What an account has on hold for orders: of bids, collateral, deposits.
pub fn holds(who: AccountId) -> [Balance; 3] {
	[HoldReason::Bid, HoldReason::Collateral, HoldReason::Deposit].map(|reason| held(reason, who))
}

/// What an account has on hold for trades: payment, collateral, deposit.
pub fn trade_holds(who: AccountId) -> [Balance; 3] {
	use pallet_market::HoldReason::{Collateral, OfferDeposit, Payment};
	[Payment, Collateral, OfferDeposit].map(|reason| held(reason, who))
}

/// All trades, in order.
pub fn trades() -> Vec<(TradeId, pallet_market::TradeOf<Test>)> {
	let mut trades: Vec<_> = pallet_market::Trades::<Test>::iter().collect();
	trades.sort_by_key(|(id, _)| *id);
	trades
}

/// This pallet's events since the last call.
pub fn events() -> Vec<Event<Test>> {
	pallet_tests::events()
}

/// What idle time does.
pub fn idle() -> Weight {
	Book::on_idle(System::block_number(), Weight::MAX)
}

/// Empties the account's free balance, as only an account with another provider can, so that it
/// cannot take less than the existential deposit.
pub fn empty(who: AccountId) {
	System::inc_providers(&who);
	let all = free(who);
	Balances::transfer_allow_death(RuntimeOrigin::signed(who), ANYONE, all).unwrap();
	assert_eq!(free(who), 0);
}
