//! The transfer statement, read as it is written.

use super::array;
use meterproof_programs::transfer::{Public, Statement};

pub fn statement(bytes: &mut &[u8]) -> Option<Statement> {
	let _domain: [u8; 16] = array(bytes)?;
	let genesis = array(bytes)?;
	let asset = u32::from_le_bytes(array(bytes)?);
	let root = array(bytes)?;
	let nullifiers = [array(bytes)?, array(bytes)?];
	let outputs = [array(bytes)?, array(bytes)?];
	let ciphertexts = array(bytes)?;
	let [kind] = array(bytes)?;
	let account = array(bytes)?;
	let amount = u64::from_le_bytes(array(bytes)?);
	let fee = u64::from_le_bytes(array(bytes)?);
	let public = match kind {
		1 => Public::Shield { from: account, amount },
		2 => Public::Transfer { fee },
		3 => Public::Unshield { to: account, amount, fee },
		_ => return None,
	};
	Some(Statement { genesis, asset, root, nullifiers, outputs, ciphertexts, public })
}
