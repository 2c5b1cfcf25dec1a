//! What is published beside a note, so that its owner, its payer and, where an asset has one, its
//! auditor can read it. Everybody else sees bytes of a fixed length that look random.
//!
//! ```text
//! ephemeral  X25519 key                                                  32
//! note       amount 8 | randomness 32 | memo 128              and tag   184
//! outgoing   key of the part above 32 | recipient's key 32 | owner 32   112
//! auditor    X25519 key 32 | the same 96 bytes                and tag   144   (some assets)
//! ```
//!
//! Each part is ChaCha20-Poly1305 under a key of its own, used once, so that the nonce is zero.
//! Keys are bound to everything public about the note (ephemeral key, recipient's key, commitment):
//! a part moved to another note does not open. What opens counts only if the note it tells of has
//! the commitment that stands on the chain.
//!
//! No part holds the ephemeral secret: whoever has it signs disclosures as the payer, which neither
//! a viewing key nor an asset's auditor should.

use blake2::{digest::consts::U32, Blake2b, Digest};
use chacha20poly1305::{
	aead::{Aead, KeyInit},
	ChaCha20Poly1305, Nonce,
};
use codec::Encode;
use meterproof_programs::{hash::DigestBytes, note::Note, transfer::NOTES};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize, Zeroizing};

use crate::{
	address::{is_contributory, Address},
	error::named_errors,
	kdf,
	keys::{AddressKey, OutgoingKey},
	memo::{Memo, MEMO_LENGTH},
	secret::{random, RandomError, Secret},
};

pub use meterproof_statements::payment::NoteCiphertext;

/// Length of the part for the owner.
pub const NOTE_PART: usize = 8 + 32 + MEMO_LENGTH + TAG;
/// Length of the part for the payer.
pub const OUTGOING_PART: usize = OUTGOING + TAG;
/// Length of the part for an auditor.
pub const AUDITOR_PART: usize = 32 + OUTGOING + TAG;

const TAG: usize = 16;
const OUTGOING: usize = 96;

named_errors! {
	/// Why a note could not be encrypted.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum SealNoteError {
		/// The operating system gave no randomness.
		NoRandomness => "the operating system gave no randomness";
		/// Recipient or auditor has a key that shares no secret.
		WeakKey => "the key to encrypt to is not one: everybody could read what it encrypts";
		/// The owner is not canonical.
		BadOwner => "the address's owner is not one that notes can have";
	}
}

impl From<RandomError> for SealNoteError {
	fn from(_: RandomError) -> Self {
		Self::NoRandomness
	}
}

/// The hash of both ciphertexts that the statement binds.
pub fn digest(ciphertexts: &[NoteCiphertext; NOTES]) -> [u8; 32] {
	Blake2b::<U32>::digest(ciphertexts.encode()).into()
}

/// A note that was paid to one's own address.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
	/// The note.
	pub note: Note,
	/// What its payer wrote.
	pub memo: Memo,
}

/// A note that was paid to somebody.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
	/// The note.
	pub note: Note,
	/// What its payer wrote.
	pub memo: Memo,
	/// To whom. The owner is the note's; that the key is the one it was encrypted to is the payer's
	/// word.
	pub to: Address,
}

impl Drop for Received {
	fn drop(&mut self) {
		erase(&mut self.note);
	}
}

impl Drop for Sent {
	fn drop(&mut self) {
		erase(&mut self.note);
	}
}

/// Overwrites what a note hides.
pub(crate) fn erase(note: &mut Note) {
	note.amount.zeroize();
	note.randomness.zeroize();
}

/// A note being encrypted.
#[derive(Clone, Copy)]
pub struct Sealing<'a> {
	/// The note; its owner must be the recipient's.
	pub note: &'a Note,
	/// The recipient.
	pub to: &'a Address,
	/// What the recipient reads beside it.
	pub memo: &'a Memo,
	/// The payer's.
	pub outgoing: &'a OutgoingKey,
	/// The asset's auditor, if it has one.
	pub auditor: Option<&'a [u8; 32]>,
	/// The one-time key: of this note alone. To have it is to be the payer.
	pub ephemeral: &'a Secret,
}

/// What is published of a one-time key.
pub(crate) fn published(ephemeral: &Secret) -> [u8; 32] {
	PublicKey::from(&StaticSecret::from(*ephemeral.expose())).to_bytes()
}

impl Sealing<'_> {
	/// Encrypts.
	pub fn seal(&self) -> Result<NoteCiphertext, SealNoteError> {
		let Self { note, to, .. } = self;
		let commitment = note.commitment().ok_or(SealNoteError::BadOwner)?;
		if note.owner != to.owner {
			return Err(SealNoteError::BadOwner);
		}
		let ephemeral = published(self.ephemeral);
		let key = note_key(self.ephemeral, &ephemeral, &to.key, &commitment);
		let note_key = key.ok_or(SealNoteError::WeakKey)?;

		let mut plain = Zeroizing::new(Vec::with_capacity(NOTE_PART));
		plain.extend_from_slice(&note.amount.to_le_bytes());
		plain.extend_from_slice(&note.randomness);
		plain.extend_from_slice(self.memo.bytes());
		let note_part = encrypt(&note_key, &plain);

		let mut plain = Zeroizing::new(Vec::with_capacity(OUTGOING));
		plain.extend_from_slice(note_key.expose());
		plain.extend_from_slice(&to.key);
		plain.extend_from_slice(&note.owner);
		let key = outgoing_key(self.outgoing, &ephemeral, &commitment);
		let outgoing = encrypt(&key, &plain);

		let auditor = self.auditor.map(|auditor| {
			let secret = Secret::random()?;
			let ephemeral = published(&secret);
			let key = auditor_key(&secret, &ephemeral, auditor, &commitment);
			let sealed: [u8; OUTGOING_PART] = encrypt(&key.ok_or(SealNoteError::WeakKey)?, &plain);
			let mut part = [0; AUDITOR_PART];
			part[..32].copy_from_slice(&ephemeral);
			part[32..].copy_from_slice(&sealed);
			Ok::<_, SealNoteError>(part)
		});
		let auditor = auditor.transpose()?;
		Ok(NoteCiphertext { ephemeral, note: note_part, outgoing, auditor })
	}
}

/// Bytes that nobody can read, in the place of what must not be encrypted to a key that is none.
pub(crate) fn unreadable(audited: bool) -> Result<NoteCiphertext, RandomError> {
	let mut made = NoteCiphertext {
		ephemeral: published(&Secret::random()?),
		note: [0; NOTE_PART],
		outgoing: [0; OUTGOING_PART],
		auditor: audited.then_some([0; AUDITOR_PART]),
	};
	random(&mut made.note)?;
	random(&mut made.outgoing)?;
	made.auditor.as_mut().map_or(Ok(()), |part| random(part))?;
	Ok(made)
}

/// Reading what is published beside a note.
pub trait Readable {
	/// The note, if it was paid to this address.
	fn open(&self, key: &AddressKey, asset: u32, commitment: &DigestBytes) -> Option<Received>;

	/// The note, if whoever has this outgoing key paid it.
	fn recover(&self, outgoing: &OutgoingKey, asset: u32, commitment: &DigestBytes)
		-> Option<Sent>;

	/// The note, if it was encrypted to this auditor.
	fn audit(&self, auditor: &StaticSecret, asset: u32, commitment: &DigestBytes) -> Option<Sent>;
}

impl Readable for NoteCiphertext {
	fn open(&self, key: &AddressKey, asset: u32, commitment: &DigestBytes) -> Option<Received> {
		let key_bytes = received("note", key, &self.ephemeral, commitment)?;
		read(&self.note, &key_bytes, asset, *key.owner(), commitment)
	}

	fn recover(
		&self,
		outgoing: &OutgoingKey,
		asset: u32,
		commitment: &DigestBytes,
	) -> Option<Sent> {
		let key = outgoing_key(outgoing, &self.ephemeral, commitment);
		follow(&self.note, &key, &self.outgoing, asset, commitment)
	}

	fn audit(&self, auditor: &StaticSecret, asset: u32, commitment: &DigestBytes) -> Option<Sent> {
		let (ephemeral, sealed) = self.auditor.as_ref()?.split_first_chunk::<32>()?;
		let shared = auditor.diffie_hellman(&PublicKey::from(*ephemeral));
		let shared = shared.was_contributory().then_some(shared)?;
		let public = PublicKey::from(auditor).to_bytes();
		let key = bound("auditor", shared.as_bytes(), ephemeral, &public, commitment);
		follow(&self.note, &key, sealed, asset, commitment)
	}
}

/// From the payer's knowledge to the note.
fn follow(
	note_part: &[u8],
	key: &Secret,
	sealed: &[u8],
	asset: u32,
	commitment: &DigestBytes,
) -> Option<Sent> {
	let plain = decrypt(key, sealed)?;
	let (key, rest) = plain.split_first_chunk::<32>()?;
	let (to, rest) = rest.split_first_chunk::<32>()?;
	let owner: DigestBytes = rest.try_into().ok()?;
	let received = read(note_part, &Secret::new(key), asset, owner, commitment)?;
	let (note, memo) = (received.note, received.memo.clone());
	Some(Sent { note, memo, to: Address { owner, key: *to } })
}

fn read(
	note_part: &[u8],
	key: &Secret,
	asset: u32,
	owner: DigestBytes,
	commitment: &DigestBytes,
) -> Option<Received> {
	let plain = decrypt(key, note_part)?;
	let (amount, rest) = plain.split_first_chunk::<8>()?;
	let (randomness, memo) = rest.split_first_chunk::<32>()?;
	let memo = Memo::from_bytes(memo.try_into().ok()?);
	let amount = u64::from_le_bytes(*amount);
	let note = Note { asset, amount, owner, randomness: *randomness };
	let received = Received { note, memo };
	// A payer may encrypt what it likes; the chain knows the commitment alone.
	(received.note.commitment().as_ref() == Some(commitment)).then_some(received)
}

fn note_key(
	secret: &Secret,
	ephemeral: &[u8; 32],
	to: &[u8; 32],
	commitment: &DigestBytes,
) -> Option<Secret> {
	agreed("note", secret, ephemeral, to, commitment)
}

fn auditor_key(
	secret: &Secret,
	ephemeral: &[u8; 32],
	to: &[u8; 32],
	commitment: &DigestBytes,
) -> Option<Secret> {
	agreed("auditor", secret, ephemeral, to, commitment)
}

/// The key that whoever has the secret of `ephemeral` shares with `to`, or `None` where everybody
/// would.
pub(crate) fn agreed(
	label: &str,
	secret: &Secret,
	ephemeral: &[u8; 32],
	to: &[u8; 32],
	commitment: &DigestBytes,
) -> Option<Secret> {
	if !is_contributory(to) {
		return None;
	}
	let secret = StaticSecret::from(*secret.expose());
	let shared = secret.diffie_hellman(&PublicKey::from(*to));
	Some(bound(label, shared.as_bytes(), ephemeral, to, commitment))
}

/// The secret that [`agreed`] gives, as the one it was made for finds it.
pub(crate) fn received(
	label: &str,
	key: &AddressKey,
	ephemeral: &[u8; 32],
	commitment: &DigestBytes,
) -> Option<Secret> {
	let shared = key.secret().diffie_hellman(&PublicKey::from(*ephemeral));
	let shared = shared.was_contributory().then_some(shared)?;
	let public = key.public().to_bytes();
	Some(bound(label, shared.as_bytes(), ephemeral, &public, commitment))
}

fn outgoing_key(outgoing: &OutgoingKey, ephemeral: &[u8; 32], commitment: &DigestBytes) -> Secret {
	kdf::key(outgoing.expose(), "ciphertext/outgoing", &[ephemeral, commitment])
}

fn bound(
	label: &str,
	shared: &[u8; 32],
	ephemeral: &[u8; 32],
	to: &[u8; 32],
	commitment: &DigestBytes,
) -> Secret {
	let label = format!("ciphertext/{label}");
	kdf::key(shared, &label, &[ephemeral, to, commitment])
}

/// `LENGTH` must be the plaintext's and the tag's.
fn encrypt<const LENGTH: usize>(key: &Secret, plain: &[u8]) -> [u8; LENGTH] {
	let cipher = ChaCha20Poly1305::new(key.expose().into());
	let sealed = cipher.encrypt(&Nonce::default(), plain).ok();
	sealed
		.and_then(|sealed| sealed.try_into().ok())
		.unwrap_or_else(|| unreachable!("all parts have fixed lengths"))
}

fn decrypt(key: &Secret, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
	let cipher = ChaCha20Poly1305::new(key.expose().into());
	cipher.decrypt(&Nonce::default(), sealed).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests;
