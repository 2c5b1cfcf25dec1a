//! Checks of this machine's clock: against itself (jumps), against the chain, and against common sense.

use std::{
	fs,
	path::PathBuf,
	sync::{Mutex, PoisonError},
	time::{Duration, Instant},
};

use crate::{error::named_errors, timetable::local_ms};

/// How far this machine's clock and the chain's may be apart, in ms.
pub const TOLERANCE_MS: u64 = 60_000;
/// How far the wall clock may move against the steady one between two looks before it counts as a jump, in ms.
const JUMP_MS: i128 = 10_000;
/// The chain's clock is that of its newest block: it is behind by a block, and further while blocks stay away.
const STALLED_MS: u64 = 30_000;
/// For how long a chain is looked at before it is believed to be in step, in ms.
const LIVE_MS: u64 = 10_000;
/// Clocks that were never set say 1970 or 2000.
const EARLIEST_MS: u64 = 1_704_067_200_000;
/// Clocks that count to the end of their range say 2038, 2070 or 2106.
const LATEST_MS: u64 = 2_145_916_800_000;

named_errors! {
	/// Why the clock is not believed.
	#[derive(Clone, PartialEq, Eq)]
	pub enum ClockError {
		/// The clock was never set.
		AbsurdClock { year: i32 }
			=> "this machine's clock says it is the year {year}: set it (`timedatectl set-ntp true`), and \
				nothing is committed to meanwhile";
		/// The clock is behind the chain's.
		ClockBehind { seconds: u64 }
			=> "this machine's clock is {seconds} s behind the chain's: set it (`timedatectl set-ntp \
				true`), and nothing is committed to meanwhile";
		/// The clock is ahead of a chain that moves.
		ClockAhead { seconds: u64 }
			=> "this machine's clock is {seconds} s ahead of the chain's, whose blocks do come: set it \
				(`timedatectl set-ntp true`), and nothing is committed to meanwhile";
	}
}

/// Where the time comes from.
#[derive(Debug, Default)]
pub struct Clock {
	/// A file with ms to add: for tests of what a wrong clock does.
	offset: Option<PathBuf>,
	/// A time that was found right, Unix ms, and when that was by the steady clock.
	anchor: Mutex<Option<(u64, Instant)>>,
	/// The same, where nothing speaks against it, and whether this machine's clock said so too.
	sure: Mutex<Option<(u64, Instant, bool)>>,
}

impl Clock {
	/// This machine's clock and, for tests, a file with ms to add to it.
	pub fn new(offset: Option<PathBuf>) -> Self {
		Self { offset, anchor: Mutex::default(), sure: Mutex::default() }
	}

	/// The time, Unix ms.
	pub fn now_ms(&self) -> u64 {
		let offset = self.offset.as_ref().and_then(|path| {
			fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<i64>().ok())
		});
		local_ms().saturating_add_signed(offset.unwrap_or(0))
	}

	/// Takes down what time it is by a chain that makes blocks: this machine's, where the two agree.
	pub fn anchor(&self, wall_ms: u64, chain: ChainTime, steady: Instant) {
		if chain.still_ms >= STALLED_MS {
			return;
		}
		let agree = wall_ms.abs_diff(chain.now_ms) <= TOLERANCE_MS;
		let right_ms = if agree { wall_ms } else { chain.now_ms };
		*self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = Some((right_ms, steady));
		let mut sure = self.sure.lock().unwrap_or_else(PoisonError::into_inner);
		let have_agreed = sure.as_ref().is_some_and(|(_, _, agreed)| *agreed);
		// No block is from the future; one that is old may be all that a node has. Once both have agreed the
		// steady clock goes on from there, whatever a node says alone.
		if agree || !have_agreed && (chain.now_ms > wall_ms || chain.is_live) {
			*sure = Some((right_ms, steady, agree));
		}
	}

	/// What time it was at a moment of the steady clock, Unix ms; none as long as no chain has said that.
	pub fn right_at(&self, moment: Instant) -> Option<u64> {
		let (right_ms, at, _) =
			*self.sure.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?;
		let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
		Some(match moment.checked_duration_since(at) {
			Some(after) => right_ms.saturating_add(ms(after)),
			None => right_ms.saturating_sub(ms(at.saturating_duration_since(moment))),
		})
	}

	/// What time it is, Unix ms, as far as this machine's clock says the same as a chain has: no node moves it alone.
	pub fn agreed_ms(&self) -> Option<u64> {
		let right_ms = self.right_at(Instant::now())?;
		(right_ms.abs_diff(self.now_ms()) <= TOLERANCE_MS).then_some(right_ms)
	}

	/// The latest that it can be, Unix ms: no jump of this machine's clock makes a reading one from the
	/// future.
	pub fn latest_ms(&self, steady: Instant) -> u64 {
		let anchor = *self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
		let anchored = anchor.map_or(0, |(right_ms, at)| {
			let since = steady.saturating_duration_since(at).as_millis();
			right_ms.saturating_add(u64::try_from(since).unwrap_or(u64::MAX))
		});
		self.now_ms().max(anchored)
	}
}

/// A look at both clocks of this machine.
#[derive(Clone, Copy, Debug)]
pub struct Look {
	/// The wall clock, Unix ms.
	pub wall_ms: u64,
	/// The steady clock.
	pub steady: Instant,
}

/// A look at the chain's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainTime {
	/// By the newest block, Unix ms.
	pub now_ms: u64,
	/// For how long that has stood still, in ms.
	pub still_ms: u64,
	/// Whether it has been seen to run as fast as this machine's steady clock for a while: neither of a
	/// chain that stands still nor of a node that catches up is that so.
	pub is_live: bool,
}

/// What is remembered between two looks.
#[derive(Clone, Debug, Default)]
pub struct Watch {
	last: Option<Look>,
	/// The chain's newest time, and when it was first seen.
	chain: Option<(u64, Instant)>,
	/// The first time that was seen of this node's chain, and when.
	first: Option<(u64, Instant)>,
}

impl Watch {
	/// By how many ms the wall clock has jumped since the last look, if it has.
	pub fn jump(&mut self, look: Look) -> Option<i64> {
		let last = self.last.replace(look)?;
		let steady = look.steady.saturating_duration_since(last.steady).as_millis();
		let wall = i128::from(look.wall_ms) - i128::from(last.wall_ms);
		let moved = wall - i128::try_from(steady).unwrap_or(i128::MAX);
		(moved.abs() > JUMP_MS).then(|| i64::try_from(moved).unwrap_or(i64::MAX))
	}

	/// Takes down what the chain's clock says.
	pub fn saw_chain(&mut self, now_ms: u64, steady: Instant) -> ChainTime {
		let since = match self.chain {
			Some((known, since)) if known == now_ms => since,
			_ => {
				self.chain = Some((now_ms, steady));
				steady
			},
		};
		let still = steady.saturating_duration_since(since);
		let (first_ms, first) = *self.first.get_or_insert((now_ms, steady));
		let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
		let (ran, moved) =
			(ms(steady.saturating_duration_since(first)), now_ms.saturating_sub(first_ms));
		let in_step = (ran / 2..=ran.saturating_add(ran / 2)).contains(&moved);
		ChainTime { now_ms, still_ms: ms(still), is_live: ran >= LIVE_MS && in_step }
	}

	/// Forgets the chain's clock, as after a change of the node.
	pub fn forget_chain(&mut self) {
		(self.chain, self.first) = (None, None);
	}
}

/// Refuses a clock that cannot be right.
pub fn ensure_right(wall_ms: u64, chain: Option<ChainTime>) -> Result<(), ClockError> {
	if !(EARLIEST_MS..LATEST_MS).contains(&wall_ms) {
		return Err(ClockError::AbsurdClock { year: super::time::year(wall_ms) });
	}
	let Some(ChainTime { now_ms, still_ms, .. }) = chain else { return Ok(()) };
	let behind = now_ms.saturating_sub(wall_ms);
	if behind > TOLERANCE_MS {
		return Err(ClockError::ClockBehind { seconds: behind / 1_000 });
	}
	// The time for which the chain has stood still says nothing of this machine's clock.
	let ahead = wall_ms.saturating_sub(now_ms).saturating_sub(still_ms);
	if ahead > TOLERANCE_MS && still_ms < STALLED_MS {
		return Err(ClockError::ClockAhead { seconds: ahead / 1_000 });
	}
	Ok(())
}

/// How long to wait between two attempts: doubled from attempt to attempt, up to a limit.
#[derive(Clone, Debug)]
pub struct Backoff {
	next: Duration,
	first: Duration,
	most: Duration,
}

impl Backoff {
	/// Waits from `first` to `most`.
	pub fn new(first: Duration, most: Duration) -> Self {
		Self { next: first, first, most }
	}

	/// How long to wait now.
	pub fn wait(&mut self) -> Duration {
		let now = self.next;
		self.next = now.saturating_mul(2).min(self.most);
		now
	}

	/// Something went well.
	pub fn reset(&mut self) {
		self.next = self.first;
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const NOW: u64 = 1_795_000_000_000;

	fn chain(now_ms: u64, still_ms: u64) -> Option<ChainTime> {
		Some(ChainTime { now_ms, still_ms, is_live: false })
	}

	#[test]
	fn absurd_clocks_are_refused_without_a_chain() {
		for (wall_ms, year) in [(0, 1970), (946_684_800_000, 2000), (3_155_760_000_000, 2070)] {
			assert_eq!(ensure_right(wall_ms, None), Err(ClockError::AbsurdClock { year }));
		}
		assert_eq!(ensure_right(NOW, None), Ok(()));
	}

	#[test]
	fn a_clock_may_be_a_minute_off() {
		assert_eq!(ensure_right(NOW, chain(NOW + 60_000, 0)), Ok(()));
		let behind = Err(ClockError::ClockBehind { seconds: 61 });
		assert_eq!(ensure_right(NOW, chain(NOW + 61_000, 0)), behind);
		assert_eq!(ensure_right(NOW, chain(NOW - 60_000, 2_000)), Ok(()));
		let ahead = Err(ClockError::ClockAhead { seconds: 3_600 });
		assert_eq!(ensure_right(NOW, chain(NOW - 3_602_000, 2_000)), ahead);
		// A chain that stands still for an hour says nothing about this machine's clock.
		assert_eq!(ensure_right(NOW, chain(NOW - 3_600_000, 3_595_000)), Ok(()));
	}

	#[test]
	fn jumps_are_seen_against_the_steady_clock() {
		let start = Instant::now();
		let mut watch = Watch::default();
		let look =
			|seconds: u64, wall_ms| Look { wall_ms, steady: start + Duration::from_secs(seconds) };
		assert_eq!(watch.jump(look(0, NOW)), None);
		assert_eq!(watch.jump(look(10, NOW + 10_500)), None);
		assert_eq!(watch.jump(look(20, NOW + 3_620_500)), Some(3_600_000));
		assert_eq!(watch.jump(look(30, NOW)), Some(-3_630_500));
		assert_eq!(watch.jump(look(40, NOW + 10_000)), None);
	}

	#[test]
	fn a_chain_that_stands_still_is_noticed() {
		let start = Instant::now();
		let mut watch = Watch::default();
		let at = |seconds| start + Duration::from_secs(seconds);
		assert_eq!(watch.saw_chain(NOW, at(0)).still_ms, 0);
		assert_eq!(watch.saw_chain(NOW, at(40)).still_ms, 40_000);
		assert_eq!(watch.saw_chain(NOW + 2_000, at(41)).still_ms, 0);
		watch.forget_chain();
		assert_eq!(watch.saw_chain(NOW + 2_000, at(60)).still_ms, 0);
	}

	#[test]
	fn what_time_it_was_is_known_once_nothing_speaks_against_it() {
		let start = Instant::now();
		let at = |seconds| start + Duration::from_secs(seconds);
		let (clock, mut watch) = (Clock::new(None), Watch::default());
		assert_eq!(clock.right_at(start), None);
		// This machine is an hour ahead, or the chain an hour behind: that shows in how it goes on.
		let wall = |seconds: u64| NOW + 3_600_000 + seconds * 1_000;
		for seconds in [0, 4, 8] {
			let time = watch.saw_chain(NOW + seconds * 1_000, at(seconds));
			clock.anchor(wall(seconds), time, at(seconds));
			assert_eq!(clock.right_at(at(seconds)), None, "{seconds}");
		}
		clock.anchor(wall(12), watch.saw_chain(NOW + 12_000, at(12)), at(12));
		assert_eq!(clock.right_at(at(2)), Some(NOW + 2_000), "also of before");
		// A node that catches up, or gets no blocks, is not in step.
		for ms_per_second in [0, 200, 5_000] {
			let (clock, mut watch) = (Clock::new(None), Watch::default());
			for seconds in 0..20 {
				let time = watch.saw_chain(NOW + seconds * ms_per_second, at(seconds));
				clock.anchor(wall(seconds), time, at(seconds));
			}
			assert_eq!(clock.right_at(at(20)), None, "{ms_per_second}");
		}
		// No block is from the future.
		let behind = ChainTime { now_ms: NOW + 7_200_000, still_ms: 0, is_live: false };
		clock.anchor(NOW, behind, at(20));
		assert_eq!(clock.right_at(at(21)), Some(NOW + 7_201_000));
	}

	#[test]
	fn a_node_that_says_another_time_than_both_did_moves_nothing() {
		let start = Instant::now();
		let at = |seconds| start + Duration::from_secs(seconds);
		let clock = Clock::new(None);
		let said = |now_ms| ChainTime { now_ms, still_ms: 0, is_live: true };
		clock.anchor(NOW, said(NOW - 2_000), start);
		for now_ms in [NOW - 7_200_000, NOW + 7_200_000] {
			clock.anchor(NOW + 10_000, said(now_ms), at(10));
			assert_eq!(clock.right_at(at(20)), Some(NOW + 20_000));
		}
		clock.anchor(NOW + 30_500, said(NOW + 29_000), at(30));
		assert_eq!(clock.right_at(at(30)), Some(NOW + 30_500), "they agree again");
	}

	#[test]
	fn a_time_that_a_node_or_this_machine_alone_says_is_not_agreed_upon() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("offset");
		let clock = Clock::new(Some(path.clone()));
		assert_eq!(clock.agreed_ms(), None);
		let wall_ms = clock.now_ms();
		let said = |now_ms| ChainTime { now_ms, still_ms: 0, is_live: false };
		clock.anchor(wall_ms, said(wall_ms + 30 * 86_400_000), Instant::now());
		assert!(clock.right_at(Instant::now()).is_some());
		assert_eq!(clock.agreed_ms(), None, "a month ahead");
		clock.anchor(wall_ms, said(wall_ms - 2_000), Instant::now());
		assert!(clock.agreed_ms().is_some_and(|at_ms| at_ms.abs_diff(wall_ms) < 5_000));
		fs::write(&path, "7200000").unwrap();
		assert_eq!(clock.agreed_ms(), None, "this machine's clock has jumped");
	}

	#[test]
	fn a_clock_that_jumps_back_makes_no_reading_one_from_the_future() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("offset");
		let clock = Clock::new(Some(path.clone()));
		let (start, right_ms) = (Instant::now(), clock.now_ms());
		let chain = ChainTime { now_ms: right_ms - 3_000, still_ms: 0, is_live: false };
		clock.anchor(right_ms, chain, start);
		fs::write(&path, "-7200000").unwrap();
		let later = start + Duration::from_secs(10);
		assert_eq!(clock.latest_ms(later), right_ms + 10_000);
		// The chain says it again, and one that stands still says nothing.
		clock.anchor(
			clock.now_ms(),
			ChainTime { now_ms: right_ms + 9_000, still_ms: 0, is_live: false },
			later,
		);
		clock.anchor(
			clock.now_ms(),
			ChainTime { now_ms: right_ms, still_ms: 40_000, is_live: false },
			later,
		);
		assert_eq!(clock.latest_ms(later), right_ms + 9_000);
	}

	#[test]
	fn waits_double_up_to_their_limit() {
		let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
		let waits: Vec<_> = (0..4).map(|_| backoff.wait().as_secs()).collect();
		assert_eq!(waits, [1, 2, 4, 5]);
		backoff.reset();
		assert_eq!(backoff.wait().as_secs(), 1);
	}

	#[test]
	fn a_test_s_clock_is_off_by_what_a_file_says() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("offset");
		let clock = Clock::new(Some(path.clone()));
		assert!(clock.now_ms().abs_diff(local_ms()) < 5_000, "no file yet");
		fs::write(&path, "-7200000\n").unwrap();
		assert!(local_ms().saturating_sub(clock.now_ms()).abs_diff(7_200_000) < 5_000);
	}
}
