//! M-Bus: meters of water, heat, gas and electricity on a pair of wires (EN 13757-2) or on the air
//! (EN 13757-4).
//!
//! [`wired`] and [`wireless`] are the link layers, [`cipher`] takes ciphering off, [`application`] reads
//! headers and [`records`] the totals. [`bus`] asks the meters on wires, [`air`] listens to a receiver.
//! The crate m-bus-parser was looked at and not taken: it needs Clang to be built, brings another
//! release of the ciphers, and checks no message authentication.

pub mod air;
pub mod application;
pub mod bus;
pub mod cipher;
pub mod records;
pub mod wired;
pub mod wireless;

use serde::{Deserialize, Deserializer};

use crate::{
	clock::MeterClock,
	measured::Finding,
	telegram::{Received, Unusable},
};
use application::{Number, Said};

/// A meter's number in a configuration: eight digits, as they stand on the meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id(pub Number);

impl<'de> Deserialize<'de> for Id {
	fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
		let text = String::deserialize(source)?;
		let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
		let number = digits.then(|| text.parse().ok()).flatten();
		number.map(Self).ok_or_else(|| {
			serde::de::Error::custom(format!(
				"\"{text}\" is not a meter's number, eight digits in quotes"
			))
		})
	}
}

/// The findings of what one telegram, or several that belong together, said.
pub fn findings(
	said: Result<Said, Unusable>,
	clock: MeterClock,
	received: Received,
) -> Vec<Finding> {
	let Said { meter, current } = match said {
		Ok(said) => said,
		Err(unusable) => return vec![received.refused(None, unusable)],
	};
	let meter = meter.as_str();
	let taken = current.and_then(|current| Ok((current.taken(clock, received)?, current)));
	let (taken, current) = match taken {
		Ok(taken) => taken,
		Err(unusable) => return vec![received.refused(Some(meter), unusable)],
	};
	if current.totals.is_empty() {
		let unusable = Unusable::new(
			"NoRegister",
			"the telegram has no current total that fits the meter's medium",
		);
		return vec![received.refused(Some(meter), unusable)];
	}
	let finding = |(direction, amount)| match amount {
		Ok(total) => received.stands(meter, direction, total, taken, None),
		Err(unusable) => received.refused(Some(meter), unusable),
	};
	current.totals.into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests;
