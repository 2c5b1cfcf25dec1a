use std::{io::Write, time::Duration};

use meterproof_statements::{Direction, Resource};
use proptest::prelude::*;
use tokio::{io::AsyncWriteExt, net::TcpListener, time::timeout};

use super::{frames::Frames, *};
use crate::{
	amount::{Amount, Unit},
	measured::{Finding, Place, Value},
	simulate::dsmr::{telegram as simulated, GasMeter},
	source::{Source, SourceError},
};

const RECEIVED: u64 = 1_800_000_000_000;
/// 2026-11-29 14:03:20 UTC.
const AT: u64 = 1_795_961_000_000;
const HOUR: u64 = 1_795_960_800_000;

/// A telegram of lines, with its checksum.
fn sealed(lines: &[&str]) -> Vec<u8> {
	let mut text = format!("/XYZ5\\MODEL\r\n\r\n{}\r\n!", lines.join("\r\n"));
	let sum = checksum(text.as_bytes());
	text.push_str(&format!("{sum:04X}\r\n"));
	text.into_bytes()
}

fn read(telegram: &[u8], version: Version) -> Vec<Finding> {
	parse(telegram, Place::Telegram(1), RECEIVED, version, 1)
}

/// Meter, direction, time and digits with unit.
type Standing = (String, Direction, u64, Amount);

fn standings(findings: &[Finding]) -> Vec<Standing> {
	findings
		.iter()
		.map(|finding| match finding {
			Finding::Measured(measured) => match measured.value {
				Value::Stands { at_ms, total } => {
					(measured.meter.clone(), measured.direction, at_ms, total)
				},
				_ => panic!("a telegram has registers"),
			},
			Finding::Refused(refused) => panic!("{refused}"),
		})
		.collect()
}

fn standing(meter: &str, direction: Direction, at_ms: u64, text: &str, unit: Unit) -> Standing {
	(meter.into(), direction, at_ms, Amount::parse(text, unit).unwrap())
}

fn reasons(findings: &[Finding]) -> Vec<&'static str> {
	findings
		.iter()
		.map(|finding| match finding {
			Finding::Refused(refused) => refused.name,
			Finding::Measured(_) => "Measured",
		})
		.collect()
}

#[test]
fn the_checksum_is_crc_16_arc() {
	assert_eq!(checksum(b"123456789"), 0xbb3d);
}

#[test]
fn tariffs_are_summed_at_the_telegrams_time_and_gas_stands_at_its_own() {
	let telegram = sealed(&[
		"1-3:0.2.8(50)",
		"0-0:1.0.0(261129150320W)",
		"0-0:96.1.1(4530303433303037303532383730333138)",
		"1-0:1.8.1(000576.239*kWh)",
		"1-0:1.8.2(000465.162*kWh)",
		"1-0:2.8.1(000001.000*kWh)",
		"1-0:2.8.2(000000.001*kWh)",
		"0-0:96.14.0(0002)",
		"1-0:1.7.0(00.323*kW)",
		"1-0:99.97.0(1)(0-0:96.7.19)(190320171403W)(0000000240*s)",
		"0-0:96.13.0()",
		"0-1:24.1.0(003)",
		"0-1:96.1.0(4730303235303033)",
		"0-1:24.2.1(261129150000W)(00012.345*m3)",
	]);
	let expected = [
		standing("E0043007052870318", Direction::Import, AT, "1041.401", Unit::KilowattHour),
		standing("E0043007052870318", Direction::Export, AT, "1.001", Unit::KilowattHour),
		standing("G0025003", Direction::Import, HOUR, "12.345", Unit::CubicMetre),
	];
	let found = standings(&read(&telegram, Version::Checked));
	assert_eq!(found.len(), 3);
	for ((found, expected), resource) in found.iter().zip(&expected).zip([
		Resource::Electricity,
		Resource::Electricity,
		Resource::Gas,
	]) {
		assert_eq!(found.3.standing(resource), expected.3.standing(resource));
		assert_eq!((&found.0, found.1, found.2), (&expected.0, expected.1, expected.2));
	}
}

#[test]
fn belgian_and_swedish_registers_are_found() {
	let belgian = sealed(&[
		"0-0:96.1.4(50217)",
		"0-0:96.1.1(3153414733313030303030303030)",
		"0-0:1.0.0(260701120000S)",
		"1-0:1.8.1(000010.000*kWh)",
		"1-0:1.8.2(000020.000*kWh)",
		"0-1:24.1.0(003)",
		"0-1:96.1.1(37464C4F32)",
		"0-1:96.1.2(3534)",
		"0-1:24.2.3(260701115501S)(00001.500*m3)",
		"0-2:24.1.0(007)",
		"0-2:96.1.1(3853414731)",
		"0-2:24.2.1(260701115830S)(00002.001*m3)",
	]);
	let noon = 1_782_900_000_000;
	let found = standings(&read(&belgian, Version::Checked));
	assert_eq!(found[0].3.whole(Resource::Electricity), Ok(30_000));
	assert_eq!(found[0].2, noon);
	assert_eq!((found[1].0.as_str(), found[1].2), ("7FLO2", noon - 299_000));
	assert_eq!(found[1].3.whole(Resource::Gas), Ok(1500));
	assert_eq!((found[2].0.as_str(), found[2].2), ("8SAG1", noon - 90_000));

	let swedish = sealed(&[
		"0-0:1.0.0(260701120000S)",
		"1-0:1.8.0(00006678.394*kWh)",
		"1-0:2.8.0(00000000.000*kWh)",
		"1-0:3.8.0(00000021.988*kvarh)",
	]);
	let found = standings(&read(&swedish, Version::Checked));
	assert_eq!(found.len(), 2);
	assert_eq!(found[0].0, "XYZ5\\MODEL");
	assert_eq!(found[0].3.whole(Resource::Electricity), Ok(6_678_394));
}

const OLD: &str = "/XYZ5 MODEL\r\n\r\n\
	0-0:96.1.1(5A424556303035303933)\r\n\
	1-0:1.8.1(00185.000*kWh)\r\n\
	1-0:1.8.2(00084.000*kWh)\r\n\
	1-0:2.8.1(00013.000*kWh)\r\n\
	1-0:2.8.2(00019.000*kWh)\r\n\
	0-1:24.1.0(3)\r\n\
	0-1:96.1.0(3238313031)\r\n\
	0-1:24.3.0(261129150000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n\
	(00001.001)\r\n\
	0-1:24.4.0(1)\r\n!\r\n";

#[test]
fn a_telegram_without_a_checksum_is_taken_only_where_that_is_the_meters_version() {
	let refused = read(OLD.as_bytes(), Version::Checked);
	assert_eq!(reasons(&refused), ["NoChecksum"]);
	let found = read(OLD.as_bytes(), Version::Unchecked);
	let Finding::Measured(first) = &found[0] else { panic!() };
	assert_eq!((first.taken_ms, first.received_ms), (None, RECEIVED));
	let found = standings(&found);
	assert_eq!(found[0].2, RECEIVED, "the telegram has no time of its own");
	assert_eq!(found[0].3.whole(Resource::Electricity), Ok(269_000));
	assert_eq!(found[1].3.whole(Resource::Electricity), Ok(32_000));
	assert_eq!((found[2].0.as_str(), found[2].2), ("28101", HOUR));
	assert_eq!(found[2].3.whole(Resource::Gas), Ok(1001));
	// A line that is lost on the way would make the sum smaller.
	let cut = OLD.replace("1-0:1.8.2(00084.000*kWh)\r\n", "");
	assert_eq!(
		reasons(&read(cut.as_bytes(), Version::Unchecked)),
		["NoTariff", "Measured", "Measured"]
	);
}

#[test]
fn a_checksum_is_checked_in_every_version() {
	for at in 0..2 {
		let mut telegram = simulated("E1", AT, 1000, 0, None);
		let end = telegram.len() - 6;
		telegram[if at == 0 { 60 } else { end }] ^= 1;
		for version in [Version::Checked, Version::Unchecked] {
			assert_eq!(reasons(&read(&telegram, version)), ["WrongChecksum"]);
		}
	}
}

#[test]
fn each_registers_trouble_is_its_own() {
	let time = "0-0:1.0.0(261129150320W)";
	let identifier = "0-0:96.1.1(4531)";
	for (lines, expected) in [
		(vec![identifier, "1-0:1.8.1(1*kWh)"], vec!["NoTime"]),
		(vec![identifier, "0-0:1.0.0(632525252525S)", "1-0:1.8.1(1*kWh)"], vec!["BadTime"]),
		(vec![identifier, time, time, "1-0:1.8.1(1*kWh)"], vec!["Twice"]),
		(vec![identifier, time, "1-0:1.8.1()", "1-0:2.8.1(1*kWh)"], vec!["NoValue", "Measured"]),
		(
			vec![identifier, time, "1-0:1.8.1(1)", "1-0:2.8.1(1*kWh)"],
			vec!["UnknownUnit", "Measured"],
		),
		(vec![identifier, time, "1-0:1.8.1(-1*kWh)"], vec!["NotANumber"]),
		(vec![identifier, time, "1-0:1.8.1(1*kWh"], vec!["BadLine"]),
		(vec![identifier, time, "1-0:1.8.1(1*kWh)", "1-0:1.8.1(2*kWh)"], vec!["Twice"]),
		(vec![identifier, time, "1-0:1.8.1(1*kWh)", "1-0:1.8.2(1*Wh)"], vec!["UnknownUnit"]),
		// A channel that nothing is connected to.
		(
			vec![
				identifier,
				time,
				"0-1:24.1.0(000)",
				"0-1:96.1.0()",
				"0-1:24.2.1(700101010000W)(00000.000)",
			],
			vec![],
		),
		(
			vec![identifier, time, "0-1:96.1.0(4731)", "0-1:24.2.1(632525252525W)(00001.000*m3)"],
			vec!["BadTime"],
		),
		(
			vec![identifier, time, "0-1:96.1.0(4731)", "0-1:24.2.1(261129150000W)(00001.000*GJ)"],
			vec!["UnknownUnit"],
		),
	] {
		assert_eq!(reasons(&read(&sealed(&lines), Version::Checked)), expected, "{lines:?}");
	}
}

#[test]
fn a_refusal_tells_the_meter_and_no_reading() {
	let telegram = sealed(&["0-0:96.1.1(4531)", "0-0:1.0.0(261129150320W)", "1-0:1.8.1(9876*Gal)"]);
	let Finding::Refused(refused) = &read(&telegram, Version::Checked)[0] else { panic!() };
	let text = refused.to_string();
	assert!(text.starts_with("telegram 1: E1: ") && !text.contains("9876"), "{text}");
}

#[test]
fn telegrams_are_told_apart() {
	let one = simulated("E1", AT, 1000, 0, None);
	let mut frames = Frames::default();
	let mut next = |bytes: &[u8]| {
		frames.push(bytes);
		std::iter::from_fn(|| frames.next()).collect::<Vec<_>>()
	};
	// Opened in the middle of a telegram.
	assert_eq!(next(&one[40..]), []);
	assert_eq!(next(&one[..70]), []);
	assert_eq!(next(&one[70..]), [Ok(one.clone())]);
	// Cut off, and the next begins at a line's start.
	let cut = one[..one.len() / 2].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
	assert_eq!(next(&one[..cut]), []);
	assert_eq!(next(&one), [Err(DsmrError::CutShort), Ok(one.clone())]);
	// Without an end.
	let endless = next(&[b"/".as_slice(), &[b'x'; 40_000]].concat());
	assert_eq!(endless, [Err(DsmrError::TooLong)]);
	assert_eq!(next(b"\n"), []);
	assert_eq!(next(&one), [Ok(one.clone())]);
}

async fn measured(source: &mut impl Source) -> Vec<Standing> {
	let next = timeout(Duration::from_secs(20), source.next()).await.unwrap();
	standings(&next.unwrap().unwrap())
}

fn settings(port: &str) -> DsmrSettings {
	serde_json::from_value(serde_json::json!({ "port": port })).unwrap()
}

#[tokio::test]
async fn a_connection_is_read_made_again_and_gas_is_told_once() {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let mut source = Dsmr::new(settings(&format!("tcp://{}", listener.local_addr().unwrap())));
	let gas = |litres| Some(GasMeter { name: "G1", at_ms: HOUR, litres });
	let serving = tokio::spawn(async move {
		let (mut stream, _) = listener.accept().await.unwrap();
		let one = simulated("E1", AT, 1000, 0, gas(5));
		stream.write_all(&one[30..]).await.unwrap();
		stream.write_all(&one).await.unwrap();
		stream.write_all(&simulated("E1", AT + 1000, 1001, 0, gas(5))[..90]).await.unwrap();
		drop(stream);
		let (mut stream, _) = listener.accept().await.unwrap();
		stream.write_all(&simulated("E1", AT + 2000, 1002, 3, gas(5))).await.unwrap();
		stream
	});
	assert_eq!(measured(&mut source).await.len(), 3);
	let lost = source.next().await.unwrap_err();
	assert!(matches!(lost, SourceError::SourceLost { .. }));
	let found = measured(&mut source).await;
	assert_eq!(found.len(), 2, "the gas meter's hour was told already");
	assert_eq!((found[0].2, found[0].3.whole(Resource::Electricity)), (AT + 2000, Ok(1002)));
	assert_eq!(found[1].3.whole(Resource::Electricity), Ok(3));
	drop(serving.await.unwrap());
}

#[tokio::test]
async fn a_serial_port_is_read() {
	use rustix::pty::{grantpt, openpt, ptsname, unlockpt, OpenptFlags};
	let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
	grantpt(&master).unwrap();
	unlockpt(&master).unwrap();
	let path = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
	let mut master = std::fs::File::from(master);
	let mut source = Dsmr::new(settings(&path));
	// The port is opened and set up before anything is written.
	assert!(timeout(Duration::from_millis(20), source.next()).await.is_err());
	master.write_all(&simulated("E1", AT, 41, 42, None)).unwrap();
	let found = measured(&mut source).await;
	assert_eq!(found[0].3.whole(Resource::Electricity), Ok(41));
	assert_eq!(found[1].3.whole(Resource::Electricity), Ok(42));
}

#[test]
fn settings_have_the_versions_lines() {
	let parse = |text| serde_json::from_str::<DsmrSettings>(text);
	let old = parse(r#"{"port": "/dev/ttyUSB0", "version": "2.2"}"#).unwrap();
	assert_eq!(old.version, Version::Unchecked);
	assert_eq!(parse(r#"{"port": "/x", "version": "4.2"}"#).unwrap().version, Version::Checked);
	assert!(parse(r#"{"port": "/x", "version": "6"}"#).is_err());
	assert!(parse(r#"{"port": "/x", "baud": 1}"#).is_err());
}

proptest! {
	#[test]
	fn totals_come_back(import in 0u64..999_999_999, export in 0u64..999_999_999, at in 1_600_000_000u64..2_000_000_000) {
		let found = standings(&read(&simulated("E1", at * 1000, import, export, None), Version::Checked));
		prop_assert_eq!(found[0].2, at * 1000);
		prop_assert_eq!(found[0].3.standing(Resource::Electricity), Ok(u128::from(import)));
		prop_assert_eq!(found[1].3.standing(Resource::Electricity), Ok(u128::from(export)));
	}

	/// The checksum finds every change within 16 bits that stand together.
	#[test]
	fn a_change_on_the_way_is_found(at in 0usize..300, burst in 1u16.., cut in 0usize..300) {
		let gas = GasMeter { name: "G1", at_ms: HOUR, litres: 5 };
		let good = simulated("E1", AT, 123_456, 789, Some(gas));
		let end = good.iter().rposition(|byte| *byte == b'!').unwrap();
		let mut changed = good.clone();
		let at = at % (end - 1);
		changed[at] ^= (burst >> 8) as u8;
		changed[at + 1] ^= burst as u8;
		let findings = read(&changed, Version::Checked);
		prop_assert!(findings.iter().all(|finding| matches!(finding, Finding::Refused(_))));
		prop_assert_eq!(reasons(&read(&good[..cut % end], Version::Checked)), ["NotATelegram"]);
	}
}
