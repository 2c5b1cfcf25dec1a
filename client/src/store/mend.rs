//! Mending a store whose end a power cut has spoilt: pages of a file reach the disk in any order, so
//! that part of a record may be there and what should follow it not, or the other way round.

use std::path::{Path, PathBuf};

use super::{files, Store};
use crate::error::Result;

/// What became of a store.
#[derive(Debug, PartialEq, Eq)]
pub struct Mended {
	/// The number of whole records, which the store still has.
	pub records: u64,
	/// The number of bytes after the last whole record, which were removed from the store.
	pub cut: u64,
	/// A copy of the file as it was, if anything was cut.
	pub copy: Option<PathBuf>,
}

impl Store {
	/// Cuts a store at its last whole record, after a copy of it was made beside it. A store with
	/// nothing to cut stays as it is.
	///
	/// # Errors
	///
	/// As [`Self::open_for_writing`], but for damage after the first record. A record that is
	/// whole and unknown is never cut: it is a newer version's.
	pub fn mend(path: &Path, password: &str) -> Result<Mended> {
		let path = &files::resolve(path)?;
		let _lock = files::lock(path)?;
		let (seal, bytes) = super::replay::read_sealed(path, super::replay::by_password(password))?;
		let replayed = Self::replay_whole(path, &seal, &bytes)?;
		let all = bytes.len() as u64;
		let mut mended = Mended {
			records: replayed.store.records,
			cut: all.saturating_sub(replayed.length),
			copy: None,
		};
		if mended.cut > 0 {
			mended.copy = Some(files::copy_aside(path, &bytes)?);
			files::open_for_writing(path, replayed.length)?;
		}
		Ok(mended)
	}
}
