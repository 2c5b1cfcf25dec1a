//! A simulated smart meter with a P1 port.

use super::{bad_name, dsmr, Simulated, Totals};
use crate::telegram::Unusable;

/// A DSMR meter.
pub struct P1Meter {
	name: String,
}

impl P1Meter {
	/// A meter of an equipment identifier, as in `E0043007052870318`.
	pub fn new(name: &str) -> Result<Self, Unusable> {
		if name.is_empty() || name.len() > 48 || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
			return Err(bad_name("with 1 to 48 letters and digits"));
		}
		Ok(Self { name: name.into() })
	}
}

impl Simulated for P1Meter {
	fn telegram(&mut self, totals: &Totals) -> Vec<u8> {
		dsmr::telegram(&self.name, totals.at_ms, totals.import, totals.export.unwrap_or(0), None)
	}
}
