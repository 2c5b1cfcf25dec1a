//! How many cells of a trace can be chosen: what no constraint binds shows up here, wherever it is.
//!
//! Around a trace that violates nothing, the constraints are linear up to terms of second order.
//! The directions in which a trace can go without violating them form a space, whose dimension is
//! counted here exactly, row by row. Cells with finitely many values (digits, bits, flags) add
//! nothing to it.

use super::violations::Checker;
use crate::system::SecretTrace;
use meterproof_programs::system::Circuit;
use winter_air::EvaluationFrame;
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

type Vector = Vec<BaseElement>;

/// Most that a cell is raised to in a constraint.
const MOST_DEGREE: usize = 7;

/// The dimension of what can be chosen in the columns that are not masks, up to the first blinding
/// row: with or without the assertions.
pub fn freedom<C: Circuit>(checker: &Checker<C>, trace: &SecretTrace, assertions: bool) -> usize {
	let width = C::PARAMETERS.shape.witness();
	// Directions of the last row looked at, and how many there are that leave it as it is.
	let mut last = unit_vectors(width);
	let mut behind = 0;
	for row in 0..=checker.enforced() {
		if assertions {
			for column in checker.asserted(row) {
				last = kernel_of(last, |direction| vec![direction[column]]);
			}
		}
		if row == checker.enforced() {
			break;
		}
		let derivatives = derivatives::<C>(checker, trace, row);
		// What the last row's directions change in the constraints, then what the next row's do.
		let changes = |cells: &[Vector], direction: &Vector| {
			let mut sum = vec![BaseElement::ZERO; C::PARAMETERS.constraints];
			for (cell, change) in direction.iter().zip(cells) {
				if *cell != BaseElement::ZERO {
					sum.iter_mut().zip(change).for_each(|(sum, change)| *sum += *cell * *change);
				}
			}
			sum
		};
		let (of_current, of_next) = derivatives.split_at(width);
		let zero = vec![BaseElement::ZERO; width];
		let next = unit_vectors(width).into_iter();
		let both: Vec<(Vector, Vector)> = last
			.iter()
			.map(|direction| (changes(of_current, direction), zero.clone()))
			.chain(next.map(|direction| (changes(of_next, &direction), direction)))
			.collect();
		let allowed = kernel(both);
		let count = allowed.len();
		last = independent(allowed);
		behind += count - last.len();
	}
	behind + last.len()
}

fn unit_vectors(width: usize) -> Vec<Vector> {
	let unit = |i| (0..width).map(|j| BaseElement::from(i == j)).collect();
	(0..width).map(unit).collect()
}

/// The derivative of each constraint by each cell: of the current row, then of the next one.
fn derivatives<C: Circuit>(checker: &Checker<C>, trace: &SecretTrace, row: usize) -> Vec<Vector> {
	let (width, whole) = (C::PARAMETERS.shape.witness(), trace.main_trace_width());
	let mut frame = EvaluationFrame::new(whole);
	trace.read_main_frame(row, &mut frame);
	let (current, next) = (frame.current().to_vec(), frame.next().to_vec());
	let weights = weights();
	let evaluate = |cell: usize, step: usize| {
		let (mut current, mut next) = (current.clone(), next.clone());
		let cells = if cell < width { &mut current } else { &mut next };
		cells[cell % width] += BaseElement::from(step as u32);
		checker.evaluate(row, &EvaluationFrame::from_rows(current, next))
	};
	(0..2 * width)
		.map(|cell| {
			let mut sum = vec![BaseElement::ZERO; C::PARAMETERS.constraints];
			for (step, weight) in weights.iter().enumerate() {
				let values = evaluate(cell, step);
				sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += *weight * value);
			}
			sum
		})
		.collect()
}

/// What the values of a polynomial at 0, 1, .. are multiplied by to give its derivative at 0.
fn weights() -> Vector {
	let at = |i: usize| BaseElement::from(i as u32);
	let points = || 0..=MOST_DEGREE;
	let mut weights: Vector = points()
		.map(|i| {
			// The derivative at 0 of the polynomial that is 1 at i and 0 at the others.
			let others = || points().filter(move |j| *j != i);
			let scale = others().fold(BaseElement::ONE, |product, j| product * (at(i) - at(j)));
			let terms = others().map(|left_out| {
				let factors = others().filter(|j| *j != left_out);
				factors.fold(BaseElement::ONE, |product, j| product * -at(j))
			});
			terms.fold(BaseElement::ZERO, |sum, term| sum + term) / scale
		})
		.collect();
	weights.shrink_to_fit();
	weights
}

/// The combinations of `directions` of which the image is zero.
fn kernel_of(directions: Vec<Vector>, image: impl Fn(&Vector) -> Vector) -> Vec<Vector> {
	kernel(directions.into_iter().map(|direction| (image(&direction), direction)).collect())
}

/// The combinations of pairs of which the first is zero: their seconds.
fn kernel(mut pairs: Vec<(Vector, Vector)>) -> Vec<Vector> {
	let width = pairs.first().map_or(0, |(image, _)| image.len());
	let mut done = 0;
	for column in 0..width {
		let pivot = (done..pairs.len()).find(|i| pairs[*i].0[column] != BaseElement::ZERO);
		let Some(pivot) = pivot else { continue };
		pairs.swap(done, pivot);
		let (head, rest) = pairs.split_at_mut(done + 1);
		let pivot = &head[done];
		let inverse = pivot.0[column].inv();
		for pair in rest {
			let factor = pair.0[column] * inverse;
			if factor != BaseElement::ZERO {
				let cells = pair.0.iter_mut().zip(&pivot.0).chain(pair.1.iter_mut().zip(&pivot.1));
				cells.for_each(|(cell, pivot)| *cell -= factor * *pivot);
			}
		}
		done += 1;
	}
	pairs.split_off(done).into_iter().map(|(_, direction)| direction).collect()
}

/// As many of the vectors' combinations as are independent.
fn independent(mut vectors: Vec<Vector>) -> Vec<Vector> {
	let width = vectors.first().map_or(0, Vec::len);
	let mut done = 0;
	for column in 0..width {
		let pivot = (done..vectors.len()).find(|i| vectors[*i][column] != BaseElement::ZERO);
		let Some(pivot) = pivot else { continue };
		vectors.swap(done, pivot);
		let (head, rest) = vectors.split_at_mut(done + 1);
		let pivot = &head[done];
		let inverse = pivot[column].inv();
		for vector in rest {
			let factor = vector[column] * inverse;
			vector.iter_mut().zip(pivot).for_each(|(cell, pivot)| *cell -= factor * *pivot);
		}
		done += 1;
	}
	vectors.truncate(done);
	vectors
}
