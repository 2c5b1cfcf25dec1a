//! The columns of the trace, by name.

/// Columns that are not masks.
pub const WITNESS_WIDTH: usize = 22;

/// One row of the trace without its masks, or (over `usize`) the column indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns<T> {
	/// State of the permutation: capacity first. Row 0 of a slot is an input, row 7 the result.
	pub state: [T; 12],
	/// Low and high base-4 digit of `remaining`.
	pub digits: [T; 2],
	/// Row 0: a quantity, or half an amount of money; from there on what is left to decompose: one
	/// base-16 digit in row 7.
	pub remaining: T,
	/// What one side is owed, less what its note holds.
	pub worth: T,
	/// Of what is contracted, what is neither missing nor delivered.
	pub left: T,
	/// Public: the rate, the same in all rows of a block.
	pub rate: T,
	/// The key up to the randomness, then that randomness.
	pub kept: [T; 4],
}

impl<T: Copy> Columns<T> {
	/// Names the cells of a row. The parameter is the column order.
	#[rustfmt::skip]
	#[inline(always)]
	pub const fn from_array(
		[
			s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11,
			d0, d1,
			remaining,
			worth,
			left,
			rate,
			k0, k1, k2, k3,
		]: [T; WITNESS_WIDTH],
	) -> Self {
		Self {
			state: [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11],
			digits: [d0, d1],
			remaining,
			worth,
			left,
			rate,
			kept: [k0, k1, k2, k3],
		}
	}

	/// The cells in column order.
	#[rustfmt::skip]
	#[inline(always)]
	pub const fn into_array(self) -> [T; WITNESS_WIDTH] {
		let [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11] = self.state;
		let [d0, d1] = self.digits;
		let [k0, k1, k2, k3] = self.kept;
		[
			s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11,
			d0, d1,
			self.remaining,
			self.worth,
			self.left,
			self.rate,
			k0, k1, k2, k3,
		]
	}

	/// Names the first cells of a row that may go on with masks.
	#[inline(always)]
	pub fn from_row(row: &[T]) -> Option<Self> {
		row.first_chunk().copied().map(Self::from_array)
	}
}

/// The index of each column.
pub const COLUMNS: Columns<usize> = Columns::from_array(crate::system::indices());
