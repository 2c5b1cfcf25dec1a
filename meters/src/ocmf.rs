//! OCMF: records that a meter of a charging station signed (Open Charge Metering Format 1.x).
//!
//! A record is one line of text, `OCMF|{payload}|{signature}`. Its readings are registers' standings,
//! and the whole record is kept beside each: whoever has the meter's key can check it later. Reading and
//! checking is the crate `ocmf`'s, pinned exactly, since it is young: it signs and checks the bytes as
//! they were written, knows the departures of records in the field, and holds to limits. What it takes
//! generously is refused here: a name that stands twice, a field that cannot be read and that the reading
//! before would lend, a clock that was not set, a meter not in order.

use std::collections::BTreeMap;

use meterproof_statements::Direction;
use ocmf::{DeviationKind, Limits, Profile, Reading, Record, TimeStatus, VerifyError};
use serde::Deserialize;

use crate::{
	amount::{Amount, AmountError, Unit},
	measured::{Finding, Measured, Place, Refused, SignedTelegram, Value},
	named_errors,
};

/// Bytes of the longest record that is read; the longest in the field has about 1000.
pub const LONGEST: usize = 16 * 1024;
/// Readings in a record; in the field there are at most 6.
const MOST_READINGS: usize = 64;

named_errors! {
	/// Why a record or a reading of one could not be used. No text tells a reading.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum OcmfError {
		/// Neither text nor `OCMF|{..}|{..}`.
		NotOcmf => "not an OCMF record";
		/// A record that no meter makes.
		TooLong => "the record is longer than 16384 bytes or has more than 64 readings";
		/// Readers differ in which of two they take.
		Twice => "a name stands twice in one object";
		/// A time, register or number that is none.
		Unreadable => "a field of the record cannot be read";
		/// Neither the meter's serial number nor the gateway's.
		NoMeter => "the record names no meter";
		/// The bytes were changed, or another meter signed them.
		WrongSignature => "the signature is not of the meter's key";
		/// The signature could not be checked at all.
		UncheckedSignature => "the signature cannot be checked: it is damaged, or of a curve other than secp256r1 and secp256k1";
		/// The key of the configuration does not fit.
		BadKey => "the meter's key in the configuration is not a public key of the record's curve";
		/// The meter reports a fault.
		MeterFault => "the meter says that it or its energy register is not in order";
		/// The reading has no time.
		NoTime => "the reading has no time";
		/// The clock was never set, or only for information.
		ClockNotSet => "the meter's clock was not synchronized: set any_clock = true to use its times";
		/// The reading has no value.
		NoValue => "the reading has no value";
		/// Not a number.
		NotANumber => "the reading is not a number";
		/// More digits than any meter has.
		TooManyDigits => "the reading has too many digits";
		/// Not a unit that can be counted in.
		UnknownUnit => "the reading's unit is not Wh or kWh";
		/// Neither import nor export of active energy.
		UnknownRegister => "the reading's register is neither import nor export of energy";
		/// A register that begins at zero with each transaction has no standing.
		PerTransaction => "the register counts one transaction only: a register of the meter's whole life is needed";
	}
}

impl From<AmountError> for OcmfError {
	fn from(error: AmountError) -> Self {
		match error {
			AmountError::TooManyDigits => Self::TooManyDigits,
			_ => Self::NotANumber,
		}
	}
}

impl From<VerifyError> for OcmfError {
	fn from(error: VerifyError) -> Self {
		match error {
			VerifyError::NotVerified => Self::WrongSignature,
			VerifyError::Key(_) | VerifyError::AlgorithmKeyMismatch { .. } => Self::BadKey,
			_ => Self::UncheckedSignature,
		}
	}
}

/// What is known of the meters that sign.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OcmfSettings {
	/// From a meter's name to its public key, in hexadecimal digits or Base64, as on its display or
	/// beside its code. A meter without a key here is believed; its records are kept all the same.
	#[serde(default)]
	pub keys: BTreeMap<String, String>,
	/// Whether times of clocks that were not synchronized are used.
	#[serde(default)]
	pub any_clock: bool,
}

/// Reads a record: the standings of its registers, each with the whole record as the telegram that the
/// meter signed. A meter is called by its serial number, or by its gateway's if it has none.
pub fn parse(
	record: &[u8],
	place: Place,
	received_ms: u64,
	settings: &OcmfSettings,
) -> Vec<Finding> {
	let refused = |meter: Option<&str>, error| Finding::Refused(Refused::new(place, meter, &error));
	let (text, record) = match read(record) {
		Ok(read) => read,
		Err(error) => return vec![refused(None, error)],
	};
	let payload = record.payload();
	let names = [payload.meter_serial(), payload.gateway_serial()];
	let Some(meter) = names.into_iter().flatten().find(|name| !name.is_empty()) else {
		return vec![refused(None, OcmfError::NoMeter)];
	};
	if let Some(key) = settings.keys.get(meter) {
		if let Err(error) = ocmf::verify_key_text(&record, key) {
			return vec![refused(Some(meter), error.into())];
		}
	}
	let readings = payload.readings();
	let signed = SignedTelegram::new("ocmf", text.as_bytes());
	let mut findings = Vec::new();
	for reading in readings {
		if is_beside_another(reading, readings) {
			continue;
		}
		findings.push(match standing(reading, settings) {
			Ok((direction, at_ms, total)) => Finding::Measured(Measured {
				place,
				meter: meter.into(),
				direction,
				value: Value::Stands { at_ms, total },
				taken_ms: Some(at_ms),
				received_ms,
				signed: Some(signed.clone()),
				input_name: None,
			}),
			Err(error) => refused(Some(meter), error),
		});
	}
	findings
}

fn read(record: &[u8]) -> Result<(&str, Record<'_>), OcmfError> {
	if record.len() > LONGEST {
		return Err(OcmfError::TooLong);
	}
	let text = std::str::from_utf8(record).map_err(|_| OcmfError::NotOcmf)?.trim();
	let limits = Limits::DEFAULT.record(LONGEST).payload(LONGEST).readings(MOST_READINGS);
	let record =
		Record::parse_with(text, Profile::Interop, &limits).map_err(|error| match error {
			ocmf::ParseError::LimitExceeded { .. } => OcmfError::TooLong,
			_ => OcmfError::NotOcmf,
		})?;
	for deviation in record.deviations() {
		match deviation.kind {
			DeviationKind::DuplicateKey => return Err(OcmfError::Twice),
			DeviationKind::ReadingsTruncated => return Err(OcmfError::TooLong),
			// The crate gives a reading whose field it cannot read that of the reading before.
			DeviationKind::TimeMalformed
			| DeviationKind::ObisMalformed
			| DeviationKind::NumberUnrepresentable
			| DeviationKind::FieldTypeMismatch => return Err(OcmfError::Unreadable),
			_ => {},
		}
	}
	Ok((text, record))
}

/// Whether a reading is of a register behind the cable, where the record also has the register before
/// it: both count the same energy, and the one before the cable is what the network gave.
fn is_beside_another(reading: &Reading<'_>, readings: &[Reading<'_>]) -> bool {
	let register = |reading: &Reading<'_>| reading.obis().map(|obis| obis.register());
	let side = |reading: &Reading<'_>| register(reading)?.is_device_side();
	let direction = |reading: &Reading<'_>| register(reading)?.is_import();
	side(reading) == Some(true)
		&& readings.iter().any(|other| {
			side(other) != Some(true)
				&& direction(other).is_some()
				&& direction(other) == direction(reading)
		})
}

fn standing(
	reading: &Reading<'_>,
	settings: &OcmfSettings,
) -> Result<(Direction, u64, Amount), OcmfError> {
	let register = reading.obis().ok_or(OcmfError::UnknownRegister)?.register();
	let direction = match register.is_import() {
		Some(true) => Direction::Import,
		Some(false) => Direction::Export,
		None => return Err(OcmfError::UnknownRegister),
	};
	if register.is_transaction_scoped() == Some(true) {
		return Err(OcmfError::PerTransaction);
	}
	let in_order = reading.state().is_some_and(|state| state.is_ok());
	if !in_order || reading.error_flags().energy_unusable() {
		return Err(OcmfError::MeterFault);
	}
	let time = reading.time().filter(|time| time.is_valid()).ok_or(OcmfError::NoTime)?;
	let is_set =
		time.status == Some(TimeStatus::Synchronized) && !reading.error_flags().time_unusable();
	if !is_set && !settings.any_clock {
		return Err(OcmfError::ClockNotSet);
	}
	let at_ms = u64::try_from(time.unix_millis()).map_err(|_| OcmfError::NoTime)?;
	let unit = reading.unit().and_then(|unit| Unit::parse(unit.as_str()));
	let unit = unit.filter(|unit| matches!(unit, Unit::WattHour | Unit::KilowattHour));
	let unit = unit.ok_or(OcmfError::UnknownUnit)?;
	let value = reading.value().ok_or(OcmfError::NoValue)?;
	Ok((direction, at_ms, Amount::parse(value.as_str(), unit)?))
}

#[cfg(test)]
mod tests;
