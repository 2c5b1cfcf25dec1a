//! Keys of sealed trades: what a buyer shares with the seller, and what gives the randomness of
//! both sides' notes. All of it comes from a viewing key, the chain and the trade, so that nothing
//! needs to be stored. What the buyer shares depends on the seller's address as well: a node that
//! shows a trade with its own address learns no key that the true trade has.

pub mod split;

use chacha20poly1305::{
	aead::{Aead, KeyInit, Payload},
	ChaCha20Poly1305, Nonce,
};
use meterproof_programs::{hash::DigestBytes, seal};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
	address::{Address, AddressTag},
	ciphertext::{agreed, published, received},
	error::named_errors,
	keys::{AddressKey, ViewingKey},
	memo::NamedSettlement,
	network::Network,
	secret::{RandomError, Secret},
	wallet::Wallet,
};

pub use meterproof_statements::sealed::{SharedKey, SEALED_KEY_LENGTH};

/// What the one-time key and the seller's are agreed for.
const LABEL: &str = "trade key";

named_errors! {
	/// Why a sealed trade's key is of no use.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum TradeKeyError {
		/// The operating system gave no randomness.
		NoRandomness => "the operating system gave no randomness";
		/// The seller's key shares no secret.
		WeakKey
			=> "the seller's address has a key that is none: everybody could read what it encrypts";
		/// The trade pays another wallet.
		NotTheSeller => "the trade does not pay into this wallet: name the wallet of its seller";
		/// What the buyer encrypted is not the key that it committed to.
		KeyUnreadable
			=> "the buyer has not encrypted the trade's key to its seller: settle it openly, with `prove --openly`";
	}
}

impl From<RandomError> for TradeKeyError {
	fn from(_: RandomError) -> Self {
		Self::NoRandomness
	}
}

/// What both sides of a sealed trade know: four canonical field elements. Erased when dropped.
#[derive(Clone, Debug, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct TradeKey(Secret);

impl TradeKey {
	/// The key's bytes, for the prover.
	pub fn expose(&self) -> &DigestBytes {
		self.0.expose()
	}

	/// The commitment that binds the key.
	pub fn commitment(&self) -> DigestBytes {
		seal::key_commitment(self.0.expose()).unwrap_or_else(|| unreachable!("it is canonical"))
	}

	/// The randomness of the buyer's note in a period, or `None` where no period has this number.
	pub fn randomness(&self, period: u64) -> Option<DigestBytes> {
		seal::randomness(self.0.expose(), period)
	}

	/// Encrypts the key to the seller of the trade.
	pub fn share(
		&self,
		network: &Network,
		trade: u64,
		seller: &[u8; 32],
	) -> Result<SharedKey, TradeKeyError> {
		let commitment = self.commitment();
		let secret = Secret::random()?;
		let ephemeral = published(&secret);
		let key = agreed(LABEL, &secret, &ephemeral, seller, &commitment);
		let key = key.ok_or(TradeKeyError::WeakKey)?;
		let associated = associated(network, trade, &commitment);
		let payload = Payload { msg: self.0.expose(), aad: &associated };
		let cipher = ChaCha20Poly1305::new(key.expose().into());
		let sealed = cipher.encrypt(&Nonce::default(), payload);
		let sealed = sealed.unwrap_or_else(|_| unreachable!("32 bytes are not too long"));
		let mut ciphertext = [0; SEALED_KEY_LENGTH];
		for (to, from) in ciphertext.iter_mut().zip(ephemeral.iter().chain(&sealed)) {
			*to = *from;
		}
		Ok(SharedKey { commitment, ciphertext })
	}
}

/// The key, if it was encrypted to this address for this trade, and is the one that is bound.
fn open(shared: &SharedKey, network: &Network, trade: u64, key: &AddressKey) -> Option<TradeKey> {
	let (ephemeral, sealed) = shared.ciphertext.split_first_chunk::<32>()?;
	let key = received(LABEL, key, ephemeral, &shared.commitment)?;
	let associated = associated(network, trade, &shared.commitment);
	let payload = Payload { msg: sealed, aad: &associated };
	let cipher = ChaCha20Poly1305::new(key.expose().into());
	let plain = cipher.decrypt(&Nonce::default(), payload).ok().map(Zeroizing::new)?;
	let opened = TradeKey(Secret::new(plain.as_slice().try_into().ok()?));
	let bound = seal::key_commitment(opened.expose());
	(bound == Some(shared.commitment)).then_some(opened)
}

/// What a key is encrypted for, and nothing else.
fn associated(network: &Network, trade: u64, commitment: &DigestBytes) -> [u8; 72] {
	let mut data = [0; 72];
	let parts: [&[u8]; 3] = [&network.genesis, &trade.to_le_bytes(), commitment];
	for (to, from) in data.iter_mut().zip(parts.into_iter().flatten()) {
		*to = *from;
	}
	data
}

impl ViewingKey {
	/// The key of a trade that the wallet buys by, and that pays its seller at the address with this
	/// tag.
	pub fn trade_key(&self, network: &Network, trade: u64, payout: &AddressTag) -> TradeKey {
		let context: [&[u8]; 3] = [&network.genesis, &trade.to_le_bytes(), payout.bytes()];
		TradeKey(self.elements("trade key", &context))
	}

	/// The randomness of the wallet's note of a trade that it sells by.
	pub fn payout_randomness(&self, network: &Network, trade: u64, period: u64) -> Secret {
		let context: [&[u8]; 3] = [&network.genesis, &trade.to_le_bytes(), &period.to_le_bytes()];
		self.elements("payout randomness", &context)
	}

	/// Whether a note with this randomness is one that the wallet gets by this trade in this period:
	/// nobody but the two sides of the trade can make one.
	pub(crate) fn settles(
		&self,
		network: &Network,
		NamedSettlement { trade, period, payout }: NamedSettlement,
		randomness: &DigestBytes,
	) -> bool {
		let key = self.trade_key(network, trade, &payout);
		key.randomness(period).as_ref() == Some(randomness)
			|| self.payout_randomness(network, trade, period).expose() == randomness
	}
}

impl Wallet {
	/// The key of a trade that the wallet buys by, and that pays its seller at this address.
	pub fn trade_key(&self, trade: u64, payout: &Address) -> TradeKey {
		self.keys.viewing_key().trade_key(&self.network, trade, &payout.tag())
	}

	/// The address that has this owner, if it is one that the wallet has given away.
	pub fn own_address(&self, owner: &DigestBytes) -> Option<AddressKey> {
		let view = self.keys.viewing_key();
		(0..self.addresses).map(|number| view.address_key(number)).find(|key| key.owner() == owner)
	}

	/// The key of a trade that the wallet sells by, and that pays this address.
	pub fn read_trade_key(
		&self,
		trade: u64,
		payout: &Address,
		shared: &SharedKey,
	) -> Result<TradeKey, TradeKeyError> {
		let own = self.own_address(&payout.owner);
		let own = own.filter(|own| own.address() == *payout).ok_or(TradeKeyError::NotTheSeller)?;
		open(shared, &self.network, trade, &own).ok_or(TradeKeyError::KeyUnreadable)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{keys::Seed, network::Kind};
	use meterproof_programs::hash::decode;
	use proptest::prelude::*;

	const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };

	fn view(seed: u8) -> ViewingKey {
		Seed::from_bytes(&[seed; 32]).viewing_key()
	}

	/// The address of some seller.
	fn payout(seed: u8) -> Address {
		view(seed).address_key(0).address()
	}

	fn named(trade: u64, period: u64) -> NamedSettlement {
		NamedSettlement { trade, period, payout: payout(2).tag() }
	}

	fn wallet(seed: u8) -> Wallet {
		Wallet::new(NETWORK, Seed::from_bytes(&[seed; 32]), 0)
	}

	#[test]
	fn the_seller_and_nobody_else_reads_the_key() {
		let (payout, seller) = (payout(2), wallet(2));
		let key = wallet(1).trade_key(17, &payout);
		let shared = key.share(&NETWORK, 17, &payout.key).unwrap();
		assert_eq!(shared.commitment, key.commitment());
		assert_eq!(seller.read_trade_key(17, &payout, &shared), Ok(key));
		let (other, error) = (wallet(3), TradeKeyError::NotTheSeller);
		assert_eq!(other.read_trade_key(17, &payout, &shared), Err(error));
		let others = other.address_key(0).address();
		let error = TradeKeyError::KeyUnreadable;
		assert_eq!(other.read_trade_key(17, &others, &shared), Err(error));
	}

	#[test]
	fn a_key_is_of_one_chain_one_trade_and_one_address() {
		let seller = view(2).address_key(0);
		let to = payout(2).tag();
		let key = view(1).trade_key(&NETWORK, 17, &to);
		let shared = key.share(&NETWORK, 17, &seller.address().key).unwrap();
		assert_eq!(open(&shared, &NETWORK, 17, &seller), Some(key));
		let other = Network { genesis: [8; 32], ..NETWORK };
		assert_eq!(open(&shared, &other, 17, &seller), None);
		assert_eq!(open(&shared, &NETWORK, 18, &seller), None);
		assert_eq!(open(&shared, &NETWORK, 17, &view(2).address_key(1)), None);
		let own = view(1).trade_key(&other, 17, &to);
		assert_ne!(own, view(1).trade_key(&NETWORK, 17, &to));
		assert_ne!(own.commitment(), shared.commitment);
	}

	#[test]
	fn who_is_shown_as_the_seller_learns_no_key_of_the_true_one() {
		let true_key = wallet(1).trade_key(17, &payout(2));
		// A node, or a fork, says that the trade pays somebody else; the call never enters the chain.
		let liar = payout(3);
		let shared = wallet(1).trade_key(17, &liar).share(&NETWORK, 17, &liar.key).unwrap();
		let learned = wallet(3).read_trade_key(17, &liar, &shared).unwrap();
		assert_ne!(learned, true_key);
		// One half of the address is not enough: the other names somebody else.
		for half in
			[Address { owner: liar.owner, ..payout(2) }, Address { key: liar.key, ..payout(2) }]
		{
			assert_ne!(wallet(1).trade_key(17, &half), true_key);
		}
	}

	#[test]
	fn what_is_bound_is_what_is_read() {
		let seller = view(2).address_key(0);
		let to = seller.address().key;
		let [one, other] = [1, 3].map(|seed| view(seed).trade_key(&NETWORK, 17, &payout(2).tag()));
		let ciphertext = one.share(&NETWORK, 17, &to).unwrap().ciphertext;
		let shared = SharedKey { commitment: other.commitment(), ciphertext };
		assert_eq!(open(&shared, &NETWORK, 17, &seller), None);
		// Encrypted as it should be, and another key than the one that is bound.
		let wrong = SharedKey { commitment: [1; 32], ciphertext: [0; 80] };
		assert_eq!(open(&wrong, &NETWORK, 17, &seller), None);
	}

	#[test]
	fn nothing_is_encrypted_to_a_key_that_is_none() {
		let key = view(1).trade_key(&NETWORK, 17, &payout(2).tag());
		assert_eq!(key.share(&NETWORK, 17, &[0; 32]), Err(TradeKeyError::WeakKey));
	}

	#[test]
	fn randomness_is_the_keys_and_the_periods() {
		let key = view(1).trade_key(&NETWORK, 17, &payout(2).tag());
		let randomness = key.randomness(5).unwrap();
		assert_eq!(seal::randomness(key.expose(), 5), Some(randomness));
		assert_ne!(key.randomness(6), Some(randomness));
		assert_eq!(key.randomness(u64::MAX), None);
		assert!(view(1).settles(&NETWORK, named(17, 5), &randomness));
		let elsewhere = NamedSettlement { payout: payout(3).tag(), ..named(17, 5) };
		for other in [named(17, 6), named(18, 5), named(17, u64::MAX), elsewhere] {
			assert!(!view(1).settles(&NETWORK, other, &randomness));
		}
		assert!(!view(2).settles(&NETWORK, named(17, 5), &randomness));
		let payout = view(2).payout_randomness(&NETWORK, 17, 5);
		assert!(view(2).settles(&NETWORK, named(17, 5), payout.expose()));
		assert!(!view(1).settles(&NETWORK, named(17, 5), payout.expose()));
	}

	#[test]
	fn debug_output_shows_no_key() {
		let shown = format!("{:?}", view(1).trade_key(&NETWORK, 17, &payout(2).tag()));
		assert_eq!(shown, "TradeKey(Secret(..))");
	}

	proptest! {
		#[test]
		fn keys_are_canonical_and_come_back(seed: [u8; 32], genesis: [u8; 32], trade: u64, period in 0u64..1 << 53) {
			let network = Network { genesis, ..NETWORK };
			let view = Seed::from_bytes(&seed).viewing_key();
			let key = view.trade_key(&network, trade, &payout(2).tag());
			prop_assert!(decode(key.expose()).is_some());
			prop_assert!(key.randomness(period).is_some());
			let payout = view.payout_randomness(&network, trade, period);
			prop_assert!(decode(payout.expose()).is_some());
			let seller = view.address_key(7);
			let shared = key.share(&network, trade, &seller.address().key).unwrap();
			prop_assert_eq!(open(&shared, &network, trade, &seller), Some(key));
		}

		#[test]
		fn every_changed_bit_is_seen(bit in 0usize..SEALED_KEY_LENGTH * 8) {
			let seller = view(2).address_key(0);
			let key = view(1).trade_key(&NETWORK, 17, &payout(2).tag());
			let mut shared = key.share(&NETWORK, 17, &seller.address().key).unwrap();
			shared.ciphertext[bit / 8] ^= 1 << (bit % 8);
			// X25519 ignores the highest bit; the key agreed on does not.
			prop_assert_eq!(open(&shared, &NETWORK, 17, &seller), None);
		}

		#[test]
		fn no_bytes_panic(commitment: [u8; 32], bytes in proptest::collection::vec(any::<u8>(), SEALED_KEY_LENGTH)) {
			let ciphertext = bytes.try_into().unwrap();
			let shared = SharedKey { commitment, ciphertext };
			prop_assert_eq!(open(&shared, &NETWORK, 17, &view(2).address_key(0)), None);
		}
	}
}
