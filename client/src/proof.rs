//! A proof in a file, and the statement it proves as the proof system takes it. Nothing in it is
//! secret: it is what is sent to the chain.

mod sealed;
mod water;

pub use sealed::{SealedGroup, SealedOutput, SealedProofFile};
pub use water::{ProvedUse, UseProofFile};

use std::{fs, path::Path};

use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::Value;

use crate::{
	error::{file, Error, Result},
	store::files,
	types::{Group, Resource},
};

/// What `settle` reads.
#[derive(Debug)]
pub enum AnyProof {
	/// A proof that says what was delivered.
	Open(ProofFile),
	/// Proofs of a sealed settlement, which do not say what was delivered.
	Sealed(SealedProofFile),
}

impl AnyProof {
	/// Reads a file of either kind.
	pub fn read(path: &Path) -> Result<Self> {
		let value: Value = read(path)?;
		let is_sealed = value.get(SealedProofFile::MARK).is_some();
		match is_sealed {
			true => from_value(path, value).map(Self::Sealed),
			false => from_value(path, value).map(Self::Open),
		}
	}

	/// Hash of block 0: the chain it is for.
	pub fn genesis(&self) -> &str {
		match self {
			Self::Open(file) => &file.genesis,
			Self::Sealed(file) => &file.genesis,
		}
	}

	/// The period that is proved.
	pub fn period(&self) -> u64 {
		match self {
			Self::Open(file) => file.period,
			Self::Sealed(file) => file.period,
		}
	}

	/// The groups that are proved.
	pub fn groups(&self) -> Vec<&Group> {
		match self {
			Self::Open(file) => file.groups.iter().map(|proved| &proved.group).collect(),
			Self::Sealed(file) => file.groups.iter().map(|proved| &proved.group).collect(),
		}
	}
}

/// What `prove` writes.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProofFile {
	/// Hash of block 0: the chain it is for.
	pub genesis: String,
	/// The period of every reading.
	pub period: u64,
	/// What the groups' devices measure.
	pub resource: Resource,
	/// The groups, in the order in which they are proved.
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
	/// What the group's readings add up to at least, in base units.
	pub quantity: u64,
	/// Commitment to the difference, 0x and hex.
	pub slack_commitment: String,
}

impl ProofFile {
	/// Writes a file, whole or not at all.
	pub fn write(&self, path: &Path) -> Result<()> {
		write(self, path)
	}
}

fn read(path: &Path) -> Result<Value> {
	let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
	serde_json::from_slice(&text).map_err(|error| not_a_proof(path, &error))
}

fn from_value<T: DeserializeOwned>(path: &Path, value: Value) -> Result<T> {
	serde_json::from_value(value).map_err(|error| not_a_proof(path, &error))
}

fn not_a_proof(path: &Path, error: &serde_json::Error) -> Error {
	let message = format!("{}: not a proof written by prove: {error}", path.display());
	Error::new("BadProofFile", message)
}

fn write(proof: &impl Serialize, path: &Path) -> Result<()> {
	let text = serde_json::to_vec_pretty(proof)
		.map_err(|error| Error::new("BadProofFile", error.to_string()))?;
	files::replace(path, &text).map(drop)
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::parse_group;

	fn example() -> ProofFile {
		let group = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/heat/export";
		ProofFile {
			genesis: "0x00".to_owned(),
			period: 5,
			resource: Resource::Heat,
			groups: vec![ProvedGroup {
				group: parse_group(group).unwrap(),
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
		let proof = AnyProof::read(&path).unwrap();
		assert_eq!((proof.period(), proof.genesis()), (5, "0x00"));
		assert!(matches!(proof, AnyProof::Open(file) if file == example()));
	}

	#[test]
	fn another_file_is_refused() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("proof.json");
		assert_eq!(AnyProof::read(&path).unwrap_err().name(), "FileError");
		for text in ["", "{}", "[1]", "{\"period\": 5}", "{\"splitProof\": \"0x\"}"] {
			fs::write(&path, text).unwrap();
			assert_eq!(AnyProof::read(&path).unwrap_err().name(), "BadProofFile", "{text}");
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
