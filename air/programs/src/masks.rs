//! The random columns that hide how the composition polynomial is split (`docs/zero-knowledge.md`).

use crate::system::EXTENSION_DEGREE;
use alloc::{vec, vec::Vec};
use winter_air::TransitionConstraintDegree as Degree;
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Period of the shift that moves a mask by 15/16 of the trace length.
const SHIFT_PERIOD: usize = 16;

/// Periodic columns that the masks need.
pub const NUM_PERIODIC: usize = 2;

/// The degrees of the constraints of `masks` columns.
pub fn degrees(masks: usize) -> impl Iterator<Item = Degree> {
	(0..masks).map(|mask| {
		let mut cycles = vec![2; 3];
		cycles.resize(border_of(mask).saturating_add(3), SHIFT_PERIOD);
		Degree::with_cycles(1, cycles)
	})
}

/// Which border a mask column covers: one column per border and extension coordinate.
#[inline(always)]
fn border_of(mask: usize) -> usize {
	mask / EXTENSION_DEGREE
}

/// The periodic columns: 1, -1, which as a polynomial is x^(N/2), and one that is x^(15N/16).
pub fn periodic_columns() -> [Vec<BaseElement>; NUM_PERIODIC] {
	let root = BaseElement::get_root_of_unity(SHIFT_PERIOD.ilog2()).exp(15);
	[
		vec![BaseElement::ONE, root.exp(8)],
		(0..SHIFT_PERIOD as u64).map(|row| root.exp(row)).collect(),
	]
}

/// The constraints of the masks, from their cells in the next row and the two periodic columns.
///
/// h^2 - 1 is x^N - 1: zero on the trace for any mask. Divided by the transition divisor, what
/// remains is the mask at the next row, moved over the border it hides.
#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
#[inline(always)]
pub fn evaluate<E: FieldElement<BaseField = BaseElement>>(
	next: &[E],
	[alternating, step]: [E; NUM_PERIODIC],
	result: &mut [E],
) {
	let mut shift = alternating * (alternating.square() - E::ONE);
	let mut border = 0;
	for (mask, (result, cell)) in result.iter_mut().zip(next).enumerate() {
		if border_of(mask) != border {
			border = border_of(mask);
			shift *= step;
		}
		*result = shift * *cell;
	}
}
