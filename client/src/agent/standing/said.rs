//! What was said already: why nothing is done is told once, and not in each period again.

use std::collections::BTreeMap;

use meterproof_clearing::Side;

use crate::{commands::market::Wishes, standing::plan::Decision, types::Resource};

/// A book and a side.
type Place = (u64, u32, Resource, bool);

/// The last line of each book without an action.
#[derive(Clone, Debug, Default)]
pub struct Said(BTreeMap<Place, String>);

impl Said {
	/// Whether a decision is to be told: all that does something, and else what is another than before.
	pub fn is_new(&mut self, wishes: &Wishes, decision: &Decision, is_rehearsal: bool) -> bool {
		let is_bid = decision.side == Side::Bid;
		let place = (decision.period, wishes.zone, wishes.resource, is_bid);
		let line = decision.line(is_rehearsal);
		let is_known = self.0.get(&place) == Some(&line);
		self.0.insert(place, line);
		!is_known || (decision.action.is_some() && !is_rehearsal)
	}

	/// Forgets periods that are past.
	pub fn forget_before(&mut self, period: u64) {
		self.0.retain(|(of, ..), _| *of >= period);
	}
}
