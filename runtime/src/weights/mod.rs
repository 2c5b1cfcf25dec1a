//! What the calls of this chain's own pallets weigh: `cargo xtask bench weights` writes the files.

pub mod pallet_book;
pub mod pallet_devices;
pub mod pallet_market;
pub mod pallet_metering;
pub mod pallet_payments;
pub mod pallet_settlement;
pub mod pallet_validators;
pub mod pallet_water;
