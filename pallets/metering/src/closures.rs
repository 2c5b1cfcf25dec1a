//! Time in which the chain was closed to meters and provers, and what windows make of it.

use codec::{Decode, Encode, MaxEncodedLen};
use frame::prelude::{BoundedVec, ConstU32};
use meterproof_primitives::UnixMillis;
use scale_info::TypeInfo;

/// Closures that are remembered. A window in which there were more loses the time of the first ones.
pub const MAX_CLOSURES: u32 = 16;

/// A stretch of time without a block that meters and provers could use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Closure {
	/// Time of the last block before it, unix ms.
	pub from: UnixMillis,
	/// Time of its own last block, unix ms.
	pub to: UnixMillis,
}

/// The closures, oldest first. They neither meet nor overlap.
///
/// A closed block takes the time since its parent: the time in which a block could have come that
/// was open. Time that is not closed is open time, and windows are counted in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Closures {
	over: BoundedVec<Closure, ConstU32<MAX_CLOSURES>>,
	/// The time of the parent of a closed block, while that block is made.
	since: Option<UnixMillis>,
}

impl Closures {
	/// The closures that have ended.
	pub fn over(&self) -> &[Closure] {
		&self.over
	}

	/// Whether the block at hand is closed.
	pub fn is_closed(&self) -> bool {
		self.since.is_some()
	}

	/// Begins a closed block, whose parent has this time.
	pub fn begin_block(&mut self, parent: UnixMillis) {
		self.since = Some(parent);
	}

	/// Ends a closed block, which has this time. Says whether the block was closed; what ends an open
	/// one is nothing. Where there is no room, the oldest closure is forgotten: what was final stays so.
	pub fn end_block(&mut self, now: UnixMillis) -> bool {
		let Some(from) = self.since.take() else { return false };
		match self.over.last_mut() {
			Some(last) if last.to >= from => last.to = last.to.max(now),
			_ => {
				if self.over.is_full() {
					self.over.remove(0);
				}
				// There is room now.
				let _ = self.over.try_push(Closure { from, to: now });
			},
		}
		true
	}

	/// How much of the time from `from` to `now` was closed; `now` is the time of the block at hand.
	pub fn closed_between(&self, from: UnixMillis, now: UnixMillis) -> UnixMillis {
		self.until(now)
			.map(|closure| closure.to.min(now).saturating_sub(closure.from.max(from)))
			.fold(0, UnixMillis::saturating_add)
	}

	/// The last moment that lies so much open time before `now`, the time of the block at hand; `None`
	/// if that is before 1970.
	pub fn before(&self, now: UnixMillis, open: UnixMillis) -> Option<UnixMillis> {
		let (mut at, mut left) = (now, open);
		for closure in self.until(now).rev() {
			let stretch = at.saturating_sub(closure.to);
			if left <= stretch {
				break;
			}
			left = left.saturating_sub(stretch);
			at = at.min(closure.from);
		}
		at.checked_sub(left)
	}

	/// The closures, with the block at hand where it is closed.
	fn until(&self, now: UnixMillis) -> impl DoubleEndedIterator<Item = Closure> + '_ {
		let at_hand = self.since.map(|from| Closure { from, to: now });
		self.over.iter().copied().chain(at_hand)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Closed from 100 to 120, and from 200 to 230.
	fn twice() -> Closures {
		let mut closures = Closures::default();
		for (parent, now) in [(100, 110), (110, 120), (200, 230)] {
			closures.begin_block(parent);
			assert!(closures.is_closed() && closures.end_block(now));
		}
		assert!(!closures.end_block(240), "an open block closes nothing");
		closures
	}

	#[test]
	fn blocks_that_follow_each_other_are_one_closure() {
		assert_eq!(
			twice().over(),
			[Closure { from: 100, to: 120 }, Closure { from: 200, to: 230 }]
		);
	}

	#[test]
	fn only_what_lies_between_counts() {
		let closures = twice();
		for (from, now, closed) in [
			(0, 100, 0),
			(0, 110, 10),
			(0, 500, 50),
			(110, 500, 40),
			(120, 500, 30),
			(119, 200, 1),
			(230, 500, 0),
			(500, 0, 0),
		] {
			assert_eq!(closures.closed_between(from, now), closed, "{from} to {now}");
		}
	}

	#[test]
	fn the_moment_before_is_the_last_with_so_much_open_time_after_it() {
		let closures = twice();
		for now in [90, 100, 105, 120, 121, 199, 215, 230, 231, 400] {
			for open in 0..=100 {
				let enough = |at: &u64| now - at - closures.closed_between(*at, now) >= open;
				let last = (0..=now).rev().find(enough);
				assert_eq!(closures.before(now, open), last, "{open} before {now}");
			}
		}
	}

	#[test]
	fn no_open_time_passes_in_a_closed_block() {
		let mut closures = twice();
		closures.begin_block(300);
		assert_eq!(closures.closed_between(290, 350), 50);
		assert_eq!(closures.before(350, 10), Some(290));
		assert_eq!(closures.before(350, 0), Some(350));
	}

	#[test]
	fn the_oldest_of_too_many_is_forgotten() {
		let mut closures = Closures::default();
		for n in 0..=u64::from(MAX_CLOSURES) {
			closures.begin_block(n * 10);
			closures.end_block(n * 10 + 1);
		}
		assert_eq!(closures.over().len(), MAX_CLOSURES as usize);
		assert_eq!(closures.closed_between(0, 1_000), u64::from(MAX_CLOSURES));
		assert_eq!(closures.over().first().map(|closure| closure.from), Some(10));
	}
}
