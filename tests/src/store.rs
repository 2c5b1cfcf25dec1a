//! Reads the keys out of a client's encrypted store, so that a test can stand in for the meters
//! and speak plain HTTP with their keys.
//!
//! The format is the client's (`client/src/store`): a header with the Argon2id parameters, then
//! records sealed with XChaCha20-Poly1305. Only what names a meter or a device is looked at.

use std::{fs, path::Path};

use anyhow::{anyhow, bail, Context, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
	aead::{Aead, KeyInit, Payload},
	XChaCha20Poly1305, XNonce,
};

const HEADER_LENGTH: usize = 44;
const NONCE_LENGTH: usize = 24;

/// Tags of the records.
const METER: u8 = 1;
const DEVICE: u8 = 2;

/// A meter in a store.
#[derive(Clone)]
pub struct StoredMeter {
	/// Its name in files of readings.
	pub name: String,
	/// Seed of its key.
	pub seed: [u8; 32],
	/// Its number on the chain, once registered.
	pub device: Option<u32>,
}

/// All meters of a store, in the order in which they were added.
pub fn meters(path: &Path, password: &str) -> Result<Vec<StoredMeter>> {
	let file = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
	let mut rest = Bytes(&file);
	let header = rest.take(HEADER_LENGTH)?;
	let cipher = cipher(header, password)?;
	let mut meters = Vec::new();
	for index in 0u64.. {
		if rest.0.is_empty() {
			break;
		}
		let length = rest.u32()? as usize;
		rest.take(4)?;
		let (nonce, sealed) = rest.take(length)?.split_at(NONCE_LENGTH);
		let aad = [header, &index.to_le_bytes()].concat();
		let plain = cipher
			.decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &aad })
			.map_err(|_| anyhow!("record {index} of {} does not open", path.display()))?;
		read_record(Bytes(&plain), &mut meters)?;
	}
	Ok(meters)
}

fn cipher(header: &[u8], password: &str) -> Result<XChaCha20Poly1305> {
	let mut fields = Bytes(header);
	fields.take(8)?;
	let (memory, passes, lanes) = (fields.u32()?, fields.u32()?, fields.u32()?);
	let refused = |error| anyhow!("Argon2 refuses: {error}");
	let parameters = Params::new(memory, passes, lanes, Some(32)).map_err(refused)?;
	let mut key = [0; 32];
	Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
		.hash_password_into(password.as_bytes(), fields.take(16)?, &mut key)
		.map_err(refused)?;
	Ok(XChaCha20Poly1305::new((&key).into()))
}

fn read_record(mut record: Bytes, meters: &mut Vec<StoredMeter>) -> Result<()> {
	match record.u8()? {
		METER => {
			let name = record.text()?;
			record.text()?; // metering point
			record.take(4 + 1 + 1 + 4)?; // zone, resource, directions, nameplate
			let seed = record.take(32)?.try_into()?;
			meters.push(StoredMeter { name, seed, device: None });
		},
		DEVICE => {
			let number = record.u32()? as usize;
			let meter = meters.get_mut(number).context("a device of a meter that is not there")?;
			meter.device = Some(record.u32()?);
		},
		_ => {},
	}
	Ok(())
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
	fn take(&mut self, length: usize) -> Result<&'a [u8]> {
		if self.0.len() < length {
			bail!("the store ends in the middle of a record");
		}
		let (taken, rest) = self.0.split_at(length);
		self.0 = rest;
		Ok(taken)
	}

	fn u8(&mut self) -> Result<u8> {
		Ok(self.take(1)?[0])
	}

	fn u32(&mut self) -> Result<u32> {
		Ok(u32::from_le_bytes(self.take(4)?.try_into()?))
	}

	/// A length of one, two or four bytes, as the lowest two bits say, and so many bytes.
	fn text(&mut self) -> Result<String> {
		let first = self.u8()?;
		let length = match first & 3 {
			0 => usize::from(first >> 2),
			1 => usize::from(u16::from_le_bytes([first, self.u8()?]) >> 2),
			_ => bail!("a name of more than 16 kB"),
		};
		Ok(String::from_utf8(self.take(length)?.to_vec())?)
	}
}
