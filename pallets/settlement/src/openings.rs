//! Commitments that a call takes out of the roots of gateways.

use alloc::{
	collections::{btree_map::BTreeMap, btree_set::BTreeSet},
	vec::Vec,
};

use frame::prelude::*;
use meterproof_primitives::{Commitment, DeviceId, GroupId, LeafItem, OpenRefusal, Opening};

use crate::*;

/// What was taken out of roots, by group.
pub(crate) type OpenedByGroup<T> = BTreeMap<GroupOf<T>, Vec<(DeviceId, Commitment)>>;

impl<T: Config> Pallet<T> {
	/// The slots of these openings, whose signatures are still to be verified. Until the cut-off a meter may
	/// commit by itself in place of its gateway, so that nothing is opened before.
	pub(crate) fn open(
		period: PeriodIndex,
		openings: &[Opening],
	) -> Result<Vec<OpenedOf<T>>, Error<T>> {
		if openings.is_empty() {
			return Ok(Vec::new());
		}
		ensure!(T::Clock::phase(period) == Phase::Proving, Error::<T>::RootsNotYet);
		let genesis = T::Genesis::get().ok_or(Error::<T>::GenesisUnknown)?;
		Ok(T::Roots::open(&genesis, period, openings)?)
	}

	/// Whether the devices signed what was found of them: it costs most, and comes last.
	pub(crate) fn verify_opened(
		period: PeriodIndex,
		opened: &[OpenedOf<T>],
	) -> Result<(), Error<T>> {
		if opened.is_empty() {
			return Ok(());
		}
		let genesis = T::Genesis::get().ok_or(Error::<T>::GenesisUnknown)?;
		Ok(T::Roots::verify(&genesis, period, opened)?)
	}

	/// The opened slots by group. Each is for a group that is claimed for.
	pub(crate) fn by_group(
		opened: &[OpenedOf<T>],
		claimed: &BTreeSet<&GroupOf<T>>,
	) -> Result<OpenedByGroup<T>, Error<T>> {
		let mut by_group = OpenedByGroup::<T>::new();
		for slot in opened {
			ensure!(claimed.contains(&slot.group), Error::<T>::LeafOfNoClaim);
			let slots = by_group.entry(slot.group.clone()).or_default();
			slots.push((slot.device, slot.commitment));
		}
		Ok(by_group)
	}

	/// How many slots of a group were opened.
	pub(crate) fn opened_of(opened: &OpenedByGroup<T>, group: &GroupOf<T>) -> u32 {
		opened.get(group).map_or(0, |slots| slots.len() as u32)
	}

	/// A group's stored commitments with those that were opened, by device. A device has one of either.
	pub(crate) fn merged(
		group: &GroupOf<T>,
		period: PeriodIndex,
		opened: &OpenedByGroup<T>,
	) -> Result<Vec<(DeviceId, Commitment)>, Error<T>> {
		let mut slots = T::Commitments::of(group, period);
		if let Some(more) = opened.get(group) {
			slots.extend_from_slice(more);
			slots.sort_unstable();
			let mut pairs = slots.iter().zip(slots.iter().skip(1));
			let increase = pairs.all(|((one, _), (next, _))| one < next);
			ensure!(increase, Error::<T>::SlotStored);
		}
		Ok(slots)
	}

	/// The slots of these leaves, if a call that opens them could come now: whether they are under a root, and
	/// who signed them, is for the call to show.
	pub(crate) fn named_leaves(
		period: PeriodIndex,
		leaves: &[LeafItem],
	) -> Result<Vec<OpenedOf<T>>, Error<T>> {
		if leaves.is_empty() {
			return Ok(Vec::new());
		}
		let most = meterproof_primitives::MAX_LEAVES as usize;
		ensure!(leaves.len() <= most, Error::<T>::TooManyLeaves);
		ensure!(T::Clock::phase(period) == Phase::Proving, Error::<T>::RootsNotYet);
		leaves
			.iter()
			.map(|leaf| {
				let device = T::Devices::committing(leaf.device, period)
					.map_err(|_| Error::<T>::LeafNotCounted)?;
				let is_metered = device.directions.contains(leaf.direction);
				ensure!(is_metered, Error::<T>::LeafNotCounted);
				ensure!(device.seat.is_some(), Error::<T>::NotBound);
				let commitment = leaf.commitment.0;
				let is_canonical = meterproof_primitives::is_canonical(&commitment);
				ensure!(is_canonical, Error::<T>::NotCanonical);
				let group = GroupId {
					operator: device.operator,
					zone: device.zone,
					resource: device.resource,
					direction: leaf.direction,
				};
				let (device, key) = (leaf.device, device.key);
				Ok(OpenedSlot { group, device, key, commitment, signature: [0; 64] })
			})
			.collect()
	}
}

impl<T: Config> From<OpenRefusal> for Error<T> {
	fn from(refusal: OpenRefusal) -> Self {
		match refusal {
			OpenRefusal::TooManyLeaves => Self::TooManyLeaves,
			OpenRefusal::TooManyNodes => Self::TooManyNodes,
			OpenRefusal::GatewaysNotIncreasing => Self::GatewaysNotIncreasing,
			OpenRefusal::DepthOutOfRange => Self::DepthOutOfRange,
			OpenRefusal::OpeningEmpty => Self::OpeningEmpty,
			OpenRefusal::NoRoot => Self::NoRoot,
			OpenRefusal::LeafNotCounted => Self::LeafNotCounted,
			OpenRefusal::NotBound => Self::NotBound,
			OpenRefusal::SeatTooHigh => Self::SeatTooHigh,
			OpenRefusal::PlacesNotIncreasing => Self::PlacesNotIncreasing,
			OpenRefusal::NotCanonical => Self::NotCanonical,
			OpenRefusal::NotUnderRoot => Self::NotUnderRoot,
			OpenRefusal::BadSignature => Self::BadSignature,
		}
	}
}
