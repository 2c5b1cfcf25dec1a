//! What a prover refuses, by name.

use super::hide;
use crate::support::usage::statement;
use meterproof_programs::{
	commitment::{commit, Tag},
	usage::{
		Claim::{AtLeast, AtLeastHidden, AtMost, Exactly},
		Statement, StatementError, MAX_QUANTITY, MAX_SLOTS,
	},
};
use meterproof_prover::usage::{prove, GroupWitness, ProveError};

#[test]
fn a_claim_that_is_not_met() {
	for claimed in [AtLeast(31), AtMost(29), Exactly(31), Exactly(29)] {
		let (statement, witness) = statement(&[(AtLeast(1), vec![1]), (claimed, vec![10, 20])]);
		let error = prove(statement, &witness, |_| ()).unwrap_err();
		assert_eq!(error, ProveError::ClaimNotMet { group: 1, claimed, sum: 30 });
		assert!(!format!("{error} {error:?}").contains("30"), "the text tells the sum");
	}
}

#[test]
fn a_slack_of_more_than_32_bits() {
	let (statement, witness) = statement(&[(AtMost(1 << 32), vec![0])]);
	let error = prove(statement, &witness, |_| ()).unwrap_err();
	assert_eq!(error, ProveError::SlackOutOfRange { group: 0 });
}

#[test]
fn an_opening_of_another_commitment() {
	let (statement, witness) = statement(&[(AtLeast(1), vec![1, 2]), (AtLeast(1), vec![3, 4])]);
	let mismatch = |change: &dyn Fn(&mut Vec<meterproof_prover::usage::GroupWitness>)| {
		let mut witness = witness.clone();
		change(&mut witness);
		prove(statement.clone(), &witness, |_| ()).unwrap_err()
	};
	let expected = ProveError::OpeningMismatch { group: 1, slot: 0 };
	assert_eq!(mismatch(&|w| w[1].openings[0].reading = 30), expected);
	assert_eq!(mismatch(&|w| w[1].openings[0].salt[3] ^= 1), expected);
	assert_eq!(mismatch(&|w| w[1].openings.swap(0, 1)), expected);
	let expected = ProveError::SaltNotCanonical { group: 0, slot: 1 };
	assert_eq!(mismatch(&|w| w[0].openings[1].salt[0] = u64::MAX), expected);
	assert_eq!(mismatch(&|w| w.truncate(1)), ProveError::WitnessShape { group: 1 },);
	assert_eq!(mismatch(&|w| w[0].openings.truncate(1)), ProveError::WitnessShape { group: 0 },);
}

#[test]
fn a_statement_that_cannot_be_proved() {
	let (honest, witness) = statement(&[(AtLeast(1), vec![1])]);
	let mut statement = honest.clone();
	statement.groups[0].claim = AtLeast(MAX_QUANTITY);
	let error = prove(statement, &witness, |_| ()).unwrap_err();
	assert_eq!(error, ProveError::Statement(StatementError::QuantityTooLarge { group: 0 }));

	let mut statement = honest;
	let slot = statement.groups[0].slots[0].clone();
	statement.groups[0].slots = vec![slot; MAX_SLOTS];
	assert_eq!(prove(statement, &witness, |_| ()).unwrap_err(), ProveError::TooManySlots);
}

/// Why a claim of 40 of 43, hidden, behind another group is not proved after this.
fn refused(change: impl FnOnce(&mut Statement, &mut Vec<GroupWitness>)) -> ProveError {
	let (mut statement, mut witness) =
		statement(&[(AtLeast(1), vec![1]), (AtLeast(0), vec![12, 31])]);
	hide(&mut statement, &mut witness, 1, 40);
	change(&mut statement, &mut witness);
	prove(statement, &witness, |_| ()).unwrap_err()
}

#[test]
fn a_hidden_quantity_above_what_was_read() {
	for quantity in [44, 1_000, u32::MAX] {
		let mut claimed = AtLeast(0);
		let error = refused(|s, w| {
			w[1].openings.pop();
			hide(s, w, 1, quantity);
			claimed = s.groups[1].claim;
		});
		assert_eq!(error, ProveError::ClaimNotMet { group: 1, claimed, sum: 43 });
		// The commitment is public, whatever bytes it has.
		let text = format!("{error} {error:?}").replace(&format!("{claimed:?}"), "");
		assert!(!text.contains(&format!(" {quantity}")) && !text.contains(" 43"), "{text}");
	}
}

#[test]
fn a_slack_of_more_than_32_bits_behind_a_hidden_quantity() {
	let (mut statement, mut witness) = statement(&[(AtLeast(0), vec![u32::MAX, 1])]);
	hide(&mut statement, &mut witness, 0, 0);
	let error = prove(statement, &witness, |_| ()).unwrap_err();
	assert_eq!(error, ProveError::SlackOutOfRange { group: 0 });
}

#[test]
fn an_opening_of_another_quantity() {
	let expected = ProveError::QuantityMismatch { group: 1 };
	assert_eq!(refused(|_, w| w[1].openings[2].reading = 41), expected);
	assert_eq!(refused(|_, w| w[1].openings[2].salt[0] ^= 1), expected);
	// The commitment to the same number with another use, or in another place.
	let reused = |tag, device, period, direction| {
		refused(|s, w| {
			let opening = &w[1].openings[2];
			let commitment = commit(tag, opening.reading, device, period, direction, &opening.salt);
			s.groups[1].claim = AtLeastHidden(commitment);
		})
	};
	let (statement, _) = statement(&[(AtLeast(0), vec![1]), (AtLeast(0), vec![1])]);
	let (period, direction) = (statement.period, statement.groups[1].direction.number());
	for tag in [Tag::Slack, Tag::Reading, Tag::Filler] {
		assert_eq!(reused(tag, 0, period, direction), expected);
	}
	assert_eq!(reused(Tag::Quantity, 1, period, direction), expected);
	assert_eq!(reused(Tag::Quantity, 0, period + 1, direction), expected);
	assert_eq!(reused(Tag::Quantity, 0, period, direction ^ 1), expected);
	// Of a reading of the group.
	let error = refused(|s, _| s.groups[1].claim = AtLeastHidden(s.groups[1].slots[0].commitment));
	assert_eq!(error, expected);
}

#[test]
fn a_hidden_quantity_without_an_opening_or_an_opening_without_one() {
	let shape = |group| ProveError::WitnessShape { group };
	assert_eq!(refused(|_, w| drop(w[1].openings.pop())), shape(1));
	assert_eq!(refused(|s, _| s.groups[1].claim = AtLeast(40)), shape(1));
	let more = |w: &mut Vec<GroupWitness>| {
		let opening = w[1].openings[2].clone();
		w[0].openings.push(opening);
	};
	assert_eq!(refused(|_, w| more(w)), shape(0));
	let swapped = refused(|_, w| w[1].openings.swap(1, 2));
	assert_eq!(swapped, ProveError::OpeningMismatch { group: 1, slot: 1 });
	let bad = refused(|_, w| w[1].openings[2].salt[3] = u64::MAX);
	assert_eq!(bad, ProveError::SaltNotCanonical { group: 1, slot: 2 });
	let error = refused(|s, _| s.groups[1].claim = AtLeastHidden([0xff; 32]));
	assert_eq!(error, ProveError::Statement(StatementError::QuantityNotCanonical { group: 1 }));
}

#[test]
fn no_secret_is_in_the_debug_output_of_a_witness() {
	let (_, witness) = statement(&[(AtLeast(1), vec![987_654])]);
	assert!(!format!("{witness:?}").contains("987"));
}
