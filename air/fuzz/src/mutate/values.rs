//! Values at which arithmetic, limits and types break.

use crate::random::Random;
use winter_math::{fields::f64::BaseElement, StarkField};

const MODULUS: u64 = BaseElement::MODULUS;

/// For bytes: limits of types, powers of two, and 13 (a depth here) plus the word sizes.
const BYTES: [u8; 26] = [
	0, 1, 2, 3, 7, 8, 9, 13, 15, 16, 31, 32, 33, 45, 63, 64, 65, 77, 127, 128, 129, 191, 192, 253,
	254, 255,
];

/// For wider fields.
const WORDS: [u64; 41] = [
	0,
	1,
	2,
	7,
	8,
	24,
	31,
	32,
	33,
	63,
	64,
	65,
	127,
	128,
	191,
	193,
	253,
	254,
	255,
	256,
	(1 << 14) - 1,
	1 << 14,
	(1 << 15) - 1,
	1 << 15,
	(1 << 16) - 1,
	1 << 16,
	1 << 20,
	1 << 24,
	(1 << 31) - 1,
	1 << 31,
	(1 << 32) - 8,
	(1 << 32) - 1,
	1 << 32,
	(1 << 53) - 1,
	1 << 53,
	MODULUS - 1,
	MODULUS,
	MODULUS + 1,
	(1 << 63) - 1,
	1 << 63,
	u64::MAX,
];

/// A byte to put in place of `old`.
pub fn byte(old: u8, random: &mut Random) -> u8 {
	match random.below(8) {
		0 => old.wrapping_add(1),
		1 => old.wrapping_sub(1),
		2 => random.byte(),
		_ => *random.pick(&BYTES),
	}
}

/// A number to put in place of `old`.
pub fn word(old: u64, random: &mut Random) -> u64 {
	match random.below(16) {
		0 | 1 => old.wrapping_add(1 + random.small(40) as u64),
		2 | 3 => old.wrapping_sub(1 + random.small(40) as u64),
		4 => old.wrapping_mul(2),
		5 => old / 2,
		6 => old ^ 1 << random.below(64),
		7 => old.wrapping_add(1 << 32),
		8 => random.word(),
		9 => random.word() >> random.below(64),
		10 => old.wrapping_neg(),
		_ => *random.pick(&WORDS),
	}
}

/// A field element's word that is below the modulus.
pub fn canonical(random: &mut Random) -> u64 {
	match random.below(4) {
		0 => *random.pick(&[0, 1, 2, MODULUS - 1, MODULUS / 2, 1 << 32, (1 << 32) - 1]),
		_ => random.word() % MODULUS,
	}
}

/// A word that is not: another form of `old` where it has one.
pub fn not_canonical(old: u64, random: &mut Random) -> u64 {
	match (old.checked_add(MODULUS), random.below(4)) {
		(Some(other_form), 0 | 1) => other_form,
		(_, 2) => u64::MAX,
		_ => MODULUS + random.below((u64::MAX - MODULUS) as usize) as u64,
	}
}
