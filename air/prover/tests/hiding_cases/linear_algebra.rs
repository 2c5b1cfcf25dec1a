//! Exact ranks over the field.

use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_utils::iterators::*;

pub type Row = Vec<BaseElement>;

/// The rank of a matrix, by elimination.
pub fn rank(mut rows: Vec<Row>) -> usize {
	let width = rows.first().map_or(0, Vec::len);
	let mut rank = 0;
	for column in 0..width {
		let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != BaseElement::ZERO)
		else {
			continue;
		};
		rows.swap(rank, pivot);
		let inverse = rows[rank][column].inv();
		let (above, below) = rows.split_at_mut(rank + 1);
		let pivot = &mut above[rank];
		pivot[column..].iter_mut().for_each(|cell| *cell *= inverse);
		let pivot = &pivot[column..];
		below.par_iter_mut().with_min_len(64).for_each(|row| {
			let factor = row[column];
			if factor != BaseElement::ZERO {
				for (cell, pivot) in row[column..].iter_mut().zip(pivot) {
					*cell -= factor * *pivot;
				}
			}
		});
		rank += 1;
	}
	rank
}

/// The value of unknown `wanted` where the equations (coefficients, then the right-hand side)
/// determine it; `None` where they leave it open.
pub fn solve_for(equations: &[Row], wanted: usize) -> Option<BaseElement> {
	// With the wanted unknown last, a last pivot row that mentions nothing else gives its value.
	let unknowns = equations.first()?.len() - 1;
	let mut rows: Vec<Row> = equations.to_vec();
	rows.iter_mut().for_each(|row| row.swap(wanted, unknowns - 1));
	let mut done = 0;
	for column in 0..unknowns {
		let Some(pivot) = (done..rows.len()).find(|row| rows[*row][column] != BaseElement::ZERO)
		else {
			continue;
		};
		rows.swap(done, pivot);
		if column == unknowns - 1 {
			return Some(rows[done][unknowns] / rows[done][column]);
		}
		let inverse = rows[done][column].inv();
		let pivot = rows[done].clone();
		for row in rows.iter_mut().skip(done + 1) {
			let factor = row[column] * inverse;
			for (cell, pivot) in row.iter_mut().zip(&pivot) {
				*cell -= factor * *pivot;
			}
		}
		done += 1;
	}
	None
}
