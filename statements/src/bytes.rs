//! The bytes of a statement, written and read: fixed-width little-endian fields, lists behind their
//! lengths (64 bits), so that no two statements share an encoding.

use alloc::vec::Vec;

/// Bytes of the name in front of every statement: kind and version of its encoding, so that no other
/// kind has the same bytes.
pub type Domain = [u8; 16];

pub fn push_length(out: &mut Vec<u8>, length: usize) {
	out.extend_from_slice(&(length as u64).to_le_bytes());
}

/// What is left to be read.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
	/// Behind the domain; `None` where another one stands there.
	pub fn behind(domain: &Domain, bytes: &'a [u8]) -> Option<Self> {
		bytes.strip_prefix(domain).map(Self)
	}

	pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
		let (taken, rest) = self.0.split_first_chunk()?;
		self.0 = rest;
		Some(*taken)
	}

	pub fn u8(&mut self) -> Option<u8> {
		self.array().map(u8::from_le_bytes)
	}

	pub fn u32(&mut self) -> Option<u32> {
		self.array().map(u32::from_le_bytes)
	}

	pub fn u64(&mut self) -> Option<u64> {
		self.array().map(u64::from_le_bytes)
	}

	/// A list. Nothing is set aside for what the length promises.
	pub fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
		let length = self.u64()?;
		(0..length).map(|_| item(self)).collect()
	}

	/// The statement, if nothing is left.
	pub fn end<T>(self, statement: T) -> Option<T> {
		self.0.is_empty().then_some(statement)
	}
}
