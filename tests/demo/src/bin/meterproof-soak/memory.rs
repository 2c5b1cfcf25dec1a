//! How much memory processes take, and whether it grows.

use std::fs;

use serde_json::{json, Value};

/// Megabytes of a process in memory at moments, in seconds since its first.
#[derive(Clone, Debug, Default)]
pub struct Memory(Vec<(f64, f64)>);

/// Megabytes of a process in memory.
pub fn resident_mb(process: u32) -> Option<f64> {
	let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
	let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
	let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
	Some(kilobytes / 1_024.0)
}

impl Memory {
	/// One more moment.
	pub fn add(&mut self, seconds: f64, megabytes: f64) {
		self.0.push((seconds, megabytes));
	}

	/// How many seconds it was watched for.
	pub fn seconds(&self) -> f64 {
		match (self.0.first(), self.0.last()) {
			(Some(first), Some(last)) => last.0 - first.0,
			_ => 0.0,
		}
	}

	/// Megabytes per minute over the second half of the time: caches fill in the first. By least squares.
	pub fn slope(&self) -> f64 {
		let half = self.0.first().map_or(0.0, |first| first.0 + self.seconds() / 2.0);
		let later: Vec<_> = self.0.iter().filter(|(at, _)| *at >= half).collect();
		let count = later.len() as f64;
		let mean =
			|of: fn(&(f64, f64)) -> f64| later.iter().map(|one| of(one)).sum::<f64>() / count;
		let (at, size) = (mean(|one| one.0), mean(|one| one.1));
		let spread: f64 = later.iter().map(|one| (one.0 - at).powi(2)).sum();
		let shared: f64 = later.iter().map(|one| (one.0 - at) * (one.1 - size)).sum();
		if spread > 0.0 {
			shared / spread * 60.0
		} else {
			0.0
		}
	}

	/// First, last and most, and the slope.
	pub fn json(&self) -> Value {
		let tenths = |value: f64| (value * 10.0).round() / 10.0;
		let most = self.0.iter().map(|one| one.1).fold(0.0, f64::max);
		json!({
			"first_mb": self.0.first().map(|one| tenths(one.1)),
			"last_mb": self.0.last().map(|one| tenths(one.1)),
			"most_mb": tenths(most),
			"seconds": self.seconds().round(),
			"mb_per_minute": tenths(self.slope()),
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_slope_is_that_of_the_second_half() {
		let mut memory = Memory::default();
		assert_eq!(memory.slope(), 0.0);
		for second in 0..100u32 {
			// Fast at first, then half a megabyte per second.
			let megabytes = if second < 50 { second * 20 } else { 1_000 + (second - 50) / 2 };
			memory.add(f64::from(second), f64::from(megabytes));
		}
		assert!((memory.slope() - 30.0).abs() < 1.0, "{}", memory.slope());
		assert_eq!(memory.json()["first_mb"], 0.0);
		assert_eq!(memory.json()["last_mb"], 1_024.0);
	}

	#[test]
	fn this_program_takes_memory() {
		assert!(resident_mb(std::process::id()).unwrap() > 1.0);
		assert_eq!(resident_mb(u32::MAX), None);
	}
}
