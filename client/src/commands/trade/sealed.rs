//! Sealed trades: nobody but their two sides learns what is delivered of them.

use meterproof_wallet::address::Address;
use serde_json::{json, Value};
use subxt::dynamic::Value as Argument;

use super::{accepted::Accepted, accounts};
use crate::{
	chain::{bytes, call, int, variant, Chain},
	cli::AcceptArgs,
	commands::{
		wallet::{connect, network, open, own_address},
		Context,
	},
	error::{Error, Result},
};

/// The address that an offer names, as an argument.
pub async fn payout(chain: &Chain, address: Option<&str>) -> Result<Argument> {
	let text = address.ok_or_else(|| Error::new("NoPayout", "a sealed trade pays into notes"))?;
	Ok(note_address(&Address::parse(&network(chain).await?, text)?))
}

fn note_address(address: &Address) -> Argument {
	Argument::named_composite([("owner", bytes(address.owner)), ("key", bytes(address.key))])
}

/// Accepts, and tells the seller the key that comes from wallet and trade.
pub async fn accept(context: &Context, args: AcceptArgs) -> Result<()> {
	let (id, registrars, accepted) = (args.id, accounts(&args.registrars)?, Accepted::of(&args)?);
	let signer = context.signer()?;
	let path = args.wallet.as_deref();
	let path = path.ok_or_else(|| Error::new("NoWallet", "name the wallet with --wallet"))?;
	let file = open(context, path)?;
	let (wallet, network) = (&file.wallet, file.wallet.network());
	let refund = own_address(wallet, args.refund.as_deref())?;
	let chain = connect(context, &file).await?;

	let (trade, terms) = accepted.trade(&chain).await?;
	let payout = trade.payout()?;
	let paid = payout.to_text(network);
	let least_evidence = args.least_evidence;
	let further =
		[("seller's notes", paid.clone()), ("least evidence", least_evidence.to_string())];
	context.output.remark(&terms.to_buyer(&further)?);
	let shared = wallet.trade_key(id, &payout).share(network, id, &payout.key)?;
	let shared = Argument::named_composite([
		("commitment", bytes(shared.commitment)),
		("ciphertext", bytes(shared.ciphertext)),
	]);
	let (from, to) = (note_address(&payout), note_address(&refund));
	let least = variant(least_evidence.variant());
	let arguments = vec![int(id), terms.argument(), from, registrars, least, to, shared];
	chain.submit(&signer, &call("Market", "accept_sealed", arguments)).await?;
	let result = json!({
		"trade": id,
		"sealed": true,
		"terms": terms.json(),
		"leastEvidence": least_evidence,
		"payout": paid,
		"payment": terms.payment()?.to_string(),
		"refund": refund.to_text(network),
	});
	context.output.show(&result, || {
		format!("trade {id} accepted; what comes back of it goes to {}", refund.to_text(network))
	})
}

/// Whether a trade is sealed, for a person.
pub fn state(trade: &Value) -> &'static str {
	match (trade["sealed"].is_null(), trade["sealed"]["keyCommitment"].is_null()) {
		(true, _) => "no",
		(false, true) => "yes, once its buyer accepts",
		(false, false) => "yes: what is delivered stays hidden",
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	#[test]
	fn a_person_sees_whether_a_trade_is_sealed() {
		let shown = |sealed: Value| state(&json!({ "sealed": sealed }));
		assert_eq!(shown(Value::Null), "no");
		assert!(shown(json!({ "keyCommitment": null })).contains("once"));
		assert!(shown(json!({ "keyCommitment": "0x00" })).contains("hidden"));
		assert_eq!(state(&json!({})), "no");
	}
}
