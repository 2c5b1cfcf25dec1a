//! Every constraint catches what it is there for; no cell that matters is free.

use super::{
	forger::{word, Forger, END},
	lies::{honest, lies, pinned},
	made, neighbours, spend, statement, transfer, violations, ASSET,
};
use crate::{
	system::{
		testing::{freedom, Checker, Violations},
		SecretTrace,
	},
	transfer::{trace::fill, Payment, Spend},
};
use meterproof_programs::transfer::{
	Public, PublicInputs, Statement, TransferAir, COLUMNS, CONSTRAINTS, NUM_CONSTRAINTS,
	WITNESS_WIDTH,
};
use std::collections::BTreeSet;
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Two notes of one tree.
fn filled() -> (PublicInputs, SecretTrace) {
	let (statement, payment) = transfer(neighbours([70, 50], 0xdead_beef), [100, 15], 5);
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = fill(&inputs, &payment, payment.check(&statement).unwrap()).unwrap();
	(inputs, trace)
}

#[test]
fn an_honest_trace_violates_nothing() {
	let (inputs, trace) = filled();
	assert_eq!(violations(&inputs, &trace), Violations::default());
}

/// The circuit, the trace and the note are each written down twice.
#[test]
fn the_trace_is_the_one_that_the_statement_says() {
	let payments = [
		(neighbours([70, 50], 0xdead_beef), [100, 15], [0, 0]),
		([spend(u64::MAX, u32::MAX), Spend::dummy().unwrap()], [u64::MAX - 5, 0], [0, 0]),
		([spend(1 << 32, 0), Spend::dummy().unwrap()], [(1 << 32) - 5, 0], [-1, 0]),
	];
	for (spends, outputs, carried) in payments {
		let (statement, payment) = transfer(spends, outputs, 5);
		let inputs = PublicInputs::new(&statement).unwrap();
		assert_eq!(payment.check(&statement), Ok(carried[0]));
		let trace = fill(&inputs, &payment, carried[0]).unwrap();
		let forger = Forger { payment: &payment, public: statement.public, carried };
		let forged = forger.forge(|_, _| ());
		assert_eq!(forged.statement, statement);
		// What is hashed in idle slots is random.
		let held = COLUMNS.low..WITNESS_WIDTH;
		for row in 0..=END {
			for column in held.clone() {
				let same = trace.get(column, row) == forged.trace.get(column, row);
				assert!(same, "column {column}, row {row}");
			}
		}
	}
}

#[test]
fn no_cell_before_the_blinding_can_be_another() {
	let (inputs, mut trace) = filled();
	let checker = Checker::<TransferAir>::new(&inputs, &trace);
	for row in 0..END {
		for column in 0..WITNESS_WIDTH {
			let value = trace.get(column, row);
			trace.set(column, row, value + BaseElement::ONE);
			assert!(!checker.around(&trace, row).is_empty(), "column {column}, row {row}");
			trace.set(column, row, value);
		}
	}
}

#[test]
fn blinding_cells_and_masks_are_free() {
	let (inputs, mut trace) = filled();
	let checker = Checker::<TransferAir>::new(&inputs, &trace);
	assert_eq!(checker.enforced(), END);
	let mut raise = |column, row| trace.set(column, row, trace.get(column, row) + word(1));
	for column in 0..WITNESS_WIDTH {
		for row in [END + 1, END + 12, END + 55] {
			raise(column, row);
		}
	}
	for column in 0..COLUMNS.low {
		raise(column, END);
	}
	for column in WITNESS_WIDTH..inputs.shape().width() {
		for row in [0, 9, END, END + 55] {
			raise(column, row);
		}
	}
	assert!(checker.all(&trace).is_empty());
}

/// Of all that stands before the blinding, exactly this much can be chosen: keys, diversifiers,
/// randomness, owners, siblings, the inputs of idle slots, and what is held before it is first used.
/// Any cell that no constraint bound would add to it.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation")]
fn nothing_can_be_chosen_but_the_witness() {
	let in_half = 4 + 1 + 4 + 32 * 4 + 4 + 4;
	// Slots 0 and 41 to 63 in the first half, 0 and 41 to 56 in the second.
	let idle = 12 * (24 + 17);
	// Position and kept words at the start, both sums there.
	let held = 1 + 4 + 2;
	// State, digits and remaining amount in the first row of the blinding.
	let blinding = 12 + 2 + 1;
	let (nullifiers, outputs, root) = (2 * 4, 2 * 4, 4);

	for dummies in 0..=2 {
		let mut spends = neighbours([70, 50], 6);
		for spend in spends.iter_mut().take(dummies) {
			*spend = Spend::dummy().unwrap();
		}
		let total: u64 = spends.iter().map(|spend| spend.amount).sum();
		let (statement, payment) = transfer(spends, [total, 0], 0);
		let inputs = PublicInputs::new(&statement).unwrap();
		let trace = fill(&inputs, &payment, 0).unwrap();
		let checker = Checker::<TransferAir>::new(&inputs, &trace);
		assert!(checker.all(&trace).is_empty());

		let all = 2 * in_half + idle + held + blinding - (2 - dummies) * root;
		assert_eq!(freedom(&checker, &trace, false), all, "{dummies} dummies");
		// Both sums are pinned where they start; where they end they are what the others make them.
		let left = all - nullifiers - outputs - 2;
		assert_eq!(freedom(&checker, &trace, true), left, "{dummies} dummies");
	}
}

#[test]
fn one_lie_breaks_one_constraint() {
	let mut caught = BTreeSet::new();
	for half in 0..2 {
		let forged = honest(half);
		assert_eq!(violations(&forged.inputs, &forged.trace), Violations::default());
		for lie in lies(half) {
			let found = violations(&lie.forged.inputs, &lie.forged.trace);
			let transitions = lie.rows.iter().map(|row| (lie.constraint, *row)).collect();
			let expected = Violations { transitions, assertions: Vec::new() };
			assert_eq!(found, expected, "{}, half {half}", lie.name);
			caught.insert((half, lie.constraint));
		}
	}
	let all: BTreeSet<_> =
		(0..2).flat_map(|half| (0..NUM_CONSTRAINTS).map(move |index| (half, index))).collect();
	assert_eq!(caught, all, "each constraint, in both halves");
}

#[test]
fn nullifiers_outputs_and_sums_are_asserted() {
	let (inputs, trace) = filled();
	let all = pinned(0).into_iter().chain(pinned(1));
	let sums = [COLUMNS.low, COLUMNS.high];
	let sums = sums.into_iter().flat_map(|column| [(column, 0), (column, END)]);
	let expected: BTreeSet<_> = all.chain(sums).collect();
	let mut changed = trace;
	for (column, row) in &expected {
		changed.set(*column, *row, changed.get(*column, *row) + word(1));
	}
	let found = violations(&inputs, &changed).assertions;
	assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn a_balance_of_the_provers_choice_is_asserted_at_both_ends() {
	for (at, row) in [((0, 0), 0), ((9, 9), END)] {
		let spends = [spend(70, 5), Spend::dummy().unwrap()];
		let payment = Payment { asset: ASSET, spends, outputs: [made(41), made(25)] };
		let public = Public::Transfer { fee: 5 };
		let forged = Forger { payment: &payment, public, carried: [0, 0] }.forge(|here, slot| {
			if here == at {
				slot.low += word(1);
			}
		});
		let found = violations(&forged.inputs, &forged.trace);
		assert_eq!(found.transitions, []);
		assert_eq!(found.assertions, [(COLUMNS.low, row)]);
	}
}

/// Any of what the statement names, or of what it does not, wrong in a trace that is otherwise as
/// the prover fills it.
#[test]
fn each_part_of_the_statement_is_held_against_the_trace() {
	type Change = fn(&mut Statement);
	let root = CONSTRAINTS.root;
	let changes: [(Change, &[usize]); 5] = [
		(|s| s.asset += 1, &[CONSTRAINTS.asset]),
		(|s| s.root[0] ^= 1, &root[..1]),
		(|s| s.root[24] ^= 1, &root[3..]),
		(|s| s.nullifiers.swap(0, 1), &[]),
		(|s| s.outputs.swap(0, 1), &[]),
	];
	for (change, constraints) in changes {
		let (mut statement, payment) = transfer(neighbours([70, 50], 8), [100, 15], 5);
		change(&mut statement);
		let inputs = PublicInputs::new(&statement).unwrap();
		let found = violations(&inputs, &fill(&inputs, &payment, 0).unwrap());
		assert_eq!(found.constraints(), constraints.iter().copied().collect());
		assert_eq!(found.assertions.len(), if constraints.is_empty() { 8 } else { 0 });
	}
	for public in [
		Public::Transfer { fee: 6 },
		Public::Transfer { fee: 5 + (1 << 32) },
		Public::Shield { from: [1; 32], amount: 5 },
		Public::Unshield { to: [1; 32], amount: 5, fee: 5 },
	] {
		let payment = Payment {
			asset: ASSET,
			spends: neighbours([70, 50], 8),
			outputs: [made(100), made(15)],
		};
		let inputs = PublicInputs::new(&statement(&payment, public)).unwrap();
		let found = violations(&inputs, &fill(&inputs, &payment, 0).unwrap());
		assert_eq!(found.transitions, []);
		assert!(!found.assertions.is_empty());
	}
}
