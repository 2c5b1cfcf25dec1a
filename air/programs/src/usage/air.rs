//! The constraints of the usage statement.

use super::{
	columns::{Columns, COLUMNS},
	inputs::{PublicInputs, SlotPins},
	options::PARAMETERS,
	statement::ROWS_PER_SLOT,
};
use crate::{
	commitment::{INPUT_LENGTH, VERSION},
	masks,
	rescue::{self, Constants},
	slot,
	system::{Circuit, Parameters},
};
use alloc::{vec, vec::Vec};
use winter_air::{
	Air, AirContext, Assertion, EvaluationFrame, ProofOptions, TraceInfo,
	TransitionConstraintDegree as Degree,
};
use winter_math::{fields::f64::BaseElement, FieldElement};

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
pub const CONSTRAINTS: Constraints<usize> = Constraints {
	round: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
	digits: [12, 13],
	remaining: 14,
	sum: 15,
	total: 16,
	capacity: [17, 18, 19, 20],
	amount: 21,
	device: 22,
	period: 23,
	direction: 24,
};

/// The degree of each constraint: exact, winterfell checks it with debug assertions.
pub fn constraint_degrees() -> Constraints<Degree> {
	let gated = |base| Degree::with_cycles(base, vec![ROWS_PER_SLOT]);
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

/// The values of the periodic columns in one row.
struct Periodic<E> {
	/// 1 where a round is applied: rows 0 to 6.
	round: E,
	/// 1 in row 0.
	first: E,
	/// 1 in row 2.
	third: E,
	/// Of the round.
	constants: Constants<E>,
	/// Of the masks.
	masks: [E; masks::NUM_PERIODIC],
}

const NUM_PERIODIC: usize = 3 + rescue::NUM_PERIODIC + masks::NUM_PERIODIC;

impl<E: Copy> Periodic<E> {
	#[inline(always)]
	fn from_slice(values: &[E]) -> Option<Self> {
		let ([round, first, third], rest) = values.split_first_chunk()?;
		let (constants, rest) = Constants::split(rest)?;
		let masks = rest.first_chunk()?;
		Some(Self { round: *round, first: *first, third: *third, constants, masks: *masks })
	}
}

/// The algebraic form of the usage statement.
pub struct UsageAir {
	context: AirContext<BaseElement>,
	inputs: PublicInputs,
}

impl UsageAir {
	/// The constraints, masks apart, with the periodic values of the masks; `None` where rows are not as
	/// wide as they must be.
	#[inline(always)]
	fn evaluate<E: FieldElement<BaseField = BaseElement>>(
		&self,
		frame: &EvaluationFrame<E>,
		periodic: &[E],
	) -> Option<([E; NUM_CONSTRAINTS], [E; masks::NUM_PERIODIC])> {
		let current = Columns::from_row(frame.current())?;
		let next = Columns::from_row(frame.next())?;
		let periodic = Periodic::from_slice(periodic)?;
		let own = self.constraints(&current, &next, &periodic);
		Some((own.into_array(), periodic.masks))
	}

	/// Pins a cell of every slot, a filler's too.
	fn pin(
		&self,
		column: usize,
		row: usize,
		value: impl Fn(&SlotPins) -> BaseElement,
	) -> Assertion<BaseElement> {
		Assertion::sequence(column, row, ROWS_PER_SLOT, self.inputs.sequence(value))
	}

	/// The constraints, masks apart, between two rows.
	#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
	#[inline(always)]
	fn constraints<E: FieldElement<BaseField = BaseElement>>(
		&self,
		current: &Columns<E>,
		next: &Columns<E>,
		periodic: &Periodic<E>,
	) -> Constraints<E> {
		let Periodic { round, first, third, .. } = *periodic;
		let [length, tag, version, zero, amount, device, period, direction, ..] = current.state;

		let rounds = rescue::round(&current.state, &next.state, &periodic.constants);

		Constraints {
			round: slot::gated(round, rounds),
			digits: [slot::digit(current.digits[0]), slot::digit(current.digits[1])],
			remaining: slot::decomposition(
				current.remaining,
				current.digits,
				next.remaining,
				round,
			),
			sum: next.sum - current.sum - first * current.pins * current.remaining,
			total: third * current.pins * (current.sum - next.pins),
			capacity: [
				first * (length - E::from(BaseElement::new(INPUT_LENGTH))),
				first * (tag - next.pins),
				first * (version - E::from(BaseElement::new(VERSION))),
				first * zero,
			],
			amount: first * (amount - current.remaining),
			device: first * (device - current.identity),
			period: first * (period - E::from(self.inputs.period())),
			direction: first * (direction - next.identity),
		}
	}
}

impl Circuit for UsageAir {
	const PARAMETERS: Parameters = PARAMETERS;
	const PUBLIC_COLUMNS: &'static [usize] = &[COLUMNS.pins, COLUMNS.identity];
}

impl Air for UsageAir {
	type BaseField = BaseElement;
	type PublicInputs = PublicInputs;

	fn new(trace_info: TraceInfo, inputs: PublicInputs, options: ProofOptions) -> Self {
		let shape = inputs.shape();
		let mut degrees = Vec::from(constraint_degrees().into_array());
		degrees.extend(masks::degrees(shape.masks()));
		let context = AirContext::new(trace_info, degrees, NUM_ASSERTIONS, options)
			.set_num_transition_exemptions(shape.blinding_rows());
		Self { context, inputs }
	}

	fn context(&self) -> &AirContext<BaseElement> {
		&self.context
	}

	#[inline(always)]
	fn evaluate_transition<E: FieldElement<BaseField = BaseElement>>(
		&self,
		frame: &EvaluationFrame<E>,
		periodic: &[E],
		result: &mut [E],
	) {
		let own = self.evaluate(frame, periodic);
		slot::write(own, frame.next(), super::WITNESS_WIDTH, result);
	}

	fn get_assertions(&self) -> Vec<Assertion<BaseElement>> {
		let [_, _, _, _, c0, c1, c2, c3, ..] = COLUMNS.state;
		vec![
			self.pin(c0, 7, |slot| slot.commitment[0]),
			self.pin(c1, 7, |slot| slot.commitment[1]),
			self.pin(c2, 7, |slot| slot.commitment[2]),
			self.pin(c3, 7, |slot| slot.commitment[3]),
			self.pin(COLUMNS.pins, 0, |slot| slot.weight),
			self.pin(COLUMNS.pins, 1, |slot| BaseElement::new(slot.tag as u64)),
			self.pin(COLUMNS.pins, 2, |slot| BaseElement::from(slot.total.is_some())),
			self.pin(COLUMNS.pins, 3, |slot| BaseElement::new(slot.total.unwrap_or(0))),
			self.pin(COLUMNS.identity, 0, |slot| BaseElement::from(slot.device)),
			self.pin(COLUMNS.identity, 1, |slot| BaseElement::from(slot.direction)),
			Assertion::single(COLUMNS.sum, 0, BaseElement::ZERO),
		]
	}

	fn get_periodic_column_values(&self) -> Vec<Vec<BaseElement>> {
		let one_at = |place: usize| -> Vec<BaseElement> {
			(0..ROWS_PER_SLOT).map(|row| BaseElement::from(row == place)).collect()
		};
		let mut columns = Vec::with_capacity(NUM_PERIODIC);
		columns.extend([slot::rounds(), one_at(0), one_at(2)]);
		columns.extend(rescue::periodic_columns());
		columns.extend(masks::periodic_columns());
		columns
	}
}
