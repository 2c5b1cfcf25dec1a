//! The registers in a notification's body.

use super::{
	data::{Data, DateTime},
	message::Notification,
	DlmsOptions, DlmsRegister,
};
use meterproof_statements::Direction;

use crate::{
	amount::Amount,
	measured::Finding,
	obis::{self, Obis},
	telegram::{total, Received, Unusable},
};

/// Codes under which meters tell their own number, the best first.
const NAMES: [Obis; 5] = [
	[0, 0, 96, 1, 0, 255],
	[0, 0, 96, 1, 1, 255],
	[1, 1, 0, 0, 5, 255],
	[1, 0, 0, 0, 0, 255],
	[0, 0, 42, 0, 0, 255],
];

/// A code with what stands behind it.
struct Entry<'a> {
	code: Obis,
	value: &'a Data,
	/// Power of ten and unit.
	scale: Option<(i128, i128)>,
}

/// What a notification says.
pub fn read(
	notification: &Notification,
	options: &DlmsOptions,
	received: Received,
) -> Vec<Finding> {
	let mut entries = Vec::new();
	collect(&notification.body, &mut entries);
	let Some(meter) = name(&entries, notification, options) else {
		let unusable = Unusable::new(
			"MeterNameless",
			"the telegram does not tell its meter: say which it is, as in meter = \"house\"",
		);
		return vec![received.refused(None, unusable)];
	};
	let meter = meter.as_str();
	let taken = match taken(&entries, notification, options, received) {
		Ok(taken) => taken,
		Err(unusable) => return vec![received.refused(Some(meter), unusable)],
	};
	let mut findings = Vec::new();
	let mut found = |place: String, direction, amount: Result<Amount, Unusable>| {
		findings.push(match amount {
			Ok(total) => received.stands(meter, direction, total, taken, None),
			Err(unusable) => {
				let reason = format!("{place}: {}", unusable.reason);
				received.refused(Some(meter), Unusable { reason, ..unusable })
			},
		});
	};
	let told_of =
		|code: Obis| options.registers.iter().find(|register| register.code == Some(code));
	let untold = entries.iter().map(|entry| entry.code).filter(|code| told_of(*code).is_none());
	let channels = obis::Channels::of(untold, options.channel);
	for entry in &entries {
		let told = told_of(entry.code);
		let direction = match told {
			Some(told) => Some(Ok(told.direction)),
			None => channels.total(entry.code),
		};
		match direction {
			None => {},
			Some(Ok(direction)) => {
				found(obis::text(entry.code), direction, amount(entry, told));
			},
			// Which register it would be is of no consequence.
			Some(Err(unusable)) => {
				found(obis::text(entry.code), Direction::Import, Err(unusable));
			},
		}
	}
	for (told, position) in options.registers.iter().filter_map(|told| Some((told, told.position?)))
	{
		let value = match &notification.body {
			Data::List(list) => position.checked_sub(1).and_then(|at| list.get(at)),
			_ => None,
		};
		let amount = match value {
			Some(Data::Integer(digits)) => total(*digits, told.exponent, told.unit),
			_ => Err(Unusable::new("RegisterNotANumber", "no number stands there")),
		};
		found(format!("position {position}"), told.direction, amount);
	}
	if findings.is_empty() {
		let unusable = Unusable::new(
			"NoRegister",
			"the telegram has no total register with its code: if it is a list of values without \
			 codes, say which they are in [[source.registers]]",
		);
		findings.push(received.refused(Some(meter), unusable));
	}
	findings
}

fn collect<'a>(data: &'a Data, entries: &mut Vec<Entry<'a>>) {
	let Data::List(list) = data else { return };
	let mut rest = &list[..];
	while let [first, after @ ..] = rest {
		let code = match first {
			Data::Octets(octets) => Obis::try_from(&octets[..]).ok(),
			_ => None,
		};
		rest = match (code, after) {
			(Some(code), [value, Data::List(scale), after @ ..])
				if !matches!(value, Data::List(_)) =>
			{
				let scale = match scale[..] {
					[Data::Integer(exponent), Data::Integer(unit)] => Some((exponent, unit)),
					_ => None,
				};
				entries.push(Entry { code, value, scale });
				after
			},
			(Some(code), [value, after @ ..]) if !matches!(value, Data::List(_)) => {
				entries.push(Entry { code, value, scale: None });
				after
			},
			_ => {
				collect(first, entries);
				after
			},
		};
	}
}

fn name(
	entries: &[Entry<'_>],
	notification: &Notification,
	options: &DlmsOptions,
) -> Option<String> {
	if options.meter.is_some() {
		return options.meter.clone();
	}
	let told = NAMES.iter().find_map(|code| {
		entries.iter().find(|entry| entry.code == *code).and_then(|entry| match entry.value {
			Data::Octets(octets) if !octets.is_empty() => Some(text(octets)),
			_ => None,
		})
	});
	told.or_else(|| notification.title.map(hex::encode))
}

fn text(octets: &[u8]) -> String {
	if octets.iter().all(u8::is_ascii_graphic) {
		String::from_utf8_lossy(octets).into_owned()
	} else {
		hex::encode(octets)
	}
}

/// When the registers were read, Unix ms: by the clock in the body, else by the notification's time.
fn taken(
	entries: &[Entry<'_>],
	notification: &Notification,
	options: &DlmsOptions,
	received: Received,
) -> Result<Option<u64>, Unusable> {
	let clock = entries.iter().find(|entry| matches!(entry.code, [0, _, 1, 0, 0, 255]));
	let octets = match clock.map(|entry| entry.value) {
		Some(Data::Octets(octets)) => octets,
		Some(Data::Null) | None => match &notification.time {
			Some(octets) => octets,
			None => return Ok(None),
		},
		Some(_) => return Err(Unusable::new("ClockUnreadable", "the meter's time is no time")),
	};
	match DateTime::read(octets) {
		Some(DateTime::At(time)) => options.clock.local(time, received),
		Some(DateTime::Unspecified) => Ok(None),
		Some(DateTime::Invalid) if options.clock == crate::clock::MeterClock::Arrival => Ok(None),
		Some(DateTime::Invalid) => Err(Unusable::new(
			"ClockInvalid",
			"the meter says that its clock is not right: set it, or say clock = \"arrival\"",
		)),
		None => Err(Unusable::new("ClockUnreadable", "the meter's time is no time")),
	}
}

fn amount(entry: &Entry<'_>, told: Option<&DlmsRegister>) -> Result<Amount, Unusable> {
	let Data::Integer(digits) = entry.value else {
		return Err(Unusable::new("RegisterNotANumber", "the register is not a number"));
	};
	let (exponent, unit) = match (told, entry.scale) {
		(Some(told), _) => (told.exponent, told.unit),
		(None, Some((exponent, unit))) => {
			let unit = u8::try_from(unit)
				.ok()
				.and_then(obis::unit)
				.filter(|unit| obis::fits(entry.code, *unit));
			let unit = unit.ok_or_else(|| {
				Unusable::new("UnitUnknown", "the register's unit is not one that is read")
			})?;
			(i32::try_from(exponent).unwrap_or(i32::MAX), unit)
		},
		(None, None) => {
			return Err(Unusable::new(
				"UnitUntold",
				"the telegram tells no unit: say unit and exponent in [[source.registers]]",
			))
		},
	};
	total(*digits, exponent, unit)
}
