//! All pallets' tests, one module for each: docs/decisions/0028.

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
mod book;
mod devices;
mod market;
mod metering;
mod payments;
mod settings;
mod settlement;
mod validators;
mod water;
