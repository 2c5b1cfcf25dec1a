//! Final blocks, each counted once.

use meterproof_runtime::{opaque::Block, Hash};
use sc_consensus_babe::find_pre_digest;

use super::{chain::Source, events, registered::Metrics, slots::Slots};

/// Most blocks of one step of finality whose events are read. The others, of a node that was away for
/// long or synchronises, count as unread.
const MOST_READ: usize = 512;

/// What is known of the blocks so far.
#[derive(Debug, Default)]
pub struct Blocks {
	slots: Slots,
}

impl Blocks {
	/// Counts blocks that are final now, in their order.
	pub fn count<S: Source>(
		&mut self,
		metrics: &Metrics,
		source: &S,
		hashes: impl IntoIterator<Item = Hash>,
	) {
		let hashes: Vec<Hash> = hashes.into_iter().collect();
		let passed_over = hashes.len().saturating_sub(MOST_READ);
		metrics.blocks.with_label_values(&["unread"]).inc_by(passed_over as u64);
		for hash in hashes.into_iter().skip(passed_over) {
			self.slot(metrics, source, hash);
			let read = match source.events(hash) {
				Some(records) => {
					events::count(metrics, source, hash, &records);
					"read"
				},
				None => "unread",
			};
			metrics.blocks.with_label_values(&[read]).inc();
		}
	}

	/// Places of this validator's keys among the validators of the last final block.
	pub fn own_places(&self) -> &[u32] {
		self.slots.own_places()
	}

	fn slot<S: Source>(&mut self, metrics: &Metrics, source: &S, hash: Hash) {
		let Some(header) = source.header(hash) else { return };
		let Ok(digest) = find_pre_digest::<Block>(&header) else {
			return;
		};
		let epoch = || source.epoch(hash);
		let Some(passed) = self.slots.block(*digest.slot(), digest.authority_index(), epoch) else {
			return;
		};
		metrics.slots.with_label_values(&["made"]).inc();
		metrics.slots.with_label_values(&["missed"]).inc_by(passed.missed);
		metrics.own_slots.with_label_values(&["made"]).inc_by(passed.own.into());
		metrics.own_slots.with_label_values(&["missed"]).inc_by(passed.own_missed);
	}
}
