//! The statements and proofs that the benchmarks verify.

use std::path::PathBuf;

use codec::{Decode, Encode};
use meterproof_primitives::{
	Claim, GroupStatement, SealedTerms, Slot, Split, SplitStatement, UsageStatement, MAX_SPLITS,
	NATIVE_ASSET,
};
use meterproof_programs::{commitment::commit_reading, seal};
use meterproof_prover::{
	split::{self, Delivery},
	usage::{prove, GroupWitness, Opening},
};

use super::*;

/// Slots, the slack's included, that fill 2,048 and 16,384 rows.
const SIZES: [u32; 2] = [weights::SMALL, weights::LARGE];

/// Splits that fill the shorter and the longer trace.
const SPLITS: [u32; 2] = [weights::SPLITS_SMALL, MAX_SPLITS];

fn folder() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../settlement/fixtures")
}

fn path(slots: u32) -> PathBuf {
	folder().join(format!("usage-{slots}.bin"))
}

fn split_path(splits: u32) -> PathBuf {
	folder().join(format!("split-{splits}.bin"))
}

#[test]
#[ignore = "writes the fixtures anew; run it after a change of the usage statement"]
fn write() {
	for slots in SIZES {
		let openings: Vec<_> = (0..slots - 1)
			.map(|device| Opening { reading: 100, salt: [u64::from(device); 4] })
			.collect();
		let commitments = (0..).zip(&openings).map(|(device, opening)| {
			let direction = Direction::Export as u8;
			let commitment =
				commit_reading(opening.reading, device, FIRST, direction, &opening.salt);
			Slot { device, commitment }
		});
		let GroupId { operator, zone, resource, direction } = group(ALICE);
		let mut statement = UsageStatement {
			genesis: GENESIS,
			period: FIRST,
			resource,
			groups: vec![GroupStatement {
				operator,
				zone,
				direction,
				claim: Claim::AtLeast(100 * u64::from(slots - 1) - 1),
				slots: commitments.collect(),
				slack_commitment: [0; 32],
			}],
		};
		let to_prove = statement.clone().map_accounts(Into::into);
		let proved = prove(to_prove, &[GroupWitness { openings }], |_| {}).unwrap();
		statement.groups[0].slack_commitment = proved.statement.groups[0].slack_commitment;
		std::fs::create_dir_all(path(slots).parent().unwrap()).unwrap();
		std::fs::write(path(slots), (statement, proved.proof).encode()).unwrap();
	}
}

/// A statement of so many trades, of each of which 30 of 100 units were delivered, and its proof.
fn split_fixture(splits: u32) -> (SplitStatement, Vec<u8>) {
	let parts = (0..u64::from(splits)).map(|trade| {
		let delivery = Delivery {
			delivered: 30,
			direction: Direction::Export as u8,
			salt: [trade; 4],
			key: [trade as u8; 32],
			payout_randomness: [trade as u8 + 1; 32],
		};
		let terms = SealedTerms {
			trade,
			quantity: 100,
			rate: 17,
			payout: [1; 32],
			refund: [2; 32],
			key_commitment: seal::key_commitment(&delivery.key).unwrap(),
		};
		let quantity_commitment = delivery.quantity_commitment(FIRST);
		(Split::new(&terms, quantity_commitment, [[0; 32]; 2], [3; 32]), delivery)
	});
	let (parts, deliveries): (Vec<_>, Vec<_>) = parts.unzip();
	let mut statement =
		SplitStatement { genesis: GENESIS, period: FIRST, asset: NATIVE_ASSET, splits: parts };
	for (split, delivery) in statement.splits.iter_mut().zip(&deliveries) {
		let notes = delivery.notes(NATIVE_ASSET, FIRST, split).unwrap();
		[split.payout.note, split.refund.note] = notes.map(|note| note.commitment().unwrap());
	}
	let proof = split::prove(&statement, &deliveries, |_| {}).unwrap();
	(statement, proof)
}

#[test]
#[ignore = "writes the fixtures anew; run it after a change of the split statement"]
fn write_splits() {
	for splits in SPLITS {
		std::fs::create_dir_all(folder()).unwrap();
		std::fs::write(split_path(splits), split_fixture(splits).encode()).unwrap();
	}
}

#[test]
fn of_splits_are_accepted() {
	for splits in SPLITS {
		let bytes = std::fs::read(split_path(splits)).unwrap();
		let (statement, proof) = <(SplitStatement, Vec<u8>)>::decode(&mut &bytes[..]).unwrap();
		assert_eq!(statement.splits.len() as u32, splits);
		assert!(<Verifier as VerifySplit>::verify(&statement, &proof), "see `write_splits`");
	}
}

#[test]
fn of_splits_fill_both_traces() {
	use meterproof_programs::split::{self, trace_length, Share, Statement};
	let rows = |splits: u32| {
		let share = Share { owner: [0; 32], note: [0; 32] };
		let split = split::Split {
			trade: 0,
			quantity: 1,
			rate: 1,
			key_commitment: [0; 32],
			quantity_commitment: [0; 32],
			payout: share,
			refund: share,
			ciphertexts: [0; 32],
		};
		let splits = vec![split; splits as usize];
		let statement = Statement { genesis: GENESIS, period: FIRST, asset: NATIVE_ASSET, splits };
		trace_length(&statement).unwrap()
	};
	let [small, large] = SPLITS.map(rows);
	assert_eq!(rows(1), small);
	assert_eq!(rows(weights::SPLITS_SMALL + 1), large);
	assert!(small < large);
}

#[test]
fn fill_their_traces() {
	use meterproof_programs::usage::capacity;
	assert_eq!(SIZES.map(|slots| slots as usize), [2_048, 16_384].map(capacity));
}

#[test]
fn are_accepted() {
	for slots in SIZES {
		let bytes = std::fs::read(path(slots)).unwrap();
		let (statement, proof) =
			<(UsageStatement<AccountId>, Vec<u8>)>::decode(&mut &bytes[..]).unwrap();
		assert_eq!(statement.groups[0].slots.len() as u32, slots - 1);
		assert!(<Verifier as VerifyUsage<_>>::verify(&statement, &proof), "see `write`");
	}
}
