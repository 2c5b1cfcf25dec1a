//! Headers and statements from someone who wants the verifier to panic, to work, or to accept.

use super::HONEST;
use meterproof_programs::{
	split::{Statement, StatementError, MAX_AMOUNT, MAX_PERIOD, MAX_SPLITS, PARAMETERS},
	transfer, usage,
};
use meterproof_verifier::{verify_split, Reject, MAX_PROOF_BYTES};
use winter_utils::Serializable;

#[test]
fn the_header_of_another_trace_length_or_statement() {
	for (statement, proof) in HONEST.iter() {
		let rows = meterproof_programs::split::trace_length(statement).unwrap();
		let honest = PARAMETERS.context(rows).to_bytes();
		let others = [8, 256, 512, 1024, 2048, 1 << 17]
			.into_iter()
			.filter(|other| *other != rows)
			.map(|rows| PARAMETERS.context(rows));
		let transfer = transfer::PARAMETERS.context(transfer::TRACE_LENGTH);
		for header in others.chain([usage::context(1024), transfer]) {
			let mut proof = proof.clone();
			proof.splice(..honest.len(), header.to_bytes());
			assert_eq!(verify_split(statement, &proof), Err(Reject::Header));
		}
	}
}

#[test]
fn statements_without_proofs() {
	let refused = |change: &dyn Fn(&mut Statement), error| {
		for (honest, proof) in HONEST.iter() {
			let mut statement = honest.clone();
			change(&mut statement);
			assert_eq!(verify_split(&statement, proof), Err(Reject::Split(error)));
			// A bad header is found first: it costs less.
			assert_eq!(verify_split(&statement, b"junk"), Err(Reject::Header));
		}
	};
	refused(&|s| s.period = MAX_PERIOD, StatementError::PeriodTooLarge);
	for split in 0..2 {
		refused(&|s| s.splits[split].quantity = 0, StatementError::NothingToSplit { split });
		refused(&|s| s.splits[split].rate = 0, StatementError::NothingToSplit { split });
		let error = StatementError::AmountTooLarge { split };
		refused(&|s| s.splits[split].rate = MAX_AMOUNT, error);
		refused(&|s| s.splits[split].rate = u64::MAX, error);
		refused(&|s| s.splits[split].quantity = u32::MAX, error);
		let error = StatementError::NotCanonical { split };
		for value in [0xffff_ffff_0000_0001u64, u64::MAX] {
			let put = |bytes: &mut [u8; 32]| bytes[24..].copy_from_slice(&value.to_le_bytes());
			refused(&|s| put(&mut s.splits[split].key_commitment), error);
			refused(&|s| put(&mut s.splits[split].quantity_commitment), error);
			refused(&|s| put(&mut s.splits[split].payout.owner), error);
			refused(&|s| put(&mut s.splits[split].payout.note), error);
			refused(&|s| put(&mut s.splits[split].refund.owner), error);
			refused(&|s| put(&mut s.splits[split].refund.note), error);
		}
	}
}

/// Without a trace length there is no header to compare.
#[test]
fn no_splits_or_too_many() {
	for (honest, proof) in HONEST.iter() {
		for proof in [proof.as_slice(), b"junk"] {
			let mut statement = honest.clone();
			statement.splits.clear();
			let expected = Err(Reject::Split(StatementError::NoSplits));
			assert_eq!(verify_split(&statement, proof), expected);
			// The length is looked at before anything of the statement is.
			let long = vec![0; MAX_PROOF_BYTES + 1];
			assert_eq!(verify_split(&statement, &long), Err(Reject::TooLong));
			for count in [MAX_SPLITS + 1, 10_000] {
				statement.splits = vec![honest.splits[0]; count];
				let expected = Err(Reject::Split(StatementError::TooManySplits));
				assert_eq!(verify_split(&statement, proof), expected);
			}
		}
	}
}

/// x and x + p are one field element: the same note, by other bytes.
#[test]
fn a_note_by_another_name() {
	for (honest, proof) in HONEST.iter() {
		for (i, split) in honest.splits.iter().enumerate() {
			for word in 0..4 {
				let mut statement = honest.clone();
				let bytes = &mut statement.splits[i].payout.note[8 * word..][..8];
				let value =
					u64::from_le_bytes(split.payout.note[8 * word..][..8].try_into().unwrap());
				// Few are small enough to have one.
				if let Some(other) = value.checked_add(0xffff_ffff_0000_0001) {
					bytes.copy_from_slice(&other.to_le_bytes());
					let expected = Err(Reject::Split(StatementError::NotCanonical { split: i }));
					assert_eq!(verify_split(&statement, proof), expected);
				}
			}
		}
	}
	let (honest, proof) = &HONEST[0];
	let mut statement = honest.clone();
	statement.splits[0].refund.owner = [0; 32];
	assert_eq!(verify_split(&statement, proof), Err(Reject::ProofOfWork));
	statement.splits[0].refund.owner[..8].copy_from_slice(&0xffff_ffff_0000_0001u64.to_le_bytes());
	let expected = Err(Reject::Split(StatementError::NotCanonical { split: 0 }));
	assert_eq!(verify_split(&statement, proof), expected);
}
