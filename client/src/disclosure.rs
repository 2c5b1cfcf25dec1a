//! What an owner shows an auditor of a commitment: the reading, the salt, and the signed telegrams
//! that the salt binds. Everything is checked without a node.
//!
//! Texts name entries, counted from one, and never a reading, a salt or a telegram.

mod meter;

use ed25519_dalek::{Signature, VerifyingKey};
use meterproof_device::{message, Slot};
use meterproof_programs::commitment::{commit_reading, decode, Salt};
use meterproof_statements::MAX_QUANTITY;
use serde::{Deserialize, Serialize};

pub use self::meter::{Follows, MeterKeys};
use crate::{
	error::named_errors,
	openings::word,
	proof::{parse_bytes, parse_hash},
	store::Opening,
	telegrams::{Kept, Telegram},
	types::Direction,
};

named_errors! {
	/// Why what was disclosed does not hold.
	#[derive(PartialEq, Eq)]
	pub enum DisclosureError {
		/// Not what `openings disclose` writes.
		NotDisclosed { reason: String } => "not what openings disclose writes: {reason}";
		/// The array is empty.
		NothingDisclosed => "the file discloses nothing";
		/// A field does not have its form.
		BadField { entry: usize, field: &'static str } => "entry {entry}: {field} is not in its form";
		/// No telegrams.
		NoTelegram { entry: usize } => "entry {entry}: there is no telegram";
		/// The salt binds other telegrams, or none.
		TelegramsDiffer { entry: usize }
			=> "entry {entry}: blinding and telegrams do not give the salt: other telegrams were kept \
				when the commitment was made, or none";
		/// The reading, the salt or the slot is another one.
		CommitmentDiffers { entry: usize }
			=> "entry {entry}: reading and salt do not give the commitment beside them";
		/// A telegram whose own signature is not checked here.
		NotOcmf { entry: usize, telegram: usize }
			=> "entry {entry}: telegram {telegram} is not OCMF, of which alone the meter's own signature is \
				checked: leave --meter-key out";
		/// No key of the meter is given.
		NoMeterKey { entry: usize, telegram: usize, meter: String }
			=> "entry {entry}: telegram {telegram} is of the meter {meter}: give its key with --meter-key";
		/// The meter did not sign it, or it cannot be read.
		BadTelegram { entry: usize, telegram: usize, reason: String }
			=> "entry {entry}: telegram {telegram}: {reason}";
		/// One reading is of one meter.
		SeveralMeters { entry: usize } => "entry {entry}: the telegrams are of several meters";
		/// No two standings of the register are apart by the reading.
		ReadingDiffers { entry: usize }
			=> "entry {entry}: the reading does not follow from the telegrams: between no two of its times \
				did the register move by it";
		/// The signature is not the key's.
		BadSignature { entry: usize }
			=> "entry {entry}: the signature is not the key's over this commitment on this chain";
	}
}

/// One commitment, disclosed. Numbers of 64 bits are decimal strings, bytes are 0x and hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosed {
	/// Hash of the chain's block 0.
	genesis: String,
	/// The device.
	device: u32,
	/// The period.
	period: u64,
	/// The register.
	direction: Direction,
	/// The reading, in base units.
	reading: u32,
	/// The salt of the commitment.
	salt: [String; 4],
	/// The commitment, which the chain has or had.
	commitment: String,
	/// What blinds the telegrams in the salt.
	blinding: [String; 4],
	/// The telegrams.
	telegrams: Vec<DisclosedTelegram>,
	/// The device's key and its signature over the commitment, where the store has them.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	signed: Option<Signed>,
}

/// A telegram, disclosed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DisclosedTelegram {
	format: String,
	bytes: String,
}

/// A signature over a commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
	key: String,
	signature: String,
}

/// What a disclosed commitment says, once it is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
	/// Hash of the chain's block 0.
	pub genesis: String,
	/// The device.
	pub device: u32,
	/// The period.
	pub period: u64,
	/// The register.
	pub direction: Direction,
	/// The reading, in base units.
	pub reading: u32,
	/// What the chain has to have, or have had, for all of it to mean something.
	pub commitment: String,
	/// The device's key, if it signed the commitment; the chain says whose it is.
	pub key: Option<String>,
	/// The formats of the telegrams, in their order.
	pub telegrams: Vec<String>,
	/// What the reading follows from, by telegrams that the meter's own key signed; none if no key was given
	/// to check that with.
	pub follows: Option<Follows>,
}

impl Disclosed {
	/// What discloses a commitment and its telegrams; the key and the signature are the device's.
	pub fn of(
		slot: &Slot,
		opening: &Opening,
		kept: &Kept,
		signed: Option<([u8; 32], [u8; 64])>,
	) -> Self {
		let telegram = |telegram: &Telegram| DisclosedTelegram {
			format: telegram.format().to_owned(),
			bytes: hexadecimal(telegram.bytes()),
		};
		Self {
			genesis: hexadecimal(slot.genesis),
			device: slot.device,
			period: slot.period,
			direction: slot.direction,
			reading: opening.reading,
			salt: opening.salt.map(|word| word.to_string()),
			commitment: hexadecimal(opening.commitment),
			blinding: kept.blinding.map(|word| word.to_string()),
			telegrams: kept.telegrams.iter().map(telegram).collect(),
			signed: signed.map(|(key, signature)| Signed {
				key: hexadecimal(key),
				signature: hexadecimal(signature),
			}),
		}
	}

	/// Whether the telegrams were kept when the commitment was made, and reading, salt and signature
	/// are the commitment's. With `keys` of meters also whether these signed the telegrams, and the reading
	/// follows from them.
	pub fn check(&self, entry: usize, keys: &MeterKeys) -> Result<Checked, DisclosureError> {
		let bad = |field| DisclosureError::BadField { entry, field };
		let genesis = parse_hash(&self.genesis).map_err(|_| bad("genesis"))?;
		let (device, period, direction) = (self.device, self.period, self.direction);
		if period >= MAX_QUANTITY {
			return Err(bad("period"));
		}
		let slot = Slot { genesis, device, period, direction };
		let salt = words(&self.salt).ok_or_else(|| bad("salt"))?;
		let blinding = words(&self.blinding).ok_or_else(|| bad("blinding"))?;
		let commitment = parse_hash(&self.commitment).map_err(|_| bad("commitment"))?;
		let telegrams = self.telegrams.iter().map(|telegram| {
			let bytes = parse_bytes(&telegram.bytes).ok()?;
			Telegram::new(&telegram.format, bytes).ok()
		});
		let telegrams: Option<Vec<_>> = telegrams.collect();
		let telegrams = telegrams.ok_or_else(|| bad("a telegram"))?;
		if telegrams.is_empty() {
			return Err(DisclosureError::NoTelegram { entry });
		}
		let kept = Kept { blinding, telegrams };
		if kept.salt(&slot) != salt {
			return Err(DisclosureError::TelegramsDiffer { entry });
		}
		if commit_reading(self.reading, device, period, direction.number(), &salt) != commitment {
			return Err(DisclosureError::CommitmentDiffers { entry });
		}
		if let Some(Signed { key, signature }) = &self.signed {
			let key = parse_hash(key).map_err(|_| bad("key"))?;
			let signature = parse_bytes(signature).ok().and_then(|bytes| bytes.try_into().ok());
			let signature: [u8; 64] = signature.ok_or_else(|| bad("signature"))?;
			let signature = Signature::from_bytes(&signature);
			let verified = VerifyingKey::from_bytes(&key)
				.and_then(|key| key.verify_strict(&message(&slot, &commitment), &signature));
			verified.map_err(|_| DisclosureError::BadSignature { entry })?;
		}
		let follows = match keys.is_empty() {
			true => None,
			false => {
				let told = (direction, self.reading);
				Some(meter::follows(entry, &kept.telegrams, told, keys)?)
			},
		};
		Ok(Checked {
			follows,
			genesis: hexadecimal(genesis),
			device,
			period,
			direction,
			reading: self.reading,
			commitment: hexadecimal(commitment),
			key: self.signed.as_ref().map(|signed| signed.key.clone()),
			telegrams: self.telegrams.iter().map(|telegram| telegram.format.clone()).collect(),
		})
	}
}

/// Checks a whole file, with the keys of the meters that signed the telegrams, if there are any.
pub fn check(text: &[u8], keys: &MeterKeys) -> Result<Vec<Checked>, DisclosureError> {
	let disclosed: Vec<Disclosed> = serde_json::from_slice(text)
		.map_err(|error| DisclosureError::NotDisclosed { reason: place(&error) })?;
	if disclosed.is_empty() {
		return Err(DisclosureError::NothingDisclosed);
	}
	(1..).zip(&disclosed).map(|(entry, disclosed)| disclosed.check(entry, keys)).collect()
}

/// Where something is wrong. Not what: the text of the error can quote what is secret.
fn place(error: &serde_json::Error) -> String {
	format!("something is wrong at line {}, column {}", error.line(), error.column())
}

/// Four decimal numbers in their one form.
fn words(texts: &[String; 4]) -> Option<Salt> {
	let mut salt = [0; 4];
	for (to, text) in salt.iter_mut().zip(texts) {
		*to = word(text)?;
	}
	let mut bytes = [0; 32];
	for (to, from) in bytes.iter_mut().zip(salt.iter().flat_map(|word| word.to_le_bytes())) {
		*to = from;
	}
	decode(&bytes).map(|_| salt)
}

fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::error::Named;
	use meterproof_device::MeterKey;
	use proptest::prelude::*;
	use serde_json::{json, Value};

	const READING: u32 = 1_250;

	fn slot() -> Slot {
		Slot { genesis: [9; 32], device: 7, period: 987_660, direction: Direction::Export }
	}

	fn telegram(text: &str) -> Telegram {
		Telegram::new("ocmf", text.as_bytes().to_vec()).unwrap()
	}

	fn disclosed() -> Value {
		let kept =
			Kept { blinding: [1, 2, 3, 4], telegrams: vec![telegram("one"), telegram("two")] };
		let (slot, salt) = (slot(), kept.salt(&slot()));
		let commitment =
			commit_reading(READING, slot.device, slot.period, slot.direction.number(), &salt);
		let opening = Opening { reading: READING, salt, commitment };
		let key = MeterKey::from_seed(&[3; 32]);
		let signed = (key.public(), key.sign_commitment(&slot, &commitment));
		serde_json::to_value(Disclosed::of(&slot, &opening, &kept, Some(signed))).unwrap()
	}

	fn check_json(value: Value) -> Result<Vec<Checked>, DisclosureError> {
		check(json!([value]).to_string().as_bytes(), &MeterKeys::new())
	}

	fn changed(change: impl Fn(&mut Value)) -> &'static str {
		let mut value = disclosed();
		change(&mut value);
		check_json(value).unwrap_err().name()
	}

	#[test]
	fn what_was_kept_is_found_to_have_been_kept() {
		let checked = check_json(disclosed()).unwrap();
		let [checked] = &checked[..] else { panic!("{checked:?}") };
		assert_eq!((checked.device, checked.period, checked.reading), (7, 987_660, READING));
		assert_eq!(checked.telegrams, ["ocmf", "ocmf"]);
		assert_eq!(checked.commitment, disclosed()["commitment"]);
		let key = MeterKey::from_seed(&[3; 32]).public();
		assert_eq!(checked.key.as_deref(), Some(hexadecimal(key).as_str()));
		let mut unsigned = disclosed();
		unsigned.as_object_mut().unwrap().remove("signed");
		assert_eq!(check_json(unsigned).unwrap()[0].key, None);
	}

	#[test]
	fn another_telegram_is_found_out() {
		let other = json!({ "format": "ocmf", "bytes": "0x00" });
		for name in [
			changed(|value| value["telegrams"][0] = other.clone()),
			changed(|value| value["telegrams"][1]["format"] = json!("sml")),
			changed(|value| value["telegrams"].as_array_mut().unwrap().reverse()),
			changed(|value| drop(value["telegrams"].as_array_mut().unwrap().pop())),
			changed(|value| value["telegrams"].as_array_mut().unwrap().push(other.clone())),
			changed(|value| value["blinding"][0] = json!("2")),
			changed(|value| value["period"] = json!(987_661)),
			changed(|value| value["device"] = json!(8)),
			changed(|value| value["direction"] = json!("import")),
			changed(|value| value["genesis"] = json!(hexadecimal([8; 32]))),
			changed(|value| value["salt"][0] = json!("5")),
		] {
			assert_eq!(name, "TelegramsDiffer");
		}
	}

	#[test]
	fn another_reading_commitment_or_signature_is_found_out() {
		let zero = || json!(hexadecimal([0; 32]));
		assert_eq!(changed(|value| value["reading"] = json!(1_251)), "CommitmentDiffers");
		assert_eq!(changed(|value| value["commitment"] = zero()), "CommitmentDiffers");
		let other = MeterKey::from_seed(&[4; 32]).public();
		let other = json!(hexadecimal(other));
		assert_eq!(changed(|value| value["signed"]["key"] = other.clone()), "BadSignature");
		let none = json!(hexadecimal([0; 64]));
		assert_eq!(changed(|value| value["signed"]["signature"] = none.clone()), "BadSignature");
	}

	#[test]
	fn fields_have_their_forms() {
		for (path, wrong) in [
			("/genesis", json!("0x00")),
			("/period", json!(1u64 << 53)),
			("/salt/0", json!("18446744069414584321")),
			("/blinding/3", json!("+1")),
			("/commitment", json!("7")),
			("/telegrams/0/bytes", json!("0x0")),
			("/telegrams/0/bytes", json!("0x")),
			("/telegrams/0/format", json!("")),
			("/signed/key", json!("0x00")),
			("/signed/signature", json!("0x00")),
		] {
			let name = changed(|value| *value.pointer_mut(path).unwrap() = wrong.clone());
			assert_eq!(name, "BadField", "{path}");
		}
		assert_eq!(changed(|value| value["telegrams"] = json!([])), "NoTelegram");
		for (field, wrong) in [("device", json!("7")), ("more", json!(1)), ("salt", json!(["1"]))] {
			assert_eq!(changed(|value| value[field] = wrong.clone()), "NotDisclosed", "{field}");
		}
		assert_eq!(check(b"[]", &MeterKeys::new()), Err(DisclosureError::NothingDisclosed));
		for text in ["", "{}", "7"] {
			assert_eq!(
				check(text.as_bytes(), &MeterKeys::new()).unwrap_err().name(),
				"NotDisclosed",
				"{text}"
			);
		}
	}

	#[test]
	fn errors_tell_nothing_that_is_secret() {
		let secret = "4294967299";
		for path in ["/device", "/reading", "/salt/0", "/blinding/0", "/telegrams/0/bytes"] {
			let mut value = disclosed();
			*value.pointer_mut(path).unwrap() = json!(secret);
			assert!(!check_json(value).unwrap_err().to_string().contains(secret), "{path}");
		}
	}

	proptest! {
		#[test]
		fn no_file_panics(text in "(?s).{0,200}") {
			let _ = check(text.as_bytes(), &MeterKeys::new());
		}
	}
}
