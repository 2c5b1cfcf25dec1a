//! # Gateways
//!
//! One root of 32 bytes in place of a commitment for each meter.
//!
//! A gateway posts, for a period, the root of a tree over the commitments of its meters
//! (`meterproof_statements::roots`). The first root stands; there is no replacement, or a gateway
//! could wait for what others do. Roots are taken in the first half of the commit window: a meter
//! that holds no path to a finalised root by then commits by itself in the second half.
//!
//! Anyone may have a gateway, against a deposit. Which devices a gateway commits for is for their
//! operators to say (`pallet-devices`); what it puts under its root besides counts for nothing.
//!
//! From the cut-off on a settlement brings the commitments that it needs, with their signatures and
//! with the hashes that lead to the root ([`OpenRoots`](meterproof_primitives::OpenRoots)).
//!
//! Roots are deleted once their period is final: by `on_idle`, or by anyone's `sweep`.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod invariants;
mod openings;
mod pruning;
mod queries;
mod registry;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use pruning::MOST_PER_BLOCK;
pub use types::*;
pub use weights::WeightInfo;

#[frame::pallet]
pub mod pallet {
	use frame::prelude::*;
	use meterproof_primitives::{DeviceRegistry, GatewayId, Node, PeriodIndex, RootClock};

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
		/// Where deposits are held.
		type NativeBalance: fungible::Inspect<Self::AccountId>
			+ fungible::Mutate<Self::AccountId>
			+ fungible::hold::Inspect<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;
		/// Settlement periods, and when roots are taken.
		type Clock: RootClock;
		/// The registered devices, with the gateways that they are bound to.
		type Devices: DeviceRegistry<Self::AccountId>;
		/// Held for a gateway until it is gone and its periods are final.
		#[pallet::constant]
		type GatewayDeposit: Get<BalanceOf<Self>>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for a gateway.
		#[codec(index = 0)]
		GatewayDeposit,
	}

	/// Every gateway that is not gone.
	#[pallet::storage]
	pub type Gateways<T: Config> = StorageMap<_, Twox64Concat, GatewayId, GatewayOf<T>>;

	/// The number that the next gateway gets. A number is not given out again, so that a binding to a
	/// gateway that has gone means none.
	#[pallet::storage]
	pub type NextGateway<T: Config> = StorageValue<_, GatewayId, ValueQuery>;

	/// What gateways commit to, by period, oldest first.
	#[pallet::storage]
	pub type Roots<T: Config> =
		StorageDoubleMap<_, Identity, OrderedKey, Twox64Concat, GatewayId, Node>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A gateway was registered and its deposit held.
		GatewayRegistered { gateway: GatewayId, account: T::AccountId, deposit: BalanceOf<T> },
		/// A gateway committed for its meters.
		RootPosted { gateway: GatewayId, period: PeriodIndex, root: Node },
		/// A gateway posts no root from a period on.
		GatewayRetires { gateway: GatewayId, from: PeriodIndex },
		/// A gateway is gone and its deposit released.
		GatewayReleased { gateway: GatewayId, account: T::AccountId, deposit: BalanceOf<T> },
		/// Roots of final periods were deleted.
		RootsPruned { roots: u32 },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// Every number of a gateway is taken.
		GatewayIdsExhausted,
		/// No gateway has this number.
		UnknownGateway,
		/// The account is not the gateway's.
		NotGateway,
		/// The gateway is to go already.
		GatewayRetiring,
		/// The gateway has gone before this period.
		GatewayRetired,
		/// Roots for this period are not taken yet, or no more.
		RootsNotTaken,
		/// The gateway has posted a root for this period.
		RootStands,
		/// The root is zero.
		RootZero,
		/// The deposit cannot be released yet.
		DepositLocked,
		/// No root of a final period is left.
		NothingToPrune,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::prune_some(remaining)
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Registers a gateway of the caller's, and holds its deposit. An account may have several.
		#[pallet::call_index(0)]
		pub fn register(origin: OriginFor<T>) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_register(account)
		}

		/// Commits to the root over what the gateway's meters have committed to in a period. It is
		/// taken from the period's start until half of the commit window is over; the first one
		/// stands. It goes into the share of a block that is kept for commitments and proofs.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::post_root(), DispatchClass::Operational))]
		pub fn post_root(
			origin: OriginFor<T>,
			gateway: GatewayId,
			period: PeriodIndex,
			root: Node,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_post_root(&who, gateway, period, root)
		}

		/// Has the gateway post no root from the first period on that is open for trading. Roots for
		/// earlier ones are still taken, and no device can be bound to it any more.
		#[pallet::call_index(2)]
		pub fn retire(origin: OriginFor<T>, gateway: GatewayId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retire(&who, gateway)
		}

		/// Gives back the deposit of a gateway that is to go, once all periods that it posted roots
		/// for are final, and removes it; anyone may ask.
		#[pallet::call_index(3)]
		pub fn release(origin: OriginFor<T>, gateway: GatewayId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release(gateway)
		}

		/// Deletes the oldest roots of final periods, so many and [`MOST_SWEPT`] at most; anyone may
		/// ask.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::sweep((*limit).min(MOST_SWEPT)))]
		pub fn sweep(origin: OriginFor<T>, limit: u32) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let swept = Self::do_sweep(limit)?;
			Ok(Some(T::WeightInfo::sweep(swept)).into())
		}
	}
}
