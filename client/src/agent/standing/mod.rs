//! Standing orders: once in each period the books of the coming ones are looked at.
//!
//! Nothing of it is in the journal. What was ordered the chain knows, and it is asked each time, once no call of
//! the account is on its way: so a restart, or a kill at any moment, orders nothing twice.

mod said;
pub mod settings;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc, time::Duration};

use subxt_signer::sr25519::Keypair;
use zeroize::Zeroizing;

use self::said::Said;
use super::{clock::Backoff, engine::Shared, nodes::Nodes};
use crate::{
	chain::Chain,
	commands::market::{Carried, Fate, Round, Wishes},
	error::{Error, Result},
	store::Store,
	timetable::local_ms,
};

/// Between two attempts.
const AGAIN: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// What it needs.
pub struct Orders {
	/// Nodes.
	pub nodes: Nodes,
	/// The store with the readings.
	pub store: PathBuf,
	/// Its password.
	pub password: Zeroizing<String>,
	/// Who orders.
	pub signer: Keypair,
	/// What is wanted, and whether it is only said.
	pub wishes: Vec<(Wishes, bool)>,
	/// Where lines go.
	pub shared: Arc<Shared>,
}

impl Orders {
	/// Works until it is dropped.
	pub async fn run(mut self, look: Duration) {
		let (mut done, mut trouble) = (None, None);
		let mut said = Said::default();
		let mut again = Backoff::new(AGAIN.0, AGAIN.1);
		loop {
			let wait = match self.look(&mut done, &mut said).await {
				Ok(()) => {
					trouble = None;
					again.reset();
					look
				},
				Err(error) => {
					self.nodes.failed(&error);
					let text = format!("standing orders: {}: {error}; trying again", error.name());
					if trouble.as_ref() != Some(&text) {
						self.shared.log.warn(&text);
						trouble = Some(text);
					}
					again.wait()
				},
			};
			tokio::time::sleep(wait).await;
		}
	}

	/// Does one round, unless there was one in the running period.
	async fn look(&mut self, done: &mut Option<u64>, said: &mut Said) -> Result<()> {
		let chain = self.nodes.chain().await?;
		let running = chain.rpc.period(None).await?;
		self.nodes.answered();
		if self.nodes.leave_if_stale(running.now_ms, local_ms()) || *done == Some(running.period) {
			return Ok(());
		}
		said.forget_before(running.period);
		let (path, password) = (self.store.clone(), self.password.clone());
		let opened = tokio::task::spawn_blocking(move || Store::open(&path, &password)).await;
		let store = opened.map_err(|error| Error::new("StoreFailed", error.to_string()))??;
		let mut last = Ok(());
		for (wishes, is_rehearsal) in &self.wishes {
			let round = self.round(&chain, &store, wishes, *is_rehearsal, said).await;
			// One section's trouble is its own.
			if let Err(error) = round {
				last = Err(error);
			}
		}
		if last.is_ok() {
			*done = Some(running.period);
		}
		last
	}

	async fn round(
		&self,
		chain: &Chain,
		store: &Store,
		wishes: &Wishes,
		is_rehearsal: bool,
		said: &mut Said,
	) -> Result<()> {
		let account = self.signer.public_key().to_account_id();
		let round = Round { wishes, account: &account, chain, store };
		let decided = round.decide().await?;
		let carried = match is_rehearsal {
			true => Carried::default(),
			false => round.carry_out(&self.signer, &decided).await?,
		};
		for (at, decision) in decided.iter().enumerate() {
			match carried.fate(at, decision) {
				Fate::Failed(error) => {
					let line = decision.line(true);
					self.shared.log.warn(&format!("{}: {error}; {line}", error.name()));
				},
				Fate::Done if said.is_new(wishes, decision, is_rehearsal) => {
					self.shared.log.info(&decision.line(is_rehearsal));
				},
				Fate::Done | Fate::NotTried => {},
			}
		}
		carried.lost.map_or(Ok(()), |(_, error)| Err(error))
	}
}
