//! One lie for each constraint: it breaks that one and no other, and would pay if it passed.

use super::{
	forger::{before, word, Forged, Forger, Place, Slot, END, ROWS},
	made, spend, ASSET,
};
use crate::transfer::{Payment, Spend};
use meterproof_programs::{
	hash::{decode, encode},
	transfer::{first_row, last_row, slots, Public, PublicInputs, COLUMNS, CONSTRAINTS, HALF},
};
use winter_math::{fields::f64::BaseElement, FieldElement};

const ONE: BaseElement = BaseElement::ONE;

/// A trace that breaks one constraint.
pub struct Lie {
	pub name: &'static str,
	pub constraint: usize,
	pub rows: Vec<usize>,
	pub forged: Forged,
}

/// A note of 70 in this half, nothing in the other; 65 and a fee of 5 go out.
fn payment(half: usize, spent: Spend, outputs: [u64; 2]) -> Payment {
	let mut spends = [Spend::dummy().unwrap(), Spend::dummy().unwrap()];
	spends[half] = spent;
	Payment { asset: ASSET, spends, outputs: outputs.map(made) }
}

const OUTPUTS: [u64; 2] = [40, 25];
const PUBLIC: Public = Public::Transfer { fee: 5 };

/// Position 0b101: its note goes right, left, right, and left from there on.
fn seventy() -> Spend {
	spend(70, 5)
}

struct Liar {
	half: usize,
	public: Public,
	lies: Vec<Lie>,
}

impl Liar {
	fn tell(
		&mut self,
		name: &'static str,
		constraint: usize,
		rows: impl IntoIterator<Item = usize>,
		payment: Payment,
		lie: impl FnMut(Place, &mut Slot),
	) {
		let forger = Forger { payment: &payment, public: self.public, carried: [0, 0] };
		let forged = forger.forge(lie);
		self.lies.push(Lie { name, constraint, rows: rows.into_iter().collect(), forged });
	}

	/// About what one slot of this half holds, of an otherwise honest payment.
	fn in_slot(
		&mut self,
		name: &'static str,
		constraint: usize,
		place: usize,
		lie: impl Fn(&mut Slot),
	) {
		let at = (self.half, place);
		let payment = payment(self.half, seventy(), OUTPUTS);
		self.tell(name, constraint, [before(at)], payment, |here, slot| {
			if here == at {
				lie(slot);
			}
		});
	}

	fn hashes(&mut self) {
		let half = self.half;
		for lane in 0..12 {
			let (place, round) = (slots::SPENT + lane % 3, lane % 7);
			let row = first_row(half, place) + round;
			let payment = payment(half, seventy(), OUTPUTS);
			let constraint = CONSTRAINTS.round[lane];
			self.tell("a round gone wrong", constraint, [row], payment, |here, slot| {
				slot.slip = (here == (half, place)).then_some((round, lane));
			});
		}
		let all = [
			slots::NULLIFIER_KEY,
			slots::OWNER,
			slots::SPENT,
			slots::SPENT_MORE,
			slots::NULLIFIER,
			slots::NULLIFIER_MORE,
			slots::PATH,
			slots::PATH + 17,
			slots::MADE,
			slots::MADE_MORE,
		];
		for (i, constraint) in CONSTRAINTS.capacity.into_iter().enumerate() {
			for place in all {
				self.in_slot("another capacity", constraint, place, |slot| slot.state[i] += ONE);
			}
		}
		for i in 0..4 {
			for place in [slots::OWNER, slots::SPENT, slots::NULLIFIER] {
				let constraint = CONSTRAINTS.link[i];
				let lie = |slot: &mut Slot| slot.state[4 + i] += ONE;
				self.in_slot("what stands before is not taken in", constraint, place, lie);
			}
			let lie = |slot: &mut Slot| slot.state[8 + i] += ONE;
			let constraint = CONSTRAINTS.key[i];
			self.in_slot("a nullifier of another key", constraint, slots::NULLIFIER, lie);
			let constraint = CONSTRAINTS.blank[i];
			self.in_slot("more than a spending key", constraint, slots::NULLIFIER_KEY, lie);
			if i > 0 {
				self.in_slot("more than a diversifier", constraint, slots::OWNER, lie);
			}
			let lie = |slot: &mut Slot| slot.kept[i] += ONE;
			let constraint = CONSTRAINTS.kept[i];
			for place in [slots::OWNER, slots::SPENT, slots::NULLIFIER, slots::PATH, 50] {
				self.in_slot("something else is kept", constraint, place, lie);
			}
		}
		for (i, constraint) in CONSTRAINTS.rest.into_iter().enumerate() {
			let lie = |slot: &mut Slot| slot.state[5 + i] += ONE;
			self.in_slot("more than a position", constraint, slots::NULLIFIER_MORE, lie);
			if i >= 2 {
				for place in [slots::SPENT_MORE, slots::MADE_MORE] {
					self.in_slot("more than a note", constraint, place, lie);
				}
			}
		}
	}

	/// Money out of nothing.
	fn amounts(&mut self) {
		let half = self.half;
		let richer = [41, 25];
		for place in [slots::SPENT, slots::MADE] {
			let lie = |slot: &mut Slot| slot.state[8] += ONE;
			self.in_slot("a note of another asset", CONSTRAINTS.asset, place, lie);
			let lie = |slot: &mut Slot| slot.state[9] += ONE;
			self.in_slot("another low half", CONSTRAINTS.half, place, lie);
		}
		for place in [slots::SPENT_MORE, slots::MADE_MORE, slots::NULLIFIER_MORE] {
			let lie = |slot: &mut Slot| slot.state[4] += ONE;
			self.in_slot("another high half or position", CONSTRAINTS.more, place, lie);
		}
		// From the first slot to the transition into the first blinding row.
		let last = (END - HALF * half) / ROWS;
		let ends = if half == 0 { vec![1, 20, 63] } else { vec![0, 20, last] };
		for place in ends {
			let at = (half, place);
			let payment = payment(half, seventy(), richer);
			let rows = [before(at)];
			self.tell("a sum that grows", CONSTRAINTS.low, rows, payment, |here, slot| {
				if here == at {
					slot.low += ONE;
				}
			});
			let payment = self::payment(half, seventy(), [40 + (1 << 32), 25]);
			self.tell("a high sum that grows", CONSTRAINTS.high, rows, payment, |here, slot| {
				if here == at {
					slot.high += ONE;
				}
			});
		}
		// 2^32 brought over into the high half, and not taken from the low one.
		let at = (half, slots::NULLIFIER_KEY);
		let payment = payment(half, seventy(), [40 + (1 << 32), 25]);
		self.tell("a carry", CONSTRAINTS.low, [before(at)], payment, |here, slot| {
			if here == at {
				slot.amount = ONE;
				slot.high += ONE;
			}
		});
		// A note of -1 beside one of 66.
		let constraint = CONSTRAINTS.remaining;
		for (low, place) in [(true, slots::MADE), (false, slots::MADE_MORE)] {
			let unit = if low { 1 } else { 1 << 32 };
			let outputs = [0, 1].map(|i| if i == half { 0 } else { 65 + unit });
			let payment = self::payment(half, seventy(), outputs);
			let row = last_row(half, place);
			self.tell("a negative amount", constraint, [row], payment, |here, slot| {
				if here == (half, place) {
					slot.amount = -ONE;
					slot.state[if low { 9 } else { 4 }] -= ONE;
					*(if low { &mut slot.low } else { &mut slot.high }) += ONE;
				}
			});
		}
	}

	/// Notes that are in no tree, or spent under another name.
	fn places(&mut self) {
		let half = self.half;
		for (i, constraint) in CONSTRAINTS.path.into_iter().enumerate() {
			for level in [0, 1, 2, 31] {
				let side = if 5 >> level & 1 == 0 { 4 } else { 8 };
				let lie = |slot: &mut Slot| slot.state[side + i] += ONE;
				self.in_slot("a path of another note", constraint, slots::PATH + level, lie);
			}
		}
		// Three at the lowest level: one position, two places.
		let at = (half, slots::PATH);
		let payment = payment(half, spend(70, 1), OUTPUTS);
		let rows = [before(at)];
		self.tell("a bit that is none", CONSTRAINTS.bit, rows, payment, |here, slot| {
			if here == (half, slots::NULLIFIER_MORE) {
				slot.state[4] += word(2);
				slot.position += word(2);
			}
			if here == at {
				// left + 3 (right - left) = child
				for i in 0..4 {
					let (left, child) = (slot.state[4 + i], slot.kept[i]);
					slot.state[8 + i] = left + (child - left) / word(3);
				}
				slot.amount = word(3);
				slot.position = BaseElement::ZERO;
			}
		});
		// The nullifier of another place; from there on the way is the right one.
		let at = (half, slots::PATH);
		let payment = self::payment(half, seventy(), OUTPUTS);
		let rows = [before(at)];
		self.tell("a second nullifier", CONSTRAINTS.position, rows, payment, |here, slot| {
			if here == (half, slots::NULLIFIER_MORE) {
				slot.state[4] += word(4);
				slot.position += word(4);
			}
			if here == at {
				slot.position -= word(2);
			}
		});
		for place in [slots::PATH + 9, slots::MADE + 3] {
			let at = (half, place);
			let payment = self::payment(half, seventy(), OUTPUTS);
			let rows = [before(at)];
			let high = 1 << 31;
			self.tell(
				"a position that jumps",
				CONSTRAINTS.position,
				rows,
				payment,
				|here, slot| {
					// Beyond the path it may be anything, if it stays so.
					let is_path = place < slots::MADE;
					if is_path && here == (half, slots::NULLIFIER_MORE) {
						slot.state[4] += word(high);
						slot.position += word(high);
					}
					if here == at {
						slot.position -= if is_path { word(high >> 10) } else { ONE };
					}
				},
			);
		}
		let at = (half, slots::MADE);
		let payment = self::payment(half, seventy(), OUTPUTS);
		let rows = [before(at)];
		self.tell("a position of 33 bits", CONSTRAINTS.exhausted, rows, payment, |here, slot| {
			if here == (half, slots::NULLIFIER_MORE) {
				slot.state[4] += word(1 << 32);
				slot.position += word(1 << 32);
			}
		});
	}

	fn dummies(&mut self) {
		let half = self.half;
		// In no tree at all: worth nothing on the way to the root, and 70 before.
		let rows = [before((half, slots::PATH))];
		let payment = payment(half, seventy(), OUTPUTS);
		self.tell("a dummy on the way", CONSTRAINTS.dummy, rows, payment, |here, slot| {
			if here == (half, slots::PATH) {
				slot.dummy = ONE;
			}
		});
		self.public = Public::Transfer { fee: 0 };
		for (amount, place) in [(70, slots::SPENT), (70 << 32, slots::SPENT_MORE)] {
			let mut spent = spend(amount, 5);
			spent.dummy = true;
			let payment = self::payment(half, spent, [amount, 0]);
			let rows = [before((half, place))];
			let honest = |_, _: &mut Slot| ();
			self.tell("a dummy of worth", CONSTRAINTS.worthless, rows, payment, honest);
		}
		let rows = if half == 0 { ROWS..HALF + ROWS } else { HALF + ROWS..END };
		let payment = self::payment(half, spend(0, 5), [0, 0]);
		self.tell("half a dummy", CONSTRAINTS.flag, rows, payment, |here, slot| {
			if here == (half, slots::NULLIFIER_KEY) {
				slot.dummy = word(2);
			}
		});
		self.public = PUBLIC;
	}

	/// The tree is the statement's: this one is another.
	fn roots(&mut self) {
		for (i, constraint) in CONSTRAINTS.root.into_iter().enumerate() {
			let at = (self.half, slots::MADE);
			let payment = payment(self.half, seventy(), OUTPUTS);
			self.tell("another root", constraint, [before(at)], payment, |_, _| ());
			if let Some(lie) = self.lies.last_mut() {
				let mut root = decode(&lie.forged.statement.root).unwrap();
				root[i] += ONE;
				lie.forged.statement.root = encode(&root);
				lie.forged.inputs = PublicInputs::new(&lie.forged.statement).unwrap();
			}
		}
	}

	/// Digits that add up to the right amount.
	fn digits(&mut self) {
		let row = first_row(self.half, slots::SPENT) + 2;
		let quarter = word(4).inv();
		for (constraint, digits) in
			CONSTRAINTS.digits.into_iter().zip([[-word(4), ONE], [ONE, -quarter]])
		{
			let payment = payment(self.half, seventy(), OUTPUTS);
			self.tell("a digit that is none", constraint, [row], payment, |_, _| ());
			if let Some(lie) = self.lies.last_mut() {
				for (column, digit) in COLUMNS.digits.into_iter().zip(digits) {
					lie.forged.trace.set(column, row, digit);
				}
			}
		}
	}
}

/// The lies of one half of the trace.
pub fn lies(half: usize) -> Vec<Lie> {
	let mut liar = Liar { half, public: PUBLIC, lies: Vec::new() };
	liar.hashes();
	liar.amounts();
	liar.places();
	liar.dummies();
	liar.roots();
	liar.digits();
	liar.lies
}

/// What an honest prover hands in: the other half's note is a dummy.
pub fn honest(half: usize) -> Forged {
	let payment = payment(half, seventy(), OUTPUTS);
	Forger { payment: &payment, public: PUBLIC, carried: [0, 0] }.forge(|_, _| ())
}

/// Cells that assertions pin.
pub fn pinned(half: usize) -> Vec<(usize, usize)> {
	let hashed = [slots::NULLIFIER_MORE, slots::MADE_MORE];
	let words = hashed.into_iter().flat_map(|place| {
		COLUMNS.state[4..8].iter().map(move |column| (*column, last_row(half, place)))
	});
	words.collect()
}
