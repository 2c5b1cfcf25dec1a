//! The security level of every statement.

use crate::system::proven_bits;
use meterproof_programs::usage::context;

#[test]
fn at_least_110_bits_are_proven_for_every_trace_length() {
	let bits: Vec<_> = (10..=17).map(|log| proven_bits(context(1 << log))).collect();
	assert_eq!(bits, [115, 115, 115, 115, 115, 114, 114, 114]);
}
