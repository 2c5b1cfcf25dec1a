//! Hostile proofs and statements against the verifier, and the record of what it did.
//!
//! [`generate`] makes case number `i` of a seed: from valid proofs ([`base`]) and from ones that a
//! dishonest prover made ([`forge`]), changed by [`mutate`]. [`engine`] runs a case natively or in
//! Wasm. [`campaign`] runs many and holds each against the bounds. [`corpus`] has a case for each
//! way in which the proof system fails without our checks. `docs/fuzzing.md` gives the figures.

pub mod anatomy;
pub mod base;
pub mod campaign;
pub mod corpus;
pub mod engine;
pub mod forge;
pub mod generate;
pub mod memory;
pub mod mutate;
pub mod random;
pub mod report;
pub mod sizes;
