//! What a prover refuses, by name.

use crate::support::split::{digest, statement, DEAL};
use meterproof_programs::split::{Statement, StatementError, MAX_AMOUNT, MAX_PERIOD, MAX_SPLITS};
use meterproof_prover::split::{prove, Delivery, ProveError};

const BAD: [u8; 32] = [0xff; 32];

/// Why two honest splits are not proved after this.
fn refused(change: impl FnOnce(&mut Statement, &mut Vec<Delivery>)) -> ProveError {
	let (mut statement, mut deliveries) = statement(&[DEAL, DEAL]);
	change(&mut statement, &mut deliveries);
	prove(&statement, &deliveries, |_| ()).unwrap_err()
}

#[test]
fn a_statement_that_cannot_be_proved() {
	let expect = |change: &dyn Fn(&mut Statement), error| {
		assert_eq!(refused(|s, _| change(s)), ProveError::Statement(error));
	};
	expect(&|s| s.splits.clear(), StatementError::NoSplits);
	expect(
		&|s| {
			let split = s.splits[0];
			s.splits.resize(MAX_SPLITS + 1, split);
		},
		StatementError::TooManySplits,
	);
	expect(&|s| s.period = MAX_PERIOD, StatementError::PeriodTooLarge);
	for split in 0..2 {
		expect(&|s| s.splits[split].quantity = 0, StatementError::NothingToSplit { split });
		expect(&|s| s.splits[split].rate = 0, StatementError::NothingToSplit { split });
		expect(&|s| s.splits[split].rate = MAX_AMOUNT, StatementError::AmountTooLarge { split });
		let error = StatementError::NotCanonical { split };
		expect(&|s| s.splits[split].key_commitment = BAD, error);
		expect(&|s| s.splits[split].quantity_commitment = BAD, error);
		expect(&|s| s.splits[split].payout.owner = BAD, error);
		expect(&|s| s.splits[split].payout.note = BAD, error);
		expect(&|s| s.splits[split].refund.owner = BAD, error);
		expect(&|s| s.splits[split].refund.note = BAD, error);
	}
}

#[test]
fn deliveries_of_another_number() {
	assert_eq!(refused(|_, d| d.truncate(1)), ProveError::WitnessShape);
	assert_eq!(refused(|_, d| d.clear()), ProveError::WitnessShape);
	assert_eq!(refused(|_, d| d.push(d[0].clone())), ProveError::WitnessShape);
	assert_eq!(refused(|s, _| s.splits.truncate(1)), ProveError::WitnessShape);
}

#[test]
fn bytes_that_are_no_field_elements() {
	for i in 0..2 {
		let expected = ProveError::NotCanonical(i);
		assert_eq!(refused(|_, d| d[i].key = BAD), expected);
		assert_eq!(refused(|_, d| d[i].payout_randomness = BAD), expected);
		for word in 0..4 {
			assert_eq!(refused(|_, d| d[i].salt[word] = u64::MAX), expected);
			let same_element = 0xffff_ffff_0000_0001 + 40;
			assert_eq!(refused(|_, d| d[i].salt[word] = same_element), expected);
		}
	}
}

#[test]
fn more_than_is_contracted() {
	for i in 0..2 {
		let expected = ProveError::AboveContracted(i);
		assert_eq!(refused(|_, d| d[i].delivered = 5_001), expected);
		assert_eq!(refused(|_, d| d[i].delivered = u32::MAX), expected);
		assert_eq!(refused(|s, _| s.splits[i].quantity = 4_320), expected);
	}
}

#[test]
fn another_key() {
	for i in 0..2 {
		let expected = ProveError::OtherKey(i);
		assert_eq!(refused(|_, d| d[i].key = digest(1)), expected);
		assert_eq!(refused(|s, _| s.splits[i].key_commitment = digest(1)), expected);
		assert_eq!(refused(|s, d| s.splits[i].key_commitment = d[i].key), expected);
	}
	assert_eq!(refused(|_, d| d.swap(0, 1)), ProveError::OtherKey(0));
	assert_eq!(refused(|s, _| s.splits.swap(0, 1)), ProveError::OtherKey(0));
}

#[test]
fn another_quantity() {
	assert_eq!(refused(|s, _| s.period += 1), ProveError::OtherQuantity(0));
	for i in 0..2 {
		let expected = ProveError::OtherQuantity(i);
		assert_eq!(refused(|_, d| d[i].delivered -= 1), expected);
		assert_eq!(refused(|_, d| d[i].salt[3] ^= 1), expected);
		assert_eq!(refused(|_, d| d[i].direction ^= 1), expected);
		assert_eq!(refused(|s, _| s.splits[i].quantity_commitment = digest(1)), expected);
	}
}

#[test]
fn other_notes() {
	assert_eq!(refused(|s, _| s.asset += 1), ProveError::OtherNotes(0));
	for i in 0..2 {
		let expected = ProveError::OtherNotes(i);
		assert_eq!(refused(|_, d| d[i].payout_randomness = digest(1)), expected);
		assert_eq!(refused(|s, _| s.splits[i].quantity += 1), expected);
		assert_eq!(refused(|s, _| s.splits[i].rate -= 1), expected);
		assert_eq!(refused(|s, _| s.splits[i].payout.owner = digest(1)), expected);
		assert_eq!(refused(|s, _| s.splits[i].payout.note = digest(1)), expected);
		assert_eq!(refused(|s, _| s.splits[i].refund.owner = digest(1)), expected);
		assert_eq!(refused(|s, _| s.splits[i].refund.note = digest(1)), expected);
		let swapped = refused(|s, _| {
			let split = &mut s.splits[i];
			core::mem::swap(&mut split.payout, &mut split.refund);
		});
		assert_eq!(swapped, expected);
	}
}

/// The quantity that is committed to, with amounts of another.
#[test]
fn notes_of_another_quantity_than_the_one_committed_to() {
	let error = refused(|s, d| {
		let richer = Delivery { delivered: 5_000, ..d[0].clone() };
		let split = &mut s.splits[0];
		let notes = richer.notes(s.asset, s.period, split).unwrap();
		[split.payout.note, split.refund.note] = notes.map(|note| note.commitment().unwrap());
	});
	assert_eq!(error, ProveError::OtherNotes(0));
}

#[test]
fn no_secret_is_in_a_text() {
	let (statement, mut deliveries) = statement(&[DEAL]);
	let debug = format!("{deliveries:?}");
	let mut texts = vec![debug];
	for change in [
		(|d| d.delivered = 98_765) as fn(&mut Delivery),
		|d| d.delivered = 876,
		|d| d.key = digest(987_654),
		|d| d.payout_randomness = [0xff; 32],
	] {
		let honest = deliveries[0].clone();
		change(&mut deliveries[0]);
		let error = prove(&statement, &deliveries, |_| ()).unwrap_err();
		texts.push(format!("{error} {error:?}"));
		deliveries[0] = honest;
	}
	let text = texts.concat();
	for secret in ["4321", "98765", "876", "255"] {
		assert!(!text.contains(secret), "{text}");
	}
}
