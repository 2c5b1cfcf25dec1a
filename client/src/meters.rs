//! The meters to register, from a CSV file: `meter,metering_point,directions,nameplate`.

use std::{collections::HashMap, io::Read};

use crate::{error::named_errors, types::Directions};

named_errors! {
	/// Why a list of meters was refused.
	#[derive(PartialEq, Eq)]
	pub enum MetersError {
		/// The first line does not name the columns.
		BadHeader => "line 1: the columns must be meter,metering_point,directions,nameplate";
		/// Not a row of four cells in UTF-8.
		WrongColumns { line: u64 } => "line {line}: a row has four cells of UTF-8 text";
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
		/// The file has a header and nothing else.
		NoMeters => "the file has no meters";
	}
}

/// A meter to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
	/// Its name in files of readings.
	pub name: String,
	/// Metering-point id.
	pub metering_point: String,
	/// Its registers.
	pub directions: Directions,
	/// The most one register can count in one period, in base units.
	pub nameplate: u32,
}

/// Reads and checks a file.
pub fn parse(source: impl Read) -> Result<Vec<Meter>, MetersError> {
	let mut reader =
		csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
	let mut meters = Vec::new();
	let mut names = HashMap::new();
	let mut points = HashMap::new();
	for (index, record) in reader.records().enumerate() {
		let record = record.map_err(|error| MetersError::WrongColumns {
			line: error.position().map_or(0, csv::Position::line),
		})?;
		let line = record.position().map_or(0, csv::Position::line);
		let cells: Vec<_> = record.iter().collect();
		if index == 0 {
			if cells != ["meter", "metering_point", "directions", "nameplate"] {
				return Err(MetersError::BadHeader);
			}
			continue;
		}
		let meter = parse_row(&cells, line)?;
		if let Some(first) = names.insert(meter.name.clone(), line) {
			return Err(MetersError::DuplicateMeter { line, first, meter: meter.name });
		}
		if let Some(first) = points.insert(meter.metering_point.clone(), line) {
			return Err(MetersError::DuplicateMeteringPoint { line, first });
		}
		meters.push(meter);
	}
	match (meters.is_empty(), reader.position().line()) {
		(true, 0 | 1) => Err(MetersError::BadHeader),
		(true, _) => Err(MetersError::NoMeters),
		(false, _) => Ok(meters),
	}
}

fn parse_row(cells: &[&str], line: u64) -> Result<Meter, MetersError> {
	let [name, metering_point, directions, nameplate] = cells[..] else {
		return Err(MetersError::WrongColumns { line });
	};
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
	Ok(Meter {
		name: name.to_owned(),
		metering_point: metering_point.to_owned(),
		directions,
		nameplate: nameplate.ok_or(MetersError::BadNameplate { line })?,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	const HEADER: &str = "meter,metering_point,directions,nameplate\n";

	#[test]
	fn meters_are_read() {
		let text = format!("{HEADER}a,DE001,both,2500\nb,\"DE,002\",import,4294967295\n");
		let meters = parse(text.as_bytes()).unwrap();
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
			assert_eq!(parse(text.as_bytes()), Err(error), "{row}");
		}
	}

	#[test]
	fn a_list_without_header_or_meters_is_refused() {
		assert_eq!(parse("a,P1,both,1\n".as_bytes()), Err(MetersError::BadHeader));
		assert_eq!(parse("".as_bytes()), Err(MetersError::BadHeader));
		assert_eq!(parse(HEADER.as_bytes()), Err(MetersError::NoMeters));
	}
}
