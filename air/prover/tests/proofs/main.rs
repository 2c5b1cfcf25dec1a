//! Proving and verifying by the prover as it is shipped: a program that uses it.

#[path = "../support/mod.rs"]
mod support;

#[path = "cases.rs"]
mod proofs;
