use meterproof_statements::{Direction, Resource};
use proptest::prelude::*;
use serde_json::json;

use super::{columns::clock, *};
use crate::measured::Value;

/// 2026-11-29T00:00 in Vienna.
const MIDNIGHT: u64 = 1_795_906_800_000;
const MINUTE: u64 = 60_000;

fn portal(settings: serde_json::Value) -> Portal {
	Portal::new(serde_json::from_value(settings).unwrap()).unwrap()
}

fn rows() -> serde_json::Value {
	json!({
		"layout": "rows", "time": "Datum", "clock": "Zeit", "meter": "Zählpunkt", "import": "Bezug (kWh)",
		"export": "Einspeisung (kWh)", "step_minutes": 15, "zone": "Europe/Vienna", "unit": "kWh"
	})
}

fn with(
	mut settings: serde_json::Value,
	name: &str,
	value: serde_json::Value,
) -> serde_json::Value {
	settings[name] = value;
	settings
}

type Found = (String, Direction, u64, u64, Option<u32>);

/// What was found, and the names of what was refused.
fn found(portal: &Portal, bytes: &[u8]) -> (Vec<Found>, Vec<&'static str>) {
	let (mut values, mut refused) = (Vec::new(), Vec::new());
	for finding in portal.read(bytes, 5, Quality::Measured) {
		match finding {
			Finding::Measured(measured) => {
				let (start, end, amount) = match measured.value {
					Value::Counted { start_ms, end_ms, amount } => (start_ms, end_ms, Some(amount)),
					Value::Missing { start_ms, end_ms } => (start_ms, end_ms, None),
					Value::Stands { at_ms, total } => (at_ms, at_ms, Some(total)),
				};
				let amount = amount.map(|amount| amount.whole(Resource::Electricity).unwrap());
				values.push((measured.meter, measured.direction, start, end, amount));
			},
			Finding::Refused(reason) => refused.push(reason.name),
		}
	}
	(values, refused)
}

/// Start, in minutes after midnight, and amount.
fn short(values: &[Found]) -> Vec<(i64, Option<u32>)> {
	let minutes = |at: u64| (at as i64 - MIDNIGHT as i64) / MINUTE as i64;
	values.iter().map(|value| (minutes(value.2), value.4)).collect()
}

#[test]
fn rows_have_their_meters_and_both_registers() {
	let text = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh);\r\n\
		29.11.2026;00:00;AT001;0,21;0;\r\n\
		29.11.2026;00:15;AT001;;1,5;\r\n\
		29.11.2026;00:00;AT002;7;NaN;\r\n";
	let (values, refused) = found(&portal(rows()), text.as_bytes());
	let named = |meter: &str, direction, minutes: u64, amount| {
		let start = MIDNIGHT + minutes * MINUTE;
		(meter.to_owned(), direction, start, start + 15 * MINUTE, amount)
	};
	assert_eq!(
		values,
		[
			named("AT001", Direction::Import, 0, Some(210)),
			named("AT001", Direction::Import, 15, None),
			named("AT001", Direction::Export, 0, Some(0)),
			named("AT001", Direction::Export, 15, Some(1_500)),
			named("AT002", Direction::Import, 0, Some(7_000)),
			named("AT002", Direction::Export, 0, None),
		]
	);
	assert_eq!(refused, [""; 0]);
}

#[test]
fn a_meter_s_numbers_alone_say_what_its_decimal_mark_is() {
	let text = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh)\n\
		29.11.2026;00:00;AT001;210.0;1.5\n\
		29.11.2026;00:00;AT002;7,5;2.0\n";
	let (values, refused) = found(&portal(rows()), text.as_bytes());
	let amounts: Vec<_> = values.iter().filter_map(|value| value.4).collect();
	assert_eq!(amounts, [210_000, 1_500, 7_500]);
	assert_eq!(refused, ["NotANumber"], "its export is written as its import is");
}

#[test]
fn a_bad_row_is_its_own_trouble() {
	let text = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh)\n\
		29.11.2026;00:00;AT001;1;1\n\
		29.11.2026;00:15;AT001;1\n\
		Summe;;AT001;1;1\n\
		29.11.2026;00:30;;1;1\n\
		29.11.2026;00:45;AT001;viel;1\n\
		\"29.11.2026;01:00;AT001;1;1\n\
		29.11.2026;01:15;AT001;1;1\n";
	let (values, refused) = found(&portal(rows()), text.as_bytes());
	assert_eq!(values.len(), 5);
	assert_eq!(refused, ["WrongCount", "BadTime", "NoMeter", "UnbalancedQuotes", "NotANumber"]);
	let empty = found(&portal(rows()), b"");
	assert_eq!(empty.1, ["NoHead"]);
	let (_, refused) = found(&portal(rows()), "Datum;Zeit;Bezug (kWh)\n".as_bytes());
	assert_eq!(refused, ["NoColumn"]);
	let (_, refused) = found(&portal(rows()), "Datum;Zeit;Zeit\n".as_bytes());
	assert_eq!(refused, ["TwoColumns"]);
}

#[test]
fn columns_are_registers() {
	let settings = json!({
		"layout": "columns", "time": "interval end", "step_minutes": 30, "zone": "Europe/Vienna",
		"labels": "end", "unit": "Wh", "skip_lines": 2, "dates": "day-first",
		"columns": {
			"House": { "meter": "house" }, "Roof": { "meter": "house", "direction": "export" }
		}
	});
	let text = "Export of the portal\nMeter, house\nInterval end,House,Roof,Weather\n\
		29/11/2026 00:30,210,5,rain\n29/11/2026 01:00,211.0,,sun\n29/11/2026 24:00,1,2,sun\n";
	let (values, refused) = found(&portal(settings), text.as_bytes());
	assert_eq!(refused, [""; 0]);
	assert_eq!(
		short(&values),
		[
			(0, Some(210)),
			(30, Some(211)),
			(1410, Some(1)),
			(0, Some(5)),
			(30, None),
			(1410, Some(2))
		]
	);
}

fn days(labels: &str) -> serde_json::Value {
	json!({
		"layout": "days", "time": "date", "meter": "MPAN", "step_minutes": 30, "zone": "Europe/Vienna",
		"labels": labels, "unit": "kWh",
		"register": { "column": "type", "import": ["AI", "consumption"], "export": ["AE"], "other": ["RI"] }
	})
}

/// A table of days with the times of a clock that counts half hours from `first`.
fn day_table(first: u32, rows: &[(&str, &str, u32)]) -> String {
	let clock = |at: u32| format!("{:02}:{:02}", (at / 60) % 24, at % 60);
	let clocks: Vec<_> = (0..48).map(|at| clock(first + at * 30)).collect();
	let mut text = format!("MPAN,type,date,{}\n", clocks.join(","));
	for (kind, date, value) in rows {
		text += &format!("m1,{kind},{date}{}\n", format!(",0.{value:03}").repeat(48));
	}
	text
}

#[test]
fn days_have_a_column_for_each_half_hour() {
	for (labels, first) in [("start", 0), ("end", 30)] {
		let text = day_table(
			first,
			&[("AI", "2026-11-29", 210), ("ae", "2026-11-29", 1), ("RI", "2026-11-29", 9)],
		);
		let (values, refused) = found(&portal(days(labels)), text.as_bytes());
		assert_eq!((values.len(), refused.len()), (96, 0));
		let expected: Vec<_> = (0..48).map(|at| (at * 30, Some(210))).collect();
		assert_eq!(short(&values)[..48], expected);
		assert_eq!(values[48].1, Direction::Export);
		let (_, refused) = found(&portal(days(labels)), text.replace("RI", "XX").as_bytes());
		assert_eq!(refused, ["UnknownRegister"]);
	}
	let (_, refused) = found(&portal(days("start")), b"MPAN,type,date,a,b\n");
	assert_eq!(refused, ["NoClock"]);
	assert_eq!(clock("0:15", LabelsAt::Start), Some(("0:15".to_owned(), false)));
	assert_eq!(clock("0:00:00", LabelsAt::Start), Some(("0:00:00".to_owned(), true)));
	assert_eq!(clock("24:00", LabelsAt::End), Some(("24:00".to_owned(), false)));
	assert_eq!(clock("00:00 - 00:30", LabelsAt::Start), Some(("00:00".to_owned(), true)));
	assert_eq!(clock("00:00–00:30", LabelsAt::End), Some(("00:30".to_owned(), false)));
	assert_eq!(clock("kWh", LabelsAt::End), None);
}

#[test]
fn days_of_23_and_25_hours_are_right_or_named() {
	// The cells of the hour that is passed over are empty.
	let text = day_table(0, &[("AI", "2026-03-29", 210)]);
	let cells: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
	let gap = |at: usize| if (7..9).contains(&at) { "" } else { cells[at] };
	let row: Vec<_> = (0..cells.len()).map(gap).collect();
	let spring = format!("{}\n{}\n", text.lines().next().unwrap(), row.join(","));
	let (values, refused) = found(&portal(days("start")), spring.as_bytes());
	assert_eq!((values.len(), refused.len()), (46, 0));
	assert!(values.windows(2).all(|pair| pair[1].2 - pair[0].2 == 30 * MINUTE));
	let (values, refused) = found(&portal(days("start")), text.as_bytes());
	assert_eq!((values.len(), refused), (46, vec!["NoSuchTime"; 2]));
	// In autumn, 48 cells do not tell which of two hours they are of.
	let autumn = day_table(0, &[("AI", "2026-10-25", 210)]);
	let (values, refused) = found(&portal(days("start")), autumn.as_bytes());
	assert_eq!((values.len(), refused), (46, vec!["AmbiguousTime"; 2]));
	// A table with the hour's columns twice does.
	let twice = |line: &str| {
		let cells: Vec<&str> = line.split(',').collect();
		[&cells[..9], &cells[7..]].concat().join(",")
	};
	let autumn: Vec<_> = autumn.lines().map(twice).collect();
	let (values, refused) = found(&portal(days("start")), autumn.join("\n").as_bytes());
	assert_eq!((values.len(), refused.len()), (50, 0));
	assert!(values.windows(2).all(|pair| pair[1].2 - pair[0].2 == 30 * MINUTE));
}

#[test]
fn the_newest_row_may_come_first() {
	// Vienna's clock at quarters from 1:00 to 4:00 of the day with two hours from 2 to 3.
	let clocks =
		["01:45", "02:00", "02:15", "02:30", "02:45", "02:00", "02:15", "02:30", "02:45", "03:00"];
	let line = |(at, clock): (usize, &&str)| format!("25.10.2026;{clock};m;0,{:03};0\n", at + 1);
	let lines: Vec<_> = clocks.iter().enumerate().map(line).collect();
	let head = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh)\n";
	let upwards = format!("{head}{}", lines.concat());
	let downwards = format!("{head}{}", lines.iter().rev().cloned().collect::<String>());
	let portal = portal(rows());
	let (values, refused) = found(&portal, upwards.as_bytes());
	assert_eq!((values.len(), refused.len()), (20, 0));
	let import = &values[..10];
	assert!(import.windows(2).all(|pair| pair[1].2 - pair[0].2 == 15 * MINUTE));
	assert_eq!(
		import.iter().map(|value| value.4).collect::<Vec<_>>(),
		(1..=10).map(Some).collect::<Vec<_>>()
	);
	assert_eq!(found(&portal, downwards.as_bytes()).0, values);
}

#[test]
fn what_stands_twice_counts_once_if_it_is_the_same() {
	let text = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh)\n\
		29.11.2026;00:00;m;1;1\n29.11.2026;00:00;m;1;2\n29.11.2026;00:15;m;1;1\n";
	let (values, refused) = found(&portal(rows()), text.as_bytes());
	assert_eq!(short(&values), [(0, Some(1_000)), (15, Some(1_000)), (15, Some(1_000))]);
	assert_eq!(refused, ["Twice"]);
}

#[test]
fn a_status_says_where_values_come_from() {
	let settings = with(
		rows(),
		"status",
		json!({ "column": "Status", "measured": ["W"], "provisional": ["V"], "missing": ["F"] }),
	);
	let text = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh);Status\n\
		29.11.2026;00:00;m;1;1;w\n29.11.2026;00:15;m;1;1;V\n29.11.2026;00:30;m;0;0;F\n\
		29.11.2026;00:45;m;1;1;?\n";
	let (values, refused) = found(&portal(settings), text.as_bytes());
	assert_eq!(short(&values), [(0, Some(1_000)), (30, None), (0, Some(1_000)), (30, None)]);
	assert_eq!(refused, ["UnknownStatus", "NotMeasured", "NotMeasured"]);
}

#[test]
fn standings_are_of_their_labels() {
	let settings = with(rows(), "standings", json!(true));
	let text = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh)\n29.11.2026;00:15;m;1234,5;\n";
	let (values, _) = found(&portal(settings), text.as_bytes());
	let at = MIDNIGHT + 15 * MINUTE;
	assert_eq!(values, [("m".to_owned(), Direction::Import, at, at, Some(1_234_500))]);
}

#[test]
fn encodings_are_read() {
	let text = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh)\n29.11.2026;00:00;m;1;1\n";
	let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
	assert_eq!(found(&portal(rows()), &utf16).0.len(), 2);
	let latin: Vec<u8> = text.chars().map(|character| character as u8).collect();
	assert_eq!(found(&portal(rows()), &latin).1, ["NotUtf8"]);
	let settings = with(rows(), "windows_1252", json!(true));
	assert_eq!(found(&portal(settings), &latin).0.len(), 2);
}

#[test]
fn settings_that_cannot_work_are_named_at_once() {
	for (name, value, named) in [
		("unit", json!("J"), "unit"),
		("zone", json!("Nowhere"), "zone"),
		("step_minutes", json!(0), "step_minutes"),
		("meter_name", json!("m"), "meter_name"),
		("layout", json!("columns"), "columns"),
		("layout", json!("days"), "layout rows"),
		("register", json!({ "column": "x" }), "layout days"),
		("columns", json!({ "x": { "meter": "m" } }), "layout columns"),
	] {
		let settings = serde_json::from_value(with(rows(), name, value)).unwrap();
		let error = Portal::new(settings).unwrap_err();
		assert!(error.contains(named), "{error}");
	}
	assert!(serde_json::from_value::<PortalSettings>(with(rows(), "step", json!(1))).is_err());
}

proptest! {
	#[test]
	fn no_change_panics(at in 0usize..3_000, byte: u8, cut in 0usize..3_000, text in "[0-9;:.,\"\n a-z]{0,80}") {
		let table = day_table(0, &[("AI", "2026-10-25", 210)]).into_bytes();
		let rows_table = "Datum;Zeit;Zählpunkt;Bezug (kWh);Einspeisung (kWh)\n29.11.2026;00:00;m;1;1\n";
		let (days, rows) = (portal(days("end")), portal(rows()));
		for (portal, good) in [(&days, table.as_slice()), (&rows, rows_table.as_bytes())] {
			let mut changed = good.to_vec();
			let at = at % changed.len();
			changed[at] = byte;
			let _ = portal.read(&changed, 5, Quality::Provisional);
			let _ = portal.read(&good[..cut % good.len()], 5, Quality::Provisional);
			let _ = portal.read([rows_table, &text].concat().as_bytes(), 5, Quality::Provisional);
		}
	}
}
