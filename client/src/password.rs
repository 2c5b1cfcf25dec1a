//! Where the password of an encrypted file comes from.

use std::{
	fs,
	path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::error::{file, Error, Result};

/// Holds the password itself, for scripts.
pub const VARIABLE: &str = "METERPROOF_PASSWORD";

/// A password file, the environment, or the person at the terminal, in this order.
#[derive(Clone, Debug, Default)]
pub struct Passwords {
	/// From `--password-file`.
	pub file: Option<PathBuf>,
}

impl Passwords {
	/// The password of an existing file.
	pub fn existing(&self, path: &Path) -> Result<Zeroizing<String>> {
		match self.unattended()? {
			Some(password) => Ok(password),
			None => prompt(&format!("Password of {}: ", path.display())),
		}
	}

	/// A password for a file that is about to be made, typed twice.
	pub fn fresh(&self, path: &Path) -> Result<Zeroizing<String>> {
		if let Some(password) = self.unattended()? {
			return Ok(password);
		}
		let first = prompt(&format!("New password for {}: ", path.display()))?;
		let second = prompt("The same password again: ")?;
		if *first != *second {
			return Err(Error::new("PasswordsDiffer", "the two passwords are not the same"));
		}
		Ok(first)
	}

	fn unattended(&self) -> Result<Option<Zeroizing<String>>> {
		let password = match &self.file {
			Some(path) => {
				let text = fs::read_to_string(path)
					.map_err(|error| file("cannot read the password file", path, &error))?;
				let text = Zeroizing::new(text);
				Some(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
			},
			None => std::env::var(VARIABLE).ok().map(Zeroizing::new),
		};
		password.map(not_empty).transpose()
	}
}

fn prompt(text: &str) -> Result<Zeroizing<String>> {
	let password = rpassword::prompt_password(text).map_err(|_| {
		let message =
			format!("no terminal to ask for a password: use --password-file or {VARIABLE}");
		Error::new("NoPassword", message)
	})?;
	not_empty(Zeroizing::new(password))
}

fn not_empty(password: Zeroizing<String>) -> Result<Zeroizing<String>> {
	if password.is_empty() {
		return Err(Error::new("EmptyPassword", "the password is empty"));
	}
	Ok(password)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn from(text: &str) -> Result<Zeroizing<String>> {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("password");
		fs::write(&path, text).unwrap();
		Passwords { file: Some(path) }.existing(Path::new("store"))
	}

	#[test]
	fn a_password_file_may_end_its_line() {
		assert_eq!(*from("secret \r\n").unwrap(), "secret ");
	}

	#[test]
	fn an_empty_password_is_refused() {
		assert_eq!(from("\n").unwrap_err().name(), "EmptyPassword");
	}

	#[test]
	fn a_missing_password_file_is_named() {
		let passwords = Passwords { file: Some("/nonexistent/password".into()) };
		assert_eq!(passwords.fresh(Path::new("store")).unwrap_err().name(), "FileError");
	}
}
