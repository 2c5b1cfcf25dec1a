//! An operator: an account, its meters, and the encrypted store for what they hand over.

use std::{
	fs,
	path::{Path, PathBuf},
};

use anyhow::{bail, Context, Result};
use meterproof_device::MeterKey;
use serde_json::{json, Value};

use crate::{
	account::Account,
	chain::{integer, string, Group},
	client::{Client, Running},
};

/// The zone of tests and demo.
pub const ZONE: u32 = 1;

/// A meter to register.
#[derive(Clone, Debug)]
pub struct NewMeter {
	/// Its name in files of readings.
	pub name: String,
	/// Whether it has an export register too.
	pub exports: bool,
	/// The most it can count in a period, in Wh.
	pub nameplate: u32,
	/// Seed of the key that it holds itself; without one the client makes its key.
	pub seed: Option<[u8; 32]>,
}

/// An operator.
#[derive(Clone, Debug)]
pub struct Operator {
	/// Its account.
	pub account: Account,
	/// Where its meters are listed, with the secrets of those whose keys the client makes.
	pub store: PathBuf,
	folder: PathBuf,
}

/// A registered meter.
#[derive(Clone, Debug)]
pub struct Registered {
	/// Its name in files of readings.
	pub name: String,
	/// Its number on the chain.
	pub device: u32,
}

/// The name of an account as a part of a file's: a derivation path has slashes.
fn plain(name: &str) -> String {
	name.replace('/', "-")
}

impl Operator {
	/// An operator whose files are in `folder`.
	pub fn new(account: Account, folder: &Path) -> Self {
		let store = folder.join(format!("{}.store", plain(&account.name)));
		Self { account, store, folder: folder.into() }
	}

	/// A file of this operator's.
	fn file(&self, what: &str) -> PathBuf {
		self.folder.join(format!("{}-{what}", plain(&self.account.name)))
	}

	/// Registers meters of electricity in [`ZONE`].
	pub fn register(&self, meters: &[NewMeter]) -> Result<Vec<Registered>> {
		self.register_for("electricity", meters)
	}

	/// Registers meters of a resource in [`ZONE`].
	pub fn register_for(&self, resource: &str, meters: &[NewMeter]) -> Result<Vec<Registered>> {
		let mut csv = String::from("meter,metering_point,directions,nameplate,key\n");
		for NewMeter { name, exports, nameplate, seed } in meters {
			let point = format!("{}:{name}", plain(&self.account.name));
			let directions = if *exports { "both" } else { "import" };
			let key = seed.map(|seed| hex::encode(MeterKey::from_seed(&seed).public()));
			let key = key.unwrap_or_default();
			csv.push_str(&format!("{name},{point},{directions},{nameplate},{key}\n"));
		}
		let file = self.file("meters.csv");
		fs::write(&file, csv)?;
		let shown = self.account.client.run(&[
			"device",
			"register",
			"--store",
			&self.store_text(),
			"--csv",
			&file.to_string_lossy(),
			"--zone",
			&ZONE.to_string(),
			"--resource",
			resource,
		])?;
		let rows = shown.as_array().context("device register did not print an array")?;
		let registered: Vec<Registered> = rows.iter().map(row).collect::<Result<_>>()?;
		if registered.len() != meters.len() {
			bail!("{} meters, of which {} are registered", meters.len(), registered.len());
		}
		Ok(registered)
	}

	/// Puts into the store what meters hand over. Gives what the client says of it.
	pub fn import(&self, handed: &[Value]) -> Result<Value> {
		self.account.client.run(&self.import_arguments(handed)?.each_ref().map(String::as_str))
	}

	/// Puts into the store what meters hand over, which must be refused; gives the error's name.
	pub fn refused_import(&self, handed: &[Value]) -> Result<String> {
		self.account.client.refusal(&self.import_arguments(handed)?.each_ref().map(String::as_str))
	}

	fn import_arguments(&self, handed: &[Value]) -> Result<[String; 6]> {
		let file = self.file("openings.json");
		fs::write(&file, json!(handed).to_string())?;
		let file = file.to_string_lossy().into_owned();
		let store = self.store_text();
		Ok(["openings".into(), "import".into(), "--store".into(), store, "--file".into(), file])
	}

	/// Allows another account to prove less than the contracted quantity of its export group.
	pub fn name_prover(&self, prover: &Account) -> Result<()> {
		self.account.client.run(&[
			"settlement",
			"name-prover",
			"--zone",
			&ZONE.to_string(),
			"--resource",
			"electricity",
			"--direction",
			"export",
			&prover.address,
		])?;
		Ok(())
	}

	/// Starts to replay a file of readings, its first time step as `first`.
	pub fn start_gateway(&self, csv: &str, first: u64, periods: u64) -> Result<Running> {
		self.start_gateway_with(csv, first, periods, "--confirm")
	}

	/// Starts to replay a file of readings, with a flag of the test's choice.
	pub fn start_gateway_with(
		&self,
		csv: &str,
		first: u64,
		periods: u64,
		flag: &str,
	) -> Result<Running> {
		let file = self.file("readings.csv");
		fs::write(&file, csv)?;
		self.account.client.start(&[
			"gateway",
			"--store",
			&self.store_text(),
			"--readings",
			&file.to_string_lossy(),
			"--from-period",
			&first.to_string(),
			"--periods",
			&periods.to_string(),
			flag,
		])
	}

	/// The group of the operator's devices that count in one direction.
	pub fn group(&self, direction: &'static str) -> Group {
		Group { operator: self.account.address.clone(), zone: ZONE, direction }
	}

	/// The store's path, for the command line.
	pub fn store_text(&self) -> String {
		self.store.to_string_lossy().into_owned()
	}
}

/// Makes `registrar` attest meters of [`ZONE`]; `root` appoints it.
pub fn appoint(root: &Account, registrar: &Account) -> Result<()> {
	let zone = ZONE.to_string();
	root.client.run(&["registrar", "appoint", "--zone", &zone, &registrar.address])?;
	Ok(())
}

/// Attests meters as their devices are on record.
pub fn attest(registrar: &Account, devices: &[u32]) -> Result<()> {
	let client = &registrar.client;
	let seen = look_at(client, devices)?;
	let list: Vec<String> = devices.iter().map(u32::to_string).collect();
	client.run(&["device", "attest", "--facts", &seen, "--devices", &list.join(",")])?;
	Ok(())
}

/// Puts devices as they are on record into a file: all of their operators; the file's name.
pub fn look_at(client: &Client, devices: &[u32]) -> Result<String> {
	let mut seen: Vec<Value> = Vec::new();
	for device in devices {
		let is_seen = seen.iter().any(|shown| shown["id"].as_u64() == Some(u64::from(*device)));
		if !is_seen {
			let shown = client.run(&["device", "show", &device.to_string()])?;
			let operator = string(&shown, "operator")?;
			let all = client.run(&["device", "list", "--operator", &operator])?;
			seen.extend(all.as_array().cloned().unwrap_or_default());
		}
	}
	client.keep(&Value::Array(seen))
}

fn row(value: &Value) -> Result<Registered> {
	let device = u32::try_from(integer(value, "device")?)?;
	Ok(Registered { name: string(value, "meter")?, device })
}
