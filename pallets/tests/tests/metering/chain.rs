//! The chain as the tests of commitments want it: large groups, meters that sign, and groups that
//! wait to be settled as long as a test wants.

pub use pallet_tests::{settings::*, *};

use frame::testing_prelude::*;
use meterproof_device::{commit_and_sign, MeterKey, SaltSecret, Slot};
use meterproof_primitives::{
	DeviceId, Direction, Directions, PeriodIndex, Schedule, SignedCommitment, UnixMillis,
};

/// Operators.
pub const ALICE: AccountId = account(1);
pub const BOB: AccountId = account(2);
/// Registrar of [`ZONE`].
pub const REGISTRAR: AccountId = account(10);
/// A gateway, or anyone.
pub const STRANGER: AccountId = account(20);

pub const MAX_GROUP: u32 = 70;

pub const SCHEDULE: Schedule = Schedule { min_blocks: 3, ..pallet_tests::SCHEDULE };
/// How far beyond the first open period something could be agreed for.
pub const HORIZON: u64 = 6;
/// The period in which the chain starts and devices are attested; they count from the next.
pub const START: PeriodIndex = 1_000;
/// The first period in which the devices count.
pub const P: PeriodIndex = START + 1;

/// What this suite sets.
pub fn set() {
	reset();
	ExistentialDeposit::set(1);
	DeviceDeposit::set(1);
	RegistrarBond::set(1);
	MaxGroup::set(MAX_GROUP + 1);
	MaxCommitted::set(MAX_GROUP);
	MaxRegistrars::set(2);
	MaxDevices::set(200);
	DevicesInBatch::set(100);
	CommitmentsInBatch::set(4);
	FixedHorizon::set(Some(HORIZON));
}

/// A chain in block 1, a tenth of the way into period [`START`], with a registrar.
pub fn new_test_ext() -> TestState {
	set();
	let funded = [ALICE, BOB, REGISTRAR, STRANGER].map(|account| (account, 1_000_000));
	let mut ext: TestState = initial_state(funded, SCHEDULE, 0).into();
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

/// Makes a block every six seconds until `now`.
pub fn run_to(now: UnixMillis) {
	while Timestamp::get() < now {
		next_block_at((Timestamp::get() + BLOCK).min(now));
	}
}

/// Lets this pallet do its idle work as at the end of a block with this much weight left.
pub fn idle(remaining: Weight) -> Weight {
	<Metering as Hooks<_>>::on_idle(System::block_number(), remaining)
}

/// The key of meter `n`.
pub fn key(n: u8) -> MeterKey {
	MeterKey::from_seed(&[n; 32])
}

/// Registers and attests meter `n`, which counts from [`P`] on where it is made in [`START`].
pub fn meter_of(operator: AccountId, n: u8, directions: Directions) -> DeviceId {
	add_device(operator, REGISTRAR, key(n).public(), directions, 1_000)
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
	signed_for(Metering::genesis().unwrap(), n, device, period, direction, reading)
}

/// As [`signed`], for the chain with this hash of block 0.
pub fn signed_for(
	genesis: [u8; 32],
	n: u8,
	device: DeviceId,
	period: PeriodIndex,
	direction: Direction,
	reading: u32,
) -> SignedCommitment {
	let secret = SaltSecret::from_bytes([n; 32]);
	let slot = Slot {
		genesis,
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

/// What the pool says of a commitment.
pub fn validate(item: SignedCommitment) -> TransactionValidity {
	pallet_tests::validate(Metering::commit_call(item))
}

/// Puts it into the block: authorised, then dispatched.
pub fn apply(item: SignedCommitment) -> ApplyExtrinsicResult {
	pallet_tests::apply(Metering::commit_call(item))
}

/// Puts it into the block and expects it recorded.
pub fn record(item: SignedCommitment) {
	assert_eq!(apply(item), Ok(Ok(())));
}

/// This pallet's events since the last call.
pub fn events() -> Vec<pallet_metering::Event<Test>> {
	pallet_tests::events()
}
