//! The link layer on the air (EN 13757-4): frame formats A and B with their checksums, and the extended
//! link layer.

use crate::{crc, telegram::Unusable};

/// Bytes of a meter's address as frames have it: maker, number, version, medium.
pub type Address = [u8; 8];

/// Bytes of the first block without its checksum: length, control, address.
const FIRST: usize = 10;
/// Bytes of the other blocks of format A.
const BLOCK: usize = 16;
/// Bytes of the first part of format B, with its checksum.
const PART: usize = 128;

/// A frame without checksums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
	/// The kind.
	pub control: u8,
	/// The sender.
	pub address: Address,
	/// From the first CI field on.
	pub data: Vec<u8>,
}

fn cut_off() -> Unusable {
	Unusable::new("TelegramIncomplete", "the telegram is incomplete")
}

/// A frame from which the receiver has removed the checksums: the length and as many bytes.
pub fn stripped(bytes: &[u8]) -> Result<Frame, Unusable> {
	let (length, rest) = bytes.split_first().ok_or_else(cut_off)?;
	let length = usize::from(*length);
	if length < FIRST || rest.len() != length {
		return Err(cut_off());
	}
	let mut address = [0; 8];
	address.copy_from_slice(&rest[1..9]);
	Ok(Frame { control: rest[0], address, data: rest[9..].to_vec() })
}

/// A frame of format A. What follows it, such as the receiver's measure of the signal, is passed over.
pub fn format_a(bytes: &[u8]) -> Result<Frame, Unusable> {
	let length = usize::from(*bytes.first().ok_or_else(cut_off)?);
	let mut clear = Vec::with_capacity(length + 1);
	let mut rest = bytes;
	let mut missing = length + 1;
	while missing > 0 {
		let most = if clear.is_empty() { FIRST } else { BLOCK };
		let size = missing.min(most);
		let (block, after) = rest.split_at_checked(size).ok_or_else(cut_off)?;
		rest = checked(block, after)?;
		clear.extend_from_slice(block);
		missing -= size;
	}
	stripped(&clear)
}

/// A frame of format B. What follows it is passed over.
pub fn format_b(bytes: &[u8]) -> Result<Frame, Unusable> {
	let length = usize::from(*bytes.first().ok_or_else(cut_off)?);
	let all = bytes.get(..length + 1).ok_or_else(cut_off)?;
	let mut clear = Vec::with_capacity(all.len());
	for part in all.chunks(PART) {
		let size = part.len().checked_sub(2).ok_or_else(cut_off)?;
		let (block, sum) = part.split_at(size);
		checked(block, sum)?;
		clear.extend_from_slice(block);
	}
	let length = clear.len().checked_sub(1).and_then(|length| u8::try_from(length).ok());
	*clear.first_mut().ok_or_else(cut_off)? = length.ok_or_else(cut_off)?;
	stripped(&clear)
}

/// Checks a block against the checksum at the front of `after`, and answers what is behind that.
fn checked<'a>(block: &[u8], after: &'a [u8]) -> Result<&'a [u8], Unusable> {
	let (sum, rest) = after.split_at_checked(2).ok_or_else(cut_off)?;
	if crc::en13757(block).to_be_bytes() != sum {
		return Err(Unusable::new("ChecksumWrong", "a block's checksum is wrong"));
	}
	Ok(rest)
}

/// A frame of format A. For simulated meters. `data` has at most 245 bytes.
pub fn wrap(control: u8, address: Address, data: &[u8]) -> Vec<u8> {
	let mut clear = vec![(data.len() + 9).min(255) as u8, control];
	clear.extend(address);
	clear.extend(data.iter().take(246));
	let (first, rest) = clear.split_at(FIRST);
	let mut frame = Vec::new();
	for block in std::iter::once(first).chain(rest.chunks(BLOCK)) {
		frame.extend_from_slice(block);
		frame.extend(crc::en13757(block).to_be_bytes());
	}
	frame
}
