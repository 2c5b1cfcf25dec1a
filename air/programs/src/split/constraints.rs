//! The constraints of the split statement by name: how many, in which order, of which degrees.

use super::layout::{first_row, slots, BLOCK};
use crate::{rescue, system::indices};
use alloc::vec;
use winter_air::TransitionConstraintDegree as Degree;

/// Constraints of the statement, masks apart.
pub const NUM_CONSTRAINTS: usize = 50;

/// Boundary assertions: four words of four digests and two owners, where worth and what is left
/// start, and the rate.
pub const NUM_ASSERTIONS: usize = 27;

/// The transition constraints by name, over any cell type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraints<T> {
	/// A round of the permutation, in rows 0 to 6.
	pub round: [T; 12],
	/// Each digit is 0, 1, 2 or 3.
	pub digits: [T; 2],
	/// `remaining` loses one base-16 digit per row; in row 7 it is one.
	pub remaining: T,
	/// The missing and the delivered quantity enter `worth` at the rate, the halves of a note leave it, and
	/// nothing else changes it.
	pub worth: T,
	/// After each note, `worth` is zero: nothing is owed to that side any more.
	pub settled: T,
	/// The missing and the delivered quantity are taken off `left`; nothing else is.
	pub left: T,
	/// At the end of a trade nothing is left of the contracted quantity.
	pub divided: T,
	/// The high half of a note has 28 bits.
	pub bounded: T,
	/// The rate is the same in all rows of a block.
	pub rate: T,
	/// What is kept is the key, then the randomness.
	pub kept: [T; 4],
	/// Capacity of an input: length, tag, version, 0; or what the first permutation left.
	pub capacity: [T; 4],
	/// The commitment and the randomness are of one key.
	pub key: [T; 4],
	/// The randomness is of the period; else what a shorter input leaves is zero.
	pub blank: [T; 4],
	/// Both notes are of the statement's asset.
	pub asset: T,
	/// A note holds the low half that leaves `worth`.
	pub half: T,
	/// The buyer's note holds the first two words of the randomness.
	pub drawn: [T; 2],
	/// The quantity committed to is the one delivered.
	pub quantity: T,
	/// The second permutation of a note takes in the high half.
	pub more: T,
	/// The second permutation of the buyer's note also takes in the other two words of the
	/// randomness.
	pub drawn_more: [T; 2],
	/// The second permutation of a note takes in nothing else, but for two words of randomness of
	/// the seller's note.
	pub rest: [T; 5],
}

impl<T: Copy> Constraints<T> {
	/// Names the constraints. The parameter is the order in which the verifier weighs them.
	#[rustfmt::skip]
	const fn from_array(
		[
			s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11,
			d0, d1,
			remaining,
			worth,
			settled,
			left,
			divided,
			bounded,
			rate,
			k0, k1, k2, k3,
			c0, c1, c2, c3,
			y0, y1, y2, y3,
			b0, b1, b2, b3,
			asset,
			half,
			w0, w1,
			quantity,
			more,
			w2, w3,
			r0, r1, r2, r3, r4,
		]: [T; NUM_CONSTRAINTS],
	) -> Self {
		Self {
			round: [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11],
			digits: [d0, d1],
			remaining,
			worth,
			settled,
			left,
			divided,
			bounded,
			rate,
			kept: [k0, k1, k2, k3],
			capacity: [c0, c1, c2, c3],
			key: [y0, y1, y2, y3],
			blank: [b0, b1, b2, b3],
			asset,
			half,
			drawn: [w0, w1],
			quantity,
			more,
			drawn_more: [w2, w3],
			rest: [r0, r1, r2, r3, r4],
		}
	}
}

impl<T> Constraints<T> {
	/// In the order the verifier weighs them.
	#[rustfmt::skip]
	#[inline(always)]
	pub fn into_array(self) -> [T; NUM_CONSTRAINTS] {
		let [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11] = self.round;
		let [d0, d1] = self.digits;
		let [k0, k1, k2, k3] = self.kept;
		let [c0, c1, c2, c3] = self.capacity;
		let [y0, y1, y2, y3] = self.key;
		let [b0, b1, b2, b3] = self.blank;
		let [w0, w1] = self.drawn;
		let [w2, w3] = self.drawn_more;
		let [r0, r1, r2, r3, r4] = self.rest;
		[
			s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11,
			d0, d1,
			self.remaining,
			self.worth,
			self.settled,
			self.left,
			self.divided,
			self.bounded,
			self.rate,
			k0, k1, k2, k3,
			c0, c1, c2, c3,
			y0, y1, y2, y3,
			b0, b1, b2, b3,
			self.asset,
			self.half,
			w0, w1,
			self.quantity,
			self.more,
			w2, w3,
			r0, r1, r2, r3, r4,
		]
	}
}

/// The index of each constraint.
pub const CONSTRAINTS: Constraints<usize> = Constraints::from_array(indices());

/// Rows from one quantity that is counted to the next, in the next block too.
const COUNTED: usize = BLOCK / 2;

const _: () = assert!(first_row(slots::QUANTITY) - first_row(slots::KEY) == COUNTED);

/// The degree of each constraint: exact, winterfell checks it with debug assertions.
pub fn constraint_degrees() -> Constraints<Degree> {
	let wired = |base| Degree::with_cycles(base, vec![BLOCK]);
	let slot = |base| Degree::with_cycles(base, vec![rescue::ROWS]);
	Constraints {
		round: core::array::from_fn(|_| slot(7)),
		digits: core::array::from_fn(|_| Degree::new(4)),
		remaining: slot(1),
		// Quantities are counted twice in a block, half a block apart: every 32 rows.
		worth: Degree::with_cycles(2, vec![COUNTED]),
		settled: wired(1),
		left: wired(1),
		divided: wired(1),
		bounded: wired(1),
		rate: wired(1),
		kept: core::array::from_fn(|_| wired(1)),
		capacity: core::array::from_fn(|_| wired(1)),
		key: core::array::from_fn(|_| wired(1)),
		blank: core::array::from_fn(|_| wired(1)),
		asset: wired(1),
		half: wired(1),
		drawn: core::array::from_fn(|_| wired(1)),
		quantity: wired(1),
		more: wired(1),
		drawn_more: core::array::from_fn(|_| wired(1)),
		rest: core::array::from_fn(|_| wired(1)),
	}
}
