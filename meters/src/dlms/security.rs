//! Ciphering with security suite 0: AES-128-GCM with a tag of 96 bits.
//!
//! A tag is always checked, before anything is deciphered. What has none is refused unless the
//! configuration says `unauthenticated = true`.

use aes::Aes128;
use aes_gcm::{
	aead::{generic_array::GenericArray, AeadInPlace, KeyInit},
	AesGcm,
};
use ctr::cipher::{consts::U12, KeyIvInit, StreamCipher};
use zeroize::Zeroizing;

use crate::{counters::Counters, keys::MeterKey, telegram::Unusable};

/// Bytes of a tag.
const TAG: usize = 12;
/// Meters whose counters are remembered.
const MOST_METERS: usize = 256;

/// What names of counters begin with.
const PROTOCOL: &str = "dlms";

const SUITE: u8 = 0x0f;
const AUTHENTICATED: u8 = 0x10;
const ENCRYPTED: u8 = 0x20;
const BROADCAST_KEY: u8 = 0x40;
const COMPRESSED: u8 = 0x80;

/// Keys, and what was seen of meters' counters.
pub struct Security {
	encryption: MeterKey,
	authentication: Option<MeterKey>,
	unauthenticated: bool,
	/// The last counter of each meter.
	counters: Counters,
	/// Counters of meters whose telegrams carried a valid tag. A telegram without a tag may be anybody's, and
	/// must not keep a meter's own telegrams out for longer than this program runs.
	proven: Counters,
}

impl Security {
	/// With a meter's keys. Without an authentication key only telegrams without a tag can be read,
	/// and those if `unauthenticated` says that they may.
	pub fn new(
		encryption: MeterKey,
		authentication: Option<MeterKey>,
		unauthenticated: bool,
	) -> Self {
		let (counters, proven) = Default::default();
		Self { encryption, authentication, unauthenticated, counters, proven }
	}

	/// The message within a ciphered one, after its tag was checked and its counter was found new.
	/// `ciphered` are the security header and all after it.
	pub fn open(&mut self, title: [u8; 8], ciphered: &[u8]) -> Result<Vec<u8>, Unusable> {
		let [control, c0, c1, c2, c3, content @ ..] = ciphered else {
			return Err(Unusable::new("TelegramIncomplete", "the ciphered telegram is incomplete"));
		};
		let (control, counter) = (*control, u32::from_be_bytes([*c0, *c1, *c2, *c3]));
		if control & SUITE != 0 {
			return Err(Unusable::new(
				"SecuritySuiteUnknown",
				format!("the telegram's security suite is {}, suite 0 is read", control & SUITE),
			));
		}
		if control & (BROADCAST_KEY | COMPRESSED) != 0 {
			return Err(Unusable::new(
				"CipheringUnknown",
				"the telegram is compressed or ciphered with the broadcast key, which is not read",
			));
		}
		let mut nonce = [0; 12];
		nonce[..8].copy_from_slice(&title);
		nonce[8..].copy_from_slice(&counter.to_be_bytes());
		let message = if control & AUTHENTICATED != 0 {
			self.open_authenticated(control, &nonce, content)?
		} else if control & ENCRYPTED == 0 {
			return Err(Unusable::new(
				"NotCiphered",
				"the telegram is neither ciphered nor signed",
			));
		} else if !self.unauthenticated {
			return Err(Unusable::new(
				"NotAuthenticated",
				"the telegram is ciphered and has no tag, so that whoever can reach the line can \
				 change it: switch authentication on in the meter, or say unauthenticated = true",
			));
		} else {
			let mut first = [0; 16];
			first[..12].copy_from_slice(&nonce);
			// GCM keeps block 1 for the tag.
			first[15] = 2;
			let mut message = content.to_vec();
			ctr::Ctr32BE::<Aes128>::new(self.encryption.bytes().into(), &first.into())
				.apply_keystream(&mut message);
			message
		};
		self.count(title, counter, control & AUTHENTICATED != 0)?;
		Ok(message)
	}

	/// The highest counters that came with a tag.
	pub fn counters(&self) -> Counters {
		self.proven.clone()
	}

	/// Counts on from these, as far as they were proven with this key.
	pub fn resume(&mut self, counters: &Counters) {
		let behind = format!("/{}", self.encryption.mark());
		let own = |(name, _): &(&str, u32)| name.starts_with(PROTOCOL) && name.ends_with(&behind);
		for known in [&mut self.counters, &mut self.proven] {
			known.raise(counters.iter().filter(own).take(MOST_METERS));
		}
	}

	fn open_authenticated(
		&self,
		control: u8,
		nonce: &[u8; 12],
		content: &[u8],
	) -> Result<Vec<u8>, Unusable> {
		let Some(authentication) = &self.authentication else {
			return Err(Unusable::new(
				"AuthenticationKeyMissing",
				"the telegram has a tag, and the configuration no authentication_key_file to check it",
			));
		};
		let Some(length) = content.len().checked_sub(TAG) else {
			return Err(Unusable::new("TelegramIncomplete", "the ciphered telegram is incomplete"));
		};
		let (content, tag) = content.split_at(length);
		// As long as it becomes: what is moved is not wiped where it was.
		let mut known = Zeroizing::new(Vec::with_capacity(17 + content.len()));
		known.push(control);
		known.extend_from_slice(authentication.bytes());
		let mut message = Vec::new();
		if control & ENCRYPTED == 0 {
			known.extend_from_slice(content);
		} else {
			message.extend_from_slice(content);
		}
		AesGcm::<Aes128, U12, U12>::new(self.encryption.bytes().into())
			.decrypt_in_place_detached(
				GenericArray::from_slice(nonce),
				&known,
				&mut message,
				GenericArray::from_slice(tag),
			)
			.map_err(|_| {
				Unusable::new(
					"TagWrong",
					"the telegram's tag is wrong: it was changed, or a key is not this meter's",
				)
			})?;
		Ok(if control & ENCRYPTED == 0 { content.to_vec() } else { message })
	}

	fn count(&mut self, title: [u8; 8], counter: u32, is_proven: bool) -> Result<(), Unusable> {
		let name = Counters::name(PROTOCOL, &hex::encode(title), &self.encryption);
		if self.counters.get(&name).is_none() && self.counters.len() >= MOST_METERS {
			return Err(Unusable::new("TooManyMeters", "more than 256 meters speak on one source"));
		}
		self.counters.accept(name.clone(), counter)?;
		if is_proven {
			self.proven.raise([(name.as_str(), counter)]);
		}
		Ok(())
	}
}

/// A message, ciphered and authenticated: the security header and all after it. For simulated meters.
pub fn seal(
	encryption: &MeterKey,
	authentication: &MeterKey,
	title: [u8; 8],
	counter: u32,
	message: &[u8],
) -> Vec<u8> {
	let control = AUTHENTICATED | ENCRYPTED;
	let mut known = Zeroizing::new(Vec::with_capacity(17));
	known.push(control);
	known.extend_from_slice(authentication.bytes());
	let mut nonce = [0; 12];
	nonce[..8].copy_from_slice(&title);
	nonce[8..].copy_from_slice(&counter.to_be_bytes());
	let mut sealed = vec![control];
	sealed.extend(counter.to_be_bytes());
	let mut content = message.to_vec();
	let tag = AesGcm::<Aes128, U12, U12>::new(encryption.bytes().into())
		.encrypt_in_place_detached(GenericArray::from_slice(&nonce), &known, &mut content)
		.expect("a message is shorter than 64 GiB");
	sealed.extend(content);
	sealed.extend(tag);
	sealed
}
