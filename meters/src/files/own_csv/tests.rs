use super::*;
use meterproof_statements::Resource;
use proptest::prelude::*;

const QUARTER: u64 = 900_000;
const HEADER: &str = "time,meter,import_wh,export_wh\n";

fn parse_with(text: &str, options: &Options) -> Result<OwnCsv, CsvError> {
	OwnCsv::parse(text.as_bytes(), options)
}

fn findings_with(text: &str, options: &Options) -> Vec<Finding> {
	parse_with(text, options).unwrap().findings(Some(QUARTER), 0)
}

fn findings(rows: &str) -> Vec<Finding> {
	findings_with(&format!("{HEADER}{rows}"), &Options::default())
}

/// Line, register, start and length in minutes since 10:00 on 2026-11-02 UTC, and the whole amount;
/// `None` if it is missing.
fn measured(findings: &[Finding]) -> Vec<(u64, Direction, i64, u64, Option<u32>)> {
	const TEN: i64 = 1_793_613_600_000;
	let minutes = |ms: u64| (ms as i64 - TEN) / 60_000;
	let told = |finding: &Finding| {
		let Finding::Measured(measured) = finding else { return None };
		let (start, end, amount) = match measured.value {
			Value::Counted { start_ms, end_ms, amount } => (start_ms, end_ms, Some(amount)),
			Value::Missing { start_ms, end_ms } => (start_ms, end_ms, None),
			Value::Stands { at_ms, total } => (at_ms, at_ms, Some(total)),
		};
		let resource = |unit| match unit {
			Unit::Litre | Unit::CubicMetre => Resource::Water,
			_ => Resource::Electricity,
		};
		let whole = amount.map(|amount| amount.whole(resource(amount.unit())).unwrap());
		let Place::Line(line) = measured.place else { panic!("no line") };
		Some((line, measured.direction, minutes(start), (end - start) / 60_000, whole))
	};
	findings.iter().filter_map(told).collect()
}

/// Line, meter and name.
fn refused(findings: &[Finding]) -> Vec<(u64, Option<&str>, &str)> {
	let told = |finding: &'_ Finding| matches!(finding, Finding::Refused(_));
	let all = findings.iter().filter(|finding| told(finding));
	all.map(|finding| match finding {
		Finding::Refused(Refused { place: Place::Line(line), meter, name, .. }) => {
			(*line, meter.as_deref(), *name)
		},
		_ => panic!("no line"),
	})
	.collect()
}

#[test]
fn rows_are_what_registers_counted_from_their_time_on() {
	use Direction::{Export, Import};
	let found = findings(
		"2026-11-02T10:00:00Z,a,1,2\n2026-11-02T10:00:00Z,b,3,\n2026-11-02T10:15:00Z,a,4,NaN\n",
	);
	assert_eq!(
		measured(&found),
		[
			(2, Import, 0, 15, Some(1)),
			(2, Export, 0, 15, Some(2)),
			(3, Import, 0, 15, Some(3)),
			(3, Export, 0, 15, None),
			(4, Import, 15, 15, Some(4)),
			(4, Export, 15, 15, None),
		]
	);
	assert_eq!(refused(&found), []);
}

#[test]
fn every_form_of_a_spreadsheet_is_the_same_table() {
	let plain = "time,meter,import_wh\n2026-11-02 10:00Z,a,1500\n2026-11-02 10:15Z,a,500\n";
	let expected = measured(&findings_with(plain, &Options::default()));
	let zone = Zone::parse("Europe/Vienna");
	for (text, zone) in [
		("\u{feff}time,meter,import_wh\r\n2026-11-02 10:00Z,a,1500.0\r\n2026-11-02 10:15Z,a,500\r\n", None),
		("time;meter;import_kwh\n2026-11-02 10:00Z;a;1,5\n2026-11-02 10:15Z;a;0,5\n", None),
		("time\tmeter\timport_kwh\n2026-11-02 10:00Z\ta\t1,5\n2026-11-02 10:15Z\ta\t0,5\n", None),
		("meter,export,import,time,unit\na,,1.5,02.11.2026 11:00,kWh\na,,0.5,02.11.2026 11:15,kwh\n", zone),
		("Time,Meter,Import_MWh\n\"2026-11-02 10:00Z\",a,0.0015\n2026-11-02 10:15Z,a,5e-4,,\n", None),
		// The newest row first.
		("time,meter,import_wh\n2026-11-02 10:15Z,a,500\n2026-11-02 10:00Z,a,1500\n", None),
		// Two files, one after the other.
		("time,meter,import_wh\n2026-11-02 10:00Z,a,1500\ntime,meter,import_wh\n2026-11-02 10:15Z,a,500\n", None),
	] {
		let options = Options { zone, ..Options::default() };
		let found = findings_with(text, &options);
		let imports = measured(&found).into_iter().filter(|m| m.1 == Direction::Import);
		let mut values: Vec<_> = imports.map(|(_, _, start, length, n)| (start, length, n)).collect();
		values.sort_unstable();
		let wanted: Vec<_> = expected.iter().map(|(_, _, start, length, n)| (*start, *length, *n)).collect();
		assert_eq!((values, refused(&found)), (wanted, vec![]), "{text}");
		let marked = format!("\u{feff}{}", text.trim_start_matches('\u{feff}'));
		let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
		assert_eq!(OwnCsv::parse(&utf16, &options).unwrap().findings(None, 0).len(), found.len());
	}
}

#[test]
fn one_row_s_fault_is_its_own_and_says_for_which_time() {
	let good = "2026-11-02T10:00:00Z,a,1,\n2026-11-02T10:15:00Z,a,2,\n";
	for (row, meter, name) in [
		("2026-11-02T10:00:00Z,b,1", Some("b"), "WrongColumns"),
		("2026-11-02T10:00:00Z,b,1,2,3", Some("b"), "WrongColumns"),
		("2026-11-02 at ten,b,1,2", Some("b"), "BadTime"),
		("2026-11-02 10:00,b,1,2", Some("b"), "NoTimeZone"),
		("1960-06-14T10:00:00Z,b,1,2", Some("b"), "BadTime"),
		("2026-11-02T10:00:00Z,,1,2", None, "NoMeter"),
		("2026-11-02T10:00:00Z,b,x,", Some("b"), "NotANumber"),
		("2026-11-02T10:00:00Z,b,\"1,5\",", Some("b"), "NotANumber"),
		("2026-11-02T10:00:00Z,b,\"1,5", None, "UnbalancedQuotes"),
	] {
		let found = findings(&format!("{good}{row}\n"));
		assert_eq!(refused(&found), [(4, meter, name)], "{row}");
		let of_a = measured(&found).into_iter().filter(|(line, ..)| *line < 4).count();
		assert_eq!(of_a, 4, "{row}");
		if name == "NotANumber" {
			let at = found.iter().position(|f| matches!(f, Finding::Refused(_))).unwrap();
			let spoilt = measured(&found[at + 1..at + 2]);
			assert_eq!(spoilt, [(4, Direction::Import, 0, 15, None)], "{row}");
		}
	}
	assert!(findings(&format!("{good}2026-11-02T10:00:00Z,b,\"1,5\",\n")).iter().any(|finding| {
		matches!(finding, Finding::Refused(refused) if refused.reason.contains("--decimal")
			&& refused.reason.contains("decimal = \"comma\" under [source.csv]"))
	}));
}

#[test]
fn a_remedy_is_named_for_the_command_and_for_the_agent() {
	for (header, unit) in [
		("time,meter,import\n", None),
		("time,meter,import_kwh\n", Some(Unit::WattHour)),
		("time,meter\n", None),
	] {
		let options = Options { unit, ..Options::default() };
		let error = parse_with(header, &options).unwrap_err().to_string();
		assert!(error.contains("--unit, or unit under [source.csv]"), "{error}");
	}
	let step = OwnRowError::NoStep.to_string();
	assert!(step.contains("--step, or step_minutes under [source.csv]"), "{step}");
	// The keys that are named are keys.
	let csv = serde_json::json!({ "unit": "Wh", "step_minutes": 15, "decimal": "comma" });
	let settings: CsvSettings = serde_json::from_value(csv).unwrap();
	assert!(settings.options().is_ok());
}

#[test]
fn each_meter_has_its_own_step_and_a_gap_is_no_step() {
	let rows: String = (0..12)
		.map(|at| format!("2026-11-02T10:{:02}:00Z,logger,,{at}\n", at * 5))
		.chain([0, 30, 45].map(|at| format!("2026-11-02T10:{at:02}:00Z,a,{at},\n")))
		.collect();
	let found = measured(&findings(&rows));
	let lengths = |direction, lines: std::ops::RangeInclusive<u64>| {
		let of = found.iter().filter(|m| m.1 == direction && lines.contains(&m.0));
		of.map(|m| m.3).collect::<Vec<_>>()
	};
	assert_eq!(lengths(Direction::Export, 2..=13), [5; 12]);
	assert_eq!(lengths(Direction::Import, 14..=16), [15; 3]);
}

#[test]
fn a_change_of_the_step_is_noticed() {
	const HOUR: u64 = 60;
	let minutes = |times: &[u64], labels| -> Vec<u64> {
		let steps = steps(times, labels, Some(7));
		steps.into_iter().map(Option::unwrap).collect()
	};
	let halved = [0, 30, 60, 90, 120, 135, 150, 165];
	assert_eq!(minutes(&halved, Labels::Start), [30, 30, 30, 30, 15, 15, 15, 15]);
	assert_eq!(minutes(&halved, Labels::End), [30, 30, 30, 30, 30, 15, 15, 15]);
	let doubled = [0, 15, 30, 45, HOUR, 90, 120, 150];
	assert_eq!(minutes(&doubled, Labels::Start), [15, 15, 15, 15, 30, 30, 30, 30]);
	assert_eq!(minutes(&doubled, Labels::End), [15, 15, 15, 15, 15, 30, 30, 30]);
	assert_eq!(minutes(&[0, 30, 45], Labels::Start), [15; 3]);
	assert_eq!(minutes(&[0, 15, 45], Labels::End), [15; 3]);
	assert_eq!(minutes(&[0, 15, 75, 90], Labels::Start), [15; 4]);
	assert_eq!(minutes(&[5], Labels::Start), [7]);
	assert_eq!(minutes(&[0, 60, 120], Labels::End), [60; 3]);
	// A clock that was wrong sets no step.
	let years = 1_000_000 * MOST_STEP_MS;
	assert_eq!(minutes(&[0, years], Labels::Start), [7; 2]);
	assert_eq!(minutes(&[0, 15, years, 2 * years], Labels::Start), [15; 4]);
}

#[test]
fn labels_may_stand_at_ends_and_24_00_is_one() {
	let text =
		"time,meter,import_wh\n2026-11-02T11:00:00+01:00,a,1\n2026-11-02T12:00:00+01:00,a,2\n";
	let options = Options { labels: Labels::End, ..Options::default() };
	let starts: Vec<_> =
		measured(&findings_with(text, &options)).iter().map(|m| (m.2, m.3)).collect();
	assert_eq!(starts, [(-60, 60), (0, 60)]);
	assert!(!parse_with(text, &options).unwrap().has_hour_24());
	let text =
		"time,meter,import_wh\n2026-11-02T23:00:00+01:00,a,1\n2026-11-02T24:00:00+01:00,a,2\n";
	assert!(parse_with(text, &options).unwrap().has_hour_24());
	let starts: Vec<_> =
		measured(&findings_with(text, &options)).iter().map(|m| (m.2, m.3)).collect();
	assert_eq!(starts, [(11 * 60, 60), (12 * 60, 60)]);
}

#[test]
fn a_step_that_is_given_is_everybody_s() {
	let text = "time,meter,import_wh\n2026-11-02T10:00Z,a,1\n2026-11-02T10:30Z,a,2\n2026-11-02T11:00Z,a,2\n";
	let options = Options { step_ms: Some(QUARTER), ..Options::default() };
	assert!(measured(&findings_with(text, &options)).iter().all(|m| m.3 == 15));
	let text = "time,meter,import_wh\n2026-11-02T10:00Z,a,1\n";
	let single = parse_with(text, &Options::default()).unwrap();
	assert_eq!(refused(&single.findings(None, 0)), [(2, Some("a"), "NoStep")]);
}

#[test]
fn days_of_25_hours_have_25_hours() {
	let mut text = String::from("time;meter;import_kwh\n");
	for hour in [0, 1, 2, 2, 3] {
		text += &format!("25.10.2026 {hour:02}:00;a;0,5\n");
	}
	let options = Options { zone: Zone::parse("Europe/Vienna"), ..Options::default() };
	let found = findings_with(&text, &options);
	assert_eq!(refused(&found), []);
	let starts: Vec<_> = measured(&found).iter().map(|m| m.2 / 60).collect();
	let first = starts[0];
	assert_eq!(starts.iter().map(|hour| hour - first).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn headers_are_checked() {
	let header = |columns: &str, unit| {
		let text = format!("{columns}\n2026-11-02T10:00Z,a,1\n");
		parse_with(&text, &Options { unit, ..Options::default() }).map(drop).unwrap_err()
	};
	assert_eq!(header("", None), CsvError::BadHeader);
	assert_eq!(header("meter,import_wh", None), CsvError::BadHeader);
	assert_eq!(header("time,import_wh,export_wh", None), CsvError::BadHeader);
	assert_eq!(header("time,meter,unit", None), CsvError::BadHeader);
	assert_eq!(header("time,meter,import", None), CsvError::NoUnit);
	let column = |name: &str| name.to_owned();
	let unknown = |name| CsvError::UnknownColumn { column: column(name) };
	assert_eq!(header("time,meter,power_kw", None), unknown("power_kw"));
	assert_eq!(header("time,meter,import_kw", None), unknown("import_kw"));
	let twice = CsvError::DuplicateColumn { column: column("import_kwh") };
	assert_eq!(header("time,meter,import_wh,import_kwh", None), twice);
	let other = CsvError::OtherUnit { column: column("import_wh") };
	assert_eq!(header("time,meter,import_wh", Some(Unit::KilowattHour)), other);
	assert_eq!(parse_with(HEADER, &Options::default()).map(drop), Err(CsvError::NoReadings));
	let zip = OwnCsv::parse(b"PK\x03\x04", &Options::default()).map(drop).unwrap_err();
	assert_eq!(zip.name(), "Spreadsheet");
	let kwh = Options { unit: Some(Unit::KilowattHour), ..Options::default() };
	let text = "time,meter,import\n2026-11-02T10:00Z,a,1.5\n";
	assert_eq!(measured(&findings_with(text, &kwh))[0].4, Some(1_500));
}

#[test]
fn resources_may_share_a_file() {
	let text = "time,meter,import,export,unit\n2026-11-02T10:00Z,e,1.5,2,kWh\n\
		2026-11-02T10:00Z,w,0.25,,m3\n2026-11-02T10:00Z,g,0.25,,furlong\n";
	let csv = parse_with(text, &Options::default()).unwrap();
	assert_eq!(csv.units(), [Unit::KilowattHour, Unit::CubicMetre]);
	assert_eq!(csv.meters().into_iter().collect::<Vec<_>>(), ["e", "w"]);
	let found = csv.findings(Some(QUARTER), 0);
	let wholes: Vec<_> = measured(&found).iter().map(|m| m.4).collect();
	assert_eq!(wholes, [Some(1_500), Some(2_000), Some(250), None]);
	assert_eq!(refused(&found), [(4, Some("g"), "UnknownUnit")]);
}

#[test]
fn a_meter_s_numbers_alone_say_what_its_decimal_mark_is() {
	let table = |separator: char, rows: &[(&str, &str)]| {
		let mut text = format!("time{separator}meter{separator}import_kwh\n");
		for (meter, number) in rows {
			text += &format!("2026-11-02T10:00Z{separator}{meter}{separator}{number}\n");
		}
		findings_with(&text, &Options::default())
	};
	let amounts = |found: &[Finding]| measured(found).iter().map(|m| m.4).collect::<Vec<_>>();
	// A comma of the other one's does not make the point no mark.
	let found = table(';', &[("a", "210.0"), ("b", "0,3")]);
	assert_eq!((amounts(&found), refused(&found)), (vec![Some(210_000), Some(300)], vec![]));
	// A point that may stand between thousands is in doubt where others write commas.
	let found = table(';', &[("a", "1.234"), ("b", "0,3")]);
	assert_eq!(amounts(&found), [None, Some(300)]);
	assert_eq!(refused(&found), [(2, Some("a"), "NotANumber")]);
	// Nor is one that may stand between thousands a mark because another one's is.
	let found = table('\t', &[("a", "1,234"), ("b", "0,345")]);
	assert_eq!(amounts(&found), [None, Some(345)]);
	assert_eq!(refused(&found), [(2, Some("a"), "NotANumber")]);
	// Its own is.
	let text = "time\tmeter\timport_kwh\texport_kwh\n2026-11-02T10:00Z\ta\t1,234\t0,345\n";
	let found = findings_with(text, &Options::default());
	assert_eq!((amounts(&found), refused(&found)), (vec![Some(1_234), Some(345)], vec![]));
}

#[test]
fn registers_stand_at_their_times() {
	let text = "time,meter,import_kwh\n2026-11-02T10:00Z,a,1000.123\n2026-11-02T10:15Z,a,\n";
	let options = Options { registers: true, ..Options::default() };
	let found = findings_with(text, &options);
	assert!(matches!(&found[0], Finding::Measured(Measured { value: Value::Stands { .. }, .. })));
	assert_eq!(measured(&found)[0], (2, Direction::Import, 0, 0, Some(1_000_123)));
}

proptest! {
	#[test]
	fn no_file_panics(text in "(?s).{0,200}") {
		for text in [text.clone(), format!("{HEADER}{text}"), format!("time;meter;export_kwh\n{text}")] {
			if let Ok(csv) = parse_with(&text, &Options::default()) {
				let _ = csv.findings(None, 0);
			}
		}
	}

	#[test]
	fn a_damaged_row_never_changes_another(cell in "[^,\r\n\"]{0,12}") {
		let found = findings(&format!(
			"2026-11-02T10:00:00Z,a,1,2\n2026-11-02T10:00:00Z,b,{cell},2\n"
		));
		let a: Vec<_> = measured(&found).into_iter().filter(|m| m.0 == 2).map(|m| m.4).collect();
		prop_assert_eq!(a, vec![Some(1), Some(2)]);
		prop_assert!(refused(&found).iter().all(|refused| refused.0 == 3));
	}
}
