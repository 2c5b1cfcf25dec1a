use super::*;
use pallet_devices::{Devices as Records, Groups, MeteringPoints};

/// A zone with [`RIVAL`] as its registrar.
const ELSEWHERE: ZoneId = ZONE + 1;

fn settle_elsewhere() {
	assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ELSEWHERE, RIVAL));
	events();
}

fn moved(device: u32, zone: ZoneId) {
	assert_ok!(Devices::change_zone(RuntimeOrigin::signed(ALICE), device, key_of(device), zone));
}

/// Attests Alice's meter 1 in the other zone.
fn attested_elsewhere(device: u32) {
	let facts = DeviceFacts { zone: ELSEWHERE, ..facts(1) };
	assert_ok!(Devices::attest(RuntimeOrigin::signed(RIVAL), device, ALICE, facts, EVIDENCE));
}

fn exports(operator: AccountId, zone: ZoneId) -> GroupId<AccountId> {
	GroupId { zone, ..group(operator, Direction::Export) }
}

#[test]
fn a_device_leaves_its_group_in_the_first_open_period_and_joins_another_once_attested() {
	run(|| {
		settle_elsewhere();
		let device = attested(ALICE, 1);
		next_period();
		events();
		moved(device, ELSEWHERE);
		let from = first_open();
		assert_eq!(events(), [Event::ZoneChanged { device, zone: ELSEWHERE, from }]);
		assert_eq!(Devices::committing(device, from - 1).unwrap().zone, ZONE);
		assert_eq!(Devices::committing(device, from), Err(CommitmentRefusal::DeviceNotAttested));
		for direction in [Direction::Import, Direction::Export] {
			let old = group(ALICE, direction);
			assert_eq!(Devices::members(&old, from - 1), Some(1));
			assert_eq!(Devices::capacity(&old, from - 1).0, u64::from(NAMEPLATE));
			assert_eq!(Devices::members(&old, from), Some(0));
			assert_eq!(Devices::capacity(&old, from).0, 0);
		}
		assert_eq!(Devices::members(&exports(ALICE, ELSEWHERE), from), None);
		let info = Devices::device(device).unwrap();
		assert_eq!((info.zone, info.state), (ELSEWHERE, DeviceState::Registered));

		attested_elsewhere(device);
		assert_eq!(Devices::committing(device, from).unwrap().zone, ELSEWHERE);
		assert_eq!(Devices::committing(device, from - 1).unwrap().zone, ZONE);
		let new = exports(ALICE, ELSEWHERE);
		assert_eq!(Devices::members(&new, from), Some(1));
		assert_eq!(registrars(&new, from), Some(vec![RIVAL]));
		assert_eq!(Devices::members(&exports(ALICE, ZONE), from), Some(0));
	});
}

#[test]
fn a_device_that_was_never_attested_moves_and_leaves_nothing_behind() {
	run(|| {
		settle_elsewhere();
		let device = registered(ALICE, 1);
		moved(device, ELSEWHERE);
		assert_eq!(Devices::device(device).unwrap().zone, ELSEWHERE);
		assert!(Records::<Test>::get(device).unwrap().releases.is_empty());
		attested_elsewhere(device);
		assert_ok!(Devices::committing(device, first_open()));
	});
}

#[test]
fn its_metering_point_is_free_at_once_and_its_deposit_stays() {
	run(|| {
		let device = attested(ALICE, 1);
		moved(device, ELSEWHERE);
		assert_eq!(MeteringPoints::<Test>::iter().count(), 0);
		assert_eq!(deposit_of(ALICE), DEPOSIT);
	});
}

#[test]
fn the_new_zones_registrars_answer_for_it_and_the_old_ones_no_more() {
	run(|| {
		settle_elsewhere();
		let device = attested(ALICE, 1);
		moved(device, ELSEWHERE);
		attested_elsewhere(device);
		let by = RuntimeOrigin::signed;
		assert_noop!(
			Devices::revoke(by(REGISTRAR), device, key_of(device)),
			Error::<Test>::NotRegistrar
		);
		assert_noop!(
			Devices::suspend(by(REGISTRAR), device, key_of(device)),
			Error::<Test>::NotEntitled
		);
		assert_ok!(Devices::suspend(by(RIVAL), device, key_of(device)));
		assert_noop!(
			Devices::resume(by(REGISTRAR), device, key_of(device)),
			Error::<Test>::NotEntitled
		);
		assert_ok!(Devices::resume(by(RIVAL), device, key_of(device)));
		assert_ok!(Devices::revoke(by(RIVAL), device, key_of(device)));
	});
}

#[test]
fn a_suspension_goes_along_and_is_for_the_new_zones_registrars_to_lift() {
	run(|| {
		settle_elsewhere();
		let device = attested(ALICE, 1);
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		moved(device, ELSEWHERE);
		attested_elsewhere(device);
		assert_eq!(
			Devices::committing(device, first_open()),
			Err(CommitmentRefusal::DeviceSuspended)
		);
		assert_noop!(
			Devices::resume(RuntimeOrigin::signed(ALICE), device, key_of(device)),
			Error::<Test>::SuspendedByOther
		);
		assert_ok!(Devices::resume(RuntimeOrigin::signed(RIVAL), device, key_of(device)));
		assert_eq!(Devices::members(&exports(ALICE, ELSEWHERE), first_open()), Some(1));
	});
}

#[test]
fn an_offer_stands_and_the_new_operator_gets_the_device_where_it_is() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(offer(ALICE, device, BOB));
		moved(device, ELSEWHERE);
		assert_ok!(accept(BOB, device));
		let info = Devices::device(device).unwrap();
		assert_eq!((info.operator, info.zone), (BOB, ELSEWHERE));
		assert_eq!(info.state, DeviceState::Registered);
		run_until_settled_to(first_open());
		events();
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device));
		assert_eq!(events(), [Event::DepositReleased { device, operator: ALICE, amount: DEPOSIT }]);
		assert_eq!((deposit_of(ALICE), deposit_of(BOB)), (0, DEPOSIT));
		assert_eq!(Groups::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_old_groups_are_cleared_once_their_periods_are_final() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		moved(device, ELSEWHERE);
		let from = first_open();
		assert_noop!(
			Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device),
			Error::<Test>::DepositLocked
		);
		run_until_settled_to(from);
		events();
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device));
		assert!(events().is_empty());
		assert_eq!(Groups::<Test>::iter().count(), 0);
		assert_eq!(deposit_of(ALICE), DEPOSIT);
		assert!(Records::<Test>::contains_key(device));
	});
}

#[test]
fn a_group_with_other_devices_stays() {
	run(|| {
		let device = attested(ALICE, 1);
		attested(ALICE, 2);
		moved(device, ELSEWHERE);
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device));
		assert_eq!(Devices::members(&exports(ALICE, ZONE), first_open()), Some(1));
	});
}

#[test]
fn moving_to_and_fro_within_a_period_is_noted_once_for_each_zone() {
	run(|| {
		settle_elsewhere();
		let device = registered(ALICE, 1);
		for _ in 0..10 {
			assert_ok!(Devices::attest(
				RuntimeOrigin::signed(REGISTRAR),
				device,
				ALICE,
				facts(1),
				EVIDENCE
			));
			moved(device, ELSEWHERE);
			attested_elsewhere(device);
			moved(device, ZONE);
		}
		let record = Records::<Test>::get(device).unwrap();
		assert_eq!((record.releases.len(), record.rows.rows().count()), (2, 1));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(ALICE), device));
		assert_eq!(Groups::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_device_retired_after_a_move_leaves_nothing_behind() {
	run(|| {
		settle_elsewhere();
		let device = attested(ALICE, 1);
		next_period();
		moved(device, ELSEWHERE);
		attested_elsewhere(device);
		next_period();
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(STRANGER), device));
		assert!(!Records::<Test>::contains_key(device));
		assert_eq!(Groups::<Test>::iter().count(), 0);
		assert_eq!(deposit_of(ALICE), 0);
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_move_by_anyone_but_the_operator() {
		run(|| {
			let device = attested(ALICE, 1);
			for who in [BOB, REGISTRAR] {
				assert_noop!(
					Devices::change_zone(
						RuntimeOrigin::signed(who),
						device,
						key_of(device),
						ELSEWHERE
					),
					Error::<Test>::NotOperator
				);
			}
			assert_noop!(
				Devices::change_zone(RuntimeOrigin::root(), device, key_of(device), ELSEWHERE),
				BadOrigin
			);
		});
	}

	#[test]
	fn a_move_to_where_it_is() {
		run(|| {
			let device = attested(ALICE, 1);
			let stay =
				|| Devices::change_zone(RuntimeOrigin::signed(ALICE), device, key_of(device), ZONE);
			assert_noop!(stay(), Error::<Test>::ZoneUnchanged);
			// From the first open period on it is elsewhere, and may come back.
			moved(device, ELSEWHERE);
			assert_ok!(stay());
			assert_noop!(stay(), Error::<Test>::ZoneUnchanged);
		});
	}

	#[test]
	fn an_attestation_for_the_old_zone() {
		run(|| {
			settle_elsewhere();
			let device = attested(ALICE, 1);
			moved(device, ELSEWHERE);
			let attest = |who| {
				Devices::attest(RuntimeOrigin::signed(who), device, ALICE, facts(1), EVIDENCE)
			};
			assert_noop!(attest(REGISTRAR), Error::<Test>::NotRegistrar);
			assert_noop!(attest(RIVAL), Error::<Test>::FactsDiffer);
		});
	}

	#[test]
	fn a_swap_between_zones() {
		run(|| {
			let old = attested(ALICE, 1);
			let renewed = DeviceFacts { metering_point: facts(1).metering_point, ..facts(2) };
			assert_ok!(Devices::register(RuntimeOrigin::signed(ALICE), renewed.clone()));
			moved(old + 1, ELSEWHERE);
			assert_noop!(
				Devices::swap(
					RuntimeOrigin::signed(REGISTRAR),
					old,
					key_of(old),
					old + 1,
					ALICE,
					renewed,
					EVIDENCE
				),
				Error::<Test>::MeteringPointsDiffer
			);
		});
	}

	#[test]
	fn a_move_that_would_take_the_row_a_revocation_needs() {
		run(|| {
			slow_finality();
			let device = attested(ALICE, 1);
			for n in 0..4 {
				next_block_at(Timestamp::get() + SCHEDULE.length_ms);
				moved(device, if n % 2 == 0 { ELSEWHERE } else { ZONE });
			}
			next_block_at(Timestamp::get() + SCHEDULE.length_ms);
			assert_noop!(
				Devices::change_zone(
					RuntimeOrigin::signed(ALICE),
					device,
					key_of(device),
					ELSEWHERE
				),
				Error::<Test>::TooManyPendingChanges
			);
		});
	}

	#[test]
	fn a_move_while_too_many_groups_wait_to_be_cleared() {
		run(|| {
			let device = registered(ALICE, 1);
			let attest = |zone| {
				let facts = DeviceFacts { zone, ..facts(1) };
				assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), zone, RIVAL));
				assert_ok!(Devices::attest(
					RuntimeOrigin::signed(RIVAL),
					device,
					ALICE,
					facts,
					EVIDENCE
				));
			};
			for zone in ZONE..ZONE + 6 {
				attest(zone);
				moved(device, zone + 1);
			}
			attest(ZONE + 6);
			// As a call, so that the failure undoes what it wrote.
			let call = || Call::change_zone { device, key: key_of(device), zone: ZONE + 7 };
			assert_noop!(dispatch(ALICE, call()), Error::<Test>::TooManyPendingChanges);
			assert_eq!(Devices::device(device).unwrap().zone, ZONE + 6);

			run_until_settled_to(first_open());
			assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(ALICE), device));
			assert_ok!(dispatch(ALICE, call()));
		});
	}

	#[test]
	fn a_retired_or_unknown_device() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
			assert_noop!(
				Devices::change_zone(
					RuntimeOrigin::signed(ALICE),
					device,
					key_of(device),
					ELSEWHERE
				),
				Error::<Test>::Retired
			);
			assert_noop!(
				Devices::change_zone(RuntimeOrigin::signed(ALICE), 9, key_of(9), ELSEWHERE),
				Error::<Test>::UnknownDevice
			);
		});
	}
}
