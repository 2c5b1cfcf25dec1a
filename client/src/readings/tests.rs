//! Files as people and portals write them, with inputs of our own.

use super::*;
use crate::types::Resource;
use meterproof_meters::files::times::Zone;
use proptest::prelude::*;
use std::{fs::File, time::Duration};

const QUARTER: u64 = 900_000;
/// 2024-11-02T12:00:00Z.
const NOON: u64 = 1_730_548_800_000;
const GRID: Option<Grid> = Some(Grid { anchor_ms: NOON, length_ms: QUARTER });

fn scales() -> HashMap<String, Scale> {
	let scale = |resource| Scale { resource, most: 5_000, rollover: None };
	[("a", Resource::Electricity), ("b", Resource::Electricity), ("w", Resource::Water)]
		.map(|(name, resource)| (name.to_owned(), scale(resource)))
		.into()
}

/// What the store's meters are read to have counted, by files that were written at a time.
fn read_with(files: &[&str], written_ms: u64, options: &Options, replayed: bool) -> Rows {
	let folder = tempfile::tempdir().unwrap();
	let paths: Vec<_> =
		(0..files.len()).map(|at| folder.path().join(format!("{at}.csv"))).collect();
	for (path, text) in paths.iter().zip(files) {
		fs::write(path, text).unwrap();
		let written = UNIX_EPOCH + Duration::from_millis(written_ms);
		File::options().write(true).open(path).unwrap().set_modified(written).unwrap();
	}
	let files = Files::read(&paths, options, false).unwrap();
	files.rows(&scales(), GRID.filter(|_| !options.registers || !replayed), replayed)
}

fn read(text: &str, written_ms: u64) -> Rows {
	read_with(&[text], written_ms, &Options::default(), false)
}

/// Line, meter, start in minutes after noon, minutes, and the reading or what is wrong.
type Said = (u64, String, i64, u64, Result<u32, String>);

fn imports(rows: &Rows) -> Vec<Said> {
	let imports = rows.rows.iter().filter(|row| row.direction == Direction::Import);
	let mut said: Vec<_> = imports
		.map(|row| {
			let Place::Line(line) = row.place else { panic!("no line") };
			let resource = scales()[&row.meter].resource;
			let said = row.said.clone().map_err(|refusal| refusal.name);
			let said =
				said.and_then(|amount| amount.whole(resource).map_err(|e| e.name().to_owned()));
			let start = (row.start_ms as i64 - NOON as i64) / 60_000;
			(line, row.meter.clone(), start, row.length_ms() / 60_000, said)
		})
		.collect();
	said.sort_by_key(|(line, ..)| *line);
	said
}

fn refused(rows: &Rows) -> Vec<(String, &'static str)> {
	let of = |row: &RefusedRow| (row.refused.place.to_string(), row.refused.name);
	rows.refused.iter().map(of).collect()
}

fn reading(line: u64, meter: &str, start: i64, reading: u32) -> Said {
	(line, meter.to_owned(), start, 15, Ok(reading))
}

#[test]
fn rows_of_strangers_are_as_if_they_were_not_there() {
	let mut text = String::from("time,meter,import_wh,export_wh\n");
	for minute in (0..30).step_by(5) {
		text += &format!("2024-11-02T09:{minute:02}:00Z,inverter,,{minute}\n");
		text += &format!("2024-11-02T09:{minute:02}:00Z,inverter,oops,2070-01-01\n");
	}
	text += "2024-11-02T09:00:00Z,a,210,\n2024-11-02T09:15:00Z,a,225,\nnever,stranger,1,\n";
	let rows = read(&text, NOON);
	assert_eq!(imports(&rows), [reading(14, "a", -180, 210), reading(15, "a", -165, 225)]);
	assert!(rows.refused.is_empty() && rows.ahead == 0);
}

#[test]
fn decimals_of_whole_units_are_whole_and_nan_is_missing() {
	let text = "time,meter,import_wh,export_wh\n2024-11-02T10:00:00+00:00,a,210.0,NaN\n\
		2024-11-02T10:15:00+00:00,a,220.50,\n2024-11-02T10:30:00+00:00,a,nan,1\n";
	let rows = read(text, NOON);
	let missing = (4, "a".to_owned(), -90, 15, Err("MissingReading".to_owned()));
	let not_whole = (3, "a".to_owned(), -105, 15, Err("NotAWholeNumber".to_owned()));
	assert_eq!(imports(&rows), [reading(2, "a", -120, 210), not_whole, missing]);
}

#[test]
fn zeros_of_times_that_are_not_over_are_no_readings() {
	let text = "time,meter,import_wh\n2024-11-02T11:45:00Z,a,310\n2024-11-02T12:00:00Z,a,0\n\
		2024-11-02T12:15:00Z,a,0\n2024-11-02T23:45:00Z,a,0\n";
	for (written, ahead) in [(NOON, 3), (NOON + QUARTER - 1, 3), (NOON + QUARTER, 2)] {
		let rows = read(text, written);
		assert_eq!((rows.rows.len() as u64, rows.ahead), (4 - ahead, ahead), "{written}");
		assert!(rows.refused.is_empty());
	}
	// A telegram that comes with one of them stops nothing.
	let rows = read(text, NOON);
	let is_ahead = |meter: &str, at: u64| rows.is_ahead(meter, at, false);
	assert!(is_ahead("a", NOON) && !is_ahead("a", NOON - QUARTER) && !is_ahead("b", NOON));
	// Nor is what a portal writes in place of them a fault.
	let dashes = text.replace(",0\n", ",-\n");
	let rows = read(&dashes, NOON);
	assert_eq!((rows.rows.len(), rows.ahead, rows.refused.len()), (1, 3, 0));
	// However they are replayed.
	let rows = read_with(&[text], NOON, &Options::default(), true);
	assert_eq!((rows.rows.len(), rows.ahead), (1, 3));
	// A clock that will be set right later does not make a file newer than it is read.
	let rows = read(text, u64::MAX / 4_000_000);
	assert!(rows.ahead > 0 || local_ms() > NOON + 12 * 4 * QUARTER);
}

#[test]
fn absurd_clocks_are_refused_by_their_own_rows() {
	let text = "time,meter,import_wh,export_wh\n2000-01-01T00:00:00Z,b,5,5\n\
		2024-11-02T11:30:00Z,a,7,\n2070-01-01T00:00:00Z,b,5,\n2024-11-02T11:45:00Z,a,8,\n";
	let rows = read(text, NOON);
	assert_eq!(imports(&rows), [reading(3, "a", -30, 7), reading(5, "a", -15, 8)]);
	let expected = [("line 2".to_owned(), "ClockBehind"), ("line 4".to_owned(), "ClockAhead")];
	assert_eq!(refused(&rows), expected);
	let hint = rows.refused.iter().all(|row| row.refused.reason.contains("set the meter's clock"));
	assert!(hint && rows.ahead == 0);
	// Old readings may be replayed; what is to come may not.
	let rows = read_with(&[text], NOON, &Options::default(), true);
	assert_eq!(refused(&rows), [("line 4".to_owned(), "ClockAhead")]);
}

#[test]
fn labels_at_ends_are_an_option_and_a_warning() {
	let text = "time,meter,import_wh\n2024-11-02T12:15:00+01:00,a,1\n\
		2024-11-02T12:45:00+01:00,a,2\n2024-11-02T13:00:00+01:00,a,3\n";
	let ends = Options { labels: Labels::End, ..Options::default() };
	let rows = read_with(&[text], NOON, &ends, false);
	assert_eq!(imports(&rows).iter().map(|row| row.2).collect::<Vec<_>>(), [-60, -30, -15]);
	// Without the option the last row has begun and is not over: that is told.
	let rows = read(text, NOON + 1);
	assert_eq!((rows.rows.len(), rows.ahead, rows.warnings.len()), (2, 1, 1));
	assert!(rows.warnings[0].contains("line 4") && rows.warnings[0].contains("--labels end"));
	assert!(read(text, NOON - 1).warnings.is_empty(), "padding is no sign of it");
	assert!(read(text, NOON + QUARTER).warnings.is_empty());

	let text =
		"time,meter,import_wh\n2024-11-01T23:00:00+01:00,a,1\n2024-11-01T24:00:00+01:00,a,2\n";
	let rows = read_with(&[text], NOON, &ends, false);
	assert_eq!(imports(&rows).iter().map(|row| row.2).collect::<Vec<_>>(), [-15 * 60, -14 * 60]);
	assert!(read(text, NOON).warnings[0].contains("24:00"));
}

#[test]
fn a_household_has_a_file_for_each_source() {
	let power =
		"time,meter,import_wh\n2024-11-02T11:45:00Z,a,1\n2024-11-02T11:45:00Z,b,x\nlate,b,1\n";
	let water = "time;meter;import_m3\n2024-11-02 11:45Z;w;0,25\n";
	let rows = read_with(&[power, water], NOON, &Options::default(), false);
	let not_a_number = (3, "b".to_owned(), -15, 15, Err("NotANumber".to_owned()));
	let mut expected = vec![reading(2, "a", -15, 1), reading(2, "w", -15, 250), not_a_number];
	expected.sort_by_key(|(line, ..)| *line);
	assert_eq!(imports(&rows), expected);
	assert_eq!(refused(&rows), [("line 4".to_owned(), "BadTime")]);
	assert!(rows.refused[0].file.as_deref().is_some_and(|file| file.ends_with("0.csv")));
	// Each of their rows says in which file it stands; where there is one file alone none does.
	let file =
		|row: &Row| row.file.as_deref().and_then(|file| file.rsplit('/').next()).map(str::to_owned);
	let files: Vec<_> = rows.rows.iter().map(|row| (row.meter.clone(), file(row))).collect();
	let of = |meter: &str, file: &str| (meter.to_owned(), Some(file.to_owned()));
	assert_eq!(files.len(), 3);
	assert!(files.contains(&of("b", "0.csv")) && files.contains(&of("w", "1.csv")), "{files:?}");
	let alone = read_with(&[power], NOON, &Options::default(), false);
	assert!(alone.rows.iter().all(|row| row.file.is_none()) && alone.rows.len() == 2);
}

#[test]
fn the_first_part_of_a_file_whose_step_changes_can_be_replayed() {
	const SIX: u64 = NOON - 7 * 4 * QUARTER;
	let text = "time,meter,import_wh,export_wh\n2024-11-02T06:00:00+01:00,a,106,\n\
		2024-11-02T06:30:00+01:00,a,136,\n2024-11-02T07:00:00+01:00,a,107,\n\
		2024-11-02T07:30:00+01:00,a,137,\n2024-11-02T08:00:00+01:00,a,108,\n\
		2024-11-02T08:15:00+01:00,a,123,\n2024-11-02T08:30:00+01:00,a,138,\n\
		2024-11-02T08:45:00+01:00,a,153,\n";
	for at_end in [false, true] {
		let labels = if at_end { Labels::End } else { Labels::Start };
		let options = Options { labels, ..Options::default() };
		let read = read_with(&[text], NOON, &options, true);
		assert!(read.refused.is_empty());
		let part = window(read.rows, Some(SIX), at_end, Some(4)).unwrap();
		assert_eq!((part.steps, part.length_ms), (4, 2 * QUARTER));
		assert_eq!(part.first_ms, if at_end { SIX - 2 * QUARTER } else { SIX });
		let imports = part.rows.iter().filter(|row| row.direction == Direction::Import);
		let told: Vec<_> = imports
			.map(|row| row.said.as_ref().unwrap().whole(Resource::Electricity).unwrap())
			.collect();
		assert_eq!(told, [106, 136, 107, 137]);
	}
}

#[test]
fn registers_are_counted_from_period_to_period() {
	let text = "time,meter,import_kwh\n2024-11-02T11:00:00Z,a,100.0004\n\
		2024-11-02T11:15:00Z,a,100.2\n2024-11-02T11:30:00Z,a,\n2024-11-02T11:45:00Z,a,100.9\n\
		2024-11-02T12:00:00Z,a,7\n2024-11-02T12:00:00Z,b,7\n2070-01-01T00:00:00Z,a,9\n\
		2024-11-02T12:15:00Z,a,7.5\n";
	let registers = Options { registers: true, ..Options::default() };
	let rows = read_with(&[text], NOON + QUARTER, &registers, false);
	let missing = |line, start, name: &str| (line, "a".to_owned(), start, 15, Err(name.to_owned()));
	assert_eq!(
		imports(&rows),
		[
			reading(3, "a", -60, 200),
			missing(5, -45, "MissingReading"),
			missing(5, -30, "MissingReading"),
			missing(6, -15, "RegisterWentBack"),
			reading(9, "a", 0, 500),
		]
	);
	assert_eq!(refused(&rows), [("line 8".to_owned(), "ClockAhead")]);
	// Replayed from row to row.
	let old = "time,meter,import_kwh\n2016-06-14T10:01Z,a,1\n2016-06-14T10:31Z,a,1.5\n";
	let rows = read_with(&[old], NOON, &registers, true);
	assert_eq!(rows.rows.len(), 1);
	assert_eq!((rows.rows[0].length_ms(), rows.warnings.len()), (2 * QUARTER, 0));
}

#[test]
fn registers_of_two_meters_are_replayed_each_by_its_own_rows() {
	let text = "time,meter,import_kwh\n2016-06-14T10:00Z,a,1\n2016-06-14T10:07Z,b,900\n\
		2016-06-14T10:15Z,a,1.5\n2016-06-14T10:22Z,b,900.25\n2016-06-14T10:30Z,a,1.75\n";
	let registers = Options { registers: true, ..Options::default() };
	let rows = read_with(&[text], NOON, &registers, true);
	let lengths: Vec<_> = rows.rows.iter().map(Row::length_ms).collect();
	assert_eq!(lengths, [QUARTER; 3]);
	let said: Vec<_> = imports(&rows).into_iter().map(|said| (said.1, said.4)).collect();
	let of = |meter: &str, reading| (meter.to_owned(), Ok(reading));
	assert_eq!(said, [of("a", 500), of("b", 250), of("a", 250)]);
	assert!(rows.refused.is_empty());
}

#[test]
fn local_times_are_read_by_their_zone() {
	let text = "time;meter;import_wh\n02.11.2024 12:30;a;1\n02.11.2024 12:45;a;2\n";
	let rows = read(text, NOON);
	assert_eq!(refused(&rows).iter().map(|row| row.1).collect::<Vec<_>>(), ["NoTimeZone"; 2]);
	let options = Options { zone: Zone::parse("Europe/Vienna"), ..Options::default() };
	let rows = read_with(&[text], NOON, &options, false);
	assert_eq!(imports(&rows), [reading(2, "a", -30, 1), reading(3, "a", -15, 2)]);
}

proptest! {
	/// Whatever one meter's rows say, another one's stay as they are.
	#[test]
	fn a_meter_s_trouble_is_its_own(
		junk in prop::collection::vec("[^\r\n\"]{0,20}|[0-9]{1,3},[0-9]{1,3}", 0..6),
		times in prop::collection::vec(0u64..4_000_000_000_000, 0..6),
		mark in prop::sample::select(vec![',', ';', '\t']),
	) {
		let mut text = format!("time{mark}meter{mark}import_wh\n");
		text += &format!("2024-11-02T11:15:00Z{mark}a{mark}1.0\n");
		for junk in junk {
			text += &format!("2024-11-02T11:15:00Z{mark}b{mark}{junk}\n{junk}{mark}b{mark}1\n");
		}
		for ms in times {
			let time = chrono::DateTime::from_timestamp_millis(ms as i64).unwrap();
			text += &format!("{}{mark}b{mark}1\n", time.to_rfc3339());
		}
		for (time, reading) in [("11:30", "2"), ("12:00", "0")] {
			text += &format!("2024-11-02T{time}:00Z{mark}a{mark}{reading}\n");
		}
		let rows = read(&text, NOON);
		let of_a: Vec<_> = imports(&rows).into_iter().filter(|row| row.1 == "a").collect();
		let told: Vec<_> = of_a.into_iter().map(|row| (row.2, row.4)).collect();
		prop_assert_eq!(told, vec![(-45, Ok(1)), (-30, Ok(2))]);
	}
}
