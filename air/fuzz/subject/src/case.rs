//! A case as bytes: the length of the statement (32 bits), the statement as the transcript binds
//! it, the proof.

use alloc::vec::Vec;
use meterproof_programs::usage::{self, Claim, Group, Slot, Statement};

/// A case as bytes.
pub fn encode(statement: &Statement, proof: &[u8]) -> Vec<u8> {
	let statement = usage::encode(statement);
	let mut bytes = Vec::with_capacity(statement.len() + proof.len() + 4);
	bytes.extend_from_slice(&(statement.len() as u32).to_le_bytes());
	bytes.extend_from_slice(&statement);
	bytes.extend_from_slice(proof);
	bytes
}

/// The case in `bytes`; any statement that Rust can express, however senseless.
pub fn decode(bytes: &[u8]) -> Option<(Statement, &[u8])> {
	let (length, rest) = bytes.split_first_chunk()?;
	let (mut encoded, proof) =
		rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
	let statement = statement(&mut encoded)?;
	// Fields in the right places, and the right domain in front of them.
	(encoded.is_empty() && usage::encode(&statement) == rest.get(..rest.len() - proof.len())?)
		.then_some((statement, proof))
}

fn statement(bytes: &mut &[u8]) -> Option<Statement> {
	let _domain: [u8; 16] = array(bytes)?;
	let genesis = array(bytes)?;
	let period = u64::from_le_bytes(array(bytes)?);
	let [resource] = array(bytes)?;
	let groups = list(bytes, group)?;
	Some(Statement { genesis, period, resource, groups })
}

fn group(bytes: &mut &[u8]) -> Option<Group> {
	let operator = array(bytes)?;
	let zone = u32::from_le_bytes(array(bytes)?);
	let [direction, kind] = array(bytes)?;
	let quantity = u64::from_le_bytes(array(bytes)?);
	let claim = match kind {
		1 => Claim::AtLeast(quantity),
		2 => Claim::AtMost(quantity),
		3 => Claim::Exactly(quantity),
		_ => return None,
	};
	let slots = list(bytes, |bytes| {
		Some(Slot { device: u32::from_le_bytes(array(bytes)?), commitment: array(bytes)? })
	})?;
	let slack_commitment = array(bytes)?;
	Some(Group { operator, zone, direction, claim, slots, slack_commitment })
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
