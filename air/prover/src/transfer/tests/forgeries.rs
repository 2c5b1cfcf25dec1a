//! Traces that break one constraint or one assertion, through the real prover and verifier.

use super::{
	forger::{word, Forged, END},
	lies::{honest, lies, pinned},
	violations,
};
use crate::{
	system::{prove_trace, testing::Violations},
	transfer::trace::used,
};
use meterproof_programs::{
	hash::{decode, encode},
	transfer::{
		Public, PublicInputs, TransferAir, COLUMNS, NUM_CONSTRAINTS, PARAMETERS, SHAPE,
		WITNESS_WIDTH,
	},
};
use meterproof_verifier::{verify_transfer, Reject};
use std::collections::BTreeSet;

fn verdict(Forged { statement, inputs, trace }: Forged) -> Result<(), Reject> {
	let (used, options) = (used(&inputs), PARAMETERS.options());
	// The prover does not notice; the bytes are those of a proof in every other respect.
	let proof = prove_trace::<TransferAir>(inputs, SHAPE, trace, used, options, &|_| ());
	verify_transfer(&statement, &proof.unwrap())
}

#[test]
fn what_is_free_may_be_anything() {
	// So that what follows is refused for what it says, and for nothing else.
	for half in 0..2 {
		let mut forged = honest(half);
		for column in 0..WITNESS_WIDTH {
			forged.trace.set(column, END + 1, word(9));
			forged.trace.set(column, END + 55, word(9));
		}
		for column in 0..COLUMNS.low {
			forged.trace.set(column, END, word(9));
		}
		assert_eq!(verdict(forged), Ok(()));
	}
}

#[test]
fn each_constraint_refuses_a_proof() {
	let mut refused = BTreeSet::new();
	for half in 0..2 {
		for lie in lies(half).into_iter().rev() {
			// One of each, in one of the halves.
			if lie.constraint % 2 == half && refused.insert(lie.constraint) {
				assert_eq!(verdict(lie.forged), Err(Reject::NotProved), "{}", lie.name);
			}
		}
	}
	assert_eq!(refused.len(), NUM_CONSTRAINTS);
}

#[test]
fn money_out_of_nothing_at_the_edges_of_the_trace() {
	for half in 0..2 {
		let edges = ["a sum that grows", "a high sum that grows", "a carry", "a negative amount"];
		for lie in lies(half).into_iter().filter(|lie| edges.contains(&lie.name)) {
			assert_eq!(verdict(lie.forged), Err(Reject::NotProved), "{}", lie.name);
		}
	}
}

#[test]
fn other_nullifiers_outputs_and_balances_than_the_statements() {
	let refused = |mut forged: Forged, expected: (usize, usize), change: &dyn Fn(&mut Forged)| {
		change(&mut forged);
		forged.inputs = PublicInputs::new(&forged.statement).unwrap();
		let found = violations(&forged.inputs, &forged.trace);
		assert_eq!(found, Violations { transitions: vec![], assertions: vec![expected] });
		assert_eq!(verdict(forged), Err(Reject::NotProved));
	};
	for half in 0..2 {
		for (i, expected) in pinned(half).into_iter().enumerate() {
			refused(honest(half), expected, &|forged| {
				let digest = match i < 4 {
					true => &mut forged.statement.nullifiers[half],
					false => &mut forged.statement.outputs[half],
				};
				let mut words = decode(digest).unwrap();
				words[i % 4] += word(1);
				*digest = encode(&words);
			});
		}
	}
	// The notes leave a fee of 5.
	for (fee, column) in [(4, COLUMNS.low), (6, COLUMNS.low), (5 + (1 << 32), COLUMNS.high)] {
		refused(honest(0), (column, 0), &|forged| {
			forged.statement.public = Public::Transfer { fee };
		});
	}
}
