use meterproof_statements::Resource;
use ocmf::sign::Secp256r1Signer;
use proptest::prelude::*;

use super::*;

/// A record as a station sends it after a charge, without its signature.
const PAYLOAD: &str = r#"{"FV":"1.0","GI":"GW","GS":"GW-7","GV":"1","PG":"T12","MV":"Maker","MM":"M","MS":"M-42","MF":"1.0","IS":true,"IL":"VERIFIED","IF":["RFID_PLAIN"],"IT":"ISO14443","ID":"1F2D","RD":[{"TM":"2026-11-29T15:00:00,000+0100 S","TX":"B","RV":2935.600,"RI":"1-b:1.8.0","RU":"kWh","RT":"AC","EF":"","ST":"G"},{"TM":"2026-11-29T16:00:00,000+0100 S","TX":"E","RV":2942.001,"RI":"1-b:1.8.0","RU":"kWh","RT":"AC","EF":"","ST":"G"}]}"#;
const START: u64 = 1_795_960_800_000;

/// A payload with a signature, and the key that made it.
fn signed(payload: &str) -> (String, String) {
	use ocmf::Signer;
	use sha2::Digest;
	let signer = Secp256r1Signer::from_bytes(&[7; 32]).unwrap();
	let digest = sha2::Sha256::digest(payload.as_bytes()).into();
	let (r, s) = signer.sign_prehash(&digest).unwrap();
	let integer = |bytes: &[u8]| {
		let bytes: Vec<u8> = match bytes.iter().position(|byte| *byte != 0) {
			Some(start) if bytes[start] >= 0x80 => [&[0], &bytes[start..]].concat(),
			Some(start) => bytes[start..].to_vec(),
			None => vec![0],
		};
		[&[2, bytes.len() as u8], bytes.as_slice()].concat()
	};
	let both = [integer(&r), integer(&s)].concat();
	let der = hex::encode([&[0x30, both.len() as u8], both.as_slice()].concat());
	let key = hex::encode(signer.public_key().unwrap().to_spki());
	(format!(r#"OCMF|{payload}|{{"SA":"ECDSA-secp256r1-SHA256","SD":"{der}"}}"#), key)
}

fn with_key(key: &str) -> OcmfSettings {
	OcmfSettings { keys: [("M-42".to_owned(), key.to_owned())].into(), any_clock: false }
}

fn read_with(record: &str, settings: &OcmfSettings) -> Vec<Finding> {
	parse(record.as_bytes(), Place::Line(1), START, settings)
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
	let name = |finding: &Finding| match finding {
		Finding::Measured(_) => "Measured",
		Finding::Refused(refused) => refused.name,
	};
	findings.iter().map(name).collect()
}

#[test]
fn a_signed_record_is_two_standings_with_the_record_beside_them() {
	let (record, key) = signed(PAYLOAD);
	let findings = read_with(&record, &with_key(&key));
	let standings: Vec<_> = findings
		.iter()
		.map(|finding| match finding {
			Finding::Measured(measured) => {
				assert_eq!(
					(measured.meter.as_str(), measured.direction),
					("M-42", Direction::Import)
				);
				let telegram = measured.signed.as_ref().unwrap();
				assert_eq!(
					(telegram.format, telegram.bytes.as_slice()),
					("ocmf", record.as_bytes())
				);
				let Value::Stands { at_ms, total } = measured.value else { panic!() };
				assert_eq!(measured.taken_ms, Some(at_ms));
				(at_ms, total.standing(Resource::Electricity).unwrap())
			},
			Finding::Refused(refused) => panic!("{refused}"),
		})
		.collect();
	assert_eq!(standings, [(START, 2_935_600), (START + 3_600_000, 2_942_001)]);
}

#[test]
fn what_was_changed_or_signed_by_another_is_refused() {
	let (record, key) = signed(PAYLOAD);
	let changed = record.replace("2942.001", "2942.002");
	assert_eq!(names(&read_with(&changed, &with_key(&key))), ["WrongSignature"]);
	// Without a key the record is believed, and kept.
	assert_eq!(names(&read_with(&changed, &OcmfSettings::default())), ["Measured", "Measured"]);
	let another = Secp256r1Signer::from_bytes(&[8; 32]).unwrap();
	let another = hex::encode(ocmf::Signer::public_key(&another).unwrap().to_spki());
	assert_eq!(names(&read_with(&record, &with_key(&another))), ["WrongSignature"]);
	assert_eq!(names(&read_with(&record, &with_key("00"))), ["BadKey"]);
	let cut = record.replace(r#""SD":"30"#, r#""SD":"31"#);
	assert_eq!(names(&read_with(&cut, &with_key(&key))), ["UncheckedSignature"]);
}

#[test]
fn what_a_record_says_of_itself_is_heeded() {
	let unsigned = |from: &str, to: &str| {
		assert!(PAYLOAD.contains(from), "{from}");
		read_with(&signed(&PAYLOAD.replace(from, to)).0, &OcmfSettings::default())
	};
	for (from, to, expected) in [
		("\"ST\":\"G\"", "\"ST\":\"T\"", ["MeterFault", "MeterFault"]),
		("\"EF\":\"\"", "\"EF\":\"E\"", ["MeterFault", "MeterFault"]),
		("\"EF\":\"\"", "\"EF\":\"t\"", ["ClockNotSet", "ClockNotSet"]),
		("+0100 S", "+0100 I", ["ClockNotSet", "ClockNotSet"]),
		("\"RU\":\"kWh\"", "\"RU\":\"Ws\"", ["UnknownUnit", "UnknownUnit"]),
		("1-b:1.8.0", "1-b:3.8.0", ["UnknownRegister", "UnknownRegister"]),
		("1-b:1.8.0", "01-00:B2.08.00*FF", ["PerTransaction", "PerTransaction"]),
		("1-b:1.8.0", "01-00:C0.08.00*FF", ["Measured", "Measured"]),
	] {
		assert_eq!(names(&unsigned(from, to)), expected, "{to}");
	}
	assert_eq!(names(&unsigned("\"FV\":\"1.0\"", "\"FV\":\"1.0\",\"MS\":\"M-43\"")), ["Twice"]);
	assert_eq!(names(&unsigned("\"MS\":\"M-42\",", "")), ["Measured", "Measured"]);
	assert_eq!(names(&unsigned("\"GS\":\"GW-7\",\"GV\":\"1\",\"PG\":\"T12\",\"MV\":\"Maker\",\"MM\":\"M\",\"MS\":\"M-42\",", "")), ["NoMeter"]);
	let any = OcmfSettings { any_clock: true, ..Default::default() };
	let informative = signed(&PAYLOAD.replace("+0100 S", "+0100 U")).0;
	assert_eq!(names(&read_with(&informative, &any)), ["Measured", "Measured"]);
}

#[test]
fn the_register_before_the_cable_counts() {
	let second = PAYLOAD.rfind("1-b:1.8.0").unwrap();
	let mut both = PAYLOAD.replace("1-b:1.8.0", "01-00:B0.08.00*FF");
	both.truncate(second + 8);
	let both = both + &PAYLOAD[second..].replace("1-b:1.8.0", "01-00:B1.08.00*FF");
	let found = read_with(&signed(&both).0, &OcmfSettings::default());
	assert_eq!(names(&found), ["Measured"]);
}

#[test]
fn what_is_no_record_is_named() {
	for record in ["", "OCMF", "OCMF|{}", "OCMF|[]|{}", "{}", "OCMF|{\"RD\":[|{}"] {
		assert_eq!(names(&read_with(record, &OcmfSettings::default())), ["NotOcmf"], "{record}");
	}
	let long = format!("OCMF|{{\"FV\":\"{}\"}}|{{}}", "1".repeat(LONGEST));
	assert_eq!(names(&read_with(&long, &OcmfSettings::default())), ["TooLong"]);
}

proptest! {
	#[test]
	fn no_change_of_a_signed_record_passes_for_it(at in 0usize..900, flip in 1u8.., cut in 0usize..900) {
		let (record, key) = signed(PAYLOAD);
		let settings = with_key(&key);
		let whole = read_with(&record, &settings);
		let mut changed = record.clone().into_bytes();
		let at = at % changed.len();
		changed[at] ^= flip;
		for record in [changed.as_slice(), &record.as_bytes()[..cut % record.len()]] {
			for finding in parse(record, Place::Line(1), START, &settings) {
				let Finding::Measured(measured) = finding else { continue };
				// What is still taken for the meter's says what the meter said.
				let same = whole.iter().any(|finding| match finding {
					Finding::Measured(whole) => whole.value == measured.value,
					Finding::Refused(_) => false,
				});
				prop_assert!(same || measured.meter != "M-42");
			}
		}
	}
}
