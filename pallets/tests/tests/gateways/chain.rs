//! The chain as the tests of gateways want it: accounts that pay deposits, and a clock.

pub use pallet_tests::{settings::*, *};

use frame::testing_prelude::*;
use meterproof_primitives::{GatewayId, Node, PeriodIndex, Schedule, UnixMillis};
use pallet_gateways::{NextGateway, Roots};

/// Accounts with gateways.
pub const GATEWAY: AccountId = account(30);
pub const RIVAL: AccountId = account(31);
/// Anyone.
pub const STRANGER: AccountId = account(20);
/// Nobody, with too little money for a deposit.
pub const PAUPER: AccountId = account(21);

pub const FUNDS: Balance = 1_000_000;
pub const DEPOSIT: Balance = 700;

pub const SCHEDULE: Schedule = Schedule { min_blocks: 3, ..pallet_tests::SCHEDULE };
/// The period in which the chain starts.
pub const START: PeriodIndex = 1_000;
/// The next one.
pub const P: PeriodIndex = START + 1;
/// A root.
pub const ROOT: Node = [7; 32];

/// What this suite sets.
pub fn set() {
	reset();
	ExistentialDeposit::set(1);
	GatewayDeposit::set(DEPOSIT);
	FixedHorizon::set(Some(10));
}

/// A chain in block 1, a tenth of the way into period [`START`].
pub fn build() -> TestState {
	set();
	let funded = [GATEWAY, RIVAL, STRANGER].map(|who| (who, FUNDS));
	let balances = funded.into_iter().chain([(PAUPER, DEPOSIT)]);
	let mut ext: TestState = initial_state(balances, SCHEDULE, 0).into();
	ext.execute_with(|| {
		System::set_block_number(1);
		Timestamp::set_timestamp(SCHEDULE.start(START) + BLOCK);
		System::reset_events();
	});
	ext
}

/// Runs a test and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
	build().execute_with(|| {
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

/// Registers a gateway.
pub fn register(who: AccountId) -> GatewayId {
	let gateway = NextGateway::<Test>::get();
	assert_ok!(Gateways::register(RuntimeOrigin::signed(who)));
	gateway
}

pub fn post(who: AccountId, gateway: GatewayId, period: PeriodIndex, root: Node) -> DispatchResult {
	Gateways::post_root(RuntimeOrigin::signed(who), gateway, period, root)
}

/// The root that stands.
pub fn root(gateway: GatewayId, period: PeriodIndex) -> Option<Node> {
	Roots::<Test>::get(period.to_be_bytes(), gateway)
}

pub fn deposit_of(who: AccountId) -> Balance {
	held(pallet_gateways::HoldReason::GatewayDeposit, who)
}

/// This pallet's events since the last call.
pub fn events() -> Vec<pallet_gateways::Event<Test>> {
	pallet_tests::events()
}
