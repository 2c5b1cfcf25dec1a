//! What the chain charges for verifying a proof, held against what the verifier does: instructions in
//! Wasm, which are the same on every machine.
#![cfg(feature = "wasm")]

use meterproof_fuzz::{
	base::bases,
	engine::{counting_module, Entry, Wasm},
	forge::{commit_to_noise, Noise},
	random::Random,
};
use meterproof_fuzz_subject::{Statement, CLASSES};
use meterproof_programs::usage::{self, slot_count, Slot};

#[path = "../../../../pallets/settlement/src/verifying.rs"]
mod verifying;

const SETTLEMENT: &str = include_str!("../../../../runtime/src/weights/pallet_settlement.rs");
const PAYMENTS: &str = include_str!("../../../../runtime/src/weights/pallet_payments.rs");

/// Times the median of instructions per picosecond charged: nothing takes more. If a proof were charged
/// for its slots, in place of what its trace has room for, one for 1,018 slots would.
const MOST: f64 = 1.3;

/// `METERPROOF_WEIGHTS_SEED` gives other sizes: a number, or `now` for new ones, whose number is printed.
fn seed() -> u64 {
	match std::env::var("METERPROOF_WEIGHTS_SEED") {
		Err(_) => 13,
		Ok(seed) if seed != "now" => seed.parse().expect("METERPROOF_WEIGHTS_SEED is a number"),
		Ok(_) => {
			let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
			now.expect("a clock after 1970").as_millis() as u64
		},
	}
}

/// Picoseconds that a benchmark without parameters has measured.
fn measured(weights: &str, function: &str) -> u64 {
	let (_, body) = weights.split_once(&format!("fn {function}() -> Weight")).expect(function);
	let (_, figures) = body.split_once("Weight::from_parts(").expect("it gives a weight");
	let (time, _) = figures.split_once(',').expect("time, then size");
	time.replace('_', "").parse().expect("a number")
}

/// Picoseconds that verifying a proof of the statement is charged.
fn charged(statement: &Statement) -> u64 {
	let settlement = |function| measured(SETTLEMENT, function);
	match statement {
		Statement::Usage(statement) => {
			let (small, large) = (settlement("verify_small"), settlement("verify_large"));
			verifying::by_slots(slot_count(statement) as u32, small, large)
		},
		Statement::Transfer(_) => measured(PAYMENTS, "verify_proof"),
		Statement::Split(statement) => {
			let is_small = statement.splits.len() <= verifying::SPLITS_SMALL as usize;
			settlement(if is_small { "verify_split_small" } else { "verify_split_large" })
		},
	}
}

/// A statement of so many slots, in one to three groups.
fn of_slots(slots: usize, like: &usage::Statement, random: &mut Random) -> Statement {
	let mut statement = like.clone();
	statement.groups.truncate(1 + random.below(3));
	let groups = statement.groups.len();
	for (number, group) in statement.groups.iter_mut().enumerate() {
		// The first has what is left over; each has a slack.
		let rest = if number == 0 { slots % groups } else { 0 };
		let slot = group.slots[0].clone();
		group.slots = (0..slots / groups + rest - 1)
			.map(|device| Slot { device: device as u32, ..slot.clone() })
			.collect();
	}
	assert_eq!(slot_count(&statement), slots);
	Statement::Usage(statement)
}

/// A proof that is refused in the last check there is: verified nearly as far as an honest one.
fn all_but_proved(statement: &Statement, random: &mut Random) -> Vec<u8> {
	commit_to_noise(statement, Noise::Random, false, random).expect("it has a trace").write().0
}

/// Honest proofs of every kind, and proofs for numbers of slots at random, just above those that fill a
/// trace, and 1,014. With `METERPROOF_WEIGHTS_LARGE` set also the next step, and the most that the chain
/// takes: these take half a minute to make.
#[test]
fn no_proof_is_charged_much_less_than_others() {
	let engine = Wasm::new(counting_module().unwrap(), Entry::Verify);
	let count = |statement: &Statement, proof: &[u8], expected: &str| {
		let (class, instructions) = engine.instructions(statement, proof).unwrap();
		assert_eq!(CLASSES[class as usize], expected);
		instructions
	};
	let seed = seed();
	println!("METERPROOF_WEIGHTS_SEED={seed}");
	let mut random = Random::new(seed, 0);
	let mut ratios = Vec::new();
	let mut held = |name: String, statement: &Statement, instructions: u64| {
		ratios.push((instructions as f64 / charged(statement) as f64, name));
	};

	let bases = bases();
	for base in &bases {
		let instructions = count(&base.statement, &base.proof, "accepted");
		held(base.name.into(), &base.statement, instructions);
		if base.name == "mixed-512" {
			let proof = all_but_proved(&base.statement, &mut random);
			let of_noise = count(&base.statement, &proof, "not proved");
			assert!(of_noise <= instructions && of_noise > instructions / 10 * 9, "{of_noise}");
		}
	}

	let mixed = bases.iter().find(|base| base.name == "mixed-512").map(|base| &base.statement);
	let Some(Statement::Usage(mixed)) = mixed else { panic!("a base of readings") };
	let mut between = |first: usize, last: usize| first + random.below(last - first + 1);
	let sizes = [between(122, 249), 250, between(506, 1_017), 1_018, between(1_019, 4_089)];
	let mut refused = |slots: usize| {
		let statement = of_slots(slots, mixed, &mut random);
		let proof = all_but_proved(&statement, &mut random);
		let instructions = count(&statement, &proof, "not proved");
		(statement, instructions)
	};
	for slots in sizes {
		let (statement, instructions) = refused(slots);
		held(format!("{slots} slots"), &statement, instructions);
	}

	// The charge goes on by the same line to the largest statement: it may be more than the work, and not less.
	let mut larger = vec![1_014];
	if std::env::var_os("METERPROOF_WEIGHTS_LARGE").is_some() {
		larger.extend([4_090, 8_064]);
	}
	let beyond: Vec<_> = larger
		.into_iter()
		.map(|slots| {
			let (statement, instructions) = refused(slots);
			(instructions as f64 / charged(&statement) as f64, format!("{slots} slots"))
		})
		.collect();

	ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
	let median = ratios[ratios.len() / 2].0;
	ratios.extend(beyond);
	ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
	for (ratio, name) in &ratios {
		println!("{:.2}  {name}", ratio / median);
	}
	let (most, name) = &ratios[ratios.len() - 1];
	assert!(*most < MOST * median, "{name}: {:.2} times the median", most / median);
}
