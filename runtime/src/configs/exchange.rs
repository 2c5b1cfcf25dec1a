//! This chain's own pallets: devices, metering, market, settlement.

use alloc::{string::String, vec::Vec};

use frame_support::{
	parameter_types,
	traits::{ConstU128, ConstU32, ConstU64},
};
use frame_system::EnsureRoot;
use meterproof_primitives::{Claim, SplitStatement, UsageStatement, VerifySplit, VerifyUsage};
use meterproof_programs::{split, usage};
use sp_runtime::{
	generic::Preamble, traits::StaticLookup, transaction_validity::TransactionPriority,
};

use crate::*;

parameter_types! {
	/// Most devices of one operator in one zone, for one resource and direction.
	pub const MaxGroupSize: u32 = 1_024;
	/// Above transactions without a tip, which have at most a few units per weight and length.
	pub const CommitmentPriority: TransactionPriority = 1 << 40;
}

impl pallet_devices::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type NativeBalance = Balances;
	type Clock = Metering;
	type AdminOrigin = EnsureRoot<AccountId>;
	type DeviceDeposit = ConstU128<{ 100 * MILLI_UNIT }>;
	type RegistrarBond = ConstU128<{ 1_000 * UNIT }>;
	type MaxGroupSize = MaxGroupSize;
	type MaxRegistrarsPerZone = ConstU32<16>;
	type MaxMeteringPointLength = ConstU32<64>;
	type MaxDevicesPerOperator = ConstU32<4_096>;
	type MaxBatch = ConstU32<128>;
	type WeightInfo = weights::pallet_devices::WeightInfo<Runtime>;
}

impl pallet_metering::Config for Runtime {
	type Time = Timestamp;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Horizon = pallet_market::Horizon<Runtime>;
	type Devices = Devices;
	type Settlement = Settlement;
	type MaxGroupSize = MaxGroupSize;
	type MaxBatch = ConstU32<256>;
	// About half of what normal transactions may weigh; `integrity_test` holds it below two thirds.
	type MaxCommitmentsPerBlock = ConstU32<600>;
	type ExpectedBlockTime = ConstU64<MILLISECS_PER_BLOCK>;
	type CommitmentPriority = CommitmentPriority;
	type WeightInfo = weights::pallet_metering::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Registered;
}

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

impl pallet_market::Config for Runtime {
	type NativeBalance = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Clock = Metering;
	type Devices = Devices;
	type Notes = Payments;
	type OfferDeposit = ConstU128<{ 10 * MILLI_UNIT }>;
	type MaxRange = ConstU32<96>;
	// A year of quarter hours.
	type MaxAdvance = ConstU64<35_040>;
	type MaxOffersPerAccount = ConstU32<64>;
	type MaxTradesPerAccount = ConstU32<1_024>;
	type MaxTradesPerGroup = ConstU32<64>;
	// Four weeks of quarter hours: books are kept that long on chain.
	type RetentionPeriods = ConstU64<2_688>;
	type WeightInfo = weights::pallet_market::WeightInfo<Runtime>;
}

impl pallet_settlement::Config for Runtime {
	type Clock = Metering;
	type Devices = Devices;
	type Commitments = Metering;
	type Deliveries = Market;
	type Verifier = UsageVerifier;
	type SplitVerifier = SplitVerifier;
	type MaxGroups = ConstU32<64>;
	type MaxSlots = ConstU32<8_064>;
	type MaxProofBytes = ConstU32<{ meterproof_verifier::MAX_PROOF_BYTES as u32 }>;
	type RetentionPeriods = ConstU64<2_688>;
	type WeightInfo = weights::pallet_settlement::WeightInfo<Runtime>;
}

/// Usage proofs, checked by `meterproof_verifier`.
pub struct UsageVerifier;

impl VerifyUsage<AccountId> for UsageVerifier {
	fn verify(statement: &UsageStatement<AccountId>, proof: &[u8]) -> bool {
		// All groups of a proof share a resource; `pallet-settlement` forms no other statement.
		let Some(resource) = statement.groups.first().map(|g| g.group.resource) else {
			return false;
		};
		if statement.groups.iter().any(|g| g.group.resource != resource) {
			return false;
		}
		let groups = statement
			.groups
			.iter()
			.map(|g| usage::Group {
				operator: g.group.operator.clone().into(),
				zone: g.group.zone,
				direction: g.group.direction as u8,
				claim: match g.claim {
					Claim::AtLeast(quantity) => usage::Claim::AtLeast(quantity),
					Claim::AtMost(quantity) => usage::Claim::AtMost(quantity),
					Claim::Exactly(quantity) => usage::Claim::Exactly(quantity),
					Claim::AtLeastHidden(commitment) => usage::Claim::AtLeastHidden(commitment),
				},
				slots: g
					.slots
					.iter()
					.map(|(device, commitment)| usage::Slot {
						device: *device,
						commitment: *commitment,
					})
					.collect(),
				slack_commitment: g.slack_commitment,
			})
			.collect::<Vec<_>>();
		let statement = usage::Statement {
			genesis: statement.genesis,
			period: statement.period,
			resource: resource as u8,
			groups,
		};
		meterproof_verifier::verify_usage(&statement, proof).is_ok()
	}
}

/// Split proofs, checked by `meterproof_verifier`.
pub struct SplitVerifier;

impl VerifySplit for SplitVerifier {
	fn verify(statement: &SplitStatement, proof: &[u8]) -> bool {
		let splits = statement.splits.iter().map(|part| {
			let [payout, refund] = part.outputs;
			split::Split {
				trade: part.terms.trade,
				quantity: part.terms.quantity,
				rate: part.terms.rate,
				key_commitment: part.terms.key_commitment,
				quantity_commitment: part.quantity_commitment,
				payout: split::Share { owner: part.terms.payout, note: payout },
				refund: split::Share { owner: part.terms.refund, note: refund },
				ciphertexts: part.ciphertexts,
			}
		});
		let statement = split::Statement {
			genesis: statement.genesis,
			period: statement.period,
			asset: statement.asset,
			splits: splits.collect(),
		};
		meterproof_verifier::verify_split(&statement, proof).is_ok()
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
