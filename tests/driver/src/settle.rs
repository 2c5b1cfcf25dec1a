//! Proofs and what they settle, through the client.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
	account::Account,
	chain::{integer, number, string, Group},
	client::Client,
	operator::Operator,
};

/// Longest time a proof may take on a loaded machine.
const PROVE_LIMIT: Duration = Duration::from_secs(120);

/// Claims what the node, which is the test's own, says is contracted, or what the readings add up
/// to if that is less.
pub const BELIEVING: [&str; 2] = ["--contracted", "--or-less"];

/// A proof in a file.
#[derive(Clone, Debug)]
pub struct Proof {
	/// Where it is.
	pub file: PathBuf,
	/// What the client says of it.
	pub shown: Value,
	/// Readings and slacks in it.
	pub slots: u64,
	/// Groups in it.
	pub groups: u64,
	/// Length.
	pub bytes: u64,
	/// Time to prove.
	pub prove_ms: f64,
	/// Time to verify, not in Wasm.
	pub verify_native_ms: f64,
	/// What is claimed of each group, in Wh, in the order given.
	pub claimed: Vec<u64>,
}

/// When a proof's settlement was final.
#[derive(Clone, Debug)]
pub struct Settlement {
	/// Seconds from the proof's submission to finality.
	pub seconds_to_finality: f64,
	/// Hash of its block.
	pub block: String,
}

/// Proves several operators' export groups at once, from their stores.
pub fn prove(
	client: &Client,
	operators: &[&Operator],
	period: u64,
	file: PathBuf,
) -> Result<Proof> {
	prove_with(client, operators, period, file, &BELIEVING)
}

/// Proves sealed trades, which pay their sellers into these wallets.
pub fn prove_sealed(
	client: &Client,
	operators: &[&Operator],
	wallets: &[&str],
	period: u64,
	file: PathBuf,
) -> Result<Proof> {
	let wallets = wallets.iter().flat_map(|wallet| ["--wallet", *wallet]);
	let further: Vec<&str> = ["--sealed"].into_iter().chain(wallets).collect();
	prove_with(client, operators, period, file, &further)
}

/// Proves with further arguments for the client.
pub fn prove_with(
	client: &Client,
	operators: &[&Operator],
	period: u64,
	file: PathBuf,
	further: &[&str],
) -> Result<Proof> {
	let groups: Vec<Group> = operators.iter().map(|operator| operator.group("export")).collect();
	let mut arguments = vec!["prove".into(), "--period".into(), period.to_string()];
	arguments.extend(further.iter().map(|argument| String::from(*argument)));
	for (operator, group) in operators.iter().zip(&groups) {
		arguments.extend(["--store".into(), operator.store_text()]);
		arguments.extend(["--group".into(), group.text()]);
	}
	arguments.extend(["--out".into(), file.to_string_lossy().into_owned()]);
	let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
	let shown = client.within(PROVE_LIMIT).run(&arguments)?;
	let rows = shown["groups"].as_array().context("prove did not print its groups")?;
	Ok(Proof {
		file,
		shown: shown.clone(),
		slots: integer(&shown, "slots")?,
		groups: rows.len() as u64,
		bytes: integer(&shown, "bytes")?,
		prove_ms: number(&shown, "prove_ms")?,
		verify_native_ms: number(&shown, "verify_native_ms")?,
		claimed: rows.iter().map(|row| integer(row, "claimed")).collect::<Result<_>>()?,
	})
}

/// Submits a proof and waits until its settlement is final.
pub fn settle(submitter: &Account, proof: &Proof) -> Result<Settlement> {
	let file = proof.file.to_string_lossy();
	let shown = submitter.client.run(&["settle", "--proof", &file])?;
	Ok(Settlement {
		seconds_to_finality: number(&shown, "seconds_to_finality")?,
		block: string(&shown, "block")?,
	})
}
