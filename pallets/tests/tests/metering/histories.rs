//! Whatever meters send, operators do and the admin sets, in whatever order, the invariants hold,
//! the clock goes forwards, and every commitment is deleted in the end.

use meterproof_primitives::{EnsureInvariants, Schedule};
use proptest::prelude::*;

use super::*;
use pallet_metering::{PruneQueue, Schedules};

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
	SetSchedule { ahead: u64, schedule: Schedule },
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
		2 => (0u64..3, lengths()).prop_map(|(ahead, schedule)| SetSchedule { ahead, schedule }),
	]
}

fn lengths() -> impl Strategy<Value = Schedule> {
	let window = || 0u64..100_000;
	(10_000u64..100_000, window(), window(), window(), 0u32..6).prop_map(
		|(length_ms, gate_lead_ms, commit_window_ms, proof_window_ms, min_blocks)| Schedule {
			length_ms,
			gate_lead_ms,
			commit_window_ms,
			proof_window_ms,
			min_blocks,
		},
	)
}

/// Where the clock stands: the oldest period that is not final, the running one, and the first one
/// that is open. Periods before, between and after them are in the phases that follow from it.
fn clock() -> [u64; 3] {
	let stand = [Metering::oldest_unsettled(), Metering::running(), Metering::first_open()];
	let [oldest, running, open] = stand;
	assert!(oldest <= running && running < open, "{stand:?}");
	for (period, phases) in [
		(oldest - 1, Phase::Final..=Phase::Final),
		(oldest, Phase::Running..=Phase::Proving),
		(running, Phase::Running..=Phase::Running),
		(running + 1, Phase::Open..=Phase::Closed),
		(open - 1, Phase::Closed..=Phase::Running),
		(open, Phase::Open..=Phase::Open),
	] {
		assert!(phases.contains(&Metering::phase(period)), "{period} of {stand:?}");
	}
	let info = Metering::period_info(Some(running));
	assert!(info.start_ms <= info.now_ms && info.now_ms < info.end_ms);
	stand
}

fn take(step: Step) {
	use pallet_metering::WeightInfo;
	let period = |back| Metering::running() - back;
	let device = |n: u8| u32::from(n) - 1;
	let info = |n: u8| Devices::device(device(n)).unwrap();
	let operator = |n: u8| RuntimeOrigin::signed(info(n).operator);
	let key = |n: u8| info(n).key.0;
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
			let _ = Devices::suspend(operator(n), device(n), key(n));
		},
		Step::Resume { n } => {
			let _ = Devices::resume(operator(n), device(n), key(n));
		},
		Step::Transfer { n, to } => {
			let offer = Devices::offer_transfer(operator(n), device(n), key(n), to);
			let info = info(n);
			let accept = pallet_devices::Call::accept_transfer {
				device: device(n),
				operator: info.operator,
				attestation: info.registrar.zip(info.evidence).map(|(registrar, evidence)| {
					pallet_devices::Attestation { registrar, evidence }
				}),
				facts: pallet_devices::DeviceFacts {
					key: info.key.0,
					metering_point: info.metering_point.into_bytes().try_into().unwrap(),
					zone: info.zone,
					resource: info.resource,
					directions: info.directions,
					nameplate: info.nameplate,
				},
			};
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
			let step = <() as WeightInfo>::prune_look() + <() as WeightInfo>::prune_page();
			idle(step * steps * 4);
		},
		Step::Wait { ms } => run_to(Timestamp::get() + ms),
		Step::Outage { periods } => next_block_at(Timestamp::get() + periods * SCHEDULE.length_ms),
		Step::SetSchedule { ahead, schedule } => {
			let from = Metering::first_changeable() + ahead;
			let _ = Metering::set_schedule(RuntimeOrigin::root(), from, schedule);
		},
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
			let mut stand = clock();
			for step in steps {
				take(step.clone());
				if let Err(error) = Metering::ensure_invariants() {
					panic!("after {step:?}: {error:?}");
				}
				let next = clock();
				assert!(stand.iter().zip(&next).all(|(before, now)| before <= now), "backwards");
				stand = next;
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
			let [_, running, _] = clock();
			run_to(Schedules::<Test>::get().deadline(running));
			while Metering::oldest_unsettled() <= running {
				next_block_at(Timestamp::get() + BLOCK);
			}
			idle(Weight::MAX);
			assert_ok!(Metering::ensure_invariants());
			assert_eq!(Pages::<Test>::iter().count(), 0);
			assert_eq!(Positions::<Test>::iter().count(), 0);
			assert_eq!(PruneQueue::<Test>::iter().count(), 0);
		});
	}
}
