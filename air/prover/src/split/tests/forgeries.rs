//! Traces that break one constraint or one assertion, through the real prover and verifier.

use super::{
	forger::{pinned, word, Forged, Forger},
	lies::{honest, lies},
	violations, Deal,
};
use crate::system::{prove_trace, testing::Violations};
use meterproof_programs::{
	hash::{decode, encode},
	split::{
		PublicInputs, SplitAir, Statement, BLOCK, COLUMNS, NUM_CONSTRAINTS, PARAMETERS, SHAPE,
		WITNESS_WIDTH,
	},
};
use meterproof_verifier::{verify_split, Reject};
use std::collections::BTreeSet;
use winter_prover::Trace;

fn verdict(Forged { statement, inputs, trace }: Forged) -> Result<(), Reject> {
	let (used, options) = (inputs.blocks().len() * BLOCK, PARAMETERS.options());
	// The prover does not notice; the bytes are those of a proof in every other respect.
	let proof = prove_trace::<SplitAir>(inputs, SHAPE, trace, used, options, &|_| ());
	verify_split(&statement, &proof.unwrap())
}

#[test]
fn what_is_free_may_be_anything() {
	// So that what follows is refused for what it says, and for nothing else.
	for count in [1, 7, 15] {
		let mut forged = honest(count);
		let blinding = forged.trace.length() - BLOCK;
		for column in 0..WITNESS_WIDTH {
			for row in [0, 1, BLOCK - 2, BLOCK - 1] {
				if !pinned().contains(&(column, row)) {
					forged.trace.set(column, blinding + row, word(9));
				}
			}
		}
		assert_eq!(verdict(forged), Ok(()));
	}
}

#[test]
fn each_constraint_refuses_a_proof() {
	let mut refused = BTreeSet::new();
	for block in [0, 6] {
		for lie in lies(7, block).into_iter().rev() {
			// One of each, in one of the blocks.
			if (lie.constraint % 2 == 0) == (block == 0) && refused.insert(lie.constraint) {
				assert_eq!(verdict(lie.forged), Err(Reject::NotProved), "{}", lie.name);
			}
		}
	}
	assert_eq!(refused.len(), NUM_CONSTRAINTS);
}

/// In the last block the transition into the blinding is the last that is enforced.
#[test]
fn money_out_of_nothing_in_the_last_block() {
	let of_money: BTreeSet<_> = [
		"less than nothing is missing",
		"less than nothing is delivered",
		"the buyer's unit for the seller",
		"a unit of nobody's",
		"all to one and some to the other",
		"a payout of p more",
		"a high half that is no number",
	]
	.into();
	let mut told = BTreeSet::new();
	for lie in lies(15, 14).into_iter().filter(|lie| of_money.contains(lie.name)) {
		told.insert(lie.name);
		assert_eq!(verdict(lie.forged), Err(Reject::NotProved), "{}", lie.name);
	}
	assert_eq!(told, of_money);
}

#[test]
fn other_digests_owners_and_terms_than_the_statements() {
	type Change = fn(&mut Statement);
	let refused = |block: usize, columns: &[usize], row: usize, change: Change| {
		let mut forged = honest(7);
		// The others are as they were: only this block is another.
		forged.statement.splits.swap(0, block);
		change(&mut forged.statement);
		forged.statement.splits.swap(0, block);
		forged.inputs = PublicInputs::new(&forged.statement).unwrap();
		let assertions = columns.iter().map(|column| (*column, block * BLOCK + row)).collect();
		let found = violations(&forged.inputs, &forged.trace);
		assert_eq!(found, Violations { transitions: vec![], assertions });
		assert_eq!(verdict(forged), Err(Reject::NotProved));
	};
	fn raise(digest: &mut [u8; 32]) {
		let mut words = decode(digest).unwrap();
		words[2] += word(1);
		*digest = encode(&words);
	}
	let third = [COLUMNS.state[6]];
	for block in [0, 3, 6] {
		refused(block, &third, 15, |s| raise(&mut s.splits[0].key_commitment));
		refused(block, &third, 24, |s| raise(&mut s.splits[0].refund.owner));
		refused(block, &third, 39, |s| raise(&mut s.splits[0].refund.note));
		refused(block, &third, 47, |s| raise(&mut s.splits[0].quantity_commitment));
		refused(block, &third, 48, |s| raise(&mut s.splits[0].payout.owner));
		refused(block, &third, 63, |s| raise(&mut s.splits[0].payout.note));
		refused(block, &[COLUMNS.left], 0, |s| s.splits[0].quantity -= 1);
		refused(block, &[COLUMNS.rate], 0, |s| s.splits[0].rate += 1);
	}
}

/// Blocks left over say what the first says, or nothing is accepted.
#[test]
fn blocks_left_over_are_no_free_ones() {
	let deals = [Deal { quantity: 10, rate: 7, delivered: 3 }];
	let forged = Forger::of(&deals).forge(|(block, place), slot| {
		if (block, place) == (6, 7) {
			slot.state[11] += word(1);
		}
	});
	assert_eq!(violations(&forged.inputs, &forged.trace).transitions, [(49, 6 * BLOCK + 55)]);
	assert_eq!(verdict(forged), Err(Reject::NotProved));
}
