//! Data of DLMS/COSEM in A-XDR (IEC 62056-6-2, 61334-6).

use crate::{clock::LocalTime, telegram::Unusable};

/// How deep structures stand within each other.
const DEEPEST: usize = 8;
/// Values in one message.
const MOST_VALUES: usize = 2048;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
	/// Nothing.
	Null,
	/// An array or a structure, also one that came compact.
	List(Vec<Data>),
	/// An integer of any type, or an enumeration.
	Integer(i128),
	/// Octets, and texts of any type.
	Octets(Vec<u8>),
	/// A type that no register has: floating point, bits, dates without a time.
	Other,
}

/// Reads from the front of a message.
pub struct Reader<'a> {
	bytes: &'a [u8],
	values: usize,
}

/// What a value is typed as, apart from the value: compact arrays say it once.
enum Type {
	Simple(u8),
	Array(usize, Box<Type>),
	Structure(Vec<Type>),
}

fn broken(what: &str) -> Unusable {
	Unusable::new("TelegramMalformed", format!("the telegram is malformed: {what}"))
}

impl<'a> Reader<'a> {
	/// From the front of `bytes`.
	pub fn new(bytes: &'a [u8]) -> Self {
		Self { bytes, values: 0 }
	}

	/// What is left.
	pub fn rest(&self) -> &'a [u8] {
		self.bytes
	}

	/// So many bytes.
	pub fn take(&mut self, length: usize) -> Result<&'a [u8], Unusable> {
		let (taken, rest) =
			self.bytes.split_at_checked(length).ok_or_else(|| broken("it ends early"))?;
		self.bytes = rest;
		Ok(taken)
	}

	/// One byte.
	pub fn byte(&mut self) -> Result<u8, Unusable> {
		Ok(self.take(1)?[0])
	}

	/// A length: one byte, or the number of bytes that follow and say it.
	pub fn length(&mut self) -> Result<usize, Unusable> {
		let first = self.byte()?;
		match first {
			0..=0x7f => Ok(usize::from(first)),
			0x81..=0x84 => {
				let bytes = self.take(usize::from(first & 0x7f))?;
				let length = bytes.iter().fold(0u64, |length, byte| length << 8 | u64::from(*byte));
				usize::try_from(length).map_err(|_| broken("a length"))
			},
			_ => Err(broken("a length")),
		}
	}

	/// Bytes with their length before them.
	pub fn octets(&mut self) -> Result<&'a [u8], Unusable> {
		let length = self.length()?;
		self.take(length)
	}

	/// A value with its type before it.
	pub fn data(&mut self) -> Result<Data, Unusable> {
		self.data_at(0)
	}

	fn data_at(&mut self, depth: usize) -> Result<Data, Unusable> {
		let tag = self.byte()?;
		match tag {
			1 | 2 => {
				self.descend(depth)?;
				let length = self.length()?;
				let mut list = Vec::new();
				for _ in 0..length {
					list.push(self.data_at(depth + 1)?);
				}
				Ok(Data::List(list))
			},
			19 => {
				self.descend(depth)?;
				let kind = self.kind(depth + 1)?;
				let content = self.octets()?;
				let mut reader = Reader { bytes: content, values: self.values };
				let mut list = Vec::new();
				while !reader.bytes.is_empty() {
					list.push(reader.typed(&kind)?);
				}
				self.values = reader.values;
				Ok(Data::List(list))
			},
			_ => self.simple(tag),
		}
	}

	fn descend(&mut self, depth: usize) -> Result<(), Unusable> {
		self.count()?;
		if depth >= DEEPEST {
			return Err(broken("its structure is too deep"));
		}
		Ok(())
	}

	fn count(&mut self) -> Result<(), Unusable> {
		self.values += 1;
		if self.values > MOST_VALUES {
			return Err(broken("too many values"));
		}
		Ok(())
	}

	fn kind(&mut self, depth: usize) -> Result<Type, Unusable> {
		self.descend(depth)?;
		Ok(match self.byte()? {
			1 => {
				let two = self.take(2)?;
				let length = usize::from(u16::from_be_bytes([two[0], two[1]]));
				Type::Array(length, Box::new(self.kind(depth + 1)?))
			},
			2 => {
				let length = self.length()?;
				let mut kinds = Vec::new();
				for _ in 0..length {
					kinds.push(self.kind(depth + 1)?);
				}
				Type::Structure(kinds)
			},
			19 => return Err(broken("a compact array within another")),
			tag => Type::Simple(tag),
		})
	}

	fn typed(&mut self, kind: &Type) -> Result<Data, Unusable> {
		match kind {
			Type::Simple(tag) => self.simple(*tag),
			Type::Array(length, kind) => {
				self.count()?;
				let mut list = Vec::new();
				for _ in 0..*length {
					list.push(self.typed(kind)?);
				}
				Ok(Data::List(list))
			},
			Type::Structure(kinds) => {
				self.count()?;
				let list: Result<_, _> = kinds.iter().map(|kind| self.typed(kind)).collect();
				Ok(Data::List(list?))
			},
		}
	}

	fn simple(&mut self, tag: u8) -> Result<Data, Unusable> {
		self.count()?;
		Ok(match tag {
			0 | 255 => Data::Null,
			3 | 22 | 17 => Data::Integer(i128::from(self.byte()?)),
			4 => {
				let bits = self.length()?;
				self.take(bits.div_ceil(8))?;
				Data::Other
			},
			5 => self.signed(4)?,
			6 => self.unsigned(4)?,
			9 | 10 | 12 => Data::Octets(self.octets()?.to_vec()),
			// Two decimal digits, which no register and no scaler is.
			13 => self.passed(1)?,
			15 => self.signed(1)?,
			16 => self.signed(2)?,
			18 => self.unsigned(2)?,
			20 => self.signed(8)?,
			21 => self.unsigned(8)?,
			23 => self.passed(4)?,
			24 => self.passed(8)?,
			25 => Data::Octets(self.take(12)?.to_vec()),
			26 => self.passed(5)?,
			27 => self.passed(4)?,
			_ => return Err(broken("a value's type")),
		})
	}

	fn passed(&mut self, length: usize) -> Result<Data, Unusable> {
		self.take(length)?;
		Ok(Data::Other)
	}

	fn unsigned(&mut self, length: usize) -> Result<Data, Unusable> {
		let bytes = self.take(length)?;
		Ok(Data::Integer(bytes.iter().fold(0, |value, byte| value << 8 | i128::from(*byte))))
	}

	fn signed(&mut self, length: usize) -> Result<Data, Unusable> {
		let Data::Integer(value) = self.unsigned(length)? else { return Ok(Data::Other) };
		let bits = 8 * length as u32;
		Ok(Data::Integer(if value >> (bits - 1) == 1 { value - (1 << bits) } else { value }))
	}
}

/// What twelve octets of date and time say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateTime {
	/// Date or time of day are unspecified.
	Unspecified,
	/// The meter says that its clock is not right.
	Invalid,
	/// A time.
	At(LocalTime),
}

impl DateTime {
	/// From twelve octets; none if they are not a date and a time.
	pub fn read(octets: &[u8]) -> Option<Self> {
		let [y0, y1, month, day, _, hour, minute, second, _, d0, d1, status] = octets else {
			return None;
		};
		let year = u16::from_be_bytes([*y0, *y1]);
		if year == 0xffff || [month, day, hour, minute].contains(&&0xff) {
			return Some(Self::Unspecified);
		}
		let deviation = i16::from_be_bytes([*d0, *d1]);
		let deviation = match deviation {
			i16::MIN => None,
			-840..=840 => Some(i32::from(deviation)),
			_ => return None,
		};
		// All bits set: the status is not told.
		let status = if *status == 0xff { 0 } else { *status };
		let second = if *second == 0xff { 0 } else { *second };
		let time = LocalTime::new(
			(i32::from(year), u32::from(*month), u32::from(*day)),
			(u32::from(*hour), u32::from(*minute), u32::from(second)),
			status & 0x80 != 0,
			deviation,
		)?;
		Some(if status & 1 == 0 { Self::At(time) } else { Self::Invalid })
	}
}
