//! One runtime for the tests of all pallets: real clock, registry, commitments, market, settlement,
//! notes and verifiers. What a suite needs to be different is one of its [`settings`].
//!
//! The tests stand in `tests/PALLET/`, and what they say and do on the chain in
//! `tests/PALLET/chain.rs`: docs/decisions/0028.

mod blocks;
mod runtime;
pub mod settings;

pub use blocks::*;
pub use runtime::*;

use frame::{
	deps::{sp_core::storage::Storage, sp_runtime::BuildStorage},
	testing_prelude::*,
	token::fungible::{Inspect, InspectHold},
};
use meterproof_primitives::{
	DeviceId, DeviceKey, Direction, Directions, EnsureInvariants, Evidence, GroupId, Resource,
	Schedule, ZoneId,
};
use pallet_devices::DeviceFacts;

/// Accounts have 32 bytes, as proofs want them.
pub type AccountId = H256;
pub type Balance = u128;

/// Where meters are.
pub const ZONE: ZoneId = 7;

/// Periods of a minute.
pub const SCHEDULE: Schedule = Schedule {
	length_ms: 60_000,
	gate_lead_ms: 10_000,
	commit_window_ms: 30_000,
	proof_window_ms: 60_000,
	min_blocks: 2,
};

/// Account `n`.
pub const fn account(n: u8) -> AccountId {
	H256([n; 32])
}

/// What a chain begins with, on which these accounts have so much, and a unit of electricity that is
/// not delivered costs `imbalance_price` in [`ZONE`].
pub fn initial_state(
	balances: impl IntoIterator<Item = (AccountId, Balance)>,
	schedule: Schedule,
	imbalance_price: Balance,
) -> Storage {
	let balances = balances.into_iter().collect();
	RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		metering: pallet_metering::GenesisConfig { schedule, ..Default::default() },
		market: pallet_market::GenesisConfig {
			imbalance_prices: vec![(ZONE, Resource::Electricity, imbalance_price)],
		},
		..Default::default()
	}
	.build_storage()
	.expect("the storage builds")
}

/// Checks the invariants of all pallets.
pub fn ensure_invariants() {
	assert_ok!(Devices::ensure_invariants());
	assert_ok!(Metering::ensure_invariants());
	assert_ok!(Market::ensure_invariants());
	assert_ok!(Book::ensure_invariants());
	assert_ok!(Settlement::ensure_invariants());
	assert_ok!(Payments::ensure_invariants());
	assert_ok!(Validators::ensure_invariants());
	assert_ok!(Water::ensure_invariants());
}

/// A pallet's events since the events of any were asked for.
pub fn events<E>() -> Vec<E>
where
	RuntimeEvent: TryInto<E>,
{
	let events = System::read_events_for_pallet::<E>();
	System::reset_events();
	events
}

/// What an account has on hold for one reason.
pub fn held(reason: impl Into<RuntimeHoldReason>, who: AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), &who)
}

/// What an account has and may spend.
pub fn free(who: AccountId) -> Balance {
	Balances::free_balance(who)
}

/// All that an account has, on hold or not.
pub fn total(who: AccountId) -> Balance {
	Balances::total_balance(&who)
}

/// The group of an operator's electricity meters in [`ZONE`].
pub fn group(operator: AccountId, direction: Direction) -> GroupId<AccountId> {
	GroupId { operator, zone: ZONE, resource: Resource::Electricity, direction }
}

/// The group of an operator's meters that export.
pub fn exports(operator: AccountId) -> GroupId<AccountId> {
	group(operator, Direction::Export)
}

/// The grade of evidence that devices are attested with, where a test does not say otherwise.
pub const EVIDENCE: Evidence = Evidence::Signed;

/// Registers and attests an electricity meter in [`ZONE`].
pub fn add_device(
	operator: AccountId,
	registrar: AccountId,
	key: DeviceKey,
	directions: Directions,
	nameplate: u32,
) -> DeviceId {
	add_device_on(EVIDENCE, operator, registrar, key, directions, nameplate)
}

/// Registers an electricity meter in [`ZONE`] and attests it with this grade.
pub fn add_device_on(
	evidence: Evidence,
	operator: AccountId,
	registrar: AccountId,
	key: DeviceKey,
	directions: Directions,
	nameplate: u32,
) -> DeviceId {
	let device = pallet_devices::NextDeviceId::<Test>::get();
	let facts = DeviceFacts {
		key,
		metering_point: format!("point {device}").into_bytes().try_into().expect("it is short"),
		zone: ZONE,
		resource: Resource::Electricity,
		directions,
		nameplate,
	};
	assert_ok!(Devices::register(RuntimeOrigin::signed(operator), facts.clone()));
	let by = RuntimeOrigin::signed(registrar);
	assert_ok!(Devices::attest(by, device, operator, facts, evidence));
	device
}
