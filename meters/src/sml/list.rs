//! Messages and the registers in their lists.

use super::{
	transport::other_checksum,
	tree::{Node, Reader},
	SmlOptions,
};
use crate::{
	amount::Amount,
	measured::{Finding, SignedTelegram},
	obis,
	telegram::{Received, Unusable},
};

/// The answer to a request for a list, asked for or not.
const LIST_ANSWER: u64 = 0x0701;

fn broken(what: &str) -> Unusable {
	Unusable::new("TelegramMalformed", format!("the telegram is malformed: {what}"))
}

/// What all messages of a file say. `frame` is the file as it was received.
pub fn registers(
	file: &[u8],
	frame: &[u8],
	options: &SmlOptions,
	received: Received,
) -> Vec<Finding> {
	match messages(file, options) {
		Err(unusable) => vec![received.refused(None, unusable)],
		Ok(lists) => lists.iter().flat_map(|list| read(list, frame, options, received)).collect(),
	}
}

/// The lists of a file. All messages are read before any counts: a file is good as a whole.
fn messages<'a>(file: &'a [u8], options: &SmlOptions) -> Result<Vec<Node<'a>>, Unusable> {
	let mut reader = Reader::new(file);
	let mut lists = Vec::new();
	while !reader.done() {
		let start = reader.at();
		if reader.list_head()? != 6 {
			return Err(broken("a message's length"));
		}
		for _ in 0..3 {
			// Transaction, group, what to do after an error.
			reader.node()?;
		}
		let body = reader.node()?;
		let covered = &file[start..reader.at()];
		let Node::Unsigned(sum) = reader.node()? else {
			return Err(broken("a message's checksum is missing"));
		};
		let right = |bytes: [u8; 2]| u64::from(u16::from_be_bytes(bytes)) == sum;
		if !right(options.checksum.of(covered)) {
			if right(options.checksum.other().of(covered)) {
				return Err(other_checksum(options.checksum));
			}
			return Err(Unusable::new("ChecksumWrong", "a message's checksum is wrong"));
		}
		if reader.node()? != Node::End {
			return Err(broken("a message's end is missing"));
		}
		match body.list() {
			Some([Node::Unsigned(LIST_ANSWER), list]) => lists.push(list.clone()),
			Some([_, _]) => {},
			_ => return Err(broken("a message's body")),
		}
	}
	Ok(lists)
}

fn read(list: &Node<'_>, frame: &[u8], options: &SmlOptions, received: Received) -> Vec<Finding> {
	let Some([_, server, _, sensor_time, values, signature, _]) = list.list() else {
		return vec![received.refused(None, broken("a list"))];
	};
	let Some(meter) = server.bytes().map(meter_name) else {
		let unusable = Unusable::new("MeterNameless", "the telegram does not tell its meter");
		return vec![received.refused(None, unusable)];
	};
	let meter = meter.as_str();
	let Some(values) = values.list() else {
		return vec![received.refused(Some(meter), broken("a list of values"))];
	};
	let signed = signature.bytes().map(|_| SignedTelegram::new("sml", frame));
	let codes = values.iter().filter_map(|value| value.list()?.first()?.bytes()?.try_into().ok());
	let channels = obis::Channels::of(codes, options.channel);
	let mut findings = Vec::new();
	for value in values {
		let Some([name, _, time, unit, scaler, value, _]) = value.list() else {
			findings.push(received.refused(Some(meter), broken("a value")));
			continue;
		};
		let Some(code) = name.bytes().and_then(|name| obis::Obis::try_from(name).ok()) else {
			continue;
		};
		let direction = match channels.total(code) {
			None => continue,
			Some(Ok(direction)) => direction,
			Some(Err(unusable)) => {
				let reason = format!("{}: {}", obis::text(code), unusable.reason);
				findings.push(received.refused(Some(meter), Unusable { reason, ..unusable }));
				continue;
			},
		};
		let taken =
			taken(time, options).and_then(|taken| Ok(taken.or(self::taken(sensor_time, options)?)));
		let finding = match taken
			.and_then(|taken| Ok((taken, amount(code, unit, scaler, value, options)?)))
		{
			Ok((taken, total)) => received.stands(meter, direction, total, taken, signed.clone()),
			Err(unusable) => {
				let reason = format!("{}: {}", obis::text(code), unusable.reason);
				received.refused(Some(meter), Unusable { reason, ..unusable })
			},
		};
		findings.push(finding);
	}
	if findings.is_empty() {
		let unusable = Unusable::new(
			"NoRegister",
			"the telegram has no total register; does the meter want its PIN, or its full data set \
			 switched on?",
		);
		findings.push(received.refused(Some(meter), unusable));
	}
	findings
}

/// The identifier that stands on the meter, as in `1EMH0012345678` (DIN 43863-5), where the server's
/// is made from it; else hexadecimal digits.
pub fn meter_name(server: &[u8]) -> String {
	if let [0x0a, medium @ 1..=9, maker @ .., block, a, b, c, d] = server {
		if maker.len() == 3 && maker.iter().all(u8::is_ascii_uppercase) {
			let number = u32::from_be_bytes([*a, *b, *c, *d]);
			if number <= 99_999_999 {
				let maker = String::from_utf8_lossy(maker);
				return format!("{medium}{maker}{block:02X}{number:08}");
			}
		}
	}
	hex::encode(server)
}

/// The time of a value or list, Unix ms, if it is told and counts. Seconds since the meter's start are
/// no time of day.
fn taken(time: &Node<'_>, options: &SmlOptions) -> Result<Option<u64>, Unusable> {
	// Holley's meters write seconds since their start without saying so.
	let Some([kind, time]) = time.list() else { return Ok(None) };
	match (kind.unsigned(), time) {
		(Some(2), Node::Unsigned(seconds)) => options.clock.utc(*seconds),
		(Some(3), time) => match time.list() {
			Some([Node::Unsigned(seconds), ..]) => options.clock.utc(*seconds),
			_ => Err(broken("a local time")),
		},
		_ => Ok(None),
	}
}

fn amount(
	code: obis::Obis,
	unit: &Node<'_>,
	scaler: &Node<'_>,
	value: &Node<'_>,
	options: &SmlOptions,
) -> Result<Amount, Unusable> {
	let unit = unit
		.unsigned()
		.and_then(|unit| obis::unit(u8::try_from(unit).ok()?))
		.filter(|unit| obis::fits(code, *unit))
		.ok_or_else(|| {
			Unusable::new("UnitUnknown", "the register's unit is not one that is read")
		})?;
	let exponent = match scaler {
		Node::Signed(scaler, _) => i32::try_from(*scaler).unwrap_or(i32::MAX),
		Node::Bytes([]) => 0,
		_ => return Err(broken("a scaler")),
	};
	let digits = match value {
		Node::Unsigned(value) => i128::from(*value),
		Node::Signed(_, value) if options.unsigned => i128::from(*value),
		Node::Signed(value, _) if *value >= 0 => i128::from(*value),
		Node::Signed(..) => {
			return Err(Unusable::new(
				"RegisterNegative",
				"the register is negative, which no register is: a meter that types unsigned \
				 integers as signed (DZG's do) is read with unsigned = true",
			))
		},
		_ => return Err(Unusable::new("RegisterNotANumber", "the register is not a number")),
	};
	Ok(Amount::new(digits, exponent, unit)?)
}
