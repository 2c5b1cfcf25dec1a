//! Tests that need the trace or a dishonest prover.

mod circuit;
mod dishonest;
mod security;

use super::{trace::SecretTrace, GroupWitness, Opening};
use meterproof_programs::{
	commitment::commit_reading,
	usage::{options, Claim, Group, PublicInputs, Slot, Statement, UsageAir},
};
use winter_air::{Air, EvaluationFrame};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

const PERIOD: u64 = 77;

/// A statement whose claims need not hold, and its openings.
fn statement(groups: &[(Claim, &[u32])]) -> (Statement, Vec<GroupWitness>) {
	let (groups, witness) = groups
		.iter()
		.zip(1u32..)
		.map(|((claim, readings), number)| {
			let direction = u8::from(number % 2 == 0);
			let (slots, openings) = readings
				.iter()
				.zip(1u32..)
				.map(|(reading, i)| {
					let device = number * 1000 + i;
					let salt = [u64::from(device), 2, 3, 4];
					let commitment = commit_reading(*reading, device, PERIOD, direction, &salt);
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
	(Statement { genesis: [9; 32], period: PERIOD, resource: 1, groups }, witness)
}

/// What a trace violates.
#[derive(Debug, Default, PartialEq, Eq)]
struct Violations {
	/// Index of the constraint and row.
	transitions: Vec<(usize, usize)>,
	/// Column and row of the assertion.
	assertions: Vec<(usize, usize)>,
}

impl Violations {
	fn is_empty(&self) -> bool {
		self.transitions.is_empty() && self.assertions.is_empty()
	}

	fn breaks(&self, constraint: usize) -> bool {
		self.transitions.iter().any(|(index, _)| *index == constraint)
	}
}

/// Evaluates every constraint in every row in which the verifier enforces it.
fn violations(inputs: &PublicInputs, trace: &SecretTrace) -> Violations {
	let air = UsageAir::new(trace.info().clone(), inputs.clone(), options());
	let periodic = air.get_periodic_column_values();
	let enforced = trace.length() - air.context().num_transition_exemptions();
	let mut found = Violations::default();
	let mut frame = EvaluationFrame::new(trace.main_trace_width());
	let mut results = vec![BaseElement::ZERO; air.context().num_transition_constraints()];
	for row in 0..enforced {
		trace.read_main_frame(row, &mut frame);
		let values: Vec<_> = periodic.iter().map(|column| column[row % column.len()]).collect();
		air.evaluate_transition(&frame, &values, &mut results);
		let broken = results.iter().enumerate().filter(|(_, value)| **value != BaseElement::ZERO);
		found.transitions.extend(broken.map(|(index, _)| (index, row)));
	}
	for assertion in air.get_assertions() {
		assertion.apply(trace.length(), |row, value| {
			if trace.get(assertion.column(), row) != value {
				found.assertions.push((assertion.column(), row));
			}
		});
	}
	found
}
