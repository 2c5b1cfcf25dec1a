//! Journals that are killed at any write.

use std::{
	io,
	sync::{Arc, Mutex},
};

use proptest::prelude::*;

use super::*;

const GENESIS: [u8; 32] = [7; 32];
const PASSWORD: &str = "password";

/// What a disk holds, and how many bytes may still be written before the machine dies.
#[derive(Clone, Debug, Default)]
pub struct Platter {
	bytes: Option<Vec<u8>>,
	left: Option<usize>,
	/// Bytes written so far.
	pub written: usize,
}

impl Platter {
	/// Gives the disk room, or power, again.
	pub fn revive(&mut self) {
		self.left = None;
	}
}

/// A disk that dies in the middle of a write.
#[derive(Clone, Debug, Default)]
pub struct FaultDisk(pub Arc<Mutex<Platter>>);

impl FaultDisk {
	/// The disk after the machine was started again.
	pub fn again(&self) -> Self {
		let mut platter = self.0.lock().unwrap().clone();
		platter.left = None;
		Self(Arc::new(Mutex::new(platter)))
	}

	/// Dies after so many bytes more.
	pub fn die_after(&self, bytes: usize) {
		self.0.lock().unwrap().left = Some(bytes);
	}

	fn write(&self, bytes: &[u8], whole: bool) -> io::Result<()> {
		let mut platter = self.0.lock().unwrap();
		let room = platter.left.unwrap_or(usize::MAX);
		let there = bytes.len().min(room);
		if let Some(left) = &mut platter.left {
			*left -= there;
		}
		platter.written += there;
		let dead = there < bytes.len() || platter.left == Some(0);
		match whole {
			// What replaces a file is beside it until it is whole.
			true if there == bytes.len() => platter.bytes = Some(bytes.to_vec()),
			true => {},
			false => {
				platter.bytes.get_or_insert_default().extend_from_slice(&bytes[..there]);
			},
		}
		if dead {
			platter.left = Some(0);
			return Err(io::Error::other("the power is gone"));
		}
		Ok(())
	}
}

impl Disk for FaultDisk {
	fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
		Ok(self.0.lock().unwrap().bytes.clone())
	}

	fn cut(&mut self, length: u64) -> io::Result<()> {
		let mut platter = self.0.lock().unwrap();
		if platter.left == Some(0) {
			return Err(io::Error::other("the power is gone"));
		}
		platter.bytes.get_or_insert_default().truncate(length as usize);
		Ok(())
	}

	fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
		self.write(bytes, false)
	}

	fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
		self.write(bytes, true)
	}

	fn keep_aside(&mut self, _: &[u8]) -> io::Result<()> {
		Ok(())
	}
}

/// A journal on such a disk.
pub fn open(disk: &FaultDisk) -> Result<Journal<FaultDisk>> {
	Journal::on(disk.clone(), "journal", PASSWORD, GENESIS, Cost::CHEAP)
}

fn noted(meter: u8, period: u64, reading: u32) -> Noted {
	let start_ms = period * 900_000;
	Noted {
		meter: format!("meter-{meter}"),
		direction: Direction::Import,
		told: Told::Counted { start_ms, end_ms: start_ms + 900_000, reading },
		received_ms: start_ms + 900_001,
		telegram: None,
	}
}

fn row(period: u64) -> Record {
	Record::Period(PeriodRow { period, committed: 2, expected: 3, ..PeriodRow::default() })
}

fn sent(period: u64) -> Record {
	let groups = vec!["group".to_owned()];
	Record::Sent(Sent { period, groups, nonce: 5, last_block: 70, at_ms: 9 })
}

fn failed(period: u64, groups: &[&str]) -> Record {
	Record::Failed { period, groups: groups.iter().map(|group| (*group).to_owned()).collect() }
}

fn calls(day: u64, count: u64) -> Record {
	let resource = crate::types::Resource::Electricity;
	Record::Calls(CallsRow { zone: 1, resource, is_bid: true, day, count })
}

/// What an agent writes one after another.
fn writes() -> Vec<Vec<Record>> {
	vec![
		vec![Record::Read(vec![noted(1, 10, 5), noted(2, 10, 6)])],
		vec![row(10)],
		vec![sent(10), Record::Read(vec![noted(1, 11, 7)])],
		vec![Record::Read(vec![noted(1, 10, 8)])],
		vec![failed(11, &["a", "b"]), failed(11, &["a"])],
		vec![Record::Counters(vec![("mbus 1".to_owned(), 7)])],
		vec![Record::Counters(vec![("mbus 1".to_owned(), 9), ("mbus 2".to_owned(), 1)])],
		vec![calls(20_000, 1)],
		vec![calls(20_000, 2), calls(20_001, 1)],
	]
}

#[test]
fn what_is_written_is_there_when_it_is_opened_again() {
	let disk = FaultDisk::default();
	let mut journal = open(&disk).unwrap();
	for records in writes() {
		journal.write(records).unwrap();
	}
	let again = open(&disk).unwrap();
	assert_eq!(again.contents(), journal.contents());
	assert_eq!(
		again.contents().noted().count(),
		3,
		"a correction takes the place of what it corrects"
	);
	assert!(again.has(&noted(1, 10, 8)) && !again.has(&noted(1, 10, 5)));
	assert_eq!(again.contents().sent[&10].len(), 1);
	assert_eq!(again.contents().failed[&(11, "a".to_owned())], 2);
	let counts: Vec<_> = again.contents().calls.values().map(|row| row.count).collect();
	assert_eq!(counts, [2, 1], "of one day the last one counts");
	assert_eq!(again.length(), journal.length());
	// Once nothing more will become of the period, nobody asks.
	let done = PeriodRow { period: 11, done: true, ..PeriodRow::default() };
	journal.write(vec![Record::Period(done)]).unwrap();
	assert!(journal.contents().failed.is_empty());
}

#[test]
fn a_kill_at_any_byte_keeps_what_was_answered_for_and_nothing_by_halves() {
	let whole = FaultDisk::default();
	let mut journal = open(&whole).unwrap();
	// After each record, since records are whole or not there.
	let mut states = vec![journal.contents().clone()];
	for record in writes().concat() {
		journal.write(vec![record]).unwrap();
		states.push(journal.contents().clone());
	}
	let all = whole.0.lock().unwrap().written;
	// The first bytes are the file's making, whole or not at all.
	for bytes in 0..=all {
		let disk = FaultDisk::default();
		disk.die_after(bytes);
		let (mut acknowledged, mut under_way) = (0, 0);
		if let Ok(mut journal) = open(&disk) {
			for records in writes() {
				under_way = records.len();
				if journal.write(records).is_err() {
					break;
				}
				acknowledged += std::mem::take(&mut under_way);
			}
		}
		let mut journal = open(&disk.again()).unwrap();
		let found = journal.contents().clone();
		// What was under way may be there though its answer was not.
		let mut allowed = states.iter().skip(acknowledged).take(under_way + 1);
		assert!(allowed.any(|state| *state == found), "{bytes}: {acknowledged} and {under_way}");
		// And it goes on from there.
		journal.write(vec![row(99)]).unwrap();
		assert!(journal.contents().periods.contains_key(&99));
	}
}

#[test]
fn a_disk_that_was_full_for_a_while_loses_nothing() {
	let disk = FaultDisk::default();
	let mut journal = open(&disk).unwrap();
	journal.write(vec![row(1)]).unwrap();
	disk.die_after(20);
	assert_eq!(journal.write(vec![row(2)]).unwrap_err().name(), "JournalFailed");
	assert!(!journal.contents().periods.contains_key(&2));
	disk.0.lock().unwrap().revive();
	journal.write(vec![row(3)]).unwrap();
	let again = open(&disk).unwrap();
	assert_eq!(again.contents().periods.keys().copied().collect::<Vec<_>>(), [1, 3]);
	assert_eq!(again.damaged(), None);
}

#[test]
fn rewriting_drops_what_is_out_of_date_and_may_be_interrupted() {
	let disk = FaultDisk::default();
	let mut journal = open(&disk).unwrap();
	for records in writes() {
		journal.write(records).unwrap();
	}
	assert!(!journal.tidy(u64::MAX).unwrap(), "it has not grown");
	journal.rewrite_at = 0;
	disk.die_after(30);
	assert!(journal.tidy(11 * 900_000 + 1).is_err());
	let before = open(&disk.again()).unwrap();
	assert_eq!(before.contents().noted().count(), 3, "the file before is untouched");
	let disk = disk.again();
	let mut journal = open(&disk).unwrap();
	journal.rewrite_at = 0;
	assert!(journal.tidy(11 * 900_000 + 1).unwrap());
	journal.write(vec![row(12)]).unwrap();
	let again = open(&disk).unwrap();
	assert_eq!(again.contents().noted().collect::<Vec<_>>(), [&noted(1, 11, 7)]);
	assert_eq!(again.contents(), journal.contents());
}

#[test]
fn a_journal_that_is_opened_again_and_again_is_rewritten_all_the_same() {
	let disk = FaultDisk::default();
	let telegram = Telegram { format: "ocmf".to_owned(), bytes: vec![1; 60_000] };
	let mut longest = 0;
	for period in 1..=14 {
		let mut journal = open(&disk).unwrap();
		let of = |meter| Noted { telegram: Some(telegram.clone()), ..noted(meter, period, 5) };
		journal.note((0..10).map(of).collect(), &Counters::default()).unwrap();
		journal.tidy(period * 900_000).unwrap();
		longest = longest.max(journal.length());
	}
	assert!(longest < GROWTH + 700_000, "{longest}");
	assert!(open(&disk).unwrap().contents().noted().any(|noted| noted.meter == "meter-9"));
}

#[test]
fn long_lists_are_written_in_several_records() {
	let disk = FaultDisk::default();
	let mut journal = open(&disk).unwrap();
	let telegram = Telegram { format: "ocmf".to_owned(), bytes: vec![1; 20_000] };
	let long = |period| Noted { telegram: Some(telegram.clone()), ..noted(1, period, 5) };
	journal.note((0..7).map(long).collect(), &Counters::default()).unwrap();
	assert_eq!(open(&disk).unwrap().contents().noted().count(), 7);
	let too_long = Telegram { bytes: vec![1; RECORD_ROOM], ..telegram.clone() };
	let too_long = Noted { telegram: Some(too_long), ..noted(1, 9, 5) };
	let error = JournalError::TelegramTooLong { meter: "meter-1".to_owned() };
	assert_eq!(ensure_fits(&too_long), Err(error));
	assert_eq!(ensure_fits(&long(1)), Ok(()));
}

#[test]
fn a_damaged_middle_is_told_and_what_is_before_it_stays() {
	let disk = FaultDisk::default();
	let mut journal = open(&disk).unwrap();
	journal.write(vec![row(1)]).unwrap();
	let length = journal.length() as usize;
	journal.write(vec![row(2)]).unwrap();
	journal.write(vec![row(3)]).unwrap();
	disk.0.lock().unwrap().bytes.as_mut().unwrap()[length + 40] ^= 1;
	let refused = whole(open(&disk.again()).unwrap()).map(drop).unwrap_err();
	assert_eq!(refused.name(), "JournalDamaged");
	let mut again = open(&disk).unwrap();
	assert_eq!(again.damaged(), Some(2));
	again.write(vec![row(4)]).unwrap();
	let periods = open(&disk).unwrap().contents().periods.keys().copied().collect::<Vec<_>>();
	assert_eq!(periods, [1, 4]);
}

#[test]
fn other_passwords_and_chains_are_refused() {
	let disk = FaultDisk::default();
	open(&disk).unwrap();
	let other = |password: &str, genesis| {
		let journal = Journal::on(disk.clone(), "journal", password, genesis, Cost::CHEAP);
		journal.map(drop).unwrap_err().name().to_owned()
	};
	assert_eq!(other("passwore", GENESIS), "WrongPassword");
	assert_eq!(other(PASSWORD, [8; 32]), "OtherChain");
}

#[test]
fn what_is_printed_of_readings_is_not_the_readings() {
	let shown = format!("{:?}", Record::Read(vec![noted(1, 10, 4_294_967_291)]));
	assert!(shown.contains("meter-1") && !shown.contains("4294967291"), "{shown}");
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(32))]

	/// Whatever is written in whatever parts, a replay finds the same.
	#[test]
	fn a_replay_finds_what_was_written(
		writes in proptest::collection::vec((0u8..4, 0u64..20, 0u32..100, 0u8..4), 0..40),
		rewritten: bool,
	) {
		let disk = FaultDisk::default();
		let mut journal = open(&disk).unwrap();
		for (meter, period, reading, kind) in writes {
			let record = match kind {
				0 => row(period),
				1 => sent(period),
				_ => Record::Read(vec![noted(meter, period, reading)]),
			};
			journal.write(vec![record]).unwrap();
		}
		if rewritten {
			journal.rewrite_at = 0;
			journal.tidy(0).unwrap();
		}
		let again = open(&disk).unwrap();
		prop_assert_eq!(again.contents(), journal.contents());
	}

	#[test]
	fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
		let _ = Record::from_bytes(&bytes);
		let disk = FaultDisk::default();
		let mut file = open(&disk).map(drop).map(|()| disk.0.lock().unwrap().bytes.clone().unwrap()).unwrap();
		file.extend(bytes);
		disk.0.lock().unwrap().bytes = Some(file);
		let _ = open(&disk);
	}
}

#[test]
fn a_period_in_which_thousands_of_meters_are_silent_fits_into_a_record() {
	let silent = |at: u32| (format!("meter-{at:030}"), "x".repeat(100));
	let row = PeriodRow {
		period: 7,
		expected: 3_000,
		silent: (0..3_000).map(silent).collect(),
		..PeriodRow::default()
	};
	let disk = FaultDisk::default();
	let mut journal = open(&disk).unwrap();
	assert!(codec::Encode::encoded_size(&row) > RECORD_ROOM);
	let fits = row.that_fits();
	assert!(!fits.silent.is_empty() && fits.expected == 3_000);
	journal.write(vec![Record::Period(fits.clone())]).unwrap();
	assert_eq!(open(&disk).unwrap().contents().periods[&7], fits);
}
