//! The journal: what meters said and what became of it, on disk before it is acted upon.
//!
//! Records are appended and synced, sealed as a store's are, since readings are secrets. A record whose
//! writing was cut off is dropped when the file is next opened: nothing was done that rests on it. What
//! is out of date goes when the file is rewritten, so that it is bounded by the number of meters and not
//! by how long the agent runs.

pub mod disk;
mod order;
mod record;
#[cfg(test)]
pub(super) mod tests;

use std::{collections::BTreeMap, path::Path};

use meterproof_meters::Counters;
use meterproof_wallet::seal::{self, next_record, Cost, Magic, Next, Seal, SealError};

use self::disk::{Disk, FileDisk, ReadOnly};
pub use self::order::{Became, CallsKey, CallsRow, OrderRow};
pub use self::record::{
	on, Break, Noted, PeriodRow, Record, RefusedRow, Register, Sent, SettledRow, Stood, Telegram,
	Told,
};
use crate::{
	error::{named_errors, Error, Named, Result},
	types::Direction,
};

/// What a journal begins with.
const MAGIC: Magic = *b"mpjrnl01";

/// Bytes of readings, or of what became of a period, in one record: a sealed record has less than 64 KiB.
const RECORD_ROOM: usize = 48 * 1024;

/// Bytes that may be appended after a rewriting before the next one.
const GROWTH: u64 = 4 << 20;

/// Counters in one record, each with a name of some dozen bytes.
const COUNTERS_TOGETHER: usize = 256;

/// Refusals that are kept, the newest of them.
const MOST_REFUSALS: usize = 10_000;

/// In ms.
const DAY_MS: u64 = 86_400_000;

/// Periods of which it is kept what became of them: four hundred days of quarters of an hour.
const KEPT_ROWS: u64 = 38_400;

named_errors! {
	/// Why a journal could not be used.
	#[derive(PartialEq, Eq)]
	pub enum JournalError {
		/// The journal is of another chain.
		OtherChain { path: String }
			=> "{path}: the journal is of another chain than the store; give the agent another state \
				folder";
		/// The journal was made by a newer version.
		UnknownRecord { path: String, record: u64 }
			=> "{path}: record {record} is unknown; it was made by a newer version";
		/// A part of the journal cannot be read.
		JournalDamaged { path: String, record: u64 }
			=> "{path}: it cannot be read from record {record} on";
		/// The journal could not be read or written.
		JournalFailed { path: String, reason: String } => "{path}: {reason}";
		/// One telegram is longer than any record.
		TelegramTooLong { meter: String }
			=> "{meter}: a telegram is longer than 48 KiB, and is not kept";
	}
}

/// Which reading is meant: the register, from when, until when, and what of which meter. A standing begins
/// and ends at one time.
type Key = (String, Direction, u64, u64, (Sort, u64));

/// What of several things that were told of one time is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
	Reading,
	Break,
}

/// What is in a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
	noted: BTreeMap<Key, Noted>,
	/// What became of periods.
	pub periods: BTreeMap<u64, PeriodRow>,
	/// Calls that were about to be sent, by period, oldest first.
	pub sent: BTreeMap<u64, Vec<Sent>>,
	/// Settlements that are final, by period and group.
	pub settled: BTreeMap<(u64, String), SettledRow>,
	/// What was refused, by meter and period.
	pub refused: BTreeMap<(String, Option<u64>), RefusedRow>,
	/// How many calls entered a block and failed, by period and group.
	pub failed: BTreeMap<(u64, String), u32>,
	/// Orders that were signed, by their numbers. They are in a journal of their own.
	pub ordered: BTreeMap<u64, OrderRow>,
	/// How many calls of standing orders were signed, by side and day. They are in that journal, too.
	pub calls: BTreeMap<CallsKey, CallsRow>,
	/// The highest message counters that were accepted.
	pub counters: Counters,
}

fn key(noted: &Noted) -> Key {
	let (start, end, sort) = match noted.told {
		Told::Counted { start_ms, end_ms, .. } => (start_ms, end_ms, (Sort::Reading, 0)),
		Told::Stood { at_ms, .. } => (at_ms, at_ms, (Sort::Reading, 0)),
		Told::StoodOn { at_ms, on, .. } => (at_ms, at_ms, (Sort::Reading, on)),
		Told::Broke { at_ms, on, .. } => (at_ms, at_ms, (Sort::Break, on)),
	};
	(noted.meter.clone(), noted.direction, start, end, sort)
}

impl Contents {
	/// All that registers were noted to be.
	pub fn noted(&self) -> impl Iterator<Item = &Noted> {
		self.noted.values()
	}

	/// What a register was noted to be from one time until before another, oldest first.
	pub fn noted_between(
		&self,
		(meter, direction): (&str, Direction),
		from_ms: u64,
		until_ms: u64,
	) -> impl Iterator<Item = &Noted> {
		let key = |at_ms| -> Key { (meter.to_owned(), direction, at_ms, 0, (Sort::Reading, 0)) };
		let between = key(from_ms)..key(until_ms.max(from_ms));
		self.noted.range(between).map(|(_, noted)| noted)
	}

	/// What a record would make of it.
	#[cfg(test)]
	pub fn take_for_test(&mut self, record: Record) {
		self.apply(record);
	}

	fn apply(&mut self, record: Record) {
		match record {
			Record::Chain { .. } => {},
			Record::Read(all) => {
				self.noted.extend(all.into_iter().map(|noted| (key(&noted), noted)));
			},
			Record::Period(row) => {
				if row.done {
					self.sent.remove(&row.period);
					self.failed.retain(|(period, _), _| *period != row.period);
				}
				self.periods.insert(row.period, row);
			},
			Record::Sent(sent) => self.sent.entry(sent.period).or_default().push(sent),
			Record::Settled(row) => {
				self.settled.insert((row.period, row.group.clone()), row);
			},
			Record::Refused(row) => {
				self.refused.insert((row.meter.clone(), row.period), row);
			},
			Record::Failed { period, groups } => {
				for group in groups {
					let count = self.failed.entry((period, group)).or_default();
					*count = count.saturating_add(1);
				}
			},
			Record::Ordered(row) => {
				self.ordered.insert(row.number, row);
			},
			Record::Calls(row) => {
				self.calls.insert(row.key(), row);
			},
			Record::Counters(all) => {
				self.counters.raise(all.iter().map(|(name, counter)| (name.as_str(), *counter)));
			},
		}
	}

	/// Drops what ended before `horizon_ms`, and of what became of periods all but the newest.
	fn forget(&mut self, horizon_ms: u64) {
		self.noted.retain(|(_, _, _, end, _), _| *end >= horizon_ms);
		self.ordered.retain(|_, row| row.start_ms >= horizon_ms);
		self.calls.retain(|_, row| row.day >= horizon_ms / DAY_MS);
		let newest = self.periods.keys().next_back().copied().unwrap_or(0);
		let oldest = newest.saturating_sub(KEPT_ROWS);
		self.periods.retain(|period, _| *period >= oldest);
		self.settled.retain(|(period, _), _| *period >= oldest);
		self.sent.retain(|period, _| *period >= oldest);
		self.failed.retain(|(period, _), _| *period >= oldest);
		if self.refused.len() > MOST_REFUSALS {
			let mut times: Vec<_> = self.refused.values().map(|row| row.at_ms).collect();
			times.sort_unstable();
			let first = times.len().saturating_sub(MOST_REFUSALS);
			let first = times.get(first).copied().unwrap_or(0);
			self.refused.retain(|_, row| row.at_ms >= first);
		}
	}

	fn records(&self) -> impl Iterator<Item = Record> + '_ {
		let noted = batches(self.noted.values().cloned().collect()).into_iter().map(Record::Read);
		noted
			.chain(self.periods.values().cloned().map(Record::Period))
			.chain(self.sent.values().flatten().cloned().map(Record::Sent))
			.chain(self.settled.values().cloned().map(Record::Settled))
			.chain(self.refused.values().cloned().map(Record::Refused))
			.chain(self.failed.iter().flat_map(|((period, group), count)| {
				let failed = Record::Failed { period: *period, groups: vec![group.clone()] };
				(0..*count).map(move |_| failed.clone())
			}))
			.chain(self.ordered.values().cloned().map(Record::Ordered))
			.chain(self.calls.values().copied().map(Record::Calls))
			.chain(counted(&self.counters))
	}
}

/// Counters in records that each have room for them.
pub fn counted(counters: &Counters) -> Vec<Record> {
	let all: Vec<_> = counters.iter().map(|(name, counter)| (name.to_owned(), counter)).collect();
	all.chunks(COUNTERS_TOGETHER).map(|part| Record::Counters(part.to_vec())).collect()
}

/// Readings in parts that fit into records.
fn batches(all: Vec<Noted>) -> Vec<Vec<Noted>> {
	use codec::Encode;
	let mut parts: Vec<Vec<Noted>> = Vec::new();
	let mut room = 0usize;
	for noted in all {
		let size = noted.encoded_size();
		match parts.last_mut().filter(|_| size <= room) {
			Some(part) => part.push(noted),
			None => {
				parts.push(vec![noted]);
				room = RECORD_ROOM;
			},
		}
		room = room.saturating_sub(size);
	}
	parts
}

/// A journal, opened.
pub struct Journal<D: Disk> {
	disk: D,
	path: String,
	seal: Seal,
	genesis: [u8; 32],
	contents: Contents,
	records: u64,
	length: u64,
	/// Length at which the file is rewritten; one that was opened longer than [`GROWTH`] is at once.
	rewrite_at: u64,
	/// Whether bytes may stand after those that count.
	is_cut_due: bool,
	/// The record that could not be read, those after it being lost, if that was so.
	damaged: Option<u64>,
}

impl Journal<FileDisk> {
	/// Opens the file at `path` to write to it, or makes it.
	pub fn open(path: &Path, password: &str, genesis: [u8; 32]) -> Result<Self> {
		let disk = FileDisk::new(path)?;
		Self::on(disk, &path.display().to_string(), password, genesis, Cost::STANDARD)
	}
}

/// What is in the file at `path`, which another process may be writing to; nothing if there is none.
pub fn look(path: &Path, password: &str, genesis: [u8; 32]) -> Result<Contents> {
	if !path.exists() {
		return Ok(Contents::default());
	}
	let disk = ReadOnly::new(path)?;
	let shown = path.display().to_string();
	Journal::on(disk, &shown, password, genesis, Cost::STANDARD).map(|journal| journal.contents)
}

/// The same of a file that can be read to its end: `JournalDamaged` where it cannot.
pub fn look_whole(path: &Path, password: &str, genesis: [u8; 32]) -> Result<Contents> {
	if !path.exists() {
		return Ok(Contents::default());
	}
	let disk = ReadOnly::new(path)?;
	let shown = path.display().to_string();
	whole(Journal::on(disk, &shown, password, genesis, Cost::STANDARD)?)
}

fn whole<D: Disk>(journal: Journal<D>) -> Result<Contents> {
	match journal.damaged {
		Some(record) => Err(JournalError::JournalDamaged { path: journal.path, record }.into()),
		None => Ok(journal.contents),
	}
}

impl<D: Disk> Journal<D> {
	/// A journal on any disk.
	pub fn on(
		mut disk: D,
		path: &str,
		password: &str,
		genesis: [u8; 32],
		cost: Cost,
	) -> Result<Self> {
		let failed = |error: std::io::Error| failed(path, &error);
		let Some(bytes) = disk.read().map_err(failed)? else {
			let seal = Seal::create(MAGIC, cost, password).map_err(|error| at(path, error))?;
			let mut journal = Self::empty(disk, path, seal, genesis);
			let seal = journal.seal.clone();
			journal.rewrite(seal)?;
			return Ok(journal);
		};
		let seal = Seal::open(MAGIC, &bytes, password).map_err(|error| at(path, error))?;
		let mut journal = Self::empty(disk, path, seal, genesis);
		journal.replay(&bytes)?;
		Ok(journal)
	}

	fn empty(disk: D, path: &str, seal: Seal, genesis: [u8; 32]) -> Self {
		Self {
			disk,
			path: path.to_owned(),
			seal,
			genesis,
			contents: Contents::default(),
			records: 0,
			length: 0,
			rewrite_at: 0,
			is_cut_due: false,
			damaged: None,
		}
	}

	fn replay(&mut self, bytes: &[u8]) -> Result<()> {
		let mut rest = bytes.get(seal::HEADER_LENGTH..).unwrap_or_default();
		loop {
			let index = self.records;
			let (body, after) = match next_record(rest) {
				Next::Record(body, after) => (body, after),
				Next::End | Next::Torn if index == 0 => {
					return Err(at(&self.path, SealError::TruncatedHeader));
				},
				Next::End | Next::Torn => break,
				Next::Damaged => {
					self.damaged = Some(index);
					break;
				},
			};
			let plain = match self.seal.unseal(index, body) {
				Ok(plain) => plain,
				Err(error) if index == 0 => return Err(at(&self.path, error)),
				Err(_) => {
					self.damaged = Some(index);
					break;
				},
			};
			let record = Record::from_bytes(&plain).ok_or_else(|| JournalError::UnknownRecord {
				path: self.path.clone(),
				record: index,
			})?;
			match (&record, index) {
				(Record::Chain { genesis }, 0) if *genesis == self.genesis => {},
				(_, 0) => return Err(JournalError::OtherChain { path: self.path.clone() }.into()),
				_ => {},
			}
			self.contents.apply(record);
			self.records = index.saturating_add(1);
			rest = after;
		}
		self.length = (bytes.len() - rest.len()) as u64;
		// What has gone out of date since it was written last is not known: an agent that is started every day
		// would else never write so much in one run that the file is rewritten.
		self.rewrite_at = GROWTH;
		if self.damaged.is_some() {
			self.disk.keep_aside(bytes).map_err(|error| failed(&self.path, &error))?;
		}
		self.is_cut_due = !rest.is_empty();
		self.cut_if_due()
	}

	fn cut_if_due(&mut self) -> Result<()> {
		if self.is_cut_due {
			self.disk.cut(self.length).map_err(|error| failed(&self.path, &error))?;
			self.is_cut_due = false;
		}
		Ok(())
	}

	/// What is in it.
	pub fn contents(&self) -> &Contents {
		&self.contents
	}

	/// The length of the journal's file in bytes.
	pub fn length(&self) -> u64 {
		self.length
	}

	/// The record from which on the file could not be read when it was opened; a copy of it lies beside.
	pub fn damaged(&self) -> Option<u64> {
		self.damaged
	}

	/// Writes what registers were noted to be, and the counters of the telegrams that said so. Once this
	/// returns, a kill does not lose it.
	pub fn note(&mut self, noted: Vec<Noted>, counters: &Counters) -> Result<()> {
		let mut records: Vec<_> = batches(noted).into_iter().map(Record::Read).collect();
		records.extend(counted(&counters.above(&self.contents.counters)));
		self.write(records)
	}

	/// Writes records, syncs, and takes them over. Where that fails nothing has changed.
	pub fn write(&mut self, records: Vec<Record>) -> Result<()> {
		if records.is_empty() {
			return Ok(());
		}
		self.cut_if_due()?;
		let mut bytes = Vec::new();
		for (index, record) in (self.records..).zip(&records) {
			let sealed = self.seal.seal(index, &record.to_bytes(), &mut bytes);
			sealed.map_err(|error| at(&self.path, error))?;
		}
		self.disk.append(&bytes).map_err(|error| {
			self.is_cut_due = true;
			failed(&self.path, &error)
		})?;
		self.length = self.length.saturating_add(bytes.len() as u64);
		self.records = self.records.saturating_add(records.len() as u64);
		for record in records {
			self.contents.apply(record);
		}
		Ok(())
	}

	/// Rewrites the file without what is out of date, once it has grown enough: readings that ended
	/// before `horizon_ms` go. Whether it was rewritten.
	pub fn tidy(&mut self, horizon_ms: u64) -> Result<bool> {
		if self.length < self.rewrite_at {
			return Ok(false);
		}
		self.contents.forget(horizon_ms);
		self.rewrite(self.seal.next_generation())?;
		Ok(true)
	}

	/// Writes all of the contents to a new file.
	fn rewrite(&mut self, seal: Seal) -> Result<()> {
		let mut bytes = seal.header().to_vec();
		let mut index = 0u64;
		let chain = Record::Chain { genesis: self.genesis };
		for record in std::iter::once(chain).chain(self.contents.records()) {
			let sealed = seal.seal(index, &record.to_bytes(), &mut bytes);
			sealed.map_err(|error| at(&self.path, error))?;
			index = index.saturating_add(1);
		}
		self.disk.replace(&bytes).map_err(|error| failed(&self.path, &error))?;
		self.seal = seal;
		self.records = index;
		self.length = bytes.len() as u64;
		self.rewrite_at = self.length.saturating_mul(2).saturating_add(GROWTH);
		self.is_cut_due = false;
		Ok(())
	}

	/// Whether it says of a register what this says.
	pub fn has(&self, noted: &Noted) -> bool {
		self.contents.noted.get(&key(noted)).is_some_and(|known| known.told == noted.told)
	}
}

/// Refuses a telegram that no record has room for.
pub fn ensure_fits(noted: &Noted) -> Result<(), JournalError> {
	use codec::Encode;
	match noted.encoded_size() > RECORD_ROOM {
		false => Ok(()),
		true => Err(JournalError::TelegramTooLong { meter: noted.meter.clone() }),
	}
}

fn failed(path: &str, error: &std::io::Error) -> Error {
	JournalError::JournalFailed { path: path.to_owned(), reason: error.to_string() }.into()
}

fn at(path: &str, error: SealError) -> Error {
	Error::new(error.name(), format!("{path}: {error}"))
}
