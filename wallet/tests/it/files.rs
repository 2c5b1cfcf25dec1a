use crate::chain::*;
use meterproof_wallet::{
	error::Named,
	file::{WalletFile, WalletFileError},
	network::Network,
	seal::{Cost, Seal, HEADER_LENGTH},
	wallet::Wallet,
};
use std::{fs, path::PathBuf};

struct Folder(tempfile::TempDir);

impl Folder {
	fn new() -> Self {
		Self(tempfile::tempdir().unwrap())
	}

	fn path(&self) -> PathBuf {
		self.0.path().join("wallet")
	}

	fn create(&self, wallet: Wallet) -> WalletFile {
		WalletFile::create_with(&self.path(), "password", wallet, Cost::CHEAP).unwrap()
	}

	fn open(&self) -> Result<WalletFile, WalletFileError> {
		WalletFile::open(&self.path(), "password")
	}

	fn error(&self) -> &'static str {
		self.open().unwrap_err().name()
	}
}

/// A page that was refused half-way leaves a wallet that is not to be kept.
#[test]
fn what_was_not_saved_can_be_dropped() {
	let folder = Folder::new();
	let (chain, alice, _) = story();
	let mut file = folder.create(wallet(1));
	file.wallet = alice.clone();
	file.save().unwrap();
	file.wallet.look_again();
	let mut torn = chain.notes[..2].to_vec();
	torn[1].asset = 9;
	assert!(file.wallet.take(0, &torn).is_err());
	assert_ne!(file.wallet, alice);
	file.reopen().unwrap();
	assert_eq!(file.wallet, alice);
	file.save().unwrap();
	file.reopen().unwrap();
	assert_eq!(file.wallet, alice);
}

#[test]
fn what_was_saved_is_found_again() {
	let folder = Folder::new();
	let (_, alice, bob) = story();
	let mut file = folder.create(wallet(1));
	file.wallet = bob.clone();
	file.save().unwrap();
	drop(file);
	assert!(folder.open().unwrap().wallet == bob);
	let mut file = folder.open().unwrap();
	file.wallet = alice.clone();
	drop(file);
	assert!(folder.open().unwrap().wallet == bob, "what is not saved is not kept");
}

#[test]
fn a_large_wallet_fills_several_records() {
	let folder = Folder::new();
	let (mut chain, mut alice) = (Chain::default(), wallet(1));
	let to = address(&wallet(2));
	for amount in 1..2_500 {
		chain.settle(&to, amount);
	}
	chain.scan(&mut alice, 1_000);
	drop(folder.create(alice.clone()));
	assert!(fs::metadata(folder.path()).unwrap().len() > 70_000);
	assert!(folder.open().unwrap().wallet == alice);
	let whole = fs::read(folder.path()).unwrap();
	for length in [whole.len() - 1, whole.len() - 20_001, 60_200, 1_000] {
		fs::write(folder.path(), &whole[..length]).unwrap();
		assert_eq!(folder.error(), "TruncatedFile", "{length}");
	}
}

#[test]
fn a_file_cut_off_anywhere_says_so() {
	let folder = Folder::new();
	drop(folder.create(story().1));
	let whole = fs::read(folder.path()).unwrap();
	for length in (0..whole.len()).step_by(7).chain([HEADER_LENGTH, whole.len() - 1]) {
		fs::write(folder.path(), &whole[..length]).unwrap();
		assert_eq!(folder.error(), "TruncatedFile", "{length}");
	}
	fs::write(folder.path(), &whole).unwrap();
	assert!(folder.open().is_ok());
}

#[test]
fn a_wrong_password_is_named() {
	let folder = Folder::new();
	drop(folder.create(wallet(1)));
	for password in ["", "Password", "hunter2"] {
		let error = WalletFile::open(&folder.path(), password).unwrap_err();
		assert_eq!(error.name(), "WrongPassword");
		assert!(password.is_empty() || !error.to_string().contains(password), "{error}");
	}
}

#[test]
fn damage_is_never_read_as_a_wallet() {
	let folder = Folder::new();
	drop(folder.create(story().1));
	let whole = fs::read(folder.path()).unwrap();
	for at in (HEADER_LENGTH..whole.len()).step_by(5) {
		let mut bytes = whole.clone();
		bytes[at] ^= 0x10;
		fs::write(folder.path(), bytes).unwrap();
		assert!(["Damaged", "WrongPassword"].contains(&folder.error()), "{at}");
	}
	let mut longer = whole.clone();
	longer.push(1);
	fs::write(folder.path(), longer).unwrap();
	assert_eq!(folder.error(), "Damaged");
}

#[test]
fn records_of_an_earlier_saving_do_not_fit() {
	let folder = Folder::new();
	let mut file = folder.create(story().1);
	let before = fs::read(folder.path()).unwrap();
	file.save().unwrap();
	drop(file);
	let mut bytes = fs::read(folder.path()).unwrap();
	assert_ne!(bytes, before);
	bytes.truncate(HEADER_LENGTH);
	bytes.extend_from_slice(&before[HEADER_LENGTH..]);
	fs::write(folder.path(), bytes).unwrap();
	assert_eq!(folder.error(), "WrongPassword");
}

#[test]
fn foreign_missing_and_existing_files_are_named() {
	let folder = Folder::new();
	assert_eq!(folder.error(), "NoWallet");
	fs::write(folder.path(), "time,meter,import_wh,export_wh\n").unwrap();
	assert_eq!(folder.error(), "ForeignFile");
	let again = WalletFile::create_with(&folder.path(), "password", wallet(1), Cost::CHEAP);
	assert_eq!(again.unwrap_err().name(), "WalletExists");
	assert!(fs::read(folder.path()).unwrap().starts_with(b"time"));
}

#[test]
fn another_version_is_named() {
	let folder = Folder::new();
	let seal = Seal::create(*b"mpwallet", Cost::CHEAP, "password").unwrap();
	for (version, name) in
		[(0u32, "OldVersion"), (2, "OldVersion"), (4, "UnknownVersion"), (9, "UnknownVersion")]
	{
		let mut bytes = seal.header().to_vec();
		let mut first = version.to_le_bytes().to_vec();
		first.extend([0; 8]);
		seal.seal(0, &first, &mut bytes).unwrap();
		fs::write(folder.path(), &bytes).unwrap();
		assert_eq!(folder.error(), name, "{version}");
	}
	// A length that no file has is not made room for.
	let mut bytes = seal.header().to_vec();
	let mut first = 3u32.to_le_bytes().to_vec();
	first.extend(u64::MAX.to_le_bytes());
	seal.seal(0, &first, &mut bytes).unwrap();
	fs::write(folder.path(), &bytes).unwrap();
	assert_eq!(folder.error(), "TruncatedFile");
}

#[test]
fn one_process_uses_it_at_a_time() {
	let folder = Folder::new();
	let file = folder.create(wallet(1));
	assert_eq!(folder.error(), "WalletLocked");
	drop(file);
	assert!(folder.open().is_ok());
}

#[test]
fn a_wallet_belongs_to_one_chain() {
	let folder = Folder::new();
	let file = folder.create(wallet(1));
	assert!(file.ensure_chain(&NETWORK).is_ok());
	let other = Network { genesis: [8; 32], ..NETWORK };
	assert_eq!(file.ensure_chain(&other).unwrap_err().name(), "OtherChain");
}

/// A kill while the new file was being written leaves the old one.
#[test]
fn half_a_new_file_beside_it_changes_nothing() {
	let folder = Folder::new();
	drop(folder.create(wallet(1)));
	fs::write(folder.0.path().join("wallet.new"), b"mpwal").unwrap();
	let mut file = folder.open().unwrap();
	file.save().unwrap();
	drop(file);
	assert!(folder.open().unwrap().wallet == wallet(1));
}

#[test]
fn the_file_shows_no_secret() {
	let folder = Folder::new();
	drop(folder.create(story().1));
	let bytes = fs::read(folder.path()).unwrap();
	assert!(!bytes.windows(8).any(|run| run == [1; 8]), "the seed");
	assert!(!bytes.windows(9).any(|run| run == b"for March"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file() {
	use std::os::unix::fs::PermissionsExt;
	let folder = Folder::new();
	let mut file = folder.create(wallet(1));
	file.save().unwrap();
	let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
	assert_eq!(mode & 0o077, 0);
}

#[cfg(unix)]
#[test]
fn a_wallet_by_another_name_is_the_same_wallet() {
	let folder = Folder::new();
	let file = folder.create(wallet(1));
	let link = folder.0.path().join("link");
	std::os::unix::fs::symlink(folder.path(), &link).unwrap();
	let open = || WalletFile::open(&link, "password");
	assert_eq!(open().unwrap_err().name(), "WalletLocked");
	drop(file);
	let mut file = open().unwrap();
	file.wallet = wallet(2);
	file.save().unwrap();
	drop(file);
	assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
	assert!(folder.open().unwrap().wallet == wallet(2));
}
