//! What a prover refuses, by name.

use crate::support::transfer::{digest, made, payment, spend, spends, statement, ASSET};
use meterproof_programs::transfer::{Public, Statement, StatementError};
use meterproof_prover::transfer::{prove, Payment, ProveError, Spend};

const BAD: [u8; 32] = [0xff; 32];

/// Why two notes of 70 and 50, which pay 100, 15 and a fee of 5, are not proved after this.
fn refused(change: impl FnOnce(&mut Statement, &mut Payment)) -> ProveError {
	let (mut statement, mut payment) = payment([70, 50], [100, 15], 5);
	change(&mut statement, &mut payment);
	prove(&statement, &payment, |_| ()).unwrap_err()
}

#[test]
fn a_statement_that_cannot_be_proved() {
	let error = refused(|s, _| s.nullifiers[1] = s.nullifiers[0]);
	assert_eq!(error, ProveError::Statement(StatementError::SameNullifiers));
	let error = refused(|s, _| s.root = BAD);
	assert_eq!(error, ProveError::Statement(StatementError::NotCanonical));
	let error = refused(|s, _| s.public = Public::Shield { from: [0; 32], amount: 0 });
	assert_eq!(error, ProveError::Statement(StatementError::NoAmount));
}

#[test]
fn one_note_as_both_inputs() {
	let twice = [spend(70, 9), spend(70, 9)];
	let payment = Payment { asset: ASSET, spends: twice, outputs: [made(140), made(0)] };
	let statement = statement(&payment, Public::Transfer { fee: 0 });
	let error = prove(&statement, &payment, |_| ()).unwrap_err();
	assert_eq!(error, ProveError::Statement(StatementError::SameNullifiers));
}

#[test]
fn notes_of_another_asset() {
	let expected = ProveError::OtherAsset;
	assert_eq!(refused(|s, _| s.asset += 1), expected);
	assert_eq!(refused(|_, p| p.asset += 1), expected);
	assert_eq!(refused(|_, p| p.outputs[1].asset += 1), expected);
}

#[test]
fn bytes_that_are_no_field_elements() {
	let expected = ProveError::NotCanonical;
	assert_eq!(refused(|_, p| p.spends[1].spending_key = BAD), expected);
	assert_eq!(refused(|_, p| p.spends[0].randomness = BAD), expected);
	assert_eq!(refused(|_, p| p.spends[1].path[31] = BAD), expected);
	assert_eq!(refused(|_, p| p.outputs[0].owner = BAD), expected);
	assert_eq!(refused(|_, p| p.outputs[1].randomness = BAD), expected);
	// Of a dummy too: its path is filled in like any other.
	let error = refused(|s, p| {
		p.spends[1] = Spend::dummy().unwrap();
		p.spends[1].path[7] = BAD;
		s.nullifiers = p.nullifiers().unwrap();
	});
	assert_eq!(error, expected);
}

#[test]
fn nullifiers_of_other_notes() {
	for i in 0..2 {
		let expected = ProveError::OtherNullifier(i);
		assert_eq!(refused(|s, _| s.nullifiers[i] = digest(1)), expected);
		assert_eq!(refused(|_, p| p.spends[i].spending_key = digest(1)), expected);
		assert_eq!(refused(|_, p| p.spends[i].randomness = digest(1)), expected);
		assert_eq!(refused(|_, p| p.spends[i].diversifier += 1), expected);
		assert_eq!(refused(|_, p| p.spends[i].amount += 1), expected);
		assert_eq!(refused(|_, p| p.spends[i].position ^= 1 << 31), expected);
	}
	assert_eq!(refused(|s, _| s.nullifiers.swap(0, 1)), ProveError::OtherNullifier(0));
}

#[test]
fn outputs_that_are_other_notes() {
	for i in 0..2 {
		let expected = ProveError::OtherOutput(i);
		assert_eq!(refused(|s, _| s.outputs[i] = digest(1)), expected);
		assert_eq!(refused(|_, p| p.outputs[i].owner = digest(1)), expected);
		assert_eq!(refused(|_, p| p.outputs[i].randomness = digest(1)), expected);
		assert_eq!(refused(|_, p| p.outputs[i].amount += 1), expected);
	}
	assert_eq!(refused(|s, _| s.outputs.swap(0, 1)), ProveError::OtherOutput(0));
}

#[test]
fn notes_that_are_in_no_tree_or_in_another() {
	assert_eq!(refused(|s, _| s.root = digest(1)), ProveError::NotInTree(0));
	for i in 0..2 {
		for level in [0, 13, 31] {
			let error = refused(|_, p| p.spends[i].path[level] = digest(1));
			assert_eq!(error, ProveError::NotInTree(i));
		}
	}
}

#[test]
fn a_dummy_of_worth() {
	for i in 0..2 {
		assert_eq!(refused(|_, p| p.spends[i].dummy = true), ProveError::WorthyDummy(i));
	}
}

#[test]
fn amounts_that_do_not_balance() {
	let most = u64::MAX;
	let (from, to) = ([1; 32], [2; 32]);
	for (amounts, outputs, public) in [
		([70, 50], [100, 16], Public::Transfer { fee: 5 }),
		([70, 50], [100, 15], Public::Transfer { fee: 4 }),
		([70, 50], [100, 20], Public::Shield { from, amount: 1 }),
		([70, 50], [100, 20], Public::Unshield { to, amount: 1, fee: 0 }),
		// Sums that are equal modulo 2^64, and modulo 2^32.
		([70, 50], [most, 116], Public::Transfer { fee: 5 }),
		([70, 50], [120 + (1 << 32), 0], Public::Transfer { fee: 0 }),
		([most, 1], [0, 0], Public::Transfer { fee: 0 }),
		([0, 1], [most, most], Public::Unshield { to, amount: 1, fee: 2 }),
	] {
		let spends = spends([(amounts[0], 2), (amounts[1], 3)]);
		let payment = Payment { asset: ASSET, spends, outputs: outputs.map(made) };
		let statement = statement(&payment, public);
		let error = prove(&statement, &payment, |_| ()).unwrap_err();
		assert_eq!(error, ProveError::Unbalanced);
	}
}

#[test]
fn no_secret_is_in_a_text() {
	let (mut statement, mut payment) = payment([987_654, 50], [987_704, 0], 0);
	let debug = format!("{payment:?} {:?}", payment.spends);
	payment.outputs[0].amount = 987_703;
	statement.outputs = payment.commitments().unwrap();
	let error = prove(&statement, &payment, |_| ()).unwrap_err();
	assert_eq!(error, ProveError::Unbalanced);
	let text = format!("{debug} {error} {error:?}");
	assert!(!text.contains("987"), "{text}");
}
