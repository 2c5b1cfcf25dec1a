//! What stewards say: entitlements, seasons, cuts.

use super::*;

mod allocations {
	use super::*;

	#[test]
	fn essential_entitlements_come_first_and_the_rest_is_shared_out() {
		in_season(|| {
			assert_eq!(season(1).granted, Classes { essential: 150, general: 2_000 });
			assert_eq!(balance(ALICE), (100, 500));
			assert_eq!(balance(BOB), (50, 1_500));
		});
	}

	#[test]
	fn too_little_for_essential_entitlements_is_shared_out_among_them() {
		run(|| {
			announce(FIRST, TURN, 3, 100).unwrap();
			begin();
			// Rounded down: a litre is nobody's.
			assert_eq!(balance(ALICE), (66, 0));
			assert_eq!(balance(BOB), (33, 0));
		});
	}

	#[test]
	fn nobody_gets_more_than_its_entitlement() {
		run(|| {
			announce(FIRST, TURN, 3, CEILING - 1_000).unwrap();
			begin();
			assert_eq!(balance(ALICE), (100, 1_000));
			assert_eq!(balance(BOB), (50, 3_000));
		});
	}

	#[test]
	fn a_season_is_announced_anew_until_it_begins() {
		run(|| {
			announce(FIRST, TURN, 3, 2_150).unwrap();
			assert_noop!(announce(FIRST - 1, TURN, 3, 2_150), error(Error::SeasonTooSoon));
			announce(FIRST + 1, TURN, 4, 150).unwrap();
			assert_eq!(season(1).turns, 4);
			begin();
			assert_noop!(
				Water::enter(RuntimeOrigin::signed(ANYONE), ZONE, ALICE),
				error(Error::SeasonNotBegun)
			);
			start(FIRST + 1);
			idle();
			assert_eq!(balance(ALICE), (100, 0));
			// It has begun: the next announcement is of another one.
			let end = season(1).end();
			assert_noop!(announce(end - 1, TURN, 1, 150), error(Error::SeasonsOverlap));
			assert_ok!(announce(end, TURN, 1, 150));
			assert_eq!(season(1).turns, 4);
			assert_eq!(season(2).turns, 1);
		});
	}

	#[test]
	fn records_of_seasons_that_nobody_is_in_go() {
		run(|| {
			let mut first = FIRST;
			for number in 1..6 {
				announce(first, 1, 1, 150).unwrap();
				start(first);
				idle();
				finalise(first);
				idle();
				first = Metering::running() + u64::from(NOTICE) + 1;
				assert!(Seasons::<Test>::iter().count() <= 3, "{number}");
			}
			assert_eq!(Zones::<Test>::get(ZONE).unwrap().season, 5);
		});
	}
}

mod cuts {
	use super::*;

	#[test]
	fn what_is_left_is_cut_from_the_next_turn_on() {
		in_season(|| {
			cut(100, 50).unwrap();
			let general = Permill::from_percent(50);
			let essential = Permill::one();
			let cut = Event::AllocationsCut { zone: ZONE, season: 1, from: 1, essential, general };
			assert_eq!(events(), [cut]);
			assert_eq!(balance(ALICE), (100, 500));
			end(READING);
			commit(READING, &[(0, 150), (1, 50), (2, 0)]);
			Submission::proved(READING, &[(ALICE, 250)], &[(0, 150), (1, 50)])
				.submit(ALICE)
				.unwrap();
			assert_eq!(balance(ALICE), (0, 175));
		});
	}

	#[test]
	fn the_season_that_runs_is_cut_though_the_next_one_is_announced() {
		in_season(|| {
			announce(season(1).end(), TURN, 1, 150).unwrap();
			cut(100, 50).unwrap();
			assert_eq!((season(1).cuts.len(), season(2).cuts.len()), (1, 0));
		});
	}

	#[test]
	fn a_cut_below_what_was_used_takes_nothing_more_and_charges_nothing() {
		in_season(|| {
			cut(0, 0).unwrap();
			end(READING);
			commit(READING, &[(0, 500), (1, 100)]);
			Submission::proved(READING, &[(ALICE, 600)], &[(0, 500), (1, 100)])
				.submit(ALICE)
				.unwrap();
			assert_eq!(balance(ALICE), (0, 0));
			assert!(matches!(
				events()[..],
				[Event::TurnClosed { used: 600, shortfall: 0, charged: 0, owed: 0, .. }]
			));
			assert_eq!(total(ALICE), ENDOWMENT);
		});
	}

	#[test]
	fn litres_that_were_passed_on_are_cut_where_they_are() {
		in_season(|| {
			offer(ALICE, None, 500, 1).unwrap();
			take(BOB, ALICE, 500, 1).unwrap();
			cut(100, 10).unwrap();
			end(READING);
			commit(READING, &[(2, 0)]);
			Submission::proved(READING, &[(BOB, 50)], &[(2, 0)]).submit(BOB).unwrap();
			assert_eq!(balance(BOB), (0, 200));
		});
	}

	#[test]
	fn reject_what_does_not_come_in_order() {
		in_season(|| {
			assert_noop!(cut(100, 100), error(Error::EmptyCut));
			assert_noop!(cut(90, 10), error(Error::EssentialFirst));
			let by = RuntimeOrigin::signed(ALICE);
			assert_noop!(
				Water::cut(by, ZONE, Permill::one(), Permill::zero()),
				error(Error::NotSteward)
			);
			for _ in 0..MAX_CUTS {
				cut(100, 99).unwrap();
			}
			assert_noop!(cut(100, 99), error(Error::TooManyCuts));
			// The last turn: nothing follows.
			start(READING + u64::from(TURN) + 1);
			assert_noop!(cut(100, 50), error(Error::NothingToCut));
			start(season(1).end());
			assert_noop!(cut(100, 50), error(Error::NothingToCut));
		});
		run(|| {
			assert_noop!(cut(100, 50), error(Error::NoSeason));
			announce(FIRST, TURN, 3, 2_150).unwrap();
			assert_noop!(cut(100, 50), error(Error::SeasonNotBegun));
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn whoever_is_not_the_steward() {
		run(|| {
			let by = RuntimeOrigin::signed(ALICE);
			assert_noop!(
				Water::announce(by.clone(), ZONE, FIRST, TURN, 3, 100),
				error(Error::NotSteward)
			);
			assert_noop!(Water::grant(by.clone(), ZONE, ALICE, BOBS), error(Error::NotSteward));
			assert_noop!(Water::grant(by.clone(), ZONE + 1, ALICE, BOBS), error(Error::NoSteward));
			assert_noop!(Water::set_zone(by, ZONE, ALICE, 1, 1, CARRY), DispatchError::BadOrigin);
		});
	}

	#[test]
	fn a_zone_without_a_registrar() {
		run(|| {
			let zone = ZONE + 1;
			let root = RuntimeOrigin::root();
			assert_noop!(
				Water::set_zone(root, zone, STEWARD, CEILING, PENALTY, CARRY),
				error(Error::UnknownZone)
			);
		});
	}

	#[test]
	fn more_than_there_is() {
		run(|| {
			// A quarter of 4,000 litres may be carried over.
			assert_noop!(announce(FIRST, TURN, 3, CEILING - 999), error(Error::AboveCeiling));
			assert_ok!(announce(FIRST, TURN, 3, CEILING - 1_000));
		});
		run(|| {
			let much = Classes { essential: CEILING - 49, general: 0 };
			assert_noop!(grant(ALICE, much), error(Error::AboveCeiling));
			let huge = Classes { essential: 0, general: u64::MAX };
			assert_noop!(grant(ALICE, huge), error(Error::QuantityTooLarge));
			// Shares of what there is may be any number.
			assert_ok!(grant(ALICE, Classes { essential: CEILING - 50, general: 1 << 40 }));
			assert_noop!(set_zone(u64::MAX), error(Error::QuantityTooLarge));
		});
	}

	#[test]
	fn seasons_that_are_none() {
		run(|| {
			assert_noop!(announce(FIRST, 0, 3, 100), error(Error::EmptySeason));
			assert_noop!(announce(FIRST, TURN, 0, 100), error(Error::EmptySeason));
			assert_noop!(announce(FIRST, 9, 3, 100), error(Error::TurnTooLong));
			assert_noop!(announce(FIRST, TURN, 5, 100), error(Error::TooManyTurns));
			assert_noop!(announce(FIRST - 1, TURN, 3, 100), error(Error::SeasonTooSoon));
			assert_noop!(announce(RUNNING + 101, TURN, 3, 100), error(Error::TooFarAhead));
		});
	}

	#[test]
	fn entitlements_of_a_season_that_is_announced() {
		run(|| {
			announce(FIRST, TURN, 3, 2_150).unwrap();
			assert_noop!(grant(ALICE, BOBS), error(Error::EntitlementFrozen));
			assert_noop!(grant(CAROL, BOBS), error(Error::NoAccount));
			begin();
			// For the next one.
			assert_ok!(grant(ALICE, BOBS));
			assert_eq!(balance(ALICE), (100, 500));
		});
	}
}
