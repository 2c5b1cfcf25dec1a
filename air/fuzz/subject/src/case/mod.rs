//! A case as bytes: the length of the statement (32 bits), the statement as the transcript binds
//! it, the proof.

mod split;
mod transfer;
mod usage;

use crate::Statement;
use alloc::vec::Vec;

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
	let statement = statement(encoded, usage::statement)
		.map(Statement::Usage)
		.filter(|statement| statement.encode() == encoded)
		.or_else(|| statement(encoded, transfer::statement).map(Statement::Transfer))
		.filter(|statement| statement.encode() == encoded)
		.or_else(|| statement(encoded, split::statement).map(Statement::Split))?;
	// Fields in the right places, and the right domain in front of them.
	(statement.encode() == encoded).then_some((statement, proof))
}

/// All of `bytes`.
fn statement<T>(mut bytes: &[u8], read: impl Fn(&mut &[u8]) -> Option<T>) -> Option<T> {
	read(&mut bytes).filter(|_| bytes.is_empty())
}

fn array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
	let (taken, rest) = bytes.split_first_chunk()?;
	*bytes = rest;
	Some(*taken)
}

fn list<T>(bytes: &mut &[u8], item: impl Fn(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
	let length = u64::from_le_bytes(array(bytes)?);
	(0..length).map(|_| item(bytes)).collect()
}
