//! Changes of a transfer statement.

use super::digest;
use crate::{mutate::values, random::Random};
use meterproof_programs::transfer::{Public, Statement};

/// Makes one change.
pub fn change(statement: &mut Statement, random: &mut Random) {
	let Statement { genesis, asset, root, nullifiers, outputs, ciphertexts, public } = statement;
	let (one, other) = (random.below(2), random.below(2));
	match random.below(16) {
		0 => bit(genesis, random),
		1 => *asset = values::word((*asset).into(), random) as u32,
		2 => digest(root, random),
		3 => digest(&mut nullifiers[one], random),
		4 => digest(&mut outputs[one], random),
		5 => nullifiers.swap(0, 1),
		6 => outputs.swap(0, 1),
		// One note, twice.
		7 => nullifiers[one] = nullifiers[1 - one],
		8 => outputs[one] = outputs[1 - one],
		9 => std::mem::swap(&mut nullifiers[one], &mut outputs[other]),
		10 => std::mem::swap(root, &mut nullifiers[one]),
		11 => bit(ciphertexts, random),
		12 => *public = kind(public, random),
		_ => amounts(public, random),
	}
}

fn bit(bytes: &mut [u8; 32], random: &mut Random) {
	bytes[random.below(32)] ^= 1 << random.below(8);
}

/// The same numbers in another kind of payment.
fn kind(public: &Public, random: &mut Random) -> Public {
	let (account, amount, fee) = match *public {
		Public::Shield { from, amount } => (from, amount, 0),
		Public::Transfer { fee } => ([random.byte(); 32], 0, fee),
		Public::Unshield { to, amount, fee } => (to, amount, fee),
	};
	match random.below(3) {
		0 => Public::Shield { from: account, amount },
		1 => Public::Transfer { fee },
		_ => Public::Unshield { to: account, amount, fee },
	}
}

fn amounts(public: &mut Public, random: &mut Random) {
	match public {
		Public::Shield { from: account, amount } | Public::Unshield { to: account, amount, .. }
			if random.one_in(2) =>
		{
			if random.one_in(3) {
				bit(account, random);
			} else {
				*amount = values::word(*amount, random);
			}
		},
		Public::Shield { amount: value, .. }
		| Public::Transfer { fee: value }
		| Public::Unshield { fee: value, .. } => *value = values::word(*value, random),
	}
}
