use meterproof_statements::Resource;
use proptest::prelude::*;

use super::*;
use crate::measured::{Measured, Value};

/// 2026-11-29T00:00Z.
const MIDNIGHT: u64 = 1_795_910_400_000;
const QUARTER: u64 = 900_000;

fn quarter(number: u64, qualifier: &str, value: &str) -> String {
	let at = |number: u64| format!("20261129{:02}{:02}?+00:303", number / 4, number % 4 * 15);
	format!("QTY+{qualifier}:{value}:KWH'DTM+163:{}'DTM+164:{}'", at(number), at(number + 1))
}

/// An interchange of one message about a location.
fn interchange(body: &str) -> String {
	let head = "BGM+7+MSG1+9'DTM+137:202611300100?+00:303'RFF+Z13:13008'\
		NAD+MS+9900000000001::293'NAD+MR+9900000000002::293'UNS+D'NAD+DP'LOC+172+51238696780'";
	let segments = [head, body].concat().matches('\'').count() + 2;
	format!(
		"UNA:+.? 'UNB+UNOC:3+9900000000001:500+9900000000002:500+261130:0100+REF1'\
		UNH+M1+MSCONS:D:04B:UN:2.4c'{head}{body}UNT+{segments}+M1'UNZ+1+REF1'"
	)
}

fn profile(quantities: &[String]) -> String {
	interchange(&format!("LIN+1'PIA+5+1-1?:1.29.0:SRW'{}", quantities.concat()))
}

fn read(text: &str) -> Vec<Finding> {
	parse(text.as_bytes(), 5, Quality::Measured, None)
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
	let name = |finding: &Finding| match finding {
		Finding::Measured(measured) => match measured.value {
			Value::Counted { .. } => "Counted",
			Value::Stands { .. } => "Stands",
			Value::Missing { .. } => "Missing",
		},
		Finding::Refused(refused) => refused.name,
	};
	findings.iter().map(name).collect()
}

fn counted(finding: &Finding) -> (&Measured, u64, u64, u32) {
	match finding {
		Finding::Measured(measured) => match measured.value {
			Value::Counted { start_ms, end_ms, amount } => {
				(measured, start_ms, end_ms, amount.whole(Resource::Electricity).unwrap())
			},
			_ => panic!("not counted"),
		},
		Finding::Refused(refused) => panic!("{refused}"),
	}
}

#[test]
fn a_load_profile_is_its_quarters() {
	let found = read(&profile(&[quarter(0, "220", "0.21"), quarter(1, "220", "3")]));
	assert_eq!(found.len(), 2);
	let (measured, start, end, amount) = counted(&found[1]);
	assert_eq!((measured.meter.as_str(), measured.direction), ("51238696780", Direction::Import));
	assert_eq!((start, end, amount), (MIDNIGHT + QUARTER, MIDNIGHT + 2 * QUARTER, 3_000));
	assert_eq!(counted(&found[0]).3, 210);
}

#[test]
fn qualifiers_are_heeded() {
	let text = profile(&[
		quarter(0, "220", "1"),
		quarter(1, "67", "1"),
		quarter(2, "67", "1"),
		quarter(3, "201", "1"),
		quarter(4, "187", "1"),
		quarter(5, "20", "0"),
		quarter(6, "999", "1"),
	]);
	assert_eq!(
		names(&read(&text)),
		["Counted", "NotMeasured", "NotMeasured", "NotMeasured", "Missing", "UnknownQualifier"]
	);
	let last = names(&parse(text.as_bytes(), 5, Quality::Final, None));
	assert_eq!(last[..3], ["Counted"; 3]);
	let all = names(&parse(text.as_bytes(), 5, Quality::Provisional, None));
	assert_eq!(
		all,
		["Counted", "Counted", "Counted", "Counted", "Counted", "Missing", "UnknownQualifier"]
	);
}

#[test]
fn registers_stand_and_other_quantities_are_passed_over() {
	let reading = "QTY+220:1234.5:KWH'DTM+9:202611290000?+00:303'";
	let found = read(&interchange(&format!(
		"LIN+1'PIA+5+1-1?:2.8.0:SRW'{reading}LIN+2'PIA+5+1-1?:1.8.1:SRW'{reading}\
		LIN+3'PIA+5+1-1?:5.8.0:SRW'{reading}LIN+4'PIA+5+x:SRW'{reading}LIN+5'{reading}\
		LIN+6'PIA+5+7-0?:3.0.0:SRW'{reading}"
	)));
	assert_eq!(
		names(&found),
		["Stands", "TariffRegister", "NoRegister", "NoRegister", "NotElectricity"]
	);
	let Finding::Measured(measured) = &found[0] else { panic!() };
	assert_eq!(measured.direction, Direction::Export);
	assert!(matches!(measured.value, Value::Stands { at_ms: MIDNIGHT, .. }));
}

#[test]
fn a_quantity_that_says_too_little_is_its_own_trouble() {
	let at = "DTM+163:202611290000?+00:303'";
	let to = "DTM+164:202611290015?+00:303'";
	for (quantity, expected) in [
		(format!("QTY+220:1:KWH'{at}"), "NoTime"),
		(format!("QTY+220:1:KWH'{at}{at}{to}"), "BadTime"),
		(format!("QTY+220:1:KWH'{to}DTM+163:202611290015?+00:303'"), "BadInterval"),
		(format!("QTY+220:1:KWH'{to}DTM+163:2026112900:303'"), "BadTime"),
		(format!("QTY+220:1:KWH'{to}DTM+163:202611290000:203'"), "NoTimeZone"),
		(format!("QTY+220:1:XYZ'{at}{to}"), "UnknownUnit"),
		(format!("QTY+220:one:KWH'{at}{to}"), "NotANumber"),
		(format!("QTY+220'{at}{to}"), "NotANumber"),
	] {
		let found = read(&profile(&[quantity.clone(), quarter(1, "220", "1")]));
		assert_eq!(names(&found), [expected, "Counted"], "{quantity}");
	}
}

#[test]
fn local_times_have_the_messages_offset_or_the_configurations() {
	let local = "QTY+220:1'DTM+163:202611290100:203'DTM+164:202611290115:203'";
	let with = |before: &str, zone: Option<&str>| {
		let text = interchange(&format!("{before}LIN+1'PIA+5+1-1?:1.29.0:SRW'{local}"));
		parse(text.as_bytes(), 5, Quality::Measured, zone.and_then(Zone::parse))
	};
	for found in [with("DTM+735:?+0100:406'", None), with("", Some("Europe/Berlin"))] {
		assert_eq!(counted(&found[0]).1, MIDNIGHT);
	}
}

#[test]
fn a_message_that_has_lost_a_segment_is_refused_whole() {
	let good = profile(&[quarter(0, "220", "1"), quarter(1, "220", "2")]);
	let lost = good.replacen("DTM+163:202611290015?+00:303'", "", 1);
	assert_eq!(names(&read(&lost)), ["WrongCount"]);
	let other = good.replace("+M1'UNZ", "+M2'UNZ");
	assert_ne!(other, good);
	assert_eq!(names(&read(&other)), ["WrongCount"]);
	let cut = &good[..good.find("UNT").unwrap()];
	assert_eq!(names(&read(cut)), ["WrongCount", "CutShort"]);
	assert_eq!(
		names(&read(&good[..good.find("UNZ").unwrap()])),
		["Counted", "Counted", "CutShort"]
	);
	assert_eq!(names(&read(&good.replace("MSCONS:D", "UTILMD:D"))), ["NotMscons"]);
}

#[test]
fn other_signs_are_read_and_a_released_one_is_text() {
	let text = profile(&[quarter(0, "220", "0.21")])
		.replace("UNA:+.? '", "UNA:+,? '")
		.replace("0.21", "0,21")
		.replace("51238696780", "DE?'01?+2??");
	let found = read(&text);
	let (measured, _, _, amount) = counted(&found[0]);
	assert_eq!((measured.meter.as_str(), amount), ("DE'01+2?", 210));
	for bad in ["", "UNX", "UNA:::::'", "time;meter"] {
		assert_eq!(read(bad).len(), 1, "{bad}");
	}
}

proptest! {
	#[test]
	fn no_change_panics_and_a_cut_is_noticed(at in 0usize..700, byte: u8, cut in 0usize..700) {
		let good = profile(&[quarter(0, "220", "0.21"), quarter(1, "67", "3")]).into_bytes();
		let mut changed = good.clone();
		let at = at % changed.len();
		changed[at] = byte;
		let _ = parse(&changed, 5, Quality::Provisional, None);
		let found = parse(&good[..cut % (good.len() - 8)], 5, Quality::Provisional, None);
		prop_assert!(found.iter().any(|finding| matches!(finding, Finding::Refused(_))));
	}
}
