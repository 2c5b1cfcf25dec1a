//! Openings from a JSON file: what meters hand to their owner (`docs/device-protocol.md`).
//!
//! The whole file is checked before anything is stored. Texts name entries, counted from one, and
//! never a reading or a salt.

use std::collections::HashMap;

use meterproof_programs::commitment::{commit_reading, decode, Salt};
use meterproof_statements::MAX_QUANTITY;
use serde_json::{Map, Value};

use crate::{
	error::named_errors,
	proof::parse_hash,
	store::{Opening, Slot},
	types::Direction,
};

/// What an opening is made of, and what it may say besides.
const FIELDS: [&str; 5] = ["device", "period", "direction", "reading", "salt"];
const COMMITMENT: &str = "commitment";

named_errors! {
	/// Why openings were refused.
	#[derive(PartialEq, Eq)]
	pub enum OpeningsError {
		/// Not a JSON array.
		NotOpenings { reason: String } => "not a JSON array of openings: {reason}";
		/// The array is empty.
		NoOpenings => "the file has no openings";
		/// A field is missing, or there is one too many.
		WrongFields { entry: usize, reason: String }
			=> "entry {entry}: {reason}; an opening has device, period, direction, reading and \
				salt, and may have commitment";
		/// Not a device's number.
		BadDevice { entry: usize }
			=> "entry {entry}: device is not a whole number below 4294967296";
		/// Not a period.
		BadPeriod { entry: usize } => "entry {entry}: period is not a whole number below 2^53";
		/// Not import or export.
		BadDirection { entry: usize }
			=> "entry {entry}: direction is not \"import\" or \"export\"";
		/// Not what a commitment can hold.
		BadReading { entry: usize }
			=> "entry {entry}: reading is not a whole number of base units from 0 to 4294967295";
		/// Not four numbers as text.
		BadSalt { entry: usize }
			=> "entry {entry}: salt is not four decimal numbers, each between quotes";
		/// A salt with two spellings.
		SaltNotCanonical { entry: usize }
			=> "entry {entry}: a number of the salt is not below 2^64 - 2^32 + 1";
		/// The entry contradicts itself.
		CommitmentDiffers { entry: usize }
			=> "entry {entry}: reading and salt do not give the commitment beside them";
		/// Two entries for one register and period.
		DuplicateOpening { entry: usize, first: usize }
			=> "entry {entry}: entry {first} is for the same device, period and direction";
	}
}

/// One entry of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
	/// Place of the opening in the file, counted from one.
	pub entry: usize,
	/// What it is for.
	pub slot: Slot,
	/// What it opens.
	pub opening: Opening,
}

/// Reads and checks a file.
pub fn parse(text: &[u8]) -> Result<Vec<Handed>, OpeningsError> {
	let not_openings = |reason: &str| OpeningsError::NotOpenings { reason: reason.to_owned() };
	let value: Value =
		serde_json::from_slice(text).map_err(|error| not_openings(&error.to_string()))?;
	let entries = value.as_array().ok_or_else(|| not_openings("it is something else"))?;
	if entries.is_empty() {
		return Err(OpeningsError::NoOpenings);
	}
	let mut first_of = HashMap::new();
	let mut handed = Vec::with_capacity(entries.len());
	for (entry, value) in (1..).zip(entries) {
		let parsed = parse_entry(entry, value)?;
		if let Some(first) = first_of.insert(parsed.slot, entry) {
			return Err(OpeningsError::DuplicateOpening { entry, first });
		}
		handed.push(parsed);
	}
	Ok(handed)
}

fn parse_entry(entry: usize, value: &Value) -> Result<Handed, OpeningsError> {
	let fields = fields(entry, value)?;
	let number = |name: &str| fields.get(name).and_then(Value::as_u64);
	let device = number("device").and_then(|device| u32::try_from(device).ok());
	let device = device.ok_or(OpeningsError::BadDevice { entry })?;
	let period = number("period").filter(|period| *period < MAX_QUANTITY);
	let period = period.ok_or(OpeningsError::BadPeriod { entry })?;
	let direction = match fields.get("direction").and_then(Value::as_str) {
		Some("import") => Direction::Import,
		Some("export") => Direction::Export,
		_ => return Err(OpeningsError::BadDirection { entry }),
	};
	let reading = number("reading").and_then(|reading| u32::try_from(reading).ok());
	let reading = reading.ok_or(OpeningsError::BadReading { entry })?;
	let salt = parse_salt(entry, fields.get("salt"))?;

	let commitment = commit_reading(reading, device, period, direction.number(), &salt);
	if let Some(given) = fields.get(COMMITMENT) {
		let given = given.as_str().and_then(|text| parse_hash(text).ok());
		if given != Some(commitment) {
			return Err(OpeningsError::CommitmentDiffers { entry });
		}
	}
	let opening = Opening { reading, salt, commitment };
	Ok(Handed { entry, slot: (device, period, direction), opening })
}

/// The fields of an entry, if they are the right ones.
fn fields(entry: usize, value: &Value) -> Result<&Map<String, Value>, OpeningsError> {
	let wrong = |reason: String| OpeningsError::WrongFields { entry, reason };
	let fields = value.as_object().ok_or_else(|| wrong("it is not an object".to_owned()))?;
	if let Some(missing) = FIELDS.iter().find(|name| !fields.contains_key(**name)) {
		return Err(wrong(format!("there is no {missing}")));
	}
	let known = |name: &String| FIELDS.contains(&name.as_str()) || name == COMMITMENT;
	match fields.keys().find(|name| !known(name)) {
		None => Ok(fields),
		Some(_) => Err(wrong("there is a field too many".to_owned())),
	}
}

/// Four decimal numbers as text: many JSON libraries keep only 53 bits of a number.
fn parse_salt(entry: usize, value: Option<&Value>) -> Result<Salt, OpeningsError> {
	let words: Option<Vec<u64>> =
		value.and_then(Value::as_array).and_then(|words| words.iter().map(word_of).collect());
	let words = words.and_then(|words| Salt::try_from(words).ok());
	let salt = words.ok_or(OpeningsError::BadSalt { entry })?;
	// What holds for the words of a commitment holds for those of a salt.
	let mut bytes = [0; 32];
	for (to, from) in bytes.iter_mut().zip(salt.iter().flat_map(|word| word.to_le_bytes())) {
		*to = from;
	}
	decode(&bytes).map(|_| salt).ok_or(OpeningsError::SaltNotCanonical { entry })
}

fn word_of(value: &Value) -> Option<u64> {
	value.as_str().and_then(word)
}

/// A decimal number of 64 bits.
pub(crate) fn word(text: &str) -> Option<u64> {
	let digits = text.bytes().all(|byte| byte.is_ascii_digit());
	text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use serde_json::json;

	/// The first of the device protocol's vectors.
	fn good() -> Value {
		json!({
			"device": 1,
			"period": 1_953_124,
			"direction": "export",
			"reading": 1_250,
			"salt": [
				"6031320625296911506",
				"14146105039130749927",
				"6391451082913821200",
				"3996858573639478896",
			],
		})
	}

	const COMMITMENT_OF_GOOD: &str =
		"0xf2c20bca4a831e7edb794937b24cc42719c98a6c327d0740cdcabbad1df4cee5";

	fn changed(field: &str, value: Value) -> Value {
		let mut entry = good();
		entry[field] = value;
		entry
	}

	fn parse_json(value: &Value) -> Result<Vec<Handed>, OpeningsError> {
		parse(value.to_string().as_bytes())
	}

	/// What an entry behind a good one is refused for.
	fn refusal(entry: Value) -> OpeningsError {
		parse_json(&json!([good(), entry])).unwrap_err()
	}

	#[test]
	fn an_opening_gives_the_commitment_of_the_protocol_s_vector() {
		let handed = parse_json(&json!([good()])).unwrap();
		let [Handed { entry: 1, slot: (1, 1_953_124, Direction::Export), opening }] = &handed[..]
		else {
			panic!("{handed:?}")
		};
		assert_eq!(opening.reading, 1_250);
		assert_eq!(format!("0x{}", hex::encode(opening.commitment)), COMMITMENT_OF_GOOD);
	}

	#[test]
	fn a_commitment_beside_the_opening_must_be_its_own() {
		let right = json!([changed("commitment", json!(COMMITMENT_OF_GOOD))]);
		assert_eq!(parse_json(&right), parse_json(&json!([good()])));
		for wrong in [json!("0x00"), json!(null), json!(format!("0x{}", "00".repeat(32)))] {
			let file = json!([changed("commitment", wrong)]);
			assert_eq!(parse_json(&file), Err(OpeningsError::CommitmentDiffers { entry: 1 }));
		}
	}

	#[test]
	fn bad_entries_are_named_with_their_place() {
		let entry = 2;
		for wrong in [json!(-1), json!(4_294_967_296u64), json!("1"), json!(1.5), json!(null)] {
			assert_eq!(refusal(changed("device", wrong)), OpeningsError::BadDevice { entry });
		}
		for wrong in [json!(-1), json!(1u64 << 53), json!("1")] {
			assert_eq!(refusal(changed("period", wrong)), OpeningsError::BadPeriod { entry });
		}
		for wrong in [json!("both"), json!("Export"), json!(1)] {
			assert_eq!(refusal(changed("direction", wrong)), OpeningsError::BadDirection { entry });
		}
		for wrong in [json!(-1), json!(4_294_967_296u64), json!("1"), json!(1.5)] {
			assert_eq!(refusal(changed("reading", wrong)), OpeningsError::BadReading { entry });
		}
		for wrong in [
			json!([1, 2, 3, 4]),
			json!(["1", "2", "3"]),
			json!(["1", "2", "3", "4", "5"]),
			json!(["1", "2", "3", "+4"]),
			json!(["1", "2", "3", ""]),
			json!(["1", "2", "3", "0x4"]),
			json!(["1", "2", "3", "18446744073709551616"]),
			json!("1 2 3 4"),
		] {
			assert_eq!(refusal(changed("salt", wrong)), OpeningsError::BadSalt { entry });
		}
		for place in 0..4 {
			let mut salt = vec!["1"; 4];
			salt[place] = "18446744069414584321";
			let wrong = changed("salt", json!(salt));
			assert_eq!(refusal(wrong), OpeningsError::SaltNotCanonical { entry });
			salt[place] = "18446744069414584320";
			let right = json!([changed("salt", json!(salt))]);
			assert!(parse_json(&right).is_ok());
		}
		assert_eq!(
			refusal(changed("reading", json!(7))),
			OpeningsError::DuplicateOpening { entry, first: 1 }
		);
	}

	#[test]
	fn fields_are_the_known_ones() {
		for field in FIELDS {
			let mut entry = good();
			entry.as_object_mut().unwrap().remove(field);
			let error = refusal(entry);
			assert!(matches!(error, OpeningsError::WrongFields { entry: 2, .. }), "{error}");
			assert!(error.to_string().contains(&format!("no {field};")), "{error}");
		}
		let error = refusal(changed("salts", json!([])));
		assert!(matches!(error, OpeningsError::WrongFields { entry: 2, .. }), "{error}");
		assert!(matches!(refusal(json!(7)), OpeningsError::WrongFields { entry: 2, .. }));
	}

	#[test]
	fn other_files_are_refused() {
		for text in ["", "{}", "7", "[", "[{]", "time,meter\n"] {
			let error = parse(text.as_bytes()).unwrap_err();
			assert!(matches!(error, OpeningsError::NotOpenings { .. }), "{text}: {error}");
		}
		assert_eq!(parse(b"[]"), Err(OpeningsError::NoOpenings));
	}

	#[test]
	fn texts_tell_neither_readings_nor_salts() {
		let secret = 4_294_967_299u64;
		for wrong in [
			changed("reading", json!(secret)),
			changed("salt", json!([secret.to_string()])),
			changed("salt", json!(["1", "2", "3", secret])),
			changed("commitment", json!(secret)),
			changed(&secret.to_string(), json!(1)),
		] {
			assert!(!refusal(wrong).to_string().contains("4294967299"));
		}
	}

	proptest! {
		#[test]
		fn no_file_panics(text in "(?s).{0,200}") {
			let _ = parse(text.as_bytes());
		}

		#[test]
		fn no_value_panics(field in 0usize..5, number: u64, text in ".{0,30}") {
			let _ = parse_json(&json!([changed(FIELDS[field], json!(number))]));
			let _ = parse_json(&json!([changed(FIELDS[field], json!(text))]));
		}
	}
}
