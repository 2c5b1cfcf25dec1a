use super::*;
use crate::{
	measured::Value,
	simulate::{modbus::ModbusMeter, Simulated, Totals},
	Resource,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn register(form: &str, more: &str) -> ModbusRegister {
	let text = format!(
		r#"{{"meter":"house","direction":"import","table":"input","address":0,"form":"{form}",
		"unit":"Wh"{more}}}"#
	);
	serde_json::from_str(&text).unwrap()
}

fn read(form: &str, more: &str, words: &[u16]) -> Result<u128, &'static str> {
	let amount = register(form, more).read(words).map_err(|unusable| unusable.name)?;
	Ok(amount.standing(Resource::Electricity).unwrap())
}

#[test]
fn numbers_of_all_forms_and_orders_are_read() {
	let low = r#","words":"low-first""#;
	assert_eq!(read("u16", "", &[65_534]), Ok(65_534));
	assert_eq!(read("u32", "", &[1, 2]), Ok(65_538));
	assert_eq!(read("u32", low, &[2, 1]), Ok(65_538));
	assert_eq!(read("i32", "", &[0x7fff, 0xffff]), Ok(0x7fff_ffff));
	assert_eq!(read("u64", "", &[0, 1, 0, 3]), Ok(0x1_0000_0003));
	assert_eq!(read("u64", low, &[3, 0, 1, 0]), Ok(0x1_0000_0003));
	assert_eq!(read("u32", r#","exponent":-2"#, &[0, 12_345]), Ok(123));
	assert_eq!(read("u16", r#","exponent":1,"factor":40"#, &[3]), Ok(1200));
	let [high, low] = [(12_345.5f32.to_bits() >> 16) as u16, 12_345.5f32.to_bits() as u16];
	assert_eq!(read("f32", r#","exponent":1"#, &[high, low]), Ok(123_455));
}

#[test]
fn what_is_no_register_is_refused() {
	assert_eq!(read("u16", "", &[0xffff]), Err("RegisterUnavailable"));
	assert_eq!(read("u32", "", &[0xffff, 0xffff]), Err("RegisterUnavailable"));
	assert_eq!(read("u64", "", &[0xffff; 4]), Err("RegisterUnavailable"));
	assert_eq!(read("i32", "", &[0x8000, 0]), Err("RegisterUnavailable"));
	assert_eq!(read("f32", "", &[0x7fc0, 0]), Err("RegisterUnavailable"));
	assert_eq!(read("f32", "", &[0x7f80, 0]), Err("RegisterNotANumber"));
	assert_eq!(read("i32", "", &[0xffff, 0xffff]), Err("RegisterNegative"));
	assert_eq!(read("u32", "", &[1]), Err("AnswerMisfits"));
	assert_eq!(read("u32", "", &[1, 2, 3]), Err("AnswerMisfits"));
}

/// A device whose connections are lost after so many answers.
async fn device(answers: usize) -> String {
	let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
	let address = listener.local_addr().unwrap();
	tokio::spawn(async move {
		let mut meter = ModbusMeter;
		let totals = Totals { at_ms: 0, import: 5_000_000_123, export: Some(7) };
		loop {
			let (mut stream, _) = listener.accept().await.unwrap();
			let (mut requests, mut answered) = (Vec::new(), 0);
			while answered < answers
				&& stream.read_buf(&mut requests).await.is_ok_and(|read| read > 0)
			{
				let answer = meter.asked(&mut requests, &totals).unwrap();
				answered += usize::from(!answer.is_empty());
				stream.write_all(&answer).await.unwrap();
			}
		}
	});
	format!("tcp://{address}")
}

fn settings(port: &str, registers: serde_json::Value) -> ModbusSettings {
	let settings = serde_json::json!({ "port": port, "every": 1, "registers": registers });
	serde_json::from_value(settings).unwrap()
}

#[tokio::test]
async fn a_device_is_read_and_reached_again_after_a_loss() {
	let port = device(3).await;
	let at = |table: &str, address: u16, form: &str, direction: &str| {
		serde_json::json!({
			"meter": "roof", "direction": direction, "table": table, "address": address,
			"form": form, "unit": "Wh",
		})
	};
	let registers = serde_json::json!([
		at("input", 0, "u64", "import"),
		at("holding", 4, "u64", "export"),
		at("input", 1000, "u16", "export"),
	]);
	let mut source = Modbus::new(settings(&port, registers)).unwrap();
	let (mut rounds, mut lost) = (0, 0);
	while rounds < 2 {
		let findings = match source.next().await {
			Ok(findings) => findings.unwrap(),
			Err(SourceError::SourceLost { .. }) => {
				lost += 1;
				assert!(lost < 3);
				continue;
			},
			Err(error) => panic!("{error}"),
		};
		rounds += 1;
		let [Finding::Measured(import), Finding::Measured(export), Finding::Refused(none)] =
			&findings[..]
		else {
			panic!("{findings:?}")
		};
		assert_eq!((&*import.meter, import.direction), ("roof", Direction::Import));
		let Value::Stands { at_ms, total } = import.value else { panic!() };
		assert_eq!(total.standing(Resource::Electricity), Ok(5_000_000_123));
		assert_eq!((at_ms, import.taken_ms), (import.received_ms, None));
		assert_eq!(export.direction, Direction::Export);
		assert_eq!(none.name, "IllegalDataAddress");
		assert!(none.reason.contains("input register 1000"), "{}", none.reason);
	}
	assert_eq!(lost, 0, "it is asked once more on a new connection");
}

/// A device that says nothing about some addresses, and how often it was connected to.
async fn device_silent_at(
	silent: &'static [u16],
) -> (String, std::sync::Arc<std::sync::atomic::AtomicU32>) {
	let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
	let address = listener.local_addr().unwrap();
	let connections = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
	let count = connections.clone();
	tokio::spawn(async move {
		loop {
			let (mut stream, _) = listener.accept().await.unwrap();
			count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
			tokio::spawn(async move {
				let totals = Totals { at_ms: 0, import: 9, export: Some(7) };
				let mut requests = Vec::new();
				while stream.read_buf(&mut requests).await.is_ok_and(|read| read > 0) {
					if silent.iter().any(|at| requests.get(8..10) == Some(&at.to_be_bytes())) {
						requests.clear();
						continue;
					}
					let answer = ModbusMeter.asked(&mut requests, &totals).unwrap();
					stream.write_all(&answer).await.unwrap();
				}
			});
		}
	});
	(format!("tcp://{address}"), connections)
}

/// A source of 32-bit registers, by meter and address, that waits for nothing long.
fn impatient(port: &str, registers: &[(&str, u16)]) -> Modbus {
	let registers = registers.iter().map(|(meter, address)| {
		serde_json::json!({
			"meter": meter, "direction": "import", "table": "input", "address": address,
			"form": "u32", "unit": "Wh",
		})
	});
	let mut source = Modbus::new(settings(port, registers.collect())).unwrap();
	source.patience = Duration::from_millis(100);
	source.rounds = Rounds::new(Duration::from_millis(10));
	source
}

/// What one round says: meters, and why there is no standing.
async fn round(source: &mut Modbus) -> Vec<(String, &'static str)> {
	let findings = source.next().await.unwrap().unwrap();
	let named = |finding| match finding {
		Finding::Measured(measured) => (measured.meter, ""),
		Finding::Refused(refused) => (refused.meter.unwrap(), refused.name),
	};
	findings.into_iter().map(named).collect()
}

fn pairs<'a>(found: &'a [(String, &'static str)]) -> Vec<(&'a str, &'a str)> {
	found.iter().map(|(meter, name)| (meter.as_str(), *name)).collect()
}

#[tokio::test]
async fn a_silent_register_is_named_and_the_others_are_read() {
	let (port, connections) = device_silent_at(&[8]).await;
	let mut source = impatient(&port, &[("a", 0), ("b", 8), ("c", 10)]);
	let found = round(&mut source).await;
	assert_eq!(pairs(&found), [("a", ""), ("c", ""), ("b", SILENT)]);
	assert_eq!(connections.load(std::sync::atomic::Ordering::Relaxed), 2);
}

#[tokio::test]
async fn silent_registers_are_asked_last_and_keep_no_other_from_being_read() {
	let (port, _) = device_silent_at(&[8, 20, 21, 22]).await;
	let (a, b, c, d) = (("a", 8), ("b", 20), ("c", 21), ("d", 22));
	let mut source = impatient(&port, &[a, b, c, d, ("read", 0), ("too", 10)]);
	// Those that were not asked are named as well.
	let all = ["a", "b", "c", "d", "read", "too"].map(|meter| (meter, SILENT));
	assert_eq!(pairs(&round(&mut source).await), all);
	let mut others = vec![];
	for _ in 0..2 {
		let found = round(&mut source).await;
		let found = pairs(&found);
		assert_eq!(found[..2], [("read", ""), ("too", "")]);
		assert!(found[2..].iter().all(|(_, name)| *name == SILENT));
		others.push(found[2].0.to_owned());
	}
	// Of the silent ones, each is asked again in its turn.
	assert_eq!(others, ["d", "c"]);
}

#[tokio::test]
async fn a_device_is_lost_when_no_register_at_all_is_answered() {
	let (port, connections) = device_silent_at(&[8]).await;
	let mut source = impatient(&port, &["a", "b", "c", "d", "e"].map(|meter| (meter, 8)));
	assert_eq!(round(&mut source).await.len(), 5);
	// It is not waited for at each register once more.
	for _ in 0..2 {
		let error = source.next().await.unwrap_err();
		assert!(matches!(error, SourceError::SourceLost { .. }), "{error}");
	}
	assert_eq!(connections.load(std::sync::atomic::Ordering::Relaxed), 9);
}

#[tokio::test]
async fn an_answer_that_does_not_fit_loses_the_connection_and_tells_nothing_of_itself() {
	// Words of another number than was asked, and another transaction.
	for answer in [
		[0, 0, 0, 0, 0, 5, 1, 4, 2, 0x30, 0x39].as_slice(),
		&[0, 9, 0, 0, 0, 7, 1, 4, 4, 0, 0, 0x30, 0x39],
		&[0, 0, 0, 7, 0, 7, 1, 4, 4, 0, 0, 0x30, 0x39],
	] {
		let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
		let port = format!("tcp://{}", listener.local_addr().unwrap());
		tokio::spawn(async move {
			let (mut stream, _) = listener.accept().await.unwrap();
			let mut request = [0; 12];
			stream.read_exact(&mut request).await.unwrap();
			stream.write_all(answer).await.unwrap();
		});
		let registers = serde_json::json!([{
			"meter": "roof", "direction": "import", "table": "input", "address": 0,
			"form": "u32", "unit": "Wh",
		}]);
		let mut source = Modbus::new(settings(&port, registers)).unwrap();
		let text = match source.next().await {
			Err(error) => error.to_string(),
			Ok(findings) => match &findings.unwrap()[..] {
				[Finding::Refused(refused)] => refused.to_string(),
				other => panic!("{other:?}"),
			},
		};
		assert!(!text.contains("12345") && !text.contains("3039"), "{text}");
	}
}

#[test]
fn what_a_configuration_lacks_is_named() {
	let register = |address: u32, factor: u32| {
		serde_json::json!([{
			"meter": "roof", "direction": "import", "table": "input", "address": address,
			"form": "u32", "unit": "Wh", "factor": factor,
		}])
	};
	let new = |port: &str, registers| Modbus::new(settings(port, registers)).map(|_| ());
	let error = |port: &str, registers| new(port, registers).unwrap_err().to_string();
	assert!(error("/dev/ttyUSB0", register(0, 1)).contains("TCP"));
	assert!(error("tcp://x:502", serde_json::json!([])).contains("no register"));
	assert!(error("tcp://x:502", register(65_535, 1)).contains("65535"));
	assert!(error("tcp://x:502", register(0, 0)).contains("factor"));
	assert!(new("tcp://x:502", register(65_534, 1)).is_ok());
}
