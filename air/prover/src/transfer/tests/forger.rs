//! A prover that lies in one place and is consistent everywhere else.
//!
//! Written apart from the prover's own trace, from the statement: what one agrees on with the
//! other is tested.

use crate::{
	system::SecretTrace,
	transfer::{Payment, Spend},
};
use meterproof_programs::{
	hash::{decode, encode, output, start, Tag, Words},
	note::limbs,
	transfer::{
		first_row, last_row, slots, Columns, Public, PublicInputs, Statement, BLINDING_ROWS,
		COLUMNS, HALF, SHAPE, TRACE_LENGTH,
	},
};
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement};

pub const ROWS: usize = 8;
/// The first row of the blinding.
pub const END: usize = TRACE_LENGTH - BLINDING_ROWS;
const ZERO: BaseElement = BaseElement::ZERO;

pub fn word(value: u64) -> BaseElement {
	BaseElement::new(value)
}

/// Eight rows, before they are written.
#[derive(Clone, Debug)]
pub struct Slot {
	/// What is hashed.
	pub state: [BaseElement; 12],
	/// What is decomposed.
	pub amount: BaseElement,
	pub low: BaseElement,
	pub high: BaseElement,
	pub kept: Words,
	pub dummy: BaseElement,
	pub position: BaseElement,
	/// A round of which one S-box gives one too much.
	pub slip: Option<(usize, usize)>,
}

/// Which slot a lie is told in: its half, and its place there.
pub type Place = (usize, usize);

/// A lie about a payment. All that follows from it is as it should be then.
pub struct Forger<'a> {
	pub payment: &'a Payment,
	pub public: Public,
	/// What the low halves carry over, as each half of the trace says it.
	pub carried: [i8; 2],
}

/// What a dishonest prover hands in.
pub struct Forged {
	pub statement: Statement,
	pub inputs: PublicInputs,
	pub trace: SecretTrace,
}

impl Forger<'_> {
	/// The trace in which `lie` changes every slot before it is written, and the statement that it
	/// would be a trace of.
	pub fn forge(&self, mut lie: impl FnMut(Place, &mut Slot)) -> Forged {
		let random = |_| 0;
		let columns = SecretTrace::random_columns(SHAPE.width(), TRACE_LENGTH, random).unwrap();
		let mut trace = SecretTrace::new(columns);
		let mut end = [ZERO; 12];
		let [low, high] = self.balance();
		let mut slot = Slot {
			state: [ZERO; 12],
			amount: ZERO,
			low,
			high,
			kept: [ZERO; 4],
			dummy: ZERO,
			position: ZERO,
			slip: None,
		};
		for number in 0..END / ROWS {
			let place = (number * ROWS / HALF, number % (HALF / ROWS));
			self.fill(place, &mut slot, &end);
			lie(place, &mut slot);
			end = write(&mut trace, number * ROWS, &slot);
		}
		// The last transition determines these.
		lie((1, (END - HALF) / ROWS), &mut slot);
		for (column, value) in held(&slot) {
			trace.set(column, END, value);
		}
		let statement = self.statement(&trace);
		let inputs = PublicInputs::new(&statement).unwrap();
		Forged { statement, inputs, trace }
	}

	fn balance(&self) -> [BaseElement; 2] {
		let halves = |amount| limbs(amount).map(BaseElement::from);
		let mut sum = halves(self.public.entering());
		for leaving in self.public.leaving() {
			let [low, high] = halves(leaving);
			sum = [sum[0] - low, sum[1] - high];
		}
		sum
	}

	/// What an honest prover puts into a slot, given the one before and what it hashed.
	fn fill(&self, (half, place): Place, slot: &mut Slot, end: &[BaseElement; 12]) {
		let spend = &self.payment.spends[half];
		let made = &self.payment.outputs[half];
		let before = output(end);
		let words = |digest| decode(digest).unwrap();
		let join = |left: Words, right: Words| {
			core::array::from_fn(|i| if i < 4 { left[i] } else { right[i - 4] })
		};
		let asset = self.payment.asset.into();
		(slot.amount, slot.slip) = (ZERO, None);
		match place {
			slots::NULLIFIER_KEY => {
				let carried = self.carried[half];
				let carry = word(carried.max(0) as u64) - word((-carried).max(0) as u64);
				slot.low -= carry * word(1 << 32);
				slot.high += carry;
				slot.amount = word(carried.max(0) as u64 + 4 * (-carried).max(0) as u64);
				slot.dummy = BaseElement::from(spend.dummy);
				let input = join(words(&spend.spending_key), [ZERO; 4]);
				slot.state = start(4, Tag::NullifierKey, input);
			},
			slots::OWNER => {
				slot.kept = before;
				let input = join(before, [spend.diversifier.into(), ZERO, ZERO, ZERO]);
				slot.state = start(5, Tag::Owner, input);
			},
			slots::SPENT | slots::MADE => {
				let is_spent = place == slots::SPENT;
				let (amount, randomness) = match is_spent {
					true => (spend.amount, &spend.randomness),
					false => (made.amount, &made.randomness),
				};
				let owner = if is_spent { before } else { words(&made.owner) };
				let [r0, r1, ..] = words(randomness);
				slot.amount = limbs(amount)[0].into();
				let sign = if is_spent { BaseElement::ONE } else { -BaseElement::ONE };
				slot.low += sign * slot.amount;
				let input = join(owner, [asset, slot.amount, r0, r1]);
				slot.state = start(11, Tag::Note, input);
			},
			slots::SPENT_MORE | slots::MADE_MORE => {
				let is_spent = place == slots::SPENT_MORE;
				let (amount, randomness) = match is_spent {
					true => (spend.amount, &spend.randomness),
					false => (made.amount, &made.randomness),
				};
				let [.., r2, r3] = words(randomness);
				slot.amount = limbs(amount)[1].into();
				let sign = if is_spent { BaseElement::ONE } else { -BaseElement::ONE };
				slot.high += sign * slot.amount;
				slot.state = *end;
				slot.state[4] += slot.amount;
				slot.state[5] += r2;
				slot.state[6] += r3;
			},
			slots::NULLIFIER => {
				slot.state = start(9, Tag::Nullifier, join(before, slot.kept));
				slot.kept = before;
			},
			slots::NULLIFIER_MORE => {
				slot.position = spend.position.into();
				slot.state = *end;
				slot.state[4] += slot.position;
			},
			slots::PATH..slots::MADE => {
				let level = place - slots::PATH;
				let child = if level == 0 { slot.kept } else { before };
				let sibling = words(&spend.path[level]);
				let bit = spend.position >> level & 1;
				slot.amount = bit.into();
				slot.position = (slot.position - slot.amount) / word(2);
				let input = if bit == 0 { join(child, sibling) } else { join(sibling, child) };
				slot.state = start(8, Tag::Node, input);
			},
			_ => slot.state = core::array::from_fn(|i| word(77 + i as u64)),
		}
	}

	/// What the trace says it is a trace of.
	fn statement(&self, trace: &SecretTrace) -> Statement {
		let hashed = |half, place| {
			let row = last_row(half, place);
			encode(&core::array::from_fn(|i| trace.get(COLUMNS.state[4 + i], row)))
		};
		let real = |spend: &Spend| !spend.dummy;
		let half = self.payment.spends.iter().position(real).unwrap_or(0);
		Statement {
			genesis: [0x5a; 32],
			asset: self.payment.asset,
			root: hashed(half, slots::MADE - 1),
			nullifiers: [0, 1].map(|half| hashed(half, slots::NULLIFIER_MORE)),
			outputs: [0, 1].map(|half| hashed(half, slots::MADE_MORE)),
			ciphertexts: [0xc1; 32],
			public: self.public,
		}
	}
}

/// What stays from slot to slot.
fn held(slot: &Slot) -> impl Iterator<Item = (usize, BaseElement)> {
	let values = [slot.low, slot.high, slot.dummy, slot.position];
	let columns = [COLUMNS.low, COLUMNS.high, COLUMNS.dummy, COLUMNS.position];
	columns.into_iter().zip(values).chain(COLUMNS.kept.into_iter().zip(slot.kept))
}

/// Writes a slot; gives what it hashes.
fn write(trace: &mut SecretTrace, first: usize, slot: &Slot) -> [BaseElement; 12] {
	let mut state = slot.state;
	let mut remaining = slot.amount;
	for round in 0..ROWS {
		// Of what is no number of 32 bits no digit is taken off.
		let number = remaining.as_int();
		let number = if number < 1 << 32 { number } else { 0 };
		let digits = [number & 3, number >> 2 & 3].map(word);
		let row = Columns {
			state,
			digits,
			remaining,
			low: slot.low,
			high: slot.high,
			kept: slot.kept,
			dummy: slot.dummy,
			position: slot.position,
		};
		for (column, value) in row.into_array().into_iter().enumerate() {
			trace.set(column, first + round, value);
		}
		remaining = (remaining - digits[0] - word(4) * digits[1]) / word(16);
		if round < Rp64_256::NUM_ROUNDS {
			Rp64_256::apply_round(&mut state, round);
			if let Some((_, lane)) = slot.slip.filter(|(slipped, _)| *slipped == round) {
				for (cell, row) in state.iter_mut().zip(&Rp64_256::MDS) {
					*cell += row[lane];
				}
			}
		}
	}
	state
}

/// The row before a slot: the one in which what joins them is enforced.
pub fn before((half, place): Place) -> usize {
	first_row(half, place) - 1
}
