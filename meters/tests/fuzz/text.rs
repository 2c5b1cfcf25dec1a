//! DSMR, MQTT, OCMF and files.

use meterproof_meters::{
	dsmr::{self, Version},
	files::{
		green_button, mscons, nem12,
		portal::{Portal, PortalSettings},
		Quality,
	},
	mqtt::{
		json::{JsonFields, JsonReader},
		senml::SenmlNames,
	},
	ocmf::{self, OcmfSettings},
	simulate::{
		dsmr::{telegram, GasMeter},
		mqtt::{json_message, senml_pack},
	},
	Finding, Measured, Place, Value,
};
use proptest::{collection::vec, prelude::*};
use serde_json::json;

use crate::damage::{cases, damaged, damages, flips};

/// 2026-11-02 12:00 UTC.
const NOON: u64 = 1_793_620_800_000;
const PLACE: Place = Place::Telegram(1);

fn p1() -> Vec<u8> {
	let gas = GasMeter { name: "G0012345678901234", at_ms: NOON - 3_600_000, litres: 12_345_678 };
	telegram("E0043007052870318", NOON, 123_456_789, 9_876_543, Some(gas))
}

fn read_p1(telegram: &[u8], version: Version) -> Vec<Finding> {
	dsmr::parse(telegram, PLACE, NOON, version, 1)
}

fn json_reader() -> JsonReader {
	let fields = json!({
		"import": "/import_kwh", "export": "/export_kwh", "unit": "kWh", "meter": "/meter",
		"time": "/time"
	});
	JsonReader::new(serde_json::from_value::<JsonFields>(fields).unwrap()).unwrap()
}

fn senml_names() -> SenmlNames {
	serde_json::from_value(json!({ "import": ":import", "export": ":export", "arrival": true }))
		.unwrap()
}

/// A record with a signature, and its meter's key.
fn record() -> (Vec<u8>, OcmfSettings) {
	use ::ocmf::{
		sign::Secp256r1Signer, OcmfTime, ReadingSpec, RecordBuilder, Signer, TimeStatus, Unit,
	};
	let signer = Secp256r1Signer::from_bytes(&[7; 32]).unwrap();
	let time = |hour| OcmfTime {
		year: 2026,
		month: 11,
		day: 2,
		hour,
		minute: 0,
		second: 0,
		millisecond: 0,
		offset_minutes: 60,
		status: Some(TimeStatus::Synchronized),
	};
	let reading = |hour, value: i64| {
		ReadingSpec::new(time(hour), value.into(), "01-00:B1.08.00*FF", Unit::Wh)
	};
	let record = RecordBuilder::new()
		.meter_serial("M-42")
		.pagination(::ocmf::Pagination::fiscal(7))
		.reading(reading(12, 2_935_600))
		.reading(reading(13, 2_942_001))
		.sign(&signer)
		.unwrap();
	let key = hex::encode(signer.public_key().unwrap().to_spki());
	let settings = OcmfSettings { keys: [("M-42".to_owned(), key)].into(), any_clock: false };
	(record.as_str().as_bytes().to_vec(), settings)
}

fn interval_file() -> Vec<u8> {
	let day = |date: &str, quality: &str| {
		format!("300,{date},{}{quality},,,20261103010000,\n", "0.210,".repeat(48))
	};
	let head = |suffix: &str| format!("200,6123456789,E1E2,1,{suffix},N1,METER1,kWh,30,\n");
	[
		"100,NEM12,202611030100,MDP1,RET1\n",
		&head("E1"),
		&day("20261101", "A"),
		&day("20261102", "V"),
		"400,1,20,F14,76,\n400,21,48,A,,\n",
		&head("E2"),
		&day("20261101", "S14"),
		"900\n",
	]
	.concat()
	.into_bytes()
}

fn interchange() -> Vec<u8> {
	let quarter = |from: &str, to: &str, qualifier: &str| {
		format!(
			"QTY+{qualifier}:0.21:KWH'DTM+163:20261102{from}?+00:303'DTM+164:20261102{to}?+00:303'"
		)
	};
	let body = [
		"UNH+M1+MSCONS:D:04B:UN:2.4c'BGM+7+X+9'UNS+D'NAD+DP'LOC+172+51238696780'LIN+1'\
		PIA+5+1-1?:1.29.0:SRW'",
		&quarter("1200", "1215", "220"),
		&quarter("1215", "1230", "67"),
		&quarter("1230", "1245", "20"),
	]
	.concat();
	let segments = body.matches('\'').count() + 1;
	format!("UNA:+.? 'UNB+UNOC:3+1:500+2:500+261102:1300+R'{body}UNT+{segments}+M1'UNZ+1+R'").into()
}

fn feed() -> Vec<u8> {
	let interval = |start: u64| {
		format!(
			"<IntervalReading><ReadingQuality><quality>0</quality></ReadingQuality><timePeriod>\
			<duration>900</duration><start>{start}</start></timePeriod><value>210</value>\
			</IntervalReading>"
		)
	};
	let start = NOON / 1000;
	let intervals = [interval(start), interval(start + 900)].concat();
	format!(
		"<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">\
		<entry><link rel=\"self\" href=\"U/UsagePoint/1\"/><content><UsagePoint/></content></entry>\
		<entry><link rel=\"self\" href=\"U/UsagePoint/1/MeterReading/2\"/><link rel=\"related\" \
		href=\"T/3\"/><content><MeterReading/></content></entry>\
		<entry><link rel=\"self\" href=\"T/3\"/><content><ReadingType><accumulationBehaviour>4\
		</accumulationBehaviour><flowDirection>1</flowDirection><powerOfTenMultiplier>0\
		</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry>\
		<entry><link rel=\"self\" href=\"U/UsagePoint/1/MeterReading/2/IntervalBlock/4\"/><content>\
		<IntervalBlock>{intervals}</IntervalBlock></content></entry></feed>"
	)
	.into()
}

fn tables() -> [(Portal, Vec<u8>); 3] {
	let portal = |settings| {
		Portal::new(serde_json::from_value::<PortalSettings>(settings).unwrap()).unwrap()
	};
	let rows = portal(json!({
		"layout": "rows", "time": "Datum", "clock": "Zeit", "meter": "Punkt", "import": "Bezug",
		"export": "Abgabe", "step_minutes": 15, "zone": "Europe/Vienna", "unit": "kWh",
		"status": { "column": "Status", "measured": ["W"], "provisional": ["V"] }
	}));
	let row = |clock: &str| format!("25.10.2026;{clock};AT1;0,21;1,5;W\r\n");
	let clocks = ["01:45", "02:00", "02:30", "02:00", "02:30", "03:00"];
	let text = "sep=;\r\nDatum;Zeit;Punkt;Bezug;Abgabe;Status\r\n".to_owned();
	let rows = (rows, (text + &clocks.map(row).concat()).into_bytes());

	let columns = portal(json!({
		"layout": "columns", "time": "end", "step_minutes": 30, "zone": "+01:00", "labels": "end",
		"unit": "Wh", "dates": "day-first", "columns": { "House": { "meter": "house" } }
	}));
	let text = "end,House,Weather\n25/10/2026 00:30,210,rain\n25/10/2026 24:00,,sun\n";
	let columns = (columns, text.into());

	let days = portal(json!({
		"layout": "days", "time": "date", "meter_name": "m", "step_minutes": 60, "unit": "kWh",
		"zone": "Europe/London", "standings": true
	}));
	let clocks: String = (0..24).map(|hour| format!(",{hour:02}:00")).collect();
	let row = |date: &str| format!("{date}{}\n", ",1.5".repeat(24));
	let text = format!("date{clocks}\n{}{}", row("2026-03-29"), row("2026-10-25"));
	[rows, columns, (days, text.into_bytes())]
}

/// A reader of one format.
type Read = Box<dyn Fn(&[u8]) -> Vec<Finding>>;

/// Good input of every format, and what reads it.
fn formats() -> Vec<(&'static str, Vec<u8>, Read)> {
	let (record, settings) = record();
	let all = Quality::Provisional;
	let reader = json_reader();
	let names = senml_names();
	let mut formats: Vec<(&'static str, Vec<u8>, Read)> = vec![
		("dsmr", p1(), Box::new(|bytes| read_p1(bytes, Version::Checked))),
		("dsmr 2.2", p1(), Box::new(|bytes| read_p1(bytes, Version::Unchecked))),
		(
			"json",
			json_message("m", NOON, 5, 6),
			Box::new(move |bytes| reader.read("t", bytes, false, PLACE, NOON)),
		),
		(
			"senml",
			senml_pack("m", NOON, 5, 6),
			Box::new(move |bytes| names.read(bytes, false, PLACE, NOON)),
		),
		("ocmf", record, Box::new(move |bytes| ocmf::parse(bytes, PLACE, NOON, &settings))),
		("nem12", interval_file(), Box::new(move |bytes| nem12::parse(bytes, NOON, all))),
		("mscons", interchange(), Box::new(move |bytes| mscons::parse(bytes, NOON, all, None))),
		("green button", feed(), Box::new(move |bytes| green_button::parse(bytes, NOON, all))),
	];
	for (portal, good) in tables() {
		formats.push(("table", good, Box::new(move |bytes| portal.read(bytes, NOON, all))));
	}
	formats
}

fn measured(findings: Vec<Finding>) -> impl Iterator<Item = Measured> {
	findings.into_iter().filter_map(|finding| match finding {
		Finding::Measured(measured) => Some(measured),
		Finding::Refused(_) => None,
	})
}

#[test]
fn good_input_is_read() {
	for (name, good, read) in formats() {
		let count = measured(read(&good)).count();
		assert!(count > 0, "{name}");
	}
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn no_damage_panics(damages in damages()) {
		for (name, good, read) in formats() {
			let damaged = damaged(&good, &damages);
			for measured in measured(read(&damaged)) {
				prop_assert!(!measured.meter.is_empty(), "{}", name);
				if let Value::Counted { start_ms, end_ms, .. } = measured.value {
					prop_assert!(start_ms < end_ms, "{}", name);
				}
			}
		}
	}

	#[test]
	fn random_bytes_are_no_readings(bytes in vec(any::<u8>(), 0..300), text in "[ -~\n]{0,300}") {
		for (name, _, read) in formats() {
			prop_assert_eq!(measured(read(&bytes)).count(), 0, "{}", name);
			let _ = read(text.as_bytes());
		}
	}

	/// A checksum of 16 bits finds up to three bits that are wrong.
	#[test]
	fn flipped_bits_of_a_telegram_are_found(flips in flips()) {
		let good = p1();
		let end = good.iter().rposition(|byte| *byte == b'!').unwrap();
		let mut telegram = damaged(&good[..end], &flips);
		let is_changed = telegram != good[..end];
		telegram.extend_from_slice(&good[end..]);
		let count = measured(read_p1(&telegram, Version::Checked)).count();
		prop_assert_eq!(count, if is_changed { 0 } else { 3 });
	}

	/// What a meter has signed says what the meter said, or is refused.
	#[test]
	fn a_damaged_record_says_nothing_else(damages in damages()) {
		let (record, settings) = record();
		let good: Vec<_> = measured(ocmf::parse(&record, PLACE, NOON, &settings)).collect();
		let damaged = damaged(&record, &damages);
		for found in measured(ocmf::parse(&damaged, PLACE, NOON, &settings)) {
			let same = good.iter().any(|good| good.value == found.value);
			prop_assert!(same || found.meter != "M-42");
		}
	}
}
