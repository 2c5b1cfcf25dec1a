//! A runtime with the real clock, registry, balances and notes.

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
use meterproof_primitives::{
	AssetId, Deliveries, Digest, Directions, EnsureInvariants, GroupId, NoteCiphertext,
	NoteContent, NoteHash, NoteOwner, Output, PeriodIndex, Quantity, Resource, Schedule,
	SettlementState, TransferStatement, VerifyTransfer, ZoneId, NATIVE_ASSET, NOTE_TREE_DEPTH,
	SEALED_KEY_LENGTH,
};
use meterproof_programs::note;
use pallet_devices::DeviceFacts;

use crate::{self as pallet_market, *};

pub type AccountId = u64;
pub type Balance = u128;

pub const SELLER: AccountId = 1;
pub const BUYER: AccountId = 2;
pub const OTHER: AccountId = 3;
pub const REGISTRAR: AccountId = 4;
pub const SECOND_REGISTRAR: AccountId = 5;
/// More buyers.
pub const BUYERS: core::ops::Range<AccountId> = 10..30;

pub const ZONE: ZoneId = 7;
pub const ENDOWMENT: Balance = 1_000_000_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 100;
pub const OFFER_DEPOSIT: Balance = 500;
/// What the seller's device counts at most.
pub const NAMEPLATE: u32 = 1_000;
pub const RETENTION: u64 = 4;

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
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(7)]
	pub type Payments = pallet_payments;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Self>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type AccountStore = System;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type DustRemoval = frame::traits::tokens::imbalance::ResolveTo<DustAccount, Balances>;
}

parameter_types! {
	/// Gets registration fees, which are nil here.
	pub const FeeAccount: AccountId = 98;
	/// Collects what `pallet-balances` takes from accounts that fall below the existential
	/// deposit, so that nothing may ever be missing.
	pub const DustAccount: AccountId = 99;
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
	pub const PoolId: PalletId = PalletId(*b"mpr/pool");
}

impl pallet_payments::Config for Test {
	type Assets = UnionOf<Balances, Assets, NativeIsZero, AssetId, AccountId>;
	type OnFee = ();
	type AdminOrigin = EnsureRoot<AccountId>;
	type Verifier = NoProofs;
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

/// Nobody spends notes here.
pub struct NoProofs;

impl VerifyTransfer<AccountId> for NoProofs {
	fn verify(_statement: &TransferStatement<AccountId>, _proof: &[u8]) -> bool {
		false
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
	type Settlement = Contracted;
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

/// Settled is what has nothing contracted.
pub struct Contracted;

impl SettlementState<AccountId> for Contracted {
	fn is_settled(group: &GroupId<AccountId>, period: PeriodIndex) -> bool {
		Market::contracted(group, period) == 0
	}
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
	type OfferDeposit = ConstU128<OFFER_DEPOSIT>;
	type MaxRange = ConstU32<8>;
	type MaxAdvance = ConstU64<100>;
	type MaxOffersPerAccount = ConstU32<20>;
	type MaxTradesPerAccount = ConstU32<16>;
	type MaxTradesPerGroup = ConstU32<6>;
	type RetentionPeriods = ConstU64<RETENTION>;
	type WeightInfo = ();
}

/// A seller with one attested device that exports, and endowed accounts.
#[derive(Default)]
pub struct ExtBuilder {
	imbalance_price: Balance,
}

impl ExtBuilder {
	pub fn imbalance_price(mut self, price: Balance) -> Self {
		self.imbalance_price = price;
		self
	}

	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			ensure_invariants();
		});
	}

	pub fn build(self) -> TestState {
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let accounts = [SELLER, BUYER, OTHER, REGISTRAR, SECOND_REGISTRAR];
		pallet_balances::GenesisConfig::<Test> {
			balances: accounts
				.into_iter()
				.chain([DustAccount::get()])
				.chain(BUYERS)
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
			imbalance_prices: vec![(ZONE, Resource::Electricity, self.imbalance_price)],
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		pallet_payments::GenesisConfig::<Test>::default().assimilate_storage(&mut storage).unwrap();
		let mut ext = TestState::new(storage);
		ext.execute_with(|| {
			// The registry's changes take effect in the first open period.
			blocks_at(SCHEDULE.start(FIRST - 2), 1);
			for registrar in [REGISTRAR, SECOND_REGISTRAR] {
				Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, registrar).unwrap();
			}
			add_device(SELLER, NAMEPLATE, REGISTRAR);
			blocks_at(SCHEDULE.start(FIRST - 1), 1);
			System::reset_events();
		});
		ext
	}
}

pub fn ensure_invariants() {
	Market::ensure_invariants().unwrap();
	Devices::ensure_invariants().unwrap();
	Metering::ensure_invariants().unwrap();
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

/// Goes to the time at which the gate of `period` has closed.
pub fn close_gate(period: PeriodIndex) {
	blocks_at(SCHEDULE.gate_closure(period), 1);
}

/// Registers and attests a device of `operator`.
pub fn add_device(operator: AccountId, nameplate: u32, registrar: AccountId) {
	let id = pallet_devices::NextDeviceId::<Test>::get();
	let facts = DeviceFacts {
		key: [id as u8 + 1; 32],
		metering_point: format!("point {id}").into_bytes().try_into().unwrap(),
		zone: ZONE,
		resource: Resource::Electricity,
		directions: Directions::Export,
		nameplate,
	};
	Devices::register(RuntimeOrigin::signed(operator), facts.clone()).unwrap();
	Devices::attest(RuntimeOrigin::signed(registrar), id, operator, facts).unwrap();
}

/// The group of `operator`'s devices.
pub fn group(operator: AccountId) -> GroupId<AccountId> {
	GroupId { operator, zone: ZONE, resource: Resource::Electricity, direction: Direction::Export }
}

/// An offer as the tests vary it.
#[derive(Clone, Debug)]
pub struct Offer {
	pub seller: AccountId,
	pub buyer: AccountId,
	pub quantity: Quantity,
	pub price: Balance,
	/// The most that a unit not delivered may cost.
	pub limit: Balance,
	pub first: PeriodIndex,
	pub last: PeriodIndex,
	pub payout: Option<NoteOwner>,
	/// Seals the trade.
	pub sealed: Option<NoteAddress>,
}

impl Default for Offer {
	fn default() -> Self {
		Self {
			seller: SELLER,
			buyer: BUYER,
			quantity: 100,
			price: 5,
			limit: Balance::MAX,
			first: FIRST,
			last: FIRST,
			payout: None,
			sealed: None,
		}
	}
}

impl Offer {
	/// Of a sealed trade.
	pub fn sealed() -> Self {
		Self { sealed: Some(PAYOUT), ..Default::default() }
	}

	pub fn make(self) -> DispatchResult {
		if let Some(payout) = self.sealed {
			return Market::offer_sealed(
				RuntimeOrigin::signed(self.seller),
				ZONE,
				Resource::Electricity,
				Direction::Export,
				self.buyer,
				self.quantity,
				self.price,
				self.limit,
				self.first,
				self.last,
				payout,
			);
		}
		Market::offer(
			RuntimeOrigin::signed(self.seller),
			ZONE,
			Resource::Electricity,
			Direction::Export,
			self.buyer,
			self.quantity,
			self.price,
			self.limit,
			self.first,
			self.last,
			self.payout,
		)
	}

	/// Makes the offer; its trade id.
	pub fn made(self) -> TradeId {
		let id = NextTradeId::<Test>::get();
		self.make().unwrap();
		id
	}

	/// Makes the offer and accepts it; its trade id.
	pub fn accepted(self) -> TradeId {
		let (buyer, is_sealed) = (self.buyer, self.sealed.is_some());
		let id = self.made();
		if is_sealed { accept_sealed(buyer, id) } else { accept(buyer, id) }.unwrap();
		id
	}
}

/// The terms of an offer as it stands; any terms where there is none.
pub fn terms(id: TradeId) -> OfferTermsOf<Test> {
	let none = OfferTerms {
		seller: group(SELLER),
		quantity: 100,
		price: 5,
		imbalance_price: 5,
		first: FIRST,
		last: FIRST,
	};
	Trades::<Test>::get(id).map_or(none, |trade| trade.terms())
}

/// Where the seller of a sealed offer is paid; anywhere where there is none.
pub fn payout(id: TradeId) -> NoteAddress {
	let address = |trade: TradeOf<Test>| {
		Some(NoteAddress { owner: trade.payout?, key: trade.sealed?.payout_key })
	};
	Trades::<Test>::get(id).and_then(address).unwrap_or(PAYOUT)
}

pub fn accept(buyer: AccountId, id: TradeId) -> DispatchResult {
	accept_with(buyer, id, None)
}

/// Accepts and names whose notes refund the buyer.
pub fn accept_with(buyer: AccountId, id: TradeId, refund: Option<NoteOwner>) -> DispatchResult {
	Market::accept(RuntimeOrigin::signed(buyer), id, terms(id), Default::default(), refund)
		.map(|_| ())
		.map_err(|error| error.error)
}

/// Settles the seller's group.
pub fn settle(period: PeriodIndex, delivered: Quantity) -> Settled<Balance> {
	<Market as Deliveries<AccountId>>::settle(&group(SELLER), period, delivered).unwrap()
}
pub use meterproof_primitives::Settled;

pub fn held(reason: HoldReason, who: AccountId) -> Balance {
	use frame::traits::fungible::InspectHold;
	Balances::balance_on_hold(&reason.into(), &who)
}

pub fn free(who: AccountId) -> Balance {
	Balances::free_balance(who)
}

/// All that an account has, on hold or not.
pub fn total(who: AccountId) -> Balance {
	use frame::traits::fungible::Inspect;
	Balances::total_balance(&who)
}

/// The market's events since the last call.
pub fn events() -> Vec<Event<Test>> {
	let events = System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Market(event) => Some(event),
			_ => None,
		})
		.collect();
	System::reset_events();
	events
}

/// Empties the account's free balance, as only an account with another provider can, so that it
/// cannot take less than the existential deposit.
pub fn empty(who: AccountId) {
	System::inc_providers(&who);
	let all = free(who);
	Balances::transfer_allow_death(RuntimeOrigin::signed(who), OTHER, all).unwrap();
	assert_eq!(free(who), 0);
}

/// The open notes paid so far, in order: whose, and how much.
pub fn notes() -> Vec<(NoteOwner, u64)> {
	let next = pallet_payments::NextPosition::<Test>::get();
	let content = |position| match pallet_payments::Notes::<Test>::get(position).unwrap().content {
		NoteContent::Open { amount, owner, .. } => Some((owner, amount)),
		NoteContent::Split { .. } => None,
		NoteContent::Sealed { .. } => panic!("nobody shields here"),
	};
	(0..next).filter_map(content).collect()
}

/// Whose notes pay the seller of a sealed trade, and to whom they are encrypted.
pub const PAYOUT: NoteAddress = NoteAddress { owner: [1; 32], key: [11; 32] };
/// Whose notes refund the buyer of a sealed trade, and to whom they are encrypted.
pub const REFUND: NoteAddress = NoteAddress { owner: [2; 32], key: [12; 32] };
/// What both share.
pub const SHARED: SharedKey = SharedKey { commitment: [3; 32], ciphertext: [4; SEALED_KEY_LENGTH] };

/// Two notes by number, which nobody can open: what is in them the market does not ask.
pub fn outputs(number: u64) -> [Output; 2] {
	[1, 2].map(|side| {
		let mut commitment = [side; 32];
		commitment[..7].copy_from_slice(&number.to_le_bytes()[..7]);
		let ciphertext = NoteCiphertext {
			ephemeral: [side; 32],
			note: [side; 184],
			outgoing: [side; 112],
			auditor: None,
		};
		Output { commitment, ciphertext }
	})
}

pub fn accept_sealed(buyer: AccountId, id: TradeId) -> DispatchResult {
	let by = RuntimeOrigin::signed(buyer);
	Market::accept_sealed(by, id, terms(id), payout(id), Default::default(), REFUND, SHARED)
		.map(|_| ())
		.map_err(|error| error.error)
}

/// What the pool has for its notes.
pub fn pooled() -> Balance {
	total(Payments::account_id()) - EXISTENTIAL_DEPOSIT
}

/// As if the tree had no room for another note.
pub fn with_full_tree<R>(test: impl FnOnce() -> R) -> R {
	let next = pallet_payments::NextPosition::<Test>::get();
	pallet_payments::NextPosition::<Test>::put(meterproof_primitives::MAX_NOTES);
	let result = test();
	pallet_payments::NextPosition::<Test>::put(next);
	result
}
