//! The chain as the tests of payments want it: a second asset, an author that takes fees, and few
//! roots.

pub use pallet_payments::*;
pub use pallet_tests::{settings::*, *};

use frame::testing_prelude::*;
use fungibles::Inspect;
use meterproof_primitives::AssetId;

pub const ALICE: AccountId = account(1);
pub const BOB: AccountId = account(2);
/// Made the other asset.
pub const ISSUER: AccountId = account(3);
/// Does not exist yet.
pub const NOBODY: AccountId = account(5);

pub const GENESIS: [u8; 32] = [0x6e; 32];
pub const ENDOWMENT: Balance = 1_000_000_000;
/// Existential deposit.
pub const DEPOSIT: Balance = 100;
/// Asset of a local currency, in which fees are twice as many.
pub const LOCAL: AssetId = 7;
pub const LOCAL_MINIMUM: Balance = 10;

pub const TRANSFER_FEE: u64 = 30;
pub const UNSHIELD_FEE: u64 = 40;
pub const MAX_ROOTS: u32 = 12;
pub const ANCHOR_PERIOD: u32 = 5;

/// What this suite sets.
pub fn set() {
	reset();
	ExistentialDeposit::set(DEPOSIT);
	TransferFee::set(TRANSFER_FEE);
	UnshieldFee::set(UNSHIELD_FEE);
	RootsKept::set(MAX_ROOTS);
	AnchorPeriod::set(ANCHOR_PERIOD);
	MaxAssets::set(3);
	Authored::set(true);
}

/// A chain in block 1, before anything was shielded.
pub fn build() -> TestState {
	set();
	let endowed = [ALICE, BOB, ISSUER, AUTHOR].map(|account| (account, ENDOWMENT));
	let mut ext: TestState = initial_state(endowed, SCHEDULE, 0).into();
	ext.execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, H256(GENESIS));
		System::set_block_number(1);
		Timestamp::set_timestamp(0);
	});
	ext
}

/// Runs a test and checks the invariants after it.
pub fn execute(test: impl FnOnce()) {
	build().execute_with(|| {
		test();
		ensure_invariants();
	});
}

/// Ends blocks and opens the next ones.
pub fn blocks(count: u32) {
	for _ in 0..count {
		next_block_at(Timestamp::get() + BLOCK);
	}
}

/// Makes the local currency; Alice and Bob have some, and so has the pool. Fees in it are twice as
/// many.
pub fn admit_local(auditor: Option<[u8; 32]>) {
	assert_ok!(Assets::force_create(RuntimeOrigin::root(), LOCAL, ISSUER, true, LOCAL_MINIMUM));
	for who in [ALICE, BOB] {
		assert_ok!(Assets::mint(RuntimeOrigin::signed(ISSUER), LOCAL, who, ENDOWMENT));
	}
	let pool = Payments::account_id();
	assert_ok!(Assets::mint(RuntimeOrigin::signed(ISSUER), LOCAL, pool, LOCAL_MINIMUM));
	assert_ok!(Payments::set_asset(RuntimeOrigin::root(), LOCAL, 2.into(), auditor));
	System::reset_events();
}

pub fn balance(asset: AssetId, who: &AccountId) -> Balance {
	NativeAndAssets::balance(asset, who)
}

/// What is in the pool besides what keeps its account alive.
pub fn pool(asset: AssetId) -> Balance {
	balance(asset, &Payments::account_id()) - NativeAndAssets::minimum_balance(asset)
}

/// This pallet's events since the last call.
pub fn events() -> Vec<Event<Test>> {
	pallet_tests::events()
}
