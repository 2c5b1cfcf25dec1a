//! Application messages: blocks, ciphered messages, notifications.

use super::{
	data::{Data, Reader},
	security::Security,
};
use crate::telegram::Unusable;

const DATA_NOTIFICATION: u8 = 0x0f;
const BLOCK: u8 = 0xe0;
const GLOBAL_CIPHERING: u8 = 0xdb;
/// Bytes of a message that came in blocks.
const LONGEST: usize = 16 * 1024;

/// What a meter says unasked.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
	/// The meter's system title, if the message was ciphered.
	pub title: Option<[u8; 8]>,
	/// Date and time, twelve octets, if they are told.
	pub time: Option<Vec<u8>>,
	/// What it says.
	pub body: Data,
}

fn broken(what: &str) -> Unusable {
	Unusable::new("TelegramMalformed", format!("the telegram is malformed: {what}"))
}

/// Messages that come in blocks.
#[derive(Default)]
pub struct Blocks {
	next: u16,
	message: Vec<u8>,
}

impl Blocks {
	/// The whole message, or none while blocks are missing. Messages without blocks pass.
	pub fn take(&mut self, message: Vec<u8>) -> Result<Option<Vec<u8>>, Unusable> {
		if message.first() != Some(&BLOCK) {
			*self = Self::default();
			return Ok(Some(message));
		}
		let mut reader = Reader::new(&message[1..]);
		let control = reader.byte()?;
		let numbers = reader.take(4)?;
		let number = u16::from_be_bytes([numbers[0], numbers[1]]);
		let part = reader.octets()?;
		if !reader.rest().is_empty() {
			return Err(broken("bytes after its end"));
		}
		if number == 1 {
			*self = Self::default();
		}
		if self.next.checked_add(1) != Some(number) || self.message.len() + part.len() > LONGEST {
			*self = Self::default();
			return Err(Unusable::new("BlockMissing", "a block of the telegram is missing"));
		}
		self.next = number;
		self.message.extend_from_slice(part);
		if control & 0x80 == 0 {
			return Ok(None);
		}
		Ok(Some(std::mem::take(self).message))
	}
}

/// The notification in a message. With keys only ciphered messages are taken: a clear one could be
/// anybody's.
pub fn notification(
	message: &[u8],
	security: Option<&mut Security>,
) -> Result<Notification, Unusable> {
	match (message.first(), security) {
		(Some(&GLOBAL_CIPHERING), None) => Err(Unusable::new(
			"KeyMissing",
			"the telegram is ciphered, and the configuration has no encryption_key_file",
		)),
		(Some(&GLOBAL_CIPHERING), Some(security)) => {
			let mut reader = Reader::new(&message[1..]);
			let title = <[u8; 8]>::try_from(reader.octets()?)
				.map_err(|_| broken("a system title's length"))?;
			let ciphered = reader.octets()?;
			if !reader.rest().is_empty() {
				return Err(broken("bytes after its end"));
			}
			let clear = zeroize::Zeroizing::new(security.open(title, ciphered)?);
			let notification = plain(&clear)?;
			Ok(Notification { title: Some(title), ..notification })
		},
		(Some(&DATA_NOTIFICATION), Some(_)) => Err(Unusable::new(
			"NotCiphered",
			"the telegram is not ciphered, though the configuration has keys",
		)),
		_ => plain(message),
	}
}

fn plain(message: &[u8]) -> Result<Notification, Unusable> {
	let mut reader = Reader::new(message);
	match reader.byte()? {
		DATA_NOTIFICATION => {},
		other => {
			return Err(Unusable::new(
				"MessageUnknown",
				format!("the telegram is of kind 0x{other:02x}; data notifications are read"),
			))
		},
	}
	// Invocation and priority.
	reader.take(4)?;
	// Some meters write the type of the octets, too.
	if reader.rest().starts_with(&[9, 12]) {
		reader.byte()?;
	}
	let time = match reader.octets()? {
		[] => None,
		time if time.len() == 12 => Some(time.to_vec()),
		_ => return Err(broken("a date and time")),
	};
	let body = reader.data()?;
	if !reader.rest().is_empty() {
		return Err(broken("bytes after its end"));
	}
	Ok(Notification { title: None, time, body })
}
