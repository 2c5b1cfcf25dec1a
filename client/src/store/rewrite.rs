//! The whole store in a new file, without what is out of date.

use meterproof_wallet::seal::Seal;

use super::{at, entry_of, files, Entry, Meter, Store, Writer, SUPERSEDED_ALLOWED};
use crate::error::Result;

impl Store {
	/// Rewrites the file once an eighth of it is out of date: of the five records of a meter with two
	/// registers and telegrams one is, each period. A store that cannot be rewritten, since
	/// there is no room for two or its file cannot be replaced, is written to as it is.
	pub(super) fn rewrite_if_due(&mut self) -> Result<()> {
		let due = self.superseded >= self.rewrite_at && self.superseded * 8 >= self.records;
		match self.writer.take() {
			Some(writer) if due || self.rewrite_at == 0 => self.rewrite(writer),
			writer => {
				self.writer = writer;
				Ok(())
			},
		}
	}

	/// Writes the whole store to a new file, which then takes the old one's place; or, if that
	/// fails, goes on with the old one.
	pub(super) fn rewrite(&mut self, writer: Writer) -> Result<()> {
		let seal = writer.seal.next_generation();
		let (bytes, records) = self.whole(&seal)?;
		match files::replace(&self.path, &bytes) {
			Ok(file) => {
				let length = bytes.len() as u64;
				self.writer = Some(Writer { seal, file, length, _lock: writer._lock });
				self.records = records;
				self.superseded = 0;
				self.rewrite_at = SUPERSEDED_ALLOWED;
				Ok(())
			},
			Err(error) if files::give_up(&self.path, seal.header()) => {
				self.writer = Some(writer);
				self.rewrite_at = self.superseded + SUPERSEDED_ALLOWED;
				self.warning = Some(error);
				Ok(())
			},
			// The new file may be there and not last: nothing more is written to either.
			Err(error) => Err(error),
		}
	}

	/// The whole store as a file under this seal, and how many records it has.
	pub(super) fn whole(&self, seal: &Seal) -> Result<(Vec<u8>, u64)> {
		let mut bytes = seal.header().to_vec();
		let mut records = 0;
		self.for_each_entry(|entry| {
			let sealed = seal.seal(records, &entry.to_bytes(), &mut bytes);
			records += 1;
			sealed
		})
		.map_err(|error| at(&self.path, error))?;
		Ok((bytes, records))
	}

	/// The entries that make a store like this one.
	pub(super) fn for_each_entry<E>(
		&self,
		mut take: impl FnMut(Entry) -> Result<(), E>,
	) -> Result<(), E> {
		take(Entry::Chain { genesis: self.genesis })?;
		for account in &self.operators {
			take(Entry::Operator { account: *account })?;
		}
		if let Some(timetable) = self.timetable {
			take(Entry::Timetable { timetable })?;
		}
		for meter in &self.meters {
			take(meter.as_ref().map_or(Entry::Vacant, Meter::to_entry))?;
		}
		for (number, meter, device) in self.meters() {
			if let Some(device) = device {
				take(Entry::Device { meter: number, device })?;
			}
			meter.later_entries(number).try_for_each(&mut take)?;
		}
		for (commitment, kept) in &self.telegrams {
			take(Entry::Telegrams { commitment: *commitment, kept: kept.clone() })?;
		}
		for (slot, known) in &self.openings {
			for kept in known {
				take(entry_of(slot, kept))?;
			}
		}
		Ok(())
	}
}
