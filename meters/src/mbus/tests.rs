//! Telegrams were written by another program than the one below test, after the standards.

use std::{
	collections::HashMap,
	sync::{Arc, Mutex},
	time::Duration,
};

use super::{
	air::{AirDecoder, Receiver},
	application,
	bus::{Bus, BusSettings},
	wired::{self, Frame},
	*,
};
use crate::{
	counters::Counters,
	keys::MeterKey,
	measured::{Measured, Value},
	rounds::Rounds,
	simulate::{
		mbus::{AirMeter, MbusMeter, WiredMeter},
		Simulated, Totals,
	},
	source::Source,
	telegram::Decoder,
	Direction, Resource,
};

/// 2026-11-02 12:00 UTC.
const NOON: u64 = 1_793_620_800_000;

/// Heat: 12345 kWh, volume, power, last month's energy, a greatest power, 13:00, the maker's own data.
const HEAT: &str = "\
	68363668080572785634122d2c1a04550000000c06452301000c14990000000b2d1700004c0600100100\
	1c2d50000000046d002d423b0f0102030e16";
/// 12345 kWh at 14:00 in summer time.
const SUMMER: &str = "\
	681b1b68080572785634122d2c1a04550000000c0645230100046d00ae423b7616";
/// The same with a time that is marked as not valid.
const UNSET: &str = "\
	681b1b68080572785634122d2c1a04550000000c0645230100046d802e423b7616";
/// The same at 13:00:00, as a time of six bytes.
const TYPE_I: &str = "\
	681d1d68080572785634122d2c1a04550000000c0645230100066d00000d423b00d716";
/// Heat: 3601 MJ.
const JOULES: &str = "\
	6815156808057278563412a732070c55000000040e110e00000516";
/// Water: 1234567 l; a tariff, and what flowed back.
const WATER: &str = "\
	6826266808097221436587ae4c6807550000002f041387d612008410130100000004933c070000002f2f\
	2616";
/// Water: 55 thousandths of 1 m³, in six bytes.
const SCALED: &str = "\
	6818186808097221436587ae4c680755000000069673370000000000d716";
/// Electricity: 500 Wh, 900 Wh taken, 400 Wh given, a tariff.
const POWER: &str = "\
	682a2a6808097222221111a8150102550000000403f401000004833b8403000004833c90010000841003\
	040000003216";
/// Water: 12 tenths of 1 m³, and 1234 l.
const TWO: &str = "\
	681b1b6808097221436587ae4c68075500000004150c0000000413d2040000a316";
/// Water: 12 l, and 1234 l.
const TWICE: &str = "\
	681b1b6808097221436587ae4c68075500000004130c0000000413d2040000a116";
/// Water: marked as without data.
const INVALID: &str = "\
	6816166808097221436587ae4c6807550000000493150c0000004916";
/// Water on the air: 1234567 l at 13:00, and the receiver's measure of the signal.
const CLEAR_LINE: &str = "\
	b1A44AE4C214365876807BAF87A2A000000041387D61200046D002D42454B3BE1798E2C";
/// The same, ciphered in mode 5.
const MODE_5: &str = "\
	b1E44AE4C21436587680754B47A2A00100567A9DB3A04182B7A8298668880DBFA492481C34A";
/// The same in frame format B.
const FORMAT_B: &str = "\
	bY2044AE4C2143658768077A2A00100567A9DB3A04182B7A829866DBFA49248116C8";
/// The same as rtl-wmbus writes it.
const HEX_LINE: &str = "\
	T1;1;1;2026-11-02 12:00:00.000;97;148;87654321;0x1e44ae4c2143658768077a2a00100567a9d\
	b3a04182b7a829866dbfa492481";
/// The same in mode 7 with message counter 77.
const MODE_7: &str = "\
	b3344AE4C214365876807A0CD8C002A900F002C254D0000001070EAC1802CEA15E0FD7A2A00100710797\
	25FDBA4BE53B632436522A95DCE2CBF77F4DA";
/// The same of another maker, ciphered in the link layer.
const LINK_LAYER: &str = "\
	bY21442D2C214365871B168D202A23010020D1F9833227117138D243BD79FA2D563954";
/// The same in the clear.
const LINK_CLEAR: &str = "\
	bY21442D2C214365871B168D202A23010000130E78041387D61200046D002D423B0632";

fn bytes(text: &str) -> Vec<u8> {
	hex::decode(text).unwrap()
}

fn key() -> MeterKey {
	MeterKey::new(std::array::from_fn(|at| at as u8))
}

fn clock(text: &str) -> MeterClock {
	text.parse().unwrap()
}

/// What a frame on wires says, received a second after noon.
fn read_at(text: &str, clock: MeterClock) -> Vec<Finding> {
	let mut buffer = bytes(text);
	let Frame::Long(_, _, data) = wired::cut(&mut buffer).unwrap().unwrap() else { panic!() };
	assert!(buffer.is_empty());
	let said =
		application::read(&data, None, &|_| true, &|_| None, &mut Counters::default()).unwrap();
	findings(said, clock, Received { number: 1, at_ms: NOON + 1000 })
}

fn read(text: &str) -> Vec<Finding> {
	read_at(text, clock("+01:00"))
}

fn measured(finding: &Finding) -> &Measured {
	match finding {
		Finding::Measured(measured) => measured,
		Finding::Refused(refused) => panic!("{refused}"),
	}
}

/// Meter, direction, when, Wh or litres.
fn stands(resource: Resource, finding: &Finding) -> (&str, Direction, u64, u128) {
	let measured = measured(finding);
	let Value::Stands { at_ms, total } = measured.value else { panic!("{:?}", measured.value) };
	(&measured.meter, measured.direction, at_ms, total.standing(resource).unwrap())
}

fn refusal(findings: &[Finding]) -> &'static str {
	match findings {
		[Finding::Refused(refused)] => refused.name,
		other => panic!("{other:?}"),
	}
}

#[test]
fn the_current_total_of_heat_is_read_with_the_meters_time() {
	for text in [HEAT, SUMMER, TYPE_I] {
		let findings = read(text);
		assert_eq!(findings.len(), 1);
		let stands = stands(Resource::Heat, &findings[0]);
		assert_eq!(stands, ("KAM12345678", Direction::Import, NOON, 12_345_000));
	}
	assert_eq!(refusal(&read_at(HEAT, clock("meter"))), "ClockDeviationUnspecified");
	assert_eq!(stands(Resource::Heat, &read_at(HEAT, clock("arrival"))[0]).2, NOON + 1000);
	assert_eq!(refusal(&read(UNSET)), "ClockInvalid");
	assert_eq!(stands(Resource::Heat, &read_at(UNSET, clock("arrival"))[0]).2, NOON + 1000);
}

#[test]
fn units_multipliers_and_forms_are_read() {
	// 3601 MJ are 1000277.7 Wh.
	assert_eq!(stands(Resource::Heat, &read(JOULES)[0]).3, 1_000_277);
	let water = read(WATER);
	assert_eq!(water.len(), 1);
	let expected = ("SEN87654321", Direction::Import, NOON + 1000, 1_234_567);
	assert_eq!(stands(Resource::Water, &water[0]), expected);
	assert_eq!(stands(Resource::Water, &read(SCALED)[0]).3, 55);
	let power = read(POWER);
	assert_eq!(power.len(), 2);
	let meter = "EMH11112222";
	let at = NOON + 1000;
	assert_eq!(stands(Resource::Electricity, &power[0]), (meter, Direction::Import, at, 900));
	assert_eq!(stands(Resource::Electricity, &power[1]), (meter, Direction::Export, at, 400));
}

#[test]
fn of_two_records_the_finer_counts_and_a_contradiction_is_refused() {
	assert_eq!(stands(Resource::Water, &read(TWO)[0]).3, 1234);
	assert_eq!(refusal(&read(TWICE)), "RegisterTwice");
	assert_eq!(refusal(&read(INVALID)), "RecordInvalid");
}

fn records(text: &str) -> Result<records::Current, Unusable> {
	records::read(&bytes(text), records::Kind::Heat)
}

#[test]
fn numbers_of_all_forms_are_read_or_refused() {
	let read = |text: &str| {
		let current = records(text)?;
		current
			.totals
			.into_iter()
			.next()
			.unwrap()
			.1
			.map(|total| total.standing(Resource::Heat).unwrap())
	};
	let name = |text: &str| read(text).map_err(|unusable| unusable.name);
	assert_eq!(name("010307"), Ok(7));
	assert_eq!(name("0703ffffffffffffff7f"), Ok(u128::from(u64::MAX / 2)));
	assert_eq!(name("0e03563412000000"), Ok(123_456));
	assert_eq!(name("0d03c23412"), Ok(1234));
	assert_eq!(name("0d03e23412"), Ok(0x1234));
	assert_eq!(name("05030000c842"), Ok(100));
	// In MWh of the first table of further units.
	assert_eq!(name("04fb0105000000"), Ok(5_000_000));
	assert_eq!(name("0103ff"), Err("RegisterNegative"));
	assert_eq!(name("0a0334f2"), Err("RegisterNegative"));
	assert_eq!(name("0d03d23412"), Err("RegisterNegative"));
	assert_eq!(name("0a033a12"), Err("RegisterNotANumber"));
	assert_eq!(name("0503ffffff7f"), Err("RegisterNotANumber"));
	assert_eq!(name("0003"), Err("RegisterNotANumber"));
	for malformed in ["04", "0403", "040300", "84", "8003", "0d03ff", "0d03c9", "04fc0156", "3f"] {
		assert_eq!(records(malformed).err().unwrap().name, "TelegramMalformed", "{malformed}");
	}
	assert!(records(&"80".repeat(12)).is_err());
	assert!(records(&format!("01{}", "83".repeat(12))).is_err());
	// A rate per hour, a maker's own unit and a unit in letters are no totals.
	for other in ["04832201000000", "04ff0101000000", "047c03576b6f01000000", "0483ff0101000000"] {
		assert!(records(other).unwrap().totals.is_empty(), "{other}");
	}
	assert!(records("010307".to_owned().as_str()).is_ok_and(|current| !current.more));
	assert!(records("0103071f").is_ok_and(|current| current.more));
}

#[test]
fn frames_are_cut_out_of_a_stream_however_it_comes_in_pieces() {
	let mut damaged = bytes(HEAT);
	damaged[20] ^= 1;
	let mut stream = vec![0x68, 0x03, 0x10, 0xff];
	for frame in [bytes(HEAT), wired::short(0x40, 5).to_vec(), damaged, vec![0xe5], bytes(WATER)] {
		stream.extend(frame);
	}
	let whole = cut_all(&stream, stream.len());
	assert!(matches!(whole[..], [Ok(Frame::Long(8, 5, _)), Ok(Frame::Short(0x40, 5)), Err(_), ..]));
	assert!(matches!(whole.last(), Some(Ok(Frame::Long(8, 9, _)))));
	for piece in [1, 3, 50] {
		assert_eq!(cut_all(&stream, piece), whole, "pieces of {piece}");
	}
}

fn cut_all(stream: &[u8], piece: usize) -> Vec<Result<Frame, Unusable>> {
	let (mut buffer, mut frames) = (Vec::new(), Vec::new());
	for part in stream.chunks(piece) {
		buffer.extend_from_slice(part);
		while let Some(frame) = wired::cut(&mut buffer) {
			frames.push(frame);
		}
	}
	frames
}

fn air(receiver: Receiver, key: Option<MeterKey>) -> AirDecoder {
	AirDecoder::new(receiver, clock("+01:00"), vec![(87_654_321, key)])
}

fn heard(text: &str, decoder: &mut AirDecoder) -> Vec<Finding> {
	decoder.decode(&mut format!("noise\r\n{text}\r\n").into_bytes())
}

#[test]
fn meters_on_the_air_are_read_in_all_forms() {
	for (text, receiver, meter, ciphered) in [
		(CLEAR_LINE, Receiver::Cul, "SEN87654321", false),
		(MODE_5, Receiver::Cul, "SEN87654321", true),
		(FORMAT_B, Receiver::Cul, "SEN87654321", true),
		(HEX_LINE, Receiver::Hex, "SEN87654321", true),
		(MODE_7, Receiver::Cul, "SEN87654321", true),
		(LINK_LAYER, Receiver::Cul, "KAM87654321", true),
		(LINK_CLEAR, Receiver::Cul, "KAM87654321", false),
	] {
		let findings = heard(text, &mut air(receiver, ciphered.then(key)));
		let stands = stands(Resource::Water, &findings[0]);
		assert_eq!(stands, (meter, Direction::Import, NOON, 1_234_567));
	}
}

#[test]
fn meters_that_are_not_listed_are_passed_over() {
	for text in [CLEAR_LINE, MODE_5, MODE_7, LINK_LAYER, LINK_CLEAR] {
		let mut decoder = AirDecoder::new(Receiver::Cul, clock("+01:00"), vec![(1, Some(key()))]);
		assert_eq!(heard(text, &mut decoder), []);
	}
}

#[test]
fn what_ciphering_lacks_is_named() {
	let name = |text: &str, key| refusal(&heard(text, &mut air(Receiver::Cul, key)));
	let wrong = || Some(MeterKey::new([9; 16]));
	for text in [MODE_5, MODE_7, LINK_LAYER] {
		assert_eq!(name(text, None), "KeyMissing");
	}
	for text in [CLEAR_LINE, LINK_CLEAR] {
		assert_eq!(name(text, Some(key())), "NotCiphered");
	}
	assert_eq!(name(MODE_5, wrong()), "KeyWrong");
	assert_eq!(name(LINK_LAYER, wrong()), "KeyWrong");
	assert_eq!(name(MODE_7, wrong()), "TagWrong");
	let mut decoder = air(Receiver::Cul, Some(key()));
	heard(MODE_7, &mut decoder);
	assert_eq!(refusal(&heard(MODE_7, &mut decoder)), "CounterReplayed");
}

#[test]
fn a_message_that_was_heard_is_refused_by_who_counts_on() {
	let mut before = air(Receiver::Cul, Some(key()));
	heard(MODE_7, &mut before);
	let counters = before.counters();
	assert_eq!(counters.len(), 1);
	let mut after = air(Receiver::Cul, Some(key()));
	after.resume(&counters);
	assert_eq!(refusal(&heard(MODE_7, &mut after)), "CounterReplayed");
	assert_eq!(after.counters(), counters);
	// Counters of another key, or another protocol, are not this meter's.
	let mut counters = Counters::default();
	counters.raise([("mbus 87654321/00000000", u32::MAX), ("dlms 87654321/00000000", u32::MAX)]);
	let mut after = air(Receiver::Cul, Some(key()));
	after.resume(&counters);
	assert!(matches!(heard(MODE_7, &mut after)[..], [Finding::Measured(_)]));
}

#[test]
fn what_follows_the_part_ciphered_in_mode_5_is_left_out() {
	let address = [0xae, 0x4c, 0x21, 0x43, 0x65, 0x87, 0x68, 0x07];
	let sealed = cipher::seal_mode_5(&key(), address, 9, &bytes("041387d61200"));
	let longer = [sealed, bytes("041205000000")].concat();
	let clear = cipher::mode_5(&key(), address, 9, 1, &longer).unwrap();
	let current = records::read(&clear, records::Kind::Volume).unwrap();
	let [(Direction::Import, Ok(total))] = &current.totals[..] else { panic!() };
	assert_eq!(total.standing(Resource::Water), Ok(1_234_567));
}

#[test]
fn every_bit_of_a_message_in_mode_7_is_covered_by_its_code() {
	let frame = wireless::format_a(&bytes(&MODE_7[1..])).unwrap();
	for bit in 0..frame.data.len() * 8 {
		let mut data = frame.data.clone();
		data[bit / 8] ^= 1 << (bit % 8);
		let said = application::read(
			&data,
			Some(frame.address),
			&|_| true,
			&|_| Some(key()),
			&mut Counters::default(),
		);
		let findings =
			findings(said.unwrap(), clock("+01:00"), Received { number: 1, at_ms: NOON });
		for finding in &findings {
			// Bits of the layer below, of which the code knows nothing, change nothing.
			if matches!(finding, Finding::Measured(_)) {
				assert_eq!(stands(Resource::Water, finding).3, 1_234_567, "bit {bit}");
			}
		}
	}
}

#[test]
fn a_line_without_an_end_is_not_kept() {
	let mut decoder = air(Receiver::Cul, Some(key()));
	let mut buffer = Vec::new();
	for _ in 0..100 {
		buffer.extend([b'0'; 500]);
		assert_eq!(decoder.decode(&mut buffer), []);
		assert!(buffer.len() <= 1524);
	}
	buffer.extend(format!("\n{MODE_5}\n").into_bytes());
	assert_eq!(decoder.decode(&mut buffer).len(), 1);
}

#[test]
fn simulated_meters_on_the_air_are_understood() {
	for key in [None, Some(key())] {
		let meter = MbusMeter::new("SEN87654321", Resource::Water, key.clone()).unwrap();
		let mut meter = AirMeter(meter);
		let mut decoder = air(Receiver::Cul, key);
		for import in [0, 5, 1 << 40] {
			let totals = Totals { at_ms: NOON, import, export: None };
			let findings = decoder.decode(&mut meter.telegram(&totals));
			assert_eq!(stands(Resource::Water, &findings[0]).3, import.into());
		}
	}
	for wrong in ["", "SEN1", "sen87654321", "SEN8765432x"] {
		assert!(MbusMeter::new(wrong, Resource::Water, None).is_err(), "{wrong}");
	}
}

/// A bus with one meter at address 5, that answers as many connections as come.
async fn bus() -> String {
	use tokio::io::{AsyncReadExt, AsyncWriteExt};
	let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
	let address = listener.local_addr().unwrap();
	tokio::spawn(async move {
		let meter = MbusMeter::new("KAM12345678", Resource::Heat, None).unwrap();
		let mut meter = WiredMeter::new(meter, 5);
		let totals = Totals { at_ms: NOON, import: 7000, export: None };
		loop {
			let (mut stream, _) = listener.accept().await.unwrap();
			let mut requests = Vec::new();
			let mut answered = 0;
			// A connection is lost after some answers.
			while answered < 4 && stream.read_buf(&mut requests).await.is_ok_and(|read| read > 0) {
				let answer = meter.asked(&mut requests, &totals).unwrap();
				answered += usize::from(!answer.is_empty());
				stream.write_all(&answer).await.unwrap();
			}
		}
	});
	format!("tcp://{address}")
}

#[tokio::test]
async fn meters_on_wires_are_asked_by_address_and_by_number() {
	let port = bus().await;
	let settings: BusSettings = serde_json::from_value(serde_json::json!({
		"port": port,
		"every": 1,
		"meters": [{ "address": 5 }, { "id": "12345678" }],
	}))
	.unwrap();
	let mut source = Bus::new(settings).unwrap();
	let (mut heard, mut lost) = (0, 0);
	while heard < 4 {
		match source.next().await {
			Ok(findings) => {
				let findings = findings.unwrap();
				let stands = stands(Resource::Heat, &findings[0]);
				assert_eq!((stands.0, stands.3), ("KAM12345678", 7000));
				heard += 1;
			},
			Err(_) => lost += 1,
		}
		assert!(lost < 5);
	}
	assert!(lost > 0);
}

/// Asks, impatiently, for meters at addresses of a bus on which only the one at 5 answers. `on` is told
/// each address that is asked, and says whether the connection stays.
async fn quiet_bus(addresses: &[u8], mut on: impl FnMut(u8) -> bool + Send + 'static) -> Bus {
	use tokio::io::{AsyncReadExt, AsyncWriteExt};
	let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
	let port = format!("tcp://{}", listener.local_addr().unwrap());
	tokio::spawn(async move {
		let meter = MbusMeter::new("KAM12345678", Resource::Heat, None).unwrap();
		let mut meter = WiredMeter::new(meter, 5);
		let totals = Totals { at_ms: NOON, import: 7000, export: None };
		loop {
			let (mut stream, _) = listener.accept().await.unwrap();
			let mut requests = Vec::new();
			while stream.read_buf(&mut requests).await.is_ok_and(|read| read > 0) {
				let question = wired::cut(&mut requests.clone());
				if let Some(Ok(Frame::Short(0x5b | 0x7b, address))) = question {
					if !on(address) {
						break;
					}
				}
				let answer = meter.asked(&mut requests, &totals).unwrap();
				stream.write_all(&answer).await.unwrap();
			}
		}
	});
	let meters = addresses.iter().map(|address| serde_json::json!({ "address": address }));
	let settings = serde_json::json!({ "port": port, "meters": meters.collect::<Vec<_>>() });
	let mut source = Bus::new(serde_json::from_value(settings).unwrap()).unwrap();
	source.patience = Duration::from_millis(100);
	source.rounds = Rounds::new(Duration::from_millis(20));
	source
}

/// The meter that is asked next, whether it answers or not; `None` if the port is lost.
async fn heard_next(source: &mut Bus) -> Option<String> {
	match &source.next().await.ok()?.unwrap()[..] {
		[Finding::Measured(measured)] => Some(measured.meter.clone()),
		[Finding::Refused(refused)] => {
			assert_eq!(refused.name, "MeterSilent");
			refused.meter.clone()
		},
		other => panic!("{other:?}"),
	}
}

#[tokio::test]
async fn silent_meters_on_wires_are_asked_last_and_once() {
	let questions = Arc::new(Mutex::new(HashMap::<u8, usize>::new()));
	let asked = questions.clone();
	let mut source = quiet_bus(&[7, 8, 5], move |address| {
		*asked.lock().unwrap().entry(address).or_default() += 1;
		true
	})
	.await;
	let mut heard = Vec::new();
	for _ in 0..7 {
		heard.push(heard_next(&mut source).await.unwrap());
	}
	// A round ends where the next one is due and only silent meters are left, and these take turns.
	let [first, second] = ["address 7", "address 8"];
	let there = "KAM12345678";
	assert_eq!(heard, [first, second, there, there, first, there, second]);
	assert_eq!(*questions.lock().unwrap(), HashMap::from([(7, 3 + 1), (8, 3 + 1), (5, 3)]));
}

#[tokio::test]
async fn a_meter_at_which_the_port_is_lost_keeps_no_other_from_being_read() {
	let mut source = quiet_bus(&[7, 5], |address| address == 5).await;
	let mut heard = Vec::new();
	for _ in 0..3 {
		heard.push(heard_next(&mut source).await);
	}
	let there = || Some("KAM12345678".to_owned());
	assert_eq!(heard, [None, there(), None]);
	// It was silent twice: the round is over, and does not wait until the port is there again.
	assert!(source.turn.is_empty());
	assert_eq!(heard_next(&mut source).await, there());
}

#[test]
fn what_a_configuration_lacks_is_named() {
	let bus = |meters: &str| {
		let text = format!(r#"{{"port":"/dev/ttyUSB0","meters":[{meters}]}}"#);
		Bus::new(serde_json::from_str(&text).unwrap()).map(|_| ()).unwrap_err().to_string()
	};
	assert!(bus("").contains("no meter"));
	assert!(bus(r#"{"address":251}"#).contains("250"));
	assert!(bus(r#"{"address":1,"id":"12345678"}"#).contains("either"));
	assert!(bus(r#"{"address":1,"key_file":"/nowhere/key"}"#).contains("/nowhere/key"));
	assert!(serde_json::from_str::<Id>("12345678").is_err());
	assert!(serde_json::from_str::<Id>("\"1234567\"").is_err());
}
