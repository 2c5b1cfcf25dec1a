//! What a file with a runtime's code is: Wasm, compressed or not, that names its version in a section of
//! its own, where nodes and chain look for it.

use std::{fs, io::Read, path::Path};

use codec::Decode;

use crate::{
	commands::gov::{blake2_256, show},
	error::{Error, Result},
};

/// What compressed code begins with; zstd follows.
const COMPRESSED: [u8; 8] = [82, 188, 83, 118, 70, 219, 142, 5];
/// What Wasm of version 1 begins with.
const WASM: [u8; 8] = *b"\0asm\x01\0\0\0";
/// The longest Wasm that is unpacked, as nodes have it.
const MOST: u64 = 50 * 1024 * 1024;
/// The section with the version.
const SECTION: &str = "runtime_version";

/// The beginning of a runtime's version, as it is encoded.
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
pub struct Version {
	/// Whose runtime it is.
	pub spec_name: String,
	_impl_name: String,
	_authoring_version: u32,
	/// Rises with each upgrade.
	pub spec_version: u32,
}

/// A file with code.
pub struct Code {
	/// The file's bytes, as the chain gets them.
	pub bytes: Vec<u8>,
	/// Their BLAKE2b-256, by which the chain knows them.
	pub hash: String,
}

impl Code {
	/// From a file. `FileUnreadable` if it is not there.
	pub fn read(path: &Path) -> Result<Self> {
		let bytes = fs::read(path).map_err(|error| {
			Error::new("FileUnreadable", format!("{}: {error}", path.display()))
		})?;
		let hash = show(&blake2_256(&bytes));
		Ok(Self { bytes, hash })
	}

	/// The version that it names. `CodeUnreadable` if it names none.
	pub fn version(&self) -> Result<Version> {
		let unpacked;
		let wasm = match self.bytes.strip_prefix(&COMPRESSED) {
			Some(packed) => {
				unpacked = unpack(packed)?;
				&unpacked
			},
			None => &self.bytes,
		};
		let section = section(wasm).ok_or_else(|| unreadable("it names no version"))?;
		Version::decode(&mut &section[..]).map_err(|_| unreadable("its version is no version"))
	}
}

fn unreadable(why: &str) -> Error {
	Error::new("CodeUnreadable", format!("the file is no code of a runtime: {why}"))
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>> {
	let mut wasm = Vec::new();
	ruzstd::decoding::StreamingDecoder::new(packed)
		.map_err(|error| unreadable(&error.to_string()))?
		.take(MOST)
		.read_to_end(&mut wasm)
		.map_err(|error| unreadable(&error.to_string()))?;
	Ok(wasm)
}

/// The content of the section with the version.
fn section(wasm: &[u8]) -> Option<&[u8]> {
	let mut rest = wasm.strip_prefix(&WASM)?;
	while let Some((id, after)) = rest.split_first() {
		let (length, after) = number(after)?;
		let (content, after) = after.split_at_checked(length)?;
		rest = after;
		if *id == 0 {
			let (length, named) = number(content)?;
			let (name, content) = named.split_at_checked(length)?;
			if name == SECTION.as_bytes() {
				return Some(content);
			}
		}
	}
	None
}

/// A number in LEB128, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
	let mut value = 0u32;
	for (place, byte) in bytes.iter().enumerate().take(5) {
		let part = u32::from(byte & 0x7f).checked_shl(7 * u32::try_from(place).ok()?)?;
		value |= part;
		if byte & 0x80 == 0 {
			let (_, rest) = bytes.split_at_checked(place + 1)?;
			return Some((usize::try_from(value).ok()?, rest));
		}
	}
	None
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use codec::Encode;

	/// Code that has no function, and this version.
	pub fn code(spec_name: &str, spec_version: u32) -> Code {
		let version = (spec_name, "impl", 1u32, spec_version, 1u32).encode();
		let mut section = vec![u8::try_from(SECTION.len()).unwrap()];
		section.extend(SECTION.as_bytes());
		section.extend(version);
		let mut bytes = WASM.to_vec();
		// An empty section of types, and one of somebody else's.
		bytes.extend([1, 1, 0, 0, 3, 2, b'h', b'i', 0]);
		bytes.extend([u8::try_from(section.len()).unwrap()]);
		bytes.extend(section);
		let hash = show(&blake2_256(&bytes));
		Code { bytes, hash }
	}

	#[test]
	fn code_names_its_version() {
		let version = code("meterproof", 300).version().unwrap();
		assert_eq!((version.spec_name.as_str(), version.spec_version), ("meterproof", 300));
	}

	#[test]
	fn packed_code_names_it_too() {
		let Code { bytes, .. } = code("meterproof", 7);
		// One frame without a size, and one block as it is.
		let length = u32::try_from(bytes.len()).unwrap();
		let mut packed = COMPRESSED.to_vec();
		packed.extend([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
		packed.extend(&((length << 3) | 1).to_le_bytes()[..3]);
		packed.extend(bytes);
		let packed = Code { bytes: packed, hash: String::new() };
		assert_eq!(packed.version().unwrap().spec_version, 7);
	}

	#[test]
	fn what_is_no_code_is_refused_by_name() {
		let whole = code("meterproof", 7).bytes;
		let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
		let zstd = [&COMPRESSED[..], &[1, 2, 3]].concat();
		for bytes in cut.chain([b"other code".to_vec(), zstd, vec![0xff; 40]]) {
			let code = Code { bytes, hash: String::new() };
			assert_eq!(code.version().unwrap_err().name(), "CodeUnreadable");
		}
	}
}
