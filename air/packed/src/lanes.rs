//! Arithmetic on one word: what the compiler makes a vector instruction of. Words are elements in
//! Montgomery form, below the modulus, as in `winter_math::fields::f64` (<https://eprint.iacr.org/2022/274>).

use winter_math::{fields::f64::BaseElement, StarkField};

/// 2^64 - 2^32 + 1.
pub const MODULUS: u64 = <BaseElement as StarkField>::MODULUS;

/// 2^64 modulo the modulus, and the low half of a word.
const EPSILON: u64 = 0xffff_ffff;

/// Sum of two elements.
#[inline(always)]
pub fn add(a: u64, b: u64) -> u64 {
	let complement = MODULUS.wrapping_sub(b);
	let borrow = if a < complement { EPSILON } else { 0 };
	a.wrapping_sub(complement).wrapping_sub(borrow)
}

/// Difference of two elements.
#[inline(always)]
pub fn sub(a: u64, b: u64) -> u64 {
	let borrow = if a < b { EPSILON } else { 0 };
	a.wrapping_sub(b).wrapping_sub(borrow)
}

/// Product of two elements. Vector units multiply 32 bits by 32 bits, so the product is put together
/// from halves.
#[inline(always)]
pub fn mul(a: u64, b: u64) -> u64 {
	let (a0, a1) = (a & EPSILON, a >> 32);
	let (b0, b1) = (b & EPSILON, b >> 32);
	let low = a0.wrapping_mul(b0);
	// Neither sum overflows: (2^32 - 1)^2 + 2^32 - 1 is below 2^64.
	let middle = a1.wrapping_mul(b0).wrapping_add(low >> 32);
	let other = a0.wrapping_mul(b1).wrapping_add(middle & EPSILON);
	let high = a1.wrapping_mul(b1).wrapping_add(middle >> 32).wrapping_add(other >> 32);
	reduce(other << 32 | low & EPSILON, high)
}

/// Montgomery reduction of `high * 2^64 + low`.
#[inline(always)]
fn reduce(low: u64, high: u64) -> u64 {
	let sum = low.wrapping_add(low << 32);
	let carry = u64::from(sum < low);
	sub(high, sum.wrapping_sub(sum >> 32).wrapping_sub(carry))
}

/// The integer that an element stands for.
#[inline(always)]
pub fn canonical(a: u64) -> u64 {
	reduce(a, 0)
}
