//! A wallet in an encrypted file.
//!
//! ```text
//! sealed header | record 0: version 4, length of the rest 8 | further records: the rest
//! ```
//!
//! The file is always written whole, to a new one that then takes the old one's place, so that a
//! kill at any moment leaves the one or the other. Whoever has a wallet open to change it holds a
//! lock beside the file (`FILE.lock`).

pub mod files;
pub mod seal;

use std::{
	cmp::Ordering,
	fs::{self, File, TryLockError},
	io,
	path::{Path, PathBuf},
};

use codec::{Decode, DecodeAll, Encode};
use zeroize::Zeroizing;

use crate::{
	error::named_errors,
	network::Network,
	seal::{next_record, Cost, Magic, Next, Seal, SealError, HEADER_LENGTH},
	wallet::Wallet,
};

const MAGIC: Magic = *b"mpwallet";

/// Version of what a file holds.
const VERSION: u32 = 3;

/// Bytes of a record before it is sealed.
const RECORD: usize = 60_000;

named_errors! {
	/// Why a wallet's file could not be used.
	#[derive(PartialEq, Eq)]
	pub enum WalletFileError {
		/// There is no wallet at this path.
		NoWallet { path: String } => "{path}: no such wallet";
		/// There is a wallet at this path already.
		WalletExists { path: String } => "{path}: the wallet exists already";
		/// Another process has the file open.
		WalletLocked { path: String } => "{path}: another process is using the file";
		/// The file is of another sort.
		ForeignFile { path: String } => "{path}: the file is not one of this sort";
		/// The password does not open it.
		WrongPassword { path: String } => "{path}: the password does not open the file";
		/// Something is missing at the end of the file.
		TruncatedFile { path: String } => "{path}: the file is cut off: take a copy that is whole";
		/// The file was changed after it was written.
		Damaged { path: String } => "{path}: the file is damaged: take a copy that is not";
		/// The file was made by an older program.
		OldVersion { path: String }
			=> "{path}: the file was made by an older version, which this one does not read: make it anew from its seed or key";
		/// The file was made by a newer program.
		UnknownVersion { path: String } => "{path}: the file was made by a newer version";
		/// The file belongs to another chain.
		OtherChain { path: String } => "{path}: the file belongs to another chain";
		/// The operating system gave no randomness.
		NoRandomness => "the operating system gave no randomness";
		/// The operating system refused.
		FileError { path: String, reason: String } => "{path}: {reason}";
	}
}

/// A wallet that is open, and its file.
pub struct WalletFile {
	/// The wallet. What is changed here is kept by [`Self::save`].
	pub wallet: Wallet,
	path: PathBuf,
	seal: Seal,
	_lock: File,
}

impl std::fmt::Debug for WalletFile {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "WalletFile({})", self.path.display())
	}
}

impl WalletFile {
	/// Makes a file for a new wallet.
	pub fn create(path: &Path, password: &str, wallet: Wallet) -> Result<Self, WalletFileError> {
		Self::create_with(path, password, wallet, Cost::STANDARD)
	}

	/// Makes a file with another cost of guessing its password than the standard one.
	#[doc(hidden)]
	pub fn create_with(
		path: &Path,
		password: &str,
		wallet: Wallet,
		cost: Cost,
	) -> Result<Self, WalletFileError> {
		let _lock = lock(path)?;
		if path.exists() {
			return Err(WalletFileError::WalletExists { path: shown(path) });
		}
		let seal = Seal::create(MAGIC, cost, password).map_err(|error| at(path, error))?;
		let mut file = Self { wallet, path: path.to_owned(), seal, _lock };
		file.save()?;
		Ok(file)
	}

	/// Opens a wallet.
	pub fn open(path: &Path, password: &str) -> Result<Self, WalletFileError> {
		let missing = || WalletFileError::NoWallet { path: shown(path) };
		if !path.exists() {
			return Err(missing());
		}
		// By another name it is the same wallet: it has one lock, and a link to it stays one.
		let path = &path.canonicalize().map_err(|error| failed(path, &error))?;
		let _lock = lock(path)?;
		let bytes = fs::read(path).map_err(|error| match error.kind() {
			io::ErrorKind::NotFound => missing(),
			_ => failed(path, &error),
		})?;
		let seal = Seal::open(MAGIC, &bytes, password).map_err(|error| at(path, error))?;
		let wallet = read_wallet(path, &seal, &bytes)?;
		Ok(Self { wallet, path: path.to_owned(), seal, _lock })
	}

	/// Takes the wallet as it was saved last, and drops what has changed since.
	pub fn reopen(&mut self) -> Result<(), WalletFileError> {
		let bytes = fs::read(&self.path).map_err(|error| failed(&self.path, &error))?;
		self.wallet = read_wallet(&self.path, &self.seal, &bytes)?;
		Ok(())
	}

	/// Where it is.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// Refuses a wallet of another chain.
	pub fn ensure_chain(&self, network: &Network) -> Result<(), WalletFileError> {
		if self.wallet.network() == network {
			return Ok(());
		}
		Err(WalletFileError::OtherChain { path: shown(&self.path) })
	}

	/// Writes the wallet as it is now.
	pub fn save(&mut self) -> Result<(), WalletFileError> {
		self.seal = write_state(&self.path, &self.seal, VERSION, &self.wallet)?;
		Ok(())
	}
}

fn read_wallet(path: &Path, seal: &Seal, bytes: &[u8]) -> Result<Wallet, WalletFileError> {
	let state = read_state(path, seal, bytes, VERSION)?;
	let wallet: Wallet = decode_state(path, &state)?;
	if !wallet.keys.is_canonical() {
		return Err(WalletFileError::Damaged { path: shown(path) });
	}
	Ok(wallet)
}

/// Writes what a file holds, whole, in the place of what it held; the seal of the new file.
pub(crate) fn write_state(
	path: &Path,
	seal: &Seal,
	version: u32,
	content: &impl Encode,
) -> Result<Seal, WalletFileError> {
	// Under a header of its own: no record of the file before fits in.
	let seal = seal.next_generation();
	// Sized beforehand: a vector that grows leaves copies of secrets behind.
	let mut state = Zeroizing::new(Vec::with_capacity(content.encoded_size()));
	content.encode_to(&mut *state);
	let mut bytes = seal.header().to_vec();
	let first = (version, state.len() as u64).encode();
	let records = [&first[..]].into_iter().chain(state.chunks(RECORD));
	for (index, record) in (0..).zip(records) {
		seal.seal(index, record, &mut bytes).map_err(|error| at(path, error))?;
	}
	files::replace(path, &bytes).map_err(|error| failed(path, &error))?;
	Ok(seal)
}

/// Reads what [`write_state`] wrote, if it is of this version: the encoding of what it holds.
pub(crate) fn read_state(
	path: &Path,
	seal: &Seal,
	bytes: &[u8],
	known: u32,
) -> Result<Zeroizing<Vec<u8>>, WalletFileError> {
	let truncated = || WalletFileError::TruncatedFile { path: shown(path) };
	let damaged = || WalletFileError::Damaged { path: shown(path) };
	let mut rest = bytes.get(HEADER_LENGTH..).ok_or_else(truncated)?;
	let mut index = 0;
	let mut next = || {
		let plain = match next_record(rest) {
			Next::Record(body, after) => {
				rest = after;
				seal.unseal(index, body).map_err(|error| at(path, error))?
			},
			Next::End | Next::Torn => return Err(truncated()),
			Next::Damaged => return Err(damaged()),
		};
		index += 1;
		Ok((plain, rest.is_empty()))
	};
	let (first, mut end) = next()?;
	let (version, length) = <(u32, u64)>::decode(&mut &first[..]).map_err(|_| damaged())?;
	match version.cmp(&known) {
		Ordering::Less => return Err(WalletFileError::OldVersion { path: shown(path) }),
		Ordering::Greater => return Err(WalletFileError::UnknownVersion { path: shown(path) }),
		Ordering::Equal => {},
	}
	// The length is authentic; room is made for what the file can hold and no more.
	let length = usize::try_from(length).map_err(|_| damaged())?;
	let mut state = Zeroizing::new(Vec::with_capacity(length.min(bytes.len())));
	while state.len() < length {
		let (plain, last) = next()?;
		state.extend_from_slice(&plain);
		end = last;
	}
	if state.len() != length || !end {
		return Err(damaged());
	}
	Ok(state)
}

/// What a file holds, out of its encoding.
pub(crate) fn decode_state<T: Decode>(path: &Path, state: &[u8]) -> Result<T, WalletFileError> {
	T::decode_all(&mut &state[..]).map_err(|_| WalletFileError::Damaged { path: shown(path) })
}

pub(crate) fn lock(path: &Path) -> Result<File, WalletFileError> {
	files::lock(path).map_err(|error| match error {
		TryLockError::WouldBlock => WalletFileError::WalletLocked { path: shown(path) },
		TryLockError::Error(error) => failed(&files::lock_path(path), &error),
	})
}

pub(crate) fn shown(path: &Path) -> String {
	path.display().to_string()
}

pub(crate) fn failed(path: &Path, error: &io::Error) -> WalletFileError {
	WalletFileError::FileError { path: shown(path), reason: error.to_string() }
}

pub(crate) fn at(path: &Path, error: SealError) -> WalletFileError {
	let path = shown(path);
	match error {
		SealError::ForeignFile => WalletFileError::ForeignFile { path },
		SealError::TruncatedHeader => WalletFileError::TruncatedFile { path },
		SealError::WrongPassword => WalletFileError::WrongPassword { path },
		SealError::NoRandomness => WalletFileError::NoRandomness,
		SealError::HeaderOutOfRange | SealError::Damaged { .. } | SealError::RecordTooLong => {
			WalletFileError::Damaged { path }
		},
	}
}
