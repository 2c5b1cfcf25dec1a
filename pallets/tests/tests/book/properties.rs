//! Money is conserved to the unit over long random sequences, and every clearing is what the rule says.

use meterproof_clearing as rule;
use meterproof_primitives::{LastResort, PeriodClock};
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
	Place {
		who: u8,
		sells: bool,
		quantity: u64,
		limit: u128,
		ahead: u64,
		length: u64,
		/// Whether the account is paid into a note.
		note: bool,
	},
	Improve {
		order: u8,
		by: u128,
	},
	Cancel {
		order: u8,
	},
	Clear {
		ahead: u64,
	},
	Idle {
		/// In thousandths of the weight of a full book.
		part: u64,
	},
	/// Settles the oldest contract with a part of what is contracted, in thousandths.
	Settle {
		part: u64,
	},
	Claim {
		who: u8,
	},
	/// Sells to a buyer directly.
	Sell {
		who: u8,
		buyer: u8,
		quantity: u64,
	},
	/// An operator or a registrar takes a meter out, or lets it back in.
	Suspend {
		device: u32,
		by_registrar: bool,
	},
	/// Empties an account with another provider: it cannot take little amounts any more.
	Empty {
		who: u8,
	},
	Fund {
		who: u8,
		amount: u128,
	},
	Vote {
		who: u8,
	},
	SetPrice {
		price: u128,
	},
	/// The backstop posts prices: up to how much above the first one it sells, and for which period.
	Post {
		buys: u128,
		above: u128,
		quantity: u64,
		ahead: u64,
		/// Whether it buys, and whether it sells.
		sides: (bool, bool),
	},
	/// The backstop puts something into its fund, or takes it out.
	Back {
		amount: u128,
		out: bool,
	},
	/// What a seller delivered beyond what it sold is offered to the backstop.
	Excess {
		who: u8,
		quantity: u64,
	},
	/// Closes the chain, or opens it.
	Shut,
	Prune {
		back: u64,
	},
	Wait {
		ms: u64,
	},
}

fn step() -> impl Strategy<Value = Step> {
	let place = (0..5u8, any::<bool>(), 20..300u64, 1..12u128, 0..3u64, 0..4u64, any::<bool>())
		.prop_map(|(who, sells, quantity, limit, ahead, length, note)| Step::Place {
			who,
			sells,
			quantity,
			limit,
			ahead,
			length,
			note,
		});
	let part = prop_oneof![Just(0), Just(1_000), 0..=1_000u64];
	prop_oneof![
		20 => place,
		4 => (any::<u8>(), 1..4u128).prop_map(|(order, by)| Step::Improve { order, by }),
		3 => any::<u8>().prop_map(|order| Step::Cancel { order }),
		3 => (0..3u64).prop_map(|ahead| Step::Clear { ahead }),
		4 => (0..2_000u64).prop_map(|part| Step::Idle { part }),
		3 => part.prop_map(|part| Step::Settle { part }),
		1 => (0..5u8).prop_map(|who| Step::Claim { who }),
		2 => (0..2u8, 0..5u8, 20..200u64)
			.prop_map(|(who, buyer, quantity)| Step::Sell { who, buyer, quantity }),
		1 => (0..2u32, any::<bool>())
			.prop_map(|(device, by_registrar)| Step::Suspend { device, by_registrar }),
		1 => (0..6u8).prop_map(|who| Step::Empty { who }),
		2 => (0..6u8, 1..50_000u128).prop_map(|(who, amount)| Step::Fund { who, amount }),
		1 => (0..5u8).prop_map(|who| Step::Vote { who }),
		1 => (0..12u128).prop_map(|price| Step::SetPrice { price }),
		3 => (1..8u128, 0..6u128, 20..600u64, 0..3u64, any::<(bool, bool)>())
			.prop_map(|(buys, above, quantity, ahead, sides)| {
				Step::Post { buys, above, quantity, ahead, sides }
			}),
		3 => (1..4_000u128, any::<bool>()).prop_map(|(amount, out)| Step::Back { amount, out }),
		1 => (0..5u8, 1..100u64).prop_map(|(who, quantity)| Step::Excess { who, quantity }),
		1 => Just(Step::Shut),
		1 => (0..9u64).prop_map(|back| Step::Prune { back }),
		6 => (1_000..40_000u64).prop_map(|ms| Step::Wait { ms }),
	]
}

/// Sellers, buyers and, as the last one, the backstop.
const PARTIES: [AccountId; 6] = [SELLER, OTHER_SELLER, BUYER, OTHER_BUYER, trader(0), BACKSTOP];

fn party(who: u8) -> AccountId {
	PARTIES[usize::from(who)]
}

/// Runs a change like a dispatched call: it takes effect whole or not at all.
pub(crate) fn call<R>(f: impl FnOnce() -> Result<R, DispatchError>) -> bool {
	frame::deps::frame_support::storage::with_storage_layer(f).is_ok()
}

/// One of the orders that stand, if there is any, with one period that it stands in.
fn one_of(nth: u8) -> Option<(OrderId, OrderOf<Test>, PeriodIndex, Balance)> {
	let mut standing: Vec<_> = Entries::<Test>::iter()
		.flat_map(|((period, ..), entries)| {
			entries
				.into_iter()
				.map(move |entry| (entry.id, u64::from_be_bytes(period), entry.limit))
		})
		.collect();
	standing.sort();
	let at = usize::from(nth).checked_rem(standing.len())?;
	let (id, period, limit) = standing[at];
	Some((id, Orders::<Test>::get(id)?, period, limit))
}

fn perform(step: Step) {
	let by = RuntimeOrigin::signed;
	let resource = Resource::Electricity;
	match step {
		Step::Place { who, sells, quantity, limit, ahead, length, note } => {
			let first = Metering::first_open() + ahead;
			let side = if sells { OrderSide::Offer } else { OrderSide::Bid };
			let payout = note.then_some([1; 32]);
			let order = Placing { side, payout, ..bid(party(who), quantity, limit) };
			call(|| order.over(first, first + length).place());
		},
		Step::Improve { order, by: step } => {
			if let Some((id, order, period, limit)) = one_of(order) {
				let better = match order.side {
					OrderSide::Bid => limit + step,
					OrderSide::Offer => limit.saturating_sub(step),
				};
				call(|| Book::improve(by(order.account), id, better, period, period));
			}
		},
		Step::Cancel { order } => {
			if let Some((id, order, period, _)) = one_of(order) {
				let now = Timestamp::get();
				let gate = SCHEDULE.gate_closure(period);
				let done = call(|| Book::cancel(by(order.account), id, period, period));
				assert_eq!(
					done,
					now < gate - SCHEDULE.length_ms / 2,
					"cancelled until it is locked"
				);
			}
		},
		Step::Clear { ahead } => {
			let period = (Metering::first_open() + ahead).saturating_sub(3);
			let book = Books::<Test>::contains_key(period.to_be_bytes(), VENUE);
			let may = book && period < Metering::first_open() && !Shut::get();
			assert_eq!(call(|| clear(period)), may, "a book that is due is cleared");
		},
		Step::Idle { part } => {
			let full = <()>::clear(MaxBids::get(), MaxBookOffers::get()) * 2;
			let room = Weight::from_parts(full.ref_time() * part / 1_000, full.proof_size());
			let used = Book::on_idle(System::block_number(), room);
			assert!(used.all_lte(room));
		},
		Step::Settle { part } => {
			if let Some((period, group)) = Market::oldest(1).pop() {
				// As a proof: only once the period has ended.
				if Timestamp::get() >= SCHEDULE.end(period) {
					let delivered = Market::contracted(&group, period) * part / 1_000;
					assert!(call(|| Market::settle(&group, period, delivered)));
				}
			}
		},
		Step::Claim { who } => {
			call(|| Book::claim(by(ANYONE), party(who)));
		},
		Step::Sell { who, buyer, quantity } => {
			let (seller, buyer, first) = (party(who), party(buyer), Metering::first_open());
			call(|| {
				let id = pallet_market::NextTradeId::<Test>::get();
				let out = Direction::Export;
				let most = Balance::MAX;
				let (offerer, accepter) = (by(seller), by(buyer));
				Market::offer(
					offerer, ZONE, resource, out, buyer, quantity, 5, most, first, first, None,
				)?;
				let terms = pallet_market::Trades::<Test>::get(id).unwrap().terms();
				let least = Evidence::File;
				Market::accept(accepter, id, terms, Default::default(), least, None)
					.map_err(|error| error.error)
			});
		},
		Step::Suspend { device, by_registrar } => {
			let operator = party(device as u8);
			let who = if by_registrar { REGISTRAR } else { operator };
			let key = Devices::device(device).unwrap().key.0;
			if !call(|| Devices::suspend(by(who), device, key)) {
				call(|| Devices::resume(by(who), device, key));
			}
		},
		Step::Empty { who } => {
			call(|| {
				System::inc_providers(&party(who));
				let all = free(party(who));
				Balances::transfer_allow_death(by(party(who)), ANYONE, all)
			});
		},
		Step::Fund { who, amount } => {
			call(|| Balances::transfer_keep_alive(by(ANYONE), party(who), amount));
		},
		Step::Vote { who } => Voters::mutate(|voters| {
			let who = party(who);
			match voters.iter().position(|voter| *voter == who) {
				Some(at) => {
					voters.remove(at);
				},
				None => voters.push(who),
			}
		}),
		Step::SetPrice { price } => {
			let root = RuntimeOrigin::root();
			call(|| Market::set_imbalance_price(root, ZONE, resource, price));
		},
		Step::Post { buys: price, above, quantity, ahead, sides: (buys, sells) } => {
			let from = Metering::first_open() + ahead;
			let buying = buys.then_some((price, quantity));
			let selling = sells.then_some((price + above, quantity));
			let excess = if buys { quantity } else { 0 };
			call(|| post_with_excess(from, buying, selling, excess));
		},
		Step::Back { amount, out } => {
			call(|| if out { withdraw(amount) } else { fund(amount) });
		},
		Step::Excess { who, quantity } => {
			// As a proof: only once the period has ended, so that its book is cleared or lapses.
			let period = Metering::first_open().saturating_sub(3);
			assert!(call(|| Book::buy_excess(&exports(party(who)), period, quantity)));
		},
		Step::Shut => Shut::mutate(|shut| *shut = !*shut),
		Step::Prune { back } => {
			let period = Metering::first_open().saturating_sub(back);
			call(|| Book::prune(by(ANYONE), ZONE, resource, period));
		},
		Step::Wait { ms } => blocks_at(Timestamp::get() + ms, 1),
	}
}

/// Whether what a clearing tells is what the rule makes of its orders, within everybody's limits, and
/// became trades.
fn check(clearing: &ClearingOf<Test>, made: &[pallet_market::TradeOf<Test>]) {
	let side = |lines: &[LineOf<Test>], side| {
		let order = |line: &LineOf<Test>| rule::Order {
			id: line.entry.id,
			account: line.entry.account,
			side,
			quantity: line.entry.quantity,
			limit: line.entry.limit,
		};
		lines.iter().map(order).collect::<Vec<_>>()
	};
	let mut orders = side(&clearing.bids, rule::Side::Bid);
	orders.extend(side(&clearing.offers, rule::Side::Offer));
	orders.extend(side(clearing.backstop_bid.as_slice(), rule::Side::Bid));
	orders.extend(side(clearing.backstop_offer.as_slice(), rule::Side::Offer));
	let all_bids = || clearing.bids.iter().chain(&clearing.backstop_bid);
	let all_offers = || clearing.offers.iter().chain(&clearing.backstop_offer);
	if clearing.lapsed {
		assert_eq!((clearing.price, clearing.volume, clearing.trades), (None, 0, 0));
		return;
	}
	let outcome = rule::clear(&orders).unwrap();
	assert_eq!(clearing.price, outcome.cleared.map(|cleared| cleared.price));
	assert_eq!(clearing.volume, outcome.cleared.map_or(0, |cleared| cleared.volume));
	for line in all_bids().chain(all_offers()) {
		let fill = outcome.fills.iter().find(|fill| fill.id == line.entry.id).unwrap();
		assert_eq!((line.filled, line.netted), (fill.filled, fill.netted));
	}
	for line in all_bids() {
		assert!(line.filled == 0 || clearing.price <= Some(line.entry.limit));
	}
	for line in all_offers() {
		assert!(line.filled == 0 || clearing.price >= Some(line.entry.limit));
	}
	assert_eq!(made.len(), clearing.trades as usize);
	let volume: u64 = made.iter().map(|trade| trade.quantity).sum();
	assert_eq!(volume, clearing.volume);
	for trade in made {
		assert_eq!(Some(trade.price), clearing.price);
		assert!(trade.seller.operator != trade.buyer, "nobody trades with himself");
	}
	// Each side has in trades what it was filled with.
	for line in all_bids() {
		let who = line.entry.account;
		let filled: u64 =
			all_bids().filter(|line| line.entry.account == who).map(|line| line.filled).sum();
		let bought: u64 =
			made.iter().filter(|trade| trade.buyer == who).map(|trade| trade.quantity).sum();
		assert_eq!(filled, bought);
	}
}

/// Closes every gate, clears, settles, and pays what waits. These accounts may have been emptied.
pub(crate) fn wind_up(accounts: impl IntoIterator<Item = AccountId>) {
	Shut::set(false);
	Voters::set(vec![]);
	assert_ok!(set_backstop(None, 0));
	// What was posted is final then, by blocks too.
	blocks_at(Timestamp::get() + 20 * SCHEDULE.length_ms, SCHEDULE.deadline_blocks() + 1);
	idle();
	assert_eq!(Books::<Test>::iter().count(), 0);
	while let Some((period, group)) = Market::oldest(1).pop() {
		assert!(call(|| Market::settle(&group, period, 0)));
	}
	for who in accounts {
		let by = RuntimeOrigin::signed(ANYONE);
		assert_ok!(Balances::transfer_keep_alive(by, who, EXISTENTIAL_DEPOSIT));
	}
	if let Some(backstop) = Backstops::<Test>::get(VENUE) {
		assert_ok!(withdraw(backstop.fund));
	}
	assert_eq!(held(HoldReason::Backstop, BACKSTOP), 0);
	let owed: Vec<_> = Owing::<Test>::iter_keys().collect();
	for who in owed {
		assert_ok!(Book::claim(RuntimeOrigin::signed(ANYONE), who));
	}
	let unpaid: Vec<_> = pallet_market::Outcomes::<Test>::iter()
		.filter(|(_, _, outcome)| outcome.is_unpaid())
		.map(|(id, period, _)| (id, period))
		.collect();
	for (id, period) in unpaid {
		assert_ok!(Market::claim(RuntimeOrigin::signed(ANYONE), id, period));
	}
	blocks_at(Timestamp::get() + 40 * SCHEDULE.length_ms, 1);
	for _ in 0..3 {
		Market::on_idle(System::block_number(), Weight::MAX);
		idle();
	}
}

/// Whether no account has anything on hold, and nothing of any book is kept.
pub(crate) fn ensure_nothing_is_left() {
	for who in frame_system::Account::<Test>::iter_keys() {
		assert_eq!((holds(who), trade_holds(who)), ([0; 3], [0; 3]));
		assert_eq!(held(HoldReason::Backstop, who), 0);
	}
	assert_eq!(Orders::<Test>::iter().count(), 0);
	assert_eq!(OrdersOf::<Test>::iter().count(), 0);
	assert_eq!(StandingOf::<Test>::iter().count(), 0);
	assert_eq!(Entries::<Test>::iter().count(), 0);
	assert_eq!(Reserves::<Test>::iter().count(), 0);
	assert_eq!(Clearings::<Test>::iter().count(), 0);
	assert_eq!(Owing::<Test>::iter().count(), 0);
}

/// How many sequences are tried: as many as `METERPROOF_SEQUENCES` says.
fn sequences() -> u32 {
	let Ok(text) = std::env::var("METERPROOF_SEQUENCES") else { return 64 };
	text.parse().expect("METERPROOF_SEQUENCES is a whole number")
}

proptest! {
	#![proptest_config(ProptestConfig { cases: sequences(), ..ProptestConfig::default() })]

	#[test]
	fn money_is_conserved_and_every_path_ends_with_every_hold_released(
		steps in prop::collection::vec(step(), 1..120),
	) {
		build().execute_with(|| {
			add_meter(BACKSTOP);
			appoint(BACKSTOP, 20);
			fund(20_000).unwrap();
			let issuance = Balances::total_issuance();
			let mut checked = std::collections::BTreeSet::new();
			for step in steps {
				perform(step);
				ensure_invariants();
				assert_eq!(Balances::total_issuance(), issuance);
				let sum: Balance = frame_system::Account::<Test>::iter_keys().map(total).sum();
				assert_eq!(sum, issuance, "nothing is lost");
				for (period, _, clearing) in Clearings::<Test>::iter() {
					if checked.insert(period) {
						let first = clearing.first_trade.unwrap_or(0);
						let numbers = first..first + u64::from(clearing.trades);
						let made: Vec<_> =
							numbers.map(|id| pallet_market::Trades::<Test>::get(id).unwrap()).collect();
						check(&clearing, &made);
					}
				}
			}
			wind_up(PARTIES);
			ensure_invariants();
			ensure_nothing_is_left();
		});
	}
}
