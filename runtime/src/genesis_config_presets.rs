//! The chains that can be started by name: `dev` and `local_testnet` (`local` to the node).

use alloc::{vec, vec::Vec};

use frame_support::build_struct_json_patch;
use meterproof_primitives::Schedule;
use pallet_validators::EraLengths;
use serde_json::Value;
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_beefy::ecdsa_crypto::AuthorityId as BeefyId;
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

/// Public keys of BEEFY, of the secrets `//Alice`, `//Bob` and `//Charlie`: the runtime's Wasm cannot
/// make them, and the keyrings have none.
pub const DEV_BEEFY_KEYS: [[u8; 33]; 3] = [
	[
		0x02, 0x0a, 0x10, 0x91, 0x34, 0x1f, 0xe5, 0x66, 0x4b, 0xfa, 0x17, 0x82, 0xd5, 0xe0, 0x47,
		0x79, 0x68, 0x90, 0x68, 0xc9, 0x16, 0xb0, 0x4c, 0xb3, 0x65, 0xec, 0x31, 0x53, 0x75, 0x56,
		0x84, 0xd9, 0xa1,
	],
	[
		0x03, 0x90, 0x08, 0x4f, 0xdb, 0xf2, 0x7d, 0x2b, 0x79, 0xd2, 0x6a, 0x4f, 0x13, 0xf0, 0xcc,
		0xd9, 0x82, 0xcb, 0x75, 0x5a, 0x66, 0x19, 0x69, 0x14, 0x3c, 0x37, 0xcb, 0xc4, 0x9e, 0xf5,
		0xb9, 0x1f, 0x27,
	],
	[
		0x03, 0x89, 0x41, 0x17, 0x95, 0x51, 0x4a, 0xf1, 0x62, 0x77, 0x65, 0xec, 0xef, 0xfc, 0xbd,
		0x00, 0x27, 0x19, 0xf0, 0x31, 0x60, 0x4f, 0xad, 0xd7, 0xd1, 0x88, 0xe2, 0xdc, 0x58, 0x5b,
		0x4e, 0x1a, 0xfb,
	],
];

/// The first validators of `local`; the first of them is that of `dev`.
const VALIDATORS: [(Sr25519Keyring, Ed25519Keyring); 3] = [
	(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
	(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
	(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
];

/// The first `number` development validators, with their session keys.
fn validators(number: usize) -> Vec<(AccountId, SessionKeys)> {
	let with_keys = VALIDATORS.into_iter().zip(DEV_BEEFY_KEYS).take(number);
	with_keys
		.map(|((account, grandpa), beefy)| {
			let keys = SessionKeys {
				babe: BabeId::from(account.public()),
				grandpa: GrandpaId::from(grandpa.public()),
				beefy: BeefyId::from(sp_core::ecdsa::Public::from_raw(beefy)),
			};
			(account.to_account_id(), keys)
		})
		.collect()
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
		validators(1),
		well_known_accounts(),
		Sr25519Keyring::Alice.to_account_id(),
		DEV_SCHEDULE,
	)
}

/// Three validators, Alice, Bob and Charlie, who are the technical collective; Alice is root.
pub fn local() -> Value {
	genesis(
		validators(3),
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
