use super::*;
use pallet_devices::{DeviceCount, Devices as Records, Keys, NextDeviceId, OperatorDevices};

#[test]
fn a_device_is_registered_against_a_deposit() {
	run(|| {
		assert_ok!(Devices::register(RuntimeOrigin::signed(ALICE), facts(1)));
		assert_eq!(deposit_of(ALICE), DEPOSIT);
		assert_eq!(Balances::free_balance(FEES), FEE);
		assert_eq!(Balances::free_balance(ALICE), FUNDS - DEPOSIT - FEE);
		assert_eq!(
			events(),
			[Event::DeviceRegistered { device: 0, operator: ALICE, zone: ZONE, key: [1; 32] }]
		);
		let record = Records::<Test>::get(0).unwrap();
		assert_eq!(record.deposit, DEPOSIT);
		assert_eq!(record.rows.latest().unwrap().state(), DeviceState::Registered);
		assert_eq!(record.rows.latest_from(), Some(first_open()));
		assert_eq!(Keys::<Test>::get([1; 32]), None);
		assert_eq!(DeviceCount::<Test>::get(ALICE), 1);
		assert!(OperatorDevices::<Test>::contains_key(ALICE, 0u32.to_be_bytes()));
		assert_eq!(NextDeviceId::<Test>::get(), 1);
	});
}

#[test]
fn a_registered_device_does_not_count_yet() {
	run(|| {
		let device = registered(ALICE, 1);
		assert_eq!(
			Devices::committing(device, first_open()),
			Err(CommitmentRefusal::DeviceNotAttested)
		);
		assert_eq!(Devices::capacity(&group(ALICE, Direction::Export), first_open()).0, 0);
	});
}

#[test]
fn the_same_metering_point_may_be_registered_twice_until_one_is_attested() {
	run(|| {
		registered(ALICE, 1);
		let mut second = facts(2);
		second.metering_point = facts(1).metering_point;
		assert_ok!(Devices::register(RuntimeOrigin::signed(BOB), second));
	});
}

#[test]
fn registering_a_meter_seen_in_the_pool_does_not_lock_its_operator_out() {
	run(|| {
		let squatter = registered(BOB, 1);
		let device = registered(ALICE, 1);
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			facts(1),
			EVIDENCE
		));
		assert_eq!(Keys::<Test>::get([1; 32]), Some(device));
		assert_noop!(
			Devices::attest(RuntimeOrigin::signed(REGISTRAR), squatter, BOB, facts(1), EVIDENCE),
			Error::<Test>::KeyTaken
		);
	});
}

#[test]
fn a_key_that_was_never_attested_is_free_when_its_device_is_gone() {
	run(|| {
		let device = registered(ALICE, 1);
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(ALICE), device));
		assert_eq!(Keys::<Test>::iter().count(), 0);
		attested(BOB, 1);
	});
}

#[test]
fn a_batch_registers_every_device() {
	run(|| {
		let batch = vec![facts(1), facts(2), facts(3)].try_into().unwrap();
		assert_ok!(Devices::register_batch(RuntimeOrigin::signed(ALICE), batch));
		assert_eq!(deposit_of(ALICE), 3 * DEPOSIT);
		assert_eq!(events().len(), 3);
		assert_eq!(DeviceCount::<Test>::get(ALICE), 3);
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_registration() {
		run(|| {
			assert_noop!(Devices::register(RuntimeOrigin::none(), facts(1)), BadOrigin);
			assert_noop!(
				Devices::register_batch(RuntimeOrigin::root(), vec![facts(1)].try_into().unwrap()),
				BadOrigin
			);
		});
	}

	#[test]
	fn a_key_that_was_ever_attested() {
		run(|| {
			let device = attested(ALICE, 1);
			let mut again = facts(2);
			again.key = [1; 32];
			for who in [ALICE, BOB] {
				assert_noop!(
					Devices::register(RuntimeOrigin::signed(who), again.clone()),
					Error::<Test>::KeyTaken
				);
			}
			assert_ok!(Devices::revoke(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
			assert_noop!(
				Devices::register(RuntimeOrigin::signed(BOB), again.clone()),
				Error::<Test>::KeyTaken
			);
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			run_until_settled_to(first_open());
			assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(BOB), device));
			assert_noop!(
				Devices::register(RuntimeOrigin::signed(ALICE), again),
				Error::<Test>::KeyTaken
			);
		});
	}

	#[test]
	fn a_metering_point_without_an_id() {
		run(|| {
			let mut empty = facts(1);
			empty.metering_point = BoundedVec::new();
			assert_noop!(
				Devices::register(RuntimeOrigin::signed(ALICE), empty),
				Error::<Test>::MeteringPointInvalid
			);
		});
	}

	#[test]
	fn a_metering_point_that_is_not_utf8() {
		run(|| {
			let mut binary = facts(1);
			binary.metering_point = vec![0xff, 0xfe].try_into().unwrap();
			assert_noop!(
				Devices::register(RuntimeOrigin::signed(ALICE), binary),
				Error::<Test>::MeteringPointInvalid
			);
		});
	}

	#[test]
	fn a_nameplate_of_zero() {
		run(|| {
			let mut idle = facts(1);
			idle.nameplate = 0;
			assert_noop!(
				Devices::register(RuntimeOrigin::signed(ALICE), idle),
				Error::<Test>::NameplateZero
			);
		});
	}

	#[test]
	fn one_device_too_many() {
		run(|| {
			for n in 1..=5 {
				registered(ALICE, n);
			}
			assert_noop!(
				Devices::register(RuntimeOrigin::signed(ALICE), facts(6)),
				Error::<Test>::TooManyDevices
			);
		});
	}

	#[test]
	fn an_operator_that_cannot_pay_the_deposit() {
		run(|| {
			assert_noop!(
				Devices::register(RuntimeOrigin::signed(PAUPER), facts(1)),
				TokenError::FundsUnavailable
			);
		});
	}

	#[test]
	fn a_device_when_no_id_is_left() {
		run(|| {
			NextDeviceId::<Test>::put(u32::MAX);
			assert_noop!(
				Devices::register(RuntimeOrigin::signed(ALICE), facts(1)),
				Error::<Test>::DeviceIdsExhausted
			);
		});
	}

	#[test]
	fn an_empty_batch() {
		run(|| {
			assert_noop!(
				Devices::register_batch(RuntimeOrigin::signed(ALICE), BoundedVec::new()),
				Error::<Test>::BatchEmpty
			);
		});
	}

	#[test]
	fn a_whole_batch_for_one_bad_item() {
		run(|| {
			attested(BOB, 3);
			let batch = vec![facts(1), facts(2), facts(3)].try_into().unwrap();
			let call = RuntimeCall::Devices(Call::register_batch { batch });
			assert_err_ignore_postinfo!(
				frame::traits::Dispatchable::dispatch(call, RuntimeOrigin::signed(ALICE)),
				Error::<Test>::KeyTaken
			);
			assert_eq!(deposit_of(ALICE), 0);
			assert_eq!(NextDeviceId::<Test>::get(), 1);
		});
	}
}
