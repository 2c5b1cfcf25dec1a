//! No salt is used for two readings: a commitment that may be on its way to the chain is not changed.

use super::*;

#[test]
fn a_changed_reading_is_refused_by_itself() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let on_chain = has(&prepare_all(&mut store, &meters, 103, &first()).unwrap());
	assert!(unsettled(&store, &meters, 103, &first()).is_empty());
	let changed = read(&[("a", 1, 2), ("b", 5, 4)]);
	assert_eq!(unsettled(&store, &meters, 103, &changed), [41]);
	let prepared = prepare_with(&mut store, &meters, (103, &changed), &on_chain).unwrap();
	assert_eq!(refusals(&prepared), [(41, Direction::Import, "ReadingChanged")]);
	let outcome = &prepared.outcomes[0];
	assert_eq!((outcome.meter.as_str(), outcome.place), ("b", Some(Place::Line(3))));
	assert_eq!(prepared.items.len(), 3, "the others are sent again");
	assert_eq!(store.opening(41, 103, Direction::Import).unwrap().reading, 3);
}

#[test]
fn a_reading_that_the_chain_did_not_take_may_be_corrected() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let wrong = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	let right = prepare_all(&mut store, &meters, 103, &second()).unwrap();
	assert_eq!(right.len(), 4);
	// Both are kept, under salts of their own, and either opens what the chain may have.
	let slot = (40, 103, Direction::Import);
	let known: Vec<_> = store.openings_of(&slot).cloned().collect();
	assert_eq!(known.iter().map(|known| known.reading).collect::<Vec<_>>(), [1, 5]);
	assert_ne!(known[0].salt, known[1].salt);
	assert_eq!(store.opening(40, 103, Direction::Import), Some(&known[1]));
	drop(store);
	let mut store = Store::open_for_writing(&folder.path().join("store"), "password").unwrap();
	assert_eq!(store.openings_of(&slot).cloned().collect::<Vec<_>>(), known);

	// The first one got through after all: the second is refused, and the first is proved.
	let (first_got_through, none) = (has(&wrong), prepare_all(&mut store, &meters, 103, &second()));
	assert_eq!(sent(&none.unwrap()), sent(&right), "what is stored is sent again as it was");
	let late = prepare_with(&mut store, &meters, (103, &second()), &first_got_through).unwrap();
	assert!(all_refused(&late, "ReadingChanged") && late.items.is_empty());
	let again = prepare_with(&mut store, &meters, (103, &first()), &first_got_through).unwrap();
	assert_eq!(sent(&again.items), sent(&wrong));
	assert_eq!(store.opening(40, 103, Direction::Import), Some(&known[0]));
}

/// A step in the life of a store.
#[derive(Clone, Debug)]
enum Step {
	/// A reading is taken for a period, and the chain has no commitment to it, refuses it, or has the
	/// commitment that was made for the period first.
	Read { period: u64, import: u32, export: Option<u32>, chain: u8 },
	/// The store is brought back as it was at first.
	Restore,
	/// The gateway is killed, and started again.
	Restart,
}

fn a_step() -> impl Strategy<Value = Step> {
	let read = (100u64..145, 0u32..4, prop::option::of(0u32..4), 0u8..3)
		.prop_map(|(period, import, export, chain)| Step::Read { period, import, export, chain });
	prop_oneof![8 => read, 1 => Just(Step::Restore), 1 => Just(Step::Restart)]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	/// Whatever is read, corrected, late, refused or brought back: no salt has two readings, what the
	/// chain may have can be opened, and no secret is needed that was given up.
	#[test]
	fn no_two_readings_have_one_salt(steps in prop::collection::vec(a_step(), 1..24)) {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("store");
		let mut store = Some(store(&folder));
		let copy = std::fs::read(&path).unwrap();
		let meters = registered(store.as_ref().unwrap()).unwrap();
		let mut salts: HashMap<[u64; 4], (u32, u64, Direction, u32)> = HashMap::new();
		let mut first_sent: HashMap<(u64, Direction), String> = HashMap::new();
		let mut newest = 0;
		for step in steps {
			let (period, import, export, chain) = match step {
				Step::Read { period, import, export, chain } => (period, import, export, chain),
				Step::Restore | Step::Restart => {
					drop(store.take());
					if matches!(step, Step::Restore) {
						std::fs::write(&path, &copy).unwrap();
					}
					store = Some(Store::open_for_writing(&path, "password").unwrap());
					continue;
				},
			};
			let store = store.as_mut().unwrap();
			let mut readings = PeriodReadings::default();
			readings.tell("a", Direction::Import, told(2, Ok(import)));
			if let Some(export) = export {
				readings.tell("a", Direction::Export, told(2, Ok(export)));
			}
			let answers = answers(&[40, 41], |device, direction| {
				let sent = first_sent.get(&(period, direction)).filter(|_| device == 40);
				match chain {
					0 => counted(direction),
					1 => {
						let refusal = Some("CutOffPassed".to_owned());
						RegisterStatus { refusal, ..counted(direction) }
					},
					_ => RegisterStatus { commitment: sent.cloned(), ..counted(direction) },
				}
			});
			let prepared = prepare_with(store, &meters, (period, &readings), &answers).unwrap();
			for item in &prepared.items {
				first_sent.entry((period, item.direction)).or_insert(item.commitment.clone());
				newest = newest.max(period);
			}
			for direction in Direction::ALL {
				for opening in store.openings_of(&(40, period, direction)) {
					let whose = (40, period, direction, opening.reading);
					let known = *salts.entry(opening.salt).or_insert(whose);
					prop_assert_eq!(known, whose);
				}
			}
			// What is on its way, and was not lost with a copy, can be opened.
			for item in prepared.items {
				let opening = store.opening(item.device, period, item.direction).unwrap();
				prop_assert_eq!(item.commitment, format!("0x{}", hex::encode(opening.commitment)));
			}
			let oldest = oldest(store)[0];
			prop_assert!(oldest <= 100u64.max(newest.saturating_sub(KEPT_PERIODS)));
		}
	}
}
