//! Which statements are refused, and that the encoding binds all of one.

use super::{sample, split, with_splits};
use crate::{
	split::{
		digest, encode, trace_length, PublicInputs, SplitAir, Statement,
		StatementError::{self, *},
		BLINDING_ROWS, BLOCK, COLUMNS, LONG_TRACE, MASKS, MAX_AMOUNT, MAX_PERIOD, MAX_SPLITS,
		PARAMETERS, SHAPE, SHORT_TRACE,
	},
	system::EXTENSION_DEGREE,
};
use alloc::{collections::BTreeSet, vec::Vec};
use winter_air::{Air, TraceInfo};

fn refused(change: impl Fn(&mut Statement), error: StatementError) {
	let mut statement = sample();
	change(&mut statement);
	assert_eq!(statement.check(), Err(error));
	assert_eq!(PublicInputs::new(&statement).err(), Some(error));
}

fn taken(change: impl Fn(&mut Statement)) {
	let mut statement = sample();
	change(&mut statement);
	assert_eq!(statement.check(), Ok(()));
	assert!(PublicInputs::new(&statement).is_ok());
}

#[test]
fn splits_and_the_period_are_bounded() {
	refused(|s| s.splits.clear(), NoSplits);
	refused(|s| s.splits.resize(MAX_SPLITS + 1, split(9)), TooManySplits);
	refused(|s| s.splits.resize(1_000, split(9)), TooManySplits);
	refused(|s| s.period = MAX_PERIOD, PeriodTooLarge);
	refused(|s| s.period = u64::MAX, PeriodTooLarge);
	taken(|s| s.splits.truncate(1));
	taken(|s| s.splits.resize(MAX_SPLITS, split(9)));
	taken(|s| s.period = MAX_PERIOD - 1);
	taken(|s| s.period = 0);
}

#[test]
fn there_is_something_to_split() {
	for split in 0..2 {
		refused(|s| s.splits[split].quantity = 0, NothingToSplit { split });
		refused(|s| s.splits[split].rate = 0, NothingToSplit { split });
		taken(|s| (s.splits[split].quantity, s.splits[split].rate) = (1, 1));
	}
}

#[test]
fn what_is_split_stays_below_its_limit() {
	for split in 0..2 {
		let terms = |quantity: u32, rate: u64| {
			move |s: &mut Statement| {
				(s.splits[split].quantity, s.splits[split].rate) = (quantity, rate);
			}
		};
		for (quantity, rate) in [
			(1, MAX_AMOUNT),
			(1, u64::MAX),
			(2, MAX_AMOUNT / 2),
			(u32::MAX, 1 << 29),
			(u32::MAX, (1 << 28) + 1),
			// Products that wrap around 64 bits.
			(4, 1 << 62),
			(3, u64::MAX / 3 + 1),
			(u32::MAX, u64::MAX),
		] {
			refused(terms(quantity, rate), AmountTooLarge { split });
		}
		for (quantity, rate) in [(1, MAX_AMOUNT - 1), (u32::MAX, 1 << 28), (u32::MAX, 1)] {
			taken(terms(quantity, rate));
		}
	}
}

#[test]
fn a_word_at_or_above_the_modulus_is_refused() {
	let modulus = 0xffff_ffff_0000_0001u64;
	type Place = fn(&mut crate::split::Split) -> &mut [u8; 32];
	let places: [Place; 6] = [
		|s| &mut s.key_commitment,
		|s| &mut s.quantity_commitment,
		|s| &mut s.payout.owner,
		|s| &mut s.payout.note,
		|s| &mut s.refund.owner,
		|s| &mut s.refund.note,
	];
	for word in 0..4 {
		for place in places {
			let put = |bytes: &mut [u8; 32], value: u64| {
				bytes[8 * word..][..8].copy_from_slice(&value.to_le_bytes());
			};
			for value in [modulus, modulus + 1, u64::MAX] {
				for split in 0..2 {
					let change = |s: &mut Statement| put(place(&mut s.splits[split]), value);
					refused(change, NotCanonical { split });
				}
			}
			// The largest there is.
			taken(|s| put(place(&mut s.splits[1]), modulus - 1));
		}
	}
}

/// Genesis and ciphertexts are bytes: nothing about them is canonical or not.
#[test]
fn other_bytes_may_be_anything() {
	taken(|s| s.genesis = [0xff; 32]);
	taken(|s| s.splits[1].ciphertexts = [0xff; 32]);
	taken(|s| s.splits[1].trade = u64::MAX);
	taken(|s| s.asset = u32::MAX);
	// A trade twice: the runtime forms the statement.
	taken(|s| s.splits[1] = s.splits[0]);
}

#[test]
fn the_shorter_trace_holds_seven_splits() {
	for (count, rows) in [(1, SHORT_TRACE), (7, SHORT_TRACE), (8, LONG_TRACE), (15, LONG_TRACE)] {
		let statement = with_splits(count);
		assert_eq!(trace_length(&statement), Ok(rows));
		let inputs = PublicInputs::new(&statement).unwrap();
		assert_eq!(inputs.trace_length(), rows);
		assert_eq!(inputs.blocks().len(), (rows - BLINDING_ROWS) / BLOCK);
		// Those left over are the first once more.
		let first = inputs.blocks()[0];
		for block in &inputs.blocks()[usize::from(count)..] {
			assert_eq!((block.quantity, block.rate), (first.quantity, first.rate));
			assert_eq!((block.key, block.delivered), (first.key, first.delivered));
			assert_eq!((block.refund, block.payout), (first.refund, first.payout));
		}
	}
	assert_eq!(trace_length(&with_splits(0)), Err(NoSplits));
	assert_eq!(trace_length(&with_splits(16)), Err(TooManySplits));
}

#[test]
fn every_field_enters_the_digest() {
	type Change = fn(&mut Statement);
	let changes: [Change; 40] = [
		|_| (),
		|s| s.genesis[0] ^= 1,
		|s| s.genesis[31] ^= 1,
		|s| s.period += 1,
		|s| s.period += 1 << 32,
		|s| s.asset += 1,
		|s| s.asset += 1 << 31,
		|s| s.splits[0].trade += 1,
		|s| s.splits[1].trade += 1 << 63,
		|s| s.splits[0].quantity += 1,
		|s| s.splits[1].quantity += 1 << 31,
		|s| s.splits[0].rate += 1,
		|s| s.splits[1].rate += 1 << 63,
		|s| s.splits[0].key_commitment[0] ^= 1,
		|s| s.splits[1].key_commitment[30] ^= 1,
		|s| s.splits[0].quantity_commitment[0] ^= 1,
		|s| s.splits[1].quantity_commitment[30] ^= 1,
		|s| s.splits[0].payout.owner[0] ^= 1,
		|s| s.splits[1].payout.owner[30] ^= 1,
		|s| s.splits[0].payout.note[0] ^= 1,
		|s| s.splits[1].payout.note[30] ^= 1,
		|s| s.splits[0].refund.owner[0] ^= 1,
		|s| s.splits[1].refund.owner[30] ^= 1,
		|s| s.splits[0].refund.note[0] ^= 1,
		|s| s.splits[1].refund.note[30] ^= 1,
		|s| s.splits[0].ciphertexts[0] ^= 1,
		|s| s.splits[1].ciphertexts[31] ^= 1,
		|s| s.splits.swap(0, 1),
		|s| s.splits.truncate(1),
		|s| s.splits.push(split(3)),
		|s| s.splits[1] = s.splits[0],
		|s| s.splits[0] = s.splits[1],
		// One side for the other, the owner for the note, one commitment for the other.
		|s| {
			let split = &mut s.splits[0];
			core::mem::swap(&mut split.payout, &mut split.refund);
		},
		|s| {
			let split = &mut s.splits[0];
			core::mem::swap(&mut split.payout.owner, &mut split.refund.owner);
		},
		|s| {
			let split = &mut s.splits[0];
			core::mem::swap(&mut split.payout.note, &mut split.refund.note);
		},
		|s| {
			let share = &mut s.splits[0].payout;
			core::mem::swap(&mut share.owner, &mut share.note);
		},
		|s| {
			let split = &mut s.splits[0];
			core::mem::swap(&mut split.key_commitment, &mut split.quantity_commitment);
		},
		// Between the trades.
		|s| {
			let other = s.splits[1].payout;
			s.splits[0].payout = other;
		},
		|s| {
			let other = s.splits[1].quantity_commitment;
			s.splits[0].quantity_commitment = other;
		},
		|s| {
			let [first, second] = [0, 1].map(|i: usize| s.splits[i].ciphertexts);
			(s.splits[0].ciphertexts, s.splits[1].ciphertexts) = (second, first);
		},
	];
	let changed = |change: &Change| {
		let mut statement = sample();
		change(&mut statement);
		statement
	};
	let digests: BTreeSet<_> = changes.iter().map(|change| digest(&changed(change))).collect();
	assert_eq!(digests.len(), changes.len());
	let encodings: BTreeSet<_> = changes.iter().map(|change| encode(&changed(change))).collect();
	assert_eq!(encodings.len(), changes.len());
}

/// The parameters that hiding rests on, derived from the context of either trace length.
#[test]
fn the_blinding_fits_the_context_of_either_length() {
	let options = PARAMETERS.options();
	assert_eq!(options.field_extension().degree() as usize, EXTENSION_DEGREE);
	assert_eq!(options.num_queries(), PARAMETERS.queries);
	assert!(PARAMETERS.cover(BLINDING_ROWS - 6));
	assert!(!PARAMETERS.cover(PARAMETERS.queries + 2 * EXTENSION_DEGREE - 1));
	for (count, rows) in [(1, SHORT_TRACE), (15, LONG_TRACE)] {
		let inputs = PublicInputs::new(&with_splits(count)).unwrap();
		let air = SplitAir::new(TraceInfo::new(SHAPE.width(), rows), inputs, options.clone());
		let context = air.context();
		assert_eq!(context.num_constraint_composition_columns(), PARAMETERS.composition_columns);
		assert_eq!(context.num_transition_exemptions(), BLINDING_ROWS);
		let (borders, queries) = (PARAMETERS.composition_columns - 1, PARAMETERS.queries);
		assert_eq!(MASKS, borders * EXTENSION_DEGREE);
		let randomness = MASKS / EXTENSION_DEGREE * rows;
		assert!(randomness >= borders * (2 * queries + 2 * EXTENSION_DEGREE + 2) + rows);
		// Each mask straddles its border and stays below the highest degree.
		for border in 0..borders {
			let lowest = rows / 2 + border * 15 * rows / 16;
			let highest = lowest + rows - 1 + BLINDING_ROWS;
			assert!(lowest + queries + EXTENSION_DEGREE < (border + 1) * rows);
			assert!(highest >= (border + 1) * rows + queries + EXTENSION_DEGREE);
			assert!(highest < (border + 2) * rows);
		}
		let header = PARAMETERS.context(rows);
		assert_eq!(
			header.num_constraints(),
			context.num_assertions() + context.num_transition_constraints(),
		);
		assert_eq!(air.get_assertions().len(), context.num_assertions());
	}
}

/// What is not asserted here is for a constraint to bind.
#[test]
fn assertions_pin_digests_owners_and_where_sums_start_once_in_each_block() {
	for (count, rows) in [(3, SHORT_TRACE), (15, LONG_TRACE)] {
		let inputs = PublicInputs::new(&with_splits(count)).unwrap();
		let info = TraceInfo::new(SHAPE.width(), rows);
		let air = SplitAir::new(info, inputs, PARAMETERS.options());
		let pinned: BTreeSet<_> = air
			.get_assertions()
			.iter()
			.map(|assertion| {
				assert_eq!((assertion.stride(), assertion.values().len()), (BLOCK, rows / BLOCK));
				(assertion.column(), assertion.first_step())
			})
			.collect();
		let words = [15, 24, 39, 47, 48, 63]
			.into_iter()
			.flat_map(|row| (4..8).map(move |word| (COLUMNS.state[word], row)).collect::<Vec<_>>());
		let starts = [COLUMNS.worth, COLUMNS.left, COLUMNS.rate].map(|column| (column, 0));
		assert_eq!(pinned, words.chain(starts).collect());
	}
}
