//! Committing and signing, from the outside.

use std::collections::HashSet;

use ed25519_dalek::{Signature, VerifyingKey};
use meterproof_device::{commit, commit_and_sign, message, Direction, MeterKey, SaltSecret, Slot};
use meterproof_programs::commitment::decode;

fn slot(number: u32) -> Slot {
	Slot {
		genesis: [number as u8; 32],
		device: number.wrapping_mul(0x9E37_79B1),
		period: u64::from(number).wrapping_mul(0x0123_4567_89AB) % (1 << 53),
		direction: if number.is_multiple_of(2) { Direction::Import } else { Direction::Export },
	}
}

fn meter(number: u32) -> (MeterKey, SaltSecret) {
	(MeterKey::from_seed(&[number as u8; 32]), SaltSecret::from_bytes([!number as u8; 32]))
}

#[test]
fn what_is_signed_verifies_and_is_canonical() {
	for number in 0..64 {
		let (key, secret) = meter(number);
		let (slot, reading) = (slot(number), number.wrapping_mul(0x85EB_CA6B));
		let signed = commit_and_sign(&key, &secret, &slot, reading, number);

		assert!(decode(&signed.commitment).is_some());
		assert_eq!(signed.commitment, commit(&slot, reading, &secret.salt(&slot, number)));
		VerifyingKey::from_bytes(&key.public())
			.unwrap()
			.verify_strict(
				&message(&slot, &signed.commitment),
				&Signature::from_bytes(&signed.signature),
			)
			.unwrap();
	}
}

#[test]
fn the_same_reading_and_counter_give_the_same_bytes() {
	let (key, secret) = meter(1);
	let signed = || commit_and_sign(&key, &secret, &slot(1), 1_250, 0);
	assert_eq!(signed(), signed());
}

#[test]
fn every_committed_value_changes_the_commitment() {
	let (_, secret) = meter(1);
	let (slot, salt) = (slot(1), secret.salt(&slot(1), 0));
	let mut seen = HashSet::new();
	for bit in 0..32 {
		assert!(seen.insert(commit(&slot, 1 << bit, &salt)));
		assert!(seen.insert(commit(&Slot { device: slot.device ^ 1 << bit, ..slot }, 0, &salt)));
	}
	for bit in 0..53 {
		assert!(seen.insert(commit(&Slot { period: slot.period ^ 1 << bit, ..slot }, 0, &salt)));
	}
	for element in 0..4 {
		let mut other = salt;
		other[element] ^= 1;
		assert!(seen.insert(commit(&slot, 0, &other)));
	}
	assert!(seen.insert(commit(&Slot { direction: Direction::Import, ..slot }, 0, &salt)));
	assert!(seen.insert(commit(&slot, 0, &salt)));
}

#[test]
fn the_commitment_leaves_the_chain_to_the_salt_and_the_signature() {
	let (key, secret) = meter(1);
	let other = Slot { genesis: [0xEE; 32], ..slot(1) };
	let salt = secret.salt(&slot(1), 0);
	assert_eq!(commit(&slot(1), 7, &salt), commit(&other, 7, &salt));

	let (here, there) = (
		commit_and_sign(&key, &secret, &slot(1), 7, 0),
		commit_and_sign(&key, &secret, &other, 7, 0),
	);
	assert_ne!(here.commitment, there.commitment);
	assert_ne!(here.signature, there.signature);
}

#[test]
fn equal_readings_do_not_look_equal() {
	let (key, mut secret) = meter(1);
	let mut seen = HashSet::new();
	for period in 0..200 {
		let slot = Slot { period, ..slot(1) };
		assert!(seen.insert(commit_and_sign(&key, &secret, &slot, 0, 0).commitment));
		secret.ratchet();
	}
}
