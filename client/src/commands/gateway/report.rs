//! What a run says: a line for each period, and at its end whether all was taken.

use std::{collections::BTreeMap, fmt::Display};

use meterproof_meters::{Place, Refused};
use serde_json::{json, Value};

use super::{Became, Context, Outcome, PeriodReadings};
use crate::{
	error::{Error, Result},
	readings::{RefusedRow, Rows},
	rpc::Refusal,
	store::Store,
};

/// What became of a run's registers and rows.
#[derive(Debug, Default)]
pub struct Tally {
	registers: usize,
	refused: usize,
	rows: usize,
	/// By meter: why the chain asks for nothing of it, as long as nothing was heard of it.
	passed_over: BTreeMap<String, Option<(u32, String)>>,
}

impl Tally {
	fn count(&mut self, outcomes: &[Outcome]) {
		for Outcome { meter, device, became, .. } in outcomes {
			match became {
				Became::NotAsked(reason) => {
					let known = self.passed_over.entry(meter.clone());
					known.or_insert_with(|| Some((*device, reason.clone())));
				},
				_ => {
					self.passed_over.insert(meter.clone(), None);
					self.registers += 1;
				},
			}
			self.refused += usize::from(became.refusal().is_some());
		}
	}

	/// The end of a run says what happened, so that a script notices.
	pub fn ensure_none_refused(&self) -> Result<()> {
		let Self { registers, refused, rows, .. } = self;
		if (*refused, *rows) == (0, 0) {
			return Ok(());
		}
		let rows = match rows {
			0 => String::new(),
			rows => format!("{rows} rows and telegrams were refused; "),
		};
		let message = format!(
			"{rows}{refused} of {registers} commitments were refused or have no reading, for the \
			 reasons above; the same command tries them again"
		);
		Err(Error::new(Error::COMMITMENTS_REFUSED, message))
	}
}

/// What a person should look at before anything is sent.
pub fn warn(context: &Context, read: &Rows) {
	for warning in &read.warnings {
		context.output.remark(&format!("warning: {warning}"));
	}
	if read.ahead > 0 {
		context.output.remark(&format!(
			"passed over: {} values of times that were not over when the file was written",
			read.ahead
		));
	}
}

/// Says which rows are of no period, and counts them.
pub fn rows(
	context: &Context,
	tally: &mut Tally,
	read: Vec<RefusedRow>,
	placed: Vec<RefusedRow>,
) -> Result<()> {
	let rows: Vec<_> = read.into_iter().chain(placed).collect();
	tally.rows += rows.len();
	if rows.is_empty() {
		return Ok(());
	}
	let told: Vec<_> = rows
		.iter()
		.map(|RefusedRow { file, refused: Refused { place, meter, name, reason } }| {
			json!({
				"file": file, "place": place.to_string(), "line": line(Some(*place)),
				"meter": meter, "name": name, "message": reason,
			})
		})
		.collect();
	context.output.show(&json!({ "refusedRows": told }), || {
		let text = |RefusedRow { file, refused }: &RefusedRow| {
			format!("{}{refused} ({})", prefix(file.as_ref()), refused.name)
		};
		rows.iter().map(text).collect::<Vec<_>>().join("\n")
	})
}

/// What stands before what is said of something in a file or a line.
fn prefix(of: Option<&impl Display>) -> String {
	of.map(|of| format!("{of}: ")).unwrap_or_default()
}

fn line(place: Option<Place>) -> Value {
	match place {
		Some(Place::Line(line)) => json!(line),
		_ => Value::Null,
	}
}

/// The meters whose telegrams of a period came after their commitments, which do not bind them.
pub fn late_telegrams<'a>(
	store: &Store,
	(period, readings): (u64, &PeriodReadings),
	outcomes: &'a [Outcome],
) -> Vec<&'a str> {
	let late = |outcome: &&Outcome| {
		let Outcome { meter, device, direction, .. } = outcome;
		let made = store.opening(*device, period, *direction);
		!readings.telegrams(meter).is_empty()
			&& made.is_some_and(|opening| store.telegrams(&opening.commitment).is_none())
	};
	let mut names: Vec<_> =
		outcomes.iter().filter(late).map(|outcome| outcome.meter.as_str()).collect();
	names.dedup();
	names
}

/// Says which telegrams no commitment binds.
pub fn unkept(
	context: &Context,
	store: &Store,
	read: (u64, &PeriodReadings),
	outcomes: &[Outcome],
) {
	let names = late_telegrams(store, read, outcomes);
	if !names.is_empty() {
		let (period, names) = (read.0, names.join(", "));
		context.output.remark(&format!(
			"period {period}: not kept, since these meters had committed without them, are the \
			 telegrams of {names}"
		));
	}
}

/// Says what became of a period, and counts it.
pub fn period(
	context: &Context,
	tally: &mut Tally,
	period: u64,
	outcomes: &[Outcome],
) -> Result<()> {
	tally.count(outcomes);
	let count = |which: fn(&Became) -> bool| {
		outcomes.iter().filter(|outcome| which(&outcome.became)).count()
	};
	let accepted = count(|became| matches!(became, Became::Accepted));
	let recorded = count(|became| matches!(became, Became::Recorded));
	let refused: Vec<_> =
		outcomes.iter().filter_map(|outcome| Some((outcome, outcome.became.refusal()?))).collect();
	let refusals: Vec<_> = refused
		.iter()
		.map(|(Outcome { meter, device, direction, file, place, .. }, refusal)| {
			json!({
				"meter": meter,
				"device": device,
				"direction": direction,
				"file": file,
				"line": line(*place),
				"name": refusal.name,
				"message": refusal.message,
			})
		})
		.collect();
	let result = json!({
		"period": period, "accepted": accepted, "recorded": recorded, "refused": refusals,
	});
	context.output.show(&result, || {
		let count = refused.len();
		let mut text =
			format!("period {period}: {accepted} accepted, {recorded} recorded, {count} refused");
		for (Outcome { meter, device, direction, file, place, .. }, why) in &refused {
			let Refusal { name, message } = why;
			let place = prefix(file.as_ref()) + &prefix(place.as_ref());
			text += &format!("\n  {place}{meter} (device {device}) {direction}: {name}: {message}");
		}
		text
	})
}

/// Tells a person of meters that the chain takes nothing of, and that nothing was heard of.
pub fn passed_over(context: &Context, tally: &Tally) {
	let names: Vec<_> = tally
		.passed_over
		.iter()
		.filter_map(|(meter, why)| Some((meter, why.as_ref()?)))
		.map(|(meter, (device, reason))| format!("{meter} (device {device}: {reason})"))
		.collect();
	if !names.is_empty() {
		context.output.remark(&format!(
			"passed over, since the chain takes no commitments of theirs: {}",
			names.join(", ")
		));
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::Direction;

	fn outcome(meter: &str, became: Became) -> Outcome {
		let direction = Direction::Import;
		Outcome { meter: meter.to_owned(), device: 4, direction, file: None, place: None, became }
	}

	fn refusal() -> Refusal {
		Refusal { name: "MissingReading".to_owned(), message: String::new() }
	}

	#[test]
	fn a_run_with_refusals_does_not_end_well() {
		let mut tally = Tally::default();
		tally.count(&[outcome("a", Became::Accepted), outcome("b", Became::Recorded)]);
		assert!(tally.ensure_none_refused().is_ok());
		tally.count(&[outcome("a", Became::NotAsked("DeviceRetired".to_owned()))]);
		assert!(tally.ensure_none_refused().is_ok());
		tally.count(&[outcome("a", Became::Missing(refusal()))]);
		let error = tally.ensure_none_refused().unwrap_err();
		assert_eq!((error.name(), error.exit_code()), ("CommitmentsRefused", 3));
		assert!(error.to_string().starts_with("1 of 3 commitments"), "{error}");
		let rows = Tally { rows: 2, ..Tally::default() };
		let error = rows.ensure_none_refused().unwrap_err();
		assert!(
			error.to_string().starts_with("2 rows and telegrams were refused; 0 of 0"),
			"{error}"
		);
	}

	#[test]
	fn a_meter_is_passed_over_only_if_nothing_is_heard_of_it() {
		let mut tally = Tally::default();
		let not_asked = || Became::NotAsked("DeviceRetired".to_owned());
		tally.count(&[outcome("a", not_asked()), outcome("b", not_asked())]);
		tally.count(&[outcome("a", Became::Recorded), outcome("b", not_asked())]);
		tally.count(&[outcome("a", not_asked()), outcome("b", not_asked())]);
		let passed: Vec<_> =
			tally.passed_over.iter().filter(|(_, why)| why.is_some()).map(|(m, _)| m).collect();
		assert_eq!(passed, ["b"]);
	}
}
