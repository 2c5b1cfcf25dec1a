//! The sizes that a statement implies, worked out apart from the verifier's own.

use meterproof_fuzz_subject::Statement;
use meterproof_programs::system::{Parameters, EXTENSION_DEGREE};
use winter_utils::Serializable;

/// Bytes of a field element.
pub const ELEMENT: usize = 8;
/// Bytes of an extension element.
pub const EXTENSION: usize = ELEMENT * EXTENSION_DEGREE;

/// Sizes of a statement's proofs.
#[derive(Clone, Debug)]
pub struct Sizes {
	/// Everything but the length of the trace.
	pub parameters: Parameters,
	/// Rows of the trace.
	pub rows: usize,
	/// Points the trace is extended to.
	pub domain: usize,
	/// Leaves of each layer of the low-degree proof.
	pub layers: Vec<usize>,
	/// Bytes of an opened row of the trace.
	pub trace_row: usize,
	/// Bytes of an opened row of the composition polynomial.
	pub composition_row: usize,
	/// Bytes of a row of the trace at the out-of-domain point.
	pub trace_frame_row: usize,
	/// Bytes of a leaf of a layer.
	pub leaf: usize,
	/// Bytes of the remainder.
	pub remainder: usize,
}

impl Sizes {
	/// `None` for a statement that has no trace.
	pub fn of(statement: &Statement) -> Option<Self> {
		let (parameters, rows) = (statement.parameters(), statement.rows()?);
		let fri = parameters.options().to_fri_options();
		let domain = rows * parameters.blowup;
		let layers: Vec<usize> = (1..=fri.num_fri_layers(domain))
			.map(|layer| domain / fri.folding_factor().pow(layer as u32))
			.collect();
		let last = layers.last().copied().unwrap_or(domain);
		let width = parameters.shape.width();
		Some(Self {
			parameters,
			rows,
			domain,
			layers,
			trace_row: width * ELEMENT,
			composition_row: parameters.composition_columns * EXTENSION,
			trace_frame_row: width * EXTENSION,
			leaf: fri.folding_factor() * EXTENSION,
			remainder: last / parameters.blowup * EXTENSION,
		})
	}

	/// The header of its proofs.
	pub fn header(&self) -> Vec<u8> {
		self.header_of(self.rows)
	}

	/// The header that a proof over so many rows would have.
	pub fn header_of(&self, rows: usize) -> Vec<u8> {
		self.parameters.context(rows).to_bytes()
	}
}
