//! `market_book`, `market_clearing`, `market_orders`, `market_owed`, `market_backstop`: the books of orders.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use meterproof_primitives::{
	api::{BackstopInfo, BookApi as _, BookInfo, ClearingInfo, OrderInfo, Owed, MAX_PAGE},
	OrderId, PeriodIndex, Resource, ZoneId,
};
use meterproof_runtime::{AccountId, Balance};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::error;
use crate::client::Client;

/// Books of orders. Money is a decimal string of the token's smallest unit.
#[rpc(server)]
pub trait BookRpc {
	/// The orders of a book as they stand, or null where the zone has no registrar.
	#[method(name = "market_book")]
	fn book(
		&self,
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
	) -> RpcResult<Option<BookInfo<AccountId, Balance>>>;

	/// How a book was cleared, or null.
	#[method(name = "market_clearing")]
	fn clearing(
		&self,
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
	) -> RpcResult<Option<ClearingInfo<AccountId, Balance>>>;

	/// An account's orders that stand in a book, with ids above `after`.
	#[method(name = "market_orders")]
	fn orders(
		&self,
		account: AccountId,
		after: Option<OrderId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<OrderInfo<AccountId, Balance>>>;

	/// What books owe an account that could not take it.
	#[method(name = "market_owed")]
	fn owed(&self, account: AccountId) -> RpcResult<Owed<Balance>>;

	/// Who takes what peers leave in the books of a zone and resource, or null.
	#[method(name = "market_backstop")]
	fn backstop(
		&self,
		zone: ZoneId,
		resource: Resource,
	) -> RpcResult<Option<BackstopInfo<AccountId, Balance>>>;
}

/// Answers from the best block.
pub struct Book(pub Arc<Client>);

impl BookRpcServer for Book {
	fn book(
		&self,
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
	) -> RpcResult<Option<BookInfo<AccountId, Balance>>> {
		self.0
			.runtime_api()
			.book(self.0.info().best_hash, zone, resource, period)
			.map_err(error::runtime)
	}

	fn clearing(
		&self,
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
	) -> RpcResult<Option<ClearingInfo<AccountId, Balance>>> {
		self.0
			.runtime_api()
			.clearing(self.0.info().best_hash, zone, resource, period)
			.map_err(error::runtime)
	}

	fn orders(
		&self,
		account: AccountId,
		after: Option<OrderId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<OrderInfo<AccountId, Balance>>> {
		self.0
			.runtime_api()
			.orders(self.0.info().best_hash, account, after, limit.unwrap_or(MAX_PAGE))
			.map_err(error::runtime)
	}

	fn owed(&self, account: AccountId) -> RpcResult<Owed<Balance>> {
		self.0.runtime_api().owed(self.0.info().best_hash, account).map_err(error::runtime)
	}

	fn backstop(
		&self,
		zone: ZoneId,
		resource: Resource,
	) -> RpcResult<Option<BackstopInfo<AccountId, Balance>>> {
		self.0
			.runtime_api()
			.backstop(self.0.info().best_hash, zone, resource)
			.map_err(error::runtime)
	}
}
