//! Hiding proofs of any statement.

mod hiding;
mod prover;
#[cfg(test)]
pub mod reference;
#[cfg(test)]
pub mod testing;
mod trace;

pub use hiding::cover_every_coordinate;
#[cfg(test)]
pub use hiding::hides;
#[cfg(any(test, feature = "unhiding"))]
pub use hiding::{determined_rows, secret_columns};
pub use prover::{prove_trace, Failure, ProvingPhase};
pub use trace::{erase, SecretTrace};

use meterproof_programs::system::ProofHash;
use winter_air::proof::{Context, Proof};

/// Security of proofs with this header in bits: what the crate's estimator proves in the
/// list-decoding regime, not a conjecture.
pub fn proven_bits(context: Context) -> u32 {
	let mut proof = Proof::new_dummy();
	proof.context = context;
	proof.proven_security::<ProofHash>().ldr_bits()
}
