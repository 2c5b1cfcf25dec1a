//! Amounts as inputs write them: exact, and never rounded in silence.

use std::fmt;

use meterproof_statements::Resource;

use crate::named_errors;

named_errors! {
	/// Why a text or an amount could not be used. No text tells the amount.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum AmountError {
		/// Not a decimal number.
		NotANumber => "not a number";
		/// More digits than any meter has.
		TooManyDigits => "a number has more than 30 digits";
		/// Registers do not run backwards.
		Negative => "a reading is negative";
		/// A part of the chain's unit.
		NotAWholeNumber => "a reading is not a whole number of the chain's unit (Wh or litres)";
		/// Above what a commitment can hold.
		ReadingTooLarge => "a reading is above 4294967295";
		/// A unit that the resource is not counted in.
		WrongUnit => "the unit is not one that the meter's resource is counted in";
	}
}

/// Digits that an amount can have.
const MOST_DIGITS: usize = 30;

/// A unit of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
	/// Wh.
	WattHour,
	/// kWh.
	KilowattHour,
	/// MWh.
	MegawattHour,
	/// l.
	Litre,
	/// m³.
	CubicMetre,
}

impl Unit {
	/// By its usual spelling: `Wh`, `kWh`, `MWh`, `l`, `m3`, `m³`, in any case.
	pub fn parse(text: &str) -> Option<Self> {
		Some(match text.to_lowercase().as_str() {
			"wh" => Self::WattHour,
			"kwh" => Self::KilowattHour,
			"mwh" => Self::MegawattHour,
			"l" | "litre" | "litres" | "liter" => Self::Litre,
			"m3" | "m³" | "m^3" => Self::CubicMetre,
			_ => return None,
		})
	}

	/// How the unit is written.
	pub fn name(self) -> &'static str {
		match self {
			Self::WattHour => "Wh",
			Self::KilowattHour => "kWh",
			Self::MegawattHour => "MWh",
			Self::Litre => "l",
			Self::CubicMetre => "m3",
		}
	}

	/// The chain's unit, and the power of ten from it to this one.
	fn base(self) -> (&'static str, i32) {
		match self {
			Self::WattHour => ("Wh", 0),
			Self::KilowattHour => ("Wh", 3),
			Self::MegawattHour => ("Wh", 6),
			Self::Litre => ("l", 0),
			Self::CubicMetre => ("l", 3),
		}
	}
}

/// `digits * 10^exponent` of a unit. At most 30 digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Amount {
	digits: i128,
	exponent: i32,
	unit: Unit,
}

/// An amount is a reading: it is never printed.
impl fmt::Debug for Amount {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.debug_struct("Amount").field("unit", &self.unit).finish_non_exhaustive()
	}
}

impl Amount {
	/// `digits * 10^exponent` of a unit, as buses with scalers send it.
	pub fn new(digits: i128, exponent: i32, unit: Unit) -> Result<Self, AmountError> {
		if digits.unsigned_abs() >= 10u128.pow(MOST_DIGITS as u32) || exponent.unsigned_abs() > 30 {
			return Err(AmountError::TooManyDigits);
		}
		Ok(Self { digits, exponent, unit })
	}

	/// A decimal number with a point: `210`, `210.0`, `0.21`, `-3`, `2.1e2`.
	pub fn parse(text: &str, unit: Unit) -> Result<Self, AmountError> {
		let (text, power) = match text.split_once(['e', 'E']) {
			Some((number, power)) => (number, power.parse().map_err(|_| AmountError::NotANumber)?),
			None => (text, 0i32),
		};
		let (negative, text) = match text.strip_prefix('-') {
			Some(rest) => (true, rest),
			None => (false, text),
		};
		let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
		let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
		if !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() == 0 {
			return Err(AmountError::NotANumber);
		}
		let fraction = fraction.trim_end_matches('0');
		let whole = whole.trim_start_matches('0');
		if whole.len() + fraction.len() > MOST_DIGITS {
			return Err(AmountError::TooManyDigits);
		}
		let digits: i128 =
			format!("0{whole}{fraction}").parse().map_err(|_| AmountError::NotANumber)?;
		let digits = if negative { -digits } else { digits };
		let exponent =
			power.checked_sub(fraction.len() as i32).ok_or(AmountError::TooManyDigits)?;
		Self::new(digits, exponent, unit)
	}

	/// The unit.
	pub fn unit(self) -> Unit {
		self.unit
	}

	/// What a commitment holds: Wh or litres, exactly.
	pub fn whole(self, resource: Resource) -> Result<u32, AmountError> {
		let (quotient, rest) = self.divided(resource)?;
		if rest != 0 {
			return Err(AmountError::NotAWholeNumber);
		}
		u32::try_from(quotient).map_err(|_| AmountError::ReadingTooLarge)
	}

	/// A register's standing in Wh or litres, rounded down: differences of such standings add up to
	/// what the register counted, and nothing is lost for good.
	pub fn standing(self, resource: Resource) -> Result<u128, AmountError> {
		Ok(self.divided(resource)?.0)
	}

	/// The exact sum of two amounts of one unit, as of the registers of several tariffs.
	pub fn plus(self, other: Self) -> Result<Self, AmountError> {
		if self.unit != other.unit {
			return Err(AmountError::WrongUnit);
		}
		let exponent = self.exponent.min(other.exponent);
		let scaled = |amount: Self| {
			let power = 10i128.checked_pow(amount.exponent.abs_diff(exponent))?;
			amount.digits.checked_mul(power)
		};
		// Zero is zero in any power of ten.
		let digits = match (self.digits, other.digits) {
			(0, _) => return Ok(other),
			(_, 0) => return Ok(self),
			_ => scaled(self).zip(scaled(other)).and_then(|(one, two)| one.checked_add(two)),
		};
		Self::new(digits.ok_or(AmountError::TooManyDigits)?, exponent, self.unit)
	}

	/// In the chain's unit, and what is left over.
	fn divided(self, resource: Resource) -> Result<(u128, u128), AmountError> {
		let (base, power) = self.unit.base();
		if base != resource.base_unit() {
			return Err(AmountError::WrongUnit);
		}
		let digits = u128::try_from(self.digits).map_err(|_| AmountError::Negative)?;
		let exponent = self.exponent.saturating_add(power);
		let factor = 10u128.checked_pow(exponent.unsigned_abs());
		if exponent < 0 {
			// A divisor that no number reaches leaves all of it over.
			return Ok(factor.map_or((0, digits), |factor| (digits / factor, digits % factor)));
		}
		let product = factor.and_then(|factor| digits.checked_mul(factor));
		match product {
			Some(product) => Ok((product, 0)),
			None if digits == 0 => Ok((0, 0)),
			None => Err(AmountError::ReadingTooLarge),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn whole(text: &str, unit: Unit) -> Result<u32, AmountError> {
		Amount::parse(text, unit)?.whole(Resource::Electricity)
	}

	#[test]
	fn decimals_that_are_whole_in_the_chains_unit_are_taken() {
		for (text, unit, expected) in [
			("210", Unit::WattHour, 210),
			("210.0", Unit::WattHour, 210),
			("0.21", Unit::KilowattHour, 210),
			("000.210000", Unit::KilowattHour, 210),
			("2.1e2", Unit::WattHour, 210),
			("210000E-3", Unit::WattHour, 210),
			(".5", Unit::KilowattHour, 500),
			("0", Unit::MegawattHour, 0),
			("4294967295", Unit::WattHour, u32::MAX),
		] {
			assert_eq!(whole(text, unit), Ok(expected), "{text}");
		}
	}

	#[test]
	fn nothing_is_rounded_or_guessed() {
		for (text, unit, error) in [
			("210.5", Unit::WattHour, AmountError::NotAWholeNumber),
			("0.0001", Unit::KilowattHour, AmountError::NotAWholeNumber),
			("1e-30", Unit::WattHour, AmountError::NotAWholeNumber),
			("-1", Unit::WattHour, AmountError::Negative),
			("4294967296", Unit::WattHour, AmountError::ReadingTooLarge),
			("9e29", Unit::MegawattHour, AmountError::ReadingTooLarge),
			("1e99", Unit::WattHour, AmountError::TooManyDigits),
			("1234567890123456789012345678901", Unit::WattHour, AmountError::TooManyDigits),
			("", Unit::WattHour, AmountError::NotANumber),
			(".", Unit::WattHour, AmountError::NotANumber),
			("+1", Unit::WattHour, AmountError::NotANumber),
			("1,5", Unit::WattHour, AmountError::NotANumber),
			("NaN", Unit::WattHour, AmountError::NotANumber),
			("1", Unit::Litre, AmountError::WrongUnit),
		] {
			assert_eq!(whole(text, unit), Err(error), "{text}");
		}
	}

	#[test]
	fn a_standing_is_rounded_down() {
		let standing =
			|text| Amount::parse(text, Unit::CubicMetre).unwrap().standing(Resource::Water);
		assert_eq!(standing("12.3459"), Ok(12_345));
		assert_eq!(standing("12.3461"), Ok(12_346));
	}

	#[test]
	fn sums_are_exact_and_of_one_unit() {
		let amount = |text, unit| Amount::parse(text, unit).unwrap();
		let kilowatt_hours = |text| amount(text, Unit::KilowattHour);
		let sum = |one, two| kilowatt_hours(one).plus(kilowatt_hours(two));
		assert_eq!(sum("576.239", "465.1").unwrap().whole(Resource::Electricity), Ok(1_041_339));
		assert_eq!(sum("0", "1e-9"), Ok(kilowatt_hours("1e-9")));
		assert_eq!(sum("1e29", "1e-29"), Err(AmountError::TooManyDigits));
		let wrong = kilowatt_hours("1").plus(amount("1", Unit::WattHour));
		assert_eq!(wrong, Err(AmountError::WrongUnit));
	}

	proptest! {
		#[test]
		fn no_text_panics(text in ".{0,40}") {
			let _ = Amount::parse(&text, Unit::KilowattHour).map(|amount| amount.whole(Resource::Heat));
		}

		#[test]
		fn every_whole_number_of_watt_hours_is_itself_in_kilowatt_hours(reading: u32) {
			let text = format!("{}.{:03}", reading / 1000, reading % 1000);
			prop_assert_eq!(whole(&text, Unit::KilowattHour), Ok(reading));
		}
	}
}
