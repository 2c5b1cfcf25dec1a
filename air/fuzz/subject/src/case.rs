//! A case as bytes: the length of the statement (32 bits), the statement as the transcript binds
//! it, the proof.

use crate::Statement;
use alloc::vec::Vec;
use meterproof_statements::{split, transfer, usage};

/// A case as bytes.
pub fn encode(statement: &Statement, proof: &[u8]) -> Vec<u8> {
	let statement = statement.encode();
	let mut bytes = Vec::with_capacity(statement.len() + proof.len() + 4);
	bytes.extend_from_slice(&(statement.len() as u32).to_le_bytes());
	bytes.extend_from_slice(&statement);
	bytes.extend_from_slice(proof);
	bytes
}

/// The case in `bytes`; any statement that Rust can express, however senseless.
pub fn decode(bytes: &[u8]) -> Option<(Statement, &[u8])> {
	let (length, rest) = bytes.split_first_chunk()?;
	let (encoded, proof) =
		rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
	let statement = usage::decode(encoded)
		.map(Statement::Usage)
		.or_else(|| transfer::decode(encoded).map(Statement::Transfer))
		.or_else(|| split::decode(encoded).map(Statement::Split))?;
	Some((statement, proof))
}
