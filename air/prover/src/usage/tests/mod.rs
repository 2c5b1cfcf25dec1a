//! Tests that need the trace or a dishonest prover.

mod circuit;
mod dishonest;
// In debug, winterfell's prover stops at a trace that breaks a constraint.
#[cfg(not(debug_assertions))]
mod forgeries;
#[cfg(not(debug_assertions))]
mod hidden;
mod hiding;
mod security;

use super::{
	trace::{fill, SlotWitness},
	GroupWitness, Opening, SecretTrace,
};
use crate::system::testing::{Checker, Violations};
use meterproof_programs::{
	commitment::{commit_reading, encode, initial_state, Salt, Tag},
	usage::{
		Claim, Direction, Group, PublicInputs, Resource, Slot, Statement, UsageAir, BLINDING_ROWS,
		COLUMNS, ROWS_PER_SLOT, SHAPE,
	},
};
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

const PERIOD: u64 = 77;

/// A statement whose claims need not hold, and its openings.
fn statement(groups: &[(Claim, &[u32])]) -> (Statement, Vec<GroupWitness>) {
	let (groups, witness) = groups
		.iter()
		.zip(1u32..)
		.map(|((claim, readings), number)| {
			let direction = Direction::ALL[usize::from(number % 2 == 0)];
			let (slots, openings) = readings
				.iter()
				.zip(1u32..)
				.map(|(reading, i)| {
					let device = number * 1000 + i;
					let salt = [u64::from(device), 2, 3, 4];
					let number = direction.number();
					let commitment = commit_reading(*reading, device, PERIOD, number, &salt);
					(Slot { device, commitment }, Opening { reading: *reading, salt })
				})
				.unzip();
			let group = Group {
				operator: [number as u8; 32],
				zone: 3,
				direction,
				claim: *claim,
				slots,
				slack_commitment: [0; 32],
			};
			(group, GroupWitness { openings })
		})
		.unzip();
	(Statement { genesis: [9; 32], period: PERIOD, resource: Resource::Water, groups }, witness)
}

/// Evaluates every constraint in every row in which the verifier enforces it.
fn violations(inputs: &PublicInputs, trace: &SecretTrace) -> Violations {
	Checker::<UsageAir>::new(inputs, trace).all(trace)
}

/// A statement and what its prover claims to be its trace.
struct Traced {
	statement: Statement,
	inputs: PublicInputs,
	trace: SecretTrace,
}

const SLACK_SALT: Salt = [5; 4];
/// Of every hidden quantity.
const QUANTITY_SALT: Salt = [51, 52, 53, 54];

/// One group whose claim need not hold: the sum counts a slack of `slack`, and the prover commits
/// to whatever `change` makes of the permutation's input. All else is as it should be.
fn with_slack_input(
	claim: Claim,
	readings: &[u32],
	slack: u32,
	change: impl FnOnce(&mut [BaseElement; 12]),
) -> Traced {
	let (mut statement, witness) = statement(&[(claim, readings)]);
	let direction = statement.groups[0].direction.number();
	let mut input = initial_state(Tag::Slack, slack, 0, PERIOD, direction, &SLACK_SALT);
	change(&mut input);
	let mut output = input;
	Rp64_256::apply_permutation(&mut output);
	statement.groups[0].slack_commitment = encode(&[output[4], output[5], output[6], output[7]]);
	let secrets: Vec<_> = witness[0]
		.openings
		.iter()
		.map(|o| SlotWitness { amount: o.reading, salt: o.salt })
		.chain([SlotWitness { amount: slack, salt: SLACK_SALT }])
		.collect();
	let inputs = PublicInputs::new(&statement).unwrap();
	let mut trace = fill(&inputs, &secrets).unwrap();
	rewrite_slot(&mut trace, readings.len(), input);
	Traced { statement, inputs, trace }
}

/// A slot's permutation done over, from another input.
fn rewrite_slot(trace: &mut SecretTrace, slot: usize, input: [BaseElement; 12]) {
	let mut state = input;
	for row in 0..ROWS_PER_SLOT {
		for (column, value) in COLUMNS.state.into_iter().zip(state) {
			trace.set(column, slot * ROWS_PER_SLOT + row, value);
		}
		if row < Rp64_256::NUM_ROUNDS {
			Rp64_256::apply_round(&mut state, row);
		}
	}
}

/// Raises the sum in this row and all after it, the first blinding row included.
fn raise_sum(trace: &mut SecretTrace, from: usize, by: BaseElement) {
	for row in from..=trace.length() - BLINDING_ROWS {
		trace.set(COLUMNS.sum, row, trace.get(COLUMNS.sum, row) + by);
	}
}

/// Energy that was never delivered: 68 are claimed of 67, with a slack of -1 (the field's). Only
/// the range check stands in between.
fn negative_slack() -> Traced {
	let mut remaining = -BaseElement::ONE;
	let mut forged =
		with_slack_input(Claim::AtLeast(68), &[40, 27], 0, |input| input[4] = remaining);
	let first = 2 * ROWS_PER_SLOT;
	for row in first..first + ROWS_PER_SLOT {
		forged.trace.set(COLUMNS.remaining, row, remaining);
		remaining /= BaseElement::new(16);
	}
	raise_sum(&mut forged.trace, first + 1, BaseElement::ONE);
	forged
}

/// The inputs of an honest statement of so many readings, and the trace that proves it.
pub fn filled(readings: u32) -> (PublicInputs, SecretTrace) {
	let readings: Vec<_> = (0..readings).map(|i| 3 * i + 1).collect();
	let sum = readings.iter().sum::<u32>();
	let (statement, witness) = statement(&[(Claim::AtLeast(u64::from(sum) - 1), &readings)]);
	let (_, inputs, trace) = super::fill(statement, &witness, SHAPE).unwrap();
	(inputs, trace)
}
