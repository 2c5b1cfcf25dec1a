//! What proofs of other sizes weigh than those that were measured.

use meterproof_primitives::OpeningSize;
use pallet_settlement::weights::*;

use super::*;

#[test]
fn both_measured_proofs_weigh_what_was_measured() {
	assert_eq!(verify::<()>(1), <() as WeightInfo>::verify_small());
	assert_eq!(verify::<()>(SMALL), <() as WeightInfo>::verify_small());
	assert_eq!(verify::<()>(LARGE), <() as WeightInfo>::verify_large());
}

#[test]
fn what_fills_a_trace_weighs_the_same() {
	for (first, last) in [(250, 505), (506, 1_017), (1_018, 2_041), (2_042, 4_089)] {
		assert_eq!(verify::<()>(first), verify::<()>(last));
		assert!(verify::<()>(last + 1).ref_time() > verify::<()>(last).ref_time());
	}
	// Twice as many slots above the small proof, twice as much above its weight.
	let (small, large) = (<()>::verify_small(), <()>::verify_large());
	let slots = u64::from(4_089 - SMALL);
	let more =
		large.saturating_sub(small).saturating_mul(slots).saturating_div(u64::from(LARGE - SMALL));
	assert_eq!(verify::<()>(4_089), small.saturating_add(more));
	assert_eq!(verify::<()>(u32::MAX), verify::<()>(u32::MAX - 1));
}

#[test]
fn every_group_slot_and_trade_adds_weight() {
	let base = submit_proof::<()>(1, 200, 1);
	assert!(submit_proof::<()>(2, 200, 1).all_gte(base));
	assert!(submit_proof::<()>(2, 200, 1).any_gt(base));
	assert!(submit_proof::<()>(1, 249, 1).any_gt(base));
	assert!(submit_proof::<()>(1, 200, 2).any_gt(base));
}

#[test]
fn what_is_opened_is_paid_for_by_leaf_node_and_opening_and_reads_no_page() {
	let size = |openings, leaves, nodes| OpeningSize { openings, leaves, nodes };
	let of = |size| submit_proof_opening::<()>(1, 200, 1, size);
	assert_eq!(of(OpeningSize::default()), submit_proof::<()>(1, 200, 1));
	let base = of(size(1, 100, 10));
	for more in [size(2, 100, 10), size(1, 132, 10), size(1, 100, 11)] {
		assert!(of(more).any_gt(base), "{more:?}");
	}
	let stored = submit_proof::<()>(1, 100, 1);
	let verified = verify::<()>(201).saturating_sub(verify::<()>(101));
	let opened = open::<()>(size(1, 100, 10));
	assert_eq!(base, stored.saturating_add(verified).saturating_add(opened));
	assert!(open::<()>(size(0, 0, 0)).is_zero());
}

#[test]
fn a_hidden_quantity_is_a_slot_and_more_splits_are_another_trace() {
	type W = ();
	let parts = |g: u32, s: u32, split: Weight| {
		W::form_sealed(g, s.div_ceil(PAGE))
			.saturating_add(split)
			.saturating_add(verify::<W>(s + 2 * g))
			.saturating_add(W::settle_sealed().saturating_mul(g.into()))
	};
	let (small, large) = (W::verify_split_small(), W::verify_split_large());
	assert_eq!(submit_sealed_proof::<W>(1, 200), parts(1, 200, small));
	assert_eq!(submit_sealed_proof::<W>(7, 200), parts(7, 200, small));
	assert_eq!(submit_sealed_proof::<W>(8, 200), parts(8, 200, large));
}
