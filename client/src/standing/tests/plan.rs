use chrono::{Datelike, NaiveDate};
use meterproof_clearing::Side;
use proptest::prelude::*;

use crate::{
	standing::{
		limits::Limits,
		plan::{plan, Action, Budget, Coming, Decision, Gate, OrderRules, Rival, Standing, Traded},
	},
	types::Resource,
};

/// 0.11 MPF per kWh.
pub(super) const PRICE: u128 = 110_000_000;
/// 0.30 MPF per kWh.
const IMBALANCE: u128 = 300_000_000;
pub(super) const MPF: u128 = 1_000_000_000_000;
const DEPOSIT: u128 = 1_000_000_000;

pub(super) const TERMS: OrderRules = OrderRules {
	zone: 1,
	resource: Resource::Electricity,
	imbalance_price: IMBALANCE,
	deposit: DEPOSIT,
	least_worth: 1_000_000_000,
	own_orders: 4,
	bids: 48,
	offers: 96,
};

pub(super) const SELLER: Limits =
	Limits { side: Side::Offer, price: PRICE, quantity: 2_000, money: MPF, daily: 10 * MPF };
pub(super) const BUYER: Limits = Limits { side: Side::Bid, ..SELLER };

/// A Tuesday of which nothing is known but that of the last four.
pub(super) fn tuesday() -> Coming {
	let date = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
	Coming {
		period: 512,
		date,
		weekday: date.weekday(),
		gate: Gate::Open,
		has_meters: true,
		former: vec![Some(440), Some(510), Some(380), Some(480)],
		traded: Traded::default(),
		standing: vec![],
		rivals: vec![],
		asked: 0,
	}
}

pub(super) fn budget() -> Budget {
	Budget { free: 100 * MPF, places: 100, ..Budget::default() }
}

fn decide(limits: &Limits, coming: Coming) -> Vec<Decision> {
	plan(limits, &TERMS, &[coming], &mut budget())
}

/// The only decision, in words of what has been done.
fn line(limits: &Limits, coming: Coming) -> String {
	let decided = decide(limits, coming);
	assert_eq!(decided.len(), 1, "{decided:?}");
	decided[0].line(false)
}

pub(super) fn own(order: u64, quantity: u64, limit: u128) -> Standing {
	Standing { order, quantity, limit, rate: limit.max(IMBALANCE) }
}

#[test]
fn an_offer_is_the_forecast_less_the_margin_at_the_owner_s_price() {
	assert_eq!(
		line(&SELLER, tuesday()),
		"offered 417 Wh at 0.11 MPF/kWh for period 512 (electricity, zone 1): the last four Tuesdays gave \
		 380 to 510 Wh; margin 43 Wh"
	);
	let decided = decide(&SELLER, tuesday());
	let action = Action::Place { side: Side::Offer, quantity: 417, limit: PRICE, rate: IMBALANCE };
	assert_eq!(decided[0].action, Some(action));
	assert!(decided[0].line(true).starts_with("would offer 417 Wh"));
	let json = decided[0].json(true);
	assert_eq!((&json["action"], &json["quantity"]), (&"offer".into(), &417.into()));
	assert_eq!(json["said"], decided[0].line(true));
	let place = (&json["side"], &json["zone"], &json["resource"]);
	assert_eq!(place, (&"offer".into(), &1.into(), &"electricity".into()));
}

#[test]
fn a_bid_is_the_forecast_itself_and_holds_its_limit() {
	let decided = decide(&BUYER, tuesday());
	let action = Action::Place { side: Side::Bid, quantity: 460, limit: PRICE, rate: PRICE };
	assert_eq!(decided[0].action, Some(action));
	assert!(decided[0]
		.line(false)
		.starts_with("bid for 460 Wh at 0.11 MPF/kWh for period 512 (electricity, zone 1): "));
}

#[test]
fn what_everybody_may_read_tells_no_reading() {
	let public = |coming: Coming| decide(&SELLER, coming)[0].public_line(false);
	let deed = "offered 417 Wh at 0.11 MPF/kWh for period 512 (electricity, zone 1)";
	assert_eq!(public(tuesday()), deed, "the book shows as much");
	let nothing = "nothing done with offers for period 512 (electricity, zone 1)";
	let days = |reading| vec![Some(reading); 4];
	let traded = Traded { quantity: 987, money: 0 };
	for (coming, why) in [
		(Coming { former: days(987), traded, ..tuesday() }, "nothing is left to order"),
		(Coming { standing: vec![own(7, 417, PRICE)], ..tuesday() }, "what stands is enough"),
		(
			Coming { former: days(5), ..tuesday() },
			"what could be ordered is worth less than an order has to be",
		),
		(
			Coming { has_meters: false, ..tuesday() },
			"the store has no attested meter of the account for it",
		),
	] {
		assert_eq!(public(coming), format!("{nothing}: {why}"));
	}
	let much = Coming { standing: vec![own(7, 987, PRICE)], ..tuesday() };
	let gone =
		"cancelled offer 7 for period 512 (electricity, zone 1): more stands than is expected";
	assert_eq!(public(much.clone()), gone);
	let locked = public(Coming { gate: Gate::Locked, ..much });
	assert_eq!(
		locked,
		format!(
			"{nothing}: more stands than is expected; the book is locked, so that no order goes"
		)
	);
}

#[test]
fn what_is_traded_already_is_not_ordered_again() {
	let traded = |quantity| Coming { traded: Traded { quantity, money: 0 }, ..tuesday() };
	let said = line(&SELLER, traded(100));
	assert!(
		said.starts_with("offered 317 Wh") && said.ends_with("100 Wh are traded already"),
		"{said}"
	);
	let said = line(&SELLER, traded(417));
	assert!(
		said.starts_with("nothing done with offers for period 512 (electricity, zone 1): ")
			&& said.contains("417 Wh are traded"),
		"{said}"
	);
}

#[test]
fn the_owner_s_most_is_the_most() {
	let said = line(&Limits { quantity: 300, ..SELLER }, tuesday());
	assert!(
		said.starts_with("offered 300 Wh") && said.contains("owner's most is 300 Wh"),
		"{said}"
	);
}

#[test]
fn money_bounds_an_order_and_the_line_says_which() {
	// 0.06 MPF are the collateral of 200 Wh at 0.30 MPF per kWh.
	let few = 60_000_000_000;
	let said = line(&Limits { money: few, ..SELLER }, tuesday());
	assert!(said.starts_with("offered 200 Wh"), "{said}");
	assert!(
		said.ends_with("it would be 417 Wh, but the money of a period allows no more"),
		"{said}"
	);

	let limits = Limits { money: few, daily: few, ..SELLER };
	let mut day = Budget { at_stake: [(tuesday().date, few / 2)].into(), ..budget() };
	let decided = plan(&limits, &TERMS, &[tuesday()], &mut day);
	let said = decided[0].line(false);
	assert!(said.starts_with("offered 100 Wh") && said.contains("money of the day"), "{said}");
	assert_eq!(day.at_stake[&tuesday().date], few);

	let mut budget = Budget { free: few + DEPOSIT, ..budget() };
	let decided = plan(&SELLER, &TERMS, &[tuesday()], &mut budget);
	let said = decided[0].line(false);
	assert!(said.starts_with("offered 200 Wh") && said.contains("account's balance"), "{said}");
	assert_eq!(budget.free, 0);
}

#[test]
fn an_offer_costs_what_the_backstop_asks_in_its_own_period() {
	// 0.06 MPF are the collateral of 100 Wh at 0.60 MPF per kWh, and of 200 where nobody asks so much.
	let limits = Limits { money: 60_000_000_000, ..SELLER };
	let dear = Coming { asked: 2 * IMBALANCE, ..tuesday() };
	let next = Coming { period: 513, ..tuesday() };
	let decided = plan(&limits, &TERMS, &[dear, next], &mut budget());
	let placed = decided.iter().filter_map(|decision| match decision.action {
		Some(Action::Place { quantity, rate, .. }) => Some((quantity, rate)),
		_ => None,
	});
	assert_eq!(placed.collect::<Vec<_>>(), [(100, 2 * IMBALANCE), (200, IMBALANCE)]);
}

#[test]
fn the_nearest_period_has_the_first_use_of_the_money() {
	let next = Coming { period: 513, ..tuesday() };
	let mut budget = Budget { free: 140_000_000_000, ..budget() };
	let decided = plan(&SELLER, &TERMS, &[tuesday(), next], &mut budget);
	let quantities: Vec<_> = decided
		.iter()
		.map(|decision| match decision.action {
			Some(Action::Place { quantity, .. }) => quantity,
			_ => 0,
		})
		.collect();
	assert_eq!(quantities, [417, 43]);
}

#[test]
fn why_nothing_is_done_is_said() {
	let said = line(&SELLER, Coming { gate: Gate::Closed, ..tuesday() });
	assert_eq!(
		said,
		"nothing done with offers for period 512 (electricity, zone 1): its gate has closed"
	);
	let said = line(&SELLER, Coming { former: vec![Some(5), None, Some(5)], ..tuesday() });
	assert_eq!(
		said,
		"nothing done with offers for period 512 (electricity, zone 1): of the last 8 Tuesdays 2 have readings, and 3 are needed"
	);
	let said = line(&SELLER, Coming { former: vec![Some(0); 4], ..tuesday() });
	assert!(said.contains("gave 0 Wh") && said.ends_with("nothing is left to order"), "{said}");
	let said = line(&SELLER, Coming { former: vec![Some(5); 4], ..tuesday() });
	assert!(said.contains("5 Wh are worth less than an order has to be"), "{said}");
	let said = line(&SELLER, Coming { standing: vec![own(7, 417, PRICE)], ..tuesday() });
	assert!(
		said.starts_with(
			"nothing done with offers for period 512 (electricity, zone 1): 417 Wh stand already"
		),
		"{said}"
	);
}

#[test]
fn what_is_nearly_right_stays() {
	for quantity in [417 - 43, 417 + 43] {
		let decided =
			decide(&SELLER, Coming { standing: vec![own(7, quantity, PRICE)], ..tuesday() });
		assert!(decided.iter().all(|decision| decision.action.is_none()), "{decided:?}");
	}
}

#[test]
fn what_is_missing_is_added() {
	let decided = decide(&SELLER, Coming { standing: vec![own(7, 300, PRICE)], ..tuesday() });
	let action = Action::Place { side: Side::Offer, quantity: 117, limit: PRICE, rate: IMBALANCE };
	assert_eq!(decided.iter().map(|decision| decision.action).collect::<Vec<_>>(), [Some(action)]);
	let four = (1..5).map(|order| own(order, 10, PRICE)).collect();
	let said = line(&SELLER, Coming { standing: four, ..tuesday() });
	assert!(said.contains("4 own orders stand in the book"), "{said}");
}

#[test]
fn what_is_too_much_goes_the_newest_first_and_what_is_right_comes_instead() {
	let standing = vec![own(9, 300, PRICE), own(7, 200, PRICE)];
	let decided = decide(&SELLER, Coming { standing: standing.clone(), ..tuesday() });
	let actions: Vec<_> = decided.iter().filter_map(|decision| decision.action).collect();
	let place = Action::Place { side: Side::Offer, quantity: 217, limit: PRICE, rate: IMBALANCE };
	assert_eq!(actions, [Action::Cancel { order: 9 }, place]);
	let said = decided[0].line(false);
	assert!(said.contains("with order 9 500 Wh stand, and 417 Wh are wanted"), "{said}");

	let locked = Coming { gate: Gate::Locked, standing, ..tuesday() };
	let said = line(&SELLER, locked);
	assert!(said.ends_with("the book is locked, so that no order goes"), "{said}");
}

#[test]
fn an_owner_who_allows_less_is_obeyed_at_once() {
	let standing = || vec![own(7, 417, PRICE)];
	for limits in [
		Limits { quantity: 416, ..SELLER },
		Limits { money: 417 * IMBALANCE - 1, ..SELLER },
		Limits { money: MPF / 10, daily: 417 * IMBALANCE - 1, ..SELLER },
	] {
		let at_stake = [(tuesday().date, 417 * IMBALANCE)].into();
		let mut budget = Budget { at_stake, ..budget() };
		let coming = Coming { standing: standing(), ..tuesday() };
		let decided = plan(&limits, &TERMS, &[coming], &mut budget);
		assert_eq!(decided[0].action, Some(Action::Cancel { order: 7 }), "{limits:?}");
		assert!(budget.at_stake[&tuesday().date] <= limits.daily);
	}
}

#[test]
fn an_owner_is_obeyed_where_nothing_is_known_of_the_period() {
	let unknown = |limit| Coming {
		former: vec![Some(5), None],
		standing: vec![own(7, 417, limit)],
		..tuesday()
	};
	let cases = [
		(SELLER, PRICE - 1, "is below the owner's least"),
		(Limits { quantity: 416, ..SELLER }, PRICE, "417 Wh stand, and with what is traded"),
	];
	for (limits, limit, said) in cases {
		for (has_meters, last) in [(true, "3 are needed"), (false, "no attested meter")] {
			let decided = decide(&limits, Coming { has_meters, ..unknown(limit) });
			assert_eq!(decided[0].action, Some(Action::Cancel { order: 7 }));
			assert!(decided[0].line(false).contains(said), "{decided:?}");
			assert!(decided[1].line(false).contains(last), "{decided:?}");
		}
	}
	let kept = decide(&SELLER, unknown(PRICE));
	assert!(kept.iter().all(|decision| decision.action.is_none()), "{kept:?}");
}

#[test]
fn no_order_is_sent_to_a_book_that_takes_none() {
	let full = |limit| (100..196).map(|order| Rival { order, limit }).collect::<Vec<_>>();
	let said = line(&SELLER, Coming { rivals: full(PRICE), ..tuesday() });
	assert!(
		said.ends_with("96 orders stand in the book, all of them as good, and more are not taken")
	);
	// A worse one gives way, and so does an own one that goes or is improved.
	let places = |coming: Coming| {
		let decided = decide(&SELLER, coming);
		decided.iter().any(|decision| matches!(decision.action, Some(Action::Place { .. })))
	};
	assert!(places(Coming { rivals: full(PRICE + 1), ..tuesday() }));
	assert!(!places(Coming { rivals: full(PRICE - 1), ..tuesday() }));
	assert!(places(Coming { rivals: full(PRICE)[1..].to_vec(), ..tuesday() }));
	let with_own = |limit| Coming {
		rivals: [&full(PRICE)[1..], &[Rival { order: 7, limit }]].concat(),
		standing: vec![own(7, 100, limit)],
		..tuesday()
	};
	assert!(places(with_own(PRICE - 1)), "it goes");
	assert!(!places(with_own(PRICE + 1_000_000)), "it is improved, and then as good as the others");
	let bids = (100..148).map(|order| Rival { order, limit: PRICE }).collect::<Vec<_>>();
	let said = line(&BUYER, Coming { rivals: bids.clone(), ..tuesday() });
	assert!(said.contains("48 orders stand"), "{said}");
	let dearer = Limits { price: PRICE + 1, ..BUYER };
	assert!(line(&dearer, Coming { rivals: bids, ..tuesday() }).starts_with("bid for 460 Wh"));
}

#[test]
fn no_more_is_ordered_than_an_account_has_places_for() {
	let mut budget = Budget { places: 1, ..budget() };
	let next = Coming { period: 513, ..tuesday() };
	let decided = plan(&SELLER, &TERMS, &[tuesday(), next], &mut budget);
	assert!(decided[0].action.is_some() && decided[1].action.is_none());
	assert!(decided[1].line(false).ends_with("as many places in books as there can be"));
	assert_eq!(budget.places, 0);
}

#[test]
fn gaps_are_said() {
	let former = vec![Some(440), None, Some(510), Some(380), None, Some(480)];
	let said = line(&SELLER, Coming { former, ..tuesday() });
	assert!(
		said.contains("four of the last six Tuesdays gave 380 to 510 Wh; margin 43 Wh"),
		"{said}"
	);
}

#[test]
fn a_limit_is_improved_to_the_owner_s_and_goes_where_he_forbids_it() {
	let standing = |limit| Coming { standing: vec![own(7, 417, limit)], ..tuesday() };
	let said = line(&SELLER, standing(PRICE + 1_000_000));
	assert_eq!(
		said,
		"improved offer 7 to 0.11 MPF/kWh for period 512 (electricity, zone 1): its limit was 0.111 MPF/kWh, \
		 and the owner's is better"
	);
	let decided = decide(&SELLER, standing(PRICE - 1_000_000));
	let actions: Vec<_> = decided.iter().filter_map(|decision| decision.action).collect();
	assert_eq!(actions[0], Action::Cancel { order: 7 });
	assert!(matches!(actions[1], Action::Place { quantity: 417, limit: PRICE, .. }));
	assert!(decided[0].line(false).contains("0.109 MPF/kWh, is below the owner's least, 0.11"));
}

#[test]
fn an_offer_is_not_improved_to_less_than_an_order_has_to_be_worth() {
	let said = line(
		&SELLER,
		Coming {
			former: vec![Some(9); 4],
			standing: vec![own(7, 9, PRICE + 5_000_000)],
			..tuesday()
		},
	);
	assert!(
		said.starts_with("nothing done with offers for period 512 (electricity, zone 1): order 7 keeps its limit: at the owner's"),
		"{said}"
	);
}

#[test]
fn a_bid_that_pays_more_needs_the_money_for_it() {
	let cheap = Standing { order: 7, quantity: 460, limit: PRICE - 10, rate: PRICE - 10 };
	let coming = || Coming { standing: vec![cheap], ..tuesday() };
	let mut enough = Budget { free: 4_600, ..budget() };
	let decided = plan(&BUYER, &TERMS, &[coming()], &mut enough);
	assert_eq!(decided[0].action, Some(Action::Improve { order: 7, limit: PRICE }));
	assert_eq!((enough.free, enough.at_stake[&tuesday().date]), (0, 4_600));
	let mut short = Budget { free: 4_599, ..budget() };
	let decided = plan(&BUYER, &TERMS, &[coming()], &mut short);
	assert_eq!(decided.len(), 1);
	let said = decided[0].line(false);
	assert!(said.ends_with("order 7 keeps its limit: the account's balance is used up"), "{said}");
}

fn gates() -> impl Strategy<Value = Gate> {
	prop_oneof![Just(Gate::Open), Just(Gate::Locked), Just(Gate::Closed)]
}

/// Orders with any quantities and limits, each with a number of its own.
fn standings(side: Side) -> impl Strategy<Value = Vec<Standing>> {
	let any = (0..4_000u64, PRICE / 2..2 * PRICE);
	prop::collection::vec(any, 0..5).prop_map(move |all| {
		let numbered = (1u64..).zip(all);
		let standing = numbered.map(|(order, (quantity, limit))| match side {
			Side::Offer => own(order, quantity, limit),
			Side::Bid => Standing { order, quantity, limit, rate: limit },
		});
		standing.collect()
	})
}

fn periods(side: Side) -> impl Strategy<Value = Vec<Coming>> {
	let former = prop::collection::vec(prop::option::weighted(0.8, 0..5_000u64), 0..9);
	let one = (former, gates(), 0..1_000u64, standings(side));
	prop::collection::vec(one, 1..6).prop_map(|all| {
		let numbered = (512u64..).zip(all);
		let coming = numbered.map(|(period, (former, gate, traded, standing))| {
			let traded = Traded { quantity: traded, money: u128::from(traded) * IMBALANCE };
			Coming { period, former, gate, traded, standing, ..tuesday() }
		});
		coming.collect()
	})
}

fn stake(standing: &[Standing]) -> u128 {
	standing.iter().map(|own| own.rate * u128::from(own.quantity)).sum()
}

/// What stands in a book once decisions are carried out.
fn after(coming: &Coming, decided: &[Decision]) -> Vec<Standing> {
	let mut standing = coming.standing.clone();
	for decision in decided.iter().filter(|decision| decision.period == coming.period) {
		match decision.action {
			None => {},
			Some(Action::Cancel { order }) => standing.retain(|own| own.order != order),
			Some(Action::Improve { order, limit }) => {
				for own in standing.iter_mut().filter(|own| own.order == order) {
					if decision.side == Side::Bid {
						own.rate = limit;
					}
					own.limit = limit;
				}
			},
			Some(Action::Place { quantity, limit, rate, .. }) => {
				standing.push(Standing { order: 99, quantity, limit, rate });
			},
		}
	}
	standing
}

fn check(limits: Limits, coming: &[Coming], free: u128) -> Result<(), TestCaseError> {
	let day = |coming: &[Coming]| -> u128 {
		coming.iter().map(|coming| stake(&coming.standing) + coming.traded.money).sum()
	};
	let before = day(coming);
	let budget_before = Budget { free, at_stake: [(tuesday().date, before)].into(), ..budget() };
	let mut budget = budget_before.clone();
	let decided = plan(&limits, &TERMS, coming, &mut budget);
	let mut held = 0;
	let mut deposits: i128 = 0;
	for coming in coming {
		let own: Vec<_> =
			decided.iter().filter(|decision| decision.period == coming.period).collect();
		prop_assert!(!own.is_empty(), "every period has a line");
		prop_assert!(own.iter().all(|decision| !decision.line(false).is_empty()));
		let standing = after(coming, &decided);
		held += stake(&standing) + coming.traded.money;
		deposits += standing.len() as i128 - coming.standing.len() as i128;
		let acted = own.iter().filter_map(|decision| decision.action);
		for action in acted {
			prop_assert!(coming.gate != Gate::Closed);
			match action {
				Action::Cancel { .. } => prop_assert_eq!(coming.gate, Gate::Open),
				Action::Improve { order, limit } => {
					prop_assert_eq!(limit, limits.price);
					let improved = coming.standing.iter().find(|own| own.order == order);
					let quantity = improved.map_or(0, |own| own.quantity);
					prop_assert!(limit * u128::from(quantity) >= TERMS.least_worth);
				},
				Action::Place { quantity, limit, .. } => {
					prop_assert_eq!(limit, limits.price);
					prop_assert!(limit * u128::from(quantity) >= TERMS.least_worth);
					let all: u64 = standing.iter().map(|own| own.quantity).sum();
					prop_assert!(all + coming.traded.quantity <= limits.quantity);
					prop_assert!(stake(&standing) + coming.traded.money <= limits.money);
					prop_assert!(standing.len() <= TERMS.own_orders);
				},
			}
		}
		if coming.gate == Gate::Open {
			prop_assert!(standing.iter().all(|own| !limits.forbid(own.limit)));
			let all: u64 = standing.iter().map(|own| own.quantity).sum();
			let is_within = all + coming.traded.quantity <= limits.quantity
				&& stake(&standing) + coming.traded.money <= limits.money;
			prop_assert!(standing.is_empty() || is_within);
		}
	}
	// What the budget says is what stands.
	prop_assert_eq!(budget.places as i128, budget_before.places as i128 - deposits);
	prop_assert_eq!(budget.at_stake.get(&tuesday().date).copied(), Some(held));
	if held > before {
		prop_assert!(held <= limits.daily);
	}
	let spent = budget_before.free as i128 - budget.free as i128;
	let stakes = held as i128 - before as i128;
	prop_assert_eq!(spent, stakes + deposits * DEPOSIT as i128);
	Ok(())
}

proptest! {
	#[test]
	fn offers_keep_to_every_limit(
		coming in periods(Side::Offer),
		(quantity, money, more, free) in (1..6_000u64, 1..2 * MPF, 0..4 * MPF, 0..4 * MPF),
	) {
		check(Limits { quantity, money, daily: money + more, ..SELLER }, &coming, free)?;
	}

	#[test]
	fn bids_keep_to_every_limit(
		coming in periods(Side::Bid),
		(quantity, money, more, free) in (1..6_000u64, 1..2 * MPF, 0..4 * MPF, 0..4 * MPF),
	) {
		check(Limits { quantity, money, daily: money + more, ..BUYER }, &coming, free)?;
	}

	/// Once a plan is carried out a second one with the same forecasts has nothing to do.
	#[test]
	fn what_was_ordered_is_not_ordered_twice(
		former in prop::collection::vec(0..5_000u64, 4),
		traded in 0..500u64,
	) {
		for limits in [SELLER, BUYER] {
			let former = former.iter().copied().map(Some).collect();
			let coming =
				Coming { former, traded: Traded { quantity: traded, money: 0 }, ..tuesday() };
			let mut budget = budget();
			let decided = plan(&limits, &TERMS, std::slice::from_ref(&coming), &mut budget);
			let standing = after(&coming, &decided);
			let again = plan(&limits, &TERMS, &[Coming { standing, ..coming }], &mut budget);
			prop_assert!(again.iter().all(|decision| decision.action.is_none()), "{again:?}");
		}
	}

	#[test]
	fn no_numbers_are_too_large(
		(readings, price, imbalance, standing) in
			(prop::collection::vec(any::<u64>(), 4), 1u128.., any::<u128>(), any::<(u64, u128)>()),
	) {
		let limits = Limits { price, quantity: u64::MAX, money: u128::MAX, daily: u128::MAX, ..BUYER };
		let terms = OrderRules { imbalance_price: imbalance, ..TERMS };
		let (quantity, limit) = standing;
		let standing = vec![Standing { order: 3, quantity, limit, rate: u128::MAX }];
		let former = readings.into_iter().map(Some).collect();
		for side in [Side::Bid, Side::Offer] {
			let coming = Coming { former: Clone::clone(&former), standing: standing.clone(), ..tuesday() };
			let mut budget = Budget { free: u128::MAX, ..budget() };
			plan(&Limits { side, ..limits }, &terms, &[coming], &mut budget);
		}
	}
}
