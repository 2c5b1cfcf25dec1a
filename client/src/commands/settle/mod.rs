//! `settle`: submit a proof and follow it until it is final.

mod sealed;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{json, Value};
use subxt::dynamic::Value as Argument;

use super::Context;
use crate::{
	chain::{bytes, call, group, int, show_hash, variant, Call, Chain},
	cli::SettleArgs,
	error::{Error, Result},
	output::{cell, table},
	proof::{parse_bytes, parse_hash, AnyProof, ProofFile, ProvedGroup},
	roots::RootOpening,
	units::{show_money, show_quantity},
};

pub async fn run(context: &Context, args: SettleArgs) -> Result<()> {
	let proof = AnyProof::read(&args.proof)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	if parse_hash(proof.genesis())? != chain.genesis() {
		return Err(Error::new("OtherChain", "the proof is for another chain"));
	}
	let (call, warnings) = call_of(&chain, &proof).await?;
	warnings.iter().for_each(|warning| context.output.remark(warning));
	let turn = chain.turn(&signer).await;
	let signed = chain.sign(&signer, &call).await?;

	// Blocks are followed from before the proof is sent, so that its block is not missed.
	let mut blocks = chain.follow().await?.up_to(signed.last_block);
	let submitted = now_ms();
	let hash = match chain.rpc.submit_proof(&signed.bytes).await {
		Ok(hash) => hash,
		Err(error) => {
			let error = chain.refusal(error).await;
			return Err(chain.explain("Settlement", error).await);
		},
	};
	drop(turn);
	let spinner = context.output.spinner("waiting for finality".to_owned());
	let (included, number) = blocks.find(&hash).await?;
	let finalized = now_ms();
	spinner.finish_and_clear();

	let groups = outcomes(&chain, &proof).await?;
	let seconds = finalized.saturating_sub(submitted) as f64 / 1e3;
	let result = json!({
		"hash": hash,
		"block": show_hash(&included.block),
		"block_number": number,
		"submitted_ms": submitted,
		"finalized_ms": finalized,
		"seconds_to_finality": seconds,
		"groups": groups,
	});
	context.output.show(&result, || {
		let table = match &proof {
			AnyProof::Open(_) => readable(&groups),
			AnyProof::Sealed(_) => sealed::readable(&groups),
		};
		format!(
			"settled in block {number}, final after {seconds:.1} s (quantities in kWh or m3)\n{table}"
		)
	})
}

/// The call that settles, and what a person should be told before it is sent: of claims below or above
/// what is contracted, where that is not sealed.
pub(crate) async fn call_of(chain: &Chain, proof: &AnyProof) -> Result<(Call, Vec<String>)> {
	match proof {
		AnyProof::Open(file) => open_call_of(chain, file).await,
		AnyProof::Sealed(file) => Ok((sealed::submit_proof(chain, file).await?, Vec::new())),
	}
}

/// The call that settles openly. It declares how many commitments and trades it will touch.
async fn open_call_of(chain: &Chain, proof: &ProofFile) -> Result<(Call, Vec<String>)> {
	let (mut slots, mut trades) = (0u32, 0u32);
	let mut claims = Vec::new();
	let mut warnings = Vec::new();
	for proved in &proof.groups {
		let status = chain.rpc.settlement(&proved.group, proof.period).await?;
		slots = slots.saturating_add(status.committed);
		trades = trades.saturating_add(status.trades);
		warnings.extend(not_as_contracted(proved, status.contracted));
		claims.push(Argument::named_composite([
			("group", group(&proved.group)),
			("delivered", int(proved.quantity)),
			("slack_commitment", bytes(parse_hash(&proved.slack_commitment)?)),
		]));
	}
	slots = slots.saturating_add(opened(&proof.openings));
	let openings = openings(&proof.openings)?;
	let arguments = vec![
		int(proof.period),
		variant(proof.resource.variant()),
		Argument::unnamed_composite(claims),
		int(slots),
		int(trades),
		openings,
		bytes(parse_bytes(&proof.proof)?),
	];
	Ok((call("Settlement", "submit_proof", arguments), warnings))
}

/// How many slots are taken out of roots.
fn opened(openings: &[RootOpening]) -> u32 {
	let leaves: usize = openings.iter().map(|opening| opening.leaves.len()).sum();
	u32::try_from(leaves).unwrap_or(u32::MAX)
}

/// What is taken out of roots, as a call brings it.
fn openings(openings: &[RootOpening]) -> Result<Argument> {
	let openings = openings.iter().map(opening).collect::<Result<Vec<_>>>()?;
	Ok(Argument::unnamed_composite(openings))
}

/// What is taken out of a gateway's root.
fn opening(opening: &RootOpening) -> Result<Argument> {
	let leaves = opening.leaves.iter().map(|leaf| {
		Ok(Argument::named_composite([
			("device", int(leaf.device)),
			("direction", variant(leaf.direction.variant())),
			("commitment", bytes(parse_hash(&leaf.commitment)?)),
			("signature", bytes(leaf.signature()?)),
		]))
	});
	let nodes = opening.nodes.iter().map(|node| Ok(bytes(parse_hash(node)?)));
	Ok(Argument::named_composite([
		("gateway", int(opening.gateway)),
		("depth", int(opening.depth)),
		("leaves", Argument::unnamed_composite(leaves.collect::<Result<Vec<_>>>()?)),
		("nodes", Argument::unnamed_composite(nodes.collect::<Result<Vec<_>>>()?)),
	]))
}

fn not_as_contracted(proved: &ProvedGroup, contracted: u64) -> Option<String> {
	let ProvedGroup { group, quantity, .. } = proved;
	let unit = group.resource.trade_unit();
	// Of a group that is settled nothing is contracted any more.
	if *quantity > contracted && contracted > 0 {
		return Some(format!(
			"{group}: {} {unit} are claimed, and {} {unit} contracted: the zone's backstop buys the rest as \
			 far as its fund reaches",
			show_quantity(*quantity),
			show_quantity(contracted)
		));
	}
	(*quantity < contracted).then(|| {
		format!(
			"{group}: {} {unit} are claimed of the {} {unit} contracted: what is missing is refunded \
			 and charged for",
			show_quantity(*quantity),
			show_quantity(contracted)
		)
	})
}

async fn outcomes(chain: &Chain, proof: &AnyProof) -> Result<Vec<Value>> {
	let mut groups = Vec::new();
	for group in proof.groups() {
		let status = chain.rpc.settlement(group, proof.period()).await?;
		let message = || format!("{group}: the node does not say how it was settled");
		let outcome = status.outcome.ok_or_else(|| Error::new("UnexpectedAnswer", message()))?;
		let mut row = json!({ "group": group.to_string(), "operator": group.operator });
		for field in ["contracted", "delivered", "paid", "refunded", "penalty", "sealed"] {
			row[field] = outcome[field].clone();
		}
		groups.push(row);
	}
	Ok(groups)
}

fn now_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn money(value: &Value) -> String {
	let amount = value.as_str().and_then(|text| text.parse().ok());
	amount.map_or_else(|| cell(value), show_money)
}

fn quantity(value: &Value) -> String {
	value.as_u64().map_or_else(|| cell(value), show_quantity)
}

fn readable(groups: &[Value]) -> String {
	let rows: Vec<_> = groups
		.iter()
		.map(|group| {
			vec![
				cell(&group["group"]),
				quantity(&group["contracted"]),
				quantity(&group["delivered"]),
				money(&group["paid"]),
				money(&group["refunded"]),
				money(&group["penalty"]),
			]
		})
		.collect();
	let headings = ["group", "contracted", "delivered", "paid MPF", "refunded MPF", "penalty MPF"];
	table(&headings, &rows)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::parse_group;

	#[test]
	fn a_claim_below_what_is_contracted_is_not_sent_in_silence() {
		let group = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/electricity/export";
		let group = parse_group(group).unwrap();
		let proved = ProvedGroup { group, quantity: 900, slack_commitment: "0x01".to_owned() };
		assert_eq!(not_as_contracted(&proved, 900), None);
		let warned = not_as_contracted(&proved, 1_000).unwrap();
		assert!(warned.contains("0.9 kWh are claimed of the 1 kWh"), "{warned}");
	}
}
