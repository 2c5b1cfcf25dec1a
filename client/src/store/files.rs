//! Files that only their owner reads, written so that a kill at any moment loses nothing.

use std::{
	fs::{self, File, OpenOptions, TryLockError},
	io::{self, Read, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
};

use meterproof_wallet::files;

use super::{shown, StoreError};
use crate::error::{file as file_error, Error, Result};

/// Copies that may lie beside one file.
const MOST_COPIES: u32 = 1_000;

/// Takes the lock beside `path`.
pub fn lock(path: &Path) -> Result<File> {
	files::lock(path).map_err(|error| match error {
		TryLockError::WouldBlock => StoreError::StoreLocked { path: shown(path) }.into(),
		TryLockError::Error(error) => file_error("cannot lock", &files::lock_path(path), &error),
	})
}

/// The one path of a file that may have several: by whatever link it is reached, it has one lock,
/// and what replaces it takes its own place and not the link's.
pub fn resolve(path: &Path) -> Result<PathBuf> {
	path.canonicalize().map_err(|error| match error.kind() {
		io::ErrorKind::NotFound => StoreError::NoStore { path: shown(path) }.into(),
		_ => file_error("cannot open", path, &error),
	})
}

/// The one path of a file that is to be made; nothing may be there, not even a link to nothing.
pub fn resolve_new(path: &Path) -> Result<PathBuf> {
	if path.symlink_metadata().is_ok() {
		return Err(StoreError::StoreExists { path: shown(path) }.into());
	}
	let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
	let folder = folder.unwrap_or(Path::new("."));
	let folder =
		folder.canonicalize().map_err(|error| file_error("cannot open", folder, &error))?;
	let name = path.file_name().ok_or_else(|| {
		Error::new("FileError", format!("{}: the path names no file", path.display()))
	})?;
	Ok(folder.join(name))
}

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
	fs::read(path).map_err(|error| match error.kind() {
		io::ErrorKind::NotFound => StoreError::NoStore { path: shown(path) }.into(),
		_ => file_error("cannot read", path, &error),
	})
}

/// How many bytes a file has.
pub fn length(path: &Path) -> Result<u64> {
	let found = fs::metadata(path);
	found.map(|found| found.len()).map_err(|error| file_error("cannot open", path, &error))
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

/// Clears away what [`replace`] left when it failed; whether the file before is still in its place.
/// `header` is what the new file begins with, and the file before does not.
pub fn give_up(path: &Path, header: &[u8]) -> bool {
	let mut first = vec![0; header.len()];
	let found = File::open(path).and_then(|mut file| file.read_exact(&mut first));
	let untouched = found.is_ok() && first != header;
	if untouched {
		// The file of a rewriting that was cut short may be what fills the disk.
		let _ = fs::remove_file(files::beside(path, ".new"));
	}
	untouched
}

/// Puts a copy of a file beside it, under a name that nothing has, and syncs it; the copy's path.
pub fn copy_aside(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
	for copy in copies(path) {
		match create_private(&copy, bytes) {
			Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {},
			written => {
				written.map_err(|error| file_error("cannot write", &copy, &error))?;
				return Ok(copy);
			},
		}
	}
	Err(Error::new("FileExists", format!("{}: there are too many copies beside it", shown(path))))
}

/// A copy that was put beside a file, if one lies there.
pub fn copy_beside(path: &Path) -> Option<PathBuf> {
	copies(path).find(|copy| copy.exists())
}

/// The names of copies.
fn copies(path: &Path) -> impl Iterator<Item = PathBuf> + '_ {
	(1..=MOST_COPIES).map(move |number| {
		let suffix = match number {
			1 => ".damaged".to_owned(),
			_ => format!(".damaged-{number}"),
		};
		files::beside(path, &suffix)
	})
}

/// Writes a file that was not there, for its owner alone, and syncs it.
pub fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
	let mut options = OpenOptions::new();
	#[cfg(unix)]
	std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
	let mut file = options.create_new(true).write(true).open(path)?;
	file.write_all(bytes)?;
	file.sync_all()?;
	#[cfg(unix)]
	{
		let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
		File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
	}
	Ok(())
}
