//! The notes of a chain, as its JSON-RPC tells of them.

use std::time::Duration;

use anyhow::{anyhow, Context, Result};
use meterproof_wallet::{
	ciphertext::NoteCiphertext,
	network::{Kind, Network},
	scan::{Content, Published},
	wallet::Anchor,
};
use serde_json::{json, Value};

use crate::{
	chain::{bytes32, integer, money, string, Chain},
	wait,
};

/// Time for an anchor to come and be final, on a loaded machine.
const ANCHOR_LIMIT: Duration = Duration::from_secs(90);

/// Most notes of one answer.
const PAGE: u64 = 1_000;

/// The tree of notes, as the last final block left it.
#[derive(Clone, Copy, Debug)]
pub struct Tree {
	/// The last final block's number.
	pub block: u64,
	/// Its hash.
	pub hash: [u8; 32],
	/// The tree.
	pub head: Anchor,
	/// What payments rest on.
	pub anchor: Anchor,
}

/// What ever moved, in smallest units of the chain's own token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
	/// Into notes.
	pub shielded: u128,
	/// To accounts.
	pub unshielded: u128,
	/// To blocks' authors.
	pub fees: u128,
}

impl Moved {
	/// What all notes together must hold.
	pub fn left(&self) -> u128 {
		self.shielded - self.unshielded - self.fees
	}
}

/// What payments cost, in smallest units.
#[derive(Clone, Copy, Debug)]
pub struct Fees {
	/// Between notes.
	pub transfer: u64,
	/// To an account.
	pub unshield: u64,
}

impl Chain {
	/// The chain, as wallets know it.
	pub fn network(&self) -> Result<Network> {
		let kind = self.rpc().call("system_chainType", json!([]))?;
		let kind = match kind.as_str() {
			Some("Live") => Kind::Live,
			Some("Development") => Kind::Development,
			_ => Kind::Test,
		};
		Ok(Network { kind, genesis: self.genesis()? })
	}

	/// Where the tree of notes stands.
	pub fn tree(&self) -> Result<Tree> {
		let state = self.rpc().call("payments_state", json!([]))?;
		Ok(Tree {
			block: integer(&state, "block")?,
			hash: bytes32(&string(&state, "hash")?)?,
			head: point(&state["head"])?,
			anchor: point(&state["anchor"])?,
		})
	}

	/// Waits until all notes that are final now can be spent.
	pub fn wait_for_anchor(&self) -> Result<()> {
		let notes = self.tree()?.head.notes;
		self.wait_for_anchor_of(notes)
	}

	/// Waits until so many notes can be spent.
	pub fn wait_for_anchor_of(&self, notes: u64) -> Result<()> {
		wait::until(&format!("the anchor has {notes} notes"), ANCHOR_LIMIT, || {
			Ok((self.tree()?.anchor.notes >= notes).then_some(()))
		})
	}

	/// All final notes, as the node writes them.
	pub fn notes(&self) -> Result<Vec<Value>> {
		let page = self.rpc().call("payments_notes", json!([0, PAGE]))?;
		page["notes"].as_array().cloned().context("payments_notes answered no notes")
	}

	/// What ever moved.
	pub fn moved(&self) -> Result<Moved> {
		let asset = self.own_token()?;
		Ok(Moved {
			shielded: money(&asset, "shielded")?,
			unshielded: money(&asset, "unshielded")?,
			fees: money(&asset, "fees")?,
		})
	}

	/// What payments cost.
	pub fn payment_fees(&self) -> Result<Fees> {
		let asset = self.own_token()?;
		Ok(Fees {
			transfer: money(&asset, "transferFee")?.try_into()?,
			unshield: money(&asset, "unshieldFee")?.try_into()?,
		})
	}

	fn own_token(&self) -> Result<Value> {
		let assets = self.rpc().call("payments_assets", json!([null, null]))?;
		assets.get(0).cloned().context("nothing can be paid with")
	}
}

fn point(value: &Value) -> Result<Anchor> {
	Ok(Anchor { root: bytes32(&string(value, "root")?)?, notes: integer(value, "notes")? })
}

/// A note as a wallet takes it.
pub fn published(note: &Value) -> Result<Published> {
	let content = &note["content"];
	let content = match content["kind"].as_str() {
		Some("sealed") => Content::Sealed {
			nullifier: bytes32(&string(content, "nullifier")?)?,
			ciphertext: ciphertext(content)?,
		},
		Some("split") => Content::Split { ciphertext: ciphertext(content)? },
		_ => Content::Open {
			amount: money(content, "amount")?.try_into()?,
			owner: bytes32(&string(content, "owner")?)?,
			randomness: bytes32(&string(content, "randomness")?)?,
		},
	};
	Ok(Published {
		commitment: bytes32(&string(note, "commitment")?)?,
		asset: integer(note, "asset")?.try_into()?,
		block: integer(note, "block")?.try_into()?,
		content,
	})
}

/// What is published beside a note.
pub fn ciphertext(content: &Value) -> Result<NoteCiphertext> {
	Ok(NoteCiphertext {
		ephemeral: bytes32(&string(content, "ephemeral")?)?,
		note: part(content, "note")?,
		outgoing: part(content, "outgoing")?,
		auditor: None,
	})
}

fn part<const LENGTH: usize>(content: &Value, name: &str) -> Result<[u8; LENGTH]> {
	let bytes = hex::decode(string(content, name)?.trim_start_matches("0x"))?;
	bytes.try_into().map_err(|_| anyhow!("{name} is no {LENGTH} bytes"))
}
