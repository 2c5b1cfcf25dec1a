//! Where the files of a network are that people start.

use std::{
	fs,
	path::{Path, PathBuf},
};

use anyhow::{ensure, Context, Result};
use tempfile::TempDir;

use crate::programs::Programs;

/// The folder of all nodes' folders. Unless it is kept, it goes when this is dropped.
#[derive(Debug)]
pub struct Folder {
	path: PathBuf,
	/// The folder that is not kept, and the one that it is in.
	temporary: Option<(TempDir, PathBuf)>,
}

impl Folder {
	/// A new folder: that which is to be kept, or one beside the node's program.
	pub fn make(programs: &Programs, keep: Option<&Path>) -> Result<Self> {
		if let Some(path) = keep {
			ensure!(!path.exists(), "--keep: {} exists already", path.display());
			fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
			return Ok(Self { path: fs::canonicalize(path)?, temporary: None });
		}
		let above = programs.node.with_file_name("networks");
		fs::create_dir_all(&above).with_context(|| format!("cannot make {}", above.display()))?;
		let made = tempfile::Builder::new().prefix("network-").tempdir_in(&above)?;
		Ok(Self { path: made.path().into(), temporary: Some((made, above)) })
	}

	/// Its path.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// Whether it stays.
	pub fn is_kept(&self) -> bool {
		self.temporary.is_none()
	}
}

impl Drop for Folder {
	fn drop(&mut self) {
		if let Some((made, above)) = self.temporary.take() {
			// Nothing can be done about what cannot be removed, and other networks may be in `above`.
			let _ = made.close();
			let _ = fs::remove_dir(above);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nothing_is_left_of_a_folder_that_is_not_kept() {
		let build = tempfile::tempdir().unwrap();
		let file = |name| build.path().join(name);
		let programs = Programs { node: file("meterproof-node"), client: file("meterproof") };
		let [one, two] = [(), ()].map(|()| Folder::make(&programs, None).unwrap());
		assert!(!one.is_kept() && one.path() != two.path());
		fs::write(one.path().join("log"), "").unwrap();
		let path = one.path().to_path_buf();
		drop(one);
		assert!(!path.exists() && two.path().exists());
		drop(two);
		assert_eq!(fs::read_dir(build.path()).unwrap().count(), 0);

		let kept = Folder::make(&programs, Some(&file("kept"))).unwrap();
		assert!(kept.is_kept());
		drop(kept);
		assert!(file("kept").exists());
		assert!(Folder::make(&programs, Some(&file("kept"))).is_err(), "it is there already");
	}
}
