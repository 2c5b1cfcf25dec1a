//! Errors with a stable name, for scripts, and a sentence, for people.

use std::fmt;

pub(crate) use meterproof_wallet::{error::Named, named_errors};

/// What a person reads and, by its name, a script tells apart.
#[derive(Debug)]
pub struct Error {
	name: String,
	message: String,
}

impl Error {
	/// An error called `name`: one word in CamelCase.
	pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
		Self { name: name.into(), message: message.into() }
	}

	/// What a run ends with that refused something and went on with the rest.
	pub const COMMITMENTS_REFUSED: &'static str = "CommitmentsRefused";

	/// The status that a program ends with: 3 where all was tried and some of it was refused, 1 for any
	/// other error. (2 is wrong usage.)
	pub fn exit_code(&self) -> u8 {
		if self.name == Self::COMMITMENTS_REFUSED {
			3
		} else {
			1
		}
	}

	/// The error's name.
	pub fn name(&self) -> &str {
		&self.name
	}
}

impl fmt::Display for Error {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(&self.message)
	}
}

impl std::error::Error for Error {}

/// What fallible functions of this program return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl<E: Named> From<E> for Error {
	fn from(error: E) -> Self {
		Self::new(error.name(), error.to_string())
	}
}

/// Reading or writing a file failed.
pub fn file(what: &str, path: &std::path::Path, error: &std::io::Error) -> Error {
	Error::new("FileError", format!("{what} {}: {error}", path.display()))
}
