use super::*;
use pallet_devices::{Groups, Keys, MeteringPoints};

#[test]
fn an_attested_device_counts_from_the_first_open_period() {
	run(|| {
		let device = registered(ALICE, 1);
		events();
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			facts(1),
			EVIDENCE
		));
		let from = first_open();
		let (registrar, evidence) = (REGISTRAR, EVIDENCE);
		assert_eq!(events(), [Event::DeviceAttested { device, registrar, evidence, from }]);
		assert_eq!(
			MeteringPoints::<Test>::get(facts(1).metering_point, Resource::Electricity),
			Some(device)
		);
		assert_eq!(Keys::<Test>::get([1; 32]), Some(device));

		assert_eq!(
			Devices::committing(device, from - 1),
			Err(CommitmentRefusal::DeviceNotAttested)
		);
		let committing = Devices::committing(device, from).unwrap();
		assert_eq!((committing.operator, committing.zone, committing.key), (ALICE, ZONE, [1; 32]));
		assert_eq!((committing.directions, committing.nameplate), (Directions::Both, NAMEPLATE));
	});
}

#[test]
fn a_group_is_the_sum_of_its_devices() {
	run(|| {
		attested(ALICE, 1);
		let from = first_open();
		next_period();
		let mut import = facts(2);
		import.directions = Directions::Import;
		import.nameplate = 7;
		assert_ok!(Devices::register(RuntimeOrigin::signed(ALICE), import.clone()));
		assert_ok!(Devices::attest(RuntimeOrigin::signed(REGISTRAR), 1, ALICE, import, EVIDENCE));
		let later = first_open();
		assert!(later > from);

		let [imports, exports] = [Direction::Import, Direction::Export].map(|d| group(ALICE, d));
		let nameplate = u64::from(NAMEPLATE);
		assert_eq!(Devices::capacity(&imports, from).0, nameplate);
		assert_eq!(Devices::capacity(&imports, later).0, nameplate + 7);
		assert_eq!(Devices::capacity(&exports, later).0, nameplate);
		assert_eq!(Devices::members(&imports, from), Some(1));
		assert_eq!(Devices::members(&imports, later), Some(2));
		assert_eq!(Devices::members(&imports, from - 1), None);
		assert_eq!(Devices::members(&group(BOB, Direction::Import), later), None);
		assert_eq!(registrars(&imports, later), Some(vec![REGISTRAR]));
		assert_eq!(registrars(&imports, from - 1), None);
	});
}

#[test]
fn the_registrars_of_a_group_are_sorted_and_named_once() {
	run(|| {
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
		let device = registered(ALICE, 1);
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(RIVAL),
			device,
			ALICE,
			facts(1),
			EVIDENCE
		));
		attested(ALICE, 2);
		attested(ALICE, 3);
		let exports = group(ALICE, Direction::Export);
		assert_eq!(registrars(&exports, first_open()), Some(vec![REGISTRAR, RIVAL]));
	});
}

#[test]
fn a_batch_attests_every_device() {
	run(|| {
		let batch: Vec<_> =
			(1..=3).map(|n| (registered(ALICE, n), ALICE, facts(n), EVIDENCE)).collect();
		assert_ok!(Devices::attest_batch(
			RuntimeOrigin::signed(REGISTRAR),
			batch.try_into().unwrap()
		));
		assert_eq!(Devices::members(&group(ALICE, Direction::Import), first_open()), Some(3));
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_attestation_by_somebody_who_is_no_registrar_of_the_zone() {
		run(|| {
			let device = registered(ALICE, 1);
			assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE + 1, RIVAL));
			for who in [ALICE, STRANGER, RIVAL] {
				assert_noop!(
					Devices::attest(RuntimeOrigin::signed(who), device, ALICE, facts(1), EVIDENCE),
					Error::<Test>::NotRegistrar
				);
			}
			assert_noop!(
				Devices::attest(RuntimeOrigin::root(), device, ALICE, facts(1), EVIDENCE),
				BadOrigin
			);
			assert_noop!(
				Devices::attest_batch(
					RuntimeOrigin::none(),
					vec![(device, ALICE, facts(1), EVIDENCE)].try_into().unwrap()
				),
				BadOrigin
			);
		});
	}

	#[test]
	fn facts_that_differ_in_anything() {
		run(|| {
			let device = registered(ALICE, 1);
			for other in other_facts() {
				assert_noop!(
					Devices::attest(
						RuntimeOrigin::signed(REGISTRAR),
						device,
						ALICE,
						other,
						EVIDENCE
					),
					Error::<Test>::FactsDiffer
				);
			}
		});
	}

	#[test]
	fn somebody_elses_registration_of_the_same_meter() {
		run(|| {
			let device = registered(BOB, 1);
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
			assert_noop!(
				Devices::attest_batch(
					RuntimeOrigin::signed(REGISTRAR),
					vec![(device, ALICE, facts(1), EVIDENCE)].try_into().unwrap()
				),
				Error::<Test>::FactsDiffer
			);
			assert_ok!(Devices::attest(
				RuntimeOrigin::signed(REGISTRAR),
				device,
				BOB,
				facts(1),
				EVIDENCE
			));
		});
	}

	#[test]
	fn a_device_that_changed_hands_meanwhile() {
		run(|| {
			let device = registered(ALICE, 1);
			assert_ok!(offer(ALICE, device, BOB));
			assert_ok!(accept(BOB, device));
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
	fn an_unknown_device() {
		run(|| {
			assert_noop!(
				Devices::attest(RuntimeOrigin::signed(REGISTRAR), 3, ALICE, facts(1), EVIDENCE),
				Error::<Test>::UnknownDevice
			);
			assert_eq!(Devices::committing(3, first_open()), Err(CommitmentRefusal::UnknownDevice));
		});
	}

	#[test]
	fn a_retired_device() {
		run(|| {
			let device = registered(ALICE, 1);
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			assert_noop!(
				Devices::attest(
					RuntimeOrigin::signed(REGISTRAR),
					device,
					ALICE,
					facts(1),
					EVIDENCE
				),
				Error::<Test>::Retired
			);
		});
	}

	#[test]
	fn the_registrars_own_device() {
		run(|| {
			let device = registered(REGISTRAR, 1);
			assert_noop!(
				Devices::attest(
					RuntimeOrigin::signed(REGISTRAR),
					device,
					REGISTRAR,
					facts(1),
					EVIDENCE
				),
				Error::<Test>::OwnDevice
			);
		});
	}

	#[test]
	fn a_second_attestation() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(
				Devices::attest(
					RuntimeOrigin::signed(REGISTRAR),
					device,
					ALICE,
					facts(1),
					EVIDENCE
				),
				Error::<Test>::AlreadyAttested
			);
		});
	}

	/// Two devices of [`ALICE`] with the key of meter 1, each at a metering point of its own.
	fn one_key_twice() -> [(u32, AccountId, DeviceFactsOf<Test>, Evidence); 2] {
		let second = DeviceFacts { key: facts(1).key, ..facts(2) };
		let device = registered(ALICE, 1);
		assert_ok!(Devices::register(RuntimeOrigin::signed(ALICE), second.clone()));
		[(device, ALICE, facts(1), EVIDENCE), (device + 1, ALICE, second, EVIDENCE)]
	}

	#[test]
	fn a_key_that_another_device_was_attested_with() {
		run(|| {
			let [one, (second, _, facts, _)] = one_key_twice();
			assert_ok!(Devices::attest(
				RuntimeOrigin::signed(REGISTRAR),
				one.0,
				one.1,
				one.2,
				EVIDENCE
			));
			let attest = || {
				let facts = facts.clone();
				Devices::attest(RuntimeOrigin::signed(REGISTRAR), second, ALICE, facts, EVIDENCE)
			};
			assert_noop!(attest(), Error::<Test>::KeyTaken);
			// Not even when the other one is gone.
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), one.0, key_of(one.0)));
			run_until_settled_to(first_open());
			assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(ALICE), one.0));
			assert_noop!(attest(), Error::<Test>::KeyTaken);
			assert_eq!(Keys::<Test>::get([1; 32]), Some(one.0));
		});
	}

	#[test]
	fn a_batch_in_which_two_devices_have_one_key() {
		run(|| {
			let batch = one_key_twice().to_vec().try_into().unwrap();
			let call = RuntimeCall::Devices(Call::attest_batch { batch });
			assert_err_ignore_postinfo!(
				frame::traits::Dispatchable::dispatch(call, RuntimeOrigin::signed(REGISTRAR)),
				Error::<Test>::KeyTaken
			);
			assert_eq!(Keys::<Test>::iter().count(), 0);
		});
	}

	#[test]
	fn a_second_device_at_a_metering_point_and_resource() {
		run(|| {
			attested(ALICE, 1);
			let mut second = facts(2);
			second.metering_point = facts(1).metering_point;
			assert_ok!(Devices::register(RuntimeOrigin::signed(BOB), second.clone()));
			let attest =
				|facts| Devices::attest(RuntimeOrigin::signed(REGISTRAR), 1, BOB, facts, EVIDENCE);
			assert_noop!(attest(second.clone()), Error::<Test>::MeteringPointTaken);
			// Another resource at the same point is another matter.
			let mut water = second;
			water.key = [3; 32];
			water.resource = Resource::Water;
			assert_ok!(Devices::register(RuntimeOrigin::signed(BOB), water.clone()));
			assert_ok!(Devices::attest(RuntimeOrigin::signed(REGISTRAR), 2, BOB, water, EVIDENCE));
		});
	}

	#[test]
	fn a_device_that_its_group_has_no_room_for() {
		run(|| {
			for n in 1..=4 {
				attested(ALICE, n);
			}
			let device = registered(ALICE, 5);
			assert_noop!(
				Devices::attest(
					RuntimeOrigin::signed(REGISTRAR),
					device,
					ALICE,
					facts(5),
					EVIDENCE
				),
				Error::<Test>::GroupFull
			);
		});
	}

	#[test]
	fn a_third_registrar_behind_a_group() {
		run(|| {
			assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
			attested(ALICE, 1);
			let second = registered(ALICE, 2);
			assert_ok!(Devices::attest(
				RuntimeOrigin::signed(RIVAL),
				second,
				ALICE,
				facts(2),
				EVIDENCE
			));
			assert_ok!(Devices::resign_registrar(RuntimeOrigin::signed(RIVAL), ZONE));
			assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, STRANGER));
			let third = registered(ALICE, 3);
			assert_noop!(
				Devices::attest(RuntimeOrigin::signed(STRANGER), third, ALICE, facts(3), EVIDENCE),
				Error::<Test>::TooManyRegistrars
			);
		});
	}

	#[test]
	fn an_empty_batch() {
		run(|| {
			assert_noop!(
				Devices::attest_batch(RuntimeOrigin::signed(REGISTRAR), BoundedVec::new()),
				Error::<Test>::BatchEmpty
			);
		});
	}

	#[test]
	fn a_whole_batch_for_one_bad_item() {
		run(|| {
			let first = registered(ALICE, 1);
			let second = registered(ALICE, 2);
			let batch = [(first, 1), (second, 9)].map(|(id, n)| (id, ALICE, facts(n), EVIDENCE));
			let batch = batch.to_vec().try_into().unwrap();
			let call = RuntimeCall::Devices(Call::attest_batch { batch });
			assert_err_ignore_postinfo!(
				frame::traits::Dispatchable::dispatch(call, RuntimeOrigin::signed(REGISTRAR)),
				Error::<Test>::FactsDiffer
			);
			assert_eq!(Groups::<Test>::iter().count(), 0);
		});
	}
}
