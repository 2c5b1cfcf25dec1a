//! Blocks, weights, storage versions, the clock.

use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{ConstU16, ConstU32, ConstU64, Contains, InsideBoth, VariantCountOf},
	weights::{
		constants::{BlockExecutionWeight, ExtrinsicBaseWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::{traits::AccountIdLookup, Perbill};
use sp_version::RuntimeVersion;

use crate::*;

/// Share of a block that `on_initialize` may be expected to use.
const AVERAGE_ON_INITIALIZE_RATIO: Perbill = Perbill::from_percent(5);

/// Share of a block that either class can fill: normal transactions, and operational ones, which
/// are commitments, proofs of settlements and what root does. So each of the two has a quarter that
/// the other cannot take, whatever it pays.
const CLASS_RATIO: Perbill = Perbill::from_percent(75);

/// Half of a slot is for execution, the rest for building and gossip.
const MAXIMUM_BLOCK_WEIGHT: Weight =
	Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(1), u64::MAX);

parameter_types! {
	pub const BlockHashCount: BlockNumber = 2 * HOURS;
	pub const Version: RuntimeVersion = VERSION;
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(5 * 1024 * 1024)
		.modify_max_length_for_class(DispatchClass::Normal, |max| {
			*max = CLASS_RATIO.mul_floor(5 * 1024 * 1024)
		})
		.build();
	pub RuntimeBlockWeights: BlockWeights = block_weights();
}

fn block_weights() -> BlockWeights {
	let mut limits = BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| {
			weights.base_extrinsic = ExtrinsicBaseWeight::get();
		})
		.for_class(DispatchClass::non_mandatory(), |weights| {
			let share = |of: u64| CLASS_RATIO.mul_floor(of);
			let most = Weight::from_parts(
				share(MAXIMUM_BLOCK_WEIGHT.ref_time()),
				share(MAXIMUM_BLOCK_WEIGHT.proof_size()),
			);
			weights.max_total = Some(most);
			weights.reserved = Some(MAXIMUM_BLOCK_WEIGHT.saturating_sub(most));
		})
		.avg_block_initialization(AVERAGE_ON_INITIALIZE_RATIO)
		.build_or_panic();
	// The builder takes the largest of the classes' limits for the block's; here a block holds more
	// than either class.
	limits.max_block = MAXIMUM_BLOCK_WEIGHT;
	limits
}

/// What may be called, outside safe mode too. Session keys are removed through `validators.purge_keys`
/// alone: a set that gave up its keys would stop the chain. The treasury pays through `treasury.spend`
/// alone; the other way is deprecated. Votes are not delegated: no hook looks at what would be locked
/// then, as `OneVote` does at votes.
pub struct CallFilter;

impl Contains<RuntimeCall> for CallFilter {
	fn contains(call: &RuntimeCall) -> bool {
		use pallet_conviction_voting::Call::delegate;
		use pallet_treasury::Call::{remove_approval, spend_local};
		!matches!(
			call,
			RuntimeCall::Session(pallet_session::Call::purge_keys {})
				| RuntimeCall::ConvictionVoting(delegate { .. })
				| RuntimeCall::Treasury(spend_local { .. } | remove_approval { .. })
		)
	}
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type BaseCallFilter = InsideBoth<CallFilter, SafeMode>;
	type Block = Block;
	type BlockHashCount = BlockHashCount;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type AccountId = AccountId;
	type Nonce = Nonce;
	type Hash = Hash;
	type Lookup = AccountIdLookup<AccountId, ()>;
	#[cfg(not(test))]
	type DbWeight = frame_support::weights::constants::ParityDbWeight;
	#[cfg(test)]
	type DbWeight = crate::tests::DbPrices;
	type Version = Version;
	type AccountData = pallet_balances::AccountData<Balance>;
	type SS58Prefix = ConstU16<42>;
	type MaxConsumers = ConstU32<16>;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type SingleBlockMigrations = crate::migrations::SingleBlockMigrations;
	type MultiBlockMigrator = MultiBlockMigrations;
}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Babe;
	type MinimumPeriod = ConstU64<{ SLOT_DURATION / 2 }>;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_balances::Config for Runtime {
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type ReserveIdentifier = [u8; 8];
	type Balance = Balance;
	type RuntimeEvent = RuntimeEvent;
	type DustRemoval = ();
	type ExistentialDeposit = frame_support::traits::ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type DoneSlashHandler = ();
}

// BABE, GRANDPA and BEEFY report equivocations in bare extrinsics of the node's own making.
impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<LocalCall> frame_system::offchain::CreateBare<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}
