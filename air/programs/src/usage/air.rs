//! The constraints of the usage statement.

use super::{
	columns::{Columns, COLUMNS},
	constraints::{constraint_degrees, Constraints, NUM_ASSERTIONS, NUM_CONSTRAINTS},
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
use winter_air::{Air, AirContext, Assertion, EvaluationFrame, ProofOptions, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// The values of the periodic columns in one row.
struct Periodic<E> {
	/// 1 where a round is applied: rows 0 to 6.
	round: E,
	/// 1 in row 0.
	first: E,
	/// 1 in row 2.
	third: E,
	/// Constants of this row's round.
	constants: Constants<E>,
	/// Values of the masks' periodic columns.
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
