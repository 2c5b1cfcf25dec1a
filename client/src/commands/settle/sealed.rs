//! Settling so that nobody learns what was delivered.

use serde_json::Value;
use subxt::dynamic::Value as Argument;

use super::{money, opened, openings, quantity};
use crate::{
	chain::{bytes, call, group, int, variant, Call, Chain},
	commands::wallet::output,
	error::Result,
	output::{cell, table},
	proof::{parse_bytes, parse_hash, SealedOutput, SealedProofFile},
};

/// The call: it declares how many commitments it will touch.
pub async fn submit_proof(chain: &Chain, proof: &SealedProofFile) -> Result<Call> {
	let mut slots = 0u32;
	let mut claims = Vec::new();
	for proved in &proof.groups {
		let status = chain.rpc.settlement(&proved.group, proof.period).await?;
		slots = slots.saturating_add(status.committed);
		let [payout, refund] = &proved.outputs;
		claims.push(Argument::named_composite([
			("group", group(&proved.group)),
			("quantity_commitment", bytes(parse_hash(&proved.quantity_commitment)?)),
			("slack_commitment", bytes(parse_hash(&proved.slack_commitment)?)),
			("outputs", Argument::unnamed_composite([note(payout)?, note(refund)?])),
		]));
	}
	slots = slots.saturating_add(opened(&proof.openings));
	let arguments = vec![
		int(proof.period),
		variant(proof.resource.variant()),
		Argument::unnamed_composite(claims),
		int(slots),
		openings(&proof.openings)?,
		bytes(parse_bytes(&proof.usage_proof)?),
		bytes(parse_bytes(&proof.split_proof)?),
	];
	Ok(call("Settlement", "submit_sealed_proof", arguments))
}

fn note(published: &SealedOutput) -> Result<Argument> {
	Ok(output(&parse_hash(&published.commitment)?, &published.ciphertext))
}

/// What everybody knows of a sealed settlement.
pub fn readable(groups: &[Value]) -> String {
	let row = |row: &Value| {
		vec![cell(&row["group"]), quantity(&row["contracted"]), money(&row["sealed"])]
	};
	let rows: Vec<_> = groups.iter().map(row).collect();
	let shown = table(&["group", "contracted", "into both sides' notes MPF"], &rows);
	format!("{shown}\n`wallet history` shows each side what it got")
}
