//! OBIS codes (IEC 62056-6-1, EN 13757-1) of the registers that are read.

use meterproof_statements::Direction;

use crate::amount::Unit;

/// A code's six groups, A to F.
pub type Obis = [u8; 6];

/// The register of a code, if it is a total over all tariffs: of electricity taken or given (1.8.0,
/// 2.8.0), of heat (6-x:1.0.0) or of water (8-x:1.0.0).
pub fn total(code: Obis) -> Option<Direction> {
	let [medium, _, quantity, kind, tariff, billing] = code;
	if billing != 255 || tariff != 0 {
		return None;
	}
	match (medium, quantity, kind) {
		(1, 1, 8) | (6 | 8, 1, 0) => Some(Direction::Import),
		(1, 2, 8) => Some(Direction::Export),
		_ => None,
	}
}

/// A unit by its number in DLMS/COSEM, which SML shares.
pub fn unit(number: u8) -> Option<Unit> {
	match number {
		// m³, and m³ at standard conditions.
		13 | 14 => Some(Unit::CubicMetre),
		19 => Some(Unit::Litre),
		30 => Some(Unit::WattHour),
		_ => None,
	}
}

/// Whether a register of a medium can be counted in a unit.
pub fn fits(code: Obis, unit: Unit) -> bool {
	let volume = matches!(unit, Unit::Litre | Unit::CubicMetre);
	(code[0] == 8) == volume
}

/// A code in its usual spelling, as `1-0:1.8.0*255`.
pub fn text(code: Obis) -> String {
	let [a, b, c, d, e, f] = code;
	format!("{a}-{b}:{c}.{d}.{e}*{f}")
}

/// A code from its usual spelling; group F is 255 if it is absent.
pub fn parse(text: &str) -> Option<Obis> {
	let (medium, rest) = text.split_once('-')?;
	let (channel, rest) = rest.split_once(':')?;
	let (rest, billing) = rest.split_once('*').unwrap_or((rest, "255"));
	let mut parts = [medium, channel].into_iter().chain(rest.split('.')).chain([billing]);
	let mut code = [0; 6];
	for group in &mut code {
		*group = parts.next()?.parse().ok()?;
	}
	parts.next().is_none().then_some(code)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn codes_are_read_as_they_are_written() {
		assert_eq!(parse("1-0:1.8.0*255"), Some([1, 0, 1, 8, 0, 255]));
		assert_eq!(parse("1-0:1.8.0"), Some([1, 0, 1, 8, 0, 255]));
		assert_eq!(parse(&text([8, 1, 1, 0, 0, 255])), Some([8, 1, 1, 0, 0, 255]));
		for wrong in ["", "1.8.0", "1-0:1.8", "1-0:1.8.0.0", "1-0:256.8.0", "1-0:1.8.0*"] {
			assert_eq!(parse(wrong), None, "{wrong}");
		}
	}

	#[test]
	fn totals_are_those_of_all_tariffs() {
		assert_eq!(total([1, 0, 1, 8, 0, 255]), Some(Direction::Import));
		assert_eq!(total([1, 1, 2, 8, 0, 255]), Some(Direction::Export));
		assert_eq!(total([8, 1, 1, 0, 0, 255]), Some(Direction::Import));
		for other in [[1, 0, 1, 8, 1, 255], [1, 0, 1, 8, 0, 12], [1, 0, 16, 7, 0, 255], [0; 6]] {
			assert_eq!(total(other), None);
		}
		assert!(fits([8, 0, 1, 0, 0, 255], Unit::CubicMetre));
		assert!(!fits([1, 0, 1, 8, 0, 255], Unit::CubicMetre));
		assert!(!fits([6, 0, 1, 0, 0, 255], Unit::Litre));
	}
}
