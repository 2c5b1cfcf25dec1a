//! In which blocks a signed call may enter the chain.
//!
//! A call names the block that it is signed on: no chain without that block takes it, and none takes
//! it more than a power of two of blocks later. The block is the last final one, which no fork
//! replaces, unless finality lags so far behind that the chain would have forgotten it before the
//! call's time is over.

/// Blocks after the best one in which a call may enter the chain, at least.
const ROOM: u64 = 48;
/// The least number of blocks between the block that is signed on and the call's end.
const SHORTEST: u64 = 64;
/// The greatest: the chain remembers the hashes of its last 3,600 blocks.
const LONGEST: u64 = 2_048;

/// From which block on, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mortality {
	/// Number of the block that is signed on.
	pub birth: u64,
	/// Blocks from it on in which the call may stand, a power of two.
	pub period: u64,
}

impl Mortality {
	/// Of a call that is signed when these are the numbers of the best and of the last final block.
	pub fn at(best: u64, finalized: u64) -> Self {
		let birth = finalized.max(best.saturating_sub(LONGEST - ROOM));
		let age = best.saturating_sub(birth);
		let period = age.saturating_add(ROOM).next_power_of_two().clamp(SHORTEST, LONGEST);
		Self { birth, period }
	}

	/// The last block that the call may stand in.
	pub fn last(&self) -> u64 {
		self.birth.saturating_add(self.period).saturating_sub(1)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use subxt::utils::Era;

	#[test]
	fn a_call_is_short_lived_while_blocks_become_final() {
		assert_eq!(Mortality::at(1_002, 1_000), Mortality { birth: 1_000, period: 64 });
		assert_eq!(Mortality::at(1_000, 1_000).last(), 1_063);
	}

	#[test]
	fn it_lives_longer_while_finality_lags() {
		for lag in [16, 32, 48, 64, 128, 1_000, 2_000] {
			let found = Mortality::at(5_000 + lag, 5_000);
			assert_eq!(found.birth, 5_000, "{lag}: a final block");
			assert!(found.last() >= 5_000 + lag + ROOM - 1, "{lag}");
		}
	}

	#[test]
	fn a_block_that_the_chain_will_have_forgotten_is_not_signed_on() {
		let found = Mortality::at(100_000, 1_000);
		assert_eq!(found, Mortality { birth: 98_000, period: 2_048 });
	}

	proptest! {
		#[test]
		fn it_can_always_enter_the_next_blocks(best: u32, lag in 0u64..100_000) {
			let best = u64::from(best);
			let finalized = best.saturating_sub(lag);
			let found = Mortality::at(best, finalized);
			prop_assert!((finalized..=best).contains(&found.birth));
			prop_assert!(found.last() > best && found.period <= LONGEST);
			// What the chain makes of the era: the last block before this one with its phase.
			let Era::Mortal { period, phase } = Era::mortal(found.period, found.birth) else {
				return Err(TestCaseError::fail("no era"));
			};
			prop_assert_eq!(period, found.period);
			for current in [best, best + 1, found.last()] {
				let birth = (current.max(phase) - phase) / period * period + phase;
				prop_assert_eq!(birth, found.birth);
			}
		}
	}

	#[test]
	fn nothing_overflows_on_a_node_s_word() {
		let found = Mortality::at(u64::MAX, 0);
		assert_eq!(found.period, LONGEST);
		assert!(found.last() >= found.birth);
		assert_eq!(Mortality::at(0, u64::MAX).period, SHORTEST);
	}
}
