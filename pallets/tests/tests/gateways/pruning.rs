//! Of a period that is final nothing is left.

use frame::traits::Hooks;
use pallet_gateways::{WeightInfo, MOST_PER_BLOCK, MOST_SWEPT};

use super::*;

fn sweep(limit: u32) -> DispatchResultWithPostInfo {
	Gateways::sweep(RuntimeOrigin::signed(STRANGER), limit)
}

fn idle(remaining: Weight) -> Weight {
	<Gateways as Hooks<_>>::on_idle(System::block_number(), remaining)
}

/// Three gateways with a root each for [`P`] and the period after it.
fn posted() {
	let gateways = [register(GATEWAY), register(GATEWAY), register(RIVAL)];
	for period in [P, P + 1] {
		run_to(SCHEDULE.start(period));
		for (gateway, who) in gateways.into_iter().zip([GATEWAY, GATEWAY, RIVAL]) {
			assert_ok!(post(who, gateway, period, ROOT));
		}
	}
}

fn left() -> usize {
	Roots::<Test>::iter_keys().count()
}

#[test]
fn idle_time_deletes_the_roots_of_final_periods_and_no_others() {
	run(|| {
		posted();
		run_to(SCHEDULE.deadline(P) - 1);
		idle(Weight::MAX);
		assert_eq!(left(), 6);
		run_to(SCHEDULE.deadline(P));
		events();
		idle(Weight::MAX);
		assert_eq!(left(), 3);
		assert_eq!(events(), [Event::RootsPruned { roots: 3 }]);
		run_to(SCHEDULE.deadline(P + 1));
		idle(Weight::MAX);
		assert_eq!(left(), 0);
	});
}

#[test]
fn idle_time_takes_no_more_than_its_part() {
	run(|| {
		posted();
		run_to(SCHEDULE.deadline(P));
		let (look, root) = (<() as WeightInfo>::prune_look(), <() as WeightInfo>::prune_root());
		assert_eq!(idle(look), Weight::zero());
		let two = look.saturating_add(root.saturating_mul(2));
		assert_eq!(idle(two.saturating_mul(8)), two);
		assert_eq!(left(), 4);
		assert!(MOST_PER_BLOCK >= 2);
	});
}

#[test]
fn a_closed_chain_deletes_nothing() {
	run(|| {
		posted();
		run_to(SCHEDULE.deadline(P));
		Closed::set(true);
		next_block_at(Timestamp::get() + BLOCK);
		assert_eq!(idle(Weight::MAX), <() as WeightInfo>::prune_look());
		assert_eq!(left(), 6);
		Closed::set(false);
	});
}

#[test]
fn anyone_sweeps_the_oldest_and_pays_for_what_went() {
	run(|| {
		posted();
		run_to(SCHEDULE.deadline(P));
		events();
		let post = sweep(2).unwrap();
		assert_eq!(post.actual_weight, Some(<() as WeightInfo>::sweep(2)));
		assert_eq!((left(), events()), (4, vec![Event::RootsPruned { roots: 2 }]));
		let post = sweep(u32::MAX).unwrap();
		assert_eq!(post.actual_weight, Some(<() as WeightInfo>::sweep(1)));
		assert_eq!(left(), 3);
		assert!(sweep(1).is_err_and(|failed| failed.error == Error::<Test>::NothingToPrune.into()));
	});
}

#[test]
fn a_sweep_is_bounded_whatever_it_asks_for() {
	run(|| {
		for gateway in 0..MOST_SWEPT + 5 {
			Roots::<Test>::insert(0u64.to_be_bytes(), gateway, ROOT);
		}
		assert_ok!(sweep(u32::MAX));
		assert_eq!(left(), 5);
		assert_ok!(sweep(5));
		let failed = sweep(0).unwrap_err();
		assert_eq!(failed.error, Error::<Test>::NothingToPrune.into());
	});
}
