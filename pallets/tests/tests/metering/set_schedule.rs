//! New lengths for coming periods.

use meterproof_primitives::{
	api::PeriodInfo, EnsureInvariants, PeriodIndex, Schedule, Timetable, GROUP_ROWS,
	LATER_SCHEDULES,
};

use super::*;
use pallet_metering::{types::*, Schedules, MAX_LENGTH_MS, MAX_NOTICE};

/// Periods twice as long.
const LONG: Schedule = Schedule { length_ms: 2 * SCHEDULE.length_ms, ..SCHEDULE };

fn set(from: PeriodIndex, schedule: Schedule) -> DispatchResult {
	Metering::set_schedule(RuntimeOrigin::root(), from, schedule)
}

/// Sets a schedule from the first possible period on, and names that period.
fn set_next(schedule: Schedule) -> PeriodIndex {
	let from = Metering::first_changeable();
	assert_ok!(set(from, schedule));
	assert_ok!(Metering::ensure_invariants());
	from
}

/// Everything that a period's place on the clock consists of.
fn place(period: PeriodIndex) -> [u64; 5] {
	let PeriodInfo { start_ms, end_ms, gate_closure_ms, cut_off_ms, deadline_ms, .. } =
		Metering::period_info(Some(period));
	[start_ms, end_ms, gate_closure_ms, cut_off_ms, deadline_ms]
}

#[test]
fn new_lengths_apply_from_the_first_period_beyond_the_horizon() {
	run(|| {
		let from = Metering::first_open() + HORIZON + 1;
		assert_ok!(set(from, LONG));
		assert_eq!(events(), [Event::ScheduleChanged { from, schedule: LONG }]);
		assert_eq!(Schedules::<Test>::get().latest().schedule, LONG);
		let start = SCHEDULE.start(from);
		assert_eq!(
			place(from + 1),
			[
				start + LONG.length_ms,
				start + 2 * LONG.length_ms,
				start + LONG.length_ms - LONG.gate_lead_ms,
				start + 2 * LONG.length_ms + LONG.commit_window_ms,
				start + 2 * LONG.length_ms + LONG.commit_window_ms + LONG.proof_window_ms,
			]
		);
	});
}

#[test]
fn earlier_periods_keep_their_place_and_nothing_changes_before_the_first_new_one() {
	run(|| {
		let from = Metering::first_changeable() + 2;
		let before: Vec<_> = (0..from).map(place).collect();
		let short = Schedule {
			length_ms: 17_000,
			gate_lead_ms: 300_000,
			commit_window_ms: 0,
			proof_window_ms: 1_000,
			min_blocks: 0,
		};
		assert_ok!(set(from, short));
		let now = SCHEDULE.start(START) + BLOCK;
		for at in (now..SCHEDULE.start(from)).step_by(BLOCK as usize) {
			run_to(at);
			assert_eq!(Metering::running(), SCHEDULE.period_at(at));
			let open = SCHEDULE.period_at(at + SCHEDULE.gate_lead_ms) + 1;
			assert_eq!(Metering::first_open().min(from), open.min(from));
		}
		assert_eq!((0..from).map(place).collect::<Vec<_>>(), before);
	});
}

#[test]
fn a_period_goes_through_its_phases_under_its_own_lengths() {
	run(|| {
		let lengths = Schedule {
			length_ms: 90_000,
			gate_lead_ms: 20_000,
			commit_window_ms: 48_000,
			proof_window_ms: 66_000,
			min_blocks: 5,
		};
		let from = set_next(lengths);
		let start = SCHEDULE.start(from) + 90_000;
		for (at, phase) in [
			(start - 20_001, Phase::Open),
			(start - 20_000, Phase::Closed),
			(start, Phase::Running),
			(start + 89_999, Phase::Running),
			(start + 90_000, Phase::Committing),
			(start + 137_999, Phase::Committing),
			(start + 138_000, Phase::Proving),
			(start + 203_999, Phase::Proving),
			(start + 204_000, Phase::Final),
		] {
			run_to(at);
			assert_eq!(Metering::phase(from + 1), phase, "at {at}");
			assert_eq!(Metering::oldest_unsettled() > from + 1, phase == Phase::Final);
		}
	});
}

#[test]
fn meters_commit_for_the_last_old_period_and_the_first_new_one() {
	run(|| {
		let device = meter(1);
		let from = set_next(LONG);
		run_to(SCHEDULE.end(from - 1));
		record(export(1, device, from - 1, 1));
		record(export(1, device, from, 2));
		assert_eq!(
			apply(export(1, device, from + 1, 3)),
			Err(UnknownTransaction::Custom(CommitmentRefusal::PeriodNotStarted.code()).into())
		);
		// An old period would have ended by now.
		run_to(SCHEDULE.start(from) + SCHEDULE.length_ms + 1);
		assert_eq!(Metering::phase(from), Phase::Running);
		let validity = validate(export(1, device, from, 4));
		assert_eq!(
			validity,
			Err(InvalidTransaction::Custom(CommitmentRefusal::AlreadyCommitted.code()).into())
		);
		run_to(SCHEDULE.start(from) + LONG.length_ms);
		assert_eq!(Metering::phase(from), Phase::Committing);
	});
}

#[test]
fn a_commitment_lives_in_the_pool_until_the_cut_off_of_its_own_period() {
	run(|| {
		let device = meter(1);
		let wide = Schedule { commit_window_ms: 240_000, min_blocks: 9, ..SCHEDULE };
		let from = set_next(wide);
		run_to(SCHEDULE.end(from));
		let longevity = |period| validate(export(1, device, period, 1)).unwrap().longevity;
		assert_eq!(longevity(from), 240_000 / BLOCK);
		assert_eq!(longevity(from + 1), 300_000 / BLOCK);
		next_block_at(SCHEDULE.end(from) + 240_000 - 1);
		assert_eq!(longevity(from), 8);
	});
}

#[test]
fn hasty_lengths_overtake_no_earlier_period_even_in_an_outage() {
	run(|| {
		let hasty = Schedule {
			length_ms: 5_000,
			gate_lead_ms: 0,
			commit_window_ms: 0,
			proof_window_ms: 0,
			min_blocks: 0,
		};
		let from = set_next(hasty);
		run_to(SCHEDULE.end(from - 1) - 1);
		next_block_at(SCHEDULE.deadline(from - 1));
		for phase in [Phase::Committing, Phase::Proving] {
			for _ in 0..SCHEDULE.min_blocks {
				assert_eq!(Metering::phase(from - 1), phase);
				assert_eq!(Metering::phase(from), phase);
				next_block_at(Timestamp::get() + 1);
			}
		}
		assert_eq!(Metering::phase(from), Phase::Final);
		// Now the new lengths are all that counts.
		let running = Metering::running();
		assert_eq!(Metering::oldest_unsettled(), running);
		assert_eq!(Metering::phase(running - 1), Phase::Final);
	});
}

#[test]
fn a_change_that_nobody_can_rely_on_yet_is_replaced() {
	run(|| {
		let from = Metering::first_changeable();
		assert_ok!(set(from + 9, LONG));
		assert_ok!(set(from + 5, LONG));
		let shorter = Schedule { length_ms: 30_000, ..SCHEDULE };
		assert_ok!(set(from + 7, shorter));
		let timetable = Schedules::<Test>::get();
		assert_eq!(timetable.rows().count(), 2);
		assert_eq!((timetable.latest().first, timetable.latest().schedule), (from + 7, shorter));
		// Still so a moment before the horizon reaches it.
		run_to(SCHEDULE.gate_closure(P + 7) - 1);
		assert_eq!(Metering::first_changeable(), from + 7);
		assert_ok!(set(from + 7, LONG));
		assert_eq!(Schedules::<Test>::get().rows().count(), 2);
	});
}

#[test]
fn one_change_follows_another_and_former_lengths_are_forgotten_at_last() {
	run(|| {
		let mut starts = vec![];
		for n in 0..12u64 {
			let lengths = [40_000, 60_000, 90_000];
			let schedule = Schedule { length_ms: lengths[n as usize % 3], ..SCHEDULE };
			let from = set_next(schedule);
			let start = place(from)[0];
			starts.push((from, start));
			run_to(start);
			assert_eq!(Metering::running(), from);
			assert_ok!(Metering::ensure_invariants());
		}
		let timetable = Schedules::<Test>::get();
		assert_eq!(timetable.rows().count(), LATER_SCHEDULES as usize + 1);
		let kept = timetable.oldest().first;
		assert!(kept > P);
		for (from, start) in starts.into_iter().filter(|(from, _)| *from >= kept) {
			assert_eq!(place(from)[0], start);
		}
		assert_eq!(Metering::phase(kept - 1), Phase::Final);
		assert_eq!(Metering::phase(0), Phase::Final);
	});
}

#[test]
fn the_oldest_unsettled_period_is_exact_across_changes() {
	run(|| {
		// Before, no period is known to be final.
		run_to(SCHEDULE.end(P));
		let mut last = (0, 0);
		for step in 0..400u64 {
			if step % 40 == 7 {
				let _ = set(
					Metering::first_changeable() + step % 3,
					Schedule {
						length_ms: 20_000 + 977 * step,
						gate_lead_ms: step * 1_113 % 100_000,
						commit_window_ms: step * 7_919 % 100_000,
						proof_window_ms: step * 6_007 % 200_000,
						min_blocks: (step % 7) as u32,
					},
				);
			}
			// Now and then the chain stands still.
			let gap = if step % 37 == 0 { 700_000 } else { 9_000 };
			next_block_at(Timestamp::get() + gap);
			let (oldest, open) = (Metering::oldest_unsettled(), Metering::first_open());
			assert!(oldest >= last.0 && open >= last.1, "the clock ran backwards");
			last = (oldest, open);
			let phases: Vec<_> = (oldest - 1..=open + 1).map(Metering::phase).collect();
			assert!(phases.windows(2).all(|pair| pair[0] >= pair[1]), "{phases:?}");
			let finals = phases.iter().filter(|phase| **phase == Phase::Final).count();
			let opens = phases.iter().filter(|phase| **phase == Phase::Open).count();
			assert_eq!((finals, opens), (1, 2), "{phases:?}");
		}
		assert!(Schedules::<Test>::get().rows().count() > 3);
	});
}

mod reject {
	use super::*;

	#[test]
	fn anyone_but_the_admin() {
		run(|| {
			let from = Metering::first_changeable();
			for origin in [RuntimeOrigin::none(), RuntimeOrigin::signed(ALICE)] {
				assert_noop!(Metering::set_schedule(origin, from, LONG), BadOrigin);
			}
		});
	}

	#[test]
	fn periods_of_no_length() {
		run(|| {
			let from = Metering::first_changeable();
			let none = Schedule { length_ms: 0, ..SCHEDULE };
			assert_noop!(set(from, none), Error::<Test>::LengthZero);
		});
	}

	#[test]
	fn a_length_or_a_window_of_more_than_a_year() {
		run(|| {
			let from = Metering::first_changeable();
			let long = MAX_LENGTH_MS + 1;
			for schedule in [
				Schedule { length_ms: long, ..SCHEDULE },
				Schedule { gate_lead_ms: long, ..SCHEDULE },
				Schedule { commit_window_ms: u64::MAX, ..SCHEDULE },
				Schedule { proof_window_ms: long, ..SCHEDULE },
			] {
				assert_noop!(set(from, schedule), Error::<Test>::LengthTooLong);
			}
			let year = MAX_LENGTH_MS;
			let patient = Schedule { length_ms: year, proof_window_ms: year, ..SCHEDULE };
			assert_ok!(set(from, patient));
		});
	}

	#[test]
	fn more_blocks_than_the_clock_remembers() {
		run(|| {
			let from = Metering::first_changeable();
			let min_blocks = CLOCK_MARKS / 2;
			for min_blocks in [min_blocks, u32::MAX] {
				let slow = Schedule { min_blocks, ..SCHEDULE };
				assert_noop!(set(from, slow), Error::<Test>::TooManyMinBlocks);
			}
			assert_ok!(set(from, Schedule { min_blocks: min_blocks - 1, ..SCHEDULE }));
		});
	}

	#[test]
	fn a_period_that_can_be_traded_for() {
		run(|| {
			let from = Metering::first_open() + HORIZON;
			for from in [0, P, Metering::first_open(), from] {
				assert_noop!(set(from, LONG), Error::<Test>::PeriodTradable);
			}
			assert_ok!(set(from + 1, LONG));
		});
	}

	#[test]
	fn a_period_too_far_ahead() {
		run(|| {
			let from = Metering::first_changeable() + MAX_NOTICE;
			for from in [from + 1, PeriodIndex::MAX] {
				assert_noop!(set(from, LONG), Error::<Test>::TooFarAhead);
			}
			assert_ok!(set(from, LONG));
		});
	}

	#[test]
	fn a_second_change_before_the_first_has_taken_effect() {
		run(|| {
			let from = set_next(LONG);
			// The horizon has reached the first one.
			run_to(SCHEDULE.gate_closure(P + 1));
			let pending = |at: PeriodIndex| {
				run_to(at);
				assert_noop!(
					set(Metering::first_changeable() + 3, SCHEDULE),
					Error::<Test>::ScheduleChangePending
				);
			};
			pending(SCHEDULE.gate_closure(P + 1));
			pending(SCHEDULE.start(from) - 1);
			run_to(SCHEDULE.start(from));
			set_next(SCHEDULE);
		});
	}

	#[test]
	fn more_unsettled_periods_than_histories_hold() {
		run(|| {
			let from = Metering::first_changeable();
			// One row stands at the beginning, one is kept, and of SCHEDULE three can be open.
			let reach = |periods: u64| Schedule {
				proof_window_ms: periods * SCHEDULE.length_ms
					- SCHEDULE.commit_window_ms
					- SCHEDULE.gate_lead_ms,
				..SCHEDULE
			};
			let most = u64::from(GROUP_ROWS) - 2 - 3 - 1;
			assert_noop!(set(from, reach(most + 1)), Error::<Test>::TooManyUnsettledPeriods);
			assert_ok!(set(from, reach(most)));
			// Periods so short that many pass before a long one's deadline does.
			let hasty = Schedule {
				length_ms: 1_000,
				gate_lead_ms: 0,
				commit_window_ms: 0,
				proof_window_ms: 0,
				min_blocks: 0,
			};
			assert_noop!(set(from, hasty), Error::<Test>::TooManyUnsettledPeriods);
		});
	}

	#[test]
	fn more_changes_than_can_be_remembered_before_any_period_is_final() {
		run(|| {
			let patient = Schedule { proof_window_ms: MAX_LENGTH_MS, ..SCHEDULE };
			let mut timetable = Timetable::starting(patient);
			let first = Metering::first_open();
			for n in 0..u64::from(LATER_SCHEDULES) {
				timetable.push(first + n, patient, 0).unwrap();
			}
			Schedules::<Test>::put(timetable);
			run_to(patient.start(first + u64::from(LATER_SCHEDULES)));
			let from = Metering::first_changeable();
			assert_noop!(set(from, LONG), Error::<Test>::TooManySchedules);
			// No chain has such a timetable: the periods that wait for it are too many.
			Schedules::<Test>::put(Timetable::starting(SCHEDULE));
		});
	}
}
