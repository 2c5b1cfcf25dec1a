//! The statements and proofs that the benchmarks verify.

use std::path::PathBuf;

use codec::{Decode, Encode};
use meterproof_primitives::{Claim, GroupStatement, UsageStatement};
use meterproof_programs::commitment::commit_reading;
use meterproof_prover::usage::{prove, GroupWitness, Opening};

use super::*;

/// Slots, the slack's included, that fill 1,024 and 8,192 rows.
const SIZES: [u32; 2] = [crate::weights::SMALL, crate::weights::LARGE];

fn path(slots: u32) -> PathBuf {
	let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
	folder.join(format!("usage-{slots}.bin"))
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
			(device, commitment)
		});
		let mut statement = UsageStatement {
			genesis: GENESIS,
			period: FIRST,
			groups: vec![GroupStatement {
				group: group(ALICE),
				claim: Claim::AtLeast(100 * u64::from(slots - 1) - 1),
				slots: commitments.collect(),
				slack_commitment: [0; 32],
			}],
		};
		let proved = prove(translate(&statement), &[GroupWitness { openings }], |_| {}).unwrap();
		statement.groups[0].slack_commitment = proved.statement.groups[0].slack_commitment;
		std::fs::create_dir_all(path(slots).parent().unwrap()).unwrap();
		std::fs::write(path(slots), (statement, proved.proof).encode()).unwrap();
	}
}

#[test]
fn are_accepted() {
	for slots in SIZES {
		let bytes = std::fs::read(path(slots)).unwrap();
		let (statement, proof) =
			<(UsageStatement<AccountId>, Vec<u8>)>::decode(&mut &bytes[..]).unwrap();
		assert_eq!(statement.groups[0].slots.len() as u32, slots - 1);
		assert!(Verifier::verify(&statement, &proof), "see `write`");
	}
}
