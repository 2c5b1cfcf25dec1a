//! # Metering
//!
//! The clock of settlement periods, and the commitments that meters sign.
//!
//! A meter needs no account: its commitment travels in an authorised transaction that pays no
//! fee, and the checks stand in the order of their cost, the signature last. A block takes a
//! bounded number of these, so that they leave room for what pays. Gateways may pay for
//! a signed batch instead. Commitments are stored in pages per (period, group) and deleted, a page
//! at a time, once the period is final and settled: by `on_idle` or by anyone's `sweep`.
//!
//! New lengths of periods apply from a period that nothing can have been agreed for yet; every
//! earlier one stays where it is on the clock.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod clock;
mod closures;
mod commitments;
mod invariants;
mod pruning;
mod queries;
mod schedules;
pub mod types;
pub mod weights;

pub use commitments::Genesis;
pub use pallet::*;
pub use schedules::{MAX_LENGTH_MS, MAX_NOTICE};
pub use types::*;
pub use weights::WeightInfo;

/// What benchmarks set up outside the pallet.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId> {
	/// Sets the time of the block, in milliseconds since the Unix epoch.
	fn set_time(now: meterproof_primitives::UnixMillis);
	/// Adds a device with this key that is active in every period.
	fn device(
		group: &meterproof_primitives::GroupId<AccountId>,
		key: meterproof_primitives::DeviceKey,
	) -> meterproof_primitives::DeviceId;
	/// Leaves a group unsettled in a period.
	fn unsettle(
		group: &meterproof_primitives::GroupId<AccountId>,
		period: meterproof_primitives::PeriodIndex,
	);
}

#[frame::pallet]
pub mod pallet {
	use alloc::vec::Vec;

	use frame::{prelude::*, traits::Time};
	use meterproof_primitives::{
		Commitment, CommitmentRefusal, DeviceId, DeviceRegistry, DeviceSignature, Direction,
		GroupId, PeriodIndex, Schedule, SettlementState, SignedCommitment, Timetable, UnixMillis,
	};

	use crate::{types::*, WeightInfo};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The block's time, in milliseconds since the Unix epoch.
		type Time: Time<Moment = u64>;
		/// Who sets the lengths of coming periods.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// How many periods beyond the first open one anything can be agreed for: a new schedule
		/// begins beyond it. An upgrade that lowers it leaves agreements beyond it for a while, in
		/// which no schedule may be set.
		type Horizon: Get<PeriodIndex>;
		/// The registered devices.
		type Devices: DeviceRegistry<Self::AccountId>;
		/// What is settled, and so need not be kept.
		type Settlement: SettlementState<Self::AccountId>;
		/// Most commitments of a group in one period.
		#[pallet::constant]
		type MaxGroupSize: Get<u32>;
		/// Most items of a batch call.
		#[pallet::constant]
		type MaxBatch: Get<u32>;
		/// Most commitments of one block that pay no fee; those of batches are not counted.
		#[pallet::constant]
		type MaxCommitmentsPerBlock: Get<u32>;
		/// Time between blocks that the chain aims at, in milliseconds; at least one.
		#[pallet::constant]
		type ExpectedBlockTime: Get<u64>;
		/// Whether the block at hand has room for a proof. A commitment without a fee enters only while
		/// it has. Cut-offs and deadlines wait for so many blocks that ended with it: neither full
		/// blocks nor blocks that take nothing but inherents cost anybody its time.
		type HasRoom: Get<bool>;
		/// Whether the chain is closed to meters and provers from the block at hand on: it takes neither
		/// commitments nor proofs, however much room it has. Windows are longer by that time.
		type IsClosed: Get<bool>;
		/// Priority of a commitment in the transaction pool.
		#[pallet::constant]
		type CommitmentPriority: Get<TransactionPriority>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
		/// What benchmarks set up outside the pallet.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	/// The timetable of quarter hours, which holds where genesis says nothing.
	#[pallet::type_value]
	pub fn FieldTimetable() -> Timetable {
		Timetable::starting(QuarterHours::get())
	}

	/// Lengths of quarter hours, as the field has them; used where genesis says nothing.
	#[pallet::type_value]
	pub fn QuarterHours() -> Schedule {
		Schedule::QUARTER_HOURS
	}

	/// The lengths of all periods: those in force, former ones, and what is to come.
	#[pallet::storage]
	pub type Schedules<T: Config> = StorageValue<_, Timetable, ValueQuery, FieldTimetable>;

	/// The length that periods had first, in milliseconds, once they were given another one: nameplates
	/// are quantities per period of this length.
	#[pallet::storage]
	pub type FirstLength<T: Config> = StorageValue<_, UnixMillis>;

	/// How many blocks so far had room for a commitment and a proof.
	#[pallet::storage]
	pub type OpenBlocks<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// In which open block the clock first stood in each of the last periods, and when the chain was
	/// closed.
	#[pallet::storage]
	pub type Marks<T: Config> = StorageValue<_, ClockMarks<BlockNumberFor<T>>, ValueQuery>;

	/// How many commitments without a fee this block has; nothing between blocks.
	#[pallet::storage]
	pub type CommitmentsInBlock<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The commitments of a group in a period, in pages.
	#[pallet::storage]
	pub type Pages<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, PeriodIndex>,
			NMapKey<Blake2_128Concat, GroupId<T::AccountId>>,
			NMapKey<Twox64Concat, u32>,
		),
		Page,
		ValueQuery,
	>;

	/// How many commitments a group has in a period.
	#[pallet::storage]
	pub type Counts<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		PeriodIndex,
		Blake2_128Concat,
		GroupId<T::AccountId>,
		u32,
		ValueQuery,
	>;

	/// Where the commitment of a device's register stands among its group's.
	#[pallet::storage]
	pub type Positions<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, PeriodIndex>,
			NMapKey<Twox64Concat, DeviceId>,
			NMapKey<Twox64Concat, Direction>,
		),
		u32,
	>;

	/// Groups with commitments, in the order in which they are looked at for pruning.
	#[pallet::storage]
	pub type PruneQueue<T: Config> = StorageMap<_, Twox64Concat, u64, GroupPeriod<T::AccountId>>;

	/// The ends of the queue.
	#[pallet::storage]
	pub type PruneEnds<T: Config> = StorageValue<_, PruneCursor, ValueQuery>;

	/// The lengths that place every period on the clock.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The lengths.
		pub schedule: Schedule,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { schedule: QuarterHours::get(), _config: PhantomData }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Some((_, reason)) = Pallet::<T>::fault(&self.schedule) {
				panic!("metering: {reason}");
			}
			Schedules::<T>::put(Timetable::starting(self.schedule));
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A device committed to a reading.
		CommitmentRecorded {
			device: DeviceId,
			period: PeriodIndex,
			direction: Direction,
			commitment: Commitment,
		},
		/// A batch was taken, less the items refused: (place in the batch, why).
		BatchRecorded { recorded: u32, refused: Vec<(u32, CommitmentRefusal)> },
		/// Pages of a group's commitments were deleted; `left` commitments remain.
		CommitmentsPruned { period: PeriodIndex, group: GroupId<T::AccountId>, left: u32 },
		/// Periods from `from` on have these lengths.
		ScheduleChanged { from: PeriodIndex, schedule: Schedule },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The commitment would be refused, for the reason its authorisation names.
		CommitmentRefused,
		/// The batch has no items.
		BatchEmpty,
		/// The period is not final.
		PeriodNotFinal,
		/// The group's claim for the period is not settled.
		GroupNotSettled,
		/// The group has no commitments in the period.
		NothingToPrune,
		/// A page holds fewer commitments than were counted, or more.
		PageInconsistent,
		/// Periods would have no length.
		LengthZero,
		/// A length or a window is longer than a year.
		LengthTooLong,
		/// A deadline would wait for more blocks than the clock remembers.
		TooManyMinBlocks,
		/// The period can be traded for: its place on the clock is fixed.
		PeriodTradable,
		/// The period lies too far ahead.
		TooFarAhead,
		/// An earlier change has not taken effect, and its periods can be traded for.
		ScheduleChangePending,
		/// Periods of too many former schedules are not final.
		TooManySchedules,
		/// More periods would be unsettled at once than histories hold.
		TooManyUnsettledPeriods,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			// Whoever is shut out at the beginning of a block cannot use it, whatever opens in it.
			if T::IsClosed::get() {
				Self::begin_closed_block();
			}
			T::WeightInfo::on_finalize()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			// The block's own time is set by now; on_initialize would see its parent's.
			Self::count_block();
			CommitmentsInBlock::<T>::kill();
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::prune_some(remaining)
		}

		fn integrity_test() {
			assert!(T::MaxGroupSize::get() > 0, "a group must hold a commitment");
			assert!(T::MaxBatch::get() > 0, "a batch must hold an item");
			assert!(T::ExpectedBlockTime::get() > 0, "blocks must take time");
			let most = T::MaxCommitmentsPerBlock::get();
			assert!(most > 0, "a block must hold a commitment");
			let limits = T::BlockWeights::get();
			let operational = limits.get(DispatchClass::Operational);
			let free = Self::weight_of(most).saturating_mul(3).ref_time();
			assert!(
				operational.max_total.is_none_or(|max| free <= max.saturating_mul(2).ref_time()),
				"commitments without a fee must leave proofs a third of what both may fill"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Records a meter's commitment. Needs no account and pays no fee; a block takes so many of
		/// them and leaves the rest to the next. They go into the share of a block that is kept for
		/// commitments and proofs, where no other call can crowd them out, whatever it pays.
		#[pallet::call_index(0)]
		#[pallet::weight((T::WeightInfo::commit(), DispatchClass::Operational))]
		#[pallet::authorize(Self::authorize_commit)]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit())]
		pub fn commit(
			origin: OriginFor<T>,
			device: DeviceId,
			period: PeriodIndex,
			direction: Direction,
			commitment: Commitment,
			signature: DeviceSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let item = SignedCommitment { device, period, direction, commitment, signature };
			// The signature was verified in this block, when the call was authorised.
			let slot = Self::accept(&item).map_err(|_| Error::<T>::CommitmentRefused)?;
			CommitmentsInBlock::<T>::mutate(|count| *count = count.saturating_add(1));
			Self::insert(&slot.group, period, (device, commitment))
		}

		/// Records the commitments of many meters, for a gateway that pays. Items that would be
		/// refused are skipped and reported.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::commit_batch(batch.len() as u32))]
		pub fn commit_batch(
			origin: OriginFor<T>,
			batch: BoundedVec<SignedCommitment, T::MaxBatch>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			ensure!(!batch.is_empty(), Error::<T>::BatchEmpty);
			let mut recorded = 0u32;
			let mut refused = Vec::new();
			for (place, item) in (0u32..).zip(batch) {
				match Self::accept_signed(&item) {
					Ok(slot) => {
						Self::insert(&slot.group, item.period, (item.device, item.commitment))?;
						recorded = recorded.saturating_add(1);
					},
					Err(refusal) => refused.push((place, refusal)),
				}
			}
			Self::deposit_event(Event::BatchRecorded { recorded, refused });
			Ok(())
		}

		/// Deletes up to `pages` pages of a group's commitments for a final, settled period;
		/// anyone may ask.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::sweep(*pages))]
		pub fn sweep(
			origin: OriginFor<T>,
			period: PeriodIndex,
			group: GroupId<T::AccountId>,
			pages: u32,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let pruned = Self::do_sweep(period, &group, pages)?;
			Ok(Some(T::WeightInfo::sweep(pruned)).into())
		}

		/// Gives the periods from `from` on other lengths. Nothing can have been agreed for `from`
		/// yet, however far ahead; earlier periods stay where they are. One change at a time: a
		/// change that cannot have been relied on is replaced, any other must take effect first.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_schedule())]
		pub fn set_schedule(
			origin: OriginFor<T>,
			from: PeriodIndex,
			schedule: Schedule,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_schedule(from, schedule)
		}
	}
}
