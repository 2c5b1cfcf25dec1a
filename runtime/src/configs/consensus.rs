//! BABE makes blocks, GRANDPA makes them final, sessions hold the validators' keys.

use alloc::vec::Vec;

use frame_support::{
	pallet_prelude::ValueQuery,
	parameter_types,
	traits::{ConstU32, ConstU64},
};
use sp_runtime::{traits::OpaqueKeys, Perbill};
use sp_session::MembershipProof;
use sp_staking::{
	offence::{OffenceDetails, OnOffenceHandler},
	SessionIndex,
};

use crate::*;

parameter_types! {
	pub const EpochDuration: u64 = EPOCH_DURATION_IN_SLOTS;
	/// How long a report of an equivocation is taken, in blocks.
	pub const ReportLongevity: u64 = DAYS as u64;
}

/// Sessions in a day of blocks.
const SESSIONS_PER_DAY: SessionIndex = DAYS / EPOCH_DURATION_IN_SLOTS as SessionIndex;

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
	// A day of sessions: as long as reports are taken.
	type MaxSetIdSessionEntries = ConstU64<{ SESSIONS_PER_DAY as u64 }>;
	type KeyOwnerProof = MembershipProof;
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = ();
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = pallet_session::historical::IdentificationTuple<Self>;
	type OnOffenceHandler = ReportOffenders;
}

/// An offence is recorded and announced by `pallet-offences`. Validators have no stake to lose
/// yet; the set changes by governance.
pub struct ReportOffenders;

impl<Reporter, Offender, Res: Default> OnOffenceHandler<Reporter, Offender, Res>
	for ReportOffenders
{
	fn on_offence(
		_offenders: &[OffenceDetails<Reporter, Offender>],
		_slash_fraction: &[Perbill],
		_session: SessionIndex,
	) -> Res {
		Res::default()
	}
}

/// The validator set of genesis stays; joining and leaving a running set comes with governance.
///
/// It is named anew for every session. So each session is noted as historical, and who equivocated in
/// an earlier one can be reported; and a validator that purged its keys is back two sessions after it
/// has set new ones.
pub struct GenesisValidators;

/// The accounts that had session keys at genesis, in order.
#[frame_support::storage_alias(verbatim)]
type GenesisSet = StorageValue<Validators, Vec<AccountId>, ValueQuery>;

impl pallet_session::SessionManager<AccountId> for GenesisValidators {
	fn new_session_genesis(_index: SessionIndex) -> Option<Vec<AccountId>> {
		// The keys of genesis were set before this is asked.
		let mut accounts: Vec<_> = pallet_session::NextKeys::<Runtime>::iter_keys().collect();
		accounts.sort();
		GenesisSet::put(&accounts);
		Self::set()
	}
	fn new_session(_index: SessionIndex) -> Option<Vec<AccountId>> {
		Self::set()
	}
	fn start_session(_index: SessionIndex) {}
	fn end_session(_index: SessionIndex) {}
}

impl GenesisValidators {
	/// The set; none on a chain without validators, as in benchmarks.
	fn set() -> Option<Vec<AccountId>> {
		let accounts = GenesisSet::get();
		(!accounts.is_empty()).then_some(accounts)
	}
}

/// Validators as offences name them: by the account, and nothing besides.
fn identified(accounts: Vec<AccountId>) -> Vec<(AccountId, ())> {
	accounts.into_iter().map(|account| (account, ())).collect()
}

impl pallet_session::historical::SessionManager<AccountId, ()> for GenesisValidators {
	fn new_session_genesis(index: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session_genesis(index).map(identified)
	}
	fn new_session(index: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session(index).map(identified)
	}
	fn start_session(index: SessionIndex) {
		// Reports are taken for a day; twice that is kept.
		Historical::prune_up_to(index.saturating_sub(2 * SESSIONS_PER_DAY));
	}
	fn end_session(_index: SessionIndex) {}
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = sp_runtime::traits::ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = pallet_session::historical::NoteHistoricalRoot<Self, GenesisValidators>;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = ();
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
