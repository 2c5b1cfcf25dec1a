use super::*;
use pallet_devices::Registrars;

#[test]
fn an_appointment_holds_the_bond() {
	run(|| {
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
		assert_eq!(bond_of(RIVAL), BOND);
		assert_eq!(
			events(),
			[Event::RegistrarAppointed { zone: ZONE, registrar: RIVAL, bond: BOND }]
		);
		assert_eq!(Registrars::<Test>::get(ZONE).len(), 2);
	});
}

#[test]
fn each_zone_takes_a_bond_of_its_own() {
	run(|| {
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE + 1, REGISTRAR));
		assert_eq!(bond_of(REGISTRAR), 2 * BOND);
	});
}

#[test]
fn a_registrar_that_resigns_gets_its_bond_and_its_attestations_stand() {
	run(|| {
		let device = attested(ALICE, 1);
		events();
		assert_ok!(Devices::resign_registrar(RuntimeOrigin::signed(REGISTRAR), ZONE));
		assert_eq!(bond_of(REGISTRAR), 0);
		assert_eq!(
			events(),
			[Event::RegistrarLeft { zone: ZONE, registrar: REGISTRAR, bond: BOND }]
		);
		assert!(!Registrars::<Test>::contains_key(ZONE));
		assert_ok!(Devices::committing(device, first_open()));
	});
}

#[test]
fn a_registrar_can_be_removed() {
	run(|| {
		assert_ok!(Devices::remove_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		assert_eq!(bond_of(REGISTRAR), 0);
		assert_eq!(
			events(),
			[Event::RegistrarLeft { zone: ZONE, registrar: REGISTRAR, bond: BOND }]
		);
		let device = registered(ALICE, 1);
		assert_noop!(
			Devices::attest(RuntimeOrigin::signed(REGISTRAR), device, ALICE, facts(1), EVIDENCE),
			Error::<Test>::NotRegistrar
		);
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_appointment_by_anyone_but_the_admin() {
		run(|| {
			assert_noop!(
				Devices::appoint_registrar(RuntimeOrigin::signed(RIVAL), ZONE, RIVAL),
				BadOrigin
			);
			assert_noop!(
				Devices::remove_registrar(RuntimeOrigin::signed(RIVAL), ZONE, REGISTRAR),
				BadOrigin
			);
			assert_noop!(Devices::resign_registrar(RuntimeOrigin::root(), ZONE), BadOrigin);
		});
	}

	#[test]
	fn a_second_appointment_in_the_same_zone() {
		run(|| {
			assert_noop!(
				Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR),
				Error::<Test>::AlreadyRegistrar
			);
		});
	}

	#[test]
	fn one_registrar_too_many() {
		run(|| {
			assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
			assert_noop!(
				Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, STRANGER),
				Error::<Test>::TooManyRegistrars
			);
		});
	}

	#[test]
	fn a_registrar_that_cannot_pay_the_bond() {
		run(|| {
			assert_noop!(
				Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, PAUPER),
				TokenError::FundsUnavailable
			);
		});
	}

	#[test]
	fn a_resignation_by_somebody_who_is_no_registrar() {
		run(|| {
			assert_noop!(
				Devices::resign_registrar(RuntimeOrigin::signed(STRANGER), ZONE),
				Error::<Test>::NotRegistrar
			);
			assert_noop!(
				Devices::remove_registrar(RuntimeOrigin::root(), ZONE + 1, REGISTRAR),
				Error::<Test>::NotRegistrar
			);
		});
	}
}
