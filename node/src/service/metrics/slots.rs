//! Which slots have a block, and which of those without one were this validator's turn.

use codec::Encode;
use sp_consensus_babe::{Epoch, Slot};
use sp_core::U256;
use sp_io::hashing::blake2_256;

/// Most slots between two blocks that are asked whose turn they were: three hours. Of a longer stop of
/// the whole chain the rest counts for nobody.
const MOST_ASKED: u64 = 5_400;

/// What follows from one more block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
	/// Slots without a block before it.
	pub missed: u64,
	/// Of them, those that were this validator's turn.
	pub own_missed: u64,
	/// Whether the block is this validator's.
	pub own: bool,
}

/// The slots of a chain, followed from block to block.
#[derive(Debug, Default)]
pub struct Slots {
	last: Option<u64>,
	epoch: Option<Epoch>,
	/// Places of this validator's keys among the epoch's authorities.
	own: Vec<u32>,
}

impl Slots {
	/// Places of this validator's keys among the authorities of the last block's epoch.
	pub fn own_places(&self) -> &[u32] {
		&self.own
	}

	/// One more block, of a slot and an author's place. `epoch` tells the block's epoch and the places of
	/// this validator's keys in it; it is asked when an epoch begins. The first block tells only where to
	/// count from.
	pub fn block(
		&mut self,
		slot: u64,
		author: u32,
		epoch: impl FnOnce() -> Option<(Epoch, Vec<u32>)>,
	) -> Option<Passed> {
		let before = self.last.replace(slot);
		let former = (self.epoch.clone(), self.own.clone());
		if !self.epoch.as_ref().is_some_and(|known| lies_in(known, slot)) {
			(self.epoch, self.own) = match epoch() {
				Some((epoch, own)) => (Some(epoch), own),
				None => (None, Vec::new()),
			};
		}
		let first = before?.saturating_add(1);
		let mut own_missed = 0;
		for missed in (first..slot).take(usize::try_from(MOST_ASKED).unwrap_or(usize::MAX)) {
			let known = [(&self.epoch, &self.own), (&former.0, &former.1)];
			let is_own = known.into_iter().find_map(|(epoch, own)| {
				let epoch = epoch.as_ref().filter(|epoch| lies_in(epoch, missed))?;
				Some(own.contains(&turn(epoch, missed)?))
			});
			own_missed += u64::from(is_own.unwrap_or_default());
		}
		let own = self.epoch.is_some() && self.own.contains(&author);
		Some(Passed { missed: slot.saturating_sub(first), own_missed, own })
	}
}

fn lies_in(epoch: &Epoch, slot: u64) -> bool {
	let start = *epoch.start_slot;
	slot >= start && slot < start.saturating_add(epoch.duration)
}

/// The place of the authority that has a slot for itself, where nobody has won it: BABE draws it from the
/// epoch's randomness and the slot.
fn turn(epoch: &Epoch, slot: u64) -> Option<u32> {
	let drawn = (epoch.randomness, Slot::from(slot)).using_encoded(blake2_256);
	let place = U256::from_big_endian(&drawn).checked_rem(epoch.authorities.len().into())?;
	u32::try_from(place.low_u64()).ok()
}
