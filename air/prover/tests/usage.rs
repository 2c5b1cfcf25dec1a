//! Proving and verifying the usage statement, end to end.

mod support {
	pub mod usage;
}
mod usage_cases;
