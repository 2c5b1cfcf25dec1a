//! The proof system: one for all statements, with parameters of each.

use alloc::vec::Vec;
use winter_air::{proof::Context, Air, BatchingMethod, FieldExtension, ProofOptions, TraceInfo};
use winter_crypto::{hashers::Blake3_256, DefaultRandomCoin, MerkleTree};
use winter_math::fields::f64::BaseElement;

/// The hash of the proof system: Merkle trees and the transcript. (What circuits hash themselves is
/// [`crate::hash`].)
pub type ProofHash = Blake3_256<BaseElement>;
/// The transcript.
pub type Coin = DefaultRandomCoin<ProofHash>;
/// The vector commitment.
pub type Tree = MerkleTree<ProofHash>;

/// Degree of the extension field the verifier's challenges come from.
pub const EXTENSION_DEGREE: usize = 3;

/// Degree up to which a last polynomial of the low-degree proof (the remainder) is written out in
/// place of more layers. Each layer costs a Merkle root, paths and leaves; 128 coefficients cost
/// 3 kB (`docs/decisions/0018-long-last-polynomials.md`).
///
/// It rests on the verifier's comparison of the remainder with its commitment, which the proof
/// system leaves out. A prover that could choose the remainder after the query positions could make
/// it agree with anything at as many of them as it has coefficients: at all 37.
pub const MAX_REMAINDER_DEGREE: usize = 127;

/// A statement's circuit, with the one set of parameters its proofs are made with.
pub trait Circuit: Air<BaseField = BaseElement, PublicInputs: Clone> {
	/// The parameters of the statement's proofs. They are consensus: a proof made with any other
	/// set is refused.
	const PARAMETERS: Parameters;
	/// Columns that hold nothing but what the statement makes public, and randomness.
	const PUBLIC_COLUMNS: &'static [usize];
}

/// Everything about the proofs of a statement but the length of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
	/// Positions at which the verifier opens the committed polynomials.
	pub queries: usize,
	/// Points the trace is extended to, per row.
	pub blowup: usize,
	/// Bits of work per query seed.
	pub grinding: u32,
	/// Evaluations in a leaf of a layer of the low-degree proof.
	pub folding: usize,
	/// At most [`MAX_REMAINDER_DEGREE`].
	pub remainder_degree: usize,
	/// Columns the composition polynomial is split into; a test derives it from the context.
	pub composition_columns: usize,
	/// Columns and blinding of the trace.
	pub shape: Shape,
	/// Transition constraints, masks apart.
	pub constraints: usize,
	/// Boundary assertions.
	pub assertions: usize,
}

impl Parameters {
	/// These parameters in the proof system's own type.
	pub const fn options(&self) -> ProofOptions {
		ProofOptions::new(
			self.queries,
			self.blowup,
			self.grinding,
			FieldExtension::Cubic,
			self.folding,
			self.remainder_degree,
			BatchingMethod::Linear,
			BatchingMethod::Linear,
		)
	}

	/// The header of every proof over a trace of `trace_length` rows.
	pub fn context(&self, trace_length: usize) -> Context {
		Context::new::<BaseElement>(
			TraceInfo::new(self.shape.width(), trace_length),
			self.options(),
			self.num_constraints_and_assertions(),
		)
	}

	/// What the header of a proof calls constraints.
	fn num_constraints_and_assertions(&self) -> usize {
		self.constraints.saturating_add(self.shape.masks).saturating_add(self.assertions)
	}

	/// Whether the blinding covers what is opened, for columns of which at least `free` of the
	/// blinding cells are free (`docs/zero-knowledge.md`).
	pub const fn cover(&self, free: usize) -> bool {
		let Some(opened) = self.queries.checked_add(2 * EXTENSION_DEGREE) else { return false };
		let Some(borders) = self.composition_columns.checked_sub(1) else { return false };
		let shape = &self.shape;
		shape.masks == borders.saturating_mul(EXTENSION_DEGREE)
			&& shape.blinding_rows.is_multiple_of(8)
			&& shape.blinding_rows <= (shape.min_trace_length / 8).saturating_add(7)
			&& free <= shape.blinding_rows
			&& free >= opened
			&& self.remainder_degree <= MAX_REMAINDER_DEGREE
	}
}

/// Columns and blinding of a trace. Shipped code only ever sees those of [`Circuit::PARAMETERS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
	witness: usize,
	masks: usize,
	blinding_rows: usize,
	min_trace_length: usize,
}

impl Shape {
	/// `witness` columns and `masks` random ones, of which the last `blinding_rows` obey no
	/// transition.
	pub(crate) const fn new(
		witness: usize,
		masks: usize,
		blinding_rows: usize,
		min_trace_length: usize,
	) -> Self {
		Self { witness, masks, blinding_rows, min_trace_length }
	}

	/// Any other blinding: for measurements and for attacks in tests, never for a verifier.
	#[cfg(feature = "unhiding")]
	pub const fn unsafe_for_tests(
		self,
		blinding_rows: usize,
		masks: usize,
		min_trace_length: usize,
	) -> Self {
		Self { witness: self.witness, masks, blinding_rows, min_trace_length }
	}

	/// Columns that are not masks.
	pub const fn witness(&self) -> usize {
		self.witness
	}

	/// Rows at the end of the trace that hold random values and obey no transition.
	pub const fn blinding_rows(&self) -> usize {
		self.blinding_rows
	}

	/// Random columns: for each border between composition columns, one per extension coordinate.
	pub const fn masks(&self) -> usize {
		self.masks
	}

	/// Columns of the trace.
	pub const fn width(&self) -> usize {
		self.witness.saturating_add(self.masks)
	}

	/// The smallest trace of this shape: below it the blinding rows would raise the degree of the
	/// composition polynomial.
	pub const fn min_trace_length(&self) -> usize {
		self.min_trace_length
	}
}

/// 0, 1, 2 and so on: what names in the order of an array turn into indices.
pub(crate) const fn indices<const N: usize>() -> [usize; N] {
	#![allow(
		clippy::arithmetic_side_effects,
		clippy::indexing_slicing,
		reason = "constants only, evaluated by the compiler"
	)]
	let mut indices = [0; N];
	let mut index = 0;
	while index < N {
		indices[index] = index;
		index += 1;
	}
	indices
}

/// What the transcript of a statement starts from: the digest of its injective encoding as 32-bit
/// limbs, behind the number of its kind.
pub(crate) fn seed(kind: u32, digest: &[u8; 32]) -> Vec<BaseElement> {
	let limbs = digest
		.chunks_exact(4)
		.map(|limb| limb.iter().rev().fold(0u32, |word, byte| (word << 8) | u32::from(*byte)));
	core::iter::once(kind).chain(limbs).map(BaseElement::from).collect()
}
