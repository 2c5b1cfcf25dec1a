//! The security level of the statement.

use super::{split, Deal};
use crate::split::proven_bits;

#[test]
fn at_least_110_bits_are_proven_for_either_trace_length() {
	let deal = Deal { quantity: 2, rate: 3, delivered: 1 };
	let bits = [1, 7, 8, 15].map(|count| proven_bits(&split(&vec![deal; count]).0));
	assert!(bits.iter().all(|bits| *bits >= 110), "{bits:?}");
	assert_eq!(bits, [114; 4]);
	assert_eq!(proven_bits(&split(&[]).0), 0);
	assert_eq!(proven_bits(&split(&[deal; 16]).0), 0);
}
