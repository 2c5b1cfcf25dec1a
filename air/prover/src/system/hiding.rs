//! The conditions of `docs/zero-knowledge.md`, checked on the circuit as it is.

use meterproof_programs::system::{Circuit, EXTENSION_DEGREE};
use winter_air::{Assertion, EvaluationFrame};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Columns that say anything about the witness: not the masks, nor what the statement makes public.
pub fn secret_columns<C: Circuit>() -> impl Iterator<Item = usize> {
	(0..C::PARAMETERS.shape.witness()).filter(|column| !C::PUBLIC_COLUMNS.contains(column))
}

/// The blinding rows in which a column is not random: where it is asserted, and the first if the
/// last transition determines it there.
pub fn determined_rows<C: Circuit>(
	air: &C,
	assertions: &[Assertion<BaseElement>],
	column: usize,
) -> Vec<usize> {
	let rows = air.trace_length();
	let first = rows - air.context().num_transition_exemptions();
	let asserted = |row| {
		assertions.iter().filter(|assertion| assertion.column() == column).any(|assertion| {
			match assertion.stride() {
				0 => row == assertion.first_step(),
				stride => row % stride == assertion.first_step(),
			}
		})
	};
	let entered = enters_blinding(air, first, column);
	(first..rows).filter(|row| asserted(*row) || *row == first && entered).collect()
}

/// Whether any constraint of the last transition depends on this column's cell in the first
/// blinding row.
fn enters_blinding<C: Circuit>(air: &C, first: usize, column: usize) -> bool {
	let columns = air.get_periodic_column_values();
	let periodic: Vec<_> =
		columns.iter().map(|values| values[(first - 1) % values.len()]).collect();
	// Any cells would do but those that are zeros of a constraint's derivative.
	let cell = |i: usize| BaseElement::new(0x9e37_79b9_7f4a_7c15).exp(i as u64 + 2);
	let width = air.trace_info().main_trace_width();
	let evaluate = |raised: Option<usize>| {
		let current = (0..width).map(cell).collect();
		let mut next: Vec<_> = (width..2 * width).map(cell).collect();
		if let Some(column) = raised {
			next[column] += BaseElement::ONE;
		}
		let mut results = vec![BaseElement::ZERO; air.context().num_transition_constraints()];
		let frame = EvaluationFrame::from_rows(current, next);
		air.evaluate_transition(&frame, &periodic, &mut results);
		results
	};
	evaluate(None) != evaluate(Some(column))
}

/// Whether blinding rows and masks cover all that a proof under this circuit shows.
pub fn hides<C: Circuit>(air: &C, assertions: &[Assertion<BaseElement>]) -> bool {
	let context = air.context();
	let extension = air.options().field_extension().degree() as usize;
	let queries = air.options().num_queries();
	let rows = context.trace_len();
	let blinding = context.num_transition_exemptions();
	let borders = context.num_constraint_composition_columns() - 1;
	let witness = C::PARAMETERS.shape.witness();
	let masks = air.trace_info().main_trace_width().saturating_sub(witness);
	let free = |column| blinding - determined_rows(air, assertions, column).len();

	extension == EXTENSION_DEGREE
		&& secret_columns::<C>().all(|column| free(column) >= queries + 2 * extension)
		&& masks == borders * extension
		&& context.num_main_transition_constraints() == C::PARAMETERS.constraints + masks
		&& assertions.iter().all(|assertion| assertion.column() < witness)
		&& masks >= 2 * extension
		&& masks / extension * rows >= borders * (2 * queries + 2 * extension + 2) + rows
}
