//! What a person looked at before signing: the JSON that this client printed of it, in a file. What
//! is signed is read from there, so that a node cannot show one thing and have another signed.

use std::{fs, path::Path};

use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Value};

use crate::error::{file, Error, Result};

/// Everything in a file that `--json` commands such as `printed_by` wrote, one or several after
/// each other: objects, and those in arrays. `NotShown` if something else is in it.
pub fn read<T: DeserializeOwned>(path: &Path, printed_by: &str) -> Result<Vec<T>> {
	let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
	let not_shown = |error: serde_json::Error| {
		let message = format!("{}: not what {printed_by} prints: {error}", path.display());
		Error::new("NotShown", message)
	};
	let mut found = Vec::new();
	for value in Deserializer::from_slice(&text).into_iter::<Value>() {
		match value.map_err(not_shown)? {
			Value::Array(values) => found.extend(values),
			value => found.push(value),
		}
	}
	found.into_iter().map(|value| serde_json::from_value(value).map_err(not_shown)).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::Device;

	fn device(id: u32) -> Value {
		serde_json::json!({
			"id": id, "key": format!("0x{}", "01".repeat(32)), "meteringPoint": "DE0001",
			"operator": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "zone": 1,
			"resource": "electricity", "unit": "Wh", "directions": "both", "nameplate": 1000,
			"state": "registered", "stateFrom": 5, "registrar": null,
		})
	}

	#[test]
	fn what_was_printed_is_read_and_nothing_else() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("seen.json");
		let read = |text: &str| {
			fs::write(&path, text).unwrap();
			let found = super::read::<Device>(&path, "device show");
			found.map(|found| found.iter().map(|device| device.id).collect::<Vec<_>>())
		};
		assert_eq!(read(&device(7).to_string()).unwrap(), [7]);
		let list = serde_json::to_string_pretty(&[device(7), device(8)]).unwrap();
		assert_eq!(read(&format!("{list}\n{}\n", device(9))).unwrap(), [7, 8, 9]);
		assert_eq!(read("[]").unwrap(), Vec::<u32>::new());
		let mut short = device(7);
		short["nameplate"] = Value::Null;
		for text in ["{", "7", "null", "{\"error\": {}}", &short.to_string()] {
			assert_eq!(read(text).unwrap_err().name(), "NotShown", "{text}");
		}
		let missing = super::read::<Device>(&folder.path().join("none"), "device show");
		assert_eq!(missing.unwrap_err().name(), "FileError");
	}
}
