use meterproof_primitives::EnsureInvariants;

use super::*;
use pallet_metering::WeightInfo;

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
