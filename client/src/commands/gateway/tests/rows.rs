//! Rows are of the periods whose times they have.

use super::*;

#[test]
fn rows_are_replayed_one_period_after_the_other() {
	let rows = || vec![row(2, 0, 1, Some(1)), row(3, 1, 1, Some(2)), row(4, 3, 1, Some(3))];
	let all = Placed::replayed(window(rows(), None, false, None).unwrap(), 70);
	let expected = [(70, Some(Ok(1))), (71, Some(Ok(2))), (72, None), (73, Some(Ok(3)))];
	assert_eq!(told_by_period(&all), expected, "a gap has no reading, and none is made up");
	// A part of them.
	let from = Some(TEN + QUARTER);
	let part = Placed::replayed(window(rows(), from, false, Some(2)).unwrap(), 70);
	assert_eq!(told_by_period(&part), [(70, Some(Ok(2))), (71, None)]);
	let by_ends = window(rows(), from, true, Some(1)).unwrap();
	assert_eq!(by_ends.first_ms, TEN);
	let error = window(rows(), Some(1), false, None).unwrap_err();
	assert_eq!(error, ReadingsError::TimeNotFound);
	let error = window(rows(), from, false, Some(4)).unwrap_err();
	assert_eq!(error, ReadingsError::TooFewSteps { asked: 4, found: 3 });
	assert_eq!(window(vec![], None, false, None).unwrap_err(), ReadingsError::NoReadings);
}

#[test]
fn where_the_step_changes_the_first_part_can_be_replayed() {
	let halved = || {
		let longer = (0..4).map(|at| row(2 + at, 2 * at, 2, Some(at as u32)));
		let shorter = (8..12).map(|at| row(at - 2, at, 1, Some(at as u32)));
		longer.chain(shorter).collect::<Vec<_>>()
	};
	let part = Placed::replayed(window(halved(), Some(TEN), false, Some(4)).unwrap(), 70);
	assert_eq!((part.periods.len(), refused_rows(&part)), (4, vec![]));
	// All of them: the second part is of another step, and each row says so.
	let all = Placed::replayed(window(halved(), None, false, None).unwrap(), 70);
	let names: Vec<_> = refused_rows(&all).into_iter().map(|(_, name)| name).collect();
	assert_eq!(names, ["NotTheStep"; 4]);
	assert_eq!(all.periods.values().filter(|known| known.readings.has("a")).count(), 4);
}

#[tokio::test]
async fn rows_are_of_the_periods_whose_times_they_have() {
	let asked = Cell::new(0);
	let place = async |rows, length| {
		asked.set(0);
		let quarters = async |at| {
			asked.set(asked.get() + 1);
			Ok(period_at(at, 0, 0, length, None))
		};
		Placed::at_their_times(window(rows, None, false, None).unwrap(), quarters).await.unwrap()
	};
	let first = TEN / QUARTER;
	let rows = || vec![row(2, 0, 1, Some(1)), row(3, 2, 1, None), row(4, 3, 1, Some(4))];
	let placed = place(rows(), QUARTER).await;
	let missing = || Some(Err("MissingReading".to_owned()));
	let expected =
		[(first, Some(Ok(1))), (first + 1, None), (first + 2, missing()), (first + 3, Some(Ok(4)))];
	assert_eq!((told_by_period(&placed), refused_rows(&placed)), (expected.to_vec(), vec![]));
	assert_eq!(asked.get(), 1);
	assert_eq!(placed.periods[&first].starts_ms, Some(TEN));

	// A row that is longer, shorter or between two periods is of none; the others are placed.
	for length in [0, 7_000, 300_000, 1_800_000] {
		let placed = place(rows(), length).await;
		assert!(placed.periods.is_empty(), "{length}");
		let names: Vec<_> = refused_rows(&placed).into_iter().map(|(_, name)| name).collect();
		assert_eq!(names, ["NotThePeriods"; 3], "{length}");
	}
	let hour = vec![row(2, 0, 4, Some(9)), row(3, 4, 1, Some(1))];
	let placed = place(hour, QUARTER).await;
	assert_eq!(refused_rows(&placed), [(Place::Line(2), "NotThePeriods")]);
	assert_eq!(told_by_period(&placed), [(first + 4, Some(Ok(1)))]);
}

#[tokio::test]
async fn two_rows_of_one_period_must_agree() {
	let quarters = async |at| Ok(period_at(at, 0, 0, QUARTER, None));
	for (readings, expected) in [
		(&[Some(1), Some(1)][..], Ok(1)),
		(&[Some(1), None], Ok(1)),
		(&[None, Some(1)], Ok(1)),
		(&[None, None], Err("MissingReading")),
		(&[Some(1), Some(2)], Err("Duplicate")),
		(&[Some(1), Some(2), Some(1)], Err("Duplicate")),
		(&[Some(1), Some(2), None], Err("Duplicate")),
	] {
		let rows = (2..).zip(readings).map(|(line, reading)| row(line, 0, 1, *reading)).collect();
		let window = window(rows, None, false, None).unwrap();
		let placed = Placed::at_their_times(window, quarters).await.unwrap();
		let expected = expected.map_err(str::to_owned);
		assert_eq!(told_by_period(&placed), [(TEN / QUARTER, Some(expected))], "{readings:?}");
	}
}

#[tokio::test]
async fn refusals_say_in_which_of_several_files_a_row_stands() {
	let quarters = async |at| Ok(period_at(at, 0, 0, QUARTER, None));
	let of = |file: &str, row: Row| Row { file: Some(file.to_owned()), ..row };
	let rows = vec![
		of("power.csv", row(5, 0, 1, Some(1))),
		of("roof.csv", row(5, 0, 1, Some(2))),
		of("roof.csv", row(6, 1, 4, Some(3))),
	];
	let window = window(rows, None, false, None).unwrap();
	let placed = Placed::at_their_times(window, quarters).await.unwrap();
	let told = placed.periods[&(TEN / QUARTER)].readings.of("a", Direction::Import).unwrap();
	let why = &told.said.as_ref().unwrap_err().message;
	assert!(why.starts_with("line 5 of power.csv and line 5 of roof.csv say"), "{why}");
	assert_eq!(told.file.as_deref(), Some("roof.csv"));
	let files: Vec<_> = placed.refused.iter().map(|row| row.file.as_deref()).collect();
	assert_eq!(files, [Some("roof.csv")]);
	assert_eq!(refused_rows(&placed), [(Place::Line(6), "NotThePeriods")]);
}

#[tokio::test]
async fn periods_are_asked_for_again_where_their_lengths_change() {
	let rows = || vec![row(2, 0, 1, Some(1)), row(3, 1, 1, Some(2))];
	let placed = async |ask: &dyn Fn(u64) -> Period| {
		let window = window(rows(), None, false, None).unwrap();
		Placed::at_their_times(window, async |at| Ok(ask(at))).await.unwrap()
	};
	let change = TEN + QUARTER;
	// Another schedule, with the same length.
	let asked = Cell::new(0);
	let same = |at| {
		asked.set(asked.get() + 1);
		match at < change {
			true => period_at(at, TEN, 500, QUARTER, Some(501)),
			false => period_at(at, change, 501, QUARTER, None),
		}
	};
	let expected = [(500, Some(Ok(1))), (501, Some(Ok(2)))];
	assert_eq!(told_by_period(&placed(&same).await), expected);
	assert_eq!(asked.get(), 2);
	// Thirds of the step until then: the first row is of no period.
	let longer = |at| match at < change {
		true => period_at(at, TEN, 500, QUARTER / 3, Some(503)),
		false => period_at(at, change, 503, QUARTER, None),
	};
	let placed = placed(&longer).await;
	assert_eq!(told_by_period(&placed), [(503, Some(Ok(2)))]);
	assert_eq!(refused_rows(&placed), [(Place::Line(2), "NotThePeriods")]);
}
