//! Columns as polynomials, and the tree over their extension.

use super::{domain::Domain, transform::interpolate, tree::Tree};
use crate::system::{erase, SecretTrace};
use core::ops::{Deref, DerefMut};
use meterproof_packed::{
	blake3::{hash_rows, Digests, LANES as HASHED},
	dft::{self, Twiddles},
	dispatch, load, Kernel, Packed, LANES,
};
use std::sync::{Mutex, PoisonError};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_utils::iterators::*;

/// Rows of each chunk whose transforms are ended together, and hashed: a divisor of any chunk that is not all
/// there is.
const STRETCH: usize = 64;

/// Elements that are erased when dropped.
#[derive(Default)]
pub struct Secret(Vec<BaseElement>);

impl Secret {
	/// A column of `length` zeros.
	pub fn zeros(length: usize) -> Self {
		Self(vec![BaseElement::ZERO; length])
	}
}

impl From<Vec<BaseElement>> for Secret {
	fn from(elements: Vec<BaseElement>) -> Self {
		Self(elements)
	}
}

impl Drop for Secret {
	fn drop(&mut self) {
		erase(&mut self.0);
	}
}

impl Deref for Secret {
	type Target = [BaseElement];
	fn deref(&self) -> &[BaseElement] {
		&self.0
	}
}

impl DerefMut for Secret {
	fn deref_mut(&mut self) -> &mut [BaseElement] {
		&mut self.0
	}
}

/// Columns of one length: values over the trace domain at first, then coefficients in bit-reversed order.
pub struct Columns(Vec<Secret>);

impl Columns {
	/// The values in a trace.
	pub fn of(trace: SecretTrace) -> Self {
		Self(trace.into_columns().into_iter().map(Secret::from).collect())
	}

	/// Columns of polynomials, from their coefficients in bit-reversed order.
	pub fn from_coefficients(columns: Vec<Secret>) -> Self {
		Self(columns)
	}

	/// The columns, one by one.
	pub fn iter(&self) -> impl IndexedParallelIterator<Item = &[BaseElement]> {
		self.0.par_iter().map(|column| &column[..])
	}

	/// The columns as slices, in order.
	pub fn slices(&self) -> Vec<&[BaseElement]> {
		self.0.iter().map(|column| &column[..]).collect()
	}

	/// Replaces the values of each column by the coefficients of its polynomial.
	pub fn interpolate(&mut self, domain: &Domain) {
		let twiddles = domain.roots().interpolation(BaseElement::ONE, domain.rows());
		self.0.par_iter_mut().for_each(|column| interpolate(column, &twiddles));
	}

	/// The tree over the extension of these coefficients, and the cosets that are to be kept, so many, spread
	/// over all.
	pub fn commit(&self, domain: &Domain, kept: usize) -> (Tree, Vec<Coset>) {
		let slices = self.slices();
		let blocks = domain.rows().div_ceil(HASHED);
		let mut leaves = vec![[[0; HASHED]; 8]; blocks * domain.cosets()];
		let kept: Vec<_> = domain.spread(kept).collect();
		// As many as there are threads: what is new memory costs as much as a few steps of a transform.
		let pool = Mutex::new(Vec::new());
		let spare = || pool.lock().unwrap_or_else(PoisonError::into_inner);
		let cosets: Vec<_> = leaves
			.par_chunks_mut(blocks)
			.enumerate()
			.map(|(k, leaves)| {
				let last = spare().pop();
				let mut coset = last.unwrap_or_else(|| Coset::new(slices.len(), domain.rows()));
				let kept = kept.contains(&k);
				let twiddles = domain.roots().evaluation(domain.shift(k), domain.rows());
				dispatch(Extend { columns: &slices, twiddles: &twiddles, coset: &mut coset });
				dispatch(Join { twiddles: &twiddles, coset: &mut coset, kept, leaves });
				if kept {
					return Some(coset);
				}
				spare().push(coset);
				None
			})
			.collect();
		drop(pool);
		(Tree::new(leaves, domain.cosets(), domain.rows()), cosets.into_iter().flatten().collect())
	}
}

/// The values of all columns over one coset.
pub struct Coset {
	values: Secret,
	rows: usize,
}

impl Coset {
	fn new(width: usize, rows: usize) -> Self {
		Self { values: Secret::zeros(width * Self::stride(rows)), rows }
	}

	/// Room for the rows, and for the first few once more, which follow the last.
	fn stride(rows: usize) -> usize {
		rows + LANES
	}

	/// Points of the coset.
	pub fn rows(&self) -> usize {
		self.rows
	}

	/// Number of columns.
	pub fn width(&self) -> usize {
		self.values.len() / Self::stride(self.rows)
	}

	/// The values of a column at eight points from this one on, of which the last is followed by the first.
	#[inline(always)]
	pub fn load(&self, column: usize, row: usize) -> Packed {
		load(&self.values[column * Self::stride(self.rows) + row..])
	}
}

/// All but the last steps of the columns' transforms, column by column.
struct Extend<'a> {
	columns: &'a [&'a [BaseElement]],
	twiddles: &'a Twiddles,
	coset: &'a mut Coset,
}

impl Kernel for Extend<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		let rows = self.coset.rows;
		let values = self.coset.values.chunks_exact_mut(Coset::stride(rows));
		for (coefficients, values) in self.columns.iter().zip(values) {
			dft::evaluate_chunks(coefficients, &mut values[..rows], self.twiddles);
		}
	}
}

/// The last steps, and the hashes of the rows while these are in the cache. Where the coset is not kept, its
/// memory is left as it was.
struct Join<'a> {
	twiddles: &'a Twiddles,
	coset: &'a mut Coset,
	kept: bool,
	leaves: &'a mut [Digests],
}

impl Join<'_> {
	/// What the columns are in one chunk of: nothing is left to join.
	#[inline(always)]
	fn hash(&mut self) {
		let rows = self.coset.rows;
		let columns = self.coset.values.chunks_exact(Coset::stride(rows));
		let columns: Vec<_> = columns.map(|column| &column[..rows]).collect();
		hash_rows(&columns, self.leaves);
	}

	#[inline(always)]
	fn join_and_hash(&mut self, chunk: usize) {
		let (rows, width) = (self.coset.rows, self.coset.width());
		let of_column = rows / chunk * STRETCH;
		// Between columns there is room, lest they fall into the same lines of the cache.
		let mut tile = Secret::zeros(width * (of_column + LANES));
		for first in (0..chunk).step_by(STRETCH) {
			let values = self.coset.values.chunks_exact_mut(Coset::stride(rows));
			for (tile, values) in tile.chunks_exact_mut(of_column + LANES).zip(values) {
				let (tile, values) = (&mut tile[..of_column], &mut values[..rows]);
				dft::join_chunks(values, first, tile, self.twiddles);
				if self.kept {
					let stretches = tile.chunks_exact(STRETCH);
					for (stretch, chunk) in stretches.zip(values.chunks_exact_mut(chunk)) {
						chunk[first..first + STRETCH].copy_from_slice(stretch);
					}
				}
			}
			for i in 0..rows / chunk {
				let columns = tile.chunks_exact(of_column + LANES);
				let columns: Vec<_> = columns.map(|c| &c[i * STRETCH..][..STRETCH]).collect();
				let leaves = &mut self.leaves[(i * chunk + first) / HASHED..];
				hash_rows(&columns, &mut leaves[..STRETCH / HASHED]);
			}
		}
	}
}

impl Kernel for Join<'_> {
	type Output = ();
	#[inline(always)]
	fn run(mut self) {
		match dft::chunk_length(self.coset.rows) {
			chunk if chunk == self.coset.rows => self.hash(),
			chunk => self.join_and_hash(chunk),
		}
		if self.kept {
			let rows = self.coset.rows;
			for column in self.coset.values.chunks_exact_mut(Coset::stride(rows)) {
				let (rows, again) = column.split_at_mut(rows);
				for (i, cell) in again.iter_mut().enumerate() {
					*cell = rows[i % rows.len()];
				}
			}
		}
	}
}

/// The sum of products, element by element.
#[inline(always)]
pub fn dot(a: &[BaseElement], b: &[BaseElement]) -> BaseElement {
	let whole = a.len() / LANES * LANES;
	let mut sum = Packed::ZERO;
	for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
		sum += load(a) * load(b);
	}
	let rest = a[whole..].iter().zip(&b[whole..]);
	rest.fold(sum.sum(), |sum, (a, b)| sum + *a * *b)
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_programs::system::{ProofHash, Tree as Reference};
	use winter_crypto::ElementHasher;
	use winter_math::fft;

	/// Below a stretch and a hash's lanes, in one chunk, in two and in eight.
	#[test]
	fn trees_and_cosets_are_those_of_the_extension() {
		for (rows, cosets) in [(8, 4), (32, 4), (4096, 2), (1 << 13, 4), (1 << 16, 2)] {
			let domain = Domain::new(rows, cosets);
			let cell = |i: usize| BaseElement::new((i * i + 7 * i + 3) as u64).exp(5);
			let columns: Vec<Vec<_>> =
				(0..3).map(|c| (0..rows).map(|row| cell(c * rows + row)).collect()).collect();
			let extended: Vec<_> = columns
				.iter()
				.map(|column| {
					let mut polynomial = column.clone();
					fft::interpolate_poly(&mut polynomial, &fft::get_inv_twiddles(rows));
					let twiddles = fft::get_twiddles(rows);
					let offset = Domain::offset();
					fft::evaluate_poly_with_offset(&polynomial, &twiddles, offset, cosets)
				})
				.collect();
			let leaf = |i: usize| ProofHash::hash_elements(&[0, 1, 2].map(|c| extended[c][i]));
			let expected = Reference::new((0..rows * cosets).map(leaf).collect()).unwrap();

			let mut columns = Columns(columns.into_iter().map(Secret::from).collect());
			columns.interpolate(&domain);
			for kept in 0..=cosets {
				let (tree, values) = columns.commit(&domain, kept);
				assert_eq!(tree.root(), *expected.root(), "{rows} {cosets}");
				assert_eq!(values.len(), kept);
				for (k, coset) in domain.spread(kept).zip(&values) {
					for (column, extended) in extended.iter().enumerate() {
						let value = |row: usize| extended[k + row % rows * cosets];
						for row in
							(0..=rows - LANES).step_by(LANES).chain([rows - LANES + 1, rows - 1])
						{
							let lanes = coset.load(column, row).lanes();
							let expected: [_; LANES] = core::array::from_fn(|i| value(row + i));
							assert_eq!(lanes, expected, "{rows} {cosets} {row}");
						}
					}
				}
			}
		}
	}
}
