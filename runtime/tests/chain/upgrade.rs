//! This runtime as an upgrade of a chain, with its own migrations, as `examples/try_upgrade` tries it.

#[path = "../../examples/try_upgrade/trial.rs"]
mod trial;

use meterproof_runtime::{genesis_config_presets, AccountId, Runtime, RuntimeGenesisConfig};
use sp_runtime::BuildStorage;
use trial::Trial;

/// The development chain after its first block.
fn development() -> Trial {
	let mut genesis = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	patch(&mut genesis, genesis_config_presets::development());
	let genesis: RuntimeGenesisConfig = serde_json::from_value(genesis).unwrap();
	let mut trial = Trial::from(genesis.build_storage().unwrap());
	trial.run(|| {
		// Slots began in 1970.
		pallet_babe::CurrentSlot::<Runtime>::put(sp_consensus_babe::Slot::from(850_000_000));
	});
	trial
}

fn patch(value: &mut serde_json::Value, by: serde_json::Value) {
	match (value, by) {
		(serde_json::Value::Object(fields), serde_json::Value::Object(changes)) => {
			for (name, change) in changes {
				patch(fields.entry(name).or_insert(serde_json::Value::Null), change);
			}
		},
		(value, by) => *value = by,
	}
}

#[test]
fn an_upgrade_of_the_development_chain_is_closed_for_eight_blocks() {
	let told = development().upgrade().unwrap();
	assert!(told.contains("8 blocks closed"), "{told}");
}

#[test]
fn a_value_that_the_code_cannot_read_is_noticed() {
	for key in [
		pallet_devices::Keys::<Runtime>::hashed_key_for([7; 32]),
		pallet_payments::PayableAssets::<Runtime>::hashed_key_for(7_u32),
		pallet_book::StandingOf::<Runtime>::hashed_key_for(AccountId::new([7; 32])),
	] {
		let mut trial = development();
		trial.run(|| frame_support::storage::unhashed::put_raw(&key, &[1, 2, 3]));
		assert_eq!(trial.upgrade().unwrap_err(), "a migration has failed");
	}
}

#[test]
fn what_was_wrong_before_an_upgrade_is_told() {
	let mut trial = development();
	trial.run(|| pallet_payments::PayableAssets::<Runtime>::remove(0_u32));
	let told = trial.upgrade().unwrap_err();
	let (after, before) = told.split_once("; before the upgrade this code found: ").unwrap();
	assert!(after.contains("payments") && !before.is_empty(), "{told}");
}

#[test]
fn a_state_is_read_from_a_raw_specification_alone() {
	for (file, error) in [
		("{}", "no raw state"),
		(r#"{"genesis":{"raw":{"top":{"0x1":"0x00"}}}}"#, "no hexadecimal number"),
		(r#"{"genesis":{"raw":{"top":{"0x01":"0x0g"}}}}"#, "no hexadecimal number"),
	] {
		let refused = Trial::of(file.as_bytes()).err().unwrap();
		assert!(refused.contains(error), "{refused}");
	}
	assert!(Trial::of(br#"{"genesis":{"raw":{"top":{"0x0A":"0xff00"}}}}"#).is_ok());
}
