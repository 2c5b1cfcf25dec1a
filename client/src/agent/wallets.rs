//! Wallets that sealed trades pay their sellers into, as the agent needs them: what sees payments, and
//! not what spends.

use std::{path::PathBuf, sync::Arc};

use meterproof_wallet::{
	file::{WalletFile, WalletFileError},
	network::Network,
	wallet::Wallet,
};
use zeroize::Zeroizing;

use super::{config::Prove, engine::Seen};
use crate::{
	error::{Error, Result},
	password::Passwords,
};

/// Why sealed trades are not proved, and what to do.
pub const NO_WALLET: &str =
	"its trade is sealed: name the wallet that it pays into, or one with its viewing \
	key, as [prove] wallets = [\"FILE\"]";

/// Which content of a file was read, and what it sees.
type Read = (Seen, Arc<Wallet>);

/// The wallets of a configuration.
pub struct Wallets {
	paths: Vec<PathBuf>,
	password: Zeroizing<String>,
	/// What was read of each file.
	known: Vec<Option<Read>>,
}

impl Wallets {
	/// The wallets that `[prove]` names, none of them opened yet.
	pub fn new(prove: &Prove, passwords: &Passwords) -> Result<Self> {
		let paths = prove.wallets.clone();
		let password = match paths.first() {
			Some(path) => wallet_passwords(prove, passwords).existing(path)?,
			None => Zeroizing::default(),
		};
		Ok(Self { known: vec![None; paths.len()], paths, password })
	}

	/// What the wallets of a chain see. Each file is open for a moment, and only when it has changed, so
	/// that commands can use it.
	///
	/// # Errors
	///
	/// `NoWallet`, `WalletLocked` while a command uses one, `WrongPassword`, `OtherChain`.
	pub fn of(&mut self, network: &Network) -> Result<Vec<Arc<Wallet>>> {
		let mut wallets = Vec::new();
		for (path, known) in self.paths.iter().zip(&mut self.known) {
			let seen = super::engine::seen(path);
			let is_same = known.as_ref().zip(seen).is_some_and(|((at, _), seen)| *at == seen);
			if !is_same {
				*known = None;
				let sees = look(path, &self.password)?;
				*known = seen.map(|seen| (seen, Arc::new(sees)));
			}
			let Some((_, wallet)) = known else {
				let path = path.display().to_string();
				return Err(WalletFileError::NoWallet { path }.into());
			};
			if wallet.network() != network {
				let path = path.display().to_string();
				return Err(WalletFileError::OtherChain { path }.into());
			}
			wallets.push(wallet.clone());
		}
		Ok(wallets)
	}
}

/// The passwords of a configuration's wallets: a file of their own, or the store's.
pub fn wallet_passwords(prove: &Prove, passwords: &Passwords) -> Passwords {
	match &prove.wallet_password_file {
		Some(file) => Passwords { file: Some(file.clone()) },
		None => passwords.clone(),
	}
}

/// What a wallet sees. Its seed, if it has one, is not kept.
pub fn look(path: &std::path::Path, password: &str) -> Result<Wallet, Error> {
	let wallet = WalletFile::open(path, password)?.wallet;
	Ok(Wallet::watching(*wallet.network(), &wallet.viewing_key()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_wallet::{keys::Seed, network::Kind, seal::Cost};

	const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };

	#[test]
	fn a_wallet_is_read_again_when_it_has_changed_and_is_not_kept_open() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("seller.wallet");
		let password = folder.path().join("password");
		std::fs::write(&password, "word").unwrap();
		let text = format!(
			"contracted = \"node\"\nwallets = [{path:?}]\nwallet_password_file = {password:?}\n"
		);
		let prove: Prove = toml::from_str(&text).unwrap();
		let mut wallets = Wallets::new(&prove, &Passwords::default()).unwrap();
		let name =
			|result: Result<Vec<Arc<Wallet>>>| result.map(drop).unwrap_err().name().to_owned();
		assert_eq!(name(wallets.of(&NETWORK)), "NoWallet");
		let wallet = Wallet::new(NETWORK, Seed::from_bytes(&[1; 32]), 0);
		let file = WalletFile::create_with(&path, "word", wallet, Cost::CHEAP).unwrap();
		let [first, second] = [0, 1].map(|number| file.wallet.address_key(number).address());
		assert_eq!(name(wallets.of(&NETWORK)), "WalletLocked");
		drop(file);
		let seen = wallets.of(&NETWORK).unwrap();
		assert!(!seen[0].spends());
		assert!(seen[0].own_address(&first.owner).is_some());
		assert!(seen[0].own_address(&second.owner).is_none());
		let mut file = WalletFile::open(&path, "word").unwrap();
		file.wallet.add_address().unwrap();
		file.save().unwrap();
		drop(file);
		assert!(wallets.of(&NETWORK).unwrap()[0].own_address(&second.owner).is_some());
		let other = Network { genesis: [8; 32], ..NETWORK };
		assert_eq!(name(wallets.of(&other)), "OtherChain");
	}
}
