//! Leaves that lead to a root, and whose they are.

use alloc::vec::Vec;

use frame::{
	deps::{sp_core::ed25519, sp_io},
	prelude::*,
};
use meterproof_primitives::{
	commitment_message, is_canonical, roots, DeviceRegistry, GroupId, Node, OpenRefusal, OpenRoots,
	OpenedSlot, Opening, OpeningSize, PeriodIndex, Seat, SignedCommitment, MAX_LEAVES, MAX_NODES,
};

use crate::{pallet::*, registry::ordered};

/// SHA-256, by the host.
pub(crate) fn sha256(bytes: &[u8]) -> Node {
	sp_io::hashing::sha2_256(bytes)
}

impl<T: Config> Pallet<T> {
	/// The slots of one opening. Checks in order of cost: the hashes come last.
	fn open_one(
		genesis: &[u8; 32],
		period: PeriodIndex,
		opening: &Opening,
	) -> Result<Vec<OpenedSlot<T::AccountId>>, OpenRefusal> {
		let Opening { gateway, depth, leaves, nodes } = opening;
		let (gateway, depth) = (*gateway, *depth);
		ensure!((1..=roots::MAX_DEPTH).contains(&depth), OpenRefusal::DepthOutOfRange);
		ensure!(!leaves.is_empty(), OpenRefusal::OpeningEmpty);
		let root = Roots::<T>::get(ordered(period), gateway).ok_or(OpenRefusal::NoRoot)?;
		let mut slots = Vec::with_capacity(leaves.len());
		let mut places = Vec::with_capacity(leaves.len());
		let mut last = None;
		for leaf in leaves {
			let device = T::Devices::committing(leaf.device, period)
				.map_err(|_| OpenRefusal::LeafNotCounted)?;
			let is_metered = device.directions.contains(leaf.direction);
			ensure!(is_metered, OpenRefusal::LeafNotCounted);
			// Whoever is not bound to this gateway in this period is not under its root, whatever the
			// gateway has put there.
			let Some(Seat { seat, .. }) = device.seat.filter(|seat| seat.gateway == gateway) else {
				return Err(OpenRefusal::NotBound);
			};
			let place =
				roots::place(leaf.direction, seat, depth).ok_or(OpenRefusal::SeatTooHigh)?;
			ensure!(last < Some(place), OpenRefusal::PlacesNotIncreasing);
			last = Some(place);
			ensure!(is_canonical(&leaf.commitment), OpenRefusal::NotCanonical);
			let group = GroupId {
				operator: device.operator,
				zone: device.zone,
				resource: device.resource,
				direction: leaf.direction,
			};
			places.push(place);
			slots.push(OpenedSlot {
				group,
				device: leaf.device,
				key: device.key,
				commitment: leaf.commitment,
				signature: leaf.signature,
			});
		}
		let hash = |slot: &OpenedSlot<_>| {
			roots::leaf_hash(sha256, slot.device, slot.group.direction, &slot.commitment)
		};
		let hashes: Vec<_> = places.into_iter().zip(slots.iter().map(hash)).collect();
		let top = roots::climb(sha256, depth, &hashes, nodes).ok_or(OpenRefusal::NotUnderRoot)?;
		let found = roots::root_hash(sha256, genesis, gateway, period, depth, &top);
		ensure!(found == root, OpenRefusal::NotUnderRoot);
		Ok(slots)
	}
}

impl<T: Config> OpenRoots<T::AccountId> for Pallet<T> {
	fn open(
		genesis: &[u8; 32],
		period: PeriodIndex,
		openings: &[Opening],
	) -> Result<Vec<OpenedSlot<T::AccountId>>, OpenRefusal> {
		let size = OpeningSize::of(openings);
		ensure!(size.leaves <= MAX_LEAVES, OpenRefusal::TooManyLeaves);
		ensure!(size.nodes <= MAX_NODES, OpenRefusal::TooManyNodes);
		let mut pairs = openings.iter().zip(openings.iter().skip(1));
		let increase = pairs.all(|(one, next)| one.gateway < next.gateway);
		ensure!(increase, OpenRefusal::GatewaysNotIncreasing);
		let mut slots = Vec::with_capacity(size.leaves as usize);
		for opening in openings {
			slots.extend(Self::open_one(genesis, period, opening)?);
		}
		Ok(slots)
	}

	fn verify(
		genesis: &[u8; 32],
		period: PeriodIndex,
		slots: &[OpenedSlot<T::AccountId>],
	) -> Result<(), OpenRefusal> {
		let is_signed = |slot: &OpenedSlot<T::AccountId>| {
			let item = SignedCommitment {
				device: slot.device,
				period,
				direction: slot.group.direction,
				commitment: slot.commitment,
				signature: slot.signature,
			};
			sp_io::crypto::ed25519_verify(
				&ed25519::Signature::from_raw(item.signature),
				&commitment_message(genesis, &item),
				&ed25519::Public::from_raw(slot.key),
			)
		};
		ensure!(slots.iter().all(is_signed), OpenRefusal::BadSignature);
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill(genesis: &[u8; 32], period: PeriodIndex, openings: u32, leaves: u32) -> Vec<Opening> {
		crate::benchmarking::fill_openings::<T>(genesis, period, openings, leaves)
	}
}
