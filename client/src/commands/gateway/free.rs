//! Commitments by the free method, which needs no account.

use super::{Sent, ROUND};
use crate::{
	chain::Chain,
	error::Result,
	rpc::{CommitmentAnswer, CommitmentItem, PeriodPhase, Refusal},
};

/// Refusals that another attempt may not meet: the chain's clock moves with its blocks, a pool has
/// room again, a node has time again, a ban ends.
const PASSING: [&str; 6] = [
	"NodeBusy",
	"PeriodNotStarted",
	"PoolFull",
	"PoolRefused",
	"RuntimeFailed",
	"TemporarilyBanned",
];

/// Sends commitments; with `confirm` again and again until each is on record or refused for good.
pub async fn send(
	chain: &Chain,
	period: u64,
	items: Vec<CommitmentItem>,
	confirm: bool,
) -> Result<Vec<Sent>> {
	let answers = chain.rpc.submit_commitments(&items).await?;
	let mut sent: Vec<_> = items.into_iter().zip(answers).collect();
	let mut is_open = confirm;
	while is_open && sent.iter().any(|(_, answer)| may_change(answer)) {
		tokio::time::sleep(ROUND).await;
		// The phase is asked for first: what is sent after the cut-off is answered for good.
		let phase = chain.rpc.period(Some(period)).await?.phase;
		is_open = !matches!(phase, PeriodPhase::Proving | PeriodPhase::Final);
		send_again(chain, &mut sent).await?;
	}
	Ok(sent)
}

/// Sends what is neither on record nor refused for good once more.
async fn send_again(chain: &Chain, sent: &mut [Sent]) -> Result<()> {
	let open = |(_, answer): &Sent| may_change(answer);
	let again: Vec<_> =
		sent.iter().filter(|sent| open(sent)).map(|(item, _)| item.clone()).collect();
	let answers = chain.rpc.submit_commitments(&again).await?;
	for ((_, place), answer) in sent.iter_mut().filter(|sent| open(sent)).zip(answers) {
		*place = answer;
	}
	Ok(())
}

/// Whether another attempt may not meet a refusal.
pub fn passes(refusal: &Refusal) -> bool {
	PASSING.contains(&refusal.name.as_str())
}

/// Whether the same bytes, sent again, may be answered otherwise.
fn may_change(answer: &CommitmentAnswer) -> bool {
	match answer {
		CommitmentAnswer::Accepted => true,
		CommitmentAnswer::Recorded => false,
		CommitmentAnswer::Refused { error } => passes(error),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	#[test]
	fn what_passes_is_sent_again_and_what_stands_is_not() {
		let refused = |name: &str| CommitmentAnswer::Refused {
			error: Refusal { name: name.to_owned(), message: String::new() },
		};
		assert!(may_change(&CommitmentAnswer::Accepted));
		assert!(!may_change(&CommitmentAnswer::Recorded));
		for name in PASSING {
			assert!(may_change(&refused(name)), "{name}");
		}
		for name in ["CutOffPassed", "BadSignature", "AlreadyCommitted", "Malformed"] {
			assert!(!may_change(&refused(name)), "{name}");
		}
	}
}
