//! What all circuits are made of: slots of eight rows, a permutation each, beside which a 32-bit
//! number is taken apart; and random columns behind everything else.

use crate::{masks, rescue};
use alloc::vec::Vec;
use winter_math::{fields::f64::BaseElement, FieldElement};

/// The periodic column that is 1 where a round is applied: in all rows of a slot but the last.
pub fn rounds() -> Vec<BaseElement> {
	(0..rescue::ROWS).map(|row| BaseElement::from(row < rescue::ROWS - 1)).collect()
}

/// Zero for 0, 1, 2 and 3.
#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
#[inline(always)]
pub fn digit<E: FieldElement<BaseField = BaseElement>>(d: E) -> E {
	let pairs = d * (d - E::from(3u32));
	pairs * (pairs + E::from(2u32))
}

/// Zero where `remaining` is its base-16 digit (two of base 4, low and high) and 16 times what
/// remains in the next row; in the last row of a slot, where no round is applied, where it is that
/// digit.
#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
#[inline(always)]
pub fn decomposition<E: FieldElement<BaseField = BaseElement>>(
	remaining: E,
	[low, high]: [E; 2],
	next: E,
	round: E,
) -> E {
	remaining - low - high * E::from(4u32) - round * next * E::from(16u32)
}

/// Multiplies constraints by a gate, so that they hold only where the gate is 1.
#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
#[inline(always)]
pub fn gated<E: FieldElement<BaseField = BaseElement>, const N: usize>(
	gate: E,
	mut values: [E; N],
) -> [E; N] {
	for value in &mut values {
		*value = gate * *value;
	}
	values
}

/// Writes the constraints of a circuit, its own first, then those of its masks, which stand behind
/// its first `witness` columns. `own` comes with the periodic values of the masks; it is `None`
/// where a row has not the width that the context gives it: then no trace would do.
#[inline(always)]
pub fn write<E: FieldElement<BaseField = BaseElement>, const N: usize>(
	own: Option<([E; N], [E; masks::NUM_PERIODIC])>,
	next: &[E],
	witness: usize,
	result: &mut [E],
) {
	let Some((constraints, periodic)) = own else {
		result.fill(E::ONE);
		return;
	};
	let (results, of_masks) = result.split_at_mut(N.min(result.len()));
	for (result, value) in results.iter_mut().zip(constraints) {
		*result = value;
	}
	masks::evaluate(next.get(witness..).unwrap_or_default(), periodic, of_masks);
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_row_of_another_width_meets_no_constraint() {
		let mut results = [BaseElement::ZERO; 20];
		write::<BaseElement, 2>(None, &[], 2, &mut results);
		assert_eq!(results, [BaseElement::ONE; 20]);
	}
}
