//! The store: the keys, salts and readings of an operator's meters, encrypted in one file.
//!
//! Records are only ever appended, many at a time, and synced before anything that depends on
//! them is sent. A record whose writing was cut off is dropped when the file is next opened: it
//! was never acted on. The file is rewritten (to a new file that replaces the old one at once) when
//! too much of it is out of date, so that salt secrets which meters have left behind disappear. A
//! file that cannot be replaced is written to as it is, with a warning.
//!
//! Writers hold a lock beside the file (`FILE.lock`); readers need none. A file that is reached
//! through a link has one lock, and the link stays.

mod entry;
pub mod files;
mod key;
mod mend;
mod meter;
mod replay;
mod rewrite;

use std::{
	collections::HashMap,
	fs::File,
	path::{Path, PathBuf},
};

pub use entry::{Entry, Facts, Key, Opening, Salts, Secret, KEPT_PERIODS};
pub use key::StoreKey;
pub use mend::Mended;
pub use meter::Meter;

use crate::{
	error::{named_errors, Error, Result},
	rpc::Period,
	telegrams::Kept,
	timetable::Timetable,
	types::Direction,
};
use meterproof_wallet::seal::{Cost, Magic, Seal, SealError};

/// What a store begins with.
const MAGIC: Magic = *b"mpstore1";

/// Out-of-date records that a file may hold before it is rewritten.
const SUPERSEDED_ALLOWED: u64 = 256;

named_errors! {
	/// Why a store could not be used.
	#[derive(PartialEq, Eq)]
	pub enum StoreError {
		/// Another process writes to the store.
		StoreLocked { path: String } => "{path}: another process is using the store";
		/// There is none.
		NoStore { path: String } => "{path}: no such store";
		/// There is one already.
		StoreExists { path: String } => "{path}: the store exists already";
		/// The store's meters are registered on another chain.
		OtherChain { path: String } => "{path}: the store belongs to another chain";
		/// Something stands in the file that no cut of its writing leaves behind.
		Damaged { path: String, record: u64 }
			=> "{path}: record {record} is damaged; `store mend` keeps the records before it, and a \
				copy of the file as it is";
		/// A record says what no version of this program writes.
		UnknownRecord { path: String, record: u64 }
			=> "{path}: record {record} is unknown; it was made by a newer version";
		/// Two meters with one name.
		DuplicateMeter { meter: String } => "{meter}: the store has a meter of this name already";
	}
}

/// Which commitment an opening belongs to: device, period, register.
pub type Slot = (u32, u64, Direction);

/// A meter's signature.
pub type Signature = [u8; 64];

/// A store, opened.
#[derive(Debug)]
pub struct Store {
	path: PathBuf,
	genesis: [u8; 32],
	operators: Vec<[u8; 32]>,
	timetable: Option<Timetable>,
	/// By number; `None` where one was taken out.
	meters: Vec<Option<Meter>>,
	devices: Vec<Option<u32>>,
	/// What opens a slot's commitments, the newest last: more than one if a reading was corrected
	/// before the chain had a commitment.
	openings: HashMap<Slot, Vec<(Opening, Option<Signature>)>>,
	/// The telegrams that commitments bind.
	telegrams: HashMap<[u8; 32], Kept>,
	records: u64,
	superseded: u64,
	/// How many records must be out of date before the file is rewritten.
	rewrite_at: u64,
	torn: bool,
	warning: Option<Error>,
	writer: Option<Writer>,
	at_rest: Option<Rest>,
}

/// What writing needs.
struct Writer {
	seal: Seal,
	file: File,
	length: u64,
	_lock: File,
}

/// What a store that nobody here writes to is taken up by.
struct Rest {
	seal: Seal,
	/// Bytes of whole records, the header counted.
	length: u64,
}

impl std::fmt::Debug for Rest {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		formatter.write_str("Rest(..)")
	}
}

impl std::fmt::Debug for Writer {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		formatter.write_str("Writer(..)")
	}
}

impl Store {
	/// Makes a store for the chain with this genesis hash.
	pub fn create(path: &Path, password: &str, genesis: [u8; 32]) -> Result<Self> {
		Self::create_with(path, password, genesis, Cost::STANDARD)
	}

	/// A store whose password costs nothing to guess.
	#[cfg(test)]
	pub(crate) fn create_cheap(path: &Path, password: &str, genesis: [u8; 32]) -> Result<Self> {
		Self::create_with(path, password, genesis, Cost::CHEAP)
	}

	fn create_with(path: &Path, password: &str, genesis: [u8; 32], cost: Cost) -> Result<Self> {
		let path = &files::resolve_new(path)?;
		let lock = files::lock(path)?;
		// Another process may have made it meanwhile.
		files::resolve_new(path)?;
		let seal = Seal::create(MAGIC, cost, password).map_err(|error| at(path, error))?;
		let mut store = Self::empty(path, genesis);
		let (bytes, records) = store.whole(&seal)?;
		let file = files::replace(path, &bytes)?;
		store.records = records;
		store.writer = Some(Writer { seal, file, length: bytes.len() as u64, _lock: lock });
		Ok(store)
	}

	/// Opens a store to look things up.
	pub fn open(path: &Path, password: &str) -> Result<Self> {
		Self::open_by(path, replay::by_password(password))
	}

	/// Opens a store once more to look things up.
	pub fn open_again(path: &Path, key: &StoreKey) -> Result<Self> {
		Self::open_by(path, |bytes| key.seal(bytes))
	}

	fn open_by(
		path: &Path,
		unlock: impl FnOnce(&[u8]) -> std::result::Result<Seal, SealError>,
	) -> Result<Self> {
		let (seal, bytes) = replay::read_sealed(path, unlock)?;
		let (mut store, length) = Self::replay(path, &seal, &bytes)?;
		store.at_rest = Some(Rest { seal, length });
		Ok(store)
	}

	/// Opens a store to write to it, and cuts a torn last record off.
	pub fn open_for_writing(path: &Path, password: &str) -> Result<Self> {
		Self::open_for_writing_by(path, replay::by_password(password))
	}

	/// Opens the store as [`Self::open_for_writing`] does, with a key instead of the password.
	pub fn open_for_writing_again(path: &Path, key: &StoreKey) -> Result<Self> {
		Self::open_for_writing_by(path, |bytes| key.seal(bytes))
	}

	fn open_for_writing_by(
		path: &Path,
		unlock: impl FnOnce(&[u8]) -> std::result::Result<Seal, SealError>,
	) -> Result<Self> {
		let path = &files::resolve(path)?;
		let lock = files::lock(path)?;
		let (seal, bytes) = replay::read_sealed(path, unlock)?;
		let (mut store, length) = Self::replay(path, &seal, &bytes)?;
		let file = files::open_for_writing(path, length)?;
		store.writer = Some(Writer { seal, file, length, _lock: lock });
		store.rewrite_if_due()?;
		Ok(store)
	}

	/// Lets others write to the file, and keeps what it says for [`Self::take_up`]; nothing if the file
	/// may say something else.
	pub fn let_go(mut self) -> Option<Self> {
		let Writer { seal, length, .. } = self.writer.take()?;
		self.at_rest = Some(Rest { seal, length });
		// What was cut off was dropped from the file, too.
		self.torn = false;
		Some(self)
	}

	/// Opens a store to write to it that was opened to look things up or was let go, without reading it once
	/// more. `None` if `is_same`, which is asked while nobody else writes, says that the file has changed
	/// since then, or if the file is not as long as it was.
	pub fn take_up(mut self, is_same: impl FnOnce() -> bool) -> Result<Option<Self>> {
		let path = files::resolve(&self.path)?;
		let lock = files::lock(&path)?;
		let Some(Rest { seal, length }) = self.at_rest.take().filter(|_| is_same()) else {
			return Ok(None);
		};
		// A torn record is cut off, and nothing else is.
		let found = files::length(&path)?;
		if found < length || (found > length && !self.torn) {
			return Ok(None);
		}
		let file = files::open_for_writing(&path, length)?;
		self.path = path;
		self.writer = Some(Writer { seal, file, length, _lock: lock });
		// There may be room for two by now.
		self.rewrite_at = SUPERSEDED_ALLOWED;
		self.rewrite_if_due()?;
		Ok(Some(self))
	}

	fn empty(path: &Path, genesis: [u8; 32]) -> Self {
		Self {
			path: path.to_owned(),
			genesis,
			operators: Vec::new(),
			timetable: None,
			meters: Vec::new(),
			devices: Vec::new(),
			openings: HashMap::new(),
			telegrams: HashMap::new(),
			records: 0,
			superseded: 0,
			rewrite_at: SUPERSEDED_ALLOWED,
			torn: false,
			warning: None,
			writer: None,
			at_rest: None,
		}
	}

	/// Whether the last record was cut off when the file was written; it has been dropped.
	pub fn was_torn(&self) -> bool {
		self.torn
	}

	/// What went wrong without harm since this was last asked: the file could not be rewritten, so
	/// that it still holds what is out of date.
	pub fn take_warning(&mut self) -> Option<Error> {
		self.warning.take()
	}

	/// The accounts whose devices its meters are; none in a store that does not know.
	pub fn operators(&self) -> &[[u8; 32]] {
		&self.operators
	}

	/// What the chain's periods were said to be, if it ever asked.
	pub fn timetable(&self) -> Option<&Timetable> {
		self.timetable.as_ref()
	}

	/// Hash of block 0 of the chain that it belongs to.
	pub fn genesis(&self) -> [u8; 32] {
		self.genesis
	}

	/// Where it is.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// Refuses a store of another chain.
	pub fn ensure_chain(&self, genesis: &[u8; 32]) -> Result<()> {
		if self.genesis == *genesis {
			return Ok(());
		}
		Err(StoreError::OtherChain { path: shown(&self.path) }.into())
	}

	/// The meters with their numbers in the store and, once registered, on the chain.
	pub fn meters(&self) -> impl Iterator<Item = (u32, &Meter, Option<u32>)> {
		let numbers = 0u32..;
		numbers
			.zip(&self.meters)
			.zip(&self.devices)
			.filter_map(|((number, meter), device)| Some((number, meter.as_ref()?, *device)))
	}

	/// The meter of this name, and its number in the store and on the chain.
	pub fn meter_named(&self, name: &str) -> Option<(u32, &Meter, Option<u32>)> {
		let mut meters = self.meters();
		meters.find(|(_, meter, _)| meter.name() == name)
	}

	/// The meter with this number on the chain, and its number in the store.
	pub fn meter_of(&self, device: u32) -> Option<(u32, &Meter)> {
		let mut meters = self.meters();
		meters
			.find(|(_, _, known)| *known == Some(device))
			.map(|(number, meter, _)| (number, meter))
	}

	/// What opens a slot's newest commitment.
	pub fn opening(&self, device: u32, period: u64, direction: Direction) -> Option<&Opening> {
		self.openings.get(&(device, period, direction))?.last().map(|(opening, _)| opening)
	}

	/// All that opens a commitment of a slot, the newest last: the chain takes one of them.
	pub fn openings_of(&self, slot: &Slot) -> impl Iterator<Item = &Opening> {
		self.openings.get(slot).into_iter().flatten().map(|(opening, _)| opening)
	}

	/// As [`Self::openings_of`], each with the signature that was sent with its commitment, if the
	/// store signed it.
	pub fn signed_openings_of(
		&self,
		slot: &Slot,
	) -> impl Iterator<Item = (&Opening, Option<&Signature>)> {
		let known = self.openings.get(slot).into_iter().flatten();
		known.map(|(opening, signature)| (opening, signature.as_ref()))
	}

	/// The signature that was sent with a slot's newest commitment, if the store signed it.
	pub fn signature(&self, slot: &Slot) -> Option<&Signature> {
		self.openings.get(slot)?.last()?.1.as_ref()
	}

	/// The entry that makes the opening of a commitment its slot's newest once more.
	pub fn again(&self, slot: &Slot, commitment: &[u8; 32]) -> Option<Entry> {
		let mut known = self.openings.get(slot)?.iter();
		let kept = known.find(|(opening, _)| opening.commitment == *commitment)?;
		Some(entry_of(slot, kept))
	}

	/// The telegrams that a commitment binds.
	pub fn telegrams(&self, commitment: &[u8; 32]) -> Option<&Kept> {
		self.telegrams.get(commitment)
	}

	/// What opens the newest commitment of each slot, by period, device and register.
	pub fn openings(&self) -> Vec<(&Slot, &Opening)> {
		let known = self.openings.iter();
		let mut all: Vec<_> =
			known.filter_map(|(slot, known)| Some((slot, &known.last()?.0))).collect();
		all.sort_by_key(|((device, period, direction), _)| (*period, *device, direction.number()));
		all
	}

	/// Adds meters, before they are registered.
	pub fn add_meters(&mut self, meters: Vec<Meter>) -> Result<()> {
		for meter in &meters {
			if self.meter_named(meter.name()).is_some() {
				return Err(StoreError::DuplicateMeter { meter: meter.name().to_owned() }.into());
			}
		}
		self.append(meters.iter().map(Meter::to_entry).collect())
	}

	/// Adds a meter that holds the key of a device, so that it can get one that the store holds;
	/// its number. If an earlier run was killed half-way, this one goes on with what it left.
	pub fn adopt_meter(&mut self, adopted: Meter, device: u32, salts: Salts) -> Result<u32> {
		let known = self.meter_named(adopted.name()).map(|(number, meter, device)| {
			let same = meter.facts == adopted.facts && meter.first_key() == adopted.first_key();
			(number, meter.salts().is_some(), device.is_none() && same)
		});
		let (meter, has_salts) = match known {
			None => (u32::try_from(self.meters.len()).unwrap_or(u32::MAX), false),
			Some((number, has_salts, true)) => (number, has_salts),
			Some(_) => {
				let meter = adopted.name().to_owned();
				return Err(StoreError::DuplicateMeter { meter }.into());
			},
		};
		let Salts { secret, period } = salts;
		let mut entries = Vec::new();
		if known.is_none() {
			entries.push(adopted.to_entry());
		}
		if !has_salts {
			entries.push(Entry::SaltSecret { meter, period, secret });
		}
		// Last, since whoever finds the device takes the rest to be there.
		entries.push(Entry::Device { meter, device });
		self.append(entries)?;
		Ok(meter)
	}

	/// Takes a meter out, with its keys and salt secrets; what opens its commitments stays. The file
	/// is rewritten at once.
	pub fn remove_meter(&mut self, meter: u32) -> Result<()> {
		self.rewrite_at = 0;
		self.append(vec![Entry::Removed { meter }])
	}

	/// Remembers a node's word on the chain's periods in place of what it remembers, if that differs.
	pub fn believe(&mut self, answer: &Period) -> Result<()> {
		match self.timetable.map(|known| known.ensure_gives(answer)) {
			Some(Err(_)) => {
				self.append(vec![Entry::Timetable { timetable: Timetable::of(answer) }])
			},
			_ => Ok(()),
		}
	}

	/// Remembers whose its meters are, and what the chain's periods are if it does not know.
	pub fn remember(&mut self, operator: [u8; 32], timetable: Timetable) -> Result<()> {
		let mut entries = Vec::new();
		if !self.operators.contains(&operator) {
			entries.push(Entry::Operator { account: operator });
		}
		if self.timetable.is_none() {
			entries.push(Entry::Timetable { timetable });
		}
		match entries.is_empty() {
			true => Ok(()),
			false => self.append(entries),
		}
	}

	/// Writes entries, syncs, and takes them over.
	pub fn append(&mut self, entries: Vec<Entry>) -> Result<()> {
		let Some(writer) = &mut self.writer else {
			return Err(Error::new("StoreReadOnly", "the store was opened for reading"));
		};
		let mut bytes = Vec::new();
		for (index, entry) in (self.records..).zip(&entries) {
			let sealed = writer.seal.seal(index, &entry.to_bytes(), &mut bytes);
			sealed.map_err(|error| at(&self.path, error))?;
		}
		files::append(&mut writer.file, &mut writer.length, &bytes)
			.map_err(|error| crate::error::file("cannot write to", &self.path, &error))?;
		for entry in entries {
			self.apply(entry);
		}
		self.rewrite_if_due()
	}
}

/// The record of an opening.
fn entry_of(slot: &Slot, (opening, signature): &(Opening, Option<Signature>)) -> Entry {
	let (device, period, direction) = *slot;
	let opening = opening.clone();
	match *signature {
		Some(signature) => Entry::Opening { device, period, direction, opening, signature },
		None => Entry::Imported { device, period, direction, opening },
	}
}

fn shown(path: &Path) -> String {
	path.display().to_string()
}

/// A failure of the file's encryption, with its path.
fn at(path: &Path, error: SealError) -> Error {
	use crate::error::Named;
	Error::new(error.name(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
