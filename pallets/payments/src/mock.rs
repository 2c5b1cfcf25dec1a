//! A chain with balances, another asset, and payments with the real hashes and the real verifier.

use frame::deps::frame_support::traits::fungible::UnionOf;
use frame::{
	deps::frame_system,
	testing_prelude::*,
	traits::{Applyable, Checkable, OnFinalize, OnInitialize},
};
use fungibles::{Balanced, Inspect};
use meterproof_primitives::{
	AssetId, Digest, EnsureInvariants, NoteHash, NoteOwner, TransferStatement, VerifyTransfer,
	NATIVE_ASSET, NOTE_TREE_DEPTH,
};
use meterproof_programs::note;

use crate::{self as pallet_payments, *};

pub type AccountId = frame::deps::sp_runtime::AccountId32;
pub type Balance = u128;

pub const ALICE: AccountId = AccountId::new([1; 32]);
pub const BOB: AccountId = AccountId::new([2; 32]);
/// Made the other asset.
pub const ISSUER: AccountId = AccountId::new([3; 32]);
/// Makes the blocks.
pub const AUTHOR: AccountId = AccountId::new([4; 32]);
/// Does not exist yet.
pub const NOBODY: AccountId = AccountId::new([5; 32]);

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
pub const PRIORITY: u64 = 77;

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
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(3)]
	pub type Payments = pallet_payments;
}

/// Authorises, as the runtime does.
pub type Extension = (frame_system::AuthorizeCall<Test>,);
pub type Extrinsic = frame::deps::sp_runtime::generic::UncheckedExtrinsic<
	AccountId,
	RuntimeCall,
	frame::deps::sp_runtime::MultiSignature,
	Extension,
>;
pub type Block = frame::deps::sp_runtime::generic::Block<
	frame::deps::sp_runtime::generic::Header<u64, BlakeTwo256>,
	Extrinsic,
>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type AccountStore = System;
	type ExistentialDeposit = ConstU128<DEPOSIT>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = ConstU128<1>;
	type AssetAccountDeposit = ConstU128<1>;
	type MetadataDepositBase = ConstU128<1>;
	type MetadataDepositPerByte = ConstU128<1>;
	type ApprovalDeposit = ConstU128<1>;
}

pub struct NativeIsZero;

impl Convert<AssetId, Either<(), AssetId>> for NativeIsZero {
	fn convert(asset: AssetId) -> Either<(), AssetId> {
		match asset {
			NATIVE_ASSET => Either::Left(()),
			other => Either::Right(other),
		}
	}
}

use frame::deps::sp_runtime::Either;

pub type NativeAndAssets = UnionOf<Balances, Assets, NativeIsZero, AssetId, AccountId>;

parameter_types! {
	/// Whether the block has an author that takes fees.
	pub static Authored: bool = true;
	/// Whether every proof is good: for a ledger that knows itself what is.
	pub static Permissive: bool = false;
	/// How many proofs were looked at.
	pub static Verified: u32 = 0;
	/// How many nodes were hashed.
	pub static Hashed: u32 = 0;
	/// Most assets.
	pub static MaxAssets: u32 = 3;
	/// What shields pay for what they leave in state.
	pub static ShieldFee: u64 = 0;
	pub static RootsKept: u32 = MAX_ROOTS;
	pub const PoolId: PalletId = PalletId(*b"mpr/pool");
}

pub struct ToAuthor;

impl OnUnbalanced<fungibles::Credit<AccountId, NativeAndAssets>> for ToAuthor {
	fn on_nonzero_unbalanced(amount: fungibles::Credit<AccountId, NativeAndAssets>) {
		if Authored::get() {
			let _ = NativeAndAssets::resolve(&AUTHOR, amount);
		}
	}
}

impl crate::Config for Test {
	type Assets = NativeAndAssets;
	type OnFee = ToAuthor;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Verifier = Verifier;
	type NoteHash = NoteHasher;
	type PalletId = PoolId;
	type TransferFee = ConstU64<TRANSFER_FEE>;
	type UnshieldFee = ConstU64<UNSHIELD_FEE>;
	type ShieldFee = ShieldFee;
	type MaxRoots = RootsKept;
	type AnchorPeriod = ConstU32<ANCHOR_PERIOD>;
	type MaxAssets = MaxAssets;
	type PaymentPriority = ConstU64<PRIORITY>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Issuer;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Issuer;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for Issuer {
	fn asset(who: &AccountId, amount: Balance) -> AssetId {
		const ASSET: AssetId = 1;
		let _ = Assets::force_create(RuntimeOrigin::root(), ASSET, ISSUER, true, 1);
		assert_ok!(Assets::mint(RuntimeOrigin::signed(ISSUER), ASSET, who.clone(), amount));
		ASSET
	}
}

/// The verifier, as the runtime uses it.
pub struct Verifier;

impl VerifyTransfer<AccountId> for Verifier {
	fn verify(statement: &TransferStatement<AccountId>, proof: &[u8]) -> bool {
		Verified::mutate(|count| *count += 1);
		Permissive::get() || meterproof_verifier::verify_transfer(statement, proof).is_ok()
	}
}

/// The hashes, as the runtime has them.
pub struct NoteHasher;

impl NoteHash for NoteHasher {
	fn node(left: &Digest, right: &Digest) -> Option<Digest> {
		Hashed::mutate(|count| *count += 1);
		note::node(left, right)
	}
	fn note(asset: AssetId, amount: u64, owner: &NoteOwner, randomness: &Digest) -> Option<Digest> {
		note::Note { asset, amount, owner: *owner, randomness: *randomness }.commitment()
	}
	fn empty_roots() -> [Digest; NOTE_TREE_DEPTH + 1] {
		note::empty_roots()
	}
}

/// A chain in block 1, before anything was shielded.
pub fn build() -> TestState {
	let mut ext: TestState = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: [ALICE, BOB, ISSUER, AUTHOR].map(|account| (account, ENDOWMENT)).into(),
			..Default::default()
		},
		..Default::default()
	}
	.build_storage()
	.expect("the storage builds")
	.into();
	ext.execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, H256(GENESIS));
		Authored::set(true);
		Permissive::set(false);
		Verified::set(0);
		MaxAssets::set(3);
		RootsKept::set(MAX_ROOTS);
		System::set_block_number(1);
	});
	ext
}

/// Runs a test and checks the invariants after it, and that what exists is what was and what the
/// issuer made.
pub fn execute(test: impl FnOnce()) {
	build().execute_with(|| {
		test();
		assert_ok!(Payments::ensure_invariants());
	});
}

/// Ends blocks and opens the next ones.
pub fn blocks(count: u32) {
	for _ in 0..count {
		let block = System::block_number();
		AllPalletsWithSystem::on_finalize(block);
		System::set_block_number(block + 1);
		AllPalletsWithSystem::on_initialize(block + 1);
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

/// What the pool says of it as a transaction without an account.
pub fn validate(call: Call<Test>) -> TransactionValidity {
	let transaction = transaction(call);
	let info = transaction.get_dispatch_info();
	let length = transaction.encoded_size();
	checked(transaction).validate::<Test>(TransactionSource::External, &info, length)
}

/// Puts it into the block: authorised, then dispatched.
pub fn apply(call: Call<Test>) -> ApplyExtrinsicResult {
	let transaction = transaction(call);
	let info = transaction.get_dispatch_info();
	let length = transaction.encoded_size();
	checked(transaction)
		.apply::<Test>(&info, length)
		.map(|result| result.map(|_| ()).map_err(|error| error.error))
}

fn transaction(call: Call<Test>) -> Extrinsic {
	let extension = (frame_system::AuthorizeCall::<Test>::new(),);
	Extrinsic::new_transaction(RuntimeCall::Payments(call), extension)
}

fn checked(
	transaction: Extrinsic,
) -> frame::deps::sp_runtime::generic::CheckedExtrinsic<AccountId, RuntimeCall, Extension> {
	transaction
		.check(&frame_system::ChainContext::<Test>::default())
		.expect("it carries no signature of an account")
}

/// This pallet's events since the last call.
pub fn events() -> Vec<Event<Test>> {
	let events = System::read_events_for_pallet::<Event<Test>>();
	System::reset_events();
	events
}
