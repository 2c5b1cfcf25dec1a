use frame::traits::OnInitialize;
use meterproof_primitives::{Schedule, Timetable};

use super::*;
use pallet_metering::{types::*, Marks, Schedules};

#[test]
fn a_period_goes_through_its_phases() {
	run(|| {
		let phases = [
			(SCHEDULE.gate_closure(P) - 1, Phase::Open),
			(SCHEDULE.gate_closure(P), Phase::Closed),
			(SCHEDULE.start(P) - 1, Phase::Closed),
			(SCHEDULE.start(P), Phase::Running),
			(SCHEDULE.end(P) - 1, Phase::Running),
			(SCHEDULE.end(P), Phase::Committing),
			(SCHEDULE.cut_off(P) - 1, Phase::Committing),
			(SCHEDULE.cut_off(P), Phase::Proving),
			(SCHEDULE.deadline(P) - 1, Phase::Proving),
			(SCHEDULE.deadline(P), Phase::Final),
		];
		for (at, phase) in phases {
			run_to(at);
			assert_eq!(Metering::phase(P), phase, "at {at}");
		}
	});
}

#[test]
fn a_cut_off_and_a_deadline_wait_for_enough_blocks_each() {
	run(|| {
		run_to(SCHEDULE.end(P) - 1);
		// The chain stands still over the cut-off and the deadline.
		next_block_at(SCHEDULE.deadline(P) + 1);
		for phase in [Phase::Committing, Phase::Proving] {
			for _ in 0..SCHEDULE.min_blocks {
				assert_eq!(Metering::phase(P), phase);
				assert!(Metering::oldest_unsettled() <= P);
				next_block_at(Timestamp::get() + 1);
			}
		}
		assert_eq!(Metering::phase(P), Phase::Final);
		assert!(Metering::oldest_unsettled() > P);
	});
}

#[test]
fn periods_that_an_outage_skipped_wait_for_blocks_too() {
	run(|| {
		run_to(SCHEDULE.end(P) - 1);
		let skipped = P + 5;
		next_block_at(SCHEDULE.start(P + 20));
		next_block_at(Timestamp::get() + BLOCK);
		assert_eq!(Metering::phase(skipped), Phase::Committing);
		for phase in [Phase::Proving, Phase::Final] {
			for _ in 1..=SCHEDULE.min_blocks {
				next_block_at(Timestamp::get() + 1);
			}
			assert_eq!(Metering::phase(skipped), phase);
		}
		assert_eq!(Marks::<Test>::get().starts.len(), 3);
	});
}

#[test]
fn blocks_without_room_for_commitments_and_proofs_cost_nobody_its_time() {
	run(|| {
		run_to(SCHEDULE.end(P) - 1);
		// Somebody fills every block from the period's end until long after its deadline.
		Room::set(false);
		run_to(SCHEDULE.deadline(P + 5));
		assert_eq!(Metering::phase(P), Phase::Committing);
		assert_eq!(Metering::oldest_unsettled(), P);
		// A full block now and then takes nothing back.
		for phase in [Phase::Committing, Phase::Proving] {
			for _ in 0..SCHEDULE.min_blocks {
				assert_eq!(Metering::phase(P), phase);
				Room::set(true);
				next_block_at(Timestamp::get() + 1);
				Room::set(false);
				next_block_at(Timestamp::get() + 1);
			}
		}
		// The first of the blocks with room was the first after the period's end.
		Room::set(true);
		next_block_at(Timestamp::get() + 1);
		assert_eq!(Metering::phase(P), Phase::Final);
		assert!(Metering::oldest_unsettled() > P);
	});
}

#[test]
fn a_period_that_was_final_stays_final_when_blocks_fill_up() {
	run(|| {
		run_to(SCHEDULE.deadline(P) + BLOCK);
		let oldest = Metering::oldest_unsettled();
		assert!(oldest > P);
		Room::set(false);
		// Longer than the clock's marks reach back.
		for _ in 0..CLOCK_MARKS + 9 {
			next_block_at(Timestamp::get() + SCHEDULE.length_ms);
			assert_eq!(Metering::phase(P), Phase::Final);
			assert!(Metering::oldest_unsettled() >= oldest);
		}
		assert_eq!(Metering::phase(oldest + 9), Phase::Committing);
	});
}

#[test]
fn the_first_open_period_is_the_first_whose_gate_has_not_closed() {
	run(|| {
		run_to(SCHEDULE.gate_closure(P) - 1);
		assert_eq!(Metering::first_open(), P);
		run_to(SCHEDULE.gate_closure(P));
		assert_eq!(Metering::first_open(), P + 1);
	});
}

#[test]
fn every_period_below_the_oldest_unsettled_one_is_final_and_that_one_is_not() {
	run(|| {
		let mut last = 0;
		for step in 0..300u64 {
			// Now and then the chain stands still.
			let gap = if step % 37 == 0 { 700_000 } else { 4_000 };
			next_block_at(Timestamp::get() + gap);
			let oldest = Metering::oldest_unsettled();
			assert!(oldest >= last, "the clock ran backwards");
			last = oldest;
			assert_ne!(Metering::phase(oldest), Phase::Final);
			if let Some(before) = oldest.checked_sub(1) {
				assert_eq!(Metering::phase(before), Phase::Final);
			}
		}
		assert!(last > P);
	});
}

#[test]
fn the_clock_keeps_no_more_marks_than_it_needs() {
	run(|| {
		for _ in 0..CLOCK_MARKS + 10 {
			next_block_at(Timestamp::get() + SCHEDULE.length_ms);
		}
		let marks = Marks::<Test>::get().starts;
		assert_eq!(marks.len(), CLOCK_MARKS as usize);
		// Marks of this period's end are gone; enough blocks were made since.
		assert!(marks.first().unwrap().period > P + 1);
		assert_eq!(Metering::phase(P), Phase::Final);
	});
}

#[test]
fn opening_a_block_costs_the_same_after_any_outage() {
	run(|| {
		let before = <Metering as OnInitialize<u64>>::on_initialize(2);
		next_block_at(Timestamp::get() + 1_000_000 * SCHEDULE.length_ms);
		next_block_at(Timestamp::get() + 1);
		assert_eq!(<Metering as OnInitialize<u64>>::on_initialize(3), before);
		assert_eq!(Marks::<Test>::get().starts.len(), 2);
	});
}

#[test]
fn genesis_sets_the_schedule() {
	run(|| assert_eq!(Schedules::<Test>::get(), Timetable::starting(SCHEDULE)));
	let field = pallet_metering::GenesisConfig::<Test>::default().schedule;
	assert_eq!((field.length_ms, field.min_blocks), (900_000, 30));
}

#[test]
fn time_without_block_rule_needs_no_marks() {
	run(|| {
		let hasty = Schedule { min_blocks: 0, ..SCHEDULE };
		Schedules::<Test>::put(Timetable::starting(hasty));
		next_block_at(SCHEDULE.deadline(P));
		assert_eq!(Metering::phase(P), Phase::Final);
		assert_eq!(Metering::oldest_unsettled(), P + 1);
	});
}

mod reject {
	use super::*;

	fn build(schedule: Schedule) {
		let genesis = pallet_metering::GenesisConfig::<Test> { schedule, ..Default::default() };
		TestState::new_empty().execute_with(|| genesis.build());
	}

	#[test]
	#[should_panic(expected = "a period must have a length")]
	fn a_genesis_with_periods_of_no_length() {
		build(Schedule { length_ms: 0, ..SCHEDULE });
	}

	#[test]
	#[should_panic(expected = "twice min_blocks must be below")]
	fn a_genesis_that_waits_for_more_blocks_than_the_clock_remembers() {
		build(Schedule { min_blocks: CLOCK_MARKS / 2, ..SCHEDULE });
	}

	#[test]
	#[should_panic(expected = "longer than a year")]
	fn a_genesis_with_windows_that_nobody_lives_to_see() {
		build(Schedule { proof_window_ms: u64::MAX, ..SCHEDULE });
	}
}
