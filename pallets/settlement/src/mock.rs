//! A runtime with the real clock, registry, commitments, market, notes and verifiers; meters that
//! sign, and a prover that proves.

use frame::{
	deps::{
		frame_support::{
			traits::{fungible::UnionOf, AsEnsureOriginWithArg},
			PalletId,
		},
		frame_system::{self, EnsureSigned},
		sp_runtime::{traits::Convert, Either},
	},
	testing_prelude::*,
};
use meterproof_device::{commit_and_sign, MeterKey, SaltSecret, Slot};
use meterproof_primitives::{
	AssetId, Digest, Directions, EnsureInvariants, NoteHash, NoteOwner, Schedule, SignedCommitment,
	SplitStatement, TransferStatement, UsageStatement, VerifyTransfer, NATIVE_ASSET,
	NOTE_TREE_DEPTH,
};
use meterproof_programs::{note, usage as program};
use meterproof_prover::usage::{prove, GroupWitness, Opening};
use pallet_devices::DeviceFacts;

use crate::{self as pallet_settlement, *};

pub type AccountId = frame::deps::sp_runtime::AccountId32;
pub type Balance = u128;

pub const ALICE: AccountId = AccountId::new([1; 32]);
pub const BOB: AccountId = AccountId::new([2; 32]);
pub const BUYER: AccountId = AccountId::new([3; 32]);
pub const PROVER: AccountId = AccountId::new([4; 32]);
pub const ANYONE: AccountId = AccountId::new([5; 32]);
pub const REGISTRAR: AccountId = AccountId::new([6; 32]);

pub const ZONE: ZoneId = 7;
pub const ENDOWMENT: Balance = 1_000_000_000;
pub const GENESIS: [u8; 32] = [0x6e; 32];
pub const NAMEPLATE: u32 = 1_000;
pub const PRICE: Balance = 5;
/// Dearer than the price, so that shortfalls show.
pub const IMBALANCE_PRICE: Balance = 12;
pub const RETENTION: u64 = 3;

pub const SCHEDULE: Schedule = Schedule {
	length_ms: 60_000,
	gate_lead_ms: 10_000,
	commit_window_ms: 30_000,
	proof_window_ms: 60_000,
	min_blocks: 2,
};

/// The first period that is open when a test begins.
pub const FIRST: PeriodIndex = 101;

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
	pub type Devices = pallet_devices;
	#[runtime::pallet_index(4)]
	pub type Metering = pallet_metering;
	#[runtime::pallet_index(5)]
	pub type Market = pallet_market;
	#[runtime::pallet_index(6)]
	pub type Settlement = pallet_settlement;
	#[runtime::pallet_index(7)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(8)]
	pub type Payments = pallet_payments;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Self>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type AccountStore = System;
	type ExistentialDeposit = ConstU128<100>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type AssetId = AssetId;
	type AssetIdParameter = AssetId;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type Freezer = ();
	type Holder = ();
}

/// The token is asset 0.
pub struct NativeIsZero;

impl Convert<AssetId, Either<(), AssetId>> for NativeIsZero {
	fn convert(asset: AssetId) -> Either<(), AssetId> {
		if asset == NATIVE_ASSET {
			Either::Left(())
		} else {
			Either::Right(asset)
		}
	}
}

parameter_types! {
	/// Gets registration fees, which are nil here.
	pub const FeeAccount: AccountId = AccountId::new([99; 32]);
	pub const PoolId: PalletId = PalletId(*b"mpr/pool");
}

impl pallet_payments::Config for Test {
	type Assets = UnionOf<Balances, Assets, NativeIsZero, AssetId, AccountId>;
	type OnFee = ();
	type AdminOrigin = EnsureRoot<AccountId>;
	type Verifier = TransferVerifier;
	type NoteHash = NoteHasher;
	type PalletId = PoolId;
	type TransferFee = ConstU64<10>;
	type UnshieldFee = ConstU64<10>;
	type ShieldFee = ConstU64<0>;
	type MaxRoots = ConstU32<100>;
	type AnchorPeriod = ConstU32<1>;
	type MaxAssets = ConstU32<2>;
	type PaymentPriority = ConstU64<0>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = OtherAsset;
}

/// Benchmarks here need no other asset.
#[cfg(feature = "runtime-benchmarks")]
pub struct OtherAsset;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_payments::BenchmarkHelper<AccountId> for OtherAsset {
	fn asset(_who: &AccountId, _amount: Balance) -> AssetId {
		NATIVE_ASSET
	}
}

/// Hashes notes as the runtime does.
pub struct NoteHasher;

impl NoteHash for NoteHasher {
	fn node(left: &Digest, right: &Digest) -> Option<Digest> {
		note::node(left, right)
	}

	fn note(asset: AssetId, amount: u64, owner: &NoteOwner, randomness: &Digest) -> Option<Digest> {
		note::Note { asset, amount, owner: *owner, randomness: *randomness }.commitment()
	}

	fn empty_roots() -> [Digest; NOTE_TREE_DEPTH + 1] {
		note::empty_roots()
	}
}

impl pallet_devices::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type NativeBalance = Balances;
	type Clock = Metering;
	type AdminOrigin = EnsureRoot<AccountId>;
	type DeviceDeposit = ConstU128<100>;
	type RegistrationFee = ConstU128<0>;
	type RegistrationFeeTo = FeeAccount;
	type RegistrarBond = ConstU128<100>;
	type MaxGroupSize = ConstU32<64>;
	type MaxRegistrarsPerZone = ConstU32<4>;
	type MaxMeteringPointLength = ConstU32<32>;
	type MaxDevicesPerOperator = ConstU32<64>;
	type MaxBatch = ConstU32<32>;
	type WeightInfo = ();
}

impl pallet_metering::Config for Test {
	type Time = Timestamp;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Horizon = pallet_market::Horizon<Test>;
	type Devices = Devices;
	type Settlement = Settlement;
	type MaxGroupSize = ConstU32<64>;
	type MaxBatch = ConstU32<32>;
	type MaxCommitmentsPerBlock = ConstU32<100>;
	type ExpectedBlockTime = ConstU64<6_000>;
	type HasRoom = ConstBool<true>;
	type CommitmentPriority = ConstU64<0>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Scene;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Scene;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_metering::BenchmarkHelper<AccountId> for Scene {
	fn set_time(now: meterproof_primitives::UnixMillis) {
		Timestamp::set_timestamp(now);
	}
	fn device(
		group: &GroupId<AccountId>,
		key: meterproof_primitives::DeviceKey,
	) -> meterproof_primitives::DeviceId {
		Devices::activate(group, key, NAMEPLATE).unwrap()
	}
	fn unsettle(group: &GroupId<AccountId>, period: PeriodIndex) {
		let key = period.to_be_bytes();
		pallet_market::Contracts::<Test>::mutate(key, group, |contract| contract.contracted = 1);
	}
}

impl pallet_market::Config for Test {
	type NativeBalance = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Clock = Metering;
	type Devices = Devices;
	type Notes = Payments;
	type OfferDeposit = ConstU128<500>;
	type MaxRange = ConstU32<8>;
	type MaxAdvance = ConstU64<100>;
	type MaxOffersPerAccount = ConstU32<32>;
	type MaxTradesPerAccount = ConstU32<64>;
	type MaxTradesPerGroup = ConstU32<8>;
	type RetentionPeriods = ConstU64<RETENTION>;
	type WeightInfo = ();
}

impl pallet_settlement::Config for Test {
	type Clock = Metering;
	type Devices = Devices;
	type Commitments = Metering;
	type Deliveries = Market;
	type Verifier = Verifier;
	type SplitVerifier = SplitVerifier;
	type MaxGroups = ConstU32<8>;
	type MaxSlots = ConstU32<64>;
	type MaxProofBytes = ConstU32<{ 256 * 1024 }>;
	type RetentionPeriods = ConstU64<RETENTION>;
	type WeightInfo = ();
}

/// The verifier of payments, as the runtime uses it.
pub struct TransferVerifier;

impl VerifyTransfer<AccountId> for TransferVerifier {
	fn verify(statement: &TransferStatement<AccountId>, proof: &[u8]) -> bool {
		meterproof_verifier::verify_transfer(statement, proof).is_ok()
	}
}

/// The verifier, as the runtime uses it.
pub struct Verifier;

impl VerifyUsage<AccountId> for Verifier {
	fn verify(statement: &UsageStatement<AccountId>, proof: &[u8]) -> bool {
		meterproof_verifier::verify_usage(statement, proof).is_ok()
	}
}

/// The verifier of splits, as the runtime uses it.
pub struct SplitVerifier;

impl VerifySplit for SplitVerifier {
	fn verify(statement: &SplitStatement, proof: &[u8]) -> bool {
		meterproof_verifier::verify_split(statement, proof).is_ok()
	}
}

/// Endowed accounts, and nothing else.
pub fn build() -> TestState {
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Test> {
		balances: [ALICE, BOB, BUYER, PROVER, ANYONE, REGISTRAR]
			.into_iter()
			.map(|who| (who, ENDOWMENT))
			.collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	pallet_metering::GenesisConfig::<Test> { schedule: SCHEDULE, ..Default::default() }
		.assimilate_storage(&mut storage)
		.unwrap();
	pallet_market::GenesisConfig::<Test> {
		imbalance_prices: vec![(ZONE, Resource::Electricity, IMBALANCE_PRICE)],
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	pallet_payments::GenesisConfig::<Test>::default().assimilate_storage(&mut storage).unwrap();
	TestState::new(storage)
}

/// Alice has meters 0 and 1, Bob meter 2; Alice sold 100 units for `FIRST`, Bob 80.
pub fn execute(test: impl FnOnce()) {
	build().execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, H256(GENESIS));
		blocks_at(SCHEDULE.start(FIRST - 2), 1);
		Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR).unwrap();
		for operator in [ALICE, ALICE, BOB] {
			add_device(operator);
		}
		blocks_at(SCHEDULE.start(FIRST - 1), 1);
		sell(ALICE, 100, FIRST);
		sell(BOB, 80, FIRST);
		System::reset_events();
		test();
		ensure_invariants();
	});
}

pub fn ensure_invariants() {
	Settlement::ensure_invariants().unwrap();
	Market::ensure_invariants().unwrap();
	Metering::ensure_invariants().unwrap();
	Devices::ensure_invariants().unwrap();
	Payments::ensure_invariants().unwrap();
}

/// Makes `count` blocks at a time, in ms.
pub fn blocks_at(now: u64, count: u32) {
	for _ in 0..count {
		let block = System::block_number() + 1;
		System::set_block_number(block);
		Metering::on_initialize(block);
		Timestamp::set_timestamp(now);
		Metering::on_finalize(block);
		Payments::on_finalize(block);
	}
}

/// Goes to the end of `period`: commitments and, if all are there, proofs are taken.
pub fn end(period: PeriodIndex) {
	blocks_at(SCHEDULE.end(period), 1);
}

/// Goes past the cut-off of `period`.
pub fn cut_off(period: PeriodIndex) {
	blocks_at(SCHEDULE.cut_off(period), SCHEDULE.min_blocks + 1);
}

/// Goes past the deadline of `period`.
pub fn finalise(period: PeriodIndex) {
	blocks_at(SCHEDULE.deadline(period), SCHEDULE.deadline_blocks() + 1);
}

fn meter_key(id: u32) -> MeterKey {
	MeterKey::from_seed(&[id as u8 + 1; 32])
}

fn salt_secret(id: u32) -> SaltSecret {
	SaltSecret::from_bytes([id as u8 + 101; 32])
}

fn slot(id: u32, period: PeriodIndex) -> Slot {
	Slot { genesis: GENESIS, device: id, period, direction: meterproof_device::Direction::Export }
}

/// Registers and attests a meter of `operator`.
pub fn add_device(operator: AccountId) {
	let id = pallet_devices::NextDeviceId::<Test>::get();
	let facts = DeviceFacts {
		key: meter_key(id).public(),
		metering_point: format!("point {id}").into_bytes().try_into().unwrap(),
		zone: ZONE,
		resource: Resource::Electricity,
		directions: Directions::Export,
		nameplate: NAMEPLATE,
	};
	Devices::register(RuntimeOrigin::signed(operator.clone()), facts.clone()).unwrap();
	Devices::attest(RuntimeOrigin::signed(REGISTRAR), id, operator, facts).unwrap();
}

/// The group of `operator`'s meters.
pub fn group(operator: AccountId) -> GroupId<AccountId> {
	GroupId { operator, zone: ZONE, resource: Resource::Electricity, direction: Direction::Export }
}

/// Sells `quantity` to the buyer for one period.
pub fn sell(operator: AccountId, quantity: Quantity, period: PeriodIndex) {
	sell_into(operator, quantity, period, None, None);
}

/// Sells as [`sell`] does, and names whose notes pay the seller and refund the buyer.
pub fn sell_into(
	operator: AccountId,
	quantity: Quantity,
	period: PeriodIndex,
	payout: Option<NoteOwner>,
	refund: Option<NoteOwner>,
) {
	let id = offer(operator, quantity, period, payout);
	accept(id, &[], refund);
}

/// Sells as [`sell`] does, to a buyer that accepts these registrars.
pub fn sell_through(
	operator: AccountId,
	quantity: Quantity,
	period: PeriodIndex,
	registrars: &[AccountId],
) {
	let id = offer(operator, quantity, period, None);
	accept(id, registrars, None);
}

fn accept(id: u64, registrars: &[AccountId], refund: Option<NoteOwner>) {
	let by = RuntimeOrigin::signed(BUYER);
	let registrars = registrars.to_vec().try_into().unwrap();
	Market::accept(by, id, terms(id), registrars, refund).unwrap();
}

fn offer(
	operator: AccountId,
	quantity: Quantity,
	period: PeriodIndex,
	payout: Option<NoteOwner>,
) -> u64 {
	let id = pallet_market::NextTradeId::<Test>::get();
	Market::offer(
		RuntimeOrigin::signed(operator),
		ZONE,
		Resource::Electricity,
		Direction::Export,
		BUYER,
		quantity,
		PRICE,
		IMBALANCE_PRICE,
		period,
		period,
		payout,
	)
	.unwrap();
	id
}

/// The terms of an offer.
pub fn terms(id: u64) -> pallet_market::OfferTermsOf<Test> {
	pallet_market::Trades::<Test>::get(id).unwrap().terms()
}

/// What the meters counted, by meter.
pub type Readings = [(u32, u32)];

/// The meters sign and send their commitments.
pub fn commit(period: PeriodIndex, readings: &Readings) {
	let batch: Vec<_> = readings
		.iter()
		.map(|(id, reading)| {
			let signed = commit_and_sign(
				&meter_key(*id),
				&salt_secret(*id),
				&slot(*id, period),
				*reading,
				0,
			);
			SignedCommitment {
				device: *id,
				period,
				direction: Direction::Export,
				commitment: signed.commitment,
				signature: signed.signature,
			}
		})
		.collect();
	let expected = batch.len() as u32;
	Metering::commit_batch(RuntimeOrigin::signed(ANYONE), batch.try_into().unwrap()).unwrap();
	let recorded = System::events().into_iter().any(|record| {
		matches!(
			record.event,
			RuntimeEvent::Metering(pallet_metering::Event::BatchRecorded { recorded, .. })
				if recorded == expected
		)
	});
	assert!(recorded, "every commitment is taken");
	System::reset_events();
}

/// What opens the commitments of a statement.
pub fn witness(
	statement: &program::Statement,
	period: PeriodIndex,
	readings: &Readings,
) -> Vec<GroupWitness> {
	let opening = |device: u32| Opening {
		reading: readings.iter().find(|(id, _)| *id == device).unwrap().1,
		salt: salt_secret(device).salt(&slot(device, period), 0),
	};
	let groups = statement.groups.iter();
	groups
		.map(|part| GroupWitness {
			openings: part.slots.iter().map(|slot| opening(slot.device)).collect(),
		})
		.collect()
}

/// The arguments of `submit_proof`.
#[derive(Clone)]
pub struct Submission {
	pub period: PeriodIndex,
	pub resource: Resource,
	pub claims: Vec<GroupClaim<AccountId>>,
	pub slots: u32,
	pub trades: u32,
	pub proof: Vec<u8>,
}

impl Submission {
	/// Claims without a proof, of as many slots and trades as there are.
	pub fn unproved(period: PeriodIndex, claims: &[(AccountId, Quantity)]) -> Self {
		let claims: Vec<_> = claims
			.iter()
			.map(|(operator, delivered)| GroupClaim {
				group: group(operator.clone()),
				delivered: *delivered,
				slack_commitment: [0; 32],
			})
			.collect();
		let sum = |count: fn(&GroupId<AccountId>, PeriodIndex) -> u32| {
			claims.iter().map(|claim| count(&claim.group, period)).sum()
		};
		Self {
			period,
			resource: Resource::Electricity,
			slots: sum(<Metering as Commitments<_>>::count),
			trades: sum(<Market as Deliveries<_>>::trades),
			claims,
			proof: vec![0; 64],
		}
	}

	/// A submission with a proof from the meters' readings.
	pub fn proved(
		period: PeriodIndex,
		claims: &[(AccountId, Quantity)],
		readings: &Readings,
	) -> Self {
		let mut submission = Self::unproved(period, claims);
		let asked = claims
			.iter()
			.map(|(operator, delivered)| (group(operator.clone()), Some(*delivered)))
			.collect();
		let statement = Settlement::statement(period, asked).unwrap().map_accounts(Into::into);
		let witness = witness(&statement, period, readings);
		let proved = prove(statement, &witness, |_| {}).unwrap();
		for (claim, part) in submission.claims.iter_mut().zip(&proved.statement.groups) {
			claim.slack_commitment = part.slack_commitment;
		}
		submission.proof = proved.proof;
		submission
	}

	pub fn call(&self) -> Call<Test> {
		Call::submit_proof {
			period: self.period,
			resource: self.resource,
			claims: self.claims.clone().try_into().unwrap(),
			slots: self.slots,
			trades: self.trades,
			proof: self.proof.clone().try_into().unwrap(),
		}
	}

	pub fn submit(&self, who: AccountId) -> DispatchResultWithPostInfo {
		use frame::deps::frame_support::traits::UnfilteredDispatchable;
		self.call().dispatch_bypass_filter(RuntimeOrigin::signed(who))
	}
}

/// All that an account has, on hold or not.
pub fn total(who: AccountId) -> Balance {
	use frame::traits::fungible::Inspect;
	Balances::total_balance(&who)
}

/// Nobody has escrow or collateral on hold.
pub fn nothing_is_escrowed() -> bool {
	use frame::traits::fungible::InspectHold;
	[ALICE, BOB, BUYER].into_iter().all(|who| {
		[pallet_market::HoldReason::Collateral, pallet_market::HoldReason::Payment]
			.into_iter()
			.all(|reason| Balances::balance_on_hold(&reason.into(), &who) == 0)
	})
}

/// This pallet's events since the last call.
pub fn events() -> Vec<Event<Test>> {
	let events = System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Settlement(event) => Some(event),
			_ => None,
		})
		.collect();
	System::reset_events();
	events
}
