//! The technical collective, the whitelist, and safe mode.

use frame_support::{
	parameter_types,
	traits::{ConstU32, Contains, EitherOf, Get},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureWithSuccess};
use pallet_collective::EnsureProportionAtLeast;
use pallet_governance::{ExchangeAdmin, Granted, WhitelistedCaller};

use super::{
	awaits_repair, motions,
	preimages::{OfWhitelisted, WhitelistWeights},
	Hours, RootOr, RuntimeBlockWeights,
};
use crate::*;

/// Two thirds of the technical collective.
pub type TwoThirds = EnsureProportionAtLeast<AccountId, (), 2, 3>;

parameter_types! {
	pub MaxProposalWeight: Weight = RuntimeBlockWeights::get().max_block.saturating_div(2);
	/// How long safe mode lasts that is entered, or by how much it is extended.
	pub SafeModeLength: BlockNumber = Governance::hours(12);
	/// Nobody can close the exchange by paying a deposit.
	pub const NoDeposit: Option<Balance> = None;
	pub const NoDelay: Option<BlockNumber> = None;
}

impl pallet_collective::Config for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = Hours<{ 3 * 24 }>;
	type MaxProposals = ConstU32<{ motions::MOST }>;
	type MaxMembers = ConstU32<21>;
	// A member that does not vote counts as against the motion: there is no prime.
	type DefaultVote = pallet_collective::PrimeDefaultVote;
	type WeightInfo = motions::WeightInfo;
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = motions::Motion;
}

impl pallet_whitelist::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WhitelistOrigin = EitherOf<EnsureRoot<AccountId>, TwoThirds>;
	type DispatchWhitelistedOrigin = RootOr<WhitelistedCaller>;
	type Preimages = OfWhitelisted;
	type DeferredDispatchExpiration = Hours<{ 7 * 24 }>;
	type BlockNumberProvider = System;
	type WeightInfo = WhitelistWeights;
}

/// Root or two thirds of the technical collective, each time for so long.
type MayClose = EitherOf<
	EnsureRootWithSuccess<AccountId, SafeModeLength>,
	EnsureWithSuccess<TwoThirds, AccountId, SafeModeLength>,
>;

impl pallet_safe_mode::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WhitelistedCalls = OpenInSafeMode;
	type EnterDuration = SafeModeLength;
	type ExtendDuration = SafeModeLength;
	type EnterDepositAmount = NoDeposit;
	type ExtendDepositAmount = NoDeposit;
	type ForceEnterOrigin = MayClose;
	type ForceExtendOrigin = MayClose;
	type ForceExitOrigin =
		EitherOf<EnsureRoot<AccountId>, EitherOf<TwoThirds, Granted<ExchangeAdmin>>>;
	type ForceDepositOrigin = EnsureRoot<AccountId>;
	type Notify = ();
	type ReleaseDelay = NoDelay;
	type WeightInfo = pallet_safe_mode::weights::SubstrateWeight<Runtime>;
}

/// What goes on in safe mode: the chain itself, governance with what it decides, and all that is due
/// already. The windows of meters and provers run on, so commitments and proofs are taken, and every
/// trade that was made ends as it was to end. Closed are new devices, new trades, payments, transfers and
/// assets.
///
/// After a migration that failed, the exchange is closed altogether: its calls would work on what is half
/// migrated. Windows are longer by that time.
pub struct OpenInSafeMode;

impl Contains<RuntimeCall> for OpenInSafeMode {
	fn contains(call: &RuntimeCall) -> bool {
		use RuntimeCall::*;
		match call {
			System(_)
			| Timestamp(_)
			| Babe(_)
			| Grandpa(_)
			| Beefy(_)
			| Session(_)
			| Validators(_)
			| MultiBlockMigrations(_) => true,
			Sudo(_)
			| Preimage(_)
			| Scheduler(_)
			| Referenda(_)
			| ConvictionVoting(_)
			| TechnicalCollective(_)
			| Whitelist(_)
			| Treasury(_) => true,
			// A call in them is looked at when it is its turn.
			Utility(_) | Proxy(_) | Multisig(_) => true,
			Metering(_) | Settlement(_) | Market(_) | Book(_) | Water(_) | Devices(_)
			| Payments(_)
				if awaits_repair() =>
			{
				false
			},
			Metering(_) | Settlement(_) => true,
			Market(call) => ends_a_trade(call),
			Book(call) => takes_an_order_back(call),
			Water(call) => begins_nothing(call),
			Devices(call) => guards_devices(call),
			// Governance's.
			Payments(call) => matches!(call, pallet_payments::Call::set_asset { .. }),
			_ => false,
		}
	}
}

/// Whether the call makes no new trade.
fn ends_a_trade(call: &pallet_market::Call<Runtime>) -> bool {
	use pallet_market::Call::{accept, accept_sealed, offer, offer_sealed};
	!matches!(call, offer { .. } | offer_sealed { .. } | accept { .. } | accept_sealed { .. })
}

/// Whether the call releases what an order, a book or a backstop holds, or is for governance alone. Books are
/// cleared when safe mode has ended: their fills are new trades.
fn takes_an_order_back(call: &pallet_book::Call<Runtime>) -> bool {
	use pallet_book::Call::{cancel, claim, set_backstop, set_least_evidence, withdraw_fund};
	matches!(
		call,
		cancel { .. }
			| claim { .. }
			| withdraw_fund { .. }
			| set_backstop { .. }
			| set_least_evidence { .. }
	)
}

/// Whether no account comes with the call, and no litre passes to another one. Seasons run on, and what was used in
/// them is proved.
fn begins_nothing(call: &pallet_water::Call<Runtime>) -> bool {
	use pallet_water::Call::{offer, open, take};
	!matches!(call, open { .. } | offer { .. } | take { .. })
}

/// Whether safe mode is on: no new trades are made then, and none by books.
pub struct NoNewTrades;

impl Get<bool> for NoNewTrades {
	fn get() -> bool {
		SafeMode::is_entered()
	}
}

/// Whether the call takes a device out of use or, for the trades that were made, back into use, gives back
/// what was put down, or is for governance alone.
fn guards_devices(call: &pallet_devices::Call<Runtime>) -> bool {
	use pallet_devices::Call::*;
	matches!(
		call,
		appoint_registrar { .. }
			| remove_registrar { .. }
			| slash_registrar { .. }
			| revoke { .. }
			| suspend { .. }
			| resume { .. }
			| retire { .. }
			| release_deposit { .. }
			| release_bond { .. }
	)
}
