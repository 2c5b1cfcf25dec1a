//! What the circuit takes from the statement.

use super::{options::SHAPE, statement, Statement, StatementError, NOTES};
use crate::{
	hash::{decode, Words},
	note::limbs,
	system::{seed, Shape},
};
use alloc::vec::Vec;
use meterproof_statements::Account;
use winter_math::{fields::f64::BaseElement, ToElements};

/// A statement as field elements.
#[derive(Clone, Debug)]
pub struct PublicInputs {
	shape: Shape,
	digest: [u8; 32],
	/// Of all four notes.
	pub(super) asset: BaseElement,
	/// Of the tree that holds the notes spent.
	pub(super) root: Words,
	/// Of the notes spent.
	pub(super) nullifiers: [Words; NOTES],
	/// The notes made.
	pub(super) outputs: [Words; NOTES],
	/// What enters less what leaves: low halves and high halves of the amounts.
	pub(super) balance: [BaseElement; 2],
}

/// Sets the seed of this statement kind apart from any other.
const SEED_TAG: u32 = 0x7061_0001;

impl PublicInputs {
	/// Checks the statement.
	pub fn new<AccountId: Account>(
		statement: &Statement<AccountId>,
	) -> Result<Self, StatementError> {
		Self::of_shape(statement, SHAPE)
	}

	/// The public inputs, for a trace with any amount of blinding: for measurements and for attacks
	/// in tests.
	#[cfg(feature = "unhiding")]
	pub fn with_shape<AccountId: Account>(
		statement: &Statement<AccountId>,
		shape: Shape,
	) -> Result<Self, StatementError> {
		Self::of_shape(statement, shape)
	}

	#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
	fn of_shape<AccountId: Account>(
		statement: &Statement<AccountId>,
		shape: Shape,
	) -> Result<Self, StatementError> {
		statement.check()?;
		let words = |digest| decode(digest).ok_or(StatementError::NotCanonical);
		let [n0, n1] = &statement.nullifiers;
		let [o0, o1] = &statement.outputs;
		let mut balance = limbs(statement.public.entering()).map(BaseElement::from);
		for leaving in statement.public.leaving() {
			for (sum, half) in balance.iter_mut().zip(limbs(leaving)) {
				*sum -= BaseElement::from(half);
			}
		}
		Ok(Self {
			shape,
			digest: statement::digest(statement),
			asset: statement.asset.into(),
			root: words(&statement.root)?,
			nullifiers: [words(n0)?, words(n1)?],
			outputs: [words(o0)?, words(o1)?],
			balance,
		})
	}

	/// How much blinding the trace carries.
	pub fn shape(&self) -> Shape {
		self.shape
	}

	/// What enters less what leaves, as the sums of low and high halves begin.
	pub fn balance(&self) -> [BaseElement; 2] {
		self.balance
	}
}

impl ToElements<BaseElement> for PublicInputs {
	/// The digest of the statement's injective encoding, as 32-bit limbs.
	fn to_elements(&self) -> Vec<BaseElement> {
		seed(SEED_TAG, &self.digest)
	}
}
