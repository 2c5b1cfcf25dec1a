//! Whatever changes about a group after a period, that period is settled by what it was then.

use meterproof_primitives::{Schedule, Timetable};
use proptest::prelude::*;

use super::*;

/// The lengths that the field has.
const QUARTER_HOURS: Schedule = Schedule {
	length_ms: 900_000,
	gate_lead_ms: 300_000,
	commit_window_ms: 900_000,
	proof_window_ms: 3_600_000,
	min_blocks: 2,
};

/// Alice has meter 0 and has sold 100 units for `FIRST` to a buyer that accepts one registrar.
fn sold() {
	frame_system::BlockHash::<Test>::insert(0, H256(GENESIS));
	pallet_metering::Schedules::<Test>::put(Timetable::starting(QUARTER_HOURS));
	blocks_at(QUARTER_HOURS.start(FIRST - 2), 1);
	Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR).unwrap();
	add_device(ALICE);
	blocks_at(QUARTER_HOURS.start(FIRST - 1), 1);
	sell_through(ALICE, 100, FIRST, &[REGISTRAR]);
}

#[test]
fn new_meters_in_each_of_the_following_periods_take_nothing_from_a_delivery() {
	build().execute_with(|| {
		sold();
		let readings = [(0, 100)];
		for n in 0..6 {
			blocks_at(QUARTER_HOURS.start(FIRST + n), 3);
			add_device(ALICE);
			if n == 1 {
				commit(FIRST, &readings);
			}
		}
		let proved = Submission::proved(FIRST, &[(ALICE, 100)], &readings);
		events();
		assert_ok!(proved.submit(ANYONE));
		let settled = Event::GroupSettled {
			group: group(ALICE),
			period: FIRST,
			contracted: 100,
			delivered: 100,
			paid: 100 * PRICE,
			refunded: 0,
			penalty: 0,
			trades: 1,
		};
		assert_eq!(events(), [settled]);
		let outcome = pallet_market::Outcomes::<Test>::get(0, FIRST).unwrap();
		assert_eq!(outcome.delivered(), Some(100));
		assert!(nothing_is_escrowed());
		ensure_invariants();
	});
}

#[derive(Clone, Debug)]
enum Change {
	Add,
	Suspend(u32),
	Resume(u32),
	Revoke(u32),
	Retire(u32),
}

fn change() -> impl Strategy<Value = Change> {
	let device = 0u32..40;
	prop_oneof![
		3 => Just(Change::Add),
		2 => device.clone().prop_map(Change::Suspend),
		2 => device.clone().prop_map(Change::Resume),
		1 => device.clone().prop_map(Change::Revoke),
		1 => device.prop_map(Change::Retire),
	]
}

fn take(change: &Change) {
	let alice = || RuntimeOrigin::signed(ALICE);
	let key = |device: u32| Devices::device(device).map_or([0; 32], |info| info.key.0);
	// Most of them are refused, and must leave nothing behind.
	let call = match *change {
		Change::Add if pallet_devices::NextDeviceId::<Test>::get() < 60 => {
			return add_device(ALICE)
		},
		Change::Add => return,
		Change::Suspend(device) => {
			(pallet_devices::Call::suspend { device, key: key(device) }, alice())
		},
		Change::Resume(device) => {
			(pallet_devices::Call::resume { device, key: key(device) }, alice())
		},
		Change::Retire(device) => {
			(pallet_devices::Call::retire { device, key: key(device) }, alice())
		},
		Change::Revoke(device) => (
			pallet_devices::Call::revoke { device, key: key(device) },
			RuntimeOrigin::signed(REGISTRAR),
		),
	};
	let _ = frame::traits::Dispatchable::dispatch(RuntimeCall::Devices(call.0), call.1);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	/// Devices change in every period, a trade is sold for each, and each is settled only when its
	/// deadline is near. What settles it is what the group was when its gate closed.
	#[test]
	fn changes_in_every_period_leave_each_period_what_it_was(
		changes in prop::collection::vec(prop::collection::vec(change(), 1..4), 20..40)
	) {
		build().execute_with(|| {
			sold();
			let mut expected = std::collections::VecDeque::new();
			for (period, changes) in (FIRST..).zip(&changes) {
				// The gate of `period` has not closed: changes reach it at the latest.
				blocks_at(QUARTER_HOURS.start(period - 1) + 60_000, 3);
				for change in changes {
					take(change);
				}
				let capacity = <Devices as DeviceRegistry<_>>::capacity(&group(ALICE), period).0;
				let sold = <Market as Deliveries<_>>::contracted(&group(ALICE), period);
				if capacity >= 20 && sold == 0 {
					sell_through(ALICE, 20, period, &[REGISTRAR]);
				}
				blocks_at(QUARTER_HOURS.gate_closure(period), 1);
				let standing = <Devices as DeviceRegistry<_>>::standing(&group(ALICE), period);
				let members = <Devices as DeviceRegistry<_>>::members(&group(ALICE), period);
				expected.push_back((period, capacity, members, standing));
				// Five periods later it can still be proved, for some minutes.
				if expected.len() > 5 {
					let (then, capacity, members, standing) = expected.pop_front().unwrap();
					assert_ne!(Metering::phase(then), Phase::Final);
					let group = group(ALICE);
					assert_eq!(<Devices as DeviceRegistry<_>>::capacity(&group, then).0, capacity);
					assert_eq!(<Devices as DeviceRegistry<_>>::members(&group, then), members);
					assert_eq!(<Devices as DeviceRegistry<_>>::standing(&group, then), standing);
					let contracted = <Market as Deliveries<_>>::contracted(&group, then);
					if contracted > 0 {
						let sums = <Market as Deliveries<_>>::settle(&group, then, contracted).unwrap();
						assert_eq!((sums.penalty, sums.refunded), (0, 0), "in period {then}");
					}
				}
				ensure_invariants();
			}
		});
	}
}
