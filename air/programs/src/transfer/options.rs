//! The one pinned set of proof parameters.

use super::{
	columns::WITNESS_WIDTH,
	constraints::{NUM_ASSERTIONS, NUM_CONSTRAINTS},
	layout::{first_row, slots, TRACE_LENGTH},
};
use crate::system::{Parameters, Shape, EXTENSION_DEGREE, MAX_REMAINDER_DEGREE};

/// Rows at the end of the trace that hold random values and obey no transition. In some columns the last
/// transition determines the first of these cells.
pub const BLINDING_ROWS: usize = 56;
/// Random columns: for each border between composition columns, one per extension coordinate.
pub const MASKS: usize = 6 * EXTENSION_DEGREE;

/// Columns and blinding of every trace.
pub const SHAPE: Shape = Shape::new(WITNESS_WIDTH, MASKS, BLINDING_ROWS, TRACE_LENGTH);

/// The parameters of every proof.
pub const PARAMETERS: Parameters = Parameters {
	queries: 37,
	blowup: 32,
	grinding: 20,
	folding: 8,
	remainder_degree: MAX_REMAINDER_DEGREE,
	composition_columns: 7,
	shape: SHAPE,
	constraints: NUM_CONSTRAINTS,
	assertions: NUM_ASSERTIONS,
};

const _: () = {
	assert!(PARAMETERS.cover(BLINDING_ROWS - 1));
	assert!(first_row(1, slots::MADE_MORE + 1) <= TRACE_LENGTH - BLINDING_ROWS);
};
