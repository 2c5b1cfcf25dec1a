//! Where the time of a proof goes: the prover says by its spans which step it has come to.

use std::{
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Instant,
};

use anyhow::{bail, Result};
use serde::{Deserialize, Serialize};
use tracing::{
	span::{Attributes, Id, Record},
	Dispatch, Event, Metadata, Subscriber,
};

use crate::{median, thousandths};

/// Milliseconds of each phase, in order; together they are all of a proof's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Phases {
	/// Openings checked, slacks committed to, trace and blinding filled in.
	pub trace: f64,
	/// The trace interpolated, extended (LDE), and its rows hashed.
	pub lde: f64,
	/// The Merkle tree over the hashed rows of the trace.
	pub trace_commit: f64,
	/// Constraints evaluated and combined, assertions too.
	pub constraints: f64,
	/// The combination cut into columns.
	pub composition: f64,
	/// Columns of the composition polynomial extended, and their rows hashed.
	pub composition_lde: f64,
	/// The Merkle tree over the hashed rows of the composition polynomial.
	pub composition_commit: f64,
	/// All columns combined for the low-degree proof.
	pub deep: f64,
	/// Layers of the low-degree proof with their Merkle trees.
	pub fri: f64,
	/// The proof of work.
	pub grinding: f64,
	/// Positions opened, the proof written.
	pub openings: f64,
}

impl Phases {
	/// How many there are.
	pub const COUNT: usize = 11;

	/// The names, as in the rows and in the tables.
	pub const NAMES: [&'static str; Self::COUNT] = [
		"trace",
		"LDE",
		"trace commit",
		"constraints",
		"composition",
		"composition LDE",
		"composition commit",
		"DEEP",
		"FRI",
		"grinding",
		"openings",
	];

	fn from_array(values: [f64; Self::COUNT]) -> Self {
		let [trace, lde, trace_commit, constraints, composition, composition_lde, composition_commit, deep, fri, grinding, openings] =
			values;
		Self {
			trace,
			lde,
			trace_commit,
			constraints,
			composition,
			composition_lde,
			composition_commit,
			deep,
			fri,
			grinding,
			openings,
		}
	}

	/// In order.
	pub fn into_array(self) -> [f64; Self::COUNT] {
		[
			self.trace,
			self.lde,
			self.trace_commit,
			self.constraints,
			self.composition,
			self.composition_lde,
			self.composition_commit,
			self.deep,
			self.fri,
			self.grinding,
			self.openings,
		]
	}

	/// The middle of each phase.
	pub fn median(runs: &[Self]) -> Self {
		Self::from_array(std::array::from_fn(|phase| {
			let values: Vec<f64> = runs.iter().map(|run| run.into_array()[phase]).collect();
			thousandths(median(&values))
		}))
	}
}

/// The spans that end a phase, and begin the next, in order.
const BORDERS: [&str; Phases::COUNT - 1] = [
	"extend_trace",
	"build_tree",
	"evaluate_constraints",
	"split_composition",
	"extend_composition",
	"build_tree",
	"combine_columns",
	"fold",
	"grind",
	"open",
];

type Mark = (&'static str, Instant);

/// Runs a proof on this thread: its result, its seconds and its phases.
pub fn timed<T>(prove: impl FnOnce() -> T) -> Result<(T, f64, Phases)> {
	let marks = Arc::new(Mutex::new(Vec::new()));
	let recorder = Recorder { names: Mutex::default(), marks: marks.clone() };
	let (start, proved, end) = tracing::dispatcher::with_default(&Dispatch::new(recorder), || {
		let start = Instant::now();
		let proved = prove();
		(start, proved, Instant::now())
	});
	let phases = split(start, end, &lock(&marks))?;
	Ok((proved, (end - start).as_secs_f64(), phases))
}

fn split(start: Instant, end: Instant, marks: &[Mark]) -> Result<Phases> {
	let mut values = [0.0; Phases::COUNT];
	let mut begun = start;
	let mut marks = marks.iter();
	let mut ends = Vec::with_capacity(Phases::COUNT);
	for name in BORDERS {
		match marks.find(|mark| mark.0 == name) {
			Some((_, time)) => ends.push(*time),
			None => bail!("the prover has no span `{name}` where one is expected"),
		}
	}
	ends.push(end);
	for (value, end) in values.iter_mut().zip(ends) {
		*value = (end - begun).as_secs_f64() * 1e3;
		begun = end;
	}
	Ok(Phases::from_array(values))
}

/// Notes when the prover's spans begin.
struct Recorder {
	/// The name of the span with this number less one.
	names: Mutex<Vec<&'static str>>,
	marks: Arc<Mutex<Vec<Mark>>>,
}

impl Recorder {
	fn mark(&self, span: &Id) {
		let time = Instant::now();
		let index = usize::try_from(span.into_u64() - 1).unwrap_or(usize::MAX);
		if let Some(name) = lock(&self.names).get(index) {
			lock(&self.marks).push((name, time));
		}
	}
}

impl Subscriber for Recorder {
	fn enabled(&self, metadata: &Metadata<'_>) -> bool {
		metadata.is_span() && metadata.target().starts_with("meterproof_prover")
	}

	fn new_span(&self, span: &Attributes<'_>) -> Id {
		let mut names = lock(&self.names);
		names.push(span.metadata().name());
		Id::from_u64(names.len() as u64)
	}

	fn record(&self, _: &Id, _: &Record<'_>) {}

	fn record_follows_from(&self, _: &Id, _: &Id) {}

	fn event(&self, _: &Event<'_>) {}

	fn enter(&self, span: &Id) {
		self.mark(span);
	}

	fn exit(&self, _: &Id) {}
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::statement::made_up;
	use meterproof_prover::usage::prove;

	#[test]
	fn the_phases_of_a_proof_add_up_to_its_time() {
		let (statement, witness) = made_up(109, 9);
		let (proved, seconds, phases) = timed(|| prove(statement, &witness, |_| ())).unwrap();
		proved.unwrap();
		let sum: f64 = phases.into_array().iter().sum();
		assert!((sum - seconds * 1e3).abs() < 1e-3, "{phases:?} in {seconds} s");
		assert!(phases.into_array().iter().all(|time| *time > 0.0), "{phases:?}");
	}

	#[test]
	fn a_missing_span_is_named() {
		let error = timed(|| ()).unwrap_err();
		assert!(error.to_string().contains("extend_trace"));
	}

	#[test]
	fn phases_are_written_by_name() {
		let values = std::array::from_fn(|phase| phase as f64);
		let phases = Phases::from_array(values);
		assert_eq!(phases.into_array(), values);
		let text = serde_json::to_string(&phases).unwrap();
		assert!(text.starts_with(r#"{"trace":0.0,"lde":1.0"#), "{text}");
		assert_eq!(serde_json::from_str::<Phases>(&text).unwrap(), phases);
	}
}
