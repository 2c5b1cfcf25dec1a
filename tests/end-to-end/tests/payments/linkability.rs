//! What everybody sees of payments: bytes of transactions, events, notes. Of two payments of one
//! wallet, to one address, of one amount and with one memo, nothing is equal but what is equal in
//! all payments of all wallets.

use std::collections::HashSet;

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	chain::{bytes32, string, Chain},
	setting::Setting,
	wallet::{Paid, MPF},
};
use meterproof_wallet::address::Address;
use serde_json::{json, Value};

use super::refused::Parties;

/// Storage key of `System::Events`: the two names hashed by Twox-128.
const EVENTS: &str = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";

/// `Payments` and its event `Transferred`.
const TRANSFERRED: [u8; 2] = [44, 1];

/// Bytes that two payments may have in common by chance: of eight, one pair in 2^64.
const WINDOW: usize = 8;

/// Proofs have lengths in them; what is drawn is longer.
const PROOF_WINDOW: usize = 16;

/// Bytes at the start of a proof: the statement's shape and the proof system's parameters.
const PROOF_HEADER: usize = 48;

/// A commitment, and what is sealed beside it, with the byte for no auditor.
const OUTPUT: usize = 32 + 32 + 184 + 112 + 1;

/// Root and nullifiers.
const SPENT: usize = 32 + 2 * 32;

const AMOUNT: u64 = 3 * MPF + 333_333_333_333;
const MEMO: &str = "for the fourth of March";

/// What everybody sees of one payment.
struct Seen {
	/// What stands before the root.
	head: Vec<u8>,
	/// Nullifiers and notes.
	body: Vec<u8>,
	proof: Vec<u8>,
	/// Its event, from the pallet's number to the position of its first note.
	event: Vec<u8>,
}

impl Seen {
	fn of(chain: &Chain, paid: &Paid) -> Result<Self> {
		let position = paid.position.context("the payment has no note")?;
		let first = usize::try_from(position - position % 2)?;
		let all = chain.notes()?;
		let note = all.get(first).context("the note is missing")?;
		let commitment = bytes32(&string(note, "commitment")?)?;
		let block = chain.rpc().call("chain_getBlock", json!([paid.block]))?;
		let extrinsics = block["block"]["extrinsics"].as_array().context("an empty block")?;
		let mut found = None;
		for extrinsic in extrinsics {
			let bytes = decoded(extrinsic)?;
			if let Some(at) = find(&bytes, &commitment) {
				found = Some((bytes, at));
			}
		}
		let (bytes, at) = found.context("no transaction has the note")?;
		let root = at - SPENT;
		let proof = at + 2 * OUTPUT;
		// Before the first byte that is the transaction's own stands its length: four bytes.
		let head = bytes[4..root].to_vec();
		let events = chain.rpc().call("state_getStorage", json!([EVENTS, paid.block]))?;
		let events = decoded(&events)?;
		// Asset and fee, as in the call.
		let mut event = TRANSFERRED.to_vec();
		event.extend_from_slice(&head[head.len() - 12..]);
		let place = find(&events, &event).context("the payment has no event")?;
		let event = events[place..place + event.len() + 4].to_vec();
		ensure!(find(&events[place + 1..], &event).is_none(), "two events for one payment");
		let body = bytes[root + 32..proof].to_vec();
		// Its length before it takes four bytes, too.
		Ok(Self { head, body, proof: bytes[proof + 4..].to_vec(), event })
	}

	/// Without what others did in the block.
	fn all(&self) -> Vec<u8> {
		[&self.head[..], &self.body, &self.proof, &self.event].concat()
	}
}

fn decoded(value: &Value) -> Result<Vec<u8>> {
	let text = value.as_str().context("no bytes")?;
	Ok(hex::decode(text.trim_start_matches("0x"))?)
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
	bytes.windows(part.len()).position(|window| window == part)
}

fn windows(bytes: &[u8], length: usize) -> HashSet<&[u8]> {
	bytes.windows(length).collect()
}

fn common<'a>(one: &'a [u8], other: &'a [u8], length: usize) -> Option<&'a [u8]> {
	let known = windows(one, length);
	other.windows(length).find(|window| known.contains(window))
}

/// The two payments, and what is hidden in them.
pub fn two_payments_have_nothing_in_common(setting: &Setting, parties: &Parties) -> Result<()> {
	let (chain, wallet, friend) = (setting.chain(), &parties.wallet, &parties.friend);
	chain.wait_for_anchor()?;
	let one = wallet.pay(&friend.address, AMOUNT, MEMO)?;
	let other = wallet.pay(&friend.address, AMOUNT, MEMO)?;
	let (one, other) = (Seen::of(chain, &one)?, Seen::of(chain, &other)?);

	assert_eq!(one.head, other.head, "what is no payment's own is every payment's");
	assert_eq!(one.body.len(), other.body.len());
	let shared = common(&one.body, &other.body, WINDOW);
	assert_eq!(shared, None, "nullifiers and notes");
	let header = one.proof.iter().zip(&other.proof).take_while(|(a, b)| a == b).count();
	assert!(header <= PROOF_HEADER, "{header} bytes of the proofs are equal");
	let shared = common(&one.proof[header..], &other.proof[header..], PROOF_WINDOW);
	assert_eq!(shared.map(hex::encode), None, "proofs");
	assert_eq!(common(&one.body, &other.proof, WINDOW), None);
	// The event tells the asset and the fee, as the call does, and where the notes are.
	let fixed = one.event.len() - 4;
	assert_eq!(one.event[..fixed], other.event[..fixed]);

	no_note_is_like_another(chain)?;

	// What is hidden is nowhere.
	let network = chain.network()?;
	let (to, own) =
		(Address::parse(&network, &friend.address)?, Address::parse(&network, &wallet.address)?);
	for (what, part) in [
		("the amount", &AMOUNT.to_le_bytes()[..]),
		("the amount", &AMOUNT.to_be_bytes()[..]),
		("the memo", MEMO.as_bytes()),
		("the payee", &to.owner),
		("the payee's key", &to.key),
		("the payer", &own.owner),
		("the payer's key", &own.key),
		("the account that shielded", &setting.alice.public_key),
	] {
		let places = [&one, &other].map(|seen| find(&seen.all(), part));
		assert_eq!(places, [None, None], "{what} shows");
	}
	Ok(())
}

/// Of all notes of the chain so far, whoever made them.
fn no_note_is_like_another(chain: &Chain) -> Result<()> {
	let mut known = HashSet::new();
	for note in chain.notes()? {
		let content = &note["content"];
		let sealed = ["nullifier", "ephemeral", "note", "outgoing"];
		let parts = sealed.iter().map(|name| decoded(&content[*name]));
		let mut bytes = parts.collect::<Result<Vec<_>>>()?.concat();
		bytes.extend(decoded(&note["commitment"])?);
		for part in windows(&bytes, WINDOW) {
			ensure!(known.insert(part.to_vec()), "two notes have {} in common", hex::encode(part));
		}
		assert_eq!(content["auditor"], "0x");
	}
	Ok(())
}
