//! A chain of one's own, from the first command to its first final block.

use std::{
	fs,
	os::unix::fs::MetadataExt,
	path::Path,
	process::{Command, Output},
	time::Duration,
};

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	clock::Clock,
	node::{Node, Own, Settings},
	ports,
	programs::Programs,
};
use serde_json::{json, Value};

/// Time for blocks.
const LIMIT: Duration = Duration::from_secs(90);

fn run(programs: &Programs, arguments: &[&str]) -> Result<Output> {
	Command::new(&programs.node).args(arguments).output().context("cannot start the node's program")
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

pub fn what_is_wrong_with_a_genesis_has_a_name(programs: &Programs, folder: &Path) -> Result<()> {
	let exported = run(programs, &["export-chain-spec", "--chain", "local"])?;
	let plain: Value = serde_json::from_slice(&exported.stdout)?;
	for (field, value, name) in
		[("length_ms", 900_000, "UnknownField"), ("minBlocks", 40, "TooManyMinBlocks")]
	{
		let mut edited = plain.clone();
		edited["genesis"]["runtimeGenesis"]["patch"]["metering"]["schedule"][field] = json!(value);
		let file = folder.join("edited.json");
		fs::write(&file, edited.to_string())?;
		let made =
			run(programs, &["export-chain-spec", "--raw", "--chain", &file.to_string_lossy()])?;
		let errors = text(&made.stderr);
		ensure!(!made.status.success() && errors.contains(name), "{name}: {errors}");
		ensure!(!errors.contains("wasm"), "{errors}");
	}
	let help = text(&run(programs, &["key", "--help"])?.stdout);
	for word in ["sign", "verify"] {
		ensure!(!help.contains(word), "{help}");
	}
	Ok(())
}

/// Once, with what to do; and where its keys are, if they are in another chain's folder.
pub fn a_validator_without_keys_says_so(programs: &Programs, folder: &Path) -> Result<()> {
	let options = ["--chain=local", "--validator"].map(Into::into).to_vec();
	let settings = Settings::new("silent", folder, options)?;
	let base = settings.base_path.to_string_lossy().into_owned();
	let key = ["key", "generate-node-key", "--chain=local", "--base-path", &base];
	ensure!(run(programs, &key)?.status.success(), "no network key");
	let mut node = Node::start(programs, settings.clone())?;
	let log = settings.log();
	let says = |words: &'static str| {
		let log = log.clone();
		move || -> Result<Option<()>> { Ok(text(&fs::read(&log)?).contains(words).then_some(())) }
	};
	node.until("it says so", LIMIT, says("THIS VALIDATOR HAS NO SESSION KEYS"))?;
	node.stop()?;

	let keys = ["--scheme=sr25519", "--key-type=babe", "--suri=//Alice"];
	let insert = [&["key", "insert", "--chain=dev", "--base-path", &base][..], &keys].concat();
	ensure!(run(programs, &insert)?.status.success(), "no key was inserted");
	let mut node = Node::start(programs, settings)?;
	node.until("it says where they are", LIMIT, says("ARE IN ANOTHER CHAIN'S FOLDER"))?;
	let log = node.stop()?;
	ensure!(log.matches("ARE IN ANOTHER CHAIN'S FOLDER").count() == 1, "{log}");
	ensure!(log.contains("meterproof_dev/keystore"), "{log}");
	Ok(())
}

pub fn its_validator_makes_blocks_and_ends_in_order(
	programs: &Programs,
	folder: &Path,
) -> Result<()> {
	let town = folder.join("town");
	let port = ports::free()?;
	let out = town.to_string_lossy().into_owned();
	let validator = format!("first=127.0.0.1:{port}");
	let new = ["new-chain", "--out", &out, "--name", "Town", "--validator", &validator];
	let refused = run(programs, &[&new[..], &["--min-blocks", "40"]].concat())?;
	ensure!(text(&refused.stderr).contains("TooManyMinBlocks"), "{}", text(&refused.stderr));
	ensure!(!town.exists(), "nothing is left of what was refused");
	// The windows belong to the period's length: those of quarter hours are too long for a minute.
	let minutes = ["--period-seconds", "60", "--gate-lead-seconds", "20"];
	let windows = ["--commit-window-seconds", "60", "--proof-window-seconds", "240"];
	let made = run(programs, &[&new[..], &minutes, &windows].concat())?;
	ensure!(made.status.success(), "{}", text(&made.stderr));
	for file in ["", "first", "first/account.words", "root.words"] {
		let mode = fs::metadata(town.join(file))?.mode();
		ensure!(mode & 0o077 == 0, "{file}: {mode:o}");
	}
	let raw = town.join("chain-raw.json");
	let specification: Value = serde_json::from_slice(&fs::read(&raw)?)?;
	let protocol = specification["protocolId"].as_str().unwrap_or_default();
	ensure!(protocol.starts_with("mpf-"), "{protocol}");
	let boot = specification["bootNodes"].to_string();
	ensure!(boot.contains(&format!("/ip4/127.0.0.1/tcp/{port}/p2p/12D3KooW")), "{boot}");

	let chain = format!("--chain={}", raw.display());
	let settings = Settings {
		name: "first".into(),
		base_path: town.join("first"),
		rpc_port: ports::free()?,
		network_port: port,
		metrics_port: None,
		arguments: vec![chain.clone(), "--validator".into(), "--name=first".into()],
		own: Own::default(),
	};
	let mut node = Node::start(programs, settings.clone())?;
	let known = node.chain().clone();
	node.until("a final block", LIMIT, || Ok((known.finalized()? > 1).then_some(())))?;
	ensure!(known.period(None)?.schedule.length == 60_000, "the periods are those asked for");
	known.audit()?;
	let log = node.stop()?;
	ensure!(!log.contains("THIS VALIDATOR") && !log.contains("THIS MACHINE"), "{log}");
	ensure!(!log.contains("failed"), "an orderly stop is no failure: {log}");

	let wrong = Clock::new(folder)?.behind(Duration::from_secs(3_600))?;
	let own = Own { clock: Some(wrong), ..Own::default() };
	let mut late = Node::start(programs, Settings { own, ..settings.clone() })?;
	let log = late.settings.log();
	late.until("it says that its clock is wrong", LIMIT, || {
		Ok(text(&fs::read(&log)?).contains("THIS MACHINE'S CLOCK IS WRONG").then_some(()))
	})?;
	late.stop()?;

	let base = settings.base_path.to_string_lossy().into_owned();
	let file = folder.join("blocks").to_string_lossy().into_owned();
	let exported = run(programs, &["export-blocks", &chain, "--base-path", &base, &file])?;
	let log = text(&exported.stderr) + &text(&exported.stdout);
	ensure!(exported.status.success(), "{log}");
	ensure!(!log.contains("failed"), "an export that worked is no failure: {log}");
	ensure!(fs::metadata(&file)?.len() > 0, "no blocks were exported");
	Ok(())
}
