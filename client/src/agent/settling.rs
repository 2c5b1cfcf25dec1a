//! Proving what was traded, and settling it: never twice, and until the deadline.
//!
//! A call that settles is written down, with the nonce that it takes, before it is sent. While it is not
//! known what became of it, no other nonce is used for the same groups, and of calls with one nonce the
//! chain takes one.

use std::collections::{BTreeMap, BTreeSet};

use meterproof_prover::usage::{prove, GroupWitness};
use meterproof_statements::usage::Claim;
use meterproof_verifier::verify_usage;
use meterproof_wallet::wallet::Wallet;
use serde::Deserialize;
use serde_json::json;
use subxt::utils::AccountId32;
use subxt_signer::sr25519::Keypair;

use super::journal::{Sent, SettledRow};
use crate::{
	chain::Chain,
	commands::{
		prove::{
			claims::{disclosure, Rules},
			file_of, form_statement, openings, proof_fails, prove_error,
			sealed::{gather, Asked, Ready},
			sum,
		},
		settle::call_of,
	},
	error::{Error, Result},
	proof::AnyProof,
	rpc::{PeriodPhase, Statement},
	store::Store,
	types::{Group, GroupClaim},
};

/// Commitments and slacks in one proof, at most: a chain takes 8,064.
const MOST_SLOTS: u64 = 8_000;

/// The groups of all devices of some operators.
pub async fn groups_of(chain: &Chain, operators: &[AccountId32]) -> Result<BTreeSet<Group>> {
	let mut groups = BTreeSet::new();
	for operator in operators {
		for device in chain.rpc.devices_of(operator).await? {
			groups.extend(device.directions.iter().map(|direction| Group {
				operator: *operator,
				zone: device.zone,
				resource: device.resource,
				direction,
			}));
		}
	}
	Ok(groups)
}

/// Where a group stands, as the node tells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupStatus {
	/// Phase of the period.
	pub phase: PeriodPhase,
	/// Sum of accepted trades that are not settled, in base units.
	pub contracted: u64,
	/// How many trades that is.
	pub trades: u32,
	/// Commitments on record.
	pub committed: u32,
	/// Whether a proof may enter.
	pub provable: bool,
	/// Whether it is to be settled sealed.
	#[serde(default)]
	pub sealed: bool,
	/// Whether the claim is final.
	pub settled: bool,
	/// Sums over its trades, once settled.
	pub outcome: Option<Outcome>,
}

/// Sums over a group's trades.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
	/// Whether a proof settled it.
	pub proved: bool,
	/// In base units.
	pub contracted: u64,
	/// In base units; none where that is sealed.
	pub delivered: Option<u64>,
	/// In the token's smallest unit, decimal; none where that is sealed.
	pub paid: Option<String>,
	/// In the token's smallest unit, decimal; none where that is sealed.
	pub penalty: Option<String>,
}

impl GroupStatus {
	/// Where a group stands in a period.
	pub async fn of(chain: &Chain, group: &Group, period: u64) -> Result<Self> {
		let params = vec![json!(group), json!(period)];
		let answer = chain.rpc.raw("settlement_status", params).await?;
		serde_json::from_value(answer).map_err(|error| {
			let message = format!("settlement_status answered something else: {error}");
			Error::new("UnexpectedAnswer", message)
		})
	}

	/// Whether there is anything to settle.
	pub fn is_traded(&self) -> bool {
		self.trades > 0 || self.contracted > 0 || self.settled
	}

	/// What is written down once it is final; none before.
	pub fn row(&self, group: &Group, period: u64, trouble: Option<String>) -> Option<SettledRow> {
		let outcome = self.outcome.as_ref().filter(|_| self.settled)?;
		let money = |amount: &Option<String>| amount.as_ref().and_then(|text| text.parse().ok());
		Some(SettledRow {
			period,
			group: group.to_string(),
			proved: outcome.proved,
			contracted: outcome.contracted,
			delivered: outcome.delivered,
			paid: money(&outcome.paid),
			penalty: money(&outcome.penalty),
			trouble: trouble.filter(|_| outcome.delivered != Some(outcome.contracted)),
		})
	}
}

/// Groups that can be proved together: of one resource, so many at most.
pub fn batches(ready: Vec<(Group, u64)>, most: usize) -> Vec<Vec<Group>> {
	let mut by_resource: BTreeMap<&'static str, Vec<(Group, u64)>> = BTreeMap::new();
	for (group, slots) in ready {
		by_resource.entry(group.resource.name()).or_default().push((group, slots));
	}
	let mut batches: Vec<Vec<Group>> = Vec::new();
	for (_, groups) in by_resource {
		let (mut batch, mut size) = (Vec::new(), 0u64);
		for (group, slots) in groups {
			// Each group has a slack beside its readings.
			let slots = slots.saturating_add(1);
			let full = batch.len() >= most || size.saturating_add(slots) > MOST_SLOTS;
			if full && !batch.is_empty() {
				batches.push(std::mem::take(&mut batch));
				size = 0;
			}
			size = size.saturating_add(slots);
			batch.push(group);
		}
		batches.push(batch);
	}
	batches
}

/// All that a proof is made of: no node and no store is needed any more.
pub struct Prepared {
	proof: Unproved,
	/// What somebody should know of the claims.
	pub remarks: Vec<String>,
}

/// What is to be proved.
enum Unproved {
	/// A proof of how much was delivered, which everybody learns.
	Open { formed: Statement, witness: Vec<GroupWitness> },
	/// Two proofs by which each trade's money goes into two notes; only buyer and seller learn how much
	/// was delivered.
	Sealed(Box<Ready>),
}

/// Forms the statement of groups in a period, and finds what opens it in the store.
///
/// # Errors
///
/// `MissingOpening`, `ClaimNotMet`, `NothingContracted`, `SealedTrade`, and what the node says.
pub async fn prepare(
	chain: &Chain,
	store: &Store,
	period: u64,
	groups: &[Group],
	or_less: bool,
) -> Result<Prepared> {
	let claim = |group: &Group| GroupClaim { group: group.clone(), quantity: None };
	let claims: Vec<_> = groups.iter().map(claim).collect();
	let formed = form_statement(chain, period, false, &claims).await;
	let (mut formed, contracted) = match formed {
		Ok(formed) => formed,
		Err(error) => return Err(chain.explain("Settlement", error).await),
	};
	let rules = Rules { contracted: true, or_less, excess: false };
	let (mut witness, mut remarks) = (Vec::new(), Vec::new());
	for ((group, claim), contracted) in formed.groups.iter_mut().zip(&claims).zip(&contracted) {
		let openings = openings(std::slice::from_ref(store), period, group)?;
		let sum = sum(&openings);
		let quantity = rules.quantity(claim, *contracted, sum)?;
		remarks.extend(disclosure(&claim.group, quantity, *contracted, sum));
		group.claim = Claim::AtLeast(quantity);
		witness.push(GroupWitness { openings });
	}
	Ok(Prepared { proof: Unproved::Open { formed, witness }, remarks })
}

/// The same of one group whose trade is sealed: what its readings add up to is claimed where that is less
/// than contracted, since nobody but the trade's sides learns it.
///
/// # Errors
///
/// `MissingOpening`, `NotTheSeller` where no wallet is paid, `AuditorNotNamed`, `OtherAuditor`, and what the
/// node says.
pub async fn prepare_sealed(
	chain: &Chain,
	store: &Store,
	wallets: &[&Wallet],
	auditor: Option<&str>,
	(period, group): (u64, &Group),
) -> Result<Prepared> {
	let claims = [GroupClaim { group: group.clone(), quantity: None }];
	let asked = Asked { period, claims: &claims, auditor, openings: &[] };
	let ready = gather(chain, std::slice::from_ref(store), wallets, &asked).await?;
	Ok(Prepared { proof: Unproved::Sealed(Box::new(ready)), remarks: Vec::new() })
}

impl Prepared {
	/// Makes the proof, and checks it. Takes a second or more of one or several cores.
	pub fn prove(self) -> Result<AnyProof> {
		let (formed, witness) = match self.proof {
			Unproved::Open { formed, witness } => (formed, witness),
			Unproved::Sealed(ready) => return ready.prove().map(AnyProof::Sealed),
		};
		let statement = formed.clone().map_accounts(|account| account.0);
		let proved = prove(statement, &witness, |_| {}).map_err(prove_error)?;
		verify_usage(&proved.statement, &proved.proof).map_err(proof_fails)?;
		Ok(AnyProof::Open(file_of(&formed, &proved)))
	}
}

/// What became of an attempt to settle.
#[derive(Debug)]
pub enum Attempt {
	/// The call is in a final block, and did what it should.
	Settled,
	/// The groups are settled already.
	AlreadySettled,
	/// The call is in a block, was paid for, and failed.
	Failed(Error),
}

/// Sends a proof and waits until it is final. `earlier` says that it is not known what became of an
/// earlier call for these groups. `write_down` is given the call before it is sent, and where it fails
/// nothing is sent.
///
/// # Errors
///
/// Whatever the chain refuses; `NotFinal`, `ConnectionLost` and `TransactionDropped` leave open what became
/// of it.
pub async fn submit(
	chain: &Chain,
	signer: &Keypair,
	file: &AnyProof,
	earlier: bool,
	now_ms: u64,
	write_down: impl FnOnce(Sent) -> Result<()>,
) -> Result<Attempt> {
	let account = signer.public_key().to_account_id();
	let settled = match earlier {
		// All earlier calls that the node knows of are final then.
		true => Some(chain.settled_nonce(&account).await?),
		false => None,
	};
	if earlier && are_settled(chain, file).await? {
		return Ok(Attempt::AlreadySettled);
	}
	let (call, _) = call_of(chain, file).await?;
	let turn = chain.turn(signer).await;
	let nonce = match settled {
		Some(nonce) => nonce,
		None => chain.rpc.next_nonce(&account).await?,
	};
	let signed = chain.sign_with_nonce(signer, &call, nonce).await?;
	write_down(Sent {
		period: file.period(),
		groups: file.groups().into_iter().map(ToString::to_string).collect(),
		nonce,
		last_block: signed.last_block,
		at_ms: now_ms,
	})?;
	let mut blocks = chain.follow().await?.up_to(signed.last_block);
	let hash = match chain.rpc.submit_proof(&signed.bytes).await {
		Ok(hash) => hash,
		Err(error) if error.name() == "AlreadySettled" => return Ok(Attempt::AlreadySettled),
		Err(error) => {
			let error = chain.refusal(error).await;
			return Err(chain.explain("Settlement", error).await);
		},
	};
	drop(turn);
	match blocks.find(&hash).await {
		Ok(_) => Ok(Attempt::Settled),
		Err(error) if leaves_open(&error) => Err(error),
		Err(error) => Ok(Attempt::Failed(error)),
	}
}

async fn are_settled(chain: &Chain, file: &AnyProof) -> Result<bool> {
	for group in file.groups() {
		if !GroupStatus::of(chain, group, file.period()).await?.settled {
			return Ok(false);
		}
	}
	Ok(true)
}

/// Whether an error leaves open what became of a call. Of a block that could not be read, or an answer
/// that was not understood, nothing follows: neither that a call failed, nor that it was paid for.
pub fn leaves_open(error: &Error) -> bool {
	let open = [
		"ChainError",
		"UnexpectedAnswer",
		"NotFinal",
		"NotIncluded",
		"ConnectionLost",
		"NotConnected",
		"TransactionDropped",
		"CallsPending",
		"NonceTaken",
	];
	open.contains(&error.name())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::parse_group;

	fn group(zone: u32, resource: &str) -> Group {
		let operator = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		parse_group(&format!("{operator}/{zone}/{resource}/export")).unwrap()
	}

	#[test]
	fn one_proof_is_of_one_resource_and_not_too_long() {
		let ready = vec![
			(group(1, "electricity"), 100),
			(group(2, "heat"), 5),
			(group(3, "electricity"), 7_890),
			(group(4, "electricity"), 5),
			(group(5, "electricity"), 10_000),
		];
		let zones = |batches: Vec<Vec<Group>>| -> Vec<Vec<u32>> {
			batches.iter().map(|batch| batch.iter().map(|group| group.zone).collect()).collect()
		};
		assert_eq!(zones(batches(ready.clone(), 16)), [vec![1, 3, 4], vec![5], vec![2]]);
		assert_eq!(zones(batches(ready, 2)), [vec![1, 3], vec![4], vec![5], vec![2]]);
		assert!(batches(vec![], 2).is_empty());
	}

	#[test]
	fn what_is_settled_is_written_down_and_nothing_before() {
		let status = |settled: bool| -> GroupStatus {
			serde_json::from_value(json!({
				"phase": "proving", "contracted": 900, "trades": 2, "committed": 3,
				"members": 3, "provable": true, "settled": settled,
				"outcome": {
					"proved": true, "trades": 2, "contracted": 900, "delivered": 800,
					"paid": "200000000000", "refunded": "25000000000", "penalty": "5", "sealed": null,
				},
			}))
			.unwrap()
		};
		let trouble = || Some("MissingOpening".to_owned());
		assert_eq!(status(false).row(&group(1, "heat"), 7, trouble()), None);
		let row = status(true).row(&group(1, "heat"), 7, trouble()).unwrap();
		assert_eq!(
			(row.delivered, row.paid, row.penalty),
			(Some(800), Some(200_000_000_000), Some(5))
		);
		assert_eq!(row.trouble, trouble());
		assert!(row.is_of(&group(1, "heat")) && !row.is_of(&group(2, "heat")));
	}

	#[test]
	fn calls_of_which_nothing_is_known_are_not_paid_for_twice() {
		for name in
			["NotFinal", "ConnectionLost", "ChainError", "TransactionDropped", "CallsPending"]
		{
			assert!(leaves_open(&Error::new(name, "")), "{name}");
		}
		for name in ["ProofRejected", "DeadlinePassed", "NotEntitled", "NotAllCommitted"] {
			assert!(!leaves_open(&Error::new(name, "")), "{name}");
		}
	}
}
