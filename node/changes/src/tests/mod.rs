//! What subscribers are told, and that it is all and nothing twice.

mod blocks;
mod filters;
mod places;

use std::{cell::Cell, collections::HashMap};

use meterproof_primitives::{
	api::{SettledInfo, TradeInfo, TradeState},
	Direction, Evidence, GroupId, Resource,
};
use serde_json::Value;
use sp_core::H256;

use crate::{Block, Ending, Filter, Happened, Head, TradeFilter, Trades};

/// Accounts are numbers here.
type Account = u32;
type Event = Happened<Account, u128>;
type Trade = TradeInfo<Account, u128>;

const SELLER: Account = 1;
const BUYER: Account = 2;

fn head(number: u32) -> Head {
	Head { number, hash: H256::from_low_u64_be(number.into()) }
}

fn group(zone: u32) -> GroupId<Account> {
	GroupId {
		operator: SELLER,
		zone,
		resource: Resource::Electricity,
		direction: Direction::Export,
	}
}

/// Of zone 1, from period 10 to 12.
fn trade(id: u64) -> Trade {
	TradeInfo {
		id,
		seller: group(1),
		buyer: BUYER,
		quantity: 5,
		price: 7,
		imbalance_price: 8,
		first: 10,
		last: 12,
		state: TradeState::Offered,
		settled_periods: 0,
		evidence: Some(Evidence::Signed),
		registrars: Vec::new(),
		least_evidence: Evidence::File,
		payout: None,
		refund: None,
		sealed: None,
	}
}

fn offered(trade: Trade) -> Event {
	Happened::Offered { trade: Box::new(trade), sealed: false }
}

fn period_settled(trade: u64, period: u64) -> Event {
	Happened::PeriodSettled {
		trade,
		period,
		delivered: Some(4),
		paid: Some(28),
		refunded: Some(7),
		penalty: Some(8),
		sealed: None,
	}
}

fn proved(zone: u32, period: u64) -> Event {
	let outcome = SettledInfo {
		proved: true,
		trades: 1,
		contracted: 5,
		delivered: Some(4),
		paid: Some(28),
		refunded: Some(7),
		penalty: Some(8),
		sealed: None,
	};
	Happened::Group { group: group(zone), period, ending: Ending::Proved(outcome) }
}

/// Trades before and after a block, and how often one was read.
#[derive(Default)]
struct Chain {
	before: HashMap<u64, Trade>,
	after: HashMap<u64, Trade>,
	reads: Cell<usize>,
	broken: bool,
}

impl Chain {
	fn after(trades: impl IntoIterator<Item = Trade>) -> Self {
		let after = trades.into_iter().map(|trade| (trade.id, trade)).collect();
		Self { after, ..Self::default() }
	}

	fn read(&self, trades: &HashMap<u64, Trade>, id: u64) -> Result<Option<Trade>, &'static str> {
		self.reads.set(self.reads.get() + 1);
		if self.broken {
			return Err("the state is gone");
		}
		Ok(trades.get(&id).cloned())
	}
}

impl Trades<Account, u128> for Chain {
	type Error = &'static str;

	fn after(&self, id: u64) -> Result<Option<Trade>, Self::Error> {
		self.read(&self.after, id)
	}

	fn before(&self, id: u64) -> Result<Option<Trade>, Self::Error> {
		self.read(&self.before, id)
	}
}

fn read(happened: &[Event], chain: &Chain) -> Block<Account, u128> {
	Block::read(head(1), happened, chain).unwrap()
}

/// What a filter lets through.
fn picked(filter: &impl Filter<Account, u128>, block: &Block<Account, u128>) -> Vec<Value> {
	let picked = filter.pick(block).into_iter();
	picked.map(|json| serde_json::from_str(json).unwrap()).collect()
}

/// All changes of trades.
fn trades(block: &Block<Account, u128>) -> Vec<Value> {
	let all: TradeFilter<Account> = serde_json::from_str("{}").unwrap();
	picked(&all, block)
}
