use super::*;
use pallet_devices::Keys;

#[test]
fn the_old_key_signs_until_the_first_open_period_and_the_new_one_once_attested() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		events();
		assert_ok!(rotate(ALICE, device, [2; 32]));
		let from = first_open();
		assert_eq!(events(), [Event::KeyRotated { device, key: [2; 32], from }]);
		assert_eq!(Devices::committing(device, from - 1).unwrap().key, [1; 32]);
		assert_eq!(Devices::committing(device, from), Err(CommitmentRefusal::DeviceNotAttested));
		assert_eq!(Devices::members(&group(ALICE, Direction::Export), from), Some(0));
		assert_eq!(Keys::<Test>::get([2; 32]), None);

		let mut renewed = facts(1);
		renewed.key = [2; 32];
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			renewed,
			EVIDENCE
		));
		assert_eq!(Devices::committing(device, from).unwrap().key, [2; 32]);
		assert_eq!(Devices::committing(device, from - 1).unwrap().key, [1; 32]);
		assert_eq!(Keys::<Test>::get([1; 32]), Some(device));
		assert_eq!(Keys::<Test>::get([2; 32]), Some(device));
	});
}

#[test]
fn a_key_that_others_only_registered_can_be_rotated_to() {
	run(|| {
		let device = attested(ALICE, 1);
		registered(BOB, 2);
		assert_ok!(rotate(ALICE, device, [2; 32]));
		let renewed = DeviceFacts { key: [2; 32], ..facts(1) };
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			renewed,
			EVIDENCE
		));
		assert_eq!(Keys::<Test>::get([2; 32]), Some(device));
	});
}

#[test]
fn a_key_that_the_device_had_before_comes_back_once_attested_again() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		assert_ok!(rotate(ALICE, device, [2; 32]));
		next_period();
		assert_ok!(rotate(ALICE, device, [1; 32]));
		assert!(Devices::committing(device, first_open()).is_err());
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			facts(1),
			EVIDENCE
		));
		assert_eq!(Devices::committing(device, first_open()).unwrap().key, [1; 32]);
		// A key that was never attested in between is nobody's.
		assert_eq!(Keys::<Test>::get([2; 32]), None);
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_rotation_by_anyone_but_the_operator() {
		run(|| {
			let device = attested(ALICE, 1);
			for who in [BOB, REGISTRAR] {
				assert_noop!(rotate(who, device, [2; 32]), Error::<Test>::NotOperator);
			}
			assert_noop!(
				Devices::rotate_key(RuntimeOrigin::root(), device, key_of(device), [2; 32]),
				BadOrigin
			);
		});
	}

	#[test]
	fn a_key_that_another_device_was_attested_with() {
		run(|| {
			let device = attested(ALICE, 1);
			let other = attested(BOB, 2);
			assert_noop!(rotate(ALICE, device, [2; 32]), Error::<Test>::KeyTaken);
			// Not even when the other one has a new key.
			assert_ok!(rotate(BOB, other, [3; 32]));
			assert_noop!(rotate(ALICE, device, [2; 32]), Error::<Test>::KeyTaken);
		});
	}

	#[test]
	fn the_key_that_the_device_has() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(rotate(ALICE, device, [1; 32]), Error::<Test>::KeyUnchanged);
		});
	}

	#[test]
	fn an_attestation_of_a_key_that_another_device_was_attested_with_meanwhile() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(rotate(ALICE, device, [2; 32]));
			attested(BOB, 2);
			let renewed = DeviceFacts { key: [2; 32], ..facts(1) };
			assert_noop!(
				Devices::attest(RuntimeOrigin::signed(REGISTRAR), device, ALICE, renewed, EVIDENCE),
				Error::<Test>::KeyTaken
			);
		});
	}

	#[test]
	fn an_attestation_that_restates_the_old_key() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(rotate(ALICE, device, [2; 32]));
			assert_noop!(
				Devices::attest(
					RuntimeOrigin::signed(REGISTRAR),
					device,
					ALICE,
					facts(1),
					EVIDENCE
				),
				Error::<Test>::FactsDiffer
			);
		});
	}

	#[test]
	fn a_retired_or_unknown_device() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			assert_noop!(rotate(ALICE, device, [2; 32]), Error::<Test>::Retired);
			assert_noop!(rotate(ALICE, 9, [2; 32]), Error::<Test>::UnknownDevice);
		});
	}
}
