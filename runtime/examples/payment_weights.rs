//! What a confidential payment takes of a block, as JSON: for `cargo xtask bench payments`.

use frame_support::{dispatch::DispatchClass, weights::Weight};
use meterproof_runtime::{
	configs::{RuntimeBlockLength, RuntimeBlockWeights},
	weights::pallet_payments::WeightInfo,
	Runtime, MILLISECS_PER_BLOCK,
};
use pallet_payments::weights;

/// Picoseconds in a millisecond.
const PS_PER_MS: f64 = 1e9;

fn milliseconds(weight: Weight) -> f64 {
	weight.ref_time() as f64 / PS_PER_MS
}

fn main() {
	type Weights = WeightInfo<Runtime>;
	let limits = RuntimeBlockWeights::get();
	let normal = limits.get(DispatchClass::Normal);
	let transfer = weights::authorize_transfer::<Weights>()
		.saturating_add(weights::transfer::<Weights>())
		.saturating_add(normal.base_extrinsic);
	let figures = serde_json::json!({
		"transfer_ms": milliseconds(transfer),
		"block_ms": milliseconds(normal.max_total.unwrap_or(limits.max_block)),
		"block_bytes": f64::from(*RuntimeBlockLength::get().max.get(DispatchClass::Normal)),
		"interval_s": MILLISECS_PER_BLOCK as f64 / 1e3,
	});
	println!("{figures}");
}
