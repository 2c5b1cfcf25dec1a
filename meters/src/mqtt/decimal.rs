//! Times as decimal numbers of seconds.

/// Digits that a number can have.
const MOST_DIGITS: usize = 30;

/// `1.276020076001e+09` s as ms, rounded down; `None` if it is no number, or one that no clock shows.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
	let (number, power) = match text.split_once(['e', 'E']) {
		Some((number, power)) => (number, power.parse::<i32>().ok()?),
		None => (text, 0),
	};
	let (negative, number) = match number.strip_prefix('-') {
		Some(rest) => (true, rest),
		None => (false, number),
	};
	let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
	let digits = [whole, fraction].concat();
	let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
	if !is_number || digits.len() > MOST_DIGITS {
		return None;
	}
	let digits: i128 = digits.parse().ok()?;
	let digits = if negative { -digits } else { digits };
	let power = power.checked_add(3)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
	let factor = 10i128.checked_pow(power.unsigned_abs());
	let milliseconds = match (power < 0, factor) {
		(true, Some(factor)) => digits.div_euclid(factor),
		(false, Some(factor)) => digits.checked_mul(factor)?,
		(true, None) => 0,
		(false, None) => return None,
	};
	i64::try_from(milliseconds).ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn seconds_are_milliseconds() {
		for (text, expected) in [
			("0", Some(0)),
			("1795961000", Some(1_795_961_000_000)),
			("1.795961e9", Some(1_795_961_000_000)),
			("1.276020076001e+09", Some(1_276_020_076_001)),
			("1795961000.9999", Some(1_795_961_000_999)),
			("-5", Some(-5000)),
			("-0.0001", Some(-1)),
			("1e-90", Some(0)),
			("1e90", None),
			("", None),
			("-", None),
			("1 ", None),
			("NaN", None),
			("99999999999999999999999999999999", None),
		] {
			assert_eq!(milliseconds(text), expected, "{text}");
		}
	}
}
