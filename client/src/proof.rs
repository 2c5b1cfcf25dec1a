//! A proof in a file, and the statement it proves as the proof system takes it. Nothing in it is
//! secret: it is what is sent to the chain.

use std::{fs, path::Path};

use meterproof_programs::usage;
use serde::{Deserialize, Serialize};

use crate::{
	error::{file, Error, Result},
	rpc::{Claim, Statement},
	store::files,
	types::{Group, Resource},
};

/// What `prove` writes and `settle` reads.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProofFile {
	/// Hash of block 0: the chain it is for.
	pub genesis: String,
	/// The period of every reading.
	pub period: u64,
	/// What the groups' devices measure.
	pub resource: Resource,
	/// In the order in which they are proved.
	pub groups: Vec<ProvedGroup>,
	/// 0x and hex.
	pub proof: String,
}

/// One group's part of a proof.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProvedGroup {
	/// The group.
	pub group: Group,
	/// Its readings add up to this much or more, in base units.
	pub quantity: u64,
	/// Commitment to the difference, 0x and hex.
	pub slack_commitment: String,
}

impl ProofFile {
	/// Reads a file.
	pub fn read(path: &Path) -> Result<Self> {
		let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
		serde_json::from_slice(&text).map_err(|error| {
			let message = format!("{}: not a proof written by prove: {error}", path.display());
			Error::new("BadProofFile", message)
		})
	}

	/// Writes a file, whole or not at all.
	pub fn write(&self, path: &Path) -> Result<()> {
		let text = serde_json::to_vec_pretty(self)
			.map_err(|error| Error::new("BadProofFile", error.to_string()))?;
		files::replace(path, &text).map(drop)
	}
}

/// Exactly 32 bytes after 0x.
pub fn parse_hash(text: &str) -> Result<[u8; 32]> {
	let bytes = parse_bytes(text)?;
	let bad = |_| Error::new("BadHex", format!("{text}: not 32 bytes"));
	bytes.try_into().map_err(bad)
}

/// Bytes after 0x.
pub fn parse_bytes(text: &str) -> Result<Vec<u8>> {
	let digits = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
	digits.ok_or_else(|| Error::new("BadHex", "not 0x and an even number of hex digits"))
}

/// The statement that a node formed, slack commitments left zero.
pub fn statement(formed: &Statement) -> Result<usage::Statement> {
	let resource = formed.groups.first().map_or(0, |group| group.group.resource.number());
	let groups = formed
		.groups
		.iter()
		.map(|group| {
			let slots = group
				.slots
				.iter()
				.map(|slot| {
					let commitment = parse_hash(&slot.commitment)?;
					Ok(usage::Slot { device: slot.device, commitment })
				})
				.collect::<Result<_>>()?;
			let Claim::AtLeast(quantity) = group.claim;
			Ok(usage::Group {
				operator: group.group.operator.0,
				zone: group.group.zone,
				direction: group.group.direction.number(),
				claim: usage::Claim::AtLeast(quantity),
				slots,
				slack_commitment: [0; 32],
			})
		})
		.collect::<Result<_>>()?;
	Ok(usage::Statement {
		genesis: parse_hash(&formed.genesis)?,
		period: formed.period,
		resource,
		groups,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn example() -> ProofFile {
		let group = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/heat/export";
		ProofFile {
			genesis: "0x00".to_owned(),
			period: 5,
			resource: Resource::Heat,
			groups: vec![ProvedGroup {
				group: group.parse().unwrap(),
				quantity: 7,
				slack_commitment: "0x01".to_owned(),
			}],
			proof: "0xabcd".to_owned(),
		}
	}

	#[test]
	fn what_is_written_is_read_back() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("proof.json");
		example().write(&path).unwrap();
		assert_eq!(ProofFile::read(&path).unwrap(), example());
	}

	#[test]
	fn another_file_is_refused() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("proof.json");
		assert_eq!(ProofFile::read(&path).unwrap_err().name(), "FileError");
		for text in ["", "{}", "[1]", "{\"period\": 5}"] {
			fs::write(&path, text).unwrap();
			assert_eq!(ProofFile::read(&path).unwrap_err().name(), "BadProofFile", "{text}");
		}
	}

	#[test]
	fn hex_is_exact() {
		assert_eq!(parse_hash(&format!("0x{}", "07".repeat(32))).unwrap(), [7; 32]);
		for text in ["", "0x", "07", "0x0", "0xzz", &"07".repeat(32)] {
			assert_eq!(parse_hash(text).unwrap_err().name(), "BadHex", "{text}");
		}
	}
}
