//! The arguments of the runtime's dry run, encoded as SCALE has them.

use anyhow::{bail, Result};
use meterproof_programs::transfer::{Public, Statement};

/// `(TransferStatement, Vec<u8>)`.
pub fn dry_run(statement: &Statement, proof: &[u8]) -> Result<Vec<u8>> {
	let mut out = Vec::with_capacity(proof.len() + 400);
	out.extend(statement.genesis);
	out.extend(statement.asset.to_le_bytes());
	out.extend(statement.root);
	out.extend(statement.nullifiers.as_flattened());
	out.extend(statement.outputs.as_flattened());
	out.extend(statement.ciphertexts);
	match statement.public {
		Public::Shield { from, amount } => {
			out.push(0);
			out.extend(from);
			out.extend(amount.to_le_bytes());
		},
		Public::Transfer { fee } => {
			out.push(1);
			out.extend(fee.to_le_bytes());
		},
		Public::Unshield { to, amount, fee } => {
			out.push(2);
			out.extend(to);
			out.extend(amount.to_le_bytes());
			out.extend(fee.to_le_bytes());
		},
	}
	// A compact length below 2^30, in four bytes from 2^14 on.
	match u32::try_from(proof.len()) {
		Ok(length @ 0x4000..0x4000_0000) => out.extend((length << 2 | 2).to_le_bytes()),
		_ => bail!("a proof of {} bytes", proof.len()),
	}
	out.extend(proof);
	Ok(out)
}
