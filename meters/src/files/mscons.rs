//! MSCONS: metered data as the German market exchanges them, in EDIFACT (EDI@Energy, 2.4).
//!
//! A message names a location (`LOC+172`), and for each register (`PIA`) quantities (`QTY`) with the
//! interval they were counted in (`DTM+163`, `DTM+164`) or the time they were read at (`DTM+9`). A value's
//! qualifier says where it comes from: 220 is true, 67 a substitute, 201 provisional, 187 a forecast, 20
//! unusable. Substitutes, provisional values and forecasts are refused unless the configuration accepts
//! them; unusable ones are missing.
//!
//! A message tells how many segments it has. One that has fewer is refused whole, since the segment that
//! is lost may be the one that said of which register a quantity is. The crate `edi-energy` was not taken:
//! releases that this project's compiler can build are of profiles and rules for whole market processes,
//! at 17,000 lines and a parser of its own.

use std::borrow::Cow;

use chrono::{FixedOffset, NaiveDate};
use meterproof_statements::Direction;

use super::{
	findings::{Collected, Quality, Slot},
	text::decode_windows_1252,
	times::{resolve, Labels, Stamp, Zone},
};
use crate::{
	amount::{Amount, Unit},
	measured::{Finding, Place, Refused},
	named_errors,
};

/// Bytes of the longest segment.
const LONGEST_SEGMENT: usize = 4096;
/// Segments of the longest message: a year of quarters of an hour.
const MOST_SEGMENTS: usize = 200_000;

named_errors! {
	/// Why an interchange, a message or a quantity could not be used. Segments are counted as lines are.
	/// No text tells a reading.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum MsconsError {
		/// Neither `UNA` nor `UNB` at the beginning.
		NotEdifact => "the file is not an EDIFACT interchange";
		/// Two signs with one meaning.
		BadSeparators => "the signs that UNA names are not different from each other";
		/// The interchange has no end.
		CutShort => "the interchange has no end UNZ: it was cut short";
		/// A segment that no message has.
		TooLong => "a segment has more than 4096 bytes, or a message more than 200000 segments";
		/// Another kind of message.
		NotMscons => "the message is not MSCONS";
		/// Segments were lost, or messages mixed.
		WrongCount => "the message's end does not fit its beginning or its number of segments";
		/// No `LOC+172`.
		NoMeter => "the quantity is of no location";
		/// No `PIA`, or one without an OBIS code.
		NoRegister => "the quantity is of no register";
		/// Gas, water and heat are exchanged otherwise.
		NotElectricity => "the register is not one of electricity";
		/// One tariff's standing is a part of what the meter counted.
		TariffRegister => "the register is of one tariff: the register of all of them is needed";
		/// Other than what the standard has.
		BadQuantity => "the quantity is not written as qualifier, number and unit";
		/// Not a number, or one of too many digits.
		NotANumber => "the quantity is not a number";
		/// A quantity that cannot be counted in.
		UnknownUnit => "the quantity's unit is not KWH, MWH or WHR";
		/// None of 20, 67, 187, 201, 220.
		UnknownQualifier => "the quantity's qualifier is none of 20, 67, 187, 201, 220";
		/// Neither an interval nor a time.
		NoTime => "the quantity has no interval and no time";
		/// A time of another form.
		BadTime => "the time is not like 202611291403?+00 with format 303";
		/// A time without an offset.
		NoTimeZone => "the time has no offset from UTC, and no time zone is given";
		/// The end is not after the start.
		BadInterval => "the interval does not end after its start";
	}
}

/// The signs of an interchange.
#[derive(Clone, Copy)]
struct Signs {
	component: u8,
	element: u8,
	decimal: u8,
	release: u8,
	end: u8,
}

/// Reads an interchange. `accept` is the least quality that is taken; `zone` is of times that have no
/// offset from UTC.
pub fn parse(bytes: &[u8], read_ms: u64, accept: Quality, zone: Option<Zone>) -> Vec<Finding> {
	let whole =
		|error: MsconsError| vec![Finding::Refused(Refused::new(Place::Line(1), None, &error))];
	let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
	let (signs, rest) = match bytes {
		[b'U', b'N', b'A', component, element, decimal, release, _, end, rest @ ..] => (
			Signs {
				component: *component,
				element: *element,
				decimal: *decimal,
				release: *release,
				end: *end,
			},
			rest,
		),
		[b'U', b'N', b'B', ..] => (
			Signs { component: b':', element: b'+', decimal: b'.', release: b'?', end: b'\'' },
			bytes,
		),
		_ => return whole(MsconsError::NotEdifact),
	};
	let Signs { component, element, release, end, .. } = signs;
	let mut different = [component, element, release, end];
	different.sort_unstable();
	if different.windows(2).any(|pair| pair[0] == pair[1]) || release == b' ' {
		return whole(MsconsError::BadSeparators);
	}
	let mut reader =
		Reader { signs, zone, collected: Collected::new(read_ms, accept), message: None };
	let mut number = 0;
	let mut has_ended = false;
	for segment in segments(rest, signs) {
		number += 1;
		if reader.collected.is_full() {
			return reader.collected.finish();
		}
		if segment.len() > LONGEST_SEGMENT {
			reader.give_up(number, MsconsError::TooLong);
			continue;
		}
		let segment = elements(segment, signs);
		has_ended = name(&segment) == "UNZ";
		reader.segment(number, segment);
	}
	if reader.message.is_some() {
		reader.give_up(number, MsconsError::WrongCount);
	}
	if !has_ended {
		reader.collected.refused(number, None, &MsconsError::CutShort);
	}
	reader.collected.finish()
}

/// The segments of an interchange, without the line ends between them.
fn segments(bytes: &[u8], signs: Signs) -> impl Iterator<Item = &[u8]> {
	let mut released = false;
	bytes
		.split(move |byte| {
			let is_end = *byte == signs.end && !released;
			released = *byte == signs.release && !released;
			is_end
		})
		.map(|segment| segment.trim_ascii())
		.filter(|segment| !segment.is_empty())
}

/// A segment's elements, each with its components.
type Segment = Vec<Vec<String>>;

fn elements(segment: &[u8], signs: Signs) -> Segment {
	let mut elements = vec![vec![Vec::new()]];
	let mut released = false;
	for &byte in segment {
		let Some(component) =
			elements.last_mut().and_then(|element: &mut Vec<Vec<u8>>| element.last_mut())
		else {
			break;
		};
		if !released && byte == signs.release {
			released = true;
		} else if !released && byte == signs.element {
			elements.push(vec![Vec::new()]);
		} else if !released && byte == signs.component {
			if let Some(element) = elements.last_mut() {
				element.push(Vec::new());
			}
		} else {
			component.push(byte);
			released = false;
		}
	}
	let text = |bytes: Vec<u8>| match String::from_utf8(bytes) {
		Ok(text) => text,
		// Of the character sets that interchanges have, the usual one.
		Err(error) => decode_windows_1252(error.as_bytes()).unwrap_or_default(),
	};
	elements.into_iter().map(|element| element.into_iter().map(text).collect()).collect()
}

fn name(segment: &Segment) -> &str {
	component(segment, 0, 0)
}

fn component(segment: &Segment, element: usize, component: usize) -> &str {
	segment.get(element).and_then(|element| element.get(component)).map_or("", String::as_str)
}

/// A quantity that waits for its times.
struct Quantity {
	number: u64,
	qualifier: String,
	value: String,
	unit: String,
	start: Option<Result<u64, MsconsError>>,
	end: Option<Result<u64, MsconsError>>,
	at: Option<Result<u64, MsconsError>>,
}

/// What a register is of.
#[derive(Clone)]
enum Register {
	/// A direction, and whether values are the register's standings.
	Counts {
		direction: Direction,
		stands: bool,
	},
	/// Not counted here: reactive energy, power and the like.
	Other,
	Refused(MsconsError),
}

/// A message that has not ended.
struct Message {
	/// Its first segment's number.
	number: u64,
	reference: String,
	is_mscons: bool,
	segments: usize,
	meter: Option<String>,
	register: Option<Register>,
	/// The message's own offset from UTC.
	offset: Option<FixedOffset>,
	quantity: Option<Quantity>,
	/// What its quantities say; handed on when the message has ended well.
	said: Vec<Said>,
}

struct Said {
	number: u64,
	meter: Option<String>,
	result: Result<Reading, MsconsError>,
}

struct Reading {
	direction: Direction,
	start_ms: u64,
	end_ms: u64,
	stands: bool,
	amount: Option<Amount>,
	quality: Quality,
	what: &'static str,
}

struct Reader {
	signs: Signs,
	zone: Option<Zone>,
	collected: Collected,
	message: Option<Message>,
}

impl Reader {
	/// Refuses the message that is open.
	fn give_up(&mut self, number: u64, error: MsconsError) {
		let message = self.message.take();
		let number = message.as_ref().map_or(number, |message| message.number);
		let meter = message.and_then(|message| message.meter);
		self.collected.refused(number, meter.as_deref(), &error);
	}

	fn segment(&mut self, number: u64, segment: Segment) {
		match name(&segment) {
			"UNB" | "UNZ" => {
				if self.message.is_some() {
					self.give_up(number, MsconsError::WrongCount);
				}
			},
			"UNH" => {
				if self.message.is_some() {
					self.give_up(number, MsconsError::WrongCount);
				}
				self.message = Some(Message {
					number,
					reference: component(&segment, 1, 0).into(),
					is_mscons: component(&segment, 2, 0) == "MSCONS",
					segments: 1,
					meter: None,
					register: None,
					offset: None,
					quantity: None,
					said: Vec::new(),
				});
			},
			"UNT" => self.end_message(number, &segment),
			_ => {
				let (signs, zone) = (self.signs, self.zone);
				let Some(message) = self.message.as_mut() else { return };
				message.segments += 1;
				if message.segments > MOST_SEGMENTS {
					self.give_up(number, MsconsError::TooLong);
				} else if message.is_mscons {
					message.take(number, &segment, signs, zone);
				}
			},
		}
	}

	fn end_message(&mut self, number: u64, segment: &Segment) {
		let signs = self.signs;
		let Some(mut message) = self.message.take() else {
			self.collected.refused(number, None, &MsconsError::WrongCount);
			return;
		};
		message.end_quantity(signs);
		let count = component(segment, 1, 0).parse::<usize>().ok();
		let fits =
			count == Some(message.segments + 1) && component(segment, 2, 0) == message.reference;
		let error = match (message.is_mscons, fits) {
			(false, _) => Some(MsconsError::NotMscons),
			(true, false) => Some(MsconsError::WrongCount),
			(true, true) => None,
		};
		if let Some(error) = error {
			self.message = Some(message);
			self.give_up(number, error);
			return;
		}
		for said in message.said {
			let meter = said.meter.as_deref();
			match said.result {
				Ok(reading) => {
					let slot = Slot {
						line: said.number,
						meter: meter.unwrap_or_default(),
						direction: reading.direction,
						start_ms: reading.start_ms,
						end_ms: reading.end_ms,
					};
					let Reading { quality, what, .. } = reading;
					match (reading.amount, reading.stands) {
						(Some(amount), false) => {
							self.collected.counted(slot, amount, quality, what)
						},
						(Some(amount), true) => self.collected.stands(slot, amount, quality, what),
						(None, false) => self.collected.missing(slot),
						(None, true) => {
							self.collected.refused(said.number, meter, &MsconsError::BadQuantity);
						},
					}
				},
				Err(error) => self.collected.refused(said.number, meter, &error),
			}
		}
	}
}

impl Message {
	fn take(&mut self, number: u64, segment: &Segment, signs: Signs, zone: Option<Zone>) {
		match name(segment) {
			"LOC" => {
				self.end_quantity(signs);
				if ["172", "Z04"].contains(&component(segment, 1, 0)) {
					let name = component(segment, 2, 0);
					self.meter = Some(name.to_owned()).filter(|name| !name.is_empty());
					self.register = None;
				}
			},
			"NAD" => {
				self.end_quantity(signs);
				// Another place of delivery: its location follows.
				if component(segment, 1, 0) == "DP" {
					(self.meter, self.register) = (None, None);
				}
			},
			"LIN" => {
				self.end_quantity(signs);
				self.register = None;
			},
			"PIA" => {
				self.end_quantity(signs);
				self.register = Some(register(component(segment, 2, 0)));
			},
			"QTY" => {
				self.end_quantity(signs);
				self.quantity = Some(Quantity {
					number,
					qualifier: component(segment, 1, 0).into(),
					value: component(segment, 1, 1).into(),
					unit: component(segment, 1, 2).into(),
					start: None,
					end: None,
					at: None,
				});
			},
			"DTM" => self.take_time(segment, zone),
			_ => {},
		}
	}

	fn take_time(&mut self, segment: &Segment, zone: Option<Zone>) {
		let (qualifier, text, format) =
			(component(segment, 1, 0), component(segment, 1, 1), component(segment, 1, 2));
		if qualifier == "735" && format == "406" {
			self.offset = offset(text);
			return;
		}
		let own = self.offset.map(Zone::Fixed).or(zone);
		let Some(quantity) = self.quantity.as_mut() else { return };
		let place = match qualifier {
			"163" => &mut quantity.start,
			"164" => &mut quantity.end,
			"9" => &mut quantity.at,
			_ => return,
		};
		*place = Some(match place {
			// A second time of one kind: neither can be trusted.
			Some(_) => Err(MsconsError::BadTime),
			None => time(text, format, own),
		});
	}

	fn end_quantity(&mut self, signs: Signs) {
		let Some(quantity) = self.quantity.take() else { return };
		let number = quantity.number;
		let meter = self.meter.clone();
		let register = match (&meter, &self.register) {
			(None, _) => Register::Refused(MsconsError::NoMeter),
			(_, None) => Register::Refused(MsconsError::NoRegister),
			(_, Some(register)) => register.clone(),
		};
		let result = match register {
			Register::Other => return,
			Register::Refused(error) => Err(error),
			Register::Counts { direction, stands } => quantity.reading(direction, stands, signs),
		};
		self.said.push(Said { number, meter, result });
	}
}

impl Quantity {
	fn reading(
		self,
		direction: Direction,
		stands: bool,
		signs: Signs,
	) -> Result<Reading, MsconsError> {
		let (quality, what) = match self.qualifier.as_str() {
			"220" | "20" => (Quality::Measured, ""),
			"67" => (Quality::Final, "substitutes"),
			"201" => (Quality::Provisional, "provisional"),
			"187" => (Quality::Provisional, "forecasts"),
			_ => return Err(MsconsError::UnknownQualifier),
		};
		let (start_ms, end_ms) =
			match (self.start.transpose()?, self.end.transpose()?, self.at.transpose()?) {
				(Some(start), Some(end), None) if !stands => (start, end),
				(None, None, Some(at)) if stands => (at, at),
				_ => return Err(MsconsError::NoTime),
			};
		if !stands && end_ms <= start_ms {
			return Err(MsconsError::BadInterval);
		}
		let unit = match self.unit.as_str() {
			// A quantity of electricity without a unit is of kWh.
			"" | "KWH" => Unit::KilowattHour,
			"WHR" => Unit::WattHour,
			"MWH" => Unit::MegawattHour,
			_ => return Err(MsconsError::UnknownUnit),
		};
		let amount = match self.qualifier.as_str() {
			"20" => None,
			_ => {
				let number: Cow<'_, str> = match signs.decimal {
					b',' => self.value.replacen(',', ".", 1).into(),
					_ => self.value.as_str().into(),
				};
				Some(Amount::parse(&number, unit).map_err(|_| MsconsError::NotANumber)?)
			},
		};
		Ok(Reading { direction, start_ms, end_ms, stands, amount, quality, what })
	}
}

/// What an OBIS code is of: `1-1:1.29.0` is a load profile, `1-1:1.8.0` a register.
fn register(code: &str) -> Register {
	let parsed = || {
		let (head, tail) = code.split_once(':')?;
		let medium = head.split('-').next()?.parse().ok()?;
		let mut parts = tail.split(['.', '*']);
		let (quantity, kind) = (parts.next()?, parts.next()?);
		Some((medium, quantity.to_owned(), kind.to_owned(), parts.next().unwrap_or("0").to_owned()))
	};
	let Some((medium, quantity, kind, tariff)) = parsed() else {
		return Register::Refused(MsconsError::NoRegister);
	};
	let direction = match (medium, quantity.as_str()) {
		(1u8, "1") => Direction::Import,
		(1, "2") => Direction::Export,
		(1, _) => return Register::Other,
		_ => return Register::Refused(MsconsError::NotElectricity),
	};
	let stands = match kind.as_str() {
		"29" | "9" => false,
		"8" => true,
		_ => return Register::Other,
	};
	if tariff != "0" {
		return Register::Refused(MsconsError::TariffRegister);
	}
	Register::Counts { direction, stands }
}

/// `+00`, `+01` or `+0100`.
fn offset(text: &str) -> Option<FixedOffset> {
	match Zone::parse(text) {
		Some(Zone::Fixed(offset)) => Some(offset),
		_ => None,
	}
}

/// `202611291403+00` of format 303, or `202611291403` of format 203.
fn time(text: &str, format: &str, zone: Option<Zone>) -> Result<u64, MsconsError> {
	let bad = MsconsError::BadTime;
	let (digits, written) = match format {
		"303" => {
			let (digits, written) = text.split_at_checked(12).ok_or(bad)?;
			(digits, Some(offset(written).ok_or(bad)?))
		},
		"203" => (text, None),
		_ => return Err(bad),
	};
	if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
		return Err(bad);
	}
	let date = NaiveDate::parse_from_str(&digits[..8], "%Y%m%d").map_err(|_| bad)?;
	let time = Stamp::at(date, &format!("{}:{}", &digits[8..10], &digits[10..])).ok_or(bad)?;
	if written.is_none() && zone.is_none() {
		return Err(MsconsError::NoTimeZone);
	}
	let stamp = Stamp { time, offset: written };
	resolve(&[stamp], zone, Labels::Start, None).first().copied().and_then(Result::ok).ok_or(bad)
}

#[cfg(test)]
mod tests;
