//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

pub use meterproof_primitives::EraIndex;

use crate::Config;

/// Amounts of the native currency.
pub type BalanceOf<T> = <<T as Config>::NativeBalance as fungible::Inspect<
	<T as frame_system::Config>::AccountId,
>>::Balance;

/// A session, as the runtime counts them.
pub type SessionIndex = u32;

/// Blocks for each validator of the set without one of a validator's own, after which it is dropped.
pub const IDLE_BLOCKS: u32 = 32;

/// What of a slash the reporter of the offence gets.
pub const REWARD: Percent = Percent::from_percent(10);

/// Most slashes that one era takes by itself.
pub const SLASHES_PER_ERA: u32 = 8;

/// Most accounts that can be charged for an era: the validators of its sessions, which are chosen anew
/// at most once in it.
pub const CHARGES_PER_ERA: u32 = 64;

/// The session keys of accounts.
pub trait SessionKeys<AccountId> {
	/// Whether an account has any.
	fn has(who: &AccountId) -> bool;
	/// Removes an account's, and gives back what is held for them.
	fn purge(who: &AccountId) -> DispatchResult;
}

/// What benchmarks set up outside the pallet.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId> {
	/// Gives an account session keys.
	fn give_keys(who: &AccountId);
	/// Has these be the session's validators.
	fn set_validators(validators: &[AccountId]);
}

/// Disables validators.
pub trait Disable<AccountId> {
	/// Keeps a validator from making blocks for the rest of the session, as far as enough others are
	/// left.
	fn disable(who: &AccountId, severity: Perbill);
}

/// Lengths that a genesis fixes.
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EraLengths {
	/// Slots of an epoch, which is a session.
	pub epoch_slots: u32,
	/// Sessions of an era.
	pub sessions_per_era: u32,
	/// Eras for which an equivocation can be reported.
	pub report_eras: u32,
	/// Whole eras between the report of an offence and its slash; two at least.
	pub slash_eras: u32,
	/// Eras from the last one in which an account may have validated to the return of its bond.
	pub unbonding_eras: u32,
}

impl Default for EraLengths {
	/// Slots of two seconds: epochs of an hour, eras of six, a week for reports, a day until a slash.
	fn default() -> Self {
		Self {
			epoch_slots: 1_800,
			sessions_per_era: 6,
			report_eras: 29,
			slash_eras: 4,
			unbonding_eras: 35,
		}
	}
}

impl EraLengths {
	/// Whether they fit each other: whoever left can be reported, and slashed, before the bond is free.
	pub fn fit(&self) -> bool {
		let waits = self.report_eras.saturating_add(self.slash_eras).saturating_add(1);
		self.epoch_slots > 0
			&& self.sessions_per_era > 0
			&& self.report_eras > 0
			// A waiting slash is what keeps an offender disabled until no planned session has it.
			&& self.slash_eras > 1
			&& self.unbonding_eras > waits
			// Sums and products of them stay numbers of 32 bits.
			&& self.unbonding_eras < 1 << 15
			&& self.sessions_per_era < 1 << 12
			&& self.epoch_slots < 1 << 20
	}

	/// Sessions from whose validators reports are taken.
	pub fn report_sessions(&self) -> SessionIndex {
		self.report_eras.saturating_mul(self.sessions_per_era)
	}

	/// The era that a session belongs to.
	pub fn era_of(&self, session: SessionIndex) -> EraIndex {
		session.checked_div(self.sessions_per_era).unwrap_or(0)
	}

	/// Whether an era begins with this session.
	pub fn begins_era(&self, session: SessionIndex) -> bool {
		session.checked_rem(self.sessions_per_era).unwrap_or(0) == 0
	}
}

/// A candidate.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Candidate<AccountId, Balance> {
	/// The account.
	pub who: AccountId,
	/// What is on hold.
	pub bond: Balance,
}

/// A candidate, as this runtime has it.
pub type CandidateOf<T> = Candidate<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// Somebody who left.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Leaver<Balance> {
	/// What is on hold.
	pub bond: Balance,
	/// The first era in which it is free.
	pub free_from: EraIndex,
}

/// An account that stopped being a candidate, with this runtime's balances.
pub type LeaverOf<T> = Leaver<BalanceOf<T>>;

/// Why an account is no candidate any more.
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
)]
pub enum Why {
	/// It asked to leave.
	#[codec(index = 0)]
	Asked,
	/// Another candidate with a larger bond took its place.
	#[codec(index = 1)]
	Outbid,
	/// It has made no blocks for long.
	#[codec(index = 2)]
	Silent,
	/// It signed twice.
	#[codec(index = 3)]
	Offence,
}

/// A slash that waits.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Slash<AccountId, Balance> {
	/// The offender.
	pub who: AccountId,
	/// What it loses.
	pub amount: Balance,
	/// What part of its bond that was.
	pub fraction: Perbill,
	/// Who is rewarded.
	pub reporter: Option<AccountId>,
	/// The era from which on it is taken.
	pub due: EraIndex,
}

/// A slash, as this runtime has it.
pub type SlashOf<T> = Slash<<T as frame_system::Config>::AccountId, BalanceOf<T>>;
