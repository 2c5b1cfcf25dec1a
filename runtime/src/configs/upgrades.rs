//! Upgrades that take several blocks, and what the chain does when one fails.

use frame_support::{
	migrations::{
		FailedMigrationHandler, FailedMigrationHandling, MigrationStatusHandler, MultiStepMigrator,
		SteppedMigrations,
	},
	parameter_types,
	traits::{ConstU32, Get},
	weights::Weight,
	BoundedVec,
};

use super::RuntimeBlockWeights;
use crate::*;

/// Longest name of a migration, in bytes.
type IdentifierMaxLen = ConstU32<256>;

parameter_types! {
	pub MigrationsMaxServiceWeight: Weight = RuntimeBlockWeights::get().max_block.saturating_div(2);
}

impl pallet_migrations::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	#[cfg(not(any(test, feature = "runtime-benchmarks")))]
	type Migrations = crate::migrations::MultiBlockMigrations;
	// Benchmarks and tests say themselves what a migration does; tests have a real one besides.
	#[cfg(feature = "runtime-benchmarks")]
	type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
	#[cfg(all(test, not(feature = "runtime-benchmarks")))]
	type Migrations = crate::tests::Tried;
	type CursorMaxLen = ConstU32<65_536>;
	type IdentifierMaxLen = IdentifierMaxLen;
	type MigrationStatusHandler = OpenAfterRepair;
	type FailedMigrationHandler = CloseOnFailedMigration;
	type MaxServiceWeight = MigrationsMaxServiceWeight;
	type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}

/// The end of a safe mode that has none. Those who may enter or extend safe mode do so by hours; only a
/// failed migration closes the exchange without an end.
const WITHOUT_END: BlockNumber = BlockNumber::MAX;

/// The name of the migration that failed, until it is done.
#[frame_support::storage_alias]
pub type FailedMigration = StorageValue<Upgrades, BoundedVec<u8, IdentifierMaxLen>>;

/// Whether a migration has failed and the exchange has not been opened since: what storage holds need
/// not be what the code expects.
pub fn awaits_repair() -> bool {
	pallet_safe_mode::EnteredUntil::<Runtime>::get() == Some(WITHOUT_END)
}

/// What a migration that fails, or does not end in time, leaves behind: safe mode without an end, in which
/// the exchange is closed altogether, since its calls would work on what is half migrated; and blocks
/// that take transactions, so that a new upgrade can be decided.
pub struct CloseOnFailedMigration;

impl FailedMigrationHandler for CloseOnFailedMigration {
	fn failed(migration: Option<u32>) -> FailedMigrationHandling {
		type Migrations = <Runtime as pallet_migrations::Config>::Migrations;
		let name = migration.and_then(Migrations::nth_id).map(BoundedVec::truncate_from);
		FailedMigration::set(name);
		let closed = if SafeMode::is_entered() {
			<SafeMode as frame_support::traits::SafeMode>::extend(WITHOUT_END)
		} else {
			<SafeMode as frame_support::traits::SafeMode>::enter(WITHOUT_END)
		};
		match closed {
			Ok(()) => FailedMigrationHandling::ForceUnstuck,
			// Not reached: what is not entered can be entered, and the other way round.
			Err(_) => FailedMigrationHandling::KeepStuck,
		}
	}
}

/// Opens the exchange again when the migration that failed has been done by a later upgrade, which keeps
/// its name. Whatever else puts things right, governance opens it: `safeMode.forceExit`.
pub struct OpenAfterRepair;

impl MigrationStatusHandler for OpenAfterRepair {
	fn completed() {
		let done = FailedMigration::get()
			.is_some_and(pallet_migrations::Historic::<Runtime>::contains_key);
		if done {
			FailedMigration::kill();
		}
		if done && awaits_repair() {
			// This cannot fail: safe mode is entered.
			let _ = <SafeMode as frame_support::traits::SafeMode>::exit();
		}
	}
}

/// Whether meters and provers are shut out of the block at hand: it takes nothing but inherents, or the
/// exchange waits for the repair of what a migration left.
pub struct ExchangeClosed;

impl Get<bool> for ExchangeClosed {
	fn get() -> bool {
		MultiBlockMigrations::ongoing() || awaits_repair()
	}
}
