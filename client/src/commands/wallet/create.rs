//! `wallet new`.

use std::{fs, path::Path};

use meterproof_wallet::{
	file::{WalletFile, WalletFileError},
	keys::Seed,
	network::Network,
	viewing::Exported,
	wallet::Wallet,
};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
	chain::Chain,
	cli::NewWalletArgs,
	commands::Context,
	error::{file, Result},
};

pub async fn run(context: &Context, args: NewWalletArgs) -> Result<()> {
	let path = &args.wallet.path;
	if path.exists() {
		return Err(WalletFileError::WalletExists { path: path.display().to_string() }.into());
	}
	let chain = context.chain().await?;
	let network = super::network(&chain).await?;
	let wallet = make(&args, &chain, network).await?;
	let password = context.passwords.fresh(path)?;
	let file = WalletFile::create(path, &password, wallet)?;

	let address = file.wallet.address_key(0).address().to_text(&network);
	let shown = path.display().to_string();
	let mut result = json!({ "address": address, "file": shown, "spends": file.wallet.spends() });
	let seed = if args.show_seed { Some(file.wallet.seed()?.to_text(&network)) } else { None };
	if let Some(seed) = &seed {
		result["seed"] = json!(**seed);
	}
	if file.wallet.is_restored_lately() {
		context.output.remark(
			"the wallet cannot know what its seed has sent before: it pays out of notes once that cannot \
			 arrive any more, a day from now at least, or with --beside",
		);
	}
	context.output.show(&result, || {
		let made = format!("address {address}\nwallet  {shown}");
		match &seed {
			Some(seed) => format!("{made}\nseed    {}", **seed),
			None => made,
		}
	})
}

async fn make(args: &NewWalletArgs, chain: &Chain, network: Network) -> Result<Wallet> {
	if let Some(path) = &args.view_key_file {
		let exported = Exported::parse(&network, &secret(path)?)?;
		return with_addresses(Wallet::watching(network, &exported), args.addresses);
	}
	if let Some(path) = &args.seed_file {
		let seed = Seed::parse(&network, &secret(path)?)?;
		let wallet = match args.nothing_on_the_way {
			true => Wallet::new(network, seed, 0),
			false => Wallet::restored(network, seed),
		};
		return with_addresses(wallet, args.addresses);
	}
	// No note of today is a wallet's that is made today.
	let birth = chain.rpc.payments_state().await?.head.notes;
	Ok(Wallet::new(network, Seed::random()?, birth.into()))
}

/// The wallet with so many addresses to look for, if it has fewer.
fn with_addresses(mut wallet: Wallet, addresses: Option<u32>) -> Result<Wallet> {
	while addresses.is_some_and(|addresses| wallet.addresses() < addresses) {
		wallet.add_address()?;
	}
	Ok(wallet)
}

/// A secret from a file; on the command line others could see it.
fn secret(path: &Path) -> Result<Zeroizing<String>> {
	let text = fs::read_to_string(path).map_err(|error| file("cannot read", path, &error))?;
	Ok(Zeroizing::new(text))
}
