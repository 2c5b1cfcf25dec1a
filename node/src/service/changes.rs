//! What blocks change in the market, read once for all who subscribe to it over JSON-RPC.
//!
//! Blocks are looked at one after the other, whatever the notifications of the client leave out: a
//! notification only says that there is something to look for. While nobody follows, nothing is read.

use std::{collections::VecDeque, sync::Arc};

use futures::StreamExt;
use meterproof_changes::{Blocks, Ending, Happened, Head, Seats, State, Step, Stop, LIMITS};
use meterproof_primitives::{
	api::{BookApi as _, ClearingInfo, MarketApi as _, SettledInfo, TradeInfo, TradeState},
	Evidence, PeriodIndex, Resource, TradeId, ZoneId,
};
use meterproof_runtime::{opaque, AccountId, Balance, Hash, Runtime, RuntimeEvent};
use sc_client_api::BlockchainEvents;
use sc_service::TaskManager;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::{HashAndNumber, HeaderBackend};

use super::metrics::chain::{Record, Seen, Source};
use crate::client::{Changed, Client, Following};

/// Most blocks that are looked at when the chain moves on: a node that was away for long, or
/// synchronises, tells nobody of what it catches up with.
const MOST_BLOCKS: u32 = 512;

/// Most blocks of which the changes are kept, for those who follow the best chain first and finalised
/// blocks later.
const KEPT: usize = 32;

/// Begins to look at blocks, until the node ends.
pub fn spawn(client: Arc<Client>, task_manager: &TaskManager) -> Arc<Following> {
	// What comes between these lines is found with the next notification.
	let mut finalized = client.finality_notification_stream();
	let mut imported = client.import_notification_stream();
	let info = client.info();
	let following = Seats::new(
		LIMITS,
		Head { number: info.finalized_number, hash: info.finalized_hash },
		Head { number: info.best_number, hash: info.best_hash },
	);
	let mut reader = Reader {
		seen: Seen::new(client.clone(), None),
		client,
		following: following.clone(),
		kept: VecDeque::new(),
	};
	task_manager.spawn_handle().spawn_blocking("market-changes", None, async move {
		loop {
			let is_over = tokio::select! {
				next = finalized.next() => next.is_none(),
				next = imported.next() => next.is_none(),
			};
			if is_over {
				return;
			}
			reader.look_at_best();
			while reader.look_at_next_finalized() {
				// The node may be told to end.
				tokio::task::yield_now().await;
			}
		}
	});
	following
}

/// Reads blocks in order.
struct Reader {
	client: Arc<Client>,
	seen: Seen,
	following: Arc<Following>,
	/// The blocks that were read last.
	kept: VecDeque<Arc<Changed>>,
}

impl Drop for Reader {
	fn drop(&mut self) {
		self.following.end();
	}
}

impl Reader {
	/// Tells of the finalised block after the last one that was told; whether there may be another.
	fn look_at_next_finalized(&mut self) -> bool {
		let info = self.client.info();
		let to = Head { number: info.finalized_number, hash: info.finalized_hash };
		let from = self.following.head(Blocks::Finalized).number;
		let ahead = to.number.saturating_sub(from);
		if ahead == 0 || self.following.skip_unwatched(Blocks::Finalized, to) {
			return false;
		}
		if ahead > MOST_BLOCKS {
			let why = Stop::TooManyBlocks { from, to: to.number };
			self.following.stop(Blocks::Finalized, to, why);
			return false;
		}
		let number = from.saturating_add(1);
		// Finalised blocks are of the best chain, whose blocks are known by their numbers.
		let hash = self.client.hash(number).ok().flatten();
		match hash.and_then(|hash| self.read(Head { number, hash })) {
			Some(block) => {
				self.following.tell(Blocks::Finalized, block.at, &Step::Block(block.clone()))
			},
			None => self.following.stop(Blocks::Finalized, to, Stop::BlockUnreadable(number)),
		}
		true
	}

	/// Tells of the way from the last block that was told to the best: first what is taken back, then
	/// what comes.
	fn look_at_best(&mut self) {
		let info = self.client.info();
		let to = Head { number: info.best_number, hash: info.best_hash };
		let from = self.following.head(Blocks::Best);
		if from.hash == to.hash || self.following.skip_unwatched(Blocks::Best, to) {
			return;
		}
		if to.number.abs_diff(from.number) > MOST_BLOCKS {
			let why = Stop::TooManyBlocks { from: from.number, to: to.number };
			self.following.stop(Blocks::Best, to, why);
			return;
		}
		let route =
			sp_blockchain::tree_route::<opaque::Block, Client>(&self.client, from.hash, to.hash);
		let Ok(route) = route else {
			// The block that was told last is of a fork that is forgotten.
			self.following.stop(Blocks::Best, to, Stop::BlockUnreadable(from.number));
			return;
		};
		let below = route.retracted().iter().skip(1).chain([route.common_block()]);
		for (gone, now) in route.retracted().iter().zip(below) {
			self.following.tell(Blocks::Best, head(now), &Step::Retracted(head(gone)));
		}
		for next in route.enacted() {
			match self.read(head(next)) {
				Some(block) => {
					self.following.tell(Blocks::Best, block.at, &Step::Block(block.clone()))
				},
				None => {
					let why = Stop::BlockUnreadable(next.number);
					self.following.stop(Blocks::Best, to, why);
					return;
				},
			}
		}
	}

	/// What a block changed; none if its events or its state cannot be read.
	fn read(&mut self, at: Head) -> Option<Arc<Changed>> {
		if let Some(block) = self.kept.iter().find(|block| block.at == at) {
			return Some(block.clone());
		}
		let parent = self.seen.header(at.hash)?.parent_hash;
		let happened = happened(&self.seen.events(at.hash)?);
		let source = Around { client: &self.client, block: at.hash, parent };
		let block = Arc::new(Changed::read(at, &happened, &source).ok()?);
		self.kept.push_back(block.clone());
		if self.kept.len() > KEPT {
			self.kept.pop_front();
		}
		Some(block)
	}
}

fn head(block: &HashAndNumber<opaque::Block>) -> Head {
	Head { number: block.number, hash: block.hash }
}

/// The chain's state before and after a block.
struct Around<'a> {
	client: &'a Client,
	block: Hash,
	parent: Hash,
}

impl Around<'_> {
	fn trade(
		&self,
		at: Hash,
		id: TradeId,
	) -> Result<Option<TradeInfo<AccountId, Balance>>, sp_api::ApiError> {
		self.client.runtime_api().trade(at, id)
	}
}

impl State<AccountId, Balance> for Around<'_> {
	type Error = sp_api::ApiError;

	fn after(&self, id: TradeId) -> Result<Option<TradeInfo<AccountId, Balance>>, Self::Error> {
		self.trade(self.block, id)
	}

	fn before(&self, id: TradeId) -> Result<Option<TradeInfo<AccountId, Balance>>, Self::Error> {
		self.trade(self.parent, id)
	}

	fn clearing(
		&self,
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
	) -> Result<Option<ClearingInfo<AccountId, Balance>>, Self::Error> {
		self.client.runtime_api().clearing(self.block, zone, resource, period)
	}
}

/// The events of a block that are about trades, settlements and books, in order.
fn happened(records: &[Record]) -> Vec<Happened<AccountId, Balance>> {
	let events = records.iter().filter_map(|record| match &record.event {
		RuntimeEvent::Market(event) => market(event),
		RuntimeEvent::Settlement(event) => settlement(event),
		RuntimeEvent::Book(event) => book(event),
		_ => None,
	});
	events.collect()
}

fn market(event: &pallet_market::Event<Runtime>) -> Option<Happened<AccountId, Balance>> {
	use pallet_market::Event;
	Some(match event {
		Event::TradeOffered {
			trade,
			seller,
			buyer,
			quantity,
			price,
			imbalance_price,
			first,
			last,
			payout,
			sealed,
		} => Happened::Offered {
			trade: Box::new(TradeInfo {
				id: *trade,
				seller: seller.clone(),
				buyer: buyer.clone(),
				quantity: *quantity,
				price: *price,
				imbalance_price: *imbalance_price,
				first: *first,
				last: *last,
				state: TradeState::Offered,
				settled_periods: 0,
				evidence: None,
				registrars: Vec::new(),
				least_evidence: Evidence::File,
				payout: payout.map(Into::into),
				refund: None,
				sealed: None,
			}),
			sealed: *sealed,
		},
		// A book makes a trade that both sides have agreed to.
		Event::TradeAccepted { trade, .. } | Event::TradeConcluded { trade, .. } => {
			Happened::Accepted(*trade)
		},
		Event::OfferCancelled { trade } => Happened::Cancelled(*trade),
		Event::OfferDeclined { trade } => Happened::Declined(*trade),
		Event::OfferExpired { trade } => Happened::Expired(*trade),
		Event::PeriodSettled { trade, period, delivered, paid, refunded, penalty } => {
			Happened::PeriodSettled {
				trade: *trade,
				period: *period,
				delivered: Some(*delivered),
				paid: Some(*paid),
				refunded: Some(*refunded),
				penalty: Some(*penalty),
				sealed: None,
			}
		},
		Event::PeriodSettledSealed { trade, period, amount } => Happened::PeriodSettled {
			trade: *trade,
			period: *period,
			delivered: None,
			paid: None,
			refunded: None,
			penalty: None,
			sealed: Some(*amount),
		},
		Event::PayoutDeferred { trade, period, to_seller, to_buyer } => Happened::PayoutDeferred {
			trade: *trade,
			period: *period,
			to_seller: *to_seller,
			to_buyer: *to_buyer,
		},
		Event::PayoutClaimed { trade, period, to_seller, to_buyer } => Happened::PayoutClaimed {
			trade: *trade,
			period: *period,
			to_seller: *to_seller,
			to_buyer: *to_buyer,
		},
		Event::TradeSettled { trade } => Happened::Settled(*trade),
		Event::TradePruned { trade } => Happened::Pruned(*trade),
		_ => return None,
	})
}

fn settlement(event: &pallet_settlement::Event<Runtime>) -> Option<Happened<AccountId, Balance>> {
	use pallet_settlement::Event;
	let (group, period, ending) = match event {
		Event::GroupSettled {
			group,
			period,
			contracted,
			delivered,
			paid,
			refunded,
			penalty,
			trades,
		} => {
			let outcome = SettledInfo {
				proved: true,
				trades: *trades,
				contracted: *contracted,
				delivered: Some(*delivered),
				paid: Some(*paid),
				refunded: Some(*refunded),
				penalty: Some(*penalty),
				sealed: None,
			};
			(group, period, Ending::Proved(outcome))
		},
		Event::GroupSettledSealed { group, period, contracted, amount } => {
			// A sealed trade is its group's only one.
			let outcome = SettledInfo {
				proved: true,
				trades: 1,
				contracted: *contracted,
				delivered: None,
				paid: None,
				refunded: None,
				penalty: None,
				sealed: Some(*amount),
			};
			(group, period, Ending::Sealed(outcome))
		},
		Event::GroupExpired { group, period, contracted, refunded, penalty, trades } => {
			let outcome = SettledInfo {
				proved: false,
				trades: *trades,
				contracted: *contracted,
				delivered: Some(0),
				paid: Some(0),
				refunded: Some(*refunded),
				penalty: Some(*penalty),
				sealed: None,
			};
			(group, period, Ending::Expired(outcome))
		},
		Event::SettlementPruned { group, period } => (group, period, Ending::Pruned),
		_ => return None,
	};
	Some(Happened::Group { group: group.clone(), period: *period, ending })
}

fn book(event: &pallet_book::Event<Runtime>) -> Option<Happened<AccountId, Balance>> {
	use pallet_book::Event;
	match event {
		Event::BookCleared { zone, resource, period, .. }
		| Event::BookLapsed { zone, resource, period, .. } => {
			Some(Happened::Cleared { zone: *zone, resource: *resource, period: *period })
		},
		_ => None,
	}
}

#[cfg(test)]
mod tests;
