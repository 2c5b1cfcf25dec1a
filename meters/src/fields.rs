//! Fields that several kinds of sources have in a configuration.

use std::path::PathBuf;

use meterproof_statements::Direction;
use serde::{de::Error, Deserialize, Deserializer};

use crate::{amount::Unit, keys::MeterKey, obis::Obis};

/// `import` or `export`.
pub(crate) fn direction<'de, D: Deserializer<'de>>(source: D) -> Result<Direction, D::Error> {
	match String::deserialize(source)?.as_str() {
		"import" => Ok(Direction::Import),
		"export" => Ok(Direction::Export),
		other => Err(D::Error::custom(format!("\"{other}\" is not \"import\" or \"export\""))),
	}
}

/// A unit: `Wh`, `kWh`, `MWh`, `l` or `m3`.
pub(crate) fn unit<'de, D: Deserializer<'de>>(source: D) -> Result<Unit, D::Error> {
	let text = String::deserialize(source)?;
	Unit::parse(&text)
		.ok_or_else(|| D::Error::custom(format!("\"{text}\" is not Wh, kWh, MWh, l or m3")))
}

/// An OBIS code, `1-0:1.8.0` or `1-0:1.8.0*255`.
pub(crate) fn obis<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Obis>, D::Error> {
	let Some(text) = Option::<String>::deserialize(source)? else { return Ok(None) };
	crate::obis::parse(&text)
		.map(Some)
		.ok_or_else(|| D::Error::custom(format!("\"{text}\" is not a code as 1-0:1.8.0*255")))
}

/// The key in a file, if there is one.
pub(crate) fn key(path: Option<&PathBuf>) -> Result<Option<MeterKey>, String> {
	path.map(|path| MeterKey::read(path)).transpose()
}
