//! A migration of several blocks that fails closes the exchange and leaves the chain to governance, which
//! repairs it by another upgrade. Blocks are made by `Executive`, as on a chain.

use codec::Encode;
use frame_support::{
	migrations::{MultiStepMigrator, SteppedMigration, SteppedMigrations},
	traits::{fungible::Inspect, Contains},
	weights::{Weight, WeightMeter},
};
use pallet_metering::{Closure, Marks};
use pallet_migrations::mock_helpers::{mocked_id, MockedMigrationKind, MockedMigrations};
use sp_runtime::{traits::Hash, ApplyExtrinsicResult};

use super::*;
use crate::{
	configs::{awaits_repair, FailedMigration, OpenInSafeMode},
	migrations::{MultiBlockMigrations as OwnMigrations, ReadThrough},
};

use MockedMigrationKind::{FailAfter, SucceedAfter, TimeoutAfter};

/// A chain whose blocks `Executive` makes, after the first one.
pub struct Upgraded {
	pub chain: Chain,
}

impl Upgraded {
	pub fn begin() -> Self {
		let mut chain = Chain::development(850_000_000);
		assert_eq!(chain.dispatch_block(vec![]), Some(vec![]));
		Self { chain }
	}

	/// The code of the next block is another one, with these migrations.
	fn upgrade(&mut self, migrations: &[(MockedMigrationKind, u32)]) {
		self.chain.execute(|| MockedMigrations::set(migrations.to_vec()));
		self.next_code();
	}

	/// The code of the next block is another one.
	pub fn next_code(&mut self) {
		self.chain.execute(|| {
			let older = RuntimeVersion { spec_version: VERSION.spec_version - 1, ..VERSION };
			frame_system::LastRuntimeUpgrade::<Runtime>::put(
				frame_system::LastRuntimeUpgradeInfo::from(older),
			);
		});
	}

	/// Makes blocks until one takes transactions, and says how many took none.
	pub fn closed_blocks(&mut self) -> u32 {
		(0..100)
			.find(|_| self.chain.dispatch_block(vec![]).is_some())
			.expect("the migration ends, or fails")
	}

	/// A block with calls, each of which succeeds and pays its fee.
	fn block(&mut self, calls: Vec<(Sr25519Keyring, RuntimeCall)>) {
		let payers: Vec<_> = calls.iter().map(|(who, _)| *who).collect();
		let total = |who: &Sr25519Keyring| Balances::total_balance(&who.to_account_id());
		let before: Vec<Balance> = self.chain.look(|| payers.iter().map(total).collect());
		let results = self.chain.dispatch_block(calls).expect("the block takes transactions");
		assert!(results.iter().all(|result| *result == Ok(Ok(()))), "{results:?}");
		let after: Vec<Balance> = self.chain.look(|| payers.iter().map(total).collect());
		// The one author is Alice, who gets what the others pay.
		for ((who, before), after) in payers.iter().zip(before).zip(after) {
			assert!(after < before || *who == MEMBER, "{who:?} has paid nothing");
		}
	}

	fn try_call(
		&mut self,
		who: Sr25519Keyring,
		call: impl Into<RuntimeCall>,
	) -> ApplyExtrinsicResult {
		let results = self.chain.dispatch_block(vec![(who, call.into())]);
		results.expect("the block takes transactions").remove(0)
	}

	/// The collective puts a call on the whitelist, and a referendum has it dispatched.
	fn decide(&mut self, call: RuntimeCall) {
		let call_hash = <Runtime as frame_system::Config>::Hashing::hash_of(&call);
		let whitelist = pallet_whitelist::Call::whitelist_call { call_hash };
		self.block(vec![(MEMBER, motion(whitelist).into())]);
		let dispatch = pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage {
			call: Box::new(call),
		};
		let dispatch = RuntimeCall::from(dispatch);
		let index = self.chain.look(pallet_referenda::ReferendumCount::<Runtime>::get);
		let proposal = Bounded::Inline(dispatch.encode().try_into().expect("it is short"));
		let submit = pallet_referenda::Call::submit {
			proposal_origin: Box::new(granted(Origin::WhitelistedCaller)),
			proposal,
			enactment_moment: frame_support::traits::schedule::DispatchTime::After(0),
		};
		let deposit = pallet_referenda::Call::place_decision_deposit { index };
		self.block(vec![(PROPOSER, submit.into())]);
		self.block(vec![(PROPOSER, deposit.into())]);
		let vote = AccountVote::Standard {
			vote: Vote { aye: true, conviction: Conviction::Locked1x },
			balance: 900_000 * UNIT,
		};
		let vote = pallet_conviction_voting::Call::vote { poll_index: index, vote };
		let voters = Sr25519Keyring::well_known().skip(3);
		self.block(voters.map(|who| (who, vote.clone().into())).collect());
		for _ in 0..6 {
			self.block(vec![]);
		}
	}

	pub fn is_closed(&self) -> bool {
		self.chain.look(|| SafeMode::is_entered() && awaits_repair())
	}

	fn closures(&self) -> Vec<Closure> {
		self.chain.look(|| Marks::<Runtime>::get().closures.over().to_vec())
	}

	fn now(&self) -> u64 {
		self.chain.look(pallet_timestamp::Now::<Runtime>::get)
	}
}

/// Calls of the exchange that safe mode leaves open otherwise.
fn of_the_exchange() -> [RuntimeCall; 6] {
	let group = meterproof_primitives::GroupId {
		operator: MEMBER.to_account_id(),
		zone: 7,
		resource: meterproof_primitives::Resource::Electricity,
		direction: meterproof_primitives::Direction::Export,
	};
	[
		pallet_market::Call::claim { period: 1, trade: 7 }.into(),
		pallet_book::Call::cancel { order: 7, first: 1, last: 1 }.into(),
		pallet_water::Call::withdraw { zone: 7 }.into(),
		pallet_devices::Call::resume { device: 7, key: [1; 32] }.into(),
		pallet_metering::Call::sweep { period: 1, group: group.clone(), pages: 1 }.into(),
		pallet_settlement::Call::expire { period: 1, group }.into(),
	]
}

/// What becomes of a chain on which a migration has not come to its end.
fn is_closed_and_repaired(migration: MockedMigrationKind, steps: u32, blocks: u32) {
	let filtered = DispatchError::from(frame_system::Error::<Runtime>::CallFiltered);
	let mut upgraded = Upgraded::begin();
	let began = upgraded.now();
	upgraded.upgrade(&[(SucceedAfter, 1), (migration, steps)]);
	assert_eq!(upgraded.closed_blocks(), blocks);
	assert!(upgraded.is_closed());
	let name = mocked_id(migration, steps);
	assert_eq!(upgraded.chain.look(FailedMigration::get), Some(name));
	assert!(!upgraded.chain.look(MultiBlockMigrations::ongoing));

	for call in of_the_exchange() {
		assert!(!upgraded.chain.look(|| OpenInSafeMode::contains(&call)));
		assert_eq!(upgraded.try_call(Sr25519Keyring::Eve, call), Ok(Err(filtered)));
	}
	// A hundred blocks later it is the same: this safe mode has no end.
	for _ in 0..100 {
		upgraded.block(vec![]);
	}
	assert!(upgraded.is_closed());

	// Governance goes on, and pays for itself.
	let code_hash = <Runtime as frame_system::Config>::Hashing::hash(b"the repaired code");
	upgraded.decide(frame_system::Call::authorize_upgrade { code_hash }.into());
	let authorized = upgraded.chain.look(System::authorized_upgrade).expect("it was decided");
	assert_eq!(*authorized.code_hash(), code_hash);
	let apply = frame_system::Call::apply_authorized_upgrade { code: vec![1] };
	// Looked at, and found to be another code.
	let other = DispatchError::from(frame_system::Error::<Runtime>::Unauthorized);
	assert_eq!(upgraded.try_call(Sr25519Keyring::Eve, apply), Ok(Err(other)));

	// The names of these migrations say how they end: the repaired one is known by its own.
	upgraded.chain.execute(|| FailedMigration::put(mocked_id(SucceedAfter, 3)));
	upgraded.upgrade(&[(SucceedAfter, 1), (SucceedAfter, 3)]);
	// What was done before is not done again: four steps, and the end in the block of the last.
	assert_eq!(upgraded.closed_blocks(), 4);
	assert!(!upgraded.chain.look(SafeMode::is_entered));
	assert_eq!(upgraded.chain.look(FailedMigration::get), None);
	for call in of_the_exchange() {
		let made = upgraded.try_call(Sr25519Keyring::Eve, call);
		assert!(matches!(made, Ok(Err(error)) if error != filtered), "{made:?}");
	}
	// All of it was closed time, and one stretch. Six blocks have been open since.
	let reopened = upgraded.now() - 6 * SLOT_DURATION;
	assert_eq!(upgraded.closures(), [Closure { from: began, to: reopened }]);
}

#[test]
fn a_migration_that_fails_in_the_middle_is_repaired_by_governance() {
	// Two steps of the first migration; the other begins in the block of the last of them.
	is_closed_and_repaired(FailAfter, 2, 4);
}

#[test]
fn a_migration_that_never_ends_is_ended_by_its_limit() {
	is_closed_and_repaired(TimeoutAfter, 5, 8);
}

#[test]
fn an_upgrade_without_the_migration_that_failed_leaves_the_exchange_closed() {
	let mut upgraded = Upgraded::begin();
	upgraded.upgrade(&[(FailAfter, 1)]);
	upgraded.closed_blocks();
	upgraded.upgrade(&[(SucceedAfter, 2)]);
	upgraded.closed_blocks();
	assert!(upgraded.is_closed());
	// The collective opens it, when it has looked.
	upgraded.block(vec![(MEMBER, motion(pallet_safe_mode::Call::force_exit {}).into())]);
	assert!(!upgraded.chain.look(|| SafeMode::is_entered() || awaits_repair()));
}

#[test]
fn a_failure_in_safe_mode_closes_what_safe_mode_leaves_open() {
	let mut upgraded = Upgraded::begin();
	upgraded.block(vec![(MEMBER, motion(pallet_safe_mode::Call::force_enter {}).into())]);
	let [claim, ..] = of_the_exchange();
	assert!(upgraded.chain.look(|| OpenInSafeMode::contains(&claim)));
	upgraded.upgrade(&[(FailAfter, 1)]);
	upgraded.closed_blocks();
	assert!(upgraded.is_closed());
	assert!(!upgraded.chain.look(|| OpenInSafeMode::contains(&claim)));
}

#[test]
fn safe_mode_alone_takes_no_time_of_a_window() {
	let mut upgraded = Upgraded::begin();
	upgraded.block(vec![(MEMBER, motion(pallet_safe_mode::Call::force_enter {}).into())]);
	for _ in 0..5 {
		upgraded.block(vec![]);
	}
	assert_eq!(upgraded.closures(), []);
}

#[test]
fn each_migration_of_this_runtime_has_a_limit() {
	assert!(OwnMigrations::len() > 0);
	for index in 0..OwnMigrations::len() {
		let limit = OwnMigrations::nth_max_steps(index).flatten();
		assert!(limit.is_some_and(|steps| steps > 0), "migration {index} may run for ever");
	}
}

/// How many steps the reading takes, if it comes to its end.
fn read_through(meter: impl Fn() -> WeightMeter) -> Option<u32> {
	let mut place = None;
	for step in 1..=ReadThrough::max_steps().expect("there is a limit") {
		place = match ReadThrough::step(place, &mut meter()) {
			Ok(Some(place)) => Some(place),
			Ok(None) => return Some(step),
			Err(_) => return None,
		};
	}
	panic!("it does not end");
}

#[test]
fn what_is_stored_is_read_through_and_what_cannot_be_read_fails() {
	let mut ext = sp_io::TestExternalities::default();
	ext.execute_with(|| {
		for device in 0..50 {
			pallet_devices::Keys::<Runtime>::insert([device; 32], u32::from(device));
		}
		// A pallet in a step, and the end.
		assert_eq!(read_through(WeightMeter::new), Some(7));
		// As much in a step as there is room for: here for ten looks.
		let ten = || WeightMeter::with_limit(crate::migrations::value_weight() * 10);
		let steps = read_through(ten).expect("all can be read");
		assert!((8..=15).contains(&steps), "{steps}");
		// Room for none at all.
		let short = || WeightMeter::with_limit(Weight::from_parts(1, 0));
		assert_eq!(read_through(short), None);

		let key = pallet_devices::Keys::<Runtime>::hashed_key_for([7; 32]);
		for wrong in [&[1, 2, 3][..], &[1, 2, 3, 4, 5], &[]] {
			sp_io::storage::set(&key, wrong);
			assert_eq!(read_through(WeightMeter::new), None, "{wrong:?} is no device");
		}
	});
}

#[test]
fn an_upgrade_is_not_closed_for_longer_than_a_minute_by_reading() {
	let mut ext = sp_io::TestExternalities::default();
	ext.execute_with(|| {
		for n in 0..200u8 {
			pallet_devices::Keys::<Runtime>::insert([n; 32], u32::from(n));
		}
		let two = || WeightMeter::with_limit(crate::migrations::value_weight() * 2);
		assert_eq!(read_through(two), Some(31));
	});
}
