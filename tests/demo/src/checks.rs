//! Whether every balance is what it must be.

use std::collections::BTreeMap;

use anyhow::{ensure, Result};
use meterproof_driver::{
	account::Balance,
	chain::{Line, SealedLine},
};

use crate::{
	parties::{BACKSTOP, OPERATORS},
	plan::{Expected, Planned, NOTED, SEALED},
};

/// A trade that was made.
#[derive(Clone, Debug)]
pub struct Made {
	/// Its number on the chain.
	pub id: u64,
	/// As it was planned.
	pub planned: Planned,
	/// Charged per Wh not delivered, in smallest units.
	pub imbalance_price: u128,
}

/// The lines that the operators' statements must have, by trade and period.
pub fn lines(made: &[Made], expected: &[Expected], base: u64) -> BTreeMap<(u64, u64), Line> {
	let lines = expected.iter().map(|row| {
		let trade = &made[row.trade];
		let missing = u128::from(row.contracted - row.delivered);
		let period = base + row.period as u64;
		let line = Line {
			trade: trade.id,
			period,
			contracted: row.contracted,
			delivered: row.delivered,
			paid: u128::from(row.delivered) * trade.planned.unit_price(),
			refunded: missing * trade.planned.unit_price(),
			penalty: missing * trade.imbalance_price,
		};
		((trade.id, period), line)
	});
	lines.collect()
}

/// Compares the chain's statements of trades that are not sealed with what must stand in them.
pub fn statements(
	found: &[Line],
	made: &[Made],
	wanted: &BTreeMap<(u64, u64), Line>,
) -> Result<()> {
	let sealed = made.get(SEALED).map(|trade| trade.id);
	let mut seen = BTreeMap::new();
	for line in found {
		let key = (line.trade, line.period);
		let Some(wanted) = wanted.get(&key) else {
			anyhow::bail!("the chain settled what was never traded: {line:?}");
		};
		ensure!(line == wanted, "settled otherwise than by the rules: {line:?}, not {wanted:?}");
		*seen.entry(key).or_insert(0) += 1;
	}
	for key in wanted.keys().filter(|(trade, _)| Some(*trade) != sealed) {
		// Once in the seller's statement, once in the buyer's; the backstop is no operator.
		let of_backstop =
			made.iter().any(|made| made.id == key.0 && made.planned.buyer == BACKSTOP);
		let times = if of_backstop { 1 } else { 2 };
		ensure!(seen.get(key) == Some(&times), "trade {} is missing in a statement", key.0);
	}
	Ok(())
}

/// Compares the chain's statements of the sealed trade with what may stand in them.
pub fn sealed_statements(
	found: &[SealedLine],
	made: &[Made],
	wanted: &BTreeMap<(u64, u64), Line>,
) -> Result<()> {
	let Some(sealed) = made.get(SEALED) else { return Ok(()) };
	let rate = sealed.planned.unit_price() + sealed.imbalance_price;
	let lines = wanted.values().filter(|line| line.trade == sealed.id).map(|line| SealedLine {
		trade: line.trade,
		period: line.period,
		contracted: line.contracted,
		amount: u128::from(line.contracted) * rate,
	});
	// Once in the seller's statement, once in the buyer's.
	let wanted: Vec<SealedLine> = lines.flat_map(|line| [line.clone(), line]).collect();
	let mut found = found.to_vec();
	found.sort_by_key(|line| line.period);
	ensure!(
		found == wanted,
		"settled sealed otherwise than by the rules: {found:?}, not {wanted:?}"
	);
	Ok(())
}

/// What the sealed trade's seller gets in notes, and what its buyer does: money and collateral are
/// divided alike.
pub fn sealed(made: &[Made], wanted: &BTreeMap<(u64, u64), Line>) -> [u128; 2] {
	let Some(sealed) = made.get(SEALED) else { return [0; 2] };
	let rate = sealed.planned.unit_price() + sealed.imbalance_price;
	let lines = wanted.values().filter(|line| line.trade == sealed.id);
	lines.fold([0; 2], |[seller, buyer], line| {
		let missing = u128::from(line.contracted - line.delivered);
		[seller + u128::from(line.delivered) * rate, buyer + missing * rate]
	})
}

/// What is paid into notes, in smallest units.
pub fn noted(made: &[Made], wanted: &BTreeMap<(u64, u64), Line>) -> u128 {
	let trade = made.get(NOTED).map(|trade| trade.id);
	wanted.values().filter(|line| Some(line.trade) == trade).map(|line| line.paid).sum()
}

/// What operators gained or lost since the trades were accepted must be what was settled, to the
/// smallest unit, but for what went into notes: the operators paid no fee since. No money of a trade may be
/// on hold any more.
pub fn balances(
	made: &[Made],
	wanted: &BTreeMap<(u64, u64), Line>,
	deposits: &[Balance],
	before: &[Balance],
	after: &[Balance],
) -> Result<()> {
	for (own, name) in OPERATORS.iter().enumerate() {
		let mut gained = 0u128;
		let mut lost = 0u128;
		for (index, trade) in made.iter().enumerate() {
			let settled = || wanted.values().filter(|line| line.trade == trade.id);
			let paid: u128 = settled().map(|line| line.paid).sum();
			let penalty: u128 = settled().map(|line| line.penalty).sum();
			// All of it leaves both accounts, whoever gets it in notes.
			if index == SEALED {
				let contracted: u128 = settled().map(|line| u128::from(line.contracted)).sum();
				let (price, collateral) = (trade.planned.unit_price(), trade.imbalance_price);
				let held = [(trade.planned.seller, collateral), (trade.planned.buyer, price)];
				let own = held.iter().filter(|(side, _)| *side == own);
				lost += own.map(|(_, unit)| contracted * unit).sum::<u128>();
				continue;
			}
			if trade.planned.seller == own {
				gained += if index == NOTED { 0 } else { paid };
				lost += penalty;
			}
			if trade.planned.buyer == own {
				gained += penalty;
				lost += paid;
			}
		}
		let (had, has) = (before[own].total(), after[own].total());
		ensure!(
			had + gained == has + lost,
			"{name} had {had}, gained {gained}, lost {lost} and now has {has}"
		);
		ensure!(
			after[own].held == deposits[own].held,
			"{name}: {} is on hold, but the meters' deposits are {}",
			after[own].held,
			deposits[own].held
		);
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn settled() -> (Vec<Made>, BTreeMap<(u64, u64), Line>) {
		let planned = Planned { seller: 0, buyer: 1, quantity: 10, price: 200, first: 0, last: 0 };
		let made = vec![Made { id: 7, planned, imbalance_price: 3 }];
		let expected = [Expected { trade: 0, period: 0, contracted: 10, delivered: 8 }];
		let wanted = lines(&made, &expected, 100);
		(made, wanted)
	}

	fn have(free: [u128; 4]) -> Vec<Balance> {
		free.iter().map(|free| Balance { free: *free, held: 5 }).collect()
	}

	#[test]
	fn a_statement_must_have_each_line_on_both_sides() {
		let (made, wanted) = settled();
		let line = wanted[&(7, 100)].clone();
		assert_eq!((line.paid, line.refunded, line.penalty), (1_600_000_000, 400_000_000, 6));
		statements(&[line.clone(), line.clone()], &made, &wanted).unwrap();
		assert!(statements(std::slice::from_ref(&line), &made, &wanted).is_err());
		let wrong = Line { delivered: 9, ..line.clone() };
		assert!(statements(&[line, wrong], &made, &wanted).is_err());
	}

	#[test]
	fn what_the_backstop_buys_stands_in_one_operator_s_statement() {
		let (mut made, wanted) = settled();
		made[0].planned.buyer = BACKSTOP;
		let line = wanted[&(7, 100)].clone();
		statements(std::slice::from_ref(&line), &made, &wanted).unwrap();
		assert!(statements(&[line.clone(), line], &made, &wanted).is_err());
		assert!(statements(&[], &made, &wanted).is_err());
	}

	#[test]
	fn a_sealed_trade_shows_its_sum_and_leaves_both_accounts() {
		let (made, _) = settled();
		let made: Vec<Made> = (0..4).map(|id| Made { id, ..made[0].clone() }).collect();
		let row = Expected { trade: SEALED, period: 0, contracted: 10, delivered: 8 };
		let wanted = lines(&made, &[row], 100);
		let amount = 10 * 200_000_003;
		let line = SealedLine { trade: 3, period: 100, contracted: 10, amount };
		sealed_statements(&[line.clone(), line.clone()], &made, &wanted).unwrap();
		assert!(sealed_statements(std::slice::from_ref(&line), &made, &wanted).is_err());
		statements(&[], &made, &wanted).unwrap();
		assert_eq!(sealed(&made, &wanted), [8 * 200_000_003, 2 * 200_000_003]);
		let money = 10_000_000_000;
		let before = have([money; 4]);
		let after = have([money - 30, money - 2_000_000_000, money, money]);
		balances(&made, &wanted, &before, &before, &after).unwrap();
		assert!(balances(&made, &wanted, &before, &before, &before).is_err());
	}

	#[test]
	fn what_goes_into_notes_is_not_expected_on_the_account() {
		let (made, _) = settled();
		let made: Vec<Made> = (0..3).map(|id| Made { id, ..made[0].clone() }).collect();
		let row = Expected { trade: NOTED, period: 0, contracted: 10, delivered: 8 };
		let wanted = lines(&made, &[row], 100);
		assert_eq!(noted(&made, &wanted), 1_600_000_000);
		let money = 10_000_000_000;
		let before = have([money; 4]);
		let after = have([money - 6, money - 1_600_000_000 + 6, money, money]);
		balances(&made, &wanted, &before, &before, &after).unwrap();
	}

	#[test]
	fn one_unit_too_few_is_noticed() {
		let (made, wanted) = settled();
		let money = 10_000_000_000;
		let before = have([money; 4]);
		let mut after = have([money + 1_600_000_000 - 6, money - 1_600_000_000 + 6, money, money]);
		balances(&made, &wanted, &before, &before, &after).unwrap();
		after[1].free -= 1;
		assert!(balances(&made, &wanted, &before, &before, &after).is_err());
	}

	#[test]
	fn money_left_on_hold_is_noticed() {
		let (made, wanted) = settled();
		let money = 10_000_000_000;
		let before = have([money; 4]);
		let mut after = have([money + 1_600_000_000 - 6, money - 1_600_000_000 + 6, money, money]);
		after[2] = Balance { free: money - 1, held: 6 };
		assert!(balances(&made, &wanted, &before, &before, &after).is_err());
	}
}
