//! `governance_*`: referenda, votes, and what they decide about.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use meterproof_primitives::api::{
	GovernanceApi as _, GovernanceState, ReferendumId, ReferendumInfo, VoterInfo, MAX_PAGE,
};
use meterproof_runtime::{AccountId, Balance};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::error;
use crate::client::Client;

/// Referenda and votes. Money is a decimal string of the token's smallest unit.
#[rpc(server)]
pub trait GovernanceRpc {
	/// Where governance stands, and the tracks.
	#[method(name = "governance_state")]
	fn state(&self) -> RpcResult<GovernanceState<AccountId, Balance>>;

	/// A page of referenda in order of their numbers, those after one.
	#[method(name = "governance_referenda")]
	fn referenda(
		&self,
		after: Option<ReferendumId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<ReferendumInfo<AccountId, Balance>>>;

	/// One referendum, or null.
	#[method(name = "governance_referendum")]
	fn referendum(&self, id: ReferendumId)
		-> RpcResult<Option<ReferendumInfo<AccountId, Balance>>>;

	/// What an account has in votes.
	#[method(name = "governance_voter")]
	fn voter(&self, account: AccountId) -> RpcResult<VoterInfo<AccountId, Balance>>;
}

/// Answers from the best block.
pub struct Governance(pub Arc<Client>);

impl GovernanceRpcServer for Governance {
	fn state(&self) -> RpcResult<GovernanceState<AccountId, Balance>> {
		self.0.runtime_api().state(self.0.info().best_hash).map_err(error::runtime)
	}

	fn referenda(
		&self,
		after: Option<ReferendumId>,
		limit: Option<u32>,
	) -> RpcResult<Vec<ReferendumInfo<AccountId, Balance>>> {
		let at = self.0.info().best_hash;
		let limit = limit.unwrap_or(MAX_PAGE);
		self.0.runtime_api().referenda(at, after, limit).map_err(error::runtime)
	}

	fn referendum(
		&self,
		id: ReferendumId,
	) -> RpcResult<Option<ReferendumInfo<AccountId, Balance>>> {
		self.0.runtime_api().referendum(self.0.info().best_hash, id).map_err(error::runtime)
	}

	fn voter(&self, account: AccountId) -> RpcResult<VoterInfo<AccountId, Balance>> {
		self.0.runtime_api().voter(self.0.info().best_hash, account).map_err(error::runtime)
	}
}
