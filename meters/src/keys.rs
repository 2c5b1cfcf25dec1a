//! Meters' symmetric keys: 128 bits, as hexadecimal digits in files that only their owner can read, or in
//! credentials of systemd.

use std::{env, ffi::OsStr, fmt, fs::File, io::Read, os::unix::fs::PermissionsExt, path::Path};

use zeroize::Zeroizing;

/// Characters that a key's file may have: 32 digits and white space.
const LONGEST_FILE: u64 = 256;

/// Where systemd puts the credentials of a service.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Whether others than who should can read or change a secret file of this mode. Of a credential of systemd
/// (`LoadCredential=`) the group may be given reading: under `DynamicUser=` the file is root's, and a list
/// of access that shows as the group's rights lets the service's user alone read it.
pub fn is_open_to_others(path: &Path, mode: u32) -> bool {
	is_open_beside(path, mode, env::var_os(CREDENTIALS_DIRECTORY).as_deref())
}

fn is_open_beside(path: &Path, mode: u32, credentials: Option<&OsStr>) -> bool {
	let credentials = credentials.map(Path::new).filter(|folder| folder.is_absolute());
	let is_credential = credentials.is_some_and(|folder| path.parent() == Some(folder));
	let others = if is_credential { 0o037 } else { 0o077 };
	mode & others != 0
}

/// A key. It is wiped when it is dropped, and never printed.
#[derive(Clone)]
pub struct MeterKey(Zeroizing<[u8; 16]>);

impl fmt::Debug for MeterKey {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("MeterKey")
	}
}

impl MeterKey {
	/// From its bytes.
	pub fn new(bytes: [u8; 16]) -> Self {
		Self(Zeroizing::new(bytes))
	}

	/// From a file with 32 hexadecimal digits, that neither group nor others can read, but for credentials
	/// of systemd ([`is_open_to_others`]). The error is for people; it tells the path and nothing of what is
	/// in the file.
	pub fn read(path: &Path) -> Result<Self, String> {
		let failed = |reason: &dyn fmt::Display| format!("key {}: {reason}", path.display());
		let mut file = File::open(path).map_err(|error| failed(&error))?;
		let metadata = file.metadata().map_err(|error| failed(&error))?;
		if is_open_to_others(path, metadata.permissions().mode()) {
			return Err(failed(&"others than its owner can read it: run chmod 600"));
		}
		// Longer than what is read: what is moved is not wiped where it was.
		let mut text = Zeroizing::new(String::with_capacity(2 * LONGEST_FILE as usize));
		let wrong = "the file does not hold 32 hexadecimal digits";
		(&mut file).take(LONGEST_FILE).read_to_string(&mut text).map_err(|_| failed(&wrong))?;
		let mut bytes = Zeroizing::new([0; 16]);
		hex::decode_to_slice(text.trim(), &mut bytes[..]).map_err(|_| failed(&wrong))?;
		Ok(Self(bytes))
	}

	/// Eight hexadecimal digits that tell keys apart and tell nothing of the key: the front of the
	/// AES-CMAC of a fixed text.
	pub fn mark(&self) -> String {
		use cmac::Mac;
		let mut mac = <cmac::Cmac<aes::Aes128> as Mac>::new(self.bytes().into());
		mac.update(b"meterproof: the mark of a meter's key");
		let code = mac.finalize().into_bytes();
		hex::encode(code.get(..4).unwrap_or_default())
	}

	/// The bytes.
	pub(crate) fn bytes(&self) -> &[u8; 16] {
		&self.0
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{fs, os::unix::fs::OpenOptionsExt};

	#[test]
	fn keys_are_told_apart_by_their_marks() {
		let mark = |byte: u8| MeterKey::new([byte; 16]).mark();
		assert_eq!(mark(1), mark(1));
		assert_ne!(mark(1), mark(2));
		assert_eq!(mark(1).len(), 8);
	}

	#[test]
	fn the_group_may_read_credentials_alone() {
		let folder = Some(OsStr::new("/run/credentials/agent.service"));
		let key = Path::new("/run/credentials/agent.service/water.key");
		for (path, mode, credentials, expected) in [
			(key, 0o100_400, None, false),
			(key, 0o100_440, None, true),
			(key, 0o100_440, folder, false),
			(key, 0o100_444, folder, true),
			(key, 0o100_460, folder, true),
			(Path::new("/run/credentials/agent.service/../x"), 0o100_440, folder, true),
			(Path::new("/etc/water.key"), 0o100_440, folder, true),
			(Path::new("water.key"), 0o100_440, Some(OsStr::new("")), true),
		] {
			assert_eq!(is_open_beside(path, mode, credentials), expected, "{path:?} {mode:o}");
		}
	}

	#[test]
	fn keys_are_read_from_files_of_their_owner_only() {
		let folder = tempfile::tempdir().unwrap();
		let key = |name: &str, mode: u32, text: &str| {
			let path = folder.path().join(name);
			let mut options = fs::OpenOptions::new();
			let file = options.write(true).create_new(true).mode(mode).open(&path).unwrap();
			std::io::Write::write_all(&mut &file, text.as_bytes()).unwrap();
			MeterKey::read(&path)
		};
		let digits = "000102030405060708090a0b0c0d0e0F";
		let good = key("good", 0o600, &format!("{digits}\n")).unwrap();
		assert_eq!(good.bytes()[15], 15);
		assert_eq!(format!("{good:?}"), "MeterKey");
		assert!(key("open", 0o640, digits).unwrap_err().contains("chmod 600"));
		for (name, text) in [("short", &digits[1..]), ("other", "not a key"), ("empty", "")] {
			let error = key(name, 0o600, text).unwrap_err();
			assert!(error.contains("32") && !error.contains("0102"), "{error}");
		}
		assert!(MeterKey::read(&folder.path().join("none")).is_err());
	}
}
