//! `settle`: submit a proof and follow it until it is final.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{json, Value};
use subxt::dynamic::Value as Argument;

use super::Context;
use crate::{
	chain::{bytes, call, group, int, show_hash, variant, Chain},
	cli::SettleArgs,
	error::{Error, Result},
	output::{cell, table},
	proof::{parse_bytes, parse_hash, ProofFile},
	units::{show_money, show_quantity},
};

pub async fn run(context: &Context, args: SettleArgs) -> Result<()> {
	let proof = ProofFile::read(&args.proof)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	if parse_hash(&proof.genesis)? != chain.genesis() {
		return Err(Error::new("OtherChain", "the proof is for another chain"));
	}
	let extrinsic = chain.sign(&signer, &submit_proof(&chain, &proof).await?).await?;

	// Blocks are followed from before the proof is sent, so that its block is not missed.
	let mut blocks = chain.follow().await?;
	let submitted = now_ms();
	let hash = match chain.rpc.submit_proof(&extrinsic).await {
		Ok(hash) => hash,
		Err(error) => return Err(chain.explain("Settlement", error).await),
	};
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
	context.output.show(&result, || readable(&groups, number, seconds))
}

/// The call: it declares how many commitments and trades it will touch.
async fn submit_proof(chain: &Chain, proof: &ProofFile) -> Result<crate::chain::Call> {
	let (mut slots, mut trades) = (0u32, 0u32);
	let mut claims = Vec::new();
	for proved in &proof.groups {
		let status = chain.rpc.settlement(&proved.group, proof.period).await?;
		slots = slots.saturating_add(status.committed);
		trades = trades.saturating_add(status.trades);
		claims.push(Argument::named_composite([
			("group", group(&proved.group)),
			("delivered", int(proved.quantity)),
			("slack_commitment", bytes(parse_hash(&proved.slack_commitment)?)),
		]));
	}
	let arguments = vec![
		int(proof.period),
		variant(proof.resource.variant()),
		Argument::unnamed_composite(claims),
		int(slots),
		int(trades),
		bytes(parse_bytes(&proof.proof)?),
	];
	Ok(call("Settlement", "submit_proof", arguments))
}

async fn outcomes(chain: &Chain, proof: &ProofFile) -> Result<Vec<Value>> {
	let mut groups = Vec::new();
	for proved in &proof.groups {
		let status = chain.rpc.settlement(&proved.group, proof.period).await?;
		let message = || format!("{}: the node does not say how it was settled", proved.group);
		let outcome = status.outcome.ok_or_else(|| Error::new("UnexpectedAnswer", message()))?;
		let mut group = json!({
			"group": proved.group.to_string(),
			"operator": proved.group.operator,
		});
		for field in ["contracted", "delivered", "paid", "refunded", "penalty"] {
			group[field] = outcome[field].clone();
		}
		groups.push(group);
	}
	Ok(groups)
}

fn now_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn readable(groups: &[Value], block: u64, seconds: f64) -> String {
	let money = |value: &Value| {
		let amount = value.as_str().and_then(|text| text.parse().ok());
		amount.map_or_else(|| cell(value), show_money)
	};
	let quantity = |value: &Value| value.as_u64().map_or_else(|| cell(value), show_quantity);
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
	format!(
		"settled in block {block}, final after {seconds:.1} s (quantities in kWh or m3)\n{}",
		table(&headings, &rows)
	)
}
