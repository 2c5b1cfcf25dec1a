//! Whatever meters send and operators do, in whatever order, the invariants hold and every
//! commitment is deleted in the end.

use meterproof_primitives::EnsureInvariants;
use proptest::prelude::*;

use super::*;
use crate::{Counts, Pages, Positions, PruneQueue};

#[derive(Clone, Debug)]
enum Step {
	Commit { n: u8, back: u64, direction: Direction, reading: u32 },
	Batch { n: u8, back: u64, reading: u32 },
	Suspend { n: u8 },
	Resume { n: u8 },
	Transfer { n: u8, to: AccountId },
	Settle { operator: AccountId, settled: bool },
	Sweep { operator: AccountId, back: u64, pages: u32 },
	Idle { steps: u64 },
	Wait { ms: u64 },
	Outage { periods: u64 },
}

fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let n = 1u8..7;
	let operator = prop_oneof![Just(ALICE), Just(BOB)];
	let direction = prop_oneof![Just(Direction::Import), Just(Direction::Export)];
	prop_oneof![
		8 => (n.clone(), 0u64..3, direction, 0u32..3).prop_map(|(n, back, direction, reading)| {
			Commit { n, back, direction, reading }
		}),
		2 => (n.clone(), 0u64..3, 0u32..3).prop_map(|(n, back, reading)| Batch { n, back, reading }),
		1 => n.clone().prop_map(|n| Suspend { n }),
		1 => n.clone().prop_map(|n| Resume { n }),
		1 => (n, operator.clone()).prop_map(|(n, to)| Transfer { n, to }),
		1 => (operator.clone(), any::<bool>())
			.prop_map(|(operator, settled)| Settle { operator, settled }),
		2 => (operator, 0u64..8, 0u32..3)
			.prop_map(|(operator, back, pages)| Sweep { operator, back, pages }),
		2 => (0u64..4).prop_map(|steps| Idle { steps }),
		6 => (1u64..40_000).prop_map(|ms| Wait { ms }),
		1 => (1u64..5).prop_map(|periods| Outage { periods }),
	]
}

fn take(step: Step) {
	use crate::WeightInfo;
	let period = |back| SCHEDULE.period_at(Timestamp::get()) - back;
	let device = |n: u8| u32::from(n) - 1;
	let operator = |n: u8| Devices::device(device(n)).unwrap().operator;
	match step {
		Step::Commit { n, back, direction, reading } => {
			let item = signed(n, device(n), period(back), direction, reading);
			let valid = validate(item.clone());
			let applied = apply(item);
			assert_eq!(valid.is_ok(), applied.is_ok());
			// What is authorised is recorded.
			assert!(!matches!(applied, Ok(Err(_))));
		},
		Step::Batch { n, back, reading } => {
			let items = (n..=6)
				.take(4)
				.map(|n| export(n, device(n), period(back), reading))
				.collect::<Vec<_>>();
			let items = items.try_into().unwrap();
			assert_ok!(Metering::commit_batch(RuntimeOrigin::signed(STRANGER), items));
		},
		Step::Suspend { n } => {
			let _ = Devices::suspend(RuntimeOrigin::signed(operator(n)), device(n));
		},
		Step::Resume { n } => {
			let _ = Devices::resume(RuntimeOrigin::signed(operator(n)), device(n));
		},
		Step::Transfer { n, to } => {
			let offer = Devices::offer_transfer(RuntimeOrigin::signed(operator(n)), device(n), to);
			let accept = pallet_devices::Call::accept_transfer { device: device(n) };
			if offer.is_ok() {
				let _ = frame::traits::Dispatchable::dispatch(
					RuntimeCall::Devices(accept),
					RuntimeOrigin::signed(to),
				);
			}
		},
		Step::Settle { operator, settled } => {
			let mut waiting = Unsettled::get();
			waiting.retain(|known| *known != operator);
			if !settled {
				waiting.push(operator);
			}
			Unsettled::set(waiting);
		},
		Step::Sweep { operator, back, pages } => {
			let _ = Metering::sweep(
				RuntimeOrigin::signed(STRANGER),
				period(back),
				exports(operator),
				pages,
			);
		},
		Step::Idle { steps } => {
			idle(<() as WeightInfo>::prune_step() * steps);
		},
		Step::Wait { ms } => run_to(Timestamp::get() + ms),
		Step::Outage { periods } => next_block_at(Timestamp::get() + periods * SCHEDULE.length_ms),
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn keep_the_invariants_and_leave_nothing_behind(
		steps in prop::collection::vec(step(), 1..60)
	) {
		new_test_ext().execute_with(|| {
			for n in 1..=6 {
				meter(n);
			}
			run_to(SCHEDULE.start(P + 2));
			for step in steps {
				take(step.clone());
				if let Err(error) = Metering::ensure_invariants() {
					panic!("after {step:?}: {error:?}");
				}
				// No group ever has more commitments than members.
				for (period, group, count) in Counts::<Test>::iter() {
					let members = <Devices as meterproof_primitives::DeviceRegistry<_>>::members(
						&group, period,
					);
					assert!(members.is_none_or(|members| count <= members));
				}
			}
			assert_ok!(Devices::ensure_invariants());
			Unsettled::set(vec![]);
			run_to(SCHEDULE.deadline(Metering::first_open()));
			for _ in 0..20 {
				idle(Weight::MAX);
			}
			assert_ok!(Metering::ensure_invariants());
			assert_eq!(Pages::<Test>::iter().count(), 0);
			assert_eq!(Positions::<Test>::iter().count(), 0);
			assert_eq!(PruneQueue::<Test>::iter().count(), 0);
		});
	}
}
