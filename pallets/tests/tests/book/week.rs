//! A week of periods with 118 meters and random failures, after which no account has anything on hold.
//!
//! `METERPROOF_BOOK_PERIODS` says how many periods; 672 are a week of quarters of an hour.

use std::{collections::BTreeSet, env};

use meterproof_primitives::{LastResort, PeriodClock};

use super::{
	properties::{call, ensure_nothing_is_left, wind_up},
	*,
};

const METERS: u8 = 118;
/// Once in so many periods the exchange is closed, a book lapses, the backstop takes its money out, and the invariants
/// are looked at.
const DAY: u64 = 24;
/// Accounts that have been emptied and have no money again.
const MOST_EMPTY: usize = 12;
const SEED: u64 = 20_261_201;

/// Lots from a seed (SplitMix64).
struct Lots(u64);

impl Lots {
	fn below(&mut self, bound: u64) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		(z ^ (z >> 31)) % bound
	}

	fn once_in(&mut self, times: u64) -> bool {
		self.below(times) == 0
	}

	fn household(&mut self) -> AccountId {
		household(self.below(METERS.into()) as u8)
	}
}

fn household(n: u8) -> AccountId {
	account(100 + n)
}

fn households() -> impl Iterator<Item = AccountId> {
	(0..METERS).map(household)
}

/// Every household has a meter and a place on each side of every book; so has the backstop.
fn build() -> TestState {
	set();
	MaxBids::set(METERS.into());
	MaxBookOffers::set(METERS.into());
	MaxTradesPerGroup::set(u32::from(METERS) + MaxOwnOrders::get());
	// Whatever a registrar takes away, its bond pays.
	RegistrarBond::set(ENDOWMENT / 2);
	let accounts = households().chain([REGISTRAR, ANYONE, BACKSTOP, DUST]);
	let endowed = accounts.map(|who| (who, ENDOWMENT));
	let mut ext: TestState = initial_state(endowed, SCHEDULE, IMBALANCE).into();
	ext.execute_with(|| {
		blocks_at(SCHEDULE.start(FIRST - 2), 1);
		Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR).unwrap();
		for operator in households().chain([BACKSTOP]) {
			add_meter(operator);
		}
		blocks_at(SCHEDULE.start(FIRST - 1), 1);
		System::reset_events();
	});
	ext
}

/// What happens once a day, each in a period of the day.
struct Day {
	shut: u64,
	lapse: u64,
	out: u64,
}

impl Day {
	fn draw(lots: &mut Lots) -> Self {
		Self { shut: lots.below(DAY), lapse: lots.below(DAY), out: lots.below(DAY) }
	}
}

/// The backstop posts what it buys, sells and buys besides.
fn post_all() -> DispatchResult {
	let from = Metering::first_open() + 1;
	post_with_excess(from, Some((6, 3_000)), Some((14, NAMEPLATE.into())), 2_000)
}

/// How many households place an order: one in ten does not.
fn place_orders(lots: &mut Lots, period: PeriodIndex) -> usize {
	let mut placed = 0;
	for who in households() {
		let (is_silent, sells) = (lots.once_in(10), lots.once_in(2));
		let (quantity, limit) = (20 + lots.below(280), 5 + Balance::from(lots.below(15)));
		if is_silent {
			continue;
		}
		let side = if sells { OrderSide::Offer } else { OrderSide::Bid };
		let order = Placing { side, ..bid(who, quantity, limit) }.over(period, period);
		placed += usize::from(call(|| order.place()));
	}
	placed
}

/// A meter is taken out, or let back in, by its operator or by the registrar.
fn suspend_or_resume(lots: &mut Lots) {
	let device = lots.below(METERS.into()) as u32;
	let operator = household(device as u8);
	let who = if lots.once_in(2) { REGISTRAR } else { operator };
	let key = Devices::device(device).unwrap().key.0;
	let by = || RuntimeOrigin::signed(who);
	if !call(|| Devices::suspend(by(), device, key)) {
		call(|| Devices::resume(by(), device, key));
	}
}

/// An account loses all that it may spend; once several have, others get money again.
fn empty_or_fund(lots: &mut Lots, emptied: &mut Vec<AccountId>) {
	if emptied.len() < MOST_EMPTY {
		let who = lots.household();
		let is_emptied = call(|| {
			System::inc_providers(&who);
			Balances::transfer_allow_death(RuntimeOrigin::signed(who), ANYONE, free(who))
		});
		if is_emptied {
			emptied.push(who);
		}
	} else {
		let who = emptied.swap_remove(lots.below(MOST_EMPTY as u64) as usize);
		let by = RuntimeOrigin::signed(ANYONE);
		assert_ok!(Balances::transfer_keep_alive(by, who, ENDOWMENT / 100));
	}
}

/// Proofs of the groups whose period has ended: one in eight is never proved, and expires. A part of what the others
/// sold is delivered, or all of it and more.
fn settle(lots: &mut Lots, unproved: &mut BTreeSet<(PeriodIndex, AccountId)>) {
	let is_over = |period: PeriodIndex| Timestamp::get() >= SCHEDULE.end(period);
	let due = Market::oldest(u32::MAX).into_iter().take_while(|(period, _)| is_over(*period));
	for (period, group) in due {
		if unproved.contains(&(period, group.operator)) {
			continue;
		}
		if lots.once_in(8) {
			unproved.insert((period, group.operator));
			continue;
		}
		let contracted = Market::contracted(&group, period);
		let excess = if lots.once_in(3) { 1 + lots.below(100) } else { 0 };
		let delivered = if excess > 0 { contracted } else { lots.below(contracted + 1) };
		assert!(call(|| Market::settle(&group, period, delivered)));
		if excess > 0 {
			assert!(call(|| Book::buy_excess(&group, period, excess)));
		}
	}
	let oldest = Metering::oldest_unsettled();
	unproved.retain(|(period, _)| *period >= oldest);
}

/// What happens without anyone's call.
fn idle_time() {
	let now = System::block_number();
	Market::on_idle(now, Weight::MAX);
	idle();
	Settlement::on_idle(now, Weight::MAX);
}

/// How many periods: as many as `METERPROOF_BOOK_PERIODS` says.
fn periods() -> u64 {
	let Ok(text) = env::var("METERPROOF_BOOK_PERIODS") else { return DAY };
	text.parse().expect("METERPROOF_BOOK_PERIODS is a whole number")
}

#[test]
fn a_week_of_failures_ends_with_every_hold_released() {
	build().execute_with(|| {
		let lots = &mut Lots(SEED);
		appoint(BACKSTOP, 20);
		fund(ENDOWMENT / 2).unwrap();
		post_all().unwrap();
		let issuance = Balances::total_issuance();
		let (mut emptied, mut unproved) = (Vec::new(), BTreeSet::new());
		let (mut cleared, mut lapsed) = (0, 0);
		let mut day = Day::draw(lots);
		for n in 0..periods() {
			let hour = n % DAY;
			if hour == 0 {
				day = Day::draw(lots);
			}
			System::reset_events();
			let period = Metering::first_open();
			let placed = place_orders(lots, period);
			assert!(placed >= usize::from(METERS) / 3, "{placed} orders");
			suspend_or_resume(lots);
			if lots.once_in(3) {
				empty_or_fund(lots, &mut emptied);
			}
			if hour == day.out {
				let half = Backstops::<Test>::get(VENUE).unwrap().fund / 2;
				assert_ok!(withdraw(half));
				call(|| post(Metering::first_open() + 1, None, None));
			} else if hour == (day.out + DAY / 4) % DAY {
				call(|| fund(ENDOWMENT / 10));
				call(post_all);
			}

			next_block_at(SCHEDULE.gate_closure(period));
			let lapses = hour == day.lapse;
			if lapses {
				next_block_at(SCHEDULE.end(period));
			}
			// A book that is not cleared while the exchange is closed is cleared with the next one.
			let shuts = !lapses && hour == day.shut;
			Shut::set(shuts);
			idle_time();
			settle(lots, &mut unproved);
			if shuts {
				assert_eq!(clearing(period), None);
			} else {
				assert_eq!(Books::<Test>::iter().count(), 0);
				let clearing = clearing(period).unwrap();
				assert_eq!(clearing.lapsed, lapses);
				lapsed += u64::from(lapses);
				cleared += u64::from(clearing.trades > 0);
			}
			next_block_at(Timestamp::get() + BLOCK);
			assert_eq!(Balances::total_issuance(), issuance);
			if hour == DAY - 1 {
				ensure_invariants();
			}
		}
		println!("{cleared} books traded, {lapsed} lapsed");
		assert!(cleared * 3 > periods() * 2, "{cleared} books traded");
		assert!(lapsed >= periods() / DAY, "{lapsed} books lapsed, one a day at least");
		let expired = pallet_settlement::Settlements::<Test>::iter().count();
		assert!(expired > 0, "not every group is proved");

		wind_up(households().chain([BACKSTOP]));
		for _ in 0..8 {
			idle_time();
		}
		ensure_invariants();
		ensure_nothing_is_left();
		assert_eq!(pallet_market::Contracts::<Test>::iter().count(), 0);
		assert_eq!(Balances::total_issuance(), issuance);
	});
}
