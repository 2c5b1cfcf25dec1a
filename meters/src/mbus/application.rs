//! Headers of the application layer (EN 13757-7), and what is behind them.

use zeroize::Zeroizing;

use super::{
	cipher::{self, Authentication},
	records::{self, Current, Kind},
	wireless::Address,
};
use crate::{counters::Counters, keys::MeterKey, telegram::Unusable};

/// A meter's number as it stands on it: eight digits.
pub type Number = u32;

/// What a telegram says and of which meter.
pub struct Said {
	/// Maker and number, as in `ELS12345678`.
	pub meter: String,
	/// What its records say.
	pub current: Result<Current, Unusable>,
}

/// What names of counters begin with.
const PROTOCOL: &str = "mbus";

fn incomplete() -> Unusable {
	Unusable::new("TelegramIncomplete", "the telegram is incomplete")
}

/// Eight decimal digits, the lowest first; none if some are no digits.
pub fn number(address: Address) -> Option<Number> {
	address[2..6].iter().rev().try_fold(0, |number: u32, byte| {
		let (high, low) = (byte >> 4, byte & 0xf);
		(high <= 9 && low <= 9).then(|| number * 100 + u32::from(high * 10 + low))
	})
}

/// Maker and number.
pub fn name(address: Address) -> String {
	let maker = u16::from_le_bytes([address[0], address[1]]);
	let letter = |shift: u16| char::from(b'@' + (maker >> shift & 0x1f) as u8);
	let digits: String = address[2..6].iter().rev().map(|byte| format!("{byte:02X}")).collect();
	format!("{}{}{}{digits}", letter(10), letter(5), letter(0))
}

/// An address from a long header, which has it in another order.
fn long_address(header: &[u8]) -> Address {
	let mut address = [0; 8];
	address[..2].copy_from_slice(&header[4..6]);
	address[2..6].copy_from_slice(&header[..4]);
	address[6..].copy_from_slice(&header[6..8]);
	address
}

/// Reads what begins with a CI field. `link` is the sender on the air; on wires the header tells the
/// meter. None if `wanted` does not want the meter: it is somebody else's.
pub fn read(
	data: &[u8],
	link: Option<Address>,
	wanted: &dyn Fn(Address) -> bool,
	key: &dyn Fn(Address) -> Option<MeterKey>,
	counters: &mut Counters,
) -> Option<Result<Said, Unusable>> {
	let mut address = link;
	let layers =
		Layers { data: Zeroizing::new(data.to_vec()), ciphered: false, authentication: None };
	let layers = match layers.unwrap(link, wanted, key) {
		None => return None,
		Some(Err(unusable)) => {
			return Some(match link {
				Some(link) => Ok(Said { meter: name(link), current: Err(unusable) }),
				None => Err(unusable),
			})
		},
		Some(Ok(layers)) => layers,
	};
	let (control, body) = match layers.data.split_first() {
		Some((control, body)) => (*control, body),
		None => return Some(Err(incomplete())),
	};
	let header = match control {
		0x72 => 12,
		0x7a => 4,
		0x78 => 0,
		_ => {
			let unusable = unknown_control(control);
			return Some(match link {
				Some(link) if wanted(link) => {
					Ok(Said { meter: name(link), current: Err(unusable) })
				},
				Some(_) => return None,
				None => Err(unusable),
			});
		},
	};
	let Some((header, records)) = body.split_at_checked(header) else {
		return Some(Err(incomplete()));
	};
	if control == 0x72 {
		address = Some(long_address(header));
	}
	let Some(address) = address else {
		let unusable = Unusable::new("MeterNameless", "the telegram does not tell its meter");
		return Some(Err(unusable));
	};
	if !wanted(address) {
		return None;
	}
	let said = Kind::of(address[7]).and_then(|kind| {
		if let Some(layer) = &layers.authentication {
			let key = key(address).ok_or_else(key_missing)?;
			cipher::check(&key, address, layer, &layers.data)?;
		}
		let records = match header.len() {
			0 => layers.in_the_clear(records, address, key)?,
			length => open(&header[length - 4..], records, address, &layers, key)?,
		};
		if let Some(layer) = &layers.authentication {
			let key = key(address).ok_or_else(key_missing)?;
			count(address, &key, layer, counters)?;
		}
		records::read(&records, kind)
	});
	Some(Ok(Said { meter: name(address), current: said }))
}

fn key_missing() -> Unusable {
	Unusable::new("KeyMissing", "the telegram is ciphered, and the meter has no key_file")
}

fn unknown_control(control: u8) -> Unusable {
	match control {
		0x73 => Unusable::new("StructureFixed", "the meter answers in the old fixed form"),
		0x79 => Unusable::new(
			"CompactFrame",
			"the telegram is a compact frame, whose form the meter tells in its full frames: those \
			 are read",
		),
		_ => Unusable::new(
			"MessageUnknown",
			format!("the telegram is of kind 0x{control:02x}, which has no readings"),
		),
	}
}

/// What is left after the layers below the application were taken off.
struct Layers {
	data: Zeroizing<Vec<u8>>,
	/// Whether the link layer was ciphered.
	ciphered: bool,
	authentication: Option<Authentication>,
}

impl Layers {
	/// Takes off the extended link layer and the authentication layer. None if the meter is not wanted.
	fn unwrap(
		mut self,
		link: Option<Address>,
		wanted: &dyn Fn(Address) -> bool,
		key: &dyn Fn(Address) -> Option<MeterKey>,
	) -> Option<Result<Self, Unusable>> {
		let Some(link) = link else { return Some(Ok(self)) };
		if !matches!(self.data.first(), Some(0x8c | 0x8d | 0x90)) {
			return Some(Ok(self));
		}
		if !wanted(link) {
			return None;
		}
		let mut peel = || -> Result<(), Unusable> {
			match self.data[0] {
				0x8c => {
					self.data = Zeroizing::new(self.data.get(3..).ok_or_else(incomplete)?.to_vec())
				},
				0x8d => {
					let head = self.data.get(1..7).and_then(|head| <[u8; 6]>::try_from(head).ok());
					let head = head.ok_or_else(incomplete)?;
					let rest = &self.data[7..];
					// The upper bits of the session number.
					self.data = match head[5] >> 5 {
						0 => cipher::link_layer_message(rest)?,
						1 => {
							let key = key(link).ok_or_else(key_missing)?;
							self.ciphered = true;
							cipher::link_layer(&key, link, &head, rest)?
						},
						other => {
							return Err(Unusable::new(
								"CipheringUnknown",
								format!(
									"the link layer is ciphered in form {other}, which is not read"
								),
							))
						},
					};
				},
				_ => {},
			}
			if self.data.first() == Some(&0x90) {
				let (layer, rest) = cipher::authentication(&self.data[1..])?;
				let rest = Zeroizing::new(rest.to_vec());
				self.authentication = Some(layer);
				self.data = rest;
			}
			Ok(())
		};
		let result = peel();
		Some(result.map(|()| self))
	}

	/// Records that are not ciphered themselves. Of a meter with a key they could be anybody's, unless a
	/// layer below is ciphered or authenticated.
	fn in_the_clear(
		&self,
		records: &[u8],
		address: Address,
		key: &dyn Fn(Address) -> Option<MeterKey>,
	) -> Result<Zeroizing<Vec<u8>>, Unusable> {
		if !self.ciphered && self.authentication.is_none() && key(address).is_some() {
			return Err(Unusable::new(
				"NotCiphered",
				"the telegram is not ciphered, though the meter has a key_file",
			));
		}
		Ok(Zeroizing::new(records.to_vec()))
	}
}

/// The records. `header` is access number, status and configuration.
fn open(
	header: &[u8],
	records: &[u8],
	address: Address,
	layers: &Layers,
	key: &dyn Fn(Address) -> Option<MeterKey>,
) -> Result<Zeroizing<Vec<u8>>, Unusable> {
	let (access, status) = (header[0], header[1]);
	if status & 3 == 2 {
		return Err(Unusable::new("MeterFails", "the meter reports an error of its application"));
	}
	let configuration = u16::from_le_bytes([header[2], header[3]]);
	let blocks = usize::from(configuration >> 4 & 0xf);
	match configuration >> 8 & 0x1f {
		0 => layers.in_the_clear(records, address, key),
		_ if key(address).is_none() => Err(key_missing()),
		5 => {
			let key = key(address).ok_or_else(key_missing)?;
			cipher::mode_5(&key, address, access, blocks, records)
		},
		7 => {
			let key = key(address).ok_or_else(key_missing)?;
			let Some(layer) = &layers.authentication else {
				return Err(Unusable::new(
					"NotAuthenticated",
					"the telegram is ciphered in mode 7 and has no authentication code",
				));
			};
			// How the key is derived stands in one more byte: from the meter's key, with AES-CMAC.
			let (derivation, records) = records.split_first().ok_or_else(incomplete)?;
			if derivation & 0x30 != 0x10 {
				return Err(Unusable::new(
					"CipheringUnknown",
					"the telegram's key is derived in a form that is not read",
				));
			}
			cipher::mode_7(&key, address, layer, blocks, records)
		},
		mode => Err(Unusable::new(
			"CipheringUnknown",
			format!("the telegram is ciphered in mode {mode}; modes 5 and 7 are read"),
		)),
	}
}

/// Of an address the number alone is bound by the authentication code.
fn count(
	address: Address,
	key: &MeterKey,
	layer: &Authentication,
	counters: &mut Counters,
) -> Result<(), Unusable> {
	let number = hex::encode([address[5], address[4], address[3], address[2]]);
	let name = Counters::name(PROTOCOL, &number, key);
	// Only meters of the configuration come here.
	counters.accept(name, u32::from_le_bytes(layer.counter))
}

/// The counters of meters that speak M-Bus.
pub fn own(counters: &Counters) -> impl Iterator<Item = (&str, u32)> {
	counters.iter().filter(|(name, _)| name.starts_with(PROTOCOL))
}
