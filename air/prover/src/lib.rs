//! Trace generation and hiding STARK proofs for Meterproof's statements.
#![forbid(unsafe_code)]

mod random;
pub mod usage;
