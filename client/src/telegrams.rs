//! Signed telegrams of meters, which are kept beside the readings that come from them.
//!
//! A commitment binds them through its salt, so that neither the chain nor a prover sees a difference
//! (`meterproof_device::bound_salt`). What that proves, and what not, is in
//! `docs/decisions/0034-who-could-have-lied.md`.

use std::fmt;

use chrono::DateTime;
use codec::{Decode, Encode};
use meterproof_device::{bound_salt, telegrams_digest, Slot};
use meterproof_programs::commitment::Salt;
use serde_json::{Map, Value};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{error::named_errors, proof::parse_bytes};

/// Most telegrams behind one reading: of the begin and the end of a period, and some between.
pub const MOST_TELEGRAMS: usize = 16;
/// Longest telegram, in bytes.
pub const MOST_BYTES: usize = 65_536;
/// Longest name of a format.
const MOST_NAME: usize = 32;

/// The fields of a telegram in a file; one of the last two.
const FIELDS: [&str; 5] = ["time", "meter", "format", "bytes", "text"];

named_errors! {
	/// Why telegrams were refused.
	#[derive(Clone, PartialEq, Eq)]
	pub enum TelegramsError {
		/// Not a JSON array.
		NotTelegrams { reason: String } => "not a JSON array of telegrams: {reason}";
		/// A field is missing, of another kind, or one too many.
		BadTelegram { reason: String }
			=> "{reason}; a telegram has time, meter, format, and bytes or text";
		/// No name of a format.
		BadFormat => "the name of a telegram's format has 1 to 32 letters, digits and hyphens, as in \
			ocmf or sml";
		/// A telegram is empty, or longer than 65,536 bytes.
		BadLength => "a telegram has 1 to 65,536 bytes";
		/// There are more telegrams than one reading can have.
		TooManyTelegrams { meter: String } => "{meter} has more than 16 telegrams for one reading";
		/// The readings do not have the meter at that time, or not as one that can be used.
		NoRow { meter: String } => "the readings have no row of {meter} at its time";
	}
}

/// A signed telegram as it came from a meter. `Debug` does not show it: it has readings in it.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Telegram {
	/// Name of its format.
	#[zeroize(skip)]
	format: String,
	/// What the meter sent.
	bytes: Vec<u8>,
}

impl Telegram {
	/// A telegram of a format, byte for byte as the meter signed it.
	pub fn new(format: impl Into<String>, bytes: Vec<u8>) -> Result<Self, TelegramsError> {
		let format = format.into();
		let named = (1..=MOST_NAME).contains(&format.len())
			&& format.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
		if !named {
			return Err(TelegramsError::BadFormat);
		}
		if !(1..=MOST_BYTES).contains(&bytes.len()) {
			return Err(TelegramsError::BadLength);
		}
		Ok(Self { format, bytes })
	}

	/// Name of its format.
	pub fn format(&self) -> &str {
		&self.format
	}

	/// What the meter sent.
	pub fn bytes(&self) -> &[u8] {
		&self.bytes
	}
}

impl fmt::Debug for Telegram {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "Telegram({}, ..)", self.format)
	}
}

/// Telegrams that a commitment binds, and what blinds them.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Kept {
	/// The salt that the commitment would have without them. As secret as the salt, and more: it
	/// shows that these are the telegrams.
	pub blinding: Salt,
	/// In the order in which they came.
	pub telegrams: Vec<Telegram>,
}

impl Kept {
	/// The salt of the commitment that binds them.
	pub fn salt(&self, slot: &Slot) -> Salt {
		let parts = self.telegrams.iter().map(|telegram| (telegram.format(), telegram.bytes()));
		bound_salt(&self.blinding, slot, &telegrams_digest(parts))
	}
}

impl fmt::Debug for Kept {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("Kept(..)")
	}
}

/// A telegram out of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
	/// Place in the file, counted from one.
	pub entry: u64,
	/// The time that the rows have which it is kept with, Unix ms.
	pub time_ms: u64,
	/// Whose it is: the meter's name in the readings.
	pub meter: String,
	/// The telegram.
	pub telegram: Telegram,
}

/// An entry of a file that is no telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
	/// Place in the file, counted from one.
	pub entry: u64,
	/// The time that it names, Unix ms, if it names one.
	pub time_ms: Option<u64>,
	/// The meter that it names, if it names one.
	pub meter: Option<String>,
	/// What is wrong.
	pub error: TelegramsError,
}

/// What a file of telegrams has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telegrams {
	/// The telegrams, in the order of the file.
	pub handed: Vec<Handed>,
	/// The entries that are none.
	pub bad: Vec<BadEntry>,
}

/// Reads a file: a JSON array of objects with the time and the meter of a row of readings, the name
/// of a format, and the telegram as `bytes` (0x and hex) or as `text`. An entry's fault is its own.
///
/// # Errors
///
/// `NotTelegrams` if the file is no JSON array.
pub fn parse(text: &[u8]) -> Result<Telegrams, TelegramsError> {
	let not_telegrams = |reason: &str| TelegramsError::NotTelegrams { reason: reason.to_owned() };
	let value: Value =
		serde_json::from_slice(text).map_err(|error| not_telegrams(&error.to_string()))?;
	let entries = value.as_array().ok_or_else(|| not_telegrams("it is something else"))?;
	let mut telegrams = Telegrams::default();
	for (entry, value) in (1..).zip(entries) {
		match parse_entry(entry, value) {
			Ok(handed) => telegrams.handed.push(handed),
			Err(error) => {
				let (time_ms, meter) = (time_of(value), meter_of(value));
				telegrams.bad.push(BadEntry { entry, time_ms, meter, error });
			},
		}
	}
	Ok(telegrams)
}

fn parse_entry(entry: u64, value: &Value) -> Result<Handed, TelegramsError> {
	let bad = |reason: &str| TelegramsError::BadTelegram { reason: reason.to_owned() };
	let fields = value.as_object().ok_or_else(|| bad("it is not an object"))?;
	if fields.keys().any(|name| !FIELDS.contains(&name.as_str())) {
		return Err(bad("there is a field too many"));
	}
	let time_ms = time_of(value).ok_or_else(|| bad("time is not like 2016-06-14T10:00:00Z"))?;
	let meter = meter_of(value).ok_or_else(|| bad("no meter is named"))?;
	let format = text_of(fields, "format").ok_or_else(|| bad("there is no format"))?;
	let bytes = match (text_of(fields, "bytes"), text_of(fields, "text")) {
		(Some(digits), None) => parse_bytes(digits).map_err(|_| bad("bytes are not 0x and hex"))?,
		(None, Some(text)) => text.as_bytes().to_vec(),
		_ => return Err(bad("there are not either bytes or a text")),
	};
	let telegram = Telegram::new(format, bytes).map_err(|error| bad(&error.to_string()))?;
	Ok(Handed { entry, time_ms, meter, telegram })
}

/// The time that an entry names, Unix ms.
fn time_of(entry: &Value) -> Option<u64> {
	let time = DateTime::parse_from_rfc3339(text_of(entry.as_object()?, "time")?).ok()?;
	u64::try_from(time.timestamp_millis()).ok()
}

/// The meter that an entry names.
fn meter_of(entry: &Value) -> Option<String> {
	let meter = text_of(entry.as_object()?, "meter")?;
	(!meter.is_empty()).then(|| meter.to_owned())
}

fn text_of<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
	fields.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::Direction;
	use proptest::prelude::*;
	use serde_json::json;

	fn good() -> Value {
		json!({
			"time": "2016-06-14T10:00:00Z", "meter": "a", "format": "ocmf", "text": "OCMF|{}|{}",
		})
	}

	fn changed(field: &str, value: Value) -> Value {
		let mut entry = good();
		entry[field] = value;
		entry
	}

	fn parse_json(value: &Value) -> Telegrams {
		parse(value.to_string().as_bytes()).unwrap()
	}

	#[test]
	fn telegrams_are_texts_or_bytes() {
		let mut bytes = changed("bytes", json!("0x1b1b"));
		bytes.as_object_mut().unwrap().remove("text");
		let Telegrams { handed, bad } = parse_json(&json!([good(), bytes]));
		assert_eq!(bad, []);
		let told: Vec<_> = handed.iter().map(|one| (one.entry, one.telegram.bytes())).collect();
		assert_eq!(told, [(1, &b"OCMF|{}|{}"[..]), (2, b"\x1b\x1b")]);
		assert_eq!((handed[0].time_ms, handed[0].meter.as_str()), (1_465_898_400_000, "a"));
		assert_eq!(handed[0].telegram.format(), "ocmf");
		assert_eq!(parse(b"[]"), Ok(Telegrams::default()));
	}

	#[test]
	fn bad_telegrams_are_named_with_their_place_and_spoil_no_other() {
		for wrong in [
			json!(7),
			changed("time", json!("2016-06-14 10:00")),
			changed("time", json!(7)),
			changed("meter", json!("")),
			changed("meter", json!(null)),
			changed("format", json!("")),
			changed("format", json!("o c m f")),
			changed("format", json!("x".repeat(33))),
			changed("text", json!("")),
			changed("text", json!("x".repeat(MOST_BYTES + 1))),
			changed("text", json!(null)),
			changed("bytes", json!("0x1b")),
			changed("more", json!(1)),
		] {
			let Telegrams { handed, bad } = parse_json(&json!([good(), wrong, good()]));
			assert_eq!(handed.iter().map(|one| one.entry).collect::<Vec<_>>(), [1, 3]);
			let [BadEntry { entry: 2, error, .. }] = &bad[..] else { panic!("{bad:?}") };
			assert!(matches!(error, TelegramsError::BadTelegram { .. }), "{error}");
		}
		let mut odd = changed("bytes", json!("0x1"));
		odd.as_object_mut().unwrap().remove("text");
		let bad = parse_json(&json!([odd])).bad;
		assert!(matches!(bad[..], [BadEntry { entry: 1, .. }]), "{bad:?}");
		// What it names is known all the same.
		let named = |wrong: Value| {
			let bad = parse_json(&json!([wrong])).bad.remove(0);
			(bad.time_ms, bad.meter)
		};
		let (time_ms, meter) = (Some(1_465_898_400_000), Some("a".to_owned()));
		assert_eq!(named(changed("text", json!(""))), (time_ms, meter.clone()));
		assert_eq!(named(changed("time", json!(""))), (None, meter));
		assert_eq!(named(changed("meter", json!(""))), (time_ms, None));
		assert_eq!(named(json!(7)), (None, None));
		for text in ["", "{}", "7", "["] {
			let error = parse(text.as_bytes()).unwrap_err();
			assert!(matches!(error, TelegramsError::NotTelegrams { .. }), "{text}: {error}");
		}
	}

	#[test]
	fn what_is_kept_decides_the_salt_and_nothing_shows_it() {
		let slot = Slot { genesis: [9; 32], device: 1, period: 2, direction: Direction::Export };
		let telegram = |text: &str| Telegram::new("ocmf", text.as_bytes().to_vec()).unwrap();
		let kept = Kept { blinding: [1, 2, 3, 4], telegrams: vec![telegram("a"), telegram("b")] };
		let other = Kept { telegrams: vec![telegram("b"), telegram("a")], ..kept.clone() };
		assert_eq!(kept.salt(&slot), kept.clone().salt(&slot));
		assert_ne!(kept.salt(&slot), other.salt(&slot));
		assert_ne!(kept.salt(&slot), kept.blinding);
		assert_eq!(format!("{kept:?} {:?}", telegram("secret")), "Kept(..) Telegram(ocmf, ..)");
	}

	proptest! {
		#[test]
		fn no_file_panics(text in "(?s).{0,200}") {
			let _ = parse(text.as_bytes());
		}
	}
}
