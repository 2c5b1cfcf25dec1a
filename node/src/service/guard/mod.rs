//! Nothing is signed twice: not two votes of one kind in one round, not two blocks in one slot.
//!
//! The database loses at a power cut what it has not flushed, the last votes among it, and a copy of it
//! that is put back has older ones still. So what a validator's keys sign is on record in a file of the
//! guard's own ([`file`]) before the signature leaves, and what contradicts the record is not signed
//! ([`record`], [`keystore`], [`proposer`]). What the record knows is told to the voter again, so that it
//! does not ask for anything else ([`memory`]); where that is not enough, the node listens without voting
//! until it has caught up ([`watch`]). See docs/decisions/0032.

pub mod file;
pub mod keystore;
pub mod memory;
pub mod proposer;
pub mod record;
pub mod refusal;
pub mod watch;

use std::{
	fs,
	path::Path,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
};

use meterproof_runtime::{opaque::Header, Hash};
use sc_client_api::AuxStore;

use file::{Found, GuardFile};
use record::{Key, Record, Vote};
use refusal::Refusal;

/// For logs.
const LOG_TARGET: &str = "guard";

/// What the guard knows of the files around it when the node starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
	/// The slot at hand.
	pub slot: u64,
	/// Whether the operator says that these keys have signed what the files do not know.
	pub restored: bool,
	/// Whether a chain for development begins anew: what its only validator signed for the one before it
	/// is nothing to it.
	pub anew: bool,
}

/// Decides what a validator's keys sign.
pub struct Guard {
	file: GuardFile,
	state: Mutex<State>,
	listens: AtomicBool,
	/// Votes signed and refused, and blocks signed and refused, since the start.
	signatures: [AtomicU64; 4],
}

struct State {
	/// What was signed, or why that cannot be known.
	record: Result<Record, String>,
	/// The header that the block author made last, and its slot.
	proposed: Option<(Hash, u64)>,
	/// The refusal that the log told last, so that it is not told again.
	said: Option<Refusal>,
}

impl Guard {
	/// Reads the record in the folder of a chain. Where there is none, one begins. A file that cannot be
	/// used stays as it is, and nothing is signed.
	pub fn open(folder: &Path, start: Start) -> Arc<Self> {
		let file = GuardFile::new(folder);
		let record = opened(&file, start).map_err(|reason| {
			let path = file.path();
			let reason = format!(
				"{} {reason}. This node signs no votes and no blocks until the file is usable. It holds \
				 what this validator has signed. If it is lost, remove the file and start the node once \
				 with --restored: docs/operations.md, \"Restoring a validator\"",
				path.display()
			);
			log::error!(target: LOG_TARGET, "{reason}");
			reason
		});
		let listens = record.as_ref().map_or(true, |record| record.doubted_since.is_some());
		let state = State { record, proposed: None, said: None };
		Arc::new(Self {
			file,
			state: Mutex::new(state),
			listens: AtomicBool::new(listens),
			signatures: Default::default(),
		})
	}

	/// Tells the voter's database of the votes on record. Where later votes than the voter would cast are
	/// on record, the node listens until it has caught up: then this returns true.
	pub fn remind(&self, store: &impl AuxStore) -> Result<bool, String> {
		let state = self.state();
		let Ok(record) = &state.record else { return Ok(false) };
		let (set, round) = memory::remind(store, record)?;
		let behind = record.is_ahead_of(set, round);
		if behind || set < record.first_set {
			self.listens.store(true, Ordering::Relaxed);
		}
		if behind {
			log::warn!(
				target: LOG_TARGET,
				"The database is older than what this validator has signed: it stands at round {round} of \
				 set {set}. The node votes again when it has caught up with the others. If all of them \
				 were set back, or the chain began anew, remove {}",
				self.file.path().display(),
			);
		}
		Ok(behind)
	}

	/// Whether the voter is to take part in rounds without voting.
	pub fn only_listens(&self) -> bool {
		self.listens.load(Ordering::Relaxed)
	}

	/// Notes which slot a header is of, before it is signed.
	pub fn propose(&self, header: &Header) {
		let slot = proposer::slot_of(header);
		self.state().proposed = slot.map(|slot| (header.hash(), slot));
	}

	/// Puts a vote on record, so that it may be signed.
	pub fn sign_vote(&self, key: Key, vote: Vote) -> Result<(), Refusal> {
		let mut state = self.state();
		let next = state.record().and_then(|record| record.with_vote(key, vote));
		let [signed, refused, ..] = &self.signatures;
		counted(state.keep(&self.file, next), signed, refused)
	}

	/// Puts a block on record, so that it may be signed.
	pub fn sign_block(&self, key: Key, header: Hash) -> Result<(), Refusal> {
		let mut state = self.state();
		let slot = state.proposed.filter(|(proposed, _)| *proposed == header).map(|(_, slot)| slot);
		let next = state
			.record()
			.and_then(|record| record.with_block(key, slot.ok_or(Refusal::UnknownHeader)?, header));
		let [.., signed, refused] = &self.signatures;
		counted(state.keep(&self.file, next), signed, refused)
	}

	/// Votes signed and refused, and blocks signed and refused, since the start.
	pub fn signatures(&self) -> [u64; 4] {
		self.signatures.each_ref().map(|count| count.load(Ordering::Relaxed))
	}

	/// The slot since which it is not known what was signed, if it is not known, and the first set
	/// that may be voted in. `None` if nothing is ever signed.
	pub fn doubt(&self) -> Option<(Option<u64>, u64)> {
		let state = self.state();
		let record = state.record.as_ref().ok()?;
		Some((record.doubted_since, record.first_set))
	}

	/// Ends the doubt: a block made after it began is final, in this set.
	pub fn settle(&self, set: u64) -> Result<(), Refusal> {
		let mut state = self.state();
		let next = state.record().map(|record| Some(record.settled(set)));
		state.keep(&self.file, next)
	}

	/// Whether votes are on record that a voter at this round would not know.
	pub fn is_ahead_of(&self, set: u64, round: u64) -> bool {
		self.state().record.as_ref().is_ok_and(|record| record.is_ahead_of(set, round))
	}

	/// The voter votes from the next round on.
	pub fn vote_again(&self) {
		self.listens.store(false, Ordering::Relaxed);
	}

	fn state(&self) -> MutexGuard<'_, State> {
		// The state is replaced as a whole, so that a thread that panicked left a whole one.
		self.state.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl State {
	fn record(&self) -> Result<&Record, Refusal> {
		self.record.as_ref().map_err(|reason| Refusal::File(reason.clone()))
	}

	/// Writes a changed record, and says why if there is none.
	fn keep(
		&mut self,
		file: &GuardFile,
		next: Result<Option<Record>, Refusal>,
	) -> Result<(), Refusal> {
		let kept = next.and_then(|next| {
			let Some(next) = next else { return Ok(()) };
			file.write(&next).map_err(|cause| {
				Refusal::File(format!("{} cannot be written: {cause}", file.path().display()))
			})?;
			self.record = Ok(next);
			Ok(())
		});
		if let Err(refusal) = &kept {
			if self.said.as_ref() != Some(refusal) {
				log::error!(target: LOG_TARGET, "Not signed: {refusal}");
				self.said = Some(refusal.clone());
			}
		}
		kept
	}
}

/// Counts what became of something that was to be signed.
fn counted(
	kept: Result<(), Refusal>,
	signed: &AtomicU64,
	refused: &AtomicU64,
) -> Result<(), Refusal> {
	let count = if kept.is_ok() { signed } else { refused };
	count.fetch_add(1, Ordering::Relaxed);
	kept
}

/// The record to begin with, on disk.
fn opened(file: &GuardFile, start: Start) -> Result<Record, String> {
	let found = if start.anew { Found::Missing } else { file.read()? };
	let doubted = start.restored || matches!(found, Found::Copied(_));
	let record = match found {
		Found::Missing => Record::default(),
		Found::Written(record) | Found::Copied(record) => record,
	};
	let record = if doubted { record.doubted(start.slot) } else { record };
	if doubted {
		log::warn!(
			target: LOG_TARGET,
			"Votes or blocks that {} does not know of may have been signed: this validator makes blocks \
			 from the next slot on, and votes again in the set of authorities after the one that is in \
			 force now",
			file.path().display(),
		);
	}
	// A file that can be read and not be written would let the first vote end the node, at every start.
	let folder = file.path();
	let folder = folder.parent().unwrap_or(&folder);
	fs::create_dir_all(folder).map_err(|cause| format!("cannot be written: {cause}"))?;
	file.write(&record).map_err(|cause| format!("cannot be written: {cause}"))?;
	Ok(record)
}

#[cfg(test)]
mod tests;
