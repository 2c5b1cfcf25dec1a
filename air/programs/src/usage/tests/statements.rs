//! Which statements are refused, and that the encoding binds all of one.

use super::{quantity_commitment, sample, sealed_sample};
use crate::{
	commitment::Tag,
	system::Parameters,
	usage::{
		capacity, digest, encode, options, slot_count, trace_length, Claim, PublicInputs, Shape,
		Slot, Statement,
		StatementError::{self, *},
		UsageAir, BLINDING_ROWS, EXTENSION_DEGREE, MASKS, MAX_QUANTITY, MAX_SLOTS,
		NUM_COMPOSITION_COLUMNS, NUM_QUERIES, PARAMETERS, SHAPE, WITNESS_WIDTH,
	},
};
use alloc::{collections::BTreeSet, vec::Vec};
use meterproof_statements::{Direction, Resource};
use winter_air::{Air, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};

fn refused(change: impl Fn(&mut Statement), error: StatementError) {
	let mut statement = sample();
	change(&mut statement);
	assert_eq!(statement.check(), Err(error));
	assert_eq!(PublicInputs::new(&statement), Err(error));
}

#[test]
fn what_cannot_be_proved_is_refused() {
	assert_eq!(sample().check(), Ok(()));
	refused(|s| s.groups.clear(), NoGroups);
	refused(|s| s.groups[1].slots.clear(), EmptyGroup { group: 1 });
	refused(|s| s.period = MAX_QUANTITY, PeriodTooLarge);
	refused(|s| s.period = u64::MAX, PeriodTooLarge);
	for claim in [Claim::AtLeast, Claim::AtMost, Claim::Exactly] {
		refused(|s| s.groups[0].claim = claim(MAX_QUANTITY), QuantityTooLarge { group: 0 });
		refused(|s| s.groups[2].claim = claim(u64::MAX), QuantityTooLarge { group: 2 });
		refused(|s| s.groups[1].claim = claim(MAX_QUANTITY - 150), QuantityTooLarge { group: 1 });
	}
	refused(|s| s.groups[2].slots[1].device = 4, DevicesNotIncreasing { group: 2, slot: 1 });
	refused(|s| s.groups[2].slots[2].device = 1, DevicesNotIncreasing { group: 2, slot: 2 });
	refused(|s| s.groups[0].slots.swap(0, 1), DevicesNotIncreasing { group: 0, slot: 1 });
}

#[test]
fn a_commitment_word_at_or_above_the_modulus_is_refused() {
	let modulus = 0xffff_ffff_0000_0001u64;
	for word in 0..4 {
		for value in [modulus, modulus + 1, u64::MAX] {
			let put = |bytes: &mut [u8; 32]| {
				bytes[8 * word..][..8].copy_from_slice(&value.to_le_bytes());
			};
			refused(
				|s| put(&mut s.groups[2].slots[1].commitment),
				CommitmentNotCanonical { group: 2, slot: Some(1) },
			);
			refused(
				|s| put(&mut s.groups[1].slack_commitment),
				CommitmentNotCanonical { group: 1, slot: None },
			);
		}
	}
}

#[test]
fn a_hidden_quantity_whose_commitment_is_not_canonical_is_refused() {
	let modulus = 0xffff_ffff_0000_0001u64;
	for word in 0..4 {
		let with = |value: u64| {
			let mut bytes = quantity_commitment(90);
			bytes[8 * word..][..8].copy_from_slice(&value.to_le_bytes());
			Claim::AtLeastHidden(bytes)
		};
		for value in [modulus, modulus + 1, u64::MAX] {
			for group in 0..3 {
				let error = QuantityNotCanonical { group };
				refused(|s| s.groups[group].claim = with(value), error);
			}
		}
		let mut statement = sample();
		statement.groups[0].claim = with(modulus - 1);
		assert_eq!(statement.check(), Ok(()));
	}
}

/// The limit is on what is claimed in public.
#[test]
fn a_hidden_quantity_adds_nothing_to_the_totals() {
	let mut statement = sealed_sample();
	statement.groups[0].claim = Claim::AtLeast(MAX_QUANTITY - 1 - 209);
	assert_eq!(statement.check(), Ok(()));
	let inputs = PublicInputs::new(&statement).unwrap();
	let totals: Vec<_> = inputs.slots().iter().filter_map(|slot| slot.total).collect();
	assert_eq!(totals, [MAX_QUANTITY - 210, MAX_QUANTITY - 210, MAX_QUANTITY - 1]);
	statement.groups[2].claim = Claim::Exactly(210);
	assert_eq!(statement.check(), Err(QuantityTooLarge { group: 2 }));
}

#[test]
fn a_hidden_quantity_has_a_slot_between_readings_and_slack() {
	let statement = sealed_sample();
	assert_eq!(slot_count(&statement), slot_count(&sample()) + 1);
	let counts: Vec<_> = statement.groups.iter().map(|group| group.slot_count()).collect();
	assert_eq!(counts, [3, 3, 4]);
	let inputs = PublicInputs::new(&statement).unwrap();
	let of_group: Vec<_> = inputs.slots()[3..6]
		.iter()
		.map(|slot| (slot.tag, slot.weight, slot.device, slot.direction, slot.total))
		.collect();
	let one = BaseElement::ONE;
	let expected = [
		(Tag::Reading, one, 3, 1, None),
		(Tag::Quantity, -one, 0, 1, None),
		(Tag::Slack, -one, 0, 1, Some(150)),
	];
	assert_eq!(of_group, expected);
	let commitment = crate::commitment::encode(&inputs.slots()[4].commitment);
	assert_eq!(statement.groups[1].claim.hidden(), Some(&commitment));
	assert_eq!(statement.groups[0].claim.hidden(), None);
}

#[test]
fn a_hidden_quantity_takes_room_for_a_slot() {
	let mut statement = with_slots(57);
	assert_eq!(trace_length(&statement), Ok(512));
	statement.groups[0].claim = Claim::AtLeastHidden(quantity_commitment(90));
	assert_eq!(trace_length(&statement), Ok(1024));
	let mut statement = with_slots(MAX_SLOTS);
	statement.groups[0].claim = Claim::AtLeastHidden(quantity_commitment(90));
	assert_eq!(statement.check(), Err(TooManySlots));
	assert_eq!(trace_length(&statement), Err(TooManySlots));
}

fn with_slots(count: usize) -> Statement {
	let mut statement = sample();
	let slot = statement.groups[0].slots[0].clone();
	statement.groups.truncate(1);
	statement.groups[0].slots =
		(1..count as u32).map(|device| Slot { device, ..slot.clone() }).collect();
	assert_eq!(slot_count(&statement), count);
	statement
}

#[test]
fn slots_fill_a_power_of_two_less_the_blinding() {
	for (slots, rows) in [(2, 512), (57, 512), (58, 1024), (1017, 8192), (1018, 16384)] {
		assert_eq!(trace_length(&with_slots(slots)), Ok(rows));
	}
	assert_eq!([512, 1024, 1 << 17].map(capacity), [57, 121, 16_377]);
	assert_eq!(MAX_SLOTS, 131_065);
	let most = with_slots(MAX_SLOTS);
	assert_eq!(most.check(), Ok(()));
	assert_eq!(trace_length(&most), Ok(1 << 20));
	let more = with_slots(MAX_SLOTS + 1);
	assert_eq!(more.check(), Err(TooManySlots));
	assert_eq!(trace_length(&more), Err(TooManySlots));
}

/// The parameters that hiding rests on, derived from the context of every trace length.
#[test]
fn the_blinding_fits_the_context_of_every_length() {
	let options = options();
	assert_eq!(options.field_extension().degree() as usize, EXTENSION_DEGREE);
	assert_eq!(options.num_queries(), NUM_QUERIES);
	for rows in (9..=20).map(|log| 1 << log) {
		let inputs = PublicInputs::new(&with_slots(capacity(rows))).unwrap();
		assert_eq!(inputs.trace_length(), rows);
		let info = TraceInfo::new(SHAPE.width(), rows);
		let air = UsageAir::new(info, inputs, options.clone());
		let context = air.context();
		assert_eq!(context.num_constraint_composition_columns(), NUM_COMPOSITION_COLUMNS);
		assert_eq!(context.num_transition_exemptions(), BLINDING_ROWS);
		let borders = NUM_COMPOSITION_COLUMNS - 1;
		assert_eq!(MASKS, borders * EXTENSION_DEGREE);
		let randomness = MASKS / EXTENSION_DEGREE * rows;
		assert!(randomness >= borders * (2 * NUM_QUERIES + 2 * EXTENSION_DEGREE + 2) + rows);
		// Each mask straddles its border and stays below the highest degree.
		for border in 0..borders {
			let lowest = rows / 2 + border * 15 * rows / 16;
			let highest = lowest + rows - 1 + BLINDING_ROWS;
			assert!(lowest + NUM_QUERIES + EXTENSION_DEGREE < (border + 1) * rows);
			assert!(highest >= (border + 1) * rows + NUM_QUERIES + EXTENSION_DEGREE);
			assert!(highest < (border + 2) * rows);
		}
		let header = crate::usage::context(rows);
		assert_eq!(
			header.num_constraints(),
			context.num_assertions() + context.num_transition_constraints(),
		);
		assert_eq!(air.get_assertions().len(), context.num_assertions());
	}
}

#[test]
fn parameters_without_enough_blinding_or_with_a_longer_remainder_do_not_cover() {
	let free = BLINDING_ROWS - BLINDING_ROWS / 8;
	assert!(PARAMETERS.cover(free));
	assert!(PARAMETERS.cover(NUM_QUERIES + 2 * EXTENSION_DEGREE));
	assert!(!PARAMETERS.cover(NUM_QUERIES + 2 * EXTENSION_DEGREE - 1));
	assert!(!PARAMETERS.cover(BLINDING_ROWS + 1));
	assert!(Parameters { queries: free - 6, ..PARAMETERS }.cover(free));
	assert!(!Parameters { queries: free - 5, ..PARAMETERS }.cover(free));
	assert!(!Parameters { remainder_degree: 255, ..PARAMETERS }.cover(free));
	assert!(!Parameters { composition_columns: 8, ..PARAMETERS }.cover(free));
	// K is a multiple of 8 and at most N/8 + 7.
	let with = |blinding, rows| {
		let shape = Shape::new(WITNESS_WIDTH, MASKS, blinding, rows);
		Parameters { shape, ..PARAMETERS }.cover(free)
	};
	assert!(with(56, 512) && with(56, 392) && with(64, 512));
	assert!(!with(57, 512) && !with(56, 391) && !with(72, 512));
}

#[test]
fn every_field_enters_the_digest() {
	type Change = fn(&mut Statement);
	let changes: [Change; 23] = [
		|_| (),
		|s| s.genesis[31] ^= 1,
		|s| s.period += 1,
		|s| s.period += 1 << 32,
		|s| s.resource = Resource::Gas,
		|s| s.groups[0].operator[0] ^= 1,
		|s| s.groups[2].operator[31] ^= 1,
		|s| s.groups[1].zone += 1,
		|s| s.groups[1].direction = Direction::Import,
		|s| s.groups[0].claim = Claim::AtMost(150),
		|s| s.groups[0].claim = Claim::Exactly(150),
		|s| s.groups[0].claim = Claim::AtLeast(151),
		|s| s.groups[2].slots[0].device += 10,
		|s| s.groups[2].slots[0].commitment[31] ^= 1,
		|s| s.groups[1].slack_commitment[0] ^= 1,
		|s| s.groups.swap(0, 1),
		|s| s.groups[0].claim = Claim::AtLeast(0),
		|s| s.groups[0].claim = Claim::AtLeastHidden(quantity_commitment(150)),
		|s| s.groups[0].claim = Claim::AtLeastHidden(quantity_commitment(151)),
		|s| s.groups[1].claim = Claim::AtLeastHidden(quantity_commitment(150)),
		// Slack and quantity for each other.
		|s| {
			s.groups[0].claim = Claim::AtLeastHidden(s.groups[0].slack_commitment);
			s.groups[0].slack_commitment = quantity_commitment(150);
		},
		// Of the group before, and of the last.
		|s| s.groups[2].claim = Claim::AtLeastHidden(quantity_commitment(150)),
		// A slot moved to the next group.
		|s| {
			let slot = s.groups[0].slots.pop().unwrap();
			s.groups[1].slots.insert(0, slot);
		},
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

/// A commitment behind a group could be taken for what the next begins with, did its kind not tell.
#[test]
fn kinds_tell_what_follows_them() {
	let kinds = [
		Claim::AtLeast(5),
		Claim::AtMost(5),
		Claim::Exactly(5),
		Claim::AtLeastHidden(quantity_commitment(5)),
	];
	assert_eq!(kinds.map(|claim| claim.kind()), [1, 2, 3, 4]);
	let with = |claim| {
		let mut statement = sample();
		statement.groups[2].claim = claim;
		encode(&statement)
	};
	let [.., exactly, hidden] = kinds.map(with);
	// The kind, eight bytes of quantity, and the commitment at the end.
	assert_eq!(hidden.len(), exactly.len() + 32);
	let differ = exactly.iter().zip(&hidden).filter(|(a, b)| a != b).count();
	assert_eq!(differ, 2);
	assert_eq!(hidden[exactly.len()..], quantity_commitment(5));
}
