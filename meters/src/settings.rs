//! Which sources there are, as a configuration writes them.

use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
};

use async_trait::async_trait;
use serde::Deserialize;

use crate::{
	counters::Counters,
	dlms::{self, DlmsSettings},
	dsmr::{Dsmr, DsmrSettings},
	files::{FileSettings, Files},
	mbus::{
		air::{self, AirSettings},
		bus::{Bus, BusSettings},
	},
	measured::Finding,
	modbus::{Modbus, ModbusSettings},
	mqtt::{Mqtt, MqttSettings},
	sml::{self, SmlSettings},
	source::{Source, SourceError},
};

/// One source of a configuration: a kind, and what that kind needs.
///
/// ```toml
/// kind = "dsmr"
/// port = "/dev/ttyUSB0"
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SourceSettings {
	/// A meter that pushes DLMS/COSEM in HDLC frames.
	Dlms(DlmsSettings),
	/// A smart meter's P1 port.
	Dsmr(DsmrSettings),
	/// A file, or a folder of files.
	File(Box<FileSettings>),
	/// Meters of water, heat, gas or electricity on an M-Bus.
	Mbus(BusSettings),
	/// A device that answers Modbus TCP.
	Modbus(ModbusSettings),
	/// A subscription of a broker.
	Mqtt(Box<MqttSettings>),
	/// A smart meter with an optical head that speaks SML.
	Sml(SmlSettings),
	/// Meters of water, heat, gas or electricity on the air.
	WirelessMbus(AirSettings),
}

impl SourceSettings {
	/// The files with secrets that it names.
	pub fn secrets(&self) -> Vec<&Path> {
		let files: Vec<&Option<PathBuf>> = match self {
			Self::Dlms(settings) => {
				vec![&settings.encryption_key_file, &settings.authentication_key_file]
			},
			Self::Mbus(settings) => settings.meters.iter().map(|meter| &meter.key_file).collect(),
			Self::Mqtt(settings) => vec![&settings.password_file],
			Self::WirelessMbus(settings) => {
				settings.meters.iter().map(|meter| &meter.key_file).collect()
			},
			Self::Dsmr(_) | Self::File(_) | Self::Modbus(_) | Self::Sml(_) => Vec::new(),
		};
		files.into_iter().flatten().map(PathBuf::as_path).collect()
	}

	/// The source. Ports and connections are opened when it is first asked; files too.
	pub fn open(self) -> Result<Box<dyn Source>, SourceError> {
		Ok(match self {
			Self::Dlms(settings) => Box::new(dlms::source(settings)?),
			Self::Dsmr(settings) => Box::new(Dsmr::new(settings)),
			Self::File(settings) => Box::new(Files::new(*settings)?),
			Self::Mbus(settings) => Box::new(Bus::new(settings)?),
			Self::Modbus(settings) => Box::new(Modbus::new(settings)?),
			Self::Mqtt(settings) => Box::new(Mqtt::new(*settings)?),
			Self::Sml(settings) => Box::new(sml::source(settings)),
			Self::WirelessMbus(settings) => Box::new(air::source(settings)?),
		})
	}
}

/// One block `[[source]]` of a configuration: a source, and what its meters are called elsewhere.
///
/// ```toml
/// [[source]]
/// kind = "dsmr"
/// port = "tcp://192.0.2.7:8088"
/// map = { "E0043007052870318" = "house" }
/// ```
#[derive(Clone, Debug, Deserialize)]
pub struct SourceBlock {
	/// From a meter's name in the input to its name in the store. A meter that is not listed keeps its
	/// name.
	#[serde(default)]
	pub map: BTreeMap<String, String>,
	/// The source.
	#[serde(flatten)]
	pub settings: SourceSettings,
}

impl SourceBlock {
	/// The source, whose findings name meters as the store does.
	pub fn open(self) -> Result<Box<dyn Source>, SourceError> {
		let source = self.settings.open()?;
		Ok(if self.map.is_empty() { source } else { Box::new(Mapped { source, map: self.map }) })
	}
}

/// A source whose meters are called otherwise.
struct Mapped {
	source: Box<dyn Source>,
	map: BTreeMap<String, String>,
}

impl Mapped {
	fn rename(&self, meter: &mut String) {
		if let Some(name) = self.map.get(meter) {
			meter.clone_from(name);
		}
	}
}

#[async_trait]
impl Source for Mapped {
	fn name(&self) -> &str {
		self.source.name()
	}

	async fn next(&mut self) -> Result<Option<Vec<Finding>>, SourceError> {
		let mut findings = self.source.next().await?;
		for finding in findings.iter_mut().flatten() {
			match finding {
				Finding::Measured(measured) => {
					let named = measured.meter.clone();
					self.rename(&mut measured.meter);
					if named != measured.meter {
						measured.input_name = Some(named);
					}
				},
				Finding::Refused(refused) => {
					if let Some(meter) = refused.meter.as_mut() {
						self.rename(meter);
					}
				},
			}
		}
		Ok(findings)
	}

	fn waits(&self) -> bool {
		self.source.waits()
	}

	fn counters(&self) -> Counters {
		self.source.counters()
	}

	fn resume(&mut self, counters: &Counters) {
		self.source.resume(counters);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn block(text: &str) -> Result<SourceBlock, serde_json::Error> {
		serde_json::from_str(text)
	}

	#[test]
	fn a_block_is_a_kind_with_its_settings_and_a_map() {
		let text = r#"{"kind": "dsmr", "port": "/dev/ttyUSB0", "map": {"E1": "house"}}"#;
		let block = block(text).unwrap();
		assert_eq!(block.map["E1"], "house");
		assert_eq!(block.open().unwrap().name(), "dsmr /dev/ttyUSB0");
	}

	#[test]
	fn a_source_knows_its_secrets() {
		for (text, expected) in [
			(r#"{"kind": "dsmr", "port": "/dev/ttyUSB0"}"#, &[][..]),
			(
				r#"{"kind": "dlms", "port": "/dev/ttyUSB0", "encryption_key_file": "/k/ek",
				"authentication_key_file": "/k/ak"}"#,
				&["/k/ek", "/k/ak"],
			),
			(
				r#"{"kind": "mbus", "port": "/dev/ttyUSB0",
				"meters": [{"address": 1}, {"address": 2, "key_file": "/k/2"}]}"#,
				&["/k/2"],
			),
			(
				r#"{"kind": "wireless-mbus", "port": "/dev/ttyUSB0", "receiver": "cul",
				"meters": [{"id": "12345678", "key_file": "/k/1"}]}"#,
				&["/k/1"],
			),
		] {
			let block = block(text).unwrap();
			let secrets: Vec<_> =
				block.settings.secrets().iter().map(|path| path.to_str().unwrap()).collect();
			assert_eq!(secrets, expected);
		}
	}

	#[test]
	fn unknown_kinds_and_fields_are_errors() {
		for (text, named) in [
			(r#"{"kind": "telepathy"}"#, "telepathy"),
			(r#"{"kind": "dsmr", "port": "/dev/ttyUSB0", "prot": 1}"#, "prot"),
			(r#"{"kind": "dsmr"}"#, "port"),
			(r#"{"port": "/dev/ttyUSB0"}"#, "kind"),
		] {
			let error = block(text).unwrap_err().to_string();
			assert!(error.contains(named), "{error}");
		}
	}
}
