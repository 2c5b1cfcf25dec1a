use meterproof_statements::Resource;
use proptest::prelude::*;

use super::*;
use crate::measured::Value;

const START: u64 = 1_795_910_400;

fn interval(number: u64, value: &str, more: &str) -> String {
	let start = START + number * 900;
	format!(
		"<IntervalReading>{more}<timePeriod><duration>900</duration><start>{start}</start>\
		</timePeriod><value>{value}</value></IntervalReading>\n"
	)
}

fn marked(number: u64, mark: &str) -> String {
	interval(number, "210", &format!("<ReadingQuality><quality>{mark}</quality></ReadingQuality>"))
}

const TYPE: &str =
	"<ReadingType><accumulationBehaviour>4</accumulationBehaviour><commodity>1</commodity>\
	<flowDirection>1</flowDirection><intervalLength>900</intervalLength><kind>12</kind>\
	<powerOfTenMultiplier>-3</powerOfTenMultiplier><uom>72</uom></ReadingType>";

fn entry(links: &[(&str, &str)], content: &str) -> String {
	let links: String =
		links.iter().map(|(rel, href)| format!("<link rel=\"{rel}\" href=\"{href}\"/>")).collect();
	format!("<entry><id>urn:uuid:1</id>{links}<title/><content>{content}</content></entry>\n")
}

/// A feed of one meter; the addresses of reading and block are not below one another.
fn feed(kind: &str, intervals: &str) -> String {
	let entries = [
		entry(
			&[
				("self", "U/1/UsagePoint/87"),
				("up", "U/1/UsagePoint"),
				("related", "U/1/UsagePoint/87/MeterReading"),
			],
			"<UsagePoint><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>",
		),
		entry(
			&[
				("self", "U/1/UsagePoint/87/MeterReading/01"),
				("up", "U/1/UsagePoint/87/MeterReading"),
				("related", "U/1/UsagePoint/87/MeterReading/01/IntervalBlock"),
				("related", "ReadingType/07"),
			],
			"<MeterReading/>",
		),
		entry(&[("self", "ReadingType/07"), ("up", "ReadingType")], kind),
		entry(
			&[("self", "blocks/173"), ("up", "U/1/UsagePoint/87/MeterReading/01/IntervalBlock")],
			&format!("<IntervalBlock xmlns=\"http://naesb.org/espi\">{intervals}</IntervalBlock>"),
		),
	];
	format!(
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n{}</feed>",
		entries.concat()
	)
}

fn read(text: &str) -> Vec<Finding> {
	parse(text.as_bytes(), 5, Quality::Measured)
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
	let name = |finding: &Finding| match finding {
		Finding::Measured(measured) => match measured.value {
			Value::Counted { .. } => "Counted",
			Value::Missing { .. } => "Missing",
			Value::Stands { .. } => "Stands",
		},
		Finding::Refused(refused) => refused.name,
	};
	findings.iter().map(name).collect()
}

#[test]
fn intervals_have_the_types_unit_power_and_direction() {
	for (from, to, amount, resource, direction) in [
		("", "", Ok(210), Resource::Electricity, Direction::Import),
		(">-3<", ">0<", Ok(210_000), Resource::Electricity, Direction::Import),
		(">-3<", ">3<", Ok(210_000_000), Resource::Electricity, Direction::Import),
		(
			"<flowDirection>1<",
			"<flowDirection>19<",
			Ok(210),
			Resource::Electricity,
			Direction::Export,
		),
		("<uom>72<", "<uom>42<", Ok(210_000), Resource::Gas, Direction::Import),
		(
			"<accumulationBehaviour>4</accumulationBehaviour>",
			"",
			Ok(210),
			Resource::Electricity,
			Direction::Import,
		),
	] {
		let found = read(&feed(&TYPE.replace(from, to), &interval(1, "210000", "")));
		let [Finding::Measured(measured)] = found.as_slice() else { panic!("{to}") };
		assert_eq!((measured.meter.as_str(), measured.direction), ("87", direction));
		let Value::Counted { start_ms, end_ms, amount: found } = measured.value else { panic!() };
		assert_eq!((start_ms, end_ms), ((START + 900) * 1000, (START + 1800) * 1000));
		assert_eq!(found.whole(resource), amount, "{to}");
		assert_eq!(measured.place, Place::Line(6));
	}
}

#[test]
fn qualities_are_heeded() {
	for (mark, expected, accepted) in [
		("0", "Counted", Quality::Measured),
		("19", "Counted", Quality::Measured),
		("7", "NotMeasured", Quality::Final),
		("8", "NotMeasured", Quality::Provisional),
		("10", "NotMeasured", Quality::Provisional),
	] {
		let text = feed(TYPE, &marked(0, mark));
		assert_eq!(names(&read(&text)), [expected], "{mark}");
		assert_eq!(names(&parse(text.as_bytes(), 5, accepted)), ["Counted"], "{mark}");
	}
	let text =
		feed(TYPE, &[marked(0, "8"), marked(1, "8"), marked(2, "0"), marked(3, "99")].concat());
	assert_eq!(names(&read(&text)), ["NotMeasured", "Counted", "UnknownQuality"]);
}

#[test]
fn a_type_that_cannot_be_counted_in_is_named() {
	for (from, to, expected) in [
		("<uom>72<", "<uom>38<", "UnknownUnit"),
		(">4</acc", ">3</acc", "NotDelta"),
		("<flowDirection>1<", "<flowDirection>4<", "UnknownFlow"),
		(">-3<", ">x<", "BadPower"),
		(">-3<", ">999<", "BadPower"),
	] {
		assert!(TYPE.contains(from));
		let found = read(&feed(&TYPE.replace(from, to), &interval(0, "1", "")));
		assert_eq!(names(&found), [expected]);
	}
	let found = read(
		&feed(TYPE, &interval(0, "1", ""))
			.replace("href=\"ReadingType/07\"/><link rel=\"up\"", "href=\"x\"/><link rel=\"up\""),
	);
	assert_eq!(names(&found), ["NoReadingType"]);
}

#[test]
fn an_interval_is_its_own_trouble() {
	let good = interval(1, "5", "");
	for (bad, expected) in [
		(interval(0, "", ""), "Missing"),
		(interval(0, "1.5.", ""), "NotANumber"),
		(interval(0, "1e5", ""), "NotANumber"),
		(interval(0, &"9".repeat(40), ""), "TooManyDigits"),
		(interval(0, "1", "").replace("<duration>900", "<duration>0"), "BadInterval"),
		(interval(0, "1", "").replace("<duration>900", "<duration>99999999999"), "BadInterval"),
		(interval(0, "1", "").replace("<start>1", "<start>-1"), "BadInterval"),
		(interval(0, "1", "").replace("<start>1", "<start>9999999999"), "BadInterval"),
		("<IntervalReading/>".to_owned(), "BadInterval"),
	] {
		assert_eq!(names(&read(&feed(TYPE, &[bad, good.clone()].concat()))), [expected, "Counted"]);
	}
}

#[test]
fn other_files_are_named() {
	let good = feed(TYPE, &interval(0, "1", ""));
	let entities = good.replacen("?>", "?><!DOCTYPE x [<!ENTITY a \"b\">]>", 1);
	for text in ["", "time,meter", &good[..good.len() - 3], &entities] {
		assert_eq!(names(&read(text)), ["NotXml"]);
	}
	// Nesting costs no stack.
	assert_eq!(names(&read(&"<a>".repeat(200_000))), ["NotXml"]);
	assert_eq!(names(&read("<feed/>")), ["NotGreenButton"]);
	let twice =
		good.replace("</feed>", &format!("{}</feed>", entry(&[("self", "ReadingType/07")], TYPE)));
	assert_eq!(names(&read(&twice)), ["Twice"]);
}

proptest! {
	#[test]
	fn no_change_panics_and_a_cut_is_noticed(at in 0usize..2_000, byte: u8, cut in 0usize..2_000) {
		let good = feed(TYPE, &[marked(0, "0"), marked(1, "8")].concat()).into_bytes();
		let mut changed = good.clone();
		let at = at % changed.len();
		changed[at] = byte;
		let _ = parse(&changed, 5, Quality::Provisional);
		let found = parse(&good[..cut % good.len()], 5, Quality::Provisional);
		prop_assert!(matches!(found.as_slice(), [Finding::Refused(_)]));
	}
}
