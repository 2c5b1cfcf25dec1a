//! The program itself, as far as it goes without a node: what it prints and how it ends.

use std::{
	fs,
	path::Path,
	process::{Command, Output},
};

use serde_json::Value;

/// Nobody listens there.
const NOWHERE: &str = "ws://127.0.0.1:1";

fn run(folder: &Path, arguments: &[&str]) -> Output {
	Command::new(env!("CARGO_BIN_EXE_meterproof"))
		.current_dir(folder)
		.env_remove("METERPROOF_ACCOUNT")
		.env("METERPROOF_URL", NOWHERE)
		.env("METERPROOF_PASSWORD", "password")
		.args(arguments)
		.output()
		.unwrap()
}

fn json(output: &Output) -> Value {
	serde_json::from_slice(&output.stdout).unwrap()
}

/// The name of the error that a command ends with.
fn refusal(folder: &Path, arguments: &[&str]) -> String {
	let output = run(folder, &[&["--json"], arguments].concat());
	assert_eq!(output.status.code(), Some(1), "{arguments:?}");
	let error = &json(&output)["error"];
	assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
	error["name"].as_str().unwrap().to_owned()
}

#[test]
fn errors_are_json_with_status_1() {
	let folder = tempfile::tempdir().unwrap();
	let refusal = |arguments: &[&str]| refusal(folder.path(), arguments);
	assert_eq!(refusal(&["period"]), "NotConnected");
	assert_eq!(refusal(&["period", "yesterday"]), "BadUsage");
	assert_eq!(refusal(&["account", "show"]), "NoAccount");
	let whose = json(&run(folder.path(), &["--json", "device", "list"]));
	assert_eq!(whose["error"]["name"], "NoAccount");
	let message = whose["error"]["message"].as_str().unwrap();
	assert!(message.contains("--operator ADDRESS"), "{message}");
	assert_eq!(refusal(&["account", "balance", "nobody"]), "BadAddress");
	let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	let offer = ["trade", "offer", "--account", "//Bob", "--zone", "1", "--buyer", alice];
	let rest = |price, from, to| ["--quantity", "9", "--price", price, "--from", from, "--to", to];
	let base = offer;
	let offer = |price, from, to| refusal(&[&base[..], &rest(price, from, to)].concat());
	assert_eq!(offer("0.0000000001", "5", "6"), "TooManyDecimals");
	assert_eq!(offer("-1", "5", "6"), "BadUsage");
	assert_eq!(offer("1,5", "5", "6"), "NotAnAmount");
	assert_eq!(offer("1.5", "5", "4"), "EmptyRange");
	assert_eq!(offer("1.5", "5", "6"), "NotConnected");
	let whole = [&base[..], &["--quantity", "1.5", "--price", "1", "--from", "5"]].concat();
	let refused = json(&run(folder.path(), &[&["--json"], &whole[..]].concat()));
	let message = refused["error"]["message"].as_str().unwrap();
	assert!(message.contains("1.5 kWh or m3 are 1500"), "{message}");
	let limited = |limit| {
		let limit = ["--max-imbalance-price", limit];
		let base = ["trade", "offer", "--account", "//Bob", "--zone", "1", "--buyer", alice];
		refusal(&[&base[..], &rest("1.5", "5", "6"), &limit].concat())
	};
	assert_eq!(limited("1.4"), "ImbalancePriceAboveLimit");
	assert_eq!(limited("0.0000000001"), "TooManyDecimals");
	assert_eq!(limited("1.5"), "NotConnected");
	let accept = ["trade", "accept", "17", "--account", "//Bob", "--max-price"];
	let accept = |price| refusal(&[&accept[..], &[price]].concat());
	assert_eq!(accept("cheap"), "NotAnAmount");
	assert_eq!(accept("0.25"), "TermsNotNamed");
	let litres = ["--zone", "1", "--quantity", "9", "--price"];
	let pass = |verb: &[&str], price| {
		refusal(&[&["water"][..], verb, &litres[..], &[price], &["--account", "//Bob"]].concat())
	};
	assert_eq!(pass(&["offer"], "1.5"), "NotConnected");
	assert_eq!(pass(&["offer", "--to", "nobody"], "1.5"), "BadAddress");
	assert_eq!(pass(&["take", alice], "0.0000000001"), "TooManyDecimals");
	assert_eq!(pass(&["take", alice], "1.5"), "NotConnected");
	let water = ["water", "prove", "--zone", "1", "--store", "s", "--period", "5", "--out", "o"];
	let proved = |used: &str| refusal(&[&water[..], &["--use", used]].concat());
	assert_eq!(proved(alice), "NoQuantity");
	assert_eq!(proved("nobody=5"), "BadAddress");
	assert_eq!(refusal(&["water", "submit", "--proof", "none"]), "FileError");
	let group = format!("{alice}/1/steam/export");
	let status = ["settlement", "status", "--period", "5", "--group", &group];
	assert_eq!(refusal(&status), "BadResource");
}

#[test]
fn wrong_usage_without_json_ends_with_2_and_help_with_0() {
	let folder = tempfile::tempdir().unwrap();
	assert_eq!(run(folder.path(), &["period", "yesterday"]).status.code(), Some(2));
	for command in [
		"trade offer",
		"trade accept",
		"device register",
		"device rotate-key",
		"device attest",
		"device swap",
		"gateway",
		"openings import",
		"openings list",
		"openings disclose",
		"openings check",
		"prove",
		"store mend",
		"store remove",
		"water prove",
	] {
		let arguments: Vec<_> = command.split(' ').chain(["--help"]).collect();
		let help = run(folder.path(), &arguments);
		assert_eq!(help.status.code(), Some(0), "{command}");
		assert!(String::from_utf8(help.stdout).unwrap().contains("Example"), "{command}");
	}
}

#[test]
fn a_key_file_is_made_once_and_opens() {
	let folder = tempfile::tempdir().unwrap();
	let made = run(folder.path(), &["--json", "account", "new", "--out", "key", "--show-phrase"]);
	assert_eq!(made.status.code(), Some(0));
	let made = json(&made);
	let shown = run(folder.path(), &["--json", "account", "show", "--account", "key"]);
	assert_eq!(json(&shown)["address"], made["address"]);
	let phrase = made["phrase"].as_str().unwrap();
	let shown = run(folder.path(), &["--json", "account", "show", "--account", phrase]);
	assert_eq!(json(&shown)["address"], made["address"]);
	assert_eq!(refusal(folder.path(), &["account", "new", "--out", "key"]), "FileExists");
	fs::write(folder.path().join("words"), phrase).unwrap();
	let back = ["--json", "account", "new", "--out", "back", "--phrase-file", "words"];
	assert_eq!(json(&run(folder.path(), &back))["address"], made["address"]);

	fs::write(folder.path().join("password"), "another").unwrap();
	let wrong = ["account", "show", "--account", "key", "--password-file", "password"];
	assert_eq!(refusal(folder.path(), &wrong), "WrongPassword");
}

#[test]
fn files_are_checked_before_anyone_is_asked() {
	let folder = tempfile::tempdir().unwrap();
	let gateway = ["gateway", "--store", "store", "--readings", "readings.csv"];
	assert_eq!(refusal(folder.path(), &gateway), "FileError");
	let readings = folder.path().join("readings.csv");
	for (text, name) in [
		("", "BadHeader"),
		("time,meter,power_kw\n2016-06-14T10:00:00Z,a,1\n", "UnknownColumn"),
		("time,meter,import\n2016-06-14T10:00:00Z,a,1\n", "NoUnit"),
		("time,meter,import_wh\n", "NoReadings"),
		("PK\u{3}\u{4}", "Spreadsheet"),
	] {
		fs::write(&readings, text).unwrap();
		assert_eq!(refusal(folder.path(), &gateway), name);
	}
	let zone = ["--time-zone", "Vienna"];
	assert_eq!(refusal(folder.path(), &[&gateway[..], &zone].concat()), "BadTimeZone");
	fs::write(&readings, "time,meter,import_wh,export_wh\n2016-06-14T10:00:00Z,a,1,2\n").unwrap();
	assert_eq!(refusal(folder.path(), &gateway), "NoStore");
	fs::write(folder.path().join("store"), "not a store").unwrap();
	assert_eq!(refusal(folder.path(), &gateway), "ForeignFile");

	let register = ["device", "register", "--zone", "1", "--resource", "heat"];
	let register = [&register[..], &["--store", "new", "--csv", "meters.csv"]].concat();
	fs::write(folder.path().join("meters.csv"), "meter,metering_point\n").unwrap();
	assert_eq!(refusal(folder.path(), &register), "BadHeader");
	assert!(!folder.path().join("new").exists());

	fs::write(folder.path().join("proof.json"), "{}").unwrap();
	let settle = ["settle", "--account", "//Alice", "--proof", "proof.json"];
	assert_eq!(refusal(folder.path(), &settle), "BadProofFile");
}

#[test]
fn keys_and_openings_are_checked_before_anyone_is_asked() {
	let folder = tempfile::tempdir().unwrap();
	let refusal = |arguments: &[&str]| refusal(folder.path(), arguments);
	let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();

	let register = ["device", "register", "--zone", "1", "--resource", "heat"];
	let register = [&register[..], &["--store", "new", "--csv", "meters.csv"]].concat();
	let header = "meter,metering_point,directions,nameplate,key\n";
	write("meters.csv", &format!("{header}a,P1,both,1,00\n"));
	assert_eq!(refusal(&register), "BadKey");
	let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
	write("meters.csv", &format!("{header}a,P1,both,1,{key}\nb,P2,both,1,0x{key}\n"));
	assert_eq!(refusal(&register), "DuplicateKey");

	let rotate = ["device", "rotate-key", "7", "--account", "//Bob", "--key"];
	assert_eq!(refusal(&[&rotate[..], &["abc"]].concat()), "BadKey");
	assert_eq!(refusal(&[&rotate[..], &[key]].concat()), "NotConnected");
	assert_eq!(refusal(&[&rotate[..], &[key, "--old-key", "abc"]].concat()), "BadKey");
	let retire = ["device", "retire", "7", "--account", "//Bob"];
	assert_eq!(refusal(&[&retire[..], &["--key", "abc"]].concat()), "BadKey");
	assert_eq!(refusal(&[&retire[..], &["--key", key]].concat()), "NotConnected");

	let check = ["openings", "check", "--file", "shown.json"];
	assert_eq!(refusal(&check), "FileError");
	write("shown.json", "[{}]");
	assert_eq!(refusal(&check), "NotDisclosed");
	write("shown.json", "[]");
	assert_eq!(refusal(&check), "NothingDisclosed");
	write("readings.csv", "time,meter,import_wh,export_wh\n2016-06-14T10:00:00Z,a,1,2\n");
	let gateway = ["gateway", "--store", "new", "--readings", "readings.csv"];
	let gateway = [&gateway[..], &["--telegrams", "telegrams.json"]].concat();
	assert_eq!(refusal(&gateway), "FileError");
	let telegram = |meter: &str, format: &str| {
		format!(
			"[{{\"time\":\"2016-06-14T10:00:00Z\",\"meter\":\"{meter}\",\"format\":\"{format}\",\
			 \"text\":\"x\"}}]"
		)
	};
	for (text, name) in [
		("{}".to_owned(), "NotTelegrams"),
		// One bad entry voids no other: the store is looked at.
		(telegram("a", ""), "NoStore"),
		(telegram("a", "ocmf"), "NoStore"),
	] {
		write("telegrams.json", &text);
		assert_eq!(refusal(&gateway), name, "{text}");
	}

	let import = ["openings", "import", "--store", "new", "--file", "openings.json"];
	assert_eq!(refusal(&import), "FileError");
	write("openings.json", "{}");
	assert_eq!(refusal(&import), "NotOpenings");
	let entry = |reading: &str| {
		format!(
			"{{\"device\":1,\"period\":2,\"direction\":\"export\",\"reading\":{reading},\
			 \"salt\":[\"1\",\"2\",\"3\",\"4\"]}}"
		)
	};
	write("openings.json", &format!("[{},{}]", entry("3"), entry("4294967296")));
	let refused = run(folder.path(), &[&["--json"], &import[..]].concat());
	let error = &json(&refused)["error"];
	assert_eq!(error["name"], "BadReading");
	let message = error["message"].as_str().unwrap();
	assert!(message.contains("openings.json: entry 2:"), "{message}");
	write("openings.json", &format!("[{}]", entry("3")));
	assert_eq!(refusal(&import), "NotConnected");
	assert!(!folder.path().join("new").exists());

	let list = ["openings", "list", "--store", "new"];
	assert_eq!(refusal(&list), "NoStore");
	assert_eq!(refusal(&[&list[..], &["--out", "prover.json"]].concat()), "BadUsage");
	assert_eq!(refusal(&["store", "mend", "--store", "new"]), "NoStore");
	let remove = ["store", "remove", "--store", "new", "--meter", "a"];
	assert_eq!(refusal(&remove), "NotConnected");
	assert_eq!(refusal(&[&remove[..], &["--anyway"]].concat()), "NoStore");
}

/// A simulated meter, which is stopped when it is dropped.
struct Simulated {
	process: std::process::Child,
	/// Where it is heard.
	port: String,
}

impl Drop for Simulated {
	fn drop(&mut self) {
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

fn simulate(arguments: &[&str]) -> Simulated {
	use std::{
		io::{BufRead, BufReader},
		process::Stdio,
	};
	let mut process = Command::new(env!("CARGO_BIN_EXE_meterproof"))
		.args(["--json", "simulate-meter"])
		.args(arguments)
		.stdout(Stdio::piped())
		.spawn()
		.unwrap();
	let mut line = String::new();
	BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
	let told: Value = serde_json::from_str(&line).unwrap();
	Simulated { process, port: told["port"].as_str().unwrap().to_owned() }
}

/// The first findings of a source that reads a simulated meter, and its names in JSON.
async fn heard(source: Value) -> Vec<meterproof_meters::Finding> {
	let block: meterproof_meters::SourceBlock = serde_json::from_value(source).unwrap();
	block.open().unwrap().next().await.unwrap().unwrap()
}

#[tokio::test]
async fn simulated_meters_are_heard_by_the_sources_of_their_kind() {
	use meterproof_meters::Finding;
	let kinds: [(&str, &[&str], Value); 6] = [
		("dsmr", &["--listen", "127.0.0.1:0"], serde_json::json!({})),
		("sml", &["--pty"], serde_json::json!({})),
		("dlms", &["--pty"], serde_json::json!({})),
		("mbus", &["--pty"], serde_json::json!({ "meters": [{ "address": 1 }] })),
		(
			"wireless-mbus",
			&["--pty"],
			serde_json::json!({ "receiver": "cul", "meters": [{ "id": "00000001" }] }),
		),
		(
			"modbus",
			&["--listen", "127.0.0.1:0"],
			serde_json::json!({ "registers": [{
				"meter": "m", "direction": "import", "table": "input", "address": 0, "form": "u64",
				"unit": "Wh",
			}] }),
		),
	];
	for (kind, place, more) in kinds {
		let meter = simulate(&[&[kind, "--every", "1"], place].concat());
		let mut source = more;
		source["kind"] = kind.into();
		source["port"] = meter.port.clone().into();
		let findings = heard(source).await;
		assert!(matches!(findings.first(), Some(Finding::Measured(_))), "{kind}: {findings:?}");
	}
}

#[test]
fn what_cannot_be_simulated_is_named() {
	let folder = tempfile::tempdir().unwrap();
	let refusal =
		|arguments: &[&str]| refusal(folder.path(), &[&["simulate-meter"], arguments].concat());
	assert_eq!(refusal(&["sml"]), "BadUsage");
	assert_eq!(refusal(&["modbus", "--pty"]), "BadUsage");
	assert_eq!(refusal(&["sml", "--broker", "localhost:1883"]), "BadUsage");
	assert_eq!(refusal(&["sml", "--pty", "--meter", "house"]), "BadMeterName");
	assert_eq!(refusal(&["mbus", "--pty", "--encryption-key-file", "none"]), "KeyUnusable");
	assert_eq!(refusal(&["sml", "--pty", "--from", "none"]), "FileError");
	assert_eq!(refusal(&["sml", "--listen", "192.0.2.1:1"]), "PortFailed");
	fs::write(folder.path().join("readings.csv"), "time,meter,import_wh,export_wh\n").unwrap();
	assert_eq!(refusal(&["sml", "--pty", "--from", "readings.csv"]), "BadReadings");
}
