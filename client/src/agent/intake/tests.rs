//! Findings that are killed on their way into the journal.

use meterproof_meters::{
	files::Files,
	mqtt::{json::JsonReader, senml::SenmlNames},
	Amount, Place, SignedTelegram, Source, Unit,
};
use proptest::prelude::*;

use super::{
	super::journal::tests::{open, FaultDisk},
	*,
};
use crate::{timetable::Timetable, types::Direction};

const LENGTH: u64 = 900_000;
const FIRST: u64 = 2_000_000;
const START: u64 = FIRST * LENGTH;
const NOW: u64 = START + 100 * LENGTH;

fn assembler() -> Assembler {
	Assembler::new(Timetable { period: FIRST, start_ms: START, length_ms: LENGTH }, 60_000)
}

fn meters() -> BTreeMap<String, Known> {
	let known = |device| Known {
		device,
		resource: Resource::Electricity,
		directions: Directions::Import,
		nameplate: 10_000,
	};
	[("a".to_owned(), known(1)), ("b".to_owned(), known(2))].into()
}

fn intake(disk: &FaultDisk) -> Result<Intake<FaultDisk>> {
	Ok(Intake::new(open(disk)?, assembler(), meters()))
}

fn measured(meter: &str, value: Value) -> Measured {
	Measured {
		place: Place::Telegram(1),
		meter: meter.to_owned(),
		direction: Direction::Import,
		value,
		taken_ms: None,
		received_ms: NOW,
		signed: None,
		input_name: None,
	}
}

fn amount(text: &str) -> Amount {
	Amount::parse(text, Unit::WattHour).unwrap()
}

fn counted(meter: &str, period: u64, reading: u32) -> Finding {
	let start_ms = START + period * LENGTH;
	let amount = amount(&reading.to_string());
	Finding::Measured(measured(
		meter,
		Value::Counted { start_ms, end_ms: start_ms + LENGTH, amount },
	))
}

fn reading(intake: &Intake<FaultDisk>, meter: &str, period: u64) -> Option<u32> {
	let reading = intake.assembler.reading(meter, Direction::Import, FIRST + period);
	reading.and_then(|reading| reading.ok())
}

#[test]
fn what_waits_to_be_taken_has_been_heard() {
	let mut intake = intake(&FaultDisk::default()).unwrap();
	let waiting = [counted("a", 0, 5), counted("stranger", 0, 5)];
	let heard = |intake: &Intake<FaultDisk>, waiting| {
		intake.heard_with(waiting).into_iter().collect::<Vec<_>>()
	};
	let (a, b) = (("a".to_owned(), Some(NOW)), ("b".to_owned(), None));
	assert_eq!(heard(&intake, &waiting), [a.clone(), b.clone()]);
	assert_eq!(heard(&intake, &[]), [("a".to_owned(), None), b.clone()]);
	intake.take(&waiting, NOW).unwrap();
	assert_eq!(heard(&intake, &[]), [a, b]);
}

#[test]
fn one_meter_s_trouble_is_its_own() {
	let mut intake = intake(&FaultDisk::default()).unwrap();
	let bad = |value| Finding::Measured(measured("a", value));
	let (start_ms, end_ms) = (START, START + LENGTH);
	let findings = [
		bad(Value::Counted { start_ms, end_ms, amount: amount("0.5") }),
		bad(Value::Counted { start_ms, end_ms, amount: amount("-5") }),
		bad(Value::Counted { start_ms, end_ms: end_ms + 1, amount: amount("5") }),
		bad(Value::Missing { start_ms, end_ms }),
		Finding::Refused(Refused {
			place: Place::Line(7),
			meter: Some("a".to_owned()),
			name: "NotANumber",
			reason: "not a number".to_owned(),
		}),
		counted("stranger", 0, 9),
		counted("b", 0, 12),
	];
	let tally = intake.take(&findings, NOW).unwrap();
	assert_eq!(tally, Tally { kept: 1, known: 1, refused: 4, passed_over: 1 });
	assert_eq!((reading(&intake, "a", 0), reading(&intake, "b", 0)), (None, Some(12)));
	let refused = &intake.journal.contents().refused;
	assert_eq!(refused[&("a".to_owned(), Some(FIRST))].name, "NotAWholeNumber");
	assert_eq!(refused[&("a".to_owned(), None)].reason, "line 7: not a number");
	let remarks = intake.take_remarks();
	assert!(remarks.iter().any(|remark| remark.contains("stranger")), "{remarks:?}");
	assert!(remarks.iter().all(|remark| !remark.contains("0.5")), "{remarks:?}");
	intake.take(&[counted("stranger", 1, 9)], NOW).unwrap();
	assert_eq!(intake.take_remarks(), Vec::<String>::new(), "it is told once");
}

fn refused(meter: Option<&str>, name: &'static str) -> Finding {
	let (meter, reason) = (meter.map(str::to_owned), "why".to_owned());
	Finding::Refused(Refused { place: Place::Telegram(1), meter, name, reason })
}

#[test]
fn a_meter_that_is_refused_in_turns_is_written_down_once_in_a_period() {
	let disk = FaultDisk::default();
	let mut intake = intake(&disk).unwrap();
	let mut turns = |now_ms| {
		for name in ["NotANumber", "WrongUnit"].into_iter().cycle().take(20) {
			intake.take(&[refused(Some("a"), name)], now_ms).unwrap();
		}
		(intake.take_remarks().len(), intake.journal.length())
	};
	let (remarks, length) = turns(NOW);
	assert_eq!(remarks, 2);
	assert_eq!(turns(NOW + LENGTH - 1), (0, length));
	assert_eq!(turns(NOW + LENGTH).0, 2);
	disk.die_after(10);
	let other = [refused(Some("a"), "Unreadable")];
	assert!(intake.take(&other, NOW + LENGTH).is_err());
	assert!(intake.take_remarks().is_empty(), "it is said once it is written");
	disk.0.lock().unwrap().revive();
	intake.take(&other, NOW + LENGTH).unwrap();
	assert_eq!(intake.take_remarks().len(), 1);
}

#[test]
fn what_is_of_no_meter_is_told_once_for_each_source_and_period() {
	let mut intake = intake(&FaultDisk::default()).unwrap();
	let noise = [
		refused(None, "BadChecksum"),
		refused(Some("stranger"), "BadChecksum"),
		refused(None, "TooLong"),
		refused(Some("a"), "NotANumber"),
	];
	let mut told = |source: &str, now_ms| {
		intake.remark(source, &noise, now_ms);
		intake.take_remarks()
	};
	let first = told("sml a", NOW);
	assert!(first.len() == 2 && first.iter().all(|one| one.starts_with("sml a: ")), "{first:?}");
	assert!(told("sml a", NOW + LENGTH - 1).is_empty());
	assert_eq!(told("sml b", NOW).len(), 2);
	assert_eq!(told("sml a", NOW + LENGTH).len(), 2);
}

#[test]
fn an_interval_that_had_not_ended_when_it_was_read_is_no_reading() {
	let mut intake = intake(&FaultDisk::default()).unwrap();
	let (start_ms, end_ms) = (START, START + LENGTH);
	let value = Value::Counted { start_ms, end_ms, amount: amount("0") };
	let taken = |taken_ms| Finding::Measured(Measured { taken_ms, ..measured("a", value.clone()) });
	assert_eq!(intake.take(&[taken(Some(end_ms - 1))], NOW).unwrap().refused, 1);
	assert_eq!(reading(&intake, "a", 0), None);
	assert_eq!(intake.take(&[taken(Some(end_ms))], NOW).unwrap().kept, 1);
	// Of a quarter of an hour 9 s may be left when it arrives, since clocks differ.
	let untold =
		|received_ms| Finding::Measured(Measured { received_ms, ..measured("b", value.clone()) });
	assert_eq!(intake.take(&[untold(end_ms - 9_001)], NOW).unwrap().refused, 1);
	assert_eq!(intake.take(&[untold(end_ms - 9_000)], NOW).unwrap().kept, 1);
}

/// What files say whose settings and rows these are, and that were last written to at a time from the
/// start on.
async fn of_file(settings: serde_json::Value, text: &str, written: u64) -> Vec<Finding> {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("day.csv");
	std::fs::write(&path, text).unwrap();
	let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(START + written);
	std::fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
	let mut settings = settings;
	settings["path"] = serde_json::json!(path);
	let mut files = Files::new(serde_json::from_value(settings).unwrap()).unwrap();
	files.next().await.unwrap().unwrap()
}

#[tokio::test]
async fn zeros_that_a_portal_pads_a_day_with_are_no_readings_however_late_they_are_read() {
	let table = |registers: bool| {
		let row = |period: u64| {
			let at = super::super::time::show(START + period * LENGTH);
			let counted = if period < 2 { 310 } else { 0 };
			let stands = if period < 2 { 1_000 + 310 * period } else { 1_310 };
			format!("{at},a,{}\n", if registers { stands } else { counted })
		};
		format!("time,meter,import_wh\n{}", (0..8).map(row).collect::<String>())
	};
	let portal = |standings: bool| {
		serde_json::json!({
			"format": "portal",
			"portal": {
				"layout": "rows", "time": "time", "meter": "meter", "import": "import_wh",
				"step_minutes": 15, "unit": "Wh", "standings": standings, "labels": "start"
			}
		})
	};
	let csv = |standings: bool| serde_json::json!({ "format": "csv", "csv": { "standings": standings, "labels": "start" } });
	// It is written in the third period, and read again after a restart when all periods are over.
	let written = 2 * LENGTH + LENGTH / 2;
	for settings in [portal(false), csv(false)] {
		let disk = FaultDisk::default();
		for _ in 0..2 {
			let mut intake = intake(&disk).unwrap();
			let findings = of_file(settings.clone(), &table(false), written).await;
			assert_eq!(intake.take(&findings, NOW).unwrap().refused, 0);
			let readings = [0, 1, 2, 3, 7].map(|period| reading(&intake, "a", period));
			assert_eq!(readings, [Some(310), Some(310), None, None, None], "{settings}");
		}
	}
	for settings in [portal(true), csv(true)] {
		let mut intake = intake(&FaultDisk::default()).unwrap();
		let findings = of_file(settings.clone(), &table(true), written).await;
		intake.take(&findings, NOW).unwrap();
		let readings = [0, 1, 2, 3, 7].map(|period| reading(&intake, "a", period));
		assert_eq!(readings, [Some(310), Some(0), None, None, None], "{settings}");
	}
	// A time of writing that has not come yet is another clock's.
	let mut intake = intake(&FaultDisk::default()).unwrap();
	let findings = of_file(csv(false), &table(false), 50 * LENGTH).await;
	intake.take(&findings, START + written).unwrap();
	let readings = [1, 2, 3].map(|period| reading(&intake, "a", period));
	assert_eq!(readings, [Some(310), None, None]);
}

#[test]
fn a_table_that_is_read_again_does_not_make_its_meter_speak() {
	let mut intake = intake(&FaultDisk::default()).unwrap();
	for received_ms in [NOW, NOW + 5 * LENGTH] {
		let Finding::Measured(row) = counted("a", 0, 5) else { panic!() };
		let (place, taken_ms) = (Place::Line(2), Some(NOW));
		let row = Measured { place, taken_ms, received_ms, ..row };
		intake.take(&[Finding::Measured(row)], received_ms).unwrap();
		assert_eq!(intake.heard("a"), Some(START + LENGTH));
	}
}

#[tokio::test]
async fn a_table_of_an_absurd_clock_is_named() {
	let mut intake = intake(&FaultDisk::default()).unwrap();
	let text = "time,meter,import_wh\n2070-01-01T00:00Z,a,5\n2000-01-01T00:00Z,a,5\n";
	let csv = serde_json::json!({ "format": "csv", "csv": { "step_minutes": 15 } });
	let findings = of_file(csv, text, 0).await;
	assert_eq!(intake.take(&findings, NOW).unwrap().refused, 2);
	let remarks = intake.take_remarks();
	let has = |name: &str| remarks.iter().any(|remark| remark.contains(name));
	assert!(has("ClockAhead") && has("AbsurdClock"), "{remarks:?}");
}

#[test]
fn messages_that_tell_the_start_of_their_interval_are_kept_once_it_is_over() {
	let (end_ms, seconds) = (START + LENGTH, START / 1_000);
	let fields = serde_json::json!({
		"import": "/wh", "unit": "Wh", "meter": "/id", "time": "/t", "interval": { "seconds": 900 }
	});
	let json = JsonReader::new(serde_json::from_value(fields).unwrap()).unwrap();
	let names = serde_json::json!({ "import": ":import", "interval": { "seconds": 900 } });
	let senml: SenmlNames = serde_json::from_value(names).unwrap();
	let message = format!(r#"{{"id":"a","t":{seconds},"wh":210}}"#);
	let pack = format!(r#"[{{"n":"b:import","u":"Wh","t":{seconds},"v":310}}]"#);
	let place = Place::Telegram(1);
	let said = |received_ms| {
		let mut all = json.read("topic", message.as_bytes(), false, place, received_ms);
		all.extend(senml.read(pack.as_bytes(), false, place, received_ms));
		all
	};
	let mut intake = intake(&FaultDisk::default()).unwrap();
	// What a gateway says of an interval that runs is no reading, however late it is looked at.
	assert_eq!(intake.take(&said(end_ms - 30_000), NOW).unwrap().refused, 2);
	assert_eq!((reading(&intake, "a", 0), reading(&intake, "b", 0)), (None, None));
	assert_eq!(intake.take(&said(end_ms + 1_000), end_ms + 1_000).unwrap().kept, 2);
	assert_eq!((reading(&intake, "a", 0), reading(&intake, "b", 0)), (Some(210), Some(310)));
}

#[test]
fn a_register_that_was_reset_is_named_and_its_period_is_missing_also_after_a_restart() {
	let disk = FaultDisk::default();
	let mut before = intake(&disk).unwrap();
	let stands = |at, total: &str| {
		Finding::Measured(measured("a", Value::Stands { at_ms: START + at, total: amount(total) }))
	};
	let half = LENGTH / 2;
	for (at, total) in [(0, "100"), (half, "150")] {
		before.take(&[stands(at, total)], NOW).unwrap();
	}
	// A disk that is full for a moment does not hide what was seen.
	disk.die_after(10);
	assert!(before.take(&[stands(half + 10, "80")], NOW).is_err());
	disk.0.lock().unwrap().revive();
	for (at, total) in [(half + 10, "80"), (LENGTH, "180"), (2 * LENGTH, "200")] {
		before.take(&[stands(at, total)], NOW).unwrap();
	}
	let remarks = before.take_remarks();
	assert!(remarks.iter().any(|remark| remark.contains("RegisterWentBack")), "{remarks:?}");
	assert!(remarks.iter().all(|remark| !remark.contains("150")), "{remarks:?}");
	drop(before);
	let after = intake(&disk).unwrap();
	assert_eq!((reading(&after, "a", 0), reading(&after, "a", 1)), (None, Some(20)));
	let refused = &after.journal.contents().refused;
	assert_eq!(refused[&("a".to_owned(), Some(FIRST))].name, "RegisterWentBack");
	let unusable = after.unusable(FIRST);
	let went_back = AssemblyError::RegisterWentBack { period: FIRST };
	assert_eq!(unusable, [("a".to_owned(), went_back)]);
}

#[test]
fn a_meter_that_was_replaced_under_a_name_of_the_configuration_starts_afresh() {
	let disk = FaultDisk::default();
	let mut intake = intake(&disk).unwrap();
	let stands = |input: &str, at, total: &str| {
		let value = Value::Stands { at_ms: START + at, total: amount(total) };
		Finding::Measured(Measured { input_name: Some(input.to_owned()), ..measured("a", value) })
	};
	let all = [
		stands("E1", 0, "100"),
		stands("E1", LENGTH, "110"),
		stands("E2", 2 * LENGTH, "115"),
		stands("E2", 3 * LENGTH, "118"),
	];
	intake.take(&all, NOW).unwrap();
	let readings = [0, 1, 2].map(|period| reading(&intake, "a", period));
	assert_eq!(readings, [Some(10), None, Some(3)]);
	let replaced = AssemblyError::MeterReplaced { period: FIRST + 1 };
	assert_eq!(intake.unusable(FIRST + 1), [("a".to_owned(), replaced)]);
}

/// What a register of `a` said at a time from the start on, and the telegram that the meter signed of it.
fn signed(direction: Direction, value: Value, text: &str) -> Finding {
	let signed = Some(SignedTelegram::new("ocmf", text.as_bytes()));
	Finding::Measured(Measured { direction, signed, ..measured("a", value) })
}

#[test]
fn the_telegrams_of_a_period_are_those_of_its_ends_and_its_intervals() {
	let mut intake = intake(&FaultDisk::default()).unwrap();
	let directions = Directions::Both;
	let both = Known { device: 1, resource: Resource::Electricity, directions, nameplate: 10_000 };
	intake.set_meters([("a".to_owned(), both)].into());
	let stands = |at, total| Value::Stands { at_ms: START + at, total: amount(total) };
	// The first that the meter signed at a boundary is not always the first that comes.
	for (at, total, text) in [
		(LENGTH + 2_000, "150", "late"),
		(LENGTH + 1_000, "149", "end"),
		(400_000, "120", "between"),
		(500, "100", "begin"),
		(2 * LENGTH, "200", "next"),
	] {
		let of = |direction| signed(direction, stands(at, total), text);
		intake.take(&[of(Direction::Import), of(Direction::Export)], NOW).unwrap();
	}
	let half = LENGTH / 2;
	for (at, text) in [(3 * LENGTH + half, "second"), (3 * LENGTH, "first")] {
		let (start_ms, end_ms) = (START + at, START + at + half);
		let value = Value::Counted { start_ms, end_ms, amount: amount("5") };
		intake.take(&[signed(Direction::Import, value, text)], NOW).unwrap();
	}
	let texts = |intake: &Intake<FaultDisk>, period: u64| -> Vec<String> {
		let telegrams = intake.telegrams("a", directions, FIRST + period);
		let texts = telegrams.iter().map(|signed| signed.bytes().to_vec());
		texts.map(|bytes| String::from_utf8(bytes).unwrap()).collect()
	};
	assert_eq!(texts(&intake, 0), ["begin", "end"]);
	assert_eq!(texts(&intake, 1), ["end", "next"]);
	assert_eq!(texts(&intake, 2), ["next"]);
	assert_eq!(texts(&intake, 3), ["first", "second"]);
	assert!(intake.telegrams("b", directions, FIRST).is_empty());
	assert!(intake.telegrams("a", directions, u64::MAX).is_empty());
}

#[test]
fn a_full_disk_changes_nothing_and_the_same_findings_count_later() {
	let disk = FaultDisk::default();
	let mut intake = intake(&disk).unwrap();
	disk.die_after(10);
	assert!(intake.take(&[counted("a", 0, 5)], NOW).is_err());
	assert_eq!(reading(&intake, "a", 0), None, "what is not on disk does not count");
	disk.0.lock().unwrap().revive();
	intake.take(&[counted("a", 0, 5)], NOW).unwrap();
	assert_eq!(reading(&intake, "a", 0), Some(5));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	/// The machine dies at any byte; what was answered for counts afterwards, and when the sources say
	/// the rest again, all is as if nothing had happened.
	#[test]
	fn a_kill_at_any_byte_loses_nothing_and_repeats_nothing(
		parts in proptest::collection::vec(
			proptest::collection::vec((any::<bool>(), 0u64..8, 0u32..1_000), 1..5), 1..8),
		bytes in 0usize..4_000,
	) {
		let findings: Vec<Vec<Finding>> = parts
			.iter()
			.map(|part| {
				let each = part.iter();
				each.map(|(a, period, reading)| counted(if *a { "a" } else { "b" }, *period, *reading)).collect()
			})
			.collect();
		let whole = FaultDisk::default();
		let mut undisturbed = intake(&whole).unwrap();
		for part in &findings {
			undisturbed.take(part, NOW).unwrap();
		}

		let disk = FaultDisk::default();
		disk.die_after(bytes);
		let mut acknowledged = 0;
		if let Ok(mut intake) = intake(&disk) {
			acknowledged = findings.iter().take_while(|part| intake.take(part, NOW).is_ok()).count();
		}
		let again = disk.again();
		let mut intake = intake(&again).unwrap();
		for part in &findings[acknowledged..] {
			intake.take(part, NOW).unwrap();
		}
		for meter in ["a", "b"] {
			for period in 0..8 {
				let expected = reading(&undisturbed, meter, period);
				prop_assert_eq!(reading(&intake, meter, period), expected);
			}
		}
		let replayed = super::tests::intake(&again).unwrap();
		prop_assert_eq!(replayed.journal.contents(), intake.journal.contents());
	}
}

#[test]
fn a_refusal_that_quotes_all_that_came_in_is_written_down_in_short() {
	let disk = FaultDisk::default();
	let mut intake = intake(&disk).unwrap();
	let told = Refused {
		place: Place::Telegram(1),
		meter: Some("a".to_owned()),
		name: "BadReading",
		reason: "x".repeat(70_000),
	};
	assert_eq!(intake.take(&[Finding::Refused(told)], NOW).unwrap().refused, 1);
	let row = &intake.journal.contents().refused[&("a".to_owned(), None)];
	assert_eq!(row.reason.chars().count(), MOST_LETTERS + 1);
}
