use super::*;

#[test]
fn a_retired_device_stops_counting_in_the_first_open_period() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		events();
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		let from = first_open();
		assert_eq!(events(), [Event::DeviceRetired { device, from }]);
		assert_ok!(Devices::committing(device, from - 1));
		assert_eq!(Devices::committing(device, from), Err(CommitmentRefusal::DeviceRetired));
		assert_eq!(Devices::members(&group(ALICE, Direction::Export), from), Some(0));
		assert_eq!(deposit_of(ALICE), DEPOSIT);
	});
}

#[test]
fn its_metering_point_is_free_at_once() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		let mut second = facts(2);
		second.metering_point = facts(1).metering_point;
		assert_ok!(Devices::register(RuntimeOrigin::signed(BOB), second.clone()));
		assert_ok!(Devices::attest(RuntimeOrigin::signed(REGISTRAR), 1, BOB, second, EVIDENCE));
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_retirement_by_anyone_but_the_operator() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(
				Devices::retire(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)),
				Error::<Test>::NotOperator
			);
			assert_noop!(Devices::retire(RuntimeOrigin::root(), device, key_of(device)), BadOrigin);
		});
	}

	#[test]
	fn a_second_retirement() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			assert_noop!(
				Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)),
				Error::<Test>::Retired
			);
			assert_noop!(
				Devices::retire(RuntimeOrigin::signed(ALICE), 9, key_of(9)),
				Error::<Test>::UnknownDevice
			);
		});
	}
}
