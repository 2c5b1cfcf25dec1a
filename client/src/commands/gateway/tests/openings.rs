//! What is sent can be opened, by the meter's own salts, and stays so while its window is open.

use super::*;

#[test]
fn what_is_sent_opens_and_is_the_same_after_a_kill() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let first = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	assert_eq!(first.len(), 4);
	for item in &first {
		let opening = store.opening(item.device, 103, item.direction).unwrap();
		let direction = item.direction.number();
		let again = commit_reading(opening.reading, item.device, 103, direction, &opening.salt);
		assert_eq!(item.commitment, format!("0x{}", hex::encode(again)));
	}
	drop(store);

	let mut store = Store::open_for_writing(&folder.path().join("store"), "password").unwrap();
	let again = prepare_all(&mut store, &meters, 103, &self::first()).unwrap();
	assert_eq!(sent(&again), sent(&first));
}

#[test]
fn salts_are_those_of_the_meter_s_ratchet() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	for (period, readings) in (103..).zip([first(), second()]) {
		prepare_all(&mut store, &meters, period, &readings).unwrap();
	}
	let opening = store.opening(41, 104, Direction::Export).unwrap();
	assert_eq!(opening.salt, salt_of(41, 104, Direction::Export, 8));
	assert_eq!(opening.reading, 8);
}

#[tokio::test]
async fn secrets_are_kept_while_a_window_is_open_and_no_longer() {
	/// Periods from this one on are not final.
	async fn needed(oldest: u64, period: u64, first_open: u64) -> (u64, u32) {
		let asked = Cell::new(0);
		let phase = async |period| {
			asked.set(asked.get() + 1);
			let is_final = period < first_open;
			Ok(if is_final { PeriodPhase::Final } else { PeriodPhase::Committing })
		};
		(first_needed(oldest, period, phase).await.unwrap(), asked.get())
	}
	// One question where blocks are made, none where there is nothing to give up.
	assert_eq!(needed(100, 140, 138).await, (108, 1));
	assert_eq!(needed(108, 140, 138).await, (108, 0));
	assert_eq!(needed(u64::MAX, 140, 138).await, (108, 0));
	// After an outage all that are open, and those alone.
	for first_open in 100..=108 {
		assert_eq!(needed(100, 140, first_open).await.0, first_open);
	}
	assert_eq!(needed(100, 140, 7).await.0, 100);
	let (found, asked) = needed(0, 1_000_000, 500_123).await;
	assert_eq!(found, 500_123);
	assert!(asked <= 22, "{asked}");
	assert_eq!(needed(0, 5, 0).await, (0, 0));
}

#[test]
fn a_copy_that_is_brought_back_finds_what_opens_the_chain_s_commitments() {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("store");
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let copy = std::fs::read(&path).unwrap();
	let sent = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	drop(store);
	std::fs::write(&path, copy).unwrap();
	let mut store = Store::open_for_writing(&path, "password").unwrap();
	let on_chain = has(&sent);

	// Another reading opens nothing: it is neither stored nor sent.
	let wrong = prepare_with(&mut store, &meters, (103, &second()), &on_chain).unwrap();
	assert!(wrong.items.is_empty() && store.openings().is_empty());
	assert_eq!(refusals(&wrong).len(), 4);
	assert!(all_refused(&wrong, "AlreadyCommitted"));

	// Where a node hid the commitments, other readings were stored; none had a salt of the first.
	let hidden = prepare_all(&mut store, &meters, 103, &second()).unwrap();
	assert_eq!(hidden.len(), 4);
	for item in &hidden {
		let opening = store.opening(item.device, 103, item.direction).unwrap();
		let (reading, _) = first_of(item);
		assert_ne!(opening.salt, salt_of(item.device, 103, item.direction, reading));
	}

	// The reading that was committed to is found.
	assert_eq!(unsettled(&store, &meters, 103, &first()), [40, 41]);
	let again = prepare_with(&mut store, &meters, (103, &first()), &on_chain).unwrap();
	assert_eq!(refusals(&again), []);
	assert_eq!(self::sent(&again.items), self::sent(&sent));
	for item in &sent {
		let opening = store.opening(item.device, 103, item.direction).unwrap();
		assert_eq!(item.commitment, format!("0x{}", hex::encode(opening.commitment)));
	}
}

/// The first and the second reading of an item's register.
fn first_of(item: &CommitmentItem) -> (u32, u32) {
	match (item.device, item.direction) {
		(40, Direction::Import) => (1, 5),
		(40, Direction::Export) => (2, 6),
		(_, Direction::Import) => (3, 7),
		(_, Direction::Export) => (4, 8),
	}
}

#[test]
fn what_the_chain_does_not_take_is_not_stored() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let chain = answers(&[40, 41], |device, direction| match device {
		40 => refused(direction, "DeviceRetired"),
		_ => RegisterStatus { refusal: Some("CutOffPassed".to_owned()), ..counted(direction) },
	});
	let prepared = prepare_with(&mut store, &meters, (150, &first()), &chain).unwrap();
	assert!(prepared.items.is_empty() && store.openings().is_empty());
	let names: Vec<_> = refusals(&prepared).into_iter().map(|(_, _, name)| name).collect();
	assert_eq!(names, ["DeviceRetired", "DeviceRetired", "CutOffPassed", "CutOffPassed"]);
	assert_eq!(oldest(&store), [100, 100], "no secret is given up for it");
	// One that says the period is to come is behind, since it has ended by all clocks.
	let early =
		|way| RegisterStatus { refusal: Some("PeriodNotStarted".to_owned()), ..counted(way) };
	let behind = answers(&[40, 41], |_, direction| early(direction));
	let prepared = prepare_with(&mut store, &meters, (149, &first()), &behind).unwrap();
	assert_eq!((prepared.items.len(), refusals(&prepared)), (4, vec![]));
	// A node that says nothing of a device's registers gets nothing either.
	let silent = Answers::new([(40, vec![]), (41, vec![])].into());
	let prepared = prepare_with(&mut store, &meters, (150, &first()), &silent).unwrap();
	assert!(prepared.items.is_empty() && store.opening(40, 150, Direction::Import).is_none());
	assert!(all_refused(&prepared, "DirectionNotMetered"));
}
