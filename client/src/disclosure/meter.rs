//! Whether a disclosed reading follows from its telegrams, by the key of the meter that signed them.

use std::collections::BTreeMap;

use meterproof_meters::{
	ocmf::{self, OcmfSettings},
	Finding, Measured, Place, Resource, Value,
};
use serde::Serialize;

use super::DisclosureError;
use crate::{telegrams::Telegram, types::Direction};

/// From a meter's serial number, as telegrams have it, to its public key.
pub type MeterKeys = BTreeMap<String, String>;

/// What a reading follows from: where the meter says that its register stood, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Follows {
	/// The meter's serial number.
	pub meter: String,
	/// When the register stood where the reading begins, Unix ms.
	pub from_ms: u64,
	/// When it had moved by the reading.
	pub to_ms: u64,
}

/// Checks each telegram's own signature, and that the register moved by the reading between two of its
/// standings: those furthest apart of which that is so.
pub(super) fn follows(
	entry: usize,
	telegrams: &[Telegram],
	(direction, reading): (Direction, u32),
	keys: &MeterKeys,
) -> Result<Follows, DisclosureError> {
	// The owner said which clocks are used when the readings were taken.
	let settings = OcmfSettings { keys: keys.clone(), any_clock: true };
	let mut meter: Option<String> = None;
	let mut stood: BTreeMap<u64, u128> = BTreeMap::new();
	for (telegram, signed) in (1..).zip(telegrams) {
		if signed.format() != "ocmf" {
			return Err(DisclosureError::NotOcmf { entry, telegram });
		}
		let findings = ocmf::parse(signed.bytes(), Place::Telegram(1), 0, &settings);
		let measured: Vec<&Measured> = findings
			.iter()
			.filter_map(|finding| match finding {
				Finding::Measured(measured) => Some(measured),
				Finding::Refused(_) => None,
			})
			.collect();
		let Some(first) = measured.first() else {
			let reason = findings.iter().find_map(|finding| match finding {
				Finding::Refused(refused) => Some(refused.reason.clone()),
				Finding::Measured(_) => None,
			});
			let reason = reason.unwrap_or_else(|| "it has no readings".to_owned());
			return Err(DisclosureError::BadTelegram { entry, telegram, reason });
		};
		if !keys.contains_key(&first.meter) {
			let meter = first.meter.clone();
			return Err(DisclosureError::NoMeterKey { entry, telegram, meter });
		}
		if meter.get_or_insert_with(|| first.meter.clone()) != &first.meter {
			return Err(DisclosureError::SeveralMeters { entry });
		}
		for measured in measured.into_iter().filter(|measured| measured.direction == direction) {
			if let Value::Stands { at_ms, total } = measured.value {
				let total = total.standing(Resource::Electricity);
				let differs = |_| DisclosureError::ReadingDiffers { entry };
				stood.insert(at_ms, total.map_err(differs)?);
			}
		}
	}
	let differs = DisclosureError::ReadingDiffers { entry };
	let Some(meter) = meter else { return Err(differs) };
	let moved = |(from, to): (&u128, &u128)| to.checked_sub(*from) == Some(u128::from(reading));
	let pairs = stood.iter().flat_map(|(from_ms, from)| {
		let later = stood.range(from_ms.saturating_add(1)..);
		later.filter(move |(_, to)| moved((from, *to))).map(move |(to_ms, _)| (*from_ms, *to_ms))
	});
	let (from_ms, to_ms) =
		pairs.max_by_key(|(from_ms, to_ms)| to_ms.saturating_sub(*from_ms)).ok_or(differs)?;
	Ok(Follows { meter, from_ms, to_ms })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::error::Named;

	/// Where the export register stood at a period's start, and 1250 Wh later at its end, each signed.
	const TELEGRAMS: &str = include_str!("telegrams.ocmf");
	/// The public key of the meter M-42 that signed them.
	const KEY: &str =
		"3059301306072a8648ce3d020106082a8648ce3d030107034200048e533b6fa0bf7b4625bb30\
		667c01fb607ef9f8b8a80fef5b300628703187b2a373eb1dbde03318366d069f83a6f5900053c73633cb041b21c5\
		5e1a86c1f400b4";

	fn telegrams() -> Vec<Telegram> {
		let telegram = |line: &str| Telegram::new("ocmf", line.as_bytes().to_vec()).unwrap();
		TELEGRAMS.lines().map(telegram).collect()
	}

	fn checked(
		telegrams: &[Telegram],
		direction: Direction,
		reading: u32,
		keys: &[(&str, &str)],
	) -> Result<Follows, &'static str> {
		let keys = keys.iter().map(|(meter, key)| ((*meter).to_owned(), (*key).to_owned()));
		let follows = follows(1, telegrams, (direction, reading), &keys.collect());
		follows.map_err(|error| error.name())
	}

	#[test]
	fn a_reading_follows_from_what_its_meter_signed() {
		let (all, keys) = (telegrams(), [("M-42", KEY)]);
		let follows = checked(&all, Direction::Export, 1_250, &keys).unwrap();
		// 15:00:02 and 15:15:01.
		let (from_ms, to_ms) = (1_795_964_402_000, 1_795_965_301_000);
		assert_eq!(follows, Follows { meter: "M-42".to_owned(), from_ms, to_ms });
		for (direction, reading) in [(Direction::Export, 1_251), (Direction::Import, 1_250)] {
			assert_eq!(checked(&all, direction, reading, &keys), Err("ReadingDiffers"));
		}
		assert_eq!(checked(&all[1..], Direction::Export, 1_250, &keys), Err("ReadingDiffers"));
		assert_eq!(checked(&[], Direction::Export, 0, &keys), Err("ReadingDiffers"));
	}

	#[test]
	fn a_telegram_that_the_meter_did_not_sign_is_found_out() {
		let mut all = telegrams();
		assert_eq!(checked(&all, Direction::Export, 1_250, &[("M-43", KEY)]), Err("NoMeterKey"));
		assert_eq!(checked(&all, Direction::Export, 1_250, &[]), Err("NoMeterKey"));
		let forged = TELEGRAMS.lines().nth(1).unwrap().replace("2936.850", "2936.851");
		all[1] = Telegram::new("ocmf", forged.into_bytes()).unwrap();
		let keys = [("M-42", KEY)];
		assert_eq!(checked(&all, Direction::Export, 1_251, &keys), Err("BadTelegram"));
		all[1] = Telegram::new("ocmf", b"OCMF|{\"RD\":[]}|{\"SD\":\"304402\"}".to_vec()).unwrap();
		assert_eq!(checked(&all, Direction::Export, 1_250, &keys), Err("BadTelegram"));
		all[1] = Telegram::new("sml", vec![1]).unwrap();
		assert_eq!(checked(&all, Direction::Export, 1_250, &keys), Err("NotOcmf"));
	}
}
