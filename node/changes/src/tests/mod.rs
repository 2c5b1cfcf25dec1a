//! What subscribers are told, and that it is all and nothing twice.

mod blocks;
mod filters;
mod places;

use std::{cell::Cell, collections::HashMap};

use meterproof_primitives::{
	api::{ClearedOrder, ClearingInfo, SettledInfo, TradeInfo, TradeState},
	Direction, Evidence, GroupId, OrderSide, Resource,
};
use serde_json::Value;
use sp_core::H256;

use crate::{Block, Ending, Filter, Happened, Head, State, TradeFilter};

/// Accounts are numbers here.
type Account = u32;
type Event = Happened<Account, u128>;
type Trade = TradeInfo<Account, u128>;
type Clearing = ClearingInfo<Account, u128>;

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

/// The book of electricity in zone 1 for a period: the seller's and the buyer's order meet.
fn clearing(period: u64) -> Clearing {
	let order = |id, account, side, limit| ClearedOrder {
		id,
		account,
		side,
		quantity: 5,
		limit,
		netted: 0,
		filled: 5,
	};
	ClearingInfo {
		zone: 1,
		resource: Resource::Electricity,
		period,
		block: 1,
		lapsed: false,
		price: Some(8),
		volume: 5,
		orders: vec![order(6, SELLER, OrderSide::Offer, 7), order(7, BUYER, OrderSide::Bid, 9)],
		first_trade: Some(3),
		trades: 1,
	}
}

fn cleared(period: u64) -> Event {
	Happened::Cleared { zone: 1, resource: Resource::Electricity, period }
}

/// Trades before and after a block, how books were cleared, and how often a trade was read.
#[derive(Default)]
struct Chain {
	clearings: Vec<Clearing>,
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

impl State<Account, u128> for Chain {
	type Error = &'static str;

	fn after(&self, id: u64) -> Result<Option<Trade>, Self::Error> {
		self.read(&self.after, id)
	}

	fn before(&self, id: u64) -> Result<Option<Trade>, Self::Error> {
		self.read(&self.before, id)
	}

	fn clearing(
		&self,
		zone: u32,
		resource: Resource,
		period: u64,
	) -> Result<Option<Clearing>, Self::Error> {
		if self.broken {
			return Err("the state is gone");
		}
		let mut known = self.clearings.iter();
		let asked = (zone, resource, period);
		Ok(known.find(|known| (known.zone, known.resource, known.period) == asked).cloned())
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
