//! What a leaf says, where its paths lead, and who voted twice.

use codec::Encode;
use frame_support::{
	assert_ok,
	traits::{KeyOwnerProofSystem, OnInitialize},
};
use meterproof_primitives::MerklePath;
use sp_consensus_beefy::{
	ecdsa_crypto, known_payloads::MMR_ROOT_ID, Commitment, ConsensusLog, DoubleVotingProof,
	Payload, VoteMessage, BEEFY_ENGINE_ID, KEY_TYPE,
};
use sp_core::{
	ecdsa,
	offchain::{testing::TestOffchainExt, OffchainDbExt},
	Pair, H256,
};
use sp_io::hashing::keccak_256;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{traits::Header as _, BuildStorage, DigestItem};

use super::*;
use crate::genesis_config_presets::{BABE_EPOCH_CONFIG, DEV_BEEFY_KEYS, DEV_LENGTHS};

const VALIDATORS: [(Sr25519Keyring, Ed25519Keyring); 3] = [
	(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
	(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
	(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
];

fn pair(of: Sr25519Keyring) -> ecdsa::Pair {
	ecdsa::Pair::from_string(&of.to_seed(), None).unwrap()
}

/// A chain of three validators at its genesis.
fn state() -> sp_io::TestExternalities {
	let endowed = VALIDATORS.map(|(account, _)| (account.to_account_id(), 2 * MIN_BOND));
	let session = VALIDATORS.map(|(account, votes)| {
		let keys = SessionKeys {
			babe: account.public().into(),
			grandpa: votes.public().into(),
			beefy: pair(account).public().into(),
		};
		(account.to_account_id(), account.to_account_id(), keys)
	});
	let storage = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed.into(), ..Default::default() },
		babe: BabeConfig { epoch_config: BABE_EPOCH_CONFIG, ..Default::default() },
		session: SessionConfig { keys: session.into(), ..Default::default() },
		validators: ValidatorsConfig {
			candidates: VALIDATORS.map(|of| (of.0.to_account_id(), MIN_BOND)).into(),
			least: 1,
			lengths: DEV_LENGTHS,
		},
		..Default::default()
	};
	storage.build_storage().unwrap().into()
}

/// Begins and ends a block that settles something with these hashes; its header.
fn block(parent: Hash, settled: &[H256]) -> Header {
	let number = System::block_number() + 1;
	System::initialize(&number, &parent, &Default::default());
	Settlement::on_initialize(number);
	Mmr::on_initialize(number);
	System::note_finished_initialize();
	for hash in settled {
		assert_ok!(pallet_settlement::SettledNow::<Runtime>::try_append(hash));
	}
	System::note_finished_extrinsics();
	System::finalize()
}

fn signed_root(header: &Header) -> Option<Hash> {
	sp_consensus_beefy::mmr::find_mmr_root_digest::<opaque::Block>(header)
}

#[test]
fn the_keys_of_development_are_of_well_known_secrets() {
	assert_eq!(VALIDATORS.map(|(of, _)| pair(of).public().0), DEV_BEEFY_KEYS);
}

#[test]
fn paths_lead_from_settlements_to_what_beefy_signs() {
	const BLOCKS: u8 = 12;
	let mut state = state();
	// Block `n` settles `n - 1` groups.
	let hashes = |number: u8| -> Vec<H256> {
		(1..number).map(|group| keccak_256(&[number, group]).into()).collect()
	};
	let headers: Vec<Header> = state.execute_with(|| {
		let mut parent = System::block_hash(0);
		let make = |number| {
			let header = block(parent, &hashes(number));
			parent = header.hash();
			header
		};
		(1..=BLOCKS).map(make).collect()
	});
	state.persist_offchain_overlay();
	let index = state.offchain_db();
	state
		.register_extension(OffchainDbExt::new(TestOffchainExt::with_offchain_db(index.clone()).0));
	state.execute_with(|| {
		for last in 2..=u32::from(BLOCKS) {
			let root = signed_root(&headers[last as usize - 1]).unwrap();
			for number in 1..last {
				let (leaves, proof) = Mmr::generate_proof(vec![number + 1], Some(last)).unwrap();
				let leaf = leaves[0].encode();
				let path = MerklePath::in_mountain_range(
					u64::from(number),
					proof.leaf_count,
					&proof.items,
				);
				assert_eq!(
					path.unwrap().root(keccak_256(&leaf).into()),
					root,
					"{number} of {last}"
				);

				let header = &headers[number as usize - 1];
				assert_eq!((leaf.len(), leaf[0]), (113, 0), "the version");
				assert_eq!(leaf[1..5], number.to_le_bytes(), "the parent's number");
				assert_eq!(leaf[5..37], header.hash().0, "the parent's hash");
				assert_eq!(leaf[37..45], 1u64.to_le_bytes(), "the next set");
				assert_eq!(leaf[45..49], 3u32.to_le_bytes(), "its length");
				assert_eq!(leaf[49..81], root_of_addresses().0, "the root over its addresses");
				let hashes = hashes(number as u8);
				let key = pallet_settlement::settled_key(&header.hash());
				let indexed = index.get(&key);
				if hashes.is_empty() {
					assert_eq!((&leaf[81..], indexed), (&[0; 32][..], None));
				} else {
					assert_eq!(indexed, Some(hashes.encode()));
				}
				for (place, hash) in hashes.iter().enumerate() {
					let path = MerklePath::in_tree(&hashes, place).unwrap();
					assert_eq!(path.root(*hash).0, leaf[81..]);
				}
			}
		}
	});
}

/// The root over the three validators' Ethereum addresses.
fn root_of_addresses() -> H256 {
	use frame_support::crypto::ecdsa::ECDSAExt;
	let [alice, bob, charlie] =
		VALIDATORS.map(|(of, _)| keccak_256(&pair(of).public().to_eth_address().unwrap()));
	keccak_256(&[keccak_256(&[alice, bob].concat()), charlie].concat()).into()
}

#[test]
fn every_header_has_one_root() {
	state().execute_with(|| {
		let header = block(System::block_hash(0), &[]);
		let root = pallet_mmr::RootHash::<Runtime>::get();
		let log = ConsensusLog::<ecdsa_crypto::AuthorityId>::MmrRoot(root).encode();
		assert_eq!(header.digest().logs(), [DigestItem::Consensus(BEEFY_ENGINE_ID, log)]);
		// What another chain is to be told costs each header so many bytes.
		assert_eq!(header.encode().len(), 98 + 39);
	});
}

#[test]
fn who_votes_for_two_roots_of_one_block_can_be_reported() {
	state().execute_with(|| {
		block(System::block_hash(0), &[]);
		let bob = pair(Sr25519Keyring::Bob);
		let id = ecdsa_crypto::AuthorityId::from(bob.public());
		let vote = |root: u8| {
			let payload = Payload::from_single_entry(MMR_ROOT_ID, vec![root; 32]);
			let commitment = Commitment { payload, block_number: 5, validator_set_id: 0 };
			let signature = bob.sign_prehashed(&keccak_256(&commitment.encode())).into();
			VoteMessage { commitment, id: id.clone(), signature }
		};
		let report = |second: u8| {
			let owner = Historical::prove((KEY_TYPE, id.clone())).unwrap();
			let proof = DoubleVotingProof { first: vote(1), second: vote(second) };
			let alice = RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id());
			Beefy::report_double_voting(alice, Box::new(proof), owner)
		};
		assert!(report(1).is_err(), "the same vote twice is none");
		assert_ok!(report(2));
		let slash = pallet_validators::Slashes::<Runtime>::get().into_iter().next().unwrap();
		assert_eq!(slash.who, Sr25519Keyring::Bob.to_account_id());
	});
}
