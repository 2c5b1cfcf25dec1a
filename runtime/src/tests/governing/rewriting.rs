//! A migration that gives each value of a map another layout, over several blocks, on a chain whose blocks
//! `Executive` makes.

use codec::Encode;
use frame_support::{
	migrations::{SteppedMigration, SteppedMigrationError},
	storage::{unhashed, StoragePrefixedMap},
	weights::WeightMeter,
};
use meterproof_primitives::DeviceId;
use pallet_devices::Keys;

use super::repairs::Upgraded;
use crate::{
	configs::FailedMigration,
	migrations::{rewriting_weight, Layouts, Rewrite, Sum},
	tests::tried::{name, IsReal, Schemes, ToSchemes},
	Runtime,
};

/// Meters, whose keys three steps rewrite.
const METERS: DeviceId = 10_000;

fn key(device: DeviceId) -> [u8; 32] {
	let mut key = [0; 32];
	key[..4].copy_from_slice(&device.to_le_bytes());
	key
}

fn register(meters: DeviceId) {
	for device in 0..meters {
		Keys::<Runtime>::insert(key(device), device);
	}
}

/// A chain with meters, the next code of which has the migration.
fn begin() -> Upgraded {
	let mut upgraded = Upgraded::begin();
	upgraded.chain.execute(|| {
		register(METERS);
		IsReal::set(&true);
	});
	upgraded.next_code();
	upgraded
}

fn sum(upgraded: &Upgraded) -> Sum {
	upgraded.chain.look(|| Sum::of::<Schemes>()).expect("each value has one of the layouts")
}

#[test]
fn values_get_their_new_layout_over_several_blocks_and_none_is_lost() {
	let mut upgraded = begin();
	let before = sum(&upgraded);
	assert_eq!((before.values, before.old), (u64::from(METERS), u64::from(METERS)));
	// The first block of the new code takes as much as it has room for.
	assert_eq!(upgraded.chain.dispatch_block(vec![]), None);
	let between = sum(&upgraded);
	assert!(between.old > 0, "all in one block");
	assert_eq!((between.values, between.hash), (before.values, before.hash));

	let closed = upgraded.closed_blocks();
	assert!((1..=3).contains(&closed), "{closed} blocks");
	assert!(!upgraded.is_closed());
	assert_eq!(sum(&upgraded).ensure_follows(&before), Ok(()));
	upgraded.chain.look(|| {
		let stored = unhashed::get_raw(&Keys::<Runtime>::hashed_key_for(key(7)));
		assert_eq!(stored, Some((7_u32, 0_u8).encode()));
	});
}

#[test]
fn what_fails_in_the_middle_is_done_to_the_end_by_a_later_upgrade() {
	let mut upgraded = begin();
	let before = sum(&upgraded);
	// The last one in the order of storage, and bytes of no layout.
	let last = upgraded.chain.execute(|| {
		let last = Keys::<Runtime>::iter_keys().last().expect("there are meters");
		let place = Keys::<Runtime>::hashed_key_for(last);
		let stored = unhashed::get_raw(&place).expect("it has a device");
		unhashed::put_raw(&place, &[1, 2, 3]);
		(place, stored)
	});
	upgraded.closed_blocks();
	assert!(upgraded.is_closed());
	let failed = upgraded.chain.look(FailedMigration::get).expect("it has failed");
	assert_eq!(failed.to_vec(), name());

	// Some have the new layout, and the failed step has left none behind.
	let (place, stored) = last;
	upgraded.chain.execute(|| unhashed::put_raw(&place, &stored));
	let between = sum(&upgraded);
	assert!((1..u64::from(METERS)).contains(&between.old), "{between:?}");
	assert_eq!((between.values, between.hash), (before.values, before.hash));

	upgraded.next_code();
	upgraded.closed_blocks();
	assert!(!upgraded.is_closed());
	assert_eq!(upgraded.chain.look(FailedMigration::get), None);
	assert_eq!(sum(&upgraded).ensure_follows(&before), Ok(()));
}

/// Runs a migration to its end, with room for so many values in a step, and says how many steps it took.
fn run<M: SteppedMigration>(values: u64) -> Result<u32, SteppedMigrationError> {
	let mut place = None;
	for step in 1..=10_000 {
		let mut meter = WeightMeter::with_limit(rewriting_weight() * values);
		place = M::step(place, &mut meter)?;
		if place.is_none() {
			return Ok(step);
		}
	}
	panic!("it does not end");
}

#[test]
fn a_step_rewrites_what_it_has_room_for_and_a_value_once() {
	sp_io::TestExternalities::default().execute_with(|| {
		register(25);
		let before = Sum::of::<Schemes>().unwrap();
		// Two steps of ten, five, and the end.
		assert_eq!(run::<ToSchemes>(10), Ok(3));
		let after = Sum::of::<Schemes>().unwrap();
		assert_eq!(after.ensure_follows(&before), Ok(()));
		assert_eq!(run::<ToSchemes>(10), Ok(3));
		assert_eq!(Sum::of::<Schemes>(), Ok(after));
		let none = run::<ToSchemes>(0);
		assert!(matches!(none, Err(SteppedMigrationError::InsufficientWeight { .. })), "{none:?}");
	});
}

#[test]
fn a_sum_tells_what_a_migration_has_left_out_lost_or_changed() {
	sp_io::TestExternalities::default().execute_with(|| {
		register(3);
		let before = Sum::of::<Schemes>().unwrap();
		assert!(before.ensure_follows(&before).is_err(), "nothing has been rewritten");
		run::<ToSchemes>(10).unwrap();
		let follows = || Sum::of::<Schemes>().unwrap().ensure_follows(&before);
		assert_eq!(follows(), Ok(()));
		let place = Keys::<Runtime>::hashed_key_for(key(1));
		unhashed::put_raw(&place, &(2_u32, 0_u8).encode());
		assert!(follows().is_err(), "another device");
		unhashed::kill(&place);
		assert!(follows().is_err(), "a key is lost");
	});
}

/// Two layouts, of which nobody can tell which one a value has.
struct Confusable;

impl Layouts for Confusable {
	type Old = DeviceId;
	type New = [u8; 4];
	const NAME: [u8; 12] = *b"confusable--";
	const MAX_STEPS: u32 = 1;

	fn prefix() -> Vec<u8> {
		Keys::<Runtime>::final_prefix().to_vec()
	}

	fn rewritten(device: DeviceId) -> [u8; 4] {
		device.to_be_bytes()
	}
}

#[test]
fn layouts_that_cannot_be_told_apart_change_nothing() {
	sp_io::TestExternalities::default().execute_with(|| {
		register(1);
		assert_eq!(run::<Rewrite<Confusable>>(10), Err(SteppedMigrationError::Failed));
		assert_eq!(Keys::<Runtime>::get(key(0)), Some(0));
	});
}
