//! Discrete Fourier transforms over subgroups of a power of two elements, and over their cosets.
//!
//! Coefficients stand in bit-reversed order, values in natural order, so that neither has to be permuted:
//! values become coefficients by decimation in frequency, coefficients become values by decimation in
//! time (Cooley and Tukey, 1965; Gentleman and Sande, 1966).

use crate::{
	dispatch,
	packed::{load, store, Packed, LANES},
	Kernel,
};
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Elements that are transformed together before any that are further apart: 32 KiB, which the first level
/// of a cache holds.
const NEAREST: usize = 1 << 12;

/// Elements that the second level of the cache holds: 512 KiB.
const NEAR: usize = 1 << 16;

/// Chunks that a transform is taken apart into, unless these would be shorter than [`NEAREST`] or longer than
/// [`NEAR`]: what is left are three steps, over eight elements.
const CHUNKS: usize = 8;

/// Elements that the first three steps take at a time, so that these have lanes to work on.
const SQUARE: usize = LANES * LANES;

/// Roots of unity for all steps of all transforms up to some length.
pub struct Roots {
	/// Behind index m, for each m that is a power of two: the first m powers of a root of order 2m.
	forward: Vec<BaseElement>,
	/// The inverses of the roots.
	backward: Vec<BaseElement>,
}

/// The twiddle factors of all steps of one transform. Behind index m, for each m that is a power of two: the
/// factors of the step that joins, or takes apart, what is m apart.
///
/// Of values over a coset, point by point `shift` times those of a subgroup, the step's factors are those
/// over the subgroup times `shift^(length / 2m)`, or its inverse to interpolate, so that no pass over the
/// coefficients is needed.
pub struct Twiddles(Vec<BaseElement>);

impl Roots {
	/// Roots for transforms of up to `length` elements, a power of two from two on.
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

	/// The factors of [`evaluate`], at `length` points from `shift` on.
	pub fn evaluation(&self, shift: BaseElement, length: usize) -> Twiddles {
		scaled(&self.forward, shift, length)
	}

	/// The factors of [`interpolate`], from values at `length` points from `shift` on.
	pub fn interpolation(&self, shift: BaseElement, length: usize) -> Twiddles {
		scaled(&self.backward, shift.inv(), length)
	}
}

fn scaled(roots: &[BaseElement], shift: BaseElement, length: usize) -> Twiddles {
	let mut factors = roots[..length].to_vec();
	dispatch(Scale { factors: &mut factors, shift });
	Twiddles(factors)
}

struct Scale<'a> {
	factors: &'a mut [BaseElement],
	shift: BaseElement,
}

impl Kernel for Scale<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		let (mut half, mut scale) = (self.factors.len() / 2, self.shift);
		while half > 0 {
			let step = &mut self.factors[half..2 * half];
			let whole = half / LANES * LANES;
			let lanes = Packed::splat(scale);
			for factors in step.chunks_exact_mut(LANES) {
				store(factors, load(factors) * lanes);
			}
			for factor in &mut step[whole..] {
				*factor *= scale;
			}
			half /= 2;
			scale = scale.square();
		}
	}
}

/// Coefficients, in bit-reversed order, to as many values, in natural order: at the points that the factors
/// were made for.
#[inline(always)]
pub fn evaluate(coefficients: &[BaseElement], values: &mut [BaseElement], twiddles: &Twiddles) {
	evaluate_chunks(coefficients, values, twiddles);
	steps_up(values, chunk_length(values.len()), &twiddles.0);
}

/// Elements that [`evaluate_chunks`] transforms together, of so many.
pub fn chunk_length(length: usize) -> usize {
	(length / CHUNKS).clamp(NEAREST, NEAR).min(length)
}

/// What [`evaluate`] does but for the steps that join chunks: [`join_chunks`].
#[inline(always)]
pub fn evaluate_chunks(
	coefficients: &[BaseElement],
	values: &mut [BaseElement],
	twiddles: &Twiddles,
) {
	let twiddles = &twiddles.0[..];
	let length = values.len();
	let chunk = chunk_length(length);
	let nearest = NEAREST.min(length);
	for (coefficients, values) in
		coefficients.chunks_exact(chunk).zip(values.chunks_exact_mut(chunk))
	{
		let pairs = coefficients.chunks_exact(nearest).zip(values.chunks_exact_mut(nearest));
		for (coefficients, values) in pairs {
			first_steps(coefficients, values, twiddles);
			if nearest >= SQUARE {
				steps_up(values, LANES, twiddles);
			}
		}
		steps_up(values, nearest, twiddles);
	}
}

/// The last steps of [`evaluate`], for a stretch of each chunk: a multiple of eight elements from `first` on,
/// as many as `tile` has room for, one chunk's after the other's.
#[inline(always)]
pub fn join_chunks(
	chunks: &[BaseElement],
	first: usize,
	tile: &mut [BaseElement],
	twiddles: &Twiddles,
) {
	let chunk = chunk_length(chunks.len());
	let stretch = tile.len() / (chunks.len() / chunk);
	let twiddles = |half: usize, i: usize| &twiddles.0[half + i * chunk + first..][..stretch];
	if chunk == chunks.len() {
		return tile.copy_from_slice(&chunks[first..first + stretch]);
	}
	// The first step, into the tile.
	for (tile, chunks) in tile.chunks_exact_mut(2 * stretch).zip(chunks.chunks_exact(2 * chunk)) {
		let (low, high) = (&chunks[first..][..stretch], &chunks[chunk + first..][..stretch]);
		let sources = low.chunks_exact(LANES).zip(high.chunks_exact(LANES));
		let (to_low, to_high) = tile.split_at_mut(stretch);
		let targets = to_low.chunks_exact_mut(LANES).zip(to_high.chunks_exact_mut(LANES));
		let twiddles = twiddles(chunk, 0).chunks_exact(LANES);
		for (((low, high), (to_low, to_high)), twiddle) in sources.zip(targets).zip(twiddles) {
			let (x, y) = (load(low), load(high) * load(twiddle));
			store(to_low, x + y);
			store(to_high, x - y);
		}
	}
	let (mut half, mut apart) = (2 * stretch, 2 * chunk);
	while half < tile.len() {
		for block in tile.chunks_exact_mut(2 * half) {
			let (low, high) = block.split_at_mut(half);
			let pairs = low.chunks_exact_mut(stretch).zip(high.chunks_exact_mut(stretch));
			for (i, (low, high)) in pairs.enumerate() {
				join(low, high, twiddles(apart, i));
			}
		}
		half *= 2;
		apart *= 2;
	}
}

/// Values, in natural order, to coefficients in bit-reversed order, each times the number of values.
#[inline(always)]
pub fn interpolate(data: &mut [BaseElement], twiddles: &Twiddles) {
	let twiddles = &twiddles.0[..];
	let length = data.len();
	let [inner, outer] = [NEAREST, NEAR].map(|near| near.min(length));
	steps_down(data, outer, twiddles);
	for outer_chunk in data.chunks_exact_mut(outer) {
		steps_down(outer_chunk, inner, twiddles);
		for inner_chunk in outer_chunk.chunks_exact_mut(inner) {
			if inner >= SQUARE {
				steps_down(inner_chunk, LANES, twiddles);
			}
			last_steps(inner_chunk, twiddles);
		}
	}
}

/// The steps that join what is `half` apart, for `half` from `from` on.
#[inline(always)]
fn steps_up(data: &mut [BaseElement], from: usize, twiddles: &[BaseElement]) {
	let mut half = from;
	while half < data.len() {
		for block in data.chunks_exact_mut(2 * half) {
			let (low, high) = block.split_at_mut(half);
			join(low, high, &twiddles[half..2 * half]);
		}
		half *= 2;
	}
}

/// Joins elements of one half with those of the other, a multiple of eight.
#[inline(always)]
fn join(low: &mut [BaseElement], high: &mut [BaseElement], twiddles: &[BaseElement]) {
	let pairs = low.chunks_exact_mut(LANES).zip(high.chunks_exact_mut(LANES));
	for ((low, high), twiddle) in pairs.zip(twiddles.chunks_exact(LANES)) {
		let (x, y) = (load(low), load(high) * load(twiddle));
		store(low, x + y);
		store(high, x - y);
	}
}

/// The steps that take apart what is `half` apart, for `half` down to `to`.
#[inline(always)]
fn steps_down(data: &mut [BaseElement], to: usize, twiddles: &[BaseElement]) {
	let mut half = data.len() / 2;
	while half >= to {
		for block in data.chunks_exact_mut(2 * half) {
			let (low, high) = block.split_at_mut(half);
			let pairs = low.chunks_exact_mut(LANES).zip(high.chunks_exact_mut(LANES));
			for ((low, high), twiddle) in pairs.zip(twiddles[half..].chunks_exact(LANES)) {
				let (x, y) = (load(low), load(high));
				store(low, x + y);
				store(high, (x - y) * load(twiddle));
			}
		}
		half /= 2;
	}
}

/// The steps of `evaluate` that join what is less than a register apart; of what is shorter than a square, all
/// steps.
#[inline(always)]
fn first_steps(coefficients: &[BaseElement], values: &mut [BaseElement], twiddles: &[BaseElement]) {
	if values.len() < SQUARE {
		values.copy_from_slice(coefficients);
		return join_one_by_one(values, twiddles);
	}
	// Within a register there are no lanes to work on, but in the transposed square there are.
	let squares = coefficients.chunks_exact(SQUARE).zip(values.chunks_exact_mut(SQUARE));
	for (coefficients, values) in squares {
		let mut rows = transposed(coefficients);
		let mut half = 1;
		while half < LANES {
			for block in (0..LANES).step_by(2 * half) {
				for i in 0..half {
					let (low, high) = (block + i, block + half + i);
					let (x, y) = (rows[low], rows[high] * Packed::splat(twiddles[half + i]));
					rows[low] = x + y;
					rows[high] = x - y;
				}
			}
			half *= 2;
		}
		store_transposed(values, &rows);
	}
}

fn join_one_by_one(values: &mut [BaseElement], twiddles: &[BaseElement]) {
	let mut half = 1;
	while half < values.len() {
		for block in values.chunks_exact_mut(2 * half) {
			for i in 0..half {
				let (x, y) = (block[i], block[half + i] * twiddles[half + i]);
				block[i] = x + y;
				block[half + i] = x - y;
			}
		}
		half *= 2;
	}
}

/// The steps of `interpolate` that take apart what is less than a register apart; of what is shorter than a
/// square, all steps.
#[inline(always)]
fn last_steps(data: &mut [BaseElement], twiddles: &[BaseElement]) {
	if data.len() < SQUARE {
		return part_one_by_one(data, twiddles);
	}
	for square in data.chunks_exact_mut(SQUARE) {
		let mut rows = transposed(square);
		let mut half = LANES / 2;
		while half > 0 {
			for block in (0..LANES).step_by(2 * half) {
				for i in 0..half {
					let (low, high) = (block + i, block + half + i);
					let (x, y) = (rows[low], rows[high]);
					rows[low] = x + y;
					rows[high] = (x - y) * Packed::splat(twiddles[half + i]);
				}
			}
			half /= 2;
		}
		store_transposed(square, &rows);
	}
}

fn part_one_by_one(values: &mut [BaseElement], twiddles: &[BaseElement]) {
	let mut half = values.len() / 2;
	while half > 0 {
		for block in values.chunks_exact_mut(2 * half) {
			for i in 0..half {
				let (x, y) = (block[i], block[half + i]);
				block[i] = x + y;
				block[half + i] = (x - y) * twiddles[half + i];
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
	use proptest::prelude::*;
	use winter_math::{fft, polynom};

	struct Evaluate<'a>(&'a [BaseElement], &'a mut [BaseElement], &'a Twiddles);
	impl Kernel for Evaluate<'_> {
		type Output = ();
		#[inline(always)]
		fn run(self) {
			evaluate(self.0, self.1, self.2);
		}
	}

	/// [`evaluate`] in two passes: chunk by chunk, then joined tile by tile.
	struct InTiles<'a>(&'a [BaseElement], &'a mut [BaseElement], &'a Twiddles);
	impl Kernel for InTiles<'_> {
		type Output = ();
		#[inline(always)]
		fn run(self) {
			let Self(coefficients, values, twiddles) = self;
			let mut chunks = vec![BaseElement::ZERO; values.len()];
			evaluate_chunks(coefficients, &mut chunks, twiddles);
			let chunk = chunk_length(values.len());
			let stretch = chunk.min(2 * LANES);
			let mut tile = vec![BaseElement::ZERO; values.len() / chunk * stretch];
			for first in (0..chunk).step_by(stretch) {
				join_chunks(&chunks, first, &mut tile, twiddles);
				for (tile, values) in tile.chunks_exact(stretch).zip(values.chunks_exact_mut(chunk))
				{
					values[first..first + stretch].copy_from_slice(tile);
				}
			}
		}
	}

	struct Interpolate<'a>(&'a mut [BaseElement], &'a Twiddles);
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

	/// Lengths below a register, below a square of them, and beyond each level of the cache; over the
	/// subgroup and over a coset.
	#[test]
	fn transforms_agree_with_the_field_crate() {
		for bits in (1..=16).chain([20]) {
			let length = 1 << bits;
			let natural = coefficients(bits, length);
			let mut reversed = natural.clone();
			reverse_bits(&mut reversed);
			for shift in [BaseElement::ONE, BaseElement::GENERATOR] {
				let twiddles = fft::get_twiddles(length);
				let expected = fft::evaluate_poly_with_offset(&natural, &twiddles, shift, 1);

				// Roots for longer transforms serve as well.
				for roots in [Roots::new(length), Roots::new(2 * length)] {
					let mut values = vec![BaseElement::ZERO; length];
					dispatch(Evaluate(&reversed, &mut values, &roots.evaluation(shift, length)));
					assert_eq!(values, expected, "2^{bits}");

					dispatch(Interpolate(&mut values, &roots.interpolation(shift, length)));
					let scale = BaseElement::new(length as u64);
					assert!(
						values.iter().zip(&reversed).all(|(x, c)| *x == *c * scale),
						"2^{bits}"
					);
				}

				let mut values = vec![BaseElement::ZERO; length];
				let twiddles = Roots::new(length).evaluation(shift, length);
				dispatch(InTiles(&reversed, &mut values, &twiddles));
				assert_eq!(values, expected, "2^{bits}");
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
