//! The meters to register, from a CSV file: `meter,metering_point,directions,nameplate`, `resource`
//! if they measure different things, and `key` if some of them hold their own keys.

use std::collections::HashMap;

use meterproof_meters::files::text::{decode, Table, TextError};

use crate::{
	device_key::{parse_key, KeyError},
	error::named_errors,
	types::{Directions, Resource},
};

const COLUMNS: [&str; 4] = ["meter", "metering_point", "directions", "nameplate"];
const RESOURCE_COLUMN: &str = "resource";
const KEY_COLUMN: &str = "key";

named_errors! {
	/// Why a list of meters was refused.
	#[derive(PartialEq, Eq)]
	pub enum MetersError {
		/// A spreadsheet, or no text at all.
		NotText { reason: TextError } => "{reason}";
		/// The first line does not name the columns.
		BadHeader => "line 1: the columns must be meter,metering_point,directions,nameplate and, if \
			the meters measure different things, resource and, if some meters hold their own keys, key";
		/// Not a row of as many cells as there are columns, in UTF-8.
		WrongColumns { line: u64 }
			=> "line {line}: a row has as many cells of UTF-8 text as line 1 has columns";
		/// No meter is named.
		NoMeter { line: u64 } => "line {line}: no meter is named";
		/// No metering point is named.
		NoMeteringPoint { line: u64 } => "line {line}: no metering point is named";
		/// A meter stands in the file twice.
		DuplicateMeter { line: u64, first: u64, meter: String }
			=> "line {line}: {meter} is on line {first} already";
		/// A metering point stands in the file twice.
		DuplicateMeteringPoint { line: u64, first: u64 }
			=> "line {line}: the metering point is on line {first} already";
		/// Not import, export or both.
		BadDirections { line: u64 } => "line {line}: directions are import, export or both";
		/// Not a number from 1 to 4294967295.
		BadNameplate { line: u64 }
			=> "line {line}: the nameplate is a whole number from 1 to 4294967295, in Wh or litres \
				per period";
		/// Not what a meter can measure.
		BadResource { line: u64 }
			=> "line {line}: a resource is electricity, water, heat or gas";
		/// Nothing says what the meter measures.
		NoResource { line: u64 }
			=> "line {line}: say what the meter measures, in a column resource or with --resource";
		/// Not an Ed25519 public key.
		BadKey { line: u64, reason: KeyError } => "line {line}: {reason}";
		/// Two meters with one key.
		DuplicateKey { line: u64, first: u64 } => "line {line}: the key is on line {first} already";
		/// The file has a header and nothing else.
		NoMeters => "the file has no meters";
	}
}

/// A meter to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
	/// The meter's name in files of readings.
	pub name: String,
	/// Metering-point id.
	pub metering_point: String,
	/// The meter's registers.
	pub directions: Directions,
	/// The most one register can count in one period, in base units.
	pub nameplate: u32,
	/// What the meter measures.
	pub resource: Resource,
	/// The meter's public key, if it holds its own.
	pub key: Option<[u8; 32]>,
}

/// What stands after the columns that every list has.
#[derive(Clone, Copy, Debug, Default)]
struct More {
	resource: Option<usize>,
	key: Option<usize>,
	/// All columns.
	count: usize,
}

impl More {
	fn parse(header: &[&str]) -> Option<Self> {
		let mut columns = Self { count: header.len(), ..Self::default() };
		let more = header.strip_prefix(&COLUMNS)?;
		for (at, name) in (COLUMNS.len()..).zip(more) {
			let again = match *name {
				RESOURCE_COLUMN => columns.resource.replace(at),
				KEY_COLUMN => columns.key.replace(at),
				_ => return None,
			};
			if again.is_some() {
				return None;
			}
		}
		Some(columns)
	}
}

/// Reads and checks a file. `resource` is what meters measure of which the list does not say it.
pub fn parse(bytes: &[u8], resource: Option<Resource>) -> Result<Vec<Meter>, MetersError> {
	let text = decode(bytes).map_err(|reason| MetersError::NotText { reason })?;
	let mut meters = Vec::new();
	let mut names = HashMap::new();
	let mut points = HashMap::new();
	let mut keys = HashMap::new();
	let mut rows = Table::new(&text);
	let header = rows.next().and_then(|row| row.cells.ok()).ok_or(MetersError::BadHeader)?;
	let header: Vec<_> = header.iter().map(AsRef::as_ref).collect();
	let more = More::parse(&header).ok_or(MetersError::BadHeader)?;
	for row in rows {
		let line = row.line;
		let cells = row.cells.map_err(|_| MetersError::WrongColumns { line })?;
		let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
		let meter = parse_row(&cells, more, resource, line)?;
		if let Some(first) = names.insert(meter.name.clone(), line) {
			return Err(MetersError::DuplicateMeter { line, first, meter: meter.name });
		}
		// Electricity and water may come in at one place.
		let point = (meter.metering_point.clone(), meter.resource);
		if let Some(first) = points.insert(point, line) {
			return Err(MetersError::DuplicateMeteringPoint { line, first });
		}
		if let Some(first) = meter.key.and_then(|key| keys.insert(key, line)) {
			return Err(MetersError::DuplicateKey { line, first });
		}
		meters.push(meter);
	}
	match meters.is_empty() {
		true => Err(MetersError::NoMeters),
		false => Ok(meters),
	}
}

fn parse_row(
	cells: &[&str],
	more: More,
	resource: Option<Resource>,
	line: u64,
) -> Result<Meter, MetersError> {
	let [name, metering_point, directions, nameplate, ..] = cells[..] else {
		return Err(MetersError::WrongColumns { line });
	};
	if cells.len() != more.count {
		return Err(MetersError::WrongColumns { line });
	}
	if name.is_empty() {
		return Err(MetersError::NoMeter { line });
	}
	if metering_point.is_empty() {
		return Err(MetersError::NoMeteringPoint { line });
	}
	let directions = match directions {
		"import" => Directions::Import,
		"export" => Directions::Export,
		"both" => Directions::Both,
		_ => return Err(MetersError::BadDirections { line }),
	};
	let digits = nameplate.bytes().all(|byte| byte.is_ascii_digit());
	let nameplate = nameplate.parse().ok().filter(|nameplate| digits && *nameplate > 0);
	let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).copied().unwrap_or_default();
	let resource = match cell(more.resource) {
		"" => resource.ok_or(MetersError::NoResource { line })?,
		named => named.parse().map_err(|_| MetersError::BadResource { line })?,
	};
	Ok(Meter {
		name: name.to_owned(),
		metering_point: metering_point.to_owned(),
		directions,
		nameplate: nameplate.ok_or(MetersError::BadNameplate { line })?,
		resource,
		key: parse_key_cell(cell(more.key), line)?,
	})
}

/// The public key in a cell; an empty cell is a meter whose key is yet to be made.
fn parse_key_cell(cell: &str, line: u64) -> Result<Option<[u8; 32]>, MetersError> {
	let bad = |reason| MetersError::BadKey { line, reason };
	Some(cell).filter(|cell| !cell.is_empty()).map(parse_key).transpose().map_err(bad)
}

#[cfg(test)]
mod tests {
	use super::*;

	const HEADER: &str = "meter,metering_point,directions,nameplate\n";

	fn parse(text: &str) -> Result<Vec<Meter>, MetersError> {
		super::parse(text.as_bytes(), Some(Resource::Electricity))
	}

	#[test]
	fn meters_are_read() {
		let text = format!("{HEADER}a,DE001,both,2500\nb,\"DE,002\",import,4294967295\n");
		let meters = parse(&text).unwrap();
		assert_eq!(meters.len(), 2);
		assert_eq!(meters[1].metering_point, "DE,002");
		assert_eq!(meters[1].nameplate, u32::MAX);
	}

	#[test]
	fn bad_rows_are_named_with_their_lines() {
		let duplicate = MetersError::DuplicateMeter { line: 3, first: 2, meter: "a".to_owned() };
		for (row, error) in [
			("b,P2,both", MetersError::WrongColumns { line: 3 }),
			(",P2,both,1", MetersError::NoMeter { line: 3 }),
			("b,,both,1", MetersError::NoMeteringPoint { line: 3 }),
			("a,P2,both,1", duplicate),
			("b,P1,both,1", MetersError::DuplicateMeteringPoint { line: 3, first: 2 }),
			("b,P2,all,1", MetersError::BadDirections { line: 3 }),
			("b,P2,both,0", MetersError::BadNameplate { line: 3 }),
			("b,P2,both,-1", MetersError::BadNameplate { line: 3 }),
			("b,P2,both,+1", MetersError::BadNameplate { line: 3 }),
			("b,P2,both,4294967296", MetersError::BadNameplate { line: 3 }),
			("b,P2,both,", MetersError::BadNameplate { line: 3 }),
		] {
			let text = format!("{HEADER}a,P1,both,1\n{row}\n");
			assert_eq!(parse(&text), Err(error), "{row}");
		}
	}

	const KEY_HEADER: &str = "meter,metering_point,directions,nameplate,key\n";
	/// RFC 8032, section 7.1, tests 1 and 2.
	const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
	const OTHER: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

	#[test]
	fn a_meter_may_hold_its_own_key() {
		let text = format!("{KEY_HEADER}a,P1,both,1,{KEY}\nb,P2,both,1,\nc,P3,both,1,0x{OTHER}\n");
		let meters = parse(&text).unwrap();
		let keys: Vec<_> = meters.iter().map(|meter| meter.key.map(hex::encode)).collect();
		assert_eq!(keys, [Some(KEY.to_owned()), None, Some(OTHER.to_owned())]);
	}

	#[test]
	fn bad_keys_are_named_with_their_lines() {
		let refusal = |row: &str| {
			let text = format!("{KEY_HEADER}a,P1,both,1,{KEY}\n{row}\n");
			parse(&text).unwrap_err()
		};
		for key in ["x", "00", &KEY[2..], &"0".repeat(64), &format!("{KEY}00")] {
			let error = refusal(&format!("b,P2,both,1,{key}"));
			assert!(matches!(error, MetersError::BadKey { line: 3, .. }), "{key}: {error}");
			assert!(error.to_string().starts_with("line 3:"), "{error}");
		}
		let duplicate = MetersError::DuplicateKey { line: 3, first: 2 };
		assert_eq!(refusal(&format!("b,P2,both,1,{KEY}")), duplicate);
		assert_eq!(refusal(&format!("b,P2,both,1,0x{}", KEY.to_uppercase())), duplicate);
		assert_eq!(refusal("b,P2,both,1"), MetersError::WrongColumns { line: 3 });
		assert_eq!(refusal("b,P2,both,1,,"), MetersError::WrongColumns { line: 3 });
		let text = format!("{HEADER}a,P1,both,1,{KEY}\n");
		assert_eq!(parse(&text), Err(MetersError::WrongColumns { line: 2 }));
	}

	#[test]
	fn a_household_is_one_list() {
		let header = "meter,metering_point,directions,nameplate,resource,key\n";
		let text =
			format!("{header}e,P1,both,2500,,\nw,P1,import,500,water,{KEY}\nh,P2,import,9,heat,\n");
		let meters = parse(&text).unwrap();
		let resources: Vec<_> = meters.iter().map(|meter| meter.resource).collect();
		assert_eq!(resources, [Resource::Electricity, Resource::Water, Resource::Heat]);
		assert!(meters[1].key.is_some());
		// As Excel writes it.
		let excel = format!("\u{feff}{}", text.replace(',', ";").replace('\n', "\r\n"));
		assert_eq!(parse(&excel), Ok(meters));
		let refusal = |row: &str| parse(&format!("{header}e,P1,both,1,,\n{row}\n")).unwrap_err();
		assert_eq!(refusal("w,P2,both,1,steam,"), MetersError::BadResource { line: 3 });
		let duplicate = MetersError::DuplicateMeteringPoint { line: 3, first: 2 };
		assert_eq!(refusal("w,P1,both,1,electricity,"), duplicate);
		let none = super::parse(format!("{HEADER}a,P1,both,1\n").as_bytes(), None);
		assert_eq!(none, Err(MetersError::NoResource { line: 2 }));
		let twice = format!("{},resource,resource\n", HEADER.trim());
		assert_eq!(parse(&twice), Err(MetersError::BadHeader));
	}

	#[test]
	fn a_list_without_header_or_meters_is_refused() {
		assert_eq!(parse("a,P1,both,1\n"), Err(MetersError::BadHeader));
		assert_eq!(parse(""), Err(MetersError::BadHeader));
		for column in ["keys", "key,key", ""] {
			let text =
				format!("meter,metering_point,directions,nameplate,{column}\na,P1,both,1,\n");
			assert_eq!(parse(&text), Err(MetersError::BadHeader), "{column}");
		}
		assert_eq!(parse(HEADER), Err(MetersError::NoMeters));
	}
}
