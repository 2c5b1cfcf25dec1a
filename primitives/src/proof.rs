//! What a usage proof says, and who checks it.

pub use meterproof_statements::usage::{
	Claim, Group as GroupStatement, Slot, Statement as UsageStatement,
};

/// Checks usage proofs; implemented by the runtime with `meterproof_verifier`.
pub trait VerifyUsage<AccountId> {
	/// Whether `proof` proves `statement`. Never panics, whatever the bytes.
	fn verify(statement: &UsageStatement<AccountId>, proof: &[u8]) -> bool;
}
