//! Proving and verifying the transfer statement, end to end.

mod support {
	pub mod transfer;
}
mod transfer_cases;
