//! The security level of every statement.

use crate::system::proven_bits;
use meterproof_programs::usage::context;

#[test]
fn at_least_110_bits_are_proven_for_every_trace_length() {
	let bits: Vec<_> = (9..=20).map(|log| proven_bits(context(1 << log))).collect();
	assert_eq!(bits, [112, 112, 112, 111, 111, 111, 111, 111, 111, 110, 110, 110]);
}
