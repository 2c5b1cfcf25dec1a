//! Sealed trades: nobody but their two sides learns what is delivered of them.

use std::path::Path;

use meterproof_wallet::{address::Address, network::Network, wallet::Wallet};
use serde_json::{json, Value};
use subxt::dynamic::Value as Argument;

use super::accounts;
use crate::{
	chain::{bytes, call, int, Chain},
	commands::{
		wallet::{connect, network, open},
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
pub async fn accept(
	context: &Context,
	id: u64,
	registrars: &[String],
	refund: Option<&str>,
	wallet: Option<&Path>,
) -> Result<()> {
	let registrars = accounts(registrars)?;
	let signer = context.signer()?;
	let path = wallet.ok_or_else(|| Error::new("NoWallet", "name the wallet with --wallet"))?;
	let file = open(context, path)?;
	let (wallet, network) = (&file.wallet, file.wallet.network());
	let refund = own_address(wallet, network, refund)?;
	let chain = connect(context, &file).await?;

	let trade = chain.rpc.trade(id).await?;
	let shared = wallet.trade_key(id).share(network, id, &trade.payout()?.key)?;
	let shared = Argument::named_composite([
		("commitment", bytes(shared.commitment)),
		("ciphertext", bytes(shared.ciphertext)),
	]);
	let arguments = vec![int(id), registrars, note_address(&refund), shared];
	chain.submit(&signer, &call("Market", "accept_sealed", arguments)).await?;
	let result = json!({ "trade": id, "sealed": true, "refund": refund.to_text(network) });
	context.output.show(&result, || {
		format!("trade {id} accepted; what comes back of it goes to {}", refund.to_text(network))
	})
}

/// Where the wallet is paid: it can find notes of its own addresses alone.
fn own_address(wallet: &Wallet, network: &Network, named: Option<&str>) -> Result<Address> {
	let first = || wallet.address_key(0).address();
	let address = named.map(|text| Address::parse(network, text)).transpose()?;
	let address = address.unwrap_or_else(first);
	let own = wallet.own_address(&address.owner).is_some_and(|own| own.address() == address);
	let message = "this is not an address of the wallet: `wallet address` shows those that are";
	own.then_some(address).ok_or_else(|| Error::new("ForeignAddress", message))
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
	use meterproof_wallet::{keys::Seed, network::Kind};

	const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };

	#[test]
	fn refunds_go_to_the_wallet_that_finds_them() {
		let wallet = |seed: u8| Wallet::new(NETWORK, Seed::from_bytes(&[seed; 32]), 0);
		let (own, other) = (wallet(1), wallet(2));
		let address = |wallet: &Wallet, number| wallet.address_key(number).address();
		let named = |address: Address| {
			let text = address.to_text(&NETWORK);
			own_address(&own, &NETWORK, Some(&text)).map_err(|error| error.name().to_owned())
		};
		assert_eq!(own_address(&own, &NETWORK, None).unwrap(), address(&own, 0));
		assert_eq!(named(address(&own, 0)), Ok(address(&own, 0)));
		let foreign = Err("ForeignAddress".to_owned());
		assert_eq!(named(address(&other, 0)), foreign);
		assert_eq!(named(address(&own, 1)), foreign, "it is not looked for yet");
		let mixed = Address { key: address(&other, 0).key, ..address(&own, 0) };
		assert_eq!(named(mixed), foreign);
		let mistyped = own_address(&own, &NETWORK, Some("mpaydev1x")).unwrap_err();
		assert_eq!(mistyped.name(), "Mistyped");
	}

	#[test]
	fn a_person_sees_whether_a_trade_is_sealed() {
		let shown = |sealed: Value| state(&json!({ "sealed": sealed }));
		assert_eq!(shown(Value::Null), "no");
		assert!(shown(json!({ "keyCommitment": null })).contains("once"));
		assert!(shown(json!({ "keyCommitment": "0x00" })).contains("hidden"));
		assert_eq!(state(&json!({})), "no");
	}
}
