//! `gateways_*`: who commits for meters, and to what.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use meterproof_primitives::{
	api::{GatewayInfo, GatewaysApi as _},
	GatewayId, PeriodIndex,
};
use meterproof_runtime::{AccountId, Balance, Hash};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::error;
use crate::client::Client;

/// Gateways.
#[rpc(server)]
pub trait GatewaysRpc {
	/// One gateway, or null.
	#[method(name = "gateways_get")]
	fn get(&self, id: GatewayId) -> RpcResult<Option<GatewayInfo<AccountId, Balance>>>;

	/// The root that a gateway posted for a period, or null where the last final block has none: a
	/// meter may rely on no other.
	#[method(name = "gateways_root")]
	fn root(&self, gateway: GatewayId, period: PeriodIndex) -> RpcResult<Option<Hash>>;
}

/// Answers from the best block; about roots from the last final one.
pub struct Gateways(pub Arc<Client>);

impl GatewaysRpcServer for Gateways {
	fn get(&self, id: GatewayId) -> RpcResult<Option<GatewayInfo<AccountId, Balance>>> {
		self.0.runtime_api().gateway(self.0.info().best_hash, id).map_err(error::runtime)
	}

	fn root(&self, gateway: GatewayId, period: PeriodIndex) -> RpcResult<Option<Hash>> {
		let last = self.0.info().finalized_hash;
		self.0.runtime_api().root(last, gateway, period).map_err(error::runtime)
	}
}
