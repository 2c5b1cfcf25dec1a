//! Verifying any statement.

use crate::{walk::walk, Reject, MAX_PROOF_BYTES};
use alloc::vec;
use meterproof_programs::system::{Circuit, Coin, ProofHash, Tree};
use winter_air::proof::Proof;
use winter_math::ToElements;
use winter_utils::Serializable;
use winter_verifier::AcceptableOptions;

/// Whether `proof` proves over `rows` rows what `inputs` gives, which is called once the header is
/// right.
///
/// In this order: the length is bounded; the header is, byte for byte, the one of this statement
/// under the pinned parameters; the statement is one that can be proved; every count, length and
/// depth in the rest is the one this statement and the transcript imply, and the proof of work is
/// there; the remainder is the one committed to; the proof system accepts. Nothing is hashed before
/// the header is right.
pub fn verify<C: Circuit>(
	proof: &[u8],
	rows: usize,
	inputs: impl FnOnce() -> Result<C::PublicInputs, Reject>,
) -> Result<(), Reject> {
	if proof.len() > MAX_PROOF_BYTES {
		return Err(Reject::TooLong);
	}
	let parameters = C::PARAMETERS;
	let context = parameters.context(rows);
	let rest = proof.strip_prefix(context.to_bytes().as_slice()).ok_or(Reject::Header)?;
	let inputs = inputs()?;

	let mut seed = context.to_elements();
	seed.append(&mut inputs.to_elements());
	walk(rest, &parameters, rows, &seed)?;

	let proof = Proof::from_bytes(proof).map_err(|_| Reject::NotProved)?;
	winter_verifier::verify::<C, ProofHash, Coin, Tree>(
		proof,
		inputs,
		&AcceptableOptions::OptionSet(vec![parameters.options()]),
	)
	.map_err(|_| Reject::NotProved)
}

#[cfg(test)]
mod tests {
	use crate::{verify_split, verify_usage, Reject, MAX_PROOF_BYTES};
	use alloc::vec;
	use meterproof_programs::{
		split,
		usage::{Claim, Direction, Group, Resource, Slot, Statement, StatementError, MAX_SLOTS},
	};

	/// A proof that is too long is refused before the statement is looked at.
	#[test]
	fn the_length_comes_before_the_statement() {
		let proof = vec![0; MAX_PROOF_BYTES + 1];
		let group = Group {
			operator: [0; 32],
			zone: 0,
			direction: Direction::Export,
			claim: Claim::AtLeast(0),
			slots: vec![Slot { device: 0, commitment: [0; 32] }; MAX_SLOTS],
			slack_commitment: [0; 32],
		};
		let statement =
			Statement { genesis: [0; 32], period: 0, resource: Resource::Gas, groups: vec![group] };
		assert_eq!(verify_usage(&statement, &proof), Err(Reject::TooLong));
		let refused = Err(Reject::Statement(StatementError::TooManySlots));
		assert_eq!(verify_usage(&statement, &proof[1..]), refused);

		let statement = split::Statement { genesis: [0; 32], period: 0, asset: 0, splits: vec![] };
		assert_eq!(verify_split(&statement, &proof), Err(Reject::TooLong));
		let refused = Err(Reject::Split(split::StatementError::NoSplits));
		assert_eq!(verify_split(&statement, &proof[1..]), refused);
	}
}
