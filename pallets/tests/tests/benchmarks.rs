//! Every benchmark runs on the database that measures them, and checks what it did: with each of
//! its components at the least and at the most, the others at the most.

use frame::{
	benchmarking::prelude::*,
	deps::sp_core::storage::Storage,
	testing_prelude::{BlakeTwo256, BuildStorage},
};
use frame_benchmarking::{BenchmarkParameter, Benchmarking};
use pallet_tests::{
	initial_state, Book, Devices, Market, Metering, Payments, Settlement, Validators, Water,
	SCHEDULE,
};
use sc_client_db::BenchmarkingState;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_state_machine::{Ext, OverlayedChanges};

use crate::{book, devices, market, metering, payments, settlement, validators, water};

type Components = Vec<(BenchmarkParameter, u32)>;

fn corners(components: &[(BenchmarkParameter, u32, u32)]) -> Vec<Components> {
	let most: Components = components.iter().map(|(name, _, high)| (*name, *high)).collect();
	let with_least = |at: usize| {
		let mut corner = most.clone();
		corner[at].1 = components[at].1;
		corner
	};
	let mut corners = vec![most.clone()];
	corners.extend((0..components.len()).map(with_least));
	corners
}

fn run_all<P: Benchmarking>(genesis: Storage) {
	let state = BenchmarkingState::<BlakeTwo256>::new(genesis, None, false, false).unwrap();
	let mut failed = vec![];
	for benchmark in P::benchmarks(true) {
		for components in corners(&benchmark.components) {
			let mut extensions = sp_externalities::Extensions::new();
			extensions.register(KeystoreExt::new(MemoryKeystore::new()));
			let mut overlay = OverlayedChanges::default();
			let mut ext = Ext::new(&mut overlay, &state, Some(&mut extensions));
			let result = sp_externalities::set_and_run_with_externalities(&mut ext, || {
				P::run_benchmark(&benchmark.name, &components, &[], true, 1)
			});
			if let Err(BenchmarkError::Stop(error)) = result {
				let name = String::from_utf8_lossy(&benchmark.name);
				failed.push(format!("{name}{components:?}: {error}"));
			}
		}
	}
	assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn of_devices_do_what_they_measure() {
	devices::chain::set();
	run_all::<Devices>(initial_state([], SCHEDULE, 0));
}

#[test]
fn of_metering_do_what_they_measure() {
	metering::chain::set();
	run_all::<Metering>(initial_state([], SCHEDULE, 0));
}

#[test]
fn of_the_market_do_what_they_measure() {
	market::chain::set();
	run_all::<Market>(initial_state([], SCHEDULE, 0));
}

#[test]
fn of_books_do_what_they_measure() {
	book::chain::set();
	run_all::<Book>(initial_state([], SCHEDULE, 0));
}

#[test]
fn of_settlement_do_what_they_measure() {
	settlement::chain::set();
	run_all::<Settlement>(initial_state([], SCHEDULE, settlement::chain::IMBALANCE_PRICE));
}

#[test]
fn of_payments_do_what_they_measure() {
	payments::chain::set();
	run_all::<Payments>(initial_state([], SCHEDULE, 0));
}

#[test]
fn of_validators_do_what_they_measure() {
	validators::chain::set();
	run_all::<Validators>(initial_state([], SCHEDULE, 0));
}

#[test]
fn of_water_do_what_they_measure() {
	water::chain::set();
	run_all::<Water>(initial_state([], SCHEDULE, 0));
}
