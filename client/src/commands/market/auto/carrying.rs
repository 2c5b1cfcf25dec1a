//! Decisions carried out.

use meterproof_clearing::Side;
use subxt::dynamic::Value as Argument;
use subxt_signer::sr25519::Keypair;

use crate::{
	chain::{Call, Chain},
	commands::market::{
		cancellation, improvement,
		place::{of_a_voter, order},
		terms::{OrderTerms, Side as TermsSide},
	},
	error::Error,
	standing::plan::{Action, Decision},
};

/// What is needed for it.
pub struct Carrying<'a> {
	/// Where.
	pub chain: &'a Chain,
	/// Who signs.
	pub signer: &'a Keypair,
	/// Which zone.
	pub zone: u32,
	/// Whose notes payments become.
	pub payout: Argument,
	/// Whose notes become what comes back of payments.
	pub refund: Argument,
}

/// What became of decisions, by their places.
#[derive(Debug, Default)]
pub struct Carried {
	/// Those that were refused.
	pub refused: Vec<(usize, Error)>,
	/// The one of which it is not known; those after it were not tried.
	pub lost: Option<(usize, Error)>,
}

/// What became of one decision.
#[derive(Debug)]
pub enum Fate<'a> {
	/// It is done, or there was nothing to do.
	Done,
	/// It was refused, or it is not known.
	Failed(&'a Error),
	/// It was not tried.
	NotTried,
}

impl Carried {
	/// What became of the decision at a place.
	pub fn fate(&self, at: usize, decision: &Decision) -> Fate<'_> {
		let failed = self.refused.iter().chain(&self.lost).find(|(place, _)| *place == at);
		if let Some((_, error)) = failed {
			return Fate::Failed(error);
		}
		let is_after = self.lost.as_ref().is_some_and(|(place, _)| at > *place);
		match is_after && decision.action.is_some() {
			true => Fate::NotTried,
			false => Fate::Done,
		}
	}
}

impl Carrying<'_> {
	/// Carries decisions out, one after the other. What is lost with the connection ends it: whether that order
	/// stands only the chain knows, and the next round asks it.
	pub async fn out(&self, decided: &[Decision]) -> Carried {
		let mut carried = Carried::default();
		for (at, decision) in decided.iter().enumerate() {
			let Some(call) = self.call(decision) else { continue };
			match self.chain.submit(self.signer, &call).await.map_err(of_a_voter) {
				Ok(_) => {},
				Err(error) if is_unknown(&error) => {
					carried.lost = Some((at, error));
					break;
				},
				Err(error) => carried.refused.push((at, error)),
			}
		}
		carried
	}

	fn call(&self, decision: &Decision) -> Option<Call> {
		let period = decision.period;
		Some(match decision.action? {
			Action::Cancel { order } => cancellation(order, period, period),
			Action::Improve { order, limit } => improvement(order, limit, period, period),
			Action::Place { side, quantity, limit, rate } => {
				let (side, owner) = match side {
					Side::Bid => (TermsSide::Bid, &self.refund),
					Side::Offer => (TermsSide::Offer { imbalance_price: rate }, &self.payout),
				};
				let terms = OrderTerms {
					side,
					zone: self.zone,
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

/// Whether it is not known what became of a call, or no other one would fare better.
fn is_unknown(error: &Error) -> bool {
	const NAMES: [&str; 6] = [
		"ConnectionLost",
		"MetadataDiffers",
		"NotFinal",
		"NotIncluded",
		"OtherChain",
		"TransactionDropped",
	];
	NAMES.contains(&error.name())
}
