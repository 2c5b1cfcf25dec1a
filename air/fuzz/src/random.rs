//! A generator that gives the same numbers for the same seed, on every machine.

use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};

/// Reproducible random numbers.
pub struct Random(ChaCha8Rng);

impl Random {
	/// The numbers of `stream`: no two streams of a seed have anything in common.
	pub fn new(seed: u64, stream: u64) -> Self {
		let mut generator = ChaCha8Rng::seed_from_u64(seed);
		generator.set_stream(stream);
		Self(generator)
	}

	/// 64 random bits.
	pub fn word(&mut self) -> u64 {
		self.0.next_u64()
	}

	/// A random byte.
	pub fn byte(&mut self) -> u8 {
		self.word() as u8
	}

	/// A number below `limit`; 0 where that is 0.
	pub fn below(&mut self, limit: usize) -> usize {
		((u128::from(self.word()) * limit as u128) >> 64) as usize
	}

	/// True once in `n` times.
	pub fn one_in(&mut self, n: usize) -> bool {
		self.below(n) == 0
	}

	/// One of `items`, which are not none.
	pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
		&items[self.below(items.len())]
	}

	/// An index, weighted.
	pub fn weighted(&mut self, weights: &[usize]) -> usize {
		let mut left = self.below(weights.iter().sum());
		for (index, weight) in weights.iter().enumerate() {
			match left.checked_sub(*weight) {
				Some(rest) => left = rest,
				None => return index,
			}
		}
		0
	}

	/// Random bytes.
	pub fn fill(&mut self, bytes: &mut [u8]) {
		self.0.fill_bytes(bytes);
	}

	/// A small number, smaller ones likelier: 0 to `limit`, inclusive.
	pub fn small(&mut self, limit: usize) -> usize {
		let bound = self.below(limit.saturating_add(1));
		self.below(bound.saturating_add(1))
	}
}
