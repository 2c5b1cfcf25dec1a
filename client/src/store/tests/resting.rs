//! A store that is let go and taken up again without being read once more.

use super::*;

#[test]
fn what_is_written_after_it_is_taken_up_follows_what_was_there() {
	let folder = Folder::new();
	let store = filled(&folder).let_go().unwrap();
	let mut store = store.take_up(|| true).unwrap().unwrap();
	store.append(vec![opening_entry(70, 8, 13)]).unwrap();
	let written = contents(&store);
	drop(store);
	assert_eq!(contents(&folder.read().unwrap()), written);
	// One that was opened to look things up is taken up as well.
	let mut store = folder.read().unwrap().take_up(|| true).unwrap().unwrap();
	store.append(vec![opening_entry(70, 9, 14)]).unwrap();
	let written = contents(&store);
	drop(store);
	assert_eq!(contents(&folder.read().unwrap()), written);
}

#[test]
fn others_write_while_it_rests_and_then_it_is_not_taken_up() {
	let folder = Folder::new();
	let resting = filled(&folder).let_go().unwrap();
	let mut other = folder.write().unwrap();
	other.append(vec![opening_entry(70, 8, 13)]).unwrap();
	let written = fs::read(folder.path()).unwrap();
	drop(other);
	assert!(resting.take_up(|| false).unwrap().is_none());
	assert_eq!(fs::read(folder.path()).unwrap(), written);
	folder.write().unwrap();
}

#[test]
fn it_is_not_taken_up_while_another_process_writes_and_nobody_writes_while_it_is_asked_about() {
	let folder = Folder::new();
	let resting = filled(&folder).let_go().unwrap();
	let other = folder.write().unwrap();
	let asked = || panic!("the other one may still write");
	assert_eq!(resting.take_up(asked).unwrap_err().name(), "StoreLocked");
	let resting = other.let_go().unwrap();
	let locked = || folder.write().is_err_and(|error| error.name() == "StoreLocked");
	assert!(resting.take_up(locked).unwrap().is_some());
}

#[test]
fn a_torn_record_is_cut_off_when_it_is_taken_up_and_told_of_once() {
	let folder = Folder::new();
	let whole = contents(&filled(&folder));
	let mut bytes = fs::read(folder.path()).unwrap();
	let length = bytes.len();
	bytes.extend([0; 300]);
	fs::write(folder.path(), &bytes).unwrap();
	let read = folder.read().unwrap();
	assert!(read.was_torn());
	let store = read.take_up(|| true).unwrap().unwrap();
	assert!(store.was_torn());
	assert_eq!(fs::metadata(folder.path()).unwrap().len(), length as u64);
	assert!(!store.let_go().unwrap().was_torn());
	assert_eq!(contents(&folder.read().unwrap()), whole);
}

#[test]
fn one_that_cannot_be_written_to_is_not_kept() {
	let folder = Folder::new();
	filled(&folder);
	assert!(folder.read().unwrap().let_go().is_none());
}
