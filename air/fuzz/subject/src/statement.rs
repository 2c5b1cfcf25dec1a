//! A statement of any kind.

use crate::StockReject;
use alloc::vec::Vec;
use meterproof_programs::{
	split::{self, SplitAir},
	system::Parameters,
	transfer::{self, TransferAir, TRACE_LENGTH},
	usage::{self, UsageAir},
};
use meterproof_verifier::{verify_split, verify_transfer, verify_usage, Reject};
use winter_math::{fields::f64::BaseElement, ToElements};

/// What a proof is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
	/// Readings add up.
	Usage(usage::Statement),
	/// Notes pay notes.
	Transfer(transfer::Statement),
	/// Notes divide what trades hold.
	Split(split::Statement),
}

impl Statement {
	/// The statement's bytes, as the transcript binds them.
	pub fn encode(&self) -> Vec<u8> {
		match self {
			Self::Usage(statement) => usage::encode(statement),
			Self::Transfer(statement) => transfer::encode(statement),
			Self::Split(statement) => split::encode(statement),
		}
	}

	/// Rows of its trace, if it has one.
	pub fn rows(&self) -> Option<usize> {
		match self {
			Self::Usage(statement) => usage::trace_length(statement).ok(),
			Self::Transfer(_) => Some(TRACE_LENGTH),
			Self::Split(statement) => split::trace_length(statement).ok(),
		}
	}

	/// Of its proofs.
	pub fn parameters(&self) -> Parameters {
		match self {
			Self::Usage(_) => usage::PARAMETERS,
			Self::Transfer(_) => transfer::PARAMETERS,
			Self::Split(_) => split::PARAMETERS,
		}
	}

	/// What the transcript starts from, behind the header; `None` if no proof of it can exist.
	pub fn elements(&self) -> Option<Vec<BaseElement>> {
		Some(match self {
			Self::Usage(statement) => usage::PublicInputs::new(statement).ok()?.to_elements(),
			Self::Transfer(statement) => transfer::PublicInputs::new(statement).ok()?.to_elements(),
			Self::Split(statement) => split::PublicInputs::new(statement).ok()?.to_elements(),
		})
	}

	/// Our verifier.
	pub fn verify(&self, proof: &[u8]) -> Result<(), Reject> {
		match self {
			Self::Usage(statement) => verify_usage(statement, proof),
			Self::Transfer(statement) => verify_transfer(statement, proof),
			Self::Split(statement) => verify_split(statement, proof),
		}
	}

	/// The proof system alone: deserialised and verified with the pinned options.
	pub fn stock(&self, proof: &[u8]) -> Result<(), StockReject> {
		match self {
			Self::Usage(statement) => {
				let inputs = usage::PublicInputs::new(statement);
				crate::stock::stock::<UsageAir>(inputs.map_err(Reject::from), proof)
			},
			Self::Transfer(statement) => {
				let inputs = transfer::PublicInputs::new(statement);
				crate::stock::stock::<TransferAir>(inputs.map_err(Reject::from), proof)
			},
			Self::Split(statement) => {
				let inputs = split::PublicInputs::new(statement);
				crate::stock::stock::<SplitAir>(inputs.map_err(Reject::from), proof)
			},
		}
	}
}
