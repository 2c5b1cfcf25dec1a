//! While a migration runs or has failed, nobody can commit or prove: windows are longer by that time, and
//! by no more.

use super::*;
use meterproof_primitives::UnixMillis;
use pallet_metering::{types::*, Marks};

/// Makes blocks until `now` that are closed to meters and provers.
fn closed_to(now: UnixMillis) {
	Closed::set(true);
	run_to(now);
	Closed::set(false);
}

/// Blocks until `phase` is over, if so many of them, from the first on, are closed before the window ends.
fn blocks_in(phase: Phase, closed: u32) -> u32 {
	let mut made = 0;
	while Metering::phase(P) == phase {
		Closed::set(made < closed);
		next_block_at(Timestamp::get() + BLOCK);
		made += 1;
		assert!(made < 1_000, "the window does not end");
	}
	Closed::set(false);
	made
}

#[test]
fn a_cut_off_comes_later_by_exactly_the_time_that_was_closed() {
	run(|| {
		run_to(SCHEDULE.end(P));
		let closed = 9 * BLOCK;
		closed_to(SCHEDULE.end(P) + closed);
		run_to(SCHEDULE.cut_off(P) + closed - 1);
		assert_eq!(Metering::phase(P), Phase::Committing);
		run_to(SCHEDULE.cut_off(P) + closed);
		assert_eq!(Metering::phase(P), Phase::Proving);
		// The deadline too, and by the same time: it was closed once.
		let info = Metering::period_info(Some(P));
		assert_eq!(info.cut_off_ms, SCHEDULE.cut_off(P) + closed);
		assert_eq!(info.deadline_ms, SCHEDULE.deadline(P) + closed);
		run_to(SCHEDULE.deadline(P) + closed - 1);
		assert_eq!(Metering::phase(P), Phase::Proving);
		assert_eq!(Metering::oldest_unsettled(), P);
		run_to(SCHEDULE.deadline(P) + closed);
		assert_eq!(Metering::phase(P), Phase::Final);
		assert_eq!(Metering::oldest_unsettled(), P + 1);
	});
}

#[test]
fn a_window_has_as_many_open_blocks_as_without_a_closure() {
	let window = |closed| {
		let mut blocks = (0, 0);
		run(|| {
			run_to(SCHEDULE.end(P));
			blocks.0 = blocks_in(Phase::Committing, closed);
			blocks.1 = blocks_in(Phase::Proving, closed);
		});
		blocks
	};
	let (committing, proving) = window(0);
	for closed in [1, 2, 7, 40] {
		assert_eq!(window(closed), (committing + closed, proving + closed));
	}
}

#[test]
fn what_was_closed_before_a_period_s_end_takes_none_of_its_windows() {
	run(|| {
		closed_to(SCHEDULE.end(P));
		run_to(SCHEDULE.cut_off(P) - 1);
		assert_eq!(Metering::phase(P), Phase::Committing);
		run_to(SCHEDULE.cut_off(P));
		assert_eq!(Metering::phase(P), Phase::Proving);
	});
}

#[test]
fn a_closure_over_a_period_s_end_counts_from_there() {
	run(|| {
		run_to(SCHEDULE.end(P) - 2 * BLOCK);
		closed_to(SCHEDULE.end(P) + 3 * BLOCK);
		run_to(SCHEDULE.cut_off(P) + 3 * BLOCK - 1);
		assert_eq!(Metering::phase(P), Phase::Committing);
		run_to(SCHEDULE.cut_off(P) + 3 * BLOCK);
		assert_eq!(Metering::phase(P), Phase::Proving);
	});
}

#[test]
fn what_had_passed_stays_past() {
	run(|| {
		run_to(SCHEDULE.cut_off(P));
		assert_eq!(Metering::phase(P), Phase::Proving);
		closed_to(SCHEDULE.cut_off(P) + 50 * BLOCK);
		assert_eq!(Metering::phase(P), Phase::Proving);
		run_to(SCHEDULE.deadline(P) + 50 * BLOCK);
		assert_eq!(Metering::phase(P), Phase::Final);
		closed_to(SCHEDULE.deadline(P) + 100 * BLOCK);
		assert_eq!(Metering::phase(P), Phase::Final);
	});
}

#[test]
fn no_deadline_passes_while_the_chain_is_closed() {
	run(|| {
		run_to(SCHEDULE.deadline(P) - 1);
		Closed::set(true);
		for _ in 0..40 {
			next_block_at(Timestamp::get() + SCHEDULE.length_ms);
			// Nor within the block, before its time has been counted as closed.
			assert_eq!(Metering::phase(P), Phase::Proving);
			assert_eq!(Metering::oldest_unsettled(), P);
		}
		Closed::set(false);
		// The last closed block ends, and the next one is where the chain stood: one millisecond is left.
		next_block_at(Timestamp::get());
		assert_eq!(Metering::phase(P), Phase::Proving);
		next_block_at(Timestamp::get() + 1);
		assert_eq!(Metering::phase(P), Phase::Final);
	});
}

#[test]
fn a_block_that_opens_after_its_beginning_is_closed() {
	run(|| {
		run_to(SCHEDULE.end(P));
		let marks = Marks::<Test>::get();
		Closed::set(true);
		next_block_at(Timestamp::get() + BLOCK);
		// The last step of a migration.
		Closed::set(false);
		assert!(Metering::is_closed());
		next_block_at(Timestamp::get() + BLOCK);
		assert!(!Metering::is_closed());
		let (from, to) = (SCHEDULE.end(P), SCHEDULE.end(P) + BLOCK);
		assert_eq!(Marks::<Test>::get().closures.over(), [Closure { from, to }]);
		// Between them, the block of the period's end was counted, and not the closed one.
		assert_eq!(Marks::<Test>::get().starts.len(), marks.starts.len() + 1);
		assert_eq!(pallet_metering::OpenBlocks::<Test>::get(), System::block_number() - 2);
	});
}

#[test]
fn commitments_are_taken_until_the_later_cut_off() {
	run(|| {
		let (first, second) = (meter(1), meter(2));
		run_to(SCHEDULE.end(P));
		closed_to(SCHEDULE.cut_off(P) + 20 * BLOCK);
		next_block_at(Timestamp::get() + BLOCK);
		record(export(1, first, P, 1));
		let left = validate(export(2, second, P, 1)).expect("the window is open").longevity;
		let window = SCHEDULE.commit_window_ms / BLOCK;
		assert_eq!(left, window - 1, "as many blocks as if nothing had been closed");
		run_to(Timestamp::get() + SCHEDULE.commit_window_ms);
		assert_eq!(
			validate(export(2, second, P, 1)),
			Err(InvalidTransaction::Custom(CommitmentRefusal::CutOffPassed.code()).into())
		);
	});
}

#[test]
fn nothing_is_pruned_while_the_chain_is_closed() {
	run(|| {
		committed(1);
		run_to(SCHEDULE.deadline(P) + BLOCK);
		Closed::set(true);
		next_block_at(Timestamp::get() + BLOCK);
		assert_eq!(idle(Weight::MAX), Weight::zero());
		assert_eq!(Pages::<Test>::iter().count(), 1);
		Closed::set(false);
		next_block_at(Timestamp::get() + BLOCK);
		assert!(idle(Weight::MAX).any_gt(Weight::zero()));
		assert_empty();
	});
}

#[test]
fn finality_and_the_oldest_unsettled_period_agree_whatever_was_closed() {
	run(|| {
		let (mut last, mut lot) = (0, 7u64);
		for _ in 0..600 {
			lot =
				lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
			// More closures than are remembered, some of many blocks, and now and then an outage.
			Closed::set((lot >> 60) < 6);
			let gap = if (lot >> 40) % 41 == 0 { 400_000 } else { 5_000 };
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
		assert_eq!(Marks::<Test>::get().closures.over().len(), MAX_CLOSURES as usize);
	});
}
