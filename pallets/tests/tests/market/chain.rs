//! The chain as the market's tests want it: a seller with one attested meter that exports, and
//! buyers.

pub use pallet_market::*;
pub use pallet_tests::{exports as group, settings::*, *};

use frame::testing_prelude::*;
use meterproof_primitives::{
	Deliveries, Directions, NoteCiphertext, NoteContent, Output, SEALED_KEY_LENGTH,
};
pub use meterproof_primitives::{
	Direction, Evidence, NoteAddress, NoteOwner, PeriodClock, PeriodIndex, Quantity, Resource,
	Settled, SharedKey, TradeId,
};

pub const SELLER: AccountId = account(1);
pub const BUYER: AccountId = account(2);
pub const OTHER: AccountId = account(3);
pub const REGISTRAR: AccountId = account(4);
pub const SECOND_REGISTRAR: AccountId = account(5);

/// Twenty more buyers, by number.
pub const fn buyer(n: u8) -> AccountId {
	account(10 + n)
}

pub const ENDOWMENT: Balance = 1_000_000_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 100;
/// What the seller's device counts at most.
pub const NAMEPLATE: u32 = 1_000;
pub const RETENTION: u64 = 4;

/// The first period that is open when a test begins.
pub const FIRST: PeriodIndex = 101;

/// What this suite sets.
pub fn set() {
	reset();
	ExistentialDeposit::set(EXISTENTIAL_DEPOSIT);
	MaxOffers::set(20);
	MaxTrades::set(16);
	// What a book can make of a group's offers has room.
	MaxTradesPerGroup::set(6);
	MaxBids::set(3);
	Retention::set(RETENTION);
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
		set();
		let accounts = [SELLER, BUYER, OTHER, REGISTRAR, SECOND_REGISTRAR, DUST];
		let endowed = accounts.into_iter().chain((0..20).map(buyer)).map(|who| (who, ENDOWMENT));
		let mut ext: TestState = initial_state(endowed, SCHEDULE, self.imbalance_price).into();
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

/// Goes to the time at which the gate of `period` has closed.
pub fn close_gate(period: PeriodIndex) {
	blocks_at(SCHEDULE.gate_closure(period), 1);
}

/// Registers and attests a device of `operator`.
pub fn add_device(operator: AccountId, nameplate: u32, registrar: AccountId) {
	let key = [pallet_devices::NextDeviceId::<Test>::get() as u8 + 1; 32];
	pallet_tests::add_device(operator, registrar, key, Directions::Export, nameplate);
}

/// Registers a device of the seller and attests it with this grade; its id.
pub fn add_device_on(evidence: Evidence) -> u32 {
	let key = [pallet_devices::NextDeviceId::<Test>::get() as u8 + 1; 32];
	let (nameplate, directions) = (NAMEPLATE, Directions::Export);
	pallet_tests::add_device_on(evidence, SELLER, REGISTRAR, key, directions, nameplate)
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
	Market::accept(
		RuntimeOrigin::signed(buyer),
		id,
		terms(id),
		Default::default(),
		Evidence::File,
		refund,
	)
	.map(|_| ())
	.map_err(|error| error.error)
}

/// Settles the seller's group.
pub fn settle(period: PeriodIndex, delivered: Quantity) -> Settled<Balance> {
	<Market as Deliveries<AccountId>>::settle(&group(SELLER), period, delivered).unwrap()
}

/// The market's events since the last call.
pub fn events() -> Vec<Event<Test>> {
	pallet_tests::events()
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
	Market::accept_sealed(
		by,
		id,
		terms(id),
		payout(id),
		Default::default(),
		Evidence::File,
		REFUND,
		SHARED,
	)
	.map(|_| ())
	.map_err(|error| error.error)
}

/// What the pool has for its notes.
pub fn pooled() -> Balance {
	total(Payments::account_id()) - EXISTENTIAL_DEPOSIT
}

/// Runs a test as if the tree of notes had no room for another note.
pub fn with_full_tree<R>(test: impl FnOnce() -> R) -> R {
	let next = pallet_payments::NextPosition::<Test>::get();
	pallet_payments::NextPosition::<Test>::put(meterproof_primitives::MAX_NOTES);
	let result = test();
	pallet_payments::NextPosition::<Test>::put(next);
	result
}
