//! Blake3 of sixteen short messages at a time.
//!
//! Messages of one chunk, up to 1,024 bytes: rows of field elements as little-endian integers, pairs of
//! digests, and a seed with a number. Source: the BLAKE3 paper (O'Connor, Aumasson, Neves, Wilcox-O'Hearn,
//! 2020), sections 2.2 to 2.4.

use crate::lanes;
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Messages hashed together.
pub const LANES: usize = 16;

/// A word of each message.
type Word = [u32; LANES];

/// Sixteen digests: each of their eight little-endian words in turn.
pub type Digests = [Word; 8];

/// Field elements that a message may have.
pub const MAX_ELEMENTS: usize = 1024 / BaseElement::ELEMENT_BYTES;

const IV: [u32; 8] = [
	0x6a09_e667,
	0xbb67_ae85,
	0x3c6e_f372,
	0xa54f_f53a,
	0x510e_527f,
	0x9b05_688c,
	0x1f83_d9ab,
	0x5be0_cd19,
];

const CHUNK_START: u32 = 1;
const CHUNK_END: u32 = 2;
const ROOT: u32 = 8;

const BLOCK_BYTES: u32 = 64;
/// Elements in a block.
const BLOCK_ELEMENTS: usize = 8;
const ROUNDS: usize = 7;

/// Which message word each round takes at each place.
const SCHEDULE: [[usize; 16]; ROUNDS] = {
	let permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
	let mut schedule = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]; ROUNDS];
	let mut round = 1;
	while round < ROUNDS {
		let mut i = 0;
		while i < 16 {
			schedule[round][i] = schedule[round - 1][permutation[i]];
			i += 1;
		}
		round += 1;
	}
	schedule
};

#[inline(always)]
fn each(a: Word, b: Word, word: impl Fn(u32, u32) -> u32) -> Word {
	let mut out = [0; LANES];
	for lane in 0..LANES {
		out[lane] = word(a[lane], b[lane]);
	}
	out
}

#[inline(always)]
fn mix(v: &mut [Word; 16], [a, b, c, d]: [usize; 4], x: Word, y: Word) {
	v[a] = each(each(v[a], v[b], u32::wrapping_add), x, u32::wrapping_add);
	v[d] = each(v[d], v[a], |d, a| (d ^ a).rotate_right(16));
	v[c] = each(v[c], v[d], u32::wrapping_add);
	v[b] = each(v[b], v[c], |b, c| (b ^ c).rotate_right(12));
	v[a] = each(each(v[a], v[b], u32::wrapping_add), y, u32::wrapping_add);
	v[d] = each(v[d], v[a], |d, a| (d ^ a).rotate_right(8));
	v[c] = each(v[c], v[d], u32::wrapping_add);
	v[b] = each(v[b], v[c], |b, c| (b ^ c).rotate_right(7));
}

/// The chaining values after a block of the first chunk.
#[inline(always)]
fn compress(chaining: &Digests, block: &[Word; 16], bytes: u32, flags: u32) -> Digests {
	let mut v = [[0; LANES]; 16];
	v[..8].copy_from_slice(chaining);
	for i in 0..4 {
		v[8 + i] = [IV[i]; LANES];
	}
	// Words 12 and 13 are the number of the chunk: zero.
	v[14] = [bytes; LANES];
	v[15] = [flags; LANES];
	for words in &SCHEDULE {
		let m = |i: usize| block[words[i]];
		mix(&mut v, [0, 4, 8, 12], m(0), m(1));
		mix(&mut v, [1, 5, 9, 13], m(2), m(3));
		mix(&mut v, [2, 6, 10, 14], m(4), m(5));
		mix(&mut v, [3, 7, 11, 15], m(6), m(7));
		mix(&mut v, [0, 5, 10, 15], m(8), m(9));
		mix(&mut v, [1, 6, 11, 12], m(10), m(11));
		mix(&mut v, [2, 7, 8, 13], m(12), m(13));
		mix(&mut v, [3, 4, 9, 14], m(14), m(15));
	}
	let mut out = [[0; LANES]; 8];
	for i in 0..8 {
		out[i] = each(v[i], v[8 + i], |a, b| a ^ b);
	}
	out
}

#[inline(always)]
fn start() -> Digests {
	IV.map(|word| [word; LANES])
}

/// Hashes rows: the first elements of all columns, the second elements of all columns, and so on, sixteen
/// rows into one entry of `out`. Columns are of one length; where that is no multiple of sixteen, the
/// last lanes of `out` are of no meaning.
///
/// # Panics
/// Where there are no columns, or more than [`MAX_ELEMENTS`], or `out` has not one entry for each
/// sixteen rows begun.
#[inline(always)]
pub fn hash_rows(columns: &[&[BaseElement]], out: &mut [Digests]) {
	assert!((1..=MAX_ELEMENTS).contains(&columns.len()), "rows of one chunk");
	assert_eq!(columns[0].len().div_ceil(LANES), out.len(), "an entry for each sixteen rows");
	let last = (columns.len() - 1) / BLOCK_ELEMENTS;
	for (i, out) in out.iter_mut().enumerate() {
		let mut digests = start();
		for (j, columns) in columns.chunks(BLOCK_ELEMENTS).enumerate() {
			let mut block = [[0; LANES]; 16];
			for (k, column) in columns.iter().enumerate() {
				let (low, high) = words(column, i * LANES);
				block[2 * k] = low;
				block[2 * k + 1] = high;
			}
			let bytes = 8 * columns.len() as u32;
			let begin = if j == 0 { CHUNK_START } else { 0 };
			let end = if j == last { CHUNK_END | ROOT } else { 0 };
			digests = compress(&digests, &block, bytes, begin | end);
		}
		*out = digests;
	}
}

/// Low and high words of the integers that sixteen elements stand for.
#[inline(always)]
fn words(column: &[BaseElement], first: usize) -> (Word, Word) {
	let mut elements = [BaseElement::ZERO; LANES];
	if let Some(whole) = column.get(first..first + LANES) {
		elements.copy_from_slice(whole);
	} else {
		let rest = &column[first..];
		elements[..rest.len()].copy_from_slice(rest);
	}
	let (mut low, mut high) = ([0; LANES], [0; LANES]);
	for lane in 0..LANES {
		let integer = lanes::canonical(elements[lane].inner());
		low[lane] = integer as u32;
		high[lane] = (integer >> 32) as u32;
	}
	(low, high)
}

/// Hashes pairs of digests: lane by lane.
#[inline(always)]
pub fn merge(left: &Digests, right: &Digests) -> Digests {
	let mut block = [[0; LANES]; 16];
	block[..8].copy_from_slice(left);
	block[8..].copy_from_slice(right);
	compress(&start(), &block, BLOCK_BYTES, CHUNK_START | CHUNK_END | ROOT)
}

/// Hashes each pair of neighbours among up to 32 digests that follow each other: lanes 0 and 1 of the
/// first entry become lane 0, and so on.
#[inline(always)]
pub fn merge_neighbours(first: &Digests, second: &Digests) -> Digests {
	let (mut left, mut right) = ([[0; LANES]; 8], [[0; LANES]; 8]);
	for word in 0..8 {
		for lane in 0..LANES / 2 {
			left[word][lane] = first[word][2 * lane];
			right[word][lane] = first[word][2 * lane + 1];
			left[word][LANES / 2 + lane] = second[word][2 * lane];
			right[word][LANES / 2 + lane] = second[word][2 * lane + 1];
		}
	}
	merge(&left, &right)
}

/// The bytes of one of sixteen digests.
pub fn digest(digests: &Digests, lane: usize) -> [u8; 32] {
	let mut bytes = [0; 32];
	for (bytes, word) in bytes.chunks_exact_mut(4).zip(digests) {
		bytes.copy_from_slice(&word[lane].to_le_bytes());
	}
	bytes
}

/// For sixteen numbers from `first` on, the first eight bytes of the hash of the seed and the number, as
/// little-endian integers.
#[inline(always)]
pub fn hash_numbers(seed: &[u8; 32], first: u64) -> [u64; LANES] {
	let mut block = [[0; LANES]; 16];
	for (word, bytes) in block.iter_mut().zip(seed.chunks_exact(4)) {
		*word = [u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]); LANES];
	}
	let (low, high) = block[8..10].split_at_mut(1);
	for (lane, (low, high)) in low[0].iter_mut().zip(&mut high[0]).enumerate() {
		let number = first.wrapping_add(lane as u64);
		*low = number as u32;
		*high = (number >> 32) as u32;
	}
	let digests = compress(&start(), &block, 40, CHUNK_START | CHUNK_END | ROOT);
	let mut out = [0; LANES];
	for lane in 0..LANES {
		out[lane] = u64::from(digests[1][lane]) << 32 | u64::from(digests[0][lane]);
	}
	out
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{dispatch, Kernel};

	struct HashRows<'a>(&'a [&'a [BaseElement]], &'a mut [Digests]);
	impl Kernel for HashRows<'_> {
		type Output = ();
		#[inline(always)]
		fn run(self) {
			hash_rows(self.0, self.1);
		}
	}

	fn bytes(elements: impl Iterator<Item = BaseElement>) -> Vec<u8> {
		elements.flat_map(|element| element.as_int().to_le_bytes()).collect()
	}

	/// All widths around whole blocks, up to the longest; rows that fill sixteen lanes and that do not.
	#[test]
	fn rows_are_hashed_as_by_the_reference() {
		for (width, rows) in
			(1..=MAX_ELEMENTS).flat_map(|width| [(width, 1), (width, 16), (width, 40)])
		{
			let cell = |i: usize| BaseElement::new(7).exp((i * i + 3 * i) as u64);
			let columns: Vec<Vec<_>> =
				(0..width).map(|c| (0..rows).map(|row| cell(c * rows + row)).collect()).collect();
			let slices: Vec<_> = columns.iter().map(Vec::as_slice).collect();
			let mut out = vec![start(); rows.div_ceil(LANES)];
			dispatch(HashRows(&slices, &mut out));
			for row in 0..rows {
				let expected = ::blake3::hash(&bytes(columns.iter().map(|column| column[row])));
				assert_eq!(
					digest(&out[row / LANES], row % LANES),
					*expected.as_bytes(),
					"{width} {row}"
				);
			}
		}
	}

	fn digests(seed: u32) -> Digests {
		let mut word = seed;
		[[(); LANES]; 8].map(|words| {
			words.map(|()| {
				word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
				word
			})
		})
	}

	fn pair(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
		*::blake3::hash(&[left, right].concat()).as_bytes()
	}

	#[test]
	fn pairs_are_hashed_as_by_the_reference() {
		let (a, b) = (digests(1), digests(2));
		let (across, along) = (merge(&a, &b), merge_neighbours(&a, &b));
		for lane in 0..LANES {
			assert_eq!(digest(&across, lane), pair(digest(&a, lane), digest(&b, lane)));
			let (from, first) = if lane < 8 { (&a, 2 * lane) } else { (&b, 2 * lane - 16) };
			assert_eq!(digest(&along, lane), pair(digest(from, first), digest(from, first + 1)));
		}
	}

	#[test]
	fn numbers_are_hashed_as_by_the_reference() {
		let seed = core::array::from_fn(|i| i as u8);
		for first in [0, 1, u64::from(u32::MAX) - 3, u64::MAX - 3] {
			for (lane, hash) in hash_numbers(&seed, first).into_iter().enumerate() {
				let number = first.wrapping_add(lane as u64);
				let expected = ::blake3::hash(&[&seed[..], &number.to_le_bytes()].concat());
				assert_eq!(hash.to_le_bytes(), expected.as_bytes()[..8]);
			}
		}
	}
}
