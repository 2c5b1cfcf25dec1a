//! Ciphering of the application layer (EN 13757-7, OMS 4): mode 5, and mode 7 with its message
//! authentication; and of Kamstrup's extended link layer.

use aes::Aes128;
use cbc::cipher::{block_padding::NoPadding, BlockDecryptMut, KeyIvInit, StreamCipher};
use cmac::{Cmac, Mac};
use zeroize::Zeroizing;

use super::wireless::Address;
use crate::{crc, keys::MeterKey, telegram::Unusable};

/// What deciphered telegrams begin with.
const FILLER: [u8; 2] = [0x2f, 0x2f];
/// Bytes of a block.
const BLOCK: usize = 16;

fn key_wrong() -> Unusable {
	Unusable::new("KeyWrong", "the telegram cannot be deciphered: the key is not this meter's")
}

fn incomplete() -> Unusable {
	Unusable::new("TelegramIncomplete", "the ciphered telegram is incomplete")
}

/// Deciphers the first blocks with AES-128-CBC, and answers the records behind the filler.
fn chained(
	key: &[u8; 16],
	vector: [u8; 16],
	blocks: usize,
	data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unusable> {
	let length = blocks * BLOCK;
	let mut clear = Zeroizing::new(data.to_vec());
	let ciphered =
		clear.get_mut(..length).filter(|part| !part.is_empty()).ok_or_else(incomplete)?;
	cbc::Decryptor::<Aes128>::new(key.into(), &vector.into())
		.decrypt_padded_mut::<NoPadding>(ciphered)
		.map_err(|_| incomplete())?;
	if !clear.starts_with(&FILLER) {
		return Err(key_wrong());
	}
	Ok(clear)
}

/// Mode 5: the vector is the meter's address and its access number. What follows the ciphered blocks in
/// the clear could be anybody's, and is left out.
pub fn mode_5(
	key: &MeterKey,
	address: Address,
	access: u8,
	blocks: usize,
	data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unusable> {
	let mut vector = [access; 16];
	vector[..8].copy_from_slice(&address);
	let mut clear = chained(key.bytes(), vector, blocks, data)?;
	clear.truncate(blocks * BLOCK);
	Ok(clear)
}

/// What the authentication and fragmentation layer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
	/// How it is authenticated.
	pub control: u8,
	/// The message counter.
	pub counter: [u8; 4],
	/// The length of the message, if it is told.
	pub length: Option<[u8; 2]>,
	/// The authentication code.
	pub code: Vec<u8>,
}

/// Reads the layer, which begins after its CI field. The layer, and what is behind it.
pub fn authentication(data: &[u8]) -> Result<(Authentication, &[u8]), Unusable> {
	let (length, rest) = data.split_first().ok_or_else(incomplete)?;
	let (layer, rest) = rest.split_at_checked(usize::from(*length)).ok_or_else(incomplete)?;
	let unknown = |what: &str| {
		Unusable::new("CipheringUnknown", format!("the telegram {what}, which is not read"))
	};
	let [_, high, fields @ ..] = layer else { return Err(incomplete()) };
	let mut fields = fields;
	let mut take = |length: usize| -> Result<&[u8], Unusable> {
		let (taken, rest) = fields.split_at_checked(length).ok_or_else(incomplete)?;
		fields = rest;
		Ok(taken)
	};
	if high & 0x40 != 0 {
		return Err(unknown("comes in fragments"));
	}
	if high & 0x20 == 0 || high & 0x08 == 0 || high & 0x04 == 0 {
		return Err(unknown("has an authentication layer without counter or code"));
	}
	let control = take(1)?[0];
	if high & 0x02 != 0 {
		take(2)?;
	}
	let counter = take(4)?;
	// AES-CMAC-128, cut to eight or twelve bytes or whole.
	let size = match control & 0x0f {
		5 => 8,
		6 => 12,
		7 => 16,
		_ => return Err(unknown("is authenticated otherwise than with AES-CMAC")),
	};
	let code = take(size)?.to_vec();
	let length = if high & 0x10 != 0 {
		let two = take(2)?;
		Some([two[0], two[1]])
	} else {
		None
	};
	let mut told = [0; 4];
	told.copy_from_slice(counter);
	Ok((Authentication { control, counter: told, length, code }, rest))
}

/// A key for one message: of `purpose` 0 for ciphering, 1 for authentication.
fn derived(key: &MeterKey, purpose: u8, counter: [u8; 4], address: Address) -> Zeroizing<[u8; 16]> {
	let mut input = [7; 16];
	input[0] = purpose;
	input[1..5].copy_from_slice(&counter);
	// The meter's number.
	input[5..9].copy_from_slice(&address[2..6]);
	Zeroizing::new(code(key.bytes(), &[&input]))
}

fn code(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 16] {
	let mut mac = <Cmac<Aes128> as Mac>::new(key.into());
	for part in parts {
		mac.update(part);
	}
	mac.finalize().into_bytes().into()
}

/// The authentication code of `message`, which begins with its CI field.
fn message_code(
	key: &MeterKey,
	address: Address,
	layer: &Authentication,
	message: &[u8],
) -> [u8; 16] {
	let key = derived(key, 1, layer.counter, address);
	let length = layer.length.as_ref().map_or(&[][..], |length| length);
	code(&key, &[&[layer.control], &layer.counter, length, message])
}

/// Checks the code of a message that begins with its CI field.
pub fn check(
	key: &MeterKey,
	address: Address,
	layer: &Authentication,
	message: &[u8],
) -> Result<(), Unusable> {
	let right = message_code(key, address, layer, message);
	// Nobody can try codes here and be told how long each took.
	if !right.starts_with(&layer.code) {
		return Err(Unusable::new(
			"TagWrong",
			"the telegram's authentication code is wrong: it was changed, or the key is not this \
			 meter's",
		));
	}
	Ok(())
}

/// Mode 7: with a key for the message, after [`check`].
pub fn mode_7(
	key: &MeterKey,
	address: Address,
	layer: &Authentication,
	blocks: usize,
	data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unusable> {
	let key = derived(key, 0, layer.counter, address);
	chained(&key, [0; 16], blocks, data)
}

/// The extended link layer with AES-128-CTR: `head` is the communication control, the access number
/// and the session number. The answer begins with a CI field, after its checksum was found right.
pub fn link_layer(
	key: &MeterKey,
	address: Address,
	head: &[u8; 6],
	data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unusable> {
	let mut vector = [0; 16];
	vector[..8].copy_from_slice(&address);
	vector[8] = head[0];
	vector[9..13].copy_from_slice(&head[2..]);
	let mut clear = Zeroizing::new(data.to_vec());
	ctr::Ctr128BE::<Aes128>::new(key.bytes().into(), &vector.into()).apply_keystream(&mut clear);
	// The checksum tells a wrong key.
	link_layer_message(&clear).map_err(|_| key_wrong())
}

/// The message behind the extended link layer's checksum, if that is right.
pub fn link_layer_message(data: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unusable> {
	let (sum, message) = data.split_at_checked(2).ok_or_else(incomplete)?;
	if crc::en13757(message).to_le_bytes() != sum {
		return Err(Unusable::new("ChecksumWrong", "the link layer's checksum is wrong"));
	}
	Ok(Zeroizing::new(message.to_vec()))
}

/// Ciphers with mode 5, for simulated meters: records are filled up to whole blocks.
pub fn seal_mode_5(key: &MeterKey, address: Address, access: u8, records: &[u8]) -> Vec<u8> {
	use cbc::cipher::BlockEncryptMut;
	let mut clear = Zeroizing::new([&FILLER[..], records].concat());
	let length = clear.len().next_multiple_of(BLOCK);
	clear.resize(length, FILLER[0]);
	let mut vector = [access; 16];
	vector[..8].copy_from_slice(&address);
	cbc::Encryptor::<Aes128>::new(key.bytes().into(), &vector.into())
		.encrypt_padded_vec_mut::<NoPadding>(&clear)
}
