//! The split statement: two notes divide what one trade holds by a quantity that stays hidden.
//!
//! `docs/statements/split.md` gives the statement in mathematics. `meterproof-statements` has it as plain
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

pub use air::SplitAir;
pub use columns::{Columns, COLUMNS, WITNESS_WIDTH};
pub use constraints::{
	constraint_degrees, Constraints, CONSTRAINTS, NUM_ASSERTIONS, NUM_CONSTRAINTS,
};
pub use inputs::{BlockPins, PublicInputs};
pub use layout::{first_row, last_row, slots, Wires, BLOCK, LONG_TRACE, NUM_WIRES, SHORT_TRACE};
pub use options::{BLINDING_ROWS, MASKS, PARAMETERS, SHAPE};
pub use statement::{capacity, digest, trace_length};

pub use meterproof_statements::split::{
	encode, Share, Split, Statement, StatementError, Terms, MAX_AMOUNT, MAX_PERIOD, MAX_SPLITS,
};
