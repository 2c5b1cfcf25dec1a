use super::*;
use pallet_devices::{DeviceCount, Devices as Records, Groups, Keys, OperatorDevices};

#[test]
fn a_retired_device_goes_with_its_deposit_and_leaves_its_key() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		run_until_settled_to(first_open());
		events();
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device));
		assert_eq!(deposit_of(ALICE), 0);
		assert_eq!(events(), [Event::DepositReleased { device, operator: ALICE, amount: DEPOSIT }]);
		assert!(!Records::<Test>::contains_key(device));
		assert_eq!(Groups::<Test>::iter().count(), 0);
		assert_eq!(DeviceCount::<Test>::iter().count(), 0);
		assert_eq!(OperatorDevices::<Test>::iter().count(), 0);
		assert_eq!(Keys::<Test>::get([1; 32]), Some(device));
		assert_eq!(registered(ALICE, 2), device + 1);
	});
}

#[test]
fn a_transferred_and_retired_device_gives_back_both_deposits() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(offer(ALICE, device, BOB));
		assert_ok!(accept(BOB, device));
		assert_ok!(Devices::retire(RuntimeOrigin::signed(BOB), device, key_of(device)));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(BOB), device));
		assert_eq!((deposit_of(ALICE), deposit_of(BOB)), (0, 0));
		assert!(!Records::<Test>::contains_key(device));
	});
}

#[test]
fn a_device_that_came_back_to_its_operator_is_counted_once() {
	run(|| {
		let device = attested(ALICE, 1);
		attested(ALICE, 2);
		for (from, to) in [(ALICE, BOB), (BOB, ALICE)] {
			assert_ok!(offer(from, device, to));
			assert_ok!(accept(to, device));
		}
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(BOB), device));
		assert_eq!((deposit_of(ALICE), deposit_of(BOB)), (DEPOSIT, 0));
		assert_eq!(DeviceCount::<Test>::get(ALICE), 1);
	});
}

#[test]
fn a_group_with_other_devices_stays() {
	run(|| {
		let device = attested(ALICE, 1);
		attested(ALICE, 2);
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(ALICE), device));
		assert_eq!(Devices::members(&group(ALICE, Direction::Export), first_open()), Some(1));
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_device_in_use() {
		run(|| {
			let device = attested(ALICE, 1);
			run_until_settled_to(first_open() + 5);
			assert_noop!(
				Devices::release_deposit(RuntimeOrigin::signed(ALICE), device),
				Error::<Test>::DepositLocked
			);
		});
	}

	#[test]
	fn a_retired_device_whose_last_period_is_not_final() {
		run(|| {
			let device = attested(ALICE, 1);
			next_period();
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			run_to(SCHEDULE.deadline(first_open() - 1) - 1);
			assert_noop!(
				Devices::release_deposit(RuntimeOrigin::signed(ALICE), device),
				Error::<Test>::DepositLocked
			);
		});
	}

	#[test]
	fn an_unknown_device_or_unsigned_call() {
		run(|| {
			assert_noop!(
				Devices::release_deposit(RuntimeOrigin::signed(ALICE), 9),
				Error::<Test>::UnknownDevice
			);
			assert_noop!(Devices::release_deposit(RuntimeOrigin::none(), 9), BadOrigin);
		});
	}
}
