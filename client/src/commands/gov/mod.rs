//! `gov`: what token holders decide together.

mod deposits;
mod propose;
mod status;
mod upgrade;
mod vote;

use blake2::{digest::consts::U32, Blake2b, Digest};

use super::Context;
use crate::{chain::Chain, cli::GovCommand, error::Result, proof::parse_bytes};

/// Longest call of somebody else's that is put into words, in bytes: calls stand in calls, and each takes
/// of the stack to be read.
const MOST_READ: usize = 1_024;
/// Longest text of a call that is shown.
const MOST_SHOWN: usize = 600;

pub async fn run(context: &Context, command: GovCommand) -> Result<()> {
	match command {
		GovCommand::Propose(args) => propose::propose(context, args).await,
		GovCommand::Deposit { referendum } => deposits::deposit(context, referendum).await,
		GovCommand::Vote(args) => vote::vote(context, args).await,
		GovCommand::RemoveVote { referendum } => vote::remove(context, referendum).await,
		GovCommand::Unlock { address } => vote::unlock(context, address.as_deref()).await,
		GovCommand::Refund { referendum } => deposits::refund(context, referendum).await,
		GovCommand::TakeCallBack { hash } => deposits::take_call_back(context, &hash).await,
		GovCommand::Upgrade(command) => upgrade::run(context, command).await,
		GovCommand::Payout { payment } => deposits::payout(context, payment).await,
		GovCommand::Status { referendum: None } => status::all(context).await,
		GovCommand::Status { referendum: Some(id) } => status::one(context, id).await,
		GovCommand::Votes { address } => vote::show(context, address.as_deref()).await,
	}
}

/// BLAKE2b-256, by which the chain names calls and code.
fn blake2_256(bytes: &[u8]) -> [u8; 32] {
	Blake2b::<U32>::digest(bytes).into()
}

/// A hash as 0x and hex.
fn show(hash: &[u8; 32]) -> String {
	format!("0x{}", hex::encode(hash))
}

/// A call in words, as far as it can be read by the chain's metadata.
async fn in_words(chain: &Chain, call: &str) -> String {
	let text = match parse_bytes(call) {
		Ok(bytes) if bytes.len() <= MOST_READ => chain.read_call(&bytes).await.ok(),
		_ => None,
	};
	let text = text.map_or_else(|| call.to_owned(), |call| call.to_string());
	match text.char_indices().nth(MOST_SHOWN) {
		Some((end, _)) => format!("{}…", text.split_at(end).0),
		None => text,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn hashes_are_those_of_the_chain() {
		// Of nothing, as RFC 7693 has it for 32 bytes.
		let nothing = "0x0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";
		assert_eq!(show(&blake2_256(&[])), nothing);
	}
}
