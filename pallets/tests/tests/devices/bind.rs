//! A device's operator has a gateway commit for it, from the first open period on.

use meterproof_primitives::{Commitments, Seat};

use super::*;

/// A gateway of Bob's.
fn gateway() -> u32 {
	let gateway = pallet_gateways::NextGateway::<Test>::get();
	assert_ok!(Gateways::register(RuntimeOrigin::signed(BOB)));
	gateway
}

fn bind(who: AccountId, device: u32, seat: Option<Seat>) -> DispatchResult {
	dispatch(who, Call::bind { device, key: key_of(device), seat })
}

fn seat(gateway: u32) -> Option<Seat> {
	Some(Seat { gateway, seat: 5 })
}

/// The seat that counts in a period.
fn seat_in(device: u32, period: u64) -> Option<Seat> {
	Devices::committing(device, period).unwrap().seat
}

#[test]
fn a_device_is_bound_from_the_first_open_period_on_and_was_not_before() {
	run(|| {
		let (device, gateway) = (attested(ALICE, 1), gateway());
		next_period();
		events();
		assert_ok!(bind(ALICE, device, seat(gateway)));
		let from = first_open();
		assert_eq!(events(), [Event::DeviceBound { device, seat: seat(gateway), from }]);
		assert_eq!(seat_in(device, from - 1), None);
		assert_eq!(seat_in(device, from), seat(gateway));
		assert_eq!(Devices::device(device).unwrap().seat, seat(gateway));
		// What the group is does not change by it.
		assert_eq!(Devices::members(&group(ALICE, Direction::Export), from), Some(1));
		assert_eq!(Metering::count(&group(ALICE, Direction::Export), from), 0);
	});
}

#[test]
fn periods_in_flight_keep_the_former_gateway() {
	run(|| {
		let (device, one, two) = (attested(ALICE, 1), gateway(), gateway());
		assert_ok!(bind(ALICE, device, seat(one)));
		next_period();
		next_period();
		assert_ok!(bind(ALICE, device, seat(two)));
		let from = first_open();
		assert_eq!((seat_in(device, from - 1), seat_in(device, from)), (seat(one), seat(two)));
		next_period();
		assert_ok!(bind(ALICE, device, None));
		assert_eq!((seat_in(device, from), seat_in(device, first_open())), (seat(two), None));
	});
}

#[test]
fn two_devices_may_have_one_seat_and_a_seat_says_nothing_of_an_attestation() {
	run(|| {
		let gateway = gateway();
		for device in [attested(ALICE, 1), registered(ALICE, 2)] {
			assert_ok!(bind(ALICE, device, seat(gateway)));
		}
		let last = Some(Seat { gateway, seat: 65_535 });
		assert_ok!(bind(ALICE, 0, last));
		assert_eq!(Devices::committing(1, first_open()), Err(CommitmentRefusal::DeviceNotAttested));
	});
}

#[test]
fn a_swapped_in_device_takes_the_seat_of_the_old_one_unless_it_has_its_own() {
	for own in [None, Some(Seat { gateway: 0, seat: 9 })] {
		run(|| {
			let (old, gateway) = (attested(ALICE, 1), gateway());
			assert_ok!(bind(ALICE, old, seat(gateway)));
			let mut renewed = facts(2);
			renewed.metering_point = facts(1).metering_point;
			assert_ok!(Devices::register(RuntimeOrigin::signed(ALICE), renewed.clone()));
			let new = old + 1;
			if own.is_some() {
				assert_ok!(bind(ALICE, new, own));
			}
			next_period();
			let call = Call::swap {
				old,
				old_key: key_of(old),
				new,
				operator: ALICE,
				facts: renewed,
				evidence: EVIDENCE,
			};
			assert_ok!(dispatch(REGISTRAR, call));
			let from = first_open();
			assert_eq!(seat_in(new, from), own.or(seat(gateway)));
			assert_eq!(seat_in(old, from - 1), seat(gateway));
		});
	}
}

#[test]
fn a_new_operator_has_chosen_no_gateway() {
	run(|| {
		let (device, gateway) = (attested(ALICE, 1), gateway());
		assert_ok!(bind(ALICE, device, seat(gateway)));
		next_period();
		assert_ok!(offer(ALICE, device, BOB));
		assert_ok!(accept(BOB, device));
		let from = first_open();
		assert_eq!((seat_in(device, from - 1), seat_in(device, from)), (seat(gateway), None));
		assert_noop!(bind(ALICE, device, seat(gateway)), Error::<Test>::NotOperator);
		assert_ok!(bind(BOB, device, seat(gateway)));
	});
}

#[test]
fn whatever_else_changes_leaves_the_seat() {
	run(|| {
		let (device, gateway) = (attested(ALICE, 1), gateway());
		assert_ok!(bind(ALICE, device, seat(gateway)));
		let seat_now = || Devices::device(device).unwrap().seat;
		let key = key_of(device);
		let calls = [
			(ALICE, Call::suspend { device, key }),
			(ALICE, Call::resume { device, key }),
			(REGISTRAR, Call::revoke { device, key }),
			(ALICE, Call::change_zone { device, key, zone: ZONE + 1 }),
			(ALICE, Call::rotate_key { device, key, new_key: [2; 32] }),
		];
		for (who, call) in calls {
			assert_ok!(dispatch(who, call.clone()));
			assert_eq!(seat_now(), seat(gateway), "after {call:?}");
		}
	});
}

#[test]
fn a_batch_binds_all_or_none() {
	run(|| {
		let (one, two, gateway) = (attested(ALICE, 1), attested(ALICE, 2), gateway());
		let of = |device| (device, key_of(device), seat(gateway));
		let batch = |items: Vec<_>| Call::bind_batch { batch: items.try_into().unwrap() };
		assert_noop!(dispatch(ALICE, batch(vec![])), Error::<Test>::BatchEmpty);
		let broken = batch(vec![of(one), (two, [9; 32], seat(gateway))]);
		assert_noop!(dispatch(ALICE, broken), Error::<Test>::KeyDiffers);
		assert_ok!(dispatch(ALICE, batch(vec![of(one), of(two)])));
		for device in [one, two] {
			assert_eq!(seat_in(device, first_open()), seat(gateway));
		}
	});
}

mod reject {
	use super::*;

	#[test]
	fn anyone_but_the_operator() {
		run(|| {
			let (device, gateway) = (attested(ALICE, 1), gateway());
			for who in [BOB, REGISTRAR, STRANGER] {
				assert_noop!(bind(who, device, seat(gateway)), Error::<Test>::NotOperator);
			}
		});
	}

	#[test]
	fn a_gateway_that_is_none_or_is_to_go() {
		run(|| {
			let device = attested(ALICE, 1);
			assert_noop!(bind(ALICE, device, seat(0)), Error::<Test>::UnknownGateway);
			let gateway = gateway();
			assert_ok!(Gateways::retire(RuntimeOrigin::signed(BOB), gateway));
			assert_noop!(bind(ALICE, device, seat(gateway)), Error::<Test>::GatewayRetiring);
		});
	}

	#[test]
	fn a_seat_that_no_tree_has() {
		run(|| {
			let (device, gateway) = (attested(ALICE, 1), gateway());
			for seat in [65_536, u32::MAX] {
				let seat = Some(Seat { gateway, seat });
				assert_noop!(bind(ALICE, device, seat), Error::<Test>::SeatTooHigh);
			}
		});
	}

	#[test]
	fn the_seat_that_the_device_has() {
		run(|| {
			let (device, gateway) = (attested(ALICE, 1), gateway());
			assert_noop!(bind(ALICE, device, None), Error::<Test>::SeatUnchanged);
			assert_ok!(bind(ALICE, device, seat(gateway)));
			assert_noop!(bind(ALICE, device, seat(gateway)), Error::<Test>::SeatUnchanged);
		});
	}

	#[test]
	fn more_changes_than_a_history_holds_and_leaves_registrars_the_last() {
		run(|| {
			slow_finality();
			let (device, gateway) = (attested(ALICE, 1), gateway());
			let mut bound = 0;
			loop {
				next_period();
				let seat = Some(Seat { gateway, seat: bound });
				let done = bind(ALICE, device, seat);
				if done.is_err() {
					assert_eq!(done, Err(Error::<Test>::TooManyPendingChanges.into()));
					break;
				}
				bound += 1;
				assert!(bound < 9, "the history has no end");
			}
			let key = key_of(device);
			assert_ok!(dispatch(REGISTRAR, Call::revoke { device, key }));
		});
	}
}
