//! `name_prover` and `clear_prover`.

use meterproof_primitives::Timetable;

use super::*;

fn name(who: AccountId, prover: AccountId) -> DispatchResult {
	let by = RuntimeOrigin::signed(who);
	Settlement::name_prover(by, ZONE, Resource::Electricity, Direction::Export, prover)
}

fn clear(who: AccountId) -> DispatchResult {
	let by = RuntimeOrigin::signed(who);
	Settlement::clear_prover(by, ZONE, Resource::Electricity, Direction::Export)
}

/// Whether the prover may prove a shortfall of Alice's in `period`.
fn entitled(period: PeriodIndex) -> bool {
	Settlement::is_entitled(&PROVER, &group(ALICE), period)
}

#[test]
fn a_prover_counts_from_the_first_open_period_on() {
	execute(|| {
		assert_ok!(name(ALICE, PROVER));
		let named = Event::ProverNamed { group: group(ALICE), prover: PROVER, from: FIRST };
		assert_eq!(events(), [named]);
		assert!(!entitled(FIRST - 1) && entitled(FIRST) && entitled(FIRST + 9));
		assert!(!Settlement::is_entitled(&ANYONE, &group(ALICE), FIRST));
		assert!(!Settlement::is_entitled(&PROVER, &group(BOB), FIRST));
		assert!(Settlement::is_entitled(&ALICE, &group(ALICE), FIRST - 1));
	});
}

#[test]
fn a_prover_named_after_gate_closure_may_not_prove_a_shortfall() {
	execute(|| {
		blocks_at(SCHEDULE.gate_closure(FIRST), 1);
		assert_ok!(name(ALICE, PROVER));
		end(FIRST);
		commit(FIRST, READINGS);
		let submission = Submission::unproved(FIRST, &[(ALICE, 99)]);
		refused(&submission, PROVER, Error::NotEntitled);
	});
}

#[test]
fn a_cleared_prover_keeps_the_periods_before() {
	execute(|| {
		assert_ok!(name(ALICE, PROVER));
		blocks_at(SCHEDULE.gate_closure(FIRST), 1);
		events();
		assert_ok!(clear(ALICE));
		let cleared = Event::ProverCleared { group: group(ALICE), from: FIRST + 1 };
		assert_eq!(events(), [cleared]);
		assert!(entitled(FIRST) && !entitled(FIRST + 1));
		// Once the earlier periods are final, nothing needs the entry.
		finalise(FIRST + 1);
		assert_ok!(clear(ALICE));
		assert!(!Provers::<Test>::contains_key(group(ALICE)));
		assert_noop!(clear(ALICE), Error::<Test>::NoProver);
	});
}

#[test]
fn a_prover_cleared_before_it_counts_leaves_nothing() {
	execute(|| {
		assert_ok!(name(ALICE, PROVER));
		assert_ok!(clear(ALICE));
		assert!(!Provers::<Test>::contains_key(group(ALICE)));
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		execute(|| {
			let (zone, resource, direction) = (ZONE, Resource::Electricity, Direction::Export);
			let none = RuntimeOrigin::none;
			assert_noop!(
				Settlement::name_prover(none(), zone, resource, direction, PROVER),
				DispatchError::BadOrigin
			);
			assert_noop!(
				Settlement::clear_prover(none(), zone, resource, direction),
				DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn an_operator_without_devices() {
		execute(|| {
			assert_noop!(name(ANYONE, PROVER), Error::<Test>::NoDevices);
		});
	}

	#[test]
	fn an_operator_whose_devices_are_all_suspended() {
		execute(|| {
			let meter = pallet_devices::NextDeviceId::<Test>::get();
			add_device(ANYONE);
			let key = Devices::device(meter).unwrap().key.0;
			assert_ok!(Devices::suspend(RuntimeOrigin::signed(ANYONE), meter, key));
			let members = <Devices as DeviceRegistry<_>>::members(&group(ANYONE), FIRST);
			assert_eq!(members, Some(0));
			assert_noop!(name(ANYONE, PROVER), Error::<Test>::NoDevices);
		});
	}

	#[test]
	fn a_clearing_where_no_prover_is_named() {
		execute(|| {
			assert_noop!(clear(ALICE), Error::<Test>::NoProver);
		});
	}

	#[test]
	fn one_change_too_many_before_earlier_periods_are_final() {
		// Six rows: short periods, so that none is final in time.
		execute(|| {
			let mut long = SCHEDULE;
			long.proof_window_ms = 20 * SCHEDULE.length_ms;
			pallet_metering::Schedules::<Test>::put(Timetable::starting(long));
			for n in 0..5 {
				blocks_at(SCHEDULE.start(FIRST - 1 + n), 1);
				assert_ok!(name(ALICE, PROVER));
			}
			blocks_at(SCHEDULE.start(FIRST + 4), 1);
			assert_noop!(name(ALICE, ANYONE), Error::<Test>::TooManyPendingChanges);
			// Whoever was named can still be put out.
			assert_ok!(clear(ALICE));
			assert!(entitled(FIRST + 4) && !entitled(FIRST + 5));
			blocks_at(SCHEDULE.start(FIRST + 5), 1);
			assert_noop!(clear(ALICE), Error::<Test>::TooManyPendingChanges);
		});
	}
}
