//! Litres pass from one account to another, and their price is seen.

use super::*;

#[test]
fn litres_pass_at_a_price_that_all_see() {
	in_season(|| {
		offer(BOB, None, 200, 7).unwrap();
		take(ALICE, BOB, 150, 7).unwrap();
		assert_eq!(
			events(),
			[
				Event::AllocationOffered {
					zone: ZONE,
					from: BOB,
					to: None,
					quantity: 200,
					price: 7
				},
				Event::AllocationTransferred {
					zone: ZONE,
					season: 1,
					from: BOB,
					to: ALICE,
					quantity: 150,
					price: 7
				}
			]
		);
		assert_eq!((balance(ALICE), balance(BOB)), ((100, 650), (50, 1_350)));
		assert_eq!(total(ALICE), ENDOWMENT - 150 * 7);
		assert_eq!(total(BOB), ENDOWMENT + 150 * 7);
		assert_eq!(holds(BOB), [ACCOUNT_DEPOSIT, 150 * PENALTY]);
		assert_eq!(record(BOB).offer.unwrap().quantity, 50);
		take(ALICE, BOB, 50, 7).unwrap();
		assert_eq!(record(BOB).offer, None);
	});
}

#[test]
fn the_surety_comes_free_with_the_proof() {
	in_season(|| {
		offer(BOB, Some(ALICE), 200, 7).unwrap();
		take(ALICE, BOB, 200, 7).unwrap();
		end(READING);
		commit(READING, &[(2, 80)]);
		Submission::proved(READING, &[(BOB, 100)], &[(2, 80)]).submit(BOB).unwrap();
		assert_eq!(holds(BOB), [ACCOUNT_DEPOSIT, 0]);
		assert_eq!(total(BOB), ENDOWMENT + 200 * 7);
	});
}

/// Who sells first and then uses what was sold pays from the surety, whatever it did with the price.
#[test]
fn whoever_passes_on_what_it_uses_pays_for_it() {
	in_season(|| {
		offer(ALICE, None, 500, 7).unwrap();
		take(BOB, ALICE, 500, 7).unwrap();
		let rest = free(ALICE) - EXISTENTIAL_DEPOSIT;
		let by = RuntimeOrigin::signed(ALICE);
		assert_ok!(Balances::transfer_keep_alive(by, ANYONE, rest));
		end(READING);
		let readings = &[(0, 500), (1, 50)];
		commit(READING, readings);
		Submission::proved(READING, &[(ALICE, 550)], readings).submit(ALICE).unwrap();
		assert_eq!(record(ALICE).owed, 0);
		assert_eq!(holds(ALICE), [ACCOUNT_DEPOSIT, 0]);
		assert_eq!(free(ALICE), EXISTENTIAL_DEPOSIT + 50 * PENALTY);
		assert_eq!(total(FEES), ENDOWMENT + 450 * PENALTY);
	});
}

#[test]
fn a_surety_that_cannot_be_taken_waits_to_be_claimed() {
	in_season(|| {
		offer(ALICE, None, 10, 7).unwrap();
		take(BOB, ALICE, 10, 7).unwrap();
		empty(ALICE);
		end(READING);
		let readings = &[(0, 0), (1, 0)];
		commit(READING, readings);
		Submission::proved(READING, &[(ALICE, 100)], readings).submit(ALICE).unwrap();
		let amount = 10 * PENALTY;
		let account = ALICE;
		assert!(events().contains(&Event::ReleaseDeferred { zone: ZONE, account, amount }));
		assert_eq!(record(ALICE).freed, amount);
		let claim = || Water::claim(RuntimeOrigin::signed(ANYONE), ZONE, ALICE);
		assert_noop!(claim(), error(Error::PayeeNotPayable));
		let by = RuntimeOrigin::signed(ANYONE);
		assert_ok!(Balances::transfer_keep_alive(by, ALICE, EXISTENTIAL_DEPOSIT));
		assert_ok!(claim());
		assert_eq!(free(ALICE), EXISTENTIAL_DEPOSIT + amount);
		assert_noop!(claim(), error(Error::NothingToClaim));
	});
}

#[test]
fn an_offer_is_withdrawn() {
	in_season(|| {
		offer(ALICE, None, 10, 7).unwrap();
		let withdraw = || Water::withdraw(RuntimeOrigin::signed(ALICE), ZONE);
		assert_ok!(withdraw());
		assert_noop!(withdraw(), error(Error::NoOffer));
		assert_noop!(take(BOB, ALICE, 10, 7), error(Error::NoOffer));
	});
}

mod reject {
	use super::*;

	#[test]
	fn what_is_not_left_to_be_passed_on() {
		in_season(|| {
			assert_noop!(offer(ALICE, None, 0, 7), error(Error::ZeroQuantity));
			// Essential litres are not passed on.
			assert_noop!(offer(ALICE, None, 501, 7), error(Error::NotEnoughLeft));
			assert_noop!(offer(ALICE, None, 500, Balance::MAX), error(Error::AmountTooLarge));
			assert_noop!(offer(ALICE, Some(ALICE), 1, 7), error(Error::SelfTransfer));
			assert_noop!(offer(CAROL, None, 1, 7), error(Error::NoAccount));
		});
		run(|| {
			assert_noop!(offer(ALICE, None, 1, 7), error(Error::NotInSeason));
		});
	}

	#[test]
	fn what_is_not_offered() {
		in_season(|| {
			offer(ALICE, Some(BOB), 100, 7).unwrap();
			assert_noop!(take(BOB, ALICE, 0, 7), error(Error::ZeroQuantity));
			assert_noop!(take(BOB, ALICE, 101, 7), error(Error::NotEnoughOffered));
			assert_noop!(take(BOB, ALICE, 100, 8), error(Error::PriceDiffers));
			assert_noop!(take(ALICE, ALICE, 100, 7), error(Error::SelfTransfer));
			assert_noop!(take(CAROL, ALICE, 100, 7), error(Error::NoAccount));
			Water::open(RuntimeOrigin::signed(CAROL), ZONE).unwrap();
			assert_noop!(take(CAROL, ALICE, 100, 7), error(Error::NotForYou));
		});
	}

	#[test]
	fn whoever_cannot_pay_or_put_down_the_surety() {
		in_season(|| {
			offer(ALICE, None, 100, 2 * ENDOWMENT / 100).unwrap();
			assert!(take(BOB, ALICE, 100, 2 * ENDOWMENT / 100).is_err());
			// Given away, so that the price cannot be the surety.
			offer(ALICE, None, 100, 0).unwrap();
			let rest = free(ALICE) - EXISTENTIAL_DEPOSIT;
			let by = RuntimeOrigin::signed(ALICE);
			assert_ok!(Balances::transfer_keep_alive(by, ANYONE, rest));
			assert!(take(BOB, ALICE, 100, 0).is_err());
			assert_eq!((balance(ALICE), balance(BOB)), ((100, 500), (50, 1_500)));
		});
	}

	/// Nobody trades on a turn that is not proved yet.
	#[test]
	fn before_the_turn_that_ended_is_closed() {
		in_season(|| {
			offer(ALICE, None, 100, 7).unwrap();
			end(READING);
			assert_noop!(offer(ALICE, None, 100, 7), error(Error::TurnNotClosed));
			assert_noop!(take(BOB, ALICE, 100, 7), error(Error::TurnNotClosed));
			start(season(1).end());
			assert_noop!(offer(ALICE, None, 100, 7), error(Error::NotInSeason));
		});
	}
}
