//! Honest payments are proved and accepted.

use super::HONEST;
use crate::support::transfer::{digest, made, payment, spend, spends, statement, ASSET};
use meterproof_programs::{
	note::Note,
	transfer::{Public, Statement},
};
use meterproof_prover::transfer::{prove, proven_bits, Payment, ProvingPhase, Spend};
use meterproof_verifier::{verify_transfer, MAX_PROOF_BYTES};
use std::cell::RefCell;

const MOST: u64 = u64::MAX;

fn dummy() -> Spend {
	Spend::dummy().unwrap()
}

fn proves(spends: [Spend; 2], outputs: [u64; 2], public: Public) {
	let payment = Payment { asset: ASSET, spends, outputs: outputs.map(made) };
	let statement = statement(&payment, public);
	let proof = prove(&statement, &payment, |_| ()).unwrap();
	assert_eq!(verify_transfer(&statement, &proof), Ok(()));
	assert!(proof.len() <= MAX_PROOF_BYTES);
}

#[test]
fn every_kind_of_payment() {
	for (statement, proof) in HONEST.iter() {
		assert_eq!(verify_transfer(statement, proof), Ok(()));
	}
	assert!(proven_bits() >= 110);
}

#[test]
fn two_notes_of_one_tree_wherever_they_are() {
	let fee = 5;
	for positions in [[0, 1], [0, u32::MAX], [1 << 31, (1 << 31) - 1], [0xdead_beef, 0x1234_5678]] {
		let spends = spends([(70, positions[0]), (50, positions[1])]);
		proves(spends, [100, 15], Public::Transfer { fee });
	}
}

#[test]
fn every_carry_between_the_halves() {
	let (half, from, to) = (1 << 32, [1; 32], [2; 32]);
	let low = half - 1;
	let two = |a, b| spends([(a, 4), (b, 5)]);
	// 2: three low halves enter that fill theirs, none leaves.
	proves(two(low, low), [3 * half, 0], Public::Shield { from, amount: low + 3 });
	proves(two(low, low), [2 * half, 0], Public::Shield { from, amount: 2 });
	proves(two(low, 1), [half, 0], Public::Transfer { fee: 0 });
	proves(two(5, 6), [11, 0], Public::Transfer { fee: 0 });
	proves(two(half, 0), [low, 0], Public::Transfer { fee: 1 });
	proves(two(2 * half, half), [low, low], Public::Transfer { fee: half + 2 });
	// -3: four leave, and nothing enters in low halves.
	let public = Public::Unshield { to, amount: low, fee: low };
	proves(two(3 * half, half - 4), [low, low], public);
	proves(two(4 * half, 0), [low, low], Public::Unshield { to, amount: low, fee: low + 4 });
}

#[test]
fn the_largest_amounts() {
	let (from, to) = ([1; 32], [2; 32]);
	proves([dummy(), dummy()], [MOST, 0], Public::Shield { from, amount: MOST });
	proves(spends([(MOST, 0), (MOST, 1)]), [MOST, MOST], Public::Transfer { fee: 0 });
	proves(spends([(MOST, 0), (MOST, 1)]), [MOST, 0], Public::Transfer { fee: MOST });
	let public = Public::Unshield { to, amount: MOST, fee: MOST };
	proves(spends([(MOST, 0), (MOST, 1)]), [0, 0], public);
	proves([spend(MOST, u32::MAX), dummy()], [0, MOST - 1], Public::Transfer { fee: 1 });
}

#[test]
fn nothing_pays_nothing() {
	proves([dummy(), dummy()], [0, 0], Public::Transfer { fee: 0 });
	proves([spend(0, 3), dummy()], [0, 0], Public::Transfer { fee: 0 });
}

#[test]
fn real_notes_in_a_payment_that_shields() {
	let from = [1; 32];
	proves([dummy(), spend(7, 12)], [9, 0], Public::Shield { from, amount: 2 });
}

#[test]
fn equal_notes_at_two_places_have_two_nullifiers() {
	let mut twins = spends([(70, 4), (70, 5)]);
	let other = twins[0].clone();
	twins[1].path[0] = other.note(ASSET).unwrap().commitment().unwrap();
	assert_eq!(
		twins[0].note(ASSET).unwrap().commitment(),
		twins[1].note(ASSET).unwrap().commitment()
	);
	proves(twins, [140, 0], Public::Transfer { fee: 0 });
}

#[test]
fn two_outputs_that_are_one_note() {
	proves([spend(70, 1), dummy()], [35, 35], Public::Transfer { fee: 0 });
}

#[test]
fn the_chains_own_token() {
	let mut spends = [dummy(), dummy()];
	spends[1].randomness = digest(1);
	let outputs = [1, 2].map(|amount| Note { asset: 0, ..made(amount) });
	let payment = Payment { asset: 0, spends, outputs };
	let statement = statement(&payment, Public::Shield { from: [0; 32], amount: 3 });
	let proof = prove(&statement, &payment, |_| ()).unwrap();
	assert_eq!(verify_transfer(&statement, &proof), Ok(()));
}

#[test]
fn progress_goes_through_every_phase_in_order() {
	let (statement, payment) = payment([70, 50], [100, 15], 5);
	let seen = RefCell::new(Vec::new());
	prove(&statement, &payment, |phase| seen.borrow_mut().push(phase)).unwrap();
	assert_eq!(seen.into_inner(), ProvingPhase::ALL);
}

#[test]
fn two_proofs_of_one_payment_share_no_commitment() {
	let (statement, payment) = payment([70, 50], [100, 15], 5);
	let first = prove(&statement, &payment, |_| ()).unwrap();
	let second = prove(&statement, &payment, |_| ()).unwrap();
	// Behind 25 bytes of header, the number of queries and a length: the root of the trace.
	assert_ne!(first[28..60], second[28..60]);
}

#[test]
fn no_two_dummies_are_alike() {
	let (first, second) = (dummy(), dummy());
	assert_ne!(first.nullifier(ASSET), second.nullifier(ASSET));
	assert_ne!(first.position, second.position);
	assert_ne!(first.path, second.path);
}

/// The verifier sees a statement, not a witness: of what is spent nothing but the nullifier.
#[test]
fn a_dummy_and_a_note_look_the_same() {
	let with = |spends| {
		let payment = Payment { asset: ASSET, spends, outputs: [made(1), made(2)] };
		let statement: Statement = statement(&payment, Public::Shield { from: [1; 32], amount: 3 });
		prove(&statement, &payment, |_| ()).unwrap().len()
	};
	// Lengths differ by the opened positions alone, which the transcript draws.
	let real = || [spend(0, 3), dummy()];
	let lengths = [with([dummy(), dummy()]), with(real()), with([dummy(), dummy()]), with(real())];
	assert!(lengths.iter().all(|length| length.abs_diff(lengths[0]) < 4_000), "{lengths:?}");
}
