//! What proving and verifying the usage statement cost: what is measured, and how it is shown in
//! `docs/benchmarks.md`.
//!
//! The measuring itself is the program's (`main.rs`), which is built only with the feature
//! `measure`; this library neither proves without hiding nor with other parameters.
//!
//! ```
//! use meterproof_proof_bench::{median, per_group::PerGroup};
//!
//! assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
//! // Three pairs of proofs, of which the second has four groups more; differences are in ms.
//! let cost = PerGroup::of(4, &[0.007, 0.009, 0.008]).unwrap();
//! assert_eq!(cost.to_string(), "2.00 ± 0.14 µs");
//! ```
#![forbid(unsafe_code)]

pub mod case;
pub mod clock;
pub mod figures;
pub mod machine;
pub mod options;
pub mod page;
pub mod per_group;
pub mod phases;
pub mod plan;
pub mod plot;
pub mod statement;

/// The middle of some values.
pub fn median(values: &[f64]) -> f64 {
	let mut sorted = values.to_vec();
	sorted.sort_by(f64::total_cmp);
	let half = sorted.len() / 2;
	match sorted.get(half) {
		Some(upper) if sorted.len().is_multiple_of(2) => (sorted[half - 1] + upper) / 2.0,
		Some(middle) => *middle,
		None => 0.0,
	}
}

/// A figure to as many digits as mean something.
pub fn thousandths(value: f64) -> f64 {
	(value * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
	use super::median;

	#[test]
	fn medians_are_in_the_middle() {
		assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
		assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
		assert_eq!(median(&[]), 0.0);
	}
}
