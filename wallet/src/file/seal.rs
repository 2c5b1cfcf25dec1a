//! Encryption of files: a header in clear, and sealed records after it.
//!
//! ```text
//! header  magic 8 | memory KiB 4 | passes 4 | lanes 4 | salt 16 | generation 8
//! record  length 4 | length inverted 4 | nonce 24 | ciphertext and tag
//! ```
//!
//! Integers are little-endian; a record's length counts nonce, ciphertext and tag. The key is
//! Argon2id of password and salt. A record's associated data are the header and the record's
//! index, so that records can be neither reordered nor carried over from another file.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
	aead::{Aead, KeyInit, Payload},
	XChaCha20Poly1305, XNonce,
};
use zeroize::Zeroizing;

use crate::{
	error::named_errors,
	secret::{random, RandomError},
};

/// Length of the header.
pub const HEADER_LENGTH: usize = 44;

const MAGIC_LENGTH: usize = 8;
const SALT_LENGTH: usize = 16;
const NONCE_LENGTH: usize = 24;
const TAG_LENGTH: usize = 16;

/// Longest record, nonce and tag included: a store keeps all telegrams behind one reading in one, up to
/// 16 of 64 KiB.
const MAX_RECORD: usize = 1 << 21;

named_errors! {
	/// Why an encrypted file could not be used.
	#[derive(PartialEq, Eq)]
	pub enum SealError {
		/// Some other file.
		ForeignFile => "the file was not made by this program for this purpose";
		/// Shorter than its header and first record: such a file is never left behind.
		TruncatedHeader => "the file is cut off before its first record";
		/// A header asks for too much memory or time, or for too little.
		HeaderOutOfRange => "the header's Argon2 parameters are out of range";
		/// The first record does not open.
		WrongPassword => "the password does not open the file";
		/// A record was changed after it was written.
		Damaged { record: u64 } => "record {record} is damaged";
		/// The operating system gave no randomness.
		NoRandomness => "the operating system gave no randomness";
		/// A record is longer than any can be.
		RecordTooLong => "a record is too long";
	}
}

impl From<RandomError> for SealError {
	fn from(_: RandomError) -> Self {
		Self::NoRandomness
	}
}

/// What a guess of the password costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
	/// Memory in KiB.
	pub memory_kib: u32,
	/// Passes over the memory.
	pub passes: u32,
	/// Lanes.
	pub lanes: u32,
}

impl Cost {
	/// The second recommended choice of RFC 9106: 64 MiB, three passes, four lanes.
	pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

	/// Tests only: nothing worth keeping is behind it.
	#[doc(hidden)]
	pub const CHEAP: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

	/// A header from elsewhere must not exhaust memory.
	fn is_sane(&self) -> bool {
		self.memory_kib <= 1024 * 1024 && self.passes <= 64 && self.lanes <= 64
	}
}

/// What a kind of file begins with.
pub type Magic = [u8; MAGIC_LENGTH];

/// The key of a file, and the header it belongs to.
#[derive(Clone)]
pub struct Seal {
	cipher: XChaCha20Poly1305,
	header: [u8; HEADER_LENGTH],
}

impl Seal {
	/// A new file's.
	pub fn create(magic: Magic, cost: Cost, password: &str) -> Result<Self, SealError> {
		let mut salt = [0; SALT_LENGTH];
		random(&mut salt)?;
		let mut header = [0; HEADER_LENGTH];
		let fields: [&[u8]; 5] = [
			&magic,
			&cost.memory_kib.to_le_bytes(),
			&cost.passes.to_le_bytes(),
			&cost.lanes.to_le_bytes(),
			&salt,
		];
		for (to, from) in header.iter_mut().zip(fields.into_iter().flatten()) {
			*to = *from;
		}
		Self::derive(header, cost, &salt, password)
	}

	/// An existing file's, from its first bytes. Whether the password is right shows with the
	/// first record.
	pub fn open(magic: Magic, file: &[u8], password: &str) -> Result<Self, SealError> {
		if file.is_empty() {
			return Err(SealError::TruncatedHeader);
		}
		if !file.starts_with(&magic) && !magic.starts_with(file) {
			return Err(SealError::ForeignFile);
		}
		let header: [u8; HEADER_LENGTH] = file
			.get(..HEADER_LENGTH)
			.and_then(|header| header.try_into().ok())
			.ok_or(SealError::TruncatedHeader)?;
		let number = |at: usize| {
			let mut word = [0; 4];
			word.copy_from_slice(&header[at..at + 4]);
			u32::from_le_bytes(word)
		};
		let cost = Cost { memory_kib: number(8), passes: number(12), lanes: number(16) };
		Self::derive(header, cost, &header[20..36], password)
	}

	fn derive(
		header: [u8; HEADER_LENGTH],
		cost: Cost,
		salt: &[u8],
		password: &str,
	) -> Result<Self, SealError> {
		if !cost.is_sane() {
			return Err(SealError::HeaderOutOfRange);
		}
		let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
			.map_err(|_| SealError::HeaderOutOfRange)?;
		let mut key = Zeroizing::new([0; 32]);
		Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
			.hash_password_into(password.as_bytes(), salt, key.as_mut())
			.map_err(|_| SealError::HeaderOutOfRange)?;
		Ok(Self { cipher: XChaCha20Poly1305::new((&*key).into()), header })
	}

	/// The same key with a new header, which no earlier record fits: for the file's next writing.
	pub fn next_generation(&self) -> Self {
		let mut header = self.header;
		for byte in &mut header[36..] {
			let (sum, carry) = byte.overflowing_add(1);
			*byte = sum;
			if !carry {
				break;
			}
		}
		Self { cipher: self.cipher.clone(), header }
	}

	/// The same key with the header of a file as it is now, from the file's first bytes; `None` where another key
	/// opens the file, since its salt or purpose is another.
	pub fn of_file(&self, magic: Magic, file: &[u8]) -> Option<Self> {
		let header: [u8; HEADER_LENGTH] = file.get(..HEADER_LENGTH)?.try_into().ok()?;
		let is_same = header.starts_with(&magic) && header[..36] == self.header[..36];
		is_same.then(|| Self { cipher: self.cipher.clone(), header })
	}

	/// The header.
	pub fn header(&self) -> &[u8; HEADER_LENGTH] {
		&self.header
	}

	/// Appends a sealed record to `out`.
	pub fn seal(&self, index: u64, plain: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
		let mut nonce = [0; NONCE_LENGTH];
		random(&mut nonce)?;
		let payload = Payload { msg: plain, aad: &self.associated(index) };
		let sealed = self
			.cipher
			.encrypt(XNonce::from_slice(&nonce), payload)
			.map_err(|_| SealError::RecordTooLong)?;
		let length = NONCE_LENGTH + sealed.len();
		if length > MAX_RECORD {
			return Err(SealError::RecordTooLong);
		}
		let length = length as u32;
		out.extend_from_slice(&length.to_le_bytes());
		out.extend_from_slice(&(!length).to_le_bytes());
		out.extend_from_slice(&nonce);
		out.extend_from_slice(&sealed);
		Ok(())
	}

	/// Opens what [`next_record`] found.
	pub fn unseal(&self, index: u64, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
		let damaged = SealError::Damaged { record: index };
		if body.len() < NONCE_LENGTH {
			return Err(damaged);
		}
		let (nonce, sealed) = body.split_at(NONCE_LENGTH);
		let payload = Payload { msg: sealed, aad: &self.associated(index) };
		let plain = self.cipher.decrypt(XNonce::from_slice(nonce), payload);
		plain.map(Zeroizing::new).map_err(|_| match index {
			0 => SealError::WrongPassword,
			_ => damaged,
		})
	}

	fn associated(&self, index: u64) -> [u8; HEADER_LENGTH + 8] {
		let mut data = [0; HEADER_LENGTH + 8];
		for (to, from) in data.iter_mut().zip(self.header.into_iter().chain(index.to_le_bytes())) {
			*to = from;
		}
		data
	}
}

/// What stands at a place in a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
	/// A whole record, and what follows it.
	Record(&'a [u8], &'a [u8]),
	/// The end.
	End,
	/// The beginning of a record whose writing was cut off.
	Torn,
	/// Something that no cut leaves behind.
	Damaged,
}

/// The record that `rest` begins with.
pub fn next_record(rest: &[u8]) -> Next<'_> {
	if rest.is_empty() {
		return Next::End;
	}
	// A file system may have made room for a record whose bytes never arrived.
	if rest.iter().all(|byte| *byte == 0) {
		return Next::Torn;
	}
	let Some((frame, body)) = rest.split_at_checked(8) else { return Next::Torn };
	let word =
		|at: usize| u32::from_le_bytes([frame[at], frame[at + 1], frame[at + 2], frame[at + 3]]);
	let length = word(0) as usize;
	// Without the second copy, a damaged length would make all later records look torn.
	let bounds = NONCE_LENGTH + TAG_LENGTH..=MAX_RECORD;
	if word(4) != !word(0) || !bounds.contains(&length) {
		return Next::Damaged;
	}
	match body.split_at_checked(length) {
		Some((record, rest)) => Next::Record(record, rest),
		None => Next::Torn,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const MAGIC: Magic = *b"mptest01";

	fn seal() -> Seal {
		Seal::create(MAGIC, Cost::CHEAP, "password").unwrap()
	}

	fn record(seal: &Seal, index: u64, plain: &[u8]) -> Vec<u8> {
		let mut out = Vec::new();
		seal.seal(index, plain, &mut out).unwrap();
		out
	}

	fn body(record: &[u8]) -> &[u8] {
		match next_record(record) {
			Next::Record(body, []) => body,
			other => panic!("{other:?}"),
		}
	}

	#[test]
	fn what_is_sealed_opens_with_the_same_password_and_header() {
		let seal = seal();
		let sealed = record(&seal, 3, b"reading");
		let again = Seal::open(MAGIC, seal.header(), "password").unwrap();
		assert_eq!(again.unseal(3, body(&sealed)).unwrap().as_slice(), b"reading");
	}

	#[test]
	fn a_record_opens_at_its_own_place_only() {
		let seal = seal();
		let sealed = record(&seal, 3, b"reading");
		assert_eq!(seal.unseal(4, body(&sealed)), Err(SealError::Damaged { record: 4 }));
		let next = seal.next_generation();
		assert_ne!(next.header(), seal.header());
		assert_eq!(next.unseal(3, body(&sealed)), Err(SealError::Damaged { record: 3 }));
	}

	#[test]
	fn a_key_serves_the_file_s_later_generations_and_no_other_file() {
		let seal = seal();
		let next = seal.next_generation();
		let sealed = record(&next, 3, b"reading");
		let file = [&next.header()[..], &sealed].concat();
		let again = seal.of_file(MAGIC, &file).unwrap();
		assert_eq!(again.unseal(3, body(&sealed)).unwrap().as_slice(), b"reading");
		assert!(seal.of_file(*b"mptest02", &file).is_none());
		assert!(seal.of_file(MAGIC, &file[..HEADER_LENGTH - 1]).is_none());
		for at in 0..36 {
			let mut other = file.clone();
			other[at] ^= 1;
			assert!(seal.of_file(MAGIC, &other).is_none(), "byte {at}");
		}
	}

	#[test]
	fn another_password_or_salt_does_not_open_it() {
		let seal = seal();
		let sealed = record(&seal, 0, b"reading");
		let other = Seal::open(MAGIC, seal.header(), "passwore").unwrap();
		assert_eq!(other.unseal(0, body(&sealed)), Err(SealError::WrongPassword));
		let mut header = *seal.header();
		header[20] ^= 1;
		let other = Seal::open(MAGIC, &header, "password").unwrap();
		assert_eq!(other.unseal(0, body(&sealed)), Err(SealError::WrongPassword));
	}

	#[test]
	fn every_changed_bit_shows() {
		let seal = seal();
		let sealed = record(&seal, 3, b"reading");
		for bit in 0..sealed.len() * 8 {
			let mut changed = sealed.clone();
			changed[bit / 8] ^= 1 << (bit % 8);
			let opened = match next_record(&changed) {
				Next::Record(body, []) => seal.unseal(3, body).is_ok(),
				Next::Damaged => false,
				other => panic!("bit {bit}: {other:?}"),
			};
			assert!(!opened, "bit {bit}");
		}
	}

	#[test]
	fn bad_headers_are_refused() {
		let good = *seal().header();
		let open = |bytes: &[u8]| Seal::open(MAGIC, bytes, "password").map(|_| ());
		assert_eq!(open(b""), Err(SealError::TruncatedHeader));
		assert_eq!(open(b"mptest"), Err(SealError::TruncatedHeader));
		assert_eq!(open(b"PK\x03\x04"), Err(SealError::ForeignFile));
		for length in 1..HEADER_LENGTH {
			assert_eq!(open(&good[..length]), Err(SealError::TruncatedHeader));
		}
		for (at, value) in [(8, 0), (8, u32::MAX), (12, 0), (12, 1000), (16, 0), (16, u32::MAX)] {
			let mut header = good;
			header[at..at + 4].copy_from_slice(&value.to_le_bytes());
			assert_eq!(open(&header), Err(SealError::HeaderOutOfRange), "{at} {value}");
		}
	}

	#[test]
	fn a_cut_is_told_from_damage() {
		let sealed = record(&seal(), 0, b"reading");
		assert_eq!(next_record(b""), Next::End);
		for length in 1..sealed.len() {
			assert_eq!(next_record(&sealed[..length]), Next::Torn, "{length}");
		}
		assert_eq!(next_record(&[0; 100]), Next::Torn);
		assert_eq!(next_record(&[1; 100]), Next::Damaged);
	}
}
