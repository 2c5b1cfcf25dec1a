//! The split statement, read as it is written.

use super::{array, list};
use meterproof_programs::split::{Share, Split, Statement};

pub fn statement(bytes: &mut &[u8]) -> Option<Statement> {
	let _domain: [u8; 16] = array(bytes)?;
	let genesis = array(bytes)?;
	let period = u64::from_le_bytes(array(bytes)?);
	let asset = u32::from_le_bytes(array(bytes)?);
	let splits = list(bytes, split)?;
	Some(Statement { genesis, period, asset, splits })
}

fn split(bytes: &mut &[u8]) -> Option<Split> {
	Some(Split {
		trade: u64::from_le_bytes(array(bytes)?),
		quantity: u32::from_le_bytes(array(bytes)?),
		rate: u64::from_le_bytes(array(bytes)?),
		key_commitment: array(bytes)?,
		quantity_commitment: array(bytes)?,
		payout: share(bytes)?,
		refund: share(bytes)?,
		ciphertexts: array(bytes)?,
	})
}

fn share(bytes: &mut &[u8]) -> Option<Share> {
	Some(Share { owner: array(bytes)?, note: array(bytes)? })
}
