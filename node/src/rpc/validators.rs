//! `validators_*`: who makes blocks and votes for them, and with what bonds.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use meterproof_primitives::api::{BondInfo, ValidatorSetInfo, ValidatorsApi as _};
use meterproof_runtime::{AccountId, Balance};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::Bytes;

use super::error;
use crate::client::Client;

/// Longest session keys that are compared, in bytes: the runtime's are shorter.
pub const MAX_KEYS_BYTES: usize = 512;

/// Validators and their bonds. Money is a decimal string of the token's smallest unit.
#[rpc(server)]
pub trait ValidatorsRpc {
	/// The set, the candidates with their bonds, and the slashes that wait.
	#[method(name = "validators_set")]
	fn set(&self) -> RpcResult<ValidatorSetInfo<AccountId, Balance>>;

	/// The bond of one account, or null.
	#[method(name = "validators_bond")]
	fn bond(&self, account: AccountId) -> RpcResult<Option<BondInfo<AccountId, Balance>>>;

	/// Whether an account has session keys, and they are these, if any are given.
	#[method(name = "validators_hasKeys")]
	fn has_keys(&self, account: AccountId, keys: Option<Bytes>) -> RpcResult<bool>;
}

/// Answers from the best block.
pub struct Validators(pub Arc<Client>);

impl ValidatorsRpcServer for Validators {
	fn set(&self) -> RpcResult<ValidatorSetInfo<AccountId, Balance>> {
		self.0.runtime_api().set(self.0.info().best_hash).map_err(error::runtime)
	}

	fn bond(&self, account: AccountId) -> RpcResult<Option<BondInfo<AccountId, Balance>>> {
		self.0.runtime_api().bond(self.0.info().best_hash, account).map_err(error::runtime)
	}

	fn has_keys(&self, account: AccountId, keys: Option<Bytes>) -> RpcResult<bool> {
		let keys = keys.map(|Bytes(keys)| keys);
		if let Some(keys) = keys.as_ref().filter(|keys| keys.len() > MAX_KEYS_BYTES) {
			let message = format!("keys of {} bytes; at most {MAX_KEYS_BYTES}", keys.len());
			return Err(error::error(error::INVALID_PARAMETER, message));
		}
		let at = self.0.info().best_hash;
		self.0.runtime_api().has_keys(at, account, keys).map_err(error::runtime)
	}
}
