//! The constraints of the usage statement by name: how many, in which order, of which degrees.

use crate::{rescue::ROWS, system::indices};
use alloc::vec;
use winter_air::TransitionConstraintDegree as Degree;

/// Constraints of the statement, masks apart.
pub const NUM_CONSTRAINTS: usize = 25;

/// Boundary assertions: four sequences of commitment words, six of other pins, the first sum.
pub const NUM_ASSERTIONS: usize = 11;

/// The transition constraints by name, over any cell type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraints<T> {
	/// A round of the permutation, in rows 0 to 6.
	pub round: [T; 12],
	/// Each digit is 0, 1, 2 or 3.
	pub digits: [T; 2],
	/// `remaining` loses one base-16 digit per row; in row 7 it is one.
	pub remaining: T,
	/// The weighted amount enters the sum after row 0, and nothing else ever does.
	pub sum: T,
	/// At the end of a group the sum is the claimed one.
	pub total: T,
	/// Capacity of the input: length, tag, version, 0.
	pub capacity: [T; 4],
	/// The amount committed to is the one decomposed.
	pub amount: T,
	/// The device committed to is the slot's.
	pub device: T,
	/// The period committed to is the statement's.
	pub period: T,
	/// The direction committed to is the group's.
	pub direction: T,
}

impl<T: Copy> Constraints<T> {
	/// Names the constraints. The parameter is the order in which the verifier weighs them.
	#[rustfmt::skip]
	const fn from_array(
		[
			r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11,
			d0, d1,
			remaining,
			sum,
			total,
			c0, c1, c2, c3,
			amount,
			device,
			period,
			direction,
		]: [T; NUM_CONSTRAINTS],
	) -> Self {
		Self {
			round: [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11],
			digits: [d0, d1],
			remaining,
			sum,
			total,
			capacity: [c0, c1, c2, c3],
			amount,
			device,
			period,
			direction,
		}
	}
}

impl<T> Constraints<T> {
	/// In the order the verifier weighs them.
	#[rustfmt::skip]
	#[inline(always)]
	pub fn into_array(self) -> [T; NUM_CONSTRAINTS] {
		let [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11] = self.round;
		let [d0, d1] = self.digits;
		let [c0, c1, c2, c3] = self.capacity;
		[
			r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11,
			d0, d1,
			self.remaining,
			self.sum,
			self.total,
			c0, c1, c2, c3,
			self.amount,
			self.device,
			self.period,
			self.direction,
		]
	}
}

/// The index of each constraint.
pub const CONSTRAINTS: Constraints<usize> = Constraints::from_array(indices());

/// The degree of each constraint: exact, winterfell checks it with debug assertions.
pub fn constraint_degrees() -> Constraints<Degree> {
	let gated = |base| Degree::with_cycles(base, vec![ROWS]);
	Constraints {
		round: core::array::from_fn(|_| gated(7)),
		digits: core::array::from_fn(|_| Degree::new(4)),
		remaining: gated(1),
		sum: gated(2),
		total: gated(2),
		capacity: core::array::from_fn(|_| gated(1)),
		amount: gated(1),
		device: gated(1),
		period: gated(1),
		direction: gated(1),
	}
}
