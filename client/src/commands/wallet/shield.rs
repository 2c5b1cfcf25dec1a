//! `wallet shield`: an account's money becomes notes.

use meterproof_programs::transfer::Public;
use meterproof_wallet::{
	address::Address,
	ciphertext::NoteCiphertext,
	history::{self, Intent},
	memo::Memo,
	payment::{Ask, PayError, Plan},
	sent::Earlier,
};
use serde_json::json;
use subxt::dynamic::Value;

use super::{
	earlier::{self, nonce_at_scan, nonce_of_replaced},
	pay::terms,
	prove::prove_plan,
	scan,
	unit::Units,
};
use crate::{
	chain::{bytes, call, int, show_hash, Call},
	cli::{AmountArgs, ShieldArgs},
	commands::Context,
	error::{Error, Result},
};

/// Errors after which a call may be on its way all the same.
const UNCERTAIN: [&str; 6] = [
	"ChainError",
	"ConnectionLost",
	"NotFinal",
	"NotIncluded",
	"TransactionDropped",
	"UnexpectedAnswer",
];

pub async fn run(context: &Context, args: ShieldArgs) -> Result<()> {
	let memo = Memo::new(&args.memo)?;
	let signer = context.signer()?;
	let mut file = super::open(context, &args.wallet.path)?;
	let to = match &args.to {
		Some(text) => Address::parse(file.wallet.network(), text)?,
		None => file.wallet.address_key(0).address(),
	};
	let chain = super::connect(context, &file).await?;

	let units = Units::of_all(&chain).await?;
	let AmountArgs { amount, of } = &args.amount;
	let asset = of.asset;
	let known = units.payable(asset)?;
	let (unit, amount) = units.of_payment(&context.output, &mut file.wallet, of, amount)?;
	let stand = scan::scan(context, &chain, &mut file).await?;
	let mut earlier = earlier::named(of.earlier);
	let plan = loop {
		let terms = terms(known, of.auditor.as_deref(), stand.anchor, earlier)?;
		match file.wallet.plan(&Ask::Shield { to: &to, amount, memo: &memo }, &terms) {
			Err(PayError::EarlierPaymentOpen) => {
				earlier = earlier::ask(&context.output, &file.wallet, &units, asset, earlier)?;
			},
			Err(PayError::EarlierPaymentArrived) => {
				earlier::ask_of_arrived(&context.output, &mut file.wallet, &units, asset)?;
			},
			planned => break planned?,
		}
	};
	let from = signer.public_key().0;
	let proved = prove_plan(context, &file.wallet, &plan, Public::Shield { from, amount }).await?;

	// It is written down before it is sent. What pays somebody else is signed with one nonce and no
	// other: of two such calls only one enters the chain.
	let mut intent = plan.intent.clone();
	if !file.wallet.is_own(&to) {
		let nonce = match earlier {
			Earlier::Replace => {
				let next = nonce_at_scan(&chain, &file.wallet, from).await?;
				nonce_of_replaced(&file.wallet, &intent, from, next)?
			},
			Earlier::Ask | Earlier::Beside => {
				chain.rpc.next_nonce(&signer.public_key().to_account_id()).await?
			},
		};
		intent.call = Some(history::Call { account: from, nonce });
	}
	file.wallet.sending_with(intent.clone(), earlier);
	file.save()?;
	let spinner = context.output.spinner("waiting until it counts".to_owned());
	let shield = shield_call(&plan, amount, &proved.statement.nullifiers, &proved.proof);
	let included = match &intent.call {
		Some(call) => chain.submit_with_nonce(&signer, &shield, call.nonce).await,
		None => chain.submit(&signer, &shield).await,
	};
	let included = match included {
		Ok(included) => included,
		Err(error) if UNCERTAIN.contains(&error.name()) => {
			return Err(failed(error, &intent, true))
		},
		Err(error) => {
			file.wallet.refused(&intent);
			file.save()?;
			return Err(failed(error, &intent, false));
		},
	};
	spinner.finish_and_clear();
	file.wallet.told(&intent);
	file.save()?;
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

/// What is said of a call that failed. That it was refused is the node's word: only one's own money may
/// be sent once more unasked. Only what pays somebody else has a nonce that a later call can have.
fn failed(error: Error, intent: &Intent, is_uncertain: bool) -> Error {
	match (&intent.call, is_uncertain) {
		(Some(_), _) => earlier::on_its_way(error),
		(None, true) => earlier::own_on_its_way(error),
		(None, false) => error,
	}
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_what_can_be_replaced_is_said_to_be() {
		let text = |call: Option<history::Call>, is_uncertain| {
			let intent = Intent {
				asset: 0,
				amount: 5,
				to: None,
				nullifiers: Vec::new(),
				outputs: [[1; 32], [2; 32]],
				since: 7,
				sent_ms: 0,
				anchor: 0,
				fee: 0,
				unshield: None,
				call,
			};
			let error = Error::new("ConnectionLost", "the connection is lost");
			failed(error, &intent, is_uncertain).to_string()
		};
		let call = Some(history::Call { account: [5; 32], nonce: 7 });
		for is_uncertain in [false, true] {
			assert!(text(call, is_uncertain).contains("--replace"));
			assert!(!text(None, is_uncertain).contains("--replace"));
		}
		assert!(text(None, true).contains("on its way"));
		assert!(!text(None, false).contains("on its way"), "it can be sent again unasked");
	}
}
