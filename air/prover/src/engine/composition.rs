//! The composition polynomial, cut into columns.

use super::{
	columns::{Columns, Secret},
	domain::Domain,
	transform::interpolate,
};
use meterproof_packed::{dispatch, load, store, Kernel, Packed, LANES};
use winter_math::{fields::f64::BaseElement, polynom, FieldElement};
use winter_utils::iterators::*;

/// The values of the composition polynomial over one coset, by coordinate.
pub type Values = [Secret; 3];

/// The columns H_m of C(X) = sum of X^(m N) H_m(X), by coordinate, from the values of C over as many
/// cosets, spread over all.
///
/// On a coset of shift s, X^N is s^N: interpolated there, C is sum of s^(m N) H_m. So the H_m are, in each
/// coefficient, the polynomial through these at the points s^N.
pub fn split(mut values: Vec<Values>, domain: &Domain) -> Columns {
	let shifts: Vec<_> = domain.spread(values.len()).map(|k| domain.shift(k)).collect();
	values.par_iter_mut().zip(&shifts).for_each(|(coordinates, shift)| {
		let twiddles = domain.roots().interpolation(*shift, domain.rows());
		coordinates.iter_mut().for_each(|column| interpolate(column, &twiddles));
	});

	let points: Vec<_> = shifts.iter().map(|shift| shift.exp(domain.rows() as u64)).collect();
	let weights = lagrange(&points);
	let columns = (0..3 * values.len()).into_par_iter().map(|i| {
		let (part, coordinate) = (i / 3, i % 3);
		let mut sum = Secret::zeros(domain.rows());
		for (weights, coset) in weights.iter().zip(&values) {
			dispatch(Add { weight: weights[part], from: &coset[coordinate], to: &mut sum });
		}
		sum
	});
	Columns::from_coefficients(columns.collect())
}

/// For each of these points the polynomial that is one there and zero at the others.
fn lagrange(points: &[BaseElement]) -> Vec<Vec<BaseElement>> {
	let bases = points.iter().map(|point| {
		let others: Vec<_> = points.iter().copied().filter(|other| other != point).collect();
		let product = polynom::poly_from_roots(&others);
		polynom::mul_by_scalar(&product, polynom::eval(&product, *point).inv())
	});
	bases.collect()
}

struct Add<'a> {
	weight: BaseElement,
	from: &'a [BaseElement],
	to: &'a mut [BaseElement],
}

impl Kernel for Add<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		let weight = Packed::splat(self.weight);
		let whole = self.to.len() / LANES * LANES;
		for (to, from) in self.to.chunks_exact_mut(LANES).zip(self.from.chunks_exact(LANES)) {
			store(to, load(to) + load(from) * weight);
		}
		for (to, from) in self.to[whole..].iter_mut().zip(&self.from[whole..]) {
			*to += *from * self.weight;
		}
	}
}
