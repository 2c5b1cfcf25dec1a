//! A simulated meter that pushes DLMS/COSEM notifications in HDLC frames.

use super::{bad_name, Simulated, Totals};
use crate::{
	dlms::{hdlc, security},
	keys::MeterKey,
	telegram::Unusable,
};

/// Bytes of information in a frame: telegrams take several.
const FRAME: usize = 128;

/// Both keys of a meter.
pub struct DlmsKeys {
	/// The global unicast encryption key.
	pub encryption: MeterKey,
	/// The authentication key.
	pub authentication: MeterKey,
}

/// A DLMS/COSEM meter.
pub struct DlmsMeter {
	name: String,
	keys: Option<DlmsKeys>,
	/// The frame counter of the next telegram.
	counter: u32,
	/// Bytes of a block, if messages are sent in blocks.
	pub blocks: Option<usize>,
}

impl DlmsMeter {
	/// A meter of a name, that ciphers if it has keys. Its frame counter starts at `counter`: a meter
	/// that starts again has to count on.
	pub fn new(name: &str, keys: Option<DlmsKeys>, counter: u32) -> Result<Self, Unusable> {
		if name.is_empty() || name.len() > 32 || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
			return Err(bad_name("with 1 to 32 letters and digits"));
		}
		Ok(Self { name: name.into(), keys, counter, blocks: None })
	}

	/// Three letters of the maker, and five bytes of the name.
	fn title(&self) -> [u8; 8] {
		let mut title = *b"MPF\0\0\0\0\0";
		for (at, byte) in self.name.bytes().enumerate() {
			title[3 + at % 5] ^= byte.rotate_left(at as u32 / 5);
		}
		title
	}

	/// The notification in the clear.
	fn notification(&self, totals: &Totals) -> Vec<u8> {
		let mut message = vec![0x0f];
		message.extend((0x4000_0000 | self.counter & 0xff_ffff).to_be_bytes());
		message.push(12);
		message.extend(date_time(totals.at_ms));
		let mut entries = vec![entry([0, 0, 96, 1, 0, 255], &text(&self.name), None)];
		for (quantity, total) in [(1, Some(totals.import)), (2, totals.export)] {
			if let Some(total) = total {
				let mut value = vec![0x15];
				value.extend(total.to_be_bytes());
				entries.push(entry([1, 0, quantity, 8, 0, 255], &value, Some((0, 30))));
			}
		}
		message.extend([1, entries.len() as u8]);
		message.extend(entries.concat());
		message
	}
}

impl Simulated for DlmsMeter {
	fn telegram(&mut self, totals: &Totals) -> Vec<u8> {
		let mut message = self.notification(totals);
		if let Some(keys) = &self.keys {
			let title = self.title();
			let sealed = security::seal(
				&keys.encryption,
				&keys.authentication,
				title,
				self.counter,
				&message,
			);
			message = vec![0xdb, 8];
			message.extend(title);
			message.extend(length(sealed.len()));
			message.extend(sealed);
		}
		self.counter = self.counter.saturating_add(1);
		match self.blocks {
			None => hdlc::wrap(&message, FRAME),
			Some(most) => {
				blocks(&message, most).iter().flat_map(|one| hdlc::wrap(one, FRAME)).collect()
			},
		}
	}
}

fn blocks(message: &[u8], most: usize) -> Vec<Vec<u8>> {
	let parts: Vec<&[u8]> = message.chunks(most.clamp(1, 1024)).collect();
	let last = parts.len() - 1;
	let numbered = parts.iter().enumerate().map(|(at, part)| {
		// Streaming, in windows of one.
		let mut block = vec![0xe0, if at == last { 0xc1 } else { 0x41 }];
		block.extend((at as u16 + 1).to_be_bytes());
		block.extend([0, 0]);
		block.extend(length(part.len()));
		block.extend_from_slice(part);
		block
	});
	numbered.collect()
}

fn entry(code: [u8; 6], value: &[u8], scale: Option<(i8, u8)>) -> Vec<u8> {
	let mut bytes = vec![2, if scale.is_some() { 3 } else { 2 }, 9, 6];
	bytes.extend(code);
	bytes.extend(value);
	if let Some((exponent, unit)) = scale {
		bytes.extend([2, 2, 15, exponent as u8, 22, unit]);
	}
	bytes
}

fn text(text: &str) -> Vec<u8> {
	let mut bytes = vec![10, text.len() as u8];
	bytes.extend(text.bytes());
	bytes
}

fn length(length: usize) -> Vec<u8> {
	match length {
		0..=0x7f => vec![length as u8],
		_ => vec![0x82, (length >> 8) as u8, length as u8],
	}
}

/// Twelve octets, in UTC.
fn date_time(at_ms: u64) -> [u8; 12] {
	use chrono::{DateTime, Datelike, Timelike};
	let time =
		DateTime::from_timestamp_millis(i64::try_from(at_ms).unwrap_or(0)).unwrap_or_default();
	let year = (time.year() as u16).to_be_bytes();
	let weekday = time.weekday().number_from_monday() as u8;
	let (month, day) = (time.month() as u8, time.day() as u8);
	let (hour, minute, second) = (time.hour() as u8, time.minute() as u8, time.second() as u8);
	[year[0], year[1], month, day, weekday, hour, minute, second, 0, 0, 0, 0]
}
