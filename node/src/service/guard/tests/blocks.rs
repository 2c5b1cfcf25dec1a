//! Blocks.

use super::*;

#[test]
fn one_block_of_a_slot_is_signed() {
	let folder = tempfile::tempdir().unwrap();
	let validator = Validator::start(folder.path(), START);
	assert!(validator.makes(&header(101, 1)));
	assert!(!validator.makes(&header(101, 2)));
	assert_eq!(validator.said(), Some(Refusal::EarlierSlot { slot: 101, last: 101 }));
	assert!(!validator.makes(&header(101, 1)), "two seals of one header are two blocks");

	let again = Validator::start(folder.path(), START);
	assert!(!again.makes(&header(101, 2)));
	assert!(!again.makes(&header(100, 1)), "an earlier slot");
	assert!(!again.makes(&header(101, 1)));
	assert!(again.makes(&header(102, 1)));
	assert!(!again.makes(&header(101, 1)), "an earlier slot, even where it is the same");
}

#[test]
fn a_header_without_a_slot_is_not_signed() {
	let folder = tempfile::tempdir().unwrap();
	let validator = Validator::start(folder.path(), START);
	assert!(!validator.seals(header(101, 1).hash().as_bytes()), "nobody proposed it");
	assert_eq!(validator.said(), Some(Refusal::UnknownHeader));

	validator.guard.propose(&header(101, 1));
	assert!(!validator.seals(header(101, 2).hash().as_bytes()), "another one was proposed");

	let mut silent = header(101, 1);
	silent.digest = Digest::default();
	validator.guard.propose(&silent);
	assert!(!validator.seals(silent.hash().as_bytes()));
	assert!(!validator.seals(header(101, 1).hash().as_bytes()), "the last one counts");
	assert!(validator.makes(&header(101, 1)));
}

#[test]
fn other_messages_and_other_keys_are_left_alone() {
	let folder = tempfile::tempdir().unwrap();
	let validator = Validator::start(folder.path(), START);
	let ownership = [b"POP_".as_slice(), &[7; 32]].concat();
	for message in [b"".as_slice(), b"anything", &[7; 31], &[7; 33], &ownership] {
		assert!(validator.seals(message));
	}
	let (kind, hash) = (key_types::ACCOUNT, header(101, 1).hash());
	let account = validator.keys.sr25519_generate_new(kind, Some("//Alice")).unwrap();
	let signature = validator.keys.sr25519_sign(kind, &account, hash.as_bytes());
	assert!(signature.unwrap().is_some());

	// The draw for a slot is no block.
	let draw = sp_consensus_babe::make_vrf_sign_data(&[0; 32], 101.into(), 0);
	for _ in 0..2 {
		let drawn = validator.keys.sr25519_vrf_sign(key_types::BABE, &validator.author, &draw);
		assert!(drawn.unwrap().is_some());
	}
}
