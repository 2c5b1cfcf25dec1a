//! The treasury: what load adds to fees, registration fees, slashes, and deposits of referenda that were
//! killed.

use frame_support::{
	parameter_types,
	traits::{
		tokens::{PayFromAccount, UnityAssetBalanceConversion},
		ConstU32, EitherOf,
	},
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureWithSuccess};
use pallet_governance::{Granted, Treasurer};
use pallet_treasury::TreasuryAccountId;
use sp_runtime::{traits::IdentityLookup, Permill};

use super::{Hours, TreasuryId, MOST_SPENT};
use crate::*;

parameter_types! {
	pub const NothingBurnt: Permill = Permill::zero();
	/// What root may spend.
	pub const Everything: Balance = Balance::MAX;
	/// What a referendum of the track "treasurer" may spend.
	pub const MostSpent: Balance = MOST_SPENT;
}

impl pallet_treasury::Config for Runtime {
	type Currency = Balances;
	type RejectOrigin = EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type SpendPeriod = Hours<24>;
	type Burn = NothingBurnt;
	type PalletId = TreasuryId;
	type BurnDestination = ();
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
	type SpendFunds = ();
	// `spend_local` is closed, and so nothing waits for the end of a spend period.
	type MaxApprovals = ConstU32<1>;
	type SpendOrigin = EitherOf<
		EnsureRootWithSuccess<AccountId, Everything>,
		EnsureWithSuccess<Granted<Treasurer>, AccountId, MostSpent>,
	>;
	type AssetKind = ();
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	type Paymaster = PayFromAccount<Balances, TreasuryAccountId<Runtime>>;
	type BalanceConverter = UnityAssetBalanceConversion;
	type PayoutPeriod = Hours<{ 30 * 24 }>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type BlockNumberProvider = System;
}
