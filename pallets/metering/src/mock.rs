//! A chain with balances, time, real devices and their commitments.

use frame::{
	testing_prelude::*,
	traits::{Applyable, Checkable, OnFinalize, OnIdle, OnInitialize},
};
use meterproof_device::{commit_and_sign, MeterKey, SaltSecret, Slot};
use meterproof_primitives::{
	DeviceId, Direction, Directions, EnsureInvariants, GroupId, PeriodIndex, Resource, Schedule,
	SettlementState, SignedCommitment, UnixMillis, ZoneId,
};

pub type AccountId = u64;

/// Operators.
pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
/// Registrar of [`ZONE`].
pub const REGISTRAR: AccountId = 10;
/// A gateway, or anyone.
pub const STRANGER: AccountId = 20;

pub const ZONE: ZoneId = 7;
pub const MAX_GROUP: u32 = 70;

pub const SCHEDULE: Schedule = Schedule {
	length_ms: 60_000,
	gate_lead_ms: 10_000,
	commit_window_ms: 30_000,
	proof_window_ms: 60_000,
	min_blocks: 3,
};
/// Time between blocks, in milliseconds.
pub const BLOCK: u64 = 6_000;
/// How far beyond the first open period something could be agreed for.
pub const HORIZON: u64 = 6;
/// The period in which the chain starts and devices are attested; they count from the next.
pub const START: PeriodIndex = 1_000;
/// The first period in which the devices count.
pub const P: PeriodIndex = START + 1;

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
		RuntimeTask
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
	pub type Metering = crate;
}

/// Authorises, as the runtime does.
pub type Extension = (frame_system::AuthorizeCall<Test>,);
pub type Extrinsic = frame::deps::sp_runtime::generic::UncheckedExtrinsic<
	AccountId,
	RuntimeCall,
	frame::deps::sp_runtime::testing::UintAuthorityId,
	Extension,
>;
pub type Block = frame::deps::sp_runtime::generic::Block<
	frame::deps::sp_runtime::generic::Header<u64, BlakeTwo256>,
	Extrinsic,
>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

impl pallet_devices::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type NativeBalance = Balances;
	type Clock = Metering;
	type AdminOrigin = EnsureRoot<AccountId>;
	type DeviceDeposit = ConstU64<1>;
	type RegistrationFee = ConstU64<0>;
	type RegistrationFeeTo = ConstU64<99>;
	type RegistrarBond = ConstU64<1>;
	type MaxGroupSize = ConstU32<{ MAX_GROUP + 1 }>;
	type MaxRegistrarsPerZone = ConstU32<2>;
	type MaxMeteringPointLength = ConstU32<64>;
	type MaxDevicesPerOperator = ConstU32<200>;
	type MaxBatch = ConstU32<100>;
	type WeightInfo = ();
}

parameter_types! {
	/// Groups of these operators wait to be settled.
	pub static Unsettled: Vec<AccountId> = vec![];
	/// Most commitments of a block that pay no fee.
	pub static MaxFree: u32 = 100;
	/// Whether the block takes commitments and proofs.
	pub static Room: bool = true;
}

/// Stands in for the settlement pallet, which depends on this one's work: it says of each group
/// whatever the test wants.
pub struct Ledger;

impl SettlementState<AccountId> for Ledger {
	fn is_settled(group: &GroupId<AccountId>, _: PeriodIndex) -> bool {
		!Unsettled::get().contains(&group.operator)
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Scene;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for Scene {
	fn set_time(now: UnixMillis) {
		Timestamp::set_timestamp(now);
	}

	fn device(group: &GroupId<AccountId>, key: meterproof_primitives::DeviceKey) -> DeviceId {
		Devices::activate(group, key, 1_000).expect("there is room")
	}

	fn unsettle(group: &GroupId<AccountId>, _: PeriodIndex) {
		Unsettled::mutate(|waiting| waiting.push(group.operator));
	}
}

impl crate::Config for Test {
	type Time = Timestamp;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Horizon = ConstU64<HORIZON>;
	type Devices = Devices;
	type Settlement = Ledger;
	type MaxGroupSize = ConstU32<MAX_GROUP>;
	type MaxBatch = ConstU32<4>;
	type MaxCommitmentsPerBlock = MaxFree;
	type ExpectedBlockTime = ConstU64<BLOCK>;
	type HasRoom = Room;
	type CommitmentPriority = ConstU64<100>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Scene;
}

/// A chain in block 1, a tenth of the way into period [`START`], with a registrar.
pub fn new_test_ext() -> TestState {
	let mut ext: TestState = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: [ALICE, BOB, REGISTRAR, STRANGER].map(|account| (account, 1_000_000)).into(),
			..Default::default()
		},
		metering: crate::GenesisConfig { schedule: SCHEDULE, ..Default::default() },
		..Default::default()
	}
	.build_storage()
	.expect("the storage builds")
	.into();
	#[cfg(feature = "runtime-benchmarks")]
	ext.register_extension(sp_keystore::KeystoreExt::new(
		sp_keystore::testing::MemoryKeystore::new(),
	));
	ext.execute_with(|| {
		Unsettled::set(vec![]);
		MaxFree::set(100);
		Room::set(true);
		System::set_block_number(1);
		Timestamp::set_timestamp(SCHEDULE.start(START) + BLOCK);
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		System::reset_events();
	});
	ext
}

/// Runs a test and checks the invariants of both pallets after it.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		assert_ok!(Devices::ensure_invariants());
		assert_ok!(Metering::ensure_invariants());
	});
}

/// Ends the block without idle work and opens the next one at `now`.
pub fn next_block_at(now: UnixMillis) {
	let block = System::block_number();
	AllPalletsWithSystem::on_finalize(block);
	System::set_block_number(block + 1);
	AllPalletsWithSystem::on_initialize(block + 1);
	Timestamp::set_timestamp(now);
}

/// Makes a block every six seconds until `now`.
pub fn run_to(now: UnixMillis) {
	while Timestamp::get() < now {
		next_block_at((Timestamp::get() + BLOCK).min(now));
	}
}

/// Lets idle work run as at the end of a block with this much weight left.
pub fn idle(remaining: Weight) -> Weight {
	AllPalletsWithSystem::on_idle(System::block_number(), remaining)
}

/// The key of meter `n`.
pub fn key(n: u8) -> MeterKey {
	MeterKey::from_seed(&[n; 32])
}

/// Registers and attests meter `n`, which counts from [`P`] on where it is made in [`START`].
pub fn meter_of(operator: AccountId, n: u8, directions: Directions) -> DeviceId {
	let device = pallet_devices::NextDeviceId::<Test>::get();
	let facts = pallet_devices::DeviceFacts {
		key: key(n).public(),
		metering_point: format!("DE000{n}").into_bytes().try_into().expect("it is short"),
		zone: ZONE,
		resource: Resource::Electricity,
		directions,
		nameplate: 1_000,
	};
	assert_ok!(Devices::register(RuntimeOrigin::signed(operator), facts.clone()));
	assert_ok!(Devices::attest(RuntimeOrigin::signed(REGISTRAR), device, operator, facts));
	device
}

/// Alice's meter `n`, with both registers.
pub fn meter(n: u8) -> DeviceId {
	meter_of(ALICE, n, Directions::Both)
}

/// What meter `n`, registered as `device`, sends for a reading of its export register.
pub fn export(n: u8, device: DeviceId, period: PeriodIndex, reading: u32) -> SignedCommitment {
	signed(n, device, period, Direction::Export, reading)
}

pub fn signed(
	n: u8,
	device: DeviceId,
	period: PeriodIndex,
	direction: Direction,
	reading: u32,
) -> SignedCommitment {
	let secret = SaltSecret::from_bytes([n; 32]);
	let slot = Slot {
		genesis: Metering::genesis(),
		device,
		period,
		direction: match direction {
			Direction::Import => meterproof_device::Direction::Import,
			Direction::Export => meterproof_device::Direction::Export,
		},
	};
	// A new reading takes a new counter, as the firmware must.
	let sent = commit_and_sign(&key(n), &secret, &slot, reading, reading);
	SignedCommitment {
		device,
		period,
		direction,
		commitment: sent.commitment,
		signature: sent.signature,
	}
}

pub fn exports(operator: AccountId) -> GroupId<AccountId> {
	GroupId { operator, zone: ZONE, resource: Resource::Electricity, direction: Direction::Export }
}

/// The transaction that carries a commitment.
pub fn transaction(item: SignedCommitment) -> Extrinsic {
	let extension = (frame_system::AuthorizeCall::<Test>::new(),);
	Extrinsic::new_transaction(RuntimeCall::Metering(Metering::commit_call(item)), extension)
}

/// What the pool says of it.
pub fn validate(item: SignedCommitment) -> TransactionValidity {
	let transaction = transaction(item);
	let info = transaction.get_dispatch_info();
	let length = transaction.encoded_size();
	checked(transaction).validate::<Test>(TransactionSource::External, &info, length)
}

/// Puts it into the block: authorised, then dispatched.
pub fn apply(item: SignedCommitment) -> ApplyExtrinsicResult {
	let transaction = transaction(item);
	let info = transaction.get_dispatch_info();
	let length = transaction.encoded_size();
	checked(transaction)
		.apply::<Test>(&info, length)
		.map(|result| result.map(|_| ()).map_err(|error| error.error))
}

/// Puts it into the block and expects it recorded.
pub fn record(item: SignedCommitment) {
	assert_eq!(apply(item), Ok(Ok(())));
}

fn checked(
	transaction: Extrinsic,
) -> frame::deps::sp_runtime::generic::CheckedExtrinsic<AccountId, RuntimeCall, Extension> {
	transaction
		.check(&frame_system::ChainContext::<Test>::default())
		.expect("it carries no signature of an account")
}

/// This pallet's events since the last call.
pub fn events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}
