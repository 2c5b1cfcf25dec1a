//! The constraints of the transfer statement by name: how many, in which order, of which degrees.

use super::layout::HALF;
use crate::{rescue, system::indices};
use alloc::vec;
use winter_air::TransitionConstraintDegree as Degree;

/// Constraints of the statement, masks apart.
pub const NUM_CONSTRAINTS: usize = 61;

/// Boundary assertions: four words of two nullifiers and two notes, and where both sums start and
/// end.
pub const NUM_ASSERTIONS: usize = 20;

/// The transition constraints by name, over any cell type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraints<T> {
	/// A round of the permutation, in rows 0 to 6.
	pub round: [T; 12],
	/// Each digit is 0, 1, 2 or 3.
	pub digits: [T; 2],
	/// `remaining` loses one base-16 digit per row; in row 7 it is one.
	pub remaining: T,
	/// The low half of each amount enters the sum of low halves, with what is carried over; nothing
	/// else changes that sum.
	pub low: T,
	/// The high half of each amount enters the sum of high halves, with what is carried over;
	/// nothing else changes that sum.
	pub high: T,
	/// What is kept is the nullifier key, then the note's commitment.
	pub kept: [T; 4],
	/// A note spent is a dummy or is none.
	pub flag: T,
	/// The flag of a dummy stays the same within a half of the trace.
	pub dummy: T,
	/// A dummy has no amount.
	pub worthless: T,
	/// On the way to the root the position loses one bit per level.
	pub position: T,
	/// At the root no bit of the position is left.
	pub exhausted: T,
	/// A bit is 0 or 1.
	pub bit: T,
	/// At each level the node goes left or right, by the bit.
	pub path: [T; 4],
	/// The root is the statement's, unless the note is a dummy.
	pub root: [T; 4],
	/// Capacity of an input: length, tag, version, 0; or what the first permutation left.
	pub capacity: [T; 4],
	/// Owner, note and nullifier take in what stands before them.
	pub link: [T; 4],
	/// The nullifier takes in the key.
	pub key: [T; 4],
	/// The note is of the statement's asset.
	pub asset: T,
	/// The note holds the low half that is summed.
	pub half: T,
	/// The second permutation takes in the high half, or the position.
	pub more: T,
	/// The second permutation takes in nothing else, but for two words of randomness of a note.
	pub rest: [T; 7],
	/// What a shorter input leaves is zero.
	pub blank: [T; 4],
}

impl<T: Copy> Constraints<T> {
	/// Names the constraints. The parameter is the order in which the verifier weighs them.
	#[rustfmt::skip]
	const fn from_array(
		[
			s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11,
			d0, d1,
			remaining,
			low,
			high,
			k0, k1, k2, k3,
			flag,
			dummy,
			worthless,
			position,
			exhausted,
			bit,
			p0, p1, p2, p3,
			t0, t1, t2, t3,
			c0, c1, c2, c3,
			l0, l1, l2, l3,
			y0, y1, y2, y3,
			asset,
			half,
			more,
			r0, r1, r2, r3, r4, r5, r6,
			b0, b1, b2, b3,
		]: [T; NUM_CONSTRAINTS],
	) -> Self {
		Self {
			round: [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11],
			digits: [d0, d1],
			remaining,
			low,
			high,
			kept: [k0, k1, k2, k3],
			flag,
			dummy,
			worthless,
			position,
			exhausted,
			bit,
			path: [p0, p1, p2, p3],
			root: [t0, t1, t2, t3],
			capacity: [c0, c1, c2, c3],
			link: [l0, l1, l2, l3],
			key: [y0, y1, y2, y3],
			asset,
			half,
			more,
			rest: [r0, r1, r2, r3, r4, r5, r6],
			blank: [b0, b1, b2, b3],
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
		let [p0, p1, p2, p3] = self.path;
		let [t0, t1, t2, t3] = self.root;
		let [c0, c1, c2, c3] = self.capacity;
		let [l0, l1, l2, l3] = self.link;
		let [y0, y1, y2, y3] = self.key;
		let [r0, r1, r2, r3, r4, r5, r6] = self.rest;
		let [b0, b1, b2, b3] = self.blank;
		[
			s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11,
			d0, d1,
			self.remaining,
			self.low,
			self.high,
			k0, k1, k2, k3,
			self.flag,
			self.dummy,
			self.worthless,
			self.position,
			self.exhausted,
			self.bit,
			p0, p1, p2, p3,
			t0, t1, t2, t3,
			c0, c1, c2, c3,
			l0, l1, l2, l3,
			y0, y1, y2, y3,
			self.asset,
			self.half,
			self.more,
			r0, r1, r2, r3, r4, r5, r6,
			b0, b1, b2, b3,
		]
	}
}

/// The index of each constraint.
pub const CONSTRAINTS: Constraints<usize> = Constraints::from_array(indices());

/// The degree of each constraint: exact, winterfell checks it with debug assertions.
pub fn constraint_degrees() -> Constraints<Degree> {
	let wired = |base| Degree::with_cycles(base, vec![HALF]);
	let slot = |base| Degree::with_cycles(base, vec![rescue::ROWS]);
	Constraints {
		round: core::array::from_fn(|_| slot(7)),
		digits: core::array::from_fn(|_| Degree::new(4)),
		remaining: slot(1),
		low: wired(1),
		high: wired(1),
		kept: core::array::from_fn(|_| wired(1)),
		flag: Degree::new(2),
		dummy: wired(1),
		worthless: wired(2),
		position: wired(1),
		exhausted: wired(1),
		bit: wired(2),
		path: core::array::from_fn(|_| wired(2)),
		root: core::array::from_fn(|_| wired(2)),
		capacity: core::array::from_fn(|_| wired(1)),
		link: core::array::from_fn(|_| wired(1)),
		key: core::array::from_fn(|_| wired(1)),
		asset: wired(1),
		half: wired(1),
		more: wired(1),
		rest: core::array::from_fn(|_| wired(1)),
		blank: core::array::from_fn(|_| wired(1)),
	}
}
