//! The programs of docs/trading-without-the-client.md and docs/trading-on-the-book.md, as they stand there.

use std::{
	env, fs,
	path::{Path, PathBuf},
	process::{Child, Command, Output, Stdio},
	time::Duration,
};

use anyhow::{bail, ensure, Context, Result};
use meterproof_driver::{
	account::Account,
	client::Running,
	operator::ZONE,
	setting::{Household, Setting},
};
use serde_json::{json, Value};

const PAGE: &str = include_str!("../../../../docs/trading-without-the-client.md");

const BOOK: &str = include_str!("../../../../docs/trading-on-the-book.md");

/// Time for a block to be final, and for a book to be cleared.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Smallest units per Wh at 0.25 MPF per kWh.
const PRICE: &str = "250000000";

/// A program of a page, and what runs it.
pub struct Program {
	runs: PathBuf,
	file: PathBuf,
}

impl Program {
	/// The program that places orders in books.
	pub fn of_the_book(setting: &Setting) -> Result<Self> {
		let (runs, file) = (python()?, setting.file("book.py"));
		fs::write(&file, text(BOOK, "python")?)?;
		Ok(Self { runs, file })
	}

	/// The page's program in a language. `None` for the second language where it is not there.
	fn find(setting: &Setting, language: &str) -> Result<Option<Self>> {
		let (runs, file) = match language {
			"python" => (python()?, setting.file("trade.py")),
			_ => {
				// The packages lie where the program looks for them: beside it.
				let Some(packages) = env::var_os("METERPROOF_NPM") else {
					println!(
						"the page's program in JavaScript is left out: METERPROOF_NPM names no folder with \
						 its packages"
					);
					return Ok(None);
				};
				let (from, to) = (Path::new(&packages).join("node_modules"), "node_modules");
				std::os::unix::fs::symlink(from, setting.file(to))?;
				("node".into(), setting.file("trade.mjs"))
			},
		};
		fs::write(&file, text(PAGE, language)?)?;
		Ok(Some(Self { runs, file }))
	}

	/// Starts it for the account of a seed.
	pub fn start(&self, setting: &Setting, seed: &str, arguments: &[&str]) -> Result<Child> {
		let url = format!("http://127.0.0.1:{}", setting.node.settings.rpc_port);
		Command::new(&self.runs)
			.arg(&self.file)
			.args([&url, seed])
			.args(arguments)
			.stdout(Stdio::piped())
			.stderr(Stdio::piped())
			.spawn()
			.with_context(|| format!("cannot start {}", self.runs.display()))
	}

	/// The last trade that it prints.
	fn run(&self, setting: &Setting, seed: &str, arguments: &[&str]) -> Result<Value> {
		let output = self.start(setting, seed, arguments)?.wait_with_output()?;
		printed(&output).with_context(|| format!("{arguments:?}"))
	}
}

/// What a program has printed, if it ended well.
pub fn printed(output: &Output) -> Result<Value> {
	if !output.status.success() {
		bail!("{}", String::from_utf8_lossy(&output.stderr));
	}
	Ok(serde_json::from_slice(&output.stdout)?)
}

/// A page's program in a language.
fn text(page: &str, language: &str) -> Result<String> {
	let fence = format!("```{language}\n");
	let (_, rest) = page.split_once(&fence).context("the page has no such program")?;
	let (text, _) = rest.split_once("\n```").context("the program has no end")?;
	Ok(format!("{text}\n"))
}

fn python() -> Result<PathBuf> {
	let python = env::var_os("METERPROOF_PYTHON");
	Ok(PathBuf::from(python.context(
		"METERPROOF_PYTHON names no Python with py-sr25519-bindings: `cargo xtask test` sets it",
	)?))
}

/// The seed of a well-known account, as the node's program tells it.
pub fn seed(setting: &Setting, account: &Account) -> Result<String> {
	let output = Command::new(&setting.programs.node)
		.args(["key", "inspect", "--output-type", "json", &format!("//{}", account.name)])
		.output()?;
	let shown: Value = serde_json::from_slice(&output.stdout)?;
	Ok(shown["secretSeed"].as_str().context("key inspect shows no seed")?.to_owned())
}

/// What has happened to trades by now, with their numbers.
fn changes(lines: &[Value]) -> Vec<(Value, Value)> {
	let told = lines.iter().filter(|line| line["change"] == "placed" || line["change"] == "taken");
	told.map(|line| (line["change"].clone(), line["trade"]["id"].clone())).collect()
}

/// Whoever watches is told of each change once, in the order of final blocks, and ends when it is told to.
fn ends_with(mut watching: Running, trades: &[Value]) -> Result<()> {
	let expected: Vec<_> = trades
		.iter()
		.flat_map(|id| [(json!("placed"), id.clone()), (json!("taken"), id.clone())])
		.collect();
	watching.until("all changes are told", LIMIT, |lines| {
		(changes(lines).len() >= expected.len()).then_some(())
	})?;
	let lines = watching.interrupt(LIMIT)?;
	ensure!(changes(&lines) == expected, "{lines:?}");
	let numbers: Vec<_> = lines.iter().filter_map(|line| line["number"].as_u64()).collect();
	ensure!(numbers.len() == lines.len() && numbers.is_sorted(), "{lines:?}");
	Ok(())
}

/// Each language sells to the other one, or to itself where the other is not there. Somebody watches.
pub fn trade_without_the_client(setting: &Setting, household: &Household) -> Result<()> {
	let (seller, buyer) = (&household.operator.account, setting.account("Eve")?);
	let seeds = [seed(setting, seller)?, seed(setting, &buyer)?];
	let python = Program::find(setting, "python")?.context("Python is always there")?;
	let node = Program::find(setting, "js")?;
	let node = node.as_ref().unwrap_or(&python);
	let watch = ["watch", "trades", "--of", &buyer.address, "--zone", &ZONE.to_string()];
	let mut watching = setting.client.start(&watch)?;
	watching.until("the subscription has begun", LIMIT, |lines| {
		lines.iter().any(|line| line["event"] == "started").then_some(())
	})?;
	let mut trades = Vec::new();
	for (offers, accepts, trusted) in [(&python, node, true), (node, &python, false)] {
		let period = setting.period_ahead(4)?.to_string();
		let zone = ZONE.to_string();
		let offer = ["offer", &buyer.address, &zone, "400", PRICE, &period, &period];
		let offered = offers.run(setting, &seeds[0], &offer)?;
		ensure!(offered["state"] == "offered" && offered["quantity"] == 400, "{offered}");
		let trade = offered["id"].to_string();
		let wrong = ["accept", &trade, "401", PRICE];
		ensure!(accepts.run(setting, &seeds[1], &wrong).is_err(), "other terms are not accepted");
		let mut accept = vec!["accept", &trade, "400", PRICE];
		accept.extend(trusted.then_some(setting.alice.address.as_str()));
		let accepted = accepts.run(setting, &seeds[1], &accept)?;
		ensure!(accepted["state"] == "accepted", "{accepted}");
		let registrars = accepted["registrars"].as_array().map(Vec::len);
		ensure!(registrars == Some(usize::from(trusted)), "{accepted}");
		trades.push(accepted["id"].clone());
	}
	ends_with(watching, &trades)
}
