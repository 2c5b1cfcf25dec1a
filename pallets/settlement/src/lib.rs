//! Usage proofs, payment on proof, refunds and imbalance.
//!
//! After the end of a period anyone may submit a proof that the readings of one or more groups
//! add up to at least the quantities claimed. The runtime forms the statement from its own
//! records: the groups' commitments and what is contracted. If the proof holds, every group is
//! settled in the same block, once and for ever. A group that nobody proved is settled with
//! nothing delivered once its deadline has passed, by anyone's call or in idle block time.
//!
//! A group with a sealed trade can be settled without telling what was delivered. One proof says
//! that the readings add up to at least a quantity behind a commitment, another one that two notes
//! split payment and collateral by that same quantity. Both come in one call. Where they cannot be
//! made, the group is settled as any other.
//!
//! Commitments that are not stored may be under the roots of gateways: the call then brings them,
//! with the meters' signatures and what leads to the roots. The statement is the same.
//!
//! What each settlement of a block says is hashed with Keccak, and the root of these hashes is put
//! into the chain's Merkle mountain range by the next block: another chain that follows this one's
//! finality can be shown that a settlement is final (`docs/bridge.md`).
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

extern crate alloc;

mod balance;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod claims;
mod idle;
mod invariants;
mod openings;
mod queries;
mod roots;
mod sealed;
pub mod types;
mod verifying;
pub mod weights;

pub use idle::MOST_PER_BLOCK;
pub use pallet::*;
pub use roots::{settled_key, SETTLED_KEY};
pub use types::*;
pub use weights::WeightInfo;

use frame::prelude::*;
use meterproof_primitives::{
	Commitments, Deliveries, DeviceRegistry, Direction, GroupId, LastResort, OpenRoots, OpenedSlot,
	OpeningSize, Openings, PeriodClock, PeriodIndex, Phase, Quantity, Resource, SealedClaim,
	SettlementState, Timeline, VerifySplit, VerifyUsage, ZoneId, MAX_SPLITS,
};

/// Amounts of money.
pub type BalanceOf<T> =
	<<T as Config>::Deliveries as Deliveries<<T as frame_system::Config>::AccountId>>::Balance;

/// A group of the runtime's accounts.
pub type GroupOf<T> = GroupId<<T as frame_system::Config>::AccountId>;

/// The groups' parts of a proof's call.
pub type ClaimsOf<T> =
	BoundedVec<GroupClaim<<T as frame_system::Config>::AccountId>, <T as Config>::MaxGroups>;

/// The groups' parts of a call that settles sealed.
pub type SealedClaimsOf<T> =
	BoundedVec<SealedClaim<<T as frame_system::Config>::AccountId>, ConstU32<MAX_SPLITS>>;

/// A slot of the runtime's devices that a call takes out of a root.
pub type OpenedOf<T> = OpenedSlot<<T as frame_system::Config>::AccountId>;

/// How a group was settled.
pub type SettlementOf<T> = SettlementRecord<BalanceOf<T>, BlockNumberFor<T>>;

#[frame::pallet]
pub mod pallet {
	use super::*;

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The clock of settlement periods.
		type Clock: PeriodClock;
		/// Hash of block 0, which proofs bind.
		type Genesis: Get<Option<[u8; 32]>>;
		/// Tells which account has devices in which group.
		type Devices: DeviceRegistry<Self::AccountId>;
		/// What the devices committed to.
		type Commitments: Commitments<Self::AccountId>;
		/// What gateways committed to for devices.
		type Roots: OpenRoots<Self::AccountId>;
		/// What is contracted, and its money.
		type Deliveries: Deliveries<
			Self::AccountId,
			Balance: Parameter + MaxEncodedLen + Copy + Into<u128>,
		>;
		/// Buys what is delivered beyond what is contracted, where it has posted a price.
		type Backstop: LastResort<Self::AccountId>;
		/// Checks proofs of readings.
		type Verifier: VerifyUsage<Self::AccountId>;
		/// Checks proofs of how two notes share an amount.
		type SplitVerifier: VerifySplit;
		/// Most groups in one proof.
		#[pallet::constant]
		type MaxGroups: Get<u32>;
		/// Most commitments in one proof.
		#[pallet::constant]
		type MaxSlots: Get<u32>;
		/// Longest proof, in bytes.
		#[pallet::constant]
		type MaxProofBytes: Get<u32>;
		/// Above what a block can settle: room for the hashes of one block's settlements.
		#[pallet::constant]
		type MaxSettledPerBlock: Get<u32>;
		/// For how many periods after finality settlements are kept.
		#[pallet::constant]
		type RetentionPeriods: Get<u64>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Settled groups, by period, oldest first. A group's entry outlives its deadline, so that a
	/// claim is accepted once only.
	#[pallet::storage]
	pub type Settlements<T: Config> =
		StorageDoubleMap<_, Identity, OrderedKey, Blake2_128Concat, GroupOf<T>, SettlementOf<T>>;

	/// Who besides the operator may prove less than the whole contracted quantity, by period.
	#[pallet::storage]
	pub type Provers<T: Config> =
		StorageMap<_, Blake2_128Concat, GroupOf<T>, Timeline<Option<T::AccountId>>>;

	/// Keccak of what each settlement of this block says, in the order in which they were made. The
	/// next block makes a root of them.
	#[pallet::storage]
	pub type SettledNow<T: Config> =
		StorageValue<_, BoundedVec<H256, T::MaxSettledPerBlock>, ValueQuery>;

	/// Root over the settlements of the block before this one; zero where it settled nothing.
	#[pallet::storage]
	pub type SettledRoot<T: Config> = StorageValue<_, H256, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A proof settled a group.
		GroupSettled {
			/// The group.
			group: GroupOf<T>,
			/// The period.
			period: PeriodIndex,
			/// Sum of its trades, in base units.
			contracted: Quantity,
			/// Proved, in base units.
			delivered: Quantity,
			/// To the seller.
			paid: BalanceOf<T>,
			/// Back to buyers.
			refunded: BalanceOf<T>,
			/// From the seller's collateral to buyers.
			penalty: BalanceOf<T>,
			/// Number of trades.
			trades: u32,
		},
		/// Two proofs settled a group's sealed trade: two notes share payment and collateral.
		GroupSettledSealed {
			/// The group.
			group: GroupOf<T>,
			/// The period.
			period: PeriodIndex,
			/// Contracted, in base units; what was delivered of it is hidden.
			contracted: Quantity,
			/// Payment and collateral together.
			amount: BalanceOf<T>,
		},
		/// No proof came before the deadline; everything owed went back.
		GroupExpired {
			/// The group.
			group: GroupOf<T>,
			/// The period.
			period: PeriodIndex,
			/// Sum of its trades, in base units.
			contracted: Quantity,
			/// Back to buyers.
			refunded: BalanceOf<T>,
			/// From the seller's collateral to buyers.
			penalty: BalanceOf<T>,
			/// Number of trades.
			trades: u32,
		},
		/// An operator named a prover for a group.
		ProverNamed {
			/// The group.
			group: GroupOf<T>,
			/// May prove less than contracted.
			prover: T::AccountId,
			/// First period in which this holds.
			from: PeriodIndex,
		},
		/// From a period on, only the operator may prove less than contracted.
		ProverCleared {
			/// The group.
			group: GroupOf<T>,
			/// First period in which this holds.
			from: PeriodIndex,
		},
		/// The record of a settled group was removed.
		SettlementPruned {
			/// The group.
			group: GroupOf<T>,
			/// The period.
			period: PeriodIndex,
		},
	}

	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// The call has no claim.
		NoClaims,
		/// More groups than a proof can have.
		TooManyGroups,
		/// A group has two claims.
		DuplicateGroup,
		/// A group is of another resource.
		ResourceMismatch,
		/// The period has not ended.
		PeriodRunning,
		/// The deadline for proofs has passed.
		DeadlinePassed,
		/// The deadline for proofs has not passed.
		DeadlineNotPassed,
		/// Nothing is contracted for the group in this period.
		NothingContracted,
		/// More is claimed than is contracted, and no backstop buys it.
		ClaimAboveContracted,
		/// The claims add up to too much.
		ClaimsTooLarge,
		/// The group, or each group of the proof, is settled for this period.
		AlreadySettled,
		/// Not every device has committed, and the cut-off has not passed.
		NotAllCommitted,
		/// The group has no commitment.
		NoCommitments,
		/// Only the operator, or the prover it named, may prove less than contracted.
		NotEntitled,
		/// The groups have more commitments than the call declares, or than a proof can have.
		TooManySlots,
		/// The groups have more trades than the call declares.
		TooManyTrades,
		/// The proof does not prove the statement.
		ProofRejected,
		/// The operator has no device that counts for this group.
		NoDevices,
		/// No prover is named.
		NoProver,
		/// A change waits for periods that are not final.
		TooManyPendingChanges,
		/// The group is not settled for this period.
		NotSettled,
		/// The record is still kept.
		RetentionRunning,
		/// The group has no sealed trade in this period.
		NotSealed,
		/// A device was attested by a registrar that the buyer does not accept: nothing counts as
		/// delivered, and the group is settled openly.
		RegistrarNotAccepted,
		/// A commitment or a note has a word that is not below the field modulus.
		NotCanonical,
		/// The second proof does not prove how the notes share the amount.
		SplitRejected,
		/// A device was attested on less evidence than the buyer demands: nothing counts as
		/// delivered, and the group is settled openly.
		EvidenceTooLow,
		/// The chain has lost the hash of block 0, which proofs bind.
		GenesisUnknown,
		/// More is claimed than the group's devices can count.
		ClaimAboveNameplate,
		/// Nothing is taken out of roots before the cut-off: until then a meter may commit by itself.
		RootsNotYet,
		/// The openings have more leaves than a call can have.
		TooManyLeaves,
		/// The openings have more nodes than a call can have.
		TooManyNodes,
		/// The openings are not in strictly increasing order of their gateways.
		GatewaysNotIncreasing,
		/// No tree has the depth of an opening.
		DepthOutOfRange,
		/// An opening has no leaf.
		OpeningEmpty,
		/// The gateway posted no root for the period.
		NoRoot,
		/// A leaf's device or register does not count in the period.
		LeafNotCounted,
		/// A leaf's device was not bound to the gateway in the period.
		NotBound,
		/// A leaf's seat has no place in a tree of this depth.
		SeatTooHigh,
		/// The leaves are not in strictly increasing order of their places.
		PlacesNotIncreasing,
		/// The leaves do not lead to the root, or nodes are missing or left over.
		NotUnderRoot,
		/// A leaf's group has no claim in the call.
		LeafOfNoClaim,
		/// The device committed by itself: that counts, and not what is under the root.
		SlotStored,
		/// A leaf's signature is not its device's.
		BadSignature,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
			Self::close_the_block_before()
		}

		fn on_idle(_now: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::work_in_idle_time(remaining)
		}

		fn integrity_test() {
			assert!(T::MaxGroups::get() > 0, "a proof has a group");
			assert!(T::MaxSlots::get() > 0, "a proof has a slot");
			assert!(T::MaxProofBytes::get() > 0, "a proof has bytes");
			let one = T::WeightInfo::settle_group(1).min(T::WeightInfo::settle_sealed());
			let most = one.saturating_mul(T::MaxSettledPerBlock::get().into());
			assert!(
				most.ref_time() >= T::BlockWeights::get().max_block.ref_time(),
				"a block can settle more than there is room for"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), frame::try_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Settles groups of one period and resource with a proof that each group's readings add
		/// up to at least what is claimed. The groups together have at most `slots` commitments
		/// and `trades` trades: the weight follows from these, and what is not used is given
		/// back if the proof holds. Where the zone's backstop buys what is delivered beyond what is
		/// contracted, an operator, or the prover it named, may claim that too, up to what the devices can
		/// count: it is paid as far as the backstop's fund reaches, and what is claimed is public. A group
		/// settled since the proof was made still takes part in the statement and stays as it was settled;
		/// one group at least must be unsettled.
		///
		/// From the cut-off on `openings` bring commitments that are under the roots of gateways, with the
		/// meters' signatures. They count among `slots`. A device that committed by itself is not taken
		/// out of a root, and one that is in neither is missing: it counts 0.
		#[pallet::call_index(0)]
		#[pallet::weight((
			weights::submit_proof_opening::<T::WeightInfo>(
				claims.len() as u32,
				*slots,
				*trades,
				OpeningSize::of(openings),
			),
			DispatchClass::Operational,
		))]
		pub fn submit_proof(
			origin: OriginFor<T>,
			#[pallet::compact] period: PeriodIndex,
			resource: Resource,
			claims: ClaimsOf<T>,
			#[pallet::compact] slots: u32,
			#[pallet::compact] trades: u32,
			openings: Openings,
			proof: BoundedVec<u8, T::MaxProofBytes>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::ensure_provable(period)?;
			let opened = Self::open(period, &openings)?;
			let (statement, used) =
				Self::form_statement(&who, period, resource, &claims, (slots, trades), &opened)?;
			ensure!(T::Verifier::verify(&statement, &proof), Error::<T>::ProofRejected);
			Self::verify_opened(period, &opened)?;
			for claim in &claims {
				Self::settle_proved(&claim.group, period, claim.delivered)?;
			}
			let weight = weights::submit_proof_opening::<T::WeightInfo>(
				claims.len() as u32,
				used.slots,
				used.trades,
				OpeningSize::of(&openings),
			);
			Ok(Some(weight).into())
		}

		/// Settles a group with nothing delivered after its deadline. Anyone may call.
		#[pallet::call_index(1)]
		#[pallet::weight(weights::expire::<T::WeightInfo>(T::Deliveries::max_trades()))]
		pub fn expire(
			origin: OriginFor<T>,
			#[pallet::compact] period: PeriodIndex,
			group: GroupOf<T>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let trades = Self::do_expire(period, group)?;
			Ok(Some(weights::expire::<T::WeightInfo>(trades)).into())
		}

		/// Names who may, like the caller itself, prove less than is contracted for the caller's
		/// devices of a zone, resource and direction; from the first period still open on.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::name_prover())]
		pub fn name_prover(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			direction: Direction,
			prover: T::AccountId,
		) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			let group = GroupId { operator, zone, resource, direction };
			let from = T::Clock::first_open();
			// The devices' deposits stand behind the entry.
			let members = T::Devices::members(&group, from);
			ensure!(members.is_some_and(|count| count > 0), Error::<T>::NoDevices);
			Provers::<T>::try_mutate(&group, |maybe| {
				let line = maybe.get_or_insert_with(Timeline::default);
				line.set(from, Some(prover.clone()), T::Clock::oldest_unsettled())
					.map_err(|_| Error::<T>::TooManyPendingChanges)?;
				// The last row is kept for `clear_prover`: whoever was named can always be put out.
				ensure!(!line.is_full(), Error::<T>::TooManyPendingChanges);
				Ok::<_, Error<T>>(())
			})?;
			Self::deposit_event(Event::ProverNamed { group, prover, from });
			Ok(())
		}

		/// Leaves it to the caller alone to prove less than is contracted, from the first period
		/// still open on. Called again when all earlier periods are final, it removes the entry.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::clear_prover())]
		pub fn clear_prover(
			origin: OriginFor<T>,
			zone: ZoneId,
			resource: Resource,
			direction: Direction,
		) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			let group = GroupId { operator, zone, resource, direction };
			let from = T::Clock::first_open();
			Provers::<T>::try_mutate_exists(&group, |maybe| {
				let mut line = maybe.take().ok_or(Error::<T>::NoProver)?;
				line.set(from, None, T::Clock::oldest_unsettled())
					.map_err(|_| Error::<T>::TooManyPendingChanges)?;
				let matters = line.rows().any(|(_, prover)| prover.is_some());
				*maybe = matters.then_some(line);
				Ok::<_, Error<T>>(())
			})?;
			Self::deposit_event(Event::ProverCleared { group, from });
			Ok(())
		}

		/// Removes the record of a settled group once it has been kept long enough. Anyone may
		/// call.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::prune())]
		pub fn prune(
			origin: OriginFor<T>,
			#[pallet::compact] period: PeriodIndex,
			group: GroupOf<T>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_prune(period, group)
		}

		/// Settles groups of one period and resource, each with one sealed trade, without telling
		/// what was delivered: `usage_proof` proves that each group's readings add up to at least
		/// the quantity behind its commitment, `split_proof` that its two notes, the seller's and
		/// the buyer's, share payment and collateral by that quantity. Only who may prove less than
		/// is contracted may call, for each of the groups; all of them are settled, or none. The
		/// groups together have at most `slots` commitments, of which some may be taken out of roots, as
		/// `submit_proof` does.
		#[pallet::call_index(5)]
		#[pallet::weight((
			weights::submit_sealed_proof_opening::<T::WeightInfo>(
				claims.len() as u32,
				*slots,
				OpeningSize::of(openings),
			),
			DispatchClass::Operational,
		))]
		pub fn submit_sealed_proof(
			origin: OriginFor<T>,
			#[pallet::compact] period: PeriodIndex,
			resource: Resource,
			claims: SealedClaimsOf<T>,
			#[pallet::compact] slots: u32,
			openings: Openings,
			usage_proof: BoundedVec<u8, T::MaxProofBytes>,
			split_proof: BoundedVec<u8, T::MaxProofBytes>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::ensure_provable(period)?;
			let opened = Self::open(period, &openings)?;
			let formed = Self::form_sealed(&who, period, resource, &claims, slots, &opened)?;
			// The cheaper one first.
			let split = T::SplitVerifier::verify(&formed.split, &split_proof);
			ensure!(split, Error::<T>::SplitRejected);
			let usage = T::Verifier::verify(&formed.usage, &usage_proof);
			ensure!(usage, Error::<T>::ProofRejected);
			Self::verify_opened(period, &opened)?;
			for claim in &claims {
				Self::settle_sealed(&claim.group, period, &claim.outputs)?;
			}
			let groups = claims.len() as u32;
			let weight = weights::submit_sealed_proof_opening::<T::WeightInfo>(
				groups,
				formed.slots,
				OpeningSize::of(&openings),
			);
			Ok(Some(weight).into())
		}
	}
}
