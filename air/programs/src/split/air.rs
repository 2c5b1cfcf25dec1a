//! The constraints of the split statement.

use super::{
	columns::{Columns, COLUMNS},
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
use alloc::{vec, vec::Vec};
use winter_air::{
	Air, AirContext, Assertion, EvaluationFrame, ProofOptions, TraceInfo,
	TransitionConstraintDegree as Degree,
};
use winter_math::{fields::f64::BaseElement, FieldElement};

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
	/// What is missing, or delivered, enters `worth` at the rate; a note's halves leave it; nothing
	/// else does either.
	pub worth: T,
	/// After each note, `worth` is zero: nothing is owed to that side any more.
	pub settled: T,
	/// What is missing and what is delivered is taken off what is left; nothing else is.
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
pub const CONSTRAINTS: Constraints<usize> = Constraints {
	round: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
	digits: [12, 13],
	remaining: 14,
	worth: 15,
	settled: 16,
	left: 17,
	divided: 18,
	bounded: 19,
	rate: 20,
	kept: [21, 22, 23, 24],
	capacity: [25, 26, 27, 28],
	key: [29, 30, 31, 32],
	blank: [33, 34, 35, 36],
	asset: 37,
	half: 38,
	drawn: [39, 40],
	quantity: 41,
	more: 42,
	drawn_more: [43, 44],
	rest: [45, 46, 47, 48, 49],
};

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

/// The values of the periodic columns in one row.
struct Periodic<E> {
	/// 1 where a round is applied: rows 0 to 6.
	round: E,
	/// What joins the slots.
	wires: Wires<E>,
	/// Of the round.
	constants: Constants<E>,
	/// Of the masks.
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
