//! The one pinned set of proof parameters.

use super::{
	columns::WITNESS_WIDTH,
	constraints::{NUM_ASSERTIONS, NUM_CONSTRAINTS},
};
use crate::system::{Parameters, Shape, EXTENSION_DEGREE, MAX_REMAINDER_DEGREE};
use winter_air::{proof::Context, ProofOptions};

/// Positions at which the verifier opens the committed polynomials.
pub const NUM_QUERIES: usize = 37;
/// Columns the composition polynomial is split into; a test derives it from the context.
pub const NUM_COMPOSITION_COLUMNS: usize = 7;
/// Rows at the end of the trace that hold random values and obey no transition. A column pinned in
/// one row of eight keeps `K - K/8` free cells, and `NUM_QUERIES + 2 * EXTENSION_DEGREE` are opened.
pub const BLINDING_ROWS: usize = 56;
/// Random columns: for each border between composition columns, one per extension coordinate.
pub const MASKS: usize = 6 * EXTENSION_DEGREE;
/// Below this the blinding rows would raise the degree of the composition polynomial.
pub const MIN_TRACE_LENGTH: usize = 512;

/// Columns and blinding of every trace.
pub const SHAPE: Shape = Shape::new(WITNESS_WIDTH, MASKS, BLINDING_ROWS, MIN_TRACE_LENGTH);

/// The parameters of every proof.
pub const PARAMETERS: Parameters = Parameters {
	queries: NUM_QUERIES,
	blowup: 32,
	grinding: 20,
	folding: 8,
	remainder_degree: MAX_REMAINDER_DEGREE,
	composition_columns: NUM_COMPOSITION_COLUMNS,
	shape: SHAPE,
	constraints: NUM_CONSTRAINTS,
	assertions: NUM_ASSERTIONS,
};

const _: () = assert!(PARAMETERS.cover(BLINDING_ROWS - BLINDING_ROWS / 8));

/// The pinned options.
pub const fn options() -> ProofOptions {
	PARAMETERS.options()
}

/// The header of every proof over a trace of `trace_length` rows.
pub fn context(trace_length: usize) -> Context {
	PARAMETERS.context(trace_length)
}
