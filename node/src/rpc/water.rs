//! `water_season`, `water_account`, `water_accounts`, `water_statement`: allocations of water.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use meterproof_primitives::{
	api::{WaterAccountInfo, WaterApi as _, WaterSeason, MAX_PAGE},
	PeriodIndex, Quantity, UsageStatement, ZoneId,
};
use meterproof_runtime::{AccountId, Balance};
use serde::Deserialize;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::error;
use crate::client::Client;

/// Most accounts in one statement, as the runtime has it.
pub const MAX_ACCOUNTS: usize = 64;

/// What an account's meters have counted in a turn at most, with what is presumed of missing ones.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UseRequest {
	account: AccountId,
	used: Quantity,
}

/// Allocations of water. Quantities are litres, money is a decimal string of the token's smallest unit.
#[rpc(server)]
pub trait WaterRpc {
	/// A season of a zone, the last one that was announced where none is named, or null.
	#[method(name = "water_season")]
	fn season(&self, zone: ZoneId, season: Option<u32>) -> RpcResult<Option<WaterSeason<Balance>>>;

	/// An account in a zone, or null.
	#[method(name = "water_account")]
	fn account(
		&self,
		zone: ZoneId,
		account: AccountId,
	) -> RpcResult<Option<WaterAccountInfo<AccountId, Balance>>>;

	/// Accounts in a zone, those that follow `after` in the chain's order.
	#[method(name = "water_accounts")]
	fn accounts(
		&self,
		zone: ZoneId,
		after: Option<AccountId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<WaterAccountInfo<AccountId, Balance>>>;

	/// The public inputs of a proof that closes the turns which end with a period.
	#[method(name = "water_statement")]
	fn statement(
		&self,
		zone: ZoneId,
		period: PeriodIndex,
		claims: Vec<UseRequest>,
	) -> RpcResult<UsageStatement<AccountId>>;
}

/// Answers from the best block.
pub struct Water(pub Arc<Client>);

impl WaterRpcServer for Water {
	fn season(&self, zone: ZoneId, season: Option<u32>) -> RpcResult<Option<WaterSeason<Balance>>> {
		self.0.runtime_api().season(self.0.info().best_hash, zone, season).map_err(error::runtime)
	}

	fn account(
		&self,
		zone: ZoneId,
		account: AccountId,
	) -> RpcResult<Option<WaterAccountInfo<AccountId, Balance>>> {
		self.0.runtime_api().account(self.0.info().best_hash, zone, account).map_err(error::runtime)
	}

	fn accounts(
		&self,
		zone: ZoneId,
		after: Option<AccountId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<WaterAccountInfo<AccountId, Balance>>> {
		self.0
			.runtime_api()
			.accounts(self.0.info().best_hash, zone, after, limit.unwrap_or(MAX_PAGE))
			.map_err(error::runtime)
	}

	fn statement(
		&self,
		zone: ZoneId,
		period: PeriodIndex,
		claims: Vec<UseRequest>,
	) -> RpcResult<UsageStatement<AccountId>> {
		let count = claims.len();
		if count > MAX_ACCOUNTS {
			let message = format!("{count} accounts; at most {MAX_ACCOUNTS}");
			return Err(error::error(error::INVALID_PARAMETER, message));
		}
		let claims = claims.into_iter().map(|claim| (claim.account, claim.used)).collect();
		self.0
			.runtime_api()
			.statement(self.0.info().best_hash, zone, period, claims)
			.map_err(error::runtime)?
			.map_err(|name| error::error(error::SETTLEMENT_REFUSED, name))
	}
}
