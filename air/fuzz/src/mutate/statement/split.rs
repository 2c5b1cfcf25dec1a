//! Changes of a split statement.

use super::digest;
use crate::{mutate::values, random::Random};
use meterproof_programs::split::{Split, Statement, MAX_AMOUNT, MAX_SPLITS};

/// Makes one change.
pub fn change(statement: &mut Statement, random: &mut Random) {
	match random.below(16) {
		0 => bit(&mut statement.genesis, random),
		1 | 2 => statement.period = values::word(statement.period, random),
		3 => statement.asset = values::word(statement.asset.into(), random) as u32,
		4..=6 => splits(&mut statement.splits, random),
		_ => {
			let count = statement.splits.len();
			if let Some(one) = statement.splits.get_mut(random.below(count)) {
				split(one, random);
			}
		},
	}
}

fn bit(bytes: &mut [u8; 32], random: &mut Random) {
	bytes[random.below(32)] ^= 1 << random.below(8);
}

fn splits(splits: &mut Vec<Split>, random: &mut Random) {
	let (one, other) = (random.below(splits.len()), random.below(splits.len()));
	match random.below(8) {
		0 => splits.clear(),
		_ if splits.is_empty() => {},
		1 => {
			splits.remove(one);
		},
		2 => splits.insert(other, splits[one]),
		3 => splits.swap(one, other),
		// What stands in blocks left over anyway.
		4 => splits.push(splits[0]),
		5 => {
			// About as many as any statement may have, seldom many more.
			let count = match random.one_in(64) {
				true => random.small(5_000),
				false => MAX_SPLITS - 8 + random.below(12),
			};
			splits.resize(count, splits[one]);
		},
		6 => {
			// The quantity of one, the key or the notes for another.
			let from = splits[one];
			let to = &mut splits[other];
			match random.below(4) {
				0 => to.quantity_commitment = from.quantity_commitment,
				1 => to.key_commitment = from.key_commitment,
				2 => to.payout = from.payout,
				_ => to.refund = from.refund,
			}
		},
		_ => splits[other] = splits[one],
	}
}

fn split(split: &mut Split, random: &mut Random) {
	match random.below(16) {
		0 => split.trade = values::word(split.trade, random),
		1 | 2 => split.quantity = values::word(split.quantity.into(), random) as u32,
		3 | 4 => split.rate = values::word(split.rate, random),
		5 => {
			// Around the most that can be split.
			split.quantity = (values::word(split.quantity.into(), random) as u32).max(1);
			split.rate = (MAX_AMOUNT / u64::from(split.quantity)).saturating_add(random.word() % 3);
			split.rate = split.rate.saturating_sub(1);
		},
		6 | 7 => digest(&mut split.key_commitment, random),
		8 | 9 => digest(&mut split.quantity_commitment, random),
		10 => digest(&mut split.payout.owner, random),
		11 => digest(&mut split.payout.note, random),
		12 => digest(&mut split.refund.owner, random),
		13 => digest(&mut split.refund.note, random),
		14 => bit(&mut split.ciphertexts, random),
		_ => {
			let Split { payout, refund, key_commitment, quantity_commitment, .. } = split;
			match random.below(4) {
				0 => std::mem::swap(payout, refund),
				1 => std::mem::swap(&mut payout.owner, &mut refund.owner),
				2 => std::mem::swap(&mut payout.owner, &mut payout.note),
				_ => std::mem::swap(key_commitment, quantity_commitment),
			}
		},
	}
}
