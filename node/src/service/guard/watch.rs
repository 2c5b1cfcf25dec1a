//! Waits until the validator may vote, where it may not when it starts.

use std::{
	env,
	os::unix::process::CommandExt,
	process::Command,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::Duration,
};

use meterproof_runtime::{BlockNumber, Hash};
use rustix::process::{getpid, kill_process, Signal};
use sc_consensus_grandpa::{SharedAuthoritySet, SharedVoterState};
use sc_service::TaskManager;
use sp_blockchain::HeaderBackend;

use super::{proposer::slot_of, Guard, LOG_TARGET};
use crate::client::Client;

/// How often the chain is looked at.
const PAUSE: Duration = Duration::from_secs(1);
/// How long the node waits before another program takes its place. The SDK's logger writes every 50 ms what it
/// was told meanwhile, and `exec` runs no exit handler that would write the rest.
const LOG_IS_WRITTEN: Duration = Duration::from_millis(500);
/// The option that says that the keys have signed what the files do not know. It holds for one start.
const RESTORED: &str = "--restored";

/// Whether the process is to begin anew once the node has stopped.
static BEGIN_ANEW: AtomicBool = AtomicBool::new(false);

/// What the watch looks at.
pub struct Inputs<'a> {
	pub guard: Arc<Guard>,
	/// Whether the database is older than the guard's record.
	pub behind: bool,
	pub client: Arc<Client>,
	pub authorities: SharedAuthoritySet<Hash, BlockNumber>,
	pub voter: SharedVoterState,
	pub task_manager: &'a TaskManager,
}

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
	Wait,
	/// What was signed before the doubt began was signed in this set or before.
	Settle(u64),
	VoteAgain,
	/// The voter learns what it has signed where it is now when it starts.
	BeginAnew,
}

/// Where the chain stands, as this node knows it.
#[derive(Clone, Copy, Debug)]
struct Seen {
	/// Slot of the last final block.
	final_slot: Option<u64>,
	/// The set of authorities in force after it.
	set: u64,
	/// The voter's round.
	round: Option<u64>,
}

/// Begins to watch, if there is something to wait for.
pub fn spawn(inputs: Inputs<'_>) {
	let Inputs { guard, behind, client, authorities, voter, task_manager } = inputs;
	if !guard.only_listens() || guard.doubt().is_none() {
		return;
	}
	task_manager.spawn_handle().spawn("signing-guard", None, async move {
		loop {
			tokio::time::sleep(PAUSE).await;
			let hash = client.info().finalized_hash;
			let final_slot = client.header(hash).ok().flatten().as_ref().and_then(slot_of);
			let round = voter.voter_state().map(|state| state.best_round.0);
			// A set that is read late is a later one.
			let seen = Seen { final_slot, set: authorities.set_id(), round };
			match next(&guard, behind, seen) {
				Step::Wait => {},
				Step::Settle(set) => {
					if guard.settle(set).is_ok() {
						log::info!(target: LOG_TARGET, "This validator votes again after set {set}");
					}
				},
				Step::VoteAgain => {
					log::info!(target: LOG_TARGET, "This validator votes again");
					return guard.vote_again();
				},
				Step::BeginAnew => {
					log::info!(
						target: LOG_TARGET,
						"Caught up with what this validator has signed: the node starts again, to vote",
					);
					BEGIN_ANEW.store(true, Ordering::Relaxed);
					if let Err(cause) = kill_process(getpid(), Signal::TERM) {
						log::error!(target: LOG_TARGET, "Start the node again: {cause}");
					}
					return;
				},
			}
		}
	});
}

fn next(guard: &Guard, behind: bool, seen: Seen) -> Step {
	let Some((doubted_since, first_set)) = guard.doubt() else { return Step::Wait };
	if let Some(since) = doubted_since {
		let after = seen.final_slot.is_some_and(|slot| slot > since);
		return if after { Step::Settle(seen.set) } else { Step::Wait };
	}
	if seen.set < first_set {
		return Step::Wait;
	}
	if !behind {
		return Step::VoteAgain;
	}
	match seen.round {
		Some(round) if !guard.is_ahead_of(seen.set, round) => Step::BeginAnew,
		_ => Step::Wait,
	}
}

/// Starts this process's program again in its place, if the watch has asked for it. Returns what went
/// wrong.
pub fn begin_anew_if_asked() -> Option<std::io::Error> {
	if !BEGIN_ANEW.load(Ordering::Relaxed) {
		return None;
	}
	let arguments = env::args_os().skip(1).filter(|argument| argument != RESTORED);
	let program = match env::current_exe() {
		Ok(program) if program.exists() => program,
		// The file was replaced meanwhile: what runs is still to be had.
		Ok(_) => "/proc/self/exe".into(),
		Err(cause) => return Some(cause),
	};
	std::thread::sleep(LOG_IS_WRITTEN);
	Some(Command::new(program).args(arguments).exec())
}

#[cfg(test)]
#[path = "tests/watch.rs"]
mod tests;
