//! Money, prices and quantities as people write them, exactly.
//!
//! One MPF is 10^12 of the chain's smallest unit. Prices are per kWh or m³, a thousand times the
//! base unit (Wh, litre) that the chain counts in.

use crate::error::named_errors;

/// Decimals of the token.
pub const MONEY_DECIMALS: u32 = 12;

/// Decimals of a price per thousand base units: beyond them it has no price per base unit.
const PRICE_DECIMALS: u32 = MONEY_DECIMALS - 3;

named_errors! {
	/// Why an amount was refused.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum AmountError {
		/// Not digits with at most one point between them.
		NotAnAmount => "not an amount: write digits, with a point before decimals, as in 12.5";
		/// More decimals than there are.
		TooManyDecimals {
			/// How many there are.
			most: u32,
		} => "at most {most} decimals: a smaller unit does not exist";
		/// Larger than any amount on the chain.
		AmountTooLarge => "the amount is larger than the chain can hold";
	}
}

/// `text` times 10^decimals, exactly.
pub fn parse_decimal(text: &str, decimals: u32) -> Result<u128, AmountError> {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
	let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
	if !digits(whole) || !digits(fraction) {
		return Err(AmountError::NotAnAmount);
	}
	// Zeros at the end say nothing, so that 1.50 is fine however few decimals there are.
	let fraction = fraction.trim_end_matches('0');
	let places = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
	let missing =
		decimals.checked_sub(places).ok_or(AmountError::TooManyDecimals { most: decimals })?;
	let number = |part: &str, scale: u32| {
		let value = if part.is_empty() { Some(0) } else { part.parse::<u128>().ok() };
		value.and_then(|value| value.checked_mul(10u128.pow(scale)))
	};
	number(whole, decimals)
		.zip(number(fraction, missing))
		.and_then(|(whole, fraction)| whole.checked_add(fraction))
		.ok_or(AmountError::AmountTooLarge)
}

/// The inverse of [`parse_decimal`], without zeros at the end.
pub fn show_decimal(value: u128, decimals: u32) -> String {
	let scale = 10u128.pow(decimals);
	let (whole, fraction) = (value / scale, value % scale);
	let fraction = format!("{fraction:0width$}", width = decimals as usize);
	let fraction = fraction.trim_end_matches('0');
	if fraction.is_empty() {
		whole.to_string()
	} else {
		format!("{whole}.{fraction}")
	}
}

/// An amount in MPF as smallest units.
pub fn parse_money(text: &str) -> Result<u128, AmountError> {
	parse_decimal(text, MONEY_DECIMALS)
}

/// Smallest units as an amount in MPF.
pub fn show_money(smallest: u128) -> String {
	show_decimal(smallest, MONEY_DECIMALS)
}

/// A price in MPF per kWh or m³ as smallest units per base unit.
pub fn parse_price(text: &str) -> Result<u128, AmountError> {
	parse_decimal(text, PRICE_DECIMALS)
}

/// Smallest units per base unit as a price in MPF per kWh or m³.
pub fn show_price(per_base_unit: u128) -> String {
	show_decimal(per_base_unit, PRICE_DECIMALS)
}

/// Base units as kWh or m³.
pub fn show_quantity(base_units: u64) -> String {
	show_decimal(base_units.into(), 3)
}

/// A quantity as the command line takes it: whole base units. A quantity with decimals is refused, since it
/// must be meant in another unit.
pub fn quantity(text: &str) -> Result<u64, String> {
	let whole = || "quantities are whole Wh or litres".to_owned();
	if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
		return text.parse().map_err(|_| format!("{}, below 2^64", whole()));
	}
	match parse_decimal(&text.replace(',', "."), 3) {
		Ok(base) => Err(format!("{}: {text} kWh or m3 are {base}", whole())),
		Err(_) => Err(whole()),
	}
}

/// A part as the command line takes it, in percent: millionths.
pub fn percent(text: &str) -> Result<u32, String> {
	let millionths = parse_decimal(text, 4).ok().and_then(|part| u32::try_from(part).ok());
	millionths
		.filter(|part| *part <= 1_000_000)
		.ok_or_else(|| "a part is 0 to 100 percent, with four decimals at most".to_owned())
}

/// Millionths as a part in percent.
pub fn show_percent(millionths: u32) -> String {
	format!("{} %", show_decimal(millionths.into(), 4))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn a_quantity_with_decimals_is_answered_in_words() {
		assert_eq!(quantity("1500"), Ok(1_500));
		for text in ["1.5", "1,5"] {
			let refused = quantity(text).unwrap_err();
			assert!(refused.contains("Wh") && refused.ends_with("are 1500"), "{refused}");
		}
		for text in ["", "-1", "1e3", "0.0001"] {
			assert_eq!(quantity(text).unwrap_err(), "quantities are whole Wh or litres", "{text}");
		}
		assert!(quantity("99999999999999999999").unwrap_err().contains("2^64"));
	}

	#[test]
	fn a_part_is_millionths() {
		for (text, millionths) in [("0", 0), ("12.5", 125_000), ("100", 1_000_000)] {
			assert_eq!(percent(text), Ok(millionths));
			assert_eq!(show_percent(millionths), format!("{text} %"));
		}
		for text in ["100.0001", "0.00001", "-1", "half", "", "99999999999999999999"] {
			assert!(percent(text).is_err(), "{text}");
		}
	}

	#[test]
	fn a_price_per_kwh_is_exact_per_wh() {
		assert_eq!(parse_price("0.25"), Ok(250_000_000));
		assert_eq!(parse_price("0.000000001"), Ok(1));
		assert_eq!(parse_price("0.0000000010"), Ok(1));
		assert_eq!(parse_price("0.0000000015"), Err(AmountError::TooManyDecimals { most: 9 }));
	}

	#[test]
	fn money_has_twelve_decimals() {
		assert_eq!(parse_money("1"), Ok(1_000_000_000_000));
		assert_eq!(parse_money("0.000000000001"), Ok(1));
		assert_eq!(parse_money("0.0000000000001"), Err(AmountError::TooManyDecimals { most: 12 }));
		assert_eq!(show_money(1_500_000_000_000), "1.5");
		assert_eq!(show_money(0), "0");
	}

	#[test]
	fn what_is_not_an_amount_is_refused() {
		for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1 ", "0x1", "1.2.3", "١"]
		{
			assert_eq!(parse_money(text), Err(AmountError::NotAnAmount), "{text:?}");
		}
	}

	#[test]
	fn what_does_not_fit_is_refused() {
		let largest = show_money(u128::MAX);
		assert_eq!(parse_money(&largest), Ok(u128::MAX));
		assert_eq!(
			parse_money("340282366920938463463374607.431768211456"),
			Err(AmountError::AmountTooLarge)
		);
		assert_eq!(parse_money(&"9".repeat(60)), Err(AmountError::AmountTooLarge));
	}

	proptest! {
		#[test]
		fn what_is_shown_is_read_back(value: u128, quantity: u64) {
			prop_assert_eq!(parse_money(&show_money(value)), Ok(value));
			prop_assert_eq!(parse_price(&show_price(value)), Ok(value));
			prop_assert_eq!(
				parse_decimal(&show_quantity(quantity), 3),
				Ok(u128::from(quantity))
			);
		}

		#[test]
		fn zeros_at_the_end_change_nothing(value: u64, zeros in 0usize..20) {
			let shown = show_money(value.into());
			let point = if shown.contains('.') { "" } else { ".0" };
			let padded = format!("{shown}{point}{}", "0".repeat(zeros));
			prop_assert_eq!(parse_money(&padded), Ok(value.into()));
		}

		#[test]
		fn no_text_panics(text in ".{0,60}") {
			let _ = (parse_money(&text), parse_price(&text));
		}
	}
}
