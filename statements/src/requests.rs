//! What a node is asked to take, as JSON.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::{payment::Output, AssetId, DeviceId, Digest, Direction, PeriodIndex};

/// A signed commitment. Its bytes are text that may be malformed: what is wrong with one commitment
/// must not refuse the others that are sent with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommitmentItem {
	/// The device.
	pub device: DeviceId,
	/// The period.
	pub period: PeriodIndex,
	/// The register.
	pub direction: Direction,
	/// 32 bytes: 0x and hex.
	pub commitment: String,
	/// 64 bytes: 0x and hex.
	pub signature: String,
}

/// A payment that needs no account. With `to` and `amount` it pays an account, without them notes
/// only. Amounts are decimal strings in the asset's smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentItem<AccountId> {
	/// The asset.
	pub asset: AssetId,
	/// Out of the notes, to the block's author.
	pub fee: String,
	/// The account that is paid.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub to: Option<AccountId>,
	/// What the account is paid, without the fee.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub amount: Option<String>,
	/// Root of the tree that holds the notes spent.
	#[serde(with = "crate::hexadecimal")]
	pub root: Digest,
	/// What spends them, once.
	#[serde(with = "crate::hexadecimal::pair")]
	pub nullifiers: [Digest; 2],
	/// The notes made, in the order in which they enter the tree.
	pub outputs: [Output; 2],
	/// Proves the rest.
	#[serde(with = "crate::hexadecimal::any_length")]
	pub proof: Vec<u8>,
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::payment::NoteCiphertext;
	use serde_json::json;

	#[test]
	fn requests_are_read_as_they_are_written() {
		let commitment = CommitmentItem {
			device: 7,
			period: 8,
			direction: Direction::Import,
			commitment: "0x01".into(),
			signature: "none".into(),
		};
		let json = json!({
			"device": 7, "period": 8, "direction": "import", "commitment": "0x01",
			"signature": "none",
		});
		assert_eq!(serde_json::to_value(&commitment).unwrap(), json);
		assert_eq!(serde_json::from_value::<CommitmentItem>(json).unwrap(), commitment);

		let ciphertext = NoteCiphertext {
			ephemeral: [2; 32],
			note: [3; 184],
			outgoing: [4; 112],
			auditor: None,
		};
		let output = Output { commitment: [1; 32], ciphertext };
		let mut payment = PaymentItem::<u8> {
			asset: 0,
			fee: "5".into(),
			to: None,
			amount: None,
			root: [6; 32],
			nullifiers: [[7; 32], [8; 32]],
			outputs: [output.clone(), output.clone()],
			proof: vec![9, 0xab],
		};
		let json = json!({
			"asset": 0, "fee": "5", "root": format!("0x{}", "06".repeat(32)),
			"nullifiers": (["07", "08"].map(|byte| format!("0x{}", byte.repeat(32)))),
			"outputs": [output, output], "proof": "0x09ab",
		});
		assert_eq!(serde_json::to_value(&payment).unwrap(), json);
		assert_eq!(serde_json::from_value::<PaymentItem<u8>>(json.clone()).unwrap(), payment);
		(payment.to, payment.amount) = (Some(1), Some("2".into()));
		let written = serde_json::to_value(&payment).unwrap();
		assert_eq!((&written["to"], &written["amount"]), (&json!(1), &json!("2")));
		assert_eq!(serde_json::from_value::<PaymentItem<u8>>(written).unwrap(), payment);
		for proof in [json!("0x0"), json!("0xgg"), json!(1)] {
			let mut wrong = json.clone();
			wrong["proof"] = proof;
			assert!(serde_json::from_value::<PaymentItem<u8>>(wrong).is_err());
		}
	}
}
