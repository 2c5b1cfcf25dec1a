//! Telegrams are kept with the reading that they came with, and bound by its commitment.

use super::*;
use crate::{
	readings::Rows,
	telegrams::{Handed, Telegrams},
};

/// The first readings, with telegrams of a meter.
fn first_with(meter: &str, telegrams: &[&str]) -> PeriodReadings {
	let mut readings = first();
	readings.keep(meter, telegrams.iter().map(|text| telegram(text)).collect());
	readings
}

fn telegram(text: &str) -> Telegram {
	Telegram::new("ocmf", text.as_bytes().to_vec()).unwrap()
}

/// What was kept with the import reading of a device.
fn kept_with(store: &Store, device: u32) -> Option<&Kept> {
	store.telegrams(&store.opening(device, 103, Direction::Import)?.commitment)
}

/// A register of which something is sent.
fn a_sends() -> Vec<Outcome> {
	let (meter, direction, became) = ("a".to_owned(), Direction::Import, Became::Recorded);
	vec![Outcome { meter, device: 40, direction, file: None, place: None, became }]
}

#[test]
fn a_commitment_binds_the_telegrams_that_came_with_its_reading() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let readings = first_with("a", &["begin", "end"]);
	let sent = prepare_all(&mut store, &meters, 103, &readings).unwrap();
	drop(store);

	let store = Store::open(&folder.path().join("store"), "password").unwrap();
	for (direction, reading) in [(Direction::Import, 1), (Direction::Export, 2)] {
		let slot = Slot { genesis: GENESIS, device: 40, period: 103, direction };
		let opening = store.opening(40, 103, direction).unwrap();
		let kept = store.telegrams(&opening.commitment).unwrap();
		assert_eq!(kept.telegrams, [telegram("begin"), telegram("end")]);
		assert_eq!(kept.blinding, salt_of(40, 103, direction, reading));
		assert_eq!(kept.salt(&slot), opening.salt);
		let commitment = commit_reading(reading, 40, 103, direction.number(), &opening.salt);
		let commitment = format!("0x{}", hex::encode(commitment));
		assert!(sent.iter().any(|item| item.commitment == commitment));
		// The other meter has none, and its salts are as ever.
		let plain = store.opening(41, 103, direction).unwrap();
		assert_eq!(plain.salt, salt_of(41, 103, direction, reading + 2));
		assert!(store.telegrams(&plain.commitment).is_none());
	}
}

#[test]
fn telegrams_that_come_after_the_commitment_are_not_said_to_be_kept() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let late = first_with("a", &["late"]);
	let bare = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	assert_eq!(late_telegrams(&store, (103, &first()), &a_sends()), Vec::<&str>::new());
	let again = prepare_all(&mut store, &meters, 103, &late).unwrap();
	assert_eq!(sent(&again), sent(&bare));
	assert!(kept_with(&store, 40).is_none());
	assert_eq!(late_telegrams(&store, (103, &late), &a_sends()), ["a"]);
	prepare_all(&mut store, &meters, 104, &late).unwrap();
	assert_eq!(late_telegrams(&store, (104, &late), &a_sends()), Vec::<&str>::new());
}

#[test]
fn of_too_many_telegrams_those_of_the_ends_are_kept() {
	let texts: Vec<_> = (0..40).map(|number| number.to_string()).collect();
	let texts: Vec<_> = texts.iter().map(String::as_str).collect();
	let readings = first_with("a", &texts);
	let kept = readings.telegrams("a");
	assert_eq!(kept.len(), MOST_TELEGRAMS);
	assert_eq!((&kept[0], &kept[7]), (&telegram("0"), &telegram("7")));
	assert_eq!((&kept[8], &kept[15]), (&telegram("32"), &telegram("39")));
	for count in [0, 1, 7, 15, 16] {
		assert_eq!(first_with("a", &texts[..count]).telegrams("a").len(), count);
	}
	assert!(readings.telegrams("b").is_empty());
}

#[test]
fn a_copy_that_is_brought_back_needs_the_telegrams_too() {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("store");
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let readings = first_with("a", &["one"]);
	let copy = std::fs::read(&path).unwrap();
	let committed = prepare_all(&mut store, &meters, 103, &readings).unwrap();
	drop(store);
	std::fs::write(&path, copy).unwrap();
	let mut store = Store::open_for_writing(&path, "password").unwrap();
	let on_chain = has(&committed);
	for telegrams in [&["another"][..], &[]] {
		let other = first_with("a", telegrams);
		let wrong = prepare_with(&mut store, &meters, (103, &other), &on_chain).unwrap();
		let both = [Direction::Import, Direction::Export];
		assert_eq!(refusals(&wrong), both.map(|way| (40, way, "AlreadyCommitted")));
		assert!(kept_with(&store, 40).is_none());
	}
	// Telegrams of a meter that committed without any are not in the way.
	let mut readings = readings;
	readings.keep("b", vec![telegram("b")]);
	let again = prepare_with(&mut store, &meters, (103, &readings), &on_chain).unwrap();
	assert_eq!(refusals(&again), []);
	assert_eq!(sent(&again.items), sent(&committed));
	assert!(kept_with(&store, 40).is_some() && kept_with(&store, 41).is_none());
}

#[test]
fn telegrams_go_into_the_period_of_their_row() {
	let mut read = Rows::default();
	read.rows.extend([row(2, 0, 1, Some(1)), row(3, 1, 1, Some(2))]);
	let handed = Handed {
		entry: 1,
		time_ms: TEN + QUARTER,
		meter: "a".to_owned(),
		telegram: telegram("of the second"),
	};
	let telegrams = Telegrams { handed: vec![handed], bad: Vec::new() };
	keep(telegrams, &mut read, |meter| meter == "a", false);
	let placed = Placed::replayed(window(read.rows, None, false, None).unwrap(), 70);
	let told: Vec<_> =
		placed.periods.values().map(|period| period.readings.telegrams("a").to_vec()).collect();
	assert_eq!(told, [vec![], vec![telegram("of the second")]]);
}
