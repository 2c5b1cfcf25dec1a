//! Books of orders, cleared at one price when their gates close.
//!
//! Each zone, resource and period has a book. Orders are divisible: a bid buys up to a quantity at its limit
//! or below, an offer sells what the account's meters export at its limit or above. An order stands in the
//! books of one period or of a range of them, in each for itself. A bid has its money on hold (quantity x
//! limit), an offer its collateral (quantity x the higher of its limit and the zone's imbalance price), and
//! each a deposit for every book that it stands in.
//!
//! Until a book is locked, its orders come, improve and go; from then on until the gate closes they come and
//! improve, and none goes. What an account does to its meters meanwhile changes no order: an offer stands
//! with its whole quantity, and what is not delivered of it is charged. A full side takes an order
//! that is better than its worst one, in the place of that one, which is released.
//!
//! Once its gate has closed a book is cleared by the rule of `meterproof-clearing`, all of it within one
//! block or not at all, in idle time or by anyone's call. Fills become trades of the market, for one period
//! each, at the clearing price; the money they need passes to them without ever being free, and the rest is
//! released. Orders and fills are kept for a while, so that anyone can apply the rule again. A book that could
//! not be cleared until its period ended lapses: proofs may settle its sellers' groups from then on, so
//! that every order is released.
//!
//! A zone and resource can have a backstop: an account that governance appoints, with a fund on hold and two posted
//! prices. When a book is cleared it has a bid at the one and an offer at the other, which take what peers leave, so
//! that the price of a book lies between them as long as fund and posted quantities last (`backstop.rs`,
//! `backing.rs`). It also buys what sellers prove beyond what they sold (`excess.rs`).
//!
//! What an account cannot take stays on hold and is noted; anybody can have it paid later.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

extern crate alloc;

mod backing;
mod backstop;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod clearing;
mod excess;
mod idle;
mod invariants;
mod money;
mod orders;
mod queries;
pub mod types;
pub mod weights;

pub use idle::BOOKS_PER_BLOCK;
pub use pallet::*;
pub use queries::{BackstopInfoOf, BookInfoOf, ClearingInfoOf, OrderInfoOf};
pub use types::*;
pub use weights::WeightInfo;

use frame::prelude::*;
use meterproof_primitives::{
	BookTrades, DeviceRegistry, Direction, EverTaken, Evidence, GateClock, GroupId, NoteOwner,
	OrderId, OrderSide, PeriodClock, PeriodIndex, Posted, Quantity, Reservations, Reserved,
	Resource, TradeId, UnixMillis, ZoneId,
};

/// Amounts of money.
pub type BalanceOf<T> = <<T as Config>::NativeBalance as fungible::Inspect<
	<T as frame_system::Config>::AccountId,
>>::Balance;

/// An order.
pub type OrderOf<T> = Order<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// An order as it stands in one book.
pub type EntryOf<T> = Entry<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// What became of an order.
pub type LineOf<T> = Line<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// How a book was cleared.
pub type ClearingOf<T> = Clearing<
	<T as frame_system::Config>::AccountId,
	BalanceOf<T>,
	<T as Config>::MaxBids,
	<T as Config>::MaxOffers,
>;

/// A backstop.
pub type BackstopOf<T> = Backstop<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// A group of the runtime's accounts.
pub type GroupOf<T> = GroupId<<T as frame_system::Config>::AccountId>;

impl<T: Config> Reservations<T::AccountId> for Pallet<T> {
	/// Either the group has offers in the book, or it is the backstop's and has posted a sale.
	fn reserved(group: &GroupOf<T>, period: PeriodIndex) -> Reserved {
		match Reserves::<T>::get(ordered(period), group) {
			Some(Reserve { quantity, .. }) => {
				Reserved { quantity, trades: Self::trades_kept_free() }
			},
			None => Self::posted_sale(group, period),
		}
	}
}

// An offer names nine things.
#[allow(clippy::too_many_arguments)]
#[frame::pallet]
pub mod pallet {
	use meterproof_primitives::{api::Owed, Timeline};

	use super::*;
	use crate::orders::NewOrder;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// Money, with holds.
		type NativeBalance: fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::Mutate<Self::AccountId>;
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;
		/// Who says how much evidence books demand, and who is a zone's backstop.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// When gates close.
		type Clock: GateClock;
		/// Which zones there are, and by whose word meters count.
		type Devices: DeviceRegistry<Self::AccountId>;
		/// Makes trades of fills.
		type Market: BookTrades<
			Self::AccountId,
			Balance = BalanceOf<Self>,
			Reason = Self::RuntimeHoldReason,
		>;
		/// Accounts whose tokens are locked by votes. These accounts cannot place orders, as they cannot make
		/// trades.
		type Voters: Contains<Self::AccountId>;
		/// Whether the exchange takes no new trades. While it takes none, and while the clock is closed, no
		/// book is cleared and no record is removed.
		type IsClosed: Get<bool>;
		/// Held for each book that an order stands in.
		#[pallet::constant]
		type OrderDeposit: Get<BalanceOf<Self>>;
		/// Most periods one order can span.
		#[pallet::constant]
		type MaxRange: Get<u32>;
		/// How many periods ahead of the first open one an order can begin.
		#[pallet::constant]
		type MaxAdvance: Get<u64>;
		/// Most bids of a book.
		#[pallet::constant]
		type MaxBids: Get<u32>;
		/// Most offers of a book.
		#[pallet::constant]
		type MaxOffers: Get<u32>;
		/// Most bids, and most offers, of one account in one book.
		#[pallet::constant]
		type MaxOwnOrders: Get<u32>;
		/// Most places in books that one account's orders have, one for each order and period.
		#[pallet::constant]
		type MaxStanding: Get<u32>;
		/// For which part of a period's length before the gate closes no order goes.
		#[pallet::constant]
		type LockShare: Get<Perbill>;
		/// What the clearing of books in a block's idle time takes at most.
		#[pallet::constant]
		type ClearingWeight: Get<Weight>;
		/// For how many periods it is kept how a book was cleared.
		#[pallet::constant]
		type RetentionPeriods: Get<u64>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why money is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// What a bid may cost.
		#[codec(index = 0)]
		Bid,
		/// An offer's collateral against imbalance.
		#[codec(index = 1)]
		Collateral,
		/// For what is stored of orders.
		#[codec(index = 2)]
		Deposit,
		/// A backstop's fund: for what it buys, and its collateral for what it sells.
		#[codec(index = 3)]
		Backstop,
	}

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The number of the next order.
	#[pallet::storage]
	pub type NextOrderId<T: Config> = StorageValue<_, OrderId, ValueQuery>;

	/// Orders that stand in a book.
	#[pallet::storage]
	pub type Orders<T: Config> = StorageMap<_, Twox64Concat, OrderId, OrderOf<T>>;

	/// An account's orders, in order of their numbers.
	#[pallet::storage]
	pub type OrdersOf<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, OrderedKey, ()>;

	/// How many places in books an account's orders have.
	#[pallet::storage]
	pub type StandingOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	/// Books that have an order and are not cleared, the earliest periods first.
	#[pallet::storage]
	pub type Books<T: Config> =
		StorageDoubleMap<_, Identity, OrderedKey, Twox64Concat, Venue, BookSize>;

	/// The orders of a side of a book, by number.
	#[pallet::storage]
	pub type Entries<T: Config> = StorageNMap<
		_,
		(NMapKey<Identity, OrderedKey>, NMapKey<Twox64Concat, Venue>, NMapKey<Identity, OrderSide>),
		BoundedVec<EntryOf<T>, T::MaxOffers>,
		ValueQuery,
	>;

	/// What books keep free of groups, by period.
	#[pallet::storage]
	pub type Reserves<T: Config> = StorageDoubleMap<
		_,
		Identity,
		OrderedKey,
		Blake2_128Concat,
		GroupOf<T>,
		Reserve<T::AccountId>,
	>;

	/// How books were cleared, the earliest periods first.
	#[pallet::storage]
	pub type Clearings<T: Config> =
		StorageDoubleMap<_, Identity, OrderedKey, Twox64Concat, Venue, ClearingOf<T>>;

	/// The least evidence that sellers' devices must be attested on, by period. The lowest grade where
	/// nothing was said.
	#[pallet::storage]
	pub type LeastEvidence<T: Config> =
		StorageMap<_, Twox64Concat, Venue, Timeline<Evidence>, ValueQuery>;

	/// Who takes what peers leave, by zone and resource.
	#[pallet::storage]
	pub type Backstops<T: Config> = StorageMap<_, Twox64Concat, Venue, BackstopOf<T>>;

	/// What accounts could not take: it is still on hold.
	#[pallet::storage]
	pub type Owing<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Owed<BalanceOf<T>>, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An order stands in the books of a range of periods; its money is held.
		OrderPlaced {
			/// The order.
			order: OrderId,
			/// Whose it is.
			account: T::AccountId,
			/// What it does.
			side: OrderSide,
			/// The zone.
			zone: ZoneId,
			/// What it trades.
			resource: Resource,
			/// Per period, in base units.
			quantity: Quantity,
			/// The worst price that it takes, per base unit.
			limit: BalanceOf<T>,
			/// What an offer's collateral is per base unit; zero for bids.
			imbalance_price: BalanceOf<T>,
			/// First period.
			first: PeriodIndex,
			/// Last period, inclusive.
			last: PeriodIndex,
			/// Whose notes pay the seller or refund the buyer, if not its account.
			payout: Option<NoteOwner>,
		},
		/// An order takes a better limit in some of its periods.
		OrderImproved {
			/// The order.
			order: OrderId,
			/// The worst price that it takes, per base unit.
			limit: BalanceOf<T>,
			/// First of these periods.
			first: PeriodIndex,
			/// Last of these periods, inclusive.
			last: PeriodIndex,
		},
		/// An order left the books of some of its periods.
		OrderCancelled {
			/// The order.
			order: OrderId,
			/// First of these periods.
			first: PeriodIndex,
			/// Last of these periods, inclusive.
			last: PeriodIndex,
		},
		/// A better order took the place of this one in a full book; it was released there.
		OrderDisplaced {
			/// The order.
			order: OrderId,
			/// Whose it is.
			account: T::AccountId,
			/// The zone.
			zone: ZoneId,
			/// What it trades.
			resource: Resource,
			/// The period.
			period: PeriodIndex,
		},
		/// A book was cleared: fills are trades now, and the rest is released.
		BookCleared {
			/// The zone.
			zone: ZoneId,
			/// What was traded.
			resource: Resource,
			/// The period.
			period: PeriodIndex,
			/// Per base unit; none where nobody traded.
			price: Option<BalanceOf<T>>,
			/// What all bids together were filled with, and all offers.
			volume: Quantity,
			/// How many orders it had.
			orders: u32,
			/// The first of the trades; they have numbers one after another.
			first_trade: Option<TradeId>,
			/// How many trades were made.
			trades: u32,
		},
		/// The period ended before the book could be cleared: every order was released.
		BookLapsed {
			/// The zone.
			zone: ZoneId,
			/// What was to be traded.
			resource: Resource,
			/// The period.
			period: PeriodIndex,
			/// How many orders it had.
			orders: u32,
		},
		/// The record of a clearing was removed.
		ClearingPruned {
			/// The zone.
			zone: ZoneId,
			/// What was traded.
			resource: Resource,
			/// The period.
			period: PeriodIndex,
		},
		/// An account could not take what was to be released; it stays on hold until it is claimed.
		ReleaseDeferred {
			/// The account.
			account: T::AccountId,
			/// How much.
			amount: BalanceOf<T>,
		},
		/// What was owed was released.
		ReleaseClaimed {
			/// The account.
			account: T::AccountId,
			/// How much.
			amount: BalanceOf<T>,
		},
		/// Books of a zone and resource demand this evidence from a period on.
		LeastEvidenceSet {
			/// The zone.
			zone: ZoneId,
			/// The resource.
			resource: Resource,
			/// The first period.
			from: PeriodIndex,
			/// The least grade.
			least: Evidence,
		},
		/// An account is the backstop of a zone and resource.
		BackstopSet {
			/// The zone.
			zone: ZoneId,
			/// The resource.
			resource: Resource,
			/// The account.
			account: T::AccountId,
			/// No price that it posts from now on is above this, per base unit.
			ceiling: BalanceOf<T>,
		},
		/// A backstop neither buys nor sells from a period on.
		BackstopDismissed {
			/// The zone.
			zone: ZoneId,
			/// The resource.
			resource: Resource,
			/// The first period.
			from: PeriodIndex,
		},
		/// A backstop has put more money on hold.
		BackstopFunded {
			/// The zone.
			zone: ZoneId,
			/// The resource.
			resource: Resource,
			/// How much more.
			amount: BalanceOf<T>,
		},
		/// A backstop has taken money out of its fund, or was given it back.
		BackstopWithdrawn {
			/// The zone.
			zone: ZoneId,
			/// The resource.
			resource: Resource,
			/// How much.
			amount: BalanceOf<T>,
		},
		/// What a backstop buys and sells in every book from a period on.
		PricesPosted {
			/// The zone.
			zone: ZoneId,
			/// The resource.
			resource: Resource,
			/// The first period.
			from: PeriodIndex,
			/// At which price it buys, and how much.
			buys: Option<Posted<BalanceOf<T>>>,
			/// At which price it sells, and how much.
			sells: Option<Posted<BalanceOf<T>>>,
			/// How much it buys besides of what is proved beyond what was sold.
			excess: Quantity,
		},
		/// A backstop has bought what a seller proved beyond what it had sold.
		ExcessBought {
			/// Whose devices delivered it.
			seller: GroupOf<T>,
			/// The period.
			period: PeriodIndex,
			/// In base units; it may be less than was proved.
			quantity: Quantity,
			/// To the operator's account.
			paid: BalanceOf<T>,
		},
	}

	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// The quantity is zero.
		ZeroQuantity,
		/// The limit is zero.
		ZeroPrice,
		/// The quantity is too large to be claimed.
		QuantityTooLarge,
		/// Quantity times price overflows.
		AmountTooLarge,
		/// A period of the order is worth less than the existential deposit at its limit.
		Dust,
		/// The last period comes before the first.
		EmptyRange,
		/// More periods than an order can span.
		RangeTooLong,
		/// The order begins too far ahead.
		TooFarAhead,
		/// The gate of the first period has closed.
		GateClosed,
		/// The gate of the period has not closed.
		GateOpen,
		/// The zone has no registrar.
		UnknownZone,
		/// The collateral would be above what the call allows.
		ImbalancePriceAboveLimit,
		/// A device of the seller was attested on less evidence than the books demand.
		EvidenceTooLow,
		/// The account's orders have as many places in books as they can have.
		TooManyOrders,
		/// The account has as many orders on this side of one of the books as it can have.
		TooManyOwnOrders,
		/// This side of one of the books is full of orders that are as good or better.
		BookFull,
		/// No order has this number.
		UnknownOrder,
		/// The order is another account's.
		NotOwner,
		/// The order does not stand in the book of one of the periods.
		OrderNotStanding,
		/// The book of one of the periods is locked: no order goes any more.
		OrderLocked,
		/// The limit is not better than the present one.
		NotBetter,
		/// The book has no order, or is cleared.
		NothingToClear,
		/// The exchange is closed: no book is cleared and no record removed.
		ExchangeClosed,
		/// There is no record of such a clearing.
		UnknownClearing,
		/// The record of the clearing is still kept.
		RetentionRunning,
		/// Nothing is owed to the account.
		NothingToClaim,
		/// The account still cannot take it.
		PayeeNotPayable,
		/// There can be a book for the period already.
		PeriodTradable,
		/// Earlier changes have not taken effect.
		TooManyPendingChanges,
		/// More was bought than sold.
		BookUnbalanced,
		/// The zone has no backstop for the resource.
		NoBackstop,
		/// The account is not the zone's backstop for the resource.
		NotBackstop,
		/// Another account is the backstop, and has not been dismissed or has periods that are not final.
		BackstopStanding,
		/// The zone's backstop stands in every book already: it places no orders there.
		IsBackstop,
		/// Whoever becomes a backstop has no order in any book.
		OrdersStanding,
		/// What was posted for the first open period, and for those before it, stays.
		TermsFixed,
		/// The price is above what the backstop may post.
		PriceAboveCeiling,
		/// The backstop would buy for as much as it sells for, or for more.
		PricesCross,
		/// The backstop would buy what is proved beyond what is sold, and has posted no price to buy at.
		NoBuyingPrice,
		/// The fund is too little for as many books of what is posted as share it.
		FundTooLow,
		/// The fund is too little for a book that is locked or waits to be cleared: that the backstop does not stand
		/// there is settled.
		FundedTooLate,
		/// The fund stands behind what was posted for books to come, and for excess of periods that are not final.
		FundBound,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_now: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::work_in_idle_time(remaining)
		}

		fn integrity_test() {
			let (bids, offers) = (T::MaxBids::get(), T::MaxOffers::get());
			assert!(bids > 0 && T::MaxOwnOrders::get() > 0, "a book can have an order");
			assert!(bids <= offers, "entries are bounded by the number of offers");
			assert!(
				Self::trades_kept_free() <= T::Market::max_trades(),
				"whatever a group's offers become has room in its contract"
			);
			assert!(offers <= 1 << 10, "one side's quantities add up to less than 2^64");
			assert!(T::MaxRange::get() > 0, "an order spans at least one period");
			assert!(T::MaxRange::get() <= T::MaxStanding::get(), "an order can stand");
			let full = T::WeightInfo::look(1)
				.saturating_mul(2)
				.saturating_add(T::WeightInfo::clear(bids, offers));
			assert!(
				full.all_lte(T::ClearingWeight::get()),
				"a full book is cleared within its share of a block"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), frame::try_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Bids for `quantity` base units in each of the periods `first..=last`, at `limit` per base unit or
		/// below; `quantity` x `limit` is held for each. Refunds for quantity that is not delivered go to notes of
		/// `refund`, or to the account. Any registrar of the zone is accepted, and the evidence that
		/// the books demand.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::bid(count(*first, *last).min(T::MaxRange::get())))]
		pub fn bid(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] quantity: Quantity,
			#[pallet::compact] limit: BalanceOf<T>,
			#[pallet::compact] first: PeriodIndex,
			#[pallet::compact] last: PeriodIndex,
			refund: Option<NoteOwner>,
		) -> DispatchResult {
			Self::do_place(NewOrder {
				account: ensure_signed(origin)?,
				side: OrderSide::Bid,
				venue: Venue { zone, resource },
				quantity,
				limit,
				max_imbalance_price: Zero::zero(),
				first,
				last,
				payout: refund,
			})
			.map(|_| ())
		}

		/// Offers `quantity` base units in each of the periods `first..=last`, of what the caller's meters
		/// export in the zone, at `limit` per base unit or above. The collateral per base unit is the higher
		/// of `limit` and the zone's imbalance price, which may not be above `max_imbalance_price`. What is
		/// delivered is paid into notes of `payout`, or to the account.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::offer(count(*first, *last).min(T::MaxRange::get())))]
		pub fn offer(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] quantity: Quantity,
			#[pallet::compact] limit: BalanceOf<T>,
			#[pallet::compact] max_imbalance_price: BalanceOf<T>,
			#[pallet::compact] first: PeriodIndex,
			#[pallet::compact] last: PeriodIndex,
			payout: Option<NoteOwner>,
		) -> DispatchResult {
			Self::do_place(NewOrder {
				account: ensure_signed(origin)?,
				side: OrderSide::Offer,
				venue: Venue { zone, resource },
				quantity,
				limit,
				max_imbalance_price,
				first,
				last,
				payout,
			})
			.map(|_| ())
		}

		/// Gives an order of the caller's a better limit in the periods `first..=last`, in all of which it must
		/// stand: a bid a higher one, which is held, an offer a lower one. An offer's collateral stays.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::improve(count(*first, *last).min(T::MaxRange::get())))]
		pub fn improve(
			origin: OriginFor<T>,
			#[pallet::compact] order: OrderId,
			#[pallet::compact] limit: BalanceOf<T>,
			#[pallet::compact] first: PeriodIndex,
			#[pallet::compact] last: PeriodIndex,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_improve(&who, order, limit, first, last).map(|_| ())
		}

		/// Takes an order of the caller's out of the books of the periods `first..=last`, in all of which it must
		/// stand and none of which is locked.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::cancel(count(*first, *last).min(T::MaxRange::get())))]
		pub fn cancel(
			origin: OriginFor<T>,
			#[pallet::compact] order: OrderId,
			#[pallet::compact] first: PeriodIndex,
			#[pallet::compact] last: PeriodIndex,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cancel(&who, order, first, last).map(|_| ())
		}

		/// Clears a book whose gate has closed. Idle time does so by itself; anyone may.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::clear(T::MaxBids::get(), T::MaxOffers::get()))]
		pub fn clear(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] period: PeriodIndex,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			ensure!(!Self::is_closed(), Error::<T>::ExchangeClosed);
			ensure!(period < T::Clock::first_open(), Error::<T>::GateOpen);
			let size = Self::do_clear(BookId { venue: Venue { zone, resource }, period })?;
			Ok(Some(T::WeightInfo::clear(size.bids, size.offers)).into())
		}

		/// Removes the record of a clearing that was kept long enough. Idle time does so by itself; anyone may.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::prune())]
		pub fn prune(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] period: PeriodIndex,
		) -> DispatchResult {
			ensure_signed(origin)?;
			ensure!(!Self::is_closed(), Error::<T>::ExchangeClosed);
			Self::do_prune(BookId { venue: Venue { zone, resource }, period })
		}

		/// Releases what an account could not take before. Anyone may call.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>, account: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(&account)
		}

		/// Has the books of a zone and resource demand that sellers' devices are attested on this evidence or
		/// better, from a period on for which there can be no book yet.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_least_evidence())]
		pub fn set_least_evidence(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] from: PeriodIndex,
			least: Evidence,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			let horizon = T::MaxAdvance::get().saturating_add(T::MaxRange::get().into());
			let tradable = T::Clock::first_open().saturating_add(horizon);
			ensure!(from >= tradable, Error::<T>::PeriodTradable);
			LeastEvidence::<T>::try_mutate(Venue { zone, resource }, |line| {
				line.set(from, least, T::Clock::oldest_unsettled())
			})
			.map_err(|_| Error::<T>::TooManyPendingChanges)?;
			Self::deposit_event(Event::LeastEvidenceSet { zone, resource, from, least });
			Ok(())
		}

		/// Makes an account the backstop of a zone and resource, whose posted prices are not above
		/// `ceiling`; what it has posted already stays. Without an account the backstop is dismissed: it
		/// neither buys nor sells in any period after the first open one. Another account takes its place
		/// once all periods for which it had posted something are final; its fund is released then. An account
		/// that has an order in a book is not appointed.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::set_backstop())]
		pub fn set_backstop(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			account: Option<T::AccountId>,
			#[pallet::compact] ceiling: BalanceOf<T>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			let venue = Venue { zone, resource };
			match account {
				Some(account) => Self::do_set_backstop(venue, account, ceiling),
				None => Self::do_dismiss_backstop(venue),
			}
		}

		/// Puts money of the caller's, who is the backstop, on hold: for what it buys, and as collateral for
		/// what it sells. Not while a book is locked, or waits to be cleared, for which the fund is too little.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::fund_backstop())]
		pub fn fund_backstop(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] amount: BalanceOf<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_fund(&who, Venue { zone, resource }, amount)
		}

		/// Takes money out of the caller's fund. What posting demanded stays as long as there is a book to come of what
		/// was posted, and so does what may still have to be paid for excess.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::withdraw_fund())]
		pub fn withdraw_fund(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] amount: BalanceOf<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(&who, Venue { zone, resource }, amount)
		}

		/// Posts at which prices the caller, who is the backstop, buys and sells in every book from a period on
		/// that comes after the first open one, and how much of each period. Of what sellers prove beyond what they
		/// sold it buys up to `excess` of a period, for as much. What was posted for later periods is forgotten.
		/// The fund has to be enough for all such books from the period that runs to the one after the first open
		/// one, and the caller's meters must be able to deliver what is sold in the first of the periods; it is
		/// kept free of them.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::post_prices())]
		pub fn post_prices(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] from: PeriodIndex,
			buys: Option<Posted<BalanceOf<T>>>,
			sells: Option<Posted<BalanceOf<T>>>,
			#[pallet::compact] excess: Quantity,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let terms = Terms { buys, sells, excess };
			Self::do_post(&who, Venue { zone, resource }, from, terms)
		}
	}
}

use orders::count;
