//! Claims of a hidden quantity that are not met, or of something else, through the real prover and
//! verifier.

use super::{
	forgeries::{breaks, mispins, refused, with, word},
	raise_sum, rewrite_slot, statement, Traced, PERIOD, QUANTITY_SALT, SLACK_SALT,
};
use crate::usage::{
	prove_filled,
	trace::{fill, SlotWitness},
};
use meterproof_programs::{
	commitment::{commit, encode, initial_state, Tag},
	usage::{
		options,
		Claim::{self, AtLeastHidden},
		PublicInputs, COLUMNS, CONSTRAINTS, ROWS_PER_SLOT,
	},
};
use meterproof_verifier::verify_usage;
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement};

/// First rows of the slots of quantity and slack behind two readings.
const QUANTITY: usize = 2 * ROWS_PER_SLOT;
const SLACK: usize = 3 * ROWS_PER_SLOT;

/// One group with a claim of a hidden quantity, which need not hold: the sum counts `quantity` and
/// `slack`, and the prover commits to whatever `change` makes of the input of the permutation for
/// the quantity. All else is as it should be.
fn with_quantity_input(
	readings: &[u32],
	quantity: u32,
	slack: u32,
	change: impl FnOnce(&mut [BaseElement; 12]),
) -> Traced {
	let (mut statement, witness) = statement(&[(Claim::AtLeastHidden([0; 32]), readings)]);
	let group = &mut statement.groups[0];
	let direction = group.direction.number();
	let mut input = initial_state(Tag::Quantity, quantity, 0, PERIOD, direction, &QUANTITY_SALT);
	change(&mut input);
	let mut output = input;
	Rp64_256::apply_permutation(&mut output);
	let digest = [output[4], output[5], output[6], output[7]];
	group.claim = Claim::AtLeastHidden(encode(&digest));
	group.slack_commitment = commit(Tag::Slack, slack, 0, PERIOD, direction, &SLACK_SALT);
	let openings = witness[0].openings.iter();
	let secrets: Vec<_> = openings
		.map(|o| SlotWitness { amount: o.reading, salt: o.salt })
		.chain([
			SlotWitness { amount: quantity, salt: QUANTITY_SALT },
			SlotWitness { amount: slack, salt: SLACK_SALT },
		])
		.collect();
	let inputs = PublicInputs::new(&statement).unwrap();
	let mut trace = fill(&inputs, &secrets).unwrap();
	rewrite_slot(&mut trace, readings.len(), input);
	Traced { statement, inputs, trace }
}

/// 67 were read.
fn claiming(quantity: u32, slack: u32) -> Traced {
	with_quantity_input(&[40, 27], quantity, slack, |_| ())
}

#[test]
fn what_is_read_may_be_claimed() {
	// So that what follows is refused for what it says, and for nothing else.
	for (quantity, slack) in [(67, 0), (0, 67), (60, 7)] {
		let Traced { statement, inputs, trace } = claiming(quantity, slack);
		let proof = prove_filled(inputs, trace, options(), &|_| ()).unwrap();
		assert_eq!(verify_usage(&statement, &proof), Ok(()));
	}
}

#[test]
fn more_than_was_read() {
	breaks(claiming(68, 0), CONSTRAINTS.total, SLACK + 2);
	breaks(claiming(u32::MAX, 0), CONSTRAINTS.total, SLACK + 2);
	// Less than was read, with a slack that is not the difference.
	breaks(claiming(60, 6), CONSTRAINTS.total, SLACK + 2);
}

/// Numbers whose sum is right in the field alone: -1 of one, and one too many of the other.
#[test]
fn less_than_nothing_of_quantity_or_slack() {
	let below_zero = |mut traced: Traced, first: usize| {
		let mut remaining = -BaseElement::ONE;
		for row in first..first + ROWS_PER_SLOT {
			traced.trace.set(COLUMNS.remaining, row, remaining);
			remaining /= BaseElement::new(16);
		}
		raise_sum(&mut traced.trace, first + 1, BaseElement::ONE);
		traced
	};
	let minus_one = |input: &mut [BaseElement; 12]| input[4] = -BaseElement::ONE;
	let quantity = below_zero(with_quantity_input(&[40, 27], 0, 68, minus_one), QUANTITY);
	breaks(quantity, CONSTRAINTS.remaining, QUANTITY + 7);

	let mut slack = claiming(68, 0);
	let mut input = initial_state(Tag::Slack, 0, 0, PERIOD, 0, &SLACK_SALT);
	minus_one(&mut input);
	rewrite_slot(&mut slack.trace, 3, input);
	let committed = core::array::from_fn(|i| slack.trace.get(COLUMNS.state[4 + i], SLACK + 7));
	slack.statement.groups[0].slack_commitment = encode(&committed);
	slack.inputs = PublicInputs::new(&slack.statement).unwrap();
	breaks(below_zero(slack, SLACK), CONSTRAINTS.remaining, SLACK + 7);
}

/// A reading, a slack or a filler in the place of the quantity; another device's, another period's,
/// another direction's; another amount than is counted.
#[test]
fn a_commitment_to_something_else() {
	for tag in [Tag::Reading, Tag::Slack, Tag::Filler, Tag::Note, Tag::SealKey] {
		let taken = with_quantity_input(&[40, 27], 60, 7, |input| input[1] = word(tag as u8));
		if let (AtLeastHidden(commitment), Tag::Slack) = (taken.statement.groups[0].claim, tag) {
			assert_eq!(commitment, commit(Tag::Slack, 60, 0, PERIOD, 0, &QUANTITY_SALT));
		}
		breaks(taken, CONSTRAINTS.capacity[1], QUANTITY);
	}
	let inputs = CONSTRAINTS.capacity.into_iter().chain([
		CONSTRAINTS.amount,
		CONSTRAINTS.device,
		CONSTRAINTS.period,
		CONSTRAINTS.direction,
	]);
	for (i, constraint) in inputs.enumerate() {
		let change = |input: &mut [BaseElement; 12]| input[i] += BaseElement::ONE;
		breaks(with_quantity_input(&[40, 27], 60, 7, change), constraint, QUANTITY);
	}
}

#[test]
fn an_opening_of_another_quantity() {
	// 60 are committed to, and 7 counted.
	let mut traced = claiming(60, 7);
	traced.trace = claiming(7, 60).trace;
	let expected: Vec<_> =
		(4..8).flat_map(|i| [QUANTITY, SLACK].map(|first| (COLUMNS.state[i], first + 7))).collect();
	refused(traced, &[], &expected);
}

#[test]
fn pins_of_the_provers_choice() {
	let pins = COLUMNS.pins;
	let sixty = word(60);
	// A quantity that does not count, and one that counts as a reading.
	let nothing = with(claiming(60, 67), |t| {
		t.set(pins, QUANTITY, word(0));
		raise_sum(t, QUANTITY + 1, sixty);
	});
	mispins(nothing, pins, QUANTITY);
	let twice = with(claiming(60, 127), |t| {
		t.set(pins, QUANTITY, word(1));
		raise_sum(t, QUANTITY + 1, sixty + sixty);
	});
	mispins(twice, pins, QUANTITY);
	// The slack's tag and the quantity's, each in the place of the other.
	let slack = word(Tag::Slack as u8);
	let tag = with(with_quantity_input(&[40, 27], 60, 7, |input| input[1] = slack), |t| {
		t.set(pins, QUANTITY + 1, slack);
	});
	mispins(tag, pins, QUANTITY + 1);
	// A group that does not end.
	mispins(with(claiming(68, 0), |t| t.set(pins, SLACK + 2, word(0))), pins, SLACK + 2);
	let one = word(1);
	let direction = with(with_quantity_input(&[40, 27], 60, 7, |input| input[7] = one), |t| {
		t.set(COLUMNS.identity, QUANTITY + 1, one);
	});
	mispins(direction, COLUMNS.identity, QUANTITY + 1);
}
