//! Trace generation and hiding STARK proofs for Meterproof's statements.
#![forbid(unsafe_code)]

mod engine;
mod random;
pub mod split;
mod system;
pub mod transfer;
pub mod usage;

pub use random::NoRandomness;
#[cfg(feature = "unhiding")]
pub use system::{determined_rows, secret_columns};
