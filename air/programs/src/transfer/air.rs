//! The constraints of the transfer statement.

use super::{
	columns::{Columns, COLUMNS},
	constraints::{constraint_degrees, Constraints, NUM_ASSERTIONS, NUM_CONSTRAINTS},
	inputs::PublicInputs,
	layout::{self, last_row, slots, Wires, NUM_WIRES, TRACE_LENGTH},
	options::PARAMETERS,
	NOTES,
};
use crate::{
	hash::{capacity, Tag},
	masks,
	note::{NODE_LENGTH, NOTE_LENGTH, NULLIFIER_KEY_LENGTH, NULLIFIER_LENGTH, OWNER_LENGTH},
	rescue::{self, Constants},
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

/// The algebraic form of the transfer statement.
pub struct TransferAir {
	context: AirContext<BaseElement>,
	inputs: PublicInputs,
}

impl TransferAir {
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
		let one = E::ONE;
		let two_32 = BaseElement::new(1 << 32);

		// The last row of a slot, and the first one of the next.
		let [_, _, _, _, digest @ .., _, _, _, _] = current.state;
		let [c0, c1, c2, c3, before @ ..] = current.state;
		let [n0, n1, n2, n3, input @ ..] = next.state;
		let [i0, i1, i2, i3, i4, i5, i6, i7] = input;
		let (left, right) = ([i0, i1, i2, i3], [i4, i5, i6, i7]);
		let [b0, b1, b2, b3, b4, b5, b6, b7] = before;
		let amount = next.remaining;
		let bit = next.remaining;
		let carried = wires.nullifier_key * (next.digits[0] - next.digits[1]);

		let level = wires.leaf + wires.node;
		let note = wires.spent + wires.made;
		let note_more = wires.spent_more + wires.made_more;
		let second = note_more + wires.nullifier_more;
		let linked = wires.owner + wires.spent + wires.nullifier;
		let stored = wires.owner + wires.nullifier;
		let short = wires.nullifier_key + wires.owner;

		let first = [
			(wires.nullifier_key, NULLIFIER_KEY_LENGTH, Tag::NullifierKey),
			(wires.owner, OWNER_LENGTH, Tag::Owner),
			(note, NOTE_LENGTH, Tag::Note),
			(wires.nullifier, NULLIFIER_LENGTH, Tag::Nullifier),
			(level, NODE_LENGTH, Tag::Node),
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
			low: next.low - current.low - (wires.spent - wires.made) * amount
				+ carried.mul_base(two_32),
			high: next.high
				- current.high
				- (wires.spent_more - wires.made_more) * amount
				- carried,
			kept: array4(
				#[inline(always)]
				|i| next.kept[i] - current.kept[i] - stored * (digest[i] - current.kept[i]),
			),
			flag: current.dummy * (current.dummy - one),
			dummy: (one - wires.nullifier_key) * (next.dummy - current.dummy),
			worthless: (wires.spent + wires.spent_more) * next.dummy * amount,
			position: (one - level - wires.nullifier_more) * (next.position - current.position)
				+ level * (next.position + next.position + bit - current.position),
			exhausted: wires.made * current.position,
			bit: level * bit * (bit - one),
			path: array4(
				#[inline(always)]
				|i| {
					let child = wires.leaf * current.kept[i] + wires.node * digest[i];
					level * (left[i] + bit * (right[i] - left[i])) - child
				},
			),
			root: array4(
				#[inline(always)]
				|i| wires.made * (one - current.dummy) * (digest[i] - E::from(self.inputs.root[i])),
			),
			capacity: [
				begun * n0 - h0 + second * (n0 - c0),
				begun * n1 - h1 + second * (n1 - c1),
				begun * n2 - h2 + second * (n2 - c2),
				begun * n3 - h3 + second * (n3 - c3),
			],
			link: array4(
				#[inline(always)]
				|i| linked * (left[i] - digest[i]),
			),
			key: array4(
				#[inline(always)]
				|i| wires.nullifier * (right[i] - current.kept[i]),
			),
			asset: note * (i4 - E::from(self.inputs.asset)),
			half: note * (i5 - amount),
			more: second * (i0 - b0) - note_more * amount - wires.nullifier_more * next.position,
			rest: [
				wires.nullifier_more * (i1 - b1),
				wires.nullifier_more * (i2 - b2),
				second * (i3 - b3),
				second * (i4 - b4),
				second * (i5 - b5),
				second * (i6 - b6),
				second * (i7 - b7),
			],
			blank: [wires.nullifier_key * i4, short * i5, short * i6, short * i7],
		}
	}
}

/// Four of a kind.
#[inline(always)]
fn array4<E>(value: impl Fn(usize) -> E) -> [E; 4] {
	[value(0), value(1), value(2), value(3)]
}

impl Circuit for TransferAir {
	const PARAMETERS: Parameters = PARAMETERS;
	const PUBLIC_COLUMNS: &'static [usize] = &[];
}

impl Air for TransferAir {
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
		let [_, _, _, _, digest @ .., _, _, _, _] = COLUMNS.state;
		let mut assertions = Vec::with_capacity(NUM_ASSERTIONS);
		for half in 0..NOTES {
			let places = [
				(slots::NULLIFIER_MORE, self.inputs.nullifiers.get(half)),
				(slots::MADE_MORE, self.inputs.outputs.get(half)),
			];
			for (slot, words) in places {
				let words = words.into_iter().flatten().zip(digest);
				assertions.extend(
					words.map(|(word, column)| {
						Assertion::single(column, last_row(half, slot), *word)
					}),
				);
			}
		}
		let [low, high] = self.inputs.balance;
		let end = TRACE_LENGTH.saturating_sub(self.inputs.shape().blinding_rows());
		assertions.extend([
			Assertion::single(COLUMNS.low, 0, low),
			Assertion::single(COLUMNS.high, 0, high),
			Assertion::single(COLUMNS.low, end, BaseElement::ZERO),
			Assertion::single(COLUMNS.high, end, BaseElement::ZERO),
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
