//! Decisions carried out.

use meterproof_clearing::Side;
use subxt::dynamic::Value as Argument;

use super::fate::{Before, Fate};
use crate::{
	chain::Call,
	commands::market::{
		cancellation, improvement,
		place::{of_a_voter, order},
		terms::{OrderKind, OrderTerms},
	},
	error::Result,
	standing::plan::{Action, Decision},
};

/// What calls have besides their decisions.
pub struct Carrying {
	/// Whose notes payments become.
	pub payout: Argument,
	/// Whose notes become what comes back of payments.
	pub refund: Argument,
	/// The nonce of the first call: what is decided rests on all calls before it, and on none after it.
	pub nonce: u64,
}

/// What has happened in a round so far.
#[derive(Default)]
struct Past {
	/// Whether an order that should have been cancelled may still stand.
	not_cancelled: bool,
	/// The sides on which nothing more is placed.
	refused: Vec<Side>,
	/// Whether no further decision is tried in this round.
	ended: bool,
}

impl Carrying {
	/// Carries decisions out, one after the other, with nonces that follow each other, and tells of each as it
	/// ends. Of a call whose nonce is taken by another, whose fate is not known, or that is refused for a reason
	/// of no single book's, the round ends: the next one asks the chain what stands.
	pub async fn out(
		&self,
		decided: &[Decision],
		mut send: impl AsyncFnMut(&Decision, &Call, u64) -> Result<()>,
		mut tell: impl FnMut(&Decision, &Fate),
	) -> Vec<Fate> {
		let (mut past, mut nonce) = (Past::default(), self.nonce);
		let mut fates = Vec::new();
		for decision in decided {
			let fate = match (self.call(decision), past.bars(decision)) {
				(None, _) => Fate::Done,
				(Some(_), Some(before)) => Fate::NotTried(before),
				(Some(call), None) => {
					let sent = send(decision, &call, nonce).await.map_err(of_a_voter);
					let fate = sent.map_or_else(Fate::of, |()| Fate::Done);
					// What was not signed leaves its nonce to the next one.
					if !matches!(fate, Fate::NotTried(_)) {
						nonce = nonce.saturating_add(1);
					}
					fate
				},
			};
			past.add(decision, &fate);
			tell(decision, &fate);
			fates.push(fate);
		}
		fates
	}

	fn call(&self, decision: &Decision) -> Option<Call> {
		let period = decision.period;
		Some(match decision.action? {
			Action::Cancel { order } => cancellation(order, period, period),
			Action::Improve { order, limit } => improvement(order, limit, period, period),
			Action::Place { side, quantity, limit, rate } => {
				let (side, owner) = match side {
					Side::Bid => (OrderKind::Bid, &self.refund),
					Side::Offer => (OrderKind::Offer { imbalance_price: rate }, &self.payout),
				};
				let terms = OrderTerms {
					side,
					zone: decision.zone,
					resource: decision.resource,
					quantity,
					limit,
					first: period,
					last: period,
				};
				order(&terms, owner.clone())
			},
		})
	}
}

impl Past {
	/// Why a decision is not to be tried any more.
	fn bars(&self, decision: &Decision) -> Option<Before> {
		// The limits count what should have gone as gone.
		let is_new = matches!(decision.action, Some(Action::Place { .. }));
		let is_improvement = matches!(decision.action, Some(Action::Improve { .. }));
		let takes_more = is_new || is_improvement && decision.side == Side::Bid;
		match () {
			() if self.ended => Some(Before::Ended),
			() if self.not_cancelled && takes_more => Some(Before::NotCancelled),
			() if is_new && self.refused.contains(&decision.side) => Some(Before::SideRefused),
			() => None,
		}
	}

	fn add(&mut self, decision: &Decision, fate: &Fate) {
		match fate {
			Fate::Done => return,
			Fate::SideRefused(_) => self.refused.push(decision.side),
			Fate::AllRefused(_) | Fate::Unknown(_) => self.ended = true,
			Fate::NotTried(before) => self.ended |= before.ends_the_round(),
			Fate::Refused(_) => {},
		}
		self.not_cancelled |= matches!(decision.action, Some(Action::Cancel { .. }));
	}
}
