//! Text as spreadsheets and portals write it: encodings, separators, quotes, decimal commas.
//!
//! ```
//! use meterproof_meters::files::text::{decode, Table};
//!
//! let text = decode(b"\xEF\xBB\xBFsep=;\r\ntime;meter;import_kwh\r\n14.06.2016 10:00;a;0,21\r\n")?;
//! let mut table = Table::new(&text);
//! assert_eq!(table.separator(), ';');
//! let header = table.next().unwrap();
//! assert_eq!(header.line, 2);
//! assert_eq!(header.cells.unwrap(), ["time", "meter", "import_kwh"]);
//! # Ok::<(), meterproof_meters::files::text::TextError>(())
//! ```

use std::borrow::Cow;

use crate::{
	amount::{Amount, AmountError, Unit},
	named_errors,
};

named_errors! {
	/// Why a file is no text.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum TextError {
		/// A zip archive: what spreadsheets keep as `.xlsx` or `.ods`.
		Spreadsheet => "the file is a spreadsheet or an archive, not text: save it as CSV";
		/// Neither UTF-8 nor UTF-16 nor another encoding of text.
		NotText => "the file is not text: save it as CSV in UTF-8";
	}
}

named_errors! {
	/// Why a row could not be split into cells.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum RowError {
		/// Bytes that are no text in the file's encoding.
		NotUtf8 => "not UTF-8 text: save the file as CSV in UTF-8";
		/// A quotation mark is opened and not closed on the line, or stands inside a cell.
		UnbalancedQuotes => "a quotation mark is not closed on this line";
	}
}

/// Stands for what is no text in the file's encoding.
const NO_TEXT: char = char::REPLACEMENT_CHARACTER;

/// The text of a file in UTF-8 or UTF-16, with or without a byte order mark.
///
/// Parts that are no text do not spoil the rest: [`Table`] refuses the lines that they are on.
///
/// # Errors
///
/// Bytes that are no text at all.
pub fn decode(bytes: &[u8]) -> Result<String, TextError> {
	if bytes.starts_with(b"PK\x03\x04") {
		return Err(TextError::Spreadsheet);
	}
	let text = match bytes {
		[0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
		[0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
		[0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
		// Without a mark, the first character is of the Latin alphabet or a digit.
		[first, 0, ..] if *first != 0 => utf16(bytes, u16::from_le_bytes),
		[0, second, ..] if *second != 0 => utf16(bytes, u16::from_be_bytes),
		_ => String::from_utf8_lossy(bytes).into_owned(),
	};
	ensure_text(text)
}

/// Refuses what does not begin as text does. Further on, what is no text spoils its own line.
fn ensure_text(text: String) -> Result<String, TextError> {
	match text.lines().next().is_some_and(|line| line.contains('\0')) {
		true => Err(TextError::NotText),
		false => Ok(text),
	}
}

fn utf16(bytes: &[u8], word: fn([u8; 2]) -> u16) -> String {
	let pairs = bytes.chunks(2).map(|pair| match pair {
		[first, second] => word([*first, *second]),
		// Half a character at the end.
		_ => 0xDC00,
	});
	char::decode_utf16(pairs).map(|character| character.unwrap_or(NO_TEXT)).collect()
}

/// The text of a file in Windows-1252, for portals that are known to write it.
pub fn decode_windows_1252(bytes: &[u8]) -> Result<String, TextError> {
	const HIGH: [char; 32] = [
		'€', NO_TEXT, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', NO_TEXT, 'Ž', NO_TEXT,
		NO_TEXT, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', NO_TEXT, 'ž', 'Ÿ',
	];
	if bytes.starts_with(b"PK\x03\x04") {
		return Err(TextError::Spreadsheet);
	}
	let character = |byte: &u8| {
		let place = usize::from(*byte).checked_sub(0x80);
		place.and_then(|place| HIGH.get(place)).copied().unwrap_or(char::from(*byte))
	};
	ensure_text(bytes.iter().map(character).collect())
}

/// Separators of cells, the likeliest first.
const SEPARATORS: [char; 3] = [';', '\t', ','];

/// A table: the rows of a text, empty lines left out. No cell goes on over the end of a line, so that
/// a quotation mark too many spoils its own line only.
#[derive(Clone, Debug)]
pub struct Table<'a> {
	rest: &'a str,
	line: u64,
	separator: char,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
	/// Where it stands in the file, from 1.
	pub line: u64,
	/// Its cells without the spaces around them, at least one.
	pub cells: Result<Vec<Cow<'a, str>>, RowError>,
}

impl<'a> Table<'a> {
	/// The rows of a text. The separator is the one that a line `sep=` at the top names, or of `;`,
	/// tab and `,` the one that is most often in the first line.
	pub fn new(text: &'a str) -> Self {
		let mut table = Self { rest: text, line: 0, separator: ',' };
		let mut ahead = table.clone();
		let first = ahead.next_line().map(str::trim_start).unwrap_or_default();
		match first.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")) {
			Some(start) => {
				let named = first.get(start.len()..).and_then(|rest| rest.chars().next());
				ahead.separator = named.unwrap_or(',');
				ahead
			},
			None => {
				table.separator = separator_of(text);
				table
			},
		}
	}

	/// The rows of a text, with a separator that is known.
	pub fn separated_by(text: &'a str, separator: char) -> Self {
		Self { separator, ..Self::new(text) }
	}

	/// What stands between two cells.
	pub fn separator(&self) -> char {
		self.separator
	}

	/// The next line without its end.
	fn next_line(&mut self) -> Option<&'a str> {
		if self.rest.is_empty() {
			return None;
		}
		self.line = self.line.saturating_add(1);
		let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
		let (line, rest) = self.rest.split_at(end);
		let rest = rest.strip_prefix('\r').unwrap_or(rest);
		self.rest = rest.strip_prefix('\n').unwrap_or(rest);
		Some(line)
	}
}

impl<'a> Iterator for Table<'a> {
	type Item = Row<'a>;

	fn next(&mut self) -> Option<Row<'a>> {
		loop {
			let line = self.next_line()?;
			if !line.trim().is_empty() {
				let cells = cells(line, self.separator);
				return Some(Row { line: self.line, cells });
			}
		}
	}
}

/// The separator that is most often in the first line of a text, outside of quotation marks.
fn separator_of(text: &str) -> char {
	let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
	let outside: String = line.split('"').step_by(2).collect();
	let count = |separator: &char| outside.matches(*separator).count();
	let most = SEPARATORS.iter().rev().max_by_key(|separator| count(separator));
	most.filter(|most| count(most) > 0).copied().unwrap_or(',')
}

/// The cells of a line.
fn cells(line: &str, separator: char) -> Result<Vec<Cow<'_, str>>, RowError> {
	if line.contains([NO_TEXT, '\0']) {
		return Err(RowError::NotUtf8);
	}
	let mut cells = Vec::new();
	let mut rest = line;
	loop {
		let start = rest.trim_start_matches(|character: char| {
			character.is_whitespace() && character != separator
		});
		let (cell, after) = match start.strip_prefix('"') {
			Some(quoted) => quoted_cell(quoted)?,
			None => {
				let end = start.find(separator).unwrap_or(start.len());
				let (cell, after) = start.split_at(end);
				(Cow::Borrowed(cell.trim()), after)
			},
		};
		cells.push(cell);
		let after = after.trim_start_matches(|character: char| {
			character.is_whitespace() && character != separator
		});
		match after.strip_prefix(separator) {
			Some(next) => rest = next,
			None if after.is_empty() => return Ok(cells),
			None => return Err(RowError::UnbalancedQuotes),
		}
	}
}

/// A cell after its opening quotation mark, and what follows the closing one. Two marks are one.
fn quoted_cell(quoted: &str) -> Result<(Cow<'_, str>, &str), RowError> {
	let mut doubled = false;
	let mut marks = quoted.match_indices('"').map(|(at, _)| at).peekable();
	while let Some(at) = marks.next() {
		if marks.next_if_eq(&at.saturating_add(1)).is_some() {
			doubled = true;
			continue;
		}
		let (cell, after) = quoted.split_at(at);
		let after = after.strip_prefix('"').unwrap_or(after);
		let cell = cell.trim();
		let cell = match doubled {
			true => Cow::Owned(cell.replace("\"\"", "\"")),
			false => Cow::Borrowed(cell),
		};
		return Ok((cell, after));
	}
	Err(RowError::UnbalancedQuotes)
}

/// What separates a number's whole part from its fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalMark {
	/// `0.21`.
	Point,
	/// `0,21`.
	Comma,
}

impl DecimalMark {
	/// By its name, `point` or `comma`.
	pub fn parse(name: &str) -> Option<Self> {
		match name {
			"point" => Some(Self::Point),
			"comma" => Some(Self::Comma),
			_ => None,
		}
	}

	/// The mark of some numbers of a table. Spreadsheets put `;` between cells where the comma is in
	/// numbers; elsewhere a comma counts as the mark only where it cannot stand between thousands,
	/// and numbers with it are refused otherwise.
	pub fn of<'a>(separator: char, numbers: impl IntoIterator<Item = &'a str>) -> Self {
		let mut with_comma = numbers.into_iter().filter(|number| number.contains(','));
		let comma = match separator {
			';' => with_comma.next().is_some(),
			',' => false,
			_ => with_comma.any(is_no_thousands),
		};
		if comma {
			Self::Comma
		} else {
			Self::Point
		}
	}

	/// The mark of one meter's numbers in a table whose numbers together have `table`. Points that may stand
	/// between thousands are in doubt where cells are separated by `;` and other numbers have commas: then
	/// they are no marks, and the numbers are refused.
	pub fn of_one(separator: char, numbers: &[&str], table: Self) -> Self {
		let own = Self::of(separator, numbers.iter().copied());
		if separator != ';' || own == Self::Comma || table == Self::Point {
			return own;
		}
		let mut pointed = numbers.iter().filter(|number| number.contains('.')).peekable();
		let is_in_doubt = pointed.peek().is_some()
			&& !pointed.any(|number| is_no_thousands(&number.replace('.', ",")));
		if is_in_doubt {
			Self::Comma
		} else {
			own
		}
	}
}

/// Whether the commas of a number cannot stand between thousands.
fn is_no_thousands(number: &str) -> bool {
	let mut groups = number.trim_start_matches('-').split(',');
	let first = groups.next().unwrap_or_default();
	first.is_empty()
		|| first.starts_with('0')
		|| first.len() > 3
		|| groups.any(|group| group.len() != 3)
}

/// Whether a cell stands for no value: it is empty, or what programs write for that.
pub fn is_missing(cell: &str) -> bool {
	const MISSING: [&str; 8] = ["", "nan", "na", "n/a", "#n/a", "null", "none", "<na>"];
	MISSING.iter().any(|missing| cell.trim().eq_ignore_ascii_case(missing))
}

/// The amount in a cell; `None` if it stands for no value. Nothing is rounded, and a separator of
/// thousands is not a number.
pub fn amount(cell: &str, unit: Unit, mark: DecimalMark) -> Result<Option<Amount>, AmountError> {
	if is_missing(cell) {
		return Ok(None);
	}
	let number = match mark {
		DecimalMark::Point => Cow::Borrowed(cell.trim()),
		DecimalMark::Comma if cell.contains('.') => return Err(AmountError::NotANumber),
		DecimalMark::Comma => Cow::Owned(cell.trim().replacen(',', ".", 1)),
	};
	Amount::parse(&number, unit).map(Some)
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_statements::Resource;
	use proptest::prelude::*;

	const TEXT: &str = "time;mètre\r\n1;\"a;\"\"b\"\"\"\r\n";

	/// A text in UTF-16, its bytes in either order.
	fn in_utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
		text.encode_utf16().flat_map(bytes).collect()
	}

	fn table(text: &str) -> Vec<(u64, Vec<String>)> {
		let owned = |row: Row<'_>| {
			(row.line, row.cells.unwrap().into_iter().map(Cow::into_owned).collect())
		};
		Table::new(text).map(owned).collect()
	}

	#[test]
	fn every_encoding_of_a_text_is_the_text() {
		let marked = format!("\u{FEFF}{TEXT}");
		for bytes in [
			TEXT.as_bytes().to_vec(),
			marked.as_bytes().to_vec(),
			in_utf16(TEXT, u16::to_le_bytes),
			in_utf16(TEXT, u16::to_be_bytes),
			in_utf16(&marked, u16::to_le_bytes),
			in_utf16(&marked, u16::to_be_bytes),
		] {
			assert_eq!(decode(&bytes).as_deref(), Ok(TEXT));
		}
		assert_eq!(decode_windows_1252(b"m\xE8tre \x80").as_deref(), Ok("mètre €"));
	}

	#[test]
	fn what_is_no_text_is_named() {
		assert_eq!(decode(b"PK\x03\x04rest"), Err(TextError::Spreadsheet));
		assert_eq!(decode(b"time\0\0\0"), Err(TextError::NotText));
		assert_eq!(decode(&[0, 0, 0]), Err(TextError::NotText));
	}

	#[test]
	fn bytes_that_are_no_text_spoil_their_own_line_only() {
		for bad in [&b"a,b\nm\xE8tre,1\nc,d\n"[..], b"a,b\n\0,1\nc,d\n"] {
			let text = decode(bad).unwrap();
			let rows: Vec<_> = Table::new(&text).collect();
			assert_eq!(rows[1], Row { line: 2, cells: Err(RowError::NotUtf8) });
			assert_eq!(rows[2].cells.as_deref(), Ok(&["c".into(), "d".into()][..]));
		}
	}

	#[test]
	fn cells_are_split_by_the_separator_of_the_file() {
		let cells = |line, cells: &[&str]| (line, cells.iter().map(|c| (*c).to_owned()).collect());
		assert_eq!(table(TEXT), [cells(1, &["time", "mètre"]), cells(2, &["1", "a;\"b\""])]);
		for (text, expected) in [
			("sep=;\na,b;c\n", vec![cells(2, &["a,b", "c"])]),
			("SEP=|\r\na|b\r\n", vec![cells(2, &["a", "b"])]),
			("a\tb,c\tt\n\n \n1\t2", vec![cells(1, &["a", "b,c", "t"]), cells(4, &["1", "2"])]),
			("\"a;b;c\",d\n", vec![cells(1, &["a;b;c", "d"])]),
			(
				"a , \"b\" ,,\r1,2,3,4\r",
				vec![cells(1, &["a", "b", "", ""]), cells(2, &["1", "2", "3", "4"])],
			),
			("lonely", vec![cells(1, &["lonely"])]),
			("", vec![]),
		] {
			assert_eq!(table(text), expected, "{text:?}");
		}
		let table = Table::separated_by("a,b;c\n", ',');
		assert_eq!(table.separator(), ',');
	}

	#[test]
	fn a_quotation_mark_too_many_spoils_its_own_line_only() {
		let rows: Vec<_> = Table::new("a,b\n\"1,2\n3,4\n\"5\"6,7\n").collect();
		let bad: Vec<_> = rows.iter().filter(|row| row.cells.is_err()).map(|r| r.line).collect();
		assert_eq!((rows.len(), bad), (4, vec![2, 4]));
	}

	fn watt_hours(cell: &str, unit: Unit, mark: DecimalMark) -> Result<Option<u32>, AmountError> {
		let amount = amount(cell, unit, mark)?;
		amount.map(|amount| amount.whole(Resource::Electricity)).transpose()
	}

	#[test]
	fn numbers_are_read_with_their_mark() {
		use DecimalMark::{Comma, Point};
		for (cell, mark, expected) in [
			("0,21", Comma, Ok(Some(210))),
			(" 1,5 ", Comma, Ok(Some(1_500))),
			("2", Comma, Ok(Some(2_000))),
			("0.21", Point, Ok(Some(210))),
			("", Point, Ok(None)),
			("NaN", Point, Ok(None)),
			("#N/A", Comma, Ok(None)),
			("1.234,5", Comma, Err(AmountError::NotANumber)),
			("1,234,567", Comma, Err(AmountError::NotANumber)),
			("1,234.5", Point, Err(AmountError::NotANumber)),
			("1,234", Point, Err(AmountError::NotANumber)),
			("-0,5", Comma, Err(AmountError::Negative)),
			("inf", Point, Err(AmountError::NotANumber)),
			("-", Point, Err(AmountError::NotANumber)),
		] {
			assert_eq!(watt_hours(cell, Unit::KilowattHour, mark), expected, "{cell} {mark:?}");
		}
	}

	#[test]
	fn a_comma_is_the_mark_where_it_cannot_be_anything_else() {
		use DecimalMark::{Comma, Point};
		for (separator, numbers, mark) in [
			(';', &["12", "1,234"][..], Comma),
			(';', &["12", "1.234"], Point),
			('\t', &["1,234", "12,345"], Point),
			('\t', &["1,234", "0,345"], Comma),
			('\t', &["1,23"], Comma),
			(',', &["0,5"], Point),
			(';', &[], Point),
		] {
			assert_eq!(DecimalMark::of(separator, numbers.iter().copied()), mark, "{numbers:?}");
		}
	}

	proptest! {
		#[test]
		fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
			for text in [decode(&bytes), decode_windows_1252(&bytes)].into_iter().flatten() {
				prop_assert!(Table::new(&text).all(|row| row.line > 0));
			}
		}

		#[test]
		fn quoted_cells_are_found_again(
			cells in prop::collection::vec("[a-z;,\" ]{0,6}", 1..5),
			separator in prop::sample::select(&SEPARATORS[..]),
		) {
			let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
			let line = cells.iter().map(quoted).collect::<Vec<_>>().join(&separator.to_string());
			let row = Table::separated_by(&line, separator).next().unwrap();
			let expected: Vec<_> = cells.iter().map(|cell| cell.trim()).collect();
			prop_assert_eq!(row.cells.unwrap(), expected);
		}
	}
}
