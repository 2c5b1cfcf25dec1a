//! Headers and statements from someone who wants the verifier to panic, to work, or to accept.

use super::HONEST;
use meterproof_programs::{
	transfer::{Public, Statement, StatementError, PARAMETERS, TRACE_LENGTH},
	usage,
};
use meterproof_verifier::{verify_transfer, Reject};
use winter_utils::Serializable;

#[test]
fn the_header_of_another_trace_length_or_statement() {
	let (statement, proof) = &HONEST[1];
	let length = PARAMETERS.context(TRACE_LENGTH).to_bytes().len();
	let others = [8, 512, 2048, 1 << 17].map(|rows| PARAMETERS.context(rows));
	for header in others.into_iter().chain([usage::context(1024)]) {
		let mut proof = proof.clone();
		proof.splice(..length, header.to_bytes());
		assert_eq!(verify_transfer(statement, &proof), Err(Reject::Header));
	}
}

#[test]
fn statements_without_proofs() {
	let refused = |change: &dyn Fn(&mut Statement), error| {
		for (honest, proof) in HONEST.iter() {
			let mut statement = honest.clone();
			change(&mut statement);
			let result = verify_transfer(&statement, proof);
			assert_eq!(result, Err(Reject::Transfer(error)));
			// A bad header is found first: it costs less.
			assert_eq!(verify_transfer(&statement, b"junk"), Err(Reject::Header));
		}
	};
	refused(&|s| s.nullifiers[1] = s.nullifiers[0], StatementError::SameNullifiers);
	let nothing = [
		Public::Shield { from: [1; 32], amount: 0 },
		Public::Unshield { to: [1; 32], amount: 0, fee: 0 },
	];
	for public in nothing {
		refused(&|s| s.public = public, StatementError::NoAmount);
	}
	let modulus = 0xffff_ffff_0000_0001u64;
	for value in [modulus, u64::MAX] {
		let put = |bytes: &mut [u8; 32]| bytes[24..].copy_from_slice(&value.to_le_bytes());
		refused(&|s| put(&mut s.root), StatementError::NotCanonical);
		for i in 0..2 {
			refused(&|s| put(&mut s.nullifiers[i]), StatementError::NotCanonical);
			refused(&|s| put(&mut s.outputs[i]), StatementError::NotCanonical);
		}
	}
}

/// x and x + p are one field element: the same root, by other bytes.
#[test]
fn a_root_by_another_name() {
	let (honest, proof) = &HONEST[0];
	let mut statement = honest.clone();
	let word = u64::from_le_bytes(statement.root[..8].try_into().unwrap());
	let other = word.checked_add(0xffff_ffff_0000_0001).expect("made up, and small");
	statement.root[..8].copy_from_slice(&other.to_le_bytes());
	let expected = Err(Reject::Transfer(StatementError::NotCanonical));
	assert_eq!(verify_transfer(&statement, proof), expected);
}
