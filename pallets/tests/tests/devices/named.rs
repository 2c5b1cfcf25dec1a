//! A call that names a device by its id is about no other device than its key says.

use meterproof_primitives::{DeviceKey, Seat};

use super::*;

/// A call about a device that is to have this key.
type About = fn(u32, DeviceKey) -> Call<Test>;

/// Every call that names a device's key, in an order in which Alice's attested device takes them,
/// and who makes it.
const CALLS: [(AccountId, About); 9] = [
	(ALICE, |device, key| Call::suspend { device, key }),
	(ALICE, |device, key| Call::resume { device, key }),
	(ALICE, |device, key| Call::offer_transfer { device, key, to: BOB }),
	(ALICE, |device, key| Call::withdraw_transfer { device, key }),
	(ALICE, |device, key| Call::bind { device, key, seat: Some(Seat { gateway: 0, seat: 1 }) }),
	(REGISTRAR, |device, key| Call::revoke { device, key }),
	(ALICE, |device, key| Call::rotate_key { device, key, new_key: [2; 32] }),
	(ALICE, |device, key| Call::change_zone { device, key, zone: ZONE + 1 }),
	(ALICE, |device, key| Call::retire { device, key }),
];

#[test]
fn every_call_is_refused_if_the_device_has_another_key_and_taken_if_it_has_this_one() {
	run(|| {
		assert_ok!(Gateways::register(RuntimeOrigin::signed(BOB)));
		let device = attested(ALICE, 1);
		for (who, call) in CALLS {
			assert_noop!(dispatch(who, call(device, [9; 32])), Error::<Test>::KeyDiffers);
			assert_ok!(dispatch(who, call(device, key_of(device))));
		}
		assert_eq!(key_of(device), [2; 32]);
	});
}

#[test]
fn no_call_hits_the_device_that_has_the_id_after_a_fork() {
	run(|| {
		// Before the fork it was meter 1 that was registered first.
		let device = attested(ALICE, 2);
		attested(ALICE, 1);
		for (who, call) in CALLS {
			assert_noop!(dispatch(who, call(device, facts(1).key)), Error::<Test>::KeyDiffers);
		}
	});
}

#[test]
fn the_key_that_counts_is_the_newest_even_before_it_takes_effect() {
	run(|| {
		let device = attested(ALICE, 1);
		next_period();
		let rotate = Call::rotate_key { device, key: [1; 32], new_key: [2; 32] };
		assert_ok!(dispatch(ALICE, rotate.clone()));
		// Not twice, and nothing more with the old key.
		assert_noop!(dispatch(ALICE, rotate), Error::<Test>::KeyDiffers);
		let retire = |key| Call::retire { device, key };
		assert_noop!(dispatch(ALICE, retire([1; 32])), Error::<Test>::KeyDiffers);
		assert_ok!(dispatch(ALICE, retire([2; 32])));
	});
}

#[test]
fn another_key_is_refused_before_anything_else_is_asked_but_whether_there_is_a_device() {
	run(|| {
		let device = attested(ALICE, 1);
		for (_, call) in CALLS {
			let by_stranger = |device| dispatch(STRANGER, call(device, [9; 32]));
			assert_noop!(by_stranger(device), Error::<Test>::KeyDiffers);
			assert_noop!(by_stranger(device + 1), Error::<Test>::UnknownDevice);
		}
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		for (who, call) in CALLS {
			assert_noop!(dispatch(who, call(device, [9; 32])), Error::<Test>::Retired);
		}
	});
}
