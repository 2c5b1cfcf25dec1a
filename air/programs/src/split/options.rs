//! The one pinned set of proof parameters.

use super::{
	columns::WITNESS_WIDTH,
	constraints::{NUM_ASSERTIONS, NUM_CONSTRAINTS},
	layout::{BLOCK, SHORT_TRACE},
};
use crate::system::{Parameters, Shape, EXTENSION_DEGREE, MAX_REMAINDER_DEGREE};

/// Rows at the end of the trace that hold random values and obey no transition: a whole block, of
/// which assertions pin up to six cells in a column.
pub const BLINDING_ROWS: usize = BLOCK;
/// Random columns: for each border between composition columns, one per extension coordinate.
pub const MASKS: usize = 6 * EXTENSION_DEGREE;

/// Columns and blinding of every trace.
pub const SHAPE: Shape = Shape::new(WITNESS_WIDTH, MASKS, BLINDING_ROWS, SHORT_TRACE);

/// The parameters of every proof.
pub const PARAMETERS: Parameters = Parameters {
	queries: 38,
	blowup: 32,
	grinding: 20,
	folding: 8,
	remainder_degree: MAX_REMAINDER_DEGREE,
	composition_columns: 7,
	shape: SHAPE,
	constraints: NUM_CONSTRAINTS,
	assertions: NUM_ASSERTIONS,
};

const _: () = assert!(PARAMETERS.cover(BLINDING_ROWS - 6));
