//! `market_*`: offers, trades, and an account's books.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use meterproof_primitives::{
	api::{MarketApi as _, StatementLine, TradeInfo, MAX_PAGE},
	PeriodIndex, TradeId, ZoneId,
};
use meterproof_runtime::{AccountId, Balance};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::error;
use crate::client::Client;

/// Trades. Money is a decimal string of the token's smallest unit.
#[rpc(server)]
pub trait MarketRpc {
	/// Open offers, in one zone or all, with ids above `after`.
	#[method(name = "market_offers")]
	fn offers(
		&self,
		zone: Option<ZoneId>,
		after: Option<TradeId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<TradeInfo<AccountId, Balance>>>;

	/// An account's trades, as seller or buyer, with ids above `after`.
	#[method(name = "market_trades")]
	fn trades(
		&self,
		account: AccountId,
		after: Option<TradeId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<TradeInfo<AccountId, Balance>>>;

	/// One trade, or null.
	#[method(name = "market_trade")]
	fn trade(&self, id: TradeId) -> RpcResult<Option<TradeInfo<AccountId, Balance>>>;

	/// An account's settled periods from `from` on.
	#[method(name = "market_statement")]
	fn statement(
		&self,
		account: AccountId,
		from: Option<PeriodIndex>,
		limit: Option<u32>,
	) -> RpcResult<Vec<StatementLine<AccountId, Balance>>>;
}

/// Answers from the best block.
pub struct Market(pub Arc<Client>);

impl MarketRpcServer for Market {
	fn offers(
		&self,
		zone: Option<ZoneId>,
		after: Option<TradeId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<TradeInfo<AccountId, Balance>>> {
		self.0
			.runtime_api()
			.offers(self.0.info().best_hash, zone, after, limit.unwrap_or(MAX_PAGE))
			.map_err(error::runtime)
	}

	fn trades(
		&self,
		account: AccountId,
		after: Option<TradeId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<TradeInfo<AccountId, Balance>>> {
		self.0
			.runtime_api()
			.trades(self.0.info().best_hash, account, after, limit.unwrap_or(MAX_PAGE))
			.map_err(error::runtime)
	}

	fn trade(&self, id: TradeId) -> RpcResult<Option<TradeInfo<AccountId, Balance>>> {
		self.0.runtime_api().trade(self.0.info().best_hash, id).map_err(error::runtime)
	}

	fn statement(
		&self,
		account: AccountId,
		from: Option<PeriodIndex>,
		limit: Option<u32>,
	) -> RpcResult<Vec<StatementLine<AccountId, Balance>>> {
		// The runtime loads all of the account's trades before it looks at the limit.
		if limit == Some(0) {
			return Ok(Vec::new());
		}
		self.0
			.runtime_api()
			.statement(
				self.0.info().best_hash,
				account,
				from.unwrap_or(0),
				limit.unwrap_or(MAX_PAGE),
			)
			.map_err(error::runtime)
	}
}
