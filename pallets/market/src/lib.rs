//! Direct trades with escrow and collateral.
//!
//! A seller offers to a named buyer: so much per period, at a price, for a range of periods. The
//! seller's collateral is held at the offer, the buyer's payment at acceptance. When a group's
//! deliveries of a period are settled ([`Deliveries::settle`]), each trade of it pays the seller
//! for its share of what was proved, returns the rest of the payment to the buyer, charges the
//! seller's collateral for what is missing and frees the rest.
//!
//! A side that named the owner of a note is paid into one ([`Config::Notes`]), in the same block:
//! the seller its payment, the buyer refund and imbalance charge together. The seller's own
//! collateral comes free on its account, where it was. Owner and amount of such a note are public,
//! as the trade is; what becomes of it later is not.
//!
//! A sealed trade hides what is delivered of it. Its settlement turns payment and collateral of a
//! period into exactly two notes, the seller's and the buyer's, whose amounts a proof ties to a
//! hidden quantity ([`Deliveries::settle_sealed`]); the market learns their sum, which it knew. Such
//! a trade is alone in its group in each of its periods: were it not, the others' shares would tell
//! on it. It can still be settled openly, as any trade, and into notes of the same owners.
//!
//! What registrars took away from the seller since the trade was made is not charged to it
//! (`takings.rs`): the buyer gets back what it paid, and the registrars' bonds pay it the zone's
//! imbalance price.
//!
//! A payout that cannot be made, for example because the payee's account was reaped and the
//! amount is below the existential deposit, or because no more notes can be made, stays on hold
//! and can be claimed later; it blocks nobody else. Every path ends with every hold released: a
//! payee can have its own payout on its account instead of in a note.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]
// Calls are decoded once and moved a few times: a box for the terms of a sealed trade would cost more.
#![allow(clippy::large_enum_variant)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod books;
mod deliveries;
mod invariants;
mod money;
pub mod notes;
mod queries;
mod sealed;
mod takings;
mod trading;
pub mod types;
pub mod weights;

#[doc(hidden)]
pub use meterproof_primitives::made;
pub use pallet::*;
pub use queries::{StatementLineOf, TradeInfoOf};
pub use trading::AGENDA_ITEMS_PER_BLOCK;
pub use types::*;
pub use weights::WeightInfo;

use frame::prelude::*;
use meterproof_primitives::{
	api::TradeState, Allotments, DeviceRegistry, Direction, Evidence, GroupId, LastResort,
	NoteAddress, NoteOwner, PayNotes, PeriodClock, PeriodIndex, Quantity, RegistrarBonds,
	Reservations, Resource, SharedKey, TradeId, ZoneId,
};
use trading::{Payout, Refund};

/// Amounts of money.
pub type BalanceOf<T> = <<T as Config>::NativeBalance as fungible::Inspect<
	<T as frame_system::Config>::AccountId,
>>::Balance;

/// The market's trade.
pub type TradeOf<T> = Trade<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// The terms of an offer.
pub type OfferTermsOf<T> = OfferTerms<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// How many periods beyond the first open one a trade can reach.
pub struct Horizon<T>(PhantomData<T>);

impl<T: Config> Get<PeriodIndex> for Horizon<T> {
	fn get() -> PeriodIndex {
		T::MaxAdvance::get().saturating_add(T::MaxRange::get().into()).saturating_sub(1)
	}
}

/// A group of the runtime's accounts.
pub type GroupOf<T> = GroupId<<T as frame_system::Config>::AccountId>;

// An offer names ten things.
#[allow(clippy::too_many_arguments)]
#[frame::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// Money, with holds.
		type NativeBalance: fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::Mutate<Self::AccountId>;
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;
		/// Who sets imbalance prices.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// The clock of settlement periods.
		type Clock: PeriodClock;
		/// Who can deliver how much.
		type Devices: DeviceRegistry<Self::AccountId>;
		/// Pays for what registrars took away.
		type Bonds: RegistrarBonds<Self::AccountId, BalanceOf<Self>>;
		/// Pays notes. Their asset 0 is `NativeBalance`.
		type NotePool: PayNotes<Self::AccountId>;
		/// What books of orders keep free of groups.
		type Books: Reservations<Self::AccountId>;
		/// At what price backstops sell: what is not delivered costs no less.
		type Backstop: LastResort<Self::AccountId, Balance = BalanceOf<Self>>;
		/// Where use is allotted: less of it is not traded there.
		type Allotments: Allotments;
		/// Accounts whose tokens are locked by votes. They hold nothing for trades: a payout passes over
		/// locks, and what was paid would vote once more.
		type Voters: Contains<Self::AccountId>;
		/// Held from the seller for an offer, until its last period is settled.
		#[pallet::constant]
		type OfferDeposit: Get<BalanceOf<Self>>;
		/// Most periods one trade can span.
		#[pallet::constant]
		type MaxRange: Get<u32>;
		/// How many periods ahead of the first open one a trade can begin.
		#[pallet::constant]
		type MaxAdvance: Get<u64>;
		/// Most offers of one seller that wait for their buyers.
		#[pallet::constant]
		type MaxOffersPerAccount: Get<u32>;
		/// Most accepted, unsettled trades of one account, as seller and buyer together.
		#[pallet::constant]
		type MaxTradesPerAccount: Get<u32>;
		/// Most trades of one group in one period.
		#[pallet::constant]
		type MaxTradesPerGroup: Get<u32>;
		/// For how many periods the outcomes of a settled trade are kept.
		#[pallet::constant]
		type RetentionPeriods: Get<u64>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why money is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The seller's deposit for an offer and its records.
		#[codec(index = 0)]
		OfferDeposit,
		/// The seller's collateral against imbalance.
		#[codec(index = 1)]
		Collateral,
		/// The buyer's payment in escrow.
		#[codec(index = 2)]
		Payment,
	}

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The number of the next trade.
	#[pallet::storage]
	pub type NextTradeId<T: Config> = StorageValue<_, TradeId, ValueQuery>;

	/// Offers, accepted trades, and settled ones until they are pruned.
	#[pallet::storage]
	pub type Trades<T: Config> = StorageMap<_, Twox64Concat, TradeId, TradeOf<T>>;

	/// Accepted, unsettled trades by period, oldest first, and group.
	#[pallet::storage]
	pub type Contracts<T: Config> = StorageDoubleMap<
		_,
		Identity,
		OrderedKey,
		Blake2_128Concat,
		GroupOf<T>,
		Contract<T::MaxTradesPerGroup>,
		ValueQuery,
	>;

	/// What became of each settled period of a trade.
	#[pallet::storage]
	pub type Outcomes<T: Config> =
		StorageDoubleMap<_, Twox64Concat, TradeId, Twox64Concat, PeriodIndex, Outcome>;

	/// Offers that wait for their buyers, in order of trade id, with their zones.
	#[pallet::storage]
	pub type OpenOffers<T: Config> = StorageMap<_, Identity, OrderedKey, ZoneId>;

	/// Offers that wait for their buyers, by zone and in order of trade id.
	#[pallet::storage]
	pub type ZoneOffers<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ZoneId, Identity, OrderedKey, ()>;

	/// An account's trades, as seller or buyer, in order of trade id.
	#[pallet::storage]
	pub type TradesOf<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, OrderedKey, ()>;

	/// How much each account has going.
	#[pallet::storage]
	pub type Counts<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, OpenCounts, ValueQuery>;

	/// Trades to look at once the gate of a period has closed: offers to expire, settled trades
	/// to prune. By period, then trade id.
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageDoubleMap<_, Identity, OrderedKey, Identity, OrderedKey, ()>;

	/// What one base unit not delivered costs at least, whatever backstops ask.
	#[pallet::storage]
	pub type ImbalancePrices<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ZoneId, Twox64Concat, Resource, BalanceOf<T>, ValueQuery>;

	#[pallet::genesis_config]
	#[derive(DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Imbalance prices per base unit.
		pub imbalance_prices: Vec<(ZoneId, Resource, BalanceOf<T>)>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for (zone, resource, price) in &self.imbalance_prices {
				ImbalancePrices::<T>::insert(zone, resource, price);
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A seller offered to a buyer; its collateral is held.
		TradeOffered {
			/// The trade.
			trade: TradeId,
			/// Whose devices deliver.
			seller: GroupOf<T>,
			/// Who may accept.
			buyer: T::AccountId,
			/// Per period, in base units.
			quantity: Quantity,
			/// Per base unit.
			price: BalanceOf<T>,
			/// Charged per base unit not delivered.
			imbalance_price: BalanceOf<T>,
			/// First period.
			first: PeriodIndex,
			/// Last period, inclusive.
			last: PeriodIndex,
			/// Whose notes pay the seller, if not its account.
			payout: Option<NoteOwner>,
			/// Whether what is delivered of it stays hidden.
			sealed: bool,
		},
		/// The buyer accepted; its payment is held.
		TradeAccepted {
			/// The trade.
			trade: TradeId,
			/// Whose notes refund the buyer, if not its account.
			refund: Option<NoteOwner>,
		},
		/// A book of orders made a trade: payment and collateral are held.
		TradeConcluded {
			/// The trade.
			trade: TradeId,
			/// Whose devices deliver.
			seller: GroupOf<T>,
			/// Who pays.
			buyer: T::AccountId,
			/// In base units.
			quantity: Quantity,
			/// Per base unit.
			price: BalanceOf<T>,
			/// Charged per base unit not delivered.
			imbalance_price: BalanceOf<T>,
			/// The period.
			period: PeriodIndex,
			/// Whose notes pay the seller, if not its account.
			payout: Option<NoteOwner>,
			/// Whose notes refund the buyer, if not its account.
			refund: Option<NoteOwner>,
		},
		/// The seller took the offer back.
		OfferCancelled {
			/// The trade.
			trade: TradeId,
		},
		/// The buyer declined the offer.
		OfferDeclined {
			/// The trade.
			trade: TradeId,
		},
		/// The gate closed before the buyer accepted.
		OfferExpired {
			/// The trade.
			trade: TradeId,
		},
		/// One period of a trade is settled.
		PeriodSettled {
			/// The trade.
			trade: TradeId,
			/// The period.
			period: PeriodIndex,
			/// Its share of what was proved, in base units; none if the buyer does not accept all
			/// registrars of the seller's devices, or their evidence.
			delivered: Quantity,
			/// To the seller.
			paid: BalanceOf<T>,
			/// Back to the buyer.
			refunded: BalanceOf<T>,
			/// From the seller's collateral to the buyer.
			penalty: BalanceOf<T>,
		},
		/// Of one settled period, a part of what was not delivered is not charged to the seller, since
		/// registrars took away what was to deliver it.
		ImbalanceExcused {
			/// The trade.
			trade: TradeId,
			/// The period.
			period: PeriodIndex,
			/// In base units.
			excused: Quantity,
			/// From the registrars' bonds to the buyer's account.
			paid: BalanceOf<T>,
		},
		/// One period of a sealed trade is settled: two notes have payment and collateral.
		PeriodSettledSealed {
			/// The trade.
			trade: TradeId,
			/// The period.
			period: PeriodIndex,
			/// Payment and collateral together.
			amount: BalanceOf<T>,
		},
		/// A payout could not be made; the money stays on hold until it is claimed.
		PayoutDeferred {
			/// The trade.
			trade: TradeId,
			/// The period.
			period: PeriodIndex,
			/// Payment and freed collateral wait.
			to_seller: bool,
			/// Refund and imbalance charge wait.
			to_buyer: bool,
		},
		/// A deferred payout was made.
		PayoutClaimed {
			/// The trade.
			trade: TradeId,
			/// The period.
			period: PeriodIndex,
			/// Payment and freed collateral were paid out.
			to_seller: bool,
			/// Refund and imbalance charge were paid out.
			to_buyer: bool,
		},
		/// Every period of a trade is settled.
		TradeSettled {
			/// The trade.
			trade: TradeId,
		},
		/// A settled trade's records were removed.
		TradePruned {
			/// The trade.
			trade: TradeId,
		},
		/// What a base unit not delivered costs at least, for offers from now on.
		ImbalancePriceSet {
			/// The zone.
			zone: ZoneId,
			/// The resource.
			resource: Resource,
			/// Per base unit.
			price: BalanceOf<T>,
		},
	}

	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// The quantity is zero.
		ZeroQuantity,
		/// The price is zero.
		ZeroPrice,
		/// The quantity, or the group's contracted sum, is too large to be claimed.
		QuantityTooLarge,
		/// An amount of money overflows.
		AmountTooLarge,
		/// A period's payment is below the existential deposit.
		ValueBelowMinimum,
		/// Seller and buyer are one account.
		SelfTrade,
		/// The last period comes before the first.
		EmptyRange,
		/// More periods than a trade can span.
		RangeTooLong,
		/// The trade begins too far ahead.
		TooFarAhead,
		/// Trading for the first period has closed.
		GateClosed,
		/// Trading for the first period has not closed.
		GateOpen,
		/// Contracted and quantity exceed what the group's devices can count.
		AboveNameplate,
		/// The seller has as many open offers as it can have.
		TooManyOffers,
		/// The seller or the buyer has as many unsettled trades as it can have.
		TooManyTrades,
		/// The group has as many trades in one of the periods as it can have.
		GroupFull,
		/// No trade has this id.
		UnknownTrade,
		/// Only the seller may do this.
		NotSeller,
		/// Only the buyer may do this.
		NotBuyer,
		/// The trade is not an offer any more.
		NotOffered,
		/// A device of the group was attested by a registrar that the buyer does not accept.
		RegistrarNotAccepted,
		/// No payout of this period waits.
		NothingToClaim,
		/// The payee still cannot take the payout.
		PayeeNotPayable,
		/// The trade has periods to settle, or a payout that waits.
		TradeNotFinished,
		/// The trade's records are still kept.
		RetentionRunning,
		/// More was delivered than is contracted.
		DeliveredAboveContracted,
		/// Nothing is contracted.
		NothingContracted,
		/// No note can be paid to this owner: it has a word that is not below the field modulus.
		NoteOwnerNotPayable,
		/// One period could bring more than a note can hold.
		AmountAboveNote,
		/// Only the seller and the buyer may do this.
		NotPayee,
		/// The trade is sealed: `accept_sealed` accepts it.
		SealedTrade,
		/// The trade is not sealed: `accept` accepts it.
		TradeNotSealed,
		/// A sealed trade has the group for itself in one of the periods.
		GroupSealed,
		/// The group has a trade in one of the periods, where a sealed one would have to be alone.
		GroupTraded,
		/// No proof can hide so large a quantity.
		QuantityAboveSealed,
		/// Payment and collateral of a period are more than a proof can split.
		AmountAboveSealed,
		/// The shared key's commitment has a word that is not below the field modulus.
		KeyNotCanonical,
		/// The offer's terms are others than the call names.
		TermsDiffer,
		/// Charging what is not delivered would cost more than the call allows.
		ImbalancePriceAboveLimit,
		/// A device of the group was attested on less evidence than the buyer demands.
		EvidenceTooLow,
		/// What is used of this resource is allotted in this zone, and its meters count by turns: it is
		/// not traded by periods.
		UseAllotted,
	}

	impl<T> From<NotAccepted> for Error<T> {
		fn from(not: NotAccepted) -> Self {
			match not {
				NotAccepted::Registrar => Self::RegistrarNotAccepted,
				NotAccepted::Evidence => Self::EvidenceTooLow,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_now: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::work_through_agenda(remaining)
		}

		fn integrity_test() {
			assert!(T::MaxRange::get() > 0, "a trade spans at least one period");
			assert!(T::MaxOffersPerAccount::get() > 0, "a seller can make an offer");
			assert!(T::MaxTradesPerAccount::get() > 0, "an account can have a trade");
			assert!(T::MaxTradesPerGroup::get() > 0, "a group can have a trade");
			assert!(
				T::MaxAdvance::get() < meterproof_primitives::MAX_CLAIM,
				"period indices stay provable"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), frame::try_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Offers `quantity` base units per period to `buyer`, delivered by the caller's devices
		/// of a zone, resource and direction, in the periods `first..=last`, at `price` per base
		/// unit. Holds the collateral, quantity times the larger of price and imbalance price,
		/// for each period, and the offer deposit. Where `payout` names an owner, the payments
		/// become notes of it.
		///
		/// The zone's imbalance price can be raised between signing and inclusion. What the call
		/// commits to is bounded by `max_imbalance_price`: where the larger of both prices is above
		/// it, nothing is offered and nothing held. A limit below `price` is therefore never met.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::offer(period_count(*first, *last).min(T::MaxRange::get())))]
		pub fn offer(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			direction: Direction,
			buyer: T::AccountId,
			#[pallet::compact] quantity: Quantity,
			#[pallet::compact] price: BalanceOf<T>,
			#[pallet::compact] max_imbalance_price: BalanceOf<T>,
			#[pallet::compact] first: PeriodIndex,
			#[pallet::compact] last: PeriodIndex,
			payout: Option<NoteOwner>,
		) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			let seller = GroupId { operator, zone, resource, direction };
			let (limit, payout) = (max_imbalance_price, Payout::Open(payout));
			Self::do_offer(seller, buyer, quantity, price, limit, first, last, payout).map(|_| ())
		}

		/// Accepts an offer made to the caller and holds the whole payment, if the offer has the
		/// terms that the call names: who delivers, how much, at which prices and when. The number
		/// of a trade says none of that, and after a fork it can be another offer's: then nothing is
		/// accepted and nothing held.
		///
		/// A list of registrars that is not empty must name all that attested the seller's devices, and
		/// each device must have been attested on `least_evidence` or more, now and in each period: a
		/// period in which that does not hold is settled with nothing delivered.
		/// Where `refund` names an owner, what comes back of the payment, with the imbalance charge,
		/// becomes notes of it.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::accept(T::MaxRange::get()))]
		pub fn accept(
			origin: OriginFor<T>,
			#[pallet::compact] trade: TradeId,
			terms: OfferTermsOf<T>,
			registrars: Registrars<T::AccountId>,
			least_evidence: Evidence,
			refund: Option<NoteOwner>,
		) -> DispatchResultWithPostInfo {
			let buyer = ensure_signed(origin)?;
			let refund = Refund::Open(refund);
			let demands = (registrars, least_evidence);
			let periods = Self::do_accept(buyer, trade, &terms, demands, refund)?;
			Ok(Some(T::WeightInfo::accept(periods)).into())
		}

		/// Takes an offer of the caller back.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::cancel())]
		pub fn cancel(origin: OriginFor<T>, #[pallet::compact] trade: TradeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let offer = Self::offered(trade)?;
			ensure!(offer.seller.operator == who, Error::<T>::NotSeller);
			Self::withdraw_offer(trade, &offer)?;
			Self::deposit_event(Event::OfferCancelled { trade });
			Ok(())
		}

		/// Declines an offer made to the caller.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::decline())]
		pub fn decline(origin: OriginFor<T>, #[pallet::compact] trade: TradeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let offer = Self::offered(trade)?;
			ensure!(offer.buyer == who, Error::<T>::NotBuyer);
			Self::withdraw_offer(trade, &offer)?;
			Self::deposit_event(Event::OfferDeclined { trade });
			Ok(())
		}

		/// Releases an offer that was not accepted before its gate closed. Anyone may call.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::expire())]
		pub fn expire(origin: OriginFor<T>, #[pallet::compact] trade: TradeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire(trade)
		}

		/// Pays out what could not be paid when a period of a trade was settled: into notes, where
		/// the trade names their owners. Anyone may call.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(
			origin: OriginFor<T>,
			#[pallet::compact] trade: TradeId,
			#[pallet::compact] period: PeriodIndex,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(trade, period, None)
		}

		/// Removes the records of a settled trade once they have been kept long enough; returns a
		/// deposit that could not be returned before. Anyone may call.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::prune(T::MaxRange::get()))]
		pub fn prune(
			origin: OriginFor<T>,
			#[pallet::compact] trade: TradeId,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let periods = Self::do_prune(trade)?;
			Ok(Some(T::WeightInfo::prune(periods)).into())
		}

		/// Sets what a base unit not delivered costs at least, for offers from now on. Of exporting meters it costs
		/// no less than the zone's backstop asks either.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_imbalance_price())]
		pub fn set_imbalance_price(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			#[pallet::compact] price: BalanceOf<T>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			if price.is_zero() {
				ImbalancePrices::<T>::remove(zone, resource);
			} else {
				ImbalancePrices::<T>::insert(zone, resource, price);
			}
			Self::deposit_event(Event::ImbalancePriceSet { zone, resource, price });
			Ok(())
		}

		/// Pays out as `claim` does, but the caller's own side alone and to its account, whatever
		/// note the trade names: the way out where notes cannot be paid any more. Only seller and
		/// buyer may call.
		#[pallet::call_index(8)]
		// One side without a note costs less than with one.
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim_to_account(
			origin: OriginFor<T>,
			#[pallet::compact] trade: TradeId,
			#[pallet::compact] period: PeriodIndex,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim(trade, period, Some(&who))
		}

		/// Offers as `offer` does, and seals the trade: what is delivered of it, and what each side
		/// gets, need not become public. `payout` is the seller's: notes of its owner pay it, their
		/// contents encrypted to its key. The group can have no other trade in any of the periods.
		/// `max_imbalance_price` bounds what the call commits to as it does there.
		#[pallet::call_index(9)]
		#[pallet::weight(
			T::WeightInfo::offer_sealed(period_count(*first, *last).min(T::MaxRange::get()))
		)]
		pub fn offer_sealed(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			direction: Direction,
			buyer: T::AccountId,
			#[pallet::compact] quantity: Quantity,
			#[pallet::compact] price: BalanceOf<T>,
			#[pallet::compact] max_imbalance_price: BalanceOf<T>,
			#[pallet::compact] first: PeriodIndex,
			#[pallet::compact] last: PeriodIndex,
			payout: NoteAddress,
		) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			let seller = GroupId { operator, zone, resource, direction };
			let (limit, payout) = (max_imbalance_price, Payout::Sealed(payout));
			Self::do_offer(seller, buyer, quantity, price, limit, first, last, payout).map(|_| ())
		}

		/// Accepts a sealed offer as `accept` does any other, with the terms that the call names, of
		/// which the seller's `payout` is one: what is in `shared` was encrypted to its key. `refund`
		/// is the buyer's; the randomness of its notes comes from the key in `shared`, so that the
		/// buyer finds them even where it cannot read what the seller encrypts. In a period in which
		/// the registrars or the evidence are not accepted, the trade cannot be settled sealed.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::accept_sealed(T::MaxRange::get()))]
		pub fn accept_sealed(
			origin: OriginFor<T>,
			#[pallet::compact] trade: TradeId,
			terms: OfferTermsOf<T>,
			payout: NoteAddress,
			registrars: Registrars<T::AccountId>,
			least_evidence: Evidence,
			refund: NoteAddress,
			shared: SharedKey,
		) -> DispatchResultWithPostInfo {
			let buyer = ensure_signed(origin)?;
			let refund = Refund::Sealed { payout, refund, shared };
			let demands = (registrars, least_evidence);
			let periods = Self::do_accept(buyer, trade, &terms, demands, refund)?;
			Ok(Some(T::WeightInfo::accept_sealed(periods)).into())
		}
	}
}
