//! Listening to meters on the air, through a receiver that writes a line for each telegram.

use std::path::PathBuf;

use serde::Deserialize;

use super::{
	application::{self, Number},
	findings,
	wireless::{self, Address, Frame},
	Id,
};
use crate::{
	clock::MeterClock,
	counters::Counters,
	fields,
	keys::MeterKey,
	measured::Finding,
	port::{Line, Port, PortAddress},
	source::SourceError,
	telegram::{Decoder, Listening, Received, Unusable},
};

/// Characters of a line: the longest telegram has 290 bytes, and receivers write a few words.
const LONGEST_LINE: usize = 1024;

/// A source of wireless M-Bus: `kind = "wireless-mbus"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirSettings {
	/// The receiver.
	pub port: PortAddress,
	/// How a serial line is spoken on; 38400 8N1 if absent.
	pub line: Option<Line>,
	/// How the receiver writes telegrams.
	pub receiver: Receiver,
	/// What a CUL stick is told to listen for each time that its port is opened; without it, it listens as
	/// it is set.
	pub mode: Option<Mode>,
	/// Which time counts; the meter's if absent, and that of arrival for meters that tell none.
	#[serde(default)]
	pub clock: MeterClock,
	/// The meters that are listened to. The air is full of others.
	pub meters: Vec<AirMeter>,
}

/// A meter on the air.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirMeter {
	/// Its number.
	pub id: Id,
	/// The file of its key, if it ciphers.
	pub key_file: Option<PathBuf>,
}

/// How a receiver writes telegrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Receiver {
	/// Lines as CUL sticks write them: `b` and digits with checksums, in frame format A; `bY` in format B.
	Cul,
	/// Digits without checksums, from the length on; behind the last semicolon of a line if there is
	/// one, with or without `0x`, as rtl-wmbus and gateways write them.
	Hex,
}

/// How meters send (EN 13757-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
	/// Compact: C1.
	C,
	/// Stationary: S1.
	S,
	/// Frequent: T1.
	T,
}

impl Mode {
	/// The command of the stick's firmware, culfw.
	fn command(self) -> &'static [u8] {
		match self {
			Self::C => b"brc\r\n",
			Self::S => b"brs\r\n",
			Self::T => b"brt\r\n",
		}
	}
}

/// Reads keys, and opens nothing else yet.
pub fn source(settings: AirSettings) -> Result<Listening<AirDecoder>, SourceError> {
	let line = settings.line.unwrap_or(Line::plain(38_400));
	let greeting = settings.mode.map_or(b"".as_slice(), Mode::command);
	let port = Port::new("wireless-mbus", settings.port, line).greeting(greeting);
	let bad = |reason| SourceError::BadSource { source_name: port.name().into(), reason };
	if settings.meters.is_empty() {
		return Err(bad("no meter is listed to listen to".into()));
	}
	if settings.mode.is_some() && settings.receiver != Receiver::Cul {
		return Err(bad("mode is of the receiver \"cul\"".into()));
	}
	let meters: Result<Vec<_>, String> = settings
		.meters
		.iter()
		.map(|meter| Ok((meter.id.0, fields::key(meter.key_file.as_ref())?)))
		.collect();
	let decoder = AirDecoder::new(settings.receiver, settings.clock, meters.map_err(bad)?);
	Ok(Listening::new(port, decoder))
}

/// Reads telegrams out of a receiver's lines.
pub struct AirDecoder {
	receiver: Receiver,
	clock: MeterClock,
	meters: Vec<(Number, Option<MeterKey>)>,
	counters: Counters,
	telegrams: u64,
	/// Whether what comes up to the next line's end is the rest of a line that was too long.
	skipping: bool,
}

impl AirDecoder {
	/// A decoder that listens to meters by their numbers.
	pub fn new(
		receiver: Receiver,
		clock: MeterClock,
		meters: Vec<(Number, Option<MeterKey>)>,
	) -> Self {
		let (counters, telegrams, skipping) = Default::default();
		Self { receiver, clock, meters, counters, telegrams, skipping }
	}

	/// What one line says; nothing if it is of no meter that is listened to.
	pub fn line(&mut self, line: &[u8]) -> Vec<Finding> {
		let Some(frame) = self.frame(line) else { return Vec::new() };
		let received = Received::now(self.telegrams + 1);
		let frame = match frame {
			Ok(frame) => frame,
			// Whose a damaged telegram was is not known, and on the air there are many.
			Err(_) => return Vec::new(),
		};
		let said = {
			let meter = |address: Address| {
				let number = application::number(address)?;
				self.meters.iter().find(|(wanted, _)| *wanted == number)
			};
			application::read(
				&frame.data,
				Some(frame.address),
				&|address| meter(address).is_some(),
				&|address| meter(address).and_then(|(_, key)| key.clone()),
				&mut self.counters,
			)
		};
		let Some(said) = said else { return Vec::new() };
		self.telegrams += 1;
		findings(said, self.clock, received)
	}

	/// The frame in a line; none if the line has none.
	fn frame(&self, line: &[u8]) -> Option<Result<Frame, Unusable>> {
		let text = std::str::from_utf8(line).ok()?.trim();
		let text = match self.receiver {
			Receiver::Cul => text.strip_prefix('b')?,
			Receiver::Hex => text.rsplit(';').next().unwrap_or(text),
		};
		let (text, format): (_, fn(&[u8]) -> _) = match self.receiver {
			Receiver::Hex => (text.strip_prefix("0x").unwrap_or(text), wireless::stripped),
			Receiver::Cul => match text.strip_prefix('Y') {
				Some(text) => (text, wireless::format_b),
				None => (text, wireless::format_a),
			},
		};
		Some(format(&hex::decode(text).ok()?))
	}
}

impl Decoder for AirDecoder {
	fn decode(&mut self, buffer: &mut Vec<u8>) -> Vec<Finding> {
		let mut findings = Vec::new();
		while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
			let line: Vec<u8> = buffer.drain(..=end).collect();
			if !std::mem::take(&mut self.skipping) && line.len() <= LONGEST_LINE {
				findings.extend(self.line(&line));
			}
		}
		if buffer.len() > LONGEST_LINE {
			buffer.clear();
			self.skipping = true;
		}
		findings
	}

	fn reset(&mut self) {
		self.skipping = false;
	}

	fn counters(&self) -> Counters {
		self.counters.clone()
	}

	fn resume(&mut self, counters: &Counters) {
		self.counters.raise(application::own(counters));
	}
}
