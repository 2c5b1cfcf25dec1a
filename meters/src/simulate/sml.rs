//! A simulated electricity meter with an optical head.

use super::{bad_name, Simulated, Totals};
use crate::{
	sml::{transport::wrap, Checksum},
	telegram::Unusable,
};

/// An SML meter.
pub struct SmlMeter {
	server: Vec<u8>,
	/// The checksum that it uses.
	pub checksum: Checksum,
	/// The signature that it adds, if any.
	pub signature: Option<Vec<u8>>,
	transaction: u32,
}

impl SmlMeter {
	/// A meter of an identifier as it stands on meters: `1EMH0012345678`.
	pub fn new(name: &str) -> Result<Self, Unusable> {
		let wanted = || bad_name("as in 1EMH0012345678");
		if name.len() != 14 || !name.is_ascii() {
			return Err(wanted());
		}
		let medium: u8 = name[..1].parse().map_err(|_| wanted())?;
		let maker = &name[1..4];
		let block = u8::from_str_radix(&name[4..6], 16).map_err(|_| wanted())?;
		let number: u32 = name[6..].parse().map_err(|_| wanted())?;
		if medium == 0 || !maker.bytes().all(|letter| letter.is_ascii_uppercase()) {
			return Err(wanted());
		}
		let mut server = vec![0x0a, medium];
		server.extend(maker.bytes());
		server.push(block);
		server.extend(number.to_be_bytes());
		Ok(Self { server, checksum: Checksum::X25, signature: None, transaction: 0 })
	}

	fn message(&mut self, group: u8, kind: u16, body: &[u8]) -> Vec<u8> {
		self.transaction = self.transaction.wrapping_add(1);
		let mut bytes = vec![0x76];
		bytes.extend(octets(&self.transaction.to_be_bytes()));
		bytes.extend([0x62, group, 0x62, 0, 0x72, 0x63]);
		bytes.extend(kind.to_be_bytes());
		bytes.extend(body);
		let sum = self.checksum.of(&bytes);
		bytes.push(0x63);
		bytes.extend(sum);
		bytes.push(0);
		bytes
	}
}

impl Simulated for SmlMeter {
	fn telegram(&mut self, totals: &Totals) -> Vec<u8> {
		let server = octets(&self.server);
		let mut time = vec![0x72, 0x62, 2, 0x65];
		time.extend(u32::try_from(totals.at_ms / 1000).unwrap_or(u32::MAX).to_be_bytes());

		let mut opening = vec![0x76, 1, 1];
		opening.extend(octets(&self.transaction.to_be_bytes()));
		opening.extend(&server);
		opening.extend([1, 1]);

		let mut values = Vec::new();
		values.push(entry([1, 0, 96, 50, 1, 1], None, &octets(&self.server[2..5])));
		values.push(entry([1, 0, 1, 8, 0, 255], Some(30), &long(totals.import)));
		if let Some(export) = totals.export {
			values.push(entry([1, 0, 2, 8, 0, 255], Some(30), &long(export)));
		}
		let mut list = vec![0x77, 1];
		list.extend(&server);
		list.push(1);
		list.extend(&time);
		list.push(0x70 | values.len() as u8);
		list.extend(values.concat());
		list.extend(self.signature.as_deref().map_or(vec![1], octets));
		list.push(1);

		let mut file = self.message(0, 0x0101, &opening);
		file.extend(self.message(1, 0x0701, &list));
		file.extend(self.message(0, 0x0201, &[0x71, 1]));
		wrap(&file, self.checksum)
	}
}

/// A value of a list, whose last digit counts tenths of its unit if it has one.
fn entry(code: [u8; 6], unit: Option<u8>, value: &[u8]) -> Vec<u8> {
	let mut bytes = vec![0x77];
	bytes.extend(octets(&code));
	bytes.extend([1, 1]);
	match unit {
		Some(unit) => bytes.extend([0x62, unit, 0x52, 0xff]),
		None => bytes.extend([1, 1]),
	}
	bytes.extend(value);
	bytes.push(1);
	bytes
}

/// Tenths, as an unsigned integer of eight bytes.
fn long(value: u64) -> Vec<u8> {
	let mut bytes = vec![0x69];
	bytes.extend(value.saturating_mul(10).to_be_bytes());
	bytes
}

fn octets(bytes: &[u8]) -> Vec<u8> {
	let length = bytes.len() + 1;
	let mut all = if length < 16 {
		vec![length as u8]
	} else {
		// Two bytes of length, which count themselves.
		let length = length + 1;
		vec![0x80 | (length >> 4) as u8 & 0xf, length as u8 & 0xf]
	};
	all.extend(bytes);
	all
}
