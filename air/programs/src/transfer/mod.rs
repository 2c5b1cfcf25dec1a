//! The transfer statement: two notes of a tree are spent, two are made, and nothing is made of
//! nothing.
//!
//! `docs/statements.md` gives the statement in mathematics. This module holds the plain data and
//! the checks on it; the submodules hold the circuit.

mod statement;

pub use statement::{digest, encode, Public, Statement, StatementError, NOTES};
