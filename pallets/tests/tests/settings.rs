//! What the suites set fits together.

use frame::{testing_prelude::*, traits::IntegrityTest};
use pallet_tests::{ensure_invariants, AllPalletsWithSystem, RuntimeGenesisConfig};

use crate::{book, devices, market, metering, payments, settlement, water};

/// Whether the pallets take the settings, and a new chain keeps their invariants.
fn hold(set: fn(), new: fn() -> TestState) {
	set();
	TestState::default().execute_with(AllPalletsWithSystem::integrity_test);
	new().execute_with(ensure_invariants);
}

#[test]
fn of_devices_hold() {
	hold(devices::chain::set, devices::chain::new_test_ext);
}

#[test]
fn of_metering_hold() {
	hold(metering::chain::set, metering::chain::new_test_ext);
}

#[test]
fn of_the_market_hold() {
	hold(market::chain::set, || market::chain::ExtBuilder::default().build());
}

#[test]
fn of_books_hold() {
	hold(book::chain::set, book::chain::build);
}

#[test]
fn of_settlement_hold() {
	hold(settlement::chain::set, settlement::chain::build);
}

#[test]
fn of_payments_hold() {
	hold(payments::chain::set, payments::chain::build);
}

#[test]
fn of_water_hold() {
	hold(water::chain::set, water::chain::build);
}

#[test]
fn that_nobody_sets_make_a_chain() {
	pallet_tests::settings::reset();
	TestState::default().execute_with(AllPalletsWithSystem::integrity_test);
	let mut chain: TestState = RuntimeGenesisConfig::default().build_storage().unwrap().into();
	chain.execute_with(ensure_invariants);
}
