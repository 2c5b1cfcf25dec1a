//! Migrations to run on the next upgrade. None yet: no chain runs an older version.

/// Migrations that fit into one block.
pub type SingleBlockMigrations = ();
