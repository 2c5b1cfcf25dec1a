//! The sizes that a number of rows implies, worked out apart from the verifier's own.

use meterproof_programs::usage::{
	context, options, SHAPE, EXTENSION_DEGREE, NUM_COMPOSITION_COLUMNS,
};
use winter_utils::Serializable;

/// Bytes of a field element.
pub const ELEMENT: usize = 8;
/// Bytes of an extension element.
pub const EXTENSION: usize = ELEMENT * EXTENSION_DEGREE;
/// Bytes of an opened row of the trace.
pub const TRACE_ROW: usize = SHAPE.width() * ELEMENT;
/// Bytes of an opened row of the composition polynomial.
pub const COMPOSITION_ROW: usize = NUM_COMPOSITION_COLUMNS * EXTENSION;
/// Bytes of a row of the trace at the out-of-domain point.
pub const TRACE_FRAME_ROW: usize = SHAPE.width() * EXTENSION;

/// Sizes of a proof over `rows` rows.
pub struct Sizes {
	/// Points the trace is extended to.
	pub domain: usize,
	/// Leaves of each layer of the low-degree proof.
	pub layers: Vec<usize>,
	/// Bytes of a leaf of a layer.
	pub leaf: usize,
	/// Bytes of the remainder.
	pub remainder: usize,
}

impl Sizes {
	/// The sizes for `rows`, a power of two that a statement can have.
	pub fn new(rows: usize) -> Self {
		let options = options();
		let fri = options.to_fri_options();
		let domain = rows * options.blowup_factor();
		let layers: Vec<usize> = (1..=fri.num_fri_layers(domain))
			.map(|layer| domain / fri.folding_factor().pow(layer as u32))
			.collect();
		let last = layers.last().copied().unwrap_or(domain);
		Self {
			domain,
			layers,
			leaf: fri.folding_factor() * EXTENSION,
			remainder: last / options.blowup_factor() * EXTENSION,
		}
	}
}

/// The header of a proof over `rows` rows.
pub fn header(rows: usize) -> Vec<u8> {
	context(rows).to_bytes()
}
