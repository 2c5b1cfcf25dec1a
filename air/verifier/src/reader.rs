//! Reading untrusted bytes.

use alloc::vec::Vec;
use winter_math::{fields::f64::BaseElement, StarkField};

/// What is left of the input. Every method takes from its front, or gives `None`.
#[derive(Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
	pub fn new(bytes: &'a [u8]) -> Self {
		Self(bytes)
	}

	pub fn is_empty(&self) -> bool {
		self.0.is_empty()
	}

	pub fn take(&mut self, length: usize) -> Option<&'a [u8]> {
		let (taken, rest) = self.0.split_at_checked(length)?;
		self.0 = rest;
		Some(taken)
	}

	pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
		let (taken, rest) = self.0.split_first_chunk()?;
		self.0 = rest;
		Some(*taken)
	}

	pub fn u8(&mut self) -> Option<u8> {
		self.array().map(u8::from_le_bytes)
	}

	pub fn u16(&mut self) -> Option<usize> {
		self.array().map(u16::from_le_bytes).map(usize::from)
	}

	pub fn u32(&mut self) -> Option<usize> {
		self.array().map(u32::from_le_bytes).and_then(|value| usize::try_from(value).ok())
	}

	pub fn u64(&mut self) -> Option<u64> {
		self.array().map(u64::from_le_bytes)
	}

	/// An integer of one to four bytes, in its shortest form: the zero bits at the bottom of the
	/// first byte say how many bytes follow it. Nothing here needs more.
	pub fn compact(&mut self) -> Option<usize> {
		let first = *self.0.first()?;
		let length = first.trailing_zeros().checked_add(1).filter(|length| *length <= 4)?;
		let mut word = [0u8; 4];
		let bytes = self.take(usize::try_from(length).ok()?)?;
		for (byte, source) in word.iter_mut().zip(bytes) {
			*byte = *source;
		}
		let value = u32::from_le_bytes(word).checked_shr(length)?;
		// The shortest form of a value below 2^7 is one byte, below 2^14 two, below 2^21 three.
		let bits = length.checked_sub(1)?.checked_mul(7)?;
		let minimal = length == 1 || value.checked_shr(bits)? != 0;
		if minimal {
			usize::try_from(value).ok()
		} else {
			None
		}
	}

	/// The given number of field elements, each below the modulus.
	pub fn elements(&mut self, count: usize) -> Option<Vec<BaseElement>> {
		let bytes = self.take(count.checked_mul(8)?)?;
		bytes
			.chunks_exact(8)
			.map(|word| {
				let word = u64::from_le_bytes(word.try_into().ok()?);
				(word < BaseElement::MODULUS).then(|| BaseElement::new(word))
			})
			.collect()
	}

	/// Skips field elements; false where one is not below the modulus or the input ends.
	pub fn skip_elements(&mut self, count: usize) -> bool {
		let Some(bytes) = count.checked_mul(8).and_then(|length| self.take(length)) else {
			return false;
		};
		bytes.chunks_exact(8).all(|word| {
			word.try_into().is_ok_and(|word| u64::from_le_bytes(word) < BaseElement::MODULUS)
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use winter_utils::ByteWriter;

	#[test]
	fn compact_integers_read_as_written() {
		for value in
			(0..300).chain([1 << 13, (1 << 14) - 1, 1 << 14, 1 << 20, (1 << 21) - 1, 1 << 21])
		{
			let mut bytes = Vec::new();
			bytes.write_usize(value);
			let mut reader = Reader::new(&bytes);
			assert_eq!(reader.compact(), Some(value));
			assert!(reader.is_empty());
		}
	}

	#[test]
	fn longer_forms_are_refused() {
		// 5 in one, two, three and nine bytes.
		assert_eq!(Reader::new(&[0b1011]).compact(), Some(5));
		assert_eq!(Reader::new(&[0b10110, 0]).compact(), None);
		assert_eq!(Reader::new(&[0b101100, 0, 0]).compact(), None);
		assert_eq!(Reader::new(&[0, 5, 0, 0, 0, 0, 0, 0, 0]).compact(), None);
		assert_eq!(Reader::new(&[]).compact(), None);
		assert_eq!(Reader::new(&[0b10]).compact(), None);
	}

	#[test]
	fn elements_are_whole_and_below_the_modulus() {
		let modulus = BaseElement::MODULUS;
		for (word, good) in [(0, true), (modulus - 1, true), (modulus, false), (u64::MAX, false)] {
			let bytes = [7, word].map(u64::to_le_bytes).concat();
			assert_eq!(Reader::new(&bytes).elements(2).is_some(), good);
			assert_eq!(Reader::new(&bytes).skip_elements(2), good);
			assert_eq!(Reader::new(&bytes[..15]).elements(2), None);
			assert!(!Reader::new(&bytes[..15]).skip_elements(2));
		}
	}
}
