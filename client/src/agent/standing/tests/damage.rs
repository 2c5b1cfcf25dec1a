use std::{fs, path::Path};

use meterproof_wallet::seal::Cost;

use crate::{
	agent::{
		journal::{disk::FileDisk, CallsRow, Journal, Record},
		standing::damage::ensure_none,
	},
	types::Resource,
};

fn open(path: &Path) -> Journal<FileDisk> {
	let disk = FileDisk::new(path).unwrap();
	Journal::on(disk, &path.display().to_string(), "password", [7; 32], Cost::CHEAP).unwrap()
}

fn refusal(path: &Path) -> Option<String> {
	ensure_none(path).err().map(|error| error.name().to_owned())
}

#[test]
fn a_damaged_journal_keeps_orders_back_at_every_start_until_its_copy_is_moved() {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("orders.journal");
	assert_eq!(refusal(&path), None, "there is none yet");
	let call = |day| {
		let (zone, resource) = (1, Resource::Electricity);
		Record::Calls(CallsRow { zone, resource, is_bid: false, day, count: 1 })
	};
	let mut journal = open(&path);
	journal.write(vec![call(1)]).unwrap();
	let length = journal.length() as usize;
	journal.write(vec![call(2)]).unwrap();
	journal.write(vec![call(3)]).unwrap();
	drop(journal);
	let mut bytes = fs::read(&path).unwrap();
	bytes[length + 20] ^= 1;
	fs::write(&path, bytes).unwrap();
	for start in 0..3 {
		let opened = open(&path);
		assert_eq!(opened.damaged().is_some(), start == 0);
		assert_eq!(refusal(&path).as_deref(), Some("JournalDamaged"), "{start}");
	}
	let copy = folder.path().join("orders.journal.damaged");
	fs::rename(&copy, folder.path().join("looked-at")).unwrap();
	assert_eq!(refusal(&path), None);
	fs::write(folder.path().join("orders.journal.damaged-2"), "").unwrap();
	assert_eq!(refusal(&path).as_deref(), Some("JournalDamaged"), "another one");
}
