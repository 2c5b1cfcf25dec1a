use super::*;

#[test]
fn a_suspended_device_does_not_count_until_it_is_resumed() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		events();
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		let from = first_open();
		assert_ok!(Devices::committing(device, from - 1));
		assert_eq!(Devices::committing(device, from), Err(CommitmentRefusal::DeviceSuspended));
		assert_eq!(Devices::capacity(&group(ALICE, Direction::Export), from).0, 0);

		next_period();
		assert_ok!(Devices::resume(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		let until = first_open();
		assert_eq!(
			events(),
			[
				Event::DeviceSuspended { device, by: Suspender::Operator, from },
				Event::DeviceResumed { device, from: until },
			]
		);
		assert_eq!(Devices::committing(device, until - 1), Err(CommitmentRefusal::DeviceSuspended));
		assert_ok!(Devices::committing(device, until));
		assert_eq!(Devices::members(&group(ALICE, Direction::Export), until), Some(1));
	});
}

#[test]
fn a_suspended_device_keeps_its_metering_point() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		let mut second = facts(2);
		second.metering_point = facts(1).metering_point;
		assert_ok!(Devices::register(RuntimeOrigin::signed(BOB), second.clone()));
		assert_noop!(
			Devices::attest(RuntimeOrigin::signed(REGISTRAR), 1, BOB, second, EVIDENCE),
			Error::<Test>::MeteringPointTaken
		);
	});
}

#[test]
fn a_registrars_suspension_stands_above_the_operators() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		assert_noop!(
			Devices::resume(RuntimeOrigin::signed(ALICE), device, key_of(device)),
			Error::<Test>::SuspendedByOther
		);
		assert_ok!(Devices::resume(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		assert_ok!(Devices::committing(device, first_open()));
	});
}

#[test]
fn a_new_attestation_does_not_lift_a_suspension() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		assert_ok!(rotate(ALICE, device, [50; 32]));
		let mut renewed = facts(1);
		renewed.key = [50; 32];
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			renewed,
			EVIDENCE
		));
		assert_eq!(
			Devices::committing(device, first_open()),
			Err(CommitmentRefusal::DeviceSuspended)
		);
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_suspension_by_a_stranger() {
		run(|| {
			let device = attested(ALICE, 1);
			for who in [BOB, RIVAL] {
				assert_noop!(
					Devices::suspend(RuntimeOrigin::signed(who), device, key_of(device)),
					Error::<Test>::NotEntitled
				);
				assert_noop!(
					Devices::resume(RuntimeOrigin::signed(who), device, key_of(device)),
					Error::<Test>::NotEntitled
				);
			}
			assert_noop!(
				Devices::suspend(RuntimeOrigin::none(), device, key_of(device)),
				BadOrigin
			);
			assert_noop!(Devices::resume(RuntimeOrigin::none(), device, key_of(device)), BadOrigin);
		});
	}

	#[test]
	fn a_suspension_of_a_device_that_is_not_attested() {
		run(|| {
			let device = registered(ALICE, 1);
			assert_noop!(
				Devices::suspend(RuntimeOrigin::signed(ALICE), device, key_of(device)),
				Error::<Test>::NotAttested
			);
		});
	}

	#[test]
	fn a_second_suspension_by_the_same_party() {
		run(|| {
			let device = attested(ALICE, 1);
			for who in [ALICE, REGISTRAR] {
				assert_ok!(Devices::suspend(RuntimeOrigin::signed(who), device, key_of(device)));
				assert_noop!(
					Devices::suspend(RuntimeOrigin::signed(who), device, key_of(device)),
					Error::<Test>::AlreadySuspended
				);
			}
			assert_noop!(
				Devices::suspend(RuntimeOrigin::signed(ALICE), device, key_of(device)),
				Error::<Test>::AlreadySuspended
			);
		});
	}

	#[test]
	fn resuming_a_device_that_is_not_suspended() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(
				Devices::resume(RuntimeOrigin::signed(ALICE), device, key_of(device)),
				Error::<Test>::NotSuspended
			);
		});
	}

	#[test]
	fn a_registrar_resuming_what_the_operator_suspended() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::suspend(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			assert_noop!(
				Devices::resume(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)),
				Error::<Test>::SuspendedByOther
			);
		});
	}

	#[test]
	fn an_operator_lifting_a_suspension_because_it_is_a_registrar_too() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
			assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, ALICE));
			assert_noop!(
				Devices::resume(RuntimeOrigin::signed(ALICE), device, key_of(device)),
				Error::<Test>::SuspendedByOther
			);
		});
	}

	#[test]
	fn resuming_into_a_group_without_room() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::suspend(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			for n in 2..=5 {
				attested(ALICE, n);
			}
			assert_noop!(
				Devices::resume(RuntimeOrigin::signed(ALICE), device, key_of(device)),
				Error::<Test>::GroupFull
			);
		});
	}

	#[test]
	fn a_retired_or_unknown_device() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			for call in [Devices::suspend, Devices::resume] {
				assert_noop!(
					call(RuntimeOrigin::signed(ALICE), device, key_of(device)),
					Error::<Test>::Retired
				);
				assert_noop!(
					call(RuntimeOrigin::signed(ALICE), 9, key_of(9)),
					Error::<Test>::UnknownDevice
				);
			}
		});
	}
}
