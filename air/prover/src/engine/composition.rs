//! The composition polynomial, cut into columns.

use super::{
	columns::{Columns, Secret},
	domain::Domain,
};
use meterproof_packed::{
	dft::{self, Roots},
	dispatch, load, store, Kernel, Packed, LANES,
};
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};
use winter_utils::iterators::*;

/// The values of the composition polynomial over one coset, by coordinate.
pub type Values = [Secret; 3];

/// The columns H_m of C(X) = sum of X^(m N) H_m(X), by coordinate, from the values of C over cosets of the
/// trace domain that make up a larger one.
///
/// On a coset of shift s, X^N is s^N: interpolated there, C is sum of s^(m N) H_m. The shifts' powers s^N
/// are offset^N times the roots of unity of the number of cosets, so that a transform across the cosets
/// parts the H_m.
pub fn split(mut values: Vec<Values>, parts: usize, domain: &Domain) -> Columns {
	let cosets = values.len();
	let step = domain.cosets() / cosets;
	let scale = BaseElement::from(domain.rows() as u32).inv();
	values.par_iter_mut().enumerate().for_each(|(k, coordinates)| {
		let powers = dft::powers(domain.shift(k * step).inv(), domain.rows(), scale);
		for column in coordinates {
			dispatch(Interpolate { column, powers: &powers, roots: domain.roots() });
		}
	});

	let offset = Domain::offset().exp(domain.rows() as u64).inv();
	let root = match cosets {
		1 => BaseElement::ONE,
		cosets => BaseElement::get_root_of_unity(cosets.ilog2()).inv(),
	};
	let share = BaseElement::from(cosets as u32).inv();
	let columns = (0..3 * parts).into_par_iter().map(|i| {
		let (part, coordinate) = (i / 3, i % 3);
		let mut sum = Secret::zeros(domain.rows());
		for (k, coset) in values.iter().enumerate() {
			let weight = share * offset.exp(part as u64) * root.exp((k * part) as u64);
			dispatch(Add { weight, from: &coset[coordinate], to: &mut sum });
		}
		sum
	});
	Columns::from_coefficients(columns.collect())
}

struct Interpolate<'a> {
	column: &'a mut [BaseElement],
	powers: &'a [BaseElement],
	roots: &'a Roots,
}

impl Kernel for Interpolate<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		dft::interpolate(self.column, self.roots);
		multiply_in_place(self.column, self.powers);
	}
}

#[inline(always)]
fn multiply_in_place(column: &mut [BaseElement], powers: &[BaseElement]) {
	let whole = column.len() / LANES * LANES;
	for (cells, powers) in column.chunks_exact_mut(LANES).zip(powers.chunks_exact(LANES)) {
		store(cells, load(cells) * load(powers));
	}
	for (cell, power) in column[whole..].iter_mut().zip(&powers[whole..]) {
		*cell *= *power;
	}
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
