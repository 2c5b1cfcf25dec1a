//! SML, the Smart Message Language (BSI TR-03109-1, SML 1.04), as optical heads and gateways hand it
//! on: files of messages in the transport protocol, version 1.
//!
//! [`transport`] cuts files out of a stream and checks their checksum, [`tree`] reads the encoding,
//! [`list`] takes registers out of lists. The crate sml-rs reads the same language; it keeps neither
//! where a value or a signature stood nor how it was typed, and knows one checksum, so that meters with
//! wrong integers or the other checksum could not be told apart from damaged telegrams.

pub mod list;
pub mod transport;
pub mod tree;

use serde::Deserialize;

use crate::{
	clock::MeterClock,
	measured::Finding,
	port::{Line, Port, PortAddress},
	telegram::{Decoder, Listening, Received},
};

/// A source of SML: `kind = "sml"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmlSettings {
	/// The optical head or the gateway.
	pub port: PortAddress,
	/// How a serial line is spoken on; 9600 8N1 if absent.
	pub line: Option<Line>,
	/// Which time counts; the meter's, in UTC, if absent.
	#[serde(default)]
	pub clock: MeterClock,
	/// The checksum; X.25 if absent.
	#[serde(default)]
	pub checksum: Checksum,
	/// Integers that the meter types as signed are unsigned, as those of DZG's DVS meters.
	#[serde(default)]
	pub unsigned: bool,
	/// The channel (group B of codes) that counts, where telegrams have registers on several.
	pub channel: Option<u8>,
}

/// What an SML meter does differently from the standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SmlOptions {
	/// Which time counts.
	pub clock: MeterClock,
	/// The checksum.
	pub checksum: Checksum,
	/// Signed integers are unsigned.
	pub unsigned: bool,
	/// The channel that counts.
	pub channel: Option<u8>,
}

impl From<&SmlSettings> for SmlOptions {
	fn from(settings: &SmlSettings) -> Self {
		let SmlSettings { clock, checksum, unsigned, channel, .. } = *settings;
		Self { clock, checksum, unsigned, channel }
	}
}

/// The checksum of files and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checksum {
	/// CRC-16/X.25, the standard's.
	#[default]
	X25,
	/// CRC-16/KERMIT, of some of Holley's meters.
	Kermit,
}

impl Checksum {
	/// The checksum as it is sent: the low byte first.
	pub(crate) fn of(self, bytes: &[u8]) -> [u8; 2] {
		match self {
			Self::X25 => crate::crc::x25(bytes),
			Self::Kermit => crate::crc::kermit(bytes),
		}
		.to_le_bytes()
	}

	/// The other one.
	fn other(self) -> Self {
		match self {
			Self::X25 => Self::Kermit,
			Self::Kermit => Self::X25,
		}
	}

	/// How the configuration writes it.
	fn text(self) -> &'static str {
		match self {
			Self::X25 => "x25",
			Self::Kermit => "kermit",
		}
	}
}

/// Opens nothing yet.
pub fn source(settings: SmlSettings) -> Listening<SmlDecoder> {
	let options = SmlOptions::from(&settings);
	let port = Port::new("sml", settings.port, settings.line.unwrap_or(Line::plain(9600)));
	Listening::new(port, SmlDecoder::new(options))
}

/// Reads SML out of a stream of bytes.
pub struct SmlDecoder {
	options: SmlOptions,
	files: u64,
}

impl SmlDecoder {
	/// A decoder of one connection.
	pub fn new(options: SmlOptions) -> Self {
		Self { options, files: 0 }
	}
}

impl Decoder for SmlDecoder {
	fn decode(&mut self, buffer: &mut Vec<u8>) -> Vec<Finding> {
		let mut findings = Vec::new();
		while let Some(frame) = transport::cut(buffer) {
			self.files += 1;
			findings.extend(parse(&frame, &self.options, Received::now(self.files)));
		}
		findings
	}
}

/// What one file says: `frame` is all of it, from the first escape sequence to the checksum.
pub fn parse(frame: &[u8], options: &SmlOptions, received: Received) -> Vec<Finding> {
	let file = match transport::open(frame, options.checksum) {
		Ok(file) => file,
		Err(unusable) => return vec![received.refused(None, unusable)],
	};
	list::registers(&file, frame, options, received)
}

#[cfg(test)]
mod tests;
