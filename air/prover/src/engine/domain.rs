//! The extended domain as cosets of the trace domain.

use meterproof_packed::dft::Roots;
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Point i of the extended domain is `offset * generator^i`. Those whose numbers are k modulo the number of
/// cosets are coset k: `shift(k)` times the powers of a generator of the trace domain, in order.
pub struct Domain {
	rows: usize,
	cosets: usize,
	generator: BaseElement,
	roots: Roots,
}

impl Domain {
	/// `cosets` points for each of `rows` rows; both are powers of two, and there are at least two rows.
	pub fn new(rows: usize, cosets: usize) -> Self {
		let generator = BaseElement::get_root_of_unity((rows * cosets).ilog2());
		Self { rows, cosets, generator, roots: Roots::new(rows) }
	}

	/// Points of a coset.
	pub fn rows(&self) -> usize {
		self.rows
	}

	/// Number of cosets.
	pub fn cosets(&self) -> usize {
		self.cosets
	}

	/// The roots of unity for transforms over a coset, or over one of fewer points.
	pub fn roots(&self) -> &Roots {
		&self.roots
	}

	/// What all points are multiplied by, so that none is in the trace domain.
	pub fn offset() -> BaseElement {
		BaseElement::GENERATOR
	}

	/// The point with this number.
	pub fn point(&self, number: usize) -> BaseElement {
		Self::offset() * self.generator.exp(number as u64)
	}

	/// The first point of the coset with this number.
	pub fn shift(&self, coset: usize) -> BaseElement {
		self.point(coset)
	}

	/// The numbers of so many cosets, spread over all, so that threads get as many of them each.
	pub fn spread(&self, count: usize) -> impl Iterator<Item = usize> {
		let cosets = self.cosets;
		assert!(count <= cosets, "no more cosets than there are");
		(0..count).map(move |i| i * cosets / count)
	}

	/// A generator of the trace domain.
	pub fn trace_generator(&self) -> BaseElement {
		self.generator.exp(self.cosets as u64)
	}
}
