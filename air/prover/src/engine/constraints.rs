//! The constraints, evaluated over cosets of the trace domain and combined.

use super::{
	columns::{Coset, Secret},
	composition::Values,
	deep::coordinates,
	domain::Domain,
	transform, Extension,
};
use meterproof_packed::{dft, dispatch, inverse_all, load, store, Kernel, Packed, LANES};
use meterproof_programs::system::Circuit;
use winter_air::{BoundaryConstraintGroup, ConstraintCompositionCoefficients, EvaluationFrame};
use winter_math::{fft, fields::f64::BaseElement, FieldElement};
use winter_utils::iterators::*;

/// Rows that one thread evaluates at a time.
const SHARE: usize = 1 << 10;

/// The values of the composition polynomial over these cosets of the trace domain, which are spread.
/// Traces have at least eight rows.
pub fn evaluate<C: Circuit + Sync>(
	air: &C,
	coefficients: &ConstraintCompositionCoefficients<Extension>,
	domain: &Domain,
	cosets: Vec<Coset>,
) -> Vec<Values> {
	let transition = air.get_transition_constraints(&coefficients.transition);
	let boundary = air.get_boundary_constraints(None, &coefficients.boundary);
	let shared = Shared {
		air,
		weights: transition.main_constraint_coef().into_iter().map(coordinates).collect(),
		exemptions: vanishing(transition.divisor().exemptions(), domain.rows()),
		periodic: periodic(air),
		groups: boundary.main_constraints(),
		domain,
	};
	let numbers: Vec<_> = domain.spread(cosets.len()).collect();
	let all = numbers.into_par_iter().zip(cosets);
	all.map(|(k, coset)| shared.over(&coset, domain.shift(k))).collect()
}

/// What is the same on all cosets.
struct Shared<'a, C> {
	air: &'a C,
	/// The coordinates of each transition constraint's coefficient.
	weights: Vec<[BaseElement; 3]>,
	/// The polynomial that is zero in the rows that obey no transition; bit-reversed.
	exemptions: Vec<BaseElement>,
	/// The coefficients of each periodic column as a polynomial in X^(rows / period).
	periodic: Vec<Vec<BaseElement>>,
	groups: &'a [BoundaryConstraintGroup<BaseElement, Extension>],
	domain: &'a Domain,
}

/// The monic polynomial with these roots: so many coefficients, in bit-reversed order.
fn vanishing(roots: &[BaseElement], length: usize) -> Vec<BaseElement> {
	let mut coefficients = vec![BaseElement::ZERO; length];
	coefficients[0] = BaseElement::ONE;
	for (degree, root) in roots.iter().enumerate() {
		for i in (0..=degree).rev() {
			let coefficient = coefficients[i];
			coefficients[i + 1] += coefficient;
			coefficients[i] = -(coefficient * *root);
		}
	}
	dft::reverse_bits(&mut coefficients);
	coefficients
}

fn periodic<C: Circuit>(air: &C) -> Vec<Vec<BaseElement>> {
	let mut columns = air.get_periodic_column_values();
	for column in &mut columns {
		let twiddles = fft::get_inv_twiddles(column.len());
		fft::interpolate_poly(column, &twiddles);
	}
	columns
}

/// What repeats along a coset, at least a register long.
struct Repeated(Vec<BaseElement>);

impl Repeated {
	fn new(mut values: Vec<BaseElement>) -> Self {
		let period = values.len();
		while values.len() < LANES {
			values.push(values[values.len() - period]);
		}
		Self(values)
	}

	#[inline(always)]
	fn load(&self, row: usize) -> Packed {
		// Both lengths are powers of two.
		load(&self.0[row & (self.0.len() - 1)..])
	}
}

/// An assertion, or a sequence of them, on a column.
struct Asserted {
	column: usize,
	values: Repeated,
	weight: [BaseElement; 3],
}

impl<C: Circuit + Sync> Shared<'_, C> {
	fn over(&self, coset: &Coset, shift: BaseElement) -> Values {
		let rows = coset.rows();
		let domain = self.domain;
		let twiddles = domain.roots().evaluation(shift, rows);
		let extend = |coefficients: &[BaseElement]| {
			let mut values = vec![BaseElement::ZERO; rows];
			transform::evaluate(coefficients, &mut values, &twiddles);
			values
		};

		// The transition divisor is X^rows - 1 without the exempt rows; its first factor is the same in all
		// rows of a coset.
		let scale = (shift.exp(rows as u64) - BaseElement::ONE).inv();
		let mut over_divisor = extend(&self.exemptions);
		over_divisor.iter_mut().for_each(|value| *value *= scale);

		let periodic = self.periodic.iter().map(|coefficients| {
			let period = coefficients.len();
			let offset = shift.exp((rows / period) as u64);
			let twiddles = fft::get_twiddles(period);
			Repeated::new(fft::evaluate_poly_with_offset(coefficients, &twiddles, offset, 1))
		});
		let groups = self.groups.iter().map(|group| {
			let asserted = group.constraints().iter().map(|constraint| {
				let values = match constraint.poly() {
					[value] => vec![*value],
					polynomial => {
						let mut coefficients = polynomial.to_vec();
						let (_, offset) = constraint.poly_offset();
						let mut power = BaseElement::ONE;
						for coefficient in &mut coefficients {
							*coefficient *= power;
							power *= offset;
						}
						coefficients.resize(rows, BaseElement::ZERO);
						dft::reverse_bits(&mut coefficients);
						extend(&coefficients)
					},
				};
				Asserted {
					column: constraint.column(),
					values: Repeated::new(values),
					weight: coordinates(*constraint.cc()),
				}
			});
			(self.over_boundary_divisor(group, shift), asserted.collect())
		});

		let periodic: Vec<_> = periodic.collect();
		let groups: Vec<_> = groups.collect();
		let mut out: Values = core::array::from_fn(|_| Secret::zeros(rows));
		let [a, b, c] = &mut out;
		let shares =
			a.par_chunks_mut(SHARE).zip(b.par_chunks_mut(SHARE)).zip(c.par_chunks_mut(SHARE));
		shares.enumerate().for_each(|(i, ((a, b), c))| {
			dispatch(Evaluate {
				air: self.air,
				coset,
				weights: &self.weights,
				over_divisor: &over_divisor,
				periodic: &periodic,
				groups: &groups,
				first: i * SHARE,
				out: [a, b, c],
			})
		});
		out
	}

	/// The inverses of the divisor of a group of assertions: a product of X^n - c, n a power of two, so that
	/// it repeats along the coset.
	fn over_boundary_divisor(
		&self,
		group: &BoundaryConstraintGroup<BaseElement, Extension>,
		shift: BaseElement,
	) -> Repeated {
		let rows = self.domain.rows();
		let terms = group.divisor().numerator();
		let least = terms.iter().map(|(degree, _)| *degree).min().unwrap_or(rows);
		let mut values = vec![BaseElement::ONE; (rows / least).max(LANES)];
		for (degree, constant) in terms {
			let mut power = shift.exp(*degree as u64);
			let step = self.domain.trace_generator().exp(*degree as u64);
			for value in &mut values {
				*value *= power - *constant;
				power *= step;
			}
		}
		let mut packed: Vec<_> = values.chunks_exact(LANES).map(load).collect();
		inverse_all(&mut packed);
		Repeated(Packed::slice_as_base_elements(&packed).to_vec())
	}
}

struct Evaluate<'a, C> {
	air: &'a C,
	coset: &'a Coset,
	weights: &'a [[BaseElement; 3]],
	over_divisor: &'a [BaseElement],
	periodic: &'a [Repeated],
	groups: &'a [(Repeated, Vec<Asserted>)],
	first: usize,
	out: [&'a mut [BaseElement]; 3],
}

#[inline(always)]
fn add_weighted(sums: &mut [Packed; 3], value: Packed, weight: &[BaseElement; 3]) {
	for (sum, weight) in sums.iter_mut().zip(weight) {
		*sum += value * Packed::splat(*weight);
	}
}

impl<C: Circuit> Kernel for Evaluate<'_, C> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		let (width, mut out) = (self.coset.width(), self.out);
		let rows = self.first..self.first + out[0].len();
		let mut frame = EvaluationFrame::<Packed>::new(width);
		let mut periodic = vec![Packed::ZERO; self.periodic.len()];
		let mut results = vec![Packed::ZERO; self.weights.len()];
		for row in rows.step_by(LANES) {
			for (column, cell) in frame.current_mut().iter_mut().enumerate() {
				*cell = self.coset.load(column, row);
			}
			for (column, cell) in frame.next_mut().iter_mut().enumerate() {
				*cell = self.coset.load(column, row + 1);
			}
			for (value, column) in periodic.iter_mut().zip(self.periodic) {
				*value = column.load(row);
			}
			self.air.evaluate_transition(&frame, &periodic, &mut results);
			let mut sums = [Packed::ZERO; 3];
			for (result, weight) in results.iter().zip(self.weights) {
				add_weighted(&mut sums, *result, weight);
			}
			let over_divisor = load(&self.over_divisor[row..]);
			for sum in &mut sums {
				*sum *= over_divisor;
			}
			for (over_divisor, asserted) in self.groups {
				let mut of_group = [Packed::ZERO; 3];
				for assertion in asserted {
					let cell = frame.current()[assertion.column];
					let difference = cell - assertion.values.load(row);
					add_weighted(&mut of_group, difference, &assertion.weight);
				}
				let over_divisor = over_divisor.load(row);
				for (sum, of_group) in sums.iter_mut().zip(of_group) {
					*sum += of_group * over_divisor;
				}
			}
			for (out, sum) in out.iter_mut().zip(sums) {
				store(&mut out[row - self.first..], sum);
			}
		}
		// What stands there is of points that may not be opened.
		frame.current_mut().fill(Packed::ZERO);
		frame.next_mut().fill(Packed::ZERO);
		results.fill(Packed::ZERO);
		core::hint::black_box((&frame, &results));
	}
}
