//! Standing orders: once in each period the books of the coming ones are looked at.
//!
//! Everything runs in a thread of its own, with its own connection to a node, its own look at the store and its
//! own journal ([`ledger`]): readings, commitments and settlements wait for none of it. Of what they have in
//! common, the account's nonces, settlements have the first use ([`Lane`]). Each side of each section has rounds of
//! its own (`rounds`), so that one which fails stops no other.

pub mod damage;
pub mod health;
pub mod ledger;
mod readings;
mod rounds;
mod said;
mod sending;
pub mod settings;
#[cfg(test)]
mod tests;
mod thread;
mod window;

use std::{
	cell::RefCell,
	sync::Arc,
	time::{Duration, Instant},
};

use subxt_signer::sr25519::Keypair;
use tokio::sync::OwnedMutexGuard;

use self::{
	ledger::{Bounds, Ledger},
	readings::Readings,
	rounds::{in_a_look, Calls, Ended, Rounds},
	sending::{Market, Sending},
	settings::OneSide,
};
use super::{
	engine::Shared,
	journal::disk::FileDisk,
	lane::{Lane, ENTRY},
	nodes::{is_connection, Nodes},
};
use crate::{
	chain::{Call, Chain, Sent},
	commands::market::{Fate, Plan, Round},
	error::{Error, Result},
	rpc::Period,
	store::Store,
	timetable::{ensure_running, local_ms},
};

pub use thread::{start, Parts};

/// What standing orders need.
pub struct Orders {
	/// Nodes.
	pub nodes: Nodes,
	/// What was read.
	pub readings: Readings,
	/// Who orders.
	pub signer: Keypair,
	/// What keeps them out of the way of settlements.
	pub lane: Lane,
	/// What is held of it after a call that was not taken in time, until the connection is closed.
	pub late: RefCell<Option<OwnedMutexGuard<()>>>,
	/// What was signed.
	pub ledger: RefCell<Ledger<FileDisk>>,
	/// What is wanted.
	pub sides: Vec<OneSide>,
	/// Where lines go.
	pub shared: Arc<Shared>,
}

/// The chain, and who signs.
struct Signing<'a> {
	chain: &'a Chain,
	signer: &'a Keypair,
}

impl Orders {
	/// Works until it is dropped.
	pub async fn run(mut self, look: Duration) {
		let mut sides: Vec<_> = std::mem::take(&mut self.sides)
			.into_iter()
			.map(|side| (side, Rounds::default()))
			.collect();
		loop {
			// The connection was closed when the call was not taken: whatever the node had of it by then it has
			// had a look's time for.
			drop(self.late.take());
			if let Err(error) = self.look(&mut sides).await {
				self.nodes.failed(&error);
				for (side, rounds) in &mut sides {
					self.heard(side, rounds, None, Ended::by(&error));
				}
			}
			tokio::time::sleep(look).await;
		}
	}

	/// Does one round of each side that is due.
	async fn look(&mut self, sides: &mut [(OneSide, Rounds)]) -> Result<()> {
		let now = Instant::now();
		// Until it is known what time it is, no period is known to be open. The engine tells where clocks differ.
		let Some(now_ms) = self.shared.clock.agreed_ms() else { return Ok(()) };
		// What waits after a trouble needs no node.
		if !sides.iter().any(|(_, rounds)| rounds.waits_no_more(now)) {
			return Ok(());
		}
		// In the pool of another node the next nonce may be another one than for settlements.
		let node = self.shared.status.node();
		self.nodes.prefer(&node);
		let chain = self.nodes.chain().await?;
		if self.nodes.url() != node {
			let message =
				format!("{node}: settlements are sent there, and it does not answer here");
			return Err(Error::new("NotConnected", message));
		}
		let running = chain.rpc.period(None).await?;
		self.nodes.answered();
		if self.nodes.leave_if_stale(running.now_ms, local_ms()) {
			return Ok(());
		}
		let timetable = *self.ledger.borrow().timetable();
		ensure_running(&running, Some(&timetable), now_ms)?;
		for (side, rounds) in sides.iter_mut() {
			rounds.reached(running.period);
			self.shared.status.standing.trouble(&side.name, rounds.trouble());
		}
		if !sides.iter().any(|(_, rounds)| rounds.is_due(running.period, now)) {
			return Ok(());
		}
		self.readings.refresh()?;
		let Some(store) = self.readings.store() else { return Ok(()) };
		// What ends a look early ends it for another side the next time.
		sides.rotate_left(1);
		for (side, rounds) in sides {
			if !rounds.is_due(running.period, now) {
				continue;
			}
			let ended = match self.round(&chain, store, side, running.period).await {
				Ok(ended) => ended,
				Err(error) => {
					self.nodes.failed(&error);
					let ended = Ended::by(&error);
					if is_connection(&error) {
						self.heard(side, rounds, Some(running.period), ended);
						return Ok(());
					}
					ended
				},
			};
			self.heard(side, rounds, Some(running.period), ended);
		}
		Ok(())
	}

	/// Takes down how a round ended, and says what is new of it.
	fn heard(&self, side: &OneSide, rounds: &mut Rounds, running: Option<u64>, ended: Ended) {
		let again = match &ended {
			Ended::Refused(_) => "trying again in the next period",
			_ => "trying again",
		};
		if let Some(trouble) = rounds.ended(running, ended, Instant::now()) {
			self.shared.log.warn(&format!("{}: {trouble}; {again}", side.name));
		}
		self.shared.status.standing.trouble(&side.name, rounds.trouble());
	}

	async fn round(
		&self,
		chain: &Chain,
		store: &Store,
		side: &OneSide,
		running: u64,
	) -> Result<Ended> {
		// What is decided rests on all earlier calls of the account.
		if !side.is_rehearsal && self.lane.order().is_none() {
			return Ok(Ended::PutOff);
		}
		let account = self.signer.public_key().to_account_id();
		let zone = side.wishes.time_zone;
		let memory = self.ledger.borrow().memory(side.place(), zone);
		let wishes = &side.wishes;
		let round = Round { wishes, account: &account, chain, store, memory: &memory };
		let Plan { decided, carrying, .. } = round.decide().await?;
		let before = self.ledger.borrow().signed();
		let (part, fates) = match side.is_rehearsal {
			true => (&decided[..], decided.iter().map(|_| Fate::Done).collect::<Vec<_>>()),
			false => {
				let now_ms = || self.shared.clock.agreed_ms();
				let is_same_node = || self.shared.status.node() == self.nodes.url();
				let bounds = Bounds { limits: &side.limits, zone, ahead: wishes.ahead };
				let sending = Sending {
					market: &Signing { chain, signer: &self.signer },
					lane: &self.lane,
					late: &self.late,
					is_same_node: &is_same_node,
					ledger: &self.ledger,
					place: side.place(),
					bounds,
					entry: ENTRY,
					now_ms: &now_ms,
				};
				let send =
					async |decision: &_, call: &_, nonce| sending.send(decision, call, nonce).await;
				let part = in_a_look(&decided);
				let fates = carrying.out(part, send, |_, _| {}).await;
				self.shared.status.standing.calls(part, &fates);
				(part, fates)
			},
		};
		let signed = self.ledger.borrow().signed() > before;
		let calls = Calls { signed, left: part.len() < decided.len() };
		let said = said::line(&side.name, part, &fates, side.is_rehearsal);
		match said::is_warning(&fates) {
			true => self.shared.log.warn(&said),
			false => self.shared.log.info(&said),
		}
		self.shared.status.standing.round(&side.name, running, &said);
		if let Some(error) = fates.iter().find_map(lost) {
			// The next round asks another node.
			return Err(error);
		}
		Ok(Ended::of(&fates, calls))
	}
}

/// The lost connection by which a call's fate is not known, if that is why.
fn lost(fate: &Fate) -> Option<Error> {
	match fate {
		Fate::Unknown(error) if is_connection(error) => {
			Some(Error::new(error.name(), error.to_string()))
		},
		_ => None,
	}
}

impl Market for Signing<'_> {
	type Sent = Sent;

	async fn period(&self, period: u64) -> Result<Period> {
		self.chain.rpc.period(Some(period)).await
	}

	async fn enter(
		&self,
		call: &Call,
		nonce: u64,
		before: &mut dyn FnMut() -> Result<()>,
	) -> Result<Sent> {
		self.chain.send_in_turn(self.signer, call, nonce, before).await
	}

	async fn became(&self, sent: Sent) -> Result<Option<u64>> {
		let included = self.chain.became(sent).await?;
		Ok(included.number("Book", "OrderPlaced", "order").ok())
	}
}
