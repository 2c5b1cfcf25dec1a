//! Showing one payment to somebody who knows nothing else of the wallet.
//!
//! A disclosure opens one note: asset, amount, owner and randomness, which hash to the commitment
//! that stands on the chain. Whoever knows the opening can show it, payer or payee; nobody can
//! open a commitment to anything else. The payer, whose seed alone makes the one-time key that was
//! published with the note, signs it together with the purpose that it was made for, so that
//! whoever is shown it, and who has the viewing key, cannot use it for another purpose as if it had
//! paid. The signature is
//! XEdDSA, by the key X25519 uses. Neither tells of any other payment, nor lets anybody see the
//! note spent.

use curve25519_dalek::{
	edwards::EdwardsPoint,
	montgomery::MontgomeryPoint,
	scalar::{clamp_integer, Scalar},
};
use ed25519_dalek::{Signature, VerifyingKey};
use meterproof_programs::{hash::DigestBytes, note::Note};
use sha2::{Digest as _, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::{
	address::Address,
	ciphertext::{erase, published},
	error::named_errors,
	history::Line,
	kdf,
	memo::printable,
	network::Network,
	scan::{Content, Published},
	secret::Secret,
	text::{Sort, TextError},
	wallet::{Keys, Wallet},
};

const DISCLOSURE: Sort = Sort { prefix: "mpproof", what: "the disclosure" };

/// Longest purpose, in bytes.
pub const MAX_PURPOSE: usize = 200;

const DOMAIN: &[u8] = b"meterproof/disclosure/1";

named_errors! {
	/// Why a payment cannot be shown, or what was shown is not so.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum DisclosureError {
		/// The wallet has no such payment.
		UnknownPayment => "the wallet knows of no payment at this position: `wallet history` lists them";
		/// The purpose is longer than a disclosure has room for.
		PurposeTooLong => "the purpose is longer than 200 bytes";
		/// The opening is not the note's.
		NotThisNote => "what is disclosed is not the note that the chain has at this position";
		/// The note was not paid by whoever signed, or for this purpose.
		BadSignature => "the payer's signature is wrong: the disclosure was changed, or never was the payer's";
	}
}

/// One payment, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosure {
	/// Where the note is.
	pub position: u32,
	/// The note.
	pub note: Note,
	/// What the disclosure was made for.
	pub purpose: String,
	/// The payer's, where the payer made it.
	signature: Option<[u8; 64]>,
}

/// What a disclosure was found to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
	/// What was paid.
	pub asset: u32,
	/// How much.
	pub amount: u64,
	/// Owner of the note: compare it with the payee's address.
	pub owner: DigestBytes,
	/// The block.
	pub block: u32,
	/// Whether the payer made the disclosure, for the purpose that it names. Otherwise anybody who
	/// has ever seen the payment opened may have made it, and the purpose proves nothing.
	pub by_payer: bool,
}

impl Proved {
	/// Whether the payment went to this address.
	pub fn went_to(&self, address: &Address) -> bool {
		self.owner == address.owner
	}
}

impl std::fmt::Debug for Disclosure {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "Disclosure({}, ..)", self.position)
	}
}

impl Drop for Disclosure {
	fn drop(&mut self) {
		erase(&mut self.note);
	}
}

impl Wallet {
	/// Opens the payment that made the note at this position, for a purpose.
	pub fn disclose(&self, position: u32, purpose: &str) -> Result<Disclosure, DisclosureError> {
		let mut lines = self
			.events
			.iter()
			.flat_map(|event| event.lines.iter().map(move |line| (event.asset, line)));
		let known = lines.find(|(_, line)| line.position == position);
		let (asset, line) = known.ok_or(DisclosureError::UnknownPayment)?;
		let Line { amount, owner, randomness, .. } = *line;
		let note = Note { asset, amount, owner, randomness };
		// What was paid with a copy of the viewing key was not paid with a key of the seed's.
		let ephemeral = match (&self.keys, note.commitment()) {
			(Keys::Full(seed), Some(commitment)) => Some(seed.one_time_key(&commitment)),
			_ => None,
		};
		let ephemeral = ephemeral.filter(|secret| line.ephemeral == Some(published(secret)));
		Disclosure::make(&self.network, position, note, purpose, ephemeral.as_ref())
	}
}

impl Disclosure {
	fn make(
		network: &Network,
		position: u32,
		note: Note,
		purpose: &str,
		ephemeral: Option<&Secret>,
	) -> Result<Self, DisclosureError> {
		if purpose.len() > MAX_PURPOSE {
			return Err(DisclosureError::PurposeTooLong);
		}
		let mut made = Self { position, note, purpose: purpose.to_owned(), signature: None };
		if let Some(ephemeral) = ephemeral {
			made.signature = Some(sign(ephemeral, &made.message(network)));
		}
		Ok(made)
	}

	/// The disclosure as text: `mpproof1...` on the live network.
	pub fn to_text(&self, network: &Network) -> Zeroizing<String> {
		let mut content = self.opening();
		content.push(u8::from(self.signature.is_some()));
		content.extend_from_slice(self.signature.as_ref().map_or(&[], |signature| &signature[..]));
		content.extend_from_slice(self.purpose.as_bytes());
		DISCLOSURE.write(network, &content)
	}

	/// From the text. It proves nothing before it is [verified](Self::verify).
	pub fn parse(network: &Network, text: &str) -> Result<Self, TextError> {
		let content = DISCLOSURE.read(network, text)?;
		Self::from_content(&content).ok_or(TextError::Malformed { what: DISCLOSURE.what })
	}

	fn from_content(content: &[u8]) -> Option<Self> {
		let (position, rest) = content.split_first_chunk()?;
		let (asset, rest) = rest.split_first_chunk()?;
		let (amount, rest) = rest.split_first_chunk()?;
		let (owner, rest) = rest.split_first_chunk()?;
		let (randomness, rest) = rest.split_first_chunk()?;
		let (signed, rest) = rest.split_first()?;
		let (signature, purpose) = match signed {
			0 => (None, rest),
			1 => rest.split_first_chunk().map(|(signature, rest)| (Some(*signature), rest))?,
			_ => return None,
		};
		let purpose = std::str::from_utf8(purpose).ok()?.to_owned();
		let position = u32::from_le_bytes(*position);
		let (asset, amount) = (u32::from_le_bytes(*asset), u64::from_le_bytes(*amount));
		let note = Note { asset, amount, owner: *owner, randomness: *randomness };
		let short = purpose.len() <= MAX_PURPOSE;
		short.then_some(Self { position, note, purpose, signature })
	}

	/// What it proves, given the note that the chain has at its position.
	pub fn verify(
		&self,
		network: &Network,
		published: &Published,
	) -> Result<Proved, DisclosureError> {
		let Note { asset, amount, owner, .. } = self.note;
		if asset != published.asset || self.note.commitment() != Some(published.commitment) {
			return Err(DisclosureError::NotThisNote);
		}
		if let Some(signature) = &self.signature {
			let Content::Sealed { ciphertext, .. } = &published.content else {
				return Err(DisclosureError::BadSignature);
			};
			if !is_signed(&ciphertext.ephemeral, &self.message(network), signature) {
				return Err(DisclosureError::BadSignature);
			}
		}
		let by_payer = self.signature.is_some();
		Ok(Proved { asset, amount, owner, block: published.block, by_payer })
	}

	/// The purpose, safe to print.
	pub fn shown_purpose(&self) -> String {
		printable(&self.purpose)
	}

	fn opening(&self) -> Zeroizing<Vec<u8>> {
		let Self { position, note, .. } = self;
		let mut bytes = Zeroizing::new(Vec::with_capacity(400));
		bytes.extend_from_slice(&position.to_le_bytes());
		bytes.extend_from_slice(&note.asset.to_le_bytes());
		bytes.extend_from_slice(&note.amount.to_le_bytes());
		bytes.extend_from_slice(&note.owner);
		bytes.extend_from_slice(&note.randomness);
		bytes
	}

	/// What is signed: all of it, and the chain. The purpose stands last, so that no two messages
	/// read the same.
	fn message(&self, network: &Network) -> Zeroizing<Vec<u8>> {
		let mut message = Zeroizing::new(DOMAIN.to_vec());
		message.extend_from_slice(&network.genesis);
		message.extend_from_slice(&self.opening());
		message.extend_from_slice(self.purpose.as_bytes());
		message
	}
}

/// XEdDSA: of the two Edwards points above an X25519 key, the one whose x is even signs.
fn sign(secret: &Secret, message: &[u8]) -> [u8; 64] {
	let mut clamped = clamp_integer(*secret.expose());
	let mut scalar = Scalar::from_bytes_mod_order(clamped);
	clamped.zeroize();
	let mut point = EdwardsPoint::mul_base(&scalar);
	if point.compress().as_bytes()[31] >> 7 == 1 {
		scalar = -scalar;
		point = -point;
	}
	// From here on it is Ed25519 (RFC 8032, section 5.1.6) with a scalar of one's own. A feature of
	// ed25519-dalek has it ready; all of the node would be built with that feature.
	let prefix = kdf::key(secret.expose(), "disclosure/nonce", &[]);
	let public = point.compress();
	let mut nonce =
		Scalar::from_hash(Sha512::new().chain_update(prefix.expose()).chain_update(message));
	let commitment = EdwardsPoint::mul_base(&nonce).compress();
	let challenge = Scalar::from_hash(
		Sha512::new()
			.chain_update(commitment.as_bytes())
			.chain_update(public.as_bytes())
			.chain_update(message),
	);
	let response = nonce + challenge * scalar;
	nonce.zeroize();
	scalar.zeroize();
	Signature::from_components(commitment.to_bytes(), response.to_bytes()).to_bytes()
}

fn is_signed(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
	let point = MontgomeryPoint(*public).to_edwards(0);
	point.is_some_and(|point| {
		let public = VerifyingKey::from(point);
		public.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use x25519_dalek::{PublicKey, StaticSecret};

	fn public(secret: &[u8; 32]) -> [u8; 32] {
		PublicKey::from(&StaticSecret::from(*secret)).to_bytes()
	}

	proptest! {
		#[test]
		fn a_one_time_key_signs(secret: [u8; 32], other: [u8; 32], message: Vec<u8>, bit in 0usize..512) {
			let mut signature = sign(&Secret::new(&secret), &message);
			prop_assert!(is_signed(&public(&secret), &message, &signature));
			prop_assert!(!is_signed(&public(&other), &message, &signature));
			prop_assert!(!is_signed(&public(&secret), &[&message[..], &[0]].concat(), &signature));
			signature[bit / 8] ^= 1 << (bit % 8);
			prop_assert!(!is_signed(&public(&secret), &message, &signature));
		}

		#[test]
		fn no_bytes_panic(key: [u8; 32], content in proptest::collection::vec(any::<u8>(), 0..300)) {
			let _ = Disclosure::from_content(&content);
			let _ = is_signed(&key, &content, &[1; 64]);
		}
	}

	#[test]
	fn points_of_low_order_sign_nothing() {
		let mut one = [0; 32];
		one[0] = 1;
		for weak in [[0; 32], one, [0xff; 32]] {
			assert!(!is_signed(&weak, b"", &[0; 64]));
			let mut signature = [0; 64];
			signature[0] = 1;
			assert!(!is_signed(&weak, b"", &signature));
		}
	}
}
