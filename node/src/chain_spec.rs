//! Chain specifications: the runtime's genesis presets, or a file.

use frame_support::genesis_builder_helper;
use meterproof_runtime::{genesis_config_presets, RuntimeGenesisConfig, WASM_BINARY};
use sc_chain_spec::ChainSpecExtension;
use sc_service::{ChainSpec as _, ChainType, Properties};
use sp_core::storage::{well_known_keys, Storage};
use sp_state_machine::BasicExternalities;

/// What a specification of this chain may say besides the genesis.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
	/// A finalised block from which light clients begin, and the validators there. Full nodes check it
	/// against their own chain and use nothing of it.
	pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A chain specification.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

/// How a specification gives its genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genesis {
	/// As the preset's JSON and the Wasm runtime that makes a state of it: to be written to a file and
	/// edited.
	Preset,
	/// As the state, made by the runtime that is a part of this program. A node that is given a preset
	/// compiles the Wasm runtime once for its genesis alone, at every start.
	State,
}

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
	genesis: Genesis,
) -> Result<ChainSpec, String> {
	let wasm = WASM_BINARY.ok_or(
		"this node was built with SKIP_WASM_BUILD and has no runtime: build it again without",
	)?;
	let mut spec = ChainSpec::builder(wasm, Extensions::default())
		.with_name(name)
		.with_id(id)
		.with_chain_type(chain_type)
		.with_properties(properties())
		.with_genesis_config_preset_name(preset)
		.build();
	if genesis == Genesis::State {
		let mut state = state(preset)?;
		state.top.insert(well_known_keys::CODE.to_vec(), wasm.to_vec());
		spec.set_storage(state);
	}
	Ok(spec)
}

/// What a preset's genesis has in the chain's state, without the runtime's Wasm.
fn state(preset: &str) -> Result<Storage, String> {
	let json = |preset: Option<&str>| -> Result<serde_json::Value, String> {
		let bytes = genesis_builder_helper::get_preset::<RuntimeGenesisConfig>(
			&preset.map(Into::into),
			genesis_config_presets::get_preset,
		);
		let bytes = bytes.ok_or_else(|| format!("the runtime has no preset {preset:?}"))?;
		serde_json::from_slice(&bytes).map_err(|cause| cause.to_string())
	};
	let mut config = json(None)?;
	sc_chain_spec::json_patch::merge(&mut config, json(Some(preset))?);
	let mut state = Storage::default();
	BasicExternalities::execute_with_storage(&mut state, || {
		let config = config.to_string().into_bytes();
		genesis_builder_helper::build_state::<RuntimeGenesisConfig>(config)
	})?;
	Ok(state)
}

/// One validator with a well-known key and 12-second periods.
pub fn development(genesis: Genesis) -> Result<ChainSpec, String> {
	from_preset(
		"Meterproof Development",
		"meterproof_dev",
		ChainType::Development,
		sp_genesis_builder::DEV_RUNTIME_PRESET,
		genesis,
	)
}

/// Three validators with well-known keys on one machine.
pub fn local(genesis: Genesis) -> Result<ChainSpec, String> {
	from_preset(
		"Meterproof Local",
		"meterproof_local",
		ChainType::Local,
		sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
		genesis,
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::{Decode, Encode};
	use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
	use sp_runtime::BuildStorage;

	/// The Wasm runtime's answer to the method of `GenesisBuilder`, and what it wrote.
	fn of_the_wasm(method: &str, argument: &[u8]) -> (Vec<u8>, Storage) {
		let wasm = WASM_BINARY.expect("SKIP_WASM_BUILD leaves the runtime out");
		let program = std::env::current_exe().expect("a test has a program");
		// The nodes of the end-to-end tests take the compiled runtime from there.
		let compiled = program.ancestors().nth(2).map(|folder| folder.join("wasm-cache"));
		let executor =
			crate::service::executor::new(&Default::default(), compiled.as_deref()).unwrap();
		let code = RuntimeCode {
			code_fetcher: &WrappedRuntimeCode(wasm.into()),
			heap_pages: None,
			hash: vec![0],
		};
		let mut state = BasicExternalities::default();
		let (answer, _) = executor.call(&mut state, &code, method, argument, CallContext::Offchain);
		(answer.expect("the runtime answers"), state.into_storages())
	}

	#[test]
	fn the_genesis_is_what_the_wasm_runtime_makes() {
		let (default, _) = of_the_wasm("GenesisBuilder_get_preset", &None::<String>.encode());
		let default = Option::<Vec<u8>>::decode(&mut &default[..]).unwrap().unwrap();
		for (id, spec) in [
			(sp_genesis_builder::DEV_RUNTIME_PRESET, development(Genesis::State).unwrap()),
			(sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET, local(Genesis::State).unwrap()),
		] {
			let mut config: serde_json::Value = serde_json::from_slice(&default).unwrap();
			let preset = genesis_config_presets::get_preset(&id.into()).unwrap();
			let preset = serde_json::from_slice(&preset).unwrap();
			sc_chain_spec::json_patch::merge(&mut config, preset);
			let (built, mut expected) =
				of_the_wasm("GenesisBuilder_build_state", &config.to_string().encode());
			sp_genesis_builder::Result::decode(&mut &built[..]).unwrap().unwrap();
			expected.top.insert(well_known_keys::CODE.to_vec(), WASM_BINARY.unwrap().to_vec());
			let made = spec.build_storage().unwrap();
			assert!(made.top.len() > 50, "{}", made.top.len());
			assert_eq!(made.top, expected.top, "{id}");
			assert!(made.children_default.is_empty() && expected.children_default.is_empty());
		}
	}
}
