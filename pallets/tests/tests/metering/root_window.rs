//! Roots are taken in the first half of what commitments are taken in, so that a meter that is under none
//! still commits by itself.

use meterproof_primitives::{RootClock, Schedule, Timetable, UnixMillis};

use super::*;
use pallet_metering::Schedules;

fn open() -> bool {
	Metering::roots_open(P)
}

#[test]
fn the_window_is_from_the_start_until_half_of_the_commit_window() {
	run(|| {
		let end = SCHEDULE.root_cut_off(P);
		assert_eq!(end, SCHEDULE.end(P) + SCHEDULE.commit_window_ms / 2);
		let edges: [(UnixMillis, bool); 6] = [
			(SCHEDULE.start(P) - 1, false),
			(SCHEDULE.start(P), true),
			(SCHEDULE.end(P), true),
			(end - 1, true),
			(end, false),
			(SCHEDULE.deadline(P), false),
		];
		for (at, is_open) in edges {
			run_to(at);
			assert_eq!(open(), is_open, "at {at}");
		}
	});
}

#[test]
fn after_an_outage_half_of_the_blocks_are_for_roots_and_the_rest_for_meters() {
	run(|| {
		run_to(SCHEDULE.end(P) - 1);
		next_block_at(SCHEDULE.deadline(P) + 1);
		// The block at hand is not counted before it ends.
		for made in 0..SCHEDULE.min_blocks {
			assert_eq!(open(), made < SCHEDULE.min_blocks / 2, "after {made} blocks");
			assert_eq!(Metering::phase(P), Phase::Committing);
			next_block_at(Timestamp::get() + 1);
		}
		assert_eq!(Metering::phase(P), Phase::Proving);
	});
}

#[test]
fn a_window_that_waits_for_no_block_is_over_with_its_time() {
	run(|| {
		Schedules::<Test>::put(Timetable::starting(Schedule { min_blocks: 1, ..SCHEDULE }));
		next_block_at(SCHEDULE.root_cut_off(P));
		assert!(!open());
		assert_eq!(Metering::phase(P), Phase::Committing);
	});
}

#[test]
fn the_window_is_longer_by_the_time_that_the_chain_was_closed() {
	run(|| {
		run_to(SCHEDULE.end(P));
		let closed = 9 * BLOCK;
		Closed::set(true);
		run_to(SCHEDULE.end(P) + closed);
		Closed::set(false);
		run_to(SCHEDULE.root_cut_off(P) + closed - 1);
		assert!(open());
		run_to(SCHEDULE.root_cut_off(P) + closed);
		assert!(!open());
		assert_eq!(Metering::period_info(Some(P)).root_cut_off_ms, Timestamp::get());
	});
}

#[test]
fn no_window_is_over_before_that_of_an_earlier_period() {
	run(|| {
		let from = Metering::first_changeable();
		let hasty = Schedule { commit_window_ms: 0, length_ms: 2 * BLOCK, ..SCHEDULE };
		assert_ok!(Metering::set_schedule(RuntimeOrigin::root(), from, hasty));
		run_to(SCHEDULE.root_cut_off(from - 1) - 1);
		// By its own lengths the first new period is past its window.
		assert!(Metering::roots_open(from - 1) && Metering::roots_open(from));
		run_to(SCHEDULE.root_cut_off(from - 1));
		assert!(!Metering::roots_open(from - 1) && !Metering::roots_open(from));
	});
}
