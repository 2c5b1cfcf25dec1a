use super::*;
use meterproof_primitives::PeriodClock;
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
fn a_registrar_that_resigns_has_its_bond_later_and_its_attestations_stand() {
	run(|| {
		let device = attested(ALICE, 1);
		events();
		assert_ok!(Devices::resign_registrar(RuntimeOrigin::signed(REGISTRAR), ZONE));
		let free_from = first_open() + 4;
		assert_eq!(bond_of(REGISTRAR), BOND);
		assert_eq!(
			events(),
			[Event::RegistrarLeft { zone: ZONE, registrar: REGISTRAR, bond: BOND, free_from }]
		);
		assert!(!Registrars::<Test>::contains_key(ZONE));
		assert_ok!(Devices::committing(device, first_open()));
	});
}

#[test]
fn a_registrar_can_be_removed() {
	run(|| {
		assert_ok!(Devices::remove_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		let free_from = first_open() + 4;
		assert_eq!(bond_of(REGISTRAR), BOND);
		assert_eq!(
			events(),
			[Event::RegistrarLeft { zone: ZONE, registrar: REGISTRAR, bond: BOND, free_from }]
		);
		let device = registered(ALICE, 1);
		assert_noop!(
			Devices::attest(RuntimeOrigin::signed(REGISTRAR), device, ALICE, facts(1), EVIDENCE),
			Error::<Test>::NotRegistrar
		);
	});
}

fn release(registrar: AccountId) -> DispatchResult {
	Devices::release_bond(RuntimeOrigin::signed(STRANGER), ZONE, registrar)
}

fn slash(registrar: AccountId, amount: Balance) -> DispatchResult {
	Devices::slash_registrar(RuntimeOrigin::root(), ZONE, registrar, amount)
}

#[test]
fn a_bond_is_released_when_its_time_is_over() {
	run(|| {
		assert_ok!(Devices::resign_registrar(RuntimeOrigin::signed(REGISTRAR), ZONE));
		let free_from = first_open() + 4;
		while Metering::oldest_unsettled() < free_from {
			assert_noop!(release(REGISTRAR), Error::<Test>::BondLocked);
			next_period();
		}
		events();
		assert_ok!(release(REGISTRAR));
		assert_eq!(bond_of(REGISTRAR), 0);
		assert_eq!(
			events(),
			[Event::BondReleased { zone: ZONE, registrar: REGISTRAR, bond: BOND }]
		);
		assert_noop!(release(REGISTRAR), Error::<Test>::NoBond);
	});
}

#[test]
fn who_comes_back_brings_the_bond_that_waits() {
	run(|| {
		assert_ok!(Devices::resign_registrar(RuntimeOrigin::signed(REGISTRAR), ZONE));
		assert_ok!(slash(REGISTRAR, 300));
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		assert_eq!(bond_of(REGISTRAR), BOND, "what was lost is brought anew");
		assert_noop!(release(REGISTRAR), Error::<Test>::NoBond);
	});
}

#[test]
fn a_registrar_loses_of_its_bond_as_long_as_it_is_held() {
	run(|| {
		let fees = Balances::free_balance(FEES);
		events();
		assert_ok!(slash(REGISTRAR, 300));
		assert_eq!((bond_of(REGISTRAR), Balances::free_balance(FEES)), (BOND - 300, fees + 300));
		assert_eq!(
			events(),
			[Event::RegistrarSlashed { zone: ZONE, registrar: REGISTRAR, amount: 300 }]
		);
		// Leaving does not save the rest, and more than that is not taken.
		assert_ok!(Devices::resign_registrar(RuntimeOrigin::signed(REGISTRAR), ZONE));
		assert_ok!(slash(REGISTRAR, 2 * BOND));
		assert_eq!((bond_of(REGISTRAR), Balances::free_balance(FEES)), (0, fees + BOND));
		assert_noop!(slash(REGISTRAR, 1), Error::<Test>::NoBond);
		assert_noop!(release(REGISTRAR), Error::<Test>::NoBond);
	});
}

#[test]
fn a_registrar_without_a_bond_is_none() {
	run(|| {
		let device = attested(ALICE, 1);
		events();
		assert_ok!(slash(REGISTRAR, BOND - 1));
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		assert_ok!(Devices::resume(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		events();
		assert_ok!(slash(REGISTRAR, 1));
		let free_from = first_open() + 4;
		assert_eq!(
			events(),
			[
				Event::RegistrarSlashed { zone: ZONE, registrar: REGISTRAR, amount: 1 },
				Event::RegistrarLeft { zone: ZONE, registrar: REGISTRAR, bond: 0, free_from },
			]
		);
		assert_noop!(
			Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)),
			Error::<Test>::NotEntitled
		);
		assert!(!Registrars::<Test>::contains_key(ZONE));
		assert_noop!(release(REGISTRAR), Error::<Test>::NoBond);
		// A registrar that is appointed again brings another bond.
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		assert_eq!(bond_of(REGISTRAR), BOND);
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_slash_by_anyone_but_the_admin_or_of_somebody_without_a_bond() {
		run(|| {
			assert_noop!(
				Devices::slash_registrar(RuntimeOrigin::signed(RIVAL), ZONE, REGISTRAR, 1),
				BadOrigin
			);
			assert_noop!(slash(STRANGER, 1), Error::<Test>::NoBond);
			let elsewhere = Devices::slash_registrar(RuntimeOrigin::root(), ZONE + 1, REGISTRAR, 1);
			assert_noop!(elsewhere, Error::<Test>::NoBond);
			assert_noop!(slash(REGISTRAR, 0), Error::<Test>::NoBond);
			assert_noop!(release(REGISTRAR), Error::<Test>::NoBond);
			let nobody = Devices::release_bond(RuntimeOrigin::root(), ZONE, REGISTRAR);
			assert_noop!(nobody, BadOrigin);
		});
	}

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
