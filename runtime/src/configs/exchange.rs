//! This chain's own pallets: devices, metering, market, settlement, books, water.

use alloc::string::String;

use frame_support::{
	dispatch::DispatchClass,
	migrations::MultiStepMigrator,
	parameter_types,
	traits::{ConstU128, ConstU32, ConstU64, Get},
	weights::Weight,
};
use meterproof_primitives::{
	PeriodIndex, SplitStatement, UsageStatement, VerifySplit, VerifyUsage,
};
use pallet_governance::ExchangeAdmin;
use sp_runtime::{
	generic::Preamble,
	traits::{Convert, StaticLookup},
	transaction_validity::TransactionPriority,
	Perbill,
};

use super::{
	ExchangeClosed, FeePot, NoNewTrades, RootOr, RuntimeBlockLength, RuntimeBlockWeights, Voters,
};
use crate::*;

parameter_types! {
	/// Most devices of one operator in one zone, for one resource and direction.
	pub const MaxGroupSize: u32 = 1_024;
	/// Most commitments of one proof.
	pub const MaxSlots: u32 = 8_064;
	/// For which part of a period's length before the gate closes no order leaves a book: five minutes of a
	/// quarter of an hour.
	pub const LockShare: Perbill = Perbill::from_parts(333_333_333);
	/// What the clearing of books takes at most of a block: a quarter.
	pub ClearingWeight: Weight = RuntimeBlockWeights::get().max_block.saturating_div(4);
	/// Most trades of a group in one period.
	pub const MaxTradesPerGroup: u32 = 64;
	/// Above every tip: meters cannot bid. Their number per block is limited, and with it what they
	/// take from others.
	pub const CommitmentPriority: TransactionPriority = TransactionPriority::MAX;
	/// Every period that somebody can have traded for, from the first open one on: a year of quarter hours
	/// and a day. Within that time a complaint about a registrar can come to a referendum.
	pub TradedPeriods: PeriodIndex = pallet_market::Horizon::<Runtime>::get().saturating_add(1);
	/// Most commitments in a block that pay no fee. They may fill two thirds of what commitments and
	/// proofs may fill together (`integrity_test`), and leave room for a proof in any case.
	pub const MaxCommitmentsPerBlock: u32 = 600;
}

impl pallet_devices::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type NativeBalance = Balances;
	type Clock = Metering;
	type AdminOrigin = RootOr<ExchangeAdmin>;
	type DeviceDeposit = ConstU128<{ 100 * MILLI_UNIT }>;
	// All ids of 32 bits together cost 43 million tokens.
	type RegistrationFee = ConstU128<{ 10 * MILLI_UNIT }>;
	type RegistrationFeeTo = FeePot;
	type RegistrarBond = ConstU128<{ 1_000 * UNIT }>;
	type BondPeriods = TradedPeriods;
	type MaxGroupSize = MaxGroupSize;
	type MaxRegistrarsPerZone = ConstU32<16>;
	type MaxMeteringPointLength = ConstU32<64>;
	type MaxDevicesPerOperator = ConstU32<4_096>;
	type MaxBatch = ConstU32<128>;
	type WeightInfo = weights::pallet_devices::WeightInfo<Runtime>;
}

impl pallet_metering::Config for Runtime {
	type Time = Timestamp;
	type AdminOrigin = RootOr<ExchangeAdmin>;
	type Horizon = pallet_market::Horizon<Runtime>;
	type Devices = Devices;
	type Settlement = Settlement;
	type MaxGroupSize = MaxGroupSize;
	type MaxBatch = ConstU32<256>;
	type MaxCommitmentsPerBlock = MaxCommitmentsPerBlock;
	type ExpectedBlockTime = ConstU64<MILLISECS_PER_BLOCK>;
	type HasRoom = RoomToSettle;
	type IsClosed = ExchangeClosed;
	type CommitmentPriority = CommitmentPriority;
	type WeightInfo = weights::pallet_metering::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Registered;
}

/// The largest proof that a block keeps room for: of as many commitments as there can be and 16 groups
/// with a trade each, a fifth of the share that commitments and proofs have for themselves. An author
/// looks for proofs up to this one first.
pub fn largest_reserved_proof() -> Weight {
	type Settling = <Runtime as pallet_settlement::Config>::WeightInfo;
	const GROUPS: u32 = 16;
	pallet_settlement::weights::submit_proof::<Settling>(GROUPS, MaxSlots::get(), GROUPS)
}

/// Whether the block at hand has room for such a proof. Full blocks have not, nor have those of a
/// migration, which take inherents only.
pub struct RoomToSettle;

impl Get<bool> for RoomToSettle {
	fn get() -> bool {
		if MultiBlockMigrations::ongoing() {
			return false;
		}
		let class = DispatchClass::Operational;
		let limits = RuntimeBlockWeights::get();
		let own = limits.get(class);
		let proof = largest_reserved_proof().saturating_add(own.base_extrinsic);
		// The same as `CheckWeight` asks of a transaction.
		let used = System::block_weight();
		let of_class = used.get(class).saturating_add(proof);
		let in_class = own.max_total.is_none_or(|most| of_class.all_lte(most));
		let in_block = used.total().saturating_add(proof).all_lte(limits.max_block)
			|| own.reserved.is_some_and(|reserved| of_class.all_lte(reserved));
		let length = System::block_size().saturating_add(MAX_PROOF_TRANSACTION_BYTES);
		in_class && in_block && length <= *RuntimeBlockLength::get().max.get(class)
	}
}

/// A transaction with the longest proof.
const MAX_PROOF_TRANSACTION_BYTES: u32 = meterproof_verifier::MAX_PROOF_BYTES as u32 + 512;

/// Sets the clock, adds devices and contracts, for the benchmarks of `pallet-metering`.
#[cfg(feature = "runtime-benchmarks")]
pub struct Registered;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_metering::BenchmarkHelper<AccountId> for Registered {
	fn set_time(now: meterproof_primitives::UnixMillis) {
		// Not by `set_timestamp`: BABE checks that against its slot.
		pallet_timestamp::Now::<Runtime>::put(now);
	}

	fn device(
		group: &meterproof_primitives::GroupId<AccountId>,
		key: meterproof_primitives::DeviceKey,
	) -> meterproof_primitives::DeviceId {
		Devices::activate(group, key, 1_000).unwrap_or(meterproof_primitives::DeviceId::MAX)
	}

	fn unsettle(
		group: &meterproof_primitives::GroupId<AccountId>,
		period: meterproof_primitives::PeriodIndex,
	) {
		let key = period.to_be_bytes();
		pallet_market::Contracts::<Runtime>::mutate(key, group, |contract| contract.contracted = 1);
	}
}

/// Most periods that one trade or order spans.
const MAX_RANGE: u32 = 96;

/// How many periods ahead of the first open one a trade can begin: a year of quarter hours.
const MARKET_ADVANCE: u64 = 35_040;

impl pallet_market::Config for Runtime {
	type NativeBalance = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = RootOr<ExchangeAdmin>;
	type Clock = Metering;
	type Devices = Devices;
	type Bonds = Devices;
	type NotePool = Payments;
	type Books = Book;
	type Backstop = Book;
	type Allotments = Water;
	type Voters = Voters;
	type OfferDeposit = ConstU128<{ 10 * MILLI_UNIT }>;
	type MaxRange = ConstU32<MAX_RANGE>;
	type MaxAdvance = ConstU64<MARKET_ADVANCE>;
	type MaxOffersPerAccount = ConstU32<64>;
	type MaxTradesPerAccount = ConstU32<1_024>;
	type MaxTradesPerGroup = MaxTradesPerGroup;
	// Four weeks of quarter hours: books are kept that long on chain.
	type RetentionPeriods = ConstU64<2_688>;
	type WeightInfo = weights::pallet_market::WeightInfo<Runtime>;
}

/// How many periods ahead of the first open one an order can begin: a week of quarter hours.
const BOOK_ADVANCE: u64 = 672;

// New lengths of periods begin beyond every trade, and so beyond every order.
const _: () = assert!(BOOK_ADVANCE <= MARKET_ADVANCE);

impl pallet_book::Config for Runtime {
	type NativeBalance = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = RootOr<ExchangeAdmin>;
	type Clock = Metering;
	type Devices = Devices;
	type Market = Market;
	type Voters = Voters;
	type IsClosed = NoNewTrades;
	type OrderDeposit = ConstU128<MILLI_UNIT>;
	type MaxRange = ConstU32<MAX_RANGE>;
	type MaxAdvance = ConstU64<BOOK_ADVANCE>;
	// A seller's offers become at most 52 trades, which leaves its group 12 of its own.
	type MaxBids = ConstU32<48>;
	type MaxOffers = ConstU32<96>;
	type MaxOwnOrders = ConstU32<4>;
	type MaxStanding = ConstU32<1_024>;
	type LockShare = LockShare;
	#[cfg(not(test))]
	type ClearingWeight = ClearingWeight;
	// Tests count reads and writes by prices that no share of a block has room for.
	#[cfg(test)]
	type ClearingWeight = crate::tests::MostClearing;
	// A week of quarter hours. The trades are kept longer.
	type RetentionPeriods = ConstU64<672>;
	type WeightInfo = weights::pallet_book::WeightInfo<Runtime>;
}

impl pallet_settlement::Config for Runtime {
	type Clock = Metering;
	type Genesis = pallet_metering::Genesis<Runtime>;
	type Devices = Devices;
	type Commitments = Metering;
	type Deliveries = Market;
	type Backstop = Book;
	type Verifier = UsageVerifier;
	type SplitVerifier = SplitVerifier;
	type MaxGroups = ConstU32<64>;
	type MaxSlots = MaxSlots;
	type MaxProofBytes = ConstU32<{ meterproof_verifier::MAX_PROOF_BYTES as u32 }>;
	type MaxSettledPerBlock = ConstU32<2_048>;
	type RetentionPeriods = ConstU64<2_688>;
	type WeightInfo = weights::pallet_settlement::WeightInfo<Runtime>;
}

/// What verifying a usage proof weighs, whatever it is for.
pub struct UsageWeight;

impl Convert<u32, Weight> for UsageWeight {
	fn convert(slots: u32) -> Weight {
		pallet_settlement::weights::verify::<weights::pallet_settlement::WeightInfo<Runtime>>(slots)
	}
}

/// Most periods of a turn, and how far ahead a season may begin: a year of quarter hours and a day.
const YEAR: u32 = 35_136;

impl pallet_water::Config for Runtime {
	type NativeBalance = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = RootOr<ExchangeAdmin>;
	type Clock = Metering;
	type Genesis = pallet_metering::Genesis<Runtime>;
	type Devices = Devices;
	type Commitments = Metering;
	type Provers = Settlement;
	type Verifier = UsageVerifier;
	type VerifyingWeight = UsageWeight;
	type PenaltiesTo = FeePot;
	type AccountDeposit = ConstU128<{ 100 * MILLI_UNIT }>;
	type MaxTurn = ConstU32<YEAR>;
	// A turn for each day of a year.
	type MaxTurns = ConstU32<366>;
	// Two hours of quarter hours.
	type Notice = ConstU32<8>;
	type MaxAdvance = ConstU64<{ YEAR as u64 }>;
	type MaxGroups = ConstU32<64>;
	type MaxSlots = MaxSlots;
	type MaxProofBytes = ConstU32<{ meterproof_verifier::MAX_PROOF_BYTES as u32 }>;
	type WeightInfo = weights::pallet_water::WeightInfo<Runtime>;
}

/// Usage proofs, checked by `meterproof_verifier`.
pub struct UsageVerifier;

impl VerifyUsage<AccountId> for UsageVerifier {
	fn verify(statement: &UsageStatement<AccountId>, proof: &[u8]) -> bool {
		meterproof_verifier::verify_usage(statement, proof).is_ok()
	}
}

/// Split proofs, checked by `meterproof_verifier`.
pub struct SplitVerifier;

impl VerifySplit for SplitVerifier {
	fn verify(statement: &SplitStatement, proof: &[u8]) -> bool {
		meterproof_verifier::verify_split(statement, proof).is_ok()
	}
}

/// Whether a `submit_proof` or `submit_sealed_proof` transaction would enter, the proofs themselves
/// unchecked; otherwise why not.
pub fn check_proof_transaction(extrinsic: UncheckedExtrinsic) -> Result<(), String> {
	let Preamble::Signed(address, ..) = &extrinsic.preamble else {
		return Err("NotSigned: a proof is submitted by a signed extrinsic".into());
	};
	let who = <Runtime as frame_system::Config>::Lookup::lookup(address.clone())
		.map_err(|_| String::from("UnknownSigner: the signer's address is not an account"))?;
	match &extrinsic.function {
		RuntimeCall::Settlement(
			call @ (pallet_settlement::Call::submit_proof { .. }
			| pallet_settlement::Call::submit_sealed_proof { .. }),
		) => Settlement::check(&who, call),
		_ => Err("NotAProof: the extrinsic's call is neither Settlement.submit_proof nor \
			Settlement.submit_sealed_proof"
			.into()),
	}
}
