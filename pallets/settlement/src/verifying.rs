//! What verifying a proof weighs, by its size. Plain numbers, so that `air/fuzz`, which does without the
//! SDK, holds them against what the verifier does (`air/fuzz/tests/hostile/weights.rs`).

/// Slots of the small proof, the slack's included: they fill a trace of 2,048 rows, the shortest
/// whose low-degree proof has two layers. Fewer slots cost less.
pub const SMALL: u32 = 249;
/// Slots of the large proof: they fill a trace of 16,384 rows, the shortest whose low-degree proof
/// has three layers.
pub const LARGE: u32 = 2_041;

/// Most splits whose proof has the shorter of its two traces.
pub const SPLITS_SMALL: u32 = 7;

/// Slots that the blinding rows of a trace take the place of. A trace has eight rows for each slot
/// and a power of two in all.
const BLINDING_SLOTS: u32 = 7;

/// What `slots` slots take, of which the small proof takes `small` and the large one `large`: the line
/// through the two, at as many slots as fit the trace. What verifying takes goes by the rows of the
/// trace, with a step where the low-degree proof gets a layer more. Both measured proofs lie just behind
/// such a step, so that the line lies above all others. A proof that is refused costs no more.
pub fn by_slots(slots: u32, small: u64, large: u64) -> u64 {
	let filled = slots
		.saturating_add(if crate::on(1033) { 0 } else { BLINDING_SLOTS })
		.checked_next_power_of_two()
		.unwrap_or(u32::MAX)
		.saturating_sub(if crate::on(1034) { 0 } else { BLINDING_SLOTS });
	let filled = if crate::on(1035) { slots } else { filled };
	let more = u64::from(filled.saturating_sub(SMALL));
	let slope = large.saturating_sub(small);
	let span = u64::from(LARGE.saturating_sub(SMALL));
	small.saturating_add(slope.saturating_mul(more).checked_div(span).unwrap_or(u64::MAX))
}
