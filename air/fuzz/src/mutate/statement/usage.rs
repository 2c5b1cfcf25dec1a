//! Changes of a usage statement.

use super::digest;
use crate::{mutate::values, random::Random};
use meterproof_programs::usage::{
	capacity, Claim, Direction, Group, Resource, Statement, MAX_GROUPS, MAX_SLOTS,
};

/// Slots that 131,072 rows have room for. As many as any statement may have take long to make, and
/// `tests/hostile/largest.rs` has them.
const MANY_SLOTS: usize = capacity(1 << 17);

/// Makes one change.
pub fn change(statement: &mut Statement, random: &mut Random) {
	match random.below(16) {
		0 => statement.genesis[random.below(32)] ^= 1 << random.below(8),
		1 | 2 => statement.period = values::word(statement.period, random),
		3 => statement.resource = Resource::ALL[random.below(Resource::ALL.len())],
		4..=6 => groups(&mut statement.groups, random),
		_ => {
			let count = statement.groups.len();
			if let Some(one) = statement.groups.get_mut(random.below(count)) {
				group(one, random);
			}
		},
	}
}

fn groups(groups: &mut Vec<Group>, random: &mut Random) {
	let (one, other) = (random.below(groups.len()), random.below(groups.len()));
	match random.below(8) {
		0 => groups.clear(),
		1 if !groups.is_empty() => {
			groups.remove(one);
		},
		2 if !groups.is_empty() => {
			let group = groups[one].clone();
			groups.insert(other, group);
		},
		3 if !groups.is_empty() => groups.swap(one, other),
		4 if !groups.is_empty() => {
			// Many; seldom very many, or more than any statement may have.
			let slots = groups[one].slots.iter().take(1).cloned().collect();
			let group = Group { slots, ..groups[one].clone() };
			let count = match random.one_in(64) {
				true if random.one_in(2) => MANY_SLOTS / 2 - random.below(9),
				true => MAX_GROUPS + 1 + random.below(9),
				false => random.small(130),
			};
			groups.resize(count, group);
		},
		5 => {
			if let Some(group) = groups.get_mut(one) {
				group.slots.clear();
			}
		},
		6 if groups.len() > 1 => {
			// The same devices under fewer groups.
			let last = groups.pop();
			if let (Some(last), Some(group)) = (last, groups.last_mut()) {
				group.slots.extend(last.slots);
			}
		},
		_ => {
			if let Some(group) = groups.get_mut(one) {
				many_slots(group, random);
			}
		},
	}
}

/// Devices in order; seldom very many, or more than any statement may have.
fn many_slots(group: &mut Group, random: &mut Random) {
	let Some(slot) = group.slots.first().cloned() else { return };
	let count = match random.one_in(64) {
		true if random.one_in(2) => MANY_SLOTS - random.below(9),
		true => MAX_SLOTS + random.below(9),
		false => 1 + random.small(1_200),
	};
	group.slots.resize(count, slot);
	for (device, slot) in group.slots.iter_mut().enumerate() {
		slot.device = device as u32;
	}
}

fn group(group: &mut Group, random: &mut Random) {
	let count = group.slots.len();
	let (one, other) = (random.below(count), random.below(count));
	match random.below(14) {
		0..=2 => group.claim = claim(group, random),
		3 => group.operator[random.below(32)] ^= 1 << random.below(8),
		4 => group.zone = values::word(group.zone.into(), random) as u32,
		5 => group.direction = Direction::ALL[random.below(Direction::ALL.len())],
		6 => digest(&mut group.slack_commitment, random),
		7 | 8 => {
			if let Some(slot) = group.slots.get_mut(one) {
				digest(&mut slot.commitment, random);
			}
		},
		9 => {
			if let Some(slot) = group.slots.get_mut(one) {
				slot.device = values::word(slot.device.into(), random) as u32;
			}
		},
		10 if count > 0 => {
			group.slots.remove(one);
		},
		11 if count > 0 => {
			let slot = group.slots[one].clone();
			group.slots.insert(other, slot);
		},
		12 if count > 0 => group.slots.swap(one, other),
		_ if count > 0 => {
			// Readings of two devices exchanged.
			let commitment = group.slots[one].commitment;
			group.slots[one].commitment = group.slots[other].commitment;
			group.slots[other].commitment = commitment;
		},
		_ => group.slots.clear(),
	}
}

fn claim(group: &Group, random: &mut Random) -> Claim {
	let old = group.claim;
	let quantity =
		if random.one_in(3) { old.quantity() } else { values::word(old.quantity(), random) };
	match random.below(4) {
		0 => Claim::AtLeast(quantity),
		1 => Claim::AtMost(quantity),
		2 => Claim::Exactly(quantity),
		_ => {
			// Of the same quantity by another name, of another, or of what is no quantity.
			let slot = group.slots.get(random.below(group.slots.len()));
			let mut commitment = match old.hidden() {
				Some(commitment) => *commitment,
				None => slot.map_or(group.slack_commitment, |slot| slot.commitment),
			};
			if !random.one_in(4) {
				digest(&mut commitment, random);
			}
			Claim::AtLeastHidden(commitment)
		},
	}
}
