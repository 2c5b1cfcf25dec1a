//! Files that only their owner reads, written so that a kill at any moment loses nothing.

use std::{
	fs::{self, File, OpenOptions, TryLockError},
	io::{self, Write},
	path::{Path, PathBuf},
};

/// `path` with `suffix` behind its name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
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

/// Takes the lock beside `path`, at [`lock_path`]. It goes with the process, however that ends;
/// the lock's file stays, since removing it would let two processes lock two files of one name.
pub fn lock(path: &Path) -> Result<File, TryLockError> {
	let open = private().create(true).truncate(false).write(true).open(lock_path(path));
	let file = open.map_err(TryLockError::Error)?;
	file.try_lock().map(|()| file)
}

/// Where the lock of a file is.
pub fn lock_path(path: &Path) -> PathBuf {
	beside(path, ".lock")
}

/// Gives a file the owner of the one at `path`, where this user may: what root rewrites is still its
/// owner's, and a service goes on reading it.
#[cfg(unix)]
fn keep_owner(file: &File, path: &Path) {
	use std::os::unix::fs::{fchown, MetadataExt};
	if let Ok(before) = fs::metadata(path) {
		// Nobody but root gives files away; what others rewrite is their own.
		let _ = fchown(file, Some(before.uid()), Some(before.gid()));
	}
}

/// Puts a new file in the place of `path`, whole or not at all, and leaves it open to append.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<File> {
	let fresh = beside(path, ".new");
	let mut file = private().create(true).truncate(true).write(true).open(&fresh)?;
	#[cfg(unix)]
	keep_owner(&file, path);
	file.write_all(bytes)?;
	file.sync_all()?;
	fs::rename(&fresh, path)?;
	let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
	#[cfg(unix)]
	File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
	#[cfg(not(unix))]
	let _ = folder;
	Ok(file)
}
