use super::*;
use pallet_devices::{Keys, MeteringPoints};

#[test]
fn a_revoked_device_stops_counting_in_the_first_open_period() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		events();
		assert_ok!(Devices::revoke(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		let from = first_open();
		assert_eq!(events(), [Event::AttestationRevoked { device, registrar: REGISTRAR, from }]);
		assert_ok!(Devices::committing(device, from - 1));
		assert_eq!(Devices::committing(device, from), Err(CommitmentRefusal::DeviceNotAttested));
		let exports = group(ALICE, Direction::Export);
		assert_eq!(Devices::members(&exports, from - 1), Some(1));
		assert_eq!(Devices::members(&exports, from), Some(0));
		assert_eq!(MeteringPoints::<Test>::iter().count(), 0);
	});
}

#[test]
fn attested_again_by_another_registrar_a_device_waits_for_its_operator_and_leaves_no_gap() {
	run(|| {
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
		let device = attested(ALICE, 1);
		next_period();
		assert_ok!(Devices::revoke(RuntimeOrigin::signed(RIVAL), device, key_of(device)));
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(RIVAL),
			device,
			ALICE,
			facts(1),
			EVIDENCE
		));
		let suspended = Err(CommitmentRefusal::DeviceSuspended);
		assert_eq!(Devices::committing(device, first_open()), suspended);
		assert_ok!(Devices::resume(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		assert_ok!(Devices::committing(device, first_open()));
		let exports = group(ALICE, Direction::Export);
		assert_eq!(registrars(&exports, first_open()), Some(vec![RIVAL]));
		assert_eq!(registrars(&exports, first_open() - 1), Some(vec![REGISTRAR]));
		assert_eq!(Keys::<Test>::get([1; 32]), Some(device));
	});
}

#[test]
fn an_operator_cannot_use_up_the_rows_a_revocation_needs() {
	run(|| {
		slow_finality();
		let device = attested(ALICE, 1);
		let mut changes = 0;
		loop {
			next_block_at(Timestamp::get() + SCHEDULE.length_ms);
			let origin = RuntimeOrigin::signed(ALICE);
			let call = if changes % 2 == 0 { Devices::suspend } else { Devices::resume };
			if call(origin.clone(), device, key_of(device)).is_err() {
				// A failed call undoes what it wrote; here it is the history that must not grow.
				break;
			}
			changes += 1;
		}
		assert_eq!(changes, 4);
		let rows = || pallet_devices::Devices::<Test>::get(device).unwrap().rows.rows().count();
		assert_eq!(rows(), 5);
		assert_noop!(
			Devices::suspend(RuntimeOrigin::signed(ALICE), device, key_of(device)),
			Error::<Test>::TooManyPendingChanges
		);
		assert_ok!(Devices::revoke(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		assert_eq!(rows(), 6);
		next_block_at(Timestamp::get() + SCHEDULE.length_ms);
		assert_noop!(
			Devices::attest(RuntimeOrigin::signed(REGISTRAR), device, ALICE, facts(1), EVIDENCE),
			Error::<Test>::TooManyPendingChanges
		);
	});
}

#[test]
fn a_registrars_favours_leave_the_row_a_revocation_needs() {
	run(|| {
		slow_finality();
		let device = attested(ALICE, 1);
		let rows = || pallet_devices::Devices::<Test>::get(device).unwrap().rows.rows().count();
		let by = || RuntimeOrigin::signed(REGISTRAR);
		let later = || next_block_at(Timestamp::get() + SCHEDULE.length_ms);
		for _ in 0..2 {
			later();
			assert_ok!(Devices::suspend(by(), device, key_of(device)));
			later();
			assert_ok!(Devices::resume(by(), device, key_of(device)));
		}
		assert_eq!(rows(), 5);
		later();
		assert_ok!(Devices::suspend(by(), device, key_of(device)));
		assert_eq!(rows(), 6);
		// What takes the last row may not be undone, not even in the same period.
		assert_noop!(
			Devices::resume(by(), device, key_of(device)),
			Error::<Test>::TooManyPendingChanges
		);
		assert_ok!(Devices::revoke(by(), device, key_of(device)));
	});
}

#[test]
fn an_attestation_leaves_the_row_a_revocation_needs() {
	run(|| {
		slow_finality();
		let device = registered(ALICE, 1);
		for n in 2..=5 {
			next_block_at(Timestamp::get() + SCHEDULE.length_ms);
			assert_ok!(rotate(ALICE, device, [n; 32]));
		}
		next_block_at(Timestamp::get() + SCHEDULE.length_ms);
		let renewed = DeviceFactsOf::<Test> { key: [5; 32], ..facts(1) };
		assert_noop!(
			Devices::attest(RuntimeOrigin::signed(REGISTRAR), device, ALICE, renewed, EVIDENCE),
			Error::<Test>::TooManyPendingChanges
		);
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_revocation_by_anyone_but_a_registrar_of_the_zone() {
		run(|| {
			let device = attested(ALICE, 1);
			for who in [ALICE, RIVAL] {
				assert_noop!(
					Devices::revoke(RuntimeOrigin::signed(who), device, key_of(device)),
					Error::<Test>::NotRegistrar
				);
			}
			assert_noop!(Devices::revoke(RuntimeOrigin::root(), device, key_of(device)), BadOrigin);
		});
	}

	#[test]
	fn a_device_that_is_not_attested() {
		run(|| {
			let device = registered(ALICE, 1);
			let revoke =
				|| Devices::revoke(RuntimeOrigin::signed(REGISTRAR), device, key_of(device));
			assert_noop!(revoke(), Error::<Test>::NotAttested);
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			assert_noop!(revoke(), Error::<Test>::Retired);
			assert_noop!(
				Devices::revoke(RuntimeOrigin::signed(REGISTRAR), 9, key_of(9)),
				Error::<Test>::UnknownDevice
			);
		});
	}
}
