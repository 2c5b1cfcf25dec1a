//! The usage statement: for each group of devices, the readings behind its commitments add up to
//! at least, at most or exactly a public quantity.
//!
//! `docs/statements/usage.md` gives the statement in mathematics. `meterproof-statements` has it as plain
//! data, with the checks on it; here is the circuit.

mod air;
mod columns;
mod constraints;
mod inputs;
mod options;
mod statement;
#[cfg(test)]
mod tests;

pub use air::UsageAir;
pub use columns::{Columns, COLUMNS, WITNESS_WIDTH};
pub use constraints::{
	constraint_degrees, Constraints, CONSTRAINTS, NUM_ASSERTIONS, NUM_CONSTRAINTS,
};
pub use inputs::{PublicInputs, SlotPins};
pub use options::{
	context, options, BLINDING_ROWS, MASKS, MIN_TRACE_LENGTH, NUM_COMPOSITION_COLUMNS, NUM_QUERIES,
	PARAMETERS, SHAPE,
};
pub use statement::{capacity, digest, trace_length, ROWS_PER_SLOT};

pub use meterproof_statements::{
	usage::{
		encode, slot_count, Claim, Group, Slot, Statement, StatementError, MAX_GROUPS,
		MAX_QUANTITY, MAX_SLOTS,
	},
	Direction, Resource,
};

pub use crate::system::{Coin, ProofHash, Shape, Tree, EXTENSION_DEGREE};
