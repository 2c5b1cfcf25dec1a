//! Viewing keys as text: what an auditor is given.

use zeroize::Zeroizing;

use crate::{
	keys::{ViewingKey, MAX_ADDRESSES},
	network::Network,
	text::{Sort, TextError},
};

const VIEWING_KEY: Sort = Sort { prefix: "mpview", what: "the viewing key" };

/// A viewing key, and how many of its addresses were given away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
	/// The key.
	pub key: ViewingKey,
	/// Addresses 0 up to this one, and the change's, are looked through.
	pub addresses: u32,
}

impl Exported {
	/// The viewing key as text: `mpview1...` on the live network.
	pub fn to_text(&self, network: &Network) -> Zeroizing<String> {
		let mut content = self.key.to_bytes();
		content.extend_from_slice(&self.addresses.to_le_bytes());
		VIEWING_KEY.write(network, &content)
	}

	/// The viewing key that a text holds.
	pub fn parse(network: &Network, text: &str) -> Result<Self, TextError> {
		let content = VIEWING_KEY.read(network, text)?;
		let parts = content.split_first_chunk::<96>();
		parts
			.and_then(|(key, addresses)| {
				let addresses = u32::from_le_bytes(addresses.try_into().ok()?);
				if addresses > MAX_ADDRESSES {
					return None;
				}
				Some(Self { key: ViewingKey::from_bytes(key)?, addresses })
			})
			.ok_or(TextError::Malformed { what: VIEWING_KEY.what })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{keys::Seed, network::Kind};

	const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };

	#[test]
	fn a_viewing_key_is_read_back() {
		let key = Seed::from_bytes(&[1; 32]).viewing_key();
		let exported = Exported { key, addresses: 3 };
		let text = exported.to_text(&NETWORK);
		assert!(text.starts_with("mpviewdev1"));
		assert_eq!(Exported::parse(&NETWORK, &text), Ok(exported));
		let mistyped = text.replacen('q', "p", 1);
		let what = VIEWING_KEY.what;
		assert_eq!(Exported::parse(&NETWORK, &mistyped), Err(TextError::Mistyped { what }));
		let bad = VIEWING_KEY.write(&NETWORK, &[0xff; 100]);
		assert_eq!(Exported::parse(&NETWORK, &bad), Err(TextError::Malformed { what }));
	}
}
