//! A chain with balances, time, the real clock and devices.

use frame::{
	testing_prelude::*,
	traits::{OnFinalize, OnIdle, OnInitialize},
};
use meterproof_primitives::{
	DeviceId, DeviceKey, Direction, Directions, EnsureInvariants, GroupId, PeriodClock,
	PeriodIndex, Resource, Schedule, SettlementState, Timetable, UnixMillis, ZoneId,
};

use crate::{DeviceFacts, DeviceFactsOf};

pub type AccountId = u64;

/// Operators.
pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
/// Registrars of [`ZONE`].
pub const REGISTRAR: AccountId = 10;
pub const RIVAL: AccountId = 11;
/// Nobody.
pub const STRANGER: AccountId = 20;
/// Nobody, with too little money for anything.
pub const PAUPER: AccountId = 21;

/// Gets the registration fees.
pub const FEES: AccountId = 22;

pub const FUNDS: u64 = 1_000_000;
/// For registering.
pub const FEE: u64 = 7;
pub const DEPOSIT: u64 = 100;
pub const BOND: u64 = 1_000;
pub const ZONE: ZoneId = 7;
pub const NAMEPLATE: u32 = 1_000;

pub const SCHEDULE: Schedule = Schedule {
	length_ms: 60_000,
	gate_lead_ms: 10_000,
	commit_window_ms: 30_000,
	proof_window_ms: 60_000,
	min_blocks: 3,
};
/// The period in which the chain starts.
pub const START: PeriodIndex = 1_000;

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
	pub type Metering = pallet_metering;
	#[runtime::pallet_index(4)]
	pub type Devices = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

/// Nothing is traded here, so nothing waits to be settled.
pub struct NothingContracted;

impl SettlementState<AccountId> for NothingContracted {
	fn is_settled(_: &GroupId<AccountId>, _: PeriodIndex) -> bool {
		true
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Scene;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_metering::BenchmarkHelper<AccountId> for Scene {
	fn set_time(now: UnixMillis) {
		Timestamp::set_timestamp(now);
	}

	fn device(group: &GroupId<AccountId>, key: meterproof_primitives::DeviceKey) -> DeviceId {
		Devices::activate(group, key, NAMEPLATE).expect("there is room")
	}

	fn unsettle(_: &GroupId<AccountId>, _: PeriodIndex) {}
}

impl pallet_metering::Config for Test {
	type Time = Timestamp;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Horizon = ConstU64<100>;
	type Devices = Devices;
	type Settlement = NothingContracted;
	type MaxGroupSize = ConstU32<4>;
	type MaxBatch = ConstU32<3>;
	type MaxCommitmentsPerBlock = ConstU32<100>;
	type ExpectedBlockTime = ConstU64<6_000>;
	type HasRoom = Room;
	type CommitmentPriority = ConstU64<100>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Scene;
}

parameter_types! {
	/// Most active devices of a group.
	pub static MaxGroup: u32 = 4;
	/// Most devices of an operator.
	pub static MaxDevices: u32 = 5;
	/// Whether blocks take commitments and proofs.
	pub static Room: bool = true;
}

impl crate::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type NativeBalance = Balances;
	type Clock = Metering;
	type AdminOrigin = EnsureRoot<AccountId>;
	type DeviceDeposit = ConstU64<DEPOSIT>;
	type RegistrationFee = ConstU64<FEE>;
	type RegistrationFeeTo = ConstU64<FEES>;
	type RegistrarBond = ConstU64<BOND>;
	type MaxGroupSize = MaxGroup;
	type MaxRegistrarsPerZone = ConstU32<2>;
	type MaxMeteringPointLength = ConstU32<64>;
	type MaxDevicesPerOperator = MaxDevices;
	type MaxBatch = ConstU32<3>;
	type WeightInfo = ();
}

/// A chain in block 1, a tenth of the way into period [`START`], with [`REGISTRAR`] appointed.
pub fn new_test_ext() -> TestState {
	let mut storage = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: [ALICE, BOB, REGISTRAR, RIVAL, STRANGER]
				.into_iter()
				.map(|account| (account, FUNDS))
				.chain([(PAUPER, 10)])
				.collect(),
			..Default::default()
		},
		metering: pallet_metering::GenesisConfig { schedule: SCHEDULE, ..Default::default() },
		..Default::default()
	}
	.build_storage()
	.expect("the storage builds")
	.into();
	let ext: &mut TestState = &mut storage;
	ext.execute_with(|| {
		MaxGroup::set(4);
		MaxDevices::set(5);
		Room::set(true);
		System::set_block_number(1);
		Timestamp::set_timestamp(SCHEDULE.start(START) + 6_000);
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		System::reset_events();
	});
	storage
}

/// Runs a test and checks the invariants of both pallets after it.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		assert_ok!(Devices::ensure_invariants());
		assert_ok!(Metering::ensure_invariants());
	});
}

/// Ends the block and opens the next one at `now`.
pub fn next_block_at(now: UnixMillis) {
	let block = System::block_number();
	AllPalletsWithSystem::on_idle(block, Weight::MAX);
	AllPalletsWithSystem::on_finalize(block);
	System::set_block_number(block + 1);
	AllPalletsWithSystem::on_initialize(block + 1);
	Timestamp::set_timestamp(now);
}

/// Makes a block every six seconds until `now`.
pub fn run_to(now: UnixMillis) {
	while Timestamp::get() < now {
		next_block_at((Timestamp::get() + 6_000).min(now));
	}
}

/// Goes to the start of the period after the running one.
pub fn next_period() {
	run_to(SCHEDULE.end(SCHEDULE.period_at(Timestamp::get())));
}

/// Goes to where every period before `period` is final.
pub fn run_until_settled_to(period: PeriodIndex) {
	run_to(SCHEDULE.deadline(period - 1));
	assert!(Metering::oldest_unsettled() >= period);
}

/// From now on no period is final before sixty blocks have followed it.
pub fn slow_finality() {
	let slow = Schedule { min_blocks: 30, ..SCHEDULE };
	pallet_metering::Schedules::<Test>::put(Timetable::starting(slow));
}

pub fn first_open() -> PeriodIndex {
	Metering::first_open()
}

/// The facts of meter `n`: a key and a metering point of its own.
pub fn facts(n: u8) -> DeviceFactsOf<Test> {
	DeviceFacts {
		key: [n; 32],
		metering_point: format!("DE000{n}").into_bytes().try_into().expect("it is short"),
		zone: ZONE,
		resource: Resource::Electricity,
		directions: Directions::Both,
		nameplate: NAMEPLATE,
	}
}

/// Registers meter `n`.
pub fn registered(operator: AccountId, n: u8) -> DeviceId {
	let device = crate::NextDeviceId::<Test>::get();
	assert_ok!(Devices::register(RuntimeOrigin::signed(operator), facts(n)));
	device
}

/// Registers and attests meter `n`.
pub fn attested(operator: AccountId, n: u8) -> DeviceId {
	let device = registered(operator, n);
	assert_ok!(Devices::attest(RuntimeOrigin::signed(REGISTRAR), device, operator, facts(n)));
	device
}

/// The key that a call about this device has to name.
pub fn key_of(device: DeviceId) -> DeviceKey {
	Devices::device(device).map_or([0; 32], |info| info.key.0)
}

pub fn operator_of(device: DeviceId) -> AccountId {
	Devices::device(device).map_or(STRANGER, |info| info.operator)
}

/// Who attested a device.
pub fn registrar_of(device: DeviceId) -> Option<AccountId> {
	Devices::device(device)?.registrar
}

/// The facts of a device as they are now.
pub fn facts_of(device: DeviceId) -> DeviceFactsOf<Test> {
	let Some(record) = crate::Devices::<Test>::get(device) else { return facts(1) };
	let row = record.rows.latest().expect("a device has a row");
	DeviceFacts {
		key: row.key,
		zone: row.zone,
		metering_point: record.metering_point,
		resource: record.resource,
		directions: record.directions,
		nameplate: record.nameplate,
	}
}

pub fn rotate(who: AccountId, device: DeviceId, new_key: DeviceKey) -> DispatchResult {
	Devices::rotate_key(RuntimeOrigin::signed(who), device, key_of(device), new_key)
}

pub fn offer(who: AccountId, device: DeviceId, to: AccountId) -> DispatchResult {
	Devices::offer_transfer(RuntimeOrigin::signed(who), device, key_of(device), to)
}

/// Takes over a device as it is now.
pub fn accept(who: AccountId, device: DeviceId) -> DispatchResult {
	let (operator, registrar) = (operator_of(device), registrar_of(device));
	let who = RuntimeOrigin::signed(who);
	Devices::accept_transfer(who, device, operator, registrar, facts_of(device))
}

/// Makes a call as a block does: a failure undoes what it wrote.
pub fn dispatch(who: AccountId, call: crate::Call<Test>) -> DispatchResult {
	let call = RuntimeCall::Devices(call);
	let done = frame::traits::Dispatchable::dispatch(call, RuntimeOrigin::signed(who));
	done.map(drop).map_err(|error| error.error)
}

pub fn group(operator: AccountId, direction: Direction) -> GroupId<AccountId> {
	GroupId { operator, zone: ZONE, resource: Resource::Electricity, direction }
}

pub fn deposit_of(account: AccountId) -> u64 {
	held(account, crate::HoldReason::DeviceDeposit)
}

pub fn bond_of(account: AccountId) -> u64 {
	held(account, crate::HoldReason::RegistrarBond)
}

fn held(account: AccountId, reason: crate::HoldReason) -> u64 {
	use frame::token::fungible::InspectHold;
	Balances::balance_on_hold(&reason.into(), &account)
}

/// This pallet's events since the last call.
pub fn events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}
