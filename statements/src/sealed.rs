//! What settles sealed trades: two statements, joined by commitments to quantities.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::{split, usage};

/// The public inputs of both proofs that settle groups sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
	feature = "serde",
	derive(Serialize, Deserialize),
	serde(bound(
		serialize = "AccountId: Clone + Serialize",
		deserialize = "AccountId: Deserialize<'de>"
	))
)]
pub struct SealedStatements<AccountId = [u8; 32]> {
	/// The usage statement, of the readings.
	pub usage: usage::Statement<AccountId>,
	/// The split statement, of the notes, in the order of the groups.
	pub split: split::Statement,
}
