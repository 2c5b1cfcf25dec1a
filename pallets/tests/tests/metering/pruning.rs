//! What idle blocks delete.

use core::ops::Range;

use super::*;
use pallet_metering::{PruneEnds, PruneQueue, WeightInfo};

/// A look, and a look that deletes a page.
fn look() -> Weight {
	<() as WeightInfo>::prune_look()
}

fn page() -> Weight {
	look() + <() as WeightInfo>::prune_page()
}

/// Idle work in a block that leaves four times `share`: what pruning may take is a quarter.
fn idle_with(share: Weight) -> Weight {
	let used = idle(share * 4);
	assert!(used.all_lte(share));
	used
}

/// Operators by number, other than those with a name.
fn operators(numbers: Range<u32>) -> impl Iterator<Item = AccountId> {
	numbers.map(|number| AccountId::from_low_u64_be(number.into()))
}

/// A group of one commitment for `period` for each of these operators.
fn crowd(numbers: Range<u32>, period: u64) {
	for (device, operator) in numbers.clone().zip(operators(numbers)) {
		assert_ok!(Metering::insert(&exports(operator), period, (device, [1; 32])));
	}
}

fn groups() -> usize {
	Counts::<Test>::iter().count()
}

#[test]
fn idle_blocks_prune_by_themselves() {
	run(|| {
		committed(40);
		run_to(SCHEDULE.deadline(P) - 1);
		idle(Weight::MAX);
		assert_eq!(Metering::count(&exports(ALICE), P), 40);
		run_to(SCHEDULE.deadline(P));
		assert_eq!(idle(Weight::zero()), Weight::zero());
		assert_eq!(idle_with(look()), look());
		assert_eq!(Metering::count(&exports(ALICE), P), 40);
		assert_eq!(idle_with(page()), page());
		assert_eq!(Metering::count(&exports(ALICE), P), 32);
		assert_eq!(idle_with(page()), page());
		assert_empty();
		assert_eq!(PruneQueue::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_group_that_waits_for_its_settlement_holds_up_nobody() {
	run(|| {
		let one = meter(1);
		let two = meter_of(BOB, 2, Directions::Export);
		run_to(SCHEDULE.end(P));
		record(export(1, one, P, 1));
		record(export(2, two, P, 1));
		Unsettled::set(vec![ALICE]);
		run_to(SCHEDULE.deadline(P));
		idle(Weight::MAX);
		assert_eq!(Metering::count(&exports(ALICE), P), 1);
		assert_eq!(Metering::count(&exports(BOB), P), 0);
		Unsettled::set(vec![]);
		run_to(SCHEDULE.deadline(P + 1));
		idle(Weight::MAX);
		assert_empty();
	});
}

#[test]
fn what_a_sweep_left_in_the_queue_goes_with_the_next_idle_block() {
	run(|| {
		committed(1);
		run_to(SCHEDULE.deadline(P));
		assert_ok!(Metering::sweep(RuntimeOrigin::signed(STRANGER), P, exports(ALICE), 1));
		assert_eq!(PruneQueue::<Test>::iter().count(), 1);
		idle(Weight::MAX);
		assert_eq!(PruneQueue::<Test>::iter().count(), 0);
		let ends = PruneEnds::<Test>::get();
		assert_eq!(ends.first, ends.next);
	});
}

#[test]
fn one_block_prunes_hundreds_of_groups_if_a_quarter_of_its_weight_has_room() {
	run(|| {
		run_to(SCHEDULE.start(P));
		crowd(100..900, P);
		run_to(SCHEDULE.deadline(P));
		idle_with(page() * 300);
		assert_eq!(groups(), 500);
		// Less than a page's weight over is spent on a look at most.
		idle_with(page() * 20 + look() * 2);
		assert_eq!(groups(), 480);
		idle(Weight::MAX);
		assert_empty();
		assert_eq!(PruneQueue::<Test>::iter().count(), 0);
	});
}

#[test]
fn one_block_looks_at_each_unsettled_group_once() {
	run(|| {
		run_to(SCHEDULE.start(P));
		crowd(100..400, P);
		assert_ok!(Metering::insert(&exports(BOB), P, (2, [1; 32])));
		Unsettled::set(operators(100..400).collect());
		run_to(SCHEDULE.deadline(P));
		// All of them, the one that is settled, and the look that ends the pass.
		assert_eq!(idle(Weight::MAX), look() * 301 + page());
		assert_eq!((groups(), Metering::count(&exports(BOB), P)), (300, 0));
	});
}

#[test]
fn groups_that_stay_unsettled_cost_a_look_in_each_block_until_another_period_is_final() {
	run(|| {
		run_to(SCHEDULE.start(P));
		crowd(100..400, P);
		Unsettled::set(operators(100..400).collect());
		run_to(SCHEDULE.deadline(P));
		idle(Weight::MAX);
		while Timestamp::get() < SCHEDULE.deadline(P + 1) - BLOCK {
			assert_eq!(idle(Weight::MAX), look());
			next_block_at(Timestamp::get() + BLOCK);
		}
		Unsettled::set(operators(100..200).collect());
		run_to(SCHEDULE.deadline(P + 1));
		idle(Weight::MAX);
		assert_eq!(groups(), 100);
	});
}

#[test]
fn a_pass_goes_on_where_the_weight_of_the_block_before_ran_out() {
	run(|| {
		run_to(SCHEDULE.start(P));
		crowd(100..200, P);
		crowd(200..300, P);
		Unsettled::set(operators(100..200).collect());
		run_to(SCHEDULE.deadline(P));
		// The first hundred are put back; a few blocks reach the others and stop there.
		idle_with(look() * 60);
		assert_eq!(groups(), 200);
		idle_with(look() * 40 + page() * 50);
		assert_eq!(groups(), 150);
		idle_with(page() * 50);
		assert_eq!(groups(), 100);
		assert_eq!(idle(Weight::MAX), look());
	});
}

#[test]
fn commitments_that_come_during_a_pass_wait_for_their_own_finality() {
	run(|| {
		run_to(SCHEDULE.start(P));
		crowd(100..110, P);
		run_to(SCHEDULE.deadline(P));
		idle_with(page() * 5);
		let running = Metering::running();
		crowd(200..205, running);
		assert_eq!(idle(Weight::MAX), page() * 5 + look());
		assert_eq!(groups(), 5);
		run_to(SCHEDULE.deadline(running));
		idle(Weight::MAX);
		assert_empty();
	});
}
