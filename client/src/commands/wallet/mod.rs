//! `wallet`: confidential payments.

mod audit;
mod create;
mod disclose;
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
	file::WalletFile,
	network::{Kind, Network},
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
		WalletCommand::Recover { wallet, trade, period } => {
			recover::run(context, &wallet.path, trade, period).await
		},
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

/// The chain, as texts name it.
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
