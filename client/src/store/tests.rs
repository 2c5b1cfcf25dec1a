use super::*;
use crate::{
	rpc::{PeriodPhase, Schedule},
	telegrams::{Telegram, MOST_BYTES, MOST_TELEGRAMS},
	types::{Direction, Directions, Resource},
};
use meterproof_wallet::seal::{self, next_record, Next};
use std::fs;

mod cuts;
mod replacing;
mod resting;

const GENESIS: [u8; 32] = [9; 32];

/// What [`filled`] left on disk when stores had neither meters with their own keys nor changes of
/// keys. Never made anew: it stands for the stores that are out there.
const FIRST_VERSION: &str = include_str!("first_version.hex");

struct Folder(tempfile::TempDir);

impl Folder {
	fn new() -> Self {
		Self(tempfile::tempdir().unwrap())
	}

	fn path(&self) -> PathBuf {
		self.0.path().join("store")
	}

	fn create(&self) -> Store {
		Store::create_with(&self.path(), "password", GENESIS, Cost::CHEAP).unwrap()
	}

	fn read(&self) -> Result<Store> {
		Store::open(&self.path(), "password")
	}

	fn write(&self) -> Result<Store> {
		Store::open_for_writing(&self.path(), "password")
	}
}

fn facts(name: &str) -> Facts {
	Facts {
		name: name.to_owned(),
		metering_point: format!("point of {name}"),
		zone: 1,
		resource: Resource::Electricity,
		directions: Directions::Both,
		nameplate: 1_000,
	}
}

fn meter(name: &str) -> Meter {
	let salts = Salts { secret: Secret::new(&[2; 32]), period: 5 };
	Meter::held(facts(name), Secret::new(&[1; 32]), salts)
}

fn own(name: &str) -> Meter {
	Meter::own(facts(name), [7; 32])
}

fn opening(reading: u32) -> Opening {
	Opening { reading, salt: [1, 2, 3, 4], commitment: [5; 32] }
}

fn opening_entry(device: u32, period: u64, reading: u32) -> Entry {
	Entry::Opening {
		device,
		period,
		direction: Direction::Export,
		opening: opening(reading),
		signature: [6; 64],
	}
}

fn imported_entry(device: u32, period: u64, reading: u32) -> Entry {
	let direction = Direction::Import;
	Entry::Imported { device, period, direction, opening: opening(reading) }
}

fn ratchet(period: u64) -> Entry {
	Entry::SaltSecret { meter: 0, period, secret: Secret::new(&[period as u8; 32]) }
}

/// A store with a bit of everything.
fn filled(folder: &Folder) -> Store {
	let mut store = folder.create();
	store.add_meters(vec![meter("a"), meter("b")]).unwrap();
	store.append(vec![Entry::Device { meter: 1, device: 70 }]).unwrap();
	store.append(vec![ratchet(6), opening_entry(70, 6, 11), opening_entry(70, 7, 12)]).unwrap();
	store
}

/// A store with all that a meter with its own key and changes of keys bring.
fn filled_with_keys(folder: &Folder) -> Store {
	let mut store = filled(folder);
	store.add_meters(vec![own("c")]).unwrap();
	let entries = vec![
		Entry::Device { meter: 2, device: 72 },
		imported_entry(72, 6, 21),
		Entry::NextKey { meter: 1, key: Key::Held(Secret::new(&[3; 32])) },
		Entry::KeyFrom { meter: 1, from: 8 },
		Entry::NextKey { meter: 1, key: Key::Own([8; 32]) },
		Entry::KeyFrom { meter: 1, from: 9 },
		Entry::NextKey { meter: 2, key: Key::Own([9; 32]) },
	];
	store.append(entries).unwrap();
	store
}

/// Telegrams of one commitment.
fn telegrams_entry(commitment: u8, text: &str) -> Entry {
	let telegram = Telegram::new("ocmf", text.as_bytes().to_vec()).unwrap();
	let kept = Kept { blinding: [1, 2, 3, 4], telegrams: vec![telegram] };
	Entry::Telegrams { commitment: [commitment; 32], kept }
}

#[test]
fn telegrams_are_found_again_and_outlive_a_rewriting() {
	let folder = Folder::new();
	let mut store = filled(&folder);
	store.append(vec![telegrams_entry(6, "first"), telegrams_entry(7, "other")]).unwrap();
	store.append(vec![telegrams_entry(6, "second")]).unwrap();
	let written = contents(&store);
	drop(store);
	let mut store = folder.write().unwrap();
	assert_eq!(contents(&store), written);
	store.remove_meter(0).unwrap();
	drop(store);
	let store = folder.read().unwrap();
	let text = |commitment: u8| {
		let kept = store.telegrams(&[commitment; 32]).unwrap();
		String::from_utf8(kept.telegrams[0].bytes().to_vec()).unwrap()
	};
	assert_eq!((text(6), text(7)), ("second".to_owned(), "other".to_owned()));
	assert!(store.telegrams(&[8; 32]).is_none());
	assert!(!fs::read(folder.path()).unwrap().windows(6).any(|bytes| bytes == b"second"));
}

#[test]
fn the_most_telegrams_of_the_greatest_length_fit_into_a_record() {
	let folder = Folder::new();
	let mut store = filled(&folder);
	let longest = Telegram::new("x".repeat(32), vec![7; MOST_BYTES]).unwrap();
	let kept = Kept { blinding: [1, 2, 3, 4], telegrams: vec![longest; MOST_TELEGRAMS] };
	store.append(vec![Entry::Telegrams { commitment: [6; 32], kept: kept.clone() }]).unwrap();
	drop(store);
	assert!(folder.read().unwrap().telegrams(&[6; 32]) == Some(&kept));
}

/// What a store says, as a text to compare.
fn contents(store: &Store) -> String {
	let mut said = Vec::new();
	store
		.for_each_entry(|entry| {
			said.push(hex::encode(entry.to_bytes()));
			Ok::<_, ()>(())
		})
		.unwrap();
	said.sort_unstable();
	format!("{:?} {said:?}", store.genesis)
}

#[test]
fn what_was_written_is_found_again() {
	let folder = Folder::new();
	let written = contents(&filled(&folder));
	let store = folder.read().unwrap();
	assert_eq!(contents(&store), written);
	assert!(!store.was_torn());
	assert_eq!(store.opening(70, 7, Direction::Export), Some(&opening(12)));
	assert_eq!(store.opening(70, 7, Direction::Import), None);
	assert_eq!(store.meters().map(|(_, _, device)| device).collect::<Vec<_>>(), [None, Some(70)]);
	assert_eq!(contents(&folder.write().unwrap()), written);
}

#[test]
fn a_store_of_the_first_version_opens_and_goes_on() {
	let folder = Folder::new();
	let digits: String = FIRST_VERSION.split_whitespace().collect();
	fs::write(folder.path(), hex::decode(digits).unwrap()).unwrap();
	let mut store = folder.write().unwrap();
	store.ensure_chain(&GENESIS).unwrap();
	assert_eq!(contents(&store), contents(&filled(&Folder::new())));
	assert_eq!(store.signature(&(70, 6, Direction::Export)), Some(&[6; 64]));
	let (number, known) = store.meter_of(70).unwrap();
	assert_eq!((number, known.facts.clone()), (1, facts("b")));
	assert_eq!(known.key_for(6), &Key::Held(Secret::new(&[1; 32])));
	assert_eq!(known.salts(), Some(&Salts { secret: Secret::new(&[2; 32]), period: 5 }));
	store.append(vec![imported_entry(70, 9, 31)]).unwrap();
	let expected = contents(&store);
	drop(store);
	assert_eq!(contents(&folder.read().unwrap()), expected);
}

#[test]
fn keys_and_handed_openings_are_found_again() {
	let folder = Folder::new();
	let written = filled_with_keys(&folder);
	let said = contents(&written);
	drop(written);
	let mut store = folder.write().unwrap();
	assert_eq!(contents(&store), said);
	let writer = store.writer.take().unwrap();
	store.rewrite(writer).unwrap();
	drop(store);
	let store = folder.read().unwrap();
	assert_eq!(contents(&store), said, "rewriting loses nothing");

	let (_, rotated) = store.meter_of(70).unwrap();
	assert_eq!(rotated.key_for(7), &Key::Held(Secret::new(&[1; 32])));
	assert_eq!(rotated.key_for(8), &Key::Held(Secret::new(&[3; 32])));
	assert_eq!(rotated.key_for(9), &Key::Own([8; 32]));
	assert_eq!((rotated.newest_key(), rotated.next_key()), (&Key::Own([8; 32]), None));
	let (_, own) = store.meter_of(72).unwrap();
	assert_eq!(own.salts(), None);
	assert_eq!((own.newest_key(), own.next_key()), (&Key::Own([7; 32]), Some(&Key::Own([9; 32]))));
	assert!(own.has_key(&[7; 32]) && !own.has_key(&[9; 32]));
	assert_eq!(store.opening(72, 6, Direction::Import), Some(&opening(21)));
	assert_eq!(store.signature(&(72, 6, Direction::Import)), None);
}

#[test]
fn a_device_of_another_operator_is_taken_over() {
	let folder = Folder::new();
	let mut store = folder.create();
	let salts = Salts { secret: Secret::new(&[4; 32]), period: 5 };
	let meter = store.adopt_meter(own("c"), 72, salts.clone()).unwrap();
	let key = Key::Held(Secret::new(&[3; 32]));
	let entries =
		vec![Entry::NextKey { meter, key: key.clone() }, Entry::KeyFrom { meter, from: 8 }];
	store.append(entries).unwrap();
	let writer = store.writer.take().unwrap();
	store.rewrite(writer).unwrap();
	drop(store);
	let store = folder.read().unwrap();
	let (_, meter) = store.meter_of(72).unwrap();
	assert_eq!((meter.key_for(7), meter.key_for(8)), (&Key::Own([7; 32]), &key));
	assert_eq!(meter.salts(), Some(&salts));
}

#[test]
fn taking_a_device_over_goes_on_wherever_it_was_killed() {
	let salts = || Salts { secret: Secret::new(&[4; 32]), period: 5 };
	let folder = Folder::new();
	let mut store = filled(&folder);
	let before = store.records as usize;
	store.adopt_meter(own("c"), 72, salts()).unwrap();
	drop(store);
	let whole = fs::read(folder.path()).unwrap();
	let ends = record_ends(&whole);
	assert_eq!(ends.len(), before + 3);
	for end in &ends[before - 1..] {
		fs::write(folder.path(), &whole[..*end]).unwrap();
		let mut store = folder.write().unwrap();
		if store.meter_of(72).is_none() {
			let number = store.adopt_meter(own("c"), 72, salts()).unwrap();
			assert_eq!(number, 2, "{end}");
		}
		drop(store);
		let store = folder.read().unwrap();
		let (number, meter) = store.meter_of(72).unwrap();
		assert_eq!((number, meter.salts()), (2, Some(&salts())), "{end}");
	}
}

#[test]
fn another_meter_s_name_is_not_taken_over() {
	let salts = || Salts { secret: Secret::new(&[4; 32]), period: 5 };
	let folder = Folder::new();
	let mut store = filled(&folder);
	for (meter, device) in [(own("a"), 72), (own("b"), 72), (meter("b"), 70)] {
		let error = store.adopt_meter(meter, device, salts()).unwrap_err();
		assert_eq!(error.name(), "DuplicateMeter");
	}
}

#[test]
fn openings_are_listed_by_period_and_device() {
	let folder = Folder::new();
	let store = filled_with_keys(&folder);
	let slots: Vec<_> = store.openings().iter().map(|((d, p, _), _)| (*p, *d)).collect();
	assert_eq!(slots, [(6, 70), (6, 72), (7, 70)]);
}

#[test]
fn records_that_contradict_those_before_them_are_refused() {
	let seed = || Key::Held(Secret::new(&[3; 32]));
	for entry in [
		Entry::KeyFrom { meter: 0, from: 5 },
		Entry::NextKey { meter: 9, key: seed() },
		// Where the store has no salts it cannot sign.
		Entry::NextKey { meter: 2, key: seed() },
		Entry::SaltSecret { meter: 9, period: 6, secret: Secret::new(&[1; 32]) },
		Entry::Device { meter: 9, device: 1 },
	] {
		let folder = Folder::new();
		let mut store = filled_with_keys(&folder);
		store.append(vec![entry.clone()]).unwrap();
		drop(store);
		assert_eq!(folder.read().unwrap_err().name(), "UnknownRecord", "{entry:?}");
	}
}

/// Where each record ends.
fn record_ends(whole: &[u8]) -> Vec<usize> {
	let mut ends = Vec::new();
	let mut rest = &whole[seal::HEADER_LENGTH..];
	while let Next::Record(_, after) = next_record(rest) {
		rest = after;
		ends.push(whole.len() - rest.len());
	}
	ends
}

#[test]
fn a_kill_at_any_byte_loses_the_torn_record_only() {
	let folder = Folder::new();
	drop(filled(&folder));
	let whole = fs::read(folder.path()).unwrap();
	let ends = record_ends(&whole);
	assert_eq!(ends.len(), 7);

	for length in 0..=whole.len() {
		fs::write(folder.path(), &whole[..length]).unwrap();
		let complete = ends.iter().filter(|end| **end <= length).count();
		if complete == 0 {
			assert_eq!(folder.read().unwrap_err().name(), "TruncatedHeader", "{length}");
			assert_eq!(folder.write().unwrap_err().name(), "TruncatedHeader", "{length}");
			continue;
		}
		let store = folder.read().unwrap();
		assert_eq!(store.records as usize, complete, "{length}");
		assert_eq!(store.was_torn(), !ends.contains(&length), "{length}");

		// It goes on where the whole records end.
		let mut store = folder.write().unwrap();
		store.append(vec![opening_entry(3, 8, 13)]).unwrap();
		let expected = contents(&store);
		drop(store);
		let store = folder.read().unwrap();
		assert!(!store.was_torn(), "{length}");
		assert_eq!(contents(&store), expected, "{length}");
		assert_eq!(store.records as usize, complete + 1, "{length}");
	}
}

#[test]
fn room_that_was_never_filled_counts_as_torn() {
	let folder = Folder::new();
	drop(filled(&folder));
	let mut bytes = fs::read(folder.path()).unwrap();
	bytes.extend([0; 300]);
	fs::write(folder.path(), bytes).unwrap();
	let store = folder.write().unwrap();
	assert!(store.was_torn());
	assert_eq!(store.records, 7);
}

#[test]
fn damage_is_never_taken_for_a_cut() {
	let folder = Folder::new();
	drop(filled(&folder));
	let whole = fs::read(folder.path()).unwrap();
	for at in (seal::HEADER_LENGTH..whole.len()).step_by(7) {
		let mut bytes = whole.clone();
		bytes[at] ^= 0x10;
		fs::write(folder.path(), bytes).unwrap();
		let name = folder.read().unwrap_err().name().to_owned();
		assert!(["Damaged", "WrongPassword"].contains(&name.as_str()), "{at}: {name}");
	}
}

#[test]
fn a_wrong_password_is_named() {
	let folder = Folder::new();
	drop(filled(&folder));
	for password in ["", "Password", "password "] {
		let error = Store::open(&folder.path(), password).unwrap_err();
		assert_eq!(error.name(), "WrongPassword");
		let error = Store::open_for_writing(&folder.path(), password).unwrap_err();
		assert_eq!(error.name(), "WrongPassword");
	}
}

#[test]
fn foreign_and_missing_files_are_named() {
	let folder = Folder::new();
	assert_eq!(folder.read().unwrap_err().name(), "NoStore");
	assert_eq!(folder.write().unwrap_err().name(), "NoStore");
	fs::write(folder.path(), "time,meter,import_wh,export_wh\n").unwrap();
	assert_eq!(folder.read().unwrap_err().name(), "ForeignFile");
	assert_eq!(folder.write().unwrap_err().name(), "ForeignFile");
}

#[test]
fn an_existing_store_is_not_overwritten() {
	let folder = Folder::new();
	let written = contents(&filled(&folder));
	let error = Store::create_with(&folder.path(), "other", GENESIS, Cost::CHEAP).unwrap_err();
	assert_eq!(error.name(), "StoreExists");
	assert_eq!(contents(&folder.read().unwrap()), written);
}

#[test]
fn one_process_writes_at_a_time() {
	let folder = Folder::new();
	let store = filled(&folder);
	assert_eq!(folder.write().unwrap_err().name(), "StoreLocked");
	assert!(folder.read().is_ok(), "readers need no lock");
	drop(store);
	assert!(folder.write().is_ok());
}

#[test]
fn a_store_opened_for_reading_refuses_to_be_written() {
	let folder = Folder::new();
	drop(filled(&folder));
	let error = folder.read().unwrap().append(vec![ratchet(9)]).unwrap_err();
	assert_eq!(error.name(), "StoreReadOnly");
}

#[test]
fn a_store_belongs_to_one_chain() {
	let store = filled(&Folder::new());
	assert!(store.ensure_chain(&GENESIS).is_ok());
	assert_eq!(store.ensure_chain(&[8; 32]).unwrap_err().name(), "OtherChain");
}

#[test]
fn a_meter_name_stands_once() {
	let mut store = filled(&Folder::new());
	assert_eq!(store.add_meters(vec![meter("b")]).unwrap_err().name(), "DuplicateMeter");
}

#[test]
fn left_salt_secrets_disappear_from_the_file() {
	let folder = Folder::new();
	let mut store = filled(&folder);
	for period in 0..1_000 {
		store.append(vec![ratchet(period)]).unwrap();
	}
	assert!(store.records < 300, "{} records", store.records);
	let expected = contents(&store);
	drop(store);
	let store = folder.write().unwrap();
	assert_eq!(contents(&store), expected);
	assert_eq!(store.meters().next().unwrap().1.salts().unwrap().period, 999);
}

#[test]
fn records_of_an_earlier_writing_do_not_fit() {
	let folder = Folder::new();
	drop(filled(&folder));
	let before = fs::read(folder.path()).unwrap();
	let mut store = folder.write().unwrap();
	let writer = store.writer.take().unwrap();
	store.rewrite(writer).unwrap();
	drop(store);
	let mut bytes = fs::read(folder.path()).unwrap();
	bytes.truncate(seal::HEADER_LENGTH);
	bytes.extend_from_slice(&before[seal::HEADER_LENGTH..]);
	fs::write(folder.path(), bytes).unwrap();
	assert_eq!(folder.read().unwrap_err().name(), "WrongPassword");
}

#[test]
fn an_unknown_record_is_named() {
	let folder = Folder::new();
	let mut store = filled(&folder);
	let writer = store.writer.as_mut().unwrap();
	let mut bytes = Vec::new();
	writer.seal.seal(store.records, &[200, 1, 2], &mut bytes).unwrap();
	files::append(&mut writer.file, &mut writer.length, &bytes).unwrap();
	drop(store);
	assert_eq!(folder.read().unwrap_err().name(), "UnknownRecord");
}

#[test]
fn debug_output_shows_no_secret() {
	let store = filled(&Folder::new());
	let shown = format!("{store:?}");
	assert!(shown.contains("Secret(..)") && shown.contains("Opening(..)"));
	assert!(!shown.contains("[1, 1, 1, 1") && !shown.contains("[2, 2, 2, 2"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file() {
	use std::os::unix::fs::PermissionsExt;
	let folder = Folder::new();
	drop(filled(&folder));
	let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
	assert_eq!(mode & 0o077, 0);
}

#[test]
fn a_meter_that_is_taken_out_takes_its_secrets_along_and_leaves_its_openings() {
	let folder = Folder::new();
	let mut store = filled_with_keys(&folder);
	store.remember([5; 32], Timetable { period: 5, start_ms: 50, length_ms: 10 }).unwrap();
	store.remove_meter(1).unwrap();
	let numbers = |store: &Store| store.meters().map(|(number, _, _)| number).collect::<Vec<_>>();
	assert_eq!(numbers(&store), [0, 2]);
	assert_eq!(store.meter_of(70), None);
	assert_eq!(store.opening(70, 7, Direction::Export), Some(&opening(12)));
	// Its name is free again, and the others' numbers are theirs still.
	store.add_meters(vec![meter("b")]).unwrap();
	store.append(vec![Entry::Device { meter: 3, device: 73 }]).unwrap();
	let said = contents(&store);
	drop(store);
	let store = folder.read().unwrap();
	assert_eq!(contents(&store), said);
	assert_eq!(numbers(&store), [0, 2, 3]);
	assert_eq!(store.meter_of(72).unwrap().0, 2);
	assert_eq!((store.operators(), store.timetable().unwrap().period), (&[[5; 32]][..], 5));
	// Nothing of its keys is left in the file.
	let mut seeds = 0;
	store
		.for_each_entry(|entry| {
			let text = hex::encode(entry.to_bytes());
			seeds += usize::from(text.contains(&"03".repeat(32)));
			Ok::<_, ()>(())
		})
		.unwrap();
	assert_eq!(seeds, 0);
	assert_eq!(
		store.records,
		store.whole(&Seal::create(MAGIC, Cost::CHEAP, "p").unwrap()).unwrap().1
	);
}

#[test]
fn another_timetable_is_believed_where_the_operator_says_so() {
	let folder = Folder::new();
	let mut store = filled(&folder);
	let known = Timetable { period: 5, start_ms: 50, length_ms: 10 };
	store.remember([5; 32], known).unwrap();
	let answer = |period: u64, length_ms: u64| Period {
		period,
		phase: PeriodPhase::Running,
		now_ms: 60,
		start_ms: 60,
		end_ms: 60 + length_ms,
		schedule: Schedule { length_ms },
		schedule_until: None,
	};
	store.believe(&answer(6, 10)).unwrap();
	assert_eq!(store.timetable(), Some(&known), "it says the same");
	store.believe(&answer(6, 20)).unwrap();
	assert_eq!(store.timetable().map(|known| known.length_ms), Some(20));
}

#[test]
fn what_is_known_of_the_chain_is_remembered_once() {
	let folder = Folder::new();
	let mut store = filled(&folder);
	let first = Timetable { period: 5, start_ms: 50, length_ms: 10 };
	let records = store.records;
	store.remember([5; 32], first).unwrap();
	store.remember([5; 32], Timetable { period: 6, ..first }).unwrap();
	store.remember([6; 32], first).unwrap();
	assert_eq!(store.records, records + 3);
	assert_eq!(store.timetable(), Some(&first));
	let newer = Timetable { length_ms: 20, ..first };
	store.append(vec![Entry::Timetable { timetable: newer }]).unwrap();
	drop(store);
	let store = folder.read().unwrap();
	assert_eq!((store.operators(), store.timetable()), (&[[5; 32], [6; 32]][..], Some(&newer)));
}
