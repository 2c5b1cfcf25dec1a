//! Every constraint catches what it is there for; no cell that matters is free.

use super::{
	negative_slack, statement, violations, with_slack_input, Traced, Violations, PERIOD,
	QUANTITY_SALT, SLACK_SALT,
};
use crate::{
	system::testing::{freedom, Checker},
	usage::{
		open,
		trace::{fill, SlotWitness},
		Opening, SecretTrace,
	},
};
use meterproof_programs::{
	commitment::{commit, Tag},
	usage::{
		Claim::{self, AtLeast, AtLeastHidden, AtMost, Exactly},
		PublicInputs, Statement, UsageAir, COLUMNS, CONSTRAINTS, ROWS_PER_SLOT, WITNESS_WIDTH,
	},
};
use proptest::prelude::*;
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

/// Slots that are not fillers.
const USED: usize = 12;

/// Four groups: readings in slots 0, 1, 3, 4, 6, 8, 9, a hidden quantity in 10, slacks in 2, 5, 7,
/// 11, fillers after.
fn honest() -> (PublicInputs, SecretTrace) {
	let (mut statement, mut witness) = statement(&[
		(AtLeast(50), &[40, 27]),
		(AtMost(99), &[1, 95]),
		(Exactly(0xabcd), &[0xabcd]),
		(hidden(3, 60), &[0x1_0000, 5]),
	]);
	witness[3].openings.push(Opening { reading: 60, salt: QUANTITY_SALT });
	let secrets = open(&mut statement, &witness).unwrap();
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = fill(&inputs, &secrets).unwrap();
	(inputs, trace)
}

/// The violations after one cell of an honest trace is raised by one.
fn after_raising(column: usize, row: usize) -> Violations {
	let (inputs, mut trace) = honest();
	trace.set(column, row, trace.get(column, row) + BaseElement::ONE);
	violations(&inputs, &trace)
}

#[test]
fn an_honest_trace_violates_nothing() {
	let (inputs, trace) = honest();
	assert_eq!(violations(&inputs, &trace), Violations::default());
}

#[test]
fn only_the_random_cells_are_free() {
	let (inputs, mut trace) = honest();
	let last = inputs.slots().len() - 1;
	for slot in [0, 1, 2, 5, 7, 8, 10, 11, 12, last] {
		for offset in 0..ROWS_PER_SLOT {
			let row = slot * ROWS_PER_SLOT + offset;
			for column in 0..WITNESS_WIDTH {
				let free = column == COLUMNS.pins && offset >= 4
					|| column == COLUMNS.identity && offset >= 2;
				let value = trace.get(column, row);
				trace.set(column, row, value + BaseElement::ONE);
				let found = violations(&inputs, &trace);
				assert_eq!(found.is_empty(), free, "column {column}, slot {slot}, row {offset}");
				trace.set(column, row, value);
			}
		}
	}
	assert!(violations(&inputs, &trace).is_empty());
}

/// Every commitment fixes its salt: what is left are the random cells of the public columns, and
/// those of the first row of the blinding. Any cell that no constraint bound would add to them.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation")]
fn nothing_can_be_chosen_but_the_salts() {
	let (inputs, trace) = honest();
	let checker = Checker::<UsageAir>::new(&inputs, &trace);
	let slots = inputs.slots().len();
	// State, digits and what remains.
	let blinding = 12 + 2 + 1;
	// The salt of fillers is zero, where x^7 is flat: only higher orders fix it.
	let flat = 4 * (slots - USED);
	assert_eq!(freedom(&checker, &trace, true), slots * (4 + 6) + blinding + flat);
}

#[test]
fn blinding_cells_and_masks_are_free() {
	let (inputs, mut trace) = honest();
	let used = inputs.slots().len() * ROWS_PER_SLOT;
	for row in [used + 1, used + 12, trace.length() - 2] {
		for column in COLUMNS.state.into_iter().chain([COLUMNS.digits[0], COLUMNS.remaining]) {
			trace.set(column, row, trace.get(column, row) + BaseElement::ONE);
		}
	}
	for row in [0, 9, used, trace.length() - 1] {
		for column in WITNESS_WIDTH..trace.main_trace_width() {
			trace.set(column, row, trace.get(column, row) + BaseElement::ONE);
		}
	}
	assert!(violations(&inputs, &trace).is_empty());
}

#[test]
fn each_round_constraint_catches_a_changed_state() {
	for i in 0..12 {
		for row in 1..7 {
			assert!(after_raising(COLUMNS.state[i], row).breaks(CONSTRAINTS.round[i]));
		}
	}
}

#[test]
fn each_digit_constraint_catches_a_larger_digit() {
	for (column, constraint) in COLUMNS.digits.into_iter().zip(CONSTRAINTS.digits) {
		for (value, allowed) in
			[(0, true), (1, true), (2, true), (3, true), (4, false), (16, false)]
		{
			let (inputs, mut trace) = honest();
			trace.set(column, 3, BaseElement::new(value));
			assert_eq!(violations(&inputs, &trace).breaks(constraint), !allowed);
		}
	}
}

#[test]
fn the_remaining_constraint_catches_a_wrong_digit_in_every_row() {
	for row in 0..ROWS_PER_SLOT {
		let found = after_raising(COLUMNS.remaining, row);
		assert!(found.transitions.contains(&(CONSTRAINTS.remaining, row)));
	}
}

#[test]
fn the_sum_constraint_catches_a_changed_sum_in_every_row() {
	for row in 1..2 * ROWS_PER_SLOT {
		assert!(after_raising(COLUMNS.sum, row).breaks(CONSTRAINTS.sum));
	}
	assert_eq!(after_raising(COLUMNS.sum, 0).assertions, [(COLUMNS.sum, 0)]);
}

#[test]
fn the_total_constraint_catches_a_wrong_sum_at_the_end_of_a_group() {
	let found = after_raising(COLUMNS.sum, 2 * ROWS_PER_SLOT + 2);
	assert!(found.transitions.contains(&(CONSTRAINTS.total, 2 * ROWS_PER_SLOT + 2)));
}

#[test]
fn each_capacity_constraint_catches_another_domain() {
	for i in 0..4 {
		let found = after_raising(COLUMNS.state[i], 0);
		assert!(found.transitions.contains(&(CONSTRAINTS.capacity[i], 0)));
	}
}

#[test]
fn amount_device_period_and_direction_are_those_committed_to() {
	let constraints =
		[CONSTRAINTS.amount, CONSTRAINTS.device, CONSTRAINTS.period, CONSTRAINTS.direction];
	for (i, constraint) in constraints.into_iter().enumerate() {
		let found = after_raising(COLUMNS.state[4 + i], 0);
		assert!(found.transitions.contains(&(constraint, 0)));
	}
}

#[test]
fn commitments_and_pins_are_asserted_in_every_slot() {
	let (inputs, _) = honest();
	for slot in [0, 2, 10, 11, 12, inputs.slots().len() - 1] {
		let digest = (4..8).map(|i| (COLUMNS.state[i], 7));
		let pins = (0..4).map(|row| (COLUMNS.pins, row));
		let identity = (0..2).map(|row| (COLUMNS.identity, row));
		for (column, offset) in digest.chain(pins).chain(identity) {
			let row = slot * ROWS_PER_SLOT + offset;
			assert!(after_raising(column, row).assertions.contains(&(column, row)));
		}
	}
}

#[test]
fn a_negative_reading_is_not_an_amount_of_32_bits() {
	let Traced { inputs, trace, .. } = negative_slack();
	// Nothing but the last digit gives it away: the amount never runs out.
	let found = violations(&inputs, &trace);
	assert_eq!(found.transitions, [(CONSTRAINTS.remaining, 2 * ROWS_PER_SLOT + 7)]);
	assert_eq!(found.assertions, []);
}

#[test]
fn a_reading_cannot_pass_for_a_slack() {
	// The same opening under another tag is another commitment, and the tag is pinned.
	let Traced { statement, inputs, trace } =
		with_slack_input(AtLeast(60), &[40, 27], 7, |input| input[1] = (Tag::Reading as u8).into());
	let other = commit(Tag::Reading, 7, 0, PERIOD, 0, &SLACK_SALT);
	assert_eq!(statement.groups[0].slack_commitment, other);
	let found = violations(&inputs, &trace);
	assert_eq!(found.transitions, [(CONSTRAINTS.capacity[1], 2 * ROWS_PER_SLOT)]);
}

/// A claim that may not hold, with readings, a slack and, if there is one, a hidden quantity of the
/// prover's choice.
#[derive(Clone, Debug)]
struct Told {
	claim: Claim,
	readings: Vec<u32>,
	slack: u32,
	hidden: Option<u32>,
}

/// The trace of such claims.
fn told(claims: &[Told]) -> (Statement, SecretTrace, PublicInputs) {
	let claimed = |(i, told): (usize, &Told)| told.hidden.map_or(told.claim, |q| hidden(i, q));
	let groups: Vec<_> = claims
		.iter()
		.enumerate()
		.map(|(i, told)| (claimed((i, told)), told.readings.as_slice()))
		.collect();
	let (mut statement, witness) = statement(&groups);
	let mut secrets = Vec::new();
	for ((group, w), told) in statement.groups.iter_mut().zip(&witness).zip(claims) {
		let salt = [11, 12, 13, u64::from(told.slack)];
		let direction = group.direction.number();
		group.slack_commitment = commit(Tag::Slack, told.slack, 0, PERIOD, direction, &salt);
		let readings = w.openings.iter();
		secrets.extend(readings.map(|o| SlotWitness { amount: o.reading, salt: o.salt }));
		secrets.extend(told.hidden.map(|amount| SlotWitness { amount, salt: QUANTITY_SALT }));
		secrets.push(SlotWitness { amount: told.slack, salt });
	}
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = fill(&inputs, &secrets).unwrap();
	(statement, trace, inputs)
}

/// A claim of a hidden quantity for the group of this index.
fn hidden(group: usize, quantity: u32) -> Claim {
	let direction = (group % 2) as u8;
	AtLeastHidden(commit(Tag::Quantity, quantity, 0, PERIOD, direction, &QUANTITY_SALT))
}

/// The relation in plain arithmetic.
fn holds(told: &Told) -> bool {
	let sum: u128 = told.readings.iter().map(|r| u128::from(*r)).sum();
	let slack = u128::from(told.slack);
	match told.claim {
		AtLeast(q) => sum == u128::from(q) + slack,
		AtMost(q) => sum + slack == u128::from(q),
		Exactly(q) => sum == u128::from(q),
		AtLeastHidden(_) => told.hidden.is_some_and(|q| sum == u128::from(q) + slack),
	}
}

fn any_claim() -> impl Strategy<Value = Told> {
	let reading = prop_oneof![0..50u32, Just(u32::MAX), any::<u32>()];
	let slack = prop_oneof![Just(0), 0..20u32, Just(u32::MAX)];
	(
		prop::collection::vec(reading, 1..5),
		slack,
		0..4u8,
		prop_oneof![9 => Just(0i64), 1 => -2..3i64],
	)
		.prop_map(|(mut readings, slack, kind, error)| {
			let mut sum: u64 = readings.iter().map(|r| u64::from(*r)).sum();
			let slack_of = u64::from(slack);
			let quantity = |q: u64| q.saturating_add_signed(error);
			let mut hidden = None;
			let claim = match kind {
				0 => AtLeast(quantity(sum.saturating_sub(slack_of))),
				1 => AtMost(quantity(sum + slack_of)),
				2 => Exactly(quantity(sum)),
				_ => {
					// No more than a quantity and a slack of 32 bits can be.
					while sum.saturating_sub(slack_of) > u64::from(u32::MAX) {
						sum -= u64::from(readings.pop().unwrap_or(0));
					}
					readings.resize(readings.len().max(1), 0);
					let told = quantity(sum.saturating_sub(slack_of));
					hidden = Some(u32::try_from(told).unwrap_or(u32::MAX));
					AtLeastHidden([0; 32])
				},
			};
			Told { claim, readings, slack, hidden }
		})
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

	/// The circuit accepts what the relation in plain arithmetic accepts, and nothing else.
	#[test]
	fn the_circuit_agrees_with_plain_arithmetic(
		claims in prop::collection::vec(any_claim(), 1..6),
	) {
		let (_, trace, inputs) = told(&claims);
		// Totals are cumulative: what one group lacks, another may not make up for.
		prop_assert_eq!(violations(&inputs, &trace).is_empty(), claims.iter().all(holds));
	}
}

#[test]
fn one_group_cannot_lend_to_another() {
	let exactly = |q| Told { claim: Exactly(q), readings: vec![6], slack: 0, hidden: None };
	let hidden = |quantity| {
		let hidden = Some(quantity);
		Told { claim: AtLeastHidden([0; 32]), hidden, ..exactly(0) }
	};
	for claims in [[exactly(5), exactly(7)], [hidden(5), hidden(7)], [exactly(5), hidden(7)]] {
		let (_, trace, inputs) = told(&claims);
		let found = violations(&inputs, &trace);
		assert_eq!(found.transitions.len(), 1);
		assert_eq!(found.transitions[0].0, CONSTRAINTS.total);
	}
}
