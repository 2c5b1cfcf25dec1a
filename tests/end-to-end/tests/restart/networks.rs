//! A network on one machine, as `cargo xtask network` starts it: its nodes serve every metric that
//! dashboard, alerts and manual name, and nothing is left of it when it was asked to end.

use std::{collections::BTreeSet, fs, path::Path, process::Command, time::Duration};

use anyhow::{ensure, Context, Result};
use meterproof_driver::{metrics, process::Process, programs::Programs, rpc::Rpc, serial, wait};
use serde_json::json;

/// Time until blocks are final on a loaded machine.
const START: Duration = Duration::from_secs(150);

/// Time for what is measured every half minute, and for a block.
const MEASURE: Duration = Duration::from_secs(60);

/// Time to end.
const END: Duration = Duration::from_secs(60);

/// Files that name metrics.
const NAMING: [&str; 4] = [
	"packaging/grafana/meterproof.json",
	"packaging/prometheus/alerts.yml",
	"docs/metrics.md",
	"docs/operations.md",
];

/// A node as the network's program tells of it.
struct Told {
	rpc_port: u16,
	metrics: String,
	log: String,
}

#[test]
fn a_network_serves_what_is_named_and_leaves_nothing_behind() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let log = folder.path().join("network.log");
		let mut command = Command::new(programs.node.with_file_name("meterproof-network"));
		command
			.args(["--validators", "1", "--full-nodes", "1"])
			.env("METERPROOF_NODE", &programs.node)
			.env("METERPROOF_CLIENT", &programs.client);
		let mut network = Process::start("network", &mut command, &log)?;
		wait::until("the network runs", START, || {
			if let Err(ended) = network.ensure_running() {
				return Ok(Some(Err(ended)));
			}
			let said = fs::read_to_string(&log)?;
			Ok(said.contains("The network runs until Ctrl-C.").then_some(Ok(())))
		})??;
		let said = fs::read_to_string(&log)?;
		let [alice, full] = [told(&said, "alice")?, told(&said, "full-1")?];

		let unknown = json!([[{
			"device": u32::MAX, "period": 0, "direction": "export",
			"commitment": format!("0x{}", "00".repeat(32)),
			"signature": format!("0x{}", "00".repeat(64)),
		}]]);
		Rpc::on_port(full.rpc_port).call("metering_submitCommitments", unknown)?;
		wait::until("the metrics tell of the chain", MEASURE, || {
			tell_of_the_chain(&metrics::read(&alice.metrics)?, &metrics::read(&full.metrics)?)?;
			Ok(Some(()))
		})?;
		let texts = [metrics::read(&alice.metrics)?, metrics::read(&full.metrics)?];
		let served = texts.iter().flat_map(|text| metrics::names(text)).collect();
		ensure_served(&served)?;

		ensure!(Path::new(&alice.log).exists(), "no log at {}", alice.log);
		ensure!(network.end(END)?, "it did not end by itself");
		let said = fs::read_to_string(&log)?;
		ensure!(said.contains("nothing of them is left"), "{said}");
		ensure!(!Path::new(&alice.log).exists(), "{} is left", alice.log);
		for node in [alice, full] {
			let answer = Rpc::on_port(node.rpc_port).call("system_health", json!([]));
			ensure!(answer.is_err(), "a node still answers: {answer:?}");
		}
		Ok(())
	})
}

/// Where a node is: the line that begins with its name.
fn told(said: &str, name: &str) -> Result<Told> {
	let mut lines = said.lines().map(str::trim_start);
	let line = lines.find(|line| line.starts_with(name)).with_context(|| format!("no {name}"))?;
	let after = |word: &str| {
		let (_, rest) = line.split_once(word).with_context(|| format!("no `{word}` in {line}"))?;
		rest.split_whitespace().next().with_context(|| format!("nothing after `{word}`"))
	};
	let port = after("RPC ")?.rsplit(':').next().context("no port")?;
	Ok(Told {
		rpc_port: port.parse()?,
		metrics: after("metrics ")?.into(),
		log: after("log ")?.into(),
	})
}

/// Whether a validator's and a full node's metrics tell of a chain that goes on.
fn tell_of_the_chain(validator: &str, full: &str) -> Result<()> {
	let of = |text: &str, name: &str, labels: &[(&str, &str)]| {
		metrics::value(text, name, labels).with_context(|| format!("no {name} {labels:?}"))
	};
	for text in [validator, full] {
		ensure!(of(text, "meterproof_slots_total", &[("outcome", "made")])? >= 1.0);
		ensure!(of(text, "meterproof_final_blocks_total", &[("outcome", "read")])? >= 2.0);
		ensure!(of(text, "meterproof_validators", &[("part", "set")])? == 1.0);
		ensure!(of(text, "meterproof_head_age_seconds", &[])? < 30.0);
		ensure!(of(text, "meterproof_disk_size_bytes", &[])? > 0.0);
	}
	let refused = [("what", "commitment"), ("answer", "UnknownDevice")];
	ensure!(of(full, "meterproof_answers_total", &refused)? == 1.0);
	ensure!(of(full, "meterproof_own_validates", &[])? == 0.0);
	ensure!(of(validator, "meterproof_own_validates", &[])? == 1.0);
	ensure!(of(validator, "meterproof_own_bond_mpf", &[])? == 10_000.0);
	ensure!(of(validator, "meterproof_own_slots_total", &[("outcome", "made")])? >= 1.0);
	for what in ["vote", "block"] {
		let signed = [("what", what), ("outcome", "signed")];
		ensure!(of(validator, "meterproof_guard_signatures_total", &signed)? >= 1.0);
	}
	Ok(())
}

/// Fails with a metric that a file names and no node serves.
fn ensure_served(served: &BTreeSet<String>) -> Result<()> {
	let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
	for file in NAMING {
		let text = fs::read_to_string(top.join(file)).with_context(|| file)?;
		let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
		let words = text.split(|letter| !is_part(letter)).filter(|word| {
			["meterproof_", "substrate_"]
				.iter()
				.any(|start| word.strip_prefix(start).is_some_and(|rest| !rest.is_empty()))
		});
		for word in words {
			let endings = ["_bucket", "_sum", "_count"];
			let whole = endings.iter().find_map(|ending| word.strip_suffix(ending));
			let is_served =
				served.contains(word) || whole.is_some_and(|whole| served.contains(whole));
			ensure!(is_served, "{file} names {word}, which no node serves");
		}
	}
	Ok(())
}
