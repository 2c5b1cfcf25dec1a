//! Files that cannot be replaced, and files that are reached through links.

use super::*;

#[test]
fn a_store_that_cannot_be_rewritten_is_written_to_all_the_same() {
	let folder = Folder::new();
	let mut store = filled(&folder);
	// What the new file would be called is taken.
	let obstacle = folder.0.path().join("store.new");
	fs::create_dir(&obstacle).unwrap();
	let mut warnings = 0;
	for period in 0..600 {
		store.append(vec![ratchet(period)]).unwrap();
		warnings += usize::from(store.take_warning().is_some());
	}
	assert_eq!(warnings, 2, "one for so many records");
	let expected = contents(&store);
	drop(store);
	let mut store = folder.write().unwrap();
	assert!(store.take_warning().is_some());
	assert_eq!(contents(&store), expected);
	store.remove_meter(0).unwrap();
	assert!(store.take_warning().is_some(), "its secrets are in the file still");
	drop(store);
	fs::remove_dir(&obstacle).unwrap();
	let mut store = folder.write().unwrap();
	assert_eq!(store.take_warning().map(|_| ()), None);
	assert!(store.records < 20, "{} records", store.records);
	assert_eq!(store.meters().count(), 1);
}

#[test]
fn a_file_is_given_up_only_while_the_one_before_is_in_its_place() {
	let folder = Folder::new();
	let fresh = folder.0.path().join("store.new");
	fs::write(folder.path(), "before").unwrap();
	fs::write(&fresh, "aft").unwrap();
	assert!(files::give_up(&folder.path(), b"after"));
	assert!(!fresh.exists(), "it may be what fills the disk");
	fs::write(folder.path(), "after").unwrap();
	assert!(!files::give_up(&folder.path(), b"after"));
	fs::remove_file(folder.path()).unwrap();
	assert!(!files::give_up(&folder.path(), b"after"));
}

#[cfg(unix)]
mod links {
	use super::*;
	use std::os::unix::fs::symlink;

	#[test]
	fn a_store_has_one_lock_and_a_link_to_it_stays_one() {
		let folder = Folder::new();
		let link = folder.0.path().join("link");
		symlink("store", &link).unwrap();
		let store = filled(&folder);
		let by_link = || Store::open_for_writing(&link, "password");
		assert_eq!(by_link().unwrap_err().name(), "StoreLocked");
		drop(store);
		let mut store = by_link().unwrap();
		assert_eq!(folder.write().unwrap_err().name(), "StoreLocked");
		let writer = store.writer.take().unwrap();
		store.rewrite(writer).unwrap();
		store.append(vec![opening_entry(70, 9, 14)]).unwrap();
		let expected = contents(&store);
		drop(store);
		assert!(link.symlink_metadata().unwrap().file_type().is_symlink());
		assert_eq!(contents(&folder.read().unwrap()), expected);
		assert_eq!(contents(&Store::open(&link, "password").unwrap()), expected);
	}

	#[test]
	fn a_link_to_nothing_is_not_replaced_by_a_store() {
		let folder = Folder::new();
		symlink("elsewhere", folder.path()).unwrap();
		let error = Store::create_with(&folder.path(), "password", GENESIS, Cost::CHEAP);
		assert_eq!(error.unwrap_err().name(), "StoreExists");
		assert_eq!(folder.write().unwrap_err().name(), "NoStore");
		assert!(folder.path().symlink_metadata().unwrap().file_type().is_symlink());
	}
}
