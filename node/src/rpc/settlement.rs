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
	DeviceId, GroupId, GroupStatement, PeriodIndex, Quantity, UsageStatement,
};
use meterproof_runtime::{opaque::Block, AccountId, Balance, Hash};
use sc_transaction_pool_api::{TransactionPool, TransactionSource};
use serde::{Deserialize, Serialize};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::{Bytes, H256};

use super::{
	error,
	split::{Split, StatementClaim},
};
use crate::service::{partial::Pool, Client};

/// Most groups in one statement.
pub const MAX_GROUPS: usize = 1_024;

/// A group to prove, with the quantity claimed; without one its whole contracted quantity.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupRequest {
	group: GroupId<AccountId>,
	#[serde(default)]
	quantity: Option<Quantity>,
}

/// The public inputs of a usage proof.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
	/// Hash of block 0.
	genesis: H256,
	/// The period of every reading.
	period: PeriodIndex,
	/// The groups, in order.
	groups: Vec<StatementGroup>,
}

/// One group's part.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementGroup {
	group: GroupId<AccountId>,
	claim: StatementClaim,
	slots: Vec<StatementSlot>,
	/// Commitment to the slack: the prover's, so absent until there is a proof.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	slack_commitment: Option<H256>,
}

/// One commitment.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementSlot {
	device: DeviceId,
	commitment: H256,
}

impl From<UsageStatement<AccountId>> for Statement {
	fn from(statement: UsageStatement<AccountId>) -> Self {
		Self {
			genesis: H256(statement.genesis),
			period: statement.period,
			groups: statement
				.groups
				.into_iter()
				.map(|g| StatementGroup {
					group: g.group,
					claim: g.claim.into(),
					slots: g
						.slots
						.into_iter()
						.map(|(device, commitment)| StatementSlot {
							device,
							commitment: H256(commitment),
						})
						.collect(),
					slack_commitment: None,
				})
				.collect(),
		}
	}
}

impl From<Statement> for UsageStatement<AccountId> {
	fn from(statement: Statement) -> Self {
		Self {
			genesis: statement.genesis.0,
			period: statement.period,
			groups: statement
				.groups
				.into_iter()
				.map(|g| GroupStatement {
					group: g.group,
					claim: g.claim.into(),
					slots: g.slots.into_iter().map(|s| (s.device, s.commitment.0)).collect(),
					slack_commitment: g.slack_commitment.unwrap_or_default().0,
				})
				.collect(),
		}
	}
}

/// The public inputs of both proofs that settle groups sealed.
#[derive(Clone, Debug, Serialize)]
pub struct SealedStatement {
	/// The usage statement, of the readings.
	usage: Statement,
	/// The split statement, of the notes.
	split: Split,
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
	/// The public inputs a prover needs.
	#[method(name = "settlement_statement")]
	fn statement(&self, period: PeriodIndex, groups: Vec<GroupRequest>) -> RpcResult<Statement>;

	/// Whether a proof proves a statement (as `settlement_statement` gives it, with the slack
	/// commitments): what `submit_proof` will find, without paying for it. Runs in the runtime.
	#[method(name = "settlement_verifyProof")]
	fn verify_proof(&self, statement: Statement, proof: Bytes) -> RpcResult<Verdict>;

	/// The public inputs of both proofs that settle groups sealed, zero where the prover has its
	/// part to fill in.
	#[method(name = "settlement_sealedStatement")]
	fn sealed_statement(
		&self,
		period: PeriodIndex,
		groups: Vec<GroupId<AccountId>>,
	) -> RpcResult<SealedStatement>;

	/// Whether two proofs prove two statements (as `settlement_sealedStatement` gives them, filled
	/// in): what `submit_sealed_proof` will find, without paying for it. Runs in the runtime.
	#[method(name = "settlement_verifySealedProof")]
	fn verify_sealed_proof(
		&self,
		usage: Statement,
		usage_proof: Bytes,
		split: Split,
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
	pub pool: Arc<Pool>,
}

/// A statement is of few enough groups.
fn ensure_bounded(groups: usize) -> RpcResult<()> {
	if groups > MAX_GROUPS {
		let message = format!("{groups} groups; at most {MAX_GROUPS}");
		return Err(error::error(error::INVALID_PARAMETER, message));
	}
	Ok(())
}

#[async_trait]
impl SettlementRpcServer for Settlement {
	fn statement(&self, period: PeriodIndex, groups: Vec<GroupRequest>) -> RpcResult<Statement> {
		ensure_bounded(groups.len())?;
		let groups = groups.into_iter().map(|g| (g.group, g.quantity)).collect();
		let statement = self
			.client
			.runtime_api()
			.statement(self.client.info().best_hash, period, groups)
			.map_err(error::runtime)?
			.map_err(|name| error::error(error::SETTLEMENT_REFUSED, name))?;
		Ok(statement.into())
	}

	fn verify_proof(&self, statement: Statement, proof: Bytes) -> RpcResult<Verdict> {
		let accepted = self
			.client
			.runtime_api()
			.verify(self.client.info().best_hash, statement.into(), proof.0)
			.map_err(error::runtime)?;
		Ok(Verdict { accepted })
	}

	fn sealed_statement(
		&self,
		period: PeriodIndex,
		groups: Vec<GroupId<AccountId>>,
	) -> RpcResult<SealedStatement> {
		ensure_bounded(groups.len())?;
		let (usage, split) = self
			.client
			.runtime_api()
			.sealed_statement(self.client.info().best_hash, period, groups)
			.map_err(error::runtime)?
			.map_err(|name| error::error(error::SETTLEMENT_REFUSED, name))?;
		Ok(SealedStatement { usage: usage.into(), split: split.into() })
	}

	fn verify_sealed_proof(
		&self,
		usage: Statement,
		usage_proof: Bytes,
		split: Split,
		split_proof: Bytes,
	) -> RpcResult<Verdict> {
		let split = split
			.try_into()
			.map_err(|cause: String| error::error(error::INVALID_PARAMETER, cause))?;
		let at = self.client.info().best_hash;
		let accepted = self
			.client
			.runtime_api()
			.verify_sealed(at, usage.into(), usage_proof.0, split, split_proof.0)
			.map_err(error::runtime)?;
		Ok(Verdict { accepted })
	}

	async fn submit_proof(&self, extrinsic: Bytes) -> RpcResult<Submitted> {
		let at = self.client.info().best_hash;
		let extrinsic = <Block as sp_runtime::traits::Block>::Extrinsic::decode(
			&mut &extrinsic[..],
		)
		.map_err(|cause| {
			error::error(error::INVALID_PARAMETER, format!("not an extrinsic: {cause}"))
		})?;
		self.client
			.runtime_api()
			.check(at, extrinsic.clone())
			.map_err(error::runtime)?
			.map_err(|name| error::error(error::SETTLEMENT_REFUSED, name))?;
		self.pool
			.submit_one(at, TransactionSource::External, extrinsic)
			.await
			.map(|hash| Submitted { hash })
			.map_err(|cause| error::error(error::POOL, cause.to_string()))
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

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_primitives::{Claim, Direction, Resource};

	/// As clients have it. What a prover adds is absent from what the node forms and taken from what
	/// it is asked to verify.
	#[test]
	fn a_usage_statement_is_written_and_read_as_ever() {
		let group = |operator| GroupId {
			operator: AccountId::new([operator; 32]),
			zone: 7,
			resource: Resource::Heat,
			direction: Direction::Export,
		};
		let mut statement = UsageStatement {
			genesis: [0x55; 32],
			period: 8,
			groups: vec![
				GroupStatement {
					group: group(0x11),
					claim: Claim::AtLeast(1_500),
					slots: vec![(7, [0x66; 32])],
					slack_commitment: [0; 32],
				},
				GroupStatement {
					group: group(0x12),
					claim: Claim::AtLeastHidden([0x44; 32]),
					slots: vec![(9, [0x68; 32])],
					slack_commitment: [0; 32],
				},
			],
		};
		let hash = |byte: u8| format!("0x{}", hex::encode([byte; 32]));
		let text = format!(
			r#"{{"genesis":"{}","period":8,"groups":[{{"group":{{"operator":"5CT5jwBEAhveEjgiSCQbkaKcKcUyF3VJ8qNXM9rXsuQyn3Kd","zone":7,"resource":"heat","direction":"export"}},"claim":{{"atLeast":1500}},"slots":[{{"device":7,"commitment":"{}"}}]}},{{"group":{{"operator":"5CUQ61VmsjapsAVSAUuTZyGiLDPmi85ZGPCeCefm92CqFA9f","zone":7,"resource":"heat","direction":"export"}},"claim":{{"atLeastHidden":"{}"}},"slots":[{{"device":9,"commitment":"{}"}}]}}]}}"#,
			hash(0x55),
			hash(0x66),
			hash(0x44),
			hash(0x68),
		);
		let formed = Statement::from(statement.clone());
		assert_eq!(serde_json::to_string(&formed).unwrap(), text);
		let slack = format!(r#""slots":[{{"device":7,"commitment":"{}"}}]"#, hash(0x66));
		let proved = text.replace(&slack, &format!(r#"{slack},"slackCommitment":"{}""#, hash(1)));
		statement.groups[0].slack_commitment = [1; 32];
		let read: Statement = serde_json::from_str(&proved).unwrap();
		assert_eq!(UsageStatement::from(read), statement);
	}
}
