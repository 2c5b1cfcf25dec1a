//! Weights of settlement's calls, put together from what the benchmarks measure
//! (`benchmarking.rs`). The runtime holds the figures of the last run.

use frame::weights_prelude::*;
use meterproof_primitives::OpeningSize;

use crate::verifying::by_slots;
pub use crate::verifying::{LARGE, SMALL, SPLITS_SMALL};

/// What the benchmarks measure.
pub trait WeightInfo {
	/// The statement of `g` groups, read and put together: the first commitment of each, and `p`
	/// full pages of [`PAGE`] more.
	fn form_statement(g: u32, p: u32) -> Weight;
	/// A proof for [`SMALL`] slots.
	fn verify_small() -> Weight;
	/// A proof for [`LARGE`] slots.
	fn verify_large() -> Weight;
	/// A group with `t` trades, both sides of each paid into notes, or expired.
	fn settle_group(t: u32) -> Weight;
	/// A named prover.
	fn name_prover() -> Weight;
	/// A cleared prover.
	fn clear_prover() -> Weight;
	/// A pruned record.
	fn prune() -> Weight;
	/// A look at `n` groups or records that may be due in idle time.
	fn idle(n: u32) -> Weight;
	/// The root over the `n` settlements of the block before.
	fn close(n: u32) -> Weight;
	/// Both statements of `g` groups with a sealed trade each, as `form_statement`.
	fn form_sealed(g: u32, p: u32) -> Weight;
	/// A proof of [`SPLITS_SMALL`] splits.
	fn verify_split_small() -> Weight;
	/// A proof of as many splits as there can be.
	fn verify_split_large() -> Weight;
	/// A group with a sealed trade, settled into two notes.
	fn settle_sealed() -> Weight;
	/// `l` leaves in `o` openings, with the fewest nodes, found under their roots and their signatures
	/// verified.
	fn open(l: u32, o: u32) -> Weight;
	/// `n` nodes joined on the way to roots.
	fn climb(n: u32) -> Weight;
}

/// Commitments in one page of storage (`pallet-metering`).
pub const PAGE: u32 = 32;

/// Verifying a proof for `slots` slots, slacks included.
pub fn verify<W: WeightInfo>(slots: u32) -> Weight {
	let (small, large) = (W::verify_small(), W::verify_large());
	Weight::from_parts(
		by_slots(slots, small.ref_time(), large.ref_time()),
		by_slots(slots, small.proof_size(), large.proof_size()),
	)
}

/// A proof for `g` groups with `s` commitments and `t` trades. Its bytes are in the extrinsic's
/// length; walking them is a part of verifying.
pub fn submit_proof<W: WeightInfo>(g: u32, s: u32, t: u32) -> Weight {
	submit_proof_opening::<W>(g, s, t, OpeningSize::default())
}

/// The same, of whose commitments some are opened; the others are stored.
pub fn submit_proof_opening<W: WeightInfo>(g: u32, s: u32, t: u32, o: OpeningSize) -> Weight {
	// The trades lie in some way among the groups; each group has its record.
	let group = W::settle_group(0);
	let trade = W::settle_group(1).saturating_sub(group);
	W::form_statement(g, s.saturating_sub(o.leaves).div_ceil(PAGE))
		.saturating_add(open::<W>(o))
		.saturating_add(verify::<W>(s.saturating_add(g)))
		.saturating_add(group.saturating_mul(g.into()))
		.saturating_add(trade.saturating_mul(t.into()))
}

/// The two proofs that settle `g` groups with `s` commitments sealed. In the first one each group
/// has a slot more than its slack: the hidden quantity.
pub fn submit_sealed_proof<W: WeightInfo>(g: u32, s: u32) -> Weight {
	submit_sealed_proof_opening::<W>(g, s, OpeningSize::default())
}

/// The same, of whose commitments some are opened; the others are stored.
pub fn submit_sealed_proof_opening<W: WeightInfo>(g: u32, s: u32, o: OpeningSize) -> Weight {
	let split = if g <= SPLITS_SMALL { W::verify_split_small() } else { W::verify_split_large() };
	W::form_sealed(g, s.saturating_sub(o.leaves).div_ceil(PAGE))
		.saturating_add(open::<W>(o))
		.saturating_add(split)
		.saturating_add(verify::<W>(s.saturating_add(g).saturating_add(g)))
		.saturating_add(W::settle_sealed().saturating_mul(g.into()))
}

/// What is taken out of roots. The nodes that even leaves in a row need are paid for twice.
pub fn open<W: WeightInfo>(o: OpeningSize) -> Weight {
	let OpeningSize { openings, leaves, nodes } = o;
	if openings == 0 {
		return Weight::zero();
	}
	W::open(leaves, openings).saturating_add(W::climb(nodes))
}

/// An expired group with `t` trades.
pub fn expire<W: WeightInfo>(t: u32) -> Weight {
	W::settle_group(t)
}

/// Round figures for tests.
impl WeightInfo for () {
	fn form_statement(g: u32, p: u32) -> Weight {
		micros(100)
			.saturating_add(micros(400).saturating_mul(g.into()))
			.saturating_add(micros(20).saturating_mul(p.into()))
	}
	fn verify_small() -> Weight {
		micros(4_000)
	}
	fn verify_large() -> Weight {
		micros(7_000)
	}
	fn settle_group(t: u32) -> Weight {
		// Two notes in each.
		micros(200).saturating_add(micros(1_600).saturating_mul(t.into()))
	}
	fn name_prover() -> Weight {
		micros(200)
	}
	fn clear_prover() -> Weight {
		micros(200)
	}
	fn prune() -> Weight {
		micros(100)
	}
	fn idle(n: u32) -> Weight {
		micros(30).saturating_add(micros(20).saturating_mul(n.into()))
	}
	fn close(n: u32) -> Weight {
		micros(20).saturating_add(micros(5).saturating_mul(n.into()))
	}
	fn form_sealed(g: u32, p: u32) -> Weight {
		Self::form_statement(g, p).saturating_add(micros(100).saturating_mul(g.into()))
	}
	fn verify_split_small() -> Weight {
		micros(3_000)
	}
	fn verify_split_large() -> Weight {
		micros(3_500)
	}
	fn settle_sealed() -> Weight {
		micros(1_800)
	}
	fn open(l: u32, o: u32) -> Weight {
		micros(20)
			.saturating_add(micros(110).saturating_mul(l.into()))
			.saturating_add(micros(150).saturating_mul(o.into()))
	}
	fn climb(n: u32) -> Weight {
		micros(10).saturating_add(micros(3).saturating_mul(n.into()))
	}
}

const fn micros(n: u64) -> Weight {
	Weight::from_parts(n.saturating_mul(1_000_000), 0)
}
