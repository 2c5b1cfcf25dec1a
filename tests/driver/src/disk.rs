//! A small disk of its own for a program under test, so that it can be full.
//!
//! It is a file system in memory that only those see who are let in: it lies in a namespace, which a process
//! holds for as long as it is wanted. No right of root is needed where the system lets users make namespaces.

use std::{
	ffi::OsStr,
	fs,
	path::{Path, PathBuf},
	process::Command,
	time::Duration,
};

use anyhow::{ensure, Context, Result};

use crate::{process::Process, wait};

/// Time to make it.
const LIMIT: Duration = Duration::from_secs(10);

/// What it says once it is there.
const READY: &str = "the disk is there";

/// What fills it.
const FILLING: &str = "filling";

/// A disk at a folder. It is gone when this is dropped, and those who use it keep it until they end.
#[derive(Debug)]
pub struct Disk {
	holder: Process,
	folder: PathBuf,
}

impl Disk {
	/// Makes one of so many megabytes at a folder, which is made if it is not there.
	pub fn make(folder: &Path, megabytes: u32) -> Result<Self> {
		fs::create_dir_all(folder)?;
		let log = folder.with_extension("disk.log");
		let script = format!(
			"mount -t tmpfs -o size={megabytes}m tmpfs \"$0\" && echo {READY} && exec sleep infinity"
		);
		let mut command = Command::new("unshare");
		command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]).arg(folder);
		let mut holder = Process::start("a disk", &mut command, &log)?;
		wait::until("a file system of its own", LIMIT, || {
			if let Err(ended) = holder.ensure_running() {
				return Ok(Some(Err(ended)));
			}
			Ok(fs::read_to_string(&log)?.contains(READY).then_some(Ok(())))
		})?
		.context("this system lets nobody make a namespace (`unshare --user --mount`)")?;
		Ok(Self { holder, folder: folder.into() })
	}

	/// A command that sees the disk.
	pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
		let mut command = Command::new("nsenter");
		command
			.args(["--user", "--mount", "--preserve-credentials", "--target"])
			.arg(self.holder.id().to_string())
			.arg("--")
			.arg(program);
		command
	}

	/// Fills it to the last byte.
	pub fn fill(&self) -> Result<()> {
		let mut zeroes = self.command("dd");
		zeroes.args(["if=/dev/zero", "bs=64k"]).arg(self.filling("of="));
		let output = zeroes.output()?;
		let errors = String::from_utf8_lossy(&output.stderr);
		ensure!(errors.contains("No space left"), "the disk is not full: {errors}");
		Ok(())
	}

	/// Takes away what fills it.
	pub fn free(&self) -> Result<()> {
		let status = self.command("rm").arg(self.filling("")).status()?;
		ensure!(status.success(), "rm ended with {status}");
		Ok(())
	}

	fn filling(&self, before: &str) -> String {
		format!("{before}{}", self.folder.join(FILLING).display())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn who_is_let_in_sees_a_disk_that_can_be_full() {
		let folder = tempfile::tempdir().unwrap();
		let at = folder.path().join("small");
		let disk = Disk::make(&at, 1).unwrap();
		// A file that is there already would give back its room before it is written anew.
		let write = |name: &str| {
			let mut command = disk.command("sh");
			command.args(["-c", "echo something > \"$0\""]).arg(at.join(name));
			command.output().unwrap().status.success()
		};
		assert!(write("first"));
		disk.fill().unwrap();
		assert!(!write("second"));
		disk.free().unwrap();
		assert!(write("third"));
		assert_eq!(fs::read_dir(&at).unwrap().count(), 0, "nobody else sees it");
	}
}
