//! The file, and what is found in place of it.

use std::{fs, os::unix::fs::MetadataExt};

use super::*;
use VoteKind::{Precommit, Prevote};

fn file_in(folder: &Path) -> std::path::PathBuf {
	folder.join(file::NAME)
}

/// A folder in which a vote and a block were signed.
fn signed() -> tempfile::TempDir {
	let folder = tempfile::tempdir().unwrap();
	let validator = Validator::start(folder.path(), START);
	assert!(validator.votes(4, 9, Prevote, 1));
	assert!(validator.makes(&header(101, 1)));
	folder
}

#[test]
fn a_new_record_begins_where_there_is_none() {
	let folder = tempfile::tempdir().unwrap();
	let chain = folder.path().join("chains/new");
	let validator = Validator::start(&chain, START);
	assert!(!validator.guard.only_listens());
	assert!(validator.votes(0, 1, Prevote, 1));
	assert!(validator.makes(&header(100, 1)), "even in the slot at hand");
	assert_eq!(fs::metadata(file_in(&chain)).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn what_stops_before_the_new_name_leaves_the_old_record() {
	let folder = signed();
	let file = GuardFile::new(folder.path());
	let validator = Validator::start(folder.path(), START);
	// A start writes the record once more, to see that it can.
	let before = fs::read(file_in(folder.path())).unwrap();
	let Found::Written(record) = file.read().unwrap() else { panic!("no record") };
	let vote = Vote::read(&payload(4, 10, Prevote, 2)).unwrap();
	let next = record.with_vote(validator.voter.0, vote).unwrap().unwrap();
	file.write_draft(&next).unwrap();

	assert_eq!(fs::read(file_in(folder.path())).unwrap(), before);
	let validator = Validator::start(folder.path(), START);
	assert!(validator.votes(4, 10, Prevote, 3), "nothing was signed in round 10");
	assert!(!validator.votes(4, 10, Prevote, 2));
	assert!(matches!(file.read(), Ok(Found::Written(_))));
}

#[test]
fn what_cannot_be_written_is_not_signed() {
	let folder = signed();
	let validator = Validator::start(folder.path(), START);
	// A folder stands where the record is prepared.
	let obstacle = folder.path().join(format!("{}.new", file::NAME));
	fs::create_dir(&obstacle).unwrap();
	assert!(!validator.votes(4, 10, Prevote, 1));
	assert!(!validator.makes(&header(102, 1)));
	assert!(matches!(validator.said(), Some(Refusal::File(reason)) if reason.contains("written")));
	assert!(validator.votes(4, 9, Prevote, 1), "this one is on record");
	fs::remove_dir(&obstacle).unwrap();
	assert!(validator.votes(4, 10, Prevote, 2));
	assert!(validator.makes(&header(102, 2)));
}

/// Checks that a validator signs nothing with the guard's file in this state, and leaves the file alone.
fn refuses(folder: &Path, reason: &str) {
	let bytes = fs::read(file_in(folder)).ok();
	let validator = Validator::start(folder, Start { restored: true, ..START });
	assert!(validator.guard.only_listens());
	let key = [(validator.voter.0.to_vec(), key_types::GRANDPA)];
	assert!(!validator.keys.has_keys(&key), "GRANDPA listens");
	for _ in 0..2 {
		assert!(!validator.votes(4, 9, Prevote, 1), "{reason}");
		assert!(!validator.votes(5, 1, Prevote, 1));
		assert!(!validator.makes(&header(101, 1)));
		assert!(!validator.makes(&header(999, 1)));
	}
	match validator.said() {
		Some(Refusal::File(said)) => {
			assert!(said.contains(reason), "{said}");
			assert!(said.contains(file::NAME) && said.contains("--restored"), "{said}");
		},
		other => panic!("{other:?}"),
	}
	// It does not write over what it cannot read.
	assert_eq!(fs::read(file_in(folder)).ok(), bytes);
	assert_eq!(validator.guard.doubt(), None);
	// Other messages are none of its business.
	assert!(validator.seals(b"anything"));
	assert!(validator.signs_as(key_types::GRANDPA, b"anything"));
}

#[test]
fn a_damaged_file_stops_all_signing() {
	let folder = signed();
	let file = file_in(folder.path());
	let good = fs::read(&file).unwrap();
	for at in 0..good.len() {
		let mut bytes = good.clone();
		bytes[at] ^= 0x40;
		fs::write(&file, &bytes).unwrap();
		assert!(GuardFile::new(folder.path()).read().is_err(), "byte {at}");
	}
	for length in 0..good.len() {
		fs::write(&file, &good[..length]).unwrap();
		assert!(GuardFile::new(folder.path()).read().is_err(), "{length} bytes");
	}
	fs::write(&file, b"").unwrap();
	refuses(folder.path(), "is cut short");
	fs::write(&file, &good[1..]).unwrap();
	refuses(folder.path(), "is no record");
	fs::write(&file, [&good[..], b"more"].concat()).unwrap();
	refuses(folder.path(), "is damaged");
	let mut newer = good.clone();
	newer[8] = 2;
	fs::write(&file, &newer).unwrap();
	refuses(folder.path(), "another version");
	fs::write(&file, vec![0; 2 << 20]).unwrap();
	refuses(folder.path(), "bytes");
	fs::remove_file(&file).unwrap();
	fs::create_dir(&file).unwrap();
	refuses(folder.path(), "cannot be read");
}

#[test]
fn the_operator_who_removes_the_file_begins_anew() {
	let folder = signed();
	fs::write(file_in(folder.path()), b"torn").unwrap();
	refuses(folder.path(), "is cut short");
	fs::remove_file(file_in(folder.path())).unwrap();
	assert!(Validator::start(folder.path(), START).votes(4, 9, Prevote, 2));
}

#[test]
fn a_chain_for_development_begins_anew() {
	let folder = signed();
	let start = Start { anew: true, ..START };
	assert!(Validator::start(folder.path(), start).votes(0, 1, Prevote, 2));
	assert!(!Validator::start(folder.path(), START).votes(0, 1, Prevote, 1));
	fs::write(file_in(folder.path()), b"torn").unwrap();
	assert!(Validator::start(folder.path(), start).votes(0, 1, Prevote, 1));
}

/// A folder with a copy of the file, as a backup brings it back.
fn restored() -> tempfile::TempDir {
	let (old, new) = (signed(), tempfile::tempdir().unwrap());
	fs::copy(file_in(old.path()), file_in(new.path())).unwrap();
	new
}

/// Until the doubt ends: no vote that is not on record, and no block of a slot that began before.
fn doubts(validator: &Validator, slot: u64) {
	assert!(validator.guard.only_listens());
	assert_eq!(validator.guard.doubt(), Some((Some(slot), 0)));
	assert!(!validator.votes(4, 9, Precommit, 1));
	assert!(!validator.votes(4, 10, Prevote, 1));
	assert!(!validator.votes(9, 1, Prevote, 1));
	assert_eq!(validator.said(), Some(Refusal::Doubted));
	assert!(!validator.makes(&header(slot, 1)));
	assert_eq!(validator.said(), Some(Refusal::DoubtedSlot { slot, first: slot + 1 }));
}

#[test]
fn a_copy_of_the_file_votes_from_the_set_after_the_one_in_force() {
	let folder = restored();
	let validator = Validator::start(folder.path(), Start { slot: 200, ..START });
	doubts(&validator, 200);
	// Starting again does not end the doubt, though the file is now its own.
	let validator = Validator::start(folder.path(), Start { slot: 300, ..START });
	doubts(&validator, 200);
	assert!(validator.makes(&header(201, 1)));
	// A block made since is final in set 7.
	validator.guard.settle(7).unwrap();
	for _ in 0..2 {
		let validator = Validator::start(folder.path(), Start { slot: 300, ..START });
		assert_eq!(validator.guard.doubt(), Some((None, 8)));
		assert!(!validator.votes(7, 900, Prevote, 1));
		assert_eq!(validator.said(), Some(Refusal::DoubtedSet { set: 7, first: 8 }));
		assert!(validator.votes(8, 1, Prevote, 1));
		assert!(!validator.votes(8, 1, Prevote, 2));
	}
}

#[test]
fn an_operator_can_say_that_something_was_restored() {
	for folder in [signed(), tempfile::tempdir().unwrap()] {
		let start = Start { slot: 200, restored: true, ..START };
		doubts(&Validator::start(folder.path(), start), 200);
		doubts(&Validator::start(folder.path(), START), 200);
	}
}

/// What a vote takes, nearly all of it for the file. `GUARD_FOLDER` names a folder on the disk in question.
#[test]
#[ignore = "a measurement"]
fn cost() {
	let within = std::env::var_os("GUARD_FOLDER").map_or(std::env::temp_dir(), Into::into);
	let folder = tempfile::tempdir_in(within).unwrap();
	let validator = Validator::start(folder.path(), START);
	let mut taken = Vec::new();
	for round in 1..=200 {
		let begun = std::time::Instant::now();
		assert!(validator.votes(0, round, Prevote, 1));
		taken.push(begun.elapsed());
	}
	taken.sort();
	println!(
		"half within {:?}, 99 % within {:?}, longest {:?}",
		taken[100], taken[198], taken[199]
	);
	assert!(taken[100] < std::time::Duration::from_millis(250));
}
