//! Every constraint catches what it is there for; no cell that matters is free.

use super::{
	forger::{pinned, Forger},
	lies::{honest, lies},
	split, violations, Deal,
};
use crate::{
	split::{prove, trace::fill},
	system::{
		testing::{freedom, Checker, Violations},
		SecretTrace,
	},
};
use meterproof_programs::split::{
	PublicInputs, SplitAir, Statement, BLOCK, COLUMNS, CONSTRAINTS, NUM_CONSTRAINTS, WITNESS_WIDTH,
};
use std::collections::BTreeSet;
use winter_math::{fields::f64::BaseElement, FieldElement};

const DEALS: [Deal; 3] = [
	Deal { quantity: 5_000, rate: 3_000_000_000_000, delivered: 4_321 },
	Deal { quantity: u32::MAX, rate: (1 << 28) - 1, delivered: u32::MAX },
	Deal { quantity: 1, rate: (1 << 60) - 1, delivered: 0 },
];

fn filled(deals: &[Deal]) -> (PublicInputs, SecretTrace) {
	let (statement, deliveries) = split(deals);
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = fill(&inputs, &statement, &deliveries).unwrap();
	(inputs, trace)
}

#[test]
fn an_honest_trace_violates_nothing() {
	for deals in [&DEALS[..], &DEALS[..1], &[DEALS[0]; 7], &[DEALS[1]; 8], &[DEALS[2]; 15]] {
		let (inputs, trace) = filled(deals);
		assert_eq!(violations(&inputs, &trace), Violations::default());
	}
}

#[test]
fn it_can_be_proved() {
	let (statement, deliveries) = split(&DEALS);
	let proof = prove(&statement, &deliveries, |_| ()).unwrap();
	assert_eq!(meterproof_verifier::verify_split(&statement, &proof), Ok(()));
}

/// Of all that stands before the blinding, exactly this much can be chosen. Any cell that no
/// constraint bound would add to it.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation")]
fn nothing_can_be_chosen_but_the_witness() {
	// In each block: the key, the randomness of the seller's note, both owners, the rest of what
	// the commitment to the quantity hides, and the inputs of the idle slot.
	let (key, randomness, owners, salt, idle) = (4, 4, 2 * 4, 7, 12);
	let block = key + randomness + owners + salt + idle;
	// State, digits, remaining amount, worth, left, rate and kept in the first row of the blinding.
	let blinding = 12 + 2 + 1 + 1 + 1 + 1 + 4;
	// Where nothing is delivered, the rate is what worth starts from makes it.
	let rate = 1;
	let (inputs, trace) = filled(&DEALS);
	let blocks = inputs.blocks().len();
	let checker = Checker::<SplitAir>::new(&inputs, &trace);
	assert_eq!(freedom(&checker, &trace, false), blocks * block + blinding + rate);
	// Asserted: the key's and the quantity's commitments, both owners, the seller's note; the
	// buyer's note is then what the others make it. Worth, left and rate at each start.
	let asserted = 5 * 4;
	assert_eq!(freedom(&checker, &trace, true), blocks * (block - asserted) + blinding - 3);
}

/// The circuit, the trace and the hashes are each written down twice.
#[test]
fn the_trace_is_the_one_that_the_statement_says() {
	for deals in [&DEALS[..], &[DEALS[0]; 7], &[DEALS[1]; 15]] {
		let (statement, _) = split(deals);
		let (inputs, trace) = filled(deals);
		let forged = Forger::of(deals).forge(|_, _| ());
		assert_eq!(forged.statement, statement);
		for row in 0..inputs.trace_length() - BLOCK {
			for column in 0..WITNESS_WIDTH {
				// What is hashed in idle slots is random.
				let idle = row % BLOCK < 8 && COLUMNS.state.contains(&column);
				let same = trace.get(column, row) == forged.trace.get(column, row);
				assert!(same || idle, "column {column}, row {row}");
			}
		}
	}
}

#[test]
fn no_cell_before_the_blinding_can_be_another() {
	for deals in [&DEALS[..2], &[DEALS[0]; 8]] {
		let (inputs, mut trace) = filled(deals);
		let checker = Checker::<SplitAir>::new(&inputs, &trace);
		let pinned = pinned();
		for row in 0..inputs.trace_length() - BLOCK {
			for column in 0..WITNESS_WIDTH {
				let value = trace.get(column, row);
				trace.set(column, row, value + BaseElement::ONE);
				let found = checker.around(&trace, row);
				// Where a block begins nothing but assertions holds these three.
				let asserted = row % BLOCK == 0 && pinned.contains(&(column, 0));
				assert!(!found.is_empty() || asserted, "column {column}, row {row}");
				trace.set(column, row, value);
			}
		}
	}
}

#[test]
fn blinding_cells_and_masks_are_free() {
	for deals in [&DEALS[..], &[DEALS[0]; 15]] {
		let (inputs, mut trace) = filled(deals);
		let checker = Checker::<SplitAir>::new(&inputs, &trace);
		let blinding = inputs.trace_length() - BLOCK;
		assert_eq!(checker.enforced(), blinding);
		for column in 0..inputs.shape().width() {
			for row in 0..BLOCK {
				if !pinned().contains(&(column, row)) {
					let value = trace.get(column, blinding + row);
					trace.set(column, blinding + row, value + BaseElement::ONE);
				}
			}
			if column >= WITNESS_WIDTH {
				for row in [0, 9, 63, 64, blinding - 1] {
					trace.set(column, row, trace.get(column, row) + BaseElement::ONE);
				}
			}
		}
		assert!(checker.all(&trace).is_empty());
	}
}

#[test]
fn one_lie_breaks_one_constraint() {
	// The first block, one between, and the last: the transition from there is the last enforced.
	let both = [(7, [0, 3, 6]), (15, [0, 7, 14])];
	let lengths = if cfg!(debug_assertions) { &both[..1] } else { &both[..] };
	for (count, blocks) in lengths.iter().copied() {
		let forged = honest(count);
		assert_eq!(violations(&forged.inputs, &forged.trace), Violations::default());
		for block in blocks {
			let mut caught = BTreeSet::new();
			for lie in lies(count, block) {
				let found = violations(&lie.forged.inputs, &lie.forged.trace);
				let transitions = lie.rows.iter().map(|row| (lie.constraint, *row)).collect();
				let expected = Violations { transitions, assertions: Vec::new() };
				assert_eq!(found, expected, "{}, block {block}", lie.name);
				caught.insert(lie.constraint);
			}
			assert!(caught.into_iter().eq(0..NUM_CONSTRAINTS), "each constraint");
		}
	}
}

#[test]
fn digests_owners_and_terms_are_asserted_in_every_block() {
	for deals in [&DEALS[..1], &[DEALS[0]; 15]] {
		let (inputs, mut trace) = filled(deals);
		let blocks = inputs.trace_length() / BLOCK;
		let in_block = |block| move |(column, row)| (column, block * BLOCK + row);
		// Zeros in the blinding, on which no claim rests.
		let expected: BTreeSet<_> =
			(0..blocks).flat_map(|block| pinned().into_iter().map(in_block(block))).collect();
		for (column, row) in &expected {
			trace.set(*column, *row, trace.get(*column, *row) + BaseElement::ONE);
		}
		let found = violations(&inputs, &trace).assertions;
		assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
	}
}

/// Any of what the statement names wrong in a trace that is otherwise as the prover fills it.
#[test]
fn each_part_of_the_statement_is_held_against_the_trace() {
	type Change = fn(&mut Statement);
	let asset: BTreeSet<_> = [CONSTRAINTS.asset].into();
	let period: BTreeSet<_> = [CONSTRAINTS.blank[0]].into();
	let changes: [(Change, BTreeSet<usize>, usize); 7] = [
		(|s| s.asset += 1, asset, 0),
		(|s| s.period += 1, period, 0),
		// Four words of six digests, quantity and rate; of both.
		(|s| s.splits.swap(0, 1), BTreeSet::new(), 2 * (6 * 4 + 2)),
		(|s| s.splits[1].quantity += 1, BTreeSet::new(), 1),
		(|s| s.splits[6].rate += 1, BTreeSet::new(), 1),
		(
			|s| {
				let split = &mut s.splits[6];
				core::mem::swap(&mut split.payout.note, &mut split.refund.note);
			},
			BTreeSet::new(),
			8,
		),
		// Bound by the transcript alone.
		(|s| s.splits[0].trade += 1, BTreeSet::new(), 0),
	];
	let mut deals = vec![DEALS[0]; 7];
	deals[1] = Deal { quantity: 6_000, rate: 31, delivered: 1 };
	for (change, constraints, assertions) in changes {
		let (honest, deliveries) = split(&deals);
		let mut statement = honest.clone();
		change(&mut statement);
		let trace = fill(&PublicInputs::new(&honest).unwrap(), &honest, &deliveries).unwrap();
		let found = violations(&PublicInputs::new(&statement).unwrap(), &trace);
		assert_eq!(found.constraints(), constraints);
		assert_eq!(found.assertions.len(), assertions);
	}
}
