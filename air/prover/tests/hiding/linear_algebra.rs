//! Exact ranks over the field.

use super::Numbers;
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};
use winter_utils::iterators::*;

pub type Row = Vec<BaseElement>;

/// Pivots found before the rest of the matrix hears of them: each of its cells is then brought up to
/// date with one sum of as many products.
const PANEL: usize = 64;
/// Rows and columns of a tile of that update: what the columns need stays in the first-level cache.
const TILE: (usize, usize) = (16, 32);

const MODULUS: u64 = BaseElement::MODULUS;

/// The rank of a matrix, by elimination.
pub fn rank(rows: Vec<Row>) -> usize {
	let width = rows.first().map_or(0, Vec::len);
	let words = |row: Row| row.iter().map(|cell| cell.as_int()).collect();
	let mut rows: Vec<Vec<u64>> = rows.into_par_iter().map(words).collect();
	let mut rank = 0;
	for start in (0..width).step_by(PANEL) {
		let columns = start..(start + PANEL).min(width);
		rank += eliminate(&mut rows[rank..], columns.start, columns.end);
	}
	rank
}

/// Clears the columns from `start` to `end` below as many pivot rows, which come first and whose
/// number is returned; columns further left are done with.
fn eliminate(rows: &mut [Vec<u64>], start: usize, end: usize) -> usize {
	// Of each row, how often it contains each pivot row; of each column, its cells in those.
	let mut factors = vec![Vec::new(); rows.len()];
	let mut pivots: Vec<Vec<u64>> = vec![Vec::new(); rows.first().map_or(0, Vec::len) - start];
	let mut found = 0;
	for column in start..end {
		let mut cells: Vec<u64> = rows[found..]
			.iter()
			.zip(&factors[found..])
			.map(|(row, factors)| without(row[column], factors, &pivots[column - start]))
			.collect();
		let Some(pivot) = cells.iter().position(|cell| *cell != 0) else { continue };
		rows.swap(found, found + pivot);
		factors.swap(found, found + pivot);
		for column in column..end {
			let pivots = &mut pivots[column - start];
			pivots.push(without(rows[found][column], &factors[found], pivots));
		}
		let inverse = BaseElement::new(cells[pivot]).inv();
		cells.swap(0, pivot);
		found += 1;
		for (factors, cell) in factors[found..].iter_mut().zip(&cells[1..]) {
			factors.push((BaseElement::new(*cell) * inverse).as_int());
		}
	}

	// The pivot rows themselves, then all below them.
	let (done, below) = rows.split_at_mut(found);
	let pivots = &mut pivots[end - start..];
	pivots.par_iter_mut().enumerate().with_min_len(64).for_each(|(column, pivots)| {
		for (row, factors) in done.iter().zip(&factors) {
			pivots.push(without(row[end + column], factors, pivots));
		}
	});
	let (height, breadth) = TILE;
	let factors = factors[found..].par_chunks(height);
	below.par_chunks_mut(height).zip(factors).for_each(|(rows, factors)| {
		for (tile, pivots) in pivots.chunks(breadth).enumerate() {
			for (row, factors) in rows.iter_mut().zip(factors) {
				if factors.iter().all(|factor| *factor == 0) {
					continue;
				}
				let cells = &mut row[end + tile * breadth..];
				for (cell, pivots) in cells.iter_mut().zip(pivots) {
					*cell = without(*cell, factors, pivots);
				}
			}
		}
	});
	found
}

/// A cell less the pivot rows' cells in its column, each as often as the factors say.
fn without(cell: u64, factors: &[u64], pivots: &[u64]) -> u64 {
	let sum = dot(factors, pivots);
	if cell >= sum {
		cell - sum
	} else {
		cell + (MODULUS - sum)
	}
}

/// The sum of products of canonical words, reduced once at the end. There are few enough of them:
/// the number of carries fits 27 bits.
pub fn dot(left: &[u64], right: &[u64]) -> u64 {
	let (mut sum, mut carries) = (0u128, 0u64);
	for (left, right) in left.iter().zip(right) {
		let carry;
		(sum, carry) = sum.overflowing_add(u128::from(*left) * u128::from(*right));
		carries += u64::from(carry);
	}
	reduced(sum, carries)
}

/// `carries` 2^128 + `sum`, modulo 2^64 - 2^32 + 1: where 2^64 is 2^32 - 1, 2^96 is -1 and so
/// 2^128 is -2^32.
fn reduced(sum: u128, carries: u64) -> u64 {
	let (low, high) = (sum as u64, (sum >> 64) as u64);
	let (middle, top) = (high & 0xffff_ffff, high >> 32);
	let fold = |low: u64, high: u64| u128::from(low) + u128::from(high * 0xffff_ffff);
	let sum = fold(low, middle) + u128::from(MODULUS - top - (carries << 32));
	// That is below three times 2^64; this, below twice the modulus.
	let sum = fold(sum as u64, (sum >> 64) as u64);
	sum.checked_sub(MODULUS.into()).unwrap_or(sum) as u64
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

#[test]
fn ranks_are_those_that_matrices_are_made_with() {
	let mut numbers = Numbers(0);
	// Within a panel, at its end, over several; tall and wide.
	for (height, width, made) in
		[(9, 9, 0), (5, 5, 5), (80, 70, 64), (70, 80, 65), (300, 200, 150), (200, 300, 200)]
	{
		// Independent rows in echelon form, and combinations of them among which each stands alone.
		let leading = numbers.distinct(made, width);
		let alone = numbers.distinct(made, height);
		let mut cell = |row: usize, column| match leading[row] {
			first if column < first => BaseElement::ZERO,
			first if column == first => BaseElement::ONE,
			_ => numbers.base(),
		};
		let independent: Vec<Row> =
			(0..made).map(|row| (0..width).map(|column| cell(row, column)).collect()).collect();
		let matrix: Vec<Row> = (0..height)
			.map(|row| match alone.binary_search(&row) {
				Ok(i) => independent[i].clone(),
				Err(_) => independent.iter().fold(vec![BaseElement::ZERO; width], |sum, row| {
					let factor = numbers.base();
					sum.iter().zip(row).map(|(sum, cell)| *sum + factor * *cell).collect()
				}),
			})
			.collect();
		assert_eq!(rank(matrix), made, "{height} by {width}");
	}
}

#[test]
fn sums_of_the_largest_products_are_reduced() {
	// The largest element is -1.
	for count in [0, 1, 2, 3, 64, 100_000] {
		let largest = vec![MODULUS - 1; count];
		assert_eq!(dot(&largest, &largest), count as u64);
		let less = if count > 5 { MODULUS - (count as u64 - 5) } else { 5 - count as u64 };
		assert_eq!(without(5, &largest, &largest), less);
	}
	let mut numbers = Numbers(1);
	let mut draw = || (0..PANEL).map(|_| numbers.base()).collect::<Row>();
	let (left, right) = (draw(), draw());
	let sum = left.iter().zip(&right).fold(BaseElement::ZERO, |sum, (l, r)| sum + *l * *r);
	let words = |row: &Row| row.iter().map(BaseElement::as_int).collect::<Vec<_>>();
	assert_eq!(dot(&words(&left), &words(&right)), sum.as_int());
}
