//! Several checkouts that build into one target folder.
//!
//! Cargo names what it builds of a workspace's members by their place in the workspace, and takes it
//! for current unless a source changed since. Of two checkouts the one with the older files would
//! then run what was built of the other. So whoever builds notes where it stands, and forgets what
//! another checkout has built of this project; the dependencies stay.

use std::{fs, io::ErrorKind, path::Path};

use anyhow::{Context, Result};

use crate::workspace;

/// What the names of all members begin with.
const MEMBERS: [&str; 13] = [
	"meterproof-",
	"pallet-book-",
	"pallet-devices-",
	"pallet-governance-",
	"pallet-market-",
	"pallet-metering-",
	"pallet-payments-",
	"pallet-settlement-",
	"pallet-tests-",
	"pallet-validators-",
	"pallet-water-",
	"wasm-opt-",
	"xtask-",
];

/// Where the last builder's checkout is written down.
const NOTE: &str = "checkout";

/// Makes the target folder this checkout's.
pub fn take_over() -> Result<()> {
	let target = workspace::target()?;
	take_over_for(&target, &workspace::root())
		.with_context(|| format!("cannot make {} this checkout's", target.display()))
}

fn take_over_for(target: &Path, checkout: &Path) -> std::io::Result<()> {
	let note = target.join(NOTE);
	let own = checkout.as_os_str().as_encoded_bytes();
	match fs::read(&note) {
		Ok(last) if last == own => return Ok(()),
		Ok(_) => {},
		Err(error) if error.kind() == ErrorKind::NotFound => {},
		Err(error) => return Err(error),
	}
	// A profile's folder, or a folder of profiles for another machine.
	for folder in folders(target)? {
		forget(&folder)?;
		for inner in folders(&folder)? {
			forget(&inner)?;
		}
	}
	fs::create_dir_all(target)?;
	fs::write(note, own)
}

fn forget(profile: &Path) -> std::io::Result<()> {
	for fingerprint in folders(&profile.join(".fingerprint"))? {
		let name = fingerprint.file_name().unwrap_or_default().to_string_lossy();
		if MEMBERS.iter().any(|member| name.starts_with(member)) {
			fs::remove_dir_all(&fingerprint)?;
		}
	}
	Ok(())
}

/// The folders in a folder; none where there is no such folder.
fn folders(folder: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
	let entries = match fs::read_dir(folder) {
		Ok(entries) => entries,
		Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
		Err(error) => return Err(error),
	};
	let mut found = Vec::new();
	for entry in entries {
		let entry = entry?;
		if entry.file_type()?.is_dir() {
			found.push(entry.path());
		}
	}
	Ok(found)
}

#[cfg(test)]
mod tests {
	use std::path::PathBuf;

	use super::*;

	#[test]
	fn another_checkouts_members_are_forgotten_and_dependencies_kept() {
		let target =
			std::env::temp_dir().join(format!("meterproof-checkouts-{}", std::process::id()));
		let built = |name: &str| {
			["release", "wasm32v1-none/release"]
				.map(|profile| target.join(profile).join(".fingerprint").join(name))
		};
		let is_there = |folders: [PathBuf; 2]| folders.map(|folder| folder.exists());
		let members = ["meterproof-node-1", "pallet-market-2"];
		let dependencies = ["pallet-balances-3", "serde-4"];
		let first = Path::new("/first");
		take_over_for(&target, first).unwrap();
		for name in members.iter().chain(&dependencies) {
			for folder in built(name) {
				fs::create_dir_all(folder).unwrap();
			}
		}

		take_over_for(&target, first).unwrap();
		assert!(members.iter().all(|name| is_there(built(name)) == [true; 2]));

		take_over_for(&target, Path::new("/second")).unwrap();
		assert!(members.iter().all(|name| is_there(built(name)) == [false; 2]));
		assert!(dependencies.iter().all(|name| is_there(built(name)) == [true; 2]));
		fs::remove_dir_all(target).unwrap();
	}

	#[test]
	fn every_member_is_known() {
		let root = workspace::root();
		let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
		let members = manifest.split_once("members = [").unwrap().1.split_once(']').unwrap().0;
		for member in members.split('"').skip(1).step_by(2) {
			let manifest = fs::read_to_string(root.join(member).join("Cargo.toml")).unwrap();
			let name = manifest.split_once("name = \"").unwrap().1.split_once('"').unwrap().0;
			let name = format!("{name}-");
			assert!(MEMBERS.iter().any(|known| name.starts_with(known)), "{name}");
		}
	}
}
