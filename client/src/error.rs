//! Errors with a stable name, for scripts, and a sentence, for people.

use std::fmt;

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

	/// Its name.
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

/// An error whose variants have stable names.
pub trait Named: fmt::Display {
	/// The variant's name.
	fn name(&self) -> &'static str;
}

impl<E: Named> From<E> for Error {
	fn from(error: E) -> Self {
		Self::new(error.name(), error.to_string())
	}
}

/// Declares an error enum: each variant's name is the error's name.
macro_rules! named_errors {
	(
		$(#[$meta:meta])*
		pub enum $Enum:ident {
			$(
				$(#[$variant_meta:meta])*
				$Variant:ident
				$({ $( $(#[$field_meta:meta])* $field:ident: $Type:ty ),* $(,)? })?
				=> $text:literal;
			)+
		}
	) => {
		$(#[$meta])*
		#[derive(Debug, thiserror::Error)]
		pub enum $Enum {
			$(
				$(#[$variant_meta])*
				#[error($text)]
				$Variant $({ $( $(#[$field_meta])* $field: $Type ),* })?,
			)+
		}

		impl $crate::error::Named for $Enum {
			fn name(&self) -> &'static str {
				match self { $( Self::$Variant { .. } => stringify!($Variant), )+ }
			}
		}
	};
}

pub(crate) use named_errors;

/// Reading or writing a file failed.
pub fn file(what: &str, path: &std::path::Path, error: &std::io::Error) -> Error {
	Error::new("FileError", format!("{what} {}: {error}", path.display()))
}
