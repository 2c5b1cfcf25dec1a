//! Migrations to run on the next upgrade. No chain runs an older layout yet: what runs is the reading of
//! all that is stored. [`Rewrite`] is for the first layout that changes.
//!
//! What a migration must keep to stands in docs/operations.md.

mod reading;
mod rewriting;

pub use reading::{value_weight, ReadThrough};
#[cfg(any(test, feature = "try-runtime"))]
pub use rewriting::Sum;
pub use rewriting::{rewriting_weight, Layouts, Rewrite};

/// Migrations that fit into one block.
pub type SingleBlockMigrations = ();

/// Migrations that take several blocks, in their order. Each has a limit to its steps.
pub type MultiBlockMigrations = (ReadThrough,);
