//! Columns out of the domain, and their combination for the low-degree proof.

use super::{
	columns::{dot, Columns},
	domain::Domain,
	Extension,
};
use meterproof_packed::{dft, dispatch, load, store, Kernel, Packed, LANES};
use winter_air::{
	proof::{QuotientOodFrame, TraceOodFrame},
	DeepCompositionCoefficients,
};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_utils::{iterators::*, rayon};

/// Rows that one thread combines at a time: as many as stay in the cache for all columns.
const SHARE: usize = 1 << 10;

/// The coordinates of an element.
pub fn coordinates(element: Extension) -> [BaseElement; 3] {
	core::array::from_fn(|i| element.base_element(i))
}

/// 1, x and x^2, of which coordinates are the coefficients.
fn basis() -> [Extension; 3] {
	let [zero, one] = [BaseElement::ZERO, BaseElement::ONE];
	[
		Extension::new(one, zero, zero),
		Extension::new(zero, one, zero),
		Extension::new(zero, zero, one),
	]
}

/// Trace and composition at the point and at the next one.
pub fn out_of_domain(
	trace: &Columns,
	composition: &Columns,
	point: Extension,
	domain: &Domain,
) -> (TraceOodFrame<Extension>, QuotientOodFrame<Extension>) {
	let next = point * Extension::from(domain.trace_generator());
	let (here, there) =
		rayon::join(|| Powers::new(point, domain.rows()), || Powers::new(next, domain.rows()));
	let at = |columns: &Columns, powers: &Powers| -> Vec<Extension> {
		columns.iter().map(|column| powers.evaluate(column)).collect()
	};
	// The coordinates of a column of the composition are columns of their own.
	let join = |coordinates: Vec<Extension>| -> Vec<Extension> {
		let columns = coordinates.chunks_exact(3);
		columns.map(|c| c.iter().zip(basis()).map(|(value, x)| *value * x).sum_all()).collect()
	};
	let (trace_here, trace_there) = (at(trace, &here), at(trace, &there));
	let width = trace_here.len();
	(
		TraceOodFrame::new(trace_here, trace_there, width),
		QuotientOodFrame::new(join(at(composition, &here)), join(at(composition, &there))),
	)
}

trait SumAll {
	fn sum_all(self) -> Extension;
}

impl<I: Iterator<Item = Extension>> SumAll for I {
	fn sum_all(self) -> Extension {
		self.fold(Extension::ZERO, |sum, term| sum + term)
	}
}

/// The powers of an element of the extension, in bit-reversed order, by coordinate.
struct Powers([Vec<BaseElement>; 3]);

impl Powers {
	fn new(point: Extension, length: usize) -> Self {
		let powers = dft::powers(point, length, Extension::ONE);
		Self(core::array::from_fn(|i| powers.iter().map(|power| power.base_element(i)).collect()))
	}

	fn evaluate(&self, coefficients: &[BaseElement]) -> Extension {
		dispatch(Evaluate { coefficients, powers: &self.0 })
	}
}

struct Evaluate<'a> {
	coefficients: &'a [BaseElement],
	powers: &'a [Vec<BaseElement>; 3],
}

impl Kernel for Evaluate<'_> {
	type Output = Extension;
	#[inline(always)]
	fn run(self) -> Extension {
		let [a, b, c] = self.powers;
		Extension::new(
			dot(self.coefficients, a),
			dot(self.coefficients, b),
			dot(self.coefficients, c),
		)
	}
}

/// The polynomial that is proved to be of low degree: with P the combination of all columns,
/// (P - P(z)) / (X - z) + (P - P(gz)) / (X - gz). Coefficients in natural order.
pub fn combine(
	trace: &Columns,
	composition: &Columns,
	coefficients: &DeepCompositionCoefficients<Extension>,
	point: Extension,
	domain: &Domain,
) -> Vec<Extension> {
	let mut columns = trace.slices();
	columns.extend(composition.slices());
	let of_parts = coefficients.constraints.iter().flat_map(|c| basis().map(|x| *c * x));
	let weights: Vec<_> =
		coefficients.trace.iter().copied().chain(of_parts).map(coordinates).collect();

	let rows = domain.rows();
	let mut sums: [Vec<BaseElement>; 3] = core::array::from_fn(|_| vec![BaseElement::ZERO; rows]);
	let [a, b, c] = &mut sums;
	let shares = a.par_chunks_mut(SHARE).zip(b.par_chunks_mut(SHARE)).zip(c.par_chunks_mut(SHARE));
	shares.enumerate().for_each(|(i, ((a, b), c))| {
		dispatch(Combine {
			columns: &columns,
			weights: &weights,
			first: i * SHARE,
			sums: [a, b, c],
		});
	});

	let [a, b, c] = sums;
	let mut combined: Vec<_> =
		a.into_iter().zip(b).zip(c).map(|((a, b), c)| Extension::new(a, b, c)).collect();
	dft::reverse_bits(&mut combined);
	let next = point * Extension::from(domain.trace_generator());
	let (mut quotient, other) =
		rayon::join(|| divide(&combined, point), || divide(&combined, next));
	for (a, b) in quotient.iter_mut().zip(other) {
		*a += b;
	}
	quotient
}

/// The quotient by X - point; the remainder is dropped. Ruffini's rule, with a zero at the end.
fn divide(coefficients: &[Extension], point: Extension) -> Vec<Extension> {
	let mut quotient = vec![Extension::ZERO; coefficients.len()];
	let mut carried = Extension::ZERO;
	for (quotient, coefficient) in quotient.iter_mut().zip(coefficients).rev() {
		*quotient = carried;
		carried = *coefficient + carried * point;
	}
	quotient
}

struct Combine<'a> {
	columns: &'a [&'a [BaseElement]],
	weights: &'a [[BaseElement; 3]],
	first: usize,
	sums: [&'a mut [BaseElement]; 3],
}

impl Kernel for Combine<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		let [a, b, c] = self.sums;
		let (first, length) = (self.first, a.len());
		for (column, weight) in self.columns.iter().zip(self.weights) {
			let column = &column[first..first + length];
			let [wa, wb, wc] = *weight;
			let (wa, wb, wc) = (Packed::splat(wa), Packed::splat(wb), Packed::splat(wc));
			let sums = a.chunks_exact_mut(LANES).zip(b.chunks_exact_mut(LANES));
			let sums = sums.zip(c.chunks_exact_mut(LANES));
			for (cells, ((a, b), c)) in column.chunks_exact(LANES).zip(sums) {
				let cells = load(cells);
				store(a, load(a) + cells * wa);
				store(b, load(b) + cells * wb);
				store(c, load(c) + cells * wc);
			}
			for i in length / LANES * LANES..length {
				a[i] += column[i] * weight[0];
				b[i] += column[i] * weight[1];
				c[i] += column[i] * weight[2];
			}
		}
	}
}
