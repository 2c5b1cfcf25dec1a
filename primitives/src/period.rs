//! Settlement periods on the clock.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{PeriodIndex, UnixMillis};

/// The lengths that place every period on the clock, all in milliseconds.
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
	/// The period that `at` lies in.
	pub fn period_at(&self, at: UnixMillis) -> PeriodIndex {
		at.checked_div(self.length_ms).unwrap_or(0)
	}

	/// Start of `period`, inclusive.
	pub fn start(&self, period: PeriodIndex) -> UnixMillis {
		period.saturating_mul(self.length_ms)
	}

	/// End of `period`, exclusive.
	pub fn end(&self, period: PeriodIndex) -> UnixMillis {
		self.start(period.saturating_add(1))
	}

	/// When trading for `period` closes.
	pub fn gate_closure(&self, period: PeriodIndex) -> UnixMillis {
		self.start(period).saturating_sub(self.gate_lead_ms)
	}

	/// When commitments for `period` are no longer taken (given enough blocks).
	pub fn cut_off(&self, period: PeriodIndex) -> UnixMillis {
		self.end(period).saturating_add(self.commit_window_ms)
	}

	/// When proofs for `period` are no longer taken (given enough blocks).
	pub fn deadline(&self, period: PeriodIndex) -> UnixMillis {
		self.cut_off(period).saturating_add(self.proof_window_ms)
	}

	/// How many blocks since a period's end its deadline waits for: twice those of the cut-off.
	pub fn deadline_blocks(&self) -> u32 {
		self.min_blocks.saturating_mul(2)
	}

	/// The first period whose gate has not closed at `at`.
	pub fn first_open(&self, at: UnixMillis) -> PeriodIndex {
		self.period_at(at.saturating_add(self.gate_lead_ms)).saturating_add(1)
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
