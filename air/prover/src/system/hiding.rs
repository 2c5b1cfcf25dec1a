//! The conditions of `docs/zero-knowledge.md`, checked on the circuit as it is.

use meterproof_programs::system::{Circuit, EXTENSION_DEGREE};
use winter_air::{Assertion, BatchingMethod, EvaluationFrame};
use winter_math::{fields::f64::BaseElement, polynom, FieldElement};

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

/// Numbers to evaluate constraints at. Any would do but zeros of a constraint's derivative, or of the
/// difference between what it is and what it should be.
fn cell(i: usize) -> BaseElement {
	BaseElement::new(0x9e37_79b9_7f4a_7c15).exp(i as u64 + 2)
}

/// Whether any constraint of the last transition depends on this column's cell in the first
/// blinding row.
fn enters_blinding<C: Circuit>(air: &C, first: usize, column: usize) -> bool {
	let columns = air.get_periodic_column_values();
	let periodic: Vec<_> =
		columns.iter().map(|values| values[(first - 1) % values.len()]).collect();
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

/// Whether the last constraints are those that `docs/masks.md` has: mask 3i + j, at the point x of N rows,
/// is (x^N - 1) x^(N/2 + 15iN/16) times its cell of the next row, and depends on nothing else.
fn masks_are_free<C: Circuit>(air: &C) -> bool {
	let (rows, witness) = (air.trace_length() as u64, C::PARAMETERS.shape.witness());
	let width = air.trace_info().main_trace_width();
	let x = cell(2 * width);
	let columns = air.get_periodic_column_polys();
	let at_x = |poly: &Vec<BaseElement>| polynom::eval(poly, x.exp(rows / poly.len() as u64));
	let periodic: Vec<_> = columns.iter().map(at_x).collect();
	let [current, next] = [0, width].map(|first| (first..first + width).map(cell).collect());
	let mut results = vec![BaseElement::ZERO; air.context().num_transition_constraints()];
	let frame = EvaluationFrame::from_rows(current, next);
	air.evaluate_transition(&frame, &periodic, &mut results);
	let expected = frame.next().iter().skip(witness).enumerate().map(|(mask, cell)| {
		let border = (mask / EXTENSION_DEGREE) as u64;
		let shift = x.exp(rows / 2 + 15 * border * (rows / 16));
		(x.exp(rows) - BaseElement::ONE) * shift * *cell
	});
	results.into_iter().skip(C::PARAMETERS.constraints).eq(expected)
}

/// Whether the coefficients of each border's masks span the extension: else the coordinates that they do
/// not reach would go without a mask (`docs/zero-knowledge.md`). Three of them do not with probability
/// 2^-64.
pub fn cover_every_coordinate<E: FieldElement<BaseField = BaseElement>>(of_masks: &[E]) -> bool {
	of_masks.chunks(EXTENSION_DEGREE).all(|border| {
		let [a, b, c] = border else { return false };
		let [a, b, c] = [a, b, c].map(|x| [0, 1, 2].map(|i| x.base_element(i)));
		let minor = |i: usize, j: usize| b[i] * c[j] - b[j] * c[i];
		a[0] * minor(1, 2) - a[1] * minor(0, 2) + a[2] * minor(0, 1) != BaseElement::ZERO
	})
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

	// What is opened of a column.
	let opened = queries + 2 * extension;
	let linear =
		[air.options().constraint_batching_method(), air.options().deep_poly_batching_method()]
			.iter()
			.all(|method| matches!(method, BatchingMethod::Linear));

	extension == EXTENSION_DEGREE
		&& linear
		&& masks_are_free(air)
		&& secret_columns::<C>().all(|column| free(column) >= opened)
		&& masks == borders * extension
		&& context.num_main_transition_constraints() == C::PARAMETERS.constraints + masks
		&& assertions.iter().all(|assertion| assertion.column() < witness)
		// Under which the masks are proved to cover the rest.
		&& borders == 6
		&& rows / 2 > blinding + 2 * opened
		&& 3 * rows / 16 >= 2 * opened
		&& rows / 8 >= queries + 2
}

#[cfg(test)]
mod tests {
	use super::*;
	use winter_math::fields::CubeExtension;

	fn element(coordinates: [u64; 3]) -> CubeExtension<BaseElement> {
		let [a, b, c] = coordinates.map(BaseElement::new);
		CubeExtension::new(a, b, c)
	}

	#[test]
	fn coefficients_that_depend_on_each_other_are_found() {
		let good =
			[[1, 0, 0], [5, 1, 0], [7, 8, 3], [2, 3, 5], [7, 11, 13], [17, 19, 29]].map(element);
		assert!(cover_every_coordinate(&good));
		// At either border: the third is twice the first less the second.
		for border in [0, 3] {
			let mut bad = good;
			bad[border + 2] = bad[border].double() - bad[border + 1];
			assert!(!cover_every_coordinate(&bad));
		}
		assert!(!cover_every_coordinate(&good[..5]), "a mask is missing");
	}
}
