//! Changes of a statement: what a transaction could claim, and what no runtime would form.

mod split;
mod transfer;
mod usage;

use super::values;
use crate::random::Random;
use meterproof_fuzz_subject::Statement;

/// Makes one change.
pub fn change(statement: &mut Statement, random: &mut Random) {
	match statement {
		Statement::Usage(statement) => usage::change(statement, random),
		Statement::Transfer(statement) => transfer::change(statement, random),
		Statement::Split(statement) => split::change(statement, random),
	}
}

/// A word of a digest, canonical or not.
fn digest(bytes: &mut [u8; 32], random: &mut Random) {
	let limb = 8 * random.below(4);
	let Some(limb) = bytes.get_mut(limb..).and_then(|rest| rest.first_chunk_mut::<8>()) else {
		return;
	};
	let old = u64::from_le_bytes(*limb);
	let new = match random.below(4) {
		0 => old ^ 1 << random.below(64),
		1 => values::canonical(random),
		_ => values::not_canonical(old, random),
	};
	*limb = new.to_le_bytes();
}
