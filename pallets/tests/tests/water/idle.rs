//! What happens in idle time.

use super::*;

#[test]
fn turns_that_nobody_proved_are_closed_in_order() {
	in_season(|| {
		finalise(READING);
		idle();
		assert_eq!((record(ALICE).turn, record(BOB).turn), (Some(1), Some(1)));
		assert_eq!(Turns::<Test>::iter().count(), 2);
		finalise(season(1).reading(2));
		// Two turns of each are due, and one look closes one of each.
		idle();
		idle();
		assert_eq!((record(ALICE).turn, record(BOB).turn), (None, None));
		assert_eq!(season(1).members, 0);
	});
}

#[test]
fn accounts_in_no_season_are_looked_at_now_and_then() {
	run(|| {
		let due = record(ALICE).due;
		assert_eq!(due, RUNNING + u64::from(NOTICE));
		start(due - 1);
		idle();
		assert_eq!(record(ALICE).due, due);
		start(due);
		idle();
		assert_eq!(record(ALICE).due, due + u64::from(NOTICE));
	});
}

#[test]
fn no_more_is_done_than_there_is_time_for() {
	run(|| {
		announce(FIRST, TURN, 3, 2_150).unwrap();
		start(FIRST);
		assert_eq!(Water::on_idle(System::block_number(), Weight::zero()), Weight::zero());
		// A quarter of it is time for one look, and for one account.
		let one = <()>::look(1).saturating_mul(2).saturating_add(<()>::enter());
		let budget = one.saturating_mul(4);
		let used = Water::on_idle(System::block_number(), budget);
		assert!(used.all_lte(budget), "{used:?} of {budget:?}");
		assert_eq!(Resting::<Test>::iter().count(), 1);
		Water::on_idle(System::block_number(), budget);
		assert_eq!(Resting::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_closed_chain_closes_no_turn() {
	in_season(|| {
		finalise(READING);
		Closed::set(true);
		<Metering as Hooks<_>>::on_initialize(System::block_number());
		idle();
		assert_eq!(record(ALICE).turn, Some(0));
		Closed::set(false);
	});
}
