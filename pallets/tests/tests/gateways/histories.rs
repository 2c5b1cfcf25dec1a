//! Whatever gateways do, in whatever order, roots never change, and everything ends with nothing left.

use std::collections::BTreeMap;

use frame::traits::Hooks;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
	Register { who: usize },
	Post { who: usize, gateway: u32, back: u64, root: u8 },
	Retire { who: usize, gateway: u32 },
	Release { gateway: u32 },
	Sweep { limit: u32 },
	Idle,
	Wait { ms: u64 },
	Outage { periods: u64 },
}

const ACCOUNTS: [AccountId; 3] = [GATEWAY, RIVAL, STRANGER];

fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let gateway = 0u32..6;
	prop_oneof![
		2 => (0usize..3).prop_map(|who| Register { who }),
		6 => (0usize..3, gateway.clone(), 0u64..4, 0u8..4)
			.prop_map(|(who, gateway, back, root)| Post { who, gateway, back, root }),
		1 => (0usize..3, gateway.clone()).prop_map(|(who, gateway)| Retire { who, gateway }),
		2 => gateway.prop_map(|gateway| Release { gateway }),
		1 => (0u32..4).prop_map(|limit| Sweep { limit }),
		1 => Just(Idle),
		5 => (1u64..50_000).prop_map(|ms| Wait { ms }),
		1 => (1u64..5).prop_map(|periods| Outage { periods }),
	]
}

fn take(step: &Step) {
	let signed = |who: usize| RuntimeOrigin::signed(ACCOUNTS[who]);
	// Most steps of a random history fail, and must leave nothing behind.
	let _ = match *step {
		Step::Register { who } => Gateways::register(signed(who)),
		Step::Post { who, gateway, back, root } => {
			let period = (Metering::running() + 1).saturating_sub(back);
			Gateways::post_root(signed(who), gateway, period, [root; 32])
		},
		Step::Retire { who, gateway } => Gateways::retire(signed(who), gateway),
		Step::Release { gateway } => Gateways::release(signed(2), gateway),
		Step::Sweep { limit } => {
			Gateways::sweep(signed(2), limit).map(drop).map_err(|failed| failed.error)
		},
		Step::Idle => {
			<Gateways as Hooks<_>>::on_idle(System::block_number(), Weight::MAX);
			Ok(())
		},
		Step::Wait { ms } => {
			run_to(Timestamp::get() + ms);
			Ok(())
		},
		Step::Outage { periods } => {
			next_block_at(Timestamp::get() + periods * SCHEDULE.length_ms);
			Ok(())
		},
	};
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn keep_the_invariants_and_end_with_every_deposit_released(
		steps in prop::collection::vec(step(), 1..80)
	) {
		build().execute_with(|| {
			let mut known = BTreeMap::new();
			for step in &steps {
				take(step);
				if let Err(error) = Gateways::ensure_invariants() {
					panic!("after {step:?}: {error:?}");
				}
				for (key, gateway, root) in Roots::<Test>::iter() {
					// What stood once is never another one.
					assert_eq!(*known.entry((key, gateway)).or_insert(root), root, "after {step:?}");
				}
				for (key, gateway) in known.keys() {
					let period = u64::from_be_bytes(*key);
					let is_kept = Roots::<Test>::contains_key(key, gateway);
					assert!(is_kept || period < Metering::oldest_unsettled(), "after {step:?}");
				}
			}
			for (gateway, record) in pallet_gateways::Gateways::<Test>::iter().collect::<Vec<_>>() {
				let _ = Gateways::retire(RuntimeOrigin::signed(record.account), gateway);
			}
			let last = Metering::first_open();
			while Metering::oldest_unsettled() < last {
				next_block_at(Timestamp::get() + BLOCK);
			}
			for gateway in 0..NextGateway::<Test>::get() {
				if pallet_gateways::Gateways::<Test>::contains_key(gateway) {
					assert_ok!(Gateways::release(RuntimeOrigin::signed(STRANGER), gateway));
				}
			}
			<Gateways as Hooks<_>>::on_idle(System::block_number(), Weight::MAX);
			assert_eq!(Roots::<Test>::iter().count(), 0);
			for who in ACCOUNTS {
				assert_eq!((deposit_of(who), free(who)), (0, FUNDS));
			}
			ensure_invariants();
		});
	}
}
