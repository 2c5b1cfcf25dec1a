//! What the clock and the commitments are stored as.

use codec::{Decode, Encode, MaxEncodedLen};
use frame::prelude::{BoundedVec, ConstU32};
use meterproof_primitives::{Commitment, DeviceId, GroupId, PeriodIndex};
use scale_info::TypeInfo;

pub use crate::closures::{Closure, Closures, MAX_CLOSURES};

/// Commitments of one storage page.
pub const PAGE_SLOTS: u32 = 32;

/// Period starts the clock remembers. After so many, more open blocks than any deadline waits for
/// were made.
pub const CLOCK_MARKS: u32 = 64;

/// The first open block whose time lay in `period` or later. A block is open if it had room for a
/// commitment and a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ClockMark<BlockNumber> {
	/// The period that block's time lay in.
	pub period: PeriodIndex,
	/// How many open blocks were made before it.
	pub open_blocks: BlockNumber,
}

/// What the clock remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ClockMarks<BlockNumber> {
	/// The last starts of periods, oldest first; both fields rise.
	pub starts: BoundedVec<ClockMark<BlockNumber>, ConstU32<CLOCK_MARKS>>,
	/// When the chain was closed to meters and provers.
	pub closures: Closures,
}

/// A page of a group's commitments, in order of arrival.
pub type Page = BoundedVec<(DeviceId, Commitment), ConstU32<PAGE_SLOTS>>;

/// The groups that wait to be pruned lie at `first..next` of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PruneCursor {
	/// The head.
	pub first: u64,
	/// One past the tail.
	pub next: u64,
	/// Where the pass under way ends: what lies from here on came, or was put back, since it began.
	pub stop: u64,
	/// The oldest period that was not final when it began.
	pub oldest: PeriodIndex,
}

/// A group's commitments of one period.
pub type GroupPeriod<AccountId> = (PeriodIndex, GroupId<AccountId>);
