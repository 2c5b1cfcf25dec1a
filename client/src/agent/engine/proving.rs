//! Proving what was traded, sending it, and trying again until the deadline.

use std::{
	collections::BTreeMap,
	sync::PoisonError,
	time::{Duration, Instant},
};

use super::{
	finality::{Seen, Stands},
	Engine, Event, Settler,
};
use crate::{
	agent::{
		clock::Backoff,
		journal::{PeriodRow, Record, SettledRow},
		nodes::{is_connection, PeriodTimes},
		settling::{self, batches, leaves_open, Attempt, GroupStatus, Prepared},
		wallets::NO_WALLET,
	},
	chain::Chain,
	commands::wallet::network,
	error::{Error, Result},
	proof::AnyProof,
	rpc::PeriodPhase,
	store::Store,
	types::Group,
};

/// The first wait after something went wrong with a group.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Calls that entered a block and failed, of one group, after which no other is paid for.
const MOST_PAID_FAILURES: u32 = 2;

/// The groups of a period.
#[derive(Debug, Default)]
pub struct Groups {
	all: BTreeMap<Group, GroupWork>,
	over: bool,
}

/// Where a group stands.
#[derive(Debug)]
struct GroupWork {
	state: State,
	/// The last thing that kept it from being proved.
	trouble: Option<String>,
	not_before: Instant,
	backoff: Backoff,
	/// Whether it is proved alone, since something went wrong with a proof of several.
	alone: bool,
	paid_failures: u32,
	/// The best block when the node first said that it is settled.
	settled_at: Option<Seen>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
	/// No proof of the group is under way.
	Waiting,
	/// A proof is being made, or sent.
	Busy,
	/// The group traded nothing in the period.
	Untraded,
	/// The group's claim is final.
	Settled(SettledRow),
}

impl GroupWork {
	/// A group of which so many calls were paid for and failed before.
	fn new(paid_failures: u32) -> Self {
		Self {
			state: State::Waiting,
			trouble: None,
			not_before: Instant::now(),
			backoff: Backoff::new(FIRST_WAIT, LONGEST_WAIT),
			alone: false,
			paid_failures,
			settled_at: None,
		}
	}

	fn failed(&mut self, error: &Error) {
		self.state = State::Waiting;
		self.trouble = Some(format!("{}: {error}", error.name()));
		self.not_before =
			Instant::now().checked_add(self.backoff.wait()).unwrap_or_else(Instant::now);
	}
}

impl Groups {
	/// Whether nothing more can become of them.
	pub fn are_over(&self) -> bool {
		self.over
	}

	/// The rows of the groups whose claim is final.
	pub fn settled(&self) -> impl Iterator<Item = &SettledRow> {
		self.all.values().filter_map(|work| match &work.state {
			State::Settled(row) => Some(row),
			_ => None,
		})
	}

	/// Writes the fate of the groups into the period's row.
	pub fn write_into(&self, row: &mut PeriodRow) {
		for settled in self.settled() {
			match settled.proved {
				true => row.settled = row.settled.saturating_add(1),
				false => row.expired = row.expired.saturating_add(1),
			}
			row.paid = row.paid.saturating_add(settled.paid.unwrap_or(0));
		}
	}
}

impl Engine {
	/// Looks where the groups of a period stand, and proves those that can be.
	pub(super) async fn settle(
		&mut self,
		chain: &Chain,
		times: &PeriodTimes,
		now_ms: u64,
	) -> Result<()> {
		let period = times.period;
		let Some(settler) = self.settler.clone() else {
			if let Some(work) = self.work.get_mut(&period) {
				work.groups.over = true;
			}
			return Ok(());
		};
		let groups: Vec<Group> = self.groups.iter().cloned().collect();
		let mut ready = Vec::new();
		let (mut alone, mut sealed) = (Vec::new(), Vec::new());
		for group in &groups {
			let Some(work) = self.work.get_mut(&period) else { return Ok(()) };
			let shared = &self.shared;
			let state = work.groups.all.entry(group.clone()).or_insert_with(|| {
				let failed = (period, group.to_string());
				let before = shared.intake().journal.contents().failed.get(&failed).copied();
				GroupWork::new(before.unwrap_or(0))
			});
			if state.state != State::Waiting {
				continue;
			}
			let status = GroupStatus::of(chain, group, period).await?;
			if !status.is_traded() {
				state.state = State::Untraded;
			} else if status.settled {
				let seen = match state.settled_at {
					Some(seen) => seen,
					None => *state.settled_at.insert(Seen::now(chain).await?),
				};
				match seen.stands(chain).await? {
					Stands::Open => {},
					Stands::ForkedOff => state.settled_at = None,
					Stands::Final => {
						if let Some(row) = status.row(group, period, state.trouble.take()) {
							state.state = State::Settled(row);
							self.shared.status.unproved(period, &group.to_string(), None);
						}
					},
				}
			} else {
				state.settled_at = None;
				if status.sealed && settler.prove.wallets.is_empty() {
					self.tell_trouble(period, group, &format!("NoWallet: {NO_WALLET}"));
				} else if status.provable && state.not_before <= Instant::now() {
					if state.paid_failures >= MOST_PAID_FAILURES {
						let trouble = match &state.trouble {
							Some(trouble) => trouble.clone(),
							// Of an earlier run.
							None => {
								format!("{MOST_PAID_FAILURES} calls of it were paid for and failed")
							},
						};
						self.tell_trouble(period, group, &trouble);
						continue;
					}
					match (status.sealed, state.alone) {
						(true, _) => sealed.push(group.clone()),
						(false, true) => alone.push(vec![group.clone()]),
						(false, false) => ready.push((group.clone(), status.committed.into())),
					}
				}
			}
		}
		for batch in batches(ready, settler.prove.groups_per_proof).into_iter().chain(alone) {
			self.start_proving(chain, &settler, period, batch, false).await?;
		}
		for group in sealed {
			self.start_proving(chain, &settler, period, vec![group], true).await?;
		}
		let Some(work) = self.work.get_mut(&period) else { return Ok(()) };
		let open =
			work.groups.all.values().any(|work| matches!(work.state, State::Waiting | State::Busy));
		work.groups.over = !open;
		if times.phase == PeriodPhase::Proving {
			self.warn_of_deadline(times, now_ms);
		}
		Ok(())
	}

	/// Makes the proof of some groups beside everything else.
	async fn start_proving(
		&mut self,
		chain: &Chain,
		settler: &Settler,
		period: u64,
		groups: Vec<Group>,
		is_sealed: bool,
	) -> Result<()> {
		let Ok(turn) = self.workers.clone().try_acquire_owned() else { return Ok(()) };
		let opened = match &self.store {
			Some(_) => None,
			None => Some(Store::open_again(&self.store_path, &self.store_key)?),
		};
		let Some(store) = self.store.as_ref().or(opened.as_ref()) else { return Ok(()) };
		let prepared = match (is_sealed, groups.as_slice()) {
			(true, [group]) => prepare_sealed(chain, store, settler, (period, group)).await,
			_ => settling::prepare(chain, store, period, &groups, settler.prove.or_less).await,
		};
		let prepared = match prepared {
			Ok(prepared) => prepared,
			Err(error) if is_connection(&error) => return Err(error),
			Err(error) => {
				self.failed(period, &groups, &error);
				return Ok(());
			},
		};
		for remark in &prepared.remarks {
			self.shared.log.info(&format!("period {period}: {remark}"));
		}
		self.set_state(period, &groups, &State::Busy);
		let events = self.events.0.clone();
		self.tasks.spawn(async move {
			let made = tokio::task::spawn_blocking(move || prepared.prove()).await;
			let stopped = |_| Err(Error::new("ProverFailed", "the prover stopped"));
			let made = made.unwrap_or_else(stopped);
			drop(turn);
			// The engine is there as long as its tasks are.
			let _ = events.send(Event::Proved { period, groups, made }).await;
		});
		Ok(())
	}

	/// Takes what a task has to say.
	pub(super) fn take(&mut self, event: Event) {
		match event {
			Event::Proved { made: Ok(file), .. } => self.proofs.push(file),
			Event::Proved { period, groups, made: Err(error) } => {
				self.failed(period, &groups, &error);
			},
			Event::Submitted { file, became } => self.submitted(&file, became),
		}
	}

	fn submitted(&mut self, file: &AnyProof, became: Result<Attempt>) {
		self.submitting = false;
		let period = file.period();
		let groups: Vec<Group> = file.groups().into_iter().cloned().collect();
		let is_open = matches!(&became, Err(error) if leaves_open(error) || is_connection(error));
		if !is_open {
			for group in &groups {
				self.open_calls.remove(&(period, group.to_string()));
			}
		}
		match became {
			// The next look finds what it settled.
			Ok(Attempt::Settled | Attempt::AlreadySettled) => {
				self.set_state(period, &groups, &State::Waiting);
			},
			Ok(Attempt::Failed(error)) => {
				let names = groups.iter().map(ToString::to_string).collect();
				// Where the journal cannot be written that is told, and this run knows it all the same.
				let _ = self.shared.write(vec![Record::Failed { period, groups: names }]);
				if let Some(work) = self.work.get_mut(&period) {
					for group in &groups {
						if let Some(state) = work.groups.all.get_mut(group) {
							state.paid_failures = state.paid_failures.saturating_add(1);
						}
					}
				}
				self.failed(period, &groups, &error);
			},
			Err(error) => {
				self.failed(period, &groups, &error);
				if is_connection(&error) {
					self.heard_of(&error);
				}
			},
		}
	}

	/// Sends the oldest proof, unless one is on its way: an account's calls go one after another.
	pub(super) fn send_next(&mut self, chain: &Chain, now_ms: u64) {
		self.proofs.retain(|file| self.work.contains_key(&file.period()));
		if self.submitting || self.proofs.is_empty() {
			return;
		}
		let Some(settler) = self.settler.clone() else { return };
		let file = self.proofs.remove(0);
		let names: Vec<_> =
			file.groups().into_iter().map(|group| (file.period(), group.to_string())).collect();
		let earlier = names.iter().any(|name| self.open_calls.contains(name));
		self.open_calls.extend(names);
		self.submitting = true;
		let (chain, shared) = (chain.clone(), self.shared.clone());
		let events = self.events.0.clone();
		self.tasks.spawn(async move {
			let settling = settler.lane.settle().await;
			let write_down = |sent| shared.write(vec![Record::Sent(sent)]);
			let became =
				settling::submit(&chain, &settler.signer, &file, earlier, now_ms, write_down).await;
			drop(settling);
			let _ = events.send(Event::Submitted { file: Box::new(file), became }).await;
		});
	}

	fn set_state(&mut self, period: u64, groups: &[Group], state: &State) {
		let Some(work) = self.work.get_mut(&period) else { return };
		for group in groups {
			if let Some(known) = work.groups.all.get_mut(group) {
				known.state = state.clone();
			}
		}
	}

	/// Something went wrong with groups: each is tried again, alone.
	fn failed(&mut self, period: u64, groups: &[Group], error: &Error) {
		let text = format!("{}: {error}", error.name());
		for group in groups {
			self.tell_trouble(period, group, &text);
			let Some(work) = self.work.get_mut(&period) else { return };
			if let Some(state) = work.groups.all.get_mut(group) {
				state.alone = groups.len() > 1 || state.alone;
				state.failed(error);
				if groups.len() > 1 {
					// Which of them it was is not known yet.
					state.not_before = Instant::now();
				}
			}
		}
	}

	/// Says what keeps a group from being proved, once.
	fn tell_trouble(&mut self, period: u64, group: &Group, trouble: &str) {
		let Some(work) = self.work.get_mut(&period) else { return };
		let Some(state) = work.groups.all.get_mut(group) else { return };
		if state.trouble.as_deref() != Some(trouble) {
			state.trouble = Some(trouble.to_owned());
			self.shared.log.warn(&format!("period {period}: {group} is not proved yet: {trouble}"));
		}
		self.shared.status.unproved(period, &group.to_string(), Some(trouble.to_owned()));
	}

	/// Says loudly that a group's time is nearly over.
	fn warn_of_deadline(&mut self, times: &PeriodTimes, now_ms: u64) {
		let window = times.deadline_ms.saturating_sub(times.cut_off_ms);
		let left = times.deadline_ms.saturating_sub(now_ms.max(times.now_ms));
		let Some(work) = self.work.get(&times.period) else { return };
		if left > window / 4 {
			return;
		}
		for (group, state) in &work.groups.all {
			if matches!(state.state, State::Waiting | State::Busy) && state.settled_at.is_none() {
				let trouble = state.trouble.as_deref().unwrap_or("its proof is not in a block yet");
				let message = format!("{} s before the deadline: {trouble}", left / 1_000);
				self.shared.status.unproved(times.period, &group.to_string(), Some(message));
			}
		}
	}
}

/// Makes ready what proves one group whose trade is sealed.
async fn prepare_sealed(
	chain: &Chain,
	store: &Store,
	settler: &Settler,
	work: (u64, &Group),
) -> Result<Prepared> {
	let network = network(chain).await?;
	let wallets = settler.wallets.lock().unwrap_or_else(PoisonError::into_inner).of(&network)?;
	let wallets: Vec<_> = wallets.iter().map(AsRef::as_ref).collect();
	let auditor = settler.prove.auditor.as_deref();
	settling::prepare_sealed(chain, store, &wallets, auditor, work).await
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::parse_group;

	fn settled(proved: bool, paid: u128) -> GroupWork {
		let row = SettledRow {
			period: 7,
			group: "group".to_owned(),
			proved,
			contracted: 10,
			delivered: Some(5),
			paid: Some(paid),
			penalty: Some(1),
			trouble: None,
		};
		GroupWork { state: State::Settled(row), ..GroupWork::new(0) }
	}

	#[test]
	fn a_period_s_row_counts_what_was_settled_and_what_expired() {
		let group = |zone: u32| {
			let operator = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
			parse_group(&format!("{operator}/{zone}/heat/export")).unwrap()
		};
		let mut groups = Groups::default();
		groups.all.insert(group(1), settled(true, 5));
		groups.all.insert(group(2), settled(true, 6));
		groups.all.insert(group(3), settled(false, 0));
		groups.all.insert(group(4), GroupWork { state: State::Untraded, ..GroupWork::new(0) });
		let mut row = PeriodRow::default();
		groups.write_into(&mut row);
		assert_eq!((row.settled, row.expired, row.paid), (2, 1, 11));
	}

	#[test]
	fn a_group_in_trouble_waits_longer_each_time() {
		let mut group = GroupWork::new(0);
		let error = Error::new("PoolFull", "the pool is full");
		group.failed(&error);
		let first = group.not_before;
		group.failed(&error);
		assert!(group.not_before > first + Duration::from_secs(1));
		assert_eq!(group.trouble.as_deref(), Some("PoolFull: the pool is full"));
	}
}
