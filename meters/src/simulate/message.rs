//! A simulated meter whose messages a broker hands on.

use super::{
	mqtt::{json_message, senml_pack},
	Simulated, Totals,
};

/// A meter that speaks JSON, or SenML.
pub struct MessageMeter {
	name: String,
	senml: bool,
}

impl MessageMeter {
	/// A meter of any name.
	pub fn new(name: &str, senml: bool) -> Self {
		Self { name: name.into(), senml }
	}
}

impl Simulated for MessageMeter {
	fn telegram(&mut self, totals: &Totals) -> Vec<u8> {
		let write = if self.senml { senml_pack } else { json_message };
		write(&self.name, totals.at_ms, totals.import, totals.export.unwrap_or(0))
	}
}
