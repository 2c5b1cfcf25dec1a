//! What `cargo xtask bench weights` measures: this chain's own pallets, and one of the SDK's as a
//! yardstick for the machine.

frame_benchmarking::define_benchmarks!(
	[pallet_balances, Balances]
	[pallet_book, Book]
	[pallet_devices, Devices]
	[pallet_metering, Metering]
	[pallet_market, Market]
	[pallet_payments, Payments]
	[pallet_settlement, Settlement]
	[pallet_validators, Validators]
	[pallet_water, Water]
);
