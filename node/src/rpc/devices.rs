//! `devices_*`: who is registered.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use meterproof_primitives::{
	api::{DeviceInfo, DevicesApi as _},
	DeviceId,
};
use meterproof_runtime::AccountId;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::error;
use crate::client::Client;

/// Devices.
#[rpc(server)]
pub trait DevicesRpc {
	/// One device, or null.
	#[method(name = "devices_get")]
	fn get(&self, id: DeviceId) -> RpcResult<Option<DeviceInfo<AccountId>>>;

	/// An operator's devices with ids above `after`, at most `limit` (100 at once).
	#[method(name = "devices_byOperator")]
	fn by_operator(
		&self,
		operator: AccountId,
		after: Option<DeviceId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<DeviceInfo<AccountId>>>;
}

/// Answers from the best block.
pub struct Devices(pub Arc<Client>);

impl DevicesRpcServer for Devices {
	fn get(&self, id: DeviceId) -> RpcResult<Option<DeviceInfo<AccountId>>> {
		self.0.runtime_api().device(self.0.info().best_hash, id).map_err(error::runtime)
	}

	fn by_operator(
		&self,
		operator: AccountId,
		after: Option<DeviceId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<DeviceInfo<AccountId>>> {
		self.0
			.runtime_api()
			.by_operator(
				self.0.info().best_hash,
				operator,
				after,
				limit.unwrap_or(meterproof_primitives::api::MAX_PAGE),
			)
			.map_err(error::runtime)
	}
}
