//! What a settlement takes out of roots (`docs/roots.md`).

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::*;

/// Most openings of one call.
pub const MAX_OPENINGS: u32 = 16;

/// Most leaves of one opening, and of all openings of a call.
pub const MAX_LEAVES: u32 = 4_096;

/// Most nodes of one opening, and of all openings of a call.
pub const MAX_NODES: u32 = 16_384;

/// A commitment under a root, with the meter's signature. It has the place that the device's seat and
/// the direction give it.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Leaf {
	/// The meter.
	pub device: DeviceId,
	/// The register.
	pub direction: Direction,
	/// Hides the reading.
	pub commitment: Commitment,
	/// Ed25519 over [`commitment_message`]: the same bytes as of a commitment that is sent singly.
	pub signature: DeviceSignature,
}

/// Leaves, and what leads from them to one gateway's root.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Opening {
	/// The gateway whose root of the period it is.
	pub gateway: GatewayId,
	/// Height of the tree, 1 to [`roots::MAX_DEPTH`].
	pub depth: u8,
	/// At least one, in strictly increasing order of place.
	pub leaves: BoundedVec<Leaf, ConstU32<MAX_LEAVES>>,
	/// The `nodes` of [`roots::climb`].
	pub nodes: BoundedVec<Node, ConstU32<MAX_NODES>>,
}

/// The openings of a call, by gateways that strictly increase. Leaves and nodes of all together are not more
/// than of one.
pub type Openings = BoundedVec<Opening, ConstU32<MAX_OPENINGS>>;

/// How much a call opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpeningSize {
	/// Openings.
	pub openings: u32,
	/// Leaves of all of them.
	pub leaves: u32,
	/// Nodes of all of them.
	pub nodes: u32,
}

impl OpeningSize {
	/// The size of these.
	pub fn of(openings: &[Opening]) -> Self {
		openings.iter().fold(Self::default(), |sum, opening| Self {
			openings: sum.openings.saturating_add(1),
			leaves: sum.leaves.saturating_add(opening.leaves.len() as u32),
			nodes: sum.nodes.saturating_add(opening.nodes.len() as u32),
		})
	}
}

/// A slot that was found under a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSlot<AccountId> {
	/// The group that the slot counts for.
	pub group: GroupId<AccountId>,
	/// The device.
	pub device: DeviceId,
	/// The device's key in the period.
	pub key: DeviceKey,
	/// What the device committed to, if the signature is its own.
	pub commitment: Commitment,
	/// Of the device, to be [verified](OpenRoots::verify).
	pub signature: DeviceSignature,
}

/// A commitment that is to be taken out of a root, as a prover names it who asks for a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeafItem {
	/// The meter.
	pub device: DeviceId,
	/// The register.
	pub direction: Direction,
	/// 32 bytes.
	pub commitment: H256,
}

/// Why openings were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenRefusal {
	/// The openings have more leaves than a call can have.
	TooManyLeaves,
	/// The openings have more nodes than a call can have.
	TooManyNodes,
	/// The openings are not in order of their gateways.
	GatewaysNotIncreasing,
	/// No tree has this depth.
	DepthOutOfRange,
	/// An opening has no leaf.
	OpeningEmpty,
	/// The gateway posted no root for the period.
	NoRoot,
	/// A leaf's device or register does not count in the period.
	LeafNotCounted,
	/// A leaf's device was not bound to the gateway in the period.
	NotBound,
	/// A leaf's seat has no place in a tree of this depth.
	SeatTooHigh,
	/// The leaves are not in order of their places.
	PlacesNotIncreasing,
	/// A word of a commitment is not below the field modulus.
	NotCanonical,
	/// The leaves do not lead to the root.
	NotUnderRoot,
	/// A signature is not the device's over its commitment.
	BadSignature,
}

/// Takes commitments out of roots; implemented by `pallet-gateways`.
pub trait OpenRoots<AccountId> {
	/// The slots of these openings, if all of them are under their gateways' roots of the period. Whose they are
	/// is not known before their signatures are [verified](Self::verify), which costs most.
	fn open(
		genesis: &[u8; 32],
		period: PeriodIndex,
		openings: &[Opening],
	) -> Result<Vec<OpenedSlot<AccountId>>, OpenRefusal>;
	/// Whether each device signed what was found of it.
	fn verify(
		genesis: &[u8; 32],
		period: PeriodIndex,
		slots: &[OpenedSlot<AccountId>],
	) -> Result<(), OpenRefusal>;
	/// Makes devices, and gateways with roots over their signed commitments for `period`, so many openings with
	/// as many leaves in all, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill(genesis: &[u8; 32], period: PeriodIndex, openings: u32, leaves: u32) -> Vec<Opening>;
}
