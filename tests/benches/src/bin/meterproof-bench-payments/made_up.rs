//! Payments of made-up notes.

use anyhow::{Context, Result};
use meterproof_programs::{
	note::{nullifier_key, owner, Note},
	transfer::{Public, Statement},
};
use meterproof_prover::transfer::{random_digest, Payment, Spend};

/// In the smallest unit: what a payment spends, and its fee.
const AMOUNT: u64 = 7_000_000_000_000;
const FEE: u64 = 100_000_000_000;

/// One note pays another; the second of each is a dummy or change.
pub fn transfer() -> Result<(Statement, Payment)> {
	let spend = Spend { amount: AMOUNT, dummy: false, ..Spend::dummy()? };
	let note = |amount| -> Result<Note> {
		let key = nullifier_key(&random_digest()?).context("a random key is canonical")?;
		let owner = owner(&key, 0).context("a key is canonical")?;
		Ok(Note { asset: 0, amount, owner, randomness: random_digest()? })
	};
	let root = spend.root(0).context("a made-up path is canonical")?;
	let outputs = [note(AMOUNT / 3)?, note(AMOUNT - AMOUNT / 3 - FEE)?];
	let payment = Payment { asset: 0, spends: [spend, Spend::dummy()?], outputs };
	let statement = Statement {
		genesis: random_digest()?,
		asset: 0,
		root,
		nullifiers: payment.nullifiers().context("a made-up key is canonical")?,
		outputs: payment.commitments().context("a made-up note is canonical")?,
		ciphertexts: random_digest()?,
		public: Public::Transfer { fee: FEE },
	};
	Ok((statement, payment))
}
