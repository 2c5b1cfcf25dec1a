//! What runs the Wasm runtime, and where it keeps the runtime compiled.

use std::{
	fs::{self, DirBuilder},
	os::unix::fs::{DirBuilderExt, MetadataExt},
	path::{Path, PathBuf},
};

use sc_executor::{HeapAllocStrategy, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_service::{config::ExecutorConfiguration, error::Error as ServiceError};

use crate::client::Executor;

/// Bits of a folder's mode that let others in.
const OTHERS: u32 = 0o077;

/// Makes the executor as the SDK does, with a folder for compiled runtimes where one is named.
pub fn new(
	config: &ExecutorConfiguration,
	compiled: Option<&Path>,
) -> Result<Executor, ServiceError> {
	let heap = config.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |extra_pages| {
		HeapAllocStrategy::Static { extra_pages: u32::try_from(extra_pages).unwrap_or(u32::MAX) }
	});
	let mut builder = Executor::builder()
		.with_execution_method(config.wasm_method)
		.with_onchain_heap_alloc_strategy(heap)
		.with_offchain_heap_alloc_strategy(heap)
		.with_max_runtime_instances(config.max_runtime_instances)
		.with_runtime_cache_size(config.runtime_cache_size);
	if let Some(folder) = compiled {
		builder = builder.with_cache_path(own_folder(folder).map_err(|reason| {
			ServiceError::Other(format!("--wasm-cache {}: {reason}", folder.display()))
		})?);
	}
	Ok(builder.build())
}

/// The folder's absolute path; made if it is not there. The code that lies in it is run unchecked, so that
/// only the user that runs the node may write to the folder, or own it.
fn own_folder(folder: &Path) -> Result<PathBuf, String> {
	DirBuilder::new()
		.recursive(true)
		.mode(0o700)
		.create(folder)
		.map_err(|cause| format!("cannot make the folder: {cause}"))?;
	let path = fs::canonicalize(folder).map_err(|cause| cause.to_string())?;
	let found = fs::metadata(&path).map_err(|cause| cause.to_string())?;
	if found.uid() != rustix::process::geteuid().as_raw() {
		return Err("the folder belongs to somebody else. Name a folder of your own".into());
	}
	if found.mode() & OTHERS != 0 {
		return Err(format!(
			"others can open the folder. Run `chmod 700 {}`, or name another folder",
			path.display()
		));
	}
	Ok(path)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	struct Scratch(PathBuf);

	impl Scratch {
		fn new(name: &str) -> Self {
			let name = format!("meterproof-{name}-{}", std::process::id());
			Self(std::env::temp_dir().join(name))
		}
	}

	impl Drop for Scratch {
		fn drop(&mut self) {
			let _ = fs::remove_dir_all(&self.0);
		}
	}

	#[test]
	fn a_new_folder_is_its_owners_alone() {
		let scratch = Scratch::new("new-cache");
		let made = own_folder(&scratch.0.join("deep/within")).unwrap();
		assert!(made.is_absolute());
		assert_eq!(fs::metadata(&made).unwrap().mode() & 0o777, 0o700);
		assert_eq!(own_folder(&made).unwrap(), made, "and can be used again");
	}

	#[test]
	fn a_folder_that_others_can_open_is_refused() {
		let scratch = Scratch::new("open-cache");
		let folder = own_folder(&scratch.0).unwrap();
		for mode in [0o701, 0o710, 0o722, 0o755] {
			fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
			let reason = own_folder(&folder).unwrap_err();
			assert!(reason.contains("chmod 700"), "{mode:o}: {reason}");
		}
	}

	#[test]
	fn a_file_is_refused() {
		let scratch = Scratch::new("file-cache");
		fs::write(&scratch.0, "").unwrap();
		let reason = own_folder(&scratch.0).unwrap_err();
		assert!(reason.starts_with("cannot make the folder"), "{reason}");
		fs::remove_file(&scratch.0).unwrap();
	}
}
