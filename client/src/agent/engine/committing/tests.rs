use super::*;
use crate::{
	agent::{
		assembly::Assembler,
		journal::tests::{open, FaultDisk},
	},
	rpc::Refusal,
	timetable::Timetable,
	types::{Direction, Directions},
};
use meterproof_meters::{Finding, Measured, Place, SignedTelegram, Value};
use subxt::utils::H256;

fn outcome(meter: &str, direction: Direction, became: Became) -> Outcome {
	Outcome { meter: meter.to_owned(), device: 1, direction, file: None, place: None, became }
}

fn refused(name: &str) -> Refusal {
	Refusal { name: name.to_owned(), message: String::new() }
}

fn row(commitments: &Commitments) -> PeriodRow {
	let mut row = PeriodRow::default();
	commitments.write_into(&mut row);
	row
}

#[test]
fn a_meter_counts_once_all_its_registers_are_on_record() {
	let mut commitments = Commitments::default();
	commitments.take(vec![
		outcome("a", Direction::Import, Became::Recorded),
		outcome("a", Direction::Export, Became::Accepted),
		outcome("b", Direction::Import, Became::Recorded),
		outcome("gone", Direction::Import, Became::NotAsked("retired".to_owned())),
	]);
	assert!(!commitments.is_complete() && commitments.need_store());
	assert_eq!((row(&commitments).committed, row(&commitments).expected), (1, 2));
	commitments.take(vec![outcome("a", Direction::Export, Became::Recorded)]);
	assert!(commitments.is_complete() && !commitments.need_store());
	assert_eq!(row(&commitments).committed, 2);
}

#[test]
fn what_is_on_record_is_not_sent_again_while_others_wait() {
	let register = |meter: &str| (meter.to_owned(), Direction::Import);
	let given = [(register("a"), 5), (register("b"), 6), (register("c"), 7)].into();
	let mut commitments = Commitments { given, ..Commitments::default() };
	commitments.take(vec![
		outcome("a", Direction::Import, Became::Recorded),
		outcome("b", Direction::Import, Became::Accepted),
		outcome("c", Direction::Import, Became::Recorded),
	]);
	let given = [(register("a"), 5), (register("b"), 6), (register("c"), 8)].into();
	assert_eq!(commitments.on_record(&given, false), None, "all were never looked at");
	commitments.whole = Some(Instant::now());
	// What was read otherwise since is not left out: it is told of.
	assert_eq!(commitments.on_record(&given, false), Some([register("a")].into()));
	assert_eq!(commitments.on_record(&given, true), None);
	commitments.whole = Instant::now().checked_sub(LOOK_AGAIN);
	assert_eq!(commitments.on_record(&given, false), None, "blocks can be taken back");
}

#[test]
fn what_passes_is_sent_again_and_what_does_not_is_told() {
	let mut commitments = Commitments::default();
	commitments.take(vec![
		outcome("a", Direction::Import, Became::Refused(refused("NodeBusy"))),
		outcome("b", Direction::Import, Became::Refused(refused("BadSignature"))),
		outcome("c", Direction::Import, Became::Missing(refused("MissingReading"))),
		outcome("d", Direction::Import, Became::Refused(refused("DeviceRetired"))),
	]);
	assert!(commitments.need_store());
	let row = row(&commitments);
	let refused = |meter: &str, name: &str| (meter.to_owned(), Direction::Import, name.to_owned());
	assert_eq!(row.refused, [refused("b", "BadSignature"), refused("d", "DeviceRetired")]);
	assert_eq!((row.committed, row.expected), (0, 3));
}

#[test]
fn what_is_on_record_with_another_reading_is_told_and_not_missed() {
	let register = || ("a".to_owned(), Direction::Import);
	let now = Some(Instant::now());
	let given = [(register(), 8)].into();
	let mut commitments = Commitments { given, last: now, whole: now, ..Commitments::default() };
	let outcomes = vec![
		outcome("a", Direction::Import, Became::Refused(refused("ReadingChanged"))),
		outcome("a", Direction::Export, Became::Recorded),
		outcome("b", Direction::Import, Became::Refused(refused("BadSignature"))),
	];
	let told = corrections(7, &outcomes, 5);
	let told: Vec<_> =
		told.iter().map(|row| (row.meter.as_str(), row.period, row.name.as_str())).collect();
	assert_eq!(told, [("a", Some(7), "ReadingChanged")]);

	commitments.take(outcomes);
	let row = row(&commitments);
	assert_eq!((row.committed, row.expected), (1, 2));
	assert_eq!(row.refused, [("b".to_owned(), Direction::Import, "BadSignature".to_owned())]);
	// The chain is asked about it again: its block can be taken back.
	assert_eq!(commitments.on_record(&[(register(), 8)].into(), false), Some(BTreeSet::new()));
	commitments.take(vec![outcome("b", Direction::Import, Became::Recorded)]);
	assert!(commitments.is_complete() && !commitments.need_store());
}

#[test]
fn what_meters_signed_of_a_reading_is_committed_to_with_it() {
	const LENGTH: u64 = 900_000;
	const FIRST: u64 = 2_000_000;
	const START: u64 = FIRST * LENGTH;
	let timetable = Timetable { period: FIRST, start_ms: START, length_ms: LENGTH };
	let directions = Directions::Import;
	let nameplate = 1_000;
	let known = |device| Known { device, resource: Resource::Electricity, directions, nameplate };
	let meters = [("a".to_owned(), known(1)), ("b".to_owned(), known(2))].into();
	let journal = open(&FaultDisk::default()).unwrap();
	let mut intake = Intake::new(journal, Assembler::new(timetable, 60_000), meters);
	let stood = |meter: &str, at_ms, total, text: &str| {
		let total = Amount::new(total, 0, Unit::WattHour).unwrap();
		Finding::Measured(Measured {
			place: Place::Telegram(1),
			meter: meter.to_owned(),
			direction: Direction::Import,
			value: Value::Stands { at_ms, total },
			taken_ms: None,
			received_ms: at_ms,
			signed: Some(SignedTelegram::new("ocmf", text.as_bytes())),
			input_name: None,
		})
	};
	let findings = [
		stood("a", START, 100, "begin"),
		stood("a", START + LENGTH, 150, "end"),
		stood("b", START, 100, "alone"),
	];
	intake.take(&findings, START + 2 * LENGTH).unwrap();
	let (readings, given) = intake.ready_and_signed(FIRST, true);
	assert_eq!(given, BTreeMap::from([(("a".to_owned(), Direction::Import), 50)]));
	let texts: Vec<_> = readings.telegrams("a").iter().map(|signed| signed.bytes()).collect();
	assert_eq!(texts, [&b"begin"[..], b"end"]);
	assert!(readings.telegrams("b").is_empty(), "nothing of it is committed to");
}

#[test]
fn what_is_on_record_counts_once_its_block_is_final_and_again_where_that_was_forked_off() {
	let register = || ("a".to_owned(), Direction::Import);
	let block = |number| Seen::new(number, H256::repeat_byte(1));
	let (given, now) = ([(register(), 5)].into(), Some(Instant::now()));
	let mut commitments = Commitments { given, last: now, whole: now, ..Commitments::default() };
	commitments.take(vec![outcome("a", Direction::Import, Became::Recorded)]);
	commitments.looked_at(block(7), false, true);
	assert!(!commitments.are_over() && !commitments.are_due(&[(register(), 5)].into(), false));
	assert_eq!(commitments.done_at, Some(block(7)));
	// Later looks do not put it off.
	commitments.looked_at(block(9), false, true);
	commitments.heard_of_block(Stands::Open);
	assert_eq!((commitments.are_over(), commitments.done_at), (false, Some(block(7))));
	// A fork without its block: it is looked at whether it is on record, and sent again.
	commitments.heard_of_block(Stands::ForkedOff);
	assert!(!commitments.are_over() && commitments.are_due(&[(register(), 5)].into(), false));
	assert_eq!(commitments.on_record(&[(register(), 5)].into(), false), None);
	commitments.take(vec![outcome("a", Direction::Import, Became::Accepted)]);
	commitments.looked_at(block(8), false, true);
	assert!(commitments.done_at.is_none() && commitments.need_store());
	commitments.take(vec![outcome("a", Direction::Import, Became::Recorded)]);
	commitments.looked_at(block(10), false, true);
	commitments.heard_of_block(Stands::Final);
	assert!(commitments.are_over());
}

#[test]
fn a_cut_off_that_has_passed_counts_once_its_block_is_final() {
	let mut commitments = Commitments::default();
	assert!(commitments.are_due(&BTreeMap::new(), true));
	commitments.last = Some(Instant::now());
	commitments.take(vec![outcome("a", Direction::Import, Became::Accepted)]);
	assert!(commitments.need_store() && commitments.are_due(&BTreeMap::new(), true));
	commitments.looked_at(Seen::new(7, H256::repeat_byte(1)), true, true);
	// Nothing more can be sent: commands may use the store meanwhile.
	assert!(!commitments.are_over() && !commitments.need_store());
	assert!(!commitments.are_due(&BTreeMap::new(), true));
	// However long finality stands still: the chain may have pruned the period by then.
	commitments.last = Instant::now().checked_sub(LOOK_AGAIN);
	assert!(!commitments.are_due(&BTreeMap::new(), true));
	commitments.heard_of_block(Stands::Final);
	assert!(commitments.are_over());
}

#[test]
fn what_was_seen_in_several_blocks_is_looked_at_again_in_one() {
	let block = |number| Seen::new(number, H256::repeat_byte(1));
	let mut commitments = Commitments { last: Some(Instant::now()), ..Default::default() };
	commitments.whole = commitments.last;
	commitments.take(vec![outcome("a", Direction::Import, Became::Recorded)]);
	for look in 0..MOST_SPANNING {
		commitments.looked_at(block(look.into()), false, false);
		assert_eq!(commitments.done_at, None, "a block with one of them may be taken back");
		assert!(commitments.are_due(&BTreeMap::new(), false));
		assert_eq!(commitments.on_record(&BTreeMap::new(), false), None, "all are asked about");
	}
	// A node that takes longer than a block each time is not asked for ever.
	commitments.looked_at(block(9), false, false);
	assert_eq!(commitments.done_at, Some(block(9)));
	let mut commitments = Commitments::default();
	commitments.take(vec![outcome("a", Direction::Import, Became::Recorded)]);
	commitments.looked_at(block(5), false, true);
	assert_eq!(commitments.done_at, Some(block(5)));
}

#[test]
fn a_meter_that_is_asked_at_the_wrong_times_is_not_called_silent() {
	const LENGTH: u64 = 900_000;
	const FIRST: u64 = 2_000_000;
	const START: u64 = FIRST * LENGTH;
	let timetable = Timetable { period: FIRST, start_ms: START, length_ms: LENGTH };
	let known = |device| Known {
		device,
		resource: Resource::Heat,
		directions: Directions::Import,
		nameplate: 1_000_000,
	};
	let names = ["gone", "half", "off", "on"];
	let meters = names.iter().zip(1..).map(|(name, device)| ((*name).to_owned(), known(device)));
	let journal = open(&FaultDisk::default()).unwrap();
	let mut intake = Intake::new(journal, Assembler::new(timetable, 60_000), meters.collect());
	let stood = |meter: &str, seconds: u64| {
		let at_ms = START + seconds * 1_000;
		Finding::Measured(Measured {
			place: Place::Telegram(1),
			meter: meter.to_owned(),
			direction: Direction::Import,
			value: Value::Stands { at_ms, total: Amount::new(5, 0, Unit::WattHour).unwrap() },
			taken_ms: None,
			received_ms: at_ms,
			signed: None,
			input_name: None,
		})
	};
	// Asked every seven minutes; gone after five; heard in time.
	let heard = [
		("off", &[660, 1_080, 1_500, 1_920][..]),
		("gone", &[300]),
		("half", &[300, 905]),
		("on", &[0, 900, 1_800]),
	];
	for (meter, all) in heard {
		let findings: Vec<_> = all.iter().map(|seconds| stood(meter, *seconds)).collect();
		intake.take(&findings, START + 4 * LENGTH).unwrap();
	}
	let why = |meter: &str, after| intake.why_silent(meter, FIRST + after);
	let missed = |ends: &str| {
		format!(
			"heard, but not within 60 s after the period's {ends}: it or this agent was away just then, \
			 or it is asked too rarely (every, tolerance_s)"
		)
	};
	assert_eq!(
		[0, 1, 2].map(|after| why("off", after)),
		["end", "start and end", "start"].map(missed)
	);
	assert_eq!(why("gone", 1), format!("last heard of at {}", time::show(START + 300_000)));
	assert_eq!([0, 1].map(|after| why("half", after)), ["read, but not for the whole period"; 2]);
	assert!(intake.assembler.missed_boundaries("on", FIRST + 1).is_empty());
	intake.assembler.forget_before(FIRST + 2);
	assert!(intake.assembler.missed_boundaries("off", FIRST + 2).is_empty());
}

#[test]
fn nobody_who_counts_is_no_period_that_is_complete() {
	let mut commitments = Commitments::default();
	assert!(!commitments.is_complete());
	commitments.take(vec![outcome("gone", Direction::Import, Became::NotAsked(String::new()))]);
	assert!(!commitments.is_complete(), "it may be attested yet");
}
