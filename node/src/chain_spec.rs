//! Chain specifications: the runtime's genesis presets, or a file.

use meterproof_runtime::WASM_BINARY;
use sc_service::{ChainType, Properties};

/// A chain specification without extensions of its own.
pub type ChainSpec = sc_service::GenericChainSpec;

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), "MPF".into());
	properties.insert("tokenDecimals".into(), 12.into());
	properties.insert("ss58Format".into(), 42.into());
	properties
}

fn from_preset(
	name: &str,
	id: &str,
	chain_type: ChainType,
	preset: &str,
) -> Result<ChainSpec, String> {
	let wasm = WASM_BINARY.ok_or(
		"this node was built with SKIP_WASM_BUILD and has no runtime: build it again without",
	)?;
	Ok(ChainSpec::builder(wasm, None)
		.with_name(name)
		.with_id(id)
		.with_chain_type(chain_type)
		.with_properties(properties())
		.with_genesis_config_preset_name(preset)
		.build())
}

/// One validator with a well-known key and 12-second periods.
pub fn development() -> Result<ChainSpec, String> {
	from_preset(
		"Meterproof Development",
		"meterproof_dev",
		ChainType::Development,
		sp_genesis_builder::DEV_RUNTIME_PRESET,
	)
}

/// Three validators with well-known keys on one machine.
pub fn local() -> Result<ChainSpec, String> {
	from_preset(
		"Meterproof Local",
		"meterproof_local",
		ChainType::Local,
		sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
	)
}
