//! Which statements are refused, and that the encoding binds all of one.

use super::sample;
use crate::{
	system::EXTENSION_DEGREE,
	transfer::{
		digest, Public, PublicInputs, Statement,
		StatementError::{self, *},
		TransferAir, BLINDING_ROWS, MASKS, PARAMETERS, SHAPE, TRACE_LENGTH,
	},
};
use alloc::{collections::BTreeSet, vec::Vec};
use winter_air::{Air, TraceInfo};
use winter_math::fields::f64::BaseElement;

fn refused(change: impl Fn(&mut Statement), error: StatementError) {
	let mut statement = sample();
	change(&mut statement);
	assert_eq!(statement.check(), Err(error));
	assert_eq!(PublicInputs::new(&statement).err(), Some(error));
}

#[test]
fn a_statement_of_each_kind_is_taken() {
	for public in [
		Public::Shield { from: [0; 32], amount: 1 },
		Public::Shield { from: [1; 32], amount: u64::MAX },
		Public::Transfer { fee: 0 },
		Public::Transfer { fee: u64::MAX },
		Public::Unshield { to: [1; 32], amount: 1, fee: 0 },
		Public::Unshield { to: [1; 32], amount: u64::MAX, fee: u64::MAX },
	] {
		assert_eq!(Statement { public, ..sample() }.check(), Ok(()));
	}
}

#[test]
fn one_note_is_not_spent_twice() {
	refused(|s| s.nullifiers[1] = s.nullifiers[0], SameNullifiers);
}

#[test]
fn nothing_is_neither_shielded_nor_unshielded() {
	refused(|s| s.public = Public::Shield { from: [1; 32], amount: 0 }, NoAmount);
	refused(|s| s.public = Public::Unshield { to: [1; 32], amount: 0, fee: 1 }, NoAmount);
}

/// If words could be as large as the modulus, a note could be spent again under other bytes of its nullifier.
#[test]
fn a_word_at_or_above_the_modulus_is_refused() {
	let modulus = 0xffff_ffff_0000_0001u64;
	for word in 0..4 {
		for value in [modulus, modulus + 1, u64::MAX] {
			let put = |bytes: &mut [u8; 32]| {
				bytes[8 * word..][..8].copy_from_slice(&value.to_le_bytes());
			};
			refused(|s| put(&mut s.root), NotCanonical);
			for i in 0..2 {
				refused(|s| put(&mut s.nullifiers[i]), NotCanonical);
				refused(|s| put(&mut s.outputs[i]), NotCanonical);
			}
		}
		// The largest there is.
		let mut statement = sample();
		statement.root[8 * word..][..8].copy_from_slice(&(modulus - 1).to_le_bytes());
		assert_eq!(statement.check(), Ok(()));
	}
}

/// Genesis, ciphertexts and accounts are bytes: nothing about them is canonical or not.
#[test]
fn other_bytes_may_be_anything() {
	let mut statement = sample();
	statement.genesis = [0xff; 32];
	statement.ciphertexts = [0xff; 32];
	statement.public = Public::Shield { from: [0xff; 32], amount: 1 };
	assert_eq!(statement.check(), Ok(()));
}

#[test]
fn every_field_enters_the_digest() {
	type Change = fn(&mut Statement);
	let changes: [Change; 27] = [
		|_| (),
		|s| s.genesis[0] ^= 1,
		|s| s.genesis[31] ^= 1,
		|s| s.asset += 1,
		|s| s.asset += 1 << 31,
		|s| s.root[0] ^= 1,
		|s| s.root[30] ^= 1,
		|s| s.nullifiers[0][0] ^= 1,
		|s| s.nullifiers[1][30] ^= 1,
		|s| s.nullifiers.swap(0, 1),
		|s| s.outputs[0][0] ^= 1,
		|s| s.outputs[1][30] ^= 1,
		|s| s.outputs.swap(0, 1),
		// What is spent for what is made.
		|s| core::mem::swap(&mut s.nullifiers, &mut s.outputs),
		|s| core::mem::swap(&mut s.root, &mut s.nullifiers[0]),
		|s| s.ciphertexts[0] ^= 1,
		|s| s.ciphertexts[31] ^= 1,
		|s| s.public = Public::Unshield { to: [12; 32], amount: 12 + (13 << 32), fee: 14 },
		|s| s.public = Public::Unshield { to: [11; 32], amount: 12, fee: 14 },
		|s| s.public = Public::Unshield { to: [11; 32], amount: 13 + (13 << 32), fee: 14 },
		|s| s.public = Public::Unshield { to: [11; 32], amount: 12 + (13 << 32), fee: 15 },
		// A fee that is an amount.
		|s| s.public = Public::Unshield { to: [11; 32], amount: 14, fee: 12 + (13 << 32) },
		|s| s.public = Public::Shield { from: [11; 32], amount: 12 + (13 << 32) },
		|s| s.public = Public::Shield { from: [12; 32], amount: 12 + (13 << 32) },
		|s| s.public = Public::Shield { from: [0; 32], amount: 12 + (13 << 32) },
		|s| s.public = Public::Transfer { fee: 14 },
		|s| s.public = Public::Transfer { fee: 12 + (13 << 32) },
	];
	let digests: Vec<_> = changes
		.iter()
		.map(|change| {
			let mut statement = sample();
			change(&mut statement);
			digest(&statement)
		})
		.collect();
	assert_eq!(digests.iter().collect::<BTreeSet<_>>().len(), digests.len());
}

#[test]
fn sums_begin_with_what_enters_less_what_leaves() {
	let balance = |public| PublicInputs::new(&Statement { public, ..sample() }).unwrap().balance();
	let word = BaseElement::new;
	let most = u64::from(u32::MAX);
	let (zero, from) = (word(0), [1; 32]);
	assert_eq!(balance(Public::Transfer { fee: 0 }), [zero, zero]);
	assert_eq!(balance(Public::Shield { from, amount: u64::MAX }), [word(most), word(most)]);
	assert_eq!(balance(Public::Transfer { fee: (7 << 32) + 5 }), [-word(5), -word(7)]);
	// More than 64 bits leave; halves of two amounts do not run together.
	let public = Public::Unshield { to: from, amount: u64::MAX, fee: u64::MAX };
	assert_eq!(balance(public), [-word(2 * most), -word(2 * most)]);
}

/// The parameters that hiding rests on, derived from the context.
#[test]
fn the_blinding_fits_the_context() {
	let inputs = PublicInputs::new(&sample()).unwrap();
	let options = PARAMETERS.options();
	assert_eq!(options.field_extension().degree() as usize, EXTENSION_DEGREE);
	let air = TransferAir::new(TraceInfo::new(SHAPE.width(), TRACE_LENGTH), inputs, options);
	let context = air.context();
	assert_eq!(context.num_constraint_composition_columns(), PARAMETERS.composition_columns);
	assert_eq!(context.num_transition_exemptions(), BLINDING_ROWS);
	let (borders, queries) = (PARAMETERS.composition_columns - 1, PARAMETERS.queries);
	assert_eq!(MASKS, borders * EXTENSION_DEGREE);
	let randomness = MASKS / EXTENSION_DEGREE * TRACE_LENGTH;
	assert!(randomness >= borders * (2 * queries + 2 * EXTENSION_DEGREE + 2) + TRACE_LENGTH);
	// Each mask straddles its border and stays below the highest degree.
	for border in 0..borders {
		let lowest = TRACE_LENGTH / 2 + border * 15 * TRACE_LENGTH / 16;
		let highest = lowest + TRACE_LENGTH - 1 + BLINDING_ROWS;
		assert!(lowest + queries + EXTENSION_DEGREE < (border + 1) * TRACE_LENGTH);
		assert!(highest >= (border + 1) * TRACE_LENGTH + queries + EXTENSION_DEGREE);
		assert!(highest < (border + 2) * TRACE_LENGTH);
	}
	let header = PARAMETERS.context(TRACE_LENGTH);
	assert_eq!(
		header.num_constraints(),
		context.num_assertions() + context.num_transition_constraints(),
	);
	assert_eq!(air.get_assertions().len(), context.num_assertions());
	// No assertion in a row behind the first of the blinding.
	let last = TRACE_LENGTH - BLINDING_ROWS;
	assert!(air.get_assertions().iter().all(|assertion| assertion.first_step() <= last));
}
