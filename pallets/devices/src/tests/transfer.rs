use super::*;
use crate::{DeviceCount, Devices as Records, OperatorDevices};

fn transferred(device: u32, from: AccountId, to: AccountId) {
	assert_ok!(Devices::offer_transfer(RuntimeOrigin::signed(from), device, to));
	assert_ok!(Devices::accept_transfer(RuntimeOrigin::signed(to), device));
}

#[test]
fn a_device_changes_hands_in_the_first_open_period() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		events();
		transferred(device, ALICE, BOB);
		let from = first_open();
		assert_eq!(
			events(),
			[
				Event::TransferOffered { device, to: BOB },
				Event::DeviceTransferred { device, to: BOB, from },
			]
		);
		assert_eq!(Devices::committing(device, from - 1).unwrap().operator, ALICE);
		assert_eq!(Devices::committing(device, from).unwrap().operator, BOB);
		for direction in [Direction::Import, Direction::Export] {
			assert_eq!(Devices::members(&group(ALICE, direction), from - 1), Some(1));
			assert_eq!(Devices::members(&group(ALICE, direction), from), Some(0));
			assert_eq!(Devices::members(&group(BOB, direction), from), Some(1));
		}
		assert_eq!((DeviceCount::<Test>::get(ALICE), DeviceCount::<Test>::get(BOB)), (0, 1));
		assert!(OperatorDevices::<Test>::contains_key(BOB, device.to_be_bytes()));
		assert_eq!(Records::<Test>::get(device).unwrap().offered_to, None);
	});
}

#[test]
fn the_old_deposit_stays_until_the_old_operators_periods_are_final() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		transferred(device, ALICE, BOB);
		let from = first_open();
		assert_eq!((deposit_of(ALICE), deposit_of(BOB)), (DEPOSIT, DEPOSIT));
		assert_noop!(
			Devices::release_deposit(RuntimeOrigin::signed(ALICE), device),
			Error::<Test>::DepositLocked
		);
		run_until_settled_to(from);
		events();
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device));
		assert_eq!((deposit_of(ALICE), deposit_of(BOB)), (0, DEPOSIT));
		assert_eq!(events(), [Event::DepositReleased { device, operator: ALICE, amount: DEPOSIT }]);
		// Nobody is left in the old operator's groups.
		assert_eq!(Devices::members(&group(ALICE, Direction::Export), from), None);
		assert_noop!(
			Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device),
			Error::<Test>::DepositLocked
		);
	});
}

#[test]
fn an_offer_can_be_withdrawn() {
	run(|| {
		let device = attested(ALICE, 1);
		events();
		assert_ok!(Devices::offer_transfer(RuntimeOrigin::signed(ALICE), device, BOB));
		assert_ok!(Devices::withdraw_transfer(RuntimeOrigin::signed(ALICE), device));
		assert_eq!(
			events(),
			[Event::TransferOffered { device, to: BOB }, Event::TransferWithdrawn { device }]
		);
		assert_noop!(
			Devices::accept_transfer(RuntimeOrigin::signed(BOB), device),
			Error::<Test>::NotOffered
		);
	});
}

#[test]
fn a_device_handed_on_within_one_period_leaves_no_trace_of_the_middleman() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		transferred(device, ALICE, BOB);
		transferred(device, BOB, STRANGER);
		assert_eq!(Devices::committing(device, first_open()).unwrap().operator, STRANGER);
		assert_eq!(Devices::members(&group(BOB, Direction::Export), first_open()), Some(0));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(ALICE), device));
		assert_eq!((deposit_of(ALICE), deposit_of(BOB)), (0, 0));
		assert_eq!(deposit_of(STRANGER), DEPOSIT);
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_offer_by_anyone_but_the_operator() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(
				Devices::offer_transfer(RuntimeOrigin::signed(BOB), device, BOB),
				Error::<Test>::NotOperator
			);
			assert_noop!(
				Devices::withdraw_transfer(RuntimeOrigin::signed(BOB), device),
				Error::<Test>::NotOperator
			);
			assert_noop!(Devices::offer_transfer(RuntimeOrigin::root(), device, BOB), BadOrigin);
			assert_noop!(Devices::withdraw_transfer(RuntimeOrigin::root(), device), BadOrigin);
			assert_noop!(Devices::accept_transfer(RuntimeOrigin::root(), device), BadOrigin);
		});
	}

	#[test]
	fn an_offer_to_oneself() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(
				Devices::offer_transfer(RuntimeOrigin::signed(ALICE), device, ALICE),
				Error::<Test>::AlreadyOperator
			);
		});
	}

	#[test]
	fn taking_a_device_that_is_offered_to_somebody_else_or_nobody() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(
				Devices::withdraw_transfer(RuntimeOrigin::signed(ALICE), device),
				Error::<Test>::NotOffered
			);
			assert_noop!(
				Devices::accept_transfer(RuntimeOrigin::signed(BOB), device),
				Error::<Test>::NotOffered
			);
			assert_ok!(Devices::offer_transfer(RuntimeOrigin::signed(ALICE), device, STRANGER));
			assert_noop!(
				Devices::accept_transfer(RuntimeOrigin::signed(BOB), device),
				Error::<Test>::NotOffered
			);
		});
	}

	#[test]
	fn the_registrar_that_attested_the_device() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::offer_transfer(RuntimeOrigin::signed(ALICE), device, REGISTRAR));
			assert_noop!(
				Devices::accept_transfer(RuntimeOrigin::signed(REGISTRAR), device),
				Error::<Test>::OwnDevice
			);
		});
	}

	#[test]
	fn a_new_operator_that_cannot_pay_the_deposit() {
		run(|| {
			let device = registered(ALICE, 1);
			assert_ok!(Devices::offer_transfer(RuntimeOrigin::signed(ALICE), device, PAUPER));
			let call = RuntimeCall::Devices(crate::Call::accept_transfer { device });
			assert_err_ignore_postinfo!(
				frame::traits::Dispatchable::dispatch(call, RuntimeOrigin::signed(PAUPER)),
				TokenError::FundsUnavailable
			);
			assert_eq!(DeviceCount::<Test>::get(ALICE), 1);
		});
	}

	#[test]
	fn a_new_operator_or_group_without_room() {
		run(|| {
			let device = attested(ALICE, 10);
			assert_ok!(Devices::offer_transfer(RuntimeOrigin::signed(ALICE), device, BOB));
			for n in 1..=4 {
				attested(BOB, n);
			}
			let take = || Devices::accept_transfer(RuntimeOrigin::signed(BOB), device);
			assert_noop!(take(), Error::<Test>::GroupFull);
			let mut elsewhere = facts(5);
			elsewhere.zone += 1;
			assert_ok!(Devices::register(RuntimeOrigin::signed(BOB), elsewhere));
			assert_ok!(Devices::suspend(RuntimeOrigin::signed(BOB), 1));
			assert_noop!(take(), Error::<Test>::TooManyDevices);
		});
	}

	#[test]
	fn a_retired_device() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::offer_transfer(RuntimeOrigin::signed(ALICE), device, BOB));
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device));
			assert_noop!(
				Devices::accept_transfer(RuntimeOrigin::signed(BOB), device),
				Error::<Test>::Retired
			);
			assert_noop!(
				Devices::offer_transfer(RuntimeOrigin::signed(ALICE), 9, BOB),
				Error::<Test>::UnknownDevice
			);
		});
	}
}
