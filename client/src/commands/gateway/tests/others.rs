//! One meter's trouble is no other's.

use super::*;

#[test]
fn one_meter_s_trouble_is_its_own() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let meters = registered(&store).unwrap();
	let mut readings = read(&[("a", 1, 2), ("stranger", 9, 9), ("b", 3, 11)]);
	readings.tell("b", Direction::Import, told(7, Err("NotANumber")));
	let prepared = prepare_with(&mut store, &meters, (103, &readings), &all_count()).unwrap();
	let devices: Vec<_> = prepared.items.iter().map(|item| item.device).collect();
	assert_eq!(devices, [40, 40], "the other meter commits");
	let refused =
		[(41, Direction::Import, "NotANumber"), (41, Direction::Export, "AboveNameplate")];
	assert_eq!(refusals(&prepared), refused);
	let lines: Vec<_> = prepared.outcomes.iter().map(|outcome| outcome.place).collect();
	assert_eq!(lines, [Some(Place::Line(7)), Some(Place::Line(4))]);
	let above = prepared.outcomes[1].became.refusal().unwrap();
	assert_eq!(above.message, "the export reading of b is above its nameplate");
	assert_eq!(store.openings().len(), 2, "no zero is invented");
	// A unit that the resource is not counted in.
	let litres = Amount::new(1, 0, Unit::Litre).unwrap();
	let file = Some("b.csv".to_owned());
	readings.tell("b", Direction::Import, Told { file, place: None, said: Ok(litres) });
	let prepared = prepare_with(&mut store, &meters, (104, &readings), &all_count()).unwrap();
	assert_eq!(refusals(&prepared)[0], (41, Direction::Import, "WrongUnit"));
	assert_eq!(prepared.outcomes[0].file.as_deref(), Some("b.csv"));
}

#[test]
fn a_departed_meter_stops_nobody() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	store.remember(OPERATOR, TIMETABLE).unwrap();
	let meters = registered(&store).unwrap();
	let readings = read(&[("a", 1, 2)]);

	for departed in [
		|direction| refused(direction, "DeviceRetired"),
		|direction| refused(direction, "UnknownDevice"),
		|direction| refused(direction, "DeviceNotAttested"),
		|direction| counted_for([6; 32], direction),
	] {
		let chain = answers(&[40, 41], |device, direction| match device {
			40 => counted(direction),
			_ => departed(direction),
		});
		for period in [103, 104] {
			let prepared = prepare_with(&mut store, &meters, (period, &readings), &chain).unwrap();
			let devices: Vec<_> = prepared.items.iter().map(|item| item.device).collect();
			assert_eq!((devices, refusals(&prepared)), (vec![40, 40], vec![]));
			let passed = prepared.outcomes.iter().map(|outcome| outcome.device);
			assert_eq!(passed.collect::<Vec<_>>(), [41, 41]);
			assert!(store.opening(41, period, Direction::Import).is_none(), "nothing is invented");
		}
	}
	// One that counts is told of, and stops nobody either.
	let prepared = prepare_with(&mut store, &meters, (103, &readings), &all_count()).unwrap();
	assert_eq!(prepared.items.len(), 2);
	let missing = [Direction::Import, Direction::Export].map(|way| (41, way, "MissingReading"));
	assert_eq!(refusals(&prepared), missing);
}

#[test]
fn meters_that_were_never_registered_stop_nobody_unless_there_are_no_others() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	store.add_meters(vec![meter("c")]).unwrap();
	let devices: Vec<_> = registered(&store).unwrap().iter().map(|meter| meter.device).collect();
	assert_eq!(devices, [40, 41]);
	for number in 0..2 {
		store.remove_meter(number).unwrap();
	}
	assert_eq!(registered(&store).map(drop).unwrap_err().name(), "NotRegistered");
}
