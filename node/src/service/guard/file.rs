//! The guard's file.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `mpsigned` |
//! | 2 | version of the format, little-endian: 1 |
//! | n | the file's own inode and time of birth, then the [`Record`], in SCALE |
//! | 32 | BLAKE2b-256 of everything before |
//!
//! A copy of the file has another inode or another time of birth than the file says.

use std::{
	fs::{self, File, Metadata, OpenOptions},
	io::{self, ErrorKind, Write},
	os::unix::fs::{MetadataExt, OpenOptionsExt},
	path::{Path, PathBuf},
	time::UNIX_EPOCH,
};

use codec::{Decode, DecodeAll, Encode};
use sp_io::hashing::blake2_256;

use super::record::Record;

/// The file's name in the chain's folder.
pub const NAME: &str = "signing-guard";
/// First bytes of the file.
const MAGIC: &[u8; 8] = b"mpsigned";
/// Version of the format.
const VERSION: u16 = 1;
/// Longest file that is read, in bytes. The votes of one key take less than 3 kB.
const MAX_BYTES: u64 = 1 << 20;

/// What tells a file from its copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
struct Birth {
	inode: u64,
	/// Nanoseconds since 1970; 0 where the file system does not tell.
	nanoseconds: u64,
}

impl Birth {
	fn of(file: &Metadata) -> Self {
		let born = file.created().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
		let nanoseconds = born.and_then(|since| u64::try_from(since.as_nanos()).ok());
		Self { inode: file.ino(), nanoseconds: nanoseconds.unwrap_or_default() }
	}
}

/// What was found in place of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
	/// There is no file.
	Missing,
	/// The file as the guard wrote it.
	Written(Record),
	/// A copy of what the guard once wrote.
	Copied(Record),
}

/// Where the record is kept.
#[derive(Clone, Debug)]
pub struct GuardFile {
	folder: PathBuf,
}

impl GuardFile {
	/// In the folder of a chain.
	pub fn new(folder: &Path) -> Self {
		Self { folder: folder.into() }
	}

	/// The file.
	pub fn path(&self) -> PathBuf {
		self.folder.join(NAME)
	}

	fn draft(&self) -> PathBuf {
		self.folder.join(format!("{NAME}.new"))
	}

	/// Reads the file. Fails with the reason, if there is a file that cannot be used.
	pub fn read(&self) -> Result<Found, String> {
		let file = match File::open(self.path()) {
			Ok(file) => file,
			Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Found::Missing),
			Err(cause) => return Err(format!("cannot be read: {cause}")),
		};
		let metadata = file.metadata().map_err(|cause| format!("cannot be read: {cause}"))?;
		if metadata.len() > MAX_BYTES {
			return Err(format!("has {} bytes, which is no record", metadata.len()));
		}
		let bytes = fs::read(self.path()).map_err(|cause| format!("cannot be read: {cause}"))?;
		let (birth, record) = decode(&bytes)?;
		Ok(if birth == Birth::of(&metadata) {
			Found::Written(record)
		} else {
			Found::Copied(record)
		})
	}

	/// Puts the record in place of the file. When this returns, it survives a power cut; whatever
	/// happens before, either the old or the new record is in the file.
	pub fn write(&self, record: &Record) -> io::Result<()> {
		self.write_draft(record)?;
		fs::rename(self.draft(), self.path())?;
		File::open(&self.folder)?.sync_all()
	}

	/// The record beside the file, on the disk.
	pub(super) fn write_draft(&self, record: &Record) -> io::Result<()> {
		match fs::remove_file(self.draft()) {
			Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause),
			_ => {},
		}
		let mut draft =
			OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.draft())?;
		draft.write_all(&encode(Birth::of(&draft.metadata()?), record))?;
		draft.sync_all()
	}
}

fn encode(birth: Birth, record: &Record) -> Vec<u8> {
	let mut bytes = (MAGIC, VERSION, birth, record).encode();
	bytes.extend(blake2_256(&bytes));
	bytes
}

fn decode(bytes: &[u8]) -> Result<(Birth, Record), String> {
	let (content, checksum) =
		bytes.len().checked_sub(32).map(|at| bytes.split_at(at)).ok_or("is cut short")?;
	let Some(rest) = content.strip_prefix(MAGIC) else {
		return Err("is no record of what was signed".into());
	};
	let (version, mut body) = rest.split_at_checked(2).ok_or("is cut short")?;
	if version != VERSION.to_le_bytes() {
		return Err("has a format of another version of this node".into());
	}
	if blake2_256(content) != checksum {
		return Err("is damaged: its checksum does not match".into());
	}
	<(Birth, Record)>::decode_all(&mut body).map_err(|cause| format!("is damaged: {cause}"))
}
