//! How long blocks take to become final, as a node shows it.

use std::{collections::BTreeMap, time::Instant};

/// Blocks on their way, and how long the others took.
#[derive(Debug, Default)]
pub struct Lags {
	/// When a block of a height was first seen that is not final yet.
	waiting: BTreeMap<u64, Instant>,
	/// Seconds of each block that is final.
	seconds: Vec<f64>,
	best: u64,
}

impl Lags {
	/// The heads at a moment.
	pub fn see(&mut self, best: u64, last_final: u64, now: Instant) {
		if self.best > 0 {
			for height in self.best.saturating_add(1)..=best {
				self.waiting.entry(height).or_insert(now);
			}
		}
		self.best = self.best.max(best);
		while let Some(first) = self.waiting.first_entry() {
			if *first.key() > last_final {
				break;
			}
			let seen = first.remove();
			self.seconds.push(now.saturating_duration_since(seen).as_secs_f64());
		}
	}

	/// How many blocks became final.
	pub fn count(&self) -> usize {
		self.seconds.len()
	}

	/// No more than so many of a hundred blocks took longer than this, in seconds.
	pub fn percentile(&self, hundredths: usize) -> f64 {
		let mut sorted = self.seconds.clone();
		sorted.sort_by(f64::total_cmp);
		let rank = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
		sorted.get(rank).copied().unwrap_or_default()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	#[test]
	fn each_block_counts_from_its_first_sight_to_its_finality() {
		let start = Instant::now();
		let at = |seconds| start + Duration::from_secs(seconds);
		let mut lags = Lags::default();
		lags.see(10, 9, at(0));
		lags.see(11, 10, at(2));
		lags.see(12, 10, at(4));
		// A fork with a lower head changes nothing.
		lags.see(11, 11, at(5));
		lags.see(13, 13, at(10));
		assert_eq!(lags.count(), 3);
		assert_eq!(
			[lags.percentile(1), lags.percentile(50), lags.percentile(100)],
			[0.0, 3.0, 6.0]
		);
	}
}
