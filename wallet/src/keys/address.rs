//! Payment addresses: who is to own a note, and the key to tell its owner with.

use blake2::{digest::consts::U32, Blake2b, Digest};
use codec::{Decode, Encode};
use meterproof_programs::hash::{decode, DigestBytes};
use x25519_dalek::{PublicKey, StaticSecret};

use crate::{
	network::Network,
	text::{Sort, TextError},
};

pub(crate) const ADDRESS: Sort = Sort { prefix: "mpay", what: "the payment address" };

/// Where a payment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Address {
	/// Who may spend what is paid to it.
	pub owner: DigestBytes,
	/// X25519 key that its notes are encrypted to.
	pub key: [u8; 32],
}

impl Address {
	/// The address as text: `mpay1...` on the live network.
	pub fn to_text(&self, network: &Network) -> String {
		let mut content = self.owner.to_vec();
		content.extend_from_slice(&self.key);
		String::clone(&ADDRESS.write(network, &content))
	}

	/// The address that a text holds.
	pub fn parse(network: &Network, text: &str) -> Result<Self, TextError> {
		let content = ADDRESS.read(network, text)?;
		let parts = content.split_first_chunk::<32>();
		parts
			.and_then(|(owner, key)| Some(Self { owner: *owner, key: key.try_into().ok()? }))
			.filter(Self::is_sound)
			.ok_or(TextError::Malformed { what: ADDRESS.what })
	}

	/// The address's tag.
	pub fn tag(&self) -> AddressTag {
		let digest =
			Blake2b::<U32>::new().chain_update(self.owner).chain_update(self.key).finalize();
		let mut tag = [0; TAG_LENGTH];
		tag.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
		AddressTag(tag)
	}

	/// Whether notes can be made for it, and be read by its owner alone.
	pub(crate) fn is_sound(&self) -> bool {
		decode(&self.owner).is_some() && is_contributory(&self.key)
	}
}

/// Bytes of an address's tag.
const TAG_LENGTH: usize = 20;

/// A short name of an address: the first bytes of BLAKE2b-256 of its owner and its key. To find
/// another address with the tag of a given one takes 2^160 attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AddressTag([u8; TAG_LENGTH]);

impl AddressTag {
	pub(crate) fn bytes(&self) -> &[u8] {
		&self.0
	}

	/// The inverse of `Display`.
	pub(crate) fn parse(text: &str) -> Option<Self> {
		let mut tag = [0; TAG_LENGTH];
		hex::decode_to_slice(text, &mut tag).ok()?;
		Some(Self(tag))
	}
}

impl std::fmt::Display for AddressTag {
	/// Hexadecimal digits in lower case.
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		formatter.write_str(&hex::encode(self.0))
	}
}

/// Whether a secret shared with this key is one: with a point of low order everybody knows it.
pub(crate) fn is_contributory(key: &[u8; 32]) -> bool {
	let any = StaticSecret::from([1; 32]);
	any.diffie_hellman(&PublicKey::from(*key)).was_contributory()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		keys::{Seed, ViewingKey},
		network::Kind,
	};
	use proptest::prelude::*;

	const NETWORK: Network = Network { kind: Kind::Live, genesis: [9; 32] };

	fn view() -> ViewingKey {
		Seed::from_bytes(&[1; 32]).viewing_key()
	}

	#[test]
	fn each_network_has_its_prefix() {
		let address = view().address_key(0).address();
		for (kind, prefix) in
			[(Kind::Live, "mpay1"), (Kind::Test, "mpaytest1"), (Kind::Development, "mpaydev1")]
		{
			let network = Network { kind, ..NETWORK };
			let text = address.to_text(&network);
			assert!(text.starts_with(prefix), "{text}");
			assert_eq!(Address::parse(&network, &text), Ok(address));
			assert_eq!(Address::parse(&network, &format!(" {text}\n")), Ok(address));
		}
	}

	#[test]
	fn an_address_of_another_network_is_named() {
		let text = view().address_key(0).address().to_text(&NETWORK);
		let what = ADDRESS.what;
		for other in
			[Network { kind: Kind::Test, ..NETWORK }, Network { genesis: [8; 32], ..NETWORK }]
		{
			assert_eq!(Address::parse(&other, &text), Err(TextError::OtherNetwork { what }));
		}
	}

	#[test]
	fn addresses_that_nobody_could_have_are_refused() {
		let good = view().address_key(0).address();
		let what = ADDRESS.what;
		let mut one = [0; 32];
		one[0] = 1;
		for bad in [
			Address { owner: [0xff; 32], ..good },
			Address { key: [0; 32], ..good },
			Address { key: one, ..good },
		] {
			let text = bad.to_text(&NETWORK);
			assert_eq!(Address::parse(&NETWORK, &text), Err(TextError::Malformed { what }));
		}
		for content in [&[][..], &[0; 63], &[0; 65]] {
			let text = ADDRESS.write(&NETWORK, content);
			assert_eq!(Address::parse(&NETWORK, &text), Err(TextError::Malformed { what }));
		}
	}

	/// Any letter of any address, changed to any other: all positions and all letters in turn.
	#[test]
	fn every_changed_letter_is_seen() {
		let text = view().address_key(5).address().to_text(&NETWORK);
		for at in 0..text.len() {
			for letter in "1023456789abcdefghijklmnopqrstuvwxyzA \u{fc}".chars() {
				let mut changed: Vec<char> = text.chars().collect();
				if changed[at] == letter {
					continue;
				}
				changed[at] = letter;
				let changed: String = changed.into_iter().collect();
				assert!(Address::parse(&NETWORK, &changed).is_err(), "{changed}");
			}
		}
	}

	proptest! {
		#[test]
		fn typing_errors_are_seen(
			seed: [u8; 32],
			diversifier: u32,
			at in 0usize..1_000,
			letter in proptest::char::range('!', '~'),
			how in 0u8..4,
		) {
			let address = Seed::from_bytes(&seed).viewing_key().address_key(diversifier).address();
			let text = address.to_text(&NETWORK);
			prop_assert_eq!(Address::parse(&NETWORK, &text), Ok(address));
			let mut letters: Vec<char> = text.chars().collect();
			let at = at % letters.len();
			match how {
				0 => letters[at] = letter,
				1 => letters.insert(at, letter),
				2 => drop(letters.remove(at)),
				_ => letters.swap(at, (at + 1) % text.len()),
			}
			let changed: String = letters.into_iter().collect();
			if changed != text {
				prop_assert!(Address::parse(&NETWORK, &changed).is_err());
			}
		}
	}
}
