//! Writes the proofs that `air/fuzz` starts from, in `air/fuzz/bases`: all kinds of claims over
//! several groups, for 1,024, 2,048 and 4,096 rows. Run it after a change of the usage statement.
//!
//! `cargo run --release -p meterproof-prover --example fuzz_bases`

use meterproof_programs::{
	commitment::commit_reading,
	usage::{encode, trace_length, Claim, Group, Slot, Statement},
};
use meterproof_prover::usage::{prove, GroupWitness, Opening};
use meterproof_verifier::verify_usage;
use std::path::Path;

const PERIOD: u64 = 900_001;

/// One group: its number says what is claimed.
fn group(number: u32, readings: u32) -> (Group, GroupWitness) {
	let direction = u8::from(number.is_multiple_of(2));
	let (slots, openings): (Vec<_>, Vec<_>) = (0..readings)
		.map(|i| {
			let (device, reading) = (number * 10_000 + 7 * i, 20 + number + 3 * i);
			let salt = [u64::from(device), u64::from(number), 5, 11];
			let commitment = commit_reading(reading, device, PERIOD, direction, &salt);
			(Slot { device, commitment }, Opening { reading, salt })
		})
		.unzip();
	let sum: u64 = openings.iter().map(|opening| u64::from(opening.reading)).sum();
	let claim = match number % 3 {
		0 => Claim::AtLeast(sum - 10),
		1 => Claim::AtMost(sum + 1_000),
		_ => Claim::Exactly(sum),
	};
	let group = Group {
		operator: [number as u8 + 1; 32],
		zone: number,
		direction,
		claim,
		slots,
		slack_commitment: [0; 32],
	};
	(group, GroupWitness { openings })
}

fn main() {
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/bases");
	for (rows, groups, readings) in [(1_024, 6, 17), (2_048, 9, 24), (4_096, 12, 38)] {
		let (groups, witness): (Vec<_>, Vec<_>) =
			(0..groups).map(|number| group(number, readings)).unzip();
		let statement = Statement { genesis: [0xc3; 32], period: PERIOD, resource: 1, groups };
		assert_eq!(trace_length(&statement), Ok(rows));
		let proved = prove(statement, &witness, |_| ()).expect("an honest witness");
		verify_usage(&proved.statement, &proved.proof).expect("an honest proof");
		let statement = encode(&proved.statement);
		let length = u32::try_from(statement.len()).expect("a short statement");
		let case = [&length.to_le_bytes(), statement.as_slice(), &proved.proof].concat();
		std::fs::write(folder.join(format!("mixed-{rows}.bin")), case).expect("a writable folder");
	}
}
