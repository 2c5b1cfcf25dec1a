//! A prover of one's own: the statement by plain JSON-RPC, the openings from the meters, the proof
//! from `meterproof-prover`. It shows that the client has no privilege.

use std::{
	fs,
	path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use meterproof_programs::usage::{self, Claim, Direction, Resource};
use meterproof_prover::usage::{prove, GroupWitness, Opening};
use serde_json::{json, Value};

use crate::{
	chain::{bytes32, integer, string, Chain},
	meter::Commitment,
	operator::Operator,
};

/// Electricity, in a statement.
pub(crate) const ELECTRICITY: Resource = Resource::Electricity;

/// What is claimed of an operator's export group.
#[derive(Clone, Copy, Debug)]
pub struct Claimed<'a> {
	/// Whose.
	pub operator: &'a Operator,
	/// In Wh.
	pub quantity: u64,
}

/// Proves and writes the file that the client's `settle` takes.
pub fn prove_to_file(
	chain: &Chain,
	period: u64,
	claims: &[Claimed],
	sent: &[Commitment],
	file: &Path,
) -> Result<PathBuf> {
	let asked: Vec<Value> = claims
		.iter()
		.map(
			|claim| json!({ "group": claim.operator.group("export").json(), "quantity": claim.quantity }),
		)
		.collect();
	let formed = chain.rpc().call("settlement_statement", json!([period, asked]))?;
	let formed_groups = formed["groups"].as_array().context("a statement without groups")?;
	let mut groups = Vec::new();
	let mut witness = Vec::new();
	for (claim, group) in claims.iter().zip(formed_groups) {
		let slots = slots(group)?;
		let openings = slots.iter().map(|slot| opening(slot, sent)).collect::<Result<_>>()?;
		witness.push(GroupWitness { openings });
		groups.push(usage::Group {
			operator: claim.operator.account.public_key,
			zone: crate::operator::ZONE,
			direction: Direction::Export,
			claim: Claim::AtLeast(integer(&group["claim"], "atLeast")?),
			slots,
			slack_commitment: [0; 32],
		});
	}
	let genesis = bytes32(&string(&formed, "genesis")?)?;
	let statement = usage::Statement { genesis, period, resource: ELECTRICITY, groups };
	let proved = prove(statement, &witness, |_| ())?;
	let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
	let groups: Vec<Value> = claims
		.iter()
		.zip(&proved.statement.groups)
		.map(|(claim, group)| {
			json!({
				"group": claim.operator.group("export").json(),
				"quantity": group.claim.quantity(),
				"slackCommitment": hex(&group.slack_commitment),
			})
		})
		.collect();
	let written = json!({
		"genesis": hex(&genesis),
		"period": period,
		"resource": "electricity",
		"groups": groups,
		"proof": hex(&proved.proof),
	});
	fs::write(file, written.to_string())?;
	Ok(file.into())
}

/// Writes a copy of the proof's file with something changed.
pub fn altered(
	file: &Path,
	name: &str,
	change: impl FnOnce(&mut Value) -> Result<()>,
) -> Result<PathBuf> {
	let mut value: Value = serde_json::from_slice(&fs::read(file)?)?;
	change(&mut value)?;
	let altered = file.with_file_name(format!("{name}.json"));
	fs::write(&altered, value.to_string())?;
	Ok(altered)
}

/// Writes a copy of the proof's file with the proof's bytes changed.
pub fn with_proof(file: &Path, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Result<PathBuf> {
	altered(file, name, |value| {
		let mut proof = hex::decode(string(value, "proof")?.trim_start_matches("0x"))?;
		change(&mut proof);
		value["proof"] = json!(format!("0x{}", hex::encode(proof)));
		Ok(())
	})
}

pub(crate) fn slots(group: &Value) -> Result<Vec<usage::Slot>> {
	let slots = group["slots"].as_array().context("a group without slots")?;
	let slots = slots.iter().map(|slot| {
		let device = u32::try_from(integer(slot, "device")?)?;
		Ok(usage::Slot { device, commitment: bytes32(&string(slot, "commitment")?)? })
	});
	slots.collect()
}

pub(crate) fn opening(slot: &usage::Slot, sent: &[Commitment]) -> Result<Opening> {
	let sent = sent.iter().find(|item| item.commitment == slot.commitment);
	let sent = sent.with_context(|| format!("nobody sent the commitment of {}", slot.device))?;
	Ok(Opening { reading: sent.opening.reading, salt: sent.opening.salt })
}
