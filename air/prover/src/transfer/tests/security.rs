//! The security level of the statement.

use crate::transfer::proven_bits;

#[test]
fn at_least_110_bits_are_proven() {
	assert_eq!(proven_bits(), 112);
}
