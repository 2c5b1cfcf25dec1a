//! Arithmetic modulo 2^64 - 2^32 + 1 in products of 32 bits, which small processors have: a product of 128 bits is
//! a library call on them, ten times as long.
//!
//! No branch and no address depends on a value. Carries are what a shift leaves of a sum, never the answer to a
//! comparison: a compiler for a processor without conditional moves makes a branch of one.
//!
//! An element is any `u64`, of which some stand for the same one; [`canonical`] gives the one below the order.

#[cfg(test)]
pub(crate) use meterproof_statements::FIELD_MODULUS as MODULUS;

/// 2^64 modulo the order.
const EPSILON: u64 = 0xFFFF_FFFF;

#[inline]
fn low_half(word: u64) -> u64 {
	word & EPSILON
}

#[inline]
fn high_half(word: u64) -> u64 {
	word >> 32
}

/// high * 2^64 + low.
#[inline]
pub(crate) fn reduce(low: u64, high: u64) -> u64 {
	// With 2^64 = 2^32 - 1 and 2^96 = -1, in digits of 32 bits: the digit of 2^64 goes up by one place and is
	// taken away from the lowest, that of 2^96 is taken away from the lowest.
	let ones = half(low).wrapping_sub(half(high)).wrapping_sub(half(high >> 32));
	let (ones, carry) = carried(ones);
	let (tops, over) = carried(half(low >> 32).wrapping_add(half(high)).wrapping_add(carry));
	// What is over, -1, 0 or 1, again stands for 2^64; nothing is over after that, since `tops` is at most 2^32 - 2
	// where `over` is 1, and at least 2^32 - 2 where it is -1.
	let (ones, carry) = carried(ones.wrapping_sub(over));
	let tops = tops.wrapping_add(over).wrapping_add(carry);
	(tops as u64) << 32 | ones as u64
}

/// The low half of a word, as a digit.
#[inline]
fn half(word: u64) -> i64 {
	low_half(word) as i64
}

/// A digit from 0 to 2^32 - 1, and what goes to the next one.
#[inline]
fn carried(digit: i64) -> (i64, i64) {
	(half(digit as u64), digit >> 32)
}

/// The element's one representative below the order.
pub(crate) fn canonical(element: u64) -> u64 {
	// Adding 2^64 - MODULUS goes beyond 2^64 where the element is not below the modulus; then the sum is it.
	let carry = high_half(low_half(element).wrapping_add(EPSILON));
	let above = high_half(high_half(element).wrapping_add(carry));
	element.wrapping_add((above << 32).wrapping_sub(above))
}

/// The product of two elements, on processors whose registers have 32 bits.
#[inline]
fn multiply_halves(a: u64, b: u64) -> u64 {
	let (a_low, a_high, b_low, b_high) = (low_half(a), high_half(a), low_half(b), high_half(b));
	// No sum here reaches 2^64: (2^32 - 1)^2 leaves room for two halves.
	let bottom = a_low.wrapping_mul(b_low);
	let middle = a_low.wrapping_mul(b_high).wrapping_add(high_half(bottom));
	let cross = a_high.wrapping_mul(b_low).wrapping_add(low_half(middle));
	let top =
		a_high.wrapping_mul(b_high).wrapping_add(high_half(middle)).wrapping_add(high_half(cross));
	reduce(cross << 32 | low_half(bottom), top)
}

/// The product of two elements, on processors whose registers have 64 bits.
#[inline]
fn multiply_whole(a: u64, b: u64) -> u64 {
	let product = u128::from(a).wrapping_mul(u128::from(b));
	reduce(product as u64, (product >> 64) as u64)
}

/// The product of two elements.
#[inline]
pub(crate) fn multiply(a: u64, b: u64) -> u64 {
	if cfg!(target_pointer_width = "64") {
		multiply_whole(a, b)
	} else {
		multiply_halves(a, b)
	}
}

/// An element to the power 2^`times`.
#[inline(never)]
pub(crate) fn square(mut element: u64, times: u32) -> u64 {
	for _ in 0..times {
		element = multiply(element, element);
	}
	element
}

/// The sum of elements times small factors, plus one more element. The factors' sum is below 2^32.
#[inline]
pub(crate) fn weighted_sum(factors: &[u32], elements: &[u64], more: u64) -> u64 {
	let (mut low, mut high) = (low_half(more), high_half(more));
	for (factor, element) in factors.iter().zip(elements) {
		low = low.wrapping_add(u64::from(*factor).wrapping_mul(low_half(*element)));
		high = high.wrapping_add(u64::from(*factor).wrapping_mul(high_half(*element)));
	}
	// high * 2^32 + low, of which neither reached 2^64.
	let high = high.wrapping_add(high_half(low));
	reduce(high << 32 | low_half(low), high_half(high))
}

#[cfg(test)]
mod tests {
	use super::*;
	use winter_math::{fields::f64::BaseElement, FieldElement};

	/// Where carries and borrows begin.
	fn corners() -> Vec<u64> {
		[0, 1 << 31, 1 << 32, 1 << 33, 1 << 63, EPSILON, MODULUS, MODULUS - EPSILON, u64::MAX]
			.iter()
			.flat_map(|corner: &u64| (0..5).map(move |i| corner.wrapping_add(i).wrapping_sub(2)))
			.collect()
	}

	/// Words that look random and are the same in every run.
	fn words() -> impl Iterator<Item = u64> {
		let mut state = 0x5EED;
		core::iter::repeat_with(move || {
			state = multiply_whole(state, 0x9E37_79B9_7F4A_7C15) ^ 0xB5;
			canonical(square(state, 3)) ^ state << 32
		})
	}

	fn pairs() -> Vec<(u64, u64)> {
		let corners = corners();
		let mut pairs: Vec<(u64, u64)> =
			corners.iter().flat_map(|a| corners.iter().map(move |b| (*a, *b))).collect();
		let mut words = words();
		pairs.extend((0..5_000).map(|_| (words.next().unwrap(), words.next().unwrap())));
		pairs
	}

	#[test]
	fn reduction_agrees_with_the_remainder() {
		for (low, high) in pairs() {
			let wide = u128::from(high) << 64 | u128::from(low);
			let reduced = canonical(reduce(low, high));
			assert_eq!(u128::from(reduced), wide % u128::from(MODULUS), "{wide:#x}");
		}
	}

	#[test]
	fn products_agree_with_those_of_the_provers_field() {
		for (a, b) in pairs() {
			let expected = (BaseElement::new(a) * BaseElement::new(b)).as_int();
			assert_eq!(canonical(multiply_halves(a, b)), expected, "{a:#x} {b:#x}");
			assert_eq!(canonical(multiply_whole(a, b)), expected, "{a:#x} {b:#x}");
		}
	}

	#[test]
	fn repeated_squares_are_powers() {
		for (a, _) in pairs().into_iter().take(500) {
			for times in [0, 1, 31] {
				let expected = BaseElement::new(a).exp(1 << times).as_int();
				assert_eq!(canonical(square(a, times)), expected, "{a:#x}");
			}
		}
	}

	#[test]
	fn weighted_sums_agree_with_those_of_the_provers_field() {
		for (a, b) in pairs() {
			let factors = [3, u32::MAX - 10, 7];
			let elements = [a, b, u64::MAX];
			let expected = factors
				.iter()
				.zip(elements)
				.map(|(factor, element)| BaseElement::from(*factor) * BaseElement::new(element))
				.fold(BaseElement::new(b), |sum, term| sum + term);
			assert_eq!(canonical(weighted_sum(&factors, &elements, b)), expected.as_int());
		}
	}
}
