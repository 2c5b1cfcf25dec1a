//! The hash that binds a statement.

use crate::system::ProofHash;
use meterproof_statements::{
	transfer::{encode, Statement},
	Account,
};
use winter_crypto::{Digest, Hasher};

/// The hash that the transcript starts from: it binds every field of the statement.
pub fn digest<AccountId: Account>(statement: &Statement<AccountId>) -> [u8; 32] {
	ProofHash::hash(&encode(statement)).as_bytes()
}
