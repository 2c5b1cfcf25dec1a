//! OBIS codes (IEC 62056-6-1, EN 13757-1) of the registers that are read.

use std::collections::{BTreeSet, HashMap};

use meterproof_statements::Direction;

use crate::{amount::Unit, telegram::Unusable};

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

/// Which registers of a telegram are totals, where it may have them on several channels (group B).
#[derive(Clone, Debug)]
pub struct Channels {
	/// The channel that counts, if the configuration says so.
	wanted: Option<u8>,
	/// Channels of each direction's totals.
	found: HashMap<Direction, BTreeSet<u8>>,
}

impl Channels {
	/// Of a telegram with these codes.
	pub fn of(codes: impl IntoIterator<Item = Obis>, wanted: Option<u8>) -> Self {
		let mut found: HashMap<Direction, BTreeSet<u8>> = HashMap::new();
		for code in codes {
			if let Some(direction) = total(code) {
				found.entry(direction).or_default().insert(code[1]);
			}
		}
		Self { wanted, found }
	}

	/// The register of a code, if it is a total of the channel that counts. Of several channels none is
	/// guessed: `ChannelsSeveral`.
	pub fn total(&self, code: Obis) -> Option<Result<Direction, Unusable>> {
		let direction = total(code)?;
		match self.wanted {
			Some(wanted) => (wanted == code[1]).then_some(Ok(direction)),
			None => {
				let channels = self.found.get(&direction).filter(|channels| channels.len() > 1);
				Some(match channels {
					None => Ok(direction),
					Some(channels) => {
						let all: Vec<_> = channels.iter().map(u8::to_string).collect();
						Err(Unusable::new(
							"ChannelsSeveral",
							format!(
								"the telegram has this register on channels {}: say which one is \
								 meant, as in channel = {}",
								all.join(", "),
								code[1]
							),
						))
					},
				})
			},
		}
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
	fn of_several_channels_none_is_guessed() {
		let codes = [[1, 1, 1, 8, 0, 255], [1, 2, 1, 8, 0, 255], [1, 1, 2, 8, 0, 255]];
		let tell = |wanted| {
			let channels = Channels::of(codes, wanted);
			codes.map(|code| channels.total(code).map(|told| told.map_err(|error| error.name)))
		};
		let several = Some(Err("ChannelsSeveral"));
		assert_eq!(tell(None), [several, several, Some(Ok(Direction::Export))]);
		let (import, export) = (Some(Ok(Direction::Import)), Some(Ok(Direction::Export)));
		assert_eq!(tell(Some(1)), [import, None, export]);
		assert_eq!(tell(Some(2)), [None, import, None]);
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
