use codec::Encode;
use sp_consensus_babe::{AllowedSlots, AuthorityId, BabeEpochConfiguration, Epoch};
use sp_core::{sr25519, U256};
use sp_io::hashing::blake2_256;

use crate::service::metrics::slots::{Passed, Slots};

const AUTHORITIES: u8 = 4;

fn epoch(start: u64, randomness: u8) -> Epoch {
	let key = |number| AuthorityId::from(sr25519::Public::from_raw([number; 32]));
	Epoch {
		epoch_index: 0,
		start_slot: start.into(),
		duration: 100,
		authorities: (0..AUTHORITIES).map(|number| (key(number), 1)).collect(),
		randomness: [randomness; 32],
		config: BabeEpochConfiguration {
			c: (1, 4),
			allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots,
		},
	}
}

/// How many of the slots are the turn of an authority.
fn turns(slots: std::ops::Range<u64>, randomness: u8, place: u64) -> u64 {
	let turn = |slot: &u64| {
		let drawn = blake2_256(&([randomness; 32], *slot).encode());
		(U256::from_big_endian(&drawn) % U256::from(AUTHORITIES)).as_u64()
	};
	slots.filter(|slot| turn(slot) == place).count() as u64
}

fn never() -> Option<(Epoch, Vec<u32>)> {
	panic!("the epoch is known")
}

#[test]
fn slots_without_a_block_are_missed_and_some_are_this_validators() {
	let mut slots = Slots::default();
	assert_eq!(slots.block(1_000, 0, || Some((epoch(1_000, 7), vec![2]))), None, "the first");
	assert_eq!(slots.block(1_001, 2, never), Some(Passed { missed: 0, own_missed: 0, own: true }));
	let expected = Passed { missed: 38, own_missed: turns(1_002..1_040, 7, 2), own: false };
	assert!(expected.own_missed > 0 && expected.own_missed < 38);
	assert_eq!(slots.block(1_040, 1, never), Some(expected));
	assert_eq!(slots.own_places(), [2]);
}

#[test]
fn an_epoch_that_ends_in_between_counts_for_its_own_slots() {
	let mut slots = Slots::default();
	slots.block(1_050, 0, || Some((epoch(1_000, 7), vec![2])));
	let passed = slots.block(1_150, 3, || Some((epoch(1_100, 9), vec![3]))).unwrap();
	let own_missed = turns(1_051..1_100, 7, 2) + turns(1_100..1_150, 9, 3);
	assert_eq!(passed, Passed { missed: 99, own_missed, own: true });

	// A node without keys misses nothing, nor does one that cannot read the epoch.
	let passed = slots.block(1_250, 0, || Some((epoch(1_200, 1), vec![]))).unwrap();
	assert_eq!(passed.own_missed, turns(1_151..1_200, 9, 3));
	let passed = slots.block(1_350, 0, || None).unwrap();
	assert_eq!(passed, Passed { missed: 99, own_missed: 0, own: false });
}

#[test]
fn a_long_stop_is_bounded() {
	let mut slots = Slots::default();
	slots.block(1_000, 0, || Some((epoch(1_000, 7), vec![0, 1, 2, 3])));
	let passed = slots.block(u64::MAX, 0, || None).unwrap();
	assert_eq!(passed.missed, u64::MAX - 1_001);
	assert_eq!(passed.own_missed, 99, "the rest of the epoch that was known");
	assert_eq!(slots.block(0, 0, || None).unwrap().missed, 0, "and nothing goes backwards");
}
