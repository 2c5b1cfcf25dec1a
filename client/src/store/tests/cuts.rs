//! What power cuts leave behind, and mending.

use super::*;

/// A store with more records at its end than one, and the file before they were written.
fn appended(folder: &Folder) -> (Vec<u8>, Vec<u8>) {
	drop(filled(folder));
	let before = fs::read(folder.path()).unwrap();
	let mut store = folder.write().unwrap();
	let batch = (0..6).map(|device| opening_entry(80 + device, 8, device));
	store.append(batch.chain([ratchet(8)]).collect()).unwrap();
	(before, fs::read(folder.path()).unwrap())
}

/// After a power cut has left `bytes`, the store opens, at once or mended, has a number of the
/// records that were written, in their order, and goes on from there.
fn survives(folder: &Folder, bytes: &[u8], before: usize, case: &str) {
	fs::write(folder.path(), bytes).unwrap();
	let mended = match folder.write() {
		Ok(_) => None,
		Err(error) => {
			assert_eq!(error.name(), "Damaged", "{case}");
			assert!(error.to_string().contains("store mend"), "{error}");
			let mended = Store::mend(&folder.path(), "password").unwrap();
			let copy = mended.copy.as_ref().unwrap();
			assert_eq!(fs::read(copy).unwrap(), bytes, "{case}");
			fs::remove_file(copy).unwrap();
			Some(mended)
		},
	};
	let mut store = folder.write().unwrap();
	assert!(store.records as usize >= before, "{case}: {}", store.records);
	if let Some(mended) = mended {
		assert_eq!(mended.records, store.records, "{case}");
		assert!(mended.cut > 0, "{case}");
	}
	let whole = store.records as usize - before;
	for device in 0..6 {
		let known = store.opening(80 + device, 8, Direction::Export);
		let expected = (whole > device as usize).then(|| opening(device));
		assert_eq!(known, expected.as_ref(), "{case}");
	}
	store.append(vec![opening_entry(90, 8, 13)]).unwrap();
	let expected = contents(&store);
	drop(store);
	assert_eq!(contents(&folder.read().unwrap()), expected, "{case}");
}

#[test]
fn a_power_cut_at_any_byte_can_be_mended() {
	let folder = Folder::new();
	let (before, whole) = appended(&folder);
	let records = record_ends(&before).len();
	// The first record and the frame of the second: the others are like them.
	let cuts = before.len()..=record_ends(&whole)[records] + 9;
	for at in cuts {
		// The file has its new length, and what follows a place never arrived.
		let mut bytes = whole.clone();
		bytes[at..].fill(0);
		survives(&folder, &bytes, records, &format!("zeros from {at} on"));
	}
}

#[test]
fn pages_that_arrive_in_any_order_can_be_mended() {
	const PAGE: usize = 192;
	let folder = Folder::new();
	let (before, whole) = appended(&folder);
	let records = record_ends(&before).len();
	let pages = (whole.len() - before.len()).div_ceil(PAGE);
	assert!((6..=7).contains(&pages), "{pages} pages");
	for arrived in 0u32..1 << pages {
		let mut bytes = whole.clone();
		for (page, chunk) in bytes[before.len()..].chunks_mut(PAGE).enumerate() {
			if arrived & (1 << page) == 0 {
				chunk.fill(0);
			}
		}
		survives(&folder, &bytes, records, &format!("pages {arrived:b}"));
	}
}

#[test]
fn a_store_that_is_whole_is_not_mended() {
	let folder = Folder::new();
	let records = filled(&folder).records;
	let before = fs::read(folder.path()).unwrap();
	let mended = Store::mend(&folder.path(), "password").unwrap();
	assert_eq!(mended, Mended { records, cut: 0, copy: None });
	assert_eq!(fs::read(folder.path()).unwrap(), before);
	assert_eq!(Store::mend(&folder.path(), "passwort").unwrap_err().name(), "WrongPassword");
	let store = folder.write().unwrap();
	assert_eq!(Store::mend(&folder.path(), "password").unwrap_err().name(), "StoreLocked");
	drop(store);
}

#[test]
fn a_newer_version_s_record_is_not_cut_off() {
	let folder = Folder::new();
	let mut store = filled(&folder);
	let writer = store.writer.as_mut().unwrap();
	let mut bytes = Vec::new();
	writer.seal.seal(store.records, &[200, 1, 2], &mut bytes).unwrap();
	files::append(&mut writer.file, &mut writer.length, &bytes).unwrap();
	drop(store);
	let before = fs::read(folder.path()).unwrap();
	assert_eq!(Store::mend(&folder.path(), "password").unwrap_err().name(), "UnknownRecord");
	assert_eq!(fs::read(folder.path()).unwrap(), before);
}

#[test]
fn copies_of_damaged_stores_do_not_replace_each_other() {
	let folder = Folder::new();
	drop(filled(&folder));
	let whole = fs::read(folder.path()).unwrap();
	let mut copies = Vec::new();
	for byte in 1..4u8 {
		let mut bytes = whole.clone();
		bytes.extend([byte; 20]);
		fs::write(folder.path(), &bytes).unwrap();
		let copy = Store::mend(&folder.path(), "password").unwrap().copy.unwrap();
		copies.push((copy, bytes));
	}
	for (copy, bytes) in copies {
		assert_eq!(fs::read(copy).unwrap(), bytes);
	}
	assert_eq!(fs::read(folder.path()).unwrap(), whole);
}
