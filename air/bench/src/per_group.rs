//! What a group more costs the verifier.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::thousandths;

/// Microseconds of verifying for each group more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerGroup {
	/// The mean over pairs of proofs.
	pub us: f64,
	/// The mean's standard error: even proofs of one statement differ in the time they take.
	pub error_us: f64,
}

impl PerGroup {
	/// From what verifying took longer with so many groups more, in milliseconds: once for each pair
	/// of proofs, of which there must be two at least.
	pub fn of(more: usize, differences_ms: &[f64]) -> Option<Self> {
		let pairs = differences_ms.len();
		if more == 0 || pairs < 2 {
			return None;
		}
		let pairs = pairs as f64;
		let mean = differences_ms.iter().sum::<f64>() / pairs;
		let squares: f64 = differences_ms.iter().map(|value| (value - mean).powi(2)).sum();
		let error = (squares / (pairs - 1.0) / pairs).sqrt();
		let per_group = |milliseconds: f64| thousandths(milliseconds * 1e3 / more as f64);
		Some(Self { us: per_group(mean), error_us: per_group(error) })
	}
}

impl fmt::Display for PerGroup {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "{:.2} ± {:.2} µs", self.us, self.error_us)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn differences_are_shared_by_the_groups() {
		let cost = PerGroup::of(4, &[0.007, 0.009, 0.008]).unwrap();
		assert_eq!(cost, PerGroup { us: 2.0, error_us: 0.144 });
		assert_eq!(cost.to_string(), "2.00 ± 0.14 µs");
	}

	#[test]
	fn one_pair_has_no_error_to_show() {
		assert_eq!(PerGroup::of(4, &[0.007]), None);
		assert_eq!(PerGroup::of(0, &[0.007, 0.009]), None);
	}
}
