//! Tests that need the trace or a dishonest prover.

mod circuit;
mod dishonest;
// In debug, winterfell's prover stops at a trace that breaks a constraint.
mod forger;
#[cfg(not(debug_assertions))]
mod forgeries;
mod hiding;
mod lies;
mod oracle;
mod security;

use super::{Payment, Spend};
use crate::system::{
	testing::{Checker, Violations},
	SecretTrace,
};
use meterproof_programs::{
	note::{owner, Note},
	transfer::{Public, PublicInputs, Statement, TransferAir},
};

/// Canonical bytes that differ by number; tests need no secrecy.
fn digest(number: u64) -> [u8; 32] {
	let mut bytes = [0; 32];
	bytes[..4].copy_from_slice(&number.to_le_bytes()[..4]);
	bytes[8..12].copy_from_slice(&number.to_le_bytes()[4..]);
	bytes[24..31].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()[..7]);
	bytes
}

const ASSET: u32 = 3;

/// A note of this amount at this place of a tree whose other nodes are made up.
fn spend(amount: u64, position: u32) -> Spend {
	Spend {
		spending_key: digest(amount ^ 0x10_0000),
		diversifier: 7,
		amount,
		randomness: digest(amount ^ 0x20_0000),
		position,
		path: core::array::from_fn(|level| digest(300 + level as u64)),
		dummy: false,
	}
}

/// Two notes beside each other in one tree.
fn neighbours(amounts: [u64; 2], position: u32) -> [Spend; 2] {
	let mut spends = [spend(amounts[0], position & !1), spend(amounts[1], position | 1)];
	let leaves = [0, 1].map(|i: usize| spends[i].note(ASSET).unwrap().commitment().unwrap());
	spends[0].path[0] = leaves[1];
	spends[1].path[0] = leaves[0];
	spends
}

fn made(amount: u64) -> Note {
	let owner = owner(&digest(5), 1).unwrap();
	Note { asset: ASSET, amount, owner, randomness: digest(amount ^ 0x40_0000) }
}

/// The statement of a payment, whether it balances or not.
fn statement(payment: &Payment, public: Public) -> Statement {
	let real = payment.spends.iter().find(|spend| !spend.dummy);
	Statement {
		genesis: [0x5a; 32],
		asset: payment.asset,
		root: real.map_or(digest(9), |spend| spend.root(payment.asset).unwrap()),
		nullifiers: payment.nullifiers().unwrap(),
		outputs: payment.commitments().unwrap(),
		ciphertexts: [0xc1; 32],
		public,
	}
}

fn transfer(spends: [Spend; 2], outputs: [u64; 2], fee: u64) -> (Statement, Payment) {
	let payment = Payment { asset: ASSET, spends, outputs: outputs.map(made) };
	(statement(&payment, Public::Transfer { fee }), payment)
}

/// Evaluates every constraint in every row in which the verifier enforces it.
fn violations(inputs: &PublicInputs, trace: &SecretTrace) -> Violations {
	Checker::<TransferAir>::new(inputs, trace).all(trace)
}

/// The inputs of an honest payment, and the trace that proves it.
pub fn filled() -> (PublicInputs, SecretTrace) {
	let (statement, payment) = transfer(neighbours([70, 50], 6), [100, 15], 5);
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = super::trace::fill(&inputs, &payment, 0).unwrap();
	(inputs, trace)
}
