//! The linear layer of Rescue-Prime and its inverse, over the base field, its extensions, and lanes of
//! elements.
//!
//! Both matrices are circulant. Place i of the state is place (i mod 3, i mod 4) of a table; a transform of
//! length 4 along the second makes of the matrix four circulant ones of order 3: 36 products instead of
//! 144, and six by the root of unity.
#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "field arithmetic does not overflow; indices are below the array lengths"
)]

use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Width of the permutation.
pub const WIDTH: usize = 12;

const MODULUS: u128 = BaseElement::MODULUS as u128;
/// 2^48, a root of unity of order 4.
const ROOT: u128 = 1 << 48;

/// By frequency, then by distance modulo 3.
type Spectrum = [[BaseElement; 3]; 4];

const MDS: Spectrum = spectrum(&Rp64_256::MDS);
const INV_MDS: Spectrum = spectrum(&Rp64_256::INV_MDS);

/// The transform of the first row of a circulant matrix, divided by 4.
const fn spectrum(matrix: &[[BaseElement; WIDTH]; WIDTH]) -> Spectrum {
	let quarter = MODULUS - (MODULUS - 1) / 4;
	let inverse_root = MODULUS - ROOT;
	let mut out = [[BaseElement::new(0); 3]; 4];
	let mut frequency = 0;
	while frequency < 4 {
		let mut distance = 0;
		while distance < 3 {
			let mut sum = 0;
			let mut place = 0;
			while place < 4 {
				let mut term =
					matrix[0][index(distance, place)].as_int() as u128 * quarter % MODULUS;
				let mut power = 0;
				while power < frequency * place {
					term = term * inverse_root % MODULUS;
					power += 1;
				}
				sum = (sum + term) % MODULUS;
				place += 1;
			}
			out[frequency][distance] = BaseElement::new(sum as u64);
			distance += 1;
		}
		frequency += 1;
	}
	out
}

/// The place of the state that is `a` modulo 3 and `b` modulo 4.
const fn index(a: usize, b: usize) -> usize {
	(4 * a + 9 * b) % WIDTH
}

/// `MDS * v`.
#[inline(always)]
pub fn mds<E: FieldElement<BaseField = BaseElement>>(v: &[E; WIDTH]) -> [E; WIDTH] {
	circulant(&MDS, v)
}

/// `MDS^-1 * v`.
#[inline(always)]
pub fn inv_mds<E: FieldElement<BaseField = BaseElement>>(v: &[E; WIDTH]) -> [E; WIDTH] {
	circulant(&INV_MDS, v)
}

#[inline(always)]
fn circulant<E: FieldElement<BaseField = BaseElement>>(
	spectrum: &Spectrum,
	v: &[E; WIDTH],
) -> [E; WIDTH] {
	let mut x = [[E::ZERO; 4]; 3];
	for (a, row) in x.iter_mut().enumerate() {
		*row = transform([v[index(a, 0)], v[index(a, 1)], v[index(a, 2)], v[index(a, 3)]]);
	}
	let mut out = [E::ZERO; WIDTH];
	for a in 0..3 {
		let mut y = [E::ZERO; 4];
		for (f, y) in y.iter_mut().enumerate() {
			*y = x[a][f].mul_base(spectrum[f][0])
				+ x[(a + 1) % 3][f].mul_base(spectrum[f][1])
				+ x[(a + 2) % 3][f].mul_base(spectrum[f][2]);
		}
		// The inverse transform: the same, with what stands at places 1 and 3 exchanged.
		let [y0, y3, y2, y1] = transform(y);
		for (b, y) in [y0, y1, y2, y3].into_iter().enumerate() {
			out[index(a, b)] = y;
		}
	}
	out
}

#[inline(always)]
fn transform<E: FieldElement<BaseField = BaseElement>>([x0, x1, x2, x3]: [E; 4]) -> [E; 4] {
	let (even, odd) = (x0 + x2, x1 + x3);
	let (cosine, sine) = (x0 - x2, (x1 - x3).mul_base(BaseElement::new(ROOT as u64)));
	[even + odd, cosine + sine, even - odd, cosine - sine]
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
		let edges = [0, 1, 0xffff_ffff, BaseElement::MODULUS - 1]
			.map(|word| [BaseElement::from_mont(word); WIDTH]);
		let units = (0..WIDTH).map(|place| {
			core::array::from_fn(|i| if i == place { BaseElement::ONE } else { BaseElement::ZERO })
		});
		edges.into_iter().chain(units).chain(random.take(2000))
	}

	#[test]
	fn both_layers_agree_with_the_matrices() {
		for v in samples() {
			assert_eq!(mds(&v), naive(&Rp64_256::MDS, &v));
			assert_eq!(inv_mds(&v), naive(&Rp64_256::INV_MDS, &v));
			assert_eq!(inv_mds(&mds(&v)), v);
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
