//! The usage statement: for each group of devices, the readings behind its commitments add up to at
//! least, at most or exactly a public quantity, or to at least a hidden one.

mod encoding;
#[cfg(any(feature = "codec", feature = "serde"))]
mod form;

use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "codec")]
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::{
	is_canonical, Commitment, DeviceId, Direction, GenesisHash, GroupId, PeriodIndex, Quantity,
	Resource, ZoneId,
};

pub use crate::MAX_QUANTITY;
pub use encoding::{decode, encode};

/// Readings, hidden quantities and slacks (one per group) that one statement may have: so many have
/// room in the longest trace.
pub const MAX_SLOTS: usize = 131_065;

/// Groups that one statement may have: each takes at least two slots.
pub const MAX_GROUPS: usize = MAX_SLOTS / 2;

/// What a proof is about. The runtime forms it; the prover only adds the commitments to slacks and
/// hidden quantities, which are zero until then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
	feature = "serde",
	derive(Serialize, Deserialize),
	serde(
		into = "form::Statement<AccountId>",
		try_from = "form::Statement<AccountId>",
		bound(
			serialize = "AccountId: Clone + Serialize",
			deserialize = "AccountId: Deserialize<'de>"
		)
	)
)]
pub struct Statement<AccountId = [u8; 32]> {
	/// Hash of the chain's genesis block.
	pub genesis: GenesisHash,
	/// Settlement period of every reading, below 2^53.
	pub period: PeriodIndex,
	/// What all devices meter.
	pub resource: Resource,
	/// At least one group, in the order in which they are proved.
	pub groups: Vec<Group<AccountId>>,
}

/// The devices of one operator in one zone, for one direction, and the claim about their sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<AccountId = [u8; 32]> {
	/// Account that owns the devices.
	pub operator: AccountId,
	/// Zone of the devices.
	pub zone: ZoneId,
	/// Direction of the readings.
	pub direction: Direction,
	/// What is claimed of their sum, in base units.
	pub claim: Claim,
	/// At least one slot, in strictly increasing order of device id.
	pub slots: Vec<Slot>,
	/// Commitment to the difference between claim and sum. Supplied by the prover.
	pub slack_commitment: Commitment,
}

/// One device's reading.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Slot {
	/// Device id.
	pub device: DeviceId,
	/// The commitment the device signed.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	pub commitment: Commitment,
}

/// A claim about a sum of readings, in base units (Wh, litre): of a public quantity below 2^53, or of
/// a hidden one below 2^32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
pub enum Claim {
	/// The sum is this or more: energy delivered.
	#[cfg_attr(feature = "codec", codec(index = 0))]
	AtLeast(Quantity),
	/// The sum is this or less: an allocation kept.
	#[cfg_attr(feature = "codec", codec(index = 1))]
	AtMost(Quantity),
	/// The sum is this: totals opened on purpose.
	#[cfg_attr(feature = "codec", codec(index = 2))]
	Exactly(Quantity),
	/// The sum is this or more, the quantity behind a commitment that the prover supplies (device 0 and
	/// a tag of its own): what another proof speaks of too.
	#[cfg_attr(feature = "codec", codec(index = 3))]
	AtLeastHidden(#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))] Commitment),
}

impl Claim {
	/// The claimed quantity; of a hidden one nothing enters the public totals.
	pub const fn quantity(&self) -> Quantity {
		match self {
			Self::AtLeast(q) | Self::AtMost(q) | Self::Exactly(q) => *q,
			Self::AtLeastHidden(_) => 0,
		}
	}

	/// The commitment to a hidden quantity.
	pub const fn hidden(&self) -> Option<&Commitment> {
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

impl<AccountId> Group<AccountId> {
	/// Its slots: one per device, one for a hidden quantity, one for the slack.
	pub fn slot_count(&self) -> usize {
		let hidden = usize::from(self.claim.hidden().is_some());
		self.slots.len().saturating_add(hidden).saturating_add(1)
	}

	/// What a chain calls it, in a statement of this resource.
	pub fn id(&self, resource: Resource) -> GroupId<AccountId>
	where
		AccountId: Clone,
	{
		GroupId {
			operator: self.operator.clone(),
			zone: self.zone,
			resource,
			direction: self.direction,
		}
	}
}

/// Slots of the statement, hidden quantities and one slack per group included.
pub fn slot_count<AccountId>(statement: &Statement<AccountId>) -> usize {
	statement.groups.iter().fold(0usize, |sum, group| sum.saturating_add(group.slot_count()))
}

impl<AccountId> Statement<AccountId> {
	/// The same with accounts of another type.
	pub fn map_accounts<Other>(self, map: impl Fn(AccountId) -> Other) -> Statement<Other> {
		let Self { genesis, period, resource, groups } = self;
		let groups = groups.into_iter().map(|group| {
			let Group { operator, zone, direction, claim, slots, slack_commitment } = group;
			Group { operator: map(operator), zone, direction, claim, slots, slack_commitment }
		});
		Statement { genesis, period, resource, groups: groups.collect() }
	}

	/// Everything that can be checked without a proof.
	pub fn check(&self) -> Result<(), StatementError> {
		self.check_without_slack()?;
		for (group, g) in self.groups.iter().enumerate() {
			if !is_canonical(&g.slack_commitment) {
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
			if g.claim.hidden().is_some_and(|bytes| !is_canonical(bytes)) {
				return Err(StatementError::QuantityNotCanonical { group });
			}
			let mut previous = None;
			for (slot, s) in g.slots.iter().enumerate() {
				if previous.is_some_and(|previous| s.device <= previous) {
					return Err(StatementError::DevicesNotIncreasing { group, slot });
				}
				previous = Some(s.device);
				if !is_canonical(&s.commitment) {
					return Err(StatementError::CommitmentNotCanonical { group, slot: Some(slot) });
				}
			}
		}
		Ok(())
	}
}
