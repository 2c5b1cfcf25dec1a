//! Files that only their owner reads, written so that a kill at any moment loses nothing.

use std::{
	fs::{self, File, OpenOptions, TryLockError},
	io::{self, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
};

use super::{shown, StoreError};
use crate::error::{file as file_error, Result};

/// `path` with `suffix` behind its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
	let mut name = path.as_os_str().to_owned();
	name.push(suffix);
	name.into()
}

fn private() -> OpenOptions {
	let mut options = OpenOptions::new();
	#[cfg(unix)]
	std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
	options
}

/// Takes the lock beside `path`. It goes with the process, however that ends; the lock's file
/// stays, since removing it would let two processes lock two files of one name.
pub fn lock(path: &Path) -> Result<File> {
	let lock_path = beside(path, ".lock");
	let fail = |error| file_error("cannot lock", &lock_path, &error);
	let file = private().create(true).truncate(false).write(true).open(&lock_path).map_err(fail)?;
	match file.try_lock() {
		Ok(()) => Ok(file),
		Err(TryLockError::WouldBlock) => Err(StoreError::StoreLocked { path: shown(path) }.into()),
		Err(TryLockError::Error(error)) => Err(fail(error)),
	}
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
	let fresh = beside(path, ".new");
	let replace = || {
		let mut file = private().create(true).truncate(true).write(true).open(&fresh)?;
		file.write_all(bytes)?;
		file.sync_all()?;
		fs::rename(&fresh, path)?;
		let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
		#[cfg(unix)]
		File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
		#[cfg(not(unix))]
		let _ = folder;
		Ok(file)
	};
	replace().map_err(|error| file_error("cannot write", path, &error))
}
