//! A proof of what was used of allocations of water.

use std::path::Path;

use serde::{Deserialize, Serialize};
use subxt::utils::AccountId32;

use super::{from_value, read, write};
use crate::error::Result;

/// What `water prove` writes.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UseProofFile {
	/// Hash of block 0: the chain it is for.
	pub genesis: String,
	/// The zone.
	pub zone: u32,
	/// The last period of the turns.
	pub period: u64,
	/// How many commitments the accounts have.
	pub slots: u32,
	/// The accounts, in the order in which they are proved.
	pub accounts: Vec<ProvedUse>,
	/// 0x and hex.
	pub proof: String,
}

/// One account's part of a proof.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProvedUse {
	/// The account.
	pub account: AccountId32,
	/// What it has used at most, in litres.
	pub used: u64,
	/// Commitment to the difference, 0x and hex.
	pub slack_commitment: String,
}

impl UseProofFile {
	/// Reads a file.
	pub fn read(path: &Path) -> Result<Self> {
		from_value(path, read(path)?)
	}

	/// Writes a file, whole or not at all.
	pub fn write(&self, path: &Path) -> Result<()> {
		write(self, path)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_written_is_read_back() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("use.json");
		let used = ProvedUse {
			account: AccountId32([7; 32]),
			used: 1_000,
			slack_commitment: "0x01".to_owned(),
		};
		let written = UseProofFile {
			genesis: "0x00".to_owned(),
			zone: 1,
			period: 5,
			slots: 2,
			accounts: vec![used],
			proof: "0xabcd".to_owned(),
		};
		written.write(&path).unwrap();
		assert_eq!(UseProofFile::read(&path).unwrap(), written);
		std::fs::write(&path, "{}").unwrap();
		assert_eq!(UseProofFile::read(&path).unwrap_err().name(), "BadProofFile");
	}
}
