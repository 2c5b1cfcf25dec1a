//! Traces that break one constraint or one assertion, through the real prover and verifier.

use super::{
	negative_slack, raise_sum, rewrite_slot, violations, with_slack_input, Traced, Violations,
	PERIOD,
};
use crate::{
	system::SecretTrace,
	usage::{
		prove_filled,
		trace::{fill, SlotWitness},
		ProofHash,
	},
};
use meterproof_programs::{
	commitment::{initial_state, Tag},
	usage::{options, Claim::AtLeast, COLUMNS, CONSTRAINTS, ROWS_PER_SLOT, WITNESS_WIDTH},
};
use meterproof_verifier::{verify_usage, Reject};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Slots of 512 rows before the blinding.
const SLOTS: usize = 57;
/// First row of the last of them, and its last row: the transition from there is the last.
const LAST_SLOT: usize = (SLOTS - 1) * ROWS_PER_SLOT;
const LAST_ROW: usize = LAST_SLOT + 7;
/// First row of the slack's slot behind two readings.
const SLACK: usize = 2 * ROWS_PER_SLOT;

/// 67 were read, and `quantity` is claimed, with a slack of 0.
fn claiming(quantity: u64) -> Traced {
	let traced = with_slack_input(AtLeast(quantity), &[40, 27], 0, |_| ());
	assert_eq!(traced.inputs.slots().len(), SLOTS);
	traced
}

/// A trace without fillers: the last slot is the slack's, and the prover lies about its input.
fn last_slot(change: impl FnOnce(&mut [BaseElement; 12])) -> Traced {
	with_slack_input(AtLeast(SLOTS as u64 - 18), &[1; SLOTS - 1], 17, change)
}

pub fn word(value: u8) -> BaseElement {
	value.into()
}

/// Changes the trace is handed to.
pub fn with(mut traced: Traced, change: impl FnOnce(&mut SecretTrace)) -> Traced {
	change(&mut traced.trace);
	traced
}

/// The trace breaks exactly these constraints, and its proof is refused for that.
pub fn refused(
	Traced { statement, inputs, trace }: Traced,
	transitions: &[(usize, usize)],
	assertions: &[(usize, usize)],
) {
	let (transitions, assertions) = (transitions.to_vec(), assertions.to_vec());
	assert_eq!(violations(&inputs, &trace), Violations { transitions, assertions });
	// The prover does not notice; the bytes are those of a proof in every other respect.
	let proof = prove_filled::<ProofHash>(inputs, trace, options(), &|_| ()).unwrap();
	assert_eq!(verify_usage(&statement, &proof), Err(Reject::NotProved));
}

pub fn breaks(traced: Traced, constraint: usize, row: usize) {
	refused(traced, &[(constraint, row)], &[]);
}

pub fn mispins(traced: Traced, column: usize, row: usize) {
	refused(traced, &[], &[(column, row)]);
}

#[test]
fn what_is_free_may_be_anything() {
	// So that what follows is refused for what it says, and for nothing else.
	for traced in [claiming(67), last_slot(|_| ())] {
		let Traced { statement, inputs, trace } = with(traced, |trace| {
			for column in (0..WITNESS_WIDTH).filter(|column| *column != COLUMNS.sum) {
				if ![COLUMNS.pins, COLUMNS.identity].contains(&column) {
					trace.set(column, LAST_ROW + 1, word(9));
				}
				trace.set(column, LAST_ROW + 7, word(9));
			}
		});
		let proof = prove_filled::<ProofHash>(inputs, trace, options(), &|_| ()).unwrap();
		assert_eq!(verify_usage(&statement, &proof), Ok(()));
	}
}

#[test]
fn a_permutation_gone_wrong() {
	let rounds = |row| CONSTRAINTS.round.map(|constraint| (constraint, row));
	let salt = COLUMNS.state[8];
	refused(with(claiming(67), |t| t.set(salt, 0, word(1))), &rounds(0), &[]);
	refused(with(claiming(67), |t| t.set(salt, LAST_ROW, word(1))), &rounds(LAST_ROW - 1), &[]);
}

#[test]
fn a_digit_that_is_none() {
	let [low, high] = COLUMNS.digits;
	let digits = |row, low_digit: BaseElement, high_digit| {
		with(claiming(67), |t| {
			t.set(low, row, low_digit);
			t.set(high, row, high_digit);
		})
	};
	let one = BaseElement::ONE;
	breaks(digits(LAST_ROW, -word(4), one), CONSTRAINTS.digits[0], LAST_ROW);
	breaks(digits(LAST_SLOT, one, -word(4).inv()), CONSTRAINTS.digits[1], LAST_SLOT);
}

#[test]
fn an_amount_that_is_not_its_digits() {
	breaks(negative_slack(), CONSTRAINTS.remaining, SLACK + 7);
	let digit = COLUMNS.digits[0];
	breaks(
		with(claiming(67), |t| t.set(digit, LAST_ROW, word(1))),
		CONSTRAINTS.remaining,
		LAST_ROW,
	);
}

#[test]
fn a_sum_that_grows_by_itself() {
	let raised = |from, claimed| with(claiming(claimed), |t| raise_sum(t, from, BaseElement::ONE));
	breaks(raised(5, 68), CONSTRAINTS.sum, 4);
	// The last transition, into the first blinding row.
	breaks(raised(LAST_ROW + 1, 67), CONSTRAINTS.sum, LAST_ROW);
}

#[test]
fn a_claim_that_is_not_met() {
	breaks(claiming(68), CONSTRAINTS.total, SLACK + 2);
}

#[test]
fn a_commitment_to_something_else_in_the_last_slot() {
	let inputs = CONSTRAINTS.capacity.into_iter().chain([
		CONSTRAINTS.amount,
		CONSTRAINTS.device,
		CONSTRAINTS.period,
		CONSTRAINTS.direction,
	]);
	for (i, constraint) in inputs.enumerate() {
		breaks(last_slot(|input| input[i] += BaseElement::ONE), constraint, LAST_SLOT);
	}
}

#[test]
fn openings_of_other_commitments() {
	let words = [4, 5, 6, 7].map(|i| COLUMNS.state[i]);
	// Readings that would meet the claim, and are not those that were signed.
	let mut traced = claiming(1_027);
	let openings = [1_000, 27, 0].map(|amount| SlotWitness { amount, salt: [1; 4] });
	traced.trace = fill(&traced.inputs, &openings).unwrap();
	let expected: Vec<_> =
		words.into_iter().flat_map(|word| [7, 15, 23].map(|row| (word, row))).collect();
	refused(traced, &[], &expected);

	let input = initial_state(Tag::Filler, 0, 0, PERIOD, 0, &[1; 4]);
	let filler = with(claiming(67), |t| rewrite_slot(t, SLOTS - 1, input));
	refused(filler, &[], &words.map(|word| (word, LAST_ROW)));
}

#[test]
fn pins_of_the_provers_choice() {
	let pins = COLUMNS.pins;
	// A reading that counts twice.
	let weight = with(claiming(107), |t| {
		t.set(pins, 0, word(2));
		raise_sum(t, 1, word(40));
	});
	mispins(weight, pins, 0);
	let reading = word(Tag::Reading as u8);
	let tag = with(last_slot(|input| input[1] = reading), |t| t.set(pins, LAST_SLOT + 1, reading));
	mispins(tag, pins, LAST_SLOT + 1);
	let end = with(claiming(68), |t| t.set(pins, SLACK + 2, word(0)));
	mispins(end, pins, SLACK + 2);
	let total = with(claiming(68), |t| t.set(pins, SLACK + 3, word(67)));
	mispins(total, pins, SLACK + 3);
}

#[test]
fn the_identity_of_another() {
	let identity = COLUMNS.identity;
	let device =
		with(last_slot(|input| input[5] = word(5)), |t| t.set(identity, LAST_SLOT, word(5)));
	mispins(device, identity, LAST_SLOT);
	let direction =
		with(last_slot(|input| input[7] = word(1)), |t| t.set(identity, LAST_SLOT + 1, word(1)));
	mispins(direction, identity, LAST_SLOT + 1);
}

#[test]
fn a_sum_that_does_not_start_at_zero() {
	mispins(with(claiming(68), |t| raise_sum(t, 0, BaseElement::ONE)), COLUMNS.sum, 0);
}
