//! Hostile bytes in the place of a proof, for every statement.

mod hostile_cases;
mod support {
	pub mod split;
	pub mod transfer;
	pub mod usage;
}
