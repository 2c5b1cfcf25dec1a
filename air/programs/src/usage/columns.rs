//! The columns of the trace, by name.

/// Columns that are not masks.
pub const WITNESS_WIDTH: usize = 18;

/// One row of the trace without its masks, or (over `usize`) the column indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns<T> {
	/// State of the permutation: capacity first. Row 0 of a slot is the input
	/// `[8, tag, version, 0, amount, device, period, direction, salt..]`, row 7 the result.
	pub state: [T; 12],
	/// Low and high base-4 digit of `remaining`.
	pub digits: [T; 2],
	/// What of the amount is left to decompose: all of it in row 0, one base-16 digit in row 7.
	pub remaining: T,
	/// Weighted sum of the amounts of all slots before; from row 1 on, of this slot too.
	pub sum: T,
	/// Public. Row 0: weight; row 1: tag; row 2: 1 in the last slot of a group; row 3: what the
	/// sum is there. Rows 4 to 7 are random.
	pub pins: T,
	/// Public. Row 0: device; row 1: direction. Rows 2 to 7 are random.
	pub identity: T,
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
			sum,
			pins,
			identity,
		]: [T; WITNESS_WIDTH],
	) -> Self {
		Self {
			state: [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11],
			digits: [d0, d1],
			remaining,
			sum,
			pins,
			identity,
		}
	}

	/// The cells in column order.
	#[rustfmt::skip]
	#[inline(always)]
	pub const fn into_array(self) -> [T; WITNESS_WIDTH] {
		let [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11] = self.state;
		let [d0, d1] = self.digits;
		[
			s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11,
			d0, d1,
			self.remaining,
			self.sum,
			self.pins,
			self.identity,
		]
	}

	/// Names the first cells of a row that may go on with masks.
	#[inline(always)]
	pub fn from_row(row: &[T]) -> Option<Self> {
		row.first_chunk::<WITNESS_WIDTH>().map(|cells| Self::from_array(*cells))
	}
}

/// The index of each column.
pub const COLUMNS: Columns<usize> = Columns::from_array(crate::system::indices());
