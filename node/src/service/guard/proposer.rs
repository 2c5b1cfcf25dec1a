//! Tells the guard which slot a header is of. The bytes under a block's seal are a hash, from which
//! the slot cannot be read; the header that the author is about to sign has it in its digest.

use std::{future::Future, pin::Pin, sync::Arc};

use meterproof_runtime::opaque::{Block, Header};
use sc_consensus_babe::find_pre_digest;
use sp_consensus::{Environment, Proposal, ProposeArgs, Proposer};

use super::Guard;

/// What makes proposals, and tells the guard of each.
pub struct Announced<E> {
	inner: E,
	guard: Arc<Guard>,
}

impl<E> Announced<E> {
	/// The proposals of `inner`.
	pub fn new(inner: E, guard: Arc<Guard>) -> Self {
		Self { inner, guard }
	}
}

type Soon<T> = Pin<Box<dyn Future<Output = T> + Send + 'static>>;

impl<E: Environment<Block>> Environment<Block> for Announced<E> {
	type Proposer = Announced<E::Proposer>;
	type CreateProposer = Soon<Result<Self::Proposer, E::Error>>;
	type Error = E::Error;

	fn init(&mut self, parent: &Header) -> Self::CreateProposer {
		let guard = self.guard.clone();
		let proposer = self.inner.init(parent);
		Box::pin(async move { Ok(Announced::new(proposer.await?, guard)) })
	}
}

impl<P: Proposer<Block>> Proposer<Block> for Announced<P> {
	type Error = P::Error;
	type Proposal = Soon<Result<Proposal<Block>, P::Error>>;

	fn propose(self, args: ProposeArgs<Block>) -> Self::Proposal {
		let Self { inner, guard } = self;
		let proposal = inner.propose(args);
		Box::pin(async move {
			let proposal = proposal.await?;
			guard.propose(&proposal.block.header);
			Ok(proposal)
		})
	}
}

/// The slot of a header; `None` if it does not say.
pub fn slot_of(header: &Header) -> Option<u64> {
	find_pre_digest::<Block>(header).ok().map(|digest| *digest.slot())
}
