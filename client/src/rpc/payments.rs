//! `payments_*`: notes, what payments cost, and payments that need no account.

use meterproof_statements::{
	payment::{NoteCiphertext, Output},
	requests::PaymentItem,
};
use meterproof_wallet::{
	payment::Plan,
	scan::{Content, Published},
	wallet::Anchor,
};
use serde::Deserialize;
use serde_json::json;
use subxt::utils::AccountId32;

use super::Rpc;
use crate::{
	error::{Error, Result},
	proof::parse_hash,
};

/// Notes asked for at a time.
pub const NOTE_PAGE: u64 = 500;

/// Most assets of one answer.
const ASSET_PAGE: usize = 100;

/// More assets than any chain takes payments of.
const MOST_ASSETS: usize = 1_000;

/// Where the tree of notes stands at the last finalised block.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentsState {
	/// Number of that block.
	pub block: u32,
	/// The block's hash, 0x and hex.
	pub hash: String,
	/// The tree as that block left it.
	pub head: TreeState,
	/// What payments are to rest on, by the node's word.
	pub anchor: TreeState,
	/// Blocks between two anchors.
	pub anchor_period: u32,
	/// For so many newer roots at least the chain knows a root.
	pub root_life: u32,
}

/// The tree of notes at some block.
#[derive(Clone, Debug, Deserialize)]
pub struct TreeState {
	/// The tree's root, 0x and hex.
	pub root: String,
	/// How many notes the tree holds.
	pub notes: u32,
}

impl TreeState {
	/// The anchor as a wallet takes it.
	pub fn anchor(&self) -> Result<Anchor> {
		Ok(Anchor { root: parse_hash(&self.root)?, notes: self.notes.into() })
	}
}

/// What can be paid with.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentAsset {
	/// The asset's number.
	pub asset: u32,
	/// Fee of a transfer between notes, in the asset's smallest unit.
	pub transfer_fee: String,
	/// Fee of a payment to an account, in the asset's smallest unit.
	pub unshield_fee: String,
	/// Key of the auditor that all notes of the asset must be readable to, 0x and hex.
	pub auditor: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct NotePage {
	notes: Vec<NoteInfo>,
}

impl NotePage {
	/// The notes as the wallet takes them.
	#[cfg(test)]
	pub(super) fn published(self) -> Result<Vec<Published>> {
		self.notes.into_iter().map(published).collect()
	}
}

#[derive(Deserialize)]
struct NoteInfo {
	position: u64,
	block: u32,
	asset: u32,
	commitment: String,
	content: NoteContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[allow(clippy::large_enum_variant, reason = "nearly all are of the large one")]
enum NoteContent {
	Sealed {
		nullifier: String,
		#[serde(flatten)]
		ciphertext: NoteCiphertext,
	},
	Open {
		amount: String,
		owner: String,
		randomness: String,
	},
	Split {
		#[serde(flatten)]
		ciphertext: NoteCiphertext,
	},
}

/// A payment that was taken into the pool.
#[derive(Deserialize)]
struct Submitted {
	hash: String,
}

/// Where a payment out of notes goes.
#[derive(Clone, Debug)]
pub enum Destination {
	/// The payment pays notes.
	Notes,
	/// The payment pays an account, so much.
	Account(AccountId32, u64),
}

impl Rpc {
	/// Where the tree of notes stands.
	pub async fn payments_state(&self) -> Result<PaymentsState> {
		self.call("payments_state", vec![]).await
	}

	/// Finalised notes from a position on.
	pub async fn notes(&self, from: u64, limit: u64) -> Result<Vec<Published>> {
		const METHOD: &str = "payments_notes";
		let page: NotePage = self.call(METHOD, vec![json!(from), json!(limit)]).await?;
		let unexpected =
			|| Error::new("UnexpectedAnswer", format!("{METHOD} answered other notes"));
		if page.notes.is_empty() || page.notes.len() as u64 > limit {
			return Err(unexpected());
		}
		let placed = (from..).zip(page.notes).map(|(position, info)| {
			if info.position == position {
				published(info)
			} else {
				Err(unexpected())
			}
		});
		placed.collect()
	}

	/// What payments of an asset cost, and who must be able to read them. The node is asked for all
	/// assets: it need not know which one somebody has.
	pub async fn payment_asset(&self, asset: u32) -> Result<PaymentAsset> {
		find_asset(&self.payment_assets().await?, asset).cloned()
	}

	/// All that can be paid with.
	pub async fn payment_assets(&self) -> Result<Vec<PaymentAsset>> {
		let mut assets: Vec<PaymentAsset> = Vec::new();
		loop {
			let after = assets.last().map(|asset| asset.asset);
			let params = vec![json!(after), json!(ASSET_PAGE)];
			let page: Vec<PaymentAsset> = self.call("payments_assets", params).await?;
			// A node that does not come to an end would be asked for ever.
			let moves_on = page.iter().all(|asset| after.is_none_or(|after| asset.asset > after));
			if !moves_on || assets.len() > MOST_ASSETS {
				return Err(Error::new(
					"UnexpectedAnswer",
					"payments_assets answered other assets",
				));
			}
			let full = page.len() >= ASSET_PAGE;
			assets.extend(page);
			if !full {
				return Ok(assets);
			}
		}
	}

	/// Sends a payment that needs no account; its hash.
	pub async fn submit_payment(
		&self,
		plan: &Plan,
		nullifiers: &[[u8; 32]; 2],
		fee: u64,
		destination: &Destination,
		proof: &[u8],
	) -> Result<String> {
		let (to, amount) = match destination {
			Destination::Notes => (None, None),
			Destination::Account(to, amount) => (Some(*to), Some(amount.to_string())),
		};
		let outputs = [0, 1].map(|place: usize| Output {
			commitment: plan.commitments[place],
			ciphertext: plan.ciphertexts[place].clone(),
		});
		let payment = PaymentItem {
			asset: plan.asset,
			fee: fee.to_string(),
			to,
			amount,
			root: plan.root,
			nullifiers: *nullifiers,
			outputs,
			proof: proof.to_vec(),
		};
		let submitted: Submitted = self.call("payments_submit", vec![json!(payment)]).await?;
		Ok(submitted.hash)
	}
}

/// One of all assets that can be paid with.
pub fn find_asset(assets: &[PaymentAsset], asset: u32) -> Result<&PaymentAsset> {
	assets.iter().find(|known| known.asset == asset).ok_or_else(|| {
		Error::new("UnknownAsset", format!("asset {asset} cannot be paid with here"))
	})
}

/// 0x and hex.
pub fn show(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// A note as the wallet takes it.
fn published(info: NoteInfo) -> Result<Published> {
	let content = match info.content {
		NoteContent::Sealed { nullifier, ciphertext } => {
			Content::Sealed { nullifier: parse_hash(&nullifier)?, ciphertext }
		},
		NoteContent::Split { ciphertext } => Content::Split { ciphertext },
		NoteContent::Open { amount, owner, randomness } => Content::Open {
			amount: smallest(&amount)?,
			owner: parse_hash(&owner)?,
			randomness: parse_hash(&randomness)?,
		},
	};
	let NoteInfo { block, asset, .. } = info;
	Ok(Published { commitment: parse_hash(&info.commitment)?, asset, block, content })
}

/// A number of smallest units.
pub fn smallest(text: &str) -> Result<u64> {
	text.parse().map_err(|_| Error::new("UnexpectedAnswer", "the node answered no amount"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn notes_are_read_as_the_node_writes_them() {
		let hash = |byte: u8| show(&[byte; 32]);
		let sealed = json!({
			"position": 7, "block": 3, "asset": 0, "commitment": hash(1),
			"content": {
				"kind": "sealed", "nullifier": hash(2), "ephemeral": hash(3),
				"note": show(&[4; 184]), "outgoing": show(&[5; 112]), "auditor": "0x",
			},
		});
		let note = published(serde_json::from_value(sealed.clone()).unwrap()).unwrap();
		let Content::Sealed { nullifier, ciphertext } = note.content else { panic!("{note:?}") };
		assert_eq!((nullifier, ciphertext.auditor), ([2; 32], None));
		let written = json!(Output { commitment: note.commitment, ciphertext: ciphertext.clone() });
		for field in ["ephemeral", "note", "outgoing", "auditor"] {
			assert_eq!(written[field], sealed["content"][field]);
		}
		let mut audited = sealed.clone();
		audited["content"]["auditor"] = json!(show(&[6; 144]));
		let note = published(serde_json::from_value(audited).unwrap()).unwrap();
		assert!(
			matches!(note.content, Content::Sealed { ciphertext, .. } if ciphertext.auditor == Some([6; 144]))
		);
		let mut short = sealed;
		short["content"]["note"] = json!("0x00");
		assert!(serde_json::from_value::<NoteInfo>(short).is_err());

		let mut split = json!({
			"position": 9, "block": 3, "asset": 0, "commitment": hash(1), "content": written,
		});
		split["content"]["kind"] = json!("split");
		let note = published(serde_json::from_value(split).unwrap()).unwrap();
		assert!(matches!(note.content, Content::Split { ciphertext: read } if read == ciphertext));

		let open = json!({
			"position": 8, "block": 3, "asset": 0, "commitment": hash(1),
			"content": { "kind": "open", "amount": "5", "owner": hash(2), "randomness": hash(3) },
		});
		let note = published(serde_json::from_value(open).unwrap()).unwrap();
		assert!(matches!(note.content, Content::Open { amount: 5, .. }));
	}
}
