//! One lie for each constraint: it breaks that one and no other, and would pay if it passed.

use super::{
	forger::{before, end, halves, word, Block, Forged, Forger, Place, Slot},
	Deal,
};
use meterproof_programs::split::{first_row, slots, BLOCK, COLUMNS, CONSTRAINTS};
use winter_math::{fields::f64::BaseElement, FieldElement};

const ONE: BaseElement = BaseElement::ONE;

/// A trace that breaks one constraint.
pub struct Lie {
	pub name: &'static str,
	pub constraint: usize,
	pub rows: Vec<usize>,
	pub forged: Forged,
}

/// Slots that are joined to the one before.
const JOINED: core::ops::RangeInclusive<usize> = slots::KEY..=slots::PAYOUT_MORE;

const QUANTITY: u32 = 5_000;
const DELIVERED: u32 = 4_321;
const RATE: u64 = 30;

/// As many trades as fill a trace: what is left over would repeat the first.
fn deals(count: usize) -> Vec<Deal> {
	let deal = Deal { quantity: QUANTITY, rate: RATE, delivered: DELIVERED };
	vec![deal; count]
}

/// What an honest prover hands in.
pub fn honest(count: usize) -> Forged {
	Forger::of(&deals(count)).forge(|_, _| ())
}

struct Liar {
	count: usize,
	block: usize,
	lies: Vec<Lie>,
}

impl Liar {
	/// About what the block says, and what its slots hold.
	fn tell(
		&mut self,
		name: &'static str,
		constraint: usize,
		rows: impl IntoIterator<Item = usize>,
		about: impl Fn(&mut Block),
		lie: impl Fn(usize, &mut Slot),
	) {
		let mut forger = Forger::of(&deals(self.count));
		about(&mut forger.blocks[self.block]);
		let forged = forger.forge(|(block, place), slot| {
			if block == self.block {
				lie(place, slot);
			}
		});
		self.lies.push(Lie { name, constraint, rows: rows.into_iter().collect(), forged });
	}

	/// About what one slot holds, of an otherwise honest split.
	fn in_slot(
		&mut self,
		name: &'static str,
		constraint: usize,
		at: usize,
		lie: impl Fn(&mut Slot),
	) {
		let rows = [before((self.block, at))];
		self.tell(
			name,
			constraint,
			rows,
			|_| (),
			|place, slot| {
				if place == at {
					lie(slot);
				}
			},
		);
	}

	fn at(&self, place: usize) -> Place {
		(self.block, place)
	}

	fn hashes(&mut self) {
		for lane in 0..12 {
			let (at, round) = (slots::KEY + lane % 7, lane % 7);
			let row = self.block * BLOCK + first_row(at) + round;
			let constraint = CONSTRAINTS.round[lane];
			self.tell(
				"a round gone wrong",
				constraint,
				[row],
				|_| (),
				|place, slot| {
					slot.slip = (place == at).then_some((round, lane));
				},
			);
		}
		for (i, constraint) in CONSTRAINTS.capacity.into_iter().enumerate() {
			for at in JOINED {
				self.in_slot("another capacity", constraint, at, |slot| slot.state[i] += ONE);
			}
		}
		for (i, constraint) in CONSTRAINTS.key.into_iter().enumerate() {
			let lie = |slot: &mut Slot| slot.state[4 + i] += ONE;
			self.in_slot("a commitment to another key", constraint, slots::KEY, lie);
			self.in_slot("the randomness of another key", constraint, slots::RANDOMNESS, lie);
		}
		for (i, constraint) in CONSTRAINTS.blank.into_iter().enumerate() {
			let lie = |slot: &mut Slot| slot.state[8 + i] += ONE;
			self.in_slot("more than a key", constraint, slots::KEY, lie);
			self.in_slot("another period, or more than it", constraint, slots::RANDOMNESS, lie);
		}
		for (i, constraint) in CONSTRAINTS.kept.into_iter().enumerate() {
			for at in JOINED {
				self.in_slot("something else is kept", constraint, at, |slot| {
					slot.kept[i] += ONE;
					if [slots::KEY, slots::RANDOMNESS].contains(&at) {
						slot.state[4 + i] += ONE;
					}
				});
			}
		}
	}

	/// Notes that are not what the trade pays.
	fn notes(&mut self) {
		for at in [slots::REFUND, slots::PAYOUT] {
			let lie = |slot: &mut Slot| slot.state[8] += ONE;
			self.in_slot("a note of another asset", CONSTRAINTS.asset, at, lie);
			let lie = |slot: &mut Slot| slot.state[9] += ONE;
			self.in_slot("another low half", CONSTRAINTS.half, at, lie);
		}
		for (i, constraint) in CONSTRAINTS.drawn.into_iter().enumerate() {
			let lie = |slot: &mut Slot| slot.state[10 + i] += ONE;
			self.in_slot("the seller's randomness", constraint, slots::REFUND, lie);
		}
		for (i, constraint) in CONSTRAINTS.drawn_more.into_iter().enumerate() {
			let lie = |slot: &mut Slot| slot.state[5 + i] += ONE;
			self.in_slot("more of the seller's randomness", constraint, slots::REFUND_MORE, lie);
		}
		for at in [slots::REFUND_MORE, slots::PAYOUT_MORE] {
			let lie = |slot: &mut Slot| slot.state[4] += ONE;
			self.in_slot("another high half", CONSTRAINTS.more, at, lie);
			for (i, constraint) in CONSTRAINTS.rest.into_iter().enumerate() {
				let lie = |slot: &mut Slot| slot.state[7 + i] += ONE;
				self.in_slot("more than a note", constraint, at, lie);
			}
		}
		let lie = |slot: &mut Slot| slot.state[4] += ONE;
		self.in_slot("a quantity other than delivered", CONSTRAINTS.quantity, slots::QUANTITY, lie);
	}

	/// Money out of nothing.
	fn amounts(&mut self) {
		let missing = QUANTITY - DELIVERED;
		let [refund, payout] = [missing, DELIVERED].map(|quantity| RATE * u64::from(quantity));
		let halfway = end(self.at(slots::REFUND_MORE));
		let last = end(self.at(slots::PAYOUT_MORE));
		for at in JOINED {
			let rows = [before(self.at(at))];
			let is_buyers = at <= slots::REFUND_MORE;
			let about = |block: &mut Block| match is_buyers {
				true => block.refund = halves(refund + 1),
				false => block.payout = halves(payout + 1),
			};
			self.tell("worth that grows", CONSTRAINTS.worth, rows, about, |place, slot| {
				if place == at {
					slot.worth += ONE;
				}
			});
			let about = |block: &mut Block| {
				block.delivered = QUANTITY.into();
				block.payout = halves(RATE * u64::from(QUANTITY));
			};
			self.tell("more than is left", CONSTRAINTS.left, rows, about, |place, slot| {
				if place == at {
					slot.left += word(missing.into());
				}
			});
			let about = |block: &mut Block| {
				if at <= slots::KEY {
					block.refund = halves((RATE + 1) * u64::from(missing));
				}
				if at <= slots::QUANTITY {
					block.payout = halves((RATE + 1) * u64::from(DELIVERED));
				}
			};
			self.tell("a rate that grows", CONSTRAINTS.rate, rows, about, |place, slot| {
				if place == at {
					slot.rate += ONE;
					match place {
						slots::KEY => slot.worth += word(missing.into()),
						slots::QUANTITY => slot.worth += word(DELIVERED.into()),
						_ => (),
					}
				}
			});
		}
		let honest = |_: usize, _: &mut Slot| ();
		let settled = CONSTRAINTS.settled;
		let more = |block: &mut Block| {
			block.refund = halves(refund - 1);
			block.payout = halves(payout + 1);
		};
		self.tell("the buyer's unit for the seller", settled, [halfway], more, honest);
		let more = |block: &mut Block| block.payout = halves(payout + 1);
		self.tell("a unit of nobody's", settled, [last], more, honest);
		let more = |block: &mut Block| block.payout = halves(payout + (1 << 32));
		self.tell("2^32 of nobody's", settled, [last], more, honest);
		let all = |block: &mut Block| {
			block.delivered = QUANTITY.into();
			block.payout = halves(RATE * u64::from(QUANTITY));
		};
		self.tell("all to one and some to the other", CONSTRAINTS.divided, [last], all, honest);
		// In the field p more is nothing more.
		let wrapped = 0xffff_ffff_0000_0001;
		let bounded = CONSTRAINTS.bounded;
		let about = |block: &mut Block| block.refund = halves(refund + wrapped);
		self.tell("a refund of p more", bounded, [halfway], about, honest);
		let about = |block: &mut Block| block.payout = halves(payout + wrapped);
		self.tell("a payout of p more", bounded, [last], about, honest);

		let remaining = CONSTRAINTS.remaining;
		// One unit more than contracted is delivered, and -1 is missing.
		let rows = [slots::KEY, slots::REFUND].map(|place| end(self.at(place)));
		let about = |block: &mut Block| {
			block.delivered = word(u64::from(QUANTITY) + 1);
			block.payout = halves(payout + (u64::from(missing) + 1) * RATE);
			block.missing = -ONE;
			block.refund = [-word(RATE), BaseElement::ZERO];
		};
		self.tell("less than nothing is missing", remaining, rows, about, honest);
		let rows = [slots::QUANTITY, slots::PAYOUT].map(|place| end(self.at(place)));
		let about = |block: &mut Block| {
			block.missing = word(u64::from(QUANTITY) + 1);
			block.refund = halves(RATE * (u64::from(QUANTITY) + 1));
			block.delivered = -ONE;
			block.payout = [-word(RATE), BaseElement::ZERO];
		};
		self.tell("less than nothing is delivered", remaining, rows, about, honest);
		for at in [slots::REFUND, slots::PAYOUT] {
			let about = |block: &mut Block| {
				let half = if at == slots::REFUND { &mut block.refund } else { &mut block.payout };
				half[0] -= word(1 << 32);
				half[1] += ONE;
			};
			let rows = [end(self.at(at))];
			self.tell("a low half below zero", remaining, rows, about, honest);
		}
		for at in [slots::REFUND_MORE, slots::PAYOUT_MORE] {
			// Low and high half are worth the same: 2^32 times this is 1.
			let about = |block: &mut Block| {
				let half =
					if at == slots::REFUND_MORE { &mut block.refund } else { &mut block.payout };
				half[0] -= ONE;
				half[1] += word(1 << 32).inv();
			};
			let rows = [end(self.at(at))];
			let mut forger = Forger::of(&deals(self.count));
			about(&mut forger.blocks[self.block]);
			// Nothing is left of it in the last row, as the bound on it wants.
			let mut forged = forger.forge(|_, _| ());
			forged.trace.set(COLUMNS.remaining, rows[0], BaseElement::ZERO);
			let rows = vec![rows[0] - 1];
			let name = "a high half that is no number";
			self.lies.push(Lie { name, constraint: remaining, rows, forged });
		}
	}

	/// Digits that add up to the right amount.
	fn digits(&mut self) {
		let row = self.block * BLOCK + first_row(slots::PAYOUT) + 2;
		let changes = [[-word(4), ONE], [ONE, -word(4).inv()]];
		for (constraint, changes) in CONSTRAINTS.digits.into_iter().zip(changes) {
			self.tell("a digit that is none", constraint, [row], |_| (), |_, _| ());
			if let Some(lie) = self.lies.last_mut() {
				for (column, change) in COLUMNS.digits.into_iter().zip(changes) {
					let digit = lie.forged.trace.get(column, row);
					// Both can take one more.
					assert!(digit.as_int() < 3);
					lie.forged.trace.set(column, row, digit + change);
				}
			}
		}
	}
}

/// The lies about one block of a trace that this many trades fill.
pub fn lies(count: usize, block: usize) -> Vec<Lie> {
	let mut liar = Liar { count, block, lies: Vec::new() };
	liar.hashes();
	liar.notes();
	liar.amounts();
	liar.digits();
	liar.lies
}
