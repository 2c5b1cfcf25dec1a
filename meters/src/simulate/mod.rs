//! Telegrams of meters that are not there, for tests and for trying things out.

pub mod broker;
pub mod dsmr;
pub mod mqtt;
