//! What the circuit takes from the statement: the values pinned in each slot.

use super::{
	options::SHAPE,
	slot_count,
	statement::{self, trace_length_for, ROWS_PER_SLOT},
	Claim, Shape, Statement, StatementError,
};
use crate::{
	commitment::{self, Tag},
	system::seed,
};
use alloc::vec::Vec;
use meterproof_statements::Account;
use winter_math::{fields::f64::BaseElement, FieldElement, ToElements};

/// The public values of one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotPins {
	/// What the commitment is to.
	pub tag: Tag,
	/// 1, 0 or -1: how the amount enters the sum.
	pub weight: BaseElement,
	/// Device id; 0 for a slack, a hidden quantity or a filler.
	pub device: u32,
	/// Direction of the group; 0 for a filler.
	pub direction: u8,
	/// The commitment.
	pub commitment: [BaseElement; 4],
	/// In the last slot of a group: the claimed quantities up to here, added up.
	pub total: Option<u64>,
}

/// The public inputs in the form the circuit uses: one entry per slot of the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicInputs {
	pub(super) shape: Shape,
	trace_length: usize,
	digest: [u8; 32],
	period: BaseElement,
	slots: Vec<SlotPins>,
}

/// Sets the seed of this statement kind apart from any other.
const SEED_TAG: u32 = 0x7573_0001;

impl PublicInputs {
	/// Checks the statement and lays its slots out.
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

	fn of_shape<AccountId: Account>(
		statement: &Statement<AccountId>,
		shape: Shape,
	) -> Result<Self, StatementError> {
		statement.check()?;
		let trace_length = trace_length_for(slot_count(statement), &shape)?;
		let capacity =
			trace_length.saturating_sub(shape.blinding_rows()).wrapping_div(ROWS_PER_SLOT);
		let filler = filler(statement.period)?;
		let mut slots = Vec::with_capacity(capacity);
		let mut total = 0u64;
		for (group, g) in statement.groups.iter().enumerate() {
			for (slot, s) in g.slots.iter().enumerate() {
				slots.push(SlotPins {
					tag: Tag::Reading,
					weight: BaseElement::ONE,
					device: s.device,
					direction: g.direction.number(),
					commitment: commitment::decode(&s.commitment).ok_or(
						StatementError::CommitmentNotCanonical { group, slot: Some(slot) },
					)?,
					total: None,
				});
			}
			total = total
				.checked_add(g.claim.quantity())
				.ok_or(StatementError::QuantityTooLarge { group })?;
			if let Some(bytes) = g.claim.hidden() {
				slots.push(SlotPins {
					tag: Tag::Quantity,
					weight: minus_one(),
					device: 0,
					direction: g.direction.number(),
					commitment: commitment::decode(bytes)
						.ok_or(StatementError::QuantityNotCanonical { group })?,
					total: None,
				});
			}
			slots.push(SlotPins {
				tag: Tag::Slack,
				weight: match g.claim {
					Claim::AtLeast(_) | Claim::AtLeastHidden(_) => minus_one(),
					Claim::AtMost(_) => BaseElement::ONE,
					Claim::Exactly(_) => BaseElement::ZERO,
				},
				device: 0,
				direction: g.direction.number(),
				commitment: commitment::decode(&g.slack_commitment)
					.ok_or(StatementError::CommitmentNotCanonical { group, slot: None })?,
				total: Some(total),
			});
		}
		slots.resize(capacity, filler);
		Ok(Self {
			shape,
			trace_length,
			digest: statement::digest(statement),
			period: BaseElement::new(statement.period),
			slots,
		})
	}

	/// Rows of the trace.
	pub fn trace_length(&self) -> usize {
		self.trace_length
	}

	/// How much blinding the trace carries.
	pub fn shape(&self) -> Shape {
		self.shape
	}

	/// The period as a field element.
	pub fn period(&self) -> BaseElement {
		self.period
	}

	/// The slots, fillers included, in trace order.
	pub fn slots(&self) -> &[SlotPins] {
		&self.slots
	}

	/// One value per slot of the whole trace; zero where the slot is blinding.
	pub(super) fn sequence(&self, value: impl Fn(&SlotPins) -> BaseElement) -> Vec<BaseElement> {
		let length = self.trace_length.wrapping_div(ROWS_PER_SLOT);
		let mut values = Vec::with_capacity(length);
		values.extend(self.slots.iter().map(value));
		values.resize(length, BaseElement::ZERO);
		values
	}
}

fn minus_one() -> BaseElement {
	#![allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
	-BaseElement::ONE
}

/// The slot that stands for nothing: its opening is a constant known to everyone.
fn filler(period: u64) -> Result<SlotPins, StatementError> {
	let bytes = commitment::commit(Tag::Filler, 0, 0, period, 0, &[0; 4]);
	Ok(SlotPins {
		tag: Tag::Filler,
		weight: BaseElement::ZERO,
		device: 0,
		direction: 0,
		commitment: commitment::decode(&bytes).ok_or(StatementError::PeriodTooLarge)?,
		total: None,
	})
}

impl ToElements<BaseElement> for PublicInputs {
	/// The digest of the statement's injective encoding, as 32-bit limbs.
	fn to_elements(&self) -> Vec<BaseElement> {
		seed(SEED_TAG, &self.digest)
	}
}
