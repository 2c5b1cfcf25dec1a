//! The security level of every statement.

use super::super::bits_of;
use meterproof_programs::usage::context;

#[test]
fn at_least_110_bits_are_proven_for_every_trace_length() {
	let bits: Vec<_> = (10..=17).map(|log| bits_of(context(1 << log))).collect();
	assert_eq!(bits, [115, 115, 115, 115, 115, 114, 114, 114]);
}
