//! Messages in JSON, of which a configuration says where what stands.

use meterproof_statements::Direction;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
	decimal,
	members::{find, is_number, scalar},
	taken_ms, Interval, MessageError, LONGEST,
};
use crate::{
	amount::{Amount, Unit},
	files::times::{resolve, Labels, Stamp, TimeError, Zone},
	measured::{Finding, Measured, Place, Refused},
};

/// Where what stands in a message: JSON pointers, as in `/ENERGY/Total`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonFields {
	/// The import register, or what was imported.
	#[serde(default)]
	pub import: Option<String>,
	/// The export register, or what was exported.
	#[serde(default)]
	pub export: Option<String>,
	/// The unit of both: `Wh`, `kWh`, `MWh`, `l`, `m3`.
	pub unit: String,
	/// The meter's name. Without it, the meter is called as the topic is.
	#[serde(default)]
	pub meter: Option<String>,
	/// The time: Unix seconds, or a text such as `2026-11-29T14:03:20Z`. Without it, values are of the
	/// time of arrival.
	#[serde(default)]
	pub time: Option<String>,
	/// Whether a time that is a number is in milliseconds.
	#[serde(default)]
	pub time_in_ms: bool,
	/// The time zone of times that do not have one, as in `Europe/Vienna` or `+01:00`.
	#[serde(default)]
	pub zone: Option<String>,
	/// What the values are: standings, or counted over an interval.
	#[serde(default)]
	pub interval: Interval,
}

/// [`JsonFields`], checked.
#[derive(Clone, Debug)]
pub struct JsonReader {
	fields: JsonFields,
	unit: Unit,
	zone: Option<Zone>,
}

impl JsonReader {
	/// Checks the fields, and says what is wrong with them.
	pub fn new(fields: JsonFields) -> Result<Self, String> {
		let unit = Unit::parse(&fields.unit).ok_or_else(|| {
			format!("unit = \"{}\" is not one of Wh, kWh, MWh, l, m3", fields.unit)
		})?;
		let zone = match &fields.zone {
			Some(zone) => Some(
				Zone::parse(zone).ok_or_else(|| format!("zone = \"{zone}\" is not a time zone"))?,
			),
			None => None,
		};
		if fields.import.is_none() && fields.export.is_none() {
			return Err("neither import nor export says where a value stands".into());
		}
		let pointers = [&fields.import, &fields.export, &fields.meter, &fields.time];
		for pointer in pointers.into_iter().flatten() {
			if !pointer.starts_with('/') {
				return Err(format!("\"{pointer}\" does not begin with /, as in /ENERGY/Total"));
			}
		}
		if fields.interval.seconds.is_some() && fields.time.is_none() {
			return Err("values of intervals need time".into());
		}
		if fields.interval.seconds == Some(0) {
			return Err("an interval of 0 seconds".into());
		}
		Ok(Self { fields, unit, zone })
	}

	/// Whether messages tell their time: the others are of the time of their arrival.
	pub fn tells_time(&self) -> bool {
		self.fields.time.is_some()
	}

	/// Reads a message of a topic. `retained` tells that the broker kept it for later.
	pub fn read(
		&self,
		topic: &str,
		payload: &[u8],
		retained: bool,
		place: Place,
		received_ms: u64,
	) -> Vec<Finding> {
		let refused =
			|meter: Option<&str>, error| Finding::Refused(Refused::new(place, meter, &error));
		if payload.len() > LONGEST {
			return vec![refused(None, MessageError::TooLong)];
		}
		let Ok(message) = serde_json::from_slice::<&RawValue>(payload) else {
			return vec![refused(None, MessageError::NotJson)];
		};
		let meter = match self.meter(topic, message) {
			Ok(meter) => meter,
			Err(error) => return vec![refused(None, error)],
		};
		let told_ms = match self.time(message) {
			Ok(None) if retained => Err(MessageError::NoTimeOfOldMessage),
			other => other,
		};
		let told_ms = match told_ms {
			Ok(told_ms) => told_ms,
			Err(error) => return vec![refused(Some(&meter), error)],
		};
		let pointers =
			[(Direction::Import, &self.fields.import), (Direction::Export, &self.fields.export)];
		let present = pointers
			.into_iter()
			.filter_map(|(direction, pointer)| Some((direction, pointer.as_ref()?)));
		present
			.map(|(direction, pointer)| {
				let value = self.amount(message, pointer).and_then(|amount| {
					let value = self.fields.interval.value(told_ms.unwrap_or(received_ms), amount);
					value.ok_or_else(|| MessageError::NoValue { path: pointer.clone() })
				});
				match value {
					Ok(value) => Finding::Measured(Measured {
						place,
						meter: meter.clone(),
						direction,
						taken_ms: told_ms.and_then(|at_ms| taken_ms(&value, at_ms)),
						value,
						received_ms,
						signed: None,
						input_name: None,
					}),
					Err(error) => refused(Some(&meter), error),
				}
			})
			.collect()
	}

	fn meter(&self, topic: &str, message: &RawValue) -> Result<String, MessageError> {
		let Some(pointer) = &self.fields.meter else { return Ok(topic.into()) };
		let meter = find(message, pointer)?.and_then(scalar).filter(|meter| !meter.is_empty());
		meter.map(|meter| meter.into_owned()).ok_or(MessageError::NoMeter)
	}

	fn amount(&self, message: &RawValue, pointer: &str) -> Result<Option<Amount>, MessageError> {
		let Some(value) = find(message, pointer)? else { return Ok(None) };
		let text =
			scalar(value).ok_or_else(|| MessageError::NotANumber { path: pointer.into() })?;
		let amount = Amount::parse(&text, self.unit);
		amount.map(Some).map_err(|error| MessageError::amount(error, pointer))
	}

	fn time(&self, message: &RawValue) -> Result<Option<u64>, MessageError> {
		let Some(pointer) = &self.fields.time else { return Ok(None) };
		let bad = || MessageError::BadTime { path: pointer.clone() };
		let value = find(message, pointer)?.ok_or_else(bad)?;
		let text = scalar(value).ok_or_else(bad)?;
		let at_ms = if is_number(value) {
			let at_ms = decimal::milliseconds(&text).ok_or_else(bad)?;
			u64::try_from(if self.fields.time_in_ms { at_ms / 1000 } else { at_ms })
				.map_err(|_| bad())
		} else {
			let stamp = Stamp::parse(&text, None).ok_or_else(bad)?;
			match resolve(&[stamp], self.zone, Labels::Start, None).first() {
				Some(Ok(at_ms)) => Ok(*at_ms),
				Some(Err(TimeError::BadTime)) | None => Err(bad()),
				Some(Err(_)) => Err(MessageError::AmbiguousTime { path: pointer.clone() }),
			}
		};
		at_ms.map(Some)
	}
}
