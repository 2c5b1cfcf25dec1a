use std::time::Duration;

use meterproof_statements::{Direction, Resource};
use proptest::prelude::*;
use serde_json::json;
use tokio::time::timeout;

use super::{
	json::{JsonFields, JsonReader},
	senml::SenmlNames,
	*,
};
use crate::{
	measured::{Finding, Measured, Place},
	simulate::{
		broker::Broker,
		mqtt::{json_message, senml_pack, Publisher},
	},
	source::{Source, SourceError},
};

const AT: u64 = 1_795_961_000_000;
const RECEIVED: u64 = AT + 5_000;

fn reader(fields: serde_json::Value) -> JsonReader {
	JsonReader::new(serde_json::from_value::<JsonFields>(fields).unwrap()).unwrap()
}

fn read(reader: &JsonReader, message: &str) -> Vec<Finding> {
	reader.read("tele/plug/SENSOR", message.as_bytes(), false, Place::Telegram(1), RECEIVED)
}

fn only(findings: &[Finding]) -> &Measured {
	match findings {
		[Finding::Measured(measured)] => measured,
		[Finding::Refused(refused)] => panic!("{refused}"),
		_ => panic!("{} findings", findings.len()),
	}
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
	let name = |finding: &Finding| match finding {
		Finding::Measured(_) => "Measured",
		Finding::Refused(refused) => refused.name,
	};
	findings.iter().map(name).collect()
}

fn total(measured: &Measured) -> u128 {
	match measured.value {
		Value::Stands { total, .. } => total.standing(Resource::Electricity).unwrap(),
		_ => panic!("not a standing"),
	}
}

#[test]
fn a_plug_with_local_time_is_read_exactly() {
	let reader = reader(json!({
		"import": "/ENERGY/Total", "unit": "kWh", "time": "/Time", "zone": "Europe/Vienna"
	}));
	let message =
		r#"{"Time":"2026-11-29T15:03:20","ENERGY":{"Total":1041.401000000000000001,"Power":3}}"#;
	let findings = read(&reader, message);
	let found = only(&findings);
	assert_eq!(found.meter, "tele/plug/SENSOR");
	assert_eq!((found.taken_ms, found.received_ms), (Some(AT), RECEIVED));
	assert_eq!(total(found), 1_041_401);
	let Value::Stands { at_ms, total } = found.value else { panic!() };
	assert_eq!(at_ms, AT);
	assert!(total.whole(Resource::Electricity).is_err(), "nothing was rounded on the way");
}

#[test]
fn names_times_and_items_are_found_where_the_configuration_says() {
	let reader = reader(json!({
		"import": "/data/1/a~1b", "export": "/data/0", "unit": "Wh", "meter": "/id", "time": "/t",
		"time_in_ms": true
	}));
	let message = format!(r#"{{"id":"m1","t":{},"data":["7",{{"a/b":42}}]}}"#, AT + 250);
	let findings = read(&reader, &message);
	let found: Vec<_> = findings
		.iter()
		.map(|finding| match finding {
			Finding::Measured(found) => {
				(found.meter.as_str(), found.direction, found.taken_ms, total(found))
			},
			Finding::Refused(refused) => panic!("{refused}"),
		})
		.collect();
	let at = Some(AT + 250);
	assert_eq!(found, [("m1", Direction::Import, at, 42), ("m1", Direction::Export, at, 7)]);
}

#[test]
fn intervals_are_counted_and_null_is_missing() {
	let fields = |end: bool| {
		reader(json!({
			"import": "/wh", "unit": "Wh", "time": "/t",
			"interval": { "seconds": 900, "time_is_end": end }
		}))
	};
	let seconds = AT / 1000;
	let message = format!(r#"{{"wh":210,"t":{seconds}}}"#);
	let found = read(&fields(true), &message);
	assert!(
		matches!(only(&found).value, Value::Counted { start_ms, end_ms: AT, .. } if start_ms == AT - 900_000)
	);
	let message = format!(r#"{{"wh":null,"t":{seconds}.0}}"#);
	let found = read(&fields(false), &message);
	assert_eq!(only(&found).value, Value::Missing { start_ms: AT, end_ms: AT + 900_000 });
}

#[test]
fn without_a_time_the_arrival_counts_but_not_of_what_was_kept() {
	let reader = reader(json!({ "import": "/wh", "unit": "Wh" }));
	let found = read(&reader, r#"{"wh":1}"#);
	assert_eq!((only(&found).taken_ms, total(only(&found))), (None, 1));
	assert!(matches!(only(&found).value, Value::Stands { at_ms: RECEIVED, .. }));
	let kept = reader.read("t", br#"{"wh":1}"#, true, Place::Telegram(1), RECEIVED);
	assert_eq!(names(&kept), ["NoTimeOfOldMessage"]);
}

#[test]
fn what_cannot_be_used_is_named() {
	let reader = reader(json!({ "import": "/e/wh", "unit": "Wh", "meter": "/id", "time": "/t" }));
	for (message, name) in [
		("", "NotJson"),
		("{", "NotJson"),
		("{} {}", "NotJson"),
		(r#"{"id":"m","t":1795961000}"#, "NoValue"),
		(r#"{"id":"m","t":1795961000,"e":{"wh":null}}"#, "NoValue"),
		(r#"{"id":"m","t":1795961000,"e":{"wh":true}}"#, "NotANumber"),
		(r#"{"id":"m","t":1795961000,"e":{"wh":"1 Wh"}}"#, "NotANumber"),
		(r#"{"id":"m","t":1795961000,"e":{"wh":1e77}}"#, "TooManyDigits"),
		(r#"{"id":"m","t":1795961000,"e":{"wh":1,"wh":2}}"#, "Twice"),
		(r#"{"t":1795961000,"e":{"wh":1}}"#, "NoMeter"),
		(r#"{"id":{},"t":1795961000,"e":{"wh":1}}"#, "NoMeter"),
		(r#"{"id":"m","e":{"wh":1}}"#, "BadTime"),
		(r#"{"id":"m","t":-1,"e":{"wh":1}}"#, "BadTime"),
		(r#"{"id":"m","t":"yesterday","e":{"wh":1}}"#, "BadTime"),
		(r#"{"id":"m","t":"2026-11-29T14:03:20","e":{"wh":1}}"#, "AmbiguousTime"),
	] {
		assert_eq!(names(&read(&reader, message)), [name], "{message}");
	}
	let long = format!(r#"{{"id":"{}"}}"#, "m".repeat(LONGEST));
	assert_eq!(names(&read(&reader, &long)), ["TooLong"]);
	let deep = "[".repeat(30_000);
	assert_eq!(names(&read(&reader, &deep)), ["NotJson"]);
}

#[test]
fn fields_that_cannot_work_are_named_at_once() {
	for (fields, named) in [
		(json!({ "unit": "Wh" }), "import"),
		(json!({ "import": "wh", "unit": "Wh" }), "/ENERGY"),
		(json!({ "import": "/wh", "unit": "J" }), "unit"),
		(json!({ "import": "/wh", "unit": "Wh", "zone": "Nowhere" }), "zone"),
		(json!({ "import": "/wh", "unit": "Wh", "interval": { "seconds": 9 } }), "time"),
	] {
		let error = JsonReader::new(serde_json::from_value(fields).unwrap()).unwrap_err();
		assert!(error.contains(named), "{error}");
	}
}

fn senml(text: &str) -> Vec<Finding> {
	names_of(":import", ":export").read(text.as_bytes(), false, Place::Telegram(1), RECEIVED)
}

fn names_of(import: &str, export: &str) -> SenmlNames {
	serde_json::from_value(json!({ "import": import, "export": export, "arrival": true })).unwrap()
}

#[test]
fn records_have_what_earlier_ones_gave() {
	let pack = r#"[
		{"bn":"urn:dev:ow:1","bt":1.795961e9,"bu":"kWh","bv":1000,"n":":import","v":41.401},
		{"n":":voltage","u":"V","v":230.1},
		{"n":":export","v":1,"u":"kWh","t":-20},
		{"bn":"urn:dev:ow:2","bv":0,"n":":import","v":2}
	]"#;
	let findings = senml(pack);
	let found: Vec<_> = findings
		.iter()
		.map(|finding| match finding {
			Finding::Measured(found) => {
				(found.meter.as_str(), found.direction, found.taken_ms, total(found))
			},
			Finding::Refused(refused) => panic!("{refused}"),
		})
		.collect();
	assert_eq!(
		found,
		[
			("urn:dev:ow:1", Direction::Import, Some(AT), 1_041_401),
			("urn:dev:ow:1", Direction::Export, Some(AT - 20_000), 1_001_000),
			("urn:dev:ow:2", Direction::Import, Some(AT), 2_000),
		]
	);
}

#[test]
fn small_times_are_before_or_after_now() {
	let pack = r#"[{"n":"m:import","u":"Wh","t":-5,"v":1}]"#;
	let found = senml(pack);
	assert!(matches!(only(&found).value, Value::Stands { at_ms: AT, .. }));
	assert_eq!(only(&found).taken_ms, None);
	let kept =
		names_of(":import", ":export").read(pack.as_bytes(), true, Place::Telegram(1), RECEIVED);
	assert_eq!(names(&kept), ["NoTimeOfOldMessage"]);
	let strict = SenmlNames { arrival: false, ..names_of(":import", ":export") };
	let found = strict.read(pack.as_bytes(), false, Place::Telegram(1), RECEIVED);
	assert_eq!(names(&found), ["NoTime"], "sent again it would be of another time");
}

#[test]
fn a_pack_that_is_not_understood_is_not_read_on() {
	for (pack, expected) in [
		("{}", vec!["NotJson"]),
		(r#"[{"n":"m:import","u":"Wh","v":1,"v":2}]"#, vec!["Twice"]),
		(
			r#"[{"n":"m:import","u":"Wh","v":1},{"scale_":2},{"n":"m:export","v":1}]"#,
			vec!["Measured", "NotUnderstood"],
		),
		(r#"[{"bver":11,"n":"m:import","u":"Wh","v":1}]"#, vec!["NotUnderstood"]),
		(r#"[{"n":"m:import","u":"J","v":1}]"#, vec!["UnknownUnit"]),
		(r#"[{"n":"m:import","v":1}]"#, vec!["UnknownUnit"]),
		(r#"[{"n":"m:import","u":"Wh","vs":"1"}]"#, vec!["NoValue"]),
		(r#"[{"n":"m:import","u":"Wh","v":[1]}]"#, vec!["NotANumber"]),
		(r#"[{"n":"m:import","u":"Wh","v":1,"t":"x"}]"#, vec!["BadTime"]),
		(r#"[{"n":":import","u":"Wh","v":1},{"n":"temperature","u":"Cel","v":1}]"#, vec![]),
	] {
		assert_eq!(names(&senml(pack)), expected, "{pack}");
	}
}

/// A source of a broker, with the messages of [`json_message`].
fn source(broker: &Broker) -> Mqtt {
	let settings = json!({
		"broker": broker.address.to_string(), "topic": "meters/+", "format": "json",
		"json": {
			"import": "/import_kwh", "export": "/export_kwh", "unit": "kWh", "meter": "/meter",
			"time": "/time"
		}
	});
	Mqtt::new(serde_json::from_value(settings).unwrap()).unwrap()
}

async fn next(source: &mut Mqtt) -> Result<Vec<Finding>, SourceError> {
	let next = timeout(Duration::from_secs(20), source.next()).await.unwrap();
	next.map(|findings| findings.unwrap())
}

/// The next readings, without the messages of [`subscribed`].
async fn readings(source: &mut Mqtt) -> Result<Vec<Measured>, SourceError> {
	loop {
		let measured = |finding| match finding {
			Finding::Measured(measured) => Some(measured),
			Finding::Refused(refused) if refused.name == "NotJson" => None,
			Finding::Refused(refused) => panic!("{refused}"),
		};
		let measured: Vec<_> = next(source).await?.into_iter().filter_map(measured).collect();
		if !measured.is_empty() {
			return Ok(measured);
		}
	}
}

/// Lets a source work until the broker knows what it subscribes to.
async fn subscribed(source: &mut Mqtt, broker: &Broker) {
	// The broker counts a message only for those who subscribed.
	loop {
		let _ = timeout(Duration::from_millis(20), source.next()).await;
		broker.publish("meters/none", Vec::new(), false);
		if broker.waiting("meterproof") > 0 {
			return;
		}
	}
}

#[tokio::test]
async fn messages_arrive_and_those_that_were_not_done_with_arrive_again() {
	let broker = Broker::start("127.0.0.1:0").await.unwrap();
	let mut source = source(&broker);
	subscribed(&mut source, &broker).await;
	let mut publisher = Publisher::new("127.0.0.1", broker.address.port(), "meter");
	publisher.publish("meters/a", json_message("a", AT, 1_500, 3)).await.unwrap();
	let first = &readings(&mut source).await.unwrap()[0];
	assert_eq!((first.meter.as_str(), first.taken_ms, total(first)), ("a", Some(AT), 1_500));
	// The source goes away before it is asked again: the message is not lost.
	drop(source);
	let mut source = self::source(&broker);
	assert_eq!(readings(&mut source).await.unwrap()[0].meter, "a");
	// The connection is lost, and a message is published meanwhile.
	broker.cut();
	publisher = Publisher::new("127.0.0.1", broker.address.port(), "meter");
	publisher.publish("meters/b", json_message("b", AT, 7, 0)).await.unwrap();
	let mut meters = Vec::new();
	let mut lost = 0;
	while meters.last().map(String::as_str) != Some("b") {
		match readings(&mut source).await {
			Ok(readings) => meters.extend(readings.into_iter().map(|reading| reading.meter)),
			Err(error) => {
				assert!(matches!(error, SourceError::SourceLost { .. }));
				lost += 1;
			},
		}
	}
	assert!(lost >= 1);
	// Asked again, it acknowledges the last.
	while broker.waiting("meterproof") > 0 {
		let _ = timeout(Duration::from_millis(20), source.next()).await;
	}
}

#[tokio::test]
async fn messages_that_waited_are_handed_on_many_at_a_time_and_each_once() {
	const MESSAGES: u64 = 60;
	let broker = Broker::start("127.0.0.1:0").await.unwrap();
	let mut source = source(&broker);
	subscribed(&mut source, &broker).await;
	drop(source);
	for reading in 0..MESSAGES {
		broker.publish("meters/a", json_message("a", AT, reading, 0), false);
	}
	let mut source = self::source(&broker);
	let (mut answers, mut imported) = (0, Vec::new());
	while (imported.len() as u64) < MESSAGES {
		let readings = readings(&mut source).await.unwrap();
		let imports = readings.iter().filter(|reading| reading.direction == Direction::Import);
		let imports: Vec<_> = imports.map(total).collect();
		let waiting = broker.waiting("meterproof");
		assert!(waiting >= imports.len(), "nothing is acknowledged before the next is asked for");
		imported.extend(imports);
		answers += 1;
	}
	assert_eq!(imported, (0..MESSAGES).map(u128::from).collect::<Vec<_>>());
	assert!(answers < MESSAGES, "{answers} answers");
	assert!(broker.waiting("meterproof") > 0);
	let acknowledged = async {
		while broker.waiting("meterproof") > 0 {
			let _ = timeout(Duration::from_millis(20), source.next()).await;
		}
	};
	timeout(Duration::from_secs(20), acknowledged).await.expect("each is acknowledged");
}

#[tokio::test]
async fn a_message_that_is_too_long_does_not_hold_the_others_up() {
	let broker = Broker::start("127.0.0.1:0").await.unwrap();
	let mut source = source(&broker);
	subscribed(&mut source, &broker).await;
	broker.publish("meters/a", vec![b'x'; 100_000], false);
	loop {
		let findings = next(&mut source).await.unwrap();
		if names(&findings).contains(&"TooLong") {
			break;
		}
	}
	broker.publish("meters/a", vec![b'x'; 2_000_000], false);
	let lost = next(&mut source).await.unwrap_err();
	assert!(lost.to_string().contains("1 MiB"), "{lost}");
	while timeout(Duration::from_millis(20), source.next()).await.is_ok()
		|| broker.waiting("meterproof") > 0
	{}
	broker.publish("meters/a", json_message("a", AT, 1, 0), false);
	loop {
		match timeout(Duration::from_millis(200), source.next()).await {
			Ok(Ok(Some(found))) if names(&found).ends_with(&["Measured", "Measured"]) => break,
			Ok(_) => {},
			// The subscription may have come after the message.
			Err(_) => broker.publish("meters/a", json_message("a", AT, 1, 0), false),
		}
	}
}

#[tokio::test]
async fn a_broker_that_is_away_is_a_lost_source() {
	let broker = Broker::start("127.0.0.1:0").await.unwrap();
	let mut source = source(&broker);
	drop(broker);
	tokio::task::yield_now().await;
	assert!(matches!(next(&mut source).await, Err(SourceError::SourceLost { .. })));
}

#[test]
fn settings_that_cannot_work_are_named() {
	let good = json!({
		"broker": "h:1883", "topic": "a/+", "format": "senml", "senml": { "import": ":i" }
	});
	let open = |name: &str, value: serde_json::Value| {
		let mut settings = good.clone();
		settings[name] = value;
		Mqtt::new(serde_json::from_value(settings).unwrap())
			.map(|_| ())
			.map_err(|error| error.to_string())
	};
	assert_eq!(open("topic", json!("b")), Ok(()));
	for (name, value, named) in [
		("broker", json!("h:x"), "broker"),
		("topic", json!("a/#/b"), "topic"),
		("client", json!(""), "client"),
		("senml", json!({}), "senml"),
		("format", json!("json"), "another format"),
		("password_file", json!("/nowhere"), "user"),
	] {
		let error = open(name, value).unwrap_err();
		assert!(error.contains(named), "{error}");
	}
}

proptest! {
	#[test]
	fn no_message_panics(text in "[\\[\\]{}\":,a-z0-9e.+-]{0,60}", at in 0usize..100, byte: u8) {
		let reader = reader(json!({ "import": "/import_kwh", "unit": "kWh", "time": "/time" }));
		let _ = read(&reader, &text);
		let _ = senml(&text);
		for (good, is_senml) in [(json_message("m", AT, 5, 6), false), (senml_pack("m", AT, 5, 6), true)] {
			let mut changed = good;
			let at = at % changed.len();
			changed[at] = byte;
			if is_senml {
				let _ = names_of(":import", ":export").read(&changed, false, Place::Telegram(1), RECEIVED);
			} else {
				let _ = reader.read("t", &changed, false, Place::Telegram(1), RECEIVED);
			}
		}
	}

	#[test]
	fn simulated_packs_come_back(import in 0u64..1 << 40, export in 0u64..1 << 40) {
		let pack = senml_pack("m", AT, import, export);
		let found = senml(std::str::from_utf8(&pack).unwrap());
		let totals: Vec<_> = found.iter().map(|finding| match finding {
			Finding::Measured(found) => total(found),
			Finding::Refused(refused) => panic!("{refused}"),
		}).collect();
		prop_assert_eq!(totals, [u128::from(import), u128::from(export)]);
	}
}
