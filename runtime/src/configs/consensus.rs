//! BABE makes blocks, GRANDPA makes them final, sessions hold the validators' keys.

use alloc::vec::Vec;

use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64, Get},
	weights::Weight,
};
use pallet_governance::ValidatorsAdmin;
use pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
use pallet_validators::{Disable, EraLengths, Lengths};
use sp_runtime::{traits::OpaqueKeys, Perbill};
use sp_session::MembershipProof;
use sp_staking::{
	offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
	SessionIndex,
};

use super::{FeePot, RootOr};
use crate::*;

parameter_types! {
	pub const MinBond: Balance = MIN_BOND;
}

/// What genesis says of epochs and eras.
fn lengths() -> EraLengths {
	Lengths::<Runtime>::get()
}

/// Length of a BABE epoch, which is a session, in slots. It never changes after genesis.
pub struct EpochDuration;

impl Get<u64> for EpochDuration {
	fn get() -> u64 {
		lengths().epoch_slots.into()
	}
}

/// Sessions from which reports of an equivocation are taken.
pub struct ReportSessions;

impl Get<u64> for ReportSessions {
	fn get() -> u64 {
		lengths().report_sessions().into()
	}
}

/// Sessions whose sets GRANDPA and BEEFY know: a report needs the one before its own as well.
pub struct KnownSets;

impl Get<u64> for KnownSets {
	fn get() -> u64 {
		ReportSessions::get().saturating_add(2)
	}
}

/// How long a report of an equivocation waits in a pool, in blocks: as long as it is taken.
pub struct ReportLongevity;

impl Get<u64> for ReportLongevity {
	fn get() -> u64 {
		ReportSessions::get().saturating_mul(EpochDuration::get())
	}
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = EpochDuration;
	type ExpectedBlockTime = ConstU64<MILLISECS_PER_BLOCK>;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	type WeightInfo = ();
	type MaxAuthorities = ConstU32<100>;
	type MaxNominators = ConstU32<0>;
	type KeyOwnerProof = MembershipProof;
	type EquivocationReportSystem =
		pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = ConstU32<100>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = KnownSets;
	type KeyOwnerProof = MembershipProof;
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = ValidatorSet;
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = pallet_session::historical::IdentificationTuple<Self>;
	type OnOffenceHandler = ReportOffenders;
}

/// An offence is recorded and announced by `pallet-offences`; `pallet-validators` disables and slashes.
pub struct ReportOffenders;

impl<Reporter, Identification> OnOffenceHandler<Reporter, (AccountId, Identification), Weight>
	for ReportOffenders
where
	Reporter: Clone + Into<AccountId>,
{
	fn on_offence(
		offenders: &[OffenceDetails<Reporter, (AccountId, Identification)>],
		fractions: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		for (details, fraction) in offenders.iter().zip(fractions) {
			let reporter = details.reporters.first().cloned().map(Into::into);
			Validators::report(&details.offender.0, *fraction, session, reporter);
		}
		// It has counted its weight itself.
		Weight::zero()
	}
}

/// The validators as sessions, blocks and offences have them, from `pallet-validators`.
///
/// The set is named anew for every session. So each session is noted as historical, and who equivocated
/// in an earlier one can be reported.
pub struct ValidatorSet;

impl pallet_session::SessionManager<AccountId> for ValidatorSet {
	/// A genesis whose sessions have keys and nobody elected would give the chain to the first who joins.
	fn new_session_genesis(index: SessionIndex) -> Option<Vec<AccountId>> {
		let set = Validators::plan(index);
		let has_keys = pallet_session::NextKeys::<Runtime>::iter_keys().next().is_some();
		assert!(
			set.is_some() || !has_keys,
			"`validators.candidates` must name the accounts of `session.keys`"
		);
		set
	}
	fn new_session(index: SessionIndex) -> Option<Vec<AccountId>> {
		Validators::plan(index)
	}
	fn start_session(index: SessionIndex) {
		Validators::start(index, &Session::validators());
	}
	fn end_session(_index: SessionIndex) {}
}

impl pallet_authorship::EventHandler<AccountId, BlockNumber> for ValidatorSet {
	fn note_author(author: AccountId) {
		Validators::note_author(&author);
	}
}

impl pallet_validators::SessionKeys<AccountId> for ValidatorSet {
	fn has(who: &AccountId) -> bool {
		pallet_session::NextKeys::<Runtime>::contains_key(who)
	}
	fn purge(who: &AccountId) -> sp_runtime::DispatchResult {
		Session::purge_keys(RuntimeOrigin::signed(who.clone()))
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_validators::BenchmarkHelper<AccountId> for ValidatorSet {
	fn give_keys(who: &AccountId) {
		let bytes: [u8; 32] = who.clone().into();
		let mut compressed = [2; 33];
		compressed[1..].copy_from_slice(&bytes);
		let keys = SessionKeys {
			babe: sp_core::sr25519::Public::from_raw(bytes).into(),
			grandpa: sp_core::ed25519::Public::from_raw(bytes).into(),
			beefy: sp_core::ecdsa::Public::from_raw(compressed).into(),
		};
		frame_system::Pallet::<Runtime>::inc_providers(who);
		let _ = frame_system::Pallet::<Runtime>::inc_consumers(who);
		pallet_session::NextKeys::<Runtime>::insert(who, keys);
	}
	fn set_validators(validators: &[AccountId]) {
		pallet_session::Validators::<Runtime>::put(validators.to_vec());
	}
}

impl Disable<AccountId> for ValidatorSet {
	fn disable(who: &AccountId, severity: Perbill) {
		Session::report_offence(who.clone(), OffenceSeverity(severity));
	}
}

impl pallet_validators::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type NativeBalance = Balances;
	type Keys = ValidatorSet;
	type Disable = ValidatorSet;
	type AdminOrigin = RootOr<ValidatorsAdmin>;
	type SlashesTo = FeePot;
	type MinBond = MinBond;
	type MaxCandidates = ConstU32<100>;
	type MaxValidators = ConstU32<21>;
	type MaxSlashes = ConstU32<32>;
	type WeightInfo = weights::pallet_validators::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ValidatorSet;
}

/// Validators as offences name them: by the account, and nothing besides.
fn identified(accounts: Vec<AccountId>) -> Vec<(AccountId, ())> {
	accounts.into_iter().map(|account| (account, ())).collect()
}

impl pallet_session::historical::SessionManager<AccountId, ()> for ValidatorSet {
	fn new_session_genesis(index: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session_genesis(index).map(identified)
	}
	fn new_session(index: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session(index).map(identified)
	}
	fn start_session(index: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::start_session(index);
		Historical::prune_up_to(index.saturating_sub(lengths().report_sessions()));
	}
	fn end_session(_index: SessionIndex) {}
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = sp_runtime::traits::ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = pallet_session::historical::NoteHistoricalRoot<Self, ValidatorSet>;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	// A third of the set at most.
	type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = frame_support::traits::ConstU128<UNIT>;
}

impl pallet_session::historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = UnitIdentification;
}

/// Validators are identified by their account alone.
pub struct UnitIdentification;

impl sp_runtime::traits::Convert<AccountId, Option<()>> for UnitIdentification {
	fn convert(_: AccountId) -> Option<()> {
		Some(())
	}
}

#[cfg(test)]
mod tests;
