//! `settlement_*`: what to prove, proofs, what they settled; and the audit of invariants.

use std::sync::Arc;

use codec::Decode;
use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	Extensions,
};
use meterproof_primitives::{
	api::{AuditApi as _, SettlementApi as _, SettlementStatus},
	GroupId, LeafItem, PeriodIndex, Quantity, SealedStatements, SplitStatement, UsageStatement,
};
use meterproof_runtime::{opaque::Block, AccountId, Balance, BlockNumber, Hash};
use sc_transaction_pool_api::{TransactionPool, TransactionSource};
use serde::{Deserialize, Serialize};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::Bytes;

use super::{
	door::Lane,
	error,
	finality::{self, FinalityProof},
};
use crate::{
	answers::{Answers, Sent},
	client::{Backend, Client, OrderedPool},
};

/// Most groups in one statement.
pub const MAX_GROUPS: usize = 1_024;

/// Most leaves in one statement: as many as a call can bring.
pub const MAX_LEAVES: usize = meterproof_primitives::MAX_LEAVES as usize;

/// A group to prove, with the quantity claimed; without one its whole contracted quantity.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupRequest {
	group: GroupId<AccountId>,
	#[serde(default)]
	quantity: Option<Quantity>,
}

/// What the chain's verifier says of a proof.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
	accepted: bool,
}

/// A transaction in the pool.
#[derive(Clone, Debug, Serialize)]
pub struct Submitted {
	hash: Hash,
}

/// Proofs and what they settle.
#[rpc(server)]
pub trait SettlementRpc {
	/// The public inputs a prover needs, of a call that takes these leaves out of the roots of gateways.
	#[method(name = "settlement_statement")]
	fn statement(
		&self,
		period: PeriodIndex,
		groups: Vec<GroupRequest>,
		leaves: Option<Vec<LeafItem>>,
	) -> RpcResult<UsageStatement<AccountId>>;

	/// Whether a proof proves a statement (as `settlement_statement` gives it, with the slack
	/// commitments): what `submit_proof` will find, without paying for it. Runs in the runtime.
	#[method(name = "settlement_verifyProof")]
	fn verify_proof(
		&self,
		statement: UsageStatement<AccountId>,
		proof: Bytes,
	) -> RpcResult<Verdict>;

	/// The public inputs of both proofs that settle groups sealed, zero where the prover has its
	/// part to fill in; leaves as in `settlement_statement`.
	#[method(name = "settlement_sealedStatement")]
	fn sealed_statement(
		&self,
		period: PeriodIndex,
		groups: Vec<GroupId<AccountId>>,
		leaves: Option<Vec<LeafItem>>,
	) -> RpcResult<SealedStatements<AccountId>>;

	/// Whether two proofs prove two statements (as `settlement_sealedStatement` gives them, filled
	/// in): what `submit_sealed_proof` will find, without paying for it. Runs in the runtime.
	#[method(name = "settlement_verifySealedProof")]
	fn verify_sealed_proof(
		&self,
		usage: UsageStatement<AccountId>,
		usage_proof: Bytes,
		split: SplitStatement,
		split_proof: Bytes,
	) -> RpcResult<Verdict>;

	/// Takes a signed `Settlement.submit_proof` or `Settlement.submit_sealed_proof` extrinsic; all
	/// but the proofs is checked first.
	#[method(name = "settlement_submitProof")]
	async fn submit_proof(&self, extrinsic: Bytes) -> RpcResult<Submitted>;

	/// Where a group stands.
	#[method(name = "settlement_status")]
	fn status(
		&self,
		group: GroupId<AccountId>,
		period: PeriodIndex,
	) -> RpcResult<SettlementStatus<Balance>>;

	/// What shows another chain that a group's settlement is final: against the last block that BEEFY
	/// signed, or the block `at`, whose root that chain has.
	#[method(name = "settlement_finalityProof")]
	fn finality_proof(
		&self,
		group: GroupId<AccountId>,
		period: PeriodIndex,
		at: Option<BlockNumber>,
	) -> RpcResult<FinalityProof>;
}

/// The node's own check of the chain.
#[rpc(server)]
pub trait AuditRpc {
	/// Checks every pallet's invariants at the best block. Walks all of their storage, so it is
	/// answered only where unsafe methods are.
	#[method(name = "audit_invariants", with_extensions, blocking)]
	fn invariants(&self) -> RpcResult<Audit>;
}

/// All invariants hold.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
	ok: bool,
}

/// Answers from the best block; transactions go to the pool.
#[derive(Clone)]
pub struct Settlement {
	pub client: Arc<Client>,
	pub backend: Arc<Backend>,
	pub pool: Arc<OrderedPool>,
	pub lane: Lane,
	pub answers: Answers,
}

impl Settlement {
	async fn take(&self, extrinsic: Bytes) -> RpcResult<Submitted> {
		let client = self.client.clone();
		let extrinsic = self.lane.run(move || checked(&client, &extrinsic)).await??;
		self.pool
			.submit_one(self.client.info().best_hash, TransactionSource::External, extrinsic)
			.await
			.map(|hash| Submitted { hash })
			.map_err(|cause| error::error(error::POOL, cause.to_string()))
	}
}

type Extrinsic = <Block as sp_runtime::traits::Block>::Extrinsic;

/// A call that settles by proof, when all but the proofs in it is found right.
fn checked(client: &Client, extrinsic: &[u8]) -> RpcResult<Extrinsic> {
	let extrinsic = Extrinsic::decode(&mut &extrinsic[..]).map_err(|cause| {
		error::error(error::INVALID_PARAMETER, format!("not an extrinsic: {cause}"))
	})?;
	client
		.runtime_api()
		.check(client.info().best_hash, extrinsic.clone())
		.map_err(error::runtime)?
		.map_err(|name| error::error(error::SETTLEMENT_REFUSED, name))?;
	Ok(extrinsic)
}

/// A statement is of few enough groups.
fn ensure_bounded(groups: usize) -> RpcResult<()> {
	if groups > MAX_GROUPS {
		let message = format!("{groups} groups; at most {MAX_GROUPS}");
		return Err(error::error(error::INVALID_PARAMETER, message));
	}
	Ok(())
}

/// Leaves, no more than a call can bring; none where they are left out.
fn bounded(leaves: Option<Vec<LeafItem>>) -> RpcResult<Vec<LeafItem>> {
	let leaves = leaves.unwrap_or_default();
	if leaves.len() > MAX_LEAVES {
		let message = format!("{} leaves; at most {MAX_LEAVES}", leaves.len());
		return Err(error::error(error::INVALID_PARAMETER, message));
	}
	Ok(leaves)
}

#[async_trait]
impl SettlementRpcServer for Settlement {
	fn statement(
		&self,
		period: PeriodIndex,
		groups: Vec<GroupRequest>,
		leaves: Option<Vec<LeafItem>>,
	) -> RpcResult<UsageStatement<AccountId>> {
		ensure_bounded(groups.len())?;
		let groups = groups.into_iter().map(|g| (g.group, g.quantity)).collect();
		let leaves = bounded(leaves)?;
		self.client
			.runtime_api()
			.statement_with_leaves(self.client.info().best_hash, period, groups, leaves)
			.map_err(error::runtime)?
			.map_err(|name| error::error(error::SETTLEMENT_REFUSED, name))
	}

	fn verify_proof(
		&self,
		statement: UsageStatement<AccountId>,
		proof: Bytes,
	) -> RpcResult<Verdict> {
		let accepted = self
			.client
			.runtime_api()
			.verify(self.client.info().best_hash, statement, proof.0)
			.map_err(error::runtime)?;
		Ok(Verdict { accepted })
	}

	fn sealed_statement(
		&self,
		period: PeriodIndex,
		groups: Vec<GroupId<AccountId>>,
		leaves: Option<Vec<LeafItem>>,
	) -> RpcResult<SealedStatements<AccountId>> {
		ensure_bounded(groups.len())?;
		let leaves = bounded(leaves)?;
		let (usage, split) = self
			.client
			.runtime_api()
			.sealed_statement_with_leaves(self.client.info().best_hash, period, groups, leaves)
			.map_err(error::runtime)?
			.map_err(|name| error::error(error::SETTLEMENT_REFUSED, name))?;
		Ok(SealedStatements { usage, split })
	}

	fn verify_sealed_proof(
		&self,
		usage: UsageStatement<AccountId>,
		usage_proof: Bytes,
		split: SplitStatement,
		split_proof: Bytes,
	) -> RpcResult<Verdict> {
		let at = self.client.info().best_hash;
		let accepted = self
			.client
			.runtime_api()
			.verify_sealed(at, usage, usage_proof.0, split, split_proof.0)
			.map_err(error::runtime)?;
		Ok(Verdict { accepted })
	}

	async fn submit_proof(&self, extrinsic: Bytes) -> RpcResult<Submitted> {
		error::counted(&self.answers, Sent::Proof, self.take(extrinsic).await)
	}

	fn status(
		&self,
		group: GroupId<AccountId>,
		period: PeriodIndex,
	) -> RpcResult<SettlementStatus<Balance>> {
		self.client
			.runtime_api()
			.status(self.client.info().best_hash, group, period)
			.map_err(error::runtime)
	}

	fn finality_proof(
		&self,
		group: GroupId<AccountId>,
		period: PeriodIndex,
		at: Option<BlockNumber>,
	) -> RpcResult<FinalityProof> {
		finality::proof(&self.client, &self.backend, group, period, at)
	}
}

impl AuditRpcServer for Settlement {
	fn invariants(&self, extensions: &Extensions) -> RpcResult<Audit> {
		sc_rpc_api::check_if_safe(extensions)?;
		self.client
			.runtime_api()
			.ensure_invariants(self.client.info().best_hash)
			.map_err(error::runtime)?
			.map_err(|broken| error::error(error::INVARIANT_BROKEN, broken))?;
		Ok(Audit { ok: true })
	}
}
