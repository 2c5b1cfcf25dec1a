//! Telegrams were written by another program than the one below test, after the standard.

use super::{transport, SmlDecoder, SmlOptions, *};
use crate::{
	measured::{Measured, Value},
	simulate::{sml::SmlMeter, Simulated, Totals},
	Direction, Resource,
};

/// 2026-11-02 12:00 UTC.
const NOON: u64 = 1_793_620_800_000;
const RECEIVED: Received = Received { number: 7, at_ms: NOON + 1500 };

/// Import 45476124.3 Wh, export 1000 Wh, a tariff and the power; the value has an escape sequence in it.
const BOTH: &str = "\
	1b1b1b1b0101010176030011620062007263010176010102070b0a01454d480000bc614e010163312b00\
	76030012620062007263070177010b0a01454d480000bc614e01726202656ae87b407477070100010800\
	ff650001018201621e52ff59000000001b1b1b1b1b1b1b1b0177070100010801ff0101621e52ff590000\
	00001b1b1b1b1b1b1b1b0177070100020800ff0101621e52ff5600000027100177070100100700ff0101\
	621b520055000001230101016387d100760300136200620072630201710163f8810000001b1b1b1b1a02\
	c30a";
/// The same import; the meter counts seconds.
const INDEX: &str = "\
	1b1b1b1b0101010176030011620062007263010176010102070b0a01454d480000bc614e010163312b00\
	76030012620062007263070177010b0a01454d480000bc614e0172620165001234567177070100010800\
	ff650001018201621e52ff59000000001b1b1b1b1b1b1b1b01010163c16c007603001362006200726302\
	01710163f881000000001b1b1b1b1a03cc13";
/// Export 1000 Wh; checksums are CRC-16/KERMIT and the time is not marked as what it is.
const KERMIT: &str = "\
	1b1b1b1b0101010176030011620062007263010176010102070b0a01454d480000bc614e0101639a7600\
	76030012620062007263070177010b0a01454d480000bc614e0165001234567177070100020800ff0101\
	621e52ff56000000271001010163db2600760300136200620072630201710163922800001b1b1b1b1a01\
	86b6";
/// Export 1000 Wh, with a signature of 48 bytes.
const SIGNED: &str = "\
	1b1b1b1b0101010176030011620062007263010176010102070b0a01454d480000bc614e010163312b00\
	76030012620062007263070177010b0a01454d480000bc614e01726202656ae87b407177070100020800\
	ff0101621e52ff560000002710018302000102030405060708090a0b0c0d0e0f10111213141516171819\
	1a1b1c1d1e1f202122232425262728292a2b2c2d2e2f0163d6d300760300136200620072630201710163\
	f88100001b1b1b1b1a01c7d9";
/// Import 50000 Wh, as a signed integer of two bytes.
const DZG: &str = "\
	1b1b1b1b0101010176030011620062007263010176010102070b0a01445a470002826187010163698b00\
	76030012620062007263070177010b0a01445a4700028261870172620165001234567177070100010800\
	ff0101621e520053c35001010163809600760300136200620072630201710163f88100001b1b1b1b1a01\
	8019";

fn bytes(text: &str) -> Vec<u8> {
	(0..text.len() / 2)
		.map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
		.collect()
}

fn read(text: &str, options: SmlOptions) -> Vec<Finding> {
	parse(&bytes(text), &options, RECEIVED)
}

fn measured(finding: &Finding) -> &Measured {
	match finding {
		Finding::Measured(measured) => measured,
		Finding::Refused(refused) => panic!("{refused}"),
	}
}

/// Meter, direction, when, Wh.
fn stands(finding: &Finding) -> (&str, Direction, u64, u128) {
	let measured = measured(finding);
	let Value::Stands { at_ms, total } = measured.value else { panic!("{:?}", measured.value) };
	let total = total.standing(Resource::Electricity).unwrap();
	(&measured.meter, measured.direction, at_ms, total)
}

fn refusal(findings: &[Finding]) -> &'static str {
	match findings {
		[Finding::Refused(refused)] => refused.name,
		other => panic!("{other:?}"),
	}
}

#[test]
fn totals_are_read_with_the_meters_time() {
	let findings = read(BOTH, SmlOptions::default());
	assert_eq!(findings.len(), 2);
	assert_eq!(stands(&findings[0]), ("1EMH0012345678", Direction::Import, NOON, 45_476_124));
	assert_eq!(stands(&findings[1]), ("1EMH0012345678", Direction::Export, NOON, 1000));
	assert_eq!(measured(&findings[0]).taken_ms, Some(NOON));
	assert_eq!(measured(&findings[0]).signed, None);
	let arrival = SmlOptions { clock: MeterClock::Arrival, ..SmlOptions::default() };
	assert_eq!(stands(&read(BOTH, arrival)[0]).2, RECEIVED.at_ms);
}

#[test]
fn seconds_since_the_start_are_no_time_of_day() {
	let findings = read(INDEX, SmlOptions::default());
	assert_eq!(stands(&findings[0]).2, RECEIVED.at_ms);
	assert_eq!(measured(&findings[0]).taken_ms, None);
}

#[test]
fn the_other_checksum_is_named_and_read_when_said() {
	assert_eq!(refusal(&read(KERMIT, SmlOptions::default())), "ChecksumVariant");
	let options = SmlOptions { checksum: Checksum::Kermit, ..SmlOptions::default() };
	assert_eq!(stands(&read(KERMIT, options)[0]).3, 1000);
	assert_eq!(refusal(&read(BOTH, options)), "ChecksumVariant");
}

#[test]
fn a_signed_telegram_is_handed_on_as_it_came() {
	let findings = read(SIGNED, SmlOptions::default());
	let signed = measured(&findings[0]).signed.as_ref().unwrap();
	assert_eq!((signed.format, signed.bytes.as_slice()), ("sml", bytes(SIGNED).as_slice()));
}

#[test]
fn integers_of_the_wrong_sign_are_refused_until_it_is_said() {
	assert_eq!(refusal(&read(DZG, SmlOptions::default())), "RegisterNegative");
	let options = SmlOptions { unsigned: true, ..SmlOptions::default() };
	assert_eq!(
		stands(&read(DZG, options)[0]),
		("1DZG0042099079", Direction::Import, RECEIVED.at_ms, 50_000)
	);
}

#[test]
fn no_refusal_tells_a_reading() {
	for finding in read(DZG, SmlOptions::default()) {
		let text = format!("{finding:?}");
		assert!(!text.contains("50000") && !text.contains("15536"), "{text}");
	}
}

#[test]
fn files_are_cut_out_of_a_stream_however_it_comes_in_pieces() {
	let mut stream = bytes(BOTH)[30..].to_vec();
	// A file that was cut off by the start of another.
	stream.extend(&bytes(BOTH)[..100]);
	for text in [BOTH, INDEX, SIGNED] {
		stream.extend(bytes(text));
	}
	for piece in [1, 2, 7, 64, 4096] {
		let (mut buffer, mut frames) = (Vec::new(), Vec::new());
		for part in stream.chunks(piece) {
			buffer.extend_from_slice(part);
			while let Some(frame) = transport::cut(&mut buffer) {
				frames.push(frame);
			}
		}
		assert_eq!(frames, [bytes(BOTH), bytes(INDEX), bytes(SIGNED)], "pieces of {piece}");
		assert!(buffer.len() < 8);
	}
}

#[test]
fn a_stream_without_an_end_is_not_kept() {
	let mut buffer = Vec::new();
	let mut start = bytes(BOTH)[..8].to_vec();
	buffer.append(&mut start);
	for _ in 0..100 {
		buffer.extend([0x55; 4096]);
		assert_eq!(transport::cut(&mut buffer), None);
		assert!(buffer.len() <= 20 * 1024 + 8);
	}
}

#[test]
fn a_simulated_meter_is_understood() {
	let mut meter = SmlMeter::new("1EMH0012345678").unwrap();
	for checksum in [Checksum::X25, Checksum::Kermit] {
		meter.checksum = checksum;
		meter.signature = Some(vec![7; 48]);
		let telegram =
			meter.telegram(&Totals { at_ms: NOON, import: 123_456, export: Some(0x1b1b_1b1b) });
		let mut decoder = SmlDecoder::new(SmlOptions { checksum, ..SmlOptions::default() });
		let mut buffer = telegram.clone();
		let findings = decoder.decode(&mut buffer);
		assert_eq!(stands(&findings[0]), ("1EMH0012345678", Direction::Import, NOON, 123_456));
		assert_eq!(stands(&findings[1]).3, 0x1b1b_1b1b);
		assert_eq!(**measured(&findings[1]).signed.as_ref().unwrap().bytes, telegram);
	}
	for wrong in ["", "meter", "0EMH0012345678", "1emh0012345678", "1EMH00123456789"] {
		assert!(SmlMeter::new(wrong).is_err(), "{wrong}");
	}
}

#[test]
fn settings_are_read_and_unknown_fields_refused() {
	let read = |text: &str| serde_json::from_str::<SmlSettings>(text);
	let settings =
		read(r#"{"port":"/dev/ttyUSB0","checksum":"kermit","clock":"arrival"}"#).unwrap();
	assert_eq!(
		SmlOptions::from(&settings),
		SmlOptions {
			clock: MeterClock::Arrival,
			checksum: Checksum::Kermit,
			..SmlOptions::default()
		}
	);
	assert!(read(r#"{"port":"/dev/ttyUSB0","cheksum":"kermit"}"#).is_err());
}
