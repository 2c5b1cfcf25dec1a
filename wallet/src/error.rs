//! Errors whose variants have stable names, for scripts, and a sentence, for people.

use std::fmt;

/// An error whose variants have stable names.
pub trait Named: fmt::Display {
	/// The variant's name.
	fn name(&self) -> &'static str;
}

/// Declares an error enum: each variant's name is the error's name.
#[macro_export]
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

pub use crate::named_errors;
