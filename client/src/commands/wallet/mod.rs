//! `wallet`: confidential payments.

mod audit;
mod create;
mod disclose;
mod earlier;
mod pay;
mod prove;
mod recover;
mod scan;
mod shield;
mod show;
mod unit;

pub use pay::confirmed_auditor;
pub use shield::output;

use std::path::Path;

use meterproof_wallet::{
	address::Address,
	file::WalletFile,
	network::{Kind, Network},
	wallet::Wallet,
};

use super::Context;
use crate::{
	chain::Chain,
	cli::WalletCommand,
	error::{Error, Result},
};

pub async fn run(context: &Context, command: WalletCommand) -> Result<()> {
	match command {
		WalletCommand::New(args) => create::run(context, args).await,
		WalletCommand::Address { wallet, another } => {
			show::addresses(context, &wallet.path, another)
		},
		WalletCommand::Shield(args) => shield::run(context, args).await,
		WalletCommand::Pay(args) => pay::pay(context, args).await,
		WalletCommand::Unshield(args) => pay::unshield(context, args).await,
		WalletCommand::Balance(wallet) => show::balance(context, &wallet.path).await,
		WalletCommand::History(wallet) => show::history(context, &wallet.path).await,
		WalletCommand::Scan { wallet, anew, page } => {
			scan::run(context, &wallet.path, anew, page).await
		},
		WalletCommand::Recover(args) => recover::run(context, args).await,
		WalletCommand::Disclose { wallet, position, purpose } => {
			disclose::disclose(context, &wallet.path, position, &purpose)
		},
		WalletCommand::Verify { disclosure, to } => {
			disclose::verify(context, &disclosure, to.as_deref()).await
		},
		WalletCommand::NewAuditor(args) => audit::make(context, args).await,
		WalletCommand::Audit(args) => audit::run(context, args).await,
		WalletCommand::ViewKey(wallet) => show::view_key(context, &wallet.path),
		WalletCommand::Seed(wallet) => show::seed(context, &wallet.path),
	}
}

/// Opens a wallet.
pub fn open(context: &Context, path: &Path) -> Result<WalletFile> {
	// Nobody is asked for the password of a wallet that is not there.
	if !path.exists() {
		let path = path.display().to_string();
		return Err(meterproof_wallet::file::WalletFileError::NoWallet { path }.into());
	}
	Ok(WalletFile::open(path, &context.passwords.existing(path)?)?)
}

/// Connects to a wallet's chain.
pub async fn connect(context: &Context, file: &WalletFile) -> Result<Chain> {
	let chain = context.chain().await?;
	file.ensure_chain(&network(&chain).await?)?;
	Ok(chain)
}

/// Opens a wallet, connects to its chain and takes all that is new there.
async fn open_scanned(context: &Context, path: &Path) -> Result<(WalletFile, Chain, scan::Stand)> {
	let mut file = open(context, path)?;
	let chain = connect(context, &file).await?;
	let stand = scan::scan(context, &chain, &mut file).await?;
	Ok((file, chain, stand))
}

/// The address named, or the first: a wallet finds notes of its own addresses alone.
pub fn own_address(wallet: &Wallet, named: Option<&str>) -> Result<Address> {
	let network = wallet.network();
	let first = || wallet.address_key(0).address();
	let address = named.map(|text| Address::parse(network, text)).transpose()?;
	let address = address.unwrap_or_else(first);
	let own = wallet.own_address(&address.owner).is_some_and(|own| own.address() == address);
	let message = "this is not an address of the wallet: `wallet address` shows those that are";
	own.then_some(address).ok_or_else(|| Error::new("ForeignAddress", message))
}

/// The network that addresses and other texts of this chain name.
pub async fn network(chain: &Chain) -> Result<Network> {
	let kind = chain.rpc.raw("system_chainType", vec![]).await?;
	let kind = match kind.as_str() {
		Some("Live") => Kind::Live,
		Some("Development") => Kind::Development,
		Some(_) => Kind::Test,
		None if kind.is_object() => Kind::Test,
		None => {
			let message = "system_chainType answered no sort of chain";
			return Err(Error::new("UnexpectedAnswer", message));
		},
	};
	Ok(Network { kind, genesis: chain.genesis() })
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_wallet::keys::Seed;

	const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };

	#[test]
	fn refunds_go_to_the_wallet_that_finds_them() {
		let wallet = |seed: u8| Wallet::new(NETWORK, Seed::from_bytes(&[seed; 32]), 0);
		let (own, other) = (wallet(1), wallet(2));
		let address = |wallet: &Wallet, number| wallet.address_key(number).address();
		let named = |address: Address| {
			let text = address.to_text(&NETWORK);
			own_address(&own, Some(&text)).map_err(|error| error.name().to_owned())
		};
		assert_eq!(own_address(&own, None).unwrap(), address(&own, 0));
		assert_eq!(named(address(&own, 0)), Ok(address(&own, 0)));
		let foreign = Err("ForeignAddress".to_owned());
		assert_eq!(named(address(&other, 0)), foreign);
		assert_eq!(named(address(&own, 1)), foreign, "it is not looked for yet");
		let mixed = Address { key: address(&other, 0).key, ..address(&own, 0) };
		assert_eq!(named(mixed), foreign);
		let mistyped = own_address(&own, Some("mpaydev1x")).unwrap_err();
		assert_eq!(mistyped.name(), "Mistyped");
	}
}
