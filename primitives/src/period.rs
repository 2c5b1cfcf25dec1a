//! Settlement periods on the clock.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{PeriodIndex, ScheduleRow, UnixMillis};

/// Lengths that place periods on the clock, all in milliseconds.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
	/// Length of a period; at least one.
	pub length_ms: u64,
	/// Trading for a period closes this long before it starts.
	pub gate_lead_ms: u64,
	/// Commitments are taken until this long after a period's end.
	pub commit_window_ms: u64,
	/// Proofs are taken until this long after the cut-off.
	pub proof_window_ms: u64,
	/// A cut-off has not passed before this many blocks since the period's end, and a deadline not
	/// before twice as many: after an outage, committing and proving both get their blocks.
	pub min_blocks: u32,
}

impl Schedule {
	/// Quarters of an hour, as markets in Europe have them: trading closes five minutes before, meters commit for a
	/// quarter of an hour, and provers have an hour after that.
	pub const QUARTER_HOURS: Self = Self {
		length_ms: 900_000,
		gate_lead_ms: 300_000,
		commit_window_ms: 900_000,
		proof_window_ms: 3_600_000,
		min_blocks: 30,
	};

	/// Half hours, as markets in Britain and Ireland have them: every length twice that of quarter hours.
	pub const HALF_HOURS: Self = Self {
		length_ms: 1_800_000,
		gate_lead_ms: 600_000,
		commit_window_ms: 1_800_000,
		proof_window_ms: 7_200_000,
		min_blocks: 30,
	};

	/// The row of a timetable in which these lengths hold since 1970, as genesis sets them: period
	/// = floor(Unix milliseconds / length).
	pub fn since_1970(self) -> ScheduleRow {
		ScheduleRow { first: 0, starts: 0, schedule: self }
	}

	/// From the end of a period to its deadline, in time or in blocks that are made every `block_ms`.
	pub fn windows_ms(&self, block_ms: u64) -> u64 {
		let blocks = u64::from(self.deadline_blocks()).saturating_mul(block_ms);
		self.commit_window_ms.saturating_add(self.proof_window_ms).max(blocks)
	}

	/// How many blocks since a period's end its cut-off waits for.
	pub fn cut_off_blocks(&self) -> u32 {
		self.min_blocks
	}

	/// How many blocks since a period's end its deadline waits for: twice those of the cut-off.
	pub fn deadline_blocks(&self) -> u32 {
		self.min_blocks.saturating_mul(2)
	}
}

/// Where periods lie if these lengths have held since 1970. A chain may have changed its lengths:
/// pallets ask their `PeriodClock`, clients their node.
impl Schedule {
	/// [`ScheduleRow::period_at`].
	pub fn period_at(&self, at: UnixMillis) -> PeriodIndex {
		self.since_1970().period_at(at)
	}

	/// [`ScheduleRow::start`].
	pub fn start(&self, period: PeriodIndex) -> UnixMillis {
		self.since_1970().start(period)
	}

	/// [`ScheduleRow::end`].
	pub fn end(&self, period: PeriodIndex) -> UnixMillis {
		self.since_1970().end(period)
	}

	/// [`ScheduleRow::gate_closure`].
	pub fn gate_closure(&self, period: PeriodIndex) -> UnixMillis {
		self.since_1970().gate_closure(period)
	}

	/// [`ScheduleRow::cut_off`].
	pub fn cut_off(&self, period: PeriodIndex) -> UnixMillis {
		self.since_1970().cut_off(period)
	}

	/// [`ScheduleRow::deadline`].
	pub fn deadline(&self, period: PeriodIndex) -> UnixMillis {
		self.since_1970().deadline(period)
	}
}

/// Where a period stands. Intervals are half-open on the including block's time.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
	/// Open for trading.
	Open,
	/// Trading has closed, the period has not started.
	Closed,
	/// Between start and end; commitments are taken already.
	Running,
	/// Ended; commitments are taken.
	Committing,
	/// Past the cut-off; proofs are taken.
	Proving,
	/// Past the deadline.
	Final,
}
