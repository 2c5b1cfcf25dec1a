//! A prover that lies in one place and is consistent everywhere else.
//!
//! Written apart from the prover's own trace, from the statement: what one agrees on with the
//! other is tested.

use super::{split, Deal, ASSET, DIRECTION, PERIOD};
use crate::system::SecretTrace;
use meterproof_programs::{
	hash::{decode, encode, output, start, DigestBytes, Tag, Words},
	note::limbs,
	split::{
		first_row, last_row, slots, trace_length, Columns, PublicInputs, Share, Split, Statement,
		BLOCK, COLUMNS, SHAPE,
	},
};
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Rows of a slot.
const ROWS: usize = 8;
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
	pub worth: BaseElement,
	pub left: BaseElement,
	pub rate: BaseElement,
	pub kept: Words,
	/// A round of which one S-box gives one too much.
	pub slip: Option<(usize, usize)>,
}

/// Which slot a lie is told in: its block, and its place there.
pub type Place = (usize, usize);

/// What the trace says of one trade, whether it adds up or not.
#[derive(Clone)]
pub struct Block {
	pub quantity: u32,
	pub rate: u64,
	pub missing: BaseElement,
	pub delivered: BaseElement,
	/// Low and high half of the buyer's note.
	pub refund: [BaseElement; 2],
	/// Low and high half of the seller's note.
	pub payout: [BaseElement; 2],
	/// Of the buyer's note, then of the seller's.
	owners: [DigestBytes; 2],
	key: DigestBytes,
	salt: [u64; 4],
	randomness: DigestBytes,
}

/// The halves of an amount.
pub fn halves(amount: u64) -> [BaseElement; 2] {
	limbs(amount).map(BaseElement::from)
}

/// A lie about some trades. All that follows from it is as it should be then.
pub struct Forger {
	pub blocks: Vec<Block>,
}

/// What a dishonest prover hands in.
pub struct Forged {
	pub statement: Statement,
	pub inputs: PublicInputs,
	pub trace: SecretTrace,
}

impl Forger {
	/// The truth about these deals.
	pub fn of(deals: &[Deal]) -> Self {
		let (statement, deliveries) = split(deals);
		let blocks = statement.splits.iter().zip(&deliveries).map(|(split, delivery)| {
			let missing = split.quantity - delivery.delivered;
			Block {
				quantity: split.quantity,
				rate: split.rate,
				missing: missing.into(),
				delivered: delivery.delivered.into(),
				refund: halves(split.rate * u64::from(missing)),
				payout: halves(split.rate * u64::from(delivery.delivered)),
				owners: [split.refund.owner, split.payout.owner],
				key: delivery.key,
				salt: delivery.salt,
				randomness: delivery.payout_randomness,
			}
		});
		Self { blocks: blocks.collect() }
	}

	/// The trace in which `lie` changes every slot before it is written, and the statement that it
	/// would be a trace of.
	pub fn forge(&self, mut lie: impl FnMut(Place, &mut Slot)) -> Forged {
		// Only the number of splits matters.
		let mut statement = self.statement(|_, _| [0; 32]);
		let rows = trace_length(&statement).unwrap();
		let columns = SecretTrace::random_columns(SHAPE.width(), rows, |_| 0).unwrap();
		let mut trace = SecretTrace::new(columns);
		let mut end = [ZERO; 12];
		let mut slot = Slot {
			state: [ZERO; 12],
			amount: ZERO,
			worth: ZERO,
			left: ZERO,
			rate: ZERO,
			kept: [ZERO; 4],
			slip: None,
		};
		for number in 0..(rows - BLOCK) / ROWS {
			let place = (number * ROWS / BLOCK, number % (BLOCK / ROWS));
			let block = self.blocks.get(place.0).unwrap_or(&self.blocks[0]);
			block.fill(place.1, &mut slot, &end);
			lie(place, &mut slot);
			end = write(&mut trace, number * ROWS, &slot);
		}
		// In the blinding only what is pinned is not random.
		for (column, row) in pinned() {
			trace.set(column, rows - BLOCK + row, ZERO);
		}
		statement = self.statement(|block, slot| {
			let row = block * BLOCK + last_row(slot);
			encode(&core::array::from_fn(|i| trace.get(COLUMNS.state[4 + i], row)))
		});
		let inputs = PublicInputs::new(&statement).unwrap();
		Forged { statement, inputs, trace }
	}

	/// What the trace says it is a trace of, given what each slot of each block hashed.
	fn statement(&self, hashed: impl Fn(usize, usize) -> DigestBytes) -> Statement {
		let splits = self.blocks.iter().enumerate().map(|(i, block)| Split {
			trade: i as u64,
			quantity: block.quantity,
			rate: block.rate,
			key_commitment: hashed(i, slots::KEY),
			quantity_commitment: hashed(i, slots::QUANTITY),
			refund: Share { owner: block.owners[0], note: hashed(i, slots::REFUND_MORE) },
			payout: Share { owner: block.owners[1], note: hashed(i, slots::PAYOUT_MORE) },
			ciphertexts: [0xc1; 32],
		});
		let splits = splits.collect();
		Statement { genesis: [0x5a; 32], period: PERIOD, asset: ASSET, splits }
	}
}

impl Block {
	/// What an honest prover puts into a slot, given the one before and what it hashed.
	fn fill(&self, place: usize, slot: &mut Slot, end: &[BaseElement; 12]) {
		let before = output(end);
		let words = |digest| decode(digest).unwrap();
		let join = |left: Words, right: Words| {
			core::array::from_fn(|i| if i < 4 { left[i] } else { right[i - 4] })
		};
		let two_32 = word(1 << 32);
		(slot.amount, slot.slip) = (ZERO, None);
		match place {
			slots::KEY => {
				slot.amount = self.missing;
				slot.worth += slot.rate * self.missing;
				slot.left -= self.missing;
				slot.state = start(4, Tag::SealKey, join(slot.kept, [ZERO; 4]));
			},
			slots::RANDOMNESS => {
				let input = join(slot.kept, [word(PERIOD), ZERO, ZERO, ZERO]);
				slot.state = start(5, Tag::SealRandomness, input);
			},
			slots::REFUND => {
				slot.kept = before;
				slot.amount = self.refund[0];
				slot.worth -= slot.amount;
				let more = [ASSET.into(), slot.amount, before[0], before[1]];
				slot.state = start(11, Tag::Note, join(words(&self.owners[0]), more));
			},
			slots::REFUND_MORE => {
				slot.amount = self.refund[1];
				slot.worth -= slot.amount * two_32;
				slot.state = *end;
				slot.state[4] += slot.amount;
				slot.state[5] += slot.kept[2];
				slot.state[6] += slot.kept[3];
			},
			slots::QUANTITY => {
				slot.amount = self.delivered;
				slot.worth += slot.rate * self.delivered;
				slot.left -= self.delivered;
				let first = [self.delivered, ZERO, word(PERIOD), DIRECTION.into()];
				slot.state = start(8, Tag::Quantity, join(first, self.salt.map(word)));
			},
			slots::PAYOUT => {
				slot.amount = self.payout[0];
				slot.worth -= slot.amount;
				let [r0, r1, ..] = words(&self.randomness);
				let more = [ASSET.into(), slot.amount, r0, r1];
				slot.state = start(11, Tag::Note, join(words(&self.owners[1]), more));
			},
			slots::PAYOUT_MORE => {
				slot.amount = self.payout[1];
				slot.worth -= slot.amount * two_32;
				let [.., r2, r3] = words(&self.randomness);
				slot.state = *end;
				slot.state[4] += slot.amount;
				slot.state[5] += r2;
				slot.state[6] += r3;
			},
			_ => {
				slot.worth = ZERO;
				slot.left = self.quantity.into();
				slot.rate = word(self.rate);
				slot.kept = words(&self.key);
				slot.state = core::array::from_fn(|i| word(77 + i as u64));
			},
		}
	}
}

/// Cells of a block that assertions pin.
pub fn pinned() -> Vec<(usize, usize)> {
	let words = [
		last_row(slots::KEY),
		first_row(slots::REFUND),
		last_row(slots::REFUND_MORE),
		last_row(slots::QUANTITY),
		first_row(slots::PAYOUT),
		last_row(slots::PAYOUT_MORE),
	];
	let words = words.into_iter().flat_map(|row| (4..8).map(move |i| (COLUMNS.state[i], row)));
	words.chain([(COLUMNS.worth, 0), (COLUMNS.left, 0), (COLUMNS.rate, 0)]).collect()
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
			worth: slot.worth,
			left: slot.left,
			rate: slot.rate,
			kept: slot.kept,
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

/// The row before a slot that is not the first of its block: the one in which what joins the two
/// is enforced.
pub fn before((block, place): Place) -> usize {
	block * BLOCK + first_row(place) - 1
}

/// The last row of a slot.
pub fn end((block, place): Place) -> usize {
	block * BLOCK + last_row(place)
}
