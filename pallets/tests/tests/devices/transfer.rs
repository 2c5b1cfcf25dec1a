use super::*;
use pallet_devices::{DeviceCount, Devices as Records, OperatorDevices};

fn transferred(device: u32, from: AccountId, to: AccountId) {
	assert_ok!(offer(from, device, to));
	assert_ok!(accept(to, device));
}

/// The call that takes over a device as it is now.
fn as_it_is(device: u32) -> Call<Test> {
	Call::accept_transfer {
		device,
		operator: operator_of(device),
		attestation: attestation_of(device),
		facts: facts_of(device),
	}
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
		assert_ok!(offer(ALICE, device, BOB));
		assert_ok!(Devices::withdraw_transfer(
			RuntimeOrigin::signed(ALICE),
			device,
			key_of(device)
		));
		assert_eq!(
			events(),
			[Event::TransferOffered { device, to: BOB }, Event::TransferWithdrawn { device }]
		);
		assert_noop!(accept(BOB, device), Error::<Test>::NotOffered);
	});
}

#[test]
fn a_device_that_nobody_attested_is_taken_over_as_such() {
	run(|| {
		let device = registered(ALICE, 1);
		transferred(device, ALICE, BOB);
		assert_eq!((operator_of(device), attestation_of(device)), (BOB, None));
	});
}

#[test]
fn a_suspended_device_can_be_taken_over_and_stays_suspended() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(offer(ALICE, device, BOB));
		let call = as_it_is(device);
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		assert_ok!(dispatch(BOB, call));
		assert_eq!(Devices::device(device).unwrap().state, DeviceState::Suspended);
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
			assert_noop!(offer(BOB, device, BOB), Error::<Test>::NotOperator);
			assert_noop!(
				Devices::withdraw_transfer(RuntimeOrigin::signed(BOB), device, key_of(device)),
				Error::<Test>::NotOperator
			);
			assert_noop!(
				Devices::offer_transfer(RuntimeOrigin::root(), device, key_of(device), BOB),
				BadOrigin
			);
			assert_noop!(
				Devices::withdraw_transfer(RuntimeOrigin::root(), device, key_of(device)),
				BadOrigin
			);
			assert_noop!(
				Devices::accept_transfer(
					RuntimeOrigin::root(),
					device,
					ALICE,
					attestation_of(device),
					facts(1)
				),
				BadOrigin
			);
		});
	}

	#[test]
	fn an_offer_to_oneself() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(offer(ALICE, device, ALICE), Error::<Test>::AlreadyOperator);
		});
	}

	#[test]
	fn taking_a_device_that_is_offered_to_somebody_else_or_nobody() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(
				Devices::withdraw_transfer(RuntimeOrigin::signed(ALICE), device, key_of(device)),
				Error::<Test>::NotOffered
			);
			assert_noop!(accept(BOB, device), Error::<Test>::NotOffered);
			assert_ok!(offer(ALICE, device, STRANGER));
			assert_noop!(accept(BOB, device), Error::<Test>::NotOffered);
			// Whether it is as the call says is asked last.
			let bob = RuntimeOrigin::signed(BOB);
			assert_noop!(
				Devices::accept_transfer(bob, device, STRANGER, None, facts(9)),
				Error::<Test>::NotOffered
			);
		});
	}

	/// Alice's attested meter 1, offered to Bob.
	fn offered() -> u32 {
		let device = attested(ALICE, 1);
		assert_ok!(offer(ALICE, device, BOB));
		device
	}

	#[test]
	fn taking_a_device_that_was_changed_in_front_of_the_call() {
		let changes: [fn(u32); 6] = [
			|device| {
				assert_ok!(rotate(ALICE, device, [2; 32]));
			},
			|device| {
				let alice = RuntimeOrigin::signed(ALICE);
				assert_ok!(Devices::change_zone(alice, device, key_of(device), ZONE + 1));
			},
			|device| {
				let registrar = RuntimeOrigin::signed(REGISTRAR);
				assert_ok!(Devices::revoke(registrar, device, key_of(device)));
			},
			|device| {
				// The buyer may not trust whoever attests it next.
				assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
				let rival = RuntimeOrigin::signed(RIVAL);
				assert_ok!(Devices::revoke(rival.clone(), device, key_of(device)));
				assert_ok!(Devices::attest(rival, device, ALICE, facts(1), EVIDENCE));
			},
			|device| {
				// The buyer may have sold on better evidence.
				let by = RuntimeOrigin::signed(REGISTRAR);
				assert_ok!(Devices::revoke(by.clone(), device, key_of(device)));
				assert_ok!(Devices::attest(by, device, ALICE, facts(1), Evidence::File));
			},
			|device| {
				transferred(device, ALICE, STRANGER);
				assert_ok!(offer(STRANGER, device, BOB));
			},
		];
		for change in changes {
			run(|| {
				let device = offered();
				let call = as_it_is(device);
				change(device);
				let operator = operator_of(device);
				assert_noop!(dispatch(BOB, call), Error::<Test>::FactsDiffer);
				assert_eq!((operator_of(device), deposit_of(BOB)), (operator, 0));
				// Who looks again can take it as it is now.
				assert_ok!(accept(BOB, device));
				assert_eq!((operator_of(device), deposit_of(BOB)), (BOB, DEPOSIT));
			});
		}
	}

	#[test]
	fn taking_a_device_that_is_not_as_the_call_says_in_anything() {
		run(|| {
			let device = offered();
			let take = |operator, attestation, facts| {
				Devices::accept_transfer(
					RuntimeOrigin::signed(BOB),
					device,
					operator,
					attestation,
					facts,
				)
			};
			let as_attested = Attestation { registrar: REGISTRAR, evidence: EVIDENCE };
			let attested = Some(as_attested.clone());
			for operator in [BOB, STRANGER] {
				let taken = take(operator, attested.clone(), facts(1));
				assert_noop!(taken, Error::<Test>::FactsDiffer);
			}
			let by_another = Attestation { registrar: RIVAL, ..as_attested.clone() };
			let on_more = Attestation { evidence: Evidence::Keyed, ..as_attested };
			for other in [None, Some(by_another), Some(on_more)] {
				assert_noop!(take(ALICE, other, facts(1)), Error::<Test>::FactsDiffer);
			}
			for other in other_facts() {
				let taken = take(ALICE, attested.clone(), other);
				assert_noop!(taken, Error::<Test>::FactsDiffer);
			}
			assert_ok!(take(ALICE, attested, facts(1)));
		});
	}

	#[test]
	fn the_registrar_that_attested_the_device() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(offer(ALICE, device, REGISTRAR));
			assert_noop!(accept(REGISTRAR, device), Error::<Test>::OwnDevice);
		});
	}

	#[test]
	fn a_new_operator_that_cannot_pay_the_deposit() {
		run(|| {
			let device = registered(ALICE, 1);
			assert_ok!(offer(ALICE, device, PAUPER));
			assert_noop!(dispatch(PAUPER, as_it_is(device)), TokenError::FundsUnavailable);
			assert_eq!(DeviceCount::<Test>::get(ALICE), 1);
		});
	}

	#[test]
	fn a_new_operator_or_group_without_room() {
		run(|| {
			let device = attested(ALICE, 10);
			assert_ok!(offer(ALICE, device, BOB));
			for n in 1..=4 {
				attested(BOB, n);
			}
			let take = || accept(BOB, device);
			assert_noop!(take(), Error::<Test>::GroupFull);
			let mut elsewhere = facts(5);
			elsewhere.zone += 1;
			assert_ok!(Devices::register(RuntimeOrigin::signed(BOB), elsewhere));
			assert_ok!(Devices::suspend(RuntimeOrigin::signed(BOB), 1, key_of(1)));
			assert_noop!(take(), Error::<Test>::TooManyDevices);
		});
	}

	#[test]
	fn a_retired_device() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(offer(ALICE, device, BOB));
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			assert_noop!(accept(BOB, device), Error::<Test>::Retired);
			assert_noop!(offer(ALICE, 9, BOB), Error::<Test>::UnknownDevice);
		});
	}
}
