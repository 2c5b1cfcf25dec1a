//! The presets' genesis stands in `chain-spec/`, so that a diff shows what a change does to it.

use std::{fs, path::PathBuf};

use meterproof_runtime::genesis_config_presets::{get_preset, preset_names};
use serde_json::Value;

/// The presets by the names that the node knows them by.
const CHAINS: [(&str, &str); 2] = [("dev", "development"), ("local", "local_testnet")];

fn file(chain: &str) -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../chain-spec/{chain}.genesis.json"))
}

fn genesis(preset: &str) -> Value {
	let json = get_preset(&preset.into()).expect("the runtime has this preset");
	serde_json::from_slice(&json).expect("a preset is JSON")
}

#[test]
fn every_preset_has_a_chain() {
	let names = preset_names();
	assert_eq!(names.len(), CHAINS.len());
	for (_, preset) in CHAINS {
		assert!(names.contains(&preset.into()), "{preset}");
	}
}

#[test]
fn the_written_genesis_is_the_runtimes() {
	for (chain, preset) in CHAINS {
		let genesis = genesis(preset);
		if std::env::var_os("WRITE_CHAIN_SPECS").is_some() {
			let text = serde_json::to_string_pretty(&genesis).expect("a value is JSON");
			fs::write(file(chain), text + "\n").expect("the file can be written");
		}
		let text = fs::read_to_string(file(chain)).expect("the file is there");
		let written: Value = serde_json::from_str(&text).expect("the file is JSON");
		assert_eq!(written, genesis, "chain-spec/README.md says how to write it anew");
	}
}
