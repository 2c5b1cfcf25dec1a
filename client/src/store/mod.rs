//! The store: the keys, salts and readings of an operator's meters, encrypted in one file.
//!
//! Records are only ever appended, many at a time, and synced before anything that depends on
//! them is sent. A record whose writing was cut off is dropped when the file is next opened: it
//! was never acted on. The file is rewritten (to a new file that replaces the old one at once) when
//! too much of it is out of date, so that salt secrets which meters have left behind disappear.
//!
//! Writers hold a lock beside the file (`FILE.lock`); readers need none.

mod entry;
pub mod files;
mod meter;

use std::{
	collections::HashMap,
	fs::File,
	path::{Path, PathBuf},
};

pub use entry::{Entry, Facts, Key, Opening, Salts, Secret};
pub use meter::Meter;

use crate::{
	error::{named_errors, Error, Result},
	types::Direction,
};
use meterproof_wallet::seal::{self, next_record, Cost, Magic, Next, Seal, SealError};

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
	meters: Vec<Meter>,
	devices: Vec<Option<u32>>,
	openings: HashMap<Slot, (Opening, Option<Signature>)>,
	records: u64,
	superseded: u64,
	torn: bool,
	writer: Option<Writer>,
}

/// What writing needs.
struct Writer {
	seal: Seal,
	file: File,
	length: u64,
	_lock: File,
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

	fn create_with(path: &Path, password: &str, genesis: [u8; 32], cost: Cost) -> Result<Self> {
		let lock = files::lock(path)?;
		if path.exists() {
			return Err(StoreError::StoreExists { path: shown(path) }.into());
		}
		let seal = Seal::create(MAGIC, cost, password).map_err(|error| at(path, error))?;
		let mut store = Self::empty(path, genesis);
		store.rewrite(seal, lock)?;
		Ok(store)
	}

	/// Opens a store to look things up.
	pub fn open(path: &Path, password: &str) -> Result<Self> {
		let bytes = files::read(path)?;
		let seal = Seal::open(MAGIC, &bytes, password).map_err(|error| at(path, error))?;
		Self::replay(path, &seal, &bytes).map(|(store, _)| store)
	}

	/// Opens a store to write to it, and cuts a torn last record off.
	pub fn open_for_writing(path: &Path, password: &str) -> Result<Self> {
		if !path.exists() {
			return Err(StoreError::NoStore { path: shown(path) }.into());
		}
		let lock = files::lock(path)?;
		let bytes = files::read(path)?;
		let seal = Seal::open(MAGIC, &bytes, password).map_err(|error| at(path, error))?;
		let (mut store, length) = Self::replay(path, &seal, &bytes)?;
		let file = files::open_for_writing(path, length)?;
		store.writer = Some(Writer { seal, file, length, _lock: lock });
		store.rewrite_if_due()?;
		Ok(store)
	}

	fn empty(path: &Path, genesis: [u8; 32]) -> Self {
		Self {
			path: path.to_owned(),
			genesis,
			meters: Vec::new(),
			devices: Vec::new(),
			openings: HashMap::new(),
			records: 0,
			superseded: 0,
			torn: false,
			writer: None,
		}
	}

	/// The store that `bytes` describe, and how many of them are whole records.
	fn replay(path: &Path, seal: &Seal, bytes: &[u8]) -> Result<(Self, u64)> {
		let mut store = Self::empty(path, [0; 32]);
		let mut rest = bytes.get(seal::HEADER_LENGTH..).unwrap_or_default();
		loop {
			let index = store.records;
			match next_record(rest) {
				Next::Record(body, after) => {
					let plain = seal.unseal(index, body).map_err(|error| at(path, error))?;
					let entry = Entry::from_bytes(&plain).filter(|entry| store.takes(entry));
					let unknown = || StoreError::UnknownRecord { path: shown(path), record: index };
					store.apply(entry.ok_or_else(unknown)?);
					rest = after;
				},
				Next::Damaged => return Err(at(path, SealError::Damaged { record: index })),
				// The first record comes into being together with the file.
				Next::End | Next::Torn if index == 0 => {
					return Err(at(path, SealError::TruncatedHeader))
				},
				Next::End => break,
				Next::Torn => {
					store.torn = true;
					break;
				},
			}
		}
		Ok((store, (bytes.len() - rest.len()) as u64))
	}

	/// Whether an entry makes sense after those before it.
	fn takes(&self, entry: &Entry) -> bool {
		let of = |meter: &u32| self.meters.get(*meter as usize);
		match entry {
			Entry::Chain { .. } => self.records == 0,
			_ if self.records == 0 => false,
			Entry::Device { meter, .. } | Entry::SaltSecret { meter, .. } => of(meter).is_some(),
			Entry::NextKey { meter, key } => of(meter).is_some_and(|meter| meter.can_take(key)),
			Entry::KeyFrom { meter, .. } => of(meter).is_some_and(|m| m.next_key().is_some()),
			Entry::Meter { .. } | Entry::OwnMeter { .. } => true,
			Entry::Opening { .. } | Entry::Imported { .. } => true,
		}
	}

	fn apply(&mut self, entry: Entry) {
		self.records += 1;
		match entry {
			Entry::Chain { genesis } => self.genesis = genesis,
			Entry::Meter { facts, seed, salts } => self.push(Meter::held(facts, seed, salts)),
			Entry::OwnMeter { facts, key } => self.push(Meter::own(facts, key)),
			Entry::Device { meter, device } => {
				if let Some(slot) = self.devices.get_mut(meter as usize) {
					self.superseded += u64::from(slot.replace(device).is_some());
				}
			},
			Entry::SaltSecret { meter, period, secret } => {
				if let Some(meter) = self.meters.get_mut(meter as usize) {
					meter.set_salts(Salts { secret, period });
					self.superseded += 1;
				}
			},
			Entry::NextKey { meter, key } => {
				if let Some(meter) = self.meters.get_mut(meter as usize) {
					self.superseded += u64::from(meter.set_next_key(key));
				}
			},
			Entry::KeyFrom { meter, from } => {
				if let Some(meter) = self.meters.get_mut(meter as usize) {
					meter.take_next_key(from);
				}
			},
			Entry::Opening { device, period, direction, opening, signature } => {
				self.keep((device, period, direction), opening, Some(signature));
			},
			Entry::Imported { device, period, direction, opening } => {
				self.keep((device, period, direction), opening, None);
			},
		}
	}

	fn push(&mut self, meter: Meter) {
		self.meters.push(meter);
		self.devices.push(None);
	}

	fn keep(&mut self, slot: Slot, opening: Opening, signature: Option<Signature>) {
		let replaced = self.openings.insert(slot, (opening, signature));
		self.superseded += u64::from(replaced.is_some());
	}

	/// Whether the last record was cut off when the file was written; it has been dropped.
	pub fn was_torn(&self) -> bool {
		self.torn
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
			.map(|((number, meter), device)| (number, meter, *device))
	}

	/// The meter with this number on the chain, and its number in the store.
	pub fn meter_of(&self, device: u32) -> Option<(u32, &Meter)> {
		let mut meters = self.meters();
		meters
			.find(|(_, _, known)| *known == Some(device))
			.map(|(number, meter, _)| (number, meter))
	}

	/// What opens a commitment.
	pub fn opening(&self, device: u32, period: u64, direction: Direction) -> Option<&Opening> {
		self.openings.get(&(device, period, direction)).map(|(opening, _)| opening)
	}

	/// The signature that was sent with a commitment, if the store signed it.
	pub fn signature(&self, slot: &Slot) -> Option<&Signature> {
		self.openings.get(slot)?.1.as_ref()
	}

	/// Everything that opens a commitment, by period, device and register.
	pub fn openings(&self) -> Vec<(&Slot, &Opening)> {
		let mut all: Vec<_> =
			self.openings.iter().map(|(slot, (opening, _))| (slot, opening)).collect();
		all.sort_by_key(|((device, period, direction), _)| (*period, *device, direction.number()));
		all
	}

	/// Adds meters, before they are registered.
	pub fn add_meters(&mut self, meters: Vec<Meter>) -> Result<()> {
		for meter in &meters {
			if self.meters.iter().any(|known| known.name() == meter.name()) {
				return Err(StoreError::DuplicateMeter { meter: meter.name().to_owned() }.into());
			}
		}
		self.append(meters.iter().map(Meter::to_entry).collect())
	}

	/// Adds one meter; its number.
	pub fn add_meter(&mut self, meter: Meter) -> Result<u32> {
		self.add_meters(vec![meter])?;
		let last = self.meters().last().map(|(number, _, _)| number);
		last.ok_or_else(|| Error::new("StoreEmpty", "the store did not take the meter"))
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

	/// Rewrites the file once a quarter of it is out of date.
	fn rewrite_if_due(&mut self) -> Result<()> {
		let due = self.superseded >= SUPERSEDED_ALLOWED && self.superseded * 4 >= self.records;
		match self.writer.take() {
			Some(writer) if due => {
				let Writer { seal, _lock, .. } = writer;
				self.rewrite(seal.next_generation(), _lock)
			},
			writer => {
				self.writer = writer;
				Ok(())
			},
		}
	}

	/// Writes the whole store to a new file, which then takes the old one's place.
	fn rewrite(&mut self, seal: Seal, lock: File) -> Result<()> {
		let mut bytes = seal.header().to_vec();
		let mut records = 0;
		self.for_each_entry(|entry| {
			let sealed = seal.seal(records, &entry.to_bytes(), &mut bytes);
			records += 1;
			sealed
		})
		.map_err(|error| at(&self.path, error))?;
		let file = files::replace(&self.path, &bytes)?;
		self.records = records;
		self.superseded = 0;
		let length = bytes.len() as u64;
		self.writer = Some(Writer { seal, file, length, _lock: lock });
		Ok(())
	}

	/// The entries that make a store like this one.
	fn for_each_entry<E>(&self, mut take: impl FnMut(Entry) -> Result<(), E>) -> Result<(), E> {
		take(Entry::Chain { genesis: self.genesis })?;
		for (_, meter, _) in self.meters() {
			take(meter.to_entry())?;
		}
		for (number, meter, device) in self.meters() {
			if let Some(device) = device {
				take(Entry::Device { meter: number, device })?;
			}
			meter.later_entries(number).try_for_each(&mut take)?;
		}
		for ((device, period, direction), (opening, signature)) in &self.openings {
			let (device, period, direction) = (*device, *period, *direction);
			let opening = opening.clone();
			take(match *signature {
				Some(signature) => Entry::Opening { device, period, direction, opening, signature },
				None => Entry::Imported { device, period, direction, opening },
			})?;
		}
		Ok(())
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
