//! SML, DLMS/COSEM, M-Bus and Modbus.

use meterproof_meters::{
	clock::MeterClock,
	dlms::{security::Security, DlmsDecoder, DlmsOptions},
	keys::MeterKey,
	mbus::{
		air::{AirDecoder, Receiver},
		application, findings,
		records::{self, Kind},
		wired::{self, Frame},
	},
	modbus::ModbusRegister,
	simulate::{
		dlms::{DlmsKeys, DlmsMeter},
		mbus::{AirMeter, MbusMeter, WiredMeter},
		sml::SmlMeter,
		Simulated, Totals,
	},
	sml::{SmlDecoder, SmlOptions},
	telegram::{Decoder, Received},
	Finding, Resource, Value,
};
use proptest::{collection::vec, prelude::*};

use crate::damage::{cases, damaged, damages, flips, Damage};

/// 2026-11-02 12:00 UTC.
const NOON: u64 = 1_793_620_800_000;
/// Telegrams in one stream.
const TELEGRAMS: u64 = 3;
/// The most that a decoder may keep of a telegram that is not complete.
const MOST_KEPT: usize = 24 * 1024;

fn totals(number: u64) -> Totals {
	let import = 0x1b1b_1b1b_1b00 + 977 * number;
	Totals { at_ms: NOON + 60_000 * number, import, export: Some(7_654_321 + 11 * number) }
}

/// Telegrams one after another.
fn stream(meter: &mut dyn Simulated) -> Vec<u8> {
	(0..TELEGRAMS).flat_map(|number| meter.telegram(&totals(number))).collect()
}

fn sml() -> Vec<u8> {
	let mut meter = SmlMeter::new("1EMH0012345678").unwrap();
	meter.signature = Some(vec![0x1b; 48]);
	stream(&mut meter)
}

fn key(first: u8) -> MeterKey {
	MeterKey::new([first; 16])
}

fn dlms(ciphered: bool, blocks: Option<usize>) -> Vec<u8> {
	let keys = ciphered.then(|| DlmsKeys { encryption: key(1), authentication: key(2) });
	let mut meter = DlmsMeter::new("12345678", keys, 1).unwrap();
	meter.blocks = blocks;
	stream(&mut meter)
}

fn dlms_decoder(ciphered: bool) -> DlmsDecoder {
	let security = ciphered.then(|| Security::new(key(1), Some(key(2)), false));
	DlmsDecoder::new(DlmsOptions::default(), security)
}

fn air(key: Option<MeterKey>) -> Vec<u8> {
	stream(&mut AirMeter(MbusMeter::new("SEN87654321", Resource::Electricity, key).unwrap()))
}

fn air_decoder(receiver: Receiver, ciphered: bool) -> AirDecoder {
	AirDecoder::new(receiver, MeterClock::Meter, vec![(87_654_321, ciphered.then(|| key(3)))])
}

fn wire() -> Vec<u8> {
	let meter = MbusMeter::new("SEN87654321", Resource::Electricity, None).unwrap();
	stream(&mut WiredMeter::new(meter, 5))
}

/// Reads frames of wired M-Bus as a master that was answered with them.
struct Answers;

impl Decoder for Answers {
	fn decode(&mut self, buffer: &mut Vec<u8>) -> Vec<Finding> {
		let mut all = Vec::new();
		while let Some(frame) = wired::cut(buffer) {
			let Ok(Frame::Long(_, _, data)) = frame else { continue };
			let received = Received { number: 1, at_ms: NOON };
			let counters = &mut Default::default();
			if let Some(said) = application::read(&data, None, &|_| true, &|_| None, counters) {
				all.extend(findings(said, MeterClock::Arrival, received));
			}
		}
		all
	}
}

/// What a decoder reads from a stream that comes in pieces.
fn read(decoder: &mut dyn Decoder, stream: &[u8], piece: usize) -> Vec<Finding> {
	let (mut buffer, mut findings) = (Vec::new(), Vec::new());
	for part in stream.chunks(piece) {
		buffer.extend_from_slice(part);
		findings.extend(decoder.decode(&mut buffer));
		assert!(buffer.len() <= MOST_KEPT);
	}
	findings
}

/// Meter, register and total of each measured value; with the time if the meter tells one.
fn values(findings: &[Finding]) -> Vec<(String, u8, Option<u64>, u128)> {
	let value = |finding: &Finding| {
		let Finding::Measured(measured) = finding else { return None };
		let Value::Stands { total, .. } = measured.value else { panic!("{measured:?}") };
		// A total that does not fit is refused by whoever reads it.
		let total = total.standing(Resource::Electricity).ok()?;
		Some((measured.meter.clone(), measured.direction as u8, measured.taken_ms, total))
	};
	findings.iter().filter_map(value).collect()
}

/// Checks that a damaged stream says nothing that the good one does not.
fn says_nothing_else(
	new: &dyn Fn() -> Box<dyn Decoder>,
	good: &[u8],
	damages: &[Damage],
	piece: usize,
) -> Result<(), TestCaseError> {
	let known = values(&read(&mut *new(), good, good.len()));
	prop_assert_eq!(known.len() as u64, 2 * TELEGRAMS);
	for value in values(&read(&mut *new(), &damaged(good, damages), piece)) {
		prop_assert!(known.contains(&value));
	}
	Ok(())
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn damaged_sml_says_nothing_else(damages in damages(), piece in 1..600usize) {
		says_nothing_else(&|| Box::new(SmlDecoder::new(SmlOptions::default())), &sml(), &damages, piece)?;
	}

	#[test]
	fn damaged_dlms_with_a_tag_says_nothing_else(
		damages in damages(),
		piece in 1..600usize,
		blocks in proptest::option::of(20..90usize),
	) {
		let good = dlms(true, blocks);
		says_nothing_else(&|| Box::new(dlms_decoder(true)), &good, &damages, piece)?;
	}

	/// Checksums of frames do not tell whether whole frames are missing: bits only.
	#[test]
	fn damaged_bits_of_dlms_say_nothing_else(
		flips in flips(),
		piece in 1..600usize,
		blocks in proptest::option::of(20..90usize),
	) {
		let good = dlms(false, blocks);
		says_nothing_else(&|| Box::new(dlms_decoder(false)), &good, &flips, piece)?;
	}

	/// Checksums of blocks do not tell in which order blocks stand: bits only.
	#[test]
	fn damaged_bits_of_wireless_mbus_say_nothing_else(flips in flips(), piece in 1..600usize, ciphered: bool) {
		let good = air(ciphered.then(|| key(3)));
		says_nothing_else(&|| Box::new(air_decoder(Receiver::Cul, ciphered)), &good, &flips, piece)?;
	}

	/// A sum tells one damaged bit, and not always two.
	#[test]
	fn a_damaged_bit_of_wired_mbus_says_nothing_else(flips in flips(), piece in 1..600usize) {
		says_nothing_else(&|| Box::new(Answers), &wire(), &flips[..1], piece)?;
	}

	#[test]
	fn damaged_telegrams_do_no_harm(damages in damages(), piece in 1..600usize, ciphered: bool) {
		read(&mut Answers, &damaged(&wire(), &damages), piece);
		read(&mut dlms_decoder(false), &damaged(&dlms(false, Some(40)), &damages), piece);
		let stream = damaged(&air(ciphered.then(|| key(3))), &damages);
		read(&mut air_decoder(Receiver::Cul, ciphered), &stream, piece);
		read(&mut air_decoder(Receiver::Hex, ciphered), &stream, piece);
	}

	#[test]
	fn random_bytes_do_no_harm(bytes in vec(any::<u8>(), 0..600), words in vec(any::<u16>(), 0..6)) {
		let piece = 100;
		read(&mut SmlDecoder::new(SmlOptions::default()), &bytes, piece);
		for ciphered in [false, true] {
			read(&mut dlms_decoder(ciphered), &bytes, piece);
		}
		read(&mut Answers, &bytes, piece);
		read(&mut air_decoder(Receiver::Hex, true), &bytes, piece);
		for kind in [Kind::Electricity, Kind::Heat, Kind::Volume] {
			let _ = records::read(&bytes, kind);
		}
		let received = Received { number: 1, at_ms: NOON };
		let mut security = Security::new(key(1), Some(key(2)), true);
		let options = DlmsOptions { meter: Some("house".into()), ..DlmsOptions::default() };
		let message = [&[0x0f, 0, 0, 0, 0, 0][..], &bytes].concat();
		meterproof_meters::dlms::parse(&message, &options, None, received);
		let message = [&[0xdb, 8, 0, 0, 0, 0, 0, 0, 0, 0][..], &bytes].concat();
		meterproof_meters::dlms::parse(&message, &options, Some(&mut security), received);
		for control in [0x72, 0x7a, 0x78, 0x8c, 0x8d, 0x90] {
			let data = [&[control][..], &bytes].concat();
			let counters = &mut Default::default();
			let link = [0x2d, 0x2c, 0x21, 0x43, 0x65, 0x87, 1, 7];
			for link in [None, Some(link)] {
				application::read(&data, link, &|_| true, &|_| Some(key(3)), counters);
			}
		}
		for form in ["u16", "u32", "i32", "u64", "f32"] {
			let text = format!(
				r#"{{"meter":"m","direction":"import","table":"input","address":0,"form":"{form}",
				"unit":"kWh","exponent":-3,"factor":4000000000}}"#
			);
			let register: ModbusRegister = serde_json::from_str(&text).unwrap();
			let _ = register.read(&words);
		}
	}
}
