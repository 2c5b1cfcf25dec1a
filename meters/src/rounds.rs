//! When sources ask meters that say nothing unasked, and in which order.
//!
//! Periods begin at multiples of their length since the Unix epoch, by the clock. A round of questions
//! begins shortly after each multiple of its own length, so that standings are those of a period's
//! boundary wherever the period's length is a multiple of the round's.

use std::{
	collections::{BTreeSet, VecDeque},
	time::Duration,
};

use tokio::time::{sleep, Instant};

use crate::source::now_ms;

/// How long after a multiple a round begins, in ms: a standing from before a boundary is one of the
/// period before.
const AFTER_MS: u64 = 300;
/// How often the clock is looked at during a wait, as it may be set meanwhile.
const LOOK: Duration = Duration::from_secs(5);

/// When rounds begin.
pub(crate) struct Rounds {
	every_ms: u64,
	/// When the round begins that is waited for, or began that is not over, Unix ms.
	due_ms: u64,
	/// When the one after it is due, Unix ms.
	after_ms: u64,
	/// When the last one ended.
	ended: Instant,
	/// The clock, Unix ms.
	clock: fn() -> u64,
}

impl Rounds {
	/// Rounds at multiples of a length. The first one begins at once.
	pub fn new(every: Duration) -> Self {
		let every_ms = u64::try_from(every.as_millis()).unwrap_or(u64::MAX).max(1);
		Self { every_ms, due_ms: 0, after_ms: 0, ended: Instant::now(), clock: now_ms }
	}

	/// Waits until a round begins. After a round that did not [`end`](Self::end) there is no wait.
	/// Dropping the future loses nothing.
	pub async fn begin(&mut self) {
		// A clock that is set back again and again may never come to the next multiple.
		let longest = Duration::from_millis(self.every_ms.saturating_mul(2));
		loop {
			let now_ms = (self.clock)();
			let after_ms = next(now_ms, self.every_ms);
			let left = longest.saturating_sub(self.ended.elapsed());
			if now_ms >= self.due_ms || left.is_zero() {
				self.after_ms = after_ms;
				return;
			}
			// Of a clock that was set back, there is an earlier multiple.
			self.due_ms = self.due_ms.min(after_ms);
			let wait = Duration::from_millis(self.due_ms.saturating_sub(now_ms).max(1));
			sleep(wait.min(LOOK).min(left)).await;
		}
	}

	/// A round has ended: the next one begins at the next multiple, whatever was missed meanwhile.
	pub fn end(&mut self) {
		self.due_ms = next((self.clock)(), self.every_ms);
		self.ended = Instant::now();
	}

	/// Whether the round takes so long that the next one should have begun.
	pub fn is_late(&self) -> bool {
		(self.clock)() >= self.after_ms
	}
}

/// When the first round after a time begins.
fn next(now_ms: u64, every_ms: u64) -> u64 {
	let rounds = now_ms.saturating_sub(AFTER_MS) / every_ms;
	rounds.saturating_add(1).saturating_mul(every_ms).saturating_add(AFTER_MS)
}

/// In which order those that are asked are asked: first who answered when asked last, in the order of
/// the configuration, then who was silent, the one first that has not been asked for longest.
pub(crate) struct Order {
	/// The meters that answered, or were not asked yet.
	answering: BTreeSet<usize>,
	silent: VecDeque<usize>,
}

impl Order {
	/// An order for so many meters, of which none was asked yet.
	pub fn new(count: usize) -> Self {
		Self { answering: (0..count).collect(), silent: VecDeque::new() }
	}

	/// The order of a round that begins now.
	pub fn round(&self) -> VecDeque<usize> {
		self.answering.iter().chain(&self.silent).copied().collect()
	}

	/// Takes down whether one answered.
	pub fn note(&mut self, at: usize, is_silent: bool) {
		self.answering.remove(&at);
		self.silent.retain(|silent| *silent != at);
		match is_silent {
			true => self.silent.push_back(at),
			false => {
				self.answering.insert(at);
			},
		}
	}

	/// Whether one was silent when asked last.
	pub fn is_silent(&self, at: usize) -> bool {
		!self.answering.contains(&at)
	}

	/// Whether all were silent when asked last.
	pub fn all_silent(&self) -> bool {
		self.answering.is_empty()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::cell::Cell;

	/// 2026-11-02 12:00 UTC.
	const NOON: u64 = 1_793_620_800_000;
	const FIVE_MINUTES: u64 = 300_000;

	#[test]
	fn rounds_begin_shortly_after_multiples_of_their_length() {
		for (now_ms, every_ms, expected) in [
			(NOON, FIVE_MINUTES, NOON + 300),
			(NOON + 299, FIVE_MINUTES, NOON + 300),
			(NOON + 300, FIVE_MINUTES, NOON + FIVE_MINUTES + 300),
			(NOON - 1, FIVE_MINUTES, NOON + 300),
			// Whoever starts at any other time comes to the same times.
			(NOON + 137_000, FIVE_MINUTES, NOON + FIVE_MINUTES + 300),
			(NOON + 3 * FIVE_MINUTES - 1, FIVE_MINUTES, NOON + 3 * FIVE_MINUTES + 300),
			(NOON + 1_500, 1_000, NOON + 2_300),
			(0, FIVE_MINUTES, FIVE_MINUTES + 300),
			(u64::MAX, u64::MAX, u64::MAX),
		] {
			assert_eq!(next(now_ms, every_ms), expected, "{now_ms} {every_ms}");
		}
	}

	thread_local! {
		/// By how much the clock is ahead of the time since it was first looked at, in ms.
		static AHEAD: Cell<u64> = const { Cell::new(0) };
		static LOOKS: Cell<u64> = const { Cell::new(0) };
		static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
	}

	fn clock() -> u64 {
		LOOKS.set(LOOKS.get() + 1);
		let began = BEGAN.get().unwrap_or_else(Instant::now);
		BEGAN.set(Some(began));
		AHEAD.get() + began.elapsed().as_millis() as u64
	}

	/// Rounds of five minutes of which the first has ended, by a clock that stands so long after noon.
	fn rounds(after_noon_ms: i64) -> Rounds {
		set_clock(after_noon_ms);
		let mut rounds = Rounds { clock, ..Rounds::new(Duration::from_millis(FIVE_MINUTES)) };
		rounds.end();
		rounds
	}

	/// How long after noon the next round begins by the clock, and how often that was looked at.
	async fn begins(rounds: &mut Rounds) -> (u64, u64) {
		LOOKS.set(0);
		rounds.begin().await;
		let looks = LOOKS.get();
		(clock() - NOON, looks)
	}

	/// Sets the clock to so long after noon.
	fn set_clock(after_noon_ms: i64) {
		AHEAD.set(0);
		AHEAD.set((NOON as i64 + after_noon_ms - clock() as i64) as u64);
	}

	/// Checks that a time is the expected one, or at most some milliseconds later.
	#[track_caller]
	fn ensure_at(found: u64, expected: u64) {
		assert!((expected..expected + 5).contains(&found), "{found} is not {expected}");
	}

	#[tokio::test(start_paused = true)]
	async fn rounds_keep_to_the_clock_however_long_they_take() {
		let mut rounds = rounds(137_000);
		for (multiple, takes_ms) in [(1, 0), (2, 40_000), (3, 299_000), (4, 301_000), (6, 900_000)]
		{
			let (begun, _) = begins(&mut rounds).await;
			ensure_at(begun, multiple * FIVE_MINUTES + 300);
			assert!(!rounds.is_late());
			sleep(Duration::from_millis(takes_ms)).await;
			assert_eq!(rounds.is_late(), takes_ms > FIVE_MINUTES);
			rounds.end();
		}
		ensure_at(begins(&mut rounds).await.0, 10 * FIVE_MINUTES + 300);
		// A round that was lost is made again at once.
		ensure_at(begins(&mut rounds).await.0, 10 * FIVE_MINUTES + 300);
	}

	#[tokio::test(start_paused = true)]
	async fn the_first_round_begins_at_once_and_the_second_at_a_multiple() {
		rounds(137_000);
		let mut rounds = Rounds { clock, ..Rounds::new(Duration::from_millis(FIVE_MINUTES)) };
		ensure_at(begins(&mut rounds).await.0, 137_000);
		rounds.end();
		ensure_at(begins(&mut rounds).await.0, FIVE_MINUTES + 300);
	}

	#[tokio::test(start_paused = true)]
	async fn a_clock_that_is_set_neither_ends_rounds_nor_makes_them_race() {
		const DAY: i64 = 86_400_000;
		// A second back, an hour back, and to the next day, a hundred seconds after a round.
		for (set_to, expected) in [
			(100_000, FIVE_MINUTES as i64 + 300),
			(-3_500_000, -3_300_000 + 300),
			(DAY + 7_000, DAY + 7_000),
		] {
			let mut rounds = rounds(1_000);
			LOOKS.set(0);
			tokio::join!(rounds.begin(), async {
				sleep(Duration::from_secs(100)).await;
				set_clock(set_to);
			});
			let late = clock() as i64 - (NOON as i64 + expected);
			assert!((0..5_100).contains(&late), "{late} after {expected}");
			assert!(LOOKS.get() < 100, "{}", LOOKS.get());
			rounds.end();
			let waits = rounds.due_ms - clock();
			assert!((1..=FIVE_MINUTES + 300).contains(&waits), "{waits}");
		}
	}

	#[tokio::test(start_paused = true)]
	async fn a_clock_that_never_comes_to_a_multiple_does_not_end_rounds() {
		let mut rounds = rounds(1_000);
		let began = Instant::now();
		LOOKS.set(0);
		tokio::select! {
			() = rounds.begin() => {},
			() = async {
				for _ in 0..20 {
					sleep(Duration::from_secs(100)).await;
					set_clock(1_000);
				}
			} => {},
		}
		assert_eq!(began.elapsed().as_secs(), 2 * FIVE_MINUTES / 1_000);
		assert!(LOOKS.get() < 200, "{}", LOOKS.get());
	}

	#[test]
	fn who_was_silent_is_asked_last_and_whoever_waits_longest_first_of_them() {
		let mut order = Order::new(5);
		assert_eq!(order.round(), [0, 1, 2, 3, 4]);
		order.note(0, true);
		order.note(2, true);
		assert_eq!(order.round(), [1, 3, 4, 0, 2]);
		order.note(0, true);
		order.note(3, false);
		assert_eq!(order.round(), [1, 3, 4, 2, 0]);
		order.note(2, false);
		assert_eq!(order.round(), [1, 2, 3, 4, 0]);
		assert!(order.is_silent(0) && !order.is_silent(2) && !order.all_silent());
		(1..5).for_each(|at| order.note(at, true));
		assert!(order.all_silent());
	}
}
