//! Joining, raising, leaving, and the bond's way back.

use super::*;

#[test]
fn a_bond_is_on_hold_while_one_is_a_candidate() {
	run(|_| {
		assert_ok!(join(DAVE, 1_500));
		assert_eq!((bond(DAVE), free(DAVE)), (1_500, FUNDS - 1_500));
		assert_eq!(candidates(), [CAROL, ALICE, BOB, DAVE]);
		assert_eq!(events::<Event<Test>>(), [Event::Joined { who: DAVE, bond: 1_500 }]);
	});
}

#[test]
fn joining_takes_keys_money_and_a_large_enough_bond() {
	run(|_| {
		Keyless::set(vec![DAVE]);
		assert_noop!(join(DAVE, 1_500), Error::<Test>::NoKeys);
		Keyless::set(vec![]);
		assert_noop!(join(DAVE, 999), Error::<Test>::BondTooSmall);
		assert_noop!(join(PAUPER, 1_000), TokenError::FundsUnavailable);
		assert_noop!(join(ALICE, 5_000), Error::<Test>::AlreadyCandidate);
		assert_ok!(join(DAVE, 1_000));
	});
}

#[test]
fn who_offers_more_takes_the_place_of_the_smallest_bond() {
	run(|_| {
		assert_ok!(join(DAVE, 1_000));
		assert_ok!(join(ERIN, 4_000));
		// Five are as many as can be: of Carol and Dave, who have the smallest, Dave joined last.
		assert_noop!(join(FRANK, 1_000), Error::<Test>::TooManyCandidates);
		events::<Event<Test>>();
		assert_ok!(join(FRANK, 1_001));
		assert_eq!(candidates(), [CAROL, ALICE, BOB, ERIN, FRANK]);
		let left = Event::Left { who: DAVE, why: Why::Outbid, free_from: 9 };
		assert_eq!(events::<Event<Test>>(), [left, Event::Joined { who: FRANK, bond: 1_001 }]);
		assert_eq!(bond(DAVE), 1_000);
	});
}

#[test]
fn a_bond_is_raised() {
	run(|_| {
		let raise = |who, by| Validators::raise_bond(RuntimeOrigin::signed(who), by);
		assert_ok!(raise(CAROL, 2_500));
		assert_eq!(bond(CAROL), 3_500);
		assert_noop!(raise(DAVE, 1), Error::<Test>::NotCandidate);
		assert_noop!(raise(CAROL, FUNDS), TokenError::FundsUnavailable);
		assert_noop!(raise(CAROL, Balance::MAX), Error::<Test>::ArithmeticOverflow);
		assert_eq!(events::<Event<Test>>(), [Event::BondRaised { who: CAROL, bond: 3_500 }]);
	});
}

#[test]
fn a_bond_comes_back_when_nothing_can_be_reported_any_more() {
	run(|sessions| {
		assert_noop!(leave(DAVE), Error::<Test>::NotCandidate);
		assert_ok!(leave(CAROL));
		assert_noop!(leave(CAROL), Error::<Test>::NotCandidate);
		assert_eq!(free_from(CAROL), 2 + LENGTHS.unbonding_eras);
		assert_noop!(withdraw(ALICE), Error::<Test>::NothingToWithdraw);
		sessions.until(free_from(CAROL) - 1);
		assert_noop!(withdraw(CAROL), Error::<Test>::BondLocked);
		sessions.until(free_from(CAROL));
		events::<Event<Test>>();
		assert_ok!(withdraw(CAROL));
		assert_eq!((bond(CAROL), free(CAROL)), (0, FUNDS));
		assert_eq!(events::<Event<Test>>(), [Event::Withdrawn { who: CAROL, bond: 1_000 }]);
		assert_noop!(withdraw(CAROL), Error::<Test>::NothingToWithdraw);
	});
}

#[test]
fn nobody_leaves_below_the_least_set() {
	run(|_| {
		assert_ok!(leave(CAROL));
		assert_noop!(leave(BOB), Error::<Test>::TooFewValidators);
		assert_ok!(join(DAVE, 1_000));
		assert_ok!(leave(BOB));
	});
}

#[test]
fn the_least_is_the_admins_to_set() {
	run(|_| {
		let set = |origin, least| Validators::set_least(origin, least);
		assert_noop!(set(RuntimeOrigin::signed(ALICE), 3), BadOrigin);
		assert_noop!(set(RuntimeOrigin::root(), 0), Error::<Test>::LeastInvalid);
		assert_noop!(set(RuntimeOrigin::root(), 4), Error::<Test>::LeastInvalid);
		assert_ok!(set(RuntimeOrigin::root(), 3));
		assert_eq!(events::<Event<Test>>(), [Event::LeastSet { least: 3 }]);
		assert_noop!(leave(CAROL), Error::<Test>::TooFewValidators);
	});
}

#[test]
fn who_left_comes_back_with_what_is_still_on_hold() {
	run(|_| {
		assert_ok!(leave(CAROL));
		assert_noop!(join(CAROL, 999), Error::<Test>::BondTooSmall);
		assert_ok!(join(CAROL, 1_200));
		assert_eq!((bond(CAROL), free(CAROL)), (1_200, FUNDS - 1_200));
		assert_noop!(withdraw(CAROL), Error::<Test>::NothingToWithdraw);
		// A part of a bond is not to be had back in this way.
		assert_ok!(leave(CAROL));
		assert_noop!(join(CAROL, 1_100), Error::<Test>::BondTooSmall);
	});
}

fn begin(config: pallet_validators::GenesisConfig<Test>) {
	set();
	let balances = vec![(ALICE, FUNDS), (BOB, FUNDS)];
	let genesis = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		validators: config,
		..Default::default()
	};
	frame::deps::sp_runtime::BuildStorage::build_storage(&genesis).unwrap();
}

#[test]
#[should_panic(expected = "one is a candidate twice")]
fn a_genesis_names_nobody_twice() {
	let candidates = vec![(ALICE, 1_000), (ALICE, 1_000)];
	begin(pallet_validators::GenesisConfig { candidates, least: 1, lengths: LENGTHS });
}

#[test]
#[should_panic(expected = "fewer candidates than the least")]
fn a_genesis_has_the_least_set() {
	let candidates = vec![(ALICE, 1_000)];
	begin(pallet_validators::GenesisConfig { candidates, least: 2, lengths: LENGTHS });
}

#[test]
#[should_panic(expected = "do not fit")]
fn a_genesis_frees_no_bond_before_its_slash() {
	let lengths = pallet_validators::EraLengths { unbonding_eras: 6, ..LENGTHS };
	begin(pallet_validators::GenesisConfig { lengths, ..Default::default() });
}

#[test]
fn lengths_fit_or_do_not() {
	let with = |change: fn(&mut pallet_validators::EraLengths)| {
		let mut lengths = LENGTHS;
		change(&mut lengths);
		lengths.fit()
	};
	assert!(LENGTHS.fit() && pallet_validators::EraLengths::default().fit());
	assert!(!with(|lengths| lengths.epoch_slots = 0));
	assert!(!with(|lengths| lengths.sessions_per_era = 0));
	assert!(!with(|lengths| lengths.report_eras = 0));
	assert!(!with(|lengths| lengths.slash_eras = 1));
	assert!(!with(|lengths| lengths.slash_eras = 4));
	assert!(!with(|lengths| lengths.unbonding_eras = u32::MAX));
}
