//! The transfer statement: two notes of a tree are spent, two are made, and nothing is made of
//! nothing.
//!
//! `docs/statements/transfer.md` gives the statement in mathematics. `meterproof-statements` has it as plain
//! data, with the checks on it; here is the circuit.

mod air;
mod columns;
mod constraints;
mod inputs;
mod layout;
mod options;
mod statement;
#[cfg(test)]
mod tests;

pub use air::TransferAir;
pub use columns::{Columns, COLUMNS, WITNESS_WIDTH};
pub use constraints::{
	constraint_degrees, Constraints, CONSTRAINTS, NUM_ASSERTIONS, NUM_CONSTRAINTS,
};
pub use inputs::PublicInputs;
pub use layout::{first_row, last_row, slots, Wires, HALF, TRACE_LENGTH};
pub use options::{BLINDING_ROWS, MASKS, PARAMETERS, SHAPE};
pub use statement::digest;

pub use meterproof_statements::transfer::{encode, Public, Statement, StatementError, NOTES};
