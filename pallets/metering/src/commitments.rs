//! What a commitment must satisfy, and where it is put.

use alloc::vec::Vec;

use frame::{
	deps::{sp_core::ed25519, sp_io},
	prelude::*,
	traits::Time,
};
use meterproof_primitives::{
	commitment_message, is_canonical, Commitment, CommitmentRefusal, Commitments, DeviceId,
	DeviceKey, DeviceRegistry, DeviceSignature, Direction, GroupId, PeriodClock, PeriodIndex,
	Phase, Schedule, ScheduleRow, Seat, SignedCommitment, COMMITMENT_POOL_TAG,
};

use crate::{pallet::*, types::*, WeightInfo};

/// Where a commitment would be recorded, and whose signature it must bear.
pub(crate) struct Slot<AccountId> {
	/// The group.
	pub group: GroupId<AccountId>,
	/// The device's key in that period.
	pub key: DeviceKey,
	/// The gateway that commits for the device in that period, and where.
	pub seat: Option<Seat>,
}

/// [`Pallet::genesis`], for pallets whose proofs bind it too.
pub struct Genesis<T>(PhantomData<T>);

impl<T: Config> Get<Option<[u8; 32]>> for Genesis<T> {
	fn get() -> Option<[u8; 32]> {
		Pallet::<T>::genesis()
	}
}

impl<T: Config> Pallet<T> {
	/// The call that records a commitment.
	pub fn commit_call(item: SignedCommitment) -> Call<T> {
		let SignedCommitment { device, period, direction, commitment, signature } = item;
		Call::commit { device, period, direction, commitment, signature }
	}

	/// Hash of block 0, which meters sign and proofs bind. `frame-system` has it from block 1 on and keeps it for
	/// ever. On a chain that lost it nothing that binds it is accepted, and an invariant finds it.
	pub fn genesis() -> Option<[u8; 32]> {
		let hash = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		Some(hash.0).filter(|hash| *hash != [0; 32])
	}

	/// The pool asks this, and block execution before it dispatches `commit`.
	pub(crate) fn authorize_commit(
		source: TransactionSource,
		device: &DeviceId,
		period: &PeriodIndex,
		direction: &Direction,
		commitment: &Commitment,
		signature: &DeviceSignature,
	) -> TransactionValidityWithRefund {
		let item = SignedCommitment {
			device: *device,
			period: *period,
			direction: *direction,
			commitment: *commitment,
			signature: *signature,
		};
		// A block's author leaves the transaction in the pool for the next block. The pool itself
		// asks between blocks, when there is a limit to neither.
		let in_block = source == TransactionSource::InBlock;
		if CommitmentsInBlock::<T>::get() >= T::MaxCommitmentsPerBlock::get()
			|| (in_block && !T::HasRoom::get())
		{
			return Err(InvalidTransaction::ExhaustsResources.into());
		}
		Self::accept_signed(&item).map_err(validity_error)?;
		let validity = ValidTransaction::with_tag_prefix(COMMITMENT_POOL_TAG)
			.priority(T::CommitmentPriority::get())
			.and_provides((item.device, item.direction, item.period))
			.longevity(Self::blocks_to_cut_off(item.period))
			.propagate(true)
			.into();
		Ok((validity, Weight::zero()))
	}

	/// What so many commitments without a fee weigh.
	pub(crate) fn weight_of(commitments: u32) -> Weight {
		let limits = T::BlockWeights::get();
		T::WeightInfo::authorize_commit()
			.saturating_add(T::WeightInfo::commit())
			.saturating_add(limits.get(DispatchClass::Operational).base_extrinsic)
			.saturating_mul(commitments.into())
	}

	/// What the commitments without a fee weigh that the block at hand has.
	pub fn free_weight() -> Weight {
		Self::weight_of(CommitmentsInBlock::<T>::get())
	}

	/// About how many blocks `period` still takes commitments for; at least one.
	fn blocks_to_cut_off(period: PeriodIndex) -> TransactionLongevity {
		let timetable = Schedules::<T>::get();
		let cut_off = Self::due(&timetable, period, ScheduleRow::cut_off);
		let left = cut_off.saturating_sub(T::Time::now());
		let by_time = left.checked_div(T::ExpectedBlockTime::get()).unwrap_or(0);
		let by_blocks = Self::blocks_missing(&timetable, period, Schedule::cut_off_blocks);
		by_time.max(by_blocks.into()).max(1)
	}

	/// Makes every check of a signed commitment, the signature last.
	pub(crate) fn accept_signed(
		item: &SignedCommitment,
	) -> Result<Slot<T::AccountId>, CommitmentRefusal> {
		let slot = Self::accept(item)?;
		// Without the hash no signature can be right.
		let genesis = Self::genesis().ok_or(CommitmentRefusal::BadSignature)?;
		let message = commitment_message(&genesis, item);
		let signed = sp_io::crypto::ed25519_verify(
			&ed25519::Signature::from_raw(item.signature),
			&message,
			&ed25519::Public::from_raw(slot.key),
		);
		if signed {
			Ok(slot)
		} else {
			Err(CommitmentRefusal::BadSignature)
		}
	}

	/// Makes every check of a commitment but that of its signature, in order of cost.
	pub(crate) fn accept(item: &SignedCommitment) -> Result<Slot<T::AccountId>, CommitmentRefusal> {
		Self::within_window(item.period)?;
		let slot = Self::slot(item.device, item.period, item.direction)?;
		if Positions::<T>::contains_key((item.period, item.device, item.direction)) {
			return Err(CommitmentRefusal::AlreadyCommitted);
		}
		if !is_canonical(&item.commitment) {
			return Err(CommitmentRefusal::CommitmentNotCanonical);
		}
		if Counts::<T>::get(item.period, &slot.group) >= T::MaxGroupSize::get() {
			return Err(CommitmentRefusal::GroupFull);
		}
		Ok(slot)
	}

	/// Commitments are taken from a period's start until its cut-off.
	pub(crate) fn within_window(period: PeriodIndex) -> Result<(), CommitmentRefusal> {
		match Self::phase(period) {
			Phase::Open | Phase::Closed => Err(CommitmentRefusal::PeriodNotStarted),
			Phase::Running | Phase::Committing => Ok(()),
			Phase::Proving | Phase::Final => Err(CommitmentRefusal::CutOffPassed),
		}
	}

	/// The slot of a device's register, if the device counts in that period.
	pub(crate) fn slot(
		device: DeviceId,
		period: PeriodIndex,
		direction: Direction,
	) -> Result<Slot<T::AccountId>, CommitmentRefusal> {
		let device = T::Devices::committing(device, period)?;
		if !device.directions.contains(direction) {
			return Err(CommitmentRefusal::DirectionNotMetered);
		}
		let group = GroupId {
			operator: device.operator,
			zone: device.zone,
			resource: device.resource,
			direction,
		};
		Ok(Slot { group, key: device.key, seat: device.seat })
	}

	/// Appends a commitment to its group's last page, unchecked.
	#[doc(hidden)]
	pub fn insert(
		group: &GroupId<T::AccountId>,
		period: PeriodIndex,
		(device, commitment): (DeviceId, Commitment),
	) -> DispatchResult {
		let direction = group.direction;
		let position = Counts::<T>::get(period, group);
		let count = position.checked_add(1).ok_or(Error::<T>::PageInconsistent)?;
		if position == 0 {
			Self::enqueue((period, group.clone()))?;
		}
		Pages::<T>::try_mutate((period, group, page_of(position)), |page| {
			page.try_push((device, commitment)).map_err(|_| Error::<T>::PageInconsistent)
		})?;
		Counts::<T>::insert(period, group, count);
		Positions::<T>::insert((period, device, direction), position);
		Self::deposit_event(Event::CommitmentRecorded { device, period, direction, commitment });
		Ok(())
	}

	/// The commitment on record in a slot.
	pub(crate) fn recorded(
		device: DeviceId,
		period: PeriodIndex,
		group: &GroupId<T::AccountId>,
	) -> Option<Commitment> {
		let position = Positions::<T>::get((period, device, group.direction))?;
		Pages::<T>::get((period, group, page_of(position)))
			.into_iter()
			.find(|(known, _)| *known == device)
			.map(|(_, commitment)| commitment)
	}
}

impl<T: Config> Commitments<T::AccountId> for Pallet<T> {
	fn of(group: &GroupId<T::AccountId>, period: PeriodIndex) -> Vec<(DeviceId, Commitment)> {
		let count = Counts::<T>::get(period, group);
		let mut slots: Vec<_> =
			(0..pages_for(count)).flat_map(|page| Pages::<T>::get((period, group, page))).collect();
		slots.sort_unstable();
		slots
	}

	fn count(group: &GroupId<T::AccountId>, period: PeriodIndex) -> u32 {
		Counts::<T>::get(period, group)
	}

	fn complete(group: &GroupId<T::AccountId>, period: PeriodIndex) -> bool {
		match Self::phase(period) {
			// Members can still change, or have nothing to commit to yet.
			Phase::Open | Phase::Closed => false,
			Phase::Running | Phase::Committing => T::Devices::members(group, period)
				.is_some_and(|members| Self::count(group, period) >= members),
			Phase::Proving | Phase::Final => true,
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn record(
		group: &GroupId<T::AccountId>,
		period: PeriodIndex,
		slots: &[(DeviceId, Commitment)],
	) {
		for slot in slots {
			assert!(Self::insert(group, period, *slot).is_ok(), "a page takes the commitment");
		}
	}
}

/// The pool's answer to a refusal. It bans the hash of an invalid transaction for a while, but a
/// period that has not started here may have started at a node with a newer head, or will soon.
fn validity_error(refusal: CommitmentRefusal) -> TransactionValidityError {
	let code = refusal.code();
	match refusal {
		CommitmentRefusal::PeriodNotStarted => UnknownTransaction::Custom(code).into(),
		_ => InvalidTransaction::Custom(code).into(),
	}
}

/// The page that a position lies in.
pub(crate) fn page_of(position: u32) -> u32 {
	position.checked_div(PAGE_SLOTS).unwrap_or(0)
}

/// How many pages so many commitments fill.
pub(crate) fn pages_for(count: u32) -> u32 {
	count.div_ceil(PAGE_SLOTS)
}
