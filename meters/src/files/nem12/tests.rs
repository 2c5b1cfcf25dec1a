use meterproof_statements::Resource;
use proptest::prelude::*;

use super::*;
use crate::measured::{Measured, Value};

/// 2026-11-29T00:00 by the market's clock.
const DAY: u64 = 1_795_874_400_000;
const HALF: u64 = 1_800_000;

/// A 300 record of half hours.
fn day(date: &str, value: &str, quality: &str) -> String {
	format!("300,{date},{}{quality},,,20261130010000,", format!("{value},").repeat(48))
}

fn file(records: &[String]) -> Vec<u8> {
	format!("100,NEM12,202611300100,MDP1,RET1\r\n{}\r\n900\r\n", records.join("\r\n")).into_bytes()
}

fn register(suffix: &str) -> String {
	format!("200,6123456789,E1E2B1Q1,1,{suffix},N1,METER1,kWh,30,")
}

fn read(records: &[String]) -> Vec<Finding> {
	parse(&file(records), 5, Quality::Measured)
}

fn counted(findings: &[Finding]) -> Vec<(&Measured, u64, u32)> {
	findings
		.iter()
		.filter_map(|finding| match finding {
			Finding::Measured(measured) => match measured.value {
				Value::Counted { start_ms, amount, .. } => {
					Some((measured, start_ms, amount.whole(Resource::Electricity).unwrap()))
				},
				_ => None,
			},
			Finding::Refused(_) => None,
		})
		.collect()
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
	findings
		.iter()
		.filter_map(|finding| match finding {
			Finding::Refused(refused) => Some(refused.name),
			Finding::Measured(_) => None,
		})
		.collect()
}

#[test]
fn a_day_is_48_half_hours_of_the_markets_clock() {
	let found = read(&[
		register("E1"),
		day("20261129", "0.210", "A"),
		register("B1"),
		day("20261129", "1", "A"),
		register("Q1").replace("kWh", "kVArh"),
		day("20261129", "77", "A"),
	]);
	assert_eq!(names(&found), [""; 0]);
	let found = counted(&found);
	assert_eq!(found.len(), 96);
	let (first, start, amount) = found[0];
	assert_eq!(
		(first.meter.as_str(), first.direction, start, amount),
		("6123456789", Direction::Import, DAY, 210)
	);
	assert!(matches!(first.value, Value::Counted { end_ms, .. } if end_ms == DAY + HALF));
	assert_eq!(first.place, Place::Line(3));
	let (last, start, amount) = found[95];
	assert_eq!((last.direction, start, amount), (Direction::Export, DAY + 47 * HALF, 1_000));
}

#[test]
fn registers_of_a_site_are_summed_where_all_have_a_value() {
	let found = read(&[
		register("E1"),
		day("20261129", "0.2", "A"),
		day("20261130", "0.2", "A"),
		register("E2").replace("kWh", "Wh"),
		day("20261129", "50", "A"),
	]);
	let sums = counted(&found);
	assert_eq!((sums.len(), sums[0].2), (48, 250));
	assert_eq!(names(&found), ["RegisterMissing"; 48]);
	// What one register lacks, the site lacks.
	let found = read(&[
		register("E1"),
		day("20261129", "0.2", "N"),
		register("E2"),
		day("20261129", "0.2", "A"),
	]);
	let missing = |finding: &Finding| {
		matches!(finding, Finding::Measured(Measured { value: Value::Missing { .. }, .. }))
	};
	assert_eq!((found.len(), found.iter().filter(|finding| missing(finding)).count()), (48, 48));
}

#[test]
fn qualities_are_heeded() {
	let with = |quality: &str, accept| {
		parse(&file(&[register("E1"), day("20261129", "1", quality)]), 5, accept)
	};
	for (quality, accept, taken) in [
		("A", Quality::Measured, true),
		("F14", Quality::Measured, false),
		("F14", Quality::Final, true),
		("S14", Quality::Final, false),
		("S14", Quality::Provisional, true),
		("E52", Quality::Measured, false),
	] {
		let found = with(quality, accept);
		assert_eq!(counted(&found).len(), if taken { 48 } else { 0 }, "{quality}");
		// A whole day is refused in one line.
		assert_eq!(names(&found), if taken { vec![] } else { vec!["NotMeasured"] });
	}
	assert_eq!(names(&with("X", Quality::Measured)), ["UnknownQuality"]);
	assert_eq!(names(&with("", Quality::Measured)), ["UnknownQuality"]);
}

#[test]
fn a_day_of_several_qualities_has_them_in_records_of_its_own() {
	let records = |events: &[&str]| {
		let mut records = vec![register("E1"), day("20261129", "1", "V")];
		records.extend(events.iter().map(|event| (*event).to_owned()));
		read(&records)
	};
	let found = records(&["400,1,20,F14,76,", "400,21,24,A,,", "400,25,48,N,,"]);
	assert_eq!(names(&found), ["NotMeasured"]);
	assert_eq!((counted(&found).len(), counted(&found)[0].1), (4, DAY + 20 * HALF));
	assert_eq!(found.len(), 1 + 4 + 24);
	assert_eq!(names(&records(&["400,1,47,A,,"])), ["NoQuality"]);
	for event in ["400,0,48,A,,", "400,1,49,A,,", "400,5,4,A,,", "400,x,4,A,,", "400,1"] {
		assert_eq!(names(&records(&["400,1,48,A,,", event])), ["BadRange"], "{event}");
	}
	assert_eq!(names(&records(&["400,1,48,A,,", "400,3,4,S14,,"])), ["BadRange"]);
}

#[test]
fn a_bad_line_is_its_own_trouble() {
	let good = day("20261129", "1", "A");
	for (bad, expected) in [
		("300,20261130,1,2,A,,,,".to_owned(), "WrongCount"),
		(day("20261130", "1", "1,A"), "WrongCount"),
		(day("20261332", "1", "A"), "BadDate"),
		("250,x".to_owned(), "UnknownRecord"),
		("\"".to_owned(), "BadRow"),
		("200,6123456789,E1,1,E1,N1,M,kWh,31,".to_owned(), "BadHead"),
		("200,6123456789,E1,1,E1,N1,M,K,30,".to_owned(), "UnknownUnit"),
	] {
		let found = read(&[register("E1"), good.clone(), bad]);
		assert_eq!((counted(&found).len(), names(&found)), (48, vec![expected]));
	}
	let found = read(&[register("E1"), day("20261129", "x", "A"), day("20261130", "1", "A")]);
	assert_eq!((counted(&found).len(), names(&found)), (48, vec!["NotANumber"; 48]));
	let found = read(&[register("E1"), good.clone(), good.clone()]);
	assert_eq!((counted(&found).len(), names(&found)), (0, vec!["Twice"; 48]));
	assert_eq!(names(&read(std::slice::from_ref(&good))), ["WithoutHead"]);
	// After a head that was refused, nothing is taken for the meter before.
	let found =
		read(&[register("E1"), good.clone(), "200,,,,,,,,".to_owned(), day("20261130", "1", "A")]);
	assert_eq!((counted(&found).len(), names(&found)), (48, vec!["BadHead", "WithoutHead"]));
}

#[test]
fn a_file_that_is_cut_short_or_of_another_kind_is_named() {
	let whole = file(&[register("E1"), day("20261129", "1", "A")]);
	let cut = &whole[..whole.len() - 5];
	let found = parse(cut, 5, Quality::Measured);
	assert_eq!((counted(&found).len(), names(&found)), (48, vec!["CutShort"]));
	for bytes in [&b""[..], b"100,NEM13,x", b"time,meter", b"PK\x03\x04", b"\0\0\0"] {
		assert_eq!(parse(bytes, 5, Quality::Measured).len(), 1);
	}
}

proptest! {
	#[test]
	fn no_change_panics(at in 0usize..2_000, byte: u8, cut in 0usize..2_000) {
		let good = file(&[register("E1"), day("20261129", "0.210", "V"), "400,1,48,A,,".to_owned()]);
		let mut changed = good.clone();
		let at = at % changed.len();
		changed[at] = byte;
		let _ = parse(&changed, 5, Quality::Provisional);
		let found = parse(&good[..cut % (good.len() - 3)], 5, Quality::Provisional);
		prop_assert!(!names(&found).is_empty(), "a cut is noticed");
	}
}
