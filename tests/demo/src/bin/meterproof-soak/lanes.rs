//! The load: each lane does one sort of thing again and again until the end, and counts what becomes of it.

use std::{
	sync::PoisonError,
	time::{Duration, Instant},
};

use anyhow::{bail, ensure, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::Offer,
	chain::{string, Answer},
	meter::Commitment,
	operator::ZONE,
	prover::{prove_to_file, Claimed},
	wallet::{Wallet, MPF},
};

use crate::{
	stop::Stop,
	tally::Tally,
	world::{Household, World},
};

/// Sold in each period, in Wh: less than the meters count together.
const QUANTITY: u64 = 500;

/// What each meter counts in each period, in Wh.
const READING: u32 = 300;

/// Trades are for a period so many after the first that is open, so that both sides have time for it.
const AHEAD: u64 = 2;

/// After something failed.
const PAUSE: Duration = Duration::from_secs(2);

/// Between two looks at the clock, or two rounds of commitments.
const LOOK: Duration = Duration::from_millis(700);

/// Between two payments of one wallet.
const REST: Duration = Duration::from_secs(4);

/// One account pays another.
pub fn transfer(world: &World, tally: &Tally, stop: &Stop) {
	let [from, to] = &world.accounts;
	let arguments = ["account", "transfer", "--to", &to.address, "--amount", "0.1"];
	while !stop.has_come() {
		let outcome =
			from.client.run(&arguments).and_then(|shown| Ok(Some(string(&shown, "block")?)));
		if !tally.note("transfer", outcome) {
			stop.pause(PAUSE);
		}
	}
}

/// Two wallets pay each other.
pub fn pay(world: &World, tally: &Tally, stop: &Stop) {
	let [one, other] = &world.wallets;
	let mut turn: [&Wallet; 2] = [one, other];
	while !stop.has_come() {
		let [from, to] = turn;
		let outcome = from.pay(&to.address, MPF / 2, "soak").map(|paid| Some(paid.block));
		tally.note("payment", outcome);
		turn.reverse();
		stop.pause(REST);
	}
}

/// A seller offers and the buyer accepts, one period after the other.
pub fn trade(world: &World, household: &Household, tally: &Tally, stop: &Stop) {
	let mut next = 0;
	while !stop.has_come() {
		let now = match world.chain.period(None) {
			Ok(now) => now,
			Err(error) => {
				tally.failed("question", &error);
				stop.pause(PAUSE);
				continue;
			},
		};
		let period = next.max(now.first_open + AHEAD);
		if period > now.first_open + 2 * AHEAD {
			stop.pause(LOOK);
			continue;
		}
		next = period + 1;
		let Household { operator, buyer, .. } = household;
		let price = "0.25".into();
		let offer = Offer { quantity: QUANTITY, price, first: period, last: period };
		let trade = match operator.account.offer(ZONE, buyer, &offer) {
			Ok(trade) => trade,
			Err(error) => {
				tally.failed("offer", &error);
				stop.pause(PAUSE);
				continue;
			},
		};
		tally.done("offer", None);
		if tally.note("acceptance", buyer.accept(trade).map(|()| None)) {
			let mut traded = household.traded.lock().unwrap_or_else(PoisonError::into_inner);
			traded.insert(period, trade);
		}
	}
}

/// A seller's meters commit, and what was sold is proved, one period after the other.
pub fn settle(world: &World, household: &Household, tally: &Tally, stop: &Stop) {
	let mut next = 0;
	while !stop.has_come() {
		let ended = match world.chain.period(None) {
			Ok(now) => now.index.saturating_sub(1),
			Err(error) => {
				tally.failed("question", &error);
				stop.pause(PAUSE);
				continue;
			},
		};
		if ended < next || next == 0 {
			// The first period counts from its beginning.
			next = next.max(ended + 1);
			stop.pause(LOOK);
			continue;
		}
		// After a long wait only the last two are still open.
		let period = next.max(ended.saturating_sub(1));
		next = period + 1;
		let outcome = commit(world, household, period, tally, stop)
			.map(|sent| (sent, trade_of(household, period)));
		match outcome {
			Ok((_, None)) => tally.done("commitments", None),
			Ok((sent, Some(trade))) => {
				tally.done("commitments", None);
				let proved = prove(world, household, period, &sent);
				if tally.note("settlement", proved.map(Some)) {
					find(world, household, period, trade, &sent, tally);
				}
			},
			Err(_) if stop.has_come() => {},
			Err(error) => tally.failed("commitments", &error),
		}
	}
}

fn trade_of(household: &Household, period: u64) -> Option<u64> {
	household.traded.lock().unwrap_or_else(PoisonError::into_inner).remove(&period)
}

/// Sends what all meters of a household counted, to one node after the other, until all is on record.
fn commit(
	world: &World,
	household: &Household,
	period: u64,
	tally: &Tally,
	stop: &Stop,
) -> Result<Vec<Commitment>> {
	let commit = |meter: &meterproof_driver::meter::Meter| {
		meter.commit(world.genesis, period, Direction::Export, READING, 0)
	};
	let all: Vec<Commitment> = household.meters.iter().map(commit).collect();
	let mut left = all.clone();
	let start = Instant::now();
	let mut nodes = world.chains.iter().cycle().skip(usize::try_from(period)? % world.chains.len());
	while !left.is_empty() {
		ensure!(!stop.has_come(), "the load has ended");
		let schedule = world.chain.period(Some(period))?;
		if ["proving", "final"].contains(&schedule.phase.as_str()) {
			bail!("{} of {} commitments missed the cut-off", left.len(), all.len());
		}
		let Some(node) = nodes.next() else { bail!("no nodes") };
		let Ok(answers) = node.submit(&left) else {
			// A node that is down: the next one is asked.
			tally.answered("NoAnswer");
			continue;
		};
		let mut again = Vec::new();
		for (item, answer) in left.into_iter().zip(answers) {
			match answer {
				Answer::Recorded => tally.answered("recorded"),
				Answer::Accepted => {
					tally.answered("accepted");
					again.push(item);
				},
				Answer::Refused { name, .. } => {
					tally.answered(&name);
					again.push(item);
				},
			}
		}
		left = again;
		if !left.is_empty() {
			stop.pause(LOOK.max(start.elapsed() / 8));
		}
	}
	Ok(all)
}

/// Proves and settles what was sold; the block's hash.
fn prove(world: &World, household: &Household, period: u64, sent: &[Commitment]) -> Result<String> {
	let Household { operator, prover, .. } = household;
	let file = world.folder.join(format!("{}-{period}.json", operator.account.name));
	let claim = Claimed { operator, quantity: QUANTITY };
	prove_to_file(&world.chain, period, &[claim], sent, &file)?;
	let shown = prover.client.run(&["settle", "--proof", &file.to_string_lossy()])?;
	string(&shown, "block")
}

/// What was settled is in the buyer's statement, and what was on record still is.
fn find(
	world: &World,
	household: &Household,
	period: u64,
	trade: u64,
	sent: &[Commitment],
	tally: &Tally,
) {
	let address = &household.buyer.address;
	match world.chain.statement(address, period) {
		Ok(lines) => {
			let is_there = lines.iter().any(|line| {
				line.trade == trade && line.period == period && line.delivered == QUANTITY
			});
			if !is_there {
				tally.lost(format!("the settlement of trade {trade} in period {period}"));
			}
		},
		Err(error) => tally.failed("question", &error),
	}
	for item in sent {
		match world.chain.recorded(item.device, period, item.direction_name()) {
			Ok(Some(recorded)) if recorded == item.hex() => {},
			Ok(_) => tally.lost(format!("device {}'s commitment of period {period}", item.device)),
			Err(error) => tally.failed("question", &error),
		}
	}
}
