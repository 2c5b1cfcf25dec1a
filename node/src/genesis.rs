//! A chain specification that was edited by hand is looked at before a chain is made of it.
//!
//! The runtime's Wasm makes the genesis. What is wrong with it there ends in a trap and its addresses
//! in the code, and a field of the schedule that no runtime knows is passed over: a chain with other
//! periods than were meant. So what this program's own runtime is to make is made natively first.

use std::{
	collections::BTreeMap,
	panic::{self, AssertUnwindSafe},
};

use frame_support::genesis_builder_helper;
use meterproof_runtime::{
	genesis_config_presets, AccountId, RuntimeGenesisConfig, HOURS, WASM_BINARY,
};
use serde_json::{value::RawValue, Value};
use sp_core::storage::{well_known_keys, Storage};
use sp_io::hashing::blake2_256;
use sp_state_machine::BasicExternalities;

/// Fields of `metering.schedule`.
const SCHEDULE: [&str; 5] =
	["lengthMs", "gateLeadMs", "commitWindowMs", "proofWindowMs", "minBlocks"];

/// The prefix of protocol ids that this program makes from a genesis.
const OWN_PROTOCOL: &str = "mpf-";

/// What the pallets say of a genesis that they refuse, and the name of the error.
const NAMES: [(&str, &str); 8] = [
	("a period must have a length", "LengthZero"),
	("no length or window may be longer", "LengthTooLong"),
	("twice min_blocks must be below", "TooManyMinBlocks"),
	("windows and gate lead span more", "TooManyUnsettledPeriods"),
	("epochs, eras and delays do not fit", "LengthsDoNotFit"),
	("the least is more than a set", "LeastTooLarge"),
	("there are fewer candidates than the least", "TooFewCandidates"),
	("a candidate of genesis can pay its bond", "CandidateCannotPayBond"),
];

/// The genesis of a preset as JSON, merged into the runtime's default.
pub fn of_preset(preset: &str) -> Result<Value, String> {
	with_defaults(preset_json(Some(preset))?)
}

/// What a preset changes.
pub fn preset_json(preset: Option<&str>) -> Result<Value, String> {
	let bytes = genesis_builder_helper::get_preset::<RuntimeGenesisConfig>(
		&preset.map(Into::into),
		genesis_config_presets::get_preset,
	);
	let bytes = bytes.ok_or_else(|| format!("the runtime has no preset {preset:?}"))?;
	serde_json::from_slice(&bytes).map_err(|cause| cause.to_string())
}

/// What the runtime takes where a patch does not say otherwise, and the patch.
pub fn with_defaults(patch: Value) -> Result<Value, String> {
	let mut config = preset_json(None)?;
	sc_chain_spec::json_patch::merge(&mut config, patch);
	Ok(config)
}

/// What a genesis has in the chain's state, without the runtime's Wasm.
pub fn state(config: &Value) -> Result<Storage, String> {
	let mut state = Storage::default();
	BasicExternalities::execute_with_storage(&mut state, || {
		let config = config.to_string().into_bytes();
		genesis_builder_helper::build_state::<RuntimeGenesisConfig>(config)
	})?;
	Ok(state)
}

/// A specification that was looked at.
#[derive(Debug)]
pub struct Checked {
	/// The specification's text, with a protocol id of its own.
	pub text: String,
	/// What the genesis has in the chain's state, code included; `None` unless this program's runtime makes
	/// the genesis.
	pub state: Option<Storage>,
}

/// Looks at a specification's genesis and gives it a protocol id of its own.
///
/// Nodes on one network find each other by the protocol id, and specifications that were copied from
/// one another have the same one, or none, whatever chains they describe. So one that names none gets
/// that of its genesis.
///
/// It gets no fork id. Protocols are named by the genesis hash, and by the fork id where there is one: nodes
/// of one chain whose specifications are plain, raw and built in would not find each other.
pub fn checked(text: &str) -> Result<Checked, String> {
	let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(text)
		.map_err(|cause| format!("not a chain specification: {cause}"))?;
	let Some(genesis) = fields.get("genesis").map(|genesis| genesis.get()) else {
		return Err("not a chain specification: it has no genesis".into());
	};
	let genesis: Value = serde_json::from_str(genesis).map_err(|cause| cause.to_string())?;
	ensure_one(&genesis, &["raw", "runtimeGenesis"])?;
	ensure_one(&genesis["runtimeGenesis"], &["patch", "config"])?;
	// As the SDK reads it, a specification that says nothing describes a live chain.
	let kind = fields.get("chainType").map(|kind| kind.get());
	let state = sound_state(&genesis, kind.is_none_or(|kind| kind == "\"Live\""))?;
	// A protocol id that this program gave to a specification that can still be edited is made anew: the edit may
	// have changed the genesis.
	let is_plain = genesis["runtimeGenesis"].is_object();
	let names_protocol = fields.get("protocolId").is_some_and(|id| {
		id.get() != "null" && !(is_plain && id.get().starts_with(&format!("\"{OWN_PROTOCOL}")))
	});
	let hash = blake2_256(genesis.to_string().as_bytes());
	let own = format!("\"{OWN_PROTOCOL}{}\"", hex::encode(&hash[..4]));
	let own = RawValue::from_string(own).map_err(|cause| cause.to_string())?;
	if !names_protocol {
		fields.insert("protocolId".into(), &own);
	}
	let text = serde_json::to_string(&fields).map_err(|cause| cause.to_string())?;
	Ok(Checked { text, state })
}

/// Refuses what is said in several ways: which one was meant?
fn ensure_one(said: &Value, ways: &[&str]) -> Result<(), String> {
	match ways.iter().filter(|way| !said[**way].is_null()).count() {
		0 | 1 => Ok(()),
		_ => Err(format!("GenesisTwice: the genesis has {}: leave one", ways.join(" and "))),
	}
}

/// Refuses a genesis that no chain can be made of, or not the one that was meant, or not a live one. One
/// that is given as a state, or is made by another runtime than this program's, is not looked at.
fn sound_state(genesis: &Value, is_live: bool) -> Result<Option<Storage>, String> {
	let given = &genesis["runtimeGenesis"];
	let config = match (&given["patch"], &given["config"]) {
		(Value::Null, Value::Null) => return Ok(None),
		(Value::Null, config) => config.clone(),
		(patch, _) => with_defaults(patch.clone())?,
	};
	let schedule = config["metering"]["schedule"].as_object().into_iter().flatten();
	let mut unknown =
		schedule.map(|(name, _)| name).filter(|name| !SCHEDULE.contains(&name.as_str()));
	if let Some(unknown) = unknown.next() {
		return Err(format!(
			"UnknownField: metering.schedule has no `{unknown}`, only {}",
			SCHEDULE.join(", ")
		));
	}
	if is_live {
		ensure_fit_to_live(&config)?;
	}
	let code = given["code"].as_str().and_then(|code| code.strip_prefix("0x"));
	let Some(own) = WASM_BINARY else {
		return ensure_buildable(&config).map(|_| None);
	};
	if code != Some(hex::encode(own).as_str()) {
		return Ok(None);
	}
	let mut state = ensure_buildable(&config)?;
	state.top.insert(well_known_keys::CODE.to_vec(), own.to_vec());
	Ok(Some(state))
}

/// Refuses for a live chain what `dev` and `local` have to be played with: hours of governance that are
/// none, and a technical collective of keys that everybody knows.
pub fn ensure_fit_to_live(config: &Value) -> Result<(), String> {
	if config["governance"]["hour"].as_u64().is_some_and(|hour| hour < u64::from(HOURS)) {
		return Err(format!(
			"ShortHours: governance.hour of a live chain is {HOURS} blocks, an hour: leave it out, or \
			 everything is decided in minutes"
		));
	}
	let known = genesis_config_presets::well_known_accounts();
	let members = config["technicalCollective"]["members"].as_array().into_iter().flatten();
	let mut members = members.filter_map(|member| member.as_str()?.parse::<AccountId>().ok());
	if let Some(member) = members.find(|member| known.contains(member)) {
		return Err(format!(
			"WellKnownCollective: {member} in technicalCollective.members of a live chain has a key that \
			 everybody knows"
		));
	}
	Ok(())
}

/// The state that the runtime makes of a configuration, without its code. A configuration that it makes no state
/// of is refused in the words of its pallets.
pub fn ensure_buildable(config: &Value) -> Result<Storage, String> {
	// The runtime says by panics what is wrong; they are not this program's.
	let usual = panic::take_hook();
	panic::set_hook(Box::new(|_| {}));
	let built = panic::catch_unwind(AssertUnwindSafe(|| state(config)));
	panic::set_hook(usual);
	let reason = match built {
		Ok(Ok(state)) => return Ok(state),
		Ok(Err(reason)) => reason,
		Err(panicked) => {
			let text = panicked.downcast_ref::<String>().map(String::as_str);
			let text = text.or_else(|| panicked.downcast_ref::<&str>().copied());
			text.unwrap_or("the runtime does not say why").to_owned()
		},
	};
	let name = NAMES.iter().find(|(words, _)| reason.contains(words)).map(|(_, name)| *name);
	let name = name.unwrap_or("GenesisRefused");
	Err(format!("{name}: no chain can have this genesis: {reason}"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn specification(change: impl FnOnce(&mut Value)) -> String {
		let mut patch =
			preset_json(Some(sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET)).unwrap();
		change(&mut patch);
		let code = format!("0x{}", hex::encode(WASM_BINARY.unwrap_or_default()));
		json!({
			"name": "Town", "id": "town", "chainType": "Local",
			"genesis": { "runtimeGenesis": { "code": code, "patch": patch } },
		})
		.to_string()
	}

	fn refusal(change: impl FnOnce(&mut Value)) -> String {
		checked(&specification(change)).unwrap_err()
	}

	#[test]
	fn a_field_that_the_schedule_does_not_have_is_named() {
		let refused = refusal(|patch| patch["metering"]["schedule"]["length_ms"] = json!(900_000));
		assert!(
			refused.starts_with("UnknownField: ") && refused.contains("`length_ms`"),
			"{refused}"
		);
		assert!(refused.contains("lengthMs, gateLeadMs"), "{refused}");
		let refused = refusal(|patch| patch["meterin"] = json!({}));
		assert!(
			refused.starts_with("GenesisRefused: ") && refused.contains("meterin"),
			"{refused}"
		);
	}

	#[test]
	fn what_the_pallets_refuse_has_a_name() {
		fn schedule(field: &'static str, value: u64) -> impl FnOnce(&mut Value) {
			move |patch| patch["metering"]["schedule"][field] = json!(value)
		}
		let name = |refused: String| refused.split_once(": ").unwrap().0.to_owned();
		assert_eq!(name(refusal(schedule("minBlocks", 40))), "TooManyMinBlocks");
		assert_eq!(name(refusal(schedule("lengthMs", 0))), "LengthZero");
		assert_eq!(name(refusal(schedule("lengthMs", 1 << 40))), "LengthTooLong");
		let windows = schedule("proofWindowMs", 12_000 * 40);
		assert_eq!(name(refusal(windows)), "TooManyUnsettledPeriods");
		let lengths = |patch: &mut Value| patch["validators"]["lengths"]["slashEras"] = json!(0);
		assert_eq!(name(refusal(lengths)), "LengthsDoNotFit");
		let least = |patch: &mut Value| patch["validators"]["least"] = json!(4);
		assert_eq!(name(refusal(least)), "TooFewCandidates");
		let least = |patch: &mut Value| patch["validators"]["least"] = json!(99);
		assert_eq!(name(refusal(least)), "LeastTooLarge");
		let poor = |patch: &mut Value| {
			patch["validators"]["candidates"][0][1] = json!(2_000_000_000_000_000_000_u64);
		};
		assert_eq!(name(refusal(poor)), "CandidateCannotPayBond");
	}

	#[test]
	fn a_live_chain_has_no_hours_and_no_collective_to_play_with() {
		let live = |change: fn(&mut Value)| {
			let text = specification(|patch| change(patch));
			let said = text.replace("\"chainType\":\"Local\"", "\"chainType\":\"Live\"");
			let unsaid = text.replace("\"chainType\":\"Local\",", "");
			assert!(said != text && unsaid != text);
			let refused = [said, unsaid].map(|text| checked(&text).map(|_| ()));
			assert_eq!(refused[0], refused[1]);
			refused[0].clone()
		};
		let refused = live(|_| {}).unwrap_err();
		assert!(refused.starts_with("ShortHours: "), "{refused}");
		let refused = live(|patch| patch["governance"] = json!({})).unwrap_err();
		assert!(refused.starts_with("WellKnownCollective: "), "{refused}");
		let sound = live(|patch| {
			patch["governance"]["hour"] = json!(HOURS);
			patch["technicalCollective"]["members"] = json!([]);
		});
		assert_eq!(sound, Ok(()));
		assert!(checked(&specification(|_| {})).is_ok());
	}

	#[test]
	fn a_copy_that_was_edited_has_another_protocol_id() {
		let id = |text: String| {
			let checked: Value = serde_json::from_str(&checked(&text).unwrap().text).unwrap();
			assert!(checked["forkId"].is_null(), "other forms of the specification have none");
			checked["protocolId"].as_str().unwrap().to_owned()
		};
		let one = id(specification(|_| {}));
		let schedule =
			|patch: &mut Value| patch["metering"]["schedule"]["lengthMs"] = json!(24_000);
		assert_ne!(one, id(specification(schedule)));
		assert_eq!(one, id(specification(|_| {})));
		let copy = checked(&specification(|_| {})).unwrap().text;
		let edited = copy.replace("\"lengthMs\":12000", "\"lengthMs\":24000");
		assert_ne!(one, id(edited), "also where the copy had one that was its original's");
		assert_eq!(one, id(copy));
		let named = specification(|_| {}).replace("\"id\":\"town\"", "\"protocolId\":\"own\"");
		assert_eq!(id(named), "own");
	}

	#[test]
	fn a_genesis_that_is_said_twice_is_refused() {
		let twice = |place: &str, further: Value| {
			let mut text: Value = serde_json::from_str(&specification(|_| {})).unwrap();
			let (at, name) = place.rsplit_once('/').unwrap();
			text.pointer_mut(at).unwrap()[name] = further;
			checked(&text.to_string()).unwrap_err()
		};
		for place in ["/genesis/raw", "/genesis/runtimeGenesis/config"] {
			let refused = twice(place, json!({ "top": {} }));
			assert!(refused.starts_with("GenesisTwice: "), "{refused}");
		}
	}

	#[test]
	fn amounts_beyond_64_bits_stay_exact() {
		let amount = "340000000000000000000000000000001";
		let text = format!(
			"{{\"name\":\"x\",\"genesis\":{{\"raw\":{{\"top\":{{}}}}}},\"properties\":{amount}}}"
		);
		let given = checked(&text).unwrap();
		assert!(given.text.contains(amount) && given.state.is_none());
		assert!(checked("{\"name\":\"x\"}").unwrap_err().contains("no genesis"));
	}
}
