//! Signed telegrams, kept with the rows that come from them.

use meterproof_meters::{Place, Refused};

use super::{refusal, RefusedRow, Row, Rows};
use crate::{
	error::Named,
	rpc::Refusal,
	telegrams::{BadEntry, Handed, Telegrams, TelegramsError, MOST_TELEGRAMS},
};

/// Keeps telegrams with the rows that have their meter and time, as the rows' labels have it.
///
/// A telegram's trouble is its own: it is put to what was refused. The rows whose telegram it is have
/// no reading then, since what is committed to without its telegrams never has them. Telegrams of
/// meters that are not `ours` are passed over, as those meters' rows are, and so are those of rows
/// that were not over.
pub fn keep(telegrams: Telegrams, read: &mut Rows, ours: impl Fn(&str) -> bool, at_end: bool) {
	let Telegrams { handed, bad } = telegrams;
	for Handed { entry, time_ms, meter, telegram } in handed {
		if !ours(&meter) || read.is_ahead(&meter, time_ms, at_end) {
			continue;
		}
		let place = Place::Telegram(entry);
		let mut wrong = Some(TelegramsError::NoRow { meter: meter.clone() });
		for row in rows_of(&mut read.rows, &meter, time_ms, at_end) {
			let is_full = row.telegrams.len() >= MOST_TELEGRAMS;
			wrong = is_full.then(|| TelegramsError::TooManyTelegrams { meter: meter.clone() });
			match &wrong {
				Some(error) => spoil(row, place, error),
				None => row.telegrams.push(telegram.clone()),
			}
		}
		if let Some(error) = wrong {
			read.refused.push(refused(place, Some(meter), &error));
		}
	}
	for BadEntry { entry, time_ms, meter, error } in bad {
		if meter.as_deref().is_some_and(|meter| !ours(meter)) {
			continue;
		}
		let place = Place::Telegram(entry);
		if let (Some(meter), Some(time_ms)) = (&meter, time_ms) {
			if read.is_ahead(meter, time_ms, at_end) {
				continue;
			}
			for row in rows_of(&mut read.rows, meter, time_ms, at_end) {
				spoil(row, place, &error);
			}
		}
		read.refused.push(refused(place, meter, &error));
	}
}

/// The rows of a meter that have a label.
fn rows_of<'a>(
	rows: &'a mut [Row],
	meter: &'a str,
	label_ms: u64,
	at_end: bool,
) -> impl Iterator<Item = &'a mut Row> {
	rows.iter_mut().filter(move |row| {
		let label = if at_end { row.end_ms } else { row.start_ms };
		row.meter == meter && label == label_ms
	})
}

/// Takes a row's reading, if it has one, for what is wrong with its telegram.
fn spoil(row: &mut Row, place: Place, error: &TelegramsError) {
	if row.said.is_ok() {
		let Refusal { name, message } = refusal(error);
		row.said = Err(Refusal { name, message: format!("{place}: {message}") });
	}
}

fn refused(place: Place, meter: Option<String>, error: &TelegramsError) -> RefusedRow {
	let refused = Refused { place, meter, name: error.name(), reason: error.to_string() };
	RefusedRow { file: None, refused }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{telegrams::Telegram, types::Direction};
	use meterproof_meters::{Amount, Unit};

	const QUARTER: u64 = 900_000;

	fn row(meter: &str, direction: Direction, start_ms: u64) -> Row {
		Row {
			file: None,
			place: Place::Line(2),
			meter: meter.to_owned(),
			direction,
			start_ms,
			end_ms: start_ms + QUARTER,
			said: Ok(Amount::new(1, 0, Unit::WattHour).unwrap()),
			telegrams: Vec::new(),
		}
	}

	/// Two registers of `a` at 0, one at a quarter past, and one of `b` at 0.
	fn rows() -> Rows {
		let (import, export) = (Direction::Import, Direction::Export);
		let mut read = Rows::default();
		read.rows.extend([
			row("a", import, 0),
			row("a", export, 0),
			row("a", import, QUARTER),
			row("b", import, 0),
		]);
		read
	}

	fn handed(entry: u64, time_ms: u64, meter: &str, text: &str) -> Handed {
		let telegram = Telegram::new("ocmf", text.as_bytes().to_vec()).unwrap();
		Handed { entry, time_ms, meter: meter.to_owned(), telegram }
	}

	fn bad(entry: u64, time_ms: Option<u64>, meter: Option<&str>) -> BadEntry {
		let error = TelegramsError::BadTelegram { reason: "it is bad".to_owned() };
		BadEntry { entry, time_ms, meter: meter.map(str::to_owned), error }
	}

	/// The rows with telegrams, if `a` and `b` are ours.
	fn kept(handed: Vec<Handed>, bad: Vec<BadEntry>, at_end: bool) -> Rows {
		let mut read = rows();
		keep(Telegrams { handed, bad }, &mut read, |meter| ["a", "b"].contains(&meter), at_end);
		read
	}

	fn counts(read: &Rows) -> Vec<usize> {
		read.rows.iter().map(|row| row.telegrams.len()).collect()
	}

	/// The name of what is wrong with each row's reading, if anything is.
	fn said(read: &Rows) -> Vec<Option<&str>> {
		let errors = read.rows.iter().map(|row| row.said.as_ref().err());
		errors.map(|error| error.map(|refusal| refusal.name.as_str())).collect()
	}

	fn refusals(read: &Rows) -> Vec<(String, &'static str)> {
		let of = |row: &RefusedRow| (row.refused.place.to_string(), row.refused.name);
		read.refused.iter().map(of).collect()
	}

	#[test]
	fn telegrams_are_kept_with_the_rows_of_their_meter_and_time() {
		let read = kept(vec![handed(1, 0, "a", "begin"), handed(2, 0, "a", "end")], vec![], false);
		assert_eq!(counts(&read), [2, 2, 0, 0]);
		assert_eq!(read.rows[1].telegrams[1].bytes(), b"end");
		assert_eq!((said(&read), refusals(&read)), (vec![None; 4], vec![]));
		// Labels at the ends name the interval before.
		let read = kept(vec![handed(1, QUARTER, "a", "end")], vec![], true);
		assert_eq!(counts(&read), [1, 1, 0, 0]);
	}

	#[test]
	fn a_telegram_s_trouble_is_its_own() {
		let good = || handed(9, 0, "b", "good");
		// One without a row, as where the row's clock was wrong.
		for (time_ms, meter) in [(1, "a"), (QUARTER, "b")] {
			let read = kept(vec![handed(3, time_ms, meter, "x"), good()], vec![], false);
			assert_eq!(refusals(&read), [("telegram 3".to_owned(), "NoRow")]);
			assert_eq!((said(&read), counts(&read)), (vec![None; 4], vec![0, 0, 0, 1]));
		}
		// A stranger's.
		let strangers = vec![bad(4, Some(0), Some("c")), bad(5, None, Some("c"))];
		let read = kept(vec![handed(3, 0, "c", "x"), good()], strangers, false);
		assert_eq!((refusals(&read), said(&read)), (vec![], vec![None; 4]));
		assert_eq!(counts(&read), [0, 0, 0, 1]);
		// One too many: its row is not committed to without it.
		let mut many = vec![handed(1, 0, "a", "x"); MOST_TELEGRAMS];
		many.extend([handed(17, 0, "a", "x"), good()]);
		let read = kept(many, vec![], false);
		assert_eq!(refusals(&read), [("telegram 17".to_owned(), "TooManyTelegrams")]);
		let too_many = Some("TooManyTelegrams");
		assert_eq!(said(&read), [too_many, too_many, None, None]);
		assert_eq!(counts(&read), [MOST_TELEGRAMS, MOST_TELEGRAMS, 0, 1]);
	}

	#[test]
	fn an_entry_that_is_no_telegram_spoils_the_row_that_it_names_alone() {
		let entries =
			|| vec![bad(1, Some(0), Some("a")), bad(2, None, Some("b")), bad(3, None, None)];
		let read = kept(vec![handed(4, QUARTER, "a", "good")], entries(), false);
		let expected = ["telegram 1", "telegram 2", "telegram 3"];
		assert_eq!(refusals(&read), expected.map(|place| (place.to_owned(), "BadTelegram")));
		let bad = Some("BadTelegram");
		assert_eq!((said(&read), counts(&read)), (vec![bad, bad, None, None], vec![0, 0, 1, 0]));
		let why = read.rows[0].said.as_ref().unwrap_err();
		assert!(why.message.starts_with("telegram 1: it is bad"), "{}", why.message);
	}
}
