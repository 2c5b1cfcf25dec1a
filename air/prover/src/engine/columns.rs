//! Columns as polynomials, and the tree over their extension.

use super::{domain::Domain, tree::Tree};
use crate::system::{erase, SecretTrace};
use core::ops::{Deref, DerefMut};
use meterproof_packed::{
	blake3::{hash_rows, Digests, LANES as HASHED},
	dft::{self, Roots},
	dispatch, load, store, Kernel, Packed, LANES,
};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;
use winter_utils::iterators::*;

/// Elements that are erased when dropped.
#[derive(Default)]
pub struct Secret(Vec<BaseElement>);

impl Secret {
	/// So many zeros.
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
	pub fn of(trace: &SecretTrace) -> Self {
		let matrix = trace.main_segment();
		Self((0..matrix.num_cols()).map(|i| matrix.get_column(i).to_vec().into()).collect())
	}

	/// From coefficients in bit-reversed order.
	pub fn from_coefficients(columns: Vec<Secret>) -> Self {
		Self(columns)
	}

	/// One by one.
	pub fn iter(&self) -> impl IndexedParallelIterator<Item = &[BaseElement]> {
		self.0.par_iter().map(|column| &column[..])
	}

	/// As slices, in order.
	pub fn slices(&self) -> Vec<&[BaseElement]> {
		self.0.iter().map(|column| &column[..]).collect()
	}

	/// From values to coefficients.
	pub fn interpolate(&mut self, domain: &Domain) {
		let scale = BaseElement::from(domain.rows() as u32).inv();
		self.0.par_iter_mut().for_each(|column| {
			dispatch(Interpolate { column, scale, roots: domain.roots() });
		});
	}

	/// The tree over the extension of these coefficients, and, where `kept` says how many cosets are wanted,
	/// so many of them, evenly spaced.
	pub fn commit(&self, domain: &Domain, kept: Option<usize>) -> (Tree, Vec<Coset>) {
		let slices = self.slices();
		let blocks = domain.rows().div_ceil(HASHED);
		let mut leaves = vec![[[0; HASHED]; 8]; blocks * domain.cosets()];
		let step = kept.map(|kept| {
			assert!((1..=domain.cosets()).contains(&kept), "no more cosets than there are");
			domain.cosets() / kept
		});
		let cosets: Vec<_> = leaves
			.par_chunks_mut(blocks)
			.enumerate()
			.map_init(
				|| Coset::new(slices.len(), domain.rows()),
				|coset, (k, leaves)| {
					let powers = dft::powers(domain.shift(k), domain.rows(), BaseElement::ONE);
					dispatch(Extend {
						columns: &slices,
						powers: &powers,
						coset,
						roots: domain.roots(),
					});
					dispatch(HashRows { columns: &coset.columns(), leaves });
					step.is_some_and(|step| k.is_multiple_of(step)).then(|| coset.keep())
				},
			)
			.collect();
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

	/// Room for the rows, and for the first few once more.
	fn stride(rows: usize) -> usize {
		rows + LANES
	}

	fn columns(&self) -> Vec<&[BaseElement]> {
		let stride = Self::stride(self.rows);
		self.values.chunks_exact(stride).map(|column| &column[..self.rows]).collect()
	}

	/// A copy, in which the first rows follow the last.
	fn keep(&self) -> Self {
		let mut values = self.values.to_vec();
		for column in values.chunks_exact_mut(Self::stride(self.rows)) {
			let (rows, again) = column.split_at_mut(self.rows);
			for (i, cell) in again.iter_mut().enumerate() {
				*cell = rows[i % rows.len()];
			}
		}
		Self { values: values.into(), rows: self.rows }
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

struct Interpolate<'a> {
	column: &'a mut [BaseElement],
	scale: BaseElement,
	roots: &'a Roots,
}

impl Kernel for Interpolate<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		dft::interpolate(self.column, self.roots);
		let scale = Packed::splat(self.scale);
		let (whole, rest) = self.column.split_at_mut(self.column.len() / LANES * LANES);
		for cells in whole.chunks_exact_mut(LANES) {
			store(cells, load(cells) * scale);
		}
		for cell in rest {
			*cell *= self.scale;
		}
	}
}

struct Extend<'a> {
	columns: &'a [&'a [BaseElement]],
	powers: &'a [BaseElement],
	coset: &'a mut Coset,
	roots: &'a Roots,
}

impl Kernel for Extend<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		let rows = self.coset.rows;
		let values = self.coset.values.chunks_exact_mut(Coset::stride(rows));
		for (coefficients, values) in self.columns.iter().zip(values) {
			evaluate_on_coset(coefficients, self.powers, &mut values[..rows], self.roots);
		}
	}
}

/// The values over a coset of coefficients in bit-reversed order, from the powers of the coset's first
/// point.
#[inline(always)]
pub fn evaluate_on_coset(
	coefficients: &[BaseElement],
	powers: &[BaseElement],
	values: &mut [BaseElement],
	roots: &Roots,
) {
	multiply(coefficients, powers, values);
	dft::evaluate(values, roots);
}

/// Products, element by element.
#[inline(always)]
fn multiply(a: &[BaseElement], b: &[BaseElement], out: &mut [BaseElement]) {
	let whole = out.len() / LANES * LANES;
	let pairs = a.chunks_exact(LANES).zip(b.chunks_exact(LANES));
	for (out, (a, b)) in out.chunks_exact_mut(LANES).zip(pairs) {
		store(out, load(a) * load(b));
	}
	for ((out, a), b) in out[whole..].iter_mut().zip(&a[whole..]).zip(&b[whole..]) {
		*out = *a * *b;
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

/// Hashes the rows of columns into the leaves of a coset.
pub struct HashRows<'a> {
	pub columns: &'a [&'a [BaseElement]],
	pub leaves: &'a mut [Digests],
}

impl Kernel for HashRows<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		hash_rows(self.columns, self.leaves);
	}
}
