//! Proving and verifying the usage statement, as JSON rows.
//!
//! `cargo run --release -p meterproof-prover --example bench_usage -- [--json FILE] [SLOTS..]`
//!
//! With `--features unhiding` each size is also proved without blinding, to show what hiding
//! costs; with `HIDING=off` in the environment only so. The peak memory of the process only
//! grows, so read it from a run of one row.

use meterproof_programs::{
	commitment::commit_reading,
	usage::{Claim, Direction, Group, Resource, Slot, Statement},
};
use meterproof_prover::usage::{prove, proven_bits, GroupWitness, Opening};
use meterproof_verifier::verify_usage;
use std::{fmt::Write as _, time::Instant};

/// Readings of a group; a slack comes on top.
const GROUP: usize = 13;
const RUNS: usize = 5;

fn statement(slots: usize) -> (Statement, Vec<GroupWitness>) {
	let period = 1_000_000;
	let mut groups = Vec::new();
	let mut witness = Vec::new();
	let mut left = slots;
	while left >= 2 {
		let readings = GROUP.min(left - 1);
		// One slot alone would be a group without readings.
		let readings = if left - readings - 1 == 1 { readings - 1 } else { readings };
		left -= readings + 1;
		let mut group = Group {
			operator: [groups.len() as u8; 32],
			zone: 1,
			direction: Direction::Export,
			claim: Claim::AtLeast(500 * readings as u64),
			slots: Vec::new(),
			slack_commitment: [0; 32],
		};
		let mut openings = Vec::new();
		for i in 0..readings as u32 {
			let device = groups.len() as u32 * 1000 + i;
			let (reading, salt) = (500 + device % 1000, [u64::from(device) + 1; 4]);
			group.slots.push(Slot {
				device,
				commitment: commit_reading(reading, device, period, 1, &salt),
			});
			openings.push(Opening { reading, salt });
		}
		groups.push(group);
		witness.push(GroupWitness { openings });
	}
	(Statement { genesis: [1; 32], period, resource: Resource::Water, groups }, witness)
}

/// The largest resident size of this process so far, in MB.
fn peak_mb() -> u64 {
	let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
	let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
	line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1000
}

fn median(mut values: Vec<f64>) -> f64 {
	values.sort_by(f64::total_cmp);
	values[values.len() / 2]
}

fn main() {
	let mut sizes = Vec::new();
	let mut file = None;
	let mut arguments = std::env::args().skip(1);
	while let Some(argument) = arguments.next() {
		match argument.as_str() {
			"--json" => file = arguments.next(),
			size => sizes.push(size.parse().expect("a number of slots, or --json FILE")),
		}
	}
	if sizes.is_empty() {
		sizes = vec![118, 1_008, 8_064];
	}
	let mut rows = Vec::new();
	for slots in sizes {
		let (statement, witness) = statement(slots);
		let readings: usize = witness.iter().map(|w| w.openings.len()).sum();
		let bits = proven_bits(&statement);
		let mut row = |hiding: bool, prove_s: f64, bytes: usize, verify: Option<f64>| {
			let mut row =
				format!("{{\"slots\":{slots},\"hiding\":{hiding},\"prove_s\":{prove_s:.3}");
			let _ = write!(row, ",\"readings_per_s\":{:.0}", readings as f64 / prove_s);
			let _ = write!(row, ",\"peak_mb\":{},\"proof_bytes\":{bytes}", peak_mb());
			if let Some(verify) = verify {
				let _ = write!(row, ",\"verify_native_ms\":{verify:.2}");
			}
			let _ = write!(row, ",\"proven_bits\":{bits}}}");
			println!("{row}");
			rows.push(row);
		};

		let only_bare =
			cfg!(feature = "unhiding") && std::env::var("HIDING").is_ok_and(|h| h == "off");
		let mut times = Vec::new();
		let mut proofs = Vec::new();
		for _ in 0..if only_bare { 0 } else { RUNS } {
			let statement = statement.clone();
			let start = Instant::now();
			let phases = std::cell::RefCell::new(Vec::new());
			let mark = |phase| phases.borrow_mut().push((phase, start.elapsed()));
			proofs.push(prove(statement, &witness, mark).expect("an honest witness"));
			times.push(start.elapsed().as_secs_f64());
			if std::env::var_os("PHASES").is_some() {
				eprintln!("{:?}", phases.into_inner());
			}
		}
		let verify = proofs.iter().map(|proved| {
			let start = Instant::now();
			verify_usage(&proved.statement, &proved.proof).expect("an honest proof");
			start.elapsed().as_secs_f64() * 1e3
		});
		let verify: Vec<f64> = verify.collect();
		if let Some(proved) = proofs.first() {
			row(true, median(times), proved.proof.len(), Some(median(verify)));
		}

		#[cfg(feature = "unhiding")]
		{
			use meterproof_programs::usage::{options, SHAPE};
			let bare = SHAPE.unsafe_for_tests(8, 0, 64);
			let mut times = Vec::new();
			let mut bytes = 0;
			for _ in 0..RUNS {
				let start = Instant::now();
				let proved = meterproof_prover::usage::prove_unhiding(
					statement.clone(),
					&witness,
					bare,
					options(),
				);
				times.push(start.elapsed().as_secs_f64());
				bytes = proved.expect("an honest witness").proof.len();
			}
			row(false, median(times), bytes, None);
		}
	}
	if let Some(file) = file {
		std::fs::write(file, format!("[\n\t{}\n]\n", rows.join(",\n\t"))).expect("a writable file");
	}
}
