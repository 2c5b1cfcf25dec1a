//! The one pinned set of proof parameters, and the shape of the blinding that belongs to it.

use super::{air, columns::WITNESS_WIDTH};
use winter_air::{proof::Context, BatchingMethod, FieldExtension, ProofOptions, TraceInfo};
use winter_math::fields::f64::BaseElement;

/// Positions at which the verifier opens the committed polynomials.
pub const NUM_QUERIES: usize = 64;
const BLOWUP: usize = 8;
/// Bits of work per query seed.
const GRINDING: u32 = 20;
const FRI_FOLDING: usize = 8;
/// At most 7: a prover may choose the remainder after the query positions for as many last-layer
/// positions as it has coefficients, were its commitment not checked.
const FRI_REMAINDER_DEGREE: usize = 7;

/// Degree of the extension field the verifier's challenges come from.
pub const EXTENSION_DEGREE: usize = 3;
/// Columns the composition polynomial is split into; a test derives it from the context.
pub const NUM_COMPOSITION_COLUMNS: usize = 7;
/// Rows at the end of the trace that hold random values and obey no transition. A column pinned in
/// one row of eight keeps `K - K/8` free cells, and `NUM_QUERIES + 2 * EXTENSION_DEGREE` are opened.
pub const BLINDING_ROWS: usize = 80;
/// Random columns: for each border between composition columns, one per extension coordinate.
pub const MASKS: usize = 18;
/// Below this the blinding rows would raise the degree of the composition polynomial.
pub const MIN_TRACE_LENGTH: usize = 1024;

const _: () = {
	assert!(MASKS == (NUM_COMPOSITION_COLUMNS - 1) * EXTENSION_DEGREE);
	assert!(BLINDING_ROWS.is_multiple_of(8));
	assert!(BLINDING_ROWS - BLINDING_ROWS / 8 >= NUM_QUERIES + 2 * EXTENSION_DEGREE);
	assert!(BLINDING_ROWS <= MIN_TRACE_LENGTH / 8 + 7);
	assert!(FRI_REMAINDER_DEGREE <= 7);
};

/// The pinned options. They are consensus: a proof made with any other set is refused.
pub const fn options() -> ProofOptions {
	ProofOptions::new(
		NUM_QUERIES,
		BLOWUP,
		GRINDING,
		FieldExtension::Cubic,
		FRI_FOLDING,
		FRI_REMAINDER_DEGREE,
		BatchingMethod::Linear,
		BatchingMethod::Linear,
	)
}

/// How much blinding a trace carries. Shipped code only ever sees [`Shape::PINNED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
	blinding_rows: usize,
	masks: usize,
	min_trace_length: usize,
}

impl Shape {
	/// The shape that goes with the pinned options.
	pub const PINNED: Self =
		Self { blinding_rows: BLINDING_ROWS, masks: MASKS, min_trace_length: MIN_TRACE_LENGTH };

	/// Any other shape: for measurements and for attacks in tests, never for a verifier.
	#[cfg(feature = "unhiding")]
	pub const fn unsafe_for_tests(
		blinding_rows: usize,
		masks: usize,
		min_trace_length: usize,
	) -> Self {
		Self { blinding_rows, masks, min_trace_length }
	}

	/// Rows at the end of the trace that obey no transition.
	pub const fn blinding_rows(&self) -> usize {
		self.blinding_rows
	}

	/// Random columns.
	pub const fn masks(&self) -> usize {
		self.masks
	}

	/// Columns of the trace.
	pub const fn width(&self) -> usize {
		WITNESS_WIDTH.saturating_add(self.masks)
	}

	/// The smallest trace of this shape.
	pub const fn min_trace_length(&self) -> usize {
		self.min_trace_length
	}
}

/// The header of every proof over a trace of `trace_length` rows.
pub fn context(trace_length: usize) -> Context {
	Context::new::<BaseElement>(
		TraceInfo::new(Shape::PINNED.width(), trace_length),
		options(),
		air::num_constraints_and_assertions(&Shape::PINNED),
	)
}
