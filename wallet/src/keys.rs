//! Keys, all from one seed.
//!
//! ```text
//! seed ─┬─ spending key ── nullifier key ── owner of a diversifier
//!       ├─ view seed ─┬─── X25519 key of a diversifier
//!       │             ├─── key of a sealed trade that it buys by
//!       │             └─── randomness of its notes of a sealed trade that it sells by
//!       ├─ outgoing key
//!       └─ one-time key of a note that it pays
//! ```
//!
//! The spending key alone spends. Nullifier key, view seed and outgoing key together see
//! everything: what comes in, what goes out, and what was spent.

pub mod address;
pub(crate) mod kdf;
pub mod network;
pub mod secret;
pub(crate) mod text;
pub mod viewing;

use codec::{Decode, Encode};
use meterproof_programs::{hash::DigestBytes, note};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
	address::Address,
	network::Network,
	secret::{RandomError, Secret},
	text::{Sort, TextError},
};

/// Which of a wallet's addresses: nobody can tell that two are of one wallet.
pub type Diversifier = u32;

/// The address that a wallet pays its own change to. It is never given away, so that what arrives
/// there is change.
pub const CHANGE: Diversifier = u32::MAX;

/// Addresses that a wallet can give away: each is looked for in every payment of the chain.
pub const MAX_ADDRESSES: u32 = 1_000;

const SEED: Sort = Sort { prefix: "mpseed", what: "a wallet's seed" };

/// What everything else comes from.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Seed(Secret);

impl Seed {
	/// A fresh one from the operating system's generator.
	pub fn random() -> Result<Self, RandomError> {
		Secret::random().map(Self)
	}

	/// The seed with these bytes.
	pub fn from_bytes(bytes: &[u8; 32]) -> Self {
		Self(Secret::new(bytes))
	}

	/// The seed as text to keep on paper.
	pub fn to_text(&self, network: &Network) -> Zeroizing<String> {
		SEED.write(network, self.0.expose())
	}

	/// The seed that a text holds.
	pub fn parse(network: &Network, text: &str) -> Result<Self, TextError> {
		let content = SEED.read(network, text)?;
		let bytes = content.as_slice().try_into();
		bytes.map(Self::from_bytes).map_err(|_| TextError::Malformed { what: SEED.what })
	}

	/// The key that spends.
	pub fn spending_key(&self) -> SpendingKey {
		SpendingKey(kdf::elements(self.0.expose(), "spending key", &[]))
	}

	/// The one-time key of the note with this commitment, if this wallet makes it. It comes from the
	/// seed and not with the ciphertext, so that who sees the payment does not sign as its payer.
	pub(crate) fn one_time_key(&self, commitment: &DigestBytes) -> Secret {
		kdf::key(self.0.expose(), "one-time key", &[commitment])
	}

	/// The keys that see.
	pub fn viewing_key(&self) -> ViewingKey {
		ViewingKey {
			nullifier_key: self.spending_key().nullifier_key(),
			view_seed: kdf::key(self.0.expose(), "view seed", &[]),
			outgoing: OutgoingKey(kdf::key(self.0.expose(), "outgoing key", &[])),
		}
	}
}

/// Four canonical field elements: whoever has them spends.
#[derive(Clone, Debug, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SpendingKey(Secret);

impl SpendingKey {
	/// The bytes, for the prover.
	pub fn expose(&self) -> &DigestBytes {
		self.0.expose()
	}

	fn nullifier_key(&self) -> Secret {
		let key = note::nullifier_key(self.expose()).map(Zeroizing::new);
		Secret::new(&key.unwrap_or_else(|| unreachable!("the spending key is canonical")))
	}
}

/// What a sender finds again with, to whom it paid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct OutgoingKey(Secret);

impl OutgoingKey {
	pub(crate) fn expose(&self) -> &[u8; 32] {
		self.0.expose()
	}
}

/// Sees what comes in, what goes out and what was spent, and spends nothing.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct ViewingKey {
	nullifier_key: Secret,
	view_seed: Secret,
	outgoing: OutgoingKey,
}

impl ViewingKey {
	/// The viewing key's three parts after each other.
	pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
		let parts = [&self.nullifier_key, &self.view_seed, &self.outgoing.0];
		let mut bytes = Zeroizing::new(Vec::with_capacity(96));
		for part in parts {
			bytes.extend_from_slice(part.expose());
		}
		bytes
	}

	/// The inverse, or `None` where the nullifier key is not canonical.
	pub(crate) fn from_bytes(bytes: &[u8; 96]) -> Option<Self> {
		let part = |at: usize| {
			let mut part = Zeroizing::new([0; 32]);
			part.copy_from_slice(&bytes[at..at + 32]);
			Secret::new(&part)
		};
		let key =
			Self { nullifier_key: part(0), view_seed: part(32), outgoing: OutgoingKey(part(64)) };
		key.is_canonical().then_some(key)
	}

	/// Whether its hashes exist: to be asked of keys that were read from somewhere.
	pub(crate) fn is_canonical(&self) -> bool {
		note::owner(self.nullifier_key.expose(), 0).is_some()
	}

	/// What the outgoing parts of ciphertexts are sealed with.
	pub fn outgoing(&self) -> &OutgoingKey {
		&self.outgoing
	}

	/// The keys of one address.
	pub fn address_key(&self, diversifier: Diversifier) -> AddressKey {
		let context: [&[u8]; 1] = [&diversifier.to_le_bytes()];
		let secret = kdf::key(self.view_seed.expose(), "address", &context);
		let secret = StaticSecret::from(*secret.expose());
		let owner = note::owner(self.nullifier_key.expose(), diversifier);
		AddressKey {
			diversifier,
			public: PublicKey::from(&secret),
			secret,
			owner: owner.unwrap_or_else(|| unreachable!("the nullifier key is canonical")),
		}
	}

	/// Four field elements for `label`: secrets of sealed trades, which need not be stored.
	pub(crate) fn elements(&self, label: &str, context: &[&[u8]]) -> Secret {
		kdf::elements(self.view_seed.expose(), label, context)
	}

	/// What spends the note with this commitment at this place, or `None` where the commitment is
	/// not canonical.
	pub fn nullifier(&self, commitment: &DigestBytes, position: u32) -> Option<DigestBytes> {
		note::nullifier(self.nullifier_key.expose(), commitment, position)
	}
}

/// The keys of one address; the secret one is erased when dropped.
#[derive(Clone)]
pub struct AddressKey {
	diversifier: Diversifier,
	secret: StaticSecret,
	public: PublicKey,
	owner: DigestBytes,
}

impl AddressKey {
	/// Which address.
	pub fn diversifier(&self) -> Diversifier {
		self.diversifier
	}

	/// Owner of notes that are paid to this address.
	pub fn owner(&self) -> &DigestBytes {
		&self.owner
	}

	/// What payers are given.
	pub fn address(&self) -> Address {
		Address { owner: self.owner, key: self.public.to_bytes() }
	}

	pub(crate) fn secret(&self) -> &StaticSecret {
		&self.secret
	}

	pub(crate) fn public(&self) -> &PublicKey {
		&self.public
	}
}

impl std::fmt::Debug for AddressKey {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "AddressKey({}, ..)", self.diversifier)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::network::Kind;

	const NETWORK: Network = Network { kind: Kind::Live, genesis: [9; 32] };

	fn erased_when_dropped<T: ZeroizeOnDrop>() {}

	#[test]
	fn keys_are_erased_when_dropped() {
		erased_when_dropped::<Secret>();
		erased_when_dropped::<Seed>();
		erased_when_dropped::<SpendingKey>();
		erased_when_dropped::<OutgoingKey>();
		erased_when_dropped::<ViewingKey>();
		assert!(std::mem::needs_drop::<StaticSecret>());
	}

	#[test]
	fn debug_output_shows_no_secret() {
		let seed = Seed::from_bytes(&[0xab; 32]);
		let view = seed.viewing_key();
		let shown = format!("{seed:?} {:?} {view:?}", seed.spending_key());
		assert!(!shown.contains("171") && !shown.contains("ab, ab"), "{shown}");
		assert!(!shown.chars().any(|c| c.is_ascii_digit()), "{shown}");
		assert_eq!(format!("{:?}", view.address_key(3)), "AddressKey(3, ..)");
	}

	#[test]
	fn everything_comes_from_the_seed() {
		let seed = Seed::random().unwrap();
		let again = Seed::parse(&NETWORK, &seed.to_text(&NETWORK)).unwrap();
		assert_eq!(seed, again);
		assert_eq!(seed.viewing_key(), again.viewing_key());
		assert_ne!(seed.viewing_key(), Seed::random().unwrap().viewing_key());
	}

	#[test]
	fn addresses_share_nothing() {
		let view = Seed::from_bytes(&[1; 32]).viewing_key();
		let all: Vec<_> = [0, 1, 2, CHANGE].map(|d| view.address_key(d).address()).into();
		for (i, one) in all.iter().enumerate() {
			for other in all.iter().skip(i + 1) {
				assert_ne!(one.owner, other.owner);
				assert_ne!(one.key, other.key);
			}
		}
		assert_eq!(view.address_key(1).address(), all[1]);
	}

	#[test]
	fn a_spending_key_proves_its_owner() {
		let seed = Seed::from_bytes(&[1; 32]);
		let nullifier_key = note::nullifier_key(seed.spending_key().expose()).unwrap();
		let owner = note::owner(&nullifier_key, 7).unwrap();
		assert_eq!(seed.viewing_key().address_key(7).owner(), &owner);
	}
}
