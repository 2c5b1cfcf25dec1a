//! What the circuit takes from the statement.

use super::{
	layout::BLOCK,
	options::SHAPE,
	statement::{self, trace_length},
	Share, Split, Statement, StatementError,
};
use crate::{
	hash::{decode, DigestBytes, Words},
	system::{seed, Shape},
};
use alloc::vec::Vec;
use winter_math::{fields::f64::BaseElement, FieldElement, ToElements};

/// The public values of one block.
#[derive(Clone, Copy, Debug)]
pub struct BlockPins {
	/// Contracted.
	pub quantity: BaseElement,
	/// Per unit.
	pub rate: BaseElement,
	/// What binds the key.
	pub key: Words,
	/// Commitment to the quantity delivered.
	pub delivered: Words,
	/// Owner and hash of the buyer's note.
	pub refund: [Words; 2],
	/// Owner and hash of the seller's note.
	pub payout: [Words; 2],
}

/// A statement as field elements: one entry per block of the trace.
#[derive(Clone, Debug)]
pub struct PublicInputs {
	shape: Shape,
	trace_length: usize,
	digest: [u8; 32],
	/// Of all notes.
	pub(super) asset: BaseElement,
	/// Of all trades.
	pub(super) period: BaseElement,
	blocks: Vec<BlockPins>,
}

/// Sets the seed of this statement kind apart from any other.
const SEED_TAG: u32 = 0x7370_0001;

impl PublicInputs {
	/// Checks the statement and lays its blocks out. Those left over repeat the first, so that
	/// nothing has to be hashed for them.
	pub fn new(statement: &Statement) -> Result<Self, StatementError> {
		Self::of_shape(statement, SHAPE)
	}

	/// The public inputs, for a trace with any amount of blinding: for measurements and for attacks
	/// in tests.
	#[cfg(feature = "unhiding")]
	pub fn with_shape(statement: &Statement, shape: Shape) -> Result<Self, StatementError> {
		Self::of_shape(statement, shape)
	}

	fn of_shape(statement: &Statement, shape: Shape) -> Result<Self, StatementError> {
		statement.check()?;
		let trace_length = trace_length(statement)?;
		let mut blocks = statement
			.splits
			.iter()
			.enumerate()
			.map(|(index, split)| pins(index, split))
			.collect::<Result<Vec<_>, _>>()?;
		let first = *blocks.first().ok_or(StatementError::NoSplits)?;
		// With less blinding than a block one block more, cut short.
		let rows = trace_length.saturating_sub(shape.blinding_rows());
		blocks.resize(rows.div_ceil(BLOCK), first);
		Ok(Self {
			shape,
			trace_length,
			digest: statement::digest(statement),
			asset: statement.asset.into(),
			period: BaseElement::new(statement.period),
			blocks,
		})
	}

	/// How much blinding the trace carries.
	pub fn shape(&self) -> Shape {
		self.shape
	}

	/// Rows of the trace.
	pub fn trace_length(&self) -> usize {
		self.trace_length
	}

	/// The period as a field element.
	pub fn period(&self) -> BaseElement {
		self.period
	}

	/// The blocks in trace order.
	pub fn blocks(&self) -> &[BlockPins] {
		&self.blocks
	}

	/// One value per block of the whole trace; zero where the block is blinding.
	pub(super) fn sequence(&self, value: impl Fn(&BlockPins) -> BaseElement) -> Vec<BaseElement> {
		let mut values: Vec<_> = self.blocks.iter().map(value).collect();
		values.resize(self.trace_length.wrapping_div(BLOCK), BaseElement::ZERO);
		values
	}
}

fn pins(index: usize, split: &Split) -> Result<BlockPins, StatementError> {
	let error = StatementError::NotCanonical { split: index };
	let words = |digest: &DigestBytes| decode(digest).ok_or(error);
	let share = |share: &Share| Ok([words(&share.owner)?, words(&share.note)?]);
	Ok(BlockPins {
		quantity: split.quantity.into(),
		rate: BaseElement::new(split.rate),
		key: words(&split.key_commitment)?,
		delivered: words(&split.quantity_commitment)?,
		refund: share(&split.refund)?,
		payout: share(&split.payout)?,
	})
}

impl ToElements<BaseElement> for PublicInputs {
	/// The digest of the statement's injective encoding, as 32-bit limbs.
	fn to_elements(&self) -> Vec<BaseElement> {
		seed(SEED_TAG, &self.digest)
	}
}
