//! Whatever people do, in whatever order, the invariants hold and no deposit is lost.

use meterproof_primitives::{EnsureInvariants, Seat};
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
	Register { who: usize, n: u8, point: u8, directions: Directions },
	Attest { device: u32, who: usize, evidence: usize },
	Revoke { device: u32, who: usize },
	Suspend { device: u32, who: usize },
	Resume { device: u32, who: usize },
	Rotate { device: u32, key: u8 },
	Move { device: u32, zone: ZoneId },
	Transfer { device: u32, to: usize },
	Retire { device: u32 },
	Swap { old: u32, new: u32 },
	Bind { device: u32, gateway: u32 },
	Release { device: u32 },
	Wait { ms: u64 },
	Outage { periods: u64 },
}

const OPERATORS: [AccountId; 3] = [ALICE, BOB, STRANGER];
const REGISTRARS: [AccountId; 2] = [REGISTRAR, RIVAL];

fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let device = 0u32..8;
	let directions =
		prop_oneof![Just(Directions::Import), Just(Directions::Export), Just(Directions::Both)];
	prop_oneof![
		3 => (0usize..3, 1u8..20, 0u8..4, directions)
			.prop_map(|(who, n, point, directions)| Register { who, n, point, directions }),
		4 => (device.clone(), 0usize..2, 0..Evidence::COUNT)
			.prop_map(|(device, who, evidence)| Attest { device, who, evidence }),
		1 => (device.clone(), 0usize..2).prop_map(|(device, who)| Revoke { device, who }),
		2 => (device.clone(), 0usize..5).prop_map(|(device, who)| Suspend { device, who }),
		2 => (device.clone(), 0usize..5).prop_map(|(device, who)| Resume { device, who }),
		1 => (device.clone(), 1u8..40).prop_map(|(device, key)| Rotate { device, key }),
		2 => (device.clone(), ZONE..ZONE + 2).prop_map(|(device, zone)| Move { device, zone }),
		2 => (device.clone(), 0usize..3).prop_map(|(device, to)| Transfer { device, to }),
		1 => device.clone().prop_map(|device| Retire { device }),
		1 => (device.clone(), device.clone()).prop_map(|(old, new)| Swap { old, new }),
		2 => (device.clone(), 0u32..4).prop_map(|(device, gateway)| Bind { device, gateway }),
		1 => device.prop_map(|device| Release { device }),
		3 => (1u64..90_000).prop_map(|ms| Wait { ms }),
		1 => (1u64..6).prop_map(|periods| Outage { periods }),
	]
}

fn take(step: Step) {
	let signed = RuntimeOrigin::signed;
	let anyone = |who: usize| signed([ALICE, BOB, STRANGER, REGISTRAR, RIVAL][who]);
	let dispatch = |call: Call<Test>, origin| {
		// Most steps of a random history fail, and must leave nothing behind.
		let _ = frame::traits::Dispatchable::dispatch(RuntimeCall::Devices(call), origin);
	};
	match step {
		Step::Register { who, n, point, directions } => {
			let mut facts = facts(n);
			facts.metering_point = vec![b'a' + point].try_into().unwrap();
			facts.directions = directions;
			facts.nameplate = u32::from(n) * 10;
			dispatch(Call::register { facts }, signed(OPERATORS[who]));
		},
		Step::Attest { device, who, evidence } => {
			let (operator, facts) = (operator_of(device), facts_of(device));
			let evidence = Evidence::ALL[evidence];
			let call = Call::attest { device, operator, facts, evidence };
			dispatch(call, signed(REGISTRARS[who]));
		},
		Step::Revoke { device, who } => {
			dispatch(Call::revoke { device, key: key_of(device) }, signed(REGISTRARS[who]))
		},
		Step::Suspend { device, who } => {
			dispatch(Call::suspend { device, key: key_of(device) }, anyone(who))
		},
		Step::Resume { device, who } => {
			dispatch(Call::resume { device, key: key_of(device) }, anyone(who))
		},
		Step::Rotate { device, key } => {
			let new_key = [key; 32];
			let call = Call::rotate_key { device, key: key_of(device), new_key };
			dispatch(call, signed(operator_of(device)));
		},
		Step::Move { device, zone } => {
			let call = Call::change_zone { device, key: key_of(device), zone };
			dispatch(call, signed(operator_of(device)));
		},
		Step::Transfer { device, to } => {
			let to = OPERATORS[to];
			let offer = Call::offer_transfer { device, key: key_of(device), to };
			dispatch(offer, signed(operator_of(device)));
			let accept = Call::accept_transfer {
				device,
				operator: operator_of(device),
				attestation: attestation_of(device),
				facts: facts_of(device),
			};
			dispatch(accept, signed(to));
		},
		Step::Retire { device } => {
			dispatch(Call::retire { device, key: key_of(device) }, signed(operator_of(device)))
		},
		Step::Swap { old, new } => {
			let (old_key, operator, facts) = (key_of(old), operator_of(new), facts_of(new));
			let swap = Call::swap { old, old_key, new, operator, facts, evidence: EVIDENCE };
			dispatch(swap, signed(REGISTRAR));
		},
		Step::Bind { device, gateway } => {
			// Gateway 2 is none.
			let seat = (gateway < 3).then_some(Seat { gateway, seat: device });
			let call = Call::bind { device, key: key_of(device), seat };
			dispatch(call, signed(operator_of(device)));
		},
		Step::Release { device } => dispatch(Call::release_deposit { device }, signed(STRANGER)),
		Step::Wait { ms } => run_to(Timestamp::get() + ms),
		Step::Outage { periods } => next_block_at(Timestamp::get() + periods * SCHEDULE.length_ms),
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(96))]

	#[test]
	fn keep_the_invariants_and_end_with_every_deposit_released(
		steps in prop::collection::vec(step(), 1..80)
	) {
		new_test_ext().execute_with(|| {
			for (zone, who) in [(ZONE, RIVAL), (ZONE + 1, REGISTRAR), (ZONE + 1, RIVAL)] {
				assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), zone, who));
			}
			for _ in 0..2 {
				assert_ok!(Gateways::register(RuntimeOrigin::signed(RIVAL)));
			}
			for step in steps {
				take(step.clone());
				if let Err(error) = Devices::ensure_invariants() {
					panic!("after {step:?}: {error:?}");
				}
			}
			// Everything can be wound up.
			run_until_settled_to(first_open());
			for device in 0..pallet_devices::NextDeviceId::<Test>::get() {
				let _ = Devices::retire(RuntimeOrigin::signed(operator_of(device)), device, key_of(device));
			}
			run_until_settled_to(first_open());
			for device in 0..pallet_devices::NextDeviceId::<Test>::get() {
				if Devices::device(device).is_some() {
					assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device));
				}
			}
			assert_ok!(Devices::ensure_invariants());
			assert_eq!(pallet_devices::Devices::<Test>::iter().count(), 0);
			assert_eq!(pallet_devices::Groups::<Test>::iter().count(), 0);
			for account in OPERATORS {
				assert_eq!(deposit_of(account), 0);
			}
		});
	}
}
