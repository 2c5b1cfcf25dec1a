//! Where a journal's bytes are: a file, or in tests something that breaks at any write.

use std::{
	fs::{self, File},
	io,
	path::{Path, PathBuf},
};

use meterproof_wallet::{files as wallet_files, seal::HEADER_LENGTH};

use crate::{
	error::{file as file_error, Result},
	store::files,
};

/// Bytes that are appended to, and now and then replaced as a whole.
pub trait Disk: Send {
	/// All bytes; none if nothing was ever written.
	fn read(&mut self) -> io::Result<Option<Vec<u8>>>;
	/// Gives up whatever follows the first `length` bytes.
	fn cut(&mut self, length: u64) -> io::Result<()>;
	/// Appends bytes, which are safe once this returns. Where it fails, none or some are there.
	fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
	/// Puts other bytes in the place of all, whole or not at all; they are safe once this returns.
	fn replace(&mut self, bytes: &[u8]) -> io::Result<()>;
	/// Keeps a copy of bytes that cannot be read.
	fn keep_aside(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// A file, its lock held.
#[derive(Debug)]
pub struct FileDisk {
	path: PathBuf,
	file: Option<(File, u64)>,
	/// Whether it is not known which file is in place, the one that was written to or a newer one: nothing
	/// is appended to either until the whole was written again.
	is_unsure: bool,
	_lock: File,
}

impl FileDisk {
	/// The file at `path`, which need not exist. `StoreLocked` if another process has it.
	pub fn new(path: &Path) -> Result<Self> {
		let lock = files::lock(path)?;
		Ok(Self { path: path.to_owned(), file: None, is_unsure: false, _lock: lock })
	}

	fn ensure_sure(&self) -> io::Result<()> {
		match self.is_unsure {
			true => Err(io::Error::other("it is not known whether the file was replaced")),
			false => Ok(()),
		}
	}

	fn open(&mut self) -> io::Result<&mut (File, u64)> {
		self.ensure_sure()?;
		if self.file.is_none() {
			let length = fs::metadata(&self.path)?.len();
			let file = files::open_for_writing(&self.path, length).map_err(io::Error::other)?;
			self.file = Some((file, length));
		}
		self.file.as_mut().ok_or_else(|| io::Error::other("the file is not open"))
	}
}

impl Disk for FileDisk {
	fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
		read(&self.path)
	}

	fn cut(&mut self, length: u64) -> io::Result<()> {
		self.ensure_sure()?;
		let file = files::open_for_writing(&self.path, length).map_err(io::Error::other)?;
		self.file = Some((file, length));
		Ok(())
	}

	fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
		let (file, length) = self.open()?;
		files::append(file, length, bytes)
	}

	fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
		match wallet_files::replace(&self.path, bytes) {
			Ok(file) => {
				self.file = Some((file, bytes.len() as u64));
				self.is_unsure = false;
				Ok(())
			},
			Err(error) => {
				// What was to be new may be in place all the same: what is appended to the file before
				// would be gone with the process.
				let header = bytes.get(..HEADER_LENGTH).unwrap_or(bytes);
				if !files::give_up(&self.path, header) {
					self.is_unsure = true;
				}
				Err(error)
			},
		}
	}

	fn keep_aside(&mut self, bytes: &[u8]) -> io::Result<()> {
		files::copy_aside(&self.path, bytes).map(drop).map_err(io::Error::other)
	}
}

/// The bytes of a file that need not exist.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
	match fs::read(path) {
		Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
		read => read.map(Some),
	}
}

/// Bytes that another process may be appending to: they are read, and never written.
#[derive(Debug)]
pub struct ReadOnly(Option<Vec<u8>>);

impl ReadOnly {
	/// The file's bytes as they are now.
	pub fn new(path: &Path) -> Result<Self> {
		read(path).map(Self).map_err(|error| file_error("cannot read", path, &error))
	}
}

impl Disk for ReadOnly {
	fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
		Ok(self.0.take())
	}

	fn cut(&mut self, _: u64) -> io::Result<()> {
		Ok(())
	}

	fn append(&mut self, _: &[u8]) -> io::Result<()> {
		Err(io::ErrorKind::ReadOnlyFilesystem.into())
	}

	fn replace(&mut self, _: &[u8]) -> io::Result<()> {
		Err(io::ErrorKind::ReadOnlyFilesystem.into())
	}

	fn keep_aside(&mut self, _: &[u8]) -> io::Result<()> {
		Ok(())
	}
}
