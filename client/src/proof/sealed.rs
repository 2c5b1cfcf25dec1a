//! What settles sealed trades: two proofs, and the notes that they make. What was delivered is not
//! in it.

use std::path::Path;

use meterproof_wallet::ciphertext::NoteCiphertext;
use serde::{Deserialize, Serialize};

use super::write;
use crate::{
	error::Result,
	roots::RootOpening,
	rpc::show,
	types::{Group, Resource},
};

/// What `prove --sealed` writes.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SealedProofFile {
	/// Hash of block 0: the chain it is for.
	pub genesis: String,
	/// The period of every reading.
	pub period: u64,
	/// What the groups' devices measure.
	pub resource: Resource,
	/// The groups, in the order in which they are proved.
	pub groups: Vec<SealedGroup>,
	/// What is taken out of the roots of gateways, by gateway.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub openings: Vec<RootOpening>,
	/// Proof of the readings, 0x and hex.
	pub usage_proof: String,
	/// Proof of the notes, 0x and hex.
	pub split_proof: String,
}

/// One group's part.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SealedGroup {
	/// The group.
	pub group: Group,
	/// Commitment to what was delivered, 0x and hex.
	pub quantity_commitment: String,
	/// Commitment to the slack: what the group's readings add up to beyond what was delivered.
	pub slack_commitment: String,
	/// The seller's note, then the buyer's.
	pub outputs: [SealedOutput; 2],
}

/// A note as it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SealedOutput {
	/// The note's leaf of the tree, 0x and hex.
	pub commitment: String,
	/// The note's contents, encrypted.
	pub ciphertext: NoteCiphertext,
}

impl SealedOutput {
	/// A note as it is written to a file.
	pub fn new(commitment: &[u8; 32], ciphertext: &NoteCiphertext) -> Self {
		Self { commitment: show(commitment), ciphertext: ciphertext.clone() }
	}
}

impl SealedProofFile {
	/// No other file has a field of this name.
	pub const MARK: &str = "splitProof";

	/// Writes a file, whole or not at all.
	pub fn write(&self, path: &Path) -> Result<()> {
		write(self, path)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{proof::AnyProof, types::parse_group};

	#[test]
	fn what_is_written_is_read_back() {
		let group = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/heat/export";
		let ciphertext = NoteCiphertext {
			ephemeral: [1; 32],
			note: [2; 184],
			outgoing: [3; 112],
			auditor: None,
		};
		let output = SealedOutput::new(&[4; 32], &ciphertext);
		assert_eq!(output.ciphertext, ciphertext);
		let file = SealedProofFile {
			genesis: "0x00".to_owned(),
			period: 5,
			resource: Resource::Heat,
			groups: vec![SealedGroup {
				group: parse_group(group).unwrap(),
				quantity_commitment: "0x02".to_owned(),
				slack_commitment: "0x01".to_owned(),
				outputs: [output.clone(), output],
			}],
			openings: vec![],
			usage_proof: "0xab".to_owned(),
			split_proof: "0xcd".to_owned(),
		};
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("proof.json");
		file.write(&path).unwrap();
		let read = AnyProof::read(&path).unwrap();
		assert_eq!((read.period(), read.genesis(), read.groups().len()), (5, "0x00", 1));
		assert!(matches!(read, AnyProof::Sealed(read) if read == file));
	}
}
