//! Allocations of water: entitlements, seasons, accounts, transfers, proof of use.
//!
//! Governance names a steward for a zone. The steward grants **entitlements**, standing shares in two
//! classes, and announces for each **season** how much water there is. What an account may use follows by
//! rule: essential entitlements are served first, what is left is shared out among general ones in
//! proportion. Allocations so never add up to more than was announced. A scarcity **cut** takes a part of
//! what is left, wherever it is by then, from the next turn on: it never takes what was used.
//!
//! A season has **turns** of equally many periods. A meter's commitment for the last period of a turn says
//! what its import register has counted in the whole turn. Until that period's deadline the account proves
//! that this is at most so much, which is taken from its balance; what it does not cover is charged at the
//! zone's penalty. A meter that tells nothing counts its nameplate in every period of the turn, and so do
//! meters that have left since the turn began. Without a proof all meters count their nameplates.
//!
//! General litres can be passed on at a price that all see. Nobody passes anything on, or takes anything,
//! between the end of a turn and its closing; what a shortfall in litres passed on would cost is on hold until the
//! turn in which they were passed on is closed.
//!
//! Everything that an account has on hold comes free: the surety with the turn, the deposit when the account
//! leaves. What cannot be released then stays on hold and can be claimed.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod idle;
mod invariants;
mod members;
mod money;
mod queries;
mod seasons;
mod transfers;
pub mod types;
mod using;
pub mod weights;

pub use idle::MOST_PER_BLOCK;
pub use pallet::*;
pub use queries::AccountInfoOf;
pub use types::*;
pub use weights::WeightInfo;

use frame::prelude::*;
use meterproof_primitives::{
	Commitments, DeviceRegistry, Direction, GroupId, PeriodClock, PeriodIndex, Phase,
	ProvingRights, Quantity, Resource, VerifyUsage, ZoneId,
};

/// Amounts of money.
pub type BalanceOf<T> = <<T as Config>::NativeBalance as fungible::Inspect<
	<T as frame_system::Config>::AccountId,
>>::Balance;

/// A zone.
pub type ZoneOf<T> = Zone<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// A season.
pub type SeasonOf<T> = Season<BalanceOf<T>>;

/// An account in a zone.
pub type AccountOf<T> = WaterAccount<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// A group of the runtime's accounts.
pub type GroupOf<T> = GroupId<<T as frame_system::Config>::AccountId>;

/// The accounts' parts of a proof's call.
pub type UseClaimsOf<T> =
	BoundedVec<UseClaim<<T as frame_system::Config>::AccountId>, <T as Config>::MaxGroups>;

#[frame::pallet]
pub mod pallet {
	use super::*;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// Money, with holds.
		type NativeBalance: fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::Mutate<Self::AccountId>;
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;
		/// Who names stewards, ceilings and penalties.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// The clock of settlement periods.
		type Clock: PeriodClock;
		/// Hash of block 0, which proofs bind.
		type Genesis: Get<Option<[u8; 32]>>;
		/// Whose meters there are, and what they can count.
		type Devices: DeviceRegistry<Self::AccountId>;
		/// What the meters committed to.
		type Commitments: Commitments<Self::AccountId>;
		/// Who proves for whom.
		type Provers: ProvingRights<Self::AccountId>;
		/// Checks proofs of readings.
		type Verifier: VerifyUsage<Self::AccountId>;
		/// What checking a proof for so many slots weighs, slacks included.
		type VerifyingWeight: Convert<u32, Weight>;
		/// Gets what shortfalls are charged. Not a steward, who would gain by cuts.
		type PenaltiesTo: Get<Self::AccountId>;
		/// Held for an account's record.
		#[pallet::constant]
		type AccountDeposit: Get<BalanceOf<Self>>;
		/// Most periods of a turn.
		#[pallet::constant]
		type MaxTurn: Get<u32>;
		/// Most turns of a season.
		#[pallet::constant]
		type MaxTurns: Get<u32>;
		/// How many periods before it begins a season is announced at least. An account in no season is
		/// looked at as often.
		#[pallet::constant]
		type Notice: Get<u32>;
		/// How many periods before it begins a season is announced at most.
		#[pallet::constant]
		type MaxAdvance: Get<u64>;
		/// Most accounts in one proof.
		#[pallet::constant]
		type MaxGroups: Get<u32>;
		/// Most commitments in one proof.
		#[pallet::constant]
		type MaxSlots: Get<u32>;
		/// Longest proof, in bytes.
		#[pallet::constant]
		type MaxProofBytes: Get<u32>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why money is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For an account's record.
		#[codec(index = 0)]
		Deposit,
		/// Against a shortfall in what was passed on.
		#[codec(index = 1)]
		Surety,
	}

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Zones that have had a steward.
	#[pallet::storage]
	pub type Zones<T: Config> = StorageMap<_, Twox64Concat, ZoneId, ZoneOf<T>>;

	/// Seasons from the oldest one on that an account is in.
	#[pallet::storage]
	pub type Seasons<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ZoneId, Twox64Concat, SeasonIndex, SeasonOf<T>>;

	/// Accounts by zone.
	#[pallet::storage]
	pub type Accounts<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ZoneId, Blake2_128Concat, T::AccountId, AccountOf<T>>;

	/// Accounts that are in a season, by the last period of the turn that is to be closed next.
	#[pallet::storage]
	pub type Turns<T: Config> =
		StorageDoubleMap<_, Identity, OrderedKey, Blake2_128Concat, MemberId<T::AccountId>, ()>;

	/// Accounts that are in no season, by the period from which on they are looked at.
	#[pallet::storage]
	pub type Resting<T: Config> =
		StorageDoubleMap<_, Identity, OrderedKey, Blake2_128Concat, MemberId<T::AccountId>, ()>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Governance said who a zone's steward is and what binds it.
		ZoneSet {
			/// The zone.
			zone: ZoneId,
			/// Who grants and announces.
			steward: T::AccountId,
			/// The most litres of a season.
			ceiling: Quantity,
			/// What a litre beyond the allocation costs, in seasons announced from now on.
			penalty: BalanceOf<T>,
			/// The part of a general entitlement that can be carried over.
			carry: Permill,
		},
		/// An account takes part.
		AccountOpened {
			/// The zone.
			zone: ZoneId,
			/// Whose it is.
			account: T::AccountId,
		},
		/// An account enters no other season.
		AccountLeaving {
			/// The zone.
			zone: ZoneId,
			/// Whose it is.
			account: T::AccountId,
		},
		/// An account's record is gone and its deposit returned.
		AccountClosed {
			/// The zone.
			zone: ZoneId,
			/// Whose it was.
			account: T::AccountId,
		},
		/// The steward granted other entitlements, for seasons announced from now on.
		Entitled {
			/// The zone.
			zone: ZoneId,
			/// Whose they are.
			account: T::AccountId,
			/// Its standing shares.
			entitlement: Classes,
		},
		/// The steward announced a season, or announced it anew.
		SeasonAnnounced {
			/// The zone.
			zone: ZoneId,
			/// Its number.
			season: SeasonIndex,
			/// Its first period.
			first: PeriodIndex,
			/// Periods of a turn.
			turn: u32,
			/// How many turns it has.
			turns: u32,
			/// How much there is, in litres.
			available: Quantity,
			/// What each class gets of it.
			granted: Classes,
			/// What a litre beyond the allocation costs.
			penalty: BalanceOf<T>,
		},
		/// From a turn on, only a part of what is left may be used.
		AllocationsCut {
			/// The zone.
			zone: ZoneId,
			/// The season.
			season: SeasonIndex,
			/// The first turn.
			from: u32,
			/// What is kept of essential litres.
			essential: Permill,
			/// What is kept of general litres.
			general: Permill,
		},
		/// An account has its allocation of a season.
		SeasonEntered {
			/// The zone.
			zone: ZoneId,
			/// The season.
			season: SeasonIndex,
			/// Whose it is.
			account: T::AccountId,
			/// What it may use, with what it carried over.
			balance: Classes,
		},
		/// A season passed before an account entered it: it has nothing of it.
		SeasonMissed {
			/// The zone.
			zone: ZoneId,
			/// The season.
			season: SeasonIndex,
			/// The account.
			account: T::AccountId,
		},
		/// A turn of an account is closed.
		TurnClosed {
			/// The zone.
			zone: ZoneId,
			/// The season.
			season: SeasonIndex,
			/// The turn.
			turn: u32,
			/// The account.
			account: T::AccountId,
			/// Whether a proof closed it.
			proved: bool,
			/// What was used at most, in litres.
			used: Quantity,
			/// What of it meters are presumed to have counted that told nothing.
			missing: Quantity,
			/// What the balance did not cover.
			shortfall: Quantity,
			/// What that costs.
			charged: BalanceOf<T>,
			/// What of it could not be taken and is owed.
			owed: BalanceOf<T>,
			/// What may be used from now on: cuts are applied, and at the season's end it is what is
			/// carried over.
			balance: Classes,
		},
		/// An account offers general litres.
		AllocationOffered {
			/// The zone.
			zone: ZoneId,
			/// Who passes them on.
			from: T::AccountId,
			/// Who may take them, if not anybody.
			to: Option<T::AccountId>,
			/// In litres.
			quantity: Quantity,
			/// Per litre.
			price: BalanceOf<T>,
		},
		/// An account offers nothing any more.
		OfferWithdrawn {
			/// The zone.
			zone: ZoneId,
			/// Whose offer it was.
			from: T::AccountId,
		},
		/// General litres passed from one account to another, and were paid.
		AllocationTransferred {
			/// The zone.
			zone: ZoneId,
			/// The season.
			season: SeasonIndex,
			/// Who had them.
			from: T::AccountId,
			/// Who has them.
			to: T::AccountId,
			/// In litres.
			quantity: Quantity,
			/// Per litre.
			price: BalanceOf<T>,
		},
		/// A part of what an account owes was paid.
		DebtPaid {
			/// The zone.
			zone: ZoneId,
			/// The account.
			account: T::AccountId,
			/// How much.
			amount: BalanceOf<T>,
			/// What it still owes.
			owed: BalanceOf<T>,
		},
		/// An account could not take its surety; it stays on hold until it is claimed.
		ReleaseDeferred {
			/// The zone.
			zone: ZoneId,
			/// The account.
			account: T::AccountId,
			/// How much.
			amount: BalanceOf<T>,
		},
		/// What could not be released before was released.
		ReleaseClaimed {
			/// The zone.
			zone: ZoneId,
			/// The account.
			account: T::AccountId,
			/// How much.
			amount: BalanceOf<T>,
		},
	}

	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// The zone has no registrar.
		UnknownZone,
		/// The zone has no steward.
		NoSteward,
		/// Only the zone's steward may do this.
		NotSteward,
		/// The account takes no part in this zone.
		NoAccount,
		/// The account takes part already.
		AccountExists,
		/// A season was announced that the account has not entered: its entitlement stays until then.
		EntitlementFrozen,
		/// More than the zone's ceiling.
		AboveCeiling,
		/// The quantity is too large to be claimed.
		QuantityTooLarge,
		/// The quantity is zero.
		ZeroQuantity,
		/// An amount of money overflows.
		AmountTooLarge,
		/// A season has a turn, and a turn a period.
		EmptySeason,
		/// More periods than a turn can have.
		TurnTooLong,
		/// More turns than a season can have.
		TooManyTurns,
		/// The season begins too soon, or sooner than announced before.
		SeasonTooSoon,
		/// The season begins too far ahead.
		TooFarAhead,
		/// The season begins before another one has ended.
		SeasonsOverlap,
		/// No season is announced that the account could enter.
		NoSeason,
		/// The season has not begun.
		SeasonNotBegun,
		/// The account is in no season, or the season is over.
		NotInSeason,
		/// No turn is left that a cut could hold for.
		NothingToCut,
		/// The season has as many cuts as it can have.
		TooManyCuts,
		/// A cut that takes nothing.
		EmptyCut,
		/// Essential allocations are cut only where nothing is left of general ones.
		EssentialFirst,
		/// A turn that has ended is not closed: prove what was used in it first.
		TurnNotClosed,
		/// The account has not so many general litres.
		NotEnoughLeft,
		/// The account offers nothing.
		NoOffer,
		/// Less is offered than the call takes.
		NotEnoughOffered,
		/// The price is another one than the call names.
		PriceDiffers,
		/// The offer is to another account.
		NotForYou,
		/// Both accounts are one.
		SelfTransfer,
		/// The account owes a charge.
		AccountOwes,
		/// The account leaves.
		AccountLeaves,
		/// The account owes nothing.
		NothingOwed,
		/// Nothing waits to be released.
		NothingToClaim,
		/// The account still cannot take it.
		PayeeNotPayable,
		/// The call has no claim.
		NoClaims,
		/// An account has two claims.
		DuplicateAccount,
		/// The period has not ended.
		PeriodRunning,
		/// The deadline for proofs has passed.
		DeadlinePassed,
		/// The deadline for proofs has not passed.
		DeadlineNotPassed,
		/// No turn of the account that is to be closed ends with this period.
		NoTurnEnds,
		/// The turn is closed, of each account of the proof.
		AlreadyClosed,
		/// Not every meter has committed, and the cut-off has not passed.
		NotAllCommitted,
		/// No meter of the account has committed.
		NoCommitments,
		/// Only the operator, or the prover it named, may prove what was used.
		NotEntitled,
		/// Less than what meters are presumed to have counted that told nothing.
		UseBelowMissing,
		/// The claims add up to too much.
		ClaimsTooLarge,
		/// The accounts have more commitments than the call declares, or than a proof can have.
		TooManySlots,
		/// The proof does not prove the statement.
		ProofRejected,
		/// The chain has lost the hash of block 0, which proofs bind.
		GenesisUnknown,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_now: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::work_in_idle_time(remaining)
		}

		fn integrity_test() {
			assert!(T::MaxTurn::get() > 0, "a turn has a period");
			assert!(T::MaxTurns::get() > 0, "a season has a turn");
			assert!(T::Notice::get() > 0, "accounts rest for a while");
			assert!(T::MaxGroups::get() > 0, "a proof has an account");
			assert!(T::MaxSlots::get() > 0, "a proof has a slot");
			assert!(T::MaxProofBytes::get() > 0, "a proof has bytes");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), frame::try_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Names a zone's steward, the most litres of a season, what a litre beyond an allocation costs,
		/// and which part of a general entitlement can be carried over. The latter two hold for seasons
		/// announced from now on.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_zone())]
		pub fn set_zone(
			origin: OriginFor<T>,
			zone: ZoneId,
			steward: T::AccountId,
			#[pallet::compact] ceiling: Quantity,
			#[pallet::compact] penalty: BalanceOf<T>,
			carry: Permill,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_zone(zone, steward, ceiling, penalty, carry)
		}

		/// Has the caller take part in a zone's seasons, that which runs included: it answers for its
		/// meters' use of the whole turn that runs. A deposit is held. What is charged for a shortfall is
		/// taken from what the caller has on hold for it and from its free balance, and is owed where
		/// that is too little.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::open().saturating_add(T::WeightInfo::enter()))]
		pub fn open(origin: OriginFor<T>, zone: ZoneId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_open(zone, who)
		}

		/// Has the caller's account enter no other season. If it is in none and owes nothing, its record goes
		/// and its deposit comes free; with it go its entitlements and what it carried over. Called while it
		/// is in a season, it is called again when that is over.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::leave())]
		pub fn leave(origin: OriginFor<T>, zone: ZoneId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave(zone, who)
		}

		/// Sets an account's entitlements, for seasons that are not announced yet. For the steward.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::grant())]
		pub fn grant(
			origin: OriginFor<T>,
			zone: ZoneId,
			account: T::AccountId,
			entitlement: Classes,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_grant(&who, zone, account, entitlement)
		}

		/// Announces the next season, of `turns` turns of `turn` periods from `first` on, with so many
		/// litres; or announces it anew, as long as it has not begun, with other figures and not sooner.
		/// For the steward.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::announce())]
		pub fn announce(
			origin: OriginFor<T>,
			zone: ZoneId,
			#[pallet::compact] first: PeriodIndex,
			#[pallet::compact] turn: u32,
			#[pallet::compact] turns: u32,
			#[pallet::compact] available: Quantity,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_announce(&who, zone, first, turn, turns, available)
		}

		/// From the next turn of the season that runs on, leaves accounts these parts of what they have left
		/// by then, wherever it came from. Essential litres are cut only where nothing is left of general
		/// ones. For the steward.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::cut())]
		pub fn cut(
			origin: OriginFor<T>,
			zone: ZoneId,
			essential: Permill,
			general: Permill,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cut(&who, zone, essential, general)
		}

		/// Has an account enter the season that has begun. Idle time does so by itself; anyone may.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::enter())]
		pub fn enter(origin: OriginFor<T>, zone: ZoneId, account: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_enter(zone, &account)
		}

		/// Offers general litres of the caller's, to one account or to anybody, in place of what it offered
		/// before. Each taker holds the caller's surety, the zone's penalty for each litre, until the turn
		/// is closed.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::offer())]
		pub fn offer(
			origin: OriginFor<T>,
			zone: ZoneId,
			to: Option<T::AccountId>,
			#[pallet::compact] quantity: Quantity,
			#[pallet::compact] price: BalanceOf<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_offer(who, zone, to, quantity, price)
		}

		/// Takes the caller's offer back.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, zone: ZoneId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who, zone)
		}

		/// Takes litres that `from` offers, all or a part, at the price that the call names, and pays them.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::take())]
		pub fn take(
			origin: OriginFor<T>,
			zone: ZoneId,
			from: T::AccountId,
			#[pallet::compact] quantity: Quantity,
			#[pallet::compact] price: BalanceOf<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_take(who, zone, from, quantity, price)
		}

		/// Closes the turns of accounts that end with `period`, with a proof that each one's meters have
		/// counted at most what is claimed. The operator, or the prover that it named for the group of its
		/// meters' import registers, may call. The accounts together have at most `slots` commitments: the
		/// weight follows from it, and what is not used is given back if the proof holds. An account whose
		/// turn was closed since the proof was made still takes part in the statement; one at least must
		/// have it open.
		#[pallet::call_index(10)]
		#[pallet::weight((
			weights::prove_use::<T::WeightInfo, T::VerifyingWeight>(claims.len() as u32, *slots),
			DispatchClass::Operational,
		))]
		pub fn prove_use(
			origin: OriginFor<T>,
			zone: ZoneId,
			#[pallet::compact] period: PeriodIndex,
			claims: UseClaimsOf<T>,
			#[pallet::compact] slots: u32,
			proof: BoundedVec<u8, T::MaxProofBytes>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::ensure_provable(period)?;
			let formed = Self::form_statement(Some(&who), zone, period, &claims, slots)?;
			ensure!(T::Verifier::verify(&formed.statement, &proof), Error::<T>::ProofRejected);
			for (claim, missing) in claims.iter().zip(formed.missing) {
				if let Some(missing) = missing {
					Self::close_proved(zone, &claim.account, claim.used, missing)?;
				}
			}
			let weight = weights::prove_use::<T::WeightInfo, T::VerifyingWeight>(
				claims.len() as u32,
				formed.slots,
			);
			Ok(Some(weight).into())
		}

		/// Closes an account's turn after its deadline, as if all its meters had counted their nameplates.
		/// Idle time does so by itself; anyone may.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::close_turn())]
		pub fn expire(origin: OriginFor<T>, zone: ZoneId, account: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire(zone, &account)
		}

		/// Pays what an account owes, or as much of it as the call names, from the caller's free balance.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::pay())]
		pub fn pay(
			origin: OriginFor<T>,
			zone: ZoneId,
			account: T::AccountId,
			#[pallet::compact] most: BalanceOf<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_pay(&who, zone, account, most)
		}

		/// Releases what an account could not take before. Anyone may call.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>, zone: ZoneId, account: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(zone, account)
		}
	}
}
