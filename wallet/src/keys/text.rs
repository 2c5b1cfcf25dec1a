//! What people copy from one place to another: bech32m with a prefix that says what it is and of
//! which network.
//!
//! ```text
//! PREFIX 1 | version 1 | first bytes of the genesis hash 4 | what it carries
//! ```

use bech32::{primitives::decode::CheckedHrpstring, Bech32m, Hrp};
use zeroize::Zeroizing;

use crate::{
	error::named_errors,
	network::{Kind, Network},
};

named_errors! {
	/// Why a text is not what it should be.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum TextError {
		/// The text begins with something else, or is no such text at all.
		NotThis { what: &'static str } => "this is not {what}: look at how it begins";
		/// Letters of the text were changed, lost or added.
		Mistyped { what: &'static str } => "{what} is mistyped or incomplete: its checksum is wrong";
		/// The text is for another chain.
		OtherNetwork { what: &'static str } => "{what} belongs to another network";
		/// The text was made by a newer program.
		UnknownVersion { what: &'static str } => "{what} has a version that this program does not know";
		/// The checksum is right and the content is not: nobody's typing error.
		Malformed { what: &'static str } => "{what} has a content that none can have";
	}
}

/// Version of all texts.
const VERSION: u8 = 1;

/// A sort of text.
#[derive(Clone, Copy)]
pub(crate) struct Sort {
	/// What it begins with, before the network's part.
	pub prefix: &'static str,
	/// What a person calls it, with its article.
	pub what: &'static str,
}

impl Sort {
	fn prefix_on(&self, kind: Kind) -> String {
		format!("{}{}", self.prefix, kind.suffix())
	}

	/// `content` as text.
	pub fn write(&self, network: &Network, content: &[u8]) -> Zeroizing<String> {
		let mut data = Zeroizing::new(Vec::with_capacity(5 + content.len()));
		data.push(VERSION);
		data.extend_from_slice(&network.check());
		data.extend_from_slice(content);
		let encode = |prefix: &str| bech32::encode::<Bech32m>(Hrp::parse(prefix).ok()?, &data).ok();
		let text = encode(&self.prefix_on(network.kind));
		Zeroizing::new(text.unwrap_or_else(|| unreachable!("prefixes are plain, contents short")))
	}

	/// What `text` carries, if it is of this sort and of this network.
	pub fn read(&self, network: &Network, text: &str) -> Result<Zeroizing<Vec<u8>>, TextError> {
		let what = self.what;
		let text = text.trim();
		let lower = Zeroizing::new(text.to_ascii_lowercase());
		let (prefix, _) = lower.rsplit_once('1').ok_or(TextError::NotThis { what })?;
		let kind = Kind::ALL.into_iter().find(|kind| self.prefix_on(*kind) == prefix);
		let checked = CheckedHrpstring::new::<Bech32m>(text);
		let kind = match (kind, &checked) {
			(Some(kind), _) => kind,
			// A typing error in the prefix is one as well.
			(None, Err(_)) if prefix.starts_with(self.prefix) => {
				return Err(TextError::Mistyped { what })
			},
			(None, _) => return Err(TextError::NotThis { what }),
		};
		let checked = checked.map_err(|_| TextError::Mistyped { what })?;
		let data: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
		let (&version, rest) = data.split_first().ok_or(TextError::Malformed { what })?;
		if version != VERSION {
			return Err(TextError::UnknownVersion { what });
		}
		let (check, content) = rest.split_at_checked(4).ok_or(TextError::Malformed { what })?;
		if kind != network.kind || check != network.check() {
			return Err(TextError::OtherNetwork { what });
		}
		// Left-over bits would let one content have several texts.
		if *self.write(network, content) != *lower {
			return Err(TextError::Malformed { what });
		}
		Ok(Zeroizing::new(content.to_vec()))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const SORT: Sort = Sort { prefix: "mpx", what: "a test" };
	const NETWORK: Network = Network { kind: Kind::Test, genesis: [9; 32] };

	proptest! {
		#[test]
		fn what_is_written_is_read(content in proptest::collection::vec(any::<u8>(), 0..400)) {
			let text = SORT.write(&NETWORK, &content);
			prop_assert!(text.starts_with("mpxtest1"));
			prop_assert_eq!(&**SORT.read(&NETWORK, &text).unwrap(), &content[..]);
			prop_assert_eq!(&**SORT.read(&NETWORK, &text.to_uppercase()).unwrap(), &content[..]);
		}

		#[test]
		fn no_text_panics(text in ".{0,100}", tail in "[a-z0-9]{0,100}") {
			let _ = SORT.read(&NETWORK, &text);
			let _ = SORT.read(&NETWORK, &format!("mpxtest1{tail}"));
		}
	}

	#[test]
	fn other_networks_versions_and_sorts_are_told_apart() {
		let what = SORT.what;
		let text = SORT.write(&NETWORK, &[1, 2]);
		let read = |network: &Network, text: &str| SORT.read(network, text).unwrap_err();
		let live = Network { kind: Kind::Live, ..NETWORK };
		assert_eq!(read(&live, &text), TextError::OtherNetwork { what });
		let other = Network { genesis: [8; 32], ..NETWORK };
		assert_eq!(read(&other, &text), TextError::OtherNetwork { what });
		let encode = |prefix, data: &[u8]| {
			bech32::encode::<Bech32m>(Hrp::parse(prefix).unwrap(), data).unwrap()
		};
		let newer = encode("mpxtest", &[2, 9, 9, 9, 9]);
		assert_eq!(read(&NETWORK, &newer), TextError::UnknownVersion { what });
		let short = encode("mpxtest", &[1, 9, 9]);
		assert_eq!(read(&NETWORK, &short), TextError::Malformed { what });
		assert_eq!(read(&NETWORK, &encode("mpxtest", &[])), TextError::Malformed { what });
		assert_eq!(read(&NETWORK, &encode("mpy", &[1])), TextError::NotThis { what });
		assert_eq!(read(&NETWORK, ""), TextError::NotThis { what });
		// The older checksum, which lets a letter be added unseen.
		let old = bech32::encode::<bech32::Bech32>(Hrp::parse("mpxtest").unwrap(), &[1; 20]);
		assert_eq!(read(&NETWORK, &old.unwrap()), TextError::Mistyped { what });
	}
}
