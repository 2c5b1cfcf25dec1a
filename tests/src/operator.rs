//! An operator: an account, its meters, and the encrypted store with their secrets.

use std::{
	fs,
	path::{Path, PathBuf},
};

use anyhow::{bail, Context, Result};
use serde_json::Value;

use crate::{
	account::Account,
	chain::{integer, string, Group},
	client::Running,
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
	/// Its public key, if it holds its own; otherwise the store makes one.
	pub key: Option<[u8; 32]>,
}

/// An operator.
#[derive(Clone, Debug)]
pub struct Operator {
	/// Its account.
	pub account: Account,
	/// Where its meters' secrets are.
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

impl Operator {
	/// An operator whose files are in `folder`.
	pub fn new(account: Account, folder: &Path) -> Self {
		let store = folder.join(format!("{}.store", account.name));
		Self { account, store, folder: folder.into() }
	}

	/// Registers meters in [`ZONE`].
	pub fn register(&self, meters: &[NewMeter]) -> Result<Vec<Registered>> {
		let own_keys = meters.iter().any(|meter| meter.key.is_some());
		let mut csv = String::from("meter,metering_point,directions,nameplate");
		csv.push_str(if own_keys { ",key\n" } else { "\n" });
		for NewMeter { name, exports, nameplate, key } in meters {
			let point = format!("{}:{name}", self.account.name);
			let directions = if *exports { "both" } else { "import" };
			csv.push_str(&format!("{name},{point},{directions},{nameplate}"));
			if own_keys {
				csv.push_str(&format!(",0x{}", key.map(hex::encode).unwrap_or_default()));
			}
			csv.push('\n');
		}
		let file = self.folder.join(format!("{}-meters.csv", self.account.name));
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
			"electricity",
		])?;
		let rows = shown.as_array().context("device register did not print an array")?;
		let registered: Vec<Registered> = rows.iter().map(row).collect::<Result<_>>()?;
		if registered.len() != meters.len() {
			bail!("{} meters, of which {} are registered", meters.len(), registered.len());
		}
		Ok(registered)
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
		let file = self.folder.join(format!("{}-readings.csv", self.account.name));
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
		])
	}

	/// Its devices of one register.
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

/// Attests meters.
pub fn attest(registrar: &Account, devices: &[u32]) -> Result<()> {
	let list: Vec<String> = devices.iter().map(u32::to_string).collect();
	registrar.client.run(&["device", "attest", "--devices", &list.join(",")])?;
	Ok(())
}

fn row(value: &Value) -> Result<Registered> {
	let device = u32::try_from(integer(value, "device")?)?;
	Ok(Registered { name: string(value, "meter")?, device })
}
