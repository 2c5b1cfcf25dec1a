//! One telegram, read.

use meterproof_statements::Direction;
use serde::Deserialize;

use super::time;
use crate::{
	amount::{Amount, AmountError, Unit},
	measured::{Finding, Measured, Place, Refused, Value},
	named_errors,
};

/// Bytes of the longest telegram: a message to the customer alone may have 2048.
pub(super) const LONGEST: usize = 16 * 1024;
/// Registers of tariffs that a meter may have.
const TARIFFS: usize = 10;

named_errors! {
	/// Why a telegram or one of its registers could not be used. No text tells a reading.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum DsmrError {
		/// The next telegram began before this one had ended.
		CutShort => "a telegram was cut short";
		/// Longer than a telegram can be.
		TooLong => "a telegram is longer than 16384 bytes";
		/// Not `/` at the beginning and `!` at the beginning of the last line.
		NotATelegram => "not a P1 telegram";
		/// DSMR 2.2 and 3.0 have no checksum.
		NoChecksum => "the telegram has no checksum: if the meter speaks DSMR 2.2 or 3.0, set version = \"2.2\"";
		/// Bytes were changed or lost on the way.
		WrongChecksum => "the telegram's checksum is wrong: check the cable and its length";
		/// A line that can be there only once.
		Twice => "a register is in the telegram twice";
		/// The telegram or register does not say when.
		NoTime => "the time is missing";
		/// Not a time, or a time that the meter does not know itself.
		BadTime => "the time is not a time";
		/// A time without a letter for summer or winter that is not one moment.
		AmbiguousTime => "the time has no letter for summer or winter time, and is not one moment without it";
		/// The register's line is there and its value is not.
		NoValue => "a register has no value";
		/// Two tariffs are there in every telegram without a checksum: one was lost.
		NoTariff => "a tariff's register is missing";
		/// A line of a register that is not written as the standard says.
		BadLine => "a register's line cannot be read";
		/// Not a unit that can be counted in.
		UnknownUnit => "a register's unit is not one of Wh, kWh, MWh, l, m3";
		/// Not a number.
		NotANumber => "a register's value is not a number";
		/// More digits than any meter has.
		TooManyDigits => "a register's value has too many digits";
	}
}

impl From<AmountError> for DsmrError {
	fn from(error: AmountError) -> Self {
		match error {
			AmountError::TooManyDigits => Self::TooManyDigits,
			AmountError::WrongUnit => Self::UnknownUnit,
			_ => Self::NotANumber,
		}
	}
}

/// The standard's version that a meter speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Version {
	/// 4.0 and later, as in Belgium and Sweden: telegrams have a checksum.
	#[default]
	#[serde(rename = "5", alias = "4", alias = "4.0", alias = "4.2", alias = "5.0")]
	Checked,
	/// 2.2 and 3.0: telegrams have neither a checksum nor a time.
	#[serde(rename = "2.2", alias = "3.0", alias = "3")]
	Unchecked,
}

/// CRC-16/ARC, from `/` to `!`.
pub(crate) fn checksum(bytes: &[u8]) -> u16 {
	bytes.iter().fold(0, |sum, &byte| {
		(0..8).fold(sum ^ u16::from(byte), |sum, _| {
			(sum >> 1) ^ if sum & 1 == 1 { 0xa001 } else { 0 }
		})
	})
}

/// Reads a telegram: the standing of the meter's registers, summed over tariffs, and those of the meters
/// on its M-Bus (gas, water, heat), each at its own time. `winter_offset` is what the meter's winter time
/// is ahead of UTC, in hours.
pub fn parse(
	telegram: &[u8],
	place: Place,
	received_ms: u64,
	version: Version,
	winter_offset: i8,
) -> Vec<Finding> {
	let lines = match content(telegram, version) {
		Ok(content) => Lines::new(content),
		Err(error) => return vec![Finding::Refused(Refused::new(place, None, &error))],
	};
	let reader = Reader { lines, place, received_ms, version, winter_offset };
	let mut findings = reader.own_registers();
	findings.extend((1..=4).filter_map(|channel| reader.channel(channel)));
	findings
}

/// What is between `/` and `!`, once the checksum has been found right.
fn content(telegram: &[u8], version: Version) -> Result<&[u8], DsmrError> {
	if telegram.len() > LONGEST {
		return Err(DsmrError::TooLong);
	}
	let end = telegram.windows(2).position(|pair| pair == b"\n!").ok_or(DsmrError::NotATelegram)?;
	let (checked, tail) = telegram.split_at(end + 2);
	let content = match checked {
		[b'/', content @ .., b'!'] => content,
		_ => return Err(DsmrError::NotATelegram),
	};
	let tail = tail.trim_ascii_end();
	if tail.is_empty() {
		return match version {
			Version::Checked => Err(DsmrError::NoChecksum),
			Version::Unchecked => Ok(content),
		};
	}
	let right = format!("{:04X}", checksum(checked));
	if !tail.eq_ignore_ascii_case(right.as_bytes()) {
		return Err(DsmrError::WrongChecksum);
	}
	Ok(content)
}

/// A telegram's lines by their references.
struct Lines<'a> {
	/// What stands after `/`: the maker and the model.
	identification: &'a str,
	/// Reference and values, as in `1-0:1.8.1` and `(000576.239*kWh)`.
	lines: Vec<(&'a str, &'a str)>,
}

impl<'a> Lines<'a> {
	/// Lines that are not text, or have no value, are passed over: they are of no register.
	fn new(content: &'a [u8]) -> Self {
		let mut texts = content
			.split(|byte| *byte == b'\n')
			.map(|line| line.trim_ascii())
			.enumerate()
			.filter_map(|(number, line)| Some((number, std::str::from_utf8(line).ok()?)));
		let identification = match texts.next() {
			Some((0, line)) => line,
			_ => "",
		};
		let texts: Vec<&str> = texts.map(|(_, line)| line).collect();
		let mut lines = Vec::new();
		for (at, line) in texts.iter().enumerate() {
			let Some(open) = line.find('(') else { continue };
			let (reference, values) = line.split_at(open);
			// Before DSMR 4 a gas register's value stands in a line of its own.
			let next = texts.get(at + 1).copied().unwrap_or_default();
			if reference.ends_with(":24.3.0") && next.starts_with('(') {
				lines.push((reference, values));
				lines.push((reference, next));
			} else if !reference.is_empty() {
				lines.push((reference, values));
			}
		}
		Self { identification, lines }
	}

	fn all<'b>(&'b self, reference: &'b str) -> impl Iterator<Item = &'a str> + 'b {
		self.lines.iter().filter(move |(name, _)| *name == reference).map(|(_, values)| *values)
	}

	/// The values of the only line of a reference.
	fn values(&self, reference: &str) -> Result<Option<Vec<&'a str>>, DsmrError> {
		let mut all = self.all(reference);
		let Some(values) = all.next() else { return Ok(None) };
		if all.next().is_some() {
			return Err(DsmrError::Twice);
		}
		bracketed(values).map(Some).ok_or(DsmrError::BadLine)
	}

	/// An equipment identifier: in hexadecimal digits, mostly of letters and digits.
	fn identifier(&self, reference: &str) -> Result<Option<String>, DsmrError> {
		let Some(values) = self.values(reference)? else { return Ok(None) };
		let [text] = values.as_slice() else { return Err(DsmrError::BadLine) };
		let decoded = hex::decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
		let printable = decoded.filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
		Ok(Some(printable.unwrap_or_else(|| (*text).to_owned())).filter(|text| !text.is_empty()))
	}
}

/// The values of `(..)(..)`.
fn bracketed(text: &str) -> Option<Vec<&str>> {
	let inner = text.strip_prefix('(')?.strip_suffix(')')?;
	let values: Vec<&str> = inner.split(")(").collect();
	values.iter().all(|value| !value.contains(['(', ')'])).then_some(values)
}

/// `000576.239*kWh`.
fn amount(text: &str) -> Result<Amount, DsmrError> {
	if text.is_empty() {
		return Err(DsmrError::NoValue);
	}
	let (number, unit) = text.split_once('*').ok_or(DsmrError::UnknownUnit)?;
	let unit = Unit::parse(unit).ok_or(DsmrError::UnknownUnit)?;
	if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
		return Err(DsmrError::NotANumber);
	}
	Ok(Amount::parse(number, unit)?)
}

struct Reader<'a> {
	lines: Lines<'a>,
	place: Place,
	received_ms: u64,
	version: Version,
	winter_offset: i8,
}

impl Reader<'_> {
	fn refused(&self, meter: Option<&str>, error: DsmrError) -> Finding {
		Finding::Refused(Refused::new(self.place, meter, &error))
	}

	fn stands(
		&self,
		meter: &str,
		direction: Direction,
		taken_ms: Option<u64>,
		total: Amount,
	) -> Finding {
		Finding::Measured(Measured {
			place: self.place,
			meter: meter.into(),
			direction,
			value: Value::Stands { at_ms: taken_ms.unwrap_or(self.received_ms), total },
			taken_ms,
			received_ms: self.received_ms,
			signed: None,
			input_name: None,
		})
	}

	/// The registers of the meter that the port belongs to.
	fn own_registers(&self) -> Vec<Finding> {
		let meter = match self.lines.identifier("0-0:96.1.1") {
			Ok(Some(meter)) => meter,
			// Sweden's meters have no identifier: what they say first names maker and model.
			Ok(None) => self.lines.identification.to_owned(),
			Err(error) => return vec![self.refused(None, error)],
		};
		let taken_ms = match self.time() {
			Ok(taken_ms) => taken_ms,
			Err(error) => return vec![self.refused(Some(&meter), error)],
		};
		let mut findings = Vec::new();
		for direction in Direction::ALL {
			findings.extend(match self.total(direction) {
				Ok(Some(total)) => Some(self.stands(&meter, direction, taken_ms, total)),
				Ok(None) => None,
				Err(error) => Some(self.refused(Some(&meter), error)),
			});
		}
		findings
	}

	/// The telegram's own time, if its version has one.
	fn time(&self) -> Result<Option<u64>, DsmrError> {
		match (self.lines.values("0-0:1.0.0")?, self.version) {
			(Some(values), _) => match values.as_slice() {
				[text] => time::parse(text, self.winter_offset).map(Some),
				_ => Err(DsmrError::BadTime),
			},
			(None, Version::Unchecked) => Ok(None),
			(None, Version::Checked) => Err(DsmrError::NoTime),
		}
	}

	/// A register without tariffs where there is one, and the sum of all tariffs otherwise.
	fn total(&self, direction: Direction) -> Result<Option<Amount>, DsmrError> {
		let group = match direction {
			Direction::Import => 1,
			Direction::Export => 2,
		};
		let register = |tariff: usize| -> Result<Option<Amount>, DsmrError> {
			match self.lines.values(&format!("1-0:{group}.8.{tariff}"))? {
				None => Ok(None),
				Some(values) => match values.as_slice() {
					[text] => amount(text).map(Some),
					_ => Err(DsmrError::BadLine),
				},
			}
		};
		if let Some(total) = register(0)? {
			return Ok(Some(total));
		}
		let tariffs = (1..TARIFFS).map(register).collect::<Result<Vec<_>, _>>()?;
		let mut present = tariffs.iter().flatten();
		let Some(first) = present.next() else { return Ok(None) };
		// A checksum tells that no line is lost. Without one, both tariffs must be there.
		if self.version == Version::Unchecked && tariffs.iter().take(2).any(Option::is_none) {
			return Err(DsmrError::NoTariff);
		}
		let total = present.try_fold(*first, |sum, tariff| sum.plus(*tariff))?;
		Ok(Some(total))
	}

	/// The register of the meter on an M-Bus channel. It is read once an hour or every five minutes, and
	/// its standing is of that time, however late it arrives.
	fn channel(&self, channel: u8) -> Option<Finding> {
		let identifier = |kind| self.lines.identifier(&format!("0-{channel}:96.1.{kind}"));
		// Belgium has the identifier at 96.1.1.
		let meter = match identifier(0)
			.and_then(|found| found.map_or_else(|| identifier(1), |name| Ok(Some(name))))
		{
			Ok(meter) => meter,
			Err(error) => return Some(self.refused(None, error)),
		};
		match self.channel_register(channel) {
			Ok(None) => None,
			Ok(Some((taken_ms, total))) => {
				let meter =
					meter.unwrap_or_else(|| format!("{}/{channel}", self.lines.identification));
				Some(self.stands(&meter, Direction::Import, Some(taken_ms), total))
			},
			// A channel without a meter keeps its lines, and they say nothing.
			Err(error) => meter.map(|meter| self.refused(Some(&meter), error)),
		}
	}

	fn channel_register(&self, channel: u8) -> Result<Option<(u64, Amount)>, DsmrError> {
		// At 24.2.1 the volume at standard conditions, at 24.2.3 the volume as it is.
		for register in ["24.2.1", "24.2.3"] {
			let Some(values) = self.lines.values(&format!("0-{channel}:{register}"))? else {
				continue;
			};
			let [at, value] = values.as_slice() else { return Err(DsmrError::BadLine) };
			let total = amount(value)?;
			return Ok(Some((time::parse(at, self.winter_offset)?, total)));
		}
		self.old_register(channel)
	}

	/// `0-1:24.3.0(110403140000)(00)(60)(1)(0-1:24.2.1)(m3)`, and in the next line `(00008.001)`.
	fn old_register(&self, channel: u8) -> Result<Option<(u64, Amount)>, DsmrError> {
		let reference = format!("0-{channel}:24.3.0");
		let lines: Vec<&str> = self.lines.all(&reference).collect();
		let (head, value) = match lines.as_slice() {
			[] => return Ok(None),
			[head, value] => (head, value),
			[_] => return Err(DsmrError::NoValue),
			_ => return Err(DsmrError::Twice),
		};
		let head = bracketed(head).ok_or(DsmrError::BadLine)?;
		let (Some(at), Some(unit)) = (head.first(), head.last()) else {
			return Err(DsmrError::BadLine);
		};
		let value = bracketed(value).ok_or(DsmrError::BadLine)?;
		let [number] = value.as_slice() else { return Err(DsmrError::BadLine) };
		let total = amount(&format!("{number}*{unit}"))?;
		Ok(Some((time::parse(at, self.winter_offset)?, total)))
	}
}
