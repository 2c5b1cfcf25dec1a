//! Files that only their owner reads, written so that a kill at any moment loses nothing.

use std::{
	fs::{self, File, OpenOptions, TryLockError},
	io::{self, Seek, SeekFrom, Write},
	path::Path,
};

use meterproof_wallet::files;

use super::{shown, StoreError};
use crate::error::{file as file_error, Result};

/// Takes the lock beside `path`.
pub fn lock(path: &Path) -> Result<File> {
	files::lock(path).map_err(|error| match error {
		TryLockError::WouldBlock => StoreError::StoreLocked { path: shown(path) }.into(),
		TryLockError::Error(error) => file_error("cannot lock", &files::lock_path(path), &error),
	})
}

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
	fs::read(path).map_err(|error| match error.kind() {
		io::ErrorKind::NotFound => StoreError::NoStore { path: shown(path) }.into(),
		_ => file_error("cannot read", path, &error),
	})
}

/// Opens a file to append after its first `length` bytes; what follows them is cut off.
pub fn open_for_writing(path: &Path, length: u64) -> Result<File> {
	let open = || {
		let mut file = OpenOptions::new().write(true).open(path)?;
		if file.metadata()?.len() != length {
			file.set_len(length)?;
			file.sync_all()?;
		}
		file.seek(SeekFrom::Start(length))?;
		Ok(file)
	};
	open().map_err(|error| file_error("cannot open", path, &error))
}

/// Appends and syncs. When that fails, for want of space perhaps, the file is as before.
pub fn append(file: &mut File, length: &mut u64, bytes: &[u8]) -> io::Result<()> {
	let written = file.write_all(bytes).and_then(|()| file.sync_data());
	if let Err(error) = written {
		// If this fails too, the torn record is dropped when the file is next opened.
		let _ = file.set_len(*length).and_then(|()| file.seek(SeekFrom::Start(*length)).map(drop));
		return Err(error);
	}
	*length += bytes.len() as u64;
	Ok(())
}

/// Puts a new file in the place of `path`, whole or not at all, and opens it to append.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<File> {
	files::replace(path, bytes).map_err(|error| file_error("cannot write", path, &error))
}
