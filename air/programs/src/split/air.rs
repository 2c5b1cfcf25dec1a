//! The constraints of the split statement.

use super::{
	columns::{Columns, COLUMNS},
	constraints::{constraint_degrees, Constraints, NUM_ASSERTIONS, NUM_CONSTRAINTS},
	inputs::{BlockPins, PublicInputs},
	layout::{self, first_row, last_row, slots, Wires, BLOCK, NUM_WIRES},
	options::PARAMETERS,
};
use crate::{
	commitment::INPUT_LENGTH,
	hash::{capacity, Tag, Words},
	masks,
	note::NOTE_LENGTH,
	rescue::{self, Constants},
	seal::{KEY_LENGTH, RANDOMNESS_LENGTH},
	slot,
	system::{Circuit, Parameters},
};
use alloc::vec::Vec;
use winter_air::{Air, AirContext, Assertion, EvaluationFrame, ProofOptions, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// The values of the periodic columns in one row.
struct Periodic<E> {
	/// 1 where a round is applied: rows 0 to 6.
	round: E,
	/// What joins the slots.
	wires: Wires<E>,
	/// Constants of this row's round.
	constants: Constants<E>,
	/// Values of the masks' periodic columns.
	masks: [E; masks::NUM_PERIODIC],
}

const NUM_PERIODIC: usize = 1 + NUM_WIRES + rescue::NUM_PERIODIC + masks::NUM_PERIODIC;

impl<E: Copy> Periodic<E> {
	#[inline(always)]
	fn from_slice(values: &[E]) -> Option<Self> {
		let (round, rest) = values.split_first()?;
		let (wires, rest) = rest.split_first_chunk()?;
		let (constants, rest) = Constants::split(rest)?;
		let masks = rest.first_chunk()?;
		Some(Self { round: *round, wires: Wires::from_array(*wires), constants, masks: *masks })
	}
}

/// The algebraic form of the split statement.
pub struct SplitAir {
	context: AirContext<BaseElement>,
	inputs: PublicInputs,
}

impl SplitAir {
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

	/// The constraints, masks apart, between two rows.
	#[allow(
		clippy::arithmetic_side_effects,
		clippy::indexing_slicing,
		reason = "field arithmetic does not overflow; arrays of four are indexed below four"
	)]
	#[inline(always)]
	fn constraints<E: FieldElement<BaseField = BaseElement>>(
		&self,
		current: &Columns<E>,
		next: &Columns<E>,
		periodic: &Periodic<E>,
	) -> Constraints<E> {
		let round = periodic.round;
		let wires = &periodic.wires;
		let two_32 = BaseElement::new(1 << 32);

		// The last row of a slot, and the first one of the next.
		let [_, _, _, _, digest @ .., _, _, _, _] = current.state;
		let [c0, c1, c2, c3, before @ ..] = current.state;
		let [n0, n1, n2, n3, input @ ..] = next.state;
		let [i0, i1, i2, i3, i4, i5, i6, i7] = input;
		let [b0, b1, b2, b3, b4, b5, b6, b7] = before;
		let amount = next.remaining;

		let inside = E::ONE - wires.begin;
		let counted = wires.key + wires.quantity;
		let keyed = wires.key + wires.randomness;
		let note = wires.refund + wires.payout;
		let second = wires.refund_more + wires.payout_more;
		let end = wires.begin + wires.quantity;

		let first = [
			(wires.key, KEY_LENGTH, Tag::SealKey),
			(wires.randomness, RANDOMNESS_LENGTH, Tag::SealRandomness),
			(note, NOTE_LENGTH, Tag::Note),
			(wires.quantity, INPUT_LENGTH, Tag::Quantity),
		];
		// What the first permutation of a hash finds, and how often.
		let mut starts = [E::ZERO; 4];
		let mut begun = E::ZERO;
		for (wire, length, tag) in first {
			begun += wire;
			for (sum, constant) in starts.iter_mut().zip(capacity(length, tag)) {
				*sum += wire.mul_base(constant);
			}
		}
		let [h0, h1, h2, h3] = starts;

		Constraints {
			round: slot::gated(
				round,
				rescue::round(&current.state, &next.state, &periodic.constants),
			),
			digits: [slot::digit(current.digits[0]), slot::digit(current.digits[1])],
			remaining: slot::decomposition(
				current.remaining,
				current.digits,
				next.remaining,
				round,
			),
			worth: inside * (next.worth - current.worth)
				- (counted * next.rate - note - second.mul_base(two_32)) * amount,
			settled: end * current.worth,
			left: inside * (next.left - current.left) + counted * amount,
			divided: wires.begin * current.left,
			bounded: end * current.remaining,
			rate: inside * (next.rate - current.rate),
			kept: array4(
				#[inline(always)]
				|i| {
					inside * (next.kept[i] - current.kept[i])
						- wires.refund * (digest[i] - current.kept[i])
				},
			),
			capacity: [
				begun * n0 - h0 + second * (n0 - c0),
				begun * n1 - h1 + second * (n1 - c1),
				begun * n2 - h2 + second * (n2 - c2),
				begun * n3 - h3 + second * (n3 - c3),
			],
			key: array4(
				#[inline(always)]
				|i| keyed * (input[i] - next.kept[i]),
			),
			blank: [
				keyed * i4 - wires.randomness.mul_base(self.inputs.period),
				keyed * i5,
				keyed * i6,
				keyed * i7,
			],
			asset: note * (i4 - E::from(self.inputs.asset)),
			half: note * (i5 - amount),
			drawn: [wires.refund * (i6 - digest[0]), wires.refund * (i7 - digest[1])],
			quantity: wires.quantity * (i0 - amount),
			more: second * (i0 - b0 - amount),
			drawn_more: [
				wires.refund_more * (i1 - b1 - current.kept[2]),
				wires.refund_more * (i2 - b2 - current.kept[3]),
			],
			rest: [
				second * (i3 - b3),
				second * (i4 - b4),
				second * (i5 - b5),
				second * (i6 - b6),
				second * (i7 - b7),
			],
		}
	}
}

/// Four of a kind.
#[inline(always)]
fn array4<E>(value: impl Fn(usize) -> E) -> [E; 4] {
	[value(0), value(1), value(2), value(3)]
}

/// A digest or an owner of a block.
type WordsOf = fn(&BlockPins) -> Words;

impl Circuit for SplitAir {
	const PARAMETERS: Parameters = PARAMETERS;
	const PUBLIC_COLUMNS: &'static [usize] = &[COLUMNS.rate];
}

impl Air for SplitAir {
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
		let pin = |column, row, value: &dyn Fn(&BlockPins) -> BaseElement| {
			Assertion::sequence(column, row, BLOCK, self.inputs.sequence(value))
		};
		let [_, _, _, _, rate @ .., _, _, _, _] = COLUMNS.state;
		// In the first row of a slot these columns hold the owner that a note begins with; in its
		// last row they hold what it hashed.
		let digests: [(usize, WordsOf); 6] = [
			(last_row(slots::KEY), |block| block.key),
			(first_row(slots::REFUND), |block| owner(&block.refund)),
			(last_row(slots::REFUND_MORE), |block| hash(&block.refund)),
			(last_row(slots::QUANTITY), |block| block.delivered),
			(first_row(slots::PAYOUT), |block| owner(&block.payout)),
			(last_row(slots::PAYOUT_MORE), |block| hash(&block.payout)),
		];
		let mut assertions = Vec::with_capacity(NUM_ASSERTIONS);
		for (row, words) in digests {
			for (place, column) in rate.into_iter().enumerate() {
				let word = |block: &BlockPins| {
					words(block).into_iter().nth(place).unwrap_or(BaseElement::ZERO)
				};
				assertions.push(pin(column, row, &word));
			}
		}
		assertions.extend([
			pin(COLUMNS.worth, 0, &|_| BaseElement::ZERO),
			pin(COLUMNS.left, 0, &|block| block.quantity),
			pin(COLUMNS.rate, 0, &|block| block.rate),
		]);
		assertions
	}

	fn get_periodic_column_values(&self) -> Vec<Vec<BaseElement>> {
		let mut columns = Vec::with_capacity(NUM_PERIODIC);
		columns.push(slot::rounds());
		columns.extend(layout::periodic_columns());
		columns.extend(rescue::periodic_columns());
		columns.extend(masks::periodic_columns());
		columns
	}
}

fn owner([owner, _]: &[Words; 2]) -> Words {
	*owner
}

fn hash([_, note]: &[Words; 2]) -> Words {
	*note
}
