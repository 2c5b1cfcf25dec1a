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
fn nothing_expires_or_is_pruned_by_itself_while_the_chain_is_closed() {
	committed(|| {
		finalise(FIRST);
		Closed::set(true);
		next_block_at(Timestamp::get() + BLOCK);
		idle(Weight::MAX);
		assert!(!Settlement::is_settled(&group(ALICE), FIRST));
		Closed::set(false);
		next_block_at(Timestamp::get() + BLOCK);
		idle(Weight::MAX);
		assert!(Settlement::is_settled(&group(ALICE), FIRST));
	});
}

#[test]
fn idle_time_takes_no_more_than_it_is_given() {
	execute(|| {
		finalise(FIRST);
		for (budget, records) in [
			(Weight::zero(), 0),
			(<()>::idle(1), 0),
			(<()>::idle(1) * 2 + weights::expire::<()>(1), 1),
			(<()>::idle(1) * 5 + weights::expire::<()>(1) * 5, 2),
		] {
			// Expiry gets a quarter of what is left over, and pruning another.
			assert!(idle(budget * 4).all_lte(budget * 2));
			assert_eq!(Settlements::<Test>::iter().count(), records);
			ensure_invariants();
		}
	});
}

#[test]
fn one_block_expires_as_many_groups_as_a_quarter_of_its_weight_has_room_for() {
	execute(|| {
		for period in FIRST + 1..FIRST + 19 {
			sell(ALICE, 100, period);
		}
		finalise(FIRST + 20);
		let unsettled = || <Market as Deliveries<_>>::oldest(100).len();
		assert_eq!(unsettled(), 20);
		let step = <()>::idle(1) + weights::expire::<()>(1);
		idle((step * 17 + <()>::idle(1)) * 4);
		assert_eq!(unsettled(), 3);
		idle(Weight::MAX);
		assert_eq!(unsettled(), 0);
		assert!(nothing_is_escrowed());
	});
}

#[test]
fn a_block_without_anything_due_is_charged_little() {
	execute(|| {
		assert_eq!(idle(Weight::MAX), <()>::idle(1) * 2);
	});
}

#[test]
fn one_block_prunes_a_bounded_number_of_records() {
	execute(|| {
		finalise(FIRST);
		idle(Weight::MAX);
		let (key, most) = (FIRST.to_be_bytes(), MOST_PER_BLOCK);
		let record = Settlements::<Test>::get(key, group(ALICE)).unwrap();
		for zone in 1_000..1_000 + most {
			Settlements::<Test>::insert(key, GroupId { zone, ..group(ALICE) }, record);
		}
		finalise(FIRST + RETENTION);
		let records = || Settlements::<Test>::iter().count();
		assert_eq!(records(), most as usize + 2);
		idle((<()>::prune() * 30 + <()>::idle(1)) * 4);
		assert_eq!(records(), most as usize + 2 - 30);
		idle(Weight::MAX);
		assert_eq!(records(), 0);
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
