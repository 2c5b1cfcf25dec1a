//! What a trace violates, without a proof.

use crate::system::SecretTrace;
use meterproof_programs::system::Circuit;
use std::collections::BTreeSet;
use winter_air::{Assertion, EvaluationFrame};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

/// What a trace violates.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Violations {
	/// Index of the constraint and row.
	pub transitions: Vec<(usize, usize)>,
	/// Column and row of the assertion.
	pub assertions: Vec<(usize, usize)>,
}

impl Violations {
	/// Whether all is as it must be.
	pub fn is_empty(&self) -> bool {
		self.transitions.is_empty() && self.assertions.is_empty()
	}

	/// Whether this constraint is violated somewhere.
	pub fn breaks(&self, constraint: usize) -> bool {
		self.transitions.iter().any(|(index, _)| *index == constraint)
	}

	/// The constraints that are violated somewhere.
	pub fn constraints(&self) -> BTreeSet<usize> {
		self.transitions.iter().map(|(index, _)| *index).collect()
	}
}

/// Evaluates constraints and assertions as the verifier enforces them.
pub struct Checker<C> {
	air: C,
	periodic: Vec<Vec<BaseElement>>,
	assertions: Vec<Assertion<BaseElement>>,
}

impl<C: Circuit> Checker<C> {
	/// For traces of this form.
	pub fn new(inputs: &C::PublicInputs, trace: &SecretTrace) -> Self {
		let air = C::new(trace.info().clone(), inputs.clone(), C::PARAMETERS.options());
		let (periodic, assertions) = (air.get_periodic_column_values(), air.get_assertions());
		Self { air, periodic, assertions }
	}

	/// Rows in which the transition into the next one is enforced.
	pub fn enforced(&self) -> usize {
		self.air.trace_length() - self.air.context().num_transition_exemptions()
	}

	/// The values of all constraints, masks included, between two rows.
	pub fn evaluate(&self, row: usize, frame: &EvaluationFrame<BaseElement>) -> Vec<BaseElement> {
		let periodic: Vec<_> =
			self.periodic.iter().map(|column| column[row % column.len()]).collect();
		let mut results = vec![BaseElement::ZERO; self.air.context().num_transition_constraints()];
		self.air.evaluate_transition(frame, &periodic, &mut results);
		results
	}

	/// The columns that are asserted in a row.
	pub fn asserted(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
		let holds_in = move |assertion: &&Assertion<BaseElement>| {
			let mut found = false;
			assertion.apply(self.air.trace_length(), |at, _| found |= at == row);
			found
		};
		self.assertions.iter().filter(holds_in).map(Assertion::column)
	}

	/// What the whole trace violates.
	pub fn all(&self, trace: &SecretTrace) -> Violations {
		let mut found = Violations::default();
		self.transitions(trace, 0..self.enforced(), &mut found);
		for assertion in &self.assertions {
			assertion.apply(trace.length(), |row, value| {
				if trace.get(assertion.column(), row) != value {
					found.assertions.push((assertion.column(), row));
				}
			});
		}
		found
	}

	/// The constraints on the cells of one row that are violated.
	pub fn around(&self, trace: &SecretTrace, row: usize) -> Violations {
		let mut found = Violations::default();
		let rows = row.saturating_sub(1)..(row + 1).min(self.enforced());
		self.transitions(trace, rows, &mut found);
		found
	}

	fn transitions(
		&self,
		trace: &SecretTrace,
		rows: core::ops::Range<usize>,
		found: &mut Violations,
	) {
		let mut frame = EvaluationFrame::new(trace.main_trace_width());
		for row in rows {
			trace.read_main_frame(row, &mut frame);
			let results = self.evaluate(row, &frame);
			let broken =
				results.iter().enumerate().filter(|(_, value)| **value != BaseElement::ZERO);
			found.transitions.extend(broken.map(|(index, _)| (index, row)));
		}
	}
}
