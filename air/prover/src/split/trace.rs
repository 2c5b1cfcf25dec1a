//! Filling the trace of a split.

use super::Delivery;
use crate::{
	random::NoRandomness,
	system::{erase, SecretTrace},
};
use meterproof_programs::{
	commitment::initial_state,
	hash::{decode, output, start, Tag, Words},
	note::{limbs, Note, NOTE_LENGTH},
	seal::{KEY_LENGTH, RANDOMNESS_LENGTH},
	split::{
		Columns, PublicInputs, Split, SplitAir, Statement, COLUMNS, PARAMETERS, WITNESS_WIDTH,
	},
};
use winter_air::{Air, TraceInfo};
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement};
use zeroize::Zeroize;

/// Rows of a slot.
const ROWS: usize = 8;
const ZERO: BaseElement = BaseElement::ZERO;

type State = [BaseElement; 12];

/// Rows before the blinding.
pub fn used(inputs: &PublicInputs) -> usize {
	inputs.trace_length() - inputs.shape().blinding_rows()
}

/// Fills the trace with whatever the deliveries hold; blocks left over repeat the first.
///
/// Every cell that no constraint or assertion determines is uniform, from the operating system's
/// generator, drawn anew for each proof.
pub fn fill(
	inputs: &PublicInputs,
	statement: &Statement,
	deliveries: &[Delivery],
) -> Result<SecretTrace, NoRandomness> {
	let rows = inputs.trace_length();
	let width = inputs.shape().width();
	let used = used(inputs);
	// What unused slots hash, and what is kept before it is used, is random and stays.
	let columns = SecretTrace::random_columns(width, rows, |column| {
		let random = COLUMNS.state.contains(&column) || column >= WITNESS_WIDTH;
		if random {
			0
		} else {
			used
		}
	})?;
	let mut writer =
		Writer { columns, row: 0, used, worth: ZERO, left: ZERO, rate: ZERO, kept: [ZERO; 4] };
	let pairs: Vec<_> = statement.splits.iter().zip(deliveries).collect();
	for block in 0..inputs.blocks().len() {
		if let Some((split, delivery)) = pairs.get(block).or(pairs.first()) {
			writer.block(statement, split, delivery);
		}
	}
	// Assertions hold in the blinding rows too.
	let air = SplitAir::new(TraceInfo::new(width, rows), inputs.clone(), PARAMETERS.options());
	for assertion in air.get_assertions() {
		let column = &mut writer.columns[assertion.column()];
		assertion.apply(rows, |row, value| {
			if row >= used {
				column[row] = value;
			}
		});
	}
	Ok(SecretTrace::new(core::mem::take(&mut writer.columns)))
}

/// What stays the same from slot to slot until it is changed, and the columns.
struct Writer {
	columns: Vec<Vec<BaseElement>>,
	row: usize,
	/// Where the blinding begins. Only if that is within a block is its first row determined.
	used: usize,
	worth: BaseElement,
	left: BaseElement,
	rate: BaseElement,
	kept: Words,
}

impl Drop for Writer {
	fn drop(&mut self) {
		self.columns.iter_mut().for_each(|column| erase(column));
		erase(&mut self.kept);
		erase(core::slice::from_mut(&mut self.worth));
		erase(core::slice::from_mut(&mut self.left));
	}
}

impl Writer {
	/// Eight rows: the permutation of `state`, and the digits of `remaining`.
	fn slot(&mut self, mut state: State, mut remaining: u32) -> State {
		for round in 0..ROWS {
			let values = Columns {
				state,
				digits: [remaining & 3, (remaining >> 2) & 3].map(BaseElement::from),
				remaining: BaseElement::from(remaining),
				worth: self.worth,
				left: self.left,
				rate: self.rate,
				kept: self.kept,
			};
			if self.row <= self.used {
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

	/// A slot that hashes what its columns hold already, random.
	fn idle(&mut self) {
		let mut state = core::array::from_fn(|i| self.columns[COLUMNS.state[i]][self.row]);
		self.slot(state, 0);
		erase(&mut state);
	}

	fn count(&mut self, quantity: u32) {
		self.worth += self.rate * quantity.into();
		self.left -= quantity.into();
	}

	fn note(&mut self, note: &Note) {
		let [o0, o1, o2, o3] = words(&note.owner);
		let [r0, r1, r2, r3] = words(&note.randomness);
		let [low, high] = limbs(note.amount);
		self.worth -= BaseElement::from(low);
		let input = [o0, o1, o2, o3, note.asset.into(), low.into(), r0, r1];
		let mut state = self.slot(start(NOTE_LENGTH, Tag::Note, input), low);
		for (cell, element) in state[4..7].iter_mut().zip([high.into(), r2, r3]) {
			*cell += element;
		}
		self.worth -= BaseElement::from(high) * BaseElement::new(1 << 32);
		self.slot(state, high);
	}

	fn block(&mut self, statement: &Statement, split: &Split, delivery: &Delivery) {
		let period = statement.period;
		let Some([payout, refund]) = delivery.notes(statement.asset, period, split) else {
			return;
		};
		let [k0, k1, k2, k3] = words(&delivery.key);
		self.worth = ZERO;
		self.left = split.quantity.into();
		self.rate = BaseElement::new(split.rate);
		self.kept = [k0, k1, k2, k3];
		self.idle();

		let missing = split.quantity.saturating_sub(delivery.delivered);
		self.count(missing);
		let input = [k0, k1, k2, k3, ZERO, ZERO, ZERO, ZERO];
		self.slot(start(KEY_LENGTH, Tag::SealKey, input), missing);

		let input = [k0, k1, k2, k3, BaseElement::new(period), ZERO, ZERO, ZERO];
		let state = self.slot(start(RANDOMNESS_LENGTH, Tag::SealRandomness, input), 0);
		self.kept = output(&state);
		self.note(&refund);

		let Delivery { delivered, direction, salt, .. } = delivery;
		self.count(*delivered);
		let state = initial_state(Tag::Quantity, *delivered, 0, period, *direction, salt);
		self.slot(state, *delivered);
		self.note(&payout);
	}
}

/// The elements of a digest that was checked to be canonical.
fn words(digest: &[u8; 32]) -> Words {
	decode(digest).unwrap_or([ZERO; 4])
}
