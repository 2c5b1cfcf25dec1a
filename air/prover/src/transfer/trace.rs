//! Filling the trace of a payment.

use super::{Payment, Spend};
use crate::{
	random::NoRandomness,
	system::{erase, SecretTrace},
};
use meterproof_programs::{
	hash::{decode, output, start, Tag, Words},
	note::{
		limbs, Note, NODE_LENGTH, NOTE_LENGTH, NULLIFIER_KEY_LENGTH, NULLIFIER_LENGTH,
		OWNER_LENGTH, TREE_DEPTH,
	},
	transfer::{
		first_row, slots, Columns, PublicInputs, COLUMNS, HALF, TRACE_LENGTH, WITNESS_WIDTH,
	},
};
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement};
use zeroize::Zeroize;

/// Rows of a slot.
const ROWS: usize = 8;
const ZERO: BaseElement = BaseElement::ZERO;

type State = [BaseElement; 12];

/// Rows before the blinding.
pub fn used(inputs: &PublicInputs) -> usize {
	TRACE_LENGTH - inputs.shape().blinding_rows()
}

/// Fills the trace with whatever the payment holds.
///
/// Every cell that no constraint determines is uniform, from the operating system's generator,
/// drawn anew for each proof. `carried` is what the low halves of the amounts hold over 32 bits, or
/// lack: between -3 and 3.
pub fn fill(
	inputs: &PublicInputs,
	payment: &Payment,
	carried: i8,
) -> Result<SecretTrace, NoRandomness> {
	let end = used(inputs);
	// The hashes of unused slots are of something random: their inputs are kept.
	let columns = SecretTrace::random_columns(inputs.shape().width(), TRACE_LENGTH, |column| {
		let state = COLUMNS.state.contains(&column);
		if state || column >= WITNESS_WIDTH {
			0
		} else {
			end
		}
	})?;
	let mut writer = Writer { columns, row: 0, end, cells: Held::new(inputs.balance()) };
	for (half, (spend, made)) in payment.spends.iter().zip(&payment.outputs).enumerate() {
		writer.idle(half, 0);
		let carried = if half == 0 { carried } else { 0 };
		writer.spend(spend, payment.asset, carried);
		writer.make(made);
		for slot in slots::MADE_MORE + 1..HALF / ROWS {
			writer.idle(half, slot);
		}
	}
	Ok(writer.finish())
}

/// What stays the same from slot to slot until it is changed.
struct Held {
	low: BaseElement,
	high: BaseElement,
	kept: Words,
	dummy: BaseElement,
	position: BaseElement,
}

impl Held {
	fn new([low, high]: [BaseElement; 2]) -> Self {
		Self { low, high, kept: [ZERO; 4], dummy: ZERO, position: ZERO }
	}

	/// Erases sums of amounts and a nullifier key.
	fn erase(&mut self) {
		let Self { low, high, kept, dummy, position } = self;
		erase(kept);
		for cell in [low, high, dummy, position] {
			erase(core::slice::from_mut(cell));
		}
	}
}

struct Writer {
	columns: Vec<Vec<BaseElement>>,
	row: usize,
	/// Where the blinding begins.
	end: usize,
	cells: Held,
}

impl Drop for Writer {
	fn drop(&mut self) {
		self.columns.iter_mut().for_each(|column| erase(column));
		self.cells.erase();
	}
}

impl Writer {
	/// Eight rows: the permutation of `state`, and the digits of `remaining`.
	fn slot(&mut self, mut state: State, mut remaining: u32) -> State {
		let Held { low, high, kept, dummy, position } = self.cells;
		for round in 0..ROWS {
			let values = Columns {
				state,
				digits: [remaining & 3, (remaining >> 2) & 3].map(BaseElement::from),
				remaining: BaseElement::from(remaining),
				low,
				high,
				kept,
				dummy,
				position,
			};
			if self.row < self.end {
				for (column, value) in self.columns.iter_mut().zip(values.into_array()) {
					column[self.row] = value;
				}
			}
			self.row += 1;
			remaining >>= 4;
			if round < Rp64_256::NUM_ROUNDS {
				Rp64_256::apply_round(&mut state, round);
			}
		}
		remaining.zeroize();
		state
	}

	/// A slot that stands for nothing: its input is what the columns hold already, random.
	fn idle(&mut self, half: usize, slot: usize) {
		let row = first_row(half, slot);
		debug_assert_eq!(row, self.row);
		if row < self.end {
			let mut state = core::array::from_fn(|i| self.columns[COLUMNS.state[i]][row]);
			self.slot(state, 0);
			erase(&mut state);
		} else {
			self.row += ROWS;
		}
	}

	fn first(&mut self, tag: Tag, length: u64, input: [BaseElement; 8], remaining: u32) -> State {
		self.slot(start(length, tag, input), remaining)
	}

	fn second(&mut self, mut state: State, more: Words, remaining: u32) -> State {
		for (cell, element) in state[4..8].iter_mut().zip(more) {
			*cell += element;
		}
		self.slot(state, remaining)
	}

	fn note(&mut self, note: &Note, sign: BaseElement) -> State {
		let [o0, o1, o2, o3] = words(&note.owner);
		let [r0, r1, r2, r3] = words(&note.randomness);
		let [low, high] = limbs(note.amount);
		self.cells.low += sign * low.into();
		let first = [o0, o1, o2, o3, note.asset.into(), low.into(), r0, r1];
		let state = self.first(Tag::Note, NOTE_LENGTH, first, low);
		self.cells.high += sign * high.into();
		self.second(state, [high.into(), r2, r3, ZERO], high)
	}

	fn spend(&mut self, spend: &Spend, asset: u32, carried: i8) {
		// The carry stands in two digits, one to add and one to take off.
		let [add, take] = [carried.max(0), (-carried).max(0)].map(|c| c.unsigned_abs());
		let carry = BaseElement::from(add) - BaseElement::from(take);
		self.cells.low -= carry * BaseElement::new(1 << 32);
		self.cells.high += carry;
		self.cells.dummy = BaseElement::from(spend.dummy);
		let [k0, k1, k2, k3] = words(&spend.spending_key);
		let input = [k0, k1, k2, k3, ZERO, ZERO, ZERO, ZERO];
		let digits = u32::from(add) + 4 * u32::from(take);
		let key = self.first(Tag::NullifierKey, NULLIFIER_KEY_LENGTH, input, digits);
		let [n0, n1, n2, n3] = output(&key);

		self.cells.kept = [n0, n1, n2, n3];
		let input = [n0, n1, n2, n3, spend.diversifier.into(), ZERO, ZERO, ZERO];
		let owner = self.first(Tag::Owner, OWNER_LENGTH, input, 0);

		let owner = meterproof_programs::hash::encode(&output(&owner));
		let note = Note { asset, amount: spend.amount, owner, randomness: spend.randomness };
		let note = self.note(&note, BaseElement::ONE);
		let [c0, c1, c2, c3] = output(&note);

		self.cells.kept = [c0, c1, c2, c3];
		let input = [c0, c1, c2, c3, n0, n1, n2, n3];
		let state = self.first(Tag::Nullifier, NULLIFIER_LENGTH, input, 0);
		self.cells.position = spend.position.into();
		self.second(state, [spend.position.into(), ZERO, ZERO, ZERO], 0);

		let mut node = [c0, c1, c2, c3];
		for (level, sibling) in (0..TREE_DEPTH).zip(&spend.path) {
			let bit = spend.position >> level & 1;
			// Two steps: a shift by 32 bits is none.
			self.cells.position = (spend.position >> level >> 1).into();
			let sibling = words(sibling);
			let ([l0, l1, l2, l3], [r0, r1, r2, r3]) =
				if bit == 0 { (node, sibling) } else { (sibling, node) };
			let input = [l0, l1, l2, l3, r0, r1, r2, r3];
			node = output(&self.first(Tag::Node, NODE_LENGTH, input, bit));
		}
	}

	fn make(&mut self, note: &Note) {
		self.note(note, -BaseElement::ONE);
	}

	/// The last transition determines what is held in the first row of the blinding.
	fn finish(mut self) -> SecretTrace {
		let Held { low, high, kept, dummy, position } = self.cells;
		let indices = [COLUMNS.low, COLUMNS.high, COLUMNS.dummy, COLUMNS.position];
		let held = indices.into_iter().chain(COLUMNS.kept);
		for (column, value) in held.zip([low, high, dummy, position].into_iter().chain(kept)) {
			self.columns[column][self.end] = value;
		}
		SecretTrace::new(core::mem::take(&mut self.columns))
	}
}

/// The elements of a digest that was checked to be canonical.
fn words(digest: &[u8; 32]) -> Words {
	decode(digest).unwrap_or([ZERO; 4])
}
