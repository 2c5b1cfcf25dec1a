//! # Validators
//!
//! Who makes blocks and votes for them: candidates with a bond, a set chosen by bond once per era, and
//! what becomes of those who sign twice or fall silent.
//!
//! A candidate has session keys and a bond on hold. At the end of an era the candidates with the
//! largest bonds, at most `MaxValidators`, are elected for the era after the next session. Whoever
//! leaves validates until then, and gets the bond back when nothing that it can have done can be
//! reported any more and no slash waits (`unbonding_eras`).
//!
//! Equivocations are reported to the runtime, which passes them on to [`Pallet::report`]. The offender
//! is disabled at once, is planned for no further session and is no candidate any more; the fraction of
//! its bond that the offence costs is taken `slash_eras` whole eras later, unless the admin origin
//! cancels it before. Of all offences of an era the dearest counts, whenever they are reported. The
//! bond is the one at the time of the report. The reporter gets a tenth, the rest goes to `SlashesTo`.
//!
//! A validator of whom the set has not seen a block while it made [`IDLE_BLOCKS`] for each of its
//! members is dropped and keeps its bond. An honest one that can make blocks is missed so long with a
//! probability below e^-32: n validators draw slots with equal chances, so that none of 32 n blocks
//! is one's own with (1 - 1/n)^(32 n) < e^-32 < 1.3e-14. It is blocks that count, not slots, so that an
//! outage of everybody drops nobody; and an era drops a third of the set at most, so that many who are
//! cut off for a while do not hand the chain to those who are left.
//!
//! There are never fewer than `least` candidates with keys by anybody's leaving, by silence or by an
//! offence: the call fails, or the candidate stays. An offender that stays is slashed all the same, and
//! goes as soon as it can be spared. Fewer than `least` are never elected: the set that is there goes
//! on, and nobody of it gets a bond back or gives up session keys.
//!
//! Lengths of epochs, eras and delays are given by genesis and never change: the length of an epoch
//! cannot change while BABE runs. This pallet does not know sessions; the runtime calls
//! [`Pallet::plan`] and [`Pallet::start`].
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod invariants;
mod offences;
mod queries;
mod sets;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame::pallet]
pub mod pallet {
	use alloc::vec::Vec;

	use frame::prelude::*;

	use crate::{types::*, WeightInfo};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The overarching hold reason.
		type RuntimeHoldReason: From<HoldReason>;
		/// Where bonds are held.
		type NativeBalance: fungible::Inspect<Self::AccountId>
			+ fungible::Mutate<Self::AccountId>
			+ fungible::hold::Inspect<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;
		/// The session keys of accounts.
		type Keys: SessionKeys<Self::AccountId>;
		/// Disables a validator for the session.
		type Disable: Disable<Self::AccountId>;
		/// Cancels slashes and sets how small the set may be.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// The account that slashes go to.
		type SlashesTo: Get<Self::AccountId>;
		/// The smallest bond of a candidate.
		#[pallet::constant]
		type MinBond: Get<BalanceOf<Self>>;
		/// Most candidates.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;
		/// Most validators.
		#[pallet::constant]
		type MaxValidators: Get<u32>;
		/// Most slashes that wait. One more has the oldest taken at once.
		#[pallet::constant]
		type MaxSlashes: Get<u32>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
		/// What benchmarks set up outside the pallet.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Bond of a candidate, or of one that left.
		#[codec(index = 0)]
		Bond,
	}

	/// Lengths of epochs, eras and delays. They are written at genesis, and never again.
	#[pallet::storage]
	pub type Lengths<T: Config> = StorageValue<_, EraLengths, ValueQuery>;

	/// Fewest candidates that leaving, silence and offences leave over.
	#[pallet::storage]
	pub type Least<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The candidates, in the order in which they joined.
	#[pallet::storage]
	pub type Candidates<T: Config> =
		StorageValue<_, BoundedVec<CandidateOf<T>, T::MaxCandidates>, ValueQuery>;

	/// Who left, and when the bond is free.
	#[pallet::storage]
	pub type Leaving<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, LeaverOf<T>>;

	/// The validators of the sessions that are planned next.
	#[pallet::storage]
	pub type Elected<T: Config> =
		StorageValue<_, BoundedVec<T::AccountId, T::MaxValidators>, ValueQuery>;

	/// The number of the era that runs.
	#[pallet::storage]
	pub type Era<T: Config> = StorageValue<_, EraIndex, ValueQuery>;

	/// The validators of this era's sessions, each with the block that it made last, or in which it was
	/// first expected to make one.
	#[pallet::storage]
	pub type LastSeen<T: Config> = StorageValue<
		_,
		BoundedVec<(T::AccountId, BlockNumberFor<T>), T::MaxValidators>,
		ValueQuery,
	>;

	/// Slashes that wait, the oldest first; one for an account.
	#[pallet::storage]
	pub type Slashes<T: Config> =
		StorageValue<_, BoundedVec<SlashOf<T>, T::MaxSlashes>, ValueQuery>;

	/// What part of its bond an account has been charged, or will be, for its offences of an era, as
	/// long as these can be reported.
	#[pallet::storage]
	pub type Charged<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		EraIndex,
		Blake2_128Concat,
		T::AccountId,
		Perbill,
		ValueQuery,
	>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account is a candidate and its bond held.
		Joined { who: T::AccountId, bond: BalanceOf<T> },
		/// A candidate raised its bond, to this.
		BondRaised { who: T::AccountId, bond: BalanceOf<T> },
		/// An account is no candidate any more; its bond is free from an era on.
		Left { who: T::AccountId, why: Why, free_from: EraIndex },
		/// A bond, or what is left of it, was given back.
		Withdrawn { who: T::AccountId, bond: BalanceOf<T> },
		/// The validators of the coming era were chosen.
		Elected { era: EraIndex, validators: u32 },
		/// An offence will cost an account so much, from an era on.
		SlashReported { who: T::AccountId, amount: BalanceOf<T>, due: EraIndex },
		/// A slash will not be taken.
		SlashCancelled { who: T::AccountId },
		/// A slash was taken: the whole, and what of it the reporter got.
		Slashed { who: T::AccountId, amount: BalanceOf<T>, reward: BalanceOf<T> },
		/// Leaving, silence and offences leave so many candidates over.
		LeastSet { least: u32 },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is a candidate already.
		AlreadyCandidate,
		/// The account is no candidate.
		NotCandidate,
		/// The account has no session keys: `session.set_keys` comes first.
		NoKeys,
		/// The bond is below the smallest, or below what the account has on hold from before.
		BondTooSmall,
		/// There are as many candidates as can be, and none has a smaller bond.
		TooManyCandidates,
		/// Too few candidates would be left.
		TooFewValidators,
		/// The account has no bond that waits to be given back.
		NothingToWithdraw,
		/// The bond is not free yet.
		BondLocked,
		/// A slash of the account waits: nothing is given back, and it cannot join, before that.
		SlashPending,
		/// No slash of the account waits.
		NoSlash,
		/// The slash is not due yet.
		SlashNotDue,
		/// A set has at least one validator and at most `MaxValidators`.
		LeastInvalid,
		/// A sum is out of range.
		ArithmeticOverflow,
		/// The account is a candidate or a validator, or is planned to be one.
		StillValidating,
	}

	/// What the chain begins with.
	#[pallet::genesis_config]
	#[derive(frame::deps::frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The first candidates, with their bonds.
		pub candidates: Vec<(T::AccountId, BalanceOf<T>)>,
		/// Fewest candidates.
		pub least: u32,
		/// Lengths that never change.
		pub lengths: EraLengths,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.lengths.fit(), "epochs, eras and delays do not fit each other");
			let least = self.least.max(1);
			assert!(least <= T::MaxValidators::get(), "the least is more than a set can have");
			assert!(
				self.candidates.is_empty() || self.candidates.len() >= least as usize,
				"there are fewer candidates than the least"
			);
			Lengths::<T>::put(self.lengths);
			Least::<T>::put(least);
			for (who, bond) in &self.candidates {
				assert!(Pallet::<T>::position(who).is_none(), "one is a candidate twice");
				Pallet::<T>::add(who, *bond).expect("a candidate of genesis can pay its bond");
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxValidators::get() > 0, "a chain must have a validator");
			assert!(
				T::MaxCandidates::get() >= T::MaxValidators::get(),
				"validators are candidates"
			);
			assert!(T::MaxSlashes::get() > 0, "a slash must be able to wait");
			assert!(EraLengths::default().fit(), "default lengths must fit each other");
			assert!(T::MaxValidators::get() <= CHARGES_PER_ERA, "all charges must be forgotten");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Becomes a candidate with a bond that is put on hold. The account has session keys
		/// already. One that left may come back: what it still has on hold counts, and the bond is
		/// that or more. Where there is no room, the candidate with the smallest bond has to leave
		/// if it is smaller than this one.
		#[pallet::call_index(0)]
		pub fn join(origin: OriginFor<T>, bond: BalanceOf<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_join(&who, bond)
		}

		/// Raises the bond of a candidate by so much.
		#[pallet::call_index(1)]
		pub fn raise_bond(origin: OriginFor<T>, by: BalanceOf<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_raise(&who, by)
		}

		/// Leaves. A validator goes on until the era ends that is planned already; the bond is free
		/// when what it has done until then can no longer be reported and slashed.
		#[pallet::call_index(2)]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(Self::position(&who).is_some(), Error::<T>::NotCandidate);
			ensure!(Self::can_spare(&who), Error::<T>::TooFewValidators);
			Self::retire(&who, Why::Asked);
			Ok(())
		}

		/// Gives back the bond of an account that left, when it is free; anyone may ask.
		#[pallet::call_index(3)]
		pub fn withdraw(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_withdraw(&who)
		}

		/// Takes a slash that is due; anyone may ask. Eras do it by themselves for some at a time.
		#[pallet::call_index(4)]
		pub fn apply_slash(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			let due = Self::slash_of(&who).ok_or(Error::<T>::NoSlash)?.due;
			ensure!(due <= Era::<T>::get(), Error::<T>::SlashNotDue);
			Self::take_slash(&who);
			Ok(())
		}

		/// Cancels a slash before it is taken. What was charged for the era stays charged, so that the same
		/// offence does not come back; a dearer one of that era costs the difference.
		#[pallet::call_index(5)]
		pub fn cancel_slash(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			ensure!(Self::remove_slash(&who).is_some(), Error::<T>::NoSlash);
			Self::deposit_event(Event::SlashCancelled { who });
			Ok(())
		}

		/// Says how many candidates leaving, silence and offences leave over.
		#[pallet::call_index(6)]
		pub fn set_least(origin: OriginFor<T>, least: u32) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			ensure!((1..=T::MaxValidators::get()).contains(&least), Error::<T>::LeastInvalid);
			Least::<T>::put(least);
			Self::deposit_event(Event::LeastSet { least });
			Ok(())
		}

		/// Removes the account's session keys, and gives back what `pallet-session` holds for them.
		/// Candidates and validators need theirs.
		#[pallet::call_index(7)]
		pub fn purge_keys(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(Self::position(&who).is_none(), Error::<T>::StillValidating);
			ensure!(!Self::may_validate(&who), Error::<T>::StillValidating);
			T::Keys::purge(&who)
		}
	}
}
