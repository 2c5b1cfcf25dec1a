//! What a group was in a period that is not settled stays known, whatever changes later.

use meterproof_primitives::{
	EnsureInvariants, PeriodClock, PeriodIndex, Schedule, Timetable, GROUP_ROWS,
};
use pallet_metering::{OpenBlocks, Schedules};

use super::*;

/// The lengths that the field has.
const QUARTER_HOURS: Schedule = Schedule {
	length_ms: 900_000,
	gate_lead_ms: 300_000,
	commit_window_ms: 900_000,
	proof_window_ms: 3_600_000,
	min_blocks: 3,
};

/// Four blocks in each period, so that time alone decides what is settled.
const STEP: u64 = QUARTER_HOURS.length_ms / 4;

fn exports() -> GroupId<AccountId> {
	group(ALICE, Direction::Export)
}

/// What the market and settlement ask about a period.
fn known(period: PeriodIndex) -> (u64, Option<u32>, Option<Vec<AccountId>>) {
	let group = exports();
	(
		Devices::capacity(&group, period).0,
		Devices::members(&group, period),
		registrars(&group, period),
	)
}

/// A chain with the field's lengths, some way into a period.
fn quarter_hours() {
	MaxGroup::set(100);
	MaxDevices::set(100);
	Schedules::<Test>::put(Timetable::starting(QUARTER_HOURS));
	let running = QUARTER_HOURS.period_at(Timestamp::get());
	next_block_at(QUARTER_HOURS.start(running + 1));
}

#[test]
fn a_change_in_every_period_takes_nothing_from_those_that_can_still_be_proved() {
	run(|| {
		quarter_hours();
		attested(ALICE, 1);
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, RIVAL));
		let mut sold = std::collections::BTreeMap::new();
		let mut changes = 0u8;
		let mut settled = 0;
		// Half a day: a meter comes or goes in every period.
		while settled < 48 {
			let open = first_open();
			if changes % 2 == 0 {
				let device = registered(ALICE, 10 + changes);
				let by = if changes % 4 == 0 { REGISTRAR } else { RIVAL };
				let facts = facts(10 + changes);
				assert_ok!(Devices::attest(
					RuntimeOrigin::signed(by),
					device,
					ALICE,
					facts,
					EVIDENCE
				));
			} else {
				let last = pallet_devices::NextDeviceId::<Test>::get() - 1;
				let by = RuntimeOrigin::signed(ALICE);
				assert_ok!(Devices::retire(by, last, key_of(last)));
			}
			changes += 1;
			while first_open() == open {
				next_block_at(Timestamp::get() + STEP);
			}
			// The gate of this one has closed: nothing changes about it any more.
			sold.insert(open, known(open));
			for (period, then) in sold.range(Metering::oldest_unsettled()..) {
				assert_eq!(known(*period), *then, "period {period} after {changes} changes");
			}
			settled = sold.range(..Metering::oldest_unsettled()).count();
			assert_ok!(Devices::ensure_invariants());
		}
		let rows = pallet_devices::Groups::<Test>::get(exports()).rows().count() as u64;
		assert_eq!(
			rows,
			Schedules::<Test>::get().history_rows(Metering::oldest_unsettled(), 6_000)
		);
	});
}

#[test]
fn a_history_that_is_full_refuses_changes_and_lets_registrars_go_before() {
	run(|| {
		quarter_hours();
		attested(ALICE, 1);
		// No deadline passes: blocks come, but none that takes commitments and proofs.
		OpenBlocks::<Test>::put(0);
		pallet_metering::Marks::<Test>::kill();
		Room::set(false);
		let mut n = 1;
		let refused = loop {
			next_block_at(Timestamp::get() + QUARTER_HOURS.length_ms);
			n += 1;
			let device = registered(ALICE, n);
			let (operator, facts, evidence) = (ALICE, facts(n), EVIDENCE);
			let call = Call::attest { device, operator, facts, evidence };
			let by = RuntimeOrigin::signed(REGISTRAR);
			match frame::traits::Dispatchable::dispatch(RuntimeCall::Devices(call), by) {
				Ok(_) => {
					assert_ok!(Devices::ensure_invariants());
				},
				Err(error) => break error.error,
			}
		};
		assert_eq!(refused, Error::<Test>::GroupHistoryFull.into());
		let rows = || pallet_devices::Groups::<Test>::get(exports()).rows().count() as u32;
		assert_eq!(rows(), GROUP_ROWS - 1);
		assert_ok!(Devices::revoke(RuntimeOrigin::signed(REGISTRAR), 0, key_of(0)));
		assert_eq!(rows(), GROUP_ROWS);
		// Once blocks have room again, old periods become final and changes are taken.
		Room::set(true);
		for _ in 0..=QUARTER_HOURS.deadline_blocks() {
			next_block_at(Timestamp::get() + 1);
		}
		next_block_at(Timestamp::get() + QUARTER_HOURS.length_ms);
		let device = pallet_devices::NextDeviceId::<Test>::get() - 1;
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			facts(n),
			EVIDENCE
		));
	});
}
