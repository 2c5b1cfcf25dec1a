//! The longest statements that have a proof, which the fuzzer makes none of: what they cost before a
//! proof of them is found wanting is bounded.

use meterproof_fuzz::{base::bases, forge::fit, memory::counted, random::Random};
use meterproof_fuzz_subject::Statement;
use meterproof_programs::usage::{Slot, MAX_GROUPS, MAX_SLOTS};
use meterproof_verifier::Reject;

/// A quarter of the memory that the node gives a call.
const MOST: usize = 32 << 20;

/// One group of as many devices as there can be, and as many groups of one device; each with a
/// proof that has the right shape throughout, so that all of the statement is worked with.
fn longest() -> [(Statement, Vec<u8>); 2] {
	let base = bases().swap_remove(0);
	let Statement::Usage(mut one) = base.statement else { panic!("the first base is of readings") };
	let slot = one.groups[0].slots[0].clone();
	one.groups.truncate(1);
	let mut many = one.clone();
	one.groups[0].slots =
		(1..MAX_SLOTS).map(|device| Slot { device: device as u32, ..slot.clone() }).collect();
	many.groups[0].slots = vec![slot];
	let group = many.groups[0].clone();
	many.groups.resize(MAX_GROUPS, group);
	[one, many].map(Statement::Usage).map(|statement| {
		assert_eq!(statement.rows(), Some(1 << 20));
		let fitted = fit(&statement, base.anatomy.clone(), &mut Random::new(5, 0)).unwrap();
		(statement, fitted.write().0)
	})
}

#[test]
fn are_refused_with_bounded_memory() {
	for (statement, proof) in longest() {
		let (result, memory) = counted(|| statement.verify(&proof));
		assert_eq!(result, Err(Reject::NotProved));
		println!("{memory:?}");
		assert!(memory.peak < MOST && memory.largest < MOST / 2, "{memory:?}");
	}
}

#[cfg(feature = "wasm")]
#[test]
fn are_refused_in_wasm_and_do_not_trap() {
	use meterproof_fuzz::engine::{module, End, Engine, Entry, Wasm};
	let mut ours = Wasm::new(module().unwrap(), Entry::Verify);
	for (statement, proof) in longest() {
		let run = ours.run(&statement, &proof);
		println!("{run:?}");
		assert!(matches!(run.end, End::Verdict(1..)), "{run:?}");
		assert!(run.memory.peak < MOST && run.memory.largest < MOST / 2, "{run:?}");
	}
}
