//! Chain specifications: the runtime's genesis presets, or a file.

use std::{fs, path::Path};

use meterproof_runtime::WASM_BINARY;
use sc_chain_spec::ChainSpecExtension;
use sc_service::{ChainSpec as _, ChainType, Properties};
use sp_core::storage::well_known_keys;

use crate::genesis::{self, Checked};

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
	/// The genesis as JSON, with the Wasm runtime that makes a state of it: to be written to a file and edited.
	Json,
	/// The genesis as a state, made by the runtime that is a part of this program where the chain has that one.
	/// To make the state of JSON the SDK compiles the Wasm runtime, once for the genesis alone.
	State,
}

/// What wallets show amounts and addresses with.
pub fn properties() -> Properties {
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
	let mut builder = ChainSpec::builder(wasm, Extensions::default())
		.with_name(name)
		.with_id(id)
		.with_chain_type(chain_type)
		.with_properties(properties())
		.with_genesis_config_patch(genesis::preset_json(Some(preset))?);
	// A specification that is written out to be edited into another chain's names no protocol id.
	if genesis == Genesis::State {
		builder = builder.with_protocol_id(id);
	}
	let mut spec = builder.build();
	if genesis == Genesis::State {
		let mut state = genesis::state(&genesis::of_preset(preset)?)?;
		state.top.insert(well_known_keys::CODE.to_vec(), wasm.to_vec());
		spec.set_storage(state);
	}
	Ok(spec)
}

/// The specification in a file, its genesis looked at ([`genesis::checked`]).
pub fn from_file(path: &Path, genesis: Genesis) -> Result<ChainSpec, String> {
	let text = fs::read_to_string(path).map_err(|cause| {
		format!("cannot read the chain specification {}: {cause}", path.display())
	})?;
	from_text(&text, genesis).map_err(|reason| format!("{}: {reason}", path.display()))
}

/// The specification that a text is, its genesis looked at.
pub fn from_text(text: &str, genesis: Genesis) -> Result<ChainSpec, String> {
	let Checked { text, state } = genesis::checked(text)?;
	let mut spec = ChainSpec::from_json_bytes(text.into_bytes())?;
	if let (Genesis::State, Some(state)) = (genesis, state) {
		spec.set_storage(state);
	}
	Ok(spec)
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
	use sp_core::storage::Storage;
	use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
	use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
	use sp_runtime::BuildStorage;
	use sp_state_machine::BasicExternalities;

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
		let edited = |patch: &mut serde_json::Value| {
			patch["metering"]["schedule"]["commitWindowMs"] = 108_000.into();
		};
		let exported = development(Genesis::Json).unwrap().as_json(false).unwrap();
		let mut exported: serde_json::Value = serde_json::from_str(&exported).unwrap();
		edited(&mut exported["genesis"]["runtimeGenesis"]["patch"]);
		let of_a_file = from_text(&exported.to_string(), Genesis::State).unwrap();
		let unchanged = |_: &mut serde_json::Value| {};
		type Edit = fn(&mut serde_json::Value);
		for (id, edit, spec) in [
			(DEV_RUNTIME_PRESET, unchanged as Edit, development(Genesis::State).unwrap()),
			(LOCAL_TESTNET_RUNTIME_PRESET, unchanged, local(Genesis::State).unwrap()),
			(DEV_RUNTIME_PRESET, edited, of_a_file),
		] {
			let mut config: serde_json::Value = serde_json::from_slice(&default).unwrap();
			let (preset, _) = of_the_wasm("GenesisBuilder_get_preset", &Some(id).encode());
			let preset = Option::<Vec<u8>>::decode(&mut &preset[..]).unwrap().unwrap();
			let mut preset = serde_json::from_slice(&preset).unwrap();
			edit(&mut preset);
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
