//! DLMS/COSEM: notifications that meters push in HDLC frames, in the clear or ciphered with security
//! suite 0, on a serial line or behind a TCP connection.
//!
//! [`hdlc`] cuts frames out of a stream, [`message`] joins blocks and opens notifications,
//! [`security`] checks tags and counters, [`data`] reads values, [`registers`] finds registers in them.
//! Of the crates, dlms_cosem deciphers without checking tags, and dlms-cosem-rs, which is much larger
//! than what a listener needs, is at its first release.

pub mod data;
pub mod hdlc;
pub mod message;
pub mod registers;
pub mod security;

use std::path::PathBuf;

use meterproof_statements::Direction;
use serde::Deserialize;

use crate::{
	amount::Unit,
	clock::MeterClock,
	counters::Counters,
	fields,
	measured::Finding,
	obis::Obis,
	port::{Line, Port, PortAddress},
	source::SourceError,
	telegram::{Decoder, Listening, Received, Unusable},
};
use security::Security;

/// A source of DLMS/COSEM: `kind = "dlms"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DlmsSettings {
	/// The meter's port.
	pub port: PortAddress,
	/// How a serial line is spoken on; 2400 8E1 if absent.
	pub line: Option<Line>,
	/// The meter's name, where its telegrams do not tell it, or another than they tell.
	pub meter: Option<String>,
	/// Which time counts; the meter's, with its deviation from UTC, if absent.
	#[serde(default)]
	pub clock: MeterClock,
	/// The file of the global unicast encryption key.
	pub encryption_key_file: Option<PathBuf>,
	/// The file of the authentication key.
	pub authentication_key_file: Option<PathBuf>,
	/// Whether ciphered telegrams without a tag are read.
	#[serde(default)]
	pub unauthenticated: bool,
	/// The channel (group B of codes) that counts, where telegrams have registers on several.
	pub channel: Option<u8>,
	/// Registers that telegrams do not describe.
	#[serde(default)]
	pub registers: Vec<DlmsRegister>,
}

/// A register that telegrams do not describe.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DlmsRegister {
	/// Its code, where telegrams tell it.
	#[serde(default, deserialize_with = "fields::obis")]
	pub code: Option<Obis>,
	/// Where it stands among the values of a telegram without codes, from 1.
	pub position: Option<usize>,
	/// The register.
	#[serde(deserialize_with = "fields::direction")]
	pub direction: Direction,
	/// The unit.
	#[serde(deserialize_with = "fields::unit")]
	pub unit: Unit,
	/// The power of ten that the number is multiplied with.
	#[serde(default)]
	pub exponent: i32,
}

/// What a meter's telegrams mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DlmsOptions {
	/// The meter's name.
	pub meter: Option<String>,
	/// Which time counts.
	pub clock: MeterClock,
	/// The channel that counts.
	pub channel: Option<u8>,
	/// Registers that telegrams do not describe.
	pub registers: Vec<DlmsRegister>,
}

/// Reads keys, and opens nothing else yet.
pub fn source(settings: DlmsSettings) -> Result<Listening<DlmsDecoder>, SourceError> {
	let port = Port::new("dlms", settings.port, settings.line.unwrap_or(Line::even(2400)));
	let bad = |reason| SourceError::BadSource { source_name: port.name().into(), reason };
	let encryption = fields::key(settings.encryption_key_file.as_ref()).map_err(bad)?;
	let authentication = fields::key(settings.authentication_key_file.as_ref()).map_err(bad)?;
	if encryption.is_none() && (authentication.is_some() || settings.unauthenticated) {
		return Err(bad("encryption_key_file is missing".into()));
	}
	if settings.registers.iter().any(|one| one.code.is_some() == one.position.is_some()) {
		return Err(bad("each of [[source.registers]] has a code or a position".into()));
	}
	let security =
		encryption.map(|key| Security::new(key, authentication, settings.unauthenticated));
	let DlmsSettings { meter, clock, channel, registers, .. } = settings;
	let options = DlmsOptions { meter, clock, channel, registers };
	let decoder = DlmsDecoder::new(options, security);
	Ok(Listening::new(port, decoder))
}

/// Reads notifications out of a stream of bytes.
pub struct DlmsDecoder {
	options: DlmsOptions,
	security: Option<Security>,
	assembler: hdlc::Assembler,
	blocks: message::Blocks,
	telegrams: u64,
}

impl DlmsDecoder {
	/// A decoder of one connection.
	pub fn new(options: DlmsOptions, security: Option<Security>) -> Self {
		let (assembler, blocks) = Default::default();
		Self { options, security, assembler, blocks, telegrams: 0 }
	}

	/// What one message says, or a block of it.
	fn message(&mut self, message: Vec<u8>) -> Vec<Finding> {
		let received = Received::now(self.telegrams + 1);
		let whole = match self.blocks.take(message) {
			Ok(None) => return Vec::new(),
			Ok(Some(whole)) => whole,
			Err(unusable) => return self.refused(unusable),
		};
		self.telegrams += 1;
		parse(&whole, &self.options, self.security.as_mut(), received)
	}

	fn refused(&mut self, unusable: Unusable) -> Vec<Finding> {
		self.telegrams += 1;
		vec![Received::now(self.telegrams).refused(None, unusable)]
	}
}

impl Decoder for DlmsDecoder {
	fn decode(&mut self, buffer: &mut Vec<u8>) -> Vec<Finding> {
		let mut findings = Vec::new();
		loop {
			let mut noise = false;
			let frame = hdlc::cut(buffer, &mut noise);
			if noise {
				// What was lost may have been a part of a message; parts of two make no third.
				self.reset();
			}
			let Some(frame) = frame else { break };
			let message = match frame {
				Ok(frame) => self.assembler.take(frame),
				Err(unusable) => {
					// The message that it was part of is lost.
					self.reset();
					Some(Err(unusable))
				},
			};
			match message {
				None => {},
				Some(Ok(message)) => findings.extend(self.message(message)),
				Some(Err(unusable)) => findings.extend(self.refused(unusable)),
			}
		}
		findings
	}

	fn reset(&mut self) {
		self.assembler.reset();
		self.blocks = Default::default();
	}

	fn counters(&self) -> Counters {
		self.security.as_ref().map(Security::counters).unwrap_or_default()
	}

	fn resume(&mut self, counters: &Counters) {
		if let Some(security) = &mut self.security {
			security.resume(counters);
		}
	}
}

/// What one whole application message says.
pub fn parse(
	message: &[u8],
	options: &DlmsOptions,
	security: Option<&mut Security>,
	received: Received,
) -> Vec<Finding> {
	match message::notification(message, security) {
		Ok(notification) => registers::read(&notification, options, received),
		Err(unusable) => vec![received.refused(None, unusable)],
	}
}

#[cfg(test)]
mod tests;
