//! The transcript, and what it makes part of the proof.

use super::{Extension, Node};
use crate::system::Failure;
use meterproof_packed::{
	blake3::{hash_numbers, LANES},
	dispatch, Kernel,
};
use meterproof_programs::system::{Circuit, Coin, ProofHash};
use winter_air::proof::{
	merge_ood_evaluations, Commitments, Context, OodFrame, QuotientOodFrame, TraceOodFrame,
};
use winter_crypto::{Digest, ElementHasher, Hasher, RandomCoin};
use winter_math::{fields::f64::BaseElement, ToElements};
use winter_utils::iterators::*;

/// Numbers that one thread tries at a time.
const SHARE: u64 = 1 << 11;
/// Shares that are tried before any later one.
const SHARES: u64 = 1 << 6;

/// What prover and verifier have said so far.
pub struct Transcript {
	coin: Coin,
	/// The coin's seed, which it does not tell.
	seed: Node,
	context: Context,
	commitments: Commitments,
}

impl Transcript {
	/// Starts from the header and the public inputs.
	pub fn new<C: Circuit>(air: &C, mut inputs: Vec<BaseElement>) -> Self {
		let constraints =
			air.context().num_assertions() + air.context().num_transition_constraints();
		let context = Context::new::<BaseElement>(
			air.trace_info().clone(),
			air.options().clone(),
			constraints,
		);
		let mut seed = context.to_elements();
		seed.append(&mut inputs);
		Self {
			coin: Coin::new(&seed),
			seed: ProofHash::hash_elements(&seed),
			context,
			commitments: Commitments::default(),
		}
	}

	/// Takes a root, which is part of the proof.
	pub fn commit(&mut self, root: Node) {
		self.commitments.add::<ProofHash>(&root);
		self.take(root);
	}

	fn take(&mut self, digest: Node) {
		self.coin.reseed(digest);
		self.seed = ProofHash::merge(&[self.seed, digest]);
	}

	/// The source of challenges.
	pub fn coin(&mut self) -> &mut Coin {
		&mut self.coin
	}

	/// A challenge.
	pub fn draw(&mut self) -> Result<Extension, Failure> {
		self.coin.draw().map_err(|_| Failure::Backend)
	}

	/// Takes the values out of the domain, which are part of the proof.
	pub fn send_out_of_domain(
		&mut self,
		(trace, composition): &(TraceOodFrame<Extension>, QuotientOodFrame<Extension>),
	) -> OodFrame {
		let mut frame = OodFrame::default();
		frame.set_trace_states(trace);
		frame.set_quotient_states(composition);
		self.take(ProofHash::hash_elements(&merge_ood_evaluations(trace, composition)));
		frame
	}

	/// The least number whose hash, behind the transcript, ends in so many zero bits: it tells nothing of
	/// the machine that looked for it.
	pub fn grind(&self, bits: u32) -> Option<u64> {
		let seed = self.seed.as_bytes();
		(0..u64::MAX / (SHARE * SHARES))
			.find_map(|window| {
				(window * SHARES..(window + 1) * SHARES).into_par_iter().find_map_first(|share| {
					dispatch(Grind { seed: &seed, first: share * SHARE, bits })
				})
			})
			.filter(|nonce| self.coin.check_leading_zeros(*nonce) >= bits)
	}

	/// The positions that are opened, in order.
	pub fn positions(
		&mut self,
		queries: usize,
		domain: usize,
		nonce: u64,
	) -> Result<Vec<usize>, Failure> {
		let mut positions =
			self.coin.draw_integers(queries, domain, nonce).map_err(|_| Failure::Backend)?;
		positions.sort_unstable();
		positions.dedup();
		Ok(positions)
	}

	/// The header of the proof.
	pub fn context(&self) -> Context {
		self.context.clone()
	}

	/// All roots taken so far.
	pub fn commitments(&self) -> Commitments {
		self.commitments.clone()
	}
}

struct Grind<'a> {
	seed: &'a [u8; 32],
	first: u64,
	bits: u32,
}

impl Kernel for Grind<'_> {
	type Output = Option<u64>;
	#[inline(always)]
	fn run(self) -> Option<u64> {
		for first in (self.first..self.first + SHARE).step_by(LANES) {
			let hashes = hash_numbers(self.seed, first);
			if let Some(lane) = hashes.iter().position(|hash| hash.trailing_zeros() >= self.bits) {
				return Some(first + lane as u64);
			}
		}
		None
	}
}
