//! The grade of evidence that a registrar attests a device with.

use super::*;

fn attest(device: u32, n: u8, evidence: Evidence) -> DispatchResult {
	let call = Call::attest { device, operator: ALICE, facts: facts(n), evidence };
	dispatch(REGISTRAR, call)
}

fn grade_of(device: u32) -> Option<Evidence> {
	Devices::device(device).unwrap().evidence
}

fn lowest(period: u64) -> Option<Evidence> {
	evidence(&group(ALICE, Direction::Export), period)
}

#[test]
fn every_grade_is_kept_with_the_attestation_and_gone_with_it() {
	run(|| {
		for (n, grade) in (1u8..).zip(Evidence::ALL).take(4) {
			let device = registered(ALICE, n);
			assert_eq!(grade_of(device), None);
			assert_ok!(attest(device, n, grade));
			assert_eq!(grade_of(device), Some(grade));
			assert_ok!(Devices::revoke(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
			assert_eq!(grade_of(device), None);
		}
	});
}

#[test]
fn a_group_stands_on_the_lowest_grade_of_the_devices_that_count() {
	run(|| {
		let [keyed, signed, file] = [1, 2, 3].map(|n| registered(ALICE, n));
		assert_eq!(lowest(first_open()), None);
		assert_ok!(attest(keyed, 1, Evidence::Keyed));
		assert_eq!(lowest(first_open()), Some(Evidence::Keyed));
		assert_ok!(attest(signed, 2, Evidence::Signed));
		assert_eq!(lowest(first_open()), Some(Evidence::Signed));
		assert_ok!(attest(file, 3, Evidence::File));
		assert_eq!(lowest(first_open()), Some(Evidence::File));
		// What is suspended does not count, and what is not attested does not either.
		let by = RuntimeOrigin::signed(ALICE);
		assert_ok!(Devices::suspend(by.clone(), file, key_of(file)));
		assert_eq!(lowest(first_open()), Some(Evidence::Signed));
		assert_ok!(rotate(ALICE, signed, [9; 32]));
		assert_eq!(lowest(first_open()), Some(Evidence::Keyed));
		assert_ok!(Devices::retire(by, keyed, key_of(keyed)));
		assert_eq!(lowest(first_open()), None);
	});
}

#[test]
fn another_grade_takes_another_attestation_and_holds_from_the_first_open_period_on() {
	run(|| {
		let device = registered(ALICE, 1);
		assert_ok!(attest(device, 1, Evidence::Keyed));
		next_period();
		for other in [Evidence::File, Evidence::Keyed] {
			assert_noop!(attest(device, 1, other), Error::<Test>::AlreadyAttested);
		}
		let from = first_open();
		assert_ok!(Devices::revoke(RuntimeOrigin::signed(REGISTRAR), device, key_of(device)));
		assert_ok!(attest(device, 1, Evidence::Asserted));
		// On less than it had it waits for its operator.
		assert_eq!(lowest(from), None);
		assert_ok!(Devices::resume(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		assert_eq!(lowest(from - 1), Some(Evidence::Keyed));
		assert_eq!(lowest(from), Some(Evidence::Asserted));
		assert_eq!(Devices::members(&group(ALICE, Direction::Export), from), Some(1));
	});
}

#[test]
fn a_swap_gives_the_new_device_its_own_grade() {
	run(|| {
		let old = registered(ALICE, 1);
		assert_ok!(attest(old, 1, Evidence::Keyed));
		let facts = DeviceFacts { metering_point: facts(1).metering_point, ..facts(2) };
		assert_ok!(Devices::register(RuntimeOrigin::signed(ALICE), facts.clone()));
		let (new, old_key, evidence) = (old + 1, key_of(old), Evidence::Authenticated);
		let swap = Call::swap { old, old_key, new, operator: ALICE, facts, evidence };
		assert_ok!(dispatch(REGISTRAR, swap));
		assert_eq!(grade_of(new), Some(Evidence::Authenticated));
		assert_eq!(lowest(first_open()), Some(Evidence::Authenticated));
	});
}

#[test]
fn a_grade_goes_along_with_a_device_that_changes_hands() {
	run(|| {
		let device = registered(ALICE, 1);
		assert_ok!(attest(device, 1, Evidence::Authenticated));
		assert_ok!(offer(ALICE, device, BOB));
		assert_ok!(accept(BOB, device));
		let theirs = evidence(&group(BOB, Direction::Export), first_open());
		assert_eq!((lowest(first_open()), theirs), (None, Some(Evidence::Authenticated)));
	});
}

#[test]
fn a_batch_attests_each_device_with_its_own_grade() {
	run(|| {
		let grades = [Evidence::File, Evidence::Signed, Evidence::Keyed];
		let batch: Vec<_> = (1u8..)
			.zip(grades)
			.map(|(n, grade)| (registered(ALICE, n), ALICE, facts(n), grade))
			.collect();
		let by = RuntimeOrigin::signed(REGISTRAR);
		assert_ok!(Devices::attest_batch(by, batch.try_into().unwrap()));
		assert_eq!([0, 1, 2].map(grade_of), grades.map(Some));
	});
}

#[test]
fn a_grade_that_does_not_exist_is_not_decoded() {
	use codec::{Decode, Encode};
	for (number, grade) in (0u8..).zip(Evidence::ALL) {
		assert_eq!(grade.encode(), [number]);
	}
	assert!(Evidence::decode(&mut &[5u8][..]).is_err());
}
