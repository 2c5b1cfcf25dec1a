use super::*;

fn idle(budget: Weight) -> Weight {
	let used = Settlement::on_idle(System::block_number(), budget);
	assert!(used.all_lte(budget));
	used
}

#[test]
fn groups_expire_by_themselves_after_their_deadline() {
	committed(|| {
		sell(ALICE, 100, FIRST + 5);
		cut_off(FIRST);
		idle(Weight::MAX);
		assert!(!Settlement::is_settled(&group(ALICE), FIRST));
		finalise(FIRST);
		System::reset_events();
		idle(Weight::MAX);
		assert_eq!(events().len(), 2);
		assert!(Settlement::is_settled(&group(ALICE), FIRST));
		assert!(Settlement::is_settled(&group(BOB), FIRST));
		assert!(!Settlement::is_settled(&group(ALICE), FIRST + 5));
	});
}

#[test]
fn idle_time_takes_no_more_than_it_is_given() {
	execute(|| {
		finalise(FIRST);
		for (budget, records) in [
			(Weight::zero(), 0),
			(<()>::idle(), 0),
			(<()>::idle() + <()>::expire(1), 1),
			(<()>::idle() + <()>::expire(1) * 5, 2),
		] {
			idle(budget);
			assert_eq!(Settlements::<Test>::iter().count(), records);
			ensure_invariants();
		}
	});
}

#[test]
fn one_block_expires_a_bounded_number_of_groups() {
	execute(|| {
		for period in FIRST + 1..FIRST + 11 {
			sell(ALICE, 100, period);
		}
		finalise(FIRST + 20);
		let unsettled = || <Market as Deliveries<_>>::oldest(100).len();
		assert_eq!(unsettled(), 12);
		idle(Weight::MAX);
		assert_eq!(unsettled(), 4);
		for _ in 0..3 {
			idle(Weight::MAX);
		}
		assert!(nothing_is_escrowed());
	});
}

#[test]
fn records_go_by_themselves() {
	execute(|| {
		sell(ALICE, 100, FIRST + 2);
		finalise(FIRST + 2);
		idle(Weight::MAX);
		assert_eq!(Settlements::<Test>::iter().count(), 3);
		finalise(FIRST + RETENTION);
		idle(Weight::MAX);
		assert_eq!(Settlements::<Test>::iter().count(), 1);
		finalise(FIRST + RETENTION + 2);
		idle(Weight::MAX);
		assert_eq!(Settlements::<Test>::iter().count(), 0);
	});
}
