//! What the node answers to those who send it commitments, proofs and payments over JSON-RPC.

use meterproof_primitives::CommitmentRefusal;
use substrate_prometheus_endpoint::{CounterVec, U64};

/// What was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
	/// A meter's commitment.
	Commitment,
	/// A call with a proof of usage.
	Proof,
	/// A confidential payment.
	Payment,
}

impl Sent {
	const fn name(self) -> &'static str {
		match self {
			Self::Commitment => "commitment",
			Self::Proof => "proof",
			Self::Payment => "payment",
		}
	}
}

/// Taken into the pool.
pub const ACCEPTED: &str = "accepted";
/// On record already.
pub const RECORDED: &str = "recorded";

/// Counts answers, where the node serves metrics.
#[derive(Clone, Default)]
pub struct Answers(Option<CounterVec<U64>>);

impl Answers {
	/// Counts by the labels `what` and `answer`.
	pub(crate) fn counted_by(all: CounterVec<U64>) -> Self {
		let answers = Self(Some(all));
		for sent in [Sent::Commitment, Sent::Proof, Sent::Payment] {
			answers.add(sent, ACCEPTED, 0);
		}
		answers.add(Sent::Commitment, RECORDED, 0);
		for refusal in CommitmentRefusal::ALL {
			answers.add(Sent::Commitment, refusal.name(), 0);
		}
		answers
	}

	/// Counts one answer: [`ACCEPTED`], [`RECORDED`], or the name of a refusal. Names must be the node's
	/// or the runtime's own, so that strangers cannot make up labels.
	pub fn count(&self, sent: Sent, answer: &str) {
		self.add(sent, answer, 1);
	}

	/// Counts a refusal by the name that its message begins with: `Name: more words`, or `Name`. What
	/// begins otherwise counts as `Other`.
	pub fn count_refusal(&self, sent: Sent, message: &str) {
		let name = message.split(':').next().unwrap_or_default();
		let is_name = name.len() <= MOST_LETTERS
			&& name.starts_with(|first: char| first.is_ascii_uppercase())
			&& name.chars().all(|letter| letter.is_ascii_alphanumeric());
		self.add(sent, if is_name { name } else { OTHER }, 1);
	}

	fn add(&self, sent: Sent, answer: &str, count: u64) {
		if let Some(all) = &self.0 {
			all.with_label_values(&[sent.name(), answer]).inc_by(count);
		}
	}
}

/// No name of an error is longer.
const MOST_LETTERS: usize = 48;
/// A refusal without a name.
const OTHER: &str = "Other";
