//! The proof system as a careful user would call it, without our checks.

use alloc::vec;
use core::fmt;
use meterproof_programs::system::{Circuit, Coin, ProofHash, Tree};
use meterproof_verifier::Reject;
use winter_air::proof::Proof;
use winter_verifier::{AcceptableOptions, DeserializationError, VerifierError};

/// Why the proof system refuses.
#[derive(Debug)]
pub enum StockReject {
	/// The statement is one of which no proof can exist.
	Statement(Reject),
	/// The bytes are no proof.
	Bytes(DeserializationError),
	/// The proof proves something else or nothing.
	Verifier(VerifierError),
}

impl fmt::Display for StockReject {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Statement(error) => write!(f, "{error}"),
			Self::Bytes(error) => write!(f, "{error}"),
			Self::Verifier(error) => write!(f, "{error}"),
		}
	}
}

/// The proof system alone on a proof: deserialised and verified with the pinned options.
pub fn stock<C: Circuit>(
	inputs: Result<C::PublicInputs, Reject>,
	proof: &[u8],
) -> Result<(), StockReject> {
	let inputs = inputs.map_err(StockReject::Statement)?;
	let proof = Proof::from_bytes(proof).map_err(StockReject::Bytes)?;
	winter_verifier::verify::<C, ProofHash, Coin, Tree>(
		proof,
		inputs,
		&AcceptableOptions::OptionSet(vec![C::PARAMETERS.options()]),
	)
	.map_err(StockReject::Verifier)
}
