use std::fs;

use crate::{
	agent::standing::readings::Readings,
	store::{Store, StoreKey},
};

#[test]
fn a_store_is_read_once_until_its_file_changes() {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("store");
	drop(Store::create_cheap(&path, "password", [9; 32]).unwrap());
	let mut readings = Readings::new(path.clone(), StoreKey::new("password".to_owned().into()));
	assert!(readings.store().is_none());
	assert!(readings.refresh().unwrap() && !readings.refresh().unwrap());
	assert_eq!(readings.store().unwrap().genesis(), [9; 32]);
	// A record whose writing was cut off.
	let mut bytes = fs::read(&path).unwrap();
	bytes.extend([0; 300]);
	fs::write(&path, bytes).unwrap();
	assert!(readings.refresh().unwrap() && readings.store().unwrap().was_torn());
	assert!(!readings.refresh().unwrap());
}
