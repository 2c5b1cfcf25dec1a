//! Transforms of whole columns, for whatever processor this is.

use meterproof_packed::{
	dft::{self, Twiddles},
	dispatch, load, store, Kernel, Packed, LANES,
};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Coefficients in bit-reversed order to values.
pub fn evaluate(coefficients: &[BaseElement], values: &mut [BaseElement], twiddles: &Twiddles) {
	dispatch(Evaluate { coefficients, values, twiddles });
}

/// Values to coefficients in bit-reversed order.
pub fn interpolate(column: &mut [BaseElement], twiddles: &Twiddles) {
	dispatch(Interpolate { column, twiddles });
}

struct Evaluate<'a> {
	coefficients: &'a [BaseElement],
	values: &'a mut [BaseElement],
	twiddles: &'a Twiddles,
}

impl Kernel for Evaluate<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		dft::evaluate(self.coefficients, self.values, self.twiddles);
	}
}

struct Interpolate<'a> {
	column: &'a mut [BaseElement],
	twiddles: &'a Twiddles,
}

impl Kernel for Interpolate<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		dft::interpolate(self.column, self.twiddles);
		let scale = BaseElement::from(self.column.len() as u32).inv();
		let lanes = Packed::splat(scale);
		let (whole, rest) = self.column.split_at_mut(self.column.len() / LANES * LANES);
		for cells in whole.chunks_exact_mut(LANES) {
			store(cells, load(cells) * lanes);
		}
		for cell in rest {
			*cell *= scale;
		}
	}
}
