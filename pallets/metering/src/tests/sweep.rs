use super::*;
use crate::{Counts, Pages, Positions, PruneEnds, PruneQueue, WeightInfo};

/// Meters `1..=count` of Alice, all committed for [`P`].
fn committed(count: u8) {
	let devices: Vec<_> = (1..=count).map(|n| (n, meter(n))).collect();
	run_to(SCHEDULE.end(P));
	for (n, device) in devices {
		record(export(n, device, P, 1));
	}
}

fn assert_empty() {
	assert_eq!(Pages::<Test>::iter().count(), 0);
	assert_eq!(Counts::<Test>::iter().count(), 0);
	assert_eq!(Positions::<Test>::iter().count(), 0);
}

#[test]
fn anyone_may_sweep_a_final_settled_period_page_by_page() {
	run(|| {
		committed(40);
		run_to(SCHEDULE.deadline(P));
		events();
		let sweep = |pages| {
			Metering::sweep(RuntimeOrigin::signed(STRANGER), P, exports(ALICE), pages).unwrap()
		};
		assert_eq!(sweep(1).actual_weight, Some(<() as WeightInfo>::sweep(1)));
		assert_eq!(
			events(),
			[Event::CommitmentsPruned { period: P, group: exports(ALICE), left: 32 }]
		);
		assert_eq!(Metering::count(&exports(ALICE), P), 32);
		assert_eq!(Positions::<Test>::iter().count(), 32);
		assert_ok!(Metering::ensure_invariants());
		// More pages than there are cost no more than there are.
		assert_eq!(sweep(1_000).actual_weight, Some(<() as WeightInfo>::sweep(1)));
		assert_empty();
	});
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
		assert_eq!(Metering::count(&exports(ALICE), P), 40);
		let step = <() as WeightInfo>::prune_step();
		assert_eq!(idle(step), step);
		assert_eq!(Metering::count(&exports(ALICE), P), 32);
		idle(step);
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
		assert_ok!(Metering::ensure_invariants());
		Unsettled::set(vec![]);
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
fn idle_work_is_bounded_however_much_weight_there_is() {
	run(|| {
		let devices: Vec<_> =
			(1..=20).map(|n| (n, meter_of(u64::from(n % 2) + 1, n, Directions::Export))).collect();
		for period in P..P + 10 {
			run_to(SCHEDULE.start(period));
			for (n, device) in &devices {
				record(export(*n, *device, period, 1));
			}
		}
		run_to(SCHEDULE.deadline(P + 10));
		assert_eq!(Counts::<Test>::iter().count(), 20);
		let most = <() as WeightInfo>::prune_step() * u64::from(crate::pruning::STEPS_PER_BLOCK);
		assert!(idle(Weight::MAX).all_lte(most));
		assert_eq!(Counts::<Test>::iter().count(), 4);
		idle(Weight::MAX);
		assert_empty();
	});
}

use meterproof_primitives::EnsureInvariants;

mod reject {
	use super::*;

	fn sweep(pages: u32) -> DispatchResultWithPostInfo {
		Metering::sweep(RuntimeOrigin::signed(STRANGER), P, exports(ALICE), pages)
	}

	#[test]
	fn an_unsigned_sweep() {
		run(|| {
			assert_noop!(Metering::sweep(RuntimeOrigin::none(), P, exports(ALICE), 1), BadOrigin);
		});
	}

	#[test]
	fn a_period_that_is_not_final() {
		run(|| {
			committed(1);
			run_to(SCHEDULE.deadline(P) - 1);
			assert_noop!(sweep(1), Error::<Test>::PeriodNotFinal);
		});
	}

	#[test]
	fn a_group_that_is_not_settled() {
		run(|| {
			committed(1);
			Unsettled::set(vec![ALICE]);
			run_to(SCHEDULE.deadline(P));
			assert_noop!(sweep(1), Error::<Test>::GroupNotSettled);
		});
	}

	#[test]
	fn a_group_without_commitments_or_no_pages() {
		run(|| {
			committed(1);
			run_to(SCHEDULE.deadline(P));
			assert_noop!(sweep(0), Error::<Test>::NothingToPrune);
			assert_ok!(sweep(1));
			assert_noop!(sweep(1), Error::<Test>::NothingToPrune);
		});
	}
}
