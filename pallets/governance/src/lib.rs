//! # Governance
//!
//! What the SDK's governance pallets leave to each chain: the origins that referenda grant besides root,
//! and how many blocks an hour has for governance.
//!
//! The periods of referenda, votes and motions are hours of this pallet: as long as real ones on a chain
//! that people live with, and a block each where somebody wants to watch. Genesis says it, and it never
//! changes.
//!
//! The pallet has no calls. Votes are those of `pallet-conviction-voting`, to which the runtime adds
//! [`Error::AlreadyVoted`] and [`Error::HasTrades`].
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

mod origins;

pub use origins::{ExchangeAdmin, Granted, Treasurer, ValidatorsAdmin, WhitelistedCaller};
pub use pallet::*;

#[frame::pallet]
pub mod pallet {
	use frame::prelude::*;

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// Blocks of an hour, where genesis does not say otherwise.
		type DefaultHour: Get<BlockNumberFor<Self>>;
	}

	/// Blocks that governance counts as an hour. It is written at genesis, and never again.
	#[pallet::storage]
	pub type Hour<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery, T::DefaultHour>;

	/// What a referendum decides with.
	#[pallet::origin]
	pub type Origin = crate::origins::Origin;

	#[pallet::error]
	pub enum Error<T> {
		/// The account has voted on this referendum already. Its vote can be removed as long as the
		/// referendum goes on, and given anew.
		AlreadyVoted,
		/// The account has a payment or collateral in trades, which can become another account's and
		/// would vote there once more.
		HasTrades,
		/// The member has as many motions before the technical collective as it can have.
		TooManyMotions,
	}

	/// What the chain begins with.
	#[pallet::genesis_config]
	#[derive(frame::deps::frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Blocks that governance counts as an hour; without it, those of a real hour.
		pub hour: Option<BlockNumberFor<T>>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let Some(hour) = self.hour else { return };
			assert!(hour > Zero::zero(), "an hour of governance has a block at least");
			assert!(
				hour <= T::DefaultHour::get(),
				"an hour of governance is no longer than an hour"
			);
			Hour::<T>::put(hour);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::DefaultHour::get() > Zero::zero(), "an hour has a block at least");
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The number of blocks in `count` hours of governance.
	pub fn hours(count: u32) -> frame::prelude::BlockNumberFor<T> {
		use frame::traits::Saturating;
		Hour::<T>::get().saturating_mul(count.into())
	}
}
