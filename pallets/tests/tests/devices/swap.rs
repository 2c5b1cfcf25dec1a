use super::*;
use pallet_devices::{Keys, MeteringPoints};

/// Alice's attested meter 1, and meter 2 registered for the same metering point.
fn old_and_new() -> (u32, u32, DeviceFactsOf<Test>) {
	let old = attested(ALICE, 1);
	let mut renewed = facts(2);
	renewed.metering_point = facts(1).metering_point;
	assert_ok!(Devices::register(RuntimeOrigin::signed(ALICE), renewed.clone()));
	(old, old + 1, renewed)
}

#[test]
fn the_new_device_follows_the_old_one_without_a_gap() {
	run(|| {
		let (old, new, renewed) = old_and_new();
		next_period();
		events();
		assert_ok!(Devices::swap(
			RuntimeOrigin::signed(REGISTRAR),
			old,
			key_of(old),
			new,
			ALICE,
			renewed,
			EVIDENCE
		));
		let from = first_open();
		let (registrar, evidence) = (REGISTRAR, EVIDENCE);
		assert_eq!(events(), [Event::DeviceSwapped { old, new, registrar, evidence, from }]);
		assert_ok!(Devices::committing(old, from - 1));
		assert!(Devices::committing(new, from - 1).is_err());
		assert_eq!(Devices::committing(old, from), Err(CommitmentRefusal::DeviceRetired));
		assert_ok!(Devices::committing(new, from));
		assert_eq!(Devices::members(&group(ALICE, Direction::Export), from), Some(1));
		assert_eq!(
			MeteringPoints::<Test>::get(facts(1).metering_point, Resource::Electricity),
			Some(new)
		);
		assert_eq!(Keys::<Test>::get([2; 32]), Some(new));
	});
}

mod reject {
	use super::*;

	fn call(old: u32, new: u32, operator: AccountId, facts: DeviceFactsOf<Test>) -> Call<Test> {
		Call::swap { old, old_key: key_of(old), new, operator, facts, evidence: EVIDENCE }
	}

	fn swap(who: AccountId, old: u32, new: u32, facts: DeviceFactsOf<Test>) -> DispatchResult {
		// As a call, so that a failure undoes its first half.
		dispatch(who, call(old, new, ALICE, facts))
	}

	#[test]
	fn a_swap_by_anyone_but_a_registrar() {
		run(|| {
			let (old, new, renewed) = old_and_new();
			assert_noop!(swap(ALICE, old, new, renewed.clone()), Error::<Test>::NotRegistrar);
			assert_noop!(
				Devices::swap(
					RuntimeOrigin::root(),
					old,
					key_of(old),
					new,
					ALICE,
					renewed,
					EVIDENCE
				),
				BadOrigin
			);
		});
	}

	#[test]
	fn devices_of_different_operators_or_places() {
		run(|| {
			let (old, new, renewed) = old_and_new();
			let elsewhere = registered(ALICE, 3);
			let mut foreign = facts(4);
			foreign.metering_point = facts(1).metering_point;
			assert_ok!(Devices::register(RuntimeOrigin::signed(BOB), foreign.clone()));
			for (new, facts) in [(elsewhere, facts(3)), (elsewhere + 1, foreign), (old, facts(1))] {
				assert_noop!(swap(REGISTRAR, old, new, facts), Error::<Test>::MeteringPointsDiffer);
			}
			assert_ok!(swap(REGISTRAR, old, new, renewed));
		});
	}

	#[test]
	fn an_old_device_that_is_not_attested() {
		run(|| {
			let (old, new, renewed) = old_and_new();
			assert_ok!(Devices::revoke(RuntimeOrigin::signed(REGISTRAR), old, key_of(old)));
			assert_noop!(swap(REGISTRAR, old, new, renewed.clone()), Error::<Test>::NotAttested);
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), old, key_of(old)));
			assert_noop!(swap(REGISTRAR, old, new, renewed), Error::<Test>::Retired);
		});
	}

	#[test]
	fn facts_that_differ_from_the_new_device() {
		run(|| {
			let (old, new, mut renewed) = old_and_new();
			assert_noop!(
				dispatch(REGISTRAR, call(old, new, BOB, renewed.clone())),
				Error::<Test>::FactsDiffer
			);
			renewed.nameplate += 1;
			assert_noop!(swap(REGISTRAR, old, new, renewed), Error::<Test>::FactsDiffer);
			assert_ok!(Devices::committing(old, first_open()));
		});
	}

	#[test]
	fn a_new_device_with_the_key_of_another() {
		run(|| {
			let (old, new, renewed) = old_and_new();
			attested(BOB, 2);
			assert_noop!(swap(REGISTRAR, old, new, renewed), Error::<Test>::KeyTaken);
			assert_ok!(Devices::committing(old, first_open()));
		});
	}

	#[test]
	fn an_old_device_with_another_key_than_the_call_names() {
		run(|| {
			let (old, new, renewed) = old_and_new();
			let named = |old_key| {
				let (operator, facts, evidence) = (ALICE, renewed.clone(), EVIDENCE);
				Call::swap { old, old_key, new, operator, facts, evidence }
			};
			// The new device's key is not the old one's, nor is one that nobody has.
			for other in [key_of(new), [9; 32]] {
				assert_noop!(dispatch(REGISTRAR, named(other)), Error::<Test>::KeyDiffers);
			}
			assert_ok!(dispatch(REGISTRAR, named(key_of(old))));
		});
	}

	#[test]
	fn a_swap_in_front_of_which_the_old_devices_key_was_rotated() {
		run(|| {
			let (old, new, renewed) = old_and_new();
			let call = call(old, new, ALICE, renewed);
			assert_ok!(rotate(ALICE, old, [3; 32]));
			let rotated = DeviceFacts { key: [3; 32], ..facts(1) };
			assert_ok!(Devices::attest(
				RuntimeOrigin::signed(REGISTRAR),
				old,
				ALICE,
				rotated,
				EVIDENCE
			));
			assert_noop!(dispatch(REGISTRAR, call), Error::<Test>::KeyDiffers);
			assert_ok!(Devices::committing(old, first_open()));
		});
	}

	#[test]
	fn an_unknown_device() {
		run(|| {
			let (old, _, renewed) = old_and_new();
			assert_noop!(swap(REGISTRAR, old, 9, renewed.clone()), Error::<Test>::UnknownDevice);
			assert_noop!(swap(REGISTRAR, 9, old, renewed), Error::<Test>::UnknownDevice);
		});
	}
}
