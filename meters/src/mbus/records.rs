//! The application layer (EN 13757-3): data records, and the current totals among them.

use meterproof_statements::Direction;

use crate::{
	amount::{Amount, Unit},
	clock::{LocalTime, MeterClock},
	telegram::{decimal, total, Received, Unusable},
};

/// Extensions of a DIF or a VIF.
const MOST_EXTENSIONS: usize = 10;

/// What a medium's totals are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// Energy that is taken and given.
	Electricity,
	/// Thermal energy.
	Heat,
	/// Volume.
	Volume,
}

impl Kind {
	/// By the medium in a meter's address.
	pub fn of(medium: u8) -> Result<Self, Unusable> {
		match medium {
			0x02 => Ok(Self::Electricity),
			0x04 | 0x0a..=0x0d => Ok(Self::Heat),
			0x03 | 0x06 | 0x07 | 0x15..=0x17 => Ok(Self::Volume),
			_ => Err(Unusable::new(
				"MediumUnknown",
				format!("the meter's medium is 0x{medium:02x}; electricity, heat, gas and water are read"),
			)),
		}
	}
}

/// What records say of now.
#[derive(Default)]
pub struct Current {
	/// Totals by direction; the one of the finest unit.
	pub totals: Vec<(Direction, Result<Amount, Unusable>)>,
	/// The meter's time, if it tells one; none within if its mark says that it is not valid.
	pub time: Option<Option<LocalTime>>,
	/// Whether further telegrams follow.
	pub more: bool,
}

impl Current {
	/// When the totals were taken, Unix ms; none if arrival counts.
	pub fn taken(&self, clock: MeterClock, received: Received) -> Result<Option<u64>, Unusable> {
		match self.time {
			None => Ok(None),
			Some(_) if clock == MeterClock::Arrival => Ok(None),
			Some(Some(time)) => clock.local(time, received),
			Some(None) => Err(Unusable::new(
				"ClockInvalid",
				"the meter says that its clock is not right: set it, or say clock = \"arrival\"",
			)),
		}
	}
}

/// One total as a record has it.
struct Candidate {
	direction: Direction,
	/// Whether the record says that it counts one direction only.
	directed: bool,
	/// Power of ten in its unit, for choosing the finest.
	fineness: i32,
	amount: Result<Amount, Unusable>,
}

/// A unit and a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
	WattHours(i32),
	Joules(i32),
	CubicMetres(i32),
	DateTime,
	Other,
}

fn broken(what: &str) -> Unusable {
	Unusable::new("TelegramMalformed", format!("the telegram is malformed: {what}"))
}

/// Reads all records. Those that are no current total of the meter's kind are passed over, and so is
/// what the maker has added in his own form.
pub fn read(bytes: &[u8], kind: Kind) -> Result<Current, Unusable> {
	let mut reader = Reader { bytes };
	let mut current = Current::default();
	let mut candidates = Vec::new();
	while let Ok(dif) = reader.byte() {
		match dif {
			0x2f => continue,
			0x0f => break,
			0x1f => {
				current.more = true;
				break;
			},
			_ if dif & 0x0f == 0x0f => return Err(broken("a record's form")),
			_ => {},
		}
		let mut now = dif & 0x40 == 0;
		let function = dif >> 4 & 3;
		let mut extended = dif & 0x80 != 0;
		let mut extensions = 0;
		while extended {
			let dife = reader.byte()?;
			// Storage, tariff, part of the device.
			now &= dife & 0x7f == 0;
			extended = dife & 0x80 != 0;
			extensions += 1;
			if extensions > MOST_EXTENSIONS {
				return Err(broken("too many extensions"));
			}
		}
		let vif = reader.vif()?;
		let value = reader.value(dif & 0x0f)?;
		if !now || function != 0 {
			continue;
		}
		if vif.quantity == Quantity::DateTime {
			if let Some(time) = local_time(value.raw) {
				current.time = Some(time);
			}
			continue;
		}
		candidates.extend(candidate(&vif, value, kind));
	}
	current.totals = chosen(candidates);
	Ok(current)
}

/// Of each direction, the record that counts it alone, else the finest.
fn chosen(candidates: Vec<Candidate>) -> Vec<(Direction, Result<Amount, Unusable>)> {
	let of = |direction| {
		let mut all: Vec<_> =
			candidates.iter().filter(|candidate| candidate.direction == direction).collect();
		all.sort_by_key(|candidate| (!candidate.directed, candidate.fineness));
		let (first, rest) = all.split_first()?;
		let contradicted = rest.iter().any(|other| {
			(other.directed, other.fineness) == (first.directed, first.fineness)
				&& other.amount != first.amount
		});
		let amount = if contradicted {
			Err(Unusable::new(
				"RegisterTwice",
				"the telegram tells the register twice, differently",
			))
		} else {
			first.amount.clone()
		};
		Some((direction, amount))
	};
	Direction::ALL.into_iter().filter_map(of).collect()
}

fn candidate(vif: &Vif, value: Raw<'_>, kind: Kind) -> Option<Candidate> {
	let fineness = match (kind, vif.quantity) {
		(Kind::Electricity | Kind::Heat, Quantity::WattHours(exponent)) => exponent,
		// A joule is a little more than 10^-4 Wh.
		(Kind::Electricity | Kind::Heat, Quantity::Joules(exponent)) => exponent - 4,
		(Kind::Volume, Quantity::CubicMetres(exponent)) => exponent,
		_ => return None,
	};
	let direction = match (vif.direction, kind) {
		(None | Some(Direction::Import), _) => Direction::Import,
		(Some(Direction::Export), Kind::Electricity) => Direction::Export,
		// Water that flows back is not given to anyone.
		_ => return None,
	};
	let amount = match vif.error {
		Some(code) => Err(Unusable::new(
			"RecordInvalid",
			format!("the meter marks the register as not valid, with code {code}"),
		)),
		None => value.number().and_then(|(digits, power)| amount(vif.quantity, digits, power)),
	};
	Some(Candidate { direction, directed: vif.direction.is_some(), fineness, amount })
}

fn amount(quantity: Quantity, digits: i128, power: i32) -> Result<Amount, Unusable> {
	match quantity {
		Quantity::CubicMetres(exponent) => total(digits, power + exponent, Unit::CubicMetre),
		Quantity::WattHours(exponent) => total(digits, power + exponent, Unit::WattHour),
		Quantity::Joules(exponent) => {
			// 3600 J are 1 Wh. Standings are rounded down to Wh; rounded down to 10^-9 Wh first they
			// are the same.
			let too_many = || Unusable::from(crate::AmountError::TooManyDigits);
			let exponent = power + exponent + 9;
			let factor = 10i128.checked_pow(exponent.unsigned_abs()).ok_or_else(too_many)?;
			let scaled = if exponent < 0 {
				digits.div_euclid(factor)
			} else {
				digits.checked_mul(factor).ok_or_else(too_many)?
			};
			total(scaled.div_euclid(3600), -9, Unit::WattHour)
		},
		Quantity::DateTime | Quantity::Other => Err(broken("a unit")),
	}
}

/// What a value is a value of.
struct Vif {
	quantity: Quantity,
	/// The one direction that is counted.
	direction: Option<Direction>,
	/// The record's error.
	error: Option<u8>,
}

struct Reader<'a> {
	bytes: &'a [u8],
}

impl<'a> Reader<'a> {
	fn take(&mut self, length: usize) -> Result<&'a [u8], Unusable> {
		let (taken, rest) =
			self.bytes.split_at_checked(length).ok_or_else(|| broken("it ends early"))?;
		self.bytes = rest;
		Ok(taken)
	}

	fn byte(&mut self) -> Result<u8, Unusable> {
		Ok(self.take(1)?[0])
	}

	fn vif(&mut self) -> Result<Vif, Unusable> {
		let first = self.byte()?;
		let mut extended = first & 0x80 != 0;
		let mut extensions = 0;
		let mut quantity = match first {
			0x7c => {
				// A unit in letters: no total has one.
				let length = usize::from(self.byte()?);
				self.take(length)?;
				return Ok(Vif { quantity: Quantity::Other, direction: None, error: None });
			},
			0xfc => {
				// Makers differ in whether letters or extensions come first.
				return Err(broken("a unit in letters with extensions"));
			},
			0xfb => {
				let second = self.byte()?;
				extended = second & 0x80 != 0;
				extra(second & 0x7f)
			},
			_ => primary(first & 0x7f),
		};
		let mut vif = Vif { quantity, direction: None, error: None };
		let own = first & 0x7f == 0x7f;
		while extended {
			let vife = self.byte()?;
			extended = vife & 0x80 != 0;
			extensions += 1;
			if extensions > MOST_EXTENSIONS {
				return Err(broken("too many extensions"));
			}
			if own {
				continue;
			}
			quantity = match (vife & 0x7f, quantity) {
				(power @ 0x70..=0x77, _) => scaled(quantity, i32::from(power & 7) - 6),
				(0x7d, _) => scaled(quantity, 3),
				(0x3b, _) => {
					vif.direction = Some(Direction::Import);
					quantity
				},
				(0x3c, _) => {
					vif.direction = Some(Direction::Export);
					quantity
				},
				(0, _) => quantity,
				(code @ 1..=0x1f, _) => {
					vif.error = Some(code);
					quantity
				},
				(0x7f, _) => {
					// The maker's own extensions follow.
					while extended {
						extended = self.byte()? & 0x80 != 0;
					}
					Quantity::Other
				},
				// A rate, a correction, a time, another condition: no total.
				_ => Quantity::Other,
			};
		}
		vif.quantity = quantity;
		Ok(vif)
	}

	fn value(&mut self, field: u8) -> Result<Raw<'a>, Unusable> {
		let (form, length) = match field {
			0x0 | 0x8 => (Form::None, 0),
			0x1..=0x4 => (Form::Integer, usize::from(field)),
			0x5 => (Form::Real, 4),
			0x6 => (Form::Integer, 6),
			0x7 => (Form::Integer, 8),
			0x9..=0xc => (Form::Decimal, usize::from(field - 8)),
			0xe => (Form::Decimal, 6),
			0xd => match self.byte()? {
				length @ 0..=0xbf => (Form::None, usize::from(length)),
				length @ 0xc0..=0xc9 => (Form::Decimal, usize::from(length - 0xc0)),
				length @ 0xd0..=0xd9 => (Form::NegativeDecimal, usize::from(length - 0xd0)),
				length @ 0xe0..=0xef => (Form::Integer, usize::from(length - 0xe0)),
				_ => return Err(broken("a value's length")),
			},
			_ => return Err(broken("a value's form")),
		};
		Ok(Raw { form, raw: self.take(length)? })
	}
}

fn primary(vif: u8) -> Quantity {
	let low = i32::from(vif & 7);
	match vif {
		0x00..=0x07 => Quantity::WattHours(low - 3),
		0x08..=0x0f => Quantity::Joules(low),
		0x10..=0x17 => Quantity::CubicMetres(low - 6),
		0x6d => Quantity::DateTime,
		_ => Quantity::Other,
	}
}

/// The first table of further units.
fn extra(vife: u8) -> Quantity {
	let low = i32::from(vife & 1);
	match vife {
		0x00 | 0x01 => Quantity::WattHours(low - 1 + 6),
		0x08 | 0x09 => Quantity::Joules(low - 1 + 9),
		0x10 | 0x11 => Quantity::CubicMetres(low + 2),
		_ => Quantity::Other,
	}
}

fn scaled(quantity: Quantity, power: i32) -> Quantity {
	match quantity {
		Quantity::WattHours(exponent) => Quantity::WattHours(exponent + power),
		Quantity::Joules(exponent) => Quantity::Joules(exponent + power),
		Quantity::CubicMetres(exponent) => Quantity::CubicMetres(exponent + power),
		other => other,
	}
}

enum Form {
	None,
	Integer,
	Real,
	Decimal,
	NegativeDecimal,
}

/// A value's bytes, the lowest first.
struct Raw<'a> {
	form: Form,
	raw: &'a [u8],
}

impl Raw<'_> {
	/// Digits and a power of ten.
	fn number(&self) -> Result<(i128, i32), Unusable> {
		let wrong = || Unusable::new("RegisterNotANumber", "the register is not a number");
		match self.form {
			Form::None => Err(wrong()),
			Form::Integer if self.raw.is_empty() || self.raw.len() > 8 => Err(wrong()),
			Form::Integer => {
				let value =
					self.raw.iter().rev().fold(0i128, |value, byte| value << 8 | i128::from(*byte));
				let bits = 8 * self.raw.len() as u32;
				Ok((if value >> (bits - 1) == 1 { value - (1 << bits) } else { value }, 0))
			},
			Form::Real => {
				let bytes = <[u8; 4]>::try_from(self.raw).map_err(|_| wrong())?;
				decimal(f32::from_le_bytes(bytes).into(), true)
			},
			Form::Decimal | Form::NegativeDecimal => {
				let mut value = 0i128;
				let mut negative = matches!(self.form, Form::NegativeDecimal);
				for (at, byte) in self.raw.iter().rev().enumerate() {
					for (half, digit) in [byte >> 4, byte & 0xf].into_iter().enumerate() {
						match digit {
							0..=9 => value = value * 10 + i128::from(digit),
							// A minus stands for the first digit.
							0xf if at == 0 && half == 0 => negative = true,
							_ => return Err(wrong()),
						}
					}
				}
				Ok((if negative { -value } else { value }, 0))
			},
		}
	}
}

/// A date and time of four or six bytes; none within if the meter marks it as not valid. Other lengths
/// are dates alone or longer forms.
fn local_time(bytes: &[u8]) -> Option<Option<LocalTime>> {
	let (second, summer, rest) = match *bytes {
		[minute, hour, day, month] => (0, hour & 0x80 != 0, [minute, hour, day, month]),
		[second, minute, hour, day, month, _] => {
			(second & 0x3f, second & 0x40 != 0, [minute, hour, day, month])
		},
		_ => return None,
	};
	let [minute, hour, day, month] = rest;
	if minute & 0x80 != 0 {
		return Some(None);
	}
	let year = i32::from(day >> 5 | month >> 4 << 3);
	let century = if bytes.len() == 4 { i32::from(hour >> 5 & 3) } else { 0 };
	// Without a century, years up to 80 are of this one.
	let year = match century {
		0 if year <= 80 => 2000 + year,
		_ => 1900 + 100 * century + year,
	};
	let time = LocalTime::new(
		(year, u32::from(month & 0xf), u32::from(day & 0x1f)),
		(u32::from(hour & 0x1f), u32::from(minute & 0x3f), u32::from(second)),
		summer,
		None,
	);
	Some(time)
}
