//! What registrars take out of a group, and how it comes back.

use super::*;
use meterproof_primitives::{DeviceId, Taking, MAX_TAKERS};

fn exports() -> GroupId<AccountId> {
	group(ALICE, Direction::Export)
}

/// What is taken out of the group in the first open period, by registrar.
fn taken() -> Vec<Taking<AccountId>> {
	Devices::standing(&exports(), first_open()).unwrap().taken
}

fn by(registrar: AccountId, devices: u64, ever: u64) -> Taking<AccountId> {
	let nameplate = u64::from(NAMEPLATE);
	Taking { registrar, nameplates: devices * nameplate, ever: ever * nameplate }
}

fn suspend(who: AccountId, device: DeviceId) -> DispatchResult {
	Devices::suspend(RuntimeOrigin::signed(who), device, key_of(device))
}

fn resume(who: AccountId, device: DeviceId) -> DispatchResult {
	Devices::resume(RuntimeOrigin::signed(who), device, key_of(device))
}

fn revoke(who: AccountId, device: DeviceId) -> DispatchResult {
	Devices::revoke(RuntimeOrigin::signed(who), device, key_of(device))
}

fn attest(who: AccountId, device: DeviceId, evidence: Evidence) -> DispatchResult {
	let facts = facts_of(device);
	Devices::attest(RuntimeOrigin::signed(who), device, ALICE, facts, evidence)
}

fn counts(device: DeviceId) -> bool {
	Devices::committing(device, first_open()).is_ok()
}

#[test]
fn a_device_is_taken_until_it_counts_again() {
	run(|| {
		let device = attested(ALICE, 1);
		assert!(taken().is_empty());
		assert_ok!(suspend(REGISTRAR, device));
		assert_eq!(taken(), [by(REGISTRAR, 1, 1)]);
		// Another time says nothing new, and who was first stays.
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
		assert_ok!(revoke(RIVAL, device));
		assert_eq!(taken(), [by(REGISTRAR, 1, 1)]);
		assert_ok!(attest(REGISTRAR, device, EVIDENCE));
		assert!(!counts(device));
		assert_eq!(taken(), [by(REGISTRAR, 1, 1)]);
		assert_ok!(resume(REGISTRAR, device));
		assert!(counts(device));
		assert_eq!(taken(), [by(REGISTRAR, 0, 1)]);
		assert_ok!(suspend(REGISTRAR, device));
		assert_eq!(taken(), [by(REGISTRAR, 1, 2)]);
	});
}

#[test]
fn a_device_that_did_not_count_is_not_taken() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(suspend(ALICE, device));
		assert_ok!(suspend(REGISTRAR, device));
		assert_ok!(revoke(REGISTRAR, device));
		assert!(taken().is_empty());
	});
}

#[test]
fn what_its_operator_gives_up_is_not_taken_any_more() {
	let ways: [fn(DeviceId) -> DispatchResult; 4] = [
		|device| Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)),
		|device| rotate(ALICE, device, [60; 32]),
		|device| {
			let who = RuntimeOrigin::signed(ALICE);
			Devices::change_zone(who, device, key_of(device), ZONE + 1)
		},
		|device| offer(ALICE, device, BOB).and_then(|()| accept(BOB, device)),
	];
	for way in ways {
		run(|| {
			let device = attested(ALICE, 1);
			assert_ok!(suspend(REGISTRAR, device));
			assert_ok!(way(device));
			assert_eq!(taken(), [by(REGISTRAR, 0, 1)]);
			let theirs = Devices::standing(&group(BOB, Direction::Export), first_open());
			assert!(theirs.is_none_or(|standing| standing.taken.is_empty()));
			// The group goes when its devices' deposits go.
			run_until_settled_to(first_open());
			let _ = Devices::release_deposit(RuntimeOrigin::signed(BOB), device);
		});
	}
}

#[test]
fn a_group_out_of_which_a_device_was_taken_outlasts_its_last_one() {
	run(|| {
		let (taken_out, other) = (attested(ALICE, 1), attested(ALICE, 2));
		assert_ok!(revoke(REGISTRAR, taken_out));
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), other, key_of(other)));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(BOB), other));
		assert_eq!(taken(), [by(REGISTRAR, 1, 1)]);
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), taken_out, key_of(taken_out)));
		run_until_settled_to(first_open());
		assert_ok!(Devices::release_deposit(RuntimeOrigin::signed(BOB), taken_out));
		assert!(!pallet_devices::Groups::<Test>::contains_key(exports()));
	});
}

#[test]
fn attested_again_as_it_was_a_device_counts_at_once() {
	run(|| {
		let device = attested(ALICE, 1);
		assert_ok!(revoke(REGISTRAR, device));
		assert_ok!(attest(REGISTRAR, device, EVIDENCE));
		assert!(counts(device));
		assert_ok!(revoke(REGISTRAR, device));
		assert_ok!(attest(REGISTRAR, device, Evidence::Keyed));
		assert!(counts(device));
		assert_eq!(taken(), [by(REGISTRAR, 0, 2)]);
	});
}

#[test]
fn attested_again_on_less_or_by_another_a_device_waits_for_its_operator() {
	for (registrar, evidence) in [(REGISTRAR, Evidence::Authenticated), (RIVAL, Evidence::Keyed)] {
		run(|| {
			assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
			let device = attested(ALICE, 1);
			assert_ok!(revoke(REGISTRAR, device));
			assert_ok!(attest(registrar, device, evidence));
			assert_eq!(taken(), [by(REGISTRAR, 1, 1)]);
			// No registrar lets it in by suspending and resuming it.
			assert_ok!(suspend(registrar, device));
			assert_ok!(resume(registrar, device));
			assert!(!counts(device));
			assert_noop!(resume(registrar, device), Error::<Test>::SuspendedByOther);
			assert_ok!(resume(ALICE, device));
			assert!(counts(device));
			assert_eq!(taken(), [by(REGISTRAR, 0, 1)]);
		});
	}
}

#[test]
fn so_many_registrars_can_have_taken_devices_and_no_more() {
	run(|| {
		MaxRegistrars::set(MAX_TAKERS + 1);
		MaxGroup::set(8);
		MaxDevices::set(8);
		let takers: Vec<_> = (30..=30 + MAX_TAKERS as u8).map(account).collect();
		let devices: Vec<_> = (1..=6).map(|n| attested(ALICE, n)).collect();
		assert_ok!(Devices::remove_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		for taker in &takers {
			let funds = Balances::transfer_keep_alive(RuntimeOrigin::signed(BOB), *taker, 2 * BOND);
			assert_ok!(funds);
			assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, *taker));
		}
		for (taker, device) in takers.iter().zip(&devices).take(MAX_TAKERS as usize) {
			assert_ok!(suspend(*taker, *device));
		}
		let last = takers[MAX_TAKERS as usize];
		let fifth = Call::suspend { device: devices[5], key: key_of(devices[5]) };
		assert_noop!(dispatch(last, fifth), Error::<Test>::TooManyRegistrars);
		assert_ok!(suspend(takers[1], devices[5]));
		// A registrar that has let all of its devices back in gives its place away.
		assert_ok!(resume(takers[0], devices[0]));
		assert_ok!(suspend(last, devices[0]));
		assert_eq!(taken().len(), MAX_TAKERS as usize);
		assert!(taken().iter().all(|taking| taking.registrar != takers[0]));
	});
}

#[test]
fn history_says_what_was_taken_in_each_period() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		assert_ok!(suspend(REGISTRAR, device));
		let from = first_open();
		next_period();
		assert_ok!(resume(REGISTRAR, device));
		let of = |period| Devices::standing(&exports(), period).unwrap().taken;
		assert!(of(from - 1).is_empty());
		assert_eq!(of(from), [by(REGISTRAR, 1, 1)]);
		assert_eq!(of(from + 1), [by(REGISTRAR, 0, 1)]);
	});
}
