//! SenML in JSON (RFC 8428): packs of records, each a value of a name, a unit and a time, which earlier
//! records may give in part.

use std::borrow::Cow;

use meterproof_statements::Direction;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
	decimal,
	members::{scalar, Members},
	taken_ms, Interval, MessageError, LONGEST,
};
use crate::{
	amount::{Amount, AmountError, Unit},
	measured::{Finding, Measured, Place, Refused},
};

/// Times below are seconds from now, not from 1970.
const RELATIVE_BELOW_MS: i64 = (1 << 28) * 1000;

/// Which names are registers: a name is a meter's followed by one of these. Other names are passed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenmlNames {
	/// What import registers' names end in, as in `:import`.
	#[serde(default)]
	pub import: Option<String>,
	/// What export registers' names end in.
	#[serde(default)]
	pub export: Option<String>,
	/// What the values are: standings, or counted over an interval.
	#[serde(default)]
	pub interval: Interval,
	/// Whether records without a time of their own are of the time of their arrival. The broker then keeps
	/// no messages while nobody listens: late ones would say what was as what is.
	#[serde(default)]
	pub arrival: bool,
}

impl SenmlNames {
	/// Says what is wrong with them.
	pub fn check(&self) -> Result<(), String> {
		if self.import.is_none() && self.export.is_none() {
			return Err("neither import nor export says what registers' names end in".into());
		}
		if self.import == self.export {
			return Err("import and export are the same".into());
		}
		if self.interval.seconds == Some(0) {
			return Err("an interval of 0 seconds".into());
		}
		Ok(())
	}

	/// The meter and the register of a name. The longer of two endings that fit is meant.
	fn register<'a>(&self, name: &'a str) -> Option<(&'a str, Direction)> {
		let endings = [(&self.import, Direction::Import), (&self.export, Direction::Export)];
		let meters = endings.into_iter().filter_map(|(ending, direction)| {
			Some((name.strip_suffix(ending.as_deref()?)?, direction))
		});
		meters.min_by_key(|(meter, _)| meter.len()).filter(|(meter, _)| !meter.is_empty())
	}

	/// Reads a pack. `old` tells that the broker kept it for later, or sends it again.
	pub fn read(&self, payload: &[u8], old: bool, place: Place, received_ms: u64) -> Vec<Finding> {
		let refused = |error| vec![Finding::Refused(Refused::new(place, None, &error))];
		if payload.len() > LONGEST {
			return refused(MessageError::TooLong);
		}
		let Ok(records) = serde_json::from_slice::<Vec<Members<'_>>>(payload) else {
			return refused(MessageError::NotJson);
		};
		let mut base = Base::default();
		let mut findings = Vec::new();
		for record in &records {
			if let Err(error) = base.take(record) {
				// What later records inherit from this one is not known.
				findings.extend(refused(error));
				break;
			}
			let Some(name) = base.named(record) else {
				findings.extend(refused(MessageError::NoMeter));
				continue;
			};
			let Some((meter, direction)) = self.register(&name) else { continue };
			let value = base.value(record).and_then(|amount| {
				let at = base.time(record, received_ms)?;
				match (at.is_relative, old) {
					(true, true) => return Err(MessageError::NoTimeOfOldMessage),
					(true, false) if !self.arrival => return Err(MessageError::NoTime),
					_ => {},
				}
				let value = self.interval.value(at.ms, amount);
				Ok((at, value.ok_or_else(|| MessageError::NoValue { path: "v".into() })?))
			});
			findings.push(match value {
				Ok((at, value)) => Finding::Measured(Measured {
					place,
					meter: meter.into(),
					direction,
					taken_ms: taken_ms(&value, at.ms).filter(|_| !at.is_relative),
					value,
					received_ms,
					signed: None,
					input_name: None,
				}),
				Err(error) => Finding::Refused(Refused::new(place, Some(meter), &error)),
			});
		}
		findings
	}
}

/// What records have from earlier ones.
#[derive(Default)]
struct Base<'a> {
	name: Cow<'a, str>,
	time: Option<&'a RawValue>,
	unit: Option<Cow<'a, str>>,
	value: Option<&'a RawValue>,
}

struct At {
	ms: u64,
	/// Whether the time was told as so long before or after now.
	is_relative: bool,
}

impl<'a> Base<'a> {
	/// Takes in what later records have from this one.
	fn take(&mut self, record: &Members<'a>) -> Result<(), MessageError> {
		for (at, (name, _)) in record.0.iter().enumerate() {
			let path = || name.clone().into_owned();
			if name.ends_with('_') {
				return Err(MessageError::NotUnderstood { path: path() });
			}
			if record.0.iter().take(at).any(|(earlier, _)| earlier == name) {
				return Err(MessageError::Twice { path: path() });
			}
		}
		let text = |path: &str| match record.get(path)? {
			Some(value) => scalar(value)
				.map(Some)
				.ok_or_else(|| MessageError::NotUnderstood { path: path.into() }),
			None => Ok(None),
		};
		if let Some(version) = text("bver")? {
			// Versions up to 10 differ in nothing that is used here.
			if !version.parse().is_ok_and(|version: u8| version <= 10) {
				return Err(MessageError::NotUnderstood { path: "bver".into() });
			}
		}
		if let Some(name) = text("bn")? {
			self.name = name;
		}
		if let Some(unit) = text("bu")? {
			self.unit = Some(unit);
		}
		self.time = record.get("bt")?.or(self.time);
		self.value = record.get("bv")?.or(self.value);
		Ok(())
	}

	/// The record's whole name.
	fn named(&self, record: &Members<'a>) -> Option<String> {
		let own = match record.get("n").ok()? {
			Some(name) => scalar(name)?,
			None => Cow::Borrowed(""),
		};
		Some([self.name.as_ref(), own.as_ref()].concat())
	}

	/// The record's value and the base value together.
	fn value(&self, record: &Members<'a>) -> Result<Option<Amount>, MessageError> {
		let unit = match record.get("u")? {
			Some(unit) => scalar(unit),
			None => self.unit.clone(),
		};
		let unit = unit.and_then(|unit| Unit::parse(&unit));
		let unit = unit.ok_or_else(|| MessageError::UnknownUnit { path: "u".into() })?;
		let amount = |value: &RawValue, path: &str| {
			let number = scalar(value).ok_or(AmountError::NotANumber);
			let amount = number.and_then(|number| Amount::parse(&number, unit));
			amount.map_err(|error| MessageError::amount(error, path))
		};
		let own = match record.get("v")?.filter(|value| value.get() != "null") {
			Some(value) => amount(value, "v")?,
			None => return Ok(None),
		};
		match self.value {
			Some(base) => {
				let sum = own.plus(amount(base, "bv")?);
				sum.map(Some).map_err(|error| MessageError::amount(error, "bv"))
			},
			None => Ok(Some(own)),
		}
	}

	/// The record's time and the base time together.
	fn time(&self, record: &Members<'a>, received_ms: u64) -> Result<At, MessageError> {
		let bad = || MessageError::BadTime { path: "t".into() };
		let part = |value: Option<&'a RawValue>| match value {
			Some(value) => {
				scalar(value).and_then(|text| decimal::milliseconds(&text)).ok_or_else(bad)
			},
			None => Ok(0),
		};
		let sum = part(self.time)?.checked_add(part(record.get("t")?)?).ok_or_else(bad)?;
		if sum >= RELATIVE_BELOW_MS {
			return Ok(At { ms: u64::try_from(sum).map_err(|_| bad())?, is_relative: false });
		}
		let ms = received_ms.checked_add_signed(sum).ok_or_else(bad)?;
		Ok(At { ms, is_relative: true })
	}
}
