//! The chain as the registry's tests want it: small groups, a registrar, fees and deposits.

pub use pallet_tests::{settings::*, *};

use frame::{testing_prelude::*, traits::OnIdle};
use meterproof_primitives::{
	DeviceId, DeviceKey, DeviceRegistry, Directions, Evidence, GroupId, PeriodClock, PeriodIndex,
	Resource, Schedule, Timetable, UnixMillis,
};
use pallet_devices::{Attestation, DeviceFacts, DeviceFactsOf};

/// Operators.
pub const ALICE: AccountId = account(1);
pub const BOB: AccountId = account(2);
/// Registrars of [`ZONE`].
pub const REGISTRAR: AccountId = account(10);
pub const RIVAL: AccountId = account(11);
/// Nobody.
pub const STRANGER: AccountId = account(20);
/// Nobody, with too little money for anything.
pub const PAUPER: AccountId = account(21);

pub const FUNDS: Balance = 1_000_000;
/// For registering.
pub const FEE: Balance = 7;
pub const DEPOSIT: Balance = 100;
pub const BOND: Balance = 1_000;
pub const NAMEPLATE: u32 = 1_000;

pub const SCHEDULE: Schedule = Schedule { min_blocks: 3, ..pallet_tests::SCHEDULE };
/// The period in which the chain starts.
pub const START: PeriodIndex = 1_000;

/// What this suite sets.
pub fn set() {
	reset();
	ExistentialDeposit::set(1);
	RegistrationFee::set(FEE);
	DeviceDeposit::set(DEPOSIT);
	RegistrarBond::set(BOND);
	MaxGroup::set(4);
	MaxCommitted::set(4);
	MaxRegistrars::set(2);
	MaxDevices::set(5);
	DevicesInBatch::set(3);
	CommitmentsInBatch::set(3);
	FixedHorizon::set(Some(100));
}

/// A chain in block 1, a tenth of the way into period [`START`], with [`REGISTRAR`] appointed.
pub fn new_test_ext() -> TestState {
	set();
	let funded = [ALICE, BOB, REGISTRAR, RIVAL, STRANGER].map(|account| (account, FUNDS));
	let mut ext: TestState =
		initial_state(funded.into_iter().chain([(PAUPER, 10)]), SCHEDULE, 0).into();
	ext.execute_with(|| {
		System::set_block_number(1);
		Timestamp::set_timestamp(SCHEDULE.start(START) + BLOCK);
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		System::reset_events();
	});
	ext
}

/// Runs a test and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		ensure_invariants();
	});
}

/// Ends the block with idle work and opens the next one at `now`.
pub fn next_block_at(now: UnixMillis) {
	AllPalletsWithSystem::on_idle(System::block_number(), Weight::MAX);
	pallet_tests::next_block_at(now);
}

/// Makes a block every six seconds until `now`.
pub fn run_to(now: UnixMillis) {
	while Timestamp::get() < now {
		next_block_at((Timestamp::get() + BLOCK).min(now));
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
	let device = pallet_devices::NextDeviceId::<Test>::get();
	assert_ok!(Devices::register(RuntimeOrigin::signed(operator), facts(n)));
	device
}

/// Registers and attests meter `n`.
pub fn attested(operator: AccountId, n: u8) -> DeviceId {
	let device = registered(operator, n);
	assert_ok!(Devices::attest(
		RuntimeOrigin::signed(REGISTRAR),
		device,
		operator,
		facts(n),
		EVIDENCE
	));
	device
}

/// The key that a call about this device has to name.
pub fn key_of(device: DeviceId) -> DeviceKey {
	Devices::device(device).map_or([0; 32], |info| info.key.0)
}

pub fn operator_of(device: DeviceId) -> AccountId {
	Devices::device(device).map_or(STRANGER, |info| info.operator)
}

/// Who attested a device, and on what evidence.
pub fn attestation_of(device: DeviceId) -> Option<Attestation<AccountId>> {
	let info = Devices::device(device)?;
	Some(Attestation { registrar: info.registrar?, evidence: info.evidence? })
}

/// The registrars behind a group in a period.
pub fn registrars(group: &GroupId<AccountId>, period: PeriodIndex) -> Option<Vec<AccountId>> {
	Devices::standing(group, period).map(|standing| standing.registrars)
}

/// The lowest grade of evidence in a group in a period.
pub fn evidence(group: &GroupId<AccountId>, period: PeriodIndex) -> Option<Evidence> {
	Devices::standing(group, period)?.evidence
}

/// The facts of a device as they are now.
pub fn facts_of(device: DeviceId) -> DeviceFactsOf<Test> {
	let Some(record) = pallet_devices::Devices::<Test>::get(device) else { return facts(1) };
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
	let (operator, attestation) = (operator_of(device), attestation_of(device));
	let who = RuntimeOrigin::signed(who);
	Devices::accept_transfer(who, device, operator, attestation, facts_of(device))
}

/// Makes a call as a block does: a failure undoes what it wrote.
pub fn dispatch(who: AccountId, call: pallet_devices::Call<Test>) -> DispatchResult {
	let call = RuntimeCall::Devices(call);
	let done = frame::traits::Dispatchable::dispatch(call, RuntimeOrigin::signed(who));
	done.map(drop).map_err(|error| error.error)
}

pub fn deposit_of(account: AccountId) -> Balance {
	held(pallet_devices::HoldReason::DeviceDeposit, account)
}

pub fn bond_of(account: AccountId) -> Balance {
	held(pallet_devices::HoldReason::RegistrarBond, account)
}

/// This pallet's events since the last call.
pub fn events() -> Vec<pallet_devices::Event<Test>> {
	pallet_tests::events()
}
