//! The chains that can be started by name: `dev` and `local_testnet` (`local` to the node).

use alloc::{vec, vec::Vec};

use frame_support::build_struct_json_patch;
use meterproof_primitives::Schedule;
use pallet_validators::EraLengths;
use serde_json::Value;
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use crate::{
	AccountId, BabeConfig, Balance, BalancesConfig, BlockNumber, GovernanceConfig, MeteringConfig,
	RuntimeGenesisConfig, SessionConfig, SessionKeys, SudoConfig, TechnicalCollectiveConfig,
	ValidatorsConfig, MIN_BOND, PRIMARY_PROBABILITY, UNIT,
};

/// Secondary slots have an author too, so that every slot has a block.
pub const BABE_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
	sp_consensus_babe::BabeEpochConfiguration {
		c: PRIMARY_PROBABILITY,
		allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
	};

/// Periods of 12 seconds, so that a settlement can be watched. Without a schedule in its genesis a
/// chain has quarters of an hour (`pallet-metering`).
pub const DEV_SCHEDULE: Schedule = Schedule {
	length_ms: 12_000,
	gate_lead_ms: 2_000,
	commit_window_ms: 12_000,
	proof_window_ms: 36_000,
	min_blocks: 3,
};

/// Sessions of five minutes, each an era, so that one can watch validators come and go.
pub const DEV_LENGTHS: EraLengths = EraLengths {
	epoch_slots: 150,
	sessions_per_era: 1,
	report_eras: 12,
	slash_eras: 2,
	unbonding_eras: 16,
};

/// An hour of governance is a block, so that a referendum of the track "root" can be carried out after 50
/// blocks, which take 100 seconds.
pub const DEV_HOUR: BlockNumber = 1;

/// What a validator of genesis has on hold.
const BOND: Balance = 10 * MIN_BOND;

const ENDOWMENT: Balance = 1_000_000 * UNIT;

fn validator(account: Sr25519Keyring, grandpa: Ed25519Keyring) -> (AccountId, SessionKeys) {
	let keys = SessionKeys {
		babe: BabeId::from(account.public()),
		grandpa: GrandpaId::from(grandpa.public()),
	};
	(account.to_account_id(), keys)
}

fn genesis(
	validators: Vec<(AccountId, SessionKeys)>,
	endowed: Vec<AccountId>,
	root: AccountId,
	schedule: Schedule,
) -> Value {
	let least = validators.len() as u32;
	let collective = validators.iter().map(|(account, _)| account.clone()).collect::<Vec<_>>();
	let bonds = validators.iter().map(|(account, _)| (account.clone(), BOND));
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig {
			balances: endowed.into_iter().map(|account| (account, ENDOWMENT)).collect::<Vec<_>>(),
		},
		babe: BabeConfig { epoch_config: BABE_EPOCH_CONFIG },
		validators: ValidatorsConfig {
			candidates: bonds.collect::<Vec<_>>(),
			least,
			lengths: DEV_LENGTHS,
		},
		session: SessionConfig {
			keys: validators
				.into_iter()
				.map(|(account, keys)| (account.clone(), account, keys))
				.collect::<Vec<_>>(),
		},
		sudo: SudoConfig { key: Some(root) },
		technical_collective: TechnicalCollectiveConfig { members: collective },
		governance: GovernanceConfig { hour: Some(DEV_HOUR) },
		metering: MeteringConfig { schedule },
	})
}

/// The accounts whose keys everybody knows.
pub fn well_known_accounts() -> Vec<AccountId> {
	Sr25519Keyring::well_known().map(|key| key.to_account_id()).collect()
}

/// One validator, Alice, who is also root and the technical collective.
pub fn development() -> Value {
	genesis(
		vec![validator(Sr25519Keyring::Alice, Ed25519Keyring::Alice)],
		well_known_accounts(),
		Sr25519Keyring::Alice.to_account_id(),
		DEV_SCHEDULE,
	)
}

/// Three validators, Alice, Bob and Charlie, who are the technical collective; Alice is root.
pub fn local() -> Value {
	genesis(
		vec![
			validator(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
			validator(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
			validator(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
		],
		well_known_accounts(),
		Sr25519Keyring::Alice.to_account_id(),
		DEV_SCHEDULE,
	)
}

/// The preset of a name, as JSON.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEV_RUNTIME_PRESET => development(),
		LOCAL_TESTNET_RUNTIME_PRESET => local(),
		_ => return None,
	};
	serde_json::to_string(&patch).ok().map(|json| json.into_bytes())
}

/// The names.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)]
}
