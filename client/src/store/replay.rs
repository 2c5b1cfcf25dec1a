//! A store out of its file: the records in order, each of which must make sense after those before.

use std::path::Path;

use meterproof_wallet::seal::{self, next_record, Next, Seal, SealError};

use super::{
	at, files, shown, Entry, Meter, Opening, Salts, Signature, Slot, Store, StoreError, MAGIC,
};
use crate::error::Result;

/// A store out of its file.
pub(super) struct Replayed {
	pub store: Store,
	/// Bytes of whole records, the header counted.
	pub length: u64,
	/// The first record that is damaged, if one is.
	pub damaged: Option<u64>,
}

/// The bytes of a store's file, and their seal.
pub(super) fn read_sealed(
	path: &Path,
	unlock: impl FnOnce(&[u8]) -> Result<Seal, SealError>,
) -> Result<(Seal, Vec<u8>)> {
	let bytes = files::read(path)?;
	let seal = unlock(&bytes).map_err(|error| at(path, error))?;
	Ok((seal, bytes))
}

/// The seal of a store whose password is known.
pub(super) fn by_password(
	password: &str,
) -> impl FnOnce(&[u8]) -> Result<Seal, SealError> + use<'_> {
	move |bytes| Seal::open(MAGIC, bytes, password)
}

impl Store {
	/// The store that `bytes` describe, and how many of them are whole records.
	pub(super) fn replay(path: &Path, seal: &Seal, bytes: &[u8]) -> Result<(Self, u64)> {
		let Replayed { store, length, damaged } = Self::replay_whole(path, seal, bytes)?;
		match damaged {
			Some(record) => Err(StoreError::Damaged { path: shown(path), record }.into()),
			None => Ok((store, length)),
		}
	}

	/// The store that the whole records of `bytes` describe, up to the first that is damaged.
	pub(super) fn replay_whole(path: &Path, seal: &Seal, bytes: &[u8]) -> Result<Replayed> {
		let mut store = Self::empty(path, [0; 32]);
		let mut rest = bytes.get(seal::HEADER_LENGTH..).unwrap_or_default();
		let mut damaged = None;
		loop {
			let index = store.records;
			let plain = match next_record(rest) {
				Next::Record(body, after) => {
					seal.unseal(index, body).map(|plain| Some((plain, after)))
				},
				Next::Damaged => Err(SealError::Damaged { record: index }),
				// The first record comes into being together with the file.
				Next::End | Next::Torn if index == 0 => Err(SealError::TruncatedHeader),
				Next::End => Ok(None),
				Next::Torn => {
					store.torn = true;
					Ok(None)
				},
			};
			match plain {
				Ok(Some((plain, after))) => {
					let entry = Entry::from_bytes(&plain).filter(|entry| store.takes(entry));
					let unknown = || StoreError::UnknownRecord { path: shown(path), record: index };
					store.apply(entry.ok_or_else(unknown)?);
					rest = after;
				},
				Ok(None) => break,
				// Without its first record a store is nothing.
				Err(SealError::Damaged { record }) if record > 0 => {
					damaged = Some(record);
					break;
				},
				Err(error) => return Err(at(path, error)),
			}
		}
		let length = (bytes.len() - rest.len()) as u64;
		Ok(Replayed { store, length, damaged })
	}

	/// Whether an entry makes sense after those before it.
	fn takes(&self, entry: &Entry) -> bool {
		let of = |meter: &u32| self.meters.get(*meter as usize)?.as_ref();
		match entry {
			Entry::Chain { .. } => self.records == 0,
			_ if self.records == 0 => false,
			Entry::Device { meter, .. }
			| Entry::SaltSecret { meter, .. }
			| Entry::Removed { meter } => of(meter).is_some(),
			Entry::NextKey { meter, key } => of(meter).is_some_and(|meter| meter.can_take(key)),
			Entry::KeyFrom { meter, .. } => of(meter).is_some_and(|m| m.next_key().is_some()),
			Entry::Meter { .. } | Entry::OwnMeter { .. } | Entry::Vacant => true,
			Entry::Opening { .. } | Entry::Imported { .. } | Entry::Telegrams { .. } => true,
			Entry::Operator { .. } | Entry::Timetable { .. } => true,
		}
	}

	pub(super) fn apply(&mut self, entry: Entry) {
		self.records += 1;
		match entry {
			Entry::Chain { genesis } => self.genesis = genesis,
			Entry::Meter { facts, seed, salts } => self.push(Some(Meter::held(facts, seed, salts))),
			Entry::OwnMeter { facts, key } => self.push(Some(Meter::own(facts, key))),
			Entry::Vacant => self.push(None),
			Entry::Removed { meter } => {
				let slots =
					self.meters.get_mut(meter as usize).zip(self.devices.get_mut(meter as usize));
				if let Some((meter, device)) = slots {
					(*meter, *device) = (None, None);
					self.superseded += 2;
				}
			},
			Entry::Operator { account } => self.operators.push(account),
			Entry::Timetable { timetable } => {
				self.superseded += u64::from(self.timetable.replace(timetable).is_some());
			},
			Entry::Device { meter, device } => {
				if let Some(slot) = self.devices.get_mut(meter as usize) {
					self.superseded += u64::from(slot.replace(device).is_some());
				}
			},
			Entry::SaltSecret { meter, period, secret } => {
				if let Some(meter) = self.meter_mut(meter) {
					meter.set_salts(Salts { secret, period });
					self.superseded += 1;
				}
			},
			Entry::NextKey { meter, key } => {
				if let Some(meter) = self.meter_mut(meter) {
					self.superseded += u64::from(meter.set_next_key(key));
				}
			},
			Entry::KeyFrom { meter, from } => {
				if let Some(meter) = self.meter_mut(meter) {
					meter.take_next_key(from);
				}
			},
			Entry::Opening { device, period, direction, opening, signature } => {
				self.keep((device, period, direction), opening, Some(signature));
			},
			Entry::Imported { device, period, direction, opening } => {
				self.keep((device, period, direction), opening, None);
			},
			Entry::Telegrams { commitment, kept } => {
				let replaced = self.telegrams.insert(commitment, kept);
				self.superseded += u64::from(replaced.is_some());
			},
		}
	}

	fn push(&mut self, meter: Option<Meter>) {
		self.meters.push(meter);
		self.devices.push(None);
	}

	fn meter_mut(&mut self, number: u32) -> Option<&mut Meter> {
		self.meters.get_mut(number as usize)?.as_mut()
	}

	/// Keeps an opening as its slot's newest. Those of other commitments stay: one of them may be on
	/// its way to the chain.
	fn keep(&mut self, slot: Slot, opening: Opening, signature: Option<Signature>) {
		let known = self.openings.entry(slot).or_default();
		let before = known.len();
		known.retain(|(known, _)| known.commitment != opening.commitment);
		self.superseded += before.saturating_sub(known.len()) as u64;
		known.push((opening, signature));
	}
}
