//! The account that signs: a secret URI such as `//Alice`, or an encrypted key file.

use std::{fs, path::Path, str::FromStr};

use meterproof_wallet::{
	seal::{self, next_record, Cost, Magic, Next, Seal, SealError},
	secret::random,
};
use subxt_signer::{bip39::Mnemonic, sr25519::Keypair, SecretUri};
use zeroize::Zeroizing;

use crate::{
	error::{file, Error, Named, Result},
	password::Passwords,
	store::files,
};

/// What a key file begins with.
const MAGIC: Magic = *b"mpkey001";

/// Twelve words.
const ENTROPY_LENGTH: usize = 16;

/// The account named on the command line.
pub fn load(account: Option<&str>, passwords: &Passwords) -> Result<Keypair> {
	let account = account.ok_or_else(|| {
		let message = "no account: use --account or METERPROOF_ACCOUNT, as in --account //Alice";
		Error::new("NoAccount", message)
	})?;
	let path = Path::new(account);
	if path.is_file() {
		return open(path, passwords);
	}
	// The text may be a secret, so no error repeats it.
	let bad = || {
		let message =
			"the account is neither a key file nor a secret such as //Alice, a phrase of \
			words, or 0x and 64 hex digits";
		Error::new("BadAccount", message)
	};
	if !(account.starts_with("//") || account.starts_with("0x") || account.contains(' ')) {
		return Err(bad());
	}
	let uri = SecretUri::from_str(account).map_err(|_| bad())?;
	Keypair::from_uri(&uri).map_err(|_| bad())
}

/// Makes a key file: of the words in another file, or of new ones. Returns the account and the words
/// that bring it back.
pub fn create(
	path: &Path,
	passwords: &Passwords,
	phrase_file: Option<&Path>,
) -> Result<(Keypair, Zeroizing<String>)> {
	create_with(path, passwords, phrase_file, Cost::STANDARD)
}

fn create_with(
	path: &Path,
	passwords: &Passwords,
	phrase_file: Option<&Path>,
	cost: Cost,
) -> Result<(Keypair, Zeroizing<String>)> {
	if path.exists() {
		let message = format!("{}: the file exists already", path.display());
		return Err(Error::new("FileExists", message));
	}
	let entropy = match phrase_file {
		Some(file) => read_phrase(file)?,
		None => {
			let mut entropy = Zeroizing::new(vec![0; ENTROPY_LENGTH]);
			random(entropy.as_mut())?;
			entropy
		},
	};
	let password = passwords.fresh(path)?;
	let seal = Seal::create(MAGIC, cost, &password)?;
	let mut bytes = seal.header().to_vec();
	seal.seal(0, &entropy, &mut bytes)?;
	files::replace(path, &bytes)?;
	from_entropy(&entropy).ok_or_else(|| Error::new("NoKey", "no key could be made"))
}

/// What the words in a file stand for. They are a secret, so that no error repeats them.
fn read_phrase(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
	let text = fs::read_to_string(path).map(Zeroizing::new);
	let text = text.map_err(|error| file("cannot read the phrase", path, &error))?;
	let words = Zeroizing::new(text.split_whitespace().collect::<Vec<_>>().join(" "));
	let bad = |_| {
		let message = format!(
			"{}: not the 12 to 24 words of an account: one of them is not in the list of words, or they \
			 do not belong together",
			path.display()
		);
		Error::new("BadPhrase", message)
	};
	Ok(Zeroizing::new(Mnemonic::parse(words.as_str()).map_err(bad)?.to_entropy()))
}

fn open(path: &Path, passwords: &Passwords) -> Result<Keypair> {
	let fail = |error: SealError| Error::new(error.name(), format!("{}: {error}", path.display()));
	let bytes = files::read(path)?;
	// Other files are refused before anyone is asked for a password.
	if !bytes.starts_with(&MAGIC) {
		return Err(fail(SealError::ForeignFile));
	}
	let password = passwords.existing(path)?;
	let seal = Seal::open(MAGIC, &bytes, &password).map_err(fail)?;
	let rest = bytes.get(seal::HEADER_LENGTH..).unwrap_or_default();
	let Next::Record(body, []) = next_record(rest) else {
		return Err(fail(SealError::TruncatedHeader));
	};
	let entropy = seal.unseal(0, body).map_err(fail)?;
	let (keys, _) = from_entropy(&entropy).ok_or_else(|| fail(SealError::Damaged { record: 0 }))?;
	Ok(keys)
}

fn from_entropy(entropy: &[u8]) -> Option<(Keypair, Zeroizing<String>)> {
	let phrase = Mnemonic::from_entropy(entropy).ok()?;
	let keys = Keypair::from_phrase(&phrase, None).ok()?;
	Some((keys, Zeroizing::new(phrase.to_string())))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn passwords(folder: &Path, text: &str) -> Passwords {
		let file = folder.join("password");
		fs::write(&file, text).unwrap();
		Passwords { file: Some(file) }
	}

	#[test]
	fn a_key_file_opens_with_its_password() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		let right = passwords(folder.path(), "right");
		let (keys, phrase) = create_with(&path, &right, None, Cost::CHEAP).unwrap();
		let account = path.to_str();
		let opened = load(account, &right).unwrap();
		assert_eq!(opened.public_key().0, keys.public_key().0);
		let recovered = load(Some(&phrase), &right).unwrap();
		assert_eq!(recovered.public_key().0, keys.public_key().0);
		assert_eq!(create_with(&path, &right, None, Cost::CHEAP).unwrap_err().name(), "FileExists");
		let wrong = passwords(folder.path(), "wrong");
		assert_eq!(load(account, &wrong).unwrap_err().name(), "WrongPassword");
	}

	#[test]
	fn an_account_comes_back_from_the_words_in_a_file() {
		let folder = tempfile::tempdir().unwrap();
		let path = |name: &str| folder.path().join(name);
		let right = passwords(folder.path(), "right");
		let (keys, phrase) = create_with(&path("one"), &right, None, Cost::CHEAP).unwrap();
		let words = path("words");
		fs::write(&words, format!(" {}\n", phrase.replace(' ', "\n"))).unwrap();
		let (back, _) = create_with(&path("two"), &right, Some(&words), Cost::CHEAP).unwrap();
		assert_eq!(back.public_key().0, keys.public_key().0);
		let opened = load(path("two").to_str(), &right).unwrap();
		assert_eq!(opened.public_key().0, keys.public_key().0);
		fs::write(&words, "abandon abandon secretword").unwrap();
		let bad = create_with(&path("three"), &right, Some(&words), Cost::CHEAP).unwrap_err();
		assert_eq!(bad.name(), "BadPhrase");
		assert!(!bad.to_string().contains("secretword") && !path("three").exists(), "{bad}");
		let none = create_with(&path("four"), &right, Some(&path("none")), Cost::CHEAP);
		assert_eq!(none.unwrap_err().name(), "FileError");
	}

	#[test]
	fn a_damaged_key_file_is_named() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		let right = passwords(folder.path(), "right");
		create_with(&path, &right, None, Cost::CHEAP).unwrap();
		let whole = fs::read(&path).unwrap();
		for length in 8..whole.len() {
			fs::write(&path, &whole[..length]).unwrap();
			let name = load(path.to_str(), &right).unwrap_err().name().to_owned();
			assert_eq!(name, "TruncatedHeader", "{length}");
		}
		fs::write(&path, "mpstore1 and more").unwrap();
		assert_eq!(load(path.to_str(), &right).unwrap_err().name(), "ForeignFile");
	}

	#[test]
	fn errors_do_not_repeat_a_secret() {
		let secret = "0x11223344";
		let error = load(Some(secret), &Passwords::default()).unwrap_err();
		assert_eq!(error.name(), "BadAccount");
		assert!(!error.to_string().contains("1122"));
		assert_eq!(
			load(Some("no/such/file"), &Passwords::default()).unwrap_err().name(),
			"BadAccount"
		);
		assert_eq!(load(None, &Passwords::default()).unwrap_err().name(), "NoAccount");
	}

	#[test]
	fn development_accounts_are_the_known_ones() {
		let alice = load(Some("//Alice"), &Passwords::default()).unwrap();
		assert_eq!(
			alice.public_key().to_account_id().to_string(),
			"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
		);
	}
}
