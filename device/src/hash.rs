//! The commitment hash, made for small processors: the Rescue-Prime permutation that `docs/device-protocol.md`
//! specifies and that the circuits prove (`meterproof_programs::hash`), in little flash and stack, without a branch or an
//! address that depends on a value.

mod constants;
pub(crate) mod field;

use field::{canonical, multiply, square, weighted_sum};

/// Cells of the state.
const WIDTH: usize = 12;

/// The first row of the matrix; each further row is the one before, moved right by one.
const MATRIX: [u32; WIDTH] = [7, 23, 8, 26, 13, 10, 9, 7, 6, 22, 21, 8];

/// The first cells before the permutation: eight inputs, the tag "reading", version 1, nothing.
const CAPACITY: [u64; 4] = [8, 1, 1, 0];

type State = [u64; WIDTH];

/// The commitment to what the eight cells of `input` hold. A cell may hold any 64 bits; those above the field's order
/// stand for what is left when the order is subtracted.
pub(crate) fn commitment(input: [u64; 8]) -> [u8; 32] {
	let mut state: State = [0; WIDTH];
	for (to, from) in state.iter_mut().zip(CAPACITY.into_iter().chain(input)) {
		*to = from;
	}
	permute(&mut state);

	let mut bytes = [0u8; 32];
	let digest = state.iter().skip(4).flat_map(|cell| canonical(*cell).to_le_bytes());
	for (to, from) in bytes.iter_mut().zip(digest) {
		*to = from;
	}
	bytes
}

fn permute(state: &mut State) {
	for (first, second) in constants::FIRST.iter().zip(&constants::SECOND) {
		half_round(state, seventh_power, first);
		half_round(state, seventh_root, second);
	}
}

/// Applies `power` to each cell, multiplies by the matrix and adds the round's constants.
#[inline(never)]
fn half_round(state: &mut State, power: fn(u64) -> u64, constants: &State) {
	// The state twice: row i of the matrix is its first row over the cells from i on.
	let mut twice = [0u64; 2 * WIDTH];
	let (left, right) = twice.split_at_mut(WIDTH);
	for ((left, right), cell) in left.iter_mut().zip(right).zip(state.iter()) {
		*left = power(*cell);
		*right = *left;
	}
	for ((cell, cells), constant) in state.iter_mut().zip(twice.windows(WIDTH)).zip(constants) {
		*cell = weighted_sum(&MATRIX, cells, *constant);
	}
}

fn seventh_power(x: u64) -> u64 {
	let squared = square(x, 1);
	multiply(multiply(square(squared, 1), squared), x)
}

/// `x` to the power 10540996611094048183, the inverse of 7 modulo the group's order: in binary
/// 1001001001001001001001001001000110110110110110110110110110110111.
fn seventh_root(x: u64) -> u64 {
	/// Appends as many digits as `times` to the exponent of `x`: those of `tail`.
	fn append(x: u64, times: u32, tail: u64) -> u64 {
		multiply(square(x, times), tail)
	}

	// Named by the digits of the exponent: `n` times 100.
	let x10 = square(x, 1);
	let x100_1 = square(x10, 1);
	let x100_2 = append(x100_1, 3, x100_1);
	let x100_4 = append(x100_2, 6, x100_2);
	let x100_8 = append(x100_4, 12, x100_4);
	let x100_10 = append(x100_8, 6, x100_2);
	// Ten times 100, a 0, ten times 100.
	let long = append(x100_10, 31, x100_10);
	let x1001_11 = square(append(long, 1, x100_10), 2);
	multiply(x1001_11, multiply(multiply(x10, x100_1), x))
}

#[cfg(test)]
mod tests {
	use super::*;
	use winter_crypto::hashers::Rp64_256;
	use winter_math::fields::f64::BaseElement;

	fn theirs(state: State) -> State {
		let mut state = state.map(BaseElement::new);
		Rp64_256::apply_permutation(&mut state);
		state.map(|cell| cell.as_int())
	}

	fn ours(mut state: State) -> State {
		permute(&mut state);
		state.map(canonical)
	}

	#[test]
	fn the_constants_are_the_circuits() {
		let rows = |rows: &[[BaseElement; WIDTH]; 7]| rows.map(|row| row.map(|cell| cell.as_int()));
		assert_eq!(constants::FIRST, rows(&Rp64_256::ARK1));
		assert_eq!(constants::SECOND, rows(&Rp64_256::ARK2));
		for (i, row) in Rp64_256::MDS.iter().enumerate() {
			for (j, cell) in row.iter().enumerate() {
				assert_eq!(cell.as_int(), u64::from(MATRIX[(j + WIDTH - i) % WIDTH]));
			}
		}
	}

	#[test]
	fn the_permutation_is_the_circuits() {
		let mut state: State = core::array::from_fn(|i| i as u64);
		for _ in 0..300 {
			let next = ours(state);
			assert_eq!(next, theirs(state));
			state = next;
		}
		for cell in [0, 1, field::MODULUS - 1, field::MODULUS, u64::MAX] {
			assert_eq!(ours([cell; WIDTH]), theirs([cell; WIDTH]));
		}
	}

	#[test]
	fn roots_and_powers_undo_each_other() {
		for x in [0, 1, 2, 1 << 32, field::MODULUS - 1, 0x0123_4567_89AB_CDEF] {
			assert_eq!(canonical(seventh_power(seventh_root(x))), x);
			assert_eq!(canonical(seventh_root(seventh_power(x))), x);
		}
	}

	#[test]
	fn a_commitment_is_the_circuits() {
		use meterproof_programs::commitment::commit_reading;
		let salts = [[0; 4], [1, 2, 3, 4], [field::MODULUS - 1; 4], [u64::MAX; 4]];
		for (reading, device, period, direction) in
			[(0, 0, 0, 0), (1_250, 1, 1_953_124, 1), (u32::MAX, u32::MAX, (1 << 53) - 1, 1)]
		{
			for salt in salts {
				let [a, b, c, d] = salt;
				let input =
					[reading.into(), device.into(), period, u64::from(direction), a, b, c, d];
				assert_eq!(
					commitment(input),
					commit_reading(reading, device, period, direction, &salt)
				);
			}
		}
	}
}
