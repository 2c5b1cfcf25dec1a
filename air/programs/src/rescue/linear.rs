//! The linear layer of Rescue-Prime and its inverse, over the base field and its extensions.
//!
//! A product by a base-field matrix acts on each extension coordinate alone, so it is done on the
//! 64-bit words: products are summed unreduced and reduced once per output. The words are in
//! Montgomery form, which a linear map over the integers respects.
#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "bounded by the types: indices by the array lengths, sums as said at each line"
)]

use crate::system::EXTENSION_DEGREE;
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Width of the permutation.
pub const WIDTH: usize = 12;

const MODULUS: u64 = BaseElement::MODULUS;
/// 2^64 modulo the field modulus.
const EPSILON: u64 = MODULUS.wrapping_neg();

type Matrix = [[u64; WIDTH]; WIDTH];

const MDS: Matrix = integers(&Rp64_256::MDS);
const INV_MDS: Matrix = integers(&Rp64_256::INV_MDS);

const fn integers(matrix: &[[BaseElement; WIDTH]; WIDTH]) -> Matrix {
	let mut out = [[0; WIDTH]; WIDTH];
	let mut i = 0;
	while i < WIDTH {
		let mut j = 0;
		while j < WIDTH {
			out[i][j] = matrix[i][j].as_int();
			j += 1;
		}
		i += 1;
	}
	out
}

/// `MDS * v`.
#[inline]
pub fn mds<E: FieldElement<BaseField = BaseElement>>(v: &[E; WIDTH]) -> [E; WIDTH] {
	// Entries are below 2^5: twelve products stay below 2^73.
	per_coordinate(v, |words| {
		let mut out = [0; WIDTH];
		for (out, row) in out.iter_mut().zip(&MDS) {
			let mut sum = 0u128;
			for (word, entry) in words.iter().zip(row) {
				sum += u128::from(*word) * u128::from(*entry);
			}
			*out = reduce(sum);
		}
		out
	})
}

/// `MDS^-1 * v`.
#[inline]
pub fn inv_mds<E: FieldElement<BaseField = BaseElement>>(v: &[E; WIDTH]) -> [E; WIDTH] {
	per_coordinate(v, |words| {
		let mut out = [0; WIDTH];
		for (out, row) in out.iter_mut().zip(&INV_MDS) {
			// Entries fill 64 bits: low and high halves are summed apart, below 2^68 each.
			let (mut low, mut high) = (0u128, 0u128);
			for (word, entry) in words.iter().zip(row) {
				let product = u128::from(*word) * u128::from(*entry);
				low += u128::from(product as u64);
				high += product >> 64;
			}
			high += low >> 64;
			// 2^128 is -2^32: what overflows the second word, below 2^5, is taken off.
			let top = (high >> 64) << 32;
			let value = reduce((u128::from(high as u64) << 64) | u128::from(low as u64));
			*out = reduce(u128::from(value) + u128::from(MODULUS) - top);
		}
		out
	})
}

/// A value modulo the field modulus: 2^64 is 2^32 - 1 and 2^96 is -1.
#[inline]
fn reduce(value: u128) -> u64 {
	let low = value as u64;
	let high = (value >> 64) as u64;
	let (top, middle) = (high >> 32, high & EPSILON);
	let (mut sum, borrow) = low.overflowing_sub(top);
	if borrow {
		// Cannot underflow: the wrapped difference is at least 2^64 - 2^32.
		sum = sum.wrapping_sub(EPSILON);
	}
	let (mut sum, carry) = sum.overflowing_add(middle * EPSILON);
	if carry {
		// Cannot overflow: the wrapped sum is below 2^64 - 2^33 + 1.
		sum = sum.wrapping_add(EPSILON);
	}
	if sum >= MODULUS {
		sum - MODULUS
	} else {
		sum
	}
}

#[inline]
fn per_coordinate<E: FieldElement<BaseField = BaseElement>>(
	v: &[E; WIDTH],
	map: impl Fn([u64; WIDTH]) -> [u64; WIDTH],
) -> [E; WIDTH] {
	let mut image = [BaseElement::ZERO; WIDTH * EXTENSION_DEGREE];
	let source = E::slice_as_base_elements(v);
	let degree = source.len() / WIDTH;
	for coordinate in 0..degree {
		let mut words = [0; WIDTH];
		for (i, word) in words.iter_mut().enumerate() {
			*word = source[i * degree + coordinate].inner();
		}
		for (i, word) in map(words).into_iter().enumerate() {
			image[i * degree + coordinate] = BaseElement::from_mont(word);
		}
	}
	let mut out = [E::ZERO; WIDTH];
	out.copy_from_slice(E::slice_from_base_elements(&image[..source.len()]));
	out
}

#[cfg(test)]
mod tests {
	use super::*;
	use winter_math::fields::CubeExtension;

	fn naive<E: FieldElement<BaseField = BaseElement>>(
		matrix: &[[BaseElement; WIDTH]; WIDTH],
		v: &[E; WIDTH],
	) -> [E; WIDTH] {
		core::array::from_fn(|i| {
			v.iter().zip(&matrix[i]).fold(E::ZERO, |sum, (x, m)| sum + x.mul_base(*m))
		})
	}

	fn samples() -> impl Iterator<Item = [BaseElement; WIDTH]> {
		let mut seed = 1u64;
		let random = core::iter::repeat_with(move || {
			core::array::from_fn(|_| {
				seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
				BaseElement::new(seed ^ (seed >> 29))
			})
		});
		let edges = [0, 1, EPSILON, MODULUS - 1].map(|w| [BaseElement::from_mont(w); WIDTH]);
		edges.into_iter().chain(random.take(2000))
	}

	#[test]
	fn both_layers_agree_with_the_matrices() {
		for v in samples() {
			assert_eq!(mds(&v), naive(&Rp64_256::MDS, &v));
			assert_eq!(inv_mds(&v), naive(&Rp64_256::INV_MDS, &v));
			assert_eq!(inv_mds(&mds(&v)), v);
			assert!(inv_mds(&v).iter().all(|e| e.inner() < MODULUS));
		}
	}

	#[test]
	fn extensions_are_mapped_by_coordinate() {
		let all: Vec<_> = samples().take(300).collect();
		for v in all.windows(3) {
			let v: [CubeExtension<BaseElement>; WIDTH] =
				core::array::from_fn(|i| CubeExtension::new(v[0][i], v[1][i], v[2][i]));
			assert_eq!(mds(&v), naive(&Rp64_256::MDS, &v));
			assert_eq!(inv_mds(&v), naive(&Rp64_256::INV_MDS, &v));
		}
	}
}
