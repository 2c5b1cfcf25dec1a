//! Weights of settlement's calls, put together from what the benchmarks measure
//! (`benchmarking.rs`). The runtime holds the figures of the last run.

use frame::weights_prelude::*;

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
	/// Both statements of `g` groups with a sealed trade each, as `form_statement`.
	fn form_sealed(g: u32, p: u32) -> Weight;
	/// A proof of [`SPLITS_SMALL`] splits.
	fn verify_split_small() -> Weight;
	/// A proof of as many splits as there can be.
	fn verify_split_large() -> Weight;
	/// A group with a sealed trade, settled into two notes.
	fn settle_sealed() -> Weight;
}

/// Commitments in one page of storage (`pallet-metering`).
pub const PAGE: u32 = 32;

/// Slots of the small proof, the slack's included: they fill a trace of 2,048 rows, the shortest
/// whose low-degree proof has two layers. Fewer slots cost less.
pub const SMALL: u32 = 249;
/// Slots of the large proof: they fill a trace of 16,384 rows, the shortest whose low-degree proof
/// has three layers.
pub const LARGE: u32 = 2_041;

/// Slots that the blinding rows of a trace take the place of. A trace has eight rows for each slot
/// and a power of two in all.
const BLINDING_SLOTS: u32 = 7;

/// Most splits whose proof has the shorter of its two traces.
pub const SPLITS_SMALL: u32 = 7;

/// Verifying a proof for `slots` slots, slacks included: the line through the two that are
/// measured, at as many slots as fit the trace. What verifying takes goes by the rows of the trace,
/// with a step where the low-degree proof gets a layer more. Both measured proofs lie just behind
/// such a step, so that the line lies above all others. A proof that is refused costs no more.
pub fn verify<W: WeightInfo>(slots: u32) -> Weight {
	let (small, large) = (W::verify_small(), W::verify_large());
	let filled = slots
		.saturating_add(BLINDING_SLOTS)
		.checked_next_power_of_two()
		.unwrap_or(u32::MAX)
		.saturating_sub(BLINDING_SLOTS);
	let more = filled.saturating_sub(SMALL);
	let slope = large.saturating_sub(small);
	small.saturating_add(
		slope.saturating_mul(more.into()).saturating_div(LARGE.saturating_sub(SMALL).into()),
	)
}

/// A proof for `g` groups with `s` commitments and `t` trades. Its bytes are in the extrinsic's
/// length; walking them is a part of verifying.
pub fn submit_proof<W: WeightInfo>(g: u32, s: u32, t: u32) -> Weight {
	// The trades lie in some way among the groups; each group has its record.
	let group = W::settle_group(0);
	let trade = W::settle_group(1).saturating_sub(group);
	W::form_statement(g, s.div_ceil(PAGE))
		.saturating_add(verify::<W>(s.saturating_add(g)))
		.saturating_add(group.saturating_mul(g.into()))
		.saturating_add(trade.saturating_mul(t.into()))
}

/// The two proofs that settle `g` groups with `s` commitments sealed. In the first one each group
/// has a slot more than its slack: the hidden quantity.
pub fn submit_sealed_proof<W: WeightInfo>(g: u32, s: u32) -> Weight {
	let split = if g <= SPLITS_SMALL { W::verify_split_small() } else { W::verify_split_large() };
	W::form_sealed(g, s.div_ceil(PAGE))
		.saturating_add(split)
		.saturating_add(verify::<W>(s.saturating_add(g).saturating_add(g)))
		.saturating_add(W::settle_sealed().saturating_mul(g.into()))
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
}

const fn micros(n: u64) -> Weight {
	Weight::from_parts(n.saturating_mul(1_000_000), 0)
}
