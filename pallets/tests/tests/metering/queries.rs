use meterproof_primitives::{api::CommitmentCheck, Schedule, SignedCommitment};

use super::*;

#[test]
fn a_period_is_described_in_milliseconds() {
	run(|| {
		run_to(SCHEDULE.end(P));
		let info = Metering::period_info(Some(P));
		assert_eq!(info.phase, Phase::Committing);
		assert_eq!(info.now_ms, SCHEDULE.end(P));
		assert_eq!((info.start_ms, info.end_ms), (SCHEDULE.start(P), SCHEDULE.end(P)));
		assert_eq!(info.gate_closure_ms, SCHEDULE.gate_closure(P));
		assert_eq!(
			(info.cut_off_ms, info.deadline_ms),
			(SCHEDULE.cut_off(P), SCHEDULE.deadline(P))
		);
		assert_eq!(info.root_cut_off_ms, SCHEDULE.end(P) + SCHEDULE.commit_window_ms / 2);
		assert_eq!((info.first_open, info.schedule), (P + 2, SCHEDULE));
		assert_eq!(info.schedule_until, None);
		assert_eq!(Metering::period_info(None).period, P + 1);
		// Any index has an answer.
		assert_eq!(Metering::period_info(Some(u64::MAX)).phase, Phase::Open);
	});
}

#[test]
fn a_time_lies_in_a_period() {
	run(|| {
		for (at, period) in [
			(0, 0),
			(SCHEDULE.start(P) - 1, P - 1),
			(SCHEDULE.start(P), P),
			(SCHEDULE.end(P) - 1, P),
		] {
			assert_eq!(Metering::period_info_at(at), Metering::period_info(Some(period)));
		}
	});
}

#[test]
fn a_period_is_described_by_its_own_lengths_and_names_the_next_change() {
	run(|| {
		let from = Metering::first_changeable();
		let long = Schedule { length_ms: 3 * SCHEDULE.length_ms, ..SCHEDULE };
		assert_ok!(Metering::set_schedule(RuntimeOrigin::root(), from, long));
		let [before, after] = [from - 1, from].map(|period| Metering::period_info(Some(period)));
		assert_eq!((before.schedule, before.schedule_until), (SCHEDULE, Some(from)));
		assert_eq!((after.schedule, after.schedule_until), (long, None));
		assert_eq!(before.end_ms, after.start_ms);
		assert_eq!(after.end_ms - after.start_ms, long.length_ms);
		assert_eq!(Metering::period_info_at(after.end_ms - 1), after);
		assert_eq!(Metering::period_info_at(after.start_ms - 1), before);
	});
}

#[test]
fn a_check_says_what_would_become_of_a_commitment() {
	run(|| {
		let device = meter(1);
		let item = export(1, device, P, 1);
		assert_eq!(
			Metering::check(&item),
			CommitmentCheck::Refused(CommitmentRefusal::PeriodNotStarted)
		);
		run_to(SCHEDULE.end(P));
		assert_eq!(Metering::check(&item), CommitmentCheck::Acceptable);
		let forged = SignedCommitment { signature: [0; 64], ..item.clone() };
		assert_eq!(
			Metering::check(&forged),
			CommitmentCheck::Refused(CommitmentRefusal::BadSignature)
		);
		record(item.clone());
		assert_eq!(Metering::check(&item), CommitmentCheck::Recorded);
		assert_eq!(
			Metering::check(&export(1, device, P, 2)),
			CommitmentCheck::Refused(CommitmentRefusal::AlreadyCommitted)
		);
		// Recorded stays recorded after the cut-off.
		run_to(SCHEDULE.cut_off(P));
		assert_eq!(Metering::check(&item), CommitmentCheck::Recorded);
	});
}

#[test]
fn a_status_says_why_a_device_is_not_counted() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.end(P));
		let item = export(1, device, P, 1);
		record(item.clone());
		let [import, export] = Metering::status(device, P).try_into().unwrap();
		assert_eq!((import.direction, export.direction), (Direction::Import, Direction::Export));
		assert_eq!(export.commitment, Some(H256(item.commitment)));
		assert_eq!(export.group, Some(exports(ALICE)));
		assert_eq!((export.refusal, export.reason), (None, None));
		assert_eq!((import.commitment, import.refusal), (None, None));
		assert!(import.reason.unwrap().contains("still taken"));

		run_to(SCHEDULE.cut_off(P));
		let import = Metering::status(device, P).remove(0);
		assert_eq!(import.refusal.as_deref(), Some("CutOffPassed"));
		assert_eq!(import.reason.as_deref(), Some(CommitmentRefusal::CutOffPassed.text()));
	});
}

#[test]
fn a_status_names_the_gateway_of_the_period() {
	run(|| {
		let device = meter(1);
		assert_ok!(Gateways::register(RuntimeOrigin::signed(STRANGER)));
		run_to(SCHEDULE.start(P));
		let seat = Some(meterproof_primitives::Seat { gateway: 0, seat: 3 });
		let alice = RuntimeOrigin::signed(ALICE);
		assert_ok!(Devices::bind(alice, device, key(1).public(), seat));
		let next = Metering::first_open();
		let seats = |period| Metering::status(device, period).into_iter().map(|known| known.seat);
		assert!(seats(P).all(|known| known.is_none()));
		assert!(seats(next).all(|known| known == seat));
		assert_eq!(Metering::status(99, P)[0].seat, None);
	});
}

#[test]
fn a_status_names_the_registers_a_device_has() {
	run(|| {
		let device = meter_of(ALICE, 1, Directions::Export);
		let registers = Metering::status(device, P);
		assert_eq!(registers.len(), 1);
		assert_eq!(registers[0].refusal.as_deref(), Some("PeriodNotStarted"));
		let unknown = Metering::status(99, P);
		assert_eq!(unknown.len(), 2);
		assert_eq!(unknown[0].refusal.as_deref(), Some("UnknownDevice"));
		assert_eq!(unknown[0].group, None);
	});
}
