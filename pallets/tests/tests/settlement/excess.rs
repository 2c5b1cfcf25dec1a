//! What is proved beyond what was sold, where a backstop buys it.

use meterproof_primitives::Posted;

use super::*;

/// The first period for which a backstop can post prices.
const NEXT: PeriodIndex = FIRST + 1;
/// What it pays.
const BUYS: Balance = 3;

/// A backstop buys from `NEXT` on, for which Alice sold 100 units and Bob 80; meters have committed.
fn backed(readings: &Readings, test: impl FnOnce()) {
	backed_by(10_000, readings, test);
}

/// The same with another fund.
fn backed_by(fund: Balance, readings: &Readings, test: impl FnOnce()) {
	execute(|| {
		let (zone, resource) = (ZONE, Resource::Electricity);
		Book::set_backstop(RuntimeOrigin::root(), zone, resource, Some(ANYONE), 10).unwrap();
		let by = RuntimeOrigin::signed(ANYONE);
		Book::fund_backstop(by.clone(), zone, resource, fund).unwrap();
		let buys = Some(Posted { price: BUYS, quantity: 100 });
		Book::post_prices(by, zone, resource, NEXT, buys, None, 1_000).unwrap();
		sell(ALICE, 100, NEXT);
		sell(BOB, 80, NEXT);
		end(NEXT);
		commit(NEXT, readings);
		test();
	});
}

fn fund() -> Balance {
	held(pallet_book::HoldReason::Backstop, ANYONE)
}

#[test]
fn is_paid_the_buying_price() {
	backed(READINGS, || {
		let before = fund();
		Submission::proved(NEXT, &[(ALICE, 120)], READINGS).submit(ALICE).unwrap();
		assert_eq!(total(ALICE), ENDOWMENT + 100 * PRICE + 20 * BUYS);
		assert_eq!(fund(), before - 20 * BUYS);
		// The settlement is of what was sold.
		assert!(matches!(
			events()[..],
			[Event::GroupSettled { contracted: 100, delivered: 100, paid: 500, penalty: 0, .. }]
		));
	});
}

#[test]
fn is_told_by_whoever_may_prove_less() {
	backed(READINGS, || {
		let submission = Submission::proved(NEXT, &[(ALICE, 101)], READINGS);
		refused(&submission, ANYONE, Error::NotEntitled);
		refused(&submission, PROVER, Error::NotEntitled);
		// Nobody has to tell it.
		assert_ok!(Submission::proved(NEXT, &[(ALICE, 100)], READINGS).submit(ANYONE));
		assert_eq!(total(ALICE), ENDOWMENT + 100 * PRICE);
	});
}

#[test]
fn that_the_fund_does_not_pay_for_delays_nothing() {
	// Of what the fund has 300 stand behind each book that may still be cleared.
	let readings = &[(0, 600), (1, 600), (2, 80)];
	backed_by(1_200, readings, || {
		assert_ok!(Submission::proved(NEXT, &[(ALICE, 1_000)], readings).submit(ALICE));
		assert_eq!(total(ALICE), ENDOWMENT + 100 * PRICE + 900);
		assert_eq!(fund(), 300);
	});
}

#[test]
fn above_what_the_meters_count_is_refused() {
	let readings = &[(0, 1_500), (1, 1_500), (2, 80)];
	backed(readings, || {
		let above = u64::from(2 * NAMEPLATE) + 1;
		let refusal = Settlement::statement(NEXT, vec![(group(ALICE), Some(above))]);
		assert_eq!(refusal.unwrap_err(), "ClaimAboveNameplate");
		let submission = Submission::unproved(NEXT, &[(ALICE, above)]);
		refused(&submission, ALICE, Error::ClaimAboveNameplate);
		let most = Submission::proved(NEXT, &[(ALICE, above - 1)], readings);
		assert_ok!(most.submit(ALICE));
	});
}

#[test]
fn where_nothing_is_posted_is_not_claimed() {
	committed(|| {
		let submission = Submission::unproved(FIRST, &[(ALICE, 101)]);
		refused(&submission, ALICE, Error::ClaimAboveContracted);
	});
}
