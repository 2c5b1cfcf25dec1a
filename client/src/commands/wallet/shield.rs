//! `wallet shield`: an account's money becomes notes.

use meterproof_programs::transfer::Public;
use meterproof_wallet::{
	address::Address,
	ciphertext::NoteCiphertext,
	memo::Memo,
	payment::{Ask, Plan},
};
use serde_json::json;
use subxt::dynamic::Value;

use super::{pay::terms, prove::prove_plan, unit::Unit};
use crate::{
	chain::{bytes, call, int, show_hash, Call},
	cli::ShieldArgs,
	commands::Context,
	error::Result,
};

pub async fn run(context: &Context, args: ShieldArgs) -> Result<()> {
	let memo = Memo::new(&args.memo)?;
	let signer = context.signer()?;
	let mut file = super::open(context, &args.wallet.path)?;
	let to = match &args.to {
		Some(text) => Address::parse(file.wallet.network(), text)?,
		None => file.wallet.address_key(0).address(),
	};
	let chain = super::connect(context, &file).await?;

	// What is paid in rests on no note, so that the wallet need not have looked at any.
	let state = chain.rpc.payments_state().await?;
	let asset = args.amount.asset;
	let unit = Unit::of_payment(&chain, &mut file.wallet, asset).await?;
	file.save()?;
	let wallet = &file.wallet;
	let amount = unit.parse(&args.amount.amount)?;
	let known = chain.rpc.payment_asset(asset).await?;
	let terms = terms(&known, args.amount.auditor.as_deref(), state.anchor.anchor()?)?;
	let plan = wallet.plan(&Ask::Shield { to: &to, amount, memo: &memo }, &terms)?;
	let from = signer.public_key().0;
	let proved = prove_plan(context, wallet, &plan, Public::Shield { from, amount }).await?;

	let spinner = context.output.spinner("waiting until it counts".to_owned());
	let shield = shield_call(&plan, amount, &proved.statement.nullifiers, &proved.proof);
	let included = chain.submit(&signer, &shield).await?;
	spinner.finish_and_clear();
	let first = included.number("Payments", "Shielded", "first")?;
	let place = u64::from(plan.outputs.iter().position(|note| note.amount != 0) == Some(1));
	let result = json!({
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
		"asset": asset,
		"amount": amount.to_string(),
		"position": first.saturating_add(place),
		"bytes": proved.proof.len(),
		"prove_ms": (proved.time.as_secs_f64() * 1e6).round() / 1e3,
	});
	context.output.show(&result, || {
		format!(
			"{} are now notes; they can be spent once the next anchor holds them",
			unit.show(amount)
		)
	})
}

fn shield_call(plan: &Plan, amount: u64, nullifiers: &[[u8; 32]; 2], proof: &[u8]) -> Call {
	let outputs = plan.commitments.iter().zip(&plan.ciphertexts);
	let outputs = outputs.map(|(commitment, sealed)| output(commitment, sealed));
	let payment = Value::named_composite([
		("root", bytes(plan.root)),
		("nullifiers", Value::unnamed_composite(nullifiers.map(bytes))),
		("outputs", Value::unnamed_composite(outputs)),
		("proof", bytes(proof)),
	]);
	call("Payments", "shield", vec![int(plan.asset), int(amount), payment])
}

/// A note as an argument.
pub fn output(commitment: &[u8; 32], sealed: &NoteCiphertext) -> Value {
	let auditor = match &sealed.auditor {
		Some(part) => Value::unnamed_variant("Some", [bytes(part)]),
		None => Value::unnamed_variant("None", []),
	};
	let ciphertext = Value::named_composite([
		("ephemeral", bytes(sealed.ephemeral)),
		("note", bytes(sealed.note)),
		("outgoing", bytes(sealed.outgoing)),
		("auditor", auditor),
	]);
	Value::named_composite([("commitment", bytes(commitment)), ("ciphertext", ciphertext)])
}
