//! The statement as plain data, the checks on it, and its encoding.

use super::{
	options::{BLINDING_ROWS, MIN_TRACE_LENGTH, SHAPE},
	ProofHash, Shape,
};
use crate::{
	commitment::{self, CommitmentBytes},
	rescue,
};
use alloc::vec::Vec;
use core::fmt;
use winter_crypto::{Digest, Hasher};

/// Rows of the trace per slot: a permutation of seven rounds and its result.
pub const ROWS_PER_SLOT: usize = rescue::ROWS;

/// The longest trace, in rows.
const MAX_TRACE_LENGTH: usize = 1 << 20;

/// Readings, hidden quantities and slacks (one per group) that one statement may have.
pub const MAX_SLOTS: usize = (MAX_TRACE_LENGTH - BLINDING_ROWS) / ROWS_PER_SLOT;

/// Groups that one statement may have: each takes at least two slots.
pub const MAX_GROUPS: usize = MAX_SLOTS / 2;

/// Claimed quantities, their running total over the groups, and the period are below this, far
/// from the field modulus: nothing wraps.
pub const MAX_QUANTITY: u64 = 1 << 53;

/// What a proof is about. The runtime forms it; the prover only adds the commitments to slacks and
/// hidden quantities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
	/// Hash of the chain's genesis block.
	pub genesis: [u8; 32],
	/// Settlement period of every reading, below 2^53.
	pub period: u64,
	/// Resource the devices meter.
	pub resource: u8,
	/// At least one group.
	pub groups: Vec<Group>,
}

/// The devices of one operator in one zone, for one direction, and the claim about their sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
	/// Account that owns the devices.
	pub operator: [u8; 32],
	/// Zone of the devices.
	pub zone: u32,
	/// Direction of the readings.
	pub direction: u8,
	/// What is claimed of their sum, in base units.
	pub claim: Claim,
	/// At least one slot, in strictly increasing order of device id.
	pub slots: Vec<Slot>,
	/// Commitment to the difference between claim and sum. Supplied by the prover.
	pub slack_commitment: CommitmentBytes,
}

/// One device's reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
	/// Device id.
	pub device: u32,
	/// The commitment the device signed.
	pub commitment: CommitmentBytes,
}

/// A claim about a sum of readings, in base units (Wh, litre): of a public quantity below 2^53, or
/// of a hidden one below 2^32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
	/// The sum is this or more: energy delivered.
	AtLeast(u64),
	/// The sum is this or less: an allocation kept.
	AtMost(u64),
	/// The sum is this: totals opened on purpose.
	Exactly(u64),
	/// The sum is this or more, the quantity behind a commitment that the prover supplies (tag
	/// [`Tag::Quantity`](crate::hash::Tag::Quantity), device 0): what another proof speaks of too.
	AtLeastHidden(CommitmentBytes),
}

impl Claim {
	/// The claimed quantity; of a hidden one nothing enters the public totals.
	pub const fn quantity(&self) -> u64 {
		match self {
			Self::AtLeast(q) | Self::AtMost(q) | Self::Exactly(q) => *q,
			Self::AtLeastHidden(_) => 0,
		}
	}

	/// The commitment to a hidden quantity.
	pub const fn hidden(&self) -> Option<&CommitmentBytes> {
		match self {
			Self::AtLeastHidden(commitment) => Some(commitment),
			Self::AtLeast(_) | Self::AtMost(_) | Self::Exactly(_) => None,
		}
	}

	/// A number for each kind, part of the statement's encoding.
	pub const fn kind(&self) -> u8 {
		match self {
			Self::AtLeast(_) => 1,
			Self::AtMost(_) => 2,
			Self::Exactly(_) => 3,
			Self::AtLeastHidden(_) => 4,
		}
	}
}

/// Why a statement cannot be proved or verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementError {
	/// There is no group.
	NoGroups,
	/// A group has no slot.
	EmptyGroup {
		/// Index of the group.
		group: usize,
	},
	/// More slots (slacks included) than [`MAX_SLOTS`].
	TooManySlots,
	/// The period is 2^53 or more.
	PeriodTooLarge,
	/// A claimed quantity, or the total up to this group, is 2^53 or more.
	QuantityTooLarge {
		/// Index of the group.
		group: usize,
	},
	/// The slots of a group are not in strictly increasing order of device id.
	DevicesNotIncreasing {
		/// Index of the group.
		group: usize,
		/// Index of the slot that does not follow its predecessor.
		slot: usize,
	},
	/// A commitment has a word that is not below the field modulus.
	CommitmentNotCanonical {
		/// Index of the group.
		group: usize,
		/// Index of the slot, or `None` for the slack.
		slot: Option<usize>,
	},
	/// The commitment to a hidden quantity has a word that is not below the field modulus.
	QuantityNotCanonical {
		/// Index of the group.
		group: usize,
	},
}

impl fmt::Display for StatementError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::NoGroups => write!(f, "the statement has no group"),
			Self::EmptyGroup { group } => write!(f, "group {group} has no slot"),
			Self::TooManySlots => write!(f, "more than {MAX_SLOTS} slots"),
			Self::PeriodTooLarge => write!(f, "the period is not below 2^53"),
			Self::QuantityTooLarge { group } => {
				write!(f, "the quantities up to group {group} are not below 2^53")
			},
			Self::DevicesNotIncreasing { group, slot } => {
				write!(f, "device ids of group {group} do not increase at slot {slot}")
			},
			Self::CommitmentNotCanonical { group, slot: Some(slot) } => {
				write!(f, "commitment {slot} of group {group} is not canonical")
			},
			Self::CommitmentNotCanonical { group, slot: None } => {
				write!(f, "the slack commitment of group {group} is not canonical")
			},
			Self::QuantityNotCanonical { group } => {
				write!(f, "the commitment to the quantity of group {group} is not canonical")
			},
		}
	}
}

impl core::error::Error for StatementError {}

impl Group {
	/// Its slots: one per device, one for a hidden quantity, one for the slack.
	pub fn slot_count(&self) -> usize {
		let hidden = usize::from(self.claim.hidden().is_some());
		self.slots.len().saturating_add(hidden).saturating_add(1)
	}
}

/// Slots of the statement, hidden quantities and one slack per group included.
pub fn slot_count(statement: &Statement) -> usize {
	statement.groups.iter().fold(0usize, |sum, group| sum.saturating_add(group.slot_count()))
}

/// Slots that fit a trace of `trace_length` rows.
pub const fn capacity(trace_length: usize) -> usize {
	trace_length.saturating_sub(BLINDING_ROWS) / ROWS_PER_SLOT
}

/// Rows of the trace that proves this statement: the smallest power of two that fits.
pub fn trace_length(statement: &Statement) -> Result<usize, StatementError> {
	trace_length_for(slot_count(statement), &SHAPE)
}

pub(super) fn trace_length_for(slots: usize, shape: &Shape) -> Result<usize, StatementError> {
	if slots > MAX_SLOTS {
		return Err(StatementError::TooManySlots);
	}
	slots
		.checked_mul(ROWS_PER_SLOT)
		.and_then(|rows| rows.checked_add(shape.blinding_rows()))
		.and_then(usize::checked_next_power_of_two)
		.map(|rows| rows.max(shape.min_trace_length()))
		.filter(|rows| *rows <= MAX_TRACE_LENGTH)
		.ok_or(StatementError::TooManySlots)
}

const _: () = assert!(MIN_TRACE_LENGTH <= MAX_TRACE_LENGTH);

impl Statement {
	/// Everything that can be checked without a proof.
	pub fn check(&self) -> Result<(), StatementError> {
		self.check_without_slack()?;
		for (group, g) in self.groups.iter().enumerate() {
			if !commitment::is_canonical(&g.slack_commitment) {
				return Err(StatementError::CommitmentNotCanonical { group, slot: None });
			}
		}
		Ok(())
	}

	/// Checks the statement but for its slack commitments, which a prover has not filled in yet.
	pub fn check_without_slack(&self) -> Result<(), StatementError> {
		if self.groups.is_empty() {
			return Err(StatementError::NoGroups);
		}
		if slot_count(self) > MAX_SLOTS {
			return Err(StatementError::TooManySlots);
		}
		if self.period >= MAX_QUANTITY {
			return Err(StatementError::PeriodTooLarge);
		}
		let mut total = 0u64;
		for (group, g) in self.groups.iter().enumerate() {
			if g.slots.is_empty() {
				return Err(StatementError::EmptyGroup { group });
			}
			total = total
				.checked_add(g.claim.quantity())
				.filter(|total| *total < MAX_QUANTITY)
				.ok_or(StatementError::QuantityTooLarge { group })?;
			if g.claim.hidden().is_some_and(|bytes| !commitment::is_canonical(bytes)) {
				return Err(StatementError::QuantityNotCanonical { group });
			}
			let mut previous = None;
			for (slot, s) in g.slots.iter().enumerate() {
				if previous.is_some_and(|previous| s.device <= previous) {
					return Err(StatementError::DevicesNotIncreasing { group, slot });
				}
				previous = Some(s.device);
				if !commitment::is_canonical(&s.commitment) {
					return Err(StatementError::CommitmentNotCanonical { group, slot: Some(slot) });
				}
			}
		}
		Ok(())
	}
}

/// Names statement kind and encoding version, so that no other statement has the same bytes.
const DOMAIN: &[u8; 16] = b"meterproof/use/1";

/// The statement as bytes: fixed-width little-endian fields, lists behind their lengths, so that
/// no two statements share an encoding.
pub fn encode(statement: &Statement) -> Vec<u8> {
	let mut out = Vec::with_capacity(slot_count(statement).saturating_mul(64).saturating_add(64));
	out.extend_from_slice(DOMAIN);
	out.extend_from_slice(&statement.genesis);
	out.extend_from_slice(&statement.period.to_le_bytes());
	out.push(statement.resource);
	push_length(&mut out, statement.groups.len());
	for group in &statement.groups {
		out.extend_from_slice(&group.operator);
		out.extend_from_slice(&group.zone.to_le_bytes());
		out.push(group.direction);
		out.push(group.claim.kind());
		out.extend_from_slice(&group.claim.quantity().to_le_bytes());
		push_length(&mut out, group.slots.len());
		for slot in &group.slots {
			out.extend_from_slice(&slot.device.to_le_bytes());
			out.extend_from_slice(&slot.commitment);
		}
		out.extend_from_slice(&group.slack_commitment);
		// Its kind tells that it is here.
		if let Some(commitment) = group.claim.hidden() {
			out.extend_from_slice(commitment);
		}
	}
	out
}

fn push_length(out: &mut Vec<u8>, length: usize) {
	out.extend_from_slice(&(length as u64).to_le_bytes());
}

/// The hash that the transcript starts from: it binds every field of the statement.
pub fn digest(statement: &Statement) -> [u8; 32] {
	ProofHash::hash(&encode(statement)).as_bytes()
}
