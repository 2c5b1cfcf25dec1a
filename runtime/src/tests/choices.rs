//! Lots, drawn from a seed: the same seed draws the same lots.

/// A source of choices (SplitMix64).
pub struct Choices(u64);

impl Choices {
	/// The source with this seed.
	pub fn seeded(seed: u64) -> Self {
		Self(seed)
	}

	/// 64 bits.
	pub fn bits(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	/// A number below `bound`; 0 if that is 0.
	pub fn below(&mut self, bound: u64) -> u64 {
		self.bits().checked_rem(bound).unwrap_or(0)
	}

	/// True once in `times`.
	pub fn once_in(&mut self, times: u64) -> bool {
		self.below(times) == 0
	}

	/// One of these; `None` if there is none.
	pub fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
		items.get(self.below(items.len() as u64) as usize)
	}

	/// One of these by weight.
	pub fn by_weight<T: Copy>(&mut self, items: &[(u64, T)]) -> T {
		let mut lot = self.below(items.iter().map(|(weight, _)| weight).sum());
		for (weight, item) in items {
			match lot.checked_sub(*weight) {
				Some(rest) => lot = rest,
				None => return *item,
			}
		}
		items[0].1
	}
}
