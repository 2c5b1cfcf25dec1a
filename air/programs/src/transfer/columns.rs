//! The columns of the trace, by name.

/// Columns that are not masks.
pub const WITNESS_WIDTH: usize = 23;

/// One row of the trace without its masks, or (over `usize`) the column indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns<T> {
	/// State of the permutation: capacity first. Row 0 of a slot is an input, row 7 the result.
	pub state: [T; 12],
	/// Low and high base-4 digit of `remaining`.
	pub digits: [T; 2],
	/// Row 0: half an amount, or a bit of a position; from there on what is left to decompose: one
	/// base-16 digit in row 7.
	pub remaining: T,
	/// Low halves of the amounts that entered, less those that left.
	pub low: T,
	/// The sum of the high halves of what entered so far, less those of what left.
	pub high: T,
	/// What is used again: the nullifier key up to the note's commitment, then that commitment.
	pub kept: [T; 4],
	/// 1 where the note spent stands for nothing.
	pub dummy: T,
	/// What of the note's position has not been used up on the way to the root.
	pub position: T,
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
			low,
			high,
			k0, k1, k2, k3,
			dummy,
			position,
		]: [T; WITNESS_WIDTH],
	) -> Self {
		Self {
			state: [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11],
			digits: [d0, d1],
			remaining,
			low,
			high,
			kept: [k0, k1, k2, k3],
			dummy,
			position,
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
			self.low,
			self.high,
			k0, k1, k2, k3,
			self.dummy,
			self.position,
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
