//! Proving and verifying the split statement, end to end.

mod support {
	pub mod split;
}
mod split_cases;
