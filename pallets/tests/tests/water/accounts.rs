//! Accounts come, enter seasons, carry over, leave.

use super::*;

fn open(who: AccountId) -> DispatchResult {
	Water::open(RuntimeOrigin::signed(who), ZONE)
}

fn leave(who: AccountId) -> DispatchResult {
	Water::leave(RuntimeOrigin::signed(who), ZONE)
}

fn enter(who: AccountId) -> DispatchResult {
	Water::enter(RuntimeOrigin::signed(ANYONE), ZONE, who)
}

#[test]
fn whoever_opens_an_account_puts_down_a_deposit_and_gets_it_back() {
	run(|| {
		open(CAROL).unwrap();
		assert_eq!(holds(CAROL), [ACCOUNT_DEPOSIT, 0]);
		assert_noop!(open(CAROL), error(Error::AccountExists));
		leave(CAROL).unwrap();
		assert_eq!(holds(CAROL), [0, 0]);
		let account = CAROL;
		assert_eq!(
			events(),
			[
				Event::AccountOpened { zone: ZONE, account },
				Event::AccountClosed { zone: ZONE, account }
			]
		);
		assert_noop!(leave(CAROL), error(Error::NoAccount));
		let zone = ZONE + 1;
		let by = RuntimeOrigin::signed(CAROL);
		assert_noop!(Water::open(by, zone), error(Error::NoSteward));
	});
}

#[test]
fn an_account_that_leaves_in_a_season_is_closed_after_it() {
	in_season(|| {
		open(CAROL).unwrap();
		// It is in the turn that runs, with nothing.
		assert_eq!(record(CAROL).turn, Some(0));
		assert_eq!(balance(CAROL), (0, 0));
		leave(CAROL).unwrap();
		assert_noop!(leave(CAROL), error(Error::AccountLeaves));
		for turn in 0..3 {
			finalise(season(1).reading(turn));
			idle();
		}
		assert_eq!(record(CAROL).turn, None);
		assert_noop!(enter(CAROL), error(Error::AccountLeaves));
		// Without meters nothing is presumed to be used.
		assert_eq!(total(CAROL), ENDOWMENT);
		leave(CAROL).unwrap();
		assert_eq!(holds(CAROL), [0, 0]);
	});
}

#[test]
fn leaving_gives_entitlements_up() {
	run(|| {
		leave(ALICE).unwrap();
		assert_eq!(Zones::<Test>::get(ZONE).unwrap().entitled, BOBS);
	});
}

#[test]
fn an_account_opened_before_a_season_begins_is_in_it() {
	run(|| {
		announce(FIRST, TURN, 3, 2_150).unwrap();
		open(CAROL).unwrap();
		assert_noop!(enter(CAROL), error(Error::SeasonNotBegun));
		start(FIRST);
		assert_ok!(enter(CAROL));
		assert_noop!(enter(CAROL), error(Error::NoSeason));
		assert_eq!(record(CAROL).turn, Some(0));
	});
}

#[test]
fn whoever_enters_late_is_cut_as_the_others_were() {
	run(|| {
		announce(FIRST, TURN, 3, 2_150).unwrap();
		start(FIRST);
		cut(100, 50).unwrap();
		finalise(READING);
		assert_ok!(enter(ALICE));
		assert_eq!(record(ALICE).turn, Some(1));
		assert_eq!(balance(ALICE), (100, 250));
	});
}

#[test]
fn whoever_enters_too_late_has_missed_the_season() {
	run(|| {
		announce(FIRST, TURN, 1, 2_150).unwrap();
		finalise(READING);
		assert_ok!(enter(ALICE));
		assert_eq!(balance(ALICE), (0, 0));
		assert_eq!(record(ALICE).turn, None);
		assert!(events().contains(&Event::SeasonMissed { zone: ZONE, season: 1, account: ALICE }));
		assert_noop!(enter(ALICE), error(Error::NoSeason));
	});
}

/// Else a last turn that is closed late would hide the first turns of the next season.
#[test]
fn whoever_enters_late_answers_for_all_that_can_still_be_proved() {
	run(|| {
		announce(FIRST, 1, 1, 2_150).unwrap();
		begin();
		let next = FIRST + u64::from(NOTICE) + 1;
		announce(next, 1, 4, 2_150).unwrap();
		// Nobody looks until the second turn runs, whose first one can still be proved.
		blocks_at(SCHEDULE.start(next + 1), SCHEDULE.deadline_blocks() + 1);
		idle();
		// The season before is closed first, and the next one entered with it.
		assert_eq!((record(ALICE).season, record(ALICE).turn), (2, Some(0)));
		assert_noop!(offer(ALICE, None, 1, 1), error(Error::TurnNotClosed));
	});
}

#[test]
fn a_part_of_the_entitlement_is_carried_over() {
	run(|| {
		announce(FIRST, 1, 1, 2_150).unwrap();
		begin();
		let next = FIRST + u64::from(NOTICE) + 1;
		announce(next, TURN, 2, 2_150).unwrap();
		end(FIRST);
		let readings = &[(0, 60), (1, 30), (2, 0)];
		commit(FIRST, readings);
		// Bob's turn takes more than it used: 1,350 litres are left, of which 750 are a quarter.
		let claims = &[(ALICE, 100), (BOB, 200)];
		name_prover(ALICE);
		name_prover(BOB);
		assert_noop!(
			Submission::proved(FIRST, claims, readings).submit(PROVER),
			error(Error::NotEntitled)
		);
		for (who, used) in claims {
			Submission::proved(FIRST, &[(*who, *used)], readings).submit(*who).unwrap();
		}
		assert_eq!((balance(ALICE), balance(BOB)), ((0, 250), (0, 750)));
		start(next);
		idle();
		assert_eq!(balance(ALICE), (100, 750));
		assert_eq!(balance(BOB), (50, 2_250));
	});
}

/// It holds from the first open period on.
fn name_prover(who: AccountId) {
	let (resource, direction) = (Resource::Water, Direction::Import);
	let by = RuntimeOrigin::signed(who);
	Settlement::name_prover(by, ZONE, resource, direction, PROVER).unwrap();
}

#[test]
fn bought_litres_are_not_carried_over_beyond_the_own_entitlement() {
	run(|| {
		announce(FIRST, 1, 1, 2_150).unwrap();
		open(CAROL).unwrap();
		begin();
		offer(BOB, Some(CAROL), 1_000, 1).unwrap();
		take(CAROL, BOB, 1_000, 1).unwrap();
		assert_eq!(balance(CAROL), (0, 1_000));
		finalise(FIRST);
		idle();
		assert_eq!(balance(CAROL), (0, 0));
	});
}
