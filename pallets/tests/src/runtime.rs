//! The runtime, each pallet's configuration once.

use frame::{
	deps::{
		frame_support::{
			traits::{fungible::UnionOf, AsEnsureOriginWithArg},
			PalletId,
		},
		frame_system::{self, EnsureSigned},
		sp_runtime::{
			generic,
			traits::{Convert, IdentifyAccount, Lazy, Verify},
			Either,
		},
	},
	testing_prelude::*,
	traits::tokens::imbalance::ResolveTo,
};
use fungibles::Balanced;
use meterproof_primitives::{
	AssetId, Digest, GroupId, NoteHash, NoteOwner, PeriodIndex, SettlementState, SplitStatement,
	TransferStatement, UsageStatement, VerifySplit, VerifyTransfer, VerifyUsage, NATIVE_ASSET,
	NOTE_TREE_DEPTH,
};
use meterproof_programs::note;

use crate::{account, settings::*, AccountId, Balance};

/// Gets registration fees.
pub const FEES: AccountId = account(99);
/// Collects what `pallet-balances` takes from accounts that fall below the existential deposit, so
/// that nothing may ever be missing.
pub const DUST: AccountId = account(98);
/// Makes the blocks, where they have an author.
pub const AUTHOR: AccountId = account(97);

/// Most bytes of a usage proof or of a split proof.
pub const MAX_PROOF_BYTES: u32 = 256 * 1024;
/// How urgent commitments are to the transaction pool.
pub const COMMITMENT_PRIORITY: u64 = 100;
/// How urgent payments are to the transaction pool.
pub const PAYMENT_PRIORITY: u64 = 77;
/// What an offer puts on hold.
pub const OFFER_DEPOSIT: Balance = 500;
/// What an order puts on hold for each period that it stands in.
pub const ORDER_DEPOSIT: Balance = 50;
/// What an account of water puts on hold.
pub const ACCOUNT_DEPOSIT: Balance = 300;
/// How many periods before it begins a season of water is announced at least.
pub const NOTICE: u32 = 3;
/// Time between blocks, in milliseconds.
pub const BLOCK: u64 = 6_000;

#[frame_construct_runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(3)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(4)]
	pub type Devices = pallet_devices;
	#[runtime::pallet_index(5)]
	pub type Metering = pallet_metering;
	#[runtime::pallet_index(6)]
	pub type Market = pallet_market;
	#[runtime::pallet_index(7)]
	pub type Settlement = pallet_settlement;
	#[runtime::pallet_index(8)]
	pub type Payments = pallet_payments;
	#[runtime::pallet_index(9)]
	pub type Validators = pallet_validators;
	#[runtime::pallet_index(10)]
	pub type Book = pallet_book;
	#[runtime::pallet_index(11)]
	pub type Water = pallet_water;
}

/// Authorises, as the runtime does.
pub type Extension = (frame_system::AuthorizeCall<Test>,);
pub type Extrinsic = generic::UncheckedExtrinsic<AccountId, RuntimeCall, Unsigned, Extension>;
pub type Block = generic::Block<generic::Header<u64, BlakeTwo256>, Extrinsic>;

/// A signature that is nobody's: transactions here authorise themselves.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Unsigned;

impl Verify for Unsigned {
	type Signer = Nobody;

	fn verify<L: Lazy<[u8]>>(&self, _: L, _: &AccountId) -> bool {
		false
	}
}

/// The signer of [`Unsigned`].
pub struct Nobody;

impl IdentifyAccount for Nobody {
	type AccountId = AccountId;

	fn into_account(self) -> AccountId {
		AccountId::zero()
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

parameter_types! {
	pub const FeeAccount: AccountId = FEES;
	pub const DustAccount: AccountId = DUST;
	pub const PoolId: PalletId = PalletId(*b"mpr/pool");
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type AccountStore = System;
	type ExistentialDeposit = ExistentialDeposit;
	type DustRemoval = ResolveTo<DustAccount, Balances>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type AssetId = AssetId;
	type AssetIdParameter = AssetId;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
}

/// The token is asset 0.
pub struct NativeIsZero;

impl Convert<AssetId, Either<(), AssetId>> for NativeIsZero {
	fn convert(asset: AssetId) -> Either<(), AssetId> {
		match asset {
			NATIVE_ASSET => Either::Left(()),
			other => Either::Right(other),
		}
	}
}

/// The token and the other assets.
pub type NativeAndAssets = UnionOf<Balances, Assets, NativeIsZero, AssetId, AccountId>;

impl pallet_devices::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type NativeBalance = Balances;
	type Clock = Metering;
	type AdminOrigin = EnsureRoot<AccountId>;
	type DeviceDeposit = DeviceDeposit;
	type RegistrationFee = RegistrationFee;
	type RegistrationFeeTo = FeeAccount;
	type RegistrarBond = RegistrarBond;
	type BondPeriods = BondPeriods;
	type MaxGroupSize = MaxGroup;
	type MaxRegistrarsPerZone = MaxRegistrars;
	type MaxMeteringPointLength = ConstU32<64>;
	type MaxDevicesPerOperator = MaxDevices;
	type MaxBatch = DevicesInBatch;
	type WeightInfo = ();
}

impl pallet_metering::Config for Test {
	type Time = Timestamp;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Horizon = FixedOrMarketHorizon;
	type Devices = Devices;
	type Settlement = Ledger;
	type MaxGroupSize = MaxCommitted;
	type MaxBatch = CommitmentsInBatch;
	type MaxCommitmentsPerBlock = MaxFree;
	type ExpectedBlockTime = ConstU64<BLOCK>;
	type HasRoom = Room;
	type IsClosed = Closed;
	type CommitmentPriority = ConstU64<COMMITMENT_PRIORITY>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = BenchmarkSetup;
}

/// The market's horizon, unless a suite has set another.
pub struct FixedOrMarketHorizon;

impl Get<u64> for FixedOrMarketHorizon {
	fn get() -> u64 {
		FixedHorizon::get().unwrap_or_else(pallet_market::Horizon::<Test>::get)
	}
}

/// The settlement pallet, and what a test says of an operator's groups.
pub struct Ledger;

impl SettlementState<AccountId> for Ledger {
	fn is_settled(group: &GroupId<AccountId>, period: PeriodIndex) -> bool {
		!Unsettled::get().contains(&group.operator) && Settlement::is_settled(group, period)
	}
}

/// The accounts whose tokens votes lock, by the list that a test sets.
pub struct LockedByVotes;

impl Contains<AccountId> for LockedByVotes {
	fn contains(who: &AccountId) -> bool {
		Voters::get().contains(who)
	}
}

impl pallet_market::Config for Test {
	type NativeBalance = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Clock = Metering;
	type Devices = Devices;
	type Bonds = Devices;
	type NotePool = Payments;
	type Books = Book;
	type Backstop = Book;
	type Allotments = Water;
	type Voters = LockedByVotes;
	type OfferDeposit = ConstU128<OFFER_DEPOSIT>;
	type MaxRange = ConstU32<8>;
	type MaxAdvance = ConstU64<100>;
	type MaxOffersPerAccount = MaxOffers;
	type MaxTradesPerAccount = MaxTrades;
	type MaxTradesPerGroup = MaxTradesPerGroup;
	type RetentionPeriods = Retention;
	type WeightInfo = ();
}

parameter_types! {
	pub const LockShare: Perbill = Perbill::from_percent(50);
}

impl pallet_book::Config for Test {
	type NativeBalance = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Clock = Metering;
	type Devices = Devices;
	type Market = Market;
	type Voters = LockedByVotes;
	type IsClosed = Shut;
	type OrderDeposit = ConstU128<ORDER_DEPOSIT>;
	type MaxRange = ConstU32<8>;
	type MaxAdvance = ConstU64<50>;
	type MaxBids = MaxBids;
	type MaxOffers = MaxBookOffers;
	type MaxOwnOrders = MaxOwnOrders;
	type MaxStanding = MaxStanding;
	type LockShare = LockShare;
	type ClearingWeight = ClearingWeight;
	type RetentionPeriods = Retention;
	type WeightInfo = ();
}

impl pallet_settlement::Config for Test {
	type Clock = Metering;
	type Genesis = pallet_metering::Genesis<Test>;
	type Devices = Devices;
	type Commitments = Metering;
	type Deliveries = Market;
	type Backstop = Book;
	type Verifier = Verifier;
	type SplitVerifier = Verifier;
	type MaxGroups = ConstU32<8>;
	type MaxSlots = ConstU32<64>;
	type MaxProofBytes = ConstU32<MAX_PROOF_BYTES>;
	type MaxSettledPerBlock = ConstU32<{ 1 << 14 }>;
	type RetentionPeriods = Retention;
	type WeightInfo = ();
}

/// What verifying a usage proof weighs.
pub struct UsageWeight;

impl Convert<u32, Weight> for UsageWeight {
	fn convert(slots: u32) -> Weight {
		pallet_settlement::weights::verify::<()>(slots)
	}
}

impl pallet_water::Config for Test {
	type NativeBalance = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Clock = Metering;
	type Genesis = pallet_metering::Genesis<Test>;
	type Devices = Devices;
	type Commitments = Metering;
	type Provers = Settlement;
	type Verifier = Verifier;
	type VerifyingWeight = UsageWeight;
	type PenaltiesTo = FeeAccount;
	type AccountDeposit = ConstU128<ACCOUNT_DEPOSIT>;
	type MaxTurn = ConstU32<8>;
	type MaxTurns = ConstU32<4>;
	type Notice = ConstU32<NOTICE>;
	type MaxAdvance = ConstU64<100>;
	type MaxGroups = ConstU32<8>;
	type MaxSlots = ConstU32<64>;
	type MaxProofBytes = ConstU32<MAX_PROOF_BYTES>;
	type WeightInfo = ();
}

impl pallet_payments::Config for Test {
	type Assets = NativeAndAssets;
	type OnFee = ToAuthor;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Genesis = pallet_metering::Genesis<Test>;
	type Verifier = Verifier;
	type NoteHash = NoteHasher;
	type PalletId = PoolId;
	type TransferFee = TransferFee;
	type UnshieldFee = UnshieldFee;
	type ShieldFee = ShieldFee;
	type MaxRoots = RootsKept;
	type AnchorPeriod = AnchorPeriod;
	type MaxAssets = MaxAssets;
	type PaymentPriority = ConstU64<PAYMENT_PRIORITY>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = BenchmarkSetup;
}

impl pallet_validators::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type NativeBalance = Balances;
	type Keys = Keyed;
	type Disable = Keyed;
	type AdminOrigin = EnsureRoot<AccountId>;
	type SlashesTo = FeeAccount;
	type MinBond = MinBond;
	type MaxCandidates = MaxCandidates;
	type MaxValidators = MaxValidators;
	type MaxSlashes = MaxSlashes;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Keyed;
}

/// The accounts that have session keys and those that were disabled, by the lists that a test sets.
pub struct Keyed;

impl pallet_validators::SessionKeys<AccountId> for Keyed {
	fn has(who: &AccountId) -> bool {
		!Keyless::get().contains(who)
	}
	fn purge(who: &AccountId) -> DispatchResult {
		Keyless::mutate(|keyless| keyless.push(*who));
		Ok(())
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_validators::BenchmarkHelper<AccountId> for Keyed {
	fn give_keys(who: &AccountId) {
		Keyless::mutate(|keyless| keyless.retain(|one| one != who));
	}
	fn set_validators(_: &[AccountId]) {}
}

impl pallet_validators::Disable<AccountId> for Keyed {
	fn disable(who: &AccountId, severity: Perbill) {
		Disabled::mutate(|disabled| disabled.push((*who, severity)));
	}
}

/// Gives fees to the block's author; without one they are gone.
pub struct ToAuthor;

impl OnUnbalanced<fungibles::Credit<AccountId, NativeAndAssets>> for ToAuthor {
	fn on_nonzero_unbalanced(amount: fungibles::Credit<AccountId, NativeAndAssets>) {
		if Authored::get() {
			let _ = NativeAndAssets::resolve(&AUTHOR, amount);
		}
	}
}

/// The verifier, as the runtime uses it.
pub struct Verifier;

impl VerifyUsage<AccountId> for Verifier {
	fn verify(statement: &UsageStatement<AccountId>, proof: &[u8]) -> bool {
		Permissive::get() || meterproof_verifier::verify_usage(statement, proof).is_ok()
	}
}

impl VerifySplit for Verifier {
	fn verify(statement: &SplitStatement, proof: &[u8]) -> bool {
		Permissive::get() || meterproof_verifier::verify_split(statement, proof).is_ok()
	}
}

impl VerifyTransfer<AccountId> for Verifier {
	fn verify(statement: &TransferStatement<AccountId>, proof: &[u8]) -> bool {
		Verified::mutate(|count| *count += 1);
		Permissive::get() || meterproof_verifier::verify_transfer(statement, proof).is_ok()
	}
}

/// The hashes, as the runtime has them.
pub struct NoteHasher;

impl NoteHash for NoteHasher {
	fn node(left: &Digest, right: &Digest) -> Option<Digest> {
		Hashed::mutate(|count| *count += 1);
		note::node(left, right)
	}

	fn note(asset: AssetId, amount: u64, owner: &NoteOwner, randomness: &Digest) -> Option<Digest> {
		note::Note { asset, amount, owner: *owner, randomness: *randomness }.commitment()
	}

	fn empty_roots() -> [Digest; NOTE_TREE_DEPTH + 1] {
		note::empty_roots()
	}
}

/// What benchmarks set up outside the pallets.
#[cfg(feature = "runtime-benchmarks")]
pub struct BenchmarkSetup;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_metering::BenchmarkHelper<AccountId> for BenchmarkSetup {
	fn set_time(now: meterproof_primitives::UnixMillis) {
		Timestamp::set_timestamp(now);
	}

	fn device(
		group: &GroupId<AccountId>,
		key: meterproof_primitives::DeviceKey,
	) -> meterproof_primitives::DeviceId {
		Devices::activate(group, key, 1_000).expect("there is room")
	}

	fn unsettle(group: &GroupId<AccountId>, period: PeriodIndex) {
		let key = period.to_be_bytes();
		pallet_market::Contracts::<Test>::mutate(key, group, |contract| contract.contracted = 1);
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_payments::BenchmarkHelper<AccountId> for BenchmarkSetup {
	fn asset(who: &AccountId, amount: Balance) -> AssetId {
		const ASSET: AssetId = 1;
		const ISSUER: AccountId = account(96);
		let _ = Assets::force_create(RuntimeOrigin::root(), ASSET, ISSUER, true, 1);
		assert_ok!(Assets::mint(RuntimeOrigin::signed(ISSUER), ASSET, *who, amount));
		ASSET
	}
}
