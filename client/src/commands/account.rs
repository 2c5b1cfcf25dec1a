//! `account`: keys, balances and transfers.

use std::path::Path;

use serde_json::json;
use subxt::dynamic::Value;

use super::Context;
use crate::{
	chain::{account, call, int, show_account, show_hash, Balance, Needed},
	cli::AccountCommand,
	error::Result,
	keys,
	types::parse_address,
	units::{parse_money, show_money},
};

pub async fn run(context: &Context, command: AccountCommand) -> Result<()> {
	match command {
		AccountCommand::New { out, show_phrase, phrase_file } => {
			new(context, &out, show_phrase, phrase_file.as_deref())
		},
		AccountCommand::Show => show(context),
		AccountCommand::Balance { address } => balance(context, address.as_deref()).await,
		AccountCommand::Transfer { to, amount } => transfer(context, &to, &amount).await,
	}
}

fn new(
	context: &Context,
	path: &Path,
	show_phrase: bool,
	phrase_file: Option<&Path>,
) -> Result<()> {
	let (keys, phrase) = keys::create(path, &context.passwords, phrase_file)?;
	let address = show_account(&keys);
	let mut result = json!({ "address": address, "file": path.display().to_string() });
	if show_phrase {
		result["phrase"] = json!(*phrase);
	}
	context.output.show(&result, || {
		let account = keys.public_key().to_account_id();
		let made = format!("account {account}\nkey file {}", path.display());
		match show_phrase {
			true => format!("{made}\nphrase {}", *phrase),
			false => made,
		}
	})
}

fn show(context: &Context) -> Result<()> {
	let keys = context.signer()?;
	let key = format!("0x{}", hex::encode(keys.public_key().0));
	let result = json!({ "address": show_account(&keys), "publicKey": key });
	context.output.show(&result, || crate::output::lines(&result))
}

async fn balance(context: &Context, address: Option<&str>) -> Result<()> {
	let address = context.address(address)?;
	let chain = context.chain().await?;
	let Balance { free, held, frozen } = Balance::of(&chain, &address).await?;
	let result = json!({
		"address": address,
		"free": free.to_string(),
		"held": held.to_string(),
		"frozen": frozen.to_string(),
	});
	context.output.show(&result, || {
		let amounts = [("free", free), ("held", held), ("frozen", frozen)];
		let lines = amounts.map(|(name, amount)| format!("{name:<7} {} MPF", show_money(amount)));
		format!("account {address}\n{}", lines.join("\n"))
	})
}

async fn transfer(context: &Context, to: &str, amount: &str) -> Result<()> {
	let to = parse_address(to)?;
	let amount = parse_money(amount)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let destination = Value::unnamed_variant("Id", [account(&to)]);
	let transfer = call("Balances", "transfer_keep_alive", vec![destination, int(amount)]);
	let needed = Needed { amount, what: "the transfer".to_owned() };
	let included = chain.submit_needing(&signer, &transfer, Some(needed)).await?;
	let result = json!({
		"from": show_account(&signer),
		"to": to,
		"amount": amount.to_string(),
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
	});
	context.output.show(&result, || format!("sent {} MPF to {to}", show_money(amount)))
}
