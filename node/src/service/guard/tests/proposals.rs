//! The guard learns slots from the proposals that the author is given.

use std::future::{ready, Ready};

use meterproof_runtime::opaque::Block;
use proposer::Announced;
use sp_consensus::{Environment, Error, Proposal, ProposeArgs, Proposer};

use super::*;

/// Makes empty blocks; fails where it is told to.
struct Empty {
	fails: bool,
}

impl Environment<Block> for Empty {
	type Proposer = Self;
	type CreateProposer = Ready<Result<Self, Error>>;
	type Error = Error;
	fn init(&mut self, _: &Header) -> Self::CreateProposer {
		ready(Ok(Self { fails: self.fails }))
	}
}

impl Proposer<Block> for Empty {
	type Error = Error;
	type Proposal = Ready<Result<Proposal<Block>, Error>>;
	fn propose(self, args: ProposeArgs<Block>) -> Self::Proposal {
		if self.fails {
			return ready(Err(Error::StateUnavailable("nothing".into())));
		}
		let header = Header { digest: args.inherent_digests, ..header(0, 1) };
		let block = Block { header, extrinsics: Vec::new() };
		ready(Ok(Proposal { block, storage_changes: Default::default() }))
	}
}

#[test]
fn what_the_author_is_given_is_signed() {
	let folder = tempfile::tempdir().unwrap();
	let validator = Validator::start(folder.path(), START);
	let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
	let propose = |slot: u64, fails| {
		runtime.block_on(async {
			let mut proposers = Announced::new(Empty { fails }, validator.guard.clone());
			let proposer = proposers.init(&header(0, 0)).await?;
			let digests = header(slot, 0).digest;
			proposer.propose(ProposeArgs { inherent_digests: digests, ..Default::default() }).await
		})
	};
	let made = propose(101, false).unwrap().block.header;
	assert_eq!(proposer::slot_of(&made), Some(101));
	assert!(validator.seals(made.hash().as_bytes()));
	assert!(propose(102, true).is_err());
	assert!(!validator.seals(header(102, 1).hash().as_bytes()));
	let late = propose(100, false).unwrap().block.header;
	assert!(!validator.seals(late.hash().as_bytes()));
	let next = propose(102, false).unwrap().block.header;
	assert!(validator.seals(next.hash().as_bytes()));
}
