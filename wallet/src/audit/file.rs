//! An audit in an encrypted file, as a wallet is kept.

use std::{
	fs::{self, File},
	path::{Path, PathBuf},
};

use super::Audit;
use crate::{
	file::{at, decode_state, failed, lock, read_state, shown, write_state, WalletFileError},
	network::Network,
	seal::{Cost, Magic, Seal},
};

const MAGIC: Magic = *b"mpaudits";

/// Version of what a file holds.
const VERSION: u32 = 1;

/// An audit that is open, and its file.
pub struct AuditFile {
	/// The audit. What is changed here is kept by [`Self::save`].
	pub audit: Audit,
	path: PathBuf,
	seal: Seal,
	_lock: File,
}

impl std::fmt::Debug for AuditFile {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "AuditFile({})", self.path.display())
	}
}

impl AuditFile {
	/// Makes a file for a new audit.
	pub fn create(path: &Path, password: &str, audit: Audit) -> Result<Self, WalletFileError> {
		Self::create_with(path, password, audit, Cost::STANDARD)
	}

	/// Makes a file with another cost of guessing its password than the standard one.
	#[doc(hidden)]
	pub fn create_with(
		path: &Path,
		password: &str,
		audit: Audit,
		cost: Cost,
	) -> Result<Self, WalletFileError> {
		let _lock = lock(path)?;
		if path.exists() {
			return Err(WalletFileError::WalletExists { path: shown(path) });
		}
		let seal = Seal::create(MAGIC, cost, password).map_err(|error| at(path, error))?;
		let mut file = Self { audit, path: path.to_owned(), seal, _lock };
		file.save()?;
		Ok(file)
	}

	/// Opens an audit.
	pub fn open(path: &Path, password: &str) -> Result<Self, WalletFileError> {
		if !path.exists() {
			return Err(WalletFileError::NoWallet { path: shown(path) });
		}
		// By another name it is the same file: it has one lock, and a link to it stays one.
		let path = &path.canonicalize().map_err(|error| failed(path, &error))?;
		let _lock = lock(path)?;
		let bytes = fs::read(path).map_err(|error| failed(path, &error))?;
		let seal = Seal::open(MAGIC, &bytes, password).map_err(|error| at(path, error))?;
		let audit = decode_state(path, &read_state(path, &seal, &bytes, VERSION)?)?;
		Ok(Self { audit, path: path.to_owned(), seal, _lock })
	}

	/// Refuses an audit of another chain.
	pub fn ensure_chain(&self, network: &Network) -> Result<(), WalletFileError> {
		if self.audit.network() == network {
			return Ok(());
		}
		Err(WalletFileError::OtherChain { path: shown(&self.path) })
	}

	/// Writes the audit as it is now.
	pub fn save(&mut self) -> Result<(), WalletFileError> {
		self.seal = write_state(&self.path, &self.seal, VERSION, &self.audit)?;
		Ok(())
	}
}
