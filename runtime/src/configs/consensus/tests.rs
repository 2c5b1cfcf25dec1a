//! Sessions that are past, and validators that come back.

use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Inspect, KeyOwnerProofSystem},
};
use meterproof_primitives::EnsureInvariants;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_consensus_grandpa::{
	localized_payload, Equivocation, EquivocationProof, RoundNumber, SetId,
};
use sp_core::{crypto::key_types, Pair, H256};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{traits::Dispatchable, BuildStorage, Digest, DigestItem};

use super::*;

const VALIDATORS: [(Sr25519Keyring, Ed25519Keyring); 3] = [
	(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
	(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
	(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
];

/// What each has on hold.
const BOND: Balance = MIN_BOND;

fn keys(of: (Sr25519Keyring, Ed25519Keyring)) -> SessionKeys {
	let beefy = sp_core::ecdsa::Pair::from_string(&of.0.to_seed(), None).unwrap();
	SessionKeys {
		babe: of.0.public().into(),
		grandpa: of.1.public().into(),
		beefy: beefy.public().into(),
	}
}

/// A chain of three validators in its first session.
fn run(test: impl FnOnce()) {
	let endowed = VALIDATORS.map(|(account, _)| (account.to_account_id(), 2 * BOND));
	let session = VALIDATORS.map(|of| (of.0.to_account_id(), of.0.to_account_id(), keys(of)));
	let storage = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed.into(), ..Default::default() },
		babe: BabeConfig {
			epoch_config: genesis_config_presets::BABE_EPOCH_CONFIG,
			..Default::default()
		},
		session: SessionConfig { keys: session.into(), ..Default::default() },
		validators: ValidatorsConfig {
			candidates: VALIDATORS.map(|of| (of.0.to_account_id(), BOND)).into(),
			least: 1,
			lengths: genesis_config_presets::DEV_LENGTHS,
		},
		..Default::default()
	};
	let mut state = sp_io::TestExternalities::new(storage.build_storage().unwrap());
	state.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	state.execute_with(|| {
		System::set_block_number(1);
		test();
	});
}

/// Ends the session in a block at the end of its epoch, and the block, so that GRANDPA's change of
/// authorities is made.
fn next_session() {
	use frame_support::traits::{OnFinalize, OnInitialize};
	let block = System::block_number() + 1;
	let slot = u64::from(Session::current_index() + 1) * EpochDuration::get();
	let claim = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: 0,
		slot: slot.into(),
	});
	let logs = vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(claim)];
	System::initialize(&block, &System::parent_hash(), &Digest { logs });
	Babe::on_initialize(block);
	Session::rotate_session();
	Authorship::on_initialize(block);
	Babe::on_finalize(block);
	Authorship::on_finalize(block);
	Grandpa::on_finalize(block);
}

/// Two votes of one validator in one round.
fn equivocation(
	voter: Ed25519Keyring,
	set: SetId,
	round: RoundNumber,
) -> EquivocationProof<Hash, BlockNumber> {
	let vote = |hash: u8| {
		let prevote = finality_grandpa::Prevote { target_hash: H256([hash; 32]), target_number: 5 };
		let message = finality_grandpa::Message::Prevote(prevote.clone());
		let signature = voter.sign(&localized_payload(round, set, &message));
		(prevote, signature.into())
	};
	EquivocationProof::new(
		set,
		Equivocation::Prevote(finality_grandpa::Equivocation {
			round_number: round,
			identity: voter.public().into(),
			first: vote(1),
			second: vote(2),
		}),
	)
}

#[test]
fn every_session_is_noted() {
	run(|| {
		for _ in 0..4 {
			next_session();
		}
		let current = Session::current_index();
		assert_eq!(current, 4);
		for session in 0..=current + 1 {
			let noted = pallet_session::historical::HistoricalSessions::<Runtime>::get(session);
			assert_eq!(noted.map(|(_, count)| count), Some(3), "session {session}");
		}
	});
}

#[test]
fn sessions_that_nobody_can_report_from_are_forgotten() {
	run(|| {
		let past = lengths().report_sessions();
		for _ in 0..past + 3 {
			next_session();
		}
		let noted = pallet_session::historical::HistoricalSessions::<Runtime>::iter_keys().count();
		assert_eq!(noted as SessionIndex, past + 2);
	});
}

#[test]
fn who_equivocated_in_the_session_before_can_be_reported() {
	run(|| {
		next_session();
		let set = Grandpa::current_set_id();
		let voter = Ed25519Keyring::Bob;
		let key = (key_types::GRANDPA, voter.public().0.encode());
		let owner = <Historical as KeyOwnerProofSystem<_>>::prove(key.clone()).unwrap();
		let before = owner.session;
		// It votes twice, and the session ends before anybody has reported it.
		let proof = equivocation(voter, set, 7);
		next_session();
		assert_ne!(Session::current_index(), before);
		let offender = <Historical as KeyOwnerProofSystem<_>>::check_proof(key, owner.clone());
		assert_eq!(offender, Some((Sr25519Keyring::Bob.to_account_id(), ())));

		assert_ok!(Grandpa::report_equivocation(
			RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id()),
			Box::new(proof),
			owner,
		));
		let reported = System::events().into_iter().any(|record| {
			matches!(record.event, RuntimeEvent::Offences(pallet_offences::Event::Offence { .. }))
		});
		assert!(reported);
		// One of three costs (3 * 1 / 3)^2 of the bond: all of it, when the eras until then are over.
		let bob = Sr25519Keyring::Bob.to_account_id();
		let slash = pallet_validators::Slashes::<Runtime>::get().into_iter().next().unwrap();
		assert_eq!((slash.who, slash.amount), (bob.clone(), BOND));
		for _ in 0..2 {
			next_session();
		}
		assert!(!Session::validators().contains(&bob));
		while pallet_validators::Era::<Runtime>::get() < slash.due {
			next_session();
		}
		assert_eq!(Balances::total_balance(&bob), BOND);
		assert_ok!(Validators::ensure_invariants());
	});
}

#[test]
fn an_offender_of_four_is_disabled_until_the_set_is_without_it() {
	run(|| {
		let dave = Sr25519Keyring::Dave.to_account_id();
		let by = || RuntimeOrigin::signed(dave.clone());
		assert_ok!(Balances::force_set_balance(
			RuntimeOrigin::root(),
			dave.clone().into(),
			2 * BOND
		));
		let fresh = SessionKeys::generate(&dave.encode(), None);
		assert_noop!(Validators::join(by(), BOND), pallet_validators::Error::<Runtime>::NoKeys);
		assert_noop!(
			Session::set_keys(by(), fresh.keys.clone(), vec![]),
			pallet_session::Error::<Runtime>::InvalidProof
		);
		assert_ok!(Session::set_keys(by(), fresh.keys.clone(), fresh.proof.encode()));
		assert_ok!(Validators::join(by(), BOND));
		for _ in 0..3 {
			next_session();
		}
		let place = Session::validators().iter().position(|who| *who == dave).unwrap();
		let session = Session::current_index();
		Validators::report(&dave, Perbill::from_percent(1), session, None);
		for _ in 0..2 {
			assert_eq!(Session::disabled_validators(), [place as u32]);
			next_session();
		}
		assert!(!Session::validators().contains(&dave));
		assert!(Session::disabled_validators().is_empty());
	});
}

#[test]
fn a_validator_changes_its_keys_and_keeps_them_while_it_validates() {
	run(|| {
		let charlie = Sr25519Keyring::Charlie.to_account_id();
		let by = || RuntimeOrigin::signed(charlie.clone());
		let purge = RuntimeCall::Session(pallet_session::Call::purge_keys {});
		assert_noop!(
			purge.dispatch(by()).map_err(|refused| refused.error),
			frame_system::Error::<Runtime>::CallFiltered
		);
		assert_noop!(
			Validators::purge_keys(by()),
			pallet_validators::Error::<Runtime>::StillValidating
		);
		let fresh = SessionKeys::generate(&charlie.encode(), None);
		assert_ok!(Session::set_keys(by(), fresh.keys.clone(), fresh.proof.encode()));
		let fresh = fresh.keys;
		for _ in 0..2 {
			next_session();
		}
		let babe: Vec<_> = Babe::authorities().iter().map(|(id, _)| id.clone()).collect();
		let grandpa: Vec<_> =
			Grandpa::grandpa_authorities().iter().map(|(id, _)| id.clone()).collect();
		assert_eq!((babe.len(), grandpa.len()), (3, 3));
		assert!(babe.contains(&fresh.babe) && grandpa.contains(&fresh.grandpa));

		assert_ok!(Validators::leave(by()));
		for _ in 0..2 {
			next_session();
		}
		assert!(!Session::validators().contains(&charlie));
		assert_ok!(Validators::purge_keys(by()));
		assert!(!pallet_session::NextKeys::<Runtime>::contains_key(&charlie));
	});
}

#[test]
#[should_panic(expected = "must name the accounts")]
fn a_genesis_with_keys_and_no_candidates_is_refused() {
	let session = VALIDATORS.map(|of| (of.0.to_account_id(), of.0.to_account_id(), keys(of)));
	let genesis = RuntimeGenesisConfig {
		session: SessionConfig { keys: session.into(), ..Default::default() },
		..Default::default()
	};
	let _ = genesis.build_storage();
}

#[test]
fn the_first_block_of_a_session_is_its_authors() {
	run(|| {
		// Dave outbids everybody, and so comes first in the new set.
		let dave = Sr25519Keyring::Dave.to_account_id();
		let by = || RuntimeOrigin::signed(dave.clone());
		assert_ok!(Balances::force_set_balance(
			RuntimeOrigin::root(),
			dave.clone().into(),
			9 * BOND
		));
		let fresh = SessionKeys::generate(&dave.encode(), None);
		assert_ok!(Session::set_keys(by(), fresh.keys.clone(), fresh.proof.encode()));
		assert_ok!(Validators::join(by(), 5 * BOND));
		while Session::validators().first() != Some(&dave) {
			next_session();
		}
		let seen = pallet_validators::LastSeen::<Runtime>::get();
		assert!(seen.contains(&(dave, System::block_number())));
	});
}
