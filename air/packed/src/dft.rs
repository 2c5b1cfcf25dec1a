//! Discrete Fourier transforms over subgroups of a power of two elements, in place.
//!
//! Coefficients stand in bit-reversed order, values in natural order, so that neither has to be permuted:
//! values become coefficients by decimation in frequency, coefficients become values by decimation in
//! time (Cooley and Tukey, 1965; Gentleman and Sande, 1966).

use crate::packed::{load, store, Packed, LANES};
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Elements that are transformed together before any that are further apart: 32 KiB and 512 KiB, what
/// the first two levels of a cache hold.
const NEAR: [usize; 2] = [1 << 12, 1 << 16];

/// Elements that the first three steps take at a time, so that these have lanes to work on.
const SQUARE: usize = LANES * LANES;

/// Roots of unity for all steps of all transforms up to some length.
pub struct Roots {
	/// Behind index m, for each m that is a power of two: the first m powers of a root of order 2m.
	forward: Vec<BaseElement>,
	/// Their inverses.
	backward: Vec<BaseElement>,
}

impl Roots {
	/// For transforms of up to `length` elements, a power of two from two on.
	pub fn new(length: usize) -> Self {
		assert!(length.is_power_of_two() && length > 1, "transforms are of 2, 4, 8 ... elements");
		let mut forward = vec![BaseElement::ONE; length];
		let mut backward = forward.clone();
		let mut half = length / 2;
		let root = BaseElement::get_root_of_unity(length.ilog2());
		for (powers, root) in [(&mut forward, root), (&mut backward, root.inv())] {
			let mut power = BaseElement::ONE;
			for cell in &mut powers[half..] {
				*cell = power;
				power *= root;
			}
		}
		// A root of half the order is the square: every other power.
		while half > 1 {
			for powers in [&mut forward, &mut backward] {
				for i in 0..half / 2 {
					powers[half / 2 + i] = powers[half + 2 * i];
				}
			}
			half /= 2;
		}
		Self { forward, backward }
	}
}

/// Coefficients, in bit-reversed order, to the values at the powers of the root of unity of as high an
/// order as there are coefficients, in natural order.
#[inline(always)]
pub fn evaluate(data: &mut [BaseElement], roots: &Roots) {
	let roots = &roots.forward[..];
	let length = data.len();
	let [inner, outer] = NEAR.map(|near| near.min(length));
	for outer_chunk in data.chunks_exact_mut(outer) {
		for inner_chunk in outer_chunk.chunks_exact_mut(inner) {
			first_steps(inner_chunk, roots);
			steps_up(inner_chunk, LANES, roots);
		}
		steps_up(outer_chunk, inner, roots);
	}
	steps_up(data, outer, roots);
}

/// Values at these points, in natural order, to coefficients in bit-reversed order, each times the
/// number of values.
#[inline(always)]
pub fn interpolate(data: &mut [BaseElement], roots: &Roots) {
	let roots = &roots.backward[..];
	let length = data.len();
	let [inner, outer] = NEAR.map(|near| near.min(length));
	steps_down(data, outer, roots);
	for outer_chunk in data.chunks_exact_mut(outer) {
		steps_down(outer_chunk, inner, roots);
		for inner_chunk in outer_chunk.chunks_exact_mut(inner) {
			steps_down(inner_chunk, LANES, roots);
			last_steps(inner_chunk, roots);
		}
	}
}

/// The steps that join what is `half` apart, for `half` from `from` on.
#[inline(always)]
fn steps_up(data: &mut [BaseElement], from: usize, roots: &[BaseElement]) {
	let mut half = from;
	while half < data.len() {
		for block in data.chunks_exact_mut(2 * half) {
			let (low, high) = block.split_at_mut(half);
			let pairs = low.chunks_exact_mut(LANES).zip(high.chunks_exact_mut(LANES));
			for ((low, high), root) in pairs.zip(roots[half..].chunks_exact(LANES)) {
				let (x, y) = (load(low), load(high) * load(root));
				store(low, x + y);
				store(high, x - y);
			}
		}
		half *= 2;
	}
}

/// The steps that take apart what is `half` apart, for `half` down to `to`.
#[inline(always)]
fn steps_down(data: &mut [BaseElement], to: usize, roots: &[BaseElement]) {
	let mut half = data.len() / 2;
	while half >= to {
		for block in data.chunks_exact_mut(2 * half) {
			let (low, high) = block.split_at_mut(half);
			let pairs = low.chunks_exact_mut(LANES).zip(high.chunks_exact_mut(LANES));
			for ((low, high), root) in pairs.zip(roots[half..].chunks_exact(LANES)) {
				let (x, y) = (load(low), load(high));
				store(low, x + y);
				store(high, (x - y) * load(root));
			}
		}
		half /= 2;
	}
}

/// The steps of `evaluate` that join what is less than a register apart.
#[inline(always)]
fn first_steps(data: &mut [BaseElement], roots: &[BaseElement]) {
	let whole = data.len() / SQUARE * SQUARE;
	let (squares, rest) = data.split_at_mut(whole);
	for square in squares.chunks_exact_mut(SQUARE) {
		let mut rows = transposed(square);
		let mut half = 1;
		while half < LANES {
			for block in (0..LANES).step_by(2 * half) {
				for i in 0..half {
					let x = rows[block + i];
					let y = if i == 0 {
						rows[block + half]
					} else {
						rows[block + half + i] * Packed::splat(roots[half + i])
					};
					rows[block + i] = x + y;
					rows[block + half + i] = x - y;
				}
			}
			half *= 2;
		}
		store_transposed(square, &rows);
	}
	let mut half = 1;
	while half < LANES.min(rest.len()) {
		for block in rest.chunks_exact_mut(2 * half) {
			for i in 0..half {
				let (x, y) = (block[i], block[half + i] * roots[half + i]);
				block[i] = x + y;
				block[half + i] = x - y;
			}
		}
		half *= 2;
	}
}

/// The steps of `interpolate` that take apart what is less than a register apart.
#[inline(always)]
fn last_steps(data: &mut [BaseElement], roots: &[BaseElement]) {
	let whole = data.len() / SQUARE * SQUARE;
	let (squares, rest) = data.split_at_mut(whole);
	for square in squares.chunks_exact_mut(SQUARE) {
		let mut rows = transposed(square);
		let mut half = LANES / 2;
		while half > 0 {
			for block in (0..LANES).step_by(2 * half) {
				for i in 0..half {
					let (x, y) = (rows[block + i], rows[block + half + i]);
					rows[block + i] = x + y;
					rows[block + half + i] =
						if i == 0 { x - y } else { (x - y) * Packed::splat(roots[half + i]) };
				}
			}
			half /= 2;
		}
		store_transposed(square, &rows);
	}
	let mut half = LANES.min(rest.len()) / 2;
	while half > 0 {
		for block in rest.chunks_exact_mut(2 * half) {
			for i in 0..half {
				let (x, y) = (block[i], block[half + i]);
				block[i] = x + y;
				block[half + i] = (x - y) * roots[half + i];
			}
		}
		half /= 2;
	}
}

#[inline(always)]
fn transposed(square: &[BaseElement]) -> [Packed; LANES] {
	let mut rows = [Packed::ZERO; LANES];
	for (i, row) in rows.iter_mut().enumerate() {
		let mut lanes = [BaseElement::ZERO; LANES];
		for (j, lane) in lanes.iter_mut().enumerate() {
			*lane = square[j * LANES + i];
		}
		*row = Packed::from_lanes(lanes);
	}
	rows
}

#[inline(always)]
fn store_transposed(square: &mut [BaseElement], rows: &[Packed; LANES]) {
	for (i, row) in rows.iter().enumerate() {
		for (j, lane) in row.lanes().into_iter().enumerate() {
			square[j * LANES + i] = lane;
		}
	}
}

/// The first `length` powers of an element, a power of two of them, in bit-reversed order, times `scale`.
#[inline(always)]
pub fn powers<E: FieldElement>(element: E, length: usize, scale: E) -> Vec<E> {
	let mut powers = Vec::with_capacity(length);
	powers.push(scale);
	// What stands 2^b further on has the exponent's bit b from the top set.
	let mut factors = Vec::new();
	let mut factor = element;
	for _ in 0..length.trailing_zeros() {
		factors.push(factor);
		factor = factor.square();
	}
	for factor in factors.into_iter().rev() {
		for i in 0..powers.len() {
			powers.push(powers[i] * factor);
		}
	}
	powers
}

/// From natural to bit-reversed order, or back; a power of two elements.
pub fn reverse_bits<T>(elements: &mut [T]) {
	let bits = elements.len().trailing_zeros();
	if bits == 0 {
		return;
	}
	for i in 0..elements.len() {
		let j = i.reverse_bits() >> (usize::BITS - bits);
		if i < j {
			elements.swap(i, j);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{dispatch, Kernel};
	use proptest::prelude::*;
	use winter_math::{fft, polynom};

	struct Evaluate<'a>(&'a mut [BaseElement], &'a Roots);
	impl Kernel for Evaluate<'_> {
		type Output = ();
		#[inline(always)]
		fn run(self) {
			evaluate(self.0, self.1);
		}
	}

	struct Interpolate<'a>(&'a mut [BaseElement], &'a Roots);
	impl Kernel for Interpolate<'_> {
		type Output = ();
		#[inline(always)]
		fn run(self) {
			interpolate(self.0, self.1);
		}
	}

	fn coefficients(seed: u64, length: usize) -> Vec<BaseElement> {
		let mut word = seed;
		let next = || {
			word = word.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
			BaseElement::new(word ^ (word >> 29))
		};
		core::iter::repeat_with(next).take(length).collect()
	}

	/// Lengths below a register, below a square of them, and beyond each level of the cache.
	#[test]
	fn transforms_agree_with_the_field_crate() {
		for bits in (1..=13).chain([17]) {
			let length = 1 << bits;
			let natural = coefficients(bits, length);
			let mut expected = natural.clone();
			fft::evaluate_poly(&mut expected, &fft::get_twiddles(length));

			// Roots for longer transforms serve as well.
			for roots in [Roots::new(length), Roots::new(2 * length)] {
				let mut data = natural.clone();
				reverse_bits(&mut data);
				let reversed = data.clone();
				dispatch(Evaluate(&mut data, &roots));
				assert_eq!(data, expected, "2^{bits}");

				dispatch(Interpolate(&mut data, &roots));
				let scale = BaseElement::new(length as u64);
				assert!(data.iter().zip(&reversed).all(|(x, c)| *x == *c * scale), "2^{bits}");
			}
		}
	}

	proptest! {
		#[test]
		fn powers_evaluate_a_polynomial(seed: u64, bits in 0..8u32, x: u64) {
			let mut reversed = coefficients(seed, 1 << bits);
			let (x, scale) = (BaseElement::new(x), BaseElement::new(seed | 1));
			let expected = polynom::eval(&reversed, x) * scale;
			reverse_bits(&mut reversed);
			let powers = powers(x, 1 << bits, scale);
			let value = powers.iter().zip(&reversed).fold(BaseElement::ZERO, |s, (p, c)| s + *p * *c);
			prop_assert_eq!(value, expected);
		}
	}
}
