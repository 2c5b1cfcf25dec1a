//! A simulated meter of water, heat or electricity on a pair of wires.

use super::{bad_name, Simulated, Totals};
use crate::{
	keys::MeterKey,
	mbus::{
		bus::digits,
		cipher,
		wired::{self, Frame},
		wireless::{self, Address},
	},
	telegram::Unusable,
	Resource,
};

/// What wired and wireless meters have in common.
pub struct MbusMeter {
	address: Address,
	resource: Resource,
	key: Option<MeterKey>,
	access: u8,
}

impl MbusMeter {
	/// A meter of three letters of its maker and eight digits, `MPF12345678`. With a key its telegrams
	/// are ciphered in mode 5.
	pub fn new(name: &str, resource: Resource, key: Option<MeterKey>) -> Result<Self, Unusable> {
		let wanted = || bad_name("as in MPF12345678");
		if name.len() != 11 || !name.is_ascii() {
			return Err(wanted());
		}
		let (maker, number) = name.split_at(3);
		if !maker.bytes().all(|letter| letter.is_ascii_uppercase())
			|| !number.bytes().all(|digit| digit.is_ascii_digit())
		{
			return Err(wanted());
		}
		let maker = maker.bytes().fold(0u16, |maker, letter| maker << 5 | u16::from(letter - b'@'));
		let mut address = [0; 8];
		address[..2].copy_from_slice(&maker.to_le_bytes());
		address[2..6].copy_from_slice(&digits(number.parse().map_err(|_| wanted())?));
		address[6] = 1;
		address[7] = match resource {
			Resource::Electricity => 0x02,
			Resource::Water => 0x07,
			Resource::Heat => 0x0c,
			Resource::Gas => 0x03,
		};
		Ok(Self { address, resource, key, access: 0 })
	}

	/// The records in the clear: last month's total too, which is not the current one.
	fn records(&self, totals: &Totals) -> Vec<u8> {
		let vif: &[u8] = match self.resource {
			Resource::Electricity | Resource::Heat => &[0x03],
			Resource::Water | Resource::Gas => &[0x13],
		};
		let mut records = vec![0x07];
		records.extend(vif);
		records.extend(totals.import.to_le_bytes());
		if let (Some(export), Resource::Electricity) = (totals.export, self.resource) {
			records.extend([0x07, 0x83, 0x3c]);
			records.extend(export.to_le_bytes());
		}
		records.push(0x44);
		records.extend(vif);
		records.extend(42u32.to_le_bytes());
		records
	}

	/// From the CI field on, with a long header.
	fn message(&mut self, totals: &Totals) -> Vec<u8> {
		self.access = self.access.wrapping_add(1);
		let records = self.records(totals);
		let (records, configuration) = match &self.key {
			None => (records, 0),
			Some(key) => {
				let sealed = cipher::seal_mode_5(key, self.address, self.access, &records);
				let blocks = (sealed.len() / 16) as u16;
				(sealed, 0x0500 | blocks << 4)
			},
		};
		let mut message = vec![0x72];
		message.extend(&self.address[2..6]);
		message.extend(&self.address[..2]);
		message.extend(&self.address[6..]);
		message.extend([self.access, 0]);
		message.extend(configuration.to_le_bytes());
		message.extend(records);
		message
	}
}

/// A meter on wires, at an address.
pub struct WiredMeter {
	meter: MbusMeter,
	address: u8,
	chosen: bool,
}

impl WiredMeter {
	/// At an address from 1 to 250.
	pub fn new(meter: MbusMeter, address: u8) -> Self {
		Self { meter, address, chosen: false }
	}
}

impl Simulated for WiredMeter {
	fn telegram(&mut self, totals: &Totals) -> Vec<u8> {
		let address = self.address;
		wired::long(0x08, address, &self.meter.message(totals))
	}

	fn asked(&mut self, requests: &mut Vec<u8>, totals: &Totals) -> Option<Vec<u8>> {
		let mut answers = Vec::new();
		while let Some(frame) = wired::cut(requests) {
			match frame {
				Ok(Frame::Short(control, address))
					if address == self.address || (address == 253 && self.chosen) =>
				{
					match control & 0x4f {
						0x4b => answers.extend(self.telegram(totals)),
						_ => answers.push(wired::ACKNOWLEDGE),
					}
				},
				// Chosen by number.
				Ok(Frame::Long(_, 253, data)) if data.first() == Some(&0x52) => {
					self.chosen = data.get(1..5) == Some(&self.meter.address[2..6]);
					if self.chosen {
						answers.push(wired::ACKNOWLEDGE);
					}
				},
				Ok(Frame::Short(0x40, 253)) => self.chosen = false,
				_ => {},
			}
		}
		Some(answers)
	}
}

/// A meter on the air, as a receiver writes its telegrams.
pub struct AirMeter(pub MbusMeter);

impl Simulated for AirMeter {
	fn telegram(&mut self, totals: &Totals) -> Vec<u8> {
		let message = self.0.message(totals);
		let frame = wireless::wrap(0x44, self.0.address, &message);
		format!("b{}\r\n", hex::encode_upper(frame)).into_bytes()
	}
}
