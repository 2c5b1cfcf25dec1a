//! The chain as the tests of water want it: a zone with a steward, two accounts with meters, a season.

pub use pallet_tests::{settings::*, *};
pub use pallet_water::*;

use frame::testing_prelude::*;
use meterproof_device::{commit_and_sign, MeterKey, SaltSecret, Slot};
pub use meterproof_primitives::{
	Commitments, Direction, Directions, GroupId, PeriodClock, PeriodIndex, Quantity, Resource,
};
use meterproof_primitives::{DeviceId, SignedCommitment};
use meterproof_programs::usage as program;
use meterproof_prover::usage::{prove, GroupWitness, Opening, ProveError};
use pallet_devices::DeviceFacts;

pub const STEWARD: AccountId = account(1);
/// Has meters 0 and 1.
pub const ALICE: AccountId = account(2);
/// Has meter 2.
pub const BOB: AccountId = account(3);
/// Has no meter, and no account of water.
pub const CAROL: AccountId = account(4);
pub const PROVER: AccountId = account(5);
/// Calls what anyone may call.
pub const ANYONE: AccountId = account(6);
pub const REGISTRAR: AccountId = account(7);

pub const ENDOWMENT: Balance = 1_000_000_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 100;
pub const GENESIS: [u8; 32] = [0x77; 32];
/// What a meter counts at most in a period.
pub const NAMEPLATE: u32 = 1_000;
pub const CEILING: Quantity = 10_000;
/// What a litre beyond the allocation costs.
pub const PENALTY: Balance = 4;
/// What of a general entitlement can be carried over.
pub const CARRY: Permill = Permill::from_percent(25);

pub const ALICES: Classes = Classes { essential: 100, general: 1_000 };
pub const BOBS: Classes = Classes { essential: 50, general: 3_000 };

/// The period that runs when a test begins.
pub const RUNNING: PeriodIndex = 100;
/// The first period of the season that tests announce.
pub const FIRST: PeriodIndex = RUNNING + NOTICE as u64 + 1;
/// Periods of a turn.
pub const TURN: u32 = 2;
/// The last period of the season's first turn.
pub const READING: PeriodIndex = FIRST + TURN as u64 - 1;

/// What this suite sets.
pub fn set() {
	reset();
	ExistentialDeposit::set(EXISTENTIAL_DEPOSIT);
}

/// The zone, accounts and entitlements; no season.
pub fn build() -> TestState {
	set();
	let endowed = [STEWARD, ALICE, BOB, CAROL, PROVER, ANYONE, REGISTRAR, FEES, DUST];
	let endowed = endowed.map(|who| (who, ENDOWMENT));
	let mut ext: TestState = initial_state(endowed, SCHEDULE, 0).into();
	ext.execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, H256(GENESIS));
		blocks_at(SCHEDULE.start(RUNNING - 2), 1);
		Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR).unwrap();
		for operator in [ALICE, ALICE, BOB] {
			add_meter(operator);
		}
		blocks_at(SCHEDULE.start(RUNNING), 1);
		set_zone(CEILING).unwrap();
		for (who, entitlement) in [(ALICE, ALICES), (BOB, BOBS)] {
			Water::open(RuntimeOrigin::signed(who), ZONE).unwrap();
			grant(who, entitlement).unwrap();
		}
		System::reset_events();
	});
	ext
}

/// Runs a test without a season, and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
	build().execute_with(|| {
		test();
		ensure_invariants();
	});
}

/// Runs a test in a season of three turns that has just begun: 150 litres are for essential entitlements,
/// 2,000 for general ones of 4,000.
pub fn in_season(test: impl FnOnce()) {
	run(|| {
		announce(FIRST, TURN, 3, 2_150).unwrap();
		begin();
		System::reset_events();
		test();
	});
}

pub fn set_zone(ceiling: Quantity) -> DispatchResult {
	Water::set_zone(RuntimeOrigin::root(), ZONE, STEWARD, ceiling, PENALTY, CARRY)
}

pub fn grant(who: AccountId, entitlement: Classes) -> DispatchResult {
	Water::grant(RuntimeOrigin::signed(STEWARD), ZONE, who, entitlement)
}

pub fn announce(first: PeriodIndex, turn: u32, turns: u32, available: Quantity) -> DispatchResult {
	Water::announce(RuntimeOrigin::signed(STEWARD), ZONE, first, turn, turns, available)
}

pub fn cut(essential: u32, general: u32) -> DispatchResult {
	let (essential, general) = (Permill::from_percent(essential), Permill::from_percent(general));
	Water::cut(RuntimeOrigin::signed(STEWARD), ZONE, essential, general)
}

pub fn offer(
	who: AccountId,
	to: Option<AccountId>,
	quantity: Quantity,
	price: Balance,
) -> DispatchResult {
	Water::offer(RuntimeOrigin::signed(who), ZONE, to, quantity, price)
}

pub fn take(who: AccountId, from: AccountId, quantity: Quantity, price: Balance) -> DispatchResult {
	Water::take(RuntimeOrigin::signed(who), ZONE, from, quantity, price)
}

/// Goes to the start of `period`.
pub fn start(period: PeriodIndex) {
	blocks_at(SCHEDULE.start(period), 1);
}

/// Goes to the start of the season's first period: idle time has everybody enter.
pub fn begin() {
	start(FIRST);
	idle();
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

/// What idle time does.
pub fn idle() -> Weight {
	Water::on_idle(System::block_number(), Weight::MAX)
}

pub fn record(who: AccountId) -> AccountOf<Test> {
	Accounts::<Test>::get(ZONE, who).unwrap()
}

/// What an account may still use: essential, general.
pub fn balance(who: AccountId) -> (Quantity, Quantity) {
	let Classes { essential, general } = record(who).balance;
	(essential, general)
}

pub fn season(number: SeasonIndex) -> SeasonOf<Test> {
	Seasons::<Test>::get(ZONE, number).unwrap()
}

/// What an account has on hold for water: deposit, surety.
pub fn holds(who: AccountId) -> [Balance; 2] {
	[HoldReason::Deposit, HoldReason::Surety].map(|reason| held(reason, who))
}

/// The group of an account's meters that measure what it uses.
pub fn group(who: AccountId) -> GroupId<AccountId> {
	let (resource, direction) = (Resource::Water, Direction::Import);
	GroupId { operator: who, zone: ZONE, resource, direction }
}

/// Empties the account's free balance, as only an account with another provider can, so that it
/// cannot take less than the existential deposit.
pub fn empty(who: AccountId) {
	System::inc_providers(&who);
	let all = free(who);
	Balances::transfer_allow_death(RuntimeOrigin::signed(who), ANYONE, all).unwrap();
	assert_eq!(free(who), 0);
}

pub fn meter_key(id: DeviceId) -> MeterKey {
	MeterKey::from_seed(&[id as u8 + 1; 32])
}

fn salt_secret(id: DeviceId) -> SaltSecret {
	SaltSecret::from_bytes([id as u8 + 101; 32])
}

fn slot(id: DeviceId, period: PeriodIndex) -> Slot {
	Slot { genesis: GENESIS, device: id, period, direction: meterproof_device::Direction::Import }
}

/// Registers and attests a water meter of `operator`.
pub fn add_meter(operator: AccountId) -> DeviceId {
	let device = pallet_devices::NextDeviceId::<Test>::get();
	let facts = DeviceFacts {
		key: meter_key(device).public(),
		metering_point: format!("point {device}").into_bytes().try_into().unwrap(),
		zone: ZONE,
		resource: Resource::Water,
		directions: Directions::Import,
		nameplate: NAMEPLATE,
	};
	Devices::register(RuntimeOrigin::signed(operator), facts.clone()).unwrap();
	let by = RuntimeOrigin::signed(REGISTRAR);
	Devices::attest(by, device, operator, facts, EVIDENCE).unwrap();
	device
}

/// What the meters counted in a turn, by meter.
pub type Readings = [(DeviceId, u32)];

/// The meters sign and send their commitments for the last period of a turn.
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
				direction: Direction::Import,
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
fn witness(
	statement: &program::Statement,
	period: PeriodIndex,
	readings: &Readings,
) -> Vec<GroupWitness> {
	let opening = |device: DeviceId| Opening {
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

/// The arguments of `prove_use`.
#[derive(Clone)]
pub struct Submission {
	pub period: PeriodIndex,
	pub claims: Vec<UseClaim<AccountId>>,
	pub slots: u32,
	pub proof: Vec<u8>,
}

impl Submission {
	/// Claims without a proof, of as many slots as there are.
	pub fn unproved(period: PeriodIndex, claims: &[(AccountId, Quantity)]) -> Self {
		let count = |who: &AccountId| <Metering as Commitments<_>>::count(&group(*who), period);
		Self {
			period,
			claims: claims
				.iter()
				.map(|(account, used)| UseClaim {
					account: *account,
					used: *used,
					slack_commitment: [0; 32],
				})
				.collect(),
			slots: claims.iter().map(|(who, _)| count(who)).sum(),
			proof: vec![0; 64],
		}
	}

	/// A submission with a proof from the meters' readings.
	pub fn proved(
		period: PeriodIndex,
		claims: &[(AccountId, Quantity)],
		readings: &Readings,
	) -> Self {
		Self::try_proved(period, claims, readings).unwrap()
	}

	/// The same, or why there is no such proof.
	pub fn try_proved(
		period: PeriodIndex,
		claims: &[(AccountId, Quantity)],
		readings: &Readings,
	) -> Result<Self, ProveError> {
		let mut submission = Self::unproved(period, claims);
		let statement = Water::statement(ZONE, period, claims.to_vec()).unwrap();
		let statement = statement.map_accounts(Into::into);
		let witness = witness(&statement, period, readings);
		let proved = prove(statement, &witness, |_| {})?;
		for (claim, part) in submission.claims.iter_mut().zip(&proved.statement.groups) {
			claim.slack_commitment = part.slack_commitment;
		}
		submission.proof = proved.proof;
		Ok(submission)
	}

	pub fn submit(&self, who: AccountId) -> DispatchResultWithPostInfo {
		Water::prove_use(
			RuntimeOrigin::signed(who),
			ZONE,
			self.period,
			self.claims.clone().try_into().unwrap(),
			self.slots,
			self.proof.clone().try_into().unwrap(),
		)
	}
}

/// This pallet's events since the last call.
pub fn events() -> Vec<Event<Test>> {
	pallet_tests::events()
}
