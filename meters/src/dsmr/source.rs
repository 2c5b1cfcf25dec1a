//! A P1 port.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Deserialize;

use super::{frames::Frames, telegram, Version};
use crate::{
	measured::{Finding, Place, Refused, Value},
	port::{Framing, Line, Port, PortAddress},
	source::{now_ms, Source, SourceError},
};

/// Meters whose last M-Bus reading is remembered. A port has four at a time.
const REMEMBERED: usize = 64;

/// How a P1 port is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DsmrSettings {
	/// A serial port's path, or `tcp://HOST:PORT`.
	pub port: PortAddress,
	/// The standard's version: `"5"`, also for 4.x and for Belgium, or `"2.2"`, also for 3.0.
	#[serde(default)]
	pub version: Version,
	/// Rate and framing where they are not the version's own: `115200 8N1`, and `9600 7E1` in 2.2.
	#[serde(default)]
	pub line: Option<Line>,
	/// Hours that the meter's winter time is ahead of UTC: 1 in most countries with such ports.
	#[serde(default = "central_europe")]
	pub winter_offset: i8,
}

fn central_europe() -> i8 {
	1
}

/// The source of a P1 port. A telegram's findings are handed on together. An M-Bus meter's reading,
/// which every telegram repeats, is handed on when it is new.
pub struct Dsmr {
	port: Port,
	version: Version,
	winter_offset: i8,
	frames: Frames,
	buffer: Vec<u8>,
	/// Telegrams so far.
	count: u64,
	/// The last time of each M-Bus meter's register that was handed on, Unix ms.
	handed: BTreeMap<String, u64>,
}

impl Dsmr {
	/// Opens nothing yet.
	pub fn new(settings: DsmrSettings) -> Self {
		let line = settings.line.unwrap_or(match settings.version {
			Version::Checked => Line::plain(115_200),
			Version::Unchecked => Line { rate: 9600, framing: Framing::SevenEven },
		});
		Self {
			port: Port::new("dsmr", settings.port, line),
			version: settings.version,
			winter_offset: settings.winter_offset,
			frames: Frames::default(),
			buffer: Vec::new(),
			count: 0,
			handed: BTreeMap::new(),
		}
	}

	/// The findings of the next telegram that has any.
	fn ready(&mut self) -> Option<Vec<Finding>> {
		while let Some(frame) = self.frames.next() {
			self.count += 1;
			let place = Place::Telegram(self.count);
			let mut findings = match frame {
				Ok(bytes) => {
					telegram::parse(&bytes, place, now_ms(), self.version, self.winter_offset)
				},
				Err(error) => vec![Finding::Refused(Refused::new(place, None, &error))],
			};
			findings.retain(|finding| self.is_new(finding));
			if !findings.is_empty() {
				return Some(findings);
			}
		}
		None
	}

	/// Whether a finding was not handed on before.
	fn is_new(&mut self, finding: &Finding) -> bool {
		let Finding::Measured(measured) = finding else { return true };
		let Value::Stands { at_ms, .. } = measured.value else { return true };
		let key = format!("{} {}", measured.meter, measured.direction.name());
		if self.handed.get(&key) == Some(&at_ms) {
			return false;
		}
		if self.handed.len() >= REMEMBERED {
			self.handed.clear();
		}
		self.handed.insert(key, at_ms);
		true
	}
}

#[async_trait]
impl Source for Dsmr {
	fn name(&self) -> &str {
		self.port.name()
	}

	async fn next(&mut self) -> Result<Option<Vec<Finding>>, SourceError> {
		loop {
			if let Some(findings) = self.ready() {
				return Ok(Some(findings));
			}
			self.buffer.clear();
			if let Err(error) = self.port.read(&mut self.buffer).await {
				self.frames.clear();
				return Err(error);
			}
			self.frames.push(&self.buffer);
		}
	}
}
