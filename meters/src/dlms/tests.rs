//! Telegrams were written by another program than the one below test, after the standards.

use super::{data::Reader, *};
use crate::{
	keys::MeterKey,
	measured::{Measured, Value},
	simulate::{
		dlms::{DlmsKeys, DlmsMeter},
		Simulated, Totals,
	},
	Resource,
};

/// 2026-11-02 12:00 UTC.
const NOON: u64 = 1_793_620_800_000;

/// Meter 12345678, import 1234560 Wh, export 42000 Wh, at 13:00 with a deviation of -60 minutes.
const PLAIN: &str = "\
	7ea05e03211372a9e6e7000f400000010c07ea0b02010d0000ffffc4000103020209060000600100ff0a\
	083132333435363738020309060100010800ff060001e24002020f01161e020309060100020800ff0600\
	00002a02020f03161e13517e";
/// The same with a deviation of +60 minutes.
const SIGN: &str = "\
	7ea05e03211372a9e6e7000f400000010c07ea0b02010d0000ff003c000103020209060000600100ff0a\
	083132333435363738020309060100010800ff060001e24002020f01161e020309060100020800ff0600\
	00002a02020f03161e97b47e";
/// The same at 14:00 in summer time without a deviation.
const ZONELESS: &str = "\
	7ea05e03211372a9e6e7000f400000010c07ea0b02010e0000ff8000800103020209060000600100ff0a\
	083132333435363738020309060100010800ff060001e24002020f01161e020309060100020800ff0600\
	00002a02020f03161ece367e";
/// The same as the first in three segments.
const SEGMENTED: &str = "\
	7ea8310321134fd8e6e7000f400000010c07ea0b02010d0000ffffc4000103020209060000600100ff0a\
	08313233343558b97e7ea8310321134fd8363738020309060100010800ff060001e24002020f01161e02\
	0309060100020800ff060000002a022e2b7e7ea00e032113647c020f03161edbff7e";
/// The same in three numbered segments.
const NUMBERED: &str = "\
	7ea831032130d6cbe6e7000f400000010c07ea0b02010d0000ffffc4000103020209060000600100ff0a\
	08313233343558b97e7ea831032132c4e8363738020309060100010800ff060001e24002020f01161e02\
	0309060100020800ff060000002a022e2b7e7ea00e032134d929020f03161edbff7e";
/// The same, ciphered with a tag.
const CIPHERED: &str = "\
	7ea07a032113cd54e6e700db084d4d4d0000000001633001234567a7a5b8f762bbe7b497d1fb0cdabbe8\
	4a55e62c0a9498d3bd17d4f69059e6fb9c23e0ea552484dffaea524c4bbd746339c5664be1912e982471\
	d286a75db32b36db2569a6ddfe79b87d5fbada2a3bd201b18bcbb8f16e6bbf836e5dbe10b850a87e";
/// The same with the next counter.
const NEXT: &str = "\
	7ea07a032113cd54e6e700db084d4d4d0000000001633001234568e37fca241c06a7181c2858f7019525\
	1c9b946e9d0224833895b3d341de49b62692b850bfdfbf975bde62ef16ad961c9f45822f9ff8abaadaa4\
	a9f6a5d298b0376f2c34923984b1436a6e5873321354e89088511d26f2299307e3f4770eca049f7e";
/// The same in the clear with a tag.
const SIGNED_ONLY: &str = "\
	7ea07a032113cd54e6e700db084d4d4d00000000016310000000070f400000010c07ea0b02010d0000ff\
	ffc4000103020209060000600100ff0a083132333435363738020309060100010800ff060001e2400202\
	0f01161e020309060100020800ff060000002a02020f03161e540079c5183f535248ff689039b27e";
/// The same, ciphered without a tag.
const TAGLESS: &str = "\
	7ea06e03211380e5e6e700db084d4d4d0000000001572000000008cd0a72ee78d79d9f2d20f494cc4d33\
	c7e7718a4e91ca9bdcdce3da3ab2b132fe75e423b421d9a78b440dcc635dd349164ff1b008907cf845ae\
	2784d6612d5ab62967f95ee3df1b919711560b941794e268c0fe5e7e";
/// The same, ciphered, in three blocks.
const BLOCKS: &str = "\
	7ea03b032113c15ee6e700e0410001000028db084d4d4d000000000163300000000963a672f34255f337\
	d4f0210331aeedb692de4717005b366c4cbd7e7ea03b032113c15ee6e700e04100020000285fcd7587f4\
	22da7e670a0c36ee4cc41c54eeb1323f9d58f4216d1393c4942083cd7028ccf92d8453577c7e7ea03103\
	21136f82e6e700e0c1000300001ecd7daf23c1704af47c45af52bd1206624ce50c53b0fe283d1d7431aa\
	7f39f8d97e";
/// Codes and values in one list, without units: 5000 tens of Wh of meter 5706.
const FLAT: &str = "\
	7ea04b0321138404e6e7000f400000010002080a034b5f3109060101000005ff0a043537303609060101\
	010800ff060000138809060001010000ff090c07ea0b02010d0000ffffc40000c6c67e";
/// A compact array: import 777 Wh, export 3000 Wh.
const COMPACT: &str = "\
	7ea042032113e7fde6e7000f400000010c07ea0b02010d0000ffffc400130203090602020f161a060100\
	010800ff00000309001e060100020800ff00000003031e73627e";
/// Values without codes: 1500 W, 987 of a register.
const POSITIONS: &str = "\
	7ea032032113a2a7e6e7000f40000000090c07ea0b02010d0000ffffc400020309054b464d5f31060000\
	05dc06000003dbd43e7e";

fn bytes(text: &str) -> Vec<u8> {
	hex::decode(text).unwrap()
}

fn keys() -> (MeterKey, MeterKey) {
	let key = |first: u8| MeterKey::new(std::array::from_fn(|at| first + at as u8));
	(key(0), key(0xd0))
}

fn security() -> Security {
	let (encryption, authentication) = keys();
	Security::new(encryption, Some(authentication), false)
}

/// Frames are read as if they had come a second after noon.
fn read_with(
	text: &str,
	options: &DlmsOptions,
	mut security: Option<&mut Security>,
) -> Vec<Finding> {
	let (mut buffer, mut findings) = (bytes(text), Vec::new());
	let (mut assembler, mut blocks) = (hdlc::Assembler::default(), message::Blocks::default());
	let received = Received { number: 1, at_ms: NOON + 1000 };
	while let Some(frame) = hdlc::cut(&mut buffer, &mut false) {
		let message = match assembler.take(frame.unwrap()) {
			None => continue,
			Some(message) => message.and_then(|message| blocks.take(message)),
		};
		match message {
			Ok(None) => {},
			Ok(Some(message)) => {
				findings.extend(parse(&message, options, security.as_deref_mut(), received))
			},
			Err(unusable) => findings.push(received.refused(None, unusable)),
		}
	}
	findings
}

fn read(text: &str) -> Vec<Finding> {
	read_with(text, &DlmsOptions::default(), None)
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
	(&measured.meter, measured.direction, at_ms, total.standing(Resource::Electricity).unwrap())
}

fn refusal(findings: &[Finding]) -> &'static str {
	match findings {
		[Finding::Refused(refused)] => refused.name,
		other => panic!("{other:?}"),
	}
}

fn is_the_usual_one(findings: &[Finding]) {
	assert_eq!(findings.len(), 2);
	assert_eq!(stands(&findings[0]), ("12345678", Direction::Import, NOON, 1_234_560));
	assert_eq!(stands(&findings[1]), ("12345678", Direction::Export, NOON, 42_000));
	assert_eq!(measured(&findings[0]).taken_ms, Some(NOON));
}

#[test]
fn notifications_are_read_in_one_frame_and_in_segments() {
	for text in [PLAIN, SEGMENTED, NUMBERED] {
		is_the_usual_one(&read(text));
	}
}

#[test]
fn a_missing_segment_is_noticed() {
	let first = bytes(SEGMENTED).len() / 3;
	let segments = bytes(SEGMENTED);
	let middle = segments[1..].windows(2).position(|two| two == [0x7e, 0x7e]).unwrap() + 2;
	assert!(middle < 2 * first);
	assert_eq!(refusal(&read(&hex::encode(&segments[middle..middle + 51]))), "SegmentMissing");
	// The second of the numbered ones is left out.
	let numbered = bytes(NUMBERED);
	let one = numbered[1..].windows(2).position(|two| two == [0x7e, 0x7e]).unwrap() + 2;
	let left = [&numbered[..one], &numbered[2 * one..]].concat();
	assert_eq!(refusal(&read(&hex::encode(left))), "SegmentMissing");
}

#[test]
fn parts_of_two_telegrams_make_no_third() {
	let segments = bytes(SEGMENTED);
	let ends: Vec<usize> = segments
		.windows(2)
		.enumerate()
		.filter(|(_, two)| *two == [0x7e, 0x7e])
		.map(|(at, _)| at + 1)
		.collect();
	let [one, two] = ends[..] else { panic!("{ends:?}") };
	let mut decoder = DlmsDecoder::new(DlmsOptions::default(), None);
	// The end of the first telegram is lost, and so is the head of the second but for some bytes.
	let stream = [&segments[..two], &segments[one - 5..]].concat();
	let findings = decoder.decode(&mut stream.clone());
	assert!(findings.iter().all(|finding| matches!(finding, Finding::Refused(_))));
	// A telegram whose end is lost does not hurt the next.
	let findings = decoder.decode(&mut [&segments[..two], &segments].concat());
	assert_eq!(stands(&findings[0]).3, 1_234_560);
}

#[test]
fn a_time_that_can_mean_two_things_is_refused() {
	assert_eq!(refusal(&read(SIGN)), "ClockDeviationInverted");
	assert_eq!(refusal(&read(ZONELESS)), "ClockDeviationUnspecified");
	let clock = |text: &str| DlmsOptions { clock: text.parse().unwrap(), ..DlmsOptions::default() };
	is_the_usual_one(&read_with(SIGN, &clock("inverted"), None));
	is_the_usual_one(&read_with(ZONELESS, &clock("+01:00"), None));
	assert_eq!(stands(&read_with(ZONELESS, &clock("arrival"), None)[0]).2, NOON + 1000);
}

#[test]
fn a_ciphered_telegram_is_read_once_and_in_order() {
	let mut security = security();
	let mut read = |text| read_with(text, &DlmsOptions::default(), Some(&mut security));
	is_the_usual_one(&read(CIPHERED));
	assert_eq!(refusal(&read(CIPHERED)), "CounterReplayed");
	is_the_usual_one(&read(NEXT));
	assert_eq!(refusal(&read(CIPHERED)), "CounterReplayed");
	assert_eq!(refusal(&read(BLOCKS)), "CounterReplayed");
	assert_eq!(refusal(&read(PLAIN)), "NotCiphered");
}

#[test]
fn a_telegram_that_was_heard_is_refused_by_who_counts_on() {
	let options = DlmsOptions::default();
	let mut before = security();
	is_the_usual_one(&read_with(CIPHERED, &options, Some(&mut before)));
	let mut after = security();
	after.resume(&before.counters());
	let mut read = |text| read_with(text, &options, Some(&mut after));
	assert_eq!(refusal(&read(CIPHERED)), "CounterReplayed");
	is_the_usual_one(&read(NEXT));
	// A meter with another key begins anew, and what has no tag proves no counter.
	let (encryption, authentication) = keys();
	let mut other = Security::new(authentication, Some(encryption.clone()), false);
	other.resume(&before.counters());
	assert!(other.counters().is_empty());
	let mut lenient = Security::new(encryption, None, true);
	is_the_usual_one(&read_with(TAGLESS, &options, Some(&mut lenient)));
	assert!(lenient.counters().is_empty());
}

#[test]
fn blocks_and_bare_tags_are_read() {
	for text in [BLOCKS, SIGNED_ONLY] {
		is_the_usual_one(&read_with(text, &DlmsOptions::default(), Some(&mut security())));
	}
	let blocks = bytes(BLOCKS);
	let one = blocks[1..].windows(2).position(|two| two == [0x7e, 0x7e]).unwrap() + 2;
	let mut decoder = DlmsDecoder::new(DlmsOptions::default(), Some(security()));
	let names: Vec<_> = decoder
		.decode(&mut [&blocks[..one], &blocks[2 * one..]].concat())
		.iter()
		.map(|finding| refusal(std::slice::from_ref(finding)))
		.collect();
	assert_eq!(names, ["BlockMissing"]);
}

#[test]
fn no_tag_is_skipped() {
	let options = DlmsOptions::default();
	let (encryption, authentication) = keys();
	let read = |text: &str, mut security| refusal(&read_with(text, &options, Some(&mut security)));
	assert_eq!(refusal(&super::tests::read(CIPHERED)), "KeyMissing");
	let keyless = Security::new(encryption.clone(), None, true);
	assert_eq!(read(CIPHERED, keyless), "AuthenticationKeyMissing");
	let wrong = Security::new(encryption.clone(), Some(encryption.clone()), true);
	assert_eq!(read(CIPHERED, wrong), "TagWrong");
	let wrong = Security::new(authentication.clone(), Some(authentication), true);
	assert_eq!(read(CIPHERED, wrong), "TagWrong");
	assert_eq!(read(TAGLESS, security()), "NotAuthenticated");
	let mut lenient = Security::new(encryption, None, true);
	is_the_usual_one(&read_with(TAGLESS, &options, Some(&mut lenient)));
	assert_eq!(read(TAGLESS, lenient), "CounterReplayed");
}

#[test]
fn every_bit_of_a_ciphered_message_is_covered_by_its_tag() {
	let mut buffer = bytes(CIPHERED);
	let frame = hdlc::cut(&mut buffer, &mut false).unwrap().unwrap();
	let message = hdlc::Assembler::default().take(frame).unwrap().unwrap();
	let received = Received { number: 1, at_ms: NOON };
	for bit in 0..message.len() * 8 {
		let mut changed = message.clone();
		changed[bit / 8] ^= 1 << (bit % 8);
		let findings = parse(&changed, &DlmsOptions::default(), Some(&mut security()), received);
		refusal(&findings);
	}
}

#[test]
fn bodies_of_other_shapes_are_read_with_what_they_lack() {
	let register = |code, position, exponent| DlmsRegister {
		code,
		position,
		direction: Direction::Import,
		unit: Unit::WattHour,
		exponent,
	};
	assert_eq!(refusal(&read(FLAT)), "UnitUntold");
	let told = DlmsOptions {
		registers: vec![register(Some([1, 1, 1, 8, 0, 255]), None, 1)],
		..DlmsOptions::default()
	};
	assert_eq!(stands(&read_with(FLAT, &told, None)[0]), ("5706", Direction::Import, NOON, 50_000));

	assert_eq!(refusal(&read(COMPACT)), "MeterNameless");
	let named = DlmsOptions { meter: Some("house".into()), ..DlmsOptions::default() };
	let findings = read_with(COMPACT, &named, None);
	assert_eq!(stands(&findings[0]), ("house", Direction::Import, NOON, 777));
	assert_eq!(stands(&findings[1]), ("house", Direction::Export, NOON, 3000));

	assert_eq!(refusal(&read_with(POSITIONS, &named, None)), "NoRegister");
	let told = DlmsOptions { registers: vec![register(None, Some(3), 0)], ..named.clone() };
	assert_eq!(
		stands(&read_with(POSITIONS, &told, None)[0]),
		("house", Direction::Import, NOON, 987)
	);
	let beyond = DlmsOptions { registers: vec![register(None, Some(4), 0)], ..named };
	assert_eq!(refusal(&read_with(POSITIONS, &beyond, None)), "RegisterNotANumber");
}

#[test]
fn values_of_all_types_are_read_or_refused() {
	let data = |text: &str| Reader::new(&bytes(text)).data();
	assert_eq!(data("0f80"), Ok(data::Data::Integer(-128)));
	assert_eq!(data("10ff38"), Ok(data::Data::Integer(-200)));
	assert_eq!(data("05fffffffe"), Ok(data::Data::Integer(-2)));
	assert_eq!(data("148000000000000000"), Ok(data::Data::Integer(i64::MIN.into())));
	assert_eq!(data("15ffffffffffffffff"), Ok(data::Data::Integer(u64::MAX.into())));
	assert_eq!(data("0409ffff"), Ok(data::Data::Other));
	for wrong in
		["", "06", "0684", "09ff", "098500", "63", "01840000ffff", "13131106", "0984ffffffff"]
	{
		assert!(data(wrong).is_err(), "{wrong}");
	}
	assert!(data(&"0201".repeat(20)).is_err());
	// A structure of nothing, as often as a length of four bytes can say.
	assert!(data("0284ffffffff").is_err());
	assert!(data("130184ffff0200").is_err());
	assert!(data("1301ffff020082010000").is_err());
}

#[test]
fn frames_are_cut_out_of_a_stream_however_it_comes_in_pieces() {
	let mut stream = vec![0x7e, 0xa0, 0x7e, 0x55, 0x7e, 0x7e];
	let mut damaged = bytes(PLAIN);
	damaged[60] ^= 4;
	for text in [bytes(PLAIN), bytes(SEGMENTED), damaged, bytes(BLOCKS), bytes(COMPACT)] {
		stream.extend(text);
	}
	for piece in [1, 3, 50, 4096] {
		let (mut buffer, mut good, mut bad) = (Vec::new(), 0, 0);
		for part in stream.chunks(piece) {
			buffer.extend_from_slice(part);
			while let Some(frame) = hdlc::cut(&mut buffer, &mut false) {
				match frame {
					Ok(_) => good += 1,
					Err(unusable) => {
						assert_eq!(unusable.name, "ChecksumWrong");
						bad += 1;
					},
				}
			}
		}
		assert_eq!((good, bad), (8, 1), "pieces of {piece}");
		assert!(buffer.len() <= 2);
	}
}

#[test]
fn a_simulated_meter_is_understood() {
	for (ciphered, blocks) in [(false, None), (true, None), (true, Some(50)), (false, Some(70))] {
		let (encryption, authentication) = keys();
		let keys = ciphered.then_some(DlmsKeys { encryption, authentication });
		let mut meter = DlmsMeter::new("house", keys, 5).unwrap();
		meter.blocks = blocks;
		let mut decoder = DlmsDecoder::new(DlmsOptions::default(), ciphered.then(security));
		for step in 0..3 {
			let at_ms = NOON + step * 60_000;
			let totals = Totals { at_ms, import: 5_000_000_000 + step, export: Some(step) };
			let findings = decoder.decode(&mut meter.telegram(&totals));
			let total = 5_000_000_000 + u128::from(step);
			assert_eq!(stands(&findings[0]), ("house", Direction::Import, at_ms, total));
			assert_eq!(stands(&findings[1]).3, step.into());
		}
	}
}

#[test]
fn what_a_configuration_lacks_is_named() {
	let source = |text: &str| source(serde_json::from_str(text).unwrap()).map(|_| ()).unwrap_err();
	let base = r#""port":"tcp://localhost:4059""#;
	for (more, named) in [
		(r#""encryption_key_file":"/nowhere/key""#, "/nowhere/key"),
		(r#""unauthenticated":true"#, "encryption_key_file"),
		(r#""registers":[{"direction":"import","unit":"Wh"}]"#, "position"),
	] {
		let error = source(&format!("{{{base},{more}}}")).to_string();
		assert!(error.contains(named), "{error}");
	}
}
