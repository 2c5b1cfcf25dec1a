//! Tests that need the trace or a dishonest prover.

use super::{prove, Payment, Spend};
use meterproof_programs::{
	note::{owner, Note},
	transfer::{Public, Statement},
};
use meterproof_verifier::verify_transfer;

/// Canonical bytes that differ by number; tests need no secrecy.
fn digest(number: u64) -> [u8; 32] {
	let mut bytes = [0; 32];
	bytes[..8].copy_from_slice(&number.to_le_bytes());
	bytes[24..31].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()[..7]);
	bytes
}

const ASSET: u32 = 3;

/// A note of this amount at this place of a tree whose other nodes are made up.
fn spend(amount: u64, position: u32) -> Spend {
	Spend {
		spending_key: digest(100 + amount),
		diversifier: 7,
		amount,
		randomness: digest(200 + amount),
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
	Note { asset: ASSET, amount, owner, randomness: digest(400 + amount) }
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

#[test]
fn a_payment_is_proved_and_verified() {
	let (statement, payment) = transfer(neighbours([70, 50], 0xdead_beef), [100, 15], 5);

	let proof = prove(&statement, &payment, |_| ()).unwrap();

	assert_eq!(verify_transfer(&statement, &proof), Ok(()));
}
